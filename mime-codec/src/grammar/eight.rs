//! Eight octets at a look, as one number.

/// Eight octets as a number, the first in its lowest place.
#[inline]
pub(crate) fn octets(block: &[u8]) -> u64 {
    block
        .first_chunk()
        .map_or(0, |octets| u64::from_le_bytes(*octets))
}

/// That octet eight times.
#[inline]
pub(crate) const fn every(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// The highest bit of each octet that is zero; above the lowest such octet, others may be marked too.
#[inline]
pub(crate) const fn zeroes(octets: u64) -> u64 {
    octets.wrapping_sub(every(1)) & !octets & every(0x80)
}

/// The number of the first octet that is marked.
#[inline]
pub(crate) const fn first(marks: u64) -> usize {
    marks.trailing_zeros() as usize / 8
}
