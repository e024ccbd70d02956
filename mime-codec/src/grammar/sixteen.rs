//! Sixteen octets at a look, as a vector that every machine of a kind has.

use wide::u8x16;

use super::part;

/// Where the first octet of that kind stands. For what is near: a search that goes far is better begun by `memchr`.
#[inline(always)]
pub(crate) fn find(byte: u8, octets: &[u8]) -> Option<usize> {
    position(octets, |block| block.cmp_eq(u8x16::splat(byte)))
}

/// Where the first octet of that kind stands, for what is a few dozen octets away: thirty-two at a look.
#[inline(always)]
pub(crate) fn find_in_line(byte: u8, octets: &[u8]) -> Option<usize> {
    let (mut at, mut rest) = (0_usize, octets);
    while let Some((block, behind)) = rest.split_first_chunk::<32>() {
        let marks = |half| {
            let half = u8x16::new(*part(block, half).unwrap_or(&[0; 16]));
            half.cmp_eq(u8x16::splat(byte)).move_mask()
        };
        let marks = marks(0) | marks(16) << 16;
        if marks != 0 {
            return Some(at.wrapping_add(marks.trailing_zeros() as usize));
        }
        (at, rest) = (at.wrapping_add(32), behind);
    }
    find(byte, rest).map(|found| at.wrapping_add(found))
}

/// All places where such an octet stands.
#[inline(always)]
pub(crate) fn find_iter(byte: u8, octets: &[u8]) -> impl Iterator<Item = usize> {
    find_all(octets, move |block| block.cmp_eq(u8x16::splat(byte)))
}

/// All places where an octet is marked.
#[inline(always)]
pub(crate) fn find_all(
    octets: &[u8],
    mark: impl Fn(u8x16) -> u8x16,
) -> impl Iterator<Item = usize> {
    let (mut window, mut from) = (Window::NONE, 0_usize);
    core::iter::from_fn(move || {
        let found = window.next(octets, from, &mark)?;
        from = found.wrapping_add(1);
        Some(found)
    })
}

/// What is marked of sixty-four octets of a text that is read from its front to its end, a bit for each.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    start: usize,
    marks: u64,
    /// How many octets were looked at: none at first.
    len: usize,
}

impl Window {
    /// Nothing was looked at.
    pub(crate) const NONE: Self = Self {
        start: 0,
        marks: 0,
        len: 0,
    };

    /// The first marked octet at `from` or behind it; where it looked last it need not look again.
    #[inline(always)]
    pub(crate) fn next(
        &mut self,
        octets: &[u8],
        mut from: usize,
        mark: impl Fn(u8x16) -> u8x16,
    ) -> Option<usize> {
        loop {
            let seen = from.wrapping_sub(self.start);
            if seen < self.len {
                let marks = self.marks >> seen;
                if marks != 0 {
                    return Some(from.wrapping_add(marks.trailing_zeros() as usize));
                }
                from = self.start.wrapping_add(self.len);
            }
            let rest = octets.get(from..).filter(|rest| !rest.is_empty())?;
            self.start = from;
            self.len = rest.len().min(64);
            self.marks = sixty_four(rest, &mark);
        }
    }
}

/// A bit for each of the first sixty-four octets that is marked.
#[inline(always)]
fn sixty_four(octets: &[u8], mark: impl Fn(u8x16) -> u8x16) -> u64 {
    let bits = |block: &[u8; 16]| u64::from(mark(u8x16::new(*block)).move_mask() as u32);
    let (mut marks, mut shift, mut rest) = (0_u64, 0_u32, octets);
    while let Some((block, behind)) = rest.split_first_chunk() {
        marks |= bits(block) << shift;
        shift = shift.wrapping_add(16);
        if shift == 64 {
            return marks;
        }
        rest = behind;
    }
    let len = rest.len();
    if len == 0 {
        return marks;
    }
    let last = match octets.last_chunk() {
        // The last sixteen, some of which were looked at.
        Some(block) => bits(block) >> 16_usize.wrapping_sub(len),
        None => bits(&padded(rest)) & (1_u64 << len).wrapping_sub(1),
    };
    marks | last << shift
}

/// Fewer octets than sixteen, with zeroes behind them.
#[inline(always)]
fn padded(octets: &[u8]) -> [u8; 16] {
    let len = octets.len();
    let word = if let (Some(first), Some(last)) = (octets.first_chunk(), octets.last_chunk()) {
        let behind = len.wrapping_sub(8).wrapping_mul(8);
        u128::from(u64::from_le_bytes(*first)) | u128::from(u64::from_le_bytes(*last)) << behind
    } else if let (Some(first), Some(last)) = (octets.first_chunk(), octets.last_chunk()) {
        let behind = len.wrapping_sub(4).wrapping_mul(8);
        u128::from(u32::from_le_bytes(*first)) | u128::from(u32::from_le_bytes(*last)) << behind
    } else {
        let octets = octets.iter().rev();
        u128::from(octets.fold(0, |word, &byte| word << 8 | u32::from(byte)))
    };
    word.to_le_bytes()
}

/// Where the first octet of one of those kinds stands.
#[inline(always)]
pub(crate) fn find_any<const N: usize>(bytes: [u8; N], octets: &[u8]) -> Option<usize> {
    let is_one = |block: u8x16| {
        bytes.iter().fold(u8x16::splat(0), |found, &byte| {
            found | block.cmp_eq(u8x16::splat(byte))
        })
    };
    position(octets, is_one)
}

/// Whether all of them are ASCII, but no NUL, and none is `byte`.
#[inline(always)]
pub(crate) fn is_ascii_without(byte: u8, octets: &[u8]) -> bool {
    let odd = |block: u8x16| {
        // The highest bit is that of a mark, and of what is not ASCII.
        block | block.cmp_eq(u8x16::splat(0)) | block.cmp_eq(u8x16::splat(byte))
    };
    position(octets, odd).is_none()
}

/// Whether all of them are printable ASCII, and none is `byte`.
#[inline(always)]
pub(crate) fn is_printable_without(byte: u8, octets: &[u8]) -> bool {
    position(octets, |block| odd(byte, block)).is_none()
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

/// Where the first octet stands that is marked.
#[inline(always)]
fn position(octets: &[u8], mark: impl Fn(u8x16) -> u8x16) -> Option<usize> {
    let first = |block: &[u8; 16]| {
        let marks = mark(u8x16::new(*block)).move_mask();
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
        None => first(&padded(octets)).filter(|&place| place < octets.len()),
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
            octets in prop::collection::vec(prop_oneof![6 => Just(b'x'), 1 => Just(b'='), 1 => Just(0), 1 => any::<u8>()], 0..150),
        ) {
            let is = |wanted: u8| move |&byte: &u8| byte == wanted;
            prop_assert_eq!(find(b'=', &octets), octets.iter().position(is(b'=')));
            prop_assert_eq!(find_in_line(b'=', &octets), octets.iter().position(is(b'=')));
            let all: Vec<usize> = (0..octets.len()).filter(|&at| octets[at] == b'=').collect();
            prop_assert_eq!(find_iter(b'=', &octets).collect::<Vec<_>>(), all);
            let zeroes: Vec<usize> = (0..octets.len()).filter(|&at| octets[at] == 0).collect();
            prop_assert_eq!(find_iter(0, &octets).collect::<Vec<_>>(), zeroes);
            let either = |byte: &u8| matches!(byte, b'\r' | 0x80);
            prop_assert_eq!(find_any([b'\r', 0x80], &octets), octets.iter().position(either));
            let plain = octets.iter().all(|byte| matches!(byte, b' '..=b'~') && *byte != b'=');
            prop_assert_eq!(is_printable_without(b'=', &octets), plain);
            let ascii = octets.iter().all(|byte| matches!(byte, 1..=127) && *byte != b'=');
            prop_assert_eq!(is_ascii_without(b'=', &octets), ascii);
        }
    }
}
