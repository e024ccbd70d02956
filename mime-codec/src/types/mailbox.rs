//! Addresses as a header holds them, with their names decoded.

use alloc::string::String;

use mailweft_address::{Address, Mailbox};

/// A mailbox of a header: its address, and its display name decoded (RFC 2047).
///
/// ```
/// use mailweft_mime::Message;
///
/// let message = Message::parse("To: =?iso-8859-1?q?Andr=E9?= <andre@example.org>\r\n\r\n");
/// let to = message.to();
/// assert_eq!(to[0].name(), Some("André"));
/// assert_eq!(to[0].address().to_string(), "andre@example.org");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedAddress {
    pub(crate) name: Option<String>,
    pub(crate) mailbox: Mailbox,
}

impl NamedAddress {
    /// The display name, without quotes and with encoded words decoded; no CR, LF or NUL is ever in it.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The address.
    #[must_use]
    pub const fn address(&self) -> &Address {
        self.mailbox.address()
    }

    /// The mailbox as it stood, encoded words undecoded.
    #[must_use]
    pub const fn mailbox(&self) -> &Mailbox {
        &self.mailbox
    }

    /// The address alone.
    #[must_use]
    pub fn into_address(self) -> Address {
        self.mailbox.into_address()
    }
}

/// One thing that an address field holds, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AddressItem {
    /// A mailbox.
    Mailbox(NamedAddress),
    /// A group begins; its decoded name.
    GroupStart(String),
    /// The group ends.
    GroupEnd,
    /// Text that is no address, decoded.
    Invalid(String),
}
