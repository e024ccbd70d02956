//! Whole lines by vectors of sixteen octets, which every machine of a kind has.

use wide::{CmpGt, i8x16, i16x8, u8x16, u32x4, u64x2};

use super::{ALPHABET, BAD, LINE, LINE_INPUT, SEXTETS};
use crate::grammar::{part, part_mut};

/// Decodes lines of 76 up to the first that is none; how many octets were taken and put.
pub(super) fn decode_lines(input: &[u8], out: &mut [u8]) -> (usize, usize) {
    let lines = input.chunks_exact(LINE + 2);
    let spaces = out.chunks_exact_mut(LINE_INPUT);
    let mut count = 0;
    for (line, space) in lines.zip(spaces) {
        if decode_line(line, space).is_none() {
            break;
        }
        count += 1;
    }
    (count * (LINE + 2), count * LINE_INPUT)
}

/// Decodes one line with its CRLF; nothing where it is none.
fn decode_line(line: &[u8], out: &mut [u8]) -> Option<()> {
    let (a, good) = sextets(part(line, 0)?);
    let (b, more) = sextets(part(line, 16)?);
    let good = good & more;
    let (c, more) = sextets(part(line, 32)?);
    let good = good & more;
    let (d, more) = sextets(part(line, 48)?);
    let good = good & more;
    // 76 are four times 16 and 12: the last 16 begin inside of the ones before, at the start of a group.
    let (e, more) = sextets(part(line, LINE - 16)?);
    let good = good & more;
    put(out, 0, octets(a))?;
    put(out, 12, octets(b))?;
    put(out, 24, octets(c))?;
    put(out, 36, octets(d))?;
    // Behind the line stands nothing of its own: the last eight are the end of one number and all of the other.
    let [first, last] = octets(e);
    *part_mut(out, LINE_INPUT - 12)? = first.to_be_bytes();
    *part_mut(out, LINE_INPUT - 8)? = (first << 32 & 0xffff << 48 | last >> 16).to_be_bytes();
    (good.move_mask() == 0xffff && part(line, LINE)? == b"\r\n").then_some(())
}

/// Decodes groups of four up to the first that has a byte outside of the alphabet.
pub(super) fn decode_groups(input: &[u8], out: &mut [u8]) -> (usize, usize) {
    let (mut at, mut to) = (0, 0);
    while let (Some(block), Some(space)) = (part(input, at), part_mut::<14>(out, to)) {
        let (sextets, good) = sextets(block);
        if good.move_mask() != 0xffff || put(space, 0, octets(sextets)).is_none() {
            break;
        }
        (at, to) = (at + 16, to + 12);
    }
    while let (Some(group), Some(space)) = (part(input, at), part_mut(out, to)) {
        let Some(octets) = decode_group(group) else {
            break;
        };
        *space = octets;
        (at, to) = (at + 4, to + 3);
    }
    (at, to)
}

/// The three octets of four characters; nothing where one is not of the alphabet.
pub(super) fn decode_group(group: &[u8; 4]) -> Option<[u8; 3]> {
    let [a, b, c, d] = group.map(|byte| SEXTETS[usize::from(byte)]);
    let bits = u32::from_be_bytes([0, 0, 0, d])
        | u32::from(c) << 6
        | u32::from(b) << 12
        | u32::from(a) << 18;
    let [_, octets @ ..] = bits.to_be_bytes();
    (a | b | c | d != BAD).then_some(octets)
}

/// The values of sixteen characters, and all bits of each that is of the alphabet.
#[inline(always)]
fn sextets(characters: &[u8; 16]) -> (u8x16, u8x16) {
    let characters = u8x16::new(*characters);
    let all = u8x16::splat;
    let up_to = |octets: u8x16, most| octets.min(all(most)).cmp_eq(octets);
    // Where a letter stands in the alphabet, and 26 more where it is small.
    let case = characters & all(0x20);
    let letters = (characters | all(0x20)) - all(b'a');
    let is_letter = up_to(letters, 25);
    let letters = letters + case.min(all(26));
    // Digits lie in a row. `+` and `/` differ in one bit: fifteen more, and the second is one too high.
    let is_mark = (characters | all(4)).cmp_eq(all(b'/'));
    let is_digit = up_to(characters - all(b'0'), 9);
    let others = (characters + all(4) + (is_mark & all(15))).min(all(63));
    let sextets = is_letter & letters | !is_letter & others;
    (sextets, is_letter | is_mark | is_digit)
}

/// The octets of sixteen sextets, in the six highest places of two numbers.
#[inline(always)]
fn octets(sextets: u8x16) -> [u64; 2] {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = sextets.to_array();
    let pairs = [
        [a, b],
        [c, d],
        [e, f],
        [g, h],
        [i, j],
        [k, l],
        [m, n],
        [o, p],
    ];
    // Twice two neighbours become one: 6 and 6 bits, 12 and 12.
    let pairs = i16x8::new(pairs.map(i16::from_le_bytes));
    let twelves: i16x8 = (pairs << 6) & i16x8::splat(0x0fc0) | (pairs >> 8);
    let groups = twelves.dot(i16x8::new([4096, 1, 4096, 1, 4096, 1, 4096, 1]));
    let [a, b, c, d] = groups.to_array().map(|group| u64::from(group as u32));
    let pairs = u64x2::new([a | b << 32, c | d << 32]);
    let octets: u64x2 = (pairs << 40) | ((pairs >> 32) << 16);
    octets.to_array()
}

/// Writes twice six octets, and two that are to be written over.
#[inline(always)]
fn put(out: &mut [u8], at: usize, [first, second]: [u64; 2]) -> Option<()> {
    *part_mut(out, at)? = first.to_be_bytes();
    *part_mut(out, at + 6)? = second.to_be_bytes();
    Some(())
}

/// Encodes whole lines, each with its CRLF; `out` has room for them.
pub(super) fn encode_lines(input: &[u8], out: &mut [u8]) {
    let lines = input.chunks_exact(LINE_INPUT);
    for (line, space) in lines.zip(out.chunks_exact_mut(LINE + 2)) {
        if encode_line(line, space).is_none() {
            return;
        }
    }
}

/// Encodes one line; nothing where there is no room for it.
fn encode_line(line: &[u8], out: &mut [u8]) -> Option<()> {
    for block in 0..4 {
        let first = u64::from_be_bytes(*part(line, block * 12)?);
        let second = u64::from_be_bytes(*part(line, block * 12 + 6)?);
        *part_mut(out, block * 16)? = characters([first >> 16, second >> 16]);
    }
    // The last twelve begin inside of the ones before, and are read up to the end.
    let first = u64::from_be_bytes(*part(line, LINE_INPUT - 12)?);
    let last = u64::from_be_bytes(*part(line, LINE_INPUT - 8)?);
    *part_mut(out, LINE - 16)? = characters([first >> 16, last & u64::MAX >> 16]);
    *part_mut(out, LINE)? = *b"\r\n";
    Some(())
}

/// The characters of twice six octets, each in the lowest places of a number.
#[inline(always)]
fn characters([first, second]: [u64; 2]) -> [u8; 16] {
    let groups = [
        first >> 24,
        first & 0xff_ffff,
        second >> 24,
        second & 0xff_ffff,
    ];
    let groups = u32x4::new(groups.map(|group| group as u32));
    let all = u32x4::splat;
    // Once two become of one: 12 and 12 bits, 6 and 6.
    let twelves: u32x4 = (groups >> 12) | (groups << 16) & all(0x0fff_0000);
    let sextets: u32x4 = (twelves >> 6) & all(0x003f_003f) | (twelves << 8) & all(0x3f00_3f00);
    let [a, b, c, d] = sextets.to_array().map(u32::to_le_bytes);
    let mut sextets = [0; 16];
    for (to, from) in sextets.iter_mut().zip([a, b, c, d].as_flattened()) {
        *to = i8::from_le_bytes([*from]);
    }
    let sextets = i8x16::new(sextets);
    // What is added to a sextet changes four times.
    let from = |first: i8, added| sextets.cmp_gt(i8x16::splat(first - 1)) & i8x16::splat(added);
    let characters =
        sextets + i8x16::splat(65) + from(26, 6) + from(52, -75) + from(62, -15) + from(63, 3);
    characters.to_array().map(|character| character as u8)
}

/// The four characters of three octets.
#[inline]
pub(super) fn encode_group(a: u8, b: u8, c: u8) -> [u8; 4] {
    let bits = u32::from_be_bytes([0, a, b, c]);
    [18, 12, 6, 0].map(|shift| ALPHABET[(bits >> shift) as usize & 63])
}
