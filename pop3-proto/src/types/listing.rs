//! What a maildrop holds, in numbers.

use core::{fmt, num::NonZeroU32};

use super::UniqueId;

/// A message-number: the first message of the session is 1 (RFC 1939 §5).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageNumber(NonZeroU32);

impl MessageNumber {
    /// The first message.
    pub const FIRST: Self = Self(NonZeroU32::MIN);

    /// A number, unless it is 0.
    #[must_use]
    pub const fn new(number: u32) -> Option<Self> {
        match NonZeroU32::new(number) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0.get()
    }

    /// The place in a list that begins at 0.
    #[must_use]
    pub fn index(self) -> usize {
        usize::try_from(self.get())
            .unwrap_or(usize::MAX)
            .saturating_sub(1)
    }

    pub(crate) fn from_index(index: usize) -> Option<Self> {
        u32::try_from(index.checked_add(1)?)
            .ok()
            .and_then(Self::new)
    }
}

impl fmt::Debug for MessageNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for MessageNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How many messages there are and how many octets they have: the answer to STAT (RFC 1939 §5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[expect(clippy::exhaustive_structs, reason = "nn SP mm, RFC 1939 §5")]
pub struct DropListing {
    /// Messages that are not marked as deleted.
    pub messages: u32,
    /// Their octets together.
    pub octets: u64,
}

/// One message and its size: a line of the answer to LIST (RFC 1939 §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[expect(
    clippy::exhaustive_structs,
    reason = "message-number SP octets, RFC 1939 §5"
)]
pub struct ScanListing {
    /// The message.
    pub number: MessageNumber,
    /// Its size with CRLF line ends, before dot-stuffing.
    pub octets: u64,
}

/// One message and its unique-id: a line of the answer to UIDL (RFC 1939 §7).
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[expect(
    clippy::exhaustive_structs,
    reason = "message-number SP unique-id, RFC 1939 §7"
)]
pub struct UniqueIdListing {
    /// The message.
    pub number: MessageNumber,
    /// Its unique-id.
    pub id: UniqueId,
}
