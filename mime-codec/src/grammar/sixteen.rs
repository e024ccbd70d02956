//! Sixteen octets at a look, as a vector that every machine of a kind has.

use wide::u8x16;

/// Where the first octet of that kind stands. For what is near: a search that goes far is better begun by `memchr`.
#[inline(always)]
pub(crate) fn find(byte: u8, octets: &[u8]) -> Option<usize> {
    let wanted = u8x16::splat(byte);
    let mut at = 0_usize;
    while let Some(block) = octets.get(at..).and_then(<[u8]>::first_chunk) {
        let marks = u8x16::new(*block).cmp_eq(wanted).move_mask();
        if marks != 0 {
            return Some(at.wrapping_add(marks.trailing_zeros() as usize));
        }
        at = at.wrapping_add(16);
    }
    let rest = octets.get(at..)?.iter().position(|&b| b == byte)?;
    Some(at.wrapping_add(rest))
}
