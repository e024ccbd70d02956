//! Counting by the vector instructions of the machine (feature `simd`), 32 octets at a look.

use core::arch::x86_64::__m256i;

use pulp::{NullaryFnOnce, cast, x86::V3};

use super::Census;
use crate::{grammar::slice, transfer::vector::plain};

/// As [`Census::count_blocks`], for as many octets as there are; where the next begin. All of it is left where the
/// machine has no such vectors.
pub(super) fn count(census: &mut Census, octets: &[u8]) -> usize {
    let Some(simd) = V3::try_new() else {
        return 0;
    };
    let mut at = 0;
    while octets.len() - at > 32 {
        let octets = slice(octets, at, octets.len());
        at += simd.vectorize(CountBlocks {
            simd,
            census,
            octets,
        });
    }
    at
}

/// Counts as many blocks as one octet can count, and tells how many octets they have.
struct CountBlocks<'c, 'o> {
    simd: V3,
    census: &'c mut Census,
    octets: &'o [u8],
}

impl NullaryFnOnce for CountBlocks<'_, '_> {
    type Output = usize;

    #[inline(always)]
    fn call(self) -> usize {
        let avx2 = self.simd.avx2;
        let every = |byte: u8| -> __m256i { cast([byte; 32]) };
        let none = every(0);
        let (mut unlike, mut line_ends, mut plains) = (none, none, none);
        let (mut least, mut all) = (every(u8::MAX), none);
        let mut blocks = 0;
        let nexts = slice(self.octets, 1, self.octets.len()).chunks_exact(32);
        let heres = self.octets.chunks_exact(32);
        for (here, next) in heres.zip(nexts).take(usize::from(u8::MAX)) {
            let (Some(here), Some(next)) = (here.first_chunk::<32>(), next.first_chunk::<32>())
            else {
                break;
            };
            let (here, next): (__m256i, __m256i) = (cast(*here), cast(*next));
            let ends = avx2._mm256_cmpeq_epi8(next, every(b'\n'));
            let returns = avx2._mm256_cmpeq_epi8(here, every(b'\r'));
            unlike = avx2._mm256_or_si256(unlike, avx2._mm256_xor_si256(returns, ends));
            // What is marked is 255, one less than none.
            line_ends = avx2._mm256_sub_epi8(line_ends, ends);
            plains = avx2._mm256_sub_epi8(plains, plain(self.simd, here));
            least = avx2._mm256_min_epu8(least, here);
            all = avx2._mm256_or_si256(all, here);
            blocks += 1;
        }
        let marked = |octets: __m256i| avx2._mm256_movemask_epi8(octets) != 0;
        let sum = |counts: __m256i| -> usize {
            let counts: [u8; 32] = cast(counts);
            counts.iter().copied().map(usize::from).sum()
        };
        self.census.unpaired |= marked(unlike);
        self.census.nul |= marked(avx2._mm256_cmpeq_epi8(least, none));
        self.census.eight_bit |= marked(all);
        self.census.line_ends += sum(line_ends);
        self.census.plain += sum(plains);
        blocks * 32
    }
}
