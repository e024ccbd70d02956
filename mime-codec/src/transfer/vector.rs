//! What the encodings share that work by vectors (feature `simd`).

use core::arch::x86_64::__m256i;

use pulp::cast;

/// A table for each half of a vector, as look-ups don't cross them.
#[inline(always)]
pub(super) fn twice(table: [u8; 16]) -> __m256i {
    cast([table, table])
}
