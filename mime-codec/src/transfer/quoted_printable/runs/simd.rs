//! Runs by the vector instructions of the machine (feature `simd`): 32 octets at a look, ten escapes.

use core::arch::x86_64::__m256i;

use pulp::{NullaryFnOnce, cast, x86::V3};

use super::{Runs, Task, Words};

/// 32 octets are one vector.
#[derive(Clone, Copy)]
pub(super) struct Vectors(V3);

impl Vectors {
    /// Nothing where the machine has no such vectors.
    pub(super) fn try_new() -> Option<Self> {
        V3::try_new().map(Self)
    }

    /// Does what was compiled for such vectors.
    pub(super) fn run<T: Task>(self, task: T) -> T::Output {
        self.0.vectorize(Call(self, task))
    }

    /// Which of the octets equal `byte`, all bits of each.
    #[inline(always)]
    fn equal(self, octets: __m256i, byte: u8) -> __m256i {
        self.0.avx2._mm256_cmpeq_epi8(octets, cast([byte; 32]))
    }

    /// A bit for each octet whose highest one is set.
    #[inline(always)]
    fn marks(self, octets: __m256i) -> u32 {
        cast(self.0.avx2._mm256_movemask_epi8(octets))
    }
}

struct Call<T>(Vectors, T);

impl<T: Task> NullaryFnOnce for Call<T> {
    type Output = T::Output;

    #[inline(always)]
    fn call(self) -> T::Output {
        self.1.run(self.0)
    }
}

impl Runs for Vectors {
    #[inline(always)]
    fn copy_text(self, from: &[u8], to: &mut [u8]) -> usize {
        let avx2 = self.0.avx2;
        let mut run = 0;
        // Whether what came before this block ends with a blank, or with a CR behind one.
        let (mut blank, mut returned) = (0, 0);
        while let (Some(block), Some(space)) = (part::<32>(from, run), part_mut::<32>(to, run)) {
            *space = *block;
            let octets = cast(*block);
            let blanks = avx2._mm256_or_si256(self.equal(octets, b' '), self.equal(octets, b'\t'));
            let blanks = self.marks(blanks);
            let behind = blanks << 1 | blank;
            let returns = self.marks(self.equal(octets, b'\r')) & behind;
            let ends = self.marks(self.equal(octets, b'\n')) & (behind | returns << 1 | returned);
            match self.marks(self.equal(octets, b'=')) | ends {
                0 => run += 32,
                marks => return run + marks.trailing_zeros() as usize,
            }
            (blank, returned) = (blanks >> 31, returns >> 31);
        }
        let (from, to) = (from.get(run..), to.get_mut(run..));
        run + Words.copy_text(from.unwrap_or_default(), to.unwrap_or_default())
    }

    #[inline(always)]
    fn copy_escapes(self, from: &[u8], to: &mut [u8]) -> (usize, usize) {
        let (avx, avx2) = (self.0.avx, self.0.avx2);
        let (mut at, mut put) = (0, 0);
        while let (Some(low), Some(high), Some(space)) = (
            part::<16>(from, at),
            part::<16>(from, at + 15),
            part_mut::<16>(to, put),
        ) {
            // Five escapes in each half.
            let text = avx._mm256_set_m128i(cast(*high), cast(*low));
            let digits = avx2._mm256_shuffle_epi8(text, twice(DIGITS));
            let signs = self.equal(avx2._mm256_shuffle_epi8(text, twice(SIGNS)), b'=');
            let half = avx._mm256_set1_epi8(0x0f);
            let rows = avx2._mm256_and_si256(avx2._mm256_srli_epi32::<4>(digits), half);
            let places = avx2._mm256_and_si256(digits, half);
            let faults = avx2._mm256_and_si256(
                avx2._mm256_shuffle_epi8(twice(PLACES), places),
                avx2._mm256_shuffle_epi8(twice(ROWS), rows),
            );
            let good = avx2._mm256_and_si256(self.equal(faults, 0), signs);
            // Of a letter, nine more than its place.
            let nines = avx2._mm256_shuffle_epi8(twice(NINES), rows);
            let values = avx2._mm256_add_epi8(places, nines);
            let octets = avx2._mm256_maddubs_epi16(values, avx._mm256_set1_epi16(0x0110));
            let halves: [[u8; 16]; 2] = cast(avx2._mm256_shuffle_epi8(octets, twice(EVEN)));
            let [low, high] = halves.map(u128::from_le_bytes);
            *space = (low | high << 40).to_le_bytes();
            // Two marks an escape, ten in each half.
            let good = self.marks(good);
            let count = (good & 0x3ff | good >> 6 & 0xf_fc00).trailing_ones() as usize / 2;
            at += count * 3;
            put += count;
            if count < 10 {
                break;
            }
        }
        (at, put)
    }

    #[inline(always)]
    fn copy_plain(self, from: &[u8], to: &mut [u8], limit: usize) -> usize {
        let (avx, avx2) = (self.0.avx, self.0.avx2);
        let mut run = 0;
        while let (Some(block), Some(space)) = (part::<32>(from, run), part_mut::<32>(to, run)) {
            *space = *block;
            let octets = cast(*block);
            // Octets beyond ASCII are negative here.
            let low = avx2._mm256_cmpgt_epi8(avx._mm256_set1_epi8(0x20), octets);
            let others = avx2._mm256_or_si256(self.equal(octets, b'='), self.equal(octets, 0x7f));
            let marks = self.marks(avx2._mm256_or_si256(low, others));
            run += marks.trailing_zeros() as usize;
            if marks != 0 || run >= limit {
                return run.min(limit);
            }
        }
        let (from, to) = (from.get(run..), to.get_mut(run..));
        run + Words.copy_plain(
            from.unwrap_or_default(),
            to.unwrap_or_default(),
            limit - run,
        )
    }
}

/// Where the digits of five escapes stand, and twice each `=`.
const DIGITS: [u8; 16] = [1, 2, 4, 5, 7, 8, 10, 11, 13, 14, 15, 15, 15, 15, 15, 15];
const SIGNS: [u8; 16] = [0, 0, 3, 3, 6, 6, 9, 9, 12, 12, 128, 128, 128, 128, 128, 128];
/// The octets at even places, one behind the other.
const EVEN: [u8; 16] = [
    0, 2, 4, 6, 8, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
];
/// Faults of a digit by its high half and its low one: it is none where both have the same.
const ROWS: [u8; 16] = [4, 4, 4, 1, 2, 4, 2, 4, 4, 4, 4, 4, 4, 4, 4, 4];
const PLACES: [u8; 16] = [6, 4, 4, 4, 4, 4, 4, 6, 6, 6, 7, 7, 7, 7, 7, 7];
/// What letters are more than their place.
const NINES: [u8; 16] = [0, 0, 0, 0, 9, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0];

#[inline(always)]
fn part<const N: usize>(octets: &[u8], at: usize) -> Option<&[u8; N]> {
    octets.get(at..)?.first_chunk()
}

#[inline(always)]
fn part_mut<const N: usize>(octets: &mut [u8], at: usize) -> Option<&mut [u8; N]> {
    octets.get_mut(at..)?.first_chunk_mut()
}

/// A table for each half of a vector, as look-ups don't cross them.
#[inline(always)]
fn twice(table: [u8; 16]) -> __m256i {
    cast([table, table])
}
