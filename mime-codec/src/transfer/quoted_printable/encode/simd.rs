//! Lines by the vector instructions of the machine (feature `simd`), 32 octets at a look.

use alloc::vec::Vec;

use pulp::{NullaryFnOnce, cast, x86::V3};

use super::{Look, write_lines};
use crate::transfer::vector::plain;

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
    fn odd(self, octets: &[u8; 32]) -> u32 {
        let plain = plain(self.0, cast(*octets));
        let plain: u32 = cast(self.0.avx2._mm256_movemask_epi8(plain));
        !plain
    }
}
