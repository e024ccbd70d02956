//! Lines by the vector instructions of the machine (feature `simd`), 32 octets at a look.

use alloc::vec::Vec;
use core::arch::x86_64::__m256i;

use pulp::{NullaryFnOnce, cast, x86::V3};

use super::{Look, write_lines};
use crate::grammar::{part, part_mut};

/// Encodes text at the end of `out`; false, and nothing done, where the machine has no such vectors.
pub(super) fn encode_onto(text: &[u8], out: &mut Vec<u8>) -> bool {
    let Some(simd) = V3::try_new() else {
        return false;
    };
    simd.vectorize(WriteLines { simd, text, out });
    true
}

/// No closure: compilers are not sure to inline what is called in one, and then each instruction is a call.
struct WriteLines<'t, 'o> {
    simd: V3,
    text: &'t [u8],
    out: &'o mut Vec<u8>,
}

impl NullaryFnOnce for WriteLines<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        write_lines(Vectors(self.simd), self.text, self.out);
    }
}

/// 32 octets are one vector.
#[derive(Clone, Copy)]
struct Vectors(V3);

impl Look for Vectors {
    #[inline(always)]
    fn mark(self, octets: &[u8], marks: &mut [u8]) -> usize {
        let blocks = octets.chunks_exact(32);
        let seen = octets.len() - blocks.remainder().len();
        for (block, marks) in blocks.zip(marks.chunks_exact_mut(4)) {
            if let (Some(block), Some(marks)) = (part::<32>(block, 0), part_mut(marks, 0)) {
                *marks = self.odd(cast(*block)).to_le_bytes();
            }
        }
        seen
    }
}

impl Vectors {
    /// A bit for each octet that does not stand for itself.
    #[inline(always)]
    fn odd(self, octets: __m256i) -> u32 {
        let avx2 = self.0.avx2;
        let all = |byte: u8| -> __m256i { cast([byte; 32]) };
        // As numbers with a sign, those beyond ASCII are the least.
        let graphic = avx2._mm256_cmpgt_epi8(octets, all(b' ' - 1));
        let delete = avx2._mm256_cmpeq_epi8(octets, all(0x7f));
        let sign = avx2._mm256_cmpeq_epi8(octets, all(b'='));
        let plain = avx2._mm256_andnot_si256(avx2._mm256_or_si256(delete, sign), graphic);
        let plain: u32 = cast(avx2._mm256_movemask_epi8(plain));
        !plain
    }
}
