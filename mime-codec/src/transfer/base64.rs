//! base64 (RFC 2045 §6.8), in lines or without, broken or whole.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    reason = "cursors are bounded by the slices they walk, and sextets are masked before they are cut to octets; tables are indexed by bytes and by 12 bits"
)]

use super::{Faults, Progress};

const ALPHABET: [u8; 64] = *b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// How many encoded octets stand on a line.
const LINE: usize = 76;

/// How many octets make a line.
const LINE_INPUT: usize = 57;

/// Set in a table's entry for a byte that is not of the alphabet.
const BAD: u32 = 1 << 31;

/// For each place of a group of four, what a byte there adds to the 24 bits.
static DECODE: [[u32; 256]; 4] = {
    let mut tables = [[BAD; 256]; 4];
    let mut place = 0;
    while place < 4 {
        let mut value = 0;
        while value < 64 {
            let (byte, shift) = (ALPHABET[value] as usize, 18 - 6 * place);
            tables[place][byte] = (value as u32) << shift;
            value += 1;
        }
        place += 1;
    }
    tables
};

/// Decodes base64: anything outside the alphabet is skipped, padding ends a group and not the data.
///
/// ```
/// use mailweft_mime::transfer::base64::Decoder;
///
/// let mut out = [0; 16];
/// let progress = Decoder::default().step(b"aGVs\r\nbG8=", &mut out, true);
/// assert_eq!((progress.consumed, progress.produced), (10, 5));
/// assert_eq!(&out[..5], b"hello");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    bits: u32,
    /// How many sextets `bits` holds.
    count: u8,
    padded: bool,
    faults: Faults,
}

impl Decoder {
    /// Decodes from `input` into `out`; with `last`, nothing follows the input.
    pub fn step(&mut self, input: &[u8], out: &mut [u8], last: bool) -> Progress {
        let (mut at, mut to) = (0, 0);
        loop {
            if self.count == 0 {
                let (consumed, produced) = groups(
                    input.get(at..).unwrap_or_default(),
                    out.get_mut(to..).unwrap_or_default(),
                );
                self.faults.padding_inside |= self.padded && consumed > 0;
                at += consumed;
                to += produced;
            }
            let Some(&byte) = input.get(at) else { break };
            // The most that one octet can bring out.
            if out.len() - to < 3 {
                return Progress::new(at, to);
            }
            at += 1;
            match sextet(byte) {
                BAD if byte == b'=' => {
                    to += self.flush(out.get_mut(to..).unwrap_or_default());
                    self.padded = true;
                }
                BAD => self.faults.junk |= !byte.is_ascii_whitespace(),
                sextet => {
                    self.faults.padding_inside |= self.padded;
                    self.bits = self.bits << 6 | sextet;
                    self.count += 1;
                    if self.count == 4 {
                        to += put(out.get_mut(to..).unwrap_or_default(), self.bits, 3);
                        (self.bits, self.count) = (0, 0);
                    }
                }
            }
        }
        if last && self.count > 0 && out.len() - to >= 2 {
            self.faults.truncated = true;
            to += self.flush(out.get_mut(to..).unwrap_or_default());
        }
        Progress::new(at, to)
    }

    /// What was odd so far.
    #[must_use]
    pub const fn faults(&self) -> Faults {
        self.faults
    }

    /// Brings out what a group that is not whole holds.
    fn flush(&mut self, out: &mut [u8]) -> usize {
        let (bits, count) = (self.bits, self.count);
        (self.bits, self.count) = (0, 0);
        match count {
            3 => put(out, bits << 6, 2),
            2 => put(out, bits << 12, 1),
            1 => {
                self.faults.truncated = true;
                0
            }
            _ => 0,
        }
    }
}

fn sextet(byte: u8) -> u32 {
    let [.., last] = &DECODE;
    last.get(usize::from(byte)).copied().unwrap_or(BAD)
}

fn put(out: &mut [u8], bits: u32, len: usize) -> usize {
    let octets = [(bits >> 16) as u8, (bits >> 8) as u8, bits as u8];
    for (to, from) in out.iter_mut().zip(octets).take(len) {
        *to = from;
    }
    len
}

/// Decodes whole groups of four up to the first byte that is not of the alphabet.
fn groups(input: &[u8], out: &mut [u8]) -> (usize, usize) {
    let mut done = 0;
    let [t0, t1, t2, t3] = &DECODE;
    for (from, to) in input.chunks_exact(8).zip(out.chunks_exact_mut(6)) {
        let &[a, b, c, d, e, f, g, h] = from else {
            break;
        };
        let first =
            t0[usize::from(a)] | t1[usize::from(b)] | t2[usize::from(c)] | t3[usize::from(d)];
        let second =
            t0[usize::from(e)] | t1[usize::from(f)] | t2[usize::from(g)] | t3[usize::from(h)];
        if (first | second) & BAD != 0 {
            break;
        }
        let [_, p, q, r] = first.to_be_bytes();
        let [_, s, t, u] = second.to_be_bytes();
        to.copy_from_slice(&[p, q, r, s, t, u]);
        done += 2;
    }
    (done * 4, done * 3)
}

/// At least as many octets as `len` octets of base64 decode to.
#[must_use]
pub const fn decoded_len_bound(len: usize) -> usize {
    len.div_ceil(4).saturating_mul(3)
}

/// How many octets `len` octets become: lines of 76, each ended by CRLF.
///
/// ```
/// use mailweft_mime::transfer::base64::encoded_len;
///
/// assert_eq!(encoded_len(0), 0);
/// assert_eq!(encoded_len(57), 78);
/// assert_eq!(encoded_len(58), 84);
/// ```
#[must_use]
pub const fn encoded_len(len: u64) -> u64 {
    let lines = len.div_ceil(LINE_INPUT as u64);
    len.div_ceil(3)
        .saturating_mul(4)
        .saturating_add(lines.saturating_mul(2))
}

/// Encodes in lines of 76, each ended by CRLF.
///
/// ```
/// use mailweft_mime::transfer::base64::Encoder;
///
/// let mut encoder = Encoder::default();
/// let mut out = Vec::new();
/// encoder.push(b"hel", &mut out);
/// encoder.push(b"lo", &mut out);
/// encoder.finish(&mut out);
/// assert_eq!(out, b"aGVsbG8=\r\n");
/// ```
#[derive(Clone, Debug)]
pub struct Encoder {
    /// What does not fill a line yet.
    carry: [u8; LINE_INPUT],
    held: usize,
}

impl Default for Encoder {
    fn default() -> Self {
        Self {
            carry: [0; LINE_INPUT],
            held: 0,
        }
    }
}

impl Encoder {
    /// Encodes one more piece onto the end of `out`: whole lines, the rest is held.
    pub fn push(&mut self, mut input: &[u8], out: &mut alloc::vec::Vec<u8>) {
        if self.held > 0 {
            let take = (LINE_INPUT - self.held).min(input.len());
            let (head, rest) = input.split_at(take);
            if let Some(space) = self.carry.get_mut(self.held..self.held + take) {
                space.copy_from_slice(head);
            }
            self.held += take;
            input = rest;
            if self.held < LINE_INPUT {
                return;
            }
            let mut line = [0; LINE + 2];
            encode_line(&self.carry, &mut line);
            out.extend_from_slice(&line);
            self.held = 0;
        }
        let lines = input.chunks_exact(LINE_INPUT);
        let rest = lines.remainder();
        let start = out.len();
        out.resize(start + lines.len() * (LINE + 2), 0);
        let space = out.get_mut(start..).unwrap_or_default();
        for (line, to) in lines.zip(space.chunks_exact_mut(LINE + 2)) {
            encode_line(line, to);
        }
        if let Some(space) = self.carry.get_mut(..rest.len()) {
            space.copy_from_slice(rest);
            self.held = rest.len();
        }
    }

    /// Encodes what is held, with its padding and line end.
    pub fn finish(&mut self, out: &mut alloc::vec::Vec<u8>) {
        if self.held > 0 {
            encode_run(self.carry.get(..self.held).unwrap_or_default(), out);
            out.extend_from_slice(b"\r\n");
            self.held = 0;
        }
    }
}

/// The two characters of each 12 bits.
static PAIRS: [[u8; 2]; 4096] = {
    let mut pairs = [[0; 2]; 4096];
    let mut value = 0;
    while value < 4096 {
        pairs[value] = [ALPHABET[value >> 6], ALPHABET[value & 63]];
        value += 1;
    }
    pairs
};

fn encode_line(line: &[u8], out: &mut [u8]) {
    let Some((out, end)) = out.split_last_chunk_mut::<2>() else {
        return;
    };
    *end = *b"\r\n";
    for (from, to) in line.chunks_exact(3).zip(out.chunks_exact_mut(4)) {
        if let &[a, b, c] = from {
            to.copy_from_slice(&encode_group(a, b, c));
        }
    }
}

fn encode_group(a: u8, b: u8, c: u8) -> [u8; 4] {
    let bits = u32::from(a) << 16 | u32::from(b) << 8 | u32::from(c);
    let pair = |at: u32| PAIRS.get(at as usize & 0xfff).copied().unwrap_or_default();
    let ([p, q], [r, s]) = (pair(bits >> 12), pair(bits));
    [p, q, r, s]
}

/// Encodes without lines, with padding.
pub(crate) fn encode_run(input: &[u8], out: &mut alloc::vec::Vec<u8>) {
    let groups = input.chunks_exact(3);
    let rest = groups.remainder();
    for group in groups {
        if let &[a, b, c] = group {
            out.extend_from_slice(&encode_group(a, b, c));
        }
    }
    match *rest {
        [a] => {
            let [p, q, ..] = encode_group(a, 0, 0);
            out.extend_from_slice(&[p, q, b'=', b'=']);
        }
        [a, b] => {
            let [p, q, r, _] = encode_group(a, b, 0);
            out.extend_from_slice(&[p, q, r, b'=']);
        }
        _ => {}
    }
}
