//! uuencode: `begin 644 name`, lines of a length character and groups of four, `end`.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "cursors are bounded by the slices they walk"
)]

use super::{Faults, Progress};
use crate::grammar::slice;

/// Decodes uuencoded lines; lines outside `begin` and `end` are left out. Where no line says `begin`, the first that is one
/// of data by its length begins.
///
/// ```
/// use mailweft_mime::transfer::uuencode::Decoder;
///
/// let mut out = [0; 64];
/// let input = b"begin 644 hello.txt\r\n%:&5L;&\\\r\n`\r\nend\r\n";
/// let progress = Decoder::default().step(input, &mut out, true);
/// assert_eq!(&out[..progress.produced], b"hello");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    state: State,
    faults: Faults,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Before,
    Inside,
    After,
}

/// The longest line that is looked at: 63 octets of data in 84 characters, with room for junk.
const LINE: usize = 1000;

/// How many octets stand on a line of any encoder: `M`.
const MOST: usize = 45;

/// How many characters so many octets are.
const fn encoded_len(octets: usize) -> usize {
    octets.div_ceil(3) * 4
}

/// Whether a line is one of data, by its length; some write a checksum behind it.
fn is_data(line: &[u8]) -> bool {
    let Some((&first, groups)) = line.split_first() else {
        return false;
    };
    let len = encoded_len(usize::from(first.wrapping_sub(b' ')));
    (b'!'..=b'_').contains(&first)
        && (groups.len() == len || groups.len() == len + 1)
        && groups.iter().all(|byte| (b' '..=b'`').contains(byte))
}

impl Decoder {
    /// Decodes whole lines from `input` into `out`; with `last`, nothing follows the input.
    pub fn step(&mut self, input: &[u8], out: &mut [u8], last: bool) -> Progress {
        let (mut at, mut to) = (0, 0);
        while at < input.len() && out.len() - to >= 64 {
            let rest = slice(input, at, input.len());
            let (line, len) = match memchr::memchr(b'\n', rest) {
                Some(end) => (slice(rest, 0, end), end + 1),
                None if last || rest.len() > LINE => (rest, rest.len()),
                None => break,
            };
            to += self.line(
                line.strip_suffix(b"\r").unwrap_or(line),
                out.get_mut(to..).unwrap_or_default(),
            );
            at += len;
        }
        if last && at == input.len() {
            self.faults.truncated |= self.state != State::After;
        }
        Progress::new(at, to)
    }

    /// What was odd so far.
    #[must_use]
    pub const fn faults(&self) -> Faults {
        self.faults
    }

    fn line(&mut self, line: &[u8], out: &mut [u8]) -> usize {
        match self.state {
            State::Before if line == b"begin" || line.starts_with(b"begin ") => {
                self.state = State::Inside;
                self.faults.junk |= begin(line).is_none();
                0
            }
            State::Before if is_data(line) => {
                self.state = State::Inside;
                self.faults.junk = true;
                self.data(line, out)
            }
            State::Before => 0,
            State::Inside if line == b"end" => {
                self.state = State::After;
                0
            }
            // What was taken for data before it was none: no line of data holds small letters.
            State::Inside if begin(line).is_some() => 0,
            State::Inside => self.data(line, out),
            State::After => 0,
        }
    }

    fn data(&mut self, line: &[u8], out: &mut [u8]) -> usize {
        let Some((&first, groups)) = line.split_first() else {
            return 0;
        };
        let want = usize::from(first.wrapping_sub(b' ') & 63);
        // Blanks at the end may be gone; but no encoder says more than `M` of a line.
        if want > MOST && groups.len() < encoded_len(want) {
            self.faults.junk = true;
            return 0;
        }
        self.faults.junk |= !(b' '..=b'`').contains(&first);
        let mut octets = groups.chunks(4).flat_map(|group| {
            let sextet =
                |at| u32::from(group.get(at).map_or(0, |b: &u8| b.wrapping_sub(b' ') & 63));
            let bits = sextet(0) << 18 | sextet(1) << 12 | sextet(2) << 6 | sextet(3);
            let [_, a, b, c] = bits.to_be_bytes();
            [a, b, c]
        });
        let mut made = 0;
        for to in out.iter_mut().take(want) {
            let Some(octet) = octets.next() else { break };
            *to = octet;
            made += 1;
        }
        self.faults.truncated |= made < want;
        made
    }
}

/// A file in the middle of a text, as systems without MIME send it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Embedded {
    /// Its name, as it stands in the `begin` line.
    pub name: alloc::string::String,
    /// Where it stands in the text, from the `begin` line to the `end` line.
    pub range: core::ops::Range<usize>,
    /// Its octets.
    pub octets: alloc::vec::Vec<u8>,
}

/// The uuencoded files in a text, in order.
///
/// ```
/// use mailweft_mime::transfer::uuencode::embedded;
///
/// let text = b"Here it is:\r\nbegin 644 hello.txt\r\n%:&5L;&\\\r\n`\r\nend\r\nBye\r\n";
/// let files = embedded(text);
/// assert_eq!((files[0].name.as_str(), files[0].octets.as_slice()), ("hello.txt", b"hello".as_slice()));
/// assert!(text[files[0].range.end..].starts_with(b"Bye"));
/// ```
#[must_use]
pub fn embedded(text: &[u8]) -> alloc::vec::Vec<Embedded> {
    let mut files = alloc::vec::Vec::new();
    let mut at = 0;
    let mut open: Option<(usize, &[u8])> = None;
    for line in text.split_inclusive(|&b| b == b'\n') {
        let end = at + line.len();
        let content = line.trim_ascii_end();
        match open {
            None => open = begin(content).map(|name| (at, name)),
            Some((start, name)) if content == b"end" => {
                let (octets, _) = super::decode(
                    crate::types::encoding::Encoding::Uuencode,
                    slice(text, start, end),
                );
                let name = alloc::string::String::from_utf8_lossy(name).into_owned();
                files.push(Embedded {
                    name,
                    range: start..end,
                    octets: octets.into_owned(),
                });
                open = None;
            }
            Some(_) => {}
        }
        at = end;
    }
    files
}

/// True where some line is a `begin 644 name` line.
pub(crate) fn begin_line(octets: &[u8]) -> bool {
    octets
        .split(|&b| b == b'\n')
        .any(|line| begin(line.strip_suffix(b"\r").unwrap_or(line)).is_some())
}

/// The file name of a `begin 644 name` line.
pub(crate) fn begin(line: &[u8]) -> Option<&[u8]> {
    let rest = line.strip_prefix(b"begin ")?;
    let digits = rest
        .iter()
        .take_while(|b| (b'0'..=b'7').contains(b))
        .count();
    let name = slice(rest, digits, rest.len()).strip_prefix(b" ")?;
    ((3..=6).contains(&digits) && !name.is_empty()).then_some(name)
}
