//! quoted-printable (RFC 2045 §6.7), broken or whole.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "cursors are bounded by the slices they walk"
)]

use alloc::vec::Vec;

use super::{Faults, Progress};
use crate::grammar::{hex, hex_digit, hex_value, is_wsp, slice};

mod runs;

use runs::{Runs, Task, copy_text};

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
        runs::best(Step {
            decoder: self,
            input,
            out,
            last,
        })
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

struct Step<'d, 'i, 'o> {
    decoder: &'d mut Decoder,
    input: &'i [u8],
    out: &'o mut [u8],
    last: bool,
}

impl Task for Step<'_, '_, '_> {
    type Output = Progress;

    #[inline(always)]
    fn run(self, runs: impl Runs) -> Progress {
        let Self {
            decoder,
            input,
            out,
            last,
        } = self;
        // Decoding never lengthens, so that input no longer than the space is safe without further looks.
        let last = last && input.len() <= out.len();
        let input = slice(input, 0, out.len());
        let (mut at, mut to) = (0, 0);
        loop {
            let (taken, put) = runs.copy_blocks(
                slice(input, at, input.len()),
                out.get_mut(to..).unwrap_or_default(),
            );
            (at, to) = (at + taken, to + put);
            decoder.long_blanks &= taken == 0;
            let rest = slice(input, at, input.len());
            let found = copy_text(rest, out.get_mut(to..).unwrap_or_default());
            match rest.get(found) {
                None => {
                    let before_cr = rest.len() - usize::from(rest.last() == Some(&b'\r') && !last);
                    let run = decoder.kept(slice(rest, 0, before_cr));
                    if run > 0 {
                        let blank = slice(rest, run - 1, run).iter().all(|&b| is_wsp(b));
                        decoder.long_blanks = blank && run == rest.len() && !last;
                    }
                    return Progress::new(if last { input.len() } else { at + run }, to + run);
                }
                Some(b'\n') => {
                    let returned = found > 0 && rest.get(found - 1) == Some(&b'\r');
                    let end = if returned { found - 1 } else { found };
                    to += decoder.kept(slice(rest, 0, end));
                    decoder.long_blanks = false;
                    let line_end = slice(rest, end, found + 1);
                    if let Some(space) = out.get_mut(to..to + line_end.len()) {
                        space.copy_from_slice(line_end);
                    }
                    to += line_end.len();
                    at += found + 1;
                }
                Some(_) => {
                    (at, to) = (at + found, to + found);
                    decoder.long_blanks = false;
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
                            decoder.faults.bad_escape = true;
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
}

/// Decodes escapes and soft line breaks that follow one another; how many octets were taken and put.
#[inline(always)]
fn copy_escapes(from: &[u8], to: &mut [u8]) -> (usize, usize) {
    let (mut at, mut put) = (0, 0);
    while let Some((&[b'=', high, low], space)) = slice(from, at, from.len())
        .first_chunk()
        .zip(to.get_mut(put))
    {
        // An escape and a soft line break are told apart without a branch, which would be guessed wrong.
        let (high_digit, low_digit) = (hex_value(high), hex_value(low));
        let is_octet = (high_digit | low_digit) < 16;
        let is_soft = (high == b'\r') & (low == b'\n');
        if !(is_octet | is_soft) {
            break;
        }
        *space = high_digit << 4 | low_digit;
        at += 3;
        put += usize::from(is_octet);
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

/// How long a line may be with its soft line break.
const LINE: usize = 76;

/// Encodes text with CRLF line ends; a CR or LF alone becomes an escape.
///
/// `From ` and a dot at the start of a line are written as escapes, so that no mailbox file and no transport
/// changes them.
///
/// ```
/// use mailweft_mime::transfer::quoted_printable::encode;
///
/// assert_eq!(encode("Grüße \r\n.".as_bytes()), b"Gr=C3=BC=C3=9Fe=20\r\n=2E");
/// ```
#[must_use]
pub fn encode(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    encode_onto(text, &mut out);
    out
}

/// As [`encode`], at the end of `out`.
pub(crate) fn encode_onto(text: &[u8], out: &mut Vec<u8>) {
    // Text seldom becomes longer by more than a quarter.
    out.reserve(text.len().saturating_add(text.len() / 4));
    runs::best(Encode { text, out });
}

struct Encode<'t, 'o> {
    text: &'t [u8],
    out: &'o mut Vec<u8>,
}

impl Task for Encode<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run(self, runs: impl Runs) {
        let Self { text, out } = self;
        let mut page = Page::new(out);
        let (mut rest, mut column) = (text, 0);
        while let Some((&first, behind)) = rest.split_first() {
            if column == 0 && is_fragile(rest) {
                page.escape(first);
                (rest, column) = (behind, 3);
            }
            let run = page.copy_plain(runs, rest, LINE - column);
            let (plain, after) = rest.split_at_checked(run).unwrap_or((rest, &[]));
            column += run;
            match *after {
                [] | [b'\r', b'\n', ..] => {
                    // No blank ends a line.
                    if let Some(&blank) = plain.last().filter(|&&b| b == b' ') {
                        page.back();
                        if column + 2 > LINE {
                            page.put(b"=\r\n");
                        }
                        page.escape(blank);
                    }
                    page.put(slice(after, 0, 2));
                    (rest, column) = (slice(after, 2, after.len()), 0);
                }
                // The line is full and the text goes on: the last column is for the `=`.
                _ if column == LINE => {
                    page.back();
                    page.put(b"=\r\n");
                    (rest, column) = (slice(rest, run - 1, rest.len()), 0);
                }
                [byte, ref tail @ ..] => {
                    rest = tail;
                    let ends = tail.is_empty() || tail.starts_with(b"\r\n");
                    let width = if byte == b'\t' && !ends { 1 } else { 3 };
                    if column + width > LINE - usize::from(!ends) {
                        page.put(b"=\r\n");
                        column = 0;
                    }
                    column += width;
                    if width == 1 {
                        page.put(&[byte]);
                    } else {
                        page.escape(byte);
                    }
                    // A character beyond ASCII has several octets: their escapes follow one another.
                    while let [next @ 0x80..=0xff, after @ ..] = rest {
                        let ends = after.is_empty() || after.starts_with(b"\r\n");
                        if ends || column + 3 >= LINE {
                            break;
                        }
                        page.escape(*next);
                        column += 3;
                        rest = after;
                    }
                }
            }
            page.turn();
        }
        page.close();
    }
}

/// Whether a mailbox file or a transport may change a line for how it begins.
fn is_fragile(line: &[u8]) -> bool {
    line.first() == Some(&b'.') || line.starts_with(b"From ")
}

/// How many octets are written before they are added to the output.
const PAGE: usize = 2048;

/// A page is written while no look at the room is needed, then added to the output.
struct Page<'o> {
    out: &'o mut Vec<u8>,
    space: [u8; PAGE],
    len: usize,
}

impl<'o> Page<'o> {
    const fn new(out: &'o mut Vec<u8>) -> Self {
        Self {
            out,
            space: [0; PAGE],
            len: 0,
        }
    }

    fn put(&mut self, octets: &[u8]) {
        if let Some(space) = self.space.get_mut(self.len..self.len + octets.len()) {
            space.copy_from_slice(octets);
            self.len += octets.len();
        }
    }

    fn escape(&mut self, byte: u8) {
        self.put(&[b'=', hex_digit(byte >> 4), hex_digit(byte)]);
    }

    /// Takes the last octet back.
    const fn back(&mut self) {
        self.len -= 1;
    }

    /// Copies what stands for itself inside a line, `limit` octets at the most, and gives how many.
    #[inline(always)]
    fn copy_plain(&mut self, runs: impl Runs, from: &[u8], limit: usize) -> usize {
        let to = self.space.get_mut(self.len..).unwrap_or_default();
        let run = runs.copy_plain(from, to, limit);
        self.len += run;
        run
    }

    /// Adds the page to the output, unless there is room for one more step.
    fn turn(&mut self) {
        if self.len > PAGE - 128 {
            self.close();
        }
    }

    fn close(&mut self) {
        let written = slice(&self.space, 0, self.len);
        self.out.extend_from_slice(written);
        self.len = 0;
    }
}
