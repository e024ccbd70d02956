//! Sets of message numbers and of unique identifiers, kept as ranges and never expanded.

use alloc::{sync::Arc, vec::Vec};
use core::{cmp, ops::RangeInclusive};

use crate::error::{Invalid, ParseError, Rule};

/// `seq-range`: one number, or two joined by a colon in any order (RFC 3501 §9).
///
/// Either end may be `*`, the greatest number in use; it is `None` here.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SequenceRange {
    /// Zero stands for `*`: no message has that number.
    first: u32,
    last: u32,
}

impl SequenceRange {
    pub(crate) const fn new(first: u32, last: u32) -> Self {
        Self { first, last }
    }

    /// The first end as it was written; `None` is `*`.
    pub const fn first(self) -> Option<u32> {
        match self.first {
            0 => None,
            number => Some(number),
        }
    }

    /// The second end as it was written; `None` is `*`.
    pub const fn last(self) -> Option<u32> {
        match self.last {
            0 => None,
            number => Some(number),
        }
    }

    /// Whether it was written as one number.
    pub const fn is_single(self) -> bool {
        self.first == self.last
    }

    /// The numbers it means when the greatest one in use is `max`, or none when the mailbox is empty.
    ///
    /// `559:*` with 12 messages is `12..=559`: the ends may come in any order (RFC 3501 §9).
    pub fn resolve(self, max: u32) -> Option<RangeInclusive<u32>> {
        if max == 0 && (self.first == 0 || self.last == 0) {
            return None;
        }
        let first = self.first().unwrap_or(max);
        let last = self.last().unwrap_or(max);
        Some(cmp::min(first, last)..=cmp::max(first, last))
    }
}

impl core::fmt::Debug for SequenceRange {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Display::fmt(self, f)
    }
}

/// A set of message sequence numbers or unique identifiers: `sequence-set` (RFC 3501 §9).
///
/// Kept as the ranges it was written with: `1:4294967295` costs as much as `1`.
///
/// # Examples
///
/// ```
/// use mailweft_imap::SequenceSet;
///
/// let set = SequenceSet::parse("2,4:7,9,12:*")?;
/// assert!(set.contains(5, 15) && set.contains(14, 15) && !set.contains(8, 15));
/// assert_eq!(set.count(15), 10);
/// assert_eq!(set.to_string(), "2,4:7,9,12:*");
///
/// // Built from numbers in any order, it is as short as can be.
/// let set: SequenceSet = [3, 1, 2, 9].into_iter().collect();
/// assert_eq!(set.to_string(), "1:3,9");
/// # Ok::<(), mailweft_imap::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SequenceSet(Ranges);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Ranges {
    /// `$`: the result of the last SEARCH that saved one (RFC 5182 §2.1).
    Saved,
    One(SequenceRange),
    Many(Arc<[SequenceRange]>),
}

impl SequenceSet {
    /// All messages: `1:*`.
    pub const ALL: Self = Self(Ranges::One(SequenceRange { first: 1, last: 0 }));
    /// The last message: `*`.
    pub const LAST: Self = Self(Ranges::One(SequenceRange { first: 0, last: 0 }));
    /// What the last SEARCH saved: `$` (RFC 5182 §2.1).
    pub const SAVED: Self = Self(Ranges::Saved);

    /// Reads a set.
    ///
    /// # Errors
    ///
    /// When `text` is empty, holds a zero or a number above 4,294,967,295, or anything but numbers, `*`, `:` and `,`.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        text.parse()
    }

    /// The set of one number.
    ///
    /// # Errors
    ///
    /// When `number` is zero.
    pub const fn single(number: u32) -> Result<Self, Invalid> {
        Self::range(number, number)
    }

    /// The set from one number to another.
    ///
    /// # Errors
    ///
    /// When one of them is zero.
    pub const fn range(first: u32, last: u32) -> Result<Self, Invalid> {
        if first == 0 || last == 0 {
            return Err(Invalid::value(Rule::SequenceSet));
        }
        Ok(Self(Ranges::One(SequenceRange { first, last })))
    }

    /// All from `first` on: `first:*`.
    ///
    /// # Errors
    ///
    /// When `first` is zero.
    pub const fn from(first: u32) -> Result<Self, Invalid> {
        if first == 0 {
            return Err(Invalid::value(Rule::SequenceSet));
        }
        Ok(Self(Ranges::One(SequenceRange { first, last: 0 })))
    }

    /// The set of `ranges` as they are; `None` when there are none: an empty set cannot be written.
    pub(crate) fn from_ranges(ranges: Vec<SequenceRange>) -> Option<Self> {
        Self::from_slice(&ranges)
    }

    pub(crate) fn from_slice(ranges: &[SequenceRange]) -> Option<Self> {
        match ranges {
            [] => None,
            [one] => Some(Self(Ranges::One(*one))),
            _ => Some(Self(Ranges::Many(ranges.into()))),
        }
    }

    /// Whether this is `$`, the saved result (RFC 5182 §2.1).
    pub const fn is_saved(&self) -> bool {
        matches!(self.0, Ranges::Saved)
    }

    /// Whether this set, made from an iterator, has no members. Such a set cannot be written.
    pub fn is_empty(&self) -> bool {
        !self.is_saved() && self.ranges().is_empty()
    }

    /// The ranges in the order they were written. None for [`SAVED`](Self::SAVED).
    pub fn ranges(&self) -> &[SequenceRange] {
        match &self.0 {
            Ranges::Saved => &[],
            Ranges::One(range) => core::slice::from_ref(range),
            Ranges::Many(ranges) => ranges,
        }
    }

    /// Whether `number` is a member, when `max` is the greatest number in use.
    pub fn contains(&self, number: u32, max: u32) -> bool {
        self.ranges().iter().any(|range| {
            range
                .resolve(max)
                .is_some_and(|range| range.contains(&number))
        })
    }

    /// The members as ranges in ascending order, without overlap, each as long as can be; `max` is the greatest number in use.
    pub fn resolve(&self, max: u32) -> Vec<RangeInclusive<u32>> {
        let mut ranges: Vec<_> = self
            .ranges()
            .iter()
            .filter_map(|r| r.resolve(max))
            .collect();
        if ranges.is_sorted_by(|a, b| a.end() < b.start() && b.start().abs_diff(*a.end()) > 1) {
            return ranges;
        }
        ranges.sort_unstable_by_key(|range| *range.start());
        ranges.dedup_by(|next, kept| {
            let joins = *next.start() <= kept.end().saturating_add(1);
            if joins {
                *kept = *kept.start()..=cmp::max(*kept.end(), *next.end());
            }
            joins
        });
        ranges
    }

    /// How many numbers are members, when `max` is the greatest number in use.
    pub fn count(&self, max: u32) -> u64 {
        self.resolve(max)
            .iter()
            .map(|range| u64::from(range.end().abs_diff(*range.start())).saturating_add(1))
            .fold(0, u64::saturating_add)
    }

    /// Every member in ascending order and once, when `max` is the greatest number in use.
    ///
    /// As lazy as a range: take what is needed, the peer may have written `1:4294967295`.
    pub fn iter(&self, max: u32) -> impl Iterator<Item = u32> + use<> {
        self.resolve(max).into_iter().flatten()
    }

    /// The members of this set, of the other, or of both.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut ranges = self.ranges().to_vec();
        ranges.extend_from_slice(other.ranges());
        Self(Ranges::Many(ranges.into()))
    }

    /// The members of both sets, when `max` is the greatest number in use.
    #[must_use]
    pub fn intersection(&self, other: &Self, max: u32) -> Self {
        let (mine, theirs) = (self.resolve(max), other.resolve(max));
        let (mut a, mut b) = (mine.iter().peekable(), theirs.iter().peekable());
        let mut both = Vec::new();
        while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
            let (low, high) = (x.start().max(y.start()), x.end().min(y.end()));
            if low <= high {
                both.push(SequenceRange::new(*low, *high));
            }
            if x.end() <= y.end() {
                a.next();
            } else {
                b.next();
            }
        }
        Self::from_ranges(both).unwrap_or_default()
    }

    /// The members of this set that are not in the other, when `max` is the greatest number in use.
    #[must_use]
    pub fn difference(&self, other: &Self, max: u32) -> Self {
        let theirs = other.resolve(max);
        let mut theirs = theirs.iter().peekable();
        let mut left = Vec::new();
        for mine in self.resolve(max) {
            let mut low = Some(*mine.start());
            while let (Some(start), Some(cut)) = (low, theirs.peek()) {
                if *cut.end() < start {
                    theirs.next();
                    continue;
                }
                if *cut.start() > *mine.end() {
                    break;
                }
                if let Some(before) = cut.start().checked_sub(1).filter(|b| *b >= start) {
                    left.push(SequenceRange::new(start, before));
                }
                low = cut.end().checked_add(1).filter(|next| next <= mine.end());
            }
            if let Some(start) = low {
                left.push(SequenceRange::new(start, *mine.end()));
            }
        }
        Self::from_ranges(left).unwrap_or_default()
    }

    /// This set in pieces whose text is at most `octets` long, for servers that limit the length of a command.
    ///
    /// # Examples
    ///
    /// ```
    /// use mailweft_imap::SequenceSet;
    ///
    /// let set = SequenceSet::parse("1:4,7,100:200")?;
    /// let pieces: Vec<String> = set.split(8).map(|piece| piece.to_string()).collect();
    /// assert_eq!(pieces, ["1:4,7", "100:200"]);
    /// # Ok::<(), mailweft_imap::ParseError>(())
    /// ```
    pub fn split(&self, octets: usize) -> impl Iterator<Item = Self> + '_ {
        let mut rest = self.ranges();
        let mut saved = self.is_saved();
        core::iter::from_fn(move || {
            if core::mem::take(&mut saved) {
                return Some(Self::SAVED);
            }
            let mut room = octets.saturating_add(1);
            let taken = rest
                .iter()
                .take_while(|range| {
                    let need = range.text_len().saturating_add(1);
                    let fits = need <= room;
                    room = room.saturating_sub(need);
                    fits
                })
                .count()
                .max(1);
            let (piece, after) = rest.split_at_checked(taken)?;
            rest = after;
            Self::from_ranges(piece.to_vec())
        })
    }
}

impl SequenceRange {
    /// The length of its text.
    fn text_len(self) -> usize {
        let digits = |number: u32| match number.checked_ilog10() {
            Some(log) => (log as usize).saturating_add(1),
            None => 1,
        };
        match self.is_single() {
            true => digits(self.first),
            false => digits(self.first)
                .saturating_add(1)
                .saturating_add(digits(self.last)),
        }
    }
}

impl Default for SequenceSet {
    /// The empty set, which cannot be written.
    fn default() -> Self {
        Self(Ranges::Many(Arc::new([])))
    }
}

impl FromIterator<u32> for SequenceSet {
    /// The shortest set of these numbers. Zeros are left out: no message has that number.
    fn from_iter<I: IntoIterator<Item = u32>>(numbers: I) -> Self {
        let mut ranges: Vec<SequenceRange> = Vec::new();
        let mut sorted = true;
        for number in numbers.into_iter().filter(|number| *number != 0) {
            match ranges.last_mut() {
                Some(range) if range.last.checked_add(1) == Some(number) => range.last = number,
                Some(range) if range.first <= number && number <= range.last => {}
                last => {
                    sorted &= last.is_none_or(|range| range.last < number);
                    ranges.push(SequenceRange::new(number, number));
                }
            }
        }
        let set = Self::from_ranges(ranges).unwrap_or_default();
        match sorted {
            true => set,
            false => Self::from_ranges(
                set.resolve(u32::MAX)
                    .into_iter()
                    .map(|range| SequenceRange::new(*range.start(), *range.end()))
                    .collect(),
            )
            .unwrap_or_default(),
        }
    }
}

impl core::fmt::Debug for SequenceSet {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "SequenceSet({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    fn set(text: &str) -> SequenceSet {
        SequenceSet::parse(text).unwrap()
    }

    #[test]
    fn algebra() {
        let a = set("1:10,20:30");
        let b = set("5:25,40");
        assert_eq!(a.intersection(&b, 100).to_string(), "5:10,20:25");
        assert_eq!(a.difference(&b, 100).to_string(), "1:4,26:30");
        assert_eq!(a.union(&b).count(100), 31);
        assert!(a.difference(&a, 100).is_empty());
        assert_eq!(set("1:*").difference(&set("*"), 5).to_string(), "1:4");
    }

    #[test]
    fn a_huge_range_costs_nothing() {
        assert_eq!(set("1:4294967295").count(1), 4_294_967_295);
        assert_eq!(set("4294967295,1:4294967295").resolve(9).len(), 1);
    }

    #[test]
    fn star_in_an_empty_mailbox_is_nothing() {
        assert_eq!(set("*").count(0), 0);
        assert_eq!(set("1:*").count(0), 0);
    }

    #[test]
    fn the_order_of_numbers_does_not_matter() {
        let set: SequenceSet = [9, 1, 3, 2, 2, 0].into_iter().collect();
        assert_eq!(set.to_string(), "1:3,9");
    }
}
