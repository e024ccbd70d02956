//! One pass over content by the vector instructions of the machine (feature `simd`), 64 octets at a look.

use core::arch::x86_64::__m256i;

use pulp::{NullaryFnOnce, cast, x86::V3};

use super::Look;

/// Looks for dots behind a CRLF, and at all octets up to the first dot that is not taken, or to the end of `data`: where
/// that is, and what was seen. Nothing where the machine has no such vectors.
pub(super) fn sweep(data: &[u8], takes: impl FnMut(usize) -> bool) -> Option<(usize, Look)> {
    let simd = V3::try_new()?;
    Some(simd.vectorize(Call { simd, data, takes }))
}

/// No closure: compilers are not sure to inline what is called in one, and then each instruction is a call.
struct Call<'d, T> {
    simd: V3,
    data: &'d [u8],
    takes: T,
}

impl<T: FnMut(usize) -> bool> NullaryFnOnce for Call<'_, T> {
    type Output = (usize, Look);

    #[inline(always)]
    fn call(self) -> (usize, Look) {
        Sweep::new(self.simd).over(self.data, self.takes)
    }
}

struct Sweep {
    simd: V3,
    unpaired: __m256i,
    /// The least of the octets at each place, those beyond ASCII below all others.
    least: __m256i,
}

/// What half a block shows.
struct Half {
    octets: __m256i,
    /// A CR without an LF behind it, or an LF without a CR before it.
    unlike: __m256i,
    /// Any octet with an LF and a dot behind it.
    dots: __m256i,
}

impl Sweep {
    #[inline(always)]
    fn new(simd: V3) -> Self {
        Self {
            simd,
            unpaired: cast([0_u8; 32]),
            least: cast([i8::MAX; 32]),
        }
    }

    #[inline(always)]
    fn over(mut self, data: &[u8], mut takes: impl FnMut(usize) -> bool) -> (usize, Look) {
        let mut at = 0_usize;
        // An octet is looked at with the two behind it.
        while let Some(block) = data.get(at..).and_then(<[u8]>::first_chunk::<66>) {
            let (low, high) = (self.half(block, 0), self.half(block, 32));
            let either = self.simd.avx2._mm256_or_si256(low.dots, high.dots);
            if self.marks(either) != 0 {
                let mut dots =
                    u64::from(self.marks(low.dots)) | u64::from(self.marks(high.dots)) << 32;
                while dots != 0 {
                    let before = at.wrapping_add(dots.trailing_zeros() as usize);
                    let dot = before.wrapping_add(2);
                    if data.get(before) == Some(&b'\r') && !takes(dot) {
                        // The block goes on behind the dot: it is looked at again up to there.
                        return (dot, self.up_to(data, at, dot));
                    }
                    dots &= dots.wrapping_sub(1);
                }
            }
            self.keep(&low);
            self.keep(&high);
            at = at.wrapping_add(64);
        }
        let mut end = data.len();
        let rest = data.get(at..).unwrap_or_default();
        for (before, three) in rest.windows(3).enumerate() {
            let dot = at.wrapping_add(before).wrapping_add(2);
            if three == b"\r\n." && !takes(dot) {
                end = dot;
                break;
            }
        }
        (end, self.up_to(data, at, end))
    }

    /// Half a block, from `at` on.
    #[inline(always)]
    fn half<const OCTETS: usize>(&self, block: &[u8; OCTETS], at: usize) -> Half {
        let avx2 = self.simd.avx2;
        let from = |at: usize| {
            let octets = block.get(at..).and_then(<[u8]>::first_chunk::<32>);
            octets.copied().unwrap_or_default()
        };
        let octets = from(at);
        let returns = self.equal(octets, b'\r');
        let ends = self.equal(from(at.wrapping_add(1)), b'\n');
        let dots = self.equal(from(at.wrapping_add(2)), b'.');
        Half {
            octets: cast(octets),
            unlike: avx2._mm256_xor_si256(returns, ends),
            dots: avx2._mm256_and_si256(ends, dots),
        }
    }

    /// Keeps what half a block shows.
    #[inline(always)]
    fn keep(&mut self, half: &Half) {
        let avx2 = self.simd.avx2;
        self.unpaired = avx2._mm256_or_si256(self.unpaired, half.unlike);
        self.least = avx2._mm256_min_epi8(self.least, half.octets);
    }

    /// A bit for each octet that is marked.
    #[inline(always)]
    fn marks(&self, octets: __m256i) -> u32 {
        cast(self.simd.avx2._mm256_movemask_epi8(octets))
    }

    #[inline(always)]
    fn equal(&self, octets: [u8; 32], byte: u8) -> __m256i {
        self.simd
            .avx2
            ._mm256_cmpeq_epi8(cast(octets), cast([byte; 32]))
    }

    /// What the blocks before `at` showed, and what stands between it and `end`: at most as much as a block is read with.
    #[inline(always)]
    fn up_to(mut self, data: &[u8], at: usize, end: usize) -> Look {
        let (avx, avx2) = (self.simd.avx, self.simd.avx2);
        let run = data.get(..end).unwrap_or_default();
        let rest = run.get(at..).unwrap_or_default();
        // What follows it is nothing that anybody looks for.
        let mut last = [b' '; 98];
        for (to, from) in last.iter_mut().zip(rest) {
            *to = *from;
        }
        for at in [0, 32, 64] {
            self.keep(&self.half(&last, at));
        }
        let eight_bit = self.marks(self.least) != 0;
        let zeros = avx2._mm256_cmpeq_epi8(self.least, cast([0_u8; 32]));
        // What stands at either end of a run stands alone.
        let alone = run.first() == Some(&b'\n') || run.last() == Some(&b'\r');
        Look {
            unpaired: alone || avx._mm256_testz_si256(self.unpaired, self.unpaired) == 0,
            // An octet beyond ASCII may hide it.
            nul: self.marks(zeros) != 0 || (eight_bit && memchr::memchr(0, run).is_some()),
            eight_bit,
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// It stops where a simple search would, and sees what a look at each octet does.
        #[test]
        fn a_sweep_is_a_search_and_a_look(
            data in proptest::collection::vec(
                prop_oneof![
                    4 => Just(b'x'),
                    2 => Just(b'\r'),
                    2 => Just(b'\n'),
                    2 => Just(b'.'),
                    1 => prop_oneof![Just(0), Just(0xe4)],
                ],
                0..400,
            ),
            clean in any::<bool>(),
            taken in 0_usize..9,
        ) {
            let mut data = data;
            if clean {
                // Long runs without anything in them.
                let end = data.len() / 2;
                data.get_mut(..end).unwrap_or_default().fill(b'x');
            }
            let mut found = Vec::new();
            let Some((end, look)) = sweep(&data, |dot| {
                found.push(dot);
                found.len() <= taken
            }) else {
                return Ok(());
            };
            let dots = data.windows(3).enumerate().filter(|(_, three)| *three == b"\r\n.");
            let dots: Vec<usize> = dots.map(|(at, _)| at + 2).take(taken + 1).collect();
            let stop = dots.get(taken).copied().unwrap_or(data.len());
            prop_assert_eq!(&found, &dots);
            prop_assert_eq!(end, stop);
            prop_assert_eq!(look, Look::at(&data[..end]));
        }
    }
}
