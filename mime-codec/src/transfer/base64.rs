//! base64 (RFC 2045 §6.8), in lines or without, broken or whole.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    reason = "cursors are bounded by the slices they walk, and sextets are masked before they are cut to octets; tables are indexed by bytes and by sextets"
)]

use super::{Faults, Progress};

#[cfg(all(feature = "simd", target_arch = "x86_64"))]
mod simd;
mod sixteens;

#[cfg(all(feature = "simd", target_arch = "x86_64"))]
use simd as lines;
#[cfg(not(all(feature = "simd", target_arch = "x86_64")))]
use sixteens as lines;

const ALPHABET: [u8; 64] = *b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// How many encoded octets stand on a line.
const LINE: usize = 76;

/// How many octets make a line.
const LINE_INPUT: usize = 57;

/// The value of each character, or [`BAD`].
static SEXTETS: [u8; 256] = {
    let mut sextets = [BAD; 256];
    let mut value = 0;
    while value < 64 {
        sextets[ALPHABET[value] as usize] = value as u8;
        value += 1;
    }
    sextets
};

/// Stands for a byte that is not of the alphabet.
const BAD: u8 = u8::MAX;

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
            // Fewer than four are no group.
            if self.count == 0 && input.len() - at >= 4 {
                let (consumed, produced) = groups(
                    input.get(at..).unwrap_or_default(),
                    out.get_mut(to..).unwrap_or_default(),
                );
                self.faults.padding_inside |= self.padded && consumed > 0;
                at += consumed;
                to += produced;
                // More lines follow than there is room for: the next step may begin with a line, as this one did.
                let (more, room) = (input.len() - at, out.len() - to);
                if consumed > LINE && more > LINE + 2 && room < LINE_INPUT {
                    return Progress::new(at, to);
                }
            }
            let Some(&byte) = input.get(at) else { break };
            // The most that one octet can bring out.
            if out.len() - to < 3 {
                return Progress::new(at, to);
            }
            at += 1;
            match SEXTETS[usize::from(byte)] {
                BAD if byte == b'=' => {
                    to += self.flush(out.get_mut(to..).unwrap_or_default());
                    self.padded = true;
                }
                BAD => self.faults.junk |= !byte.is_ascii_whitespace(),
                sextet => {
                    self.faults.padding_inside |= self.padded;
                    self.bits = self.bits << 6 | u32::from(sextet);
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

    /// Characters were taken that make no whole group yet.
    pub(crate) const fn is_inside_group(&self) -> bool {
        self.count > 0
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

fn put(out: &mut [u8], bits: u32, len: usize) -> usize {
    let octets = [(bits >> 16) as u8, (bits >> 8) as u8, bits as u8];
    for (to, from) in out.iter_mut().zip(octets).take(len) {
        *to = from;
    }
    len
}

/// Decodes whole lines, then whole groups of four, up to the first byte that is not of the alphabet.
fn groups(input: &[u8], out: &mut [u8]) -> (usize, usize) {
    let (at, to) = if input.len() > LINE {
        lines::decode_lines(input, out)
    } else {
        (0, 0)
    };
    let rest = input.get(at..).unwrap_or_default();
    let (taken, put) = sixteens::decode_groups(rest, out.get_mut(to..).unwrap_or_default());
    (at + taken, to + put)
}

/// Decodes whole groups, the last one padded or not, and gives how many octets they are; nothing where it is anything else,
/// and what a [`Decoder`] makes of it then.
pub(crate) fn decode_whole(input: &[u8], out: &mut [u8]) -> Option<usize> {
    let (at, to) = sixteens::decode_groups(input, out);
    let (group, len) = match *input.get(at..)? {
        [] => return Some(to),
        [a, b, b'=', b'='] => ([a, b, b'A', b'A'], 1),
        [a, b, c, b'='] => ([a, b, c, b'A'], 2),
        _ => return None,
    };
    let octets = sixteens::decode_group(&group)?;
    let space = out.get_mut(to..to + len)?;
    space.copy_from_slice(octets.get(..len)?);
    Some(to + len)
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

/// How many lines room is made for at once: 1,872 octets, which are still in the nearest cache when they are written over.
const BLOCK: usize = 24;

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
            sixteens::encode_lines(&self.carry, &mut line);
            out.extend_from_slice(&line);
            self.held = 0;
        }
        let (whole, rest) = input.split_at(input.len() / LINE_INPUT * LINE_INPUT);
        out.reserve(whole.len() / LINE_INPUT * (LINE + 2));
        for block in whole.chunks(BLOCK * LINE_INPUT) {
            let start = out.len();
            out.resize(start + block.len() / LINE_INPUT * (LINE + 2), 0);
            lines::encode_lines(block, out.get_mut(start..).unwrap_or_default());
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

/// Encodes without lines, with padding.
pub(crate) fn encode_run(input: &[u8], out: &mut alloc::vec::Vec<u8>) {
    let groups = input.chunks_exact(3);
    let rest = groups.remainder();
    for group in groups {
        if let &[a, b, c] = group {
            out.extend_from_slice(&sixteens::encode_group(a, b, c));
        }
    }
    match *rest {
        [a] => {
            let [p, q, ..] = sixteens::encode_group(a, 0, 0);
            out.extend_from_slice(&[p, q, b'=', b'=']);
        }
        [a, b] => {
            let [p, q, r, _] = sixteens::encode_group(a, b, 0);
            out.extend_from_slice(&[p, q, r, b'=']);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whole_groups_are_what_the_decoder_makes_of_them(text in "[AQgz09+/]{0,40}(={0,3}|[= \n!])[Az=]{0,2}") {
            let (mut whole, mut steps) = ([0; 48], [0; 48]);
            let progress = Decoder::default().step(text.as_bytes(), &mut steps, true);
            if let Some(made) = decode_whole(text.as_bytes(), &mut whole) {
                prop_assert_eq!(progress, Progress::new(text.len(), made));
                prop_assert_eq!(&whole[..made], &steps[..made]);
            }
        }

        #[test]
        fn what_was_encoded_is_whole(octets in any::<Vec<u8>>()) {
            let mut text = Vec::new();
            encode_run(&octets, &mut text);
            let mut out = alloc::vec![0; decoded_len_bound(text.len())];
            prop_assert_eq!(decode_whole(&text, &mut out), Some(octets.len()));
            prop_assert_eq!(&out[..octets.len()], &octets);
        }
    }
}
