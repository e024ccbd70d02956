//! quoted-printable (RFC 2045 §6.7), broken or whole.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "cursors are bounded by the slices they walk"
)]

use super::{Faults, Progress};
use crate::grammar::{hex, is_wsp, slice};

mod encode;
mod runs;

pub use encode::encode;
pub(crate) use encode::encode_onto;
use runs::{copy_blocks, copy_text};

/// How many blanks at the end of the input are held back because a line end may follow.
const BLANKS: usize = 1024;

/// Decodes quoted-printable: blanks at the end of a line are dropped, an `=` that is no escape stands as it is.
///
/// ```
/// use mailweft_mime::transfer::quoted_printable::Decoder;
///
/// let mut out = [0; 32];
/// let progress = Decoder::default().step(b"J=C3=A4ger =zz  \r\nsoft=\r\n!", &mut out, true);
/// assert_eq!(&out[..progress.produced], "Jäger =zz\r\nsoft!".as_bytes());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    /// A run of blanks too long to be held back has begun: it is text.
    long_blanks: bool,
    faults: Faults,
}

enum Escape {
    /// A soft line break; how many octets it has after the `=`.
    Soft(usize),
    Need,
    Bad,
}

impl Decoder {
    /// Decodes from `input` into `out`; with `last`, nothing follows the input.
    ///
    /// Without it, up to 1,024 octets at the end may be left: part of an escape, or blanks before a line end.
    pub fn step(&mut self, input: &[u8], out: &mut [u8], last: bool) -> Progress {
        // Decoding never lengthens, so that input no longer than the space is safe without further looks.
        let last = last && input.len() <= out.len();
        let input = slice(input, 0, out.len());
        let (mut at, mut to) = (0, 0);
        loop {
            let (taken, put) = copy_blocks(
                slice(input, at, input.len()),
                out.get_mut(to..).unwrap_or_default(),
            );
            (at, to) = (at + taken, to + put);
            self.long_blanks &= taken == 0;
            let rest = slice(input, at, input.len());
            let found = copy_text(rest, out.get_mut(to..).unwrap_or_default());
            match rest.get(found) {
                None => {
                    let before_cr = rest.len() - usize::from(rest.last() == Some(&b'\r') && !last);
                    let run = self.kept(slice(rest, 0, before_cr));
                    if run > 0 {
                        let blank = slice(rest, run - 1, run).iter().all(|&b| is_wsp(b));
                        self.long_blanks = blank && run == rest.len() && !last;
                    }
                    return Progress::new(if last { input.len() } else { at + run }, to + run);
                }
                Some(b'\n') => {
                    let returned = found > 0 && rest.get(found - 1) == Some(&b'\r');
                    let end = if returned { found - 1 } else { found };
                    to += self.kept(slice(rest, 0, end));
                    self.long_blanks = false;
                    let line_end = slice(rest, end, found + 1);
                    if let Some(space) = out.get_mut(to..to + line_end.len()) {
                        space.copy_from_slice(line_end);
                    }
                    to += line_end.len();
                    at += found + 1;
                }
                Some(_) => {
                    (at, to) = (at + found, to + found);
                    self.long_blanks = false;
                    let (consumed, produced) = copy_escapes(
                        slice(input, at, input.len()),
                        out.get_mut(to..).unwrap_or_default(),
                    );
                    (at, to) = (at + consumed, to + produced);
                    let Some((b'=', after)) = slice(input, at, input.len()).split_first() else {
                        continue;
                    };
                    let len = match escape(after, last) {
                        Escape::Soft(len) => 1 + len,
                        Escape::Need => return Progress::new(at, to),
                        Escape::Bad => {
                            self.faults.bad_escape = true;
                            if let Some(space) = out.get_mut(to) {
                                *space = b'=';
                            }
                            to += 1;
                            1
                        }
                    };
                    at += len;
                }
            }
        }
    }

    /// The length of a line without the blanks at its end; a run too long to be held back is text.
    fn kept(&self, line: &[u8]) -> usize {
        let kept = trimmed(line);
        let blanks = line.len() - kept;
        if blanks > BLANKS || (self.long_blanks && kept == 0) {
            line.len()
        } else {
            kept
        }
    }

    /// What was odd so far.
    #[must_use]
    pub const fn faults(&self) -> Faults {
        self.faults
    }
}

/// Decodes escapes and soft line breaks that follow one another; how many octets were taken and put.
#[inline(always)]
fn copy_escapes(from: &[u8], to: &mut [u8]) -> (usize, usize) {
    let (mut at, mut put) = (0, 0);
    while let Some((&[b'=', high, low], space)) = slice(from, at, from.len())
        .first_chunk()
        .zip(to.get_mut(put))
    {
        let pair = runs::Pair::of(high, low);
        if pair.is_none() {
            break;
        }
        *space = pair.octet;
        at += 3;
        put += usize::from(pair.is_octet);
    }
    (at, put)
}

/// What follows an `=`, where it is neither an escape for an octet nor a soft line break without blanks.
fn escape(after: &[u8], last: bool) -> Escape {
    match *after {
        [b'\n', ..] => Escape::Soft(1),
        [] if last => Escape::Soft(0),
        [high] if hex(high).is_some() && !last => Escape::Need,
        [b'\r'] if last => Escape::Soft(1),
        [] | [b'\r'] => Escape::Need,
        _ => {
            let blanks = after.iter().take_while(|&&b| is_wsp(b)).count();
            match slice(after, blanks, after.len()) {
                // As many could not be held back, so that they are text in whatever pieces they come.
                _ if blanks >= BLANKS => Escape::Bad,
                [b'\n', ..] => Escape::Soft(blanks + 1),
                [b'\r', b'\n', ..] => Escape::Soft(blanks + 2),
                [] | [b'\r'] if last => Escape::Soft(after.len()),
                [] | [b'\r'] => Escape::Need,
                _ => Escape::Bad,
            }
        }
    }
}

/// The length without blanks at the end.
fn trimmed(line: &[u8]) -> usize {
    line.iter()
        .rposition(|&b| !is_wsp(b))
        .map_or(0, |at| at + 1)
}
