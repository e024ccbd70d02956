//! The vector instructions of the machine (feature `simd`).

use core::arch::x86_64::__m256i;

use pulp::{NullaryFnOnce, cast, x86::V3};

use super::{Block, Eyes, Look, Sweep};

/// Does the sweep where the machine has such vectors, and gives it back where not.
pub(super) fn over<T: FnMut(usize) -> bool>(
    sweep: Sweep<'_, T>,
) -> Result<(usize, Look), Sweep<'_, T>> {
    match V3::try_new() {
        Some(simd) => Ok(simd.vectorize(Call { simd, sweep })),
        None => Err(sweep),
    }
}

/// No closure: compilers are not sure to inline what is called in one, and then each instruction is a call.
struct Call<'d, T> {
    simd: V3,
    sweep: Sweep<'d, T>,
}

impl<T: FnMut(usize) -> bool> NullaryFnOnce for Call<'_, T> {
    type Output = (usize, Look);

    #[inline(always)]
    fn call(self) -> (usize, Look) {
        self.sweep.by(Vectors::new(self.simd))
    }
}

/// Vectors of 32 octets.
#[derive(Clone, Copy)]
struct Vectors {
    simd: V3,
    /// Marks each place at which a CR stood without an LF behind it, or an LF without a CR before it.
    unpaired: __m256i,
    /// The least of the octets at each place, those beyond ASCII below all others.
    least: __m256i,
}

impl Vectors {
    #[inline(always)]
    fn new(simd: V3) -> Self {
        Self {
            simd,
            unpaired: cast([0_u8; 32]),
            least: cast([i8::MAX; 32]),
        }
    }

    /// Looks at 32 octets from `at` on, and marks each that an LF and a dot follow.
    #[inline(always)]
    fn half(&mut self, block: &Block, at: usize) -> __m256i {
        let avx2 = self.simd.avx2;
        let from = |at: usize| {
            let octets = block.get(at..).and_then(<[u8]>::first_chunk::<32>);
            octets.copied().unwrap_or_default()
        };
        let octets = from(at);
        let ends = self.equal(from(at.wrapping_add(1)), b'\n');
        let unlike = avx2._mm256_xor_si256(self.equal(octets, b'\r'), ends);
        self.unpaired = avx2._mm256_or_si256(self.unpaired, unlike);
        self.least = avx2._mm256_min_epi8(self.least, cast(octets));
        avx2._mm256_and_si256(ends, self.equal(from(at.wrapping_add(2)), b'.'))
    }

    /// A bit for each octet that is marked.
    #[inline(always)]
    fn marks(self, octets: __m256i) -> u32 {
        cast(self.simd.avx2._mm256_movemask_epi8(octets))
    }

    #[inline(always)]
    fn equal(self, octets: [u8; 32], byte: u8) -> __m256i {
        self.simd
            .avx2
            ._mm256_cmpeq_epi8(cast(octets), cast([byte; 32]))
    }
}

impl Eyes for Vectors {
    #[inline(always)]
    fn see(&mut self, block: &Block) -> u64 {
        let (low, high) = (self.half(block, 0), self.half(block, 32));
        if self.marks(self.simd.avx2._mm256_or_si256(low, high)) == 0 {
            return 0;
        }
        u64::from(self.marks(low)) | u64::from(self.marks(high)) << 32
    }

    #[inline(always)]
    fn saw_unpaired(&self) -> bool {
        self.simd
            .avx
            ._mm256_testz_si256(self.unpaired, self.unpaired)
            == 0
    }

    #[inline(always)]
    fn saw_nul(&self, run: &[u8]) -> bool {
        let avx2 = self.simd.avx2;
        let zeros = avx2._mm256_cmpeq_epi8(self.least, cast([0_u8; 32]));
        // An octet beyond ASCII may hide it.
        self.marks(zeros) != 0 || (self.saw_eight_bit(run) && memchr::memchr(0, run).is_some())
    }

    #[inline(always)]
    fn saw_eight_bit(&self, _: &[u8]) -> bool {
        self.marks(self.least) != 0
    }
}
