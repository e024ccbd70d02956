//! Octets of a value: few of them in place, more of them shared.

use alloc::string::String;
use core::ops::Range;

use bytes::Bytes;

/// Most addresses and most names are no longer; with their length they take as much as shared octets do.
const ROOM: usize = 31;

/// What a value is made of: copied into it where it is short, which is cheaper than to count a reference or to
/// ask for memory; else [`Bytes`], so that cloning counts a reference and slicing copies nothing.
#[derive(Clone)]
pub(crate) enum Octets {
    Few(Few),
    Shared(Bytes),
}

/// Up to [`ROOM`] octets, and how many they are in the last; what stands between is never looked at. Aligned, so
/// that a value is moved in whole words.
#[derive(Clone, Copy)]
#[repr(align(8))]
pub(crate) struct Few([u8; ROOM + 1]);

impl Few {
    /// Put together in two words that overlap: a copy of any other length would be a call, and moving what it wrote
    /// would wait for it.
    #[inline]
    fn new(octets: &[u8]) -> Option<Self> {
        let length = octets.len();
        let bits = |octets: usize| u32::try_from(octets.saturating_mul(8)).unwrap_or(u32::MAX);
        let (low, high) = if let (Some(&first), Some(&last)) =
            (octets.first_chunk::<16>(), octets.last_chunk::<16>())
        {
            let behind = bits(ROOM.saturating_add(1).checked_sub(length)?);
            let last = u128::from_le_bytes(last).checked_shr(behind);
            (u128::from_le_bytes(first), last.unwrap_or(0))
        } else if let (Some(&first), Some(&last)) =
            (octets.first_chunk::<8>(), octets.last_chunk::<8>())
        {
            let before = bits(length.saturating_sub(size_of::<u64>()));
            let last = u128::from(u64::from_le_bytes(last)).checked_shl(before);
            (u128::from(u64::from_le_bytes(first)) | last.unwrap_or(0), 0)
        } else {
            let low = octets
                .iter()
                .rev()
                .fold(0, |low, &byte| low << 8 | u128::from(byte));
            (low, 0)
        };
        Self::of_words(low, high, length)
    }

    /// The first octets of those given, copied with what follows them, which is never looked at: no length to decide
    /// on.
    #[inline]
    fn front(octets: &[u8], length: usize) -> Option<Self> {
        let (low, rest) = octets.split_first_chunk()?;
        let high = u128::from_le_bytes(*rest.first_chunk()?) << u8::BITS >> u8::BITS;
        Self::of_words(u128::from_le_bytes(*low), high, length)
    }

    #[inline]
    fn of_words(low: u128, high: u128, length: usize) -> Option<Self> {
        let length = u8::try_from(length)
            .ok()
            .filter(|&length| usize::from(length) <= ROOM)?;
        let high = high | u128::from(length) << (u128::BITS - u8::BITS);
        let mut room = [0; ROOM + 1];
        let (front, back) = room.split_first_chunk_mut()?;
        *front = low.to_le_bytes();
        *back.first_chunk_mut()? = high.to_le_bytes();
        Some(Self(room))
    }

    #[inline]
    fn as_slice(&self) -> &[u8] {
        let [octets @ .., length] = &self.0;
        octets.get(..usize::from(*length)).unwrap_or_default()
    }
}

impl Octets {
    pub(crate) const EMPTY: Self = Self::Shared(Bytes::new());

    pub(crate) const fn from_static(octets: &'static [u8]) -> Self {
        Self::Shared(Bytes::from_static(octets))
    }

    #[inline]
    pub(crate) fn copy(octets: &[u8]) -> Self {
        Few::new(octets).map_or_else(|| Self::Shared(Bytes::copy_from_slice(octets)), Self::Few)
    }

    /// The octets of `span` of `whole`, or nothing where it is out of bounds.
    #[inline(never)]
    pub(crate) fn slice_of(whole: &Bytes, span: Range<usize>) -> Self {
        let (Some(octets), Some(rest)) = (whole.get(span.clone()), whole.get(span.start..)) else {
            return Self::EMPTY;
        };
        let few = Few::front(rest, octets.len()).or_else(|| Few::new(octets));
        few.map_or_else(|| Self::Shared(whole.slice(span)), Self::Few)
    }

    pub(crate) fn slice(&self, span: Range<usize>) -> Self {
        match self {
            Self::Few(few) => few.as_slice().get(span).map_or(Self::EMPTY, Self::copy),
            Self::Shared(whole) => Self::slice_of(whole, span),
        }
    }

    #[inline]
    pub(crate) fn as_slice(&self) -> &[u8] {
        match self {
            Self::Few(few) => few.as_slice(),
            Self::Shared(octets) => octets,
        }
    }
}

impl Default for Octets {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl PartialEq for Octets {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl Eq for Octets {}

impl From<Bytes> for Octets {
    fn from(octets: Bytes) -> Self {
        Few::new(&octets).map_or(Self::Shared(octets), Self::Few)
    }
}

impl From<String> for Octets {
    fn from(text: String) -> Self {
        Few::new(text.as_bytes()).map_or_else(|| Self::Shared(text.into()), Self::Few)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_as_there_are() {
        let all: [u8; 80] = core::array::from_fn(|n| u8::try_from(n).unwrap_or(0) ^ 0xa5);
        let shared = Bytes::copy_from_slice(&all);
        for start in 0..20 {
            for end in start..all.len() {
                let octets = &all[start..end];
                let slice = Octets::slice_of(&shared, start..end);
                assert_eq!(slice.as_slice(), octets);
                assert_eq!(Octets::copy(octets).as_slice(), octets);
                assert_eq!(matches!(slice, Octets::Few(_)), octets.len() <= ROOM);
                let middle = octets.len() / 3..octets.len() / 2;
                assert_eq!(slice.slice(middle.clone()).as_slice(), &octets[middle]);
            }
        }
        assert_eq!(Octets::slice_of(&shared, 79..81).as_slice(), b"");
    }
}
