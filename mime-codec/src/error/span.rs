//! A range of octets.

use core::fmt;

use crate::grammar::slice;

/// A range of octets of a message: from `start` up to but not including `end`.
///
/// Offsets are `u64`, so that a message of more than 4 GiB is no special case on any machine.
///
/// ```
/// use mailweft_mime::Span;
///
/// let span = Span::new(9, 14);
/// assert_eq!(span.len(), 5);
/// assert_eq!(span.of(b"Subject: hello\r\n"), b"hello");
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Span {
    start: u64,
    end: u64,
}

impl Span {
    /// The octets from `start` up to `end`; an `end` before `start` makes an empty span at `start`.
    #[must_use]
    pub const fn new(start: u64, end: u64) -> Self {
        Self {
            start,
            end: if end < start { start } else { end },
        }
    }

    /// The offset of the first octet.
    #[must_use]
    pub const fn start(self) -> u64 {
        self.start
    }

    /// The offset after the last octet.
    #[must_use]
    pub const fn end(self) -> u64 {
        self.end
    }

    /// How many octets there are.
    #[must_use]
    pub const fn len(self) -> u64 {
        self.end.saturating_sub(self.start)
    }

    /// True for a span without octets.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The octets of `bytes` that the span names; what lies outside is left out.
    #[must_use]
    pub fn of(self, bytes: &[u8]) -> &[u8] {
        slice(bytes, to_usize(self.start), to_usize(self.end))
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// An offset as an index; past what can be addressed it is the largest index, which no slice reaches.
pub(crate) fn to_usize(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

/// A length as an offset.
pub(crate) fn to_u64(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}
