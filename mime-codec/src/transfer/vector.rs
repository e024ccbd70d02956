//! What the encodings share that work by vectors (feature `simd`).

use core::arch::x86_64::__m256i;

use pulp::cast;

/// As many of the octets as are asked for, from `at` on.
#[inline(always)]
pub(super) fn part<const N: usize>(octets: &[u8], at: usize) -> Option<&[u8; N]> {
    octets.get(at..)?.first_chunk()
}

/// The same, to be written over.
#[inline(always)]
pub(super) fn part_mut<const N: usize>(octets: &mut [u8], at: usize) -> Option<&mut [u8; N]> {
    octets.get_mut(at..)?.first_chunk_mut()
}

/// A table for each half of a vector, as look-ups don't cross them.
#[inline(always)]
pub(super) fn twice(table: [u8; 16]) -> __m256i {
    cast([table, table])
}
