//! Whole lines by tables: two characters, or twelve bits, at a look.

use super::{ALPHABET, LINE, LINE_INPUT};

/// Set in an entry for two characters that are not both of the alphabet.
const BAD: u16 = 1 << 15;

/// The twelve bits of two characters, the first in the low octet of the index.
///
/// What ASCII reaches of it fits the first cache of any machine.
static DECODE: [u16; 65536] = {
    let mut table = [BAD; 65536];
    let (mut first, mut second) = (0, 0);
    while first < 64 {
        let index = ALPHABET[first] as usize | (ALPHABET[second] as usize) << 8;
        table[index] = (first << 6 | second) as u16;
        second += 1;
        if second == 64 {
            (first, second) = (first + 1, 0);
        }
    }
    table
};

/// The two characters of twelve bits, the first in the low octet.
static ENCODE: [u16; 4096] = {
    let mut table = [0; 4096];
    let mut value = 0;
    while value < 4096 {
        table[value] = u16::from_le_bytes([ALPHABET[value >> 6], ALPHABET[value & 63]]);
        value += 1;
    }
    table
};

#[inline]
fn pair(index: u64) -> u16 {
    DECODE[usize::from(index as u16)]
}

#[inline]
fn characters(bits: u64) -> u64 {
    u64::from(ENCODE[bits as usize & 0xfff])
}

/// Decodes lines of 76 up to the first that is none; how many octets were taken and put.
pub(super) fn decode_lines(input: &[u8], out: &mut [u8]) -> (usize, usize) {
    let lines = input.chunks_exact(LINE + 2);
    let spaces = out.chunks_exact_mut(LINE_INPUT);
    let mut count = 0;
    for (line, space) in lines.zip(spaces) {
        if !decode_line(line, space) {
            break;
        }
        count += 1;
    }
    (count * (LINE + 2), count * LINE_INPUT)
}

/// Decodes one line with its CRLF; false where it is none.
fn decode_line(line: &[u8], out: &mut [u8]) -> bool {
    let Some((text, b"\r\n")) = line.split_first_chunk::<LINE>() else {
        return false;
    };
    let Some(out) = out.first_chunk_mut::<LINE_INPUT>() else {
        return false;
    };
    let mut all = 0;
    for group in 0..LINE / 8 {
        let mut from = [0; 8];
        from.copy_from_slice(&text[group * 8..group * 8 + 8]);
        let x = u64::from_le_bytes(from);
        let (a, b, c, d) = (pair(x), pair(x >> 16), pair(x >> 32), pair(x >> 48));
        let bits =
            u64::from(a) << 52 | u64::from(b) << 40 | u64::from(c) << 28 | u64::from(d) << 16;
        // Six octets, and two that the next group writes over.
        out[group * 6..group * 6 + 8].copy_from_slice(&bits.to_be_bytes());
        all |= a | b | c | d;
    }
    let (last, bad) = decode_four([text[72], text[73], text[74], text[75]]);
    out[54..].copy_from_slice(&last);
    (all | bad) & BAD == 0
}

/// Decodes groups of four up to the first that has a byte outside of the alphabet.
pub(super) fn decode_groups(input: &[u8], out: &mut [u8]) -> (usize, usize) {
    let mut count = 0;
    for (from, to) in input.chunks_exact(4).zip(out.chunks_exact_mut(3)) {
        let &[a, b, c, d] = from else { break };
        let (octets, all) = decode_four([a, b, c, d]);
        if all & BAD != 0 {
            break;
        }
        to.copy_from_slice(&octets);
        count += 1;
    }
    (count * 4, count * 3)
}

/// The three octets of four characters; [`BAD`] is set where one is not of the alphabet.
#[inline]
fn decode_four(from: [u8; 4]) -> ([u8; 3], u16) {
    let x = u64::from(u32::from_le_bytes(from));
    let (a, b) = (pair(x), pair(x >> 16));
    let [_, octets @ ..] = (u32::from(a) << 12 | u32::from(b)).to_be_bytes();
    (octets, a | b)
}

/// Encodes whole lines, each with its CRLF; `out` has room for them.
pub(super) fn encode_lines(input: &[u8], out: &mut [u8]) {
    for (line, space) in input
        .chunks_exact(LINE_INPUT)
        .zip(out.chunks_exact_mut(LINE + 2))
    {
        let (Some(line), Some((text, end))) = (
            line.first_chunk::<LINE_INPUT>(),
            space.split_first_chunk_mut::<LINE>(),
        ) else {
            return;
        };
        for group in 0..LINE / 8 {
            let [a, b, c, d, e, f] = [0, 1, 2, 3, 4, 5].map(|at| line[group * 6 + at]);
            let x = u64::from_be_bytes([0, 0, a, b, c, d, e, f]);
            let chars = characters(x >> 36)
                | characters(x >> 24) << 16
                | characters(x >> 12) << 32
                | characters(x) << 48;
            text[group * 8..group * 8 + 8].copy_from_slice(&chars.to_le_bytes());
        }
        text[72..].copy_from_slice(&encode_group(line[54], line[55], line[56]));
        end.copy_from_slice(b"\r\n");
    }
}

/// The four characters of three octets.
#[inline]
pub(super) fn encode_group(a: u8, b: u8, c: u8) -> [u8; 4] {
    let x = u64::from_be_bytes([0, 0, 0, 0, 0, a, b, c]);
    let [p, q, r, s, ..] = (characters(x >> 12) | characters(x) << 16).to_le_bytes();
    [p, q, r, s]
}
