//! quoted-printable (RFC 2045 §6.7), broken or whole.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "cursors are bounded by the slices they walk, and the table is made at compile time"
)]

use alloc::vec::Vec;

use memchr::memchr2;

use super::{Faults, Progress};
use crate::grammar::{hex, hex_digit, is_wsp, slice};

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
    Octet(u8),
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
        let copy = |out: &mut [u8], to: &mut usize, from: &[u8]| {
            if let Some(space) = out.get_mut(*to..*to + from.len()) {
                space.copy_from_slice(from);
                *to += from.len();
            }
        };
        loop {
            let rest = slice(input, at, input.len());
            let Some(found) = memchr2(b'=', b'\n', rest) else {
                let before_cr = rest.len() - usize::from(rest.last() == Some(&b'\r') && !last);
                let run = self.kept(slice(rest, 0, before_cr));
                if !last && run == before_cr && before_cr == rest.len() && run > 0 {
                    self.long_blanks = slice(rest, run - 1, run).iter().all(|&b| is_wsp(b));
                }
                copy(out, &mut to, slice(rest, 0, run));
                return Progress::new(if last { input.len() } else { at + run }, to);
            };
            if rest.get(found) == Some(&b'\n') {
                let returned = found > 0 && rest.get(found - 1) == Some(&b'\r');
                let end = if returned { found - 1 } else { found };
                let kept = self.kept(slice(rest, 0, end));
                self.long_blanks = false;
                copy(out, &mut to, slice(rest, 0, kept));
                copy(out, &mut to, slice(rest, end, found + 1));
                at += found + 1;
                continue;
            }
            copy(out, &mut to, slice(rest, 0, found));
            self.long_blanks = false;
            at += found;
            let (octet, len) = match escape(slice(rest, found + 1, rest.len()), last) {
                Escape::Octet(octet) => (Some(octet), 3),
                Escape::Soft(len) => (None, 1 + len),
                Escape::Need => return Progress::new(at, to),
                Escape::Bad => {
                    self.faults.bad_escape = true;
                    (Some(b'='), 1)
                }
            };
            at += len;
            if let Some(octet) = octet {
                copy(out, &mut to, &[octet]);
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

/// What follows an `=`.
fn escape(after: &[u8], last: bool) -> Escape {
    match *after {
        [high, low, ..] if hex(high).is_some() => match (hex(high), hex(low)) {
            (Some(high), Some(low)) => Escape::Octet(high << 4 | low),
            _ => Escape::Bad,
        },
        [b'\n', ..] => Escape::Soft(1),
        [b'\r', b'\n', ..] => Escape::Soft(2),
        [] if last => Escape::Soft(0),
        [high] if hex(high).is_some() && !last => Escape::Need,
        [b'\r'] if last => Escape::Soft(1),
        [] | [b'\r'] => Escape::Need,
        [blank, ..] if is_wsp(blank) => {
            let blanks = after.iter().take_while(|&&b| is_wsp(b)).count();
            match slice(after, blanks, after.len()) {
                [b'\n', ..] => Escape::Soft(blanks + 1),
                [b'\r', b'\n', ..] => Escape::Soft(blanks + 2),
                [] | [b'\r'] if last => Escape::Soft(after.len()),
                [] | [b'\r'] if blanks < BLANKS => Escape::Need,
                _ => Escape::Bad,
            }
        }
        _ => Escape::Bad,
    }
}

/// The length without blanks at the end.
fn trimmed(line: &[u8]) -> usize {
    line.iter()
        .rposition(|&b| !is_wsp(b))
        .map_or(0, |at| at + 1)
}

/// Takes what an encoder makes: a `Vec`, or a counter.
pub(crate) trait Sink {
    fn put(&mut self, octets: &[u8]);
}

impl Sink for Vec<u8> {
    fn put(&mut self, octets: &[u8]) {
        self.extend_from_slice(octets);
    }
}

/// Counts what would be written.
#[derive(Debug, Default)]
pub(crate) struct Count(pub(crate) u64);

impl Sink for Count {
    fn put(&mut self, octets: &[u8]) {
        self.0 = self.0.saturating_add(crate::error::to_u64(octets.len()));
    }
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
    let mut out = Vec::with_capacity(text.len().saturating_add(text.len() / 8));
    Encoder::default().push(text, &mut out, true);
    out
}

/// Encodes in pieces.
#[derive(Clone, Debug, Default)]
pub(crate) struct Encoder {
    column: usize,
}

impl Encoder {
    /// Encodes `input`, and gives how much of it was taken: without `last`, the end of an open line stays.
    pub(crate) fn push(&mut self, input: &[u8], out: &mut impl Sink, last: bool) -> usize {
        let mut at = 0;
        while at < input.len() {
            let run = self.plain_run(slice(input, at, input.len()));
            if run > 0 {
                out.put(slice(input, at, at + run));
                self.column += run;
                at += run;
            }
            let rest = slice(input, at, input.len());
            // To judge an octet, those after it must be known: CRLF, `From `.
            if rest.len() < 8 && !last {
                break;
            }
            let Some(&byte) = rest.first() else { break };
            if rest.starts_with(b"\r\n") {
                out.put(b"\r\n");
                self.column = 0;
                at += 2;
                continue;
            }
            let end_of_line = rest.len() == 1 || slice(rest, 1, 3) == b"\r\n";
            let literal = match byte {
                b'=' => false,
                b' ' | b'\t' => !end_of_line,
                b'.' => self.column > 0,
                b'F' => self.column > 0 || !rest.starts_with(b"From "),
                byte => byte.is_ascii_graphic(),
            };
            let width = if literal { 1 } else { 3 };
            // The last column is for the `=` of a soft break, unless the line ends here.
            let room = if end_of_line { LINE } else { LINE - 1 };
            if self.column + width > room {
                out.put(b"=\r\n");
                self.column = 0;
                continue;
            }
            if literal {
                out.put(&[byte]);
            } else {
                out.put(&[b'=', hex_digit(byte >> 4), hex_digit(byte)]);
            }
            self.column += width;
            at += 1;
        }
        at
    }

    /// How many octets at the front stand as they are, whatever follows them, without a line break.
    fn plain_run(&self, rest: &[u8]) -> usize {
        if self.column == 0 {
            return 0;
        }
        let window = slice(rest, 0, (LINE - 1).saturating_sub(self.column));
        // Blocks are looked at without a branch for each octet.
        let plain = |b: u8| PLAIN.get(usize::from(b)).copied().unwrap_or(false);
        let blocks = window
            .chunks_exact(8)
            .take_while(|block| block.iter().fold(true, |all, &b| all & plain(b)));
        let mut run = blocks.count() * 8;
        run += slice(window, run, window.len())
            .iter()
            .take_while(|&&b| plain(b))
            .count();
        // What ends the run may be a line end: the blanks before it are not for this place to judge.
        let kept = trimmed(slice(rest, 0, run));
        if run == rest.len() {
            kept.saturating_sub(1)
        } else {
            kept
        }
    }
}

/// The octets that stand for themselves inside a line.
static PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = b' ';
    while byte <= b'~' {
        plain[byte as usize] = byte != b'=';
        byte += 1;
    }
    plain
};
