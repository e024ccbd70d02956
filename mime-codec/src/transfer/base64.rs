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

/// A line, and what it takes to fill whole vectors.
const PADDED: usize = 80;

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

/// Decodes whole lines, then whole groups of four, up to the first byte that is not of the alphabet.
fn groups(input: &[u8], out: &mut [u8]) -> (usize, usize) {
    let (mut at, mut to) = (0, 0);
    while let Some((line, end)) = input
        .get(at..at + LINE + 2)
        .and_then(|line| line.split_first_chunk::<LINE>())
    {
        let Some(space) = out.get_mut(to..to + LINE_INPUT) else {
            break;
        };
        if end != b"\r\n" || !decode_line(line, space) {
            break;
        }
        at += LINE + 2;
        to += LINE_INPUT;
    }
    let [t0, t1, t2, t3] = &DECODE;
    let rest = input.get(at..).unwrap_or_default();
    let space = out.get_mut(to..).unwrap_or_default();
    for (from, octets) in rest.chunks_exact(4).zip(space.chunks_exact_mut(3)) {
        let &[a, b, c, d] = from else { break };
        let bits =
            t0[usize::from(a)] | t1[usize::from(b)] | t2[usize::from(c)] | t3[usize::from(d)];
        if bits & BAD != 0 {
            break;
        }
        let [_, p, q, r] = bits.to_be_bytes();
        octets.copy_from_slice(&[p, q, r]);
        at += 4;
        to += 3;
    }
    (at, to)
}

/// Decodes a whole line; false where a byte is not of the alphabet.
///
/// Both loops are free of branches, so that the compiler makes vector instructions of them.
fn decode_line(line: &[u8; LINE], out: &mut [u8]) -> bool {
    // A width that vectors divide: what pads it is of the alphabet.
    let mut sextets = [b'A'; PADDED];
    if let Some((text, _)) = sextets.split_first_chunk_mut::<LINE>() {
        *text = *line;
    }
    let mut unknown = [0_u8; PADDED];
    for (byte, unknown) in sextets.iter_mut().zip(&mut unknown) {
        let c = *byte as i8;
        let above = |low: i8| -i8::from(c > low);
        let below = |high: i8| -i8::from(c < high);
        let is = |one: i8| -i8::from(c == one);
        let upper = above(b'A' as i8 - 1) & below(b'Z' as i8 + 1);
        let lower = above(b'a' as i8 - 1) & below(b'z' as i8 + 1);
        let digit = above(b'0' as i8 - 1) & below(b'9' as i8 + 1);
        let (plus, slash) = (is(b'+' as i8), is(b'/' as i8));
        // From the place of a range in US-ASCII to its place in the alphabet.
        let offset = (upper & -65) | (lower & -71) | (digit & 4) | (plus & 19) | (slash & 16);
        *byte = c.wrapping_add(offset) as u8;
        *unknown = !(upper | lower | digit | plus | slash) as u8;
    }
    let bad = unknown.iter().fold(0, |all, &one| all | one);
    let (eights, rest) = sextets.split_at(72);
    let four = rest.get(..4).unwrap_or_default();
    let (sixes, three) = out.split_at_mut(54);
    for (from, to) in eights.chunks_exact(8).zip(sixes.chunks_exact_mut(6)) {
        if let Ok(&from) = <&[u8; 8]>::try_from(from) {
            let x = u64::from_be_bytes(from);
            let x = (x & 0x3f00_3f00_3f00_3f00) >> 2 | (x & 0x003f_003f_003f_003f);
            let x = (x & 0x0fff_0000_0fff_0000) >> 4 | (x & 0x0000_0fff_0000_0fff);
            let x = x >> 8 & 0xffff_ff00_0000 | x & 0x00ff_ffff;
            let [_, _, octets @ ..] = x.to_be_bytes();
            to.copy_from_slice(&octets);
        }
    }
    if let (&[a, b, c, d], [p, q, r]) = (four, three) {
        let bits = u32::from(a) << 18 | u32::from(b) << 12 | u32::from(c) << 6 | u32::from(d);
        [_, *p, *q, *r] = bits.to_be_bytes();
    }
    bad == 0
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

/// Encodes a whole line; both loops are free of branches, as in [`decode_line`].
fn encode_line(line: &[u8], out: &mut [u8]) {
    let Some((out, end)) = out.split_last_chunk_mut::<2>() else {
        return;
    };
    *end = *b"\r\n";
    for (from, to) in line.chunks_exact(6).zip(out.chunks_exact_mut(8)) {
        if let &[a, b, c, d, e, f] = from {
            let x = u64::from_be_bytes([0, 0, a, b, c, d, e, f]);
            let x = (x & 0xffff_ff00_0000) << 8 | x & 0x00ff_ffff;
            let x = (x & 0x00ff_f000_00ff_f000) << 4 | x & 0x0000_0fff_0000_0fff;
            let x = (x & 0x0fc0_0fc0_0fc0_0fc0) << 2 | x & 0x003f_003f_003f_003f;
            to.copy_from_slice(&x.to_be_bytes());
        }
    }
    if let (&[.., a, b, c], Some(to)) = (line, out.last_chunk_mut::<4>()) {
        *to = [
            a >> 2,
            (a & 3) << 4 | b >> 4,
            (b & 15) << 2 | c >> 6,
            c & 63,
        ];
    }
    let Some((text, _)) = out.split_first_chunk_mut::<LINE>() else {
        return;
    };
    let mut padded = [0_u8; PADDED];
    if let Some((sextets, _)) = padded.split_first_chunk_mut::<LINE>() {
        *sextets = *text;
    }
    for byte in &mut padded {
        let sextet = *byte;
        let from = |low: u8, step: u8| u8::from(sextet >= low).wrapping_neg() & step;
        // Each step leads from one range of the alphabet to the next.
        *byte = sextet
            .wrapping_add(b'A')
            .wrapping_add(from(26, 6))
            .wrapping_sub(from(52, 75))
            .wrapping_sub(from(62, 15))
            .wrapping_add(from(63, 3));
    }
    if let Some((chars, _)) = padded.split_first_chunk::<LINE>() {
        *text = *chars;
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
