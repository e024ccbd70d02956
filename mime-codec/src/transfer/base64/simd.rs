//! Whole lines by the vector instructions of the machine (feature `simd`), 32 characters at a time.

use core::arch::x86_64::__m256i;

use pulp::{NullaryFnOnce, cast, x86::V3};

use super::{LINE, LINE_INPUT, sixteens};
use crate::{
    grammar::{part, part_mut},
    transfer::vector::twice,
};

/// Decodes lines of 76 up to the first that is none; how many octets were taken and put.
pub(super) fn decode_lines(input: &[u8], out: &mut [u8]) -> (usize, usize) {
    let Some(simd) = V3::try_new() else {
        return sixteens::decode_lines(input, out);
    };
    let pairs = simd.vectorize(Decode { simd, input, out });
    let (at, to) = (pairs * PAIR, pairs * PAIR_INPUT);
    let (input, out) = (input.get(at..), out.get_mut(to..));
    let (taken, put) = sixteens::decode_lines(input.unwrap_or_default(), out.unwrap_or_default());
    (at + taken, to + put)
}

/// Encodes whole lines, each with its CRLF; `out` has room for them.
pub(super) fn encode_lines(input: &[u8], out: &mut [u8]) {
    let Some(simd) = V3::try_new() else {
        return sixteens::encode_lines(input, out);
    };
    simd.vectorize(Encode { simd, input, out });
    let pairs = input.len() / PAIR_INPUT;
    let (input, out) = (input.get(pairs * PAIR_INPUT..), out.get_mut(pairs * PAIR..));
    sixteens::encode_lines(input.unwrap_or_default(), out.unwrap_or_default());
}

/// Two lines, and what they hold.
const PAIR: usize = 2 * (LINE + 2);
const PAIR_INPUT: usize = 2 * LINE_INPUT;

/// Tells how many pairs of lines could be decoded. No closure: compilers are not sure to inline what is called in one,
/// and then each instruction is a call.
struct Decode<'i, 'o> {
    simd: V3,
    input: &'i [u8],
    out: &'o mut [u8],
}

impl NullaryFnOnce for Decode<'_, '_> {
    type Output = usize;

    #[inline(always)]
    fn call(self) -> usize {
        let lines = self.input.chunks_exact(PAIR);
        let spaces = self.out.chunks_exact_mut(PAIR_INPUT);
        let mut count = 0;
        for (lines, space) in lines.zip(spaces) {
            if decode_pair(self.simd, lines, space).is_none() {
                break;
            }
            count += 1;
        }
        count
    }
}

/// Decodes two lines; nothing where one of their characters is not of the alphabet, or they are no lines.
#[inline(always)]
fn decode_pair(simd: V3, lines: &[u8], out: &mut [u8]) -> Option<()> {
    let (one, two) = lines.split_at_checked(LINE + 2)?;
    // 76 are four times 16 and 12: the last 16 of a line begin inside of the ones before, at the start of a group.
    let (a, faults) = decode_32(simd, part(one, 0)?, part(one, 16)?);
    let (b, more) = decode_32(simd, part(one, 32)?, part(one, 48)?);
    let faults = simd.avx2._mm256_or_si256(faults, more);
    let (c, more) = decode_32(simd, part(one, LINE - 16)?, part(two, 0)?);
    let faults = simd.avx2._mm256_or_si256(faults, more);
    let (d, more) = decode_32(simd, part(two, 16)?, part(two, 32)?);
    let faults = simd.avx2._mm256_or_si256(faults, more);
    let (e, more) = decode_32(simd, part(two, LINE - 32)?, part(two, LINE - 16)?);
    let faults = simd.avx2._mm256_or_si256(faults, more);
    let ends =
        u16::from_le_bytes(*part(one, LINE)?) ^ CRLF | u16::from_le_bytes(*part(two, LINE)?) ^ CRLF;
    if ends != 0 || simd.avx._mm256_testz_si256(faults, faults) == 0 {
        return None;
    }
    // Each puts 24 octets, and eight that the next writes over; at the end of a line, only what is its own.
    let (one, two) = out.split_at_mut_checked(LINE_INPUT)?;
    let [low, high]: [[u8; 16]; 2] = cast(c);
    let [first, last]: [[u8; 16]; 2] = cast(join(simd, e));
    put::<32>(one, 0, cast(join(simd, a)))?;
    put::<32>(one, 24, cast(join(simd, b)))?;
    put(one, LINE_INPUT - 12, *low.first_chunk::<12>()?)?;
    put(two, 0, high)?;
    put::<32>(two, 12, cast(join(simd, d)))?;
    put(two, LINE_INPUT - 24, first)?;
    put(two, LINE_INPUT - 8, *last.first_chunk::<8>()?)
}

const CRLF: u16 = u16::from_le_bytes(*b"\r\n");

/// The twelve octets at the start of each half, one behind the other.
#[inline(always)]
fn join(simd: V3, halves: __m256i) -> __m256i {
    let order = cast([0_u32, 1, 2, 4, 5, 6, 7, 7]);
    simd.avx2._mm256_permutevar8x32_epi32(halves, order)
}

/// The octets of 32 characters, twelve at the start of each half; the second is not zero where one is not of the alphabet.
///
/// A character's high half chooses what is added to it: letters, digits and `+` each lie in a row, and `/` is moved
/// to a place of its own. High and low half each look up a set of faults: both hold the same one where the alphabet
/// has no such character.
#[inline(always)]
fn decode_32(simd: V3, low: &[u8; 16], high: &[u8; 16]) -> (__m256i, __m256i) {
    // Turned about, so that an octet beyond ASCII, for which a look-up gives zero, has every fault.
    const LOW: [u8; 16] = [
        !0x15, !0x11, !0x11, !0x11, !0x11, !0x11, !0x11, !0x11, !0x11, !0x11, !0x13, !0x1a, !0x1b,
        !0x1b, !0x1b, !0x1a,
    ];
    const HIGH: [u8; 16] = [
        0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10,
        0x10,
    ];
    const MOVES: [u8; 16] = [0, 16, 19, 4, 191, 191, 185, 185, 0, 0, 0, 0, 0, 0, 0, 0];
    // The three octets of each group, the first in the highest place, to their order.
    const OCTETS: [u8; 16] = [2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 128, 128, 128, 128];
    let (avx, avx2) = (simd.avx, simd.avx2);
    let text = avx._mm256_set_m128i(cast(*high), cast(*low));
    // The bits that a look-up must not have are off in both halves of `/`.
    let slash = avx._mm256_set1_epi8(0x2f);
    let high = avx2._mm256_and_si256(avx2._mm256_srli_epi32::<4>(text), slash);
    let faults = avx2._mm256_andnot_si256(
        avx2._mm256_shuffle_epi8(twice(LOW), text),
        avx2._mm256_shuffle_epi8(twice(HIGH), high),
    );
    let row = avx2._mm256_add_epi8(avx2._mm256_cmpeq_epi8(text, slash), high);
    let moves = avx2._mm256_shuffle_epi8(twice(MOVES), row);
    let sextets = avx2._mm256_add_epi8(text, moves);
    // Twice two neighbours become one: 6 and 6 bits, 12 and 12.
    let twelves = avx2._mm256_maddubs_epi16(sextets, avx._mm256_set1_epi32(0x0140_0140));
    let groups = avx2._mm256_madd_epi16(twelves, avx._mm256_set1_epi32(0x0001_1000));
    (avx2._mm256_shuffle_epi8(groups, twice(OCTETS)), faults)
}

struct Encode<'i, 'o> {
    simd: V3,
    input: &'i [u8],
    out: &'o mut [u8],
}

impl NullaryFnOnce for Encode<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let lines = self.input.chunks_exact(PAIR_INPUT);
        for (lines, space) in lines.zip(self.out.chunks_exact_mut(PAIR)) {
            if encode_pair(self.simd, lines, space).is_none() {
                return;
            }
        }
    }
}

/// Encodes two lines; nothing where there is no room for them.
#[inline(always)]
fn encode_pair(simd: V3, input: &[u8], out: &mut [u8]) -> Option<()> {
    // Where the twelve octets of each half stand among the sixteen that are read for them.
    const HEAD: [u8; 16] = [1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10];
    const TAIL: [u8; 16] = [5, 4, 6, 5, 8, 7, 9, 8, 11, 10, 12, 11, 14, 13, 15, 14];
    // 57 are four times twelve and nine: the last twelve of a line begin inside of the ones before.
    let (one, two) = input.split_at_checked(LINE_INPUT)?;
    let a = encode_24(simd, part(one, 0)?, part(one, 12)?, [HEAD, HEAD]);
    let b = encode_24(simd, part(one, 24)?, part(one, 36)?, [HEAD, HEAD]);
    let c = encode_24(simd, part(one, 41)?, part(two, 0)?, [TAIL, HEAD]);
    let d = encode_24(simd, part(two, 12)?, part(two, 24)?, [HEAD, HEAD]);
    let e = encode_24(simd, part(two, 29)?, part(two, 41)?, [TAIL, TAIL]);
    let (one, two) = out.split_at_mut_checked(LINE + 2)?;
    let [low, high]: [[u8; 16]; 2] = cast(c);
    put(one, 0, a)?;
    put(one, 32, b)?;
    put(one, LINE - 16, low)?;
    put(one, LINE, *b"\r\n")?;
    put(two, 0, high)?;
    put(two, 16, d)?;
    put(two, LINE - 32, e)?;
    put(two, LINE, *b"\r\n")
}

/// The 32 characters of twice twelve octets, which stand in `order` in what was read for them.
#[inline(always)]
fn encode_24(simd: V3, low: &[u8; 16], high: &[u8; 16], order: [[u8; 16]; 2]) -> [u8; 32] {
    // What is added to a sextet: one entry for A to Z, one for a to z, ten for the digits, one each for `+` and `/`.
    const MOVES: [u8; 16] = [
        65, 71, 252, 252, 252, 252, 252, 252, 252, 252, 252, 252, 237, 240, 0, 0,
    ];
    let (avx, avx2) = (simd.avx, simd.avx2);
    let octets = avx._mm256_set_m128i(cast(*high), cast(*low));
    let octets = avx2._mm256_shuffle_epi8(octets, cast(order));
    // A multiplication moves every second sextet down, another moves the others up. What the factors 0x40, 0x400 and
    // 0x10 have added changes nothing, and keeps the compiler from making slower shifts of them.
    let even = avx2._mm256_and_si256(octets, avx._mm256_set1_epi32(0x0fc0_fc00));
    let even = avx2._mm256_mulhi_epu16(even, avx._mm256_set1_epi32(0x0401_0041));
    let odd = avx2._mm256_and_si256(octets, avx._mm256_set1_epi32(0x003f_03f0));
    let odd = avx2._mm256_mullo_epi16(odd, avx._mm256_set1_epi32(0x0100_1010));
    let sextets = avx2._mm256_or_si256(even, odd);
    // 0 for both cases of letters, 1 to 12 for what follows them; then one more for all but A to Z.
    let behind = avx2._mm256_subs_epu8(sextets, avx._mm256_set1_epi8(51));
    let others = avx2._mm256_cmpgt_epi8(sextets, avx._mm256_set1_epi8(25));
    let entry = avx2._mm256_sub_epi8(behind, others);
    let moves = avx2._mm256_shuffle_epi8(twice(MOVES), entry);
    cast(avx2._mm256_add_epi8(sextets, moves))
}

/// Writes octets into `out` at `at`.
#[inline(always)]
fn put<const N: usize>(out: &mut [u8], at: usize, octets: [u8; N]) -> Option<()> {
    *part_mut(out, at)? = octets;
    Some(())
}
