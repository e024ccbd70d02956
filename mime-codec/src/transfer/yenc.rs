//! yEnc: octets shifted by 42, between `=ybegin` and `=yend` lines.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "cursors are bounded by the slices they walk"
)]

use super::{Faults, Progress};
use crate::grammar::slice;

/// Decodes yEnc; lines outside `=ybegin` and `=yend` are left out.
///
/// ```
/// use mailweft_mime::transfer::yenc::Decoder;
///
/// let mut out = [0; 64];
/// let input = b"=ybegin line=128 size=5 name=hello.txt\r\n\x92\x8f\x96\x96\x99\r\n=yend size=5\r\n";
/// let progress = Decoder::default().step(input, &mut out, true);
/// assert_eq!(&out[..progress.produced], b"hello");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    inside: bool,
    ended: bool,
    faults: Faults,
}

/// A line longer than this is decoded in pieces.
const LINE: usize = 4096;

impl Decoder {
    /// Decodes lines from `input` into `out`; with `last`, nothing follows the input.
    pub fn step(&mut self, input: &[u8], out: &mut [u8], last: bool) -> Progress {
        let (mut at, mut to) = (0, 0);
        while at < input.len() {
            let rest = slice(input, at, input.len());
            let (line, len) = match memchr::memchr(b'\n', slice(rest, 0, LINE)) {
                Some(end) => (slice(rest, 0, end), end + 1),
                // An escape is not cut in two.
                None if rest.len() > LINE => {
                    let cut = LINE - usize::from(rest.get(LINE - 1) == Some(&b'='));
                    (slice(rest, 0, cut), cut)
                }
                None if last => (rest, rest.len()),
                None => break,
            };
            if line.len() > out.len() - to {
                break;
            }
            to += self.line(
                line.strip_suffix(b"\r").unwrap_or(line),
                out.get_mut(to..).unwrap_or_default(),
            );
            at += len;
        }
        if last && at == input.len() {
            self.faults.truncated |= !self.ended;
        }
        Progress::new(at, to)
    }

    /// What was odd so far.
    #[must_use]
    pub const fn faults(&self) -> Faults {
        self.faults
    }

    fn line(&mut self, line: &[u8], out: &mut [u8]) -> usize {
        if line.starts_with(b"=ybegin ") {
            self.inside = true;
            return 0;
        }
        if line.starts_with(b"=yend") {
            (self.inside, self.ended) = (false, true);
            return 0;
        }
        if !self.inside || line.starts_with(b"=ypart ") {
            return 0;
        }
        let mut made = 0;
        let mut bytes = line.iter();
        while let Some(&byte) = bytes.next() {
            let plain = match byte {
                b'=' => match bytes.next() {
                    Some(&escaped) => escaped.wrapping_sub(64),
                    None => {
                        self.faults.bad_escape = true;
                        break;
                    }
                },
                byte => byte,
            };
            if let Some(to) = out.get_mut(made) {
                *to = plain.wrapping_sub(42);
                made += 1;
            }
        }
        made
    }
}
