//! The envelope's addresses: what stands after `MAIL FROM:` and `RCPT TO:`.

use bytes::Bytes;

use super::Address;
use crate::error::{Level, ParseError};

/// `Reverse-path` of RFC 5321 §4.1.2: where failures are reported to.
///
/// Printed, it has its angle brackets, and nothing in it can end it early.
///
/// ```
/// use mailweft_address::{Level, ReversePath};
///
/// let (path, used) = ReversePath::parse_prefix(&b"<@relay.example:joe@example.org> SIZE=9"[..].into(), Level::Smtp)?;
/// assert_eq!(path.to_string(), "<joe@example.org>");
/// assert_eq!(used, 32);
/// assert_eq!(ReversePath::Null.to_string(), "<>");
/// # Ok::<(), mailweft_address::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "Reverse-path = Path / \"<>\", RFC 5321 §4.1.2"
)]
pub enum ReversePath {
    /// `<>`, of notifications that must not be answered (RFC 5321 §4.5.5).
    Null,
    /// An address.
    Mailbox(Address),
}

impl ReversePath {
    /// Parses a path, angle brackets included, the whole of `octets`.
    ///
    /// # Errors
    ///
    /// As [`ReversePath::parse_prefix`], and text behind the path.
    pub fn from_bytes(octets: Bytes, level: Level) -> Result<Self, ParseError> {
        Self::try_from((level, octets))
    }

    /// The address, unless it is null.
    #[must_use]
    pub const fn address(&self) -> Option<&Address> {
        match self {
            Self::Null => None,
            Self::Mailbox(address) => Some(address),
        }
    }

    /// Whether it is ASCII throughout, so that it needs no SMTPUTF8.
    #[must_use]
    pub fn is_ascii(&self) -> bool {
        self.address().is_none_or(Address::is_ascii)
    }
}

impl From<Address> for ReversePath {
    fn from(address: Address) -> Self {
        Self::Mailbox(address)
    }
}

/// `Forward-path` of RFC 5321 §4.1.2, or the `<Postmaster>` of §4.1.1.3 without a domain.
///
/// ```
/// use mailweft_address::{ForwardPath, Level};
///
/// let (path, _) = ForwardPath::parse_prefix(&b"<PostMaster>"[..].into(), Level::Smtp)?;
/// assert_eq!(path, ForwardPath::Postmaster);
/// # Ok::<(), mailweft_address::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "RFC 5321 §4.1.1.3 closes the set")]
pub enum ForwardPath {
    /// `<Postmaster>`, in any case.
    Postmaster,
    /// An address.
    Mailbox(Address),
}

impl ForwardPath {
    /// Parses a path, angle brackets included, the whole of `octets`.
    ///
    /// # Errors
    ///
    /// As [`ForwardPath::parse_prefix`], and text behind the path.
    pub fn from_bytes(octets: Bytes, level: Level) -> Result<Self, ParseError> {
        Self::try_from((level, octets))
    }

    /// The address, unless it is the bare postmaster.
    #[must_use]
    pub const fn address(&self) -> Option<&Address> {
        match self {
            Self::Postmaster => None,
            Self::Mailbox(address) => Some(address),
        }
    }

    /// Whether it is ASCII throughout, so that it needs no SMTPUTF8.
    #[must_use]
    pub fn is_ascii(&self) -> bool {
        self.address().is_none_or(Address::is_ascii)
    }
}

impl From<Address> for ForwardPath {
    fn from(address: Address) -> Self {
        Self::Mailbox(address)
    }
}
