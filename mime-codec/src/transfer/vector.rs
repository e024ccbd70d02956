//! What the encodings share that work by vectors (feature `simd`).

use core::arch::x86_64::__m256i;

use pulp::{cast, x86::V3};

/// A table for each half of a vector, as look-ups don't cross them.
#[inline(always)]
pub(super) fn twice(table: [u8; 16]) -> __m256i {
    cast([table, table])
}

/// Marks each octet that stands for itself in quoted-printable: printable ASCII without the `=`.
#[inline(always)]
pub(crate) fn plain(simd: V3, octets: __m256i) -> __m256i {
    let avx2 = simd.avx2;
    // As numbers with a sign, those beyond ASCII are the least.
    let graphic = avx2._mm256_cmpgt_epi8(octets, cast([b' ' - 1; 32]));
    let delete = avx2._mm256_cmpeq_epi8(octets, cast([0x7f_u8; 32]));
    let sign = avx2._mm256_cmpeq_epi8(octets, cast([b'='; 32]));
    avx2._mm256_andnot_si256(avx2._mm256_or_si256(delete, sign), graphic)
}
