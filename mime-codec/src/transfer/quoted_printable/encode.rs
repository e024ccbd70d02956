//! Text to quoted-printable, a line at a time.

#[cfg(all(feature = "simd", target_arch = "x86_64"))]
mod simd;

use alloc::vec::Vec;

use crate::grammar::{hex_digit, part, part_mut, sixteen, slice};

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
    #[cfg(all(feature = "simd", target_arch = "x86_64"))]
    if simd::encode_onto(text, out) {
        return;
    }
    write_lines(Sixteens, text, out);
}

/// Writes text line by line, as it is looked at.
#[inline(always)]
fn write_lines(look: impl Look, text: &[u8], out: &mut Vec<u8>) {
    let mut page = Page::new(out);
    let mut marks = Marks([0; MARKED / 8 + size_of::<u128>()]);
    let mut rest = text;
    while rest.len() >= WINDOW {
        let seen = marks.take(look, rest);
        let mut at = 0;
        while let (true, Some(window)) = (at + LOOK <= seen, part(rest, at)) {
            at += page.line(marks.from(at), window, WINDOW);
        }
        rest = slice(rest, at, rest.len());
    }
    // What is left, and behind it octets that no run goes over.
    let mut last = [0; WINDOW + WINDOW];
    if let Some(space) = last.get_mut(..rest.len()) {
        space.copy_from_slice(rest);
    }
    marks.take(look, &last);
    let mut at = 0;
    while let (true, Some(window)) = (at < rest.len(), part(&last, at)) {
        at += page.line(marks.from(at), window, rest.len() - at);
    }
    page.close();
}

/// A bit for each of some octets that does not stand for itself, the first octet's the lowest. Where a line begins is
/// known when the one before ends, and not before; what octets are is told of many without waiting for that.
struct Marks([u8; MARKED / 8 + size_of::<u128>()]);

/// How many octets are marked at once.
const MARKED: usize = 2048;

impl Marks {
    /// Marks octets from the front on, and gives how many: all, but for fewer than 32.
    #[inline(always)]
    fn take(&mut self, look: impl Look, octets: &[u8]) -> usize {
        let blocks = slice(octets, 0, MARKED).chunks_exact(32);
        let spaces = self.0.chunks_exact_mut(4);
        let mut seen = 0;
        for (block, space) in blocks.zip(spaces) {
            if let (Some(block), Some(space)) = (part(block, 0), part_mut(space, 0)) {
                *space = look.odd(block).to_le_bytes();
                seen += 32;
            }
        }
        seen
    }

    /// The marks of the octet at that place and of those behind it, as many as a line may have.
    #[inline(always)]
    fn from(&self, at: usize) -> u128 {
        u128::from_le_bytes(*part(&self.0, at / 8).unwrap_or(&[0; 16])) >> (at % 8)
    }
}

/// How octets are looked at.
trait Look: Copy {
    /// A bit for each octet that does not stand for itself, the first octet's the lowest.
    fn odd(self, octets: &[u8; 32]) -> u32;
}

/// By the vectors that every machine of a kind has.
#[derive(Clone, Copy)]
struct Sixteens;

impl Look for Sixteens {
    #[inline(always)]
    fn odd(self, octets: &[u8; 32]) -> u32 {
        let marks = |at| {
            let block = part(octets, at).unwrap_or(&[0; 16]);
            sixteen::marks_of_odd(b'=', block) as u32
        };
        marks(0) | marks(16) << 16
    }
}

/// How many octets are looked at for a line: no fewer than it may have, in whole vectors.
const LOOK: usize = 80;

/// What a line is made of: what is looked at, and as much behind any of its octets.
const WINDOW: usize = 2 * LOOK;

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

    /// Writes one line of text, and gives how many of its octets are on it.
    #[inline(always)]
    fn line(&mut self, odd: u128, text: &[u8; WINDOW], left: usize) -> usize {
        if self.len > PAGE - WINDOW {
            self.close();
        }
        let Some(space) = part_mut(&mut self.space, self.len) else {
            return left;
        };
        let mut line = Line {
            text,
            left,
            space,
            len: 0,
        };
        let taken = line.write(odd);
        self.len += line.len;
        taken
    }

    fn close(&mut self) {
        let written = slice(&self.space, 0, self.len);
        self.out.extend_from_slice(written);
        self.len = 0;
    }
}

/// A line that is written.
struct Line<'t, 's> {
    text: &'t [u8; WINDOW],
    /// How many octets the text has, or as many as the window.
    left: usize,
    /// Room for a line, and for what is copied behind it.
    space: &'s mut [u8; WINDOW],
    len: usize,
}

impl Line<'_, '_> {
    /// Writes the line with its end, and gives how many octets of the text are on it.
    #[inline(always)]
    fn write(&mut self, mut odd: u128) -> usize {
        // Which octet is next; the column that it comes to stand in is the length of the line so far.
        let mut at = 0;
        if let (true, Some(&first)) = (is_fragile(self.text), self.text.first()) {
            self.escape(first);
            at = 1;
        }
        loop {
            self.copy_from(at);
            let next = odd.trailing_zeros() as usize;
            let full = at + LINE - self.len;
            if next >= full {
                self.len = LINE;
                if self.is_end(full) {
                    return self.end(full);
                }
                // The text goes on: the last column is for the `=`.
                self.len -= 1;
                self.put(*b"=\r\n");
                return full - 1;
            }
            self.len += next - at;
            at = next;
            // Octets beyond ASCII come together, and most fit on the line whether it ends behind them or not.
            while let Some(byte) = self.fitting(at) {
                self.escape(byte);
                (at, odd) = (at + 1, odd & (odd - 1));
            }
            if at > next {
                continue;
            }
            if self.is_end(at) {
                return self.end(at);
            }
            let Some(&byte) = self.text.get(at) else {
                return at;
            };
            let ends = self.is_end(at + 1);
            let width = if byte == b'\t' && !ends { 1 } else { 3 };
            if self.len + width > LINE - usize::from(!ends) {
                self.put(*b"=\r\n");
                return at;
            }
            if width == 1 {
                self.put([byte]);
            } else {
                self.escape(byte);
            }
            (at, odd) = (at + 1, odd & (odd - 1));
        }
    }

    /// The octet there, where it is beyond ASCII, and the line has room for its escape and a soft line break.
    #[inline(always)]
    fn fitting(&self, at: usize) -> Option<u8> {
        let byte = self.text.get(at).copied()?;
        (!byte.is_ascii() && self.len + 3 < LINE).then_some(byte)
    }

    /// Ends the line where the text does, or a line of it.
    #[inline(always)]
    fn end(&mut self, at: usize) -> usize {
        // No blank ends a line. A tab that would is an escape by now.
        let before = at.checked_sub(1).and_then(|before| self.text.get(before));
        if before == Some(&b' ') {
            self.len -= 1;
            if self.len + 3 > LINE {
                self.put(*b"=\r\n");
            }
            self.escape(b' ');
        }
        if at == self.left {
            return at;
        }
        self.put(*b"\r\n");
        at + 2
    }

    /// Whether the text or a line of it ends there.
    #[inline(always)]
    fn is_end(&self, at: usize) -> bool {
        at == self.left || part(self.text, at) == Some(b"\r\n")
    }

    /// Copies what a line may have from there on; what does not stand for itself is written over.
    #[inline(always)]
    fn copy_from(&mut self, at: usize) {
        if let (Some(from), Some(to)) = (
            part::<LOOK>(self.text, at),
            part_mut::<LOOK>(self.space, self.len),
        ) {
            *to = *from;
        }
    }

    #[inline(always)]
    fn put<const N: usize>(&mut self, octets: [u8; N]) {
        if let Some(space) = part_mut(self.space, self.len) {
            *space = octets;
            self.len += N;
        }
    }

    #[inline(always)]
    fn escape(&mut self, byte: u8) {
        let escape = ESCAPES.get(usize::from(byte)).copied();
        self.put(escape.unwrap_or_default());
        // The fourth is written over.
        self.len -= 1;
    }
}

/// The escape of each octet, with an octet more: four at once are written sooner than three.
static ESCAPES: [[u8; 4]; 256] = escapes();

const fn escapes() -> [[u8; 4]; 256] {
    let mut table = [[b'='; 4]; 256];
    let mut rest: &mut [[u8; 4]] = &mut table;
    let mut byte = 0;
    while let Some((escape, more)) = rest.split_first_mut() {
        *escape = [b'=', hex_digit(byte >> 4), hex_digit(byte), b'='];
        byte = byte.wrapping_add(1);
        rest = more;
    }
    table
}

/// Whether a mailbox file or a transport may change a line for how it begins.
#[inline(always)]
fn is_fragile(line: &[u8]) -> bool {
    line.first() == Some(&b'.') || line.starts_with(b"From ")
}
