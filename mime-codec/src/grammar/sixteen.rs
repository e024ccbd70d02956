//! Sixteen octets at a look, as a vector that every machine of a kind has.

use wide::u8x16;

/// Where the first octet of that kind stands. For what is near: a search that goes far is better begun by `memchr`.
#[inline(always)]
pub(crate) fn find(byte: u8, octets: &[u8]) -> Option<usize> {
    position(
        octets,
        |&b| b == byte,
        |block| block.cmp_eq(u8x16::splat(byte)),
    )
}

/// All places where such an octet stands.
#[inline(always)]
pub(crate) fn find_iter(byte: u8, octets: &[u8]) -> impl Iterator<Item = usize> {
    let mut behind = 0_usize;
    core::iter::from_fn(move || {
        let found = behind.wrapping_add(find(byte, octets.get(behind..)?)?);
        behind = found.wrapping_add(1);
        Some(found)
    })
}

/// Where the first octet of one of those kinds stands.
#[inline(always)]
pub(crate) fn find_any<const N: usize>(bytes: [u8; N], octets: &[u8]) -> Option<usize> {
    let is_one = |block: u8x16| {
        bytes.iter().fold(u8x16::splat(0), |found, &byte| {
            found | block.cmp_eq(u8x16::splat(byte))
        })
    };
    position(octets, |b| bytes.contains(b), is_one)
}

/// Whether all of them are printable ASCII, and none is `byte`.
#[inline(always)]
pub(crate) fn is_printable_without(byte: u8, octets: &[u8]) -> bool {
    let is_odd = |&b: &u8| !matches!(b, b' '..=b'~') || b == byte;
    position(octets, is_odd, |block| odd(byte, block)).is_none()
}

/// A bit for each that is not printable ASCII, or `byte`; the first octet's is the lowest.
#[inline(always)]
pub(crate) fn marks_of_odd(byte: u8, octets: &[u8; 16]) -> i32 {
    odd(byte, u8x16::new(*octets)).move_mask()
}

/// Marks each that is not printable ASCII, or `byte`.
#[inline(always)]
pub(crate) fn odd(byte: u8, block: u8x16) -> u8x16 {
    let inside = block.max(u8x16::splat(b' ')).min(u8x16::splat(b'~'));
    let outside = inside.cmp_eq(block) ^ u8x16::splat(0xff);
    outside | block.cmp_eq(u8x16::splat(byte))
}

/// Where the first octet stands that is meant, said of one and of sixteen.
#[inline(always)]
fn position(
    octets: &[u8],
    one: impl Fn(&u8) -> bool,
    sixteen: impl Fn(u8x16) -> u8x16,
) -> Option<usize> {
    let first = |block: &[u8; 16]| {
        let marks = sixteen(u8x16::new(*block)).move_mask();
        (marks != 0).then_some(marks.trailing_zeros() as usize)
    };
    let (mut at, mut rest) = (0_usize, octets);
    while let Some((block, behind)) = rest.split_first_chunk() {
        if let Some(place) = first(block) {
            return Some(at.wrapping_add(place));
        }
        (at, rest) = (at.wrapping_add(16), behind);
    }
    if rest.is_empty() {
        return None;
    }
    match octets.last_chunk() {
        // The last sixteen, some of which were looked at.
        Some(block) => Some(octets.len().wrapping_sub(16).wrapping_add(first(block)?)),
        None => octets.iter().position(one),
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// What a look at each octet finds.
        #[test]
        fn sixteen_at_a_look_is_one_after_the_other(
            octets in prop::collection::vec(prop_oneof![6 => Just(b'x'), 1 => Just(b'='), 1 => any::<u8>()], 0..70),
        ) {
            let is = |wanted: u8| move |&byte: &u8| byte == wanted;
            prop_assert_eq!(find(b'=', &octets), octets.iter().position(is(b'=')));
            let all: Vec<usize> = (0..octets.len()).filter(|&at| octets[at] == b'=').collect();
            prop_assert_eq!(find_iter(b'=', &octets).collect::<Vec<_>>(), all);
            let either = |byte: &u8| matches!(byte, b'\r' | 0x80);
            prop_assert_eq!(find_any([b'\r', 0x80], &octets), octets.iter().position(either));
            let plain = octets.iter().all(|byte| matches!(byte, b' '..=b'~') && *byte != b'=');
            prop_assert_eq!(is_printable_without(b'=', &octets), plain);
        }
    }
}
