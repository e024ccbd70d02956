//! Addresses as a header holds them, with their names decoded.

use alloc::{borrow::Cow, boxed::Box, string::String};

use mailweft_address::{Address, Mailbox, MailboxRef};

/// A mailbox of a header: its address, and its display name decoded (RFC 2047).
///
/// Nearly all are borrowed from the header; [`into_owned`](Self::into_owned) lets one outlive it.
///
/// ```
/// use mailweft_mime::Message;
///
/// let message = Message::parse("To: =?iso-8859-1?q?Andr=E9?= <andre@example.org>\r\n\r\n");
/// let andre = message.to().next().ok_or("nobody")?;
/// assert_eq!(andre.name(), Some("André"));
/// assert_eq!(andre.address(), "andre@example.org");
/// assert_eq!(andre.to_address().domain().to_string(), "example.org");
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Debug)]
pub struct NamedAddress<'a> {
    pub(crate) name: Option<Cow<'a, str>>,
    pub(crate) mailbox: Listed<'a>,
}

/// A mailbox where it stands, or one that had to be read with care.
#[derive(Clone, Debug)]
pub(crate) enum Listed<'a> {
    Plain(MailboxRef<'a>),
    Read(Box<Mailbox>),
}

impl<'a> NamedAddress<'a> {
    /// The display name, without quotes and with encoded words decoded; no CR, LF or NUL is ever in it.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The address: `local-part@domain`, as [`Address::as_str`] has it.
    #[must_use]
    pub fn address(&self) -> &str {
        match &self.mailbox {
            Listed::Plain(mailbox) => mailbox.address(),
            Listed::Read(mailbox) => mailbox.address().as_str(),
        }
    }

    /// The address as a value of its own.
    #[must_use]
    pub fn to_address(&self) -> Address {
        match &self.mailbox {
            Listed::Plain(mailbox) => mailbox.to_address(),
            Listed::Read(mailbox) => mailbox.address().clone(),
        }
    }

    /// The mailbox as it stood, encoded words undecoded.
    #[must_use]
    pub fn to_mailbox(&self) -> Mailbox {
        match &self.mailbox {
            Listed::Plain(mailbox) => mailbox.to_mailbox(),
            Listed::Read(mailbox) => mailbox.as_ref().clone(),
        }
    }

    /// The same, borrowed from nowhere.
    ///
    /// ```
    /// use mailweft_mime::{Message, NamedAddress};
    ///
    /// fn author(mail: &[u8]) -> Option<NamedAddress<'static>> {
    ///     Message::parse(mail).from().next().map(NamedAddress::into_owned)
    /// }
    /// assert_eq!(author(b"From: Ann <ann@example.org>\n\n").unwrap().address(), "ann@example.org");
    /// ```
    #[must_use]
    pub fn into_owned(self) -> NamedAddress<'static> {
        NamedAddress {
            mailbox: Listed::Read(Box::new(self.to_mailbox())),
            name: self.name.map(|name| Cow::Owned(name.into_owned())),
        }
    }
}

/// Equal are mailboxes that stand for the same address, by the same name.
impl PartialEq for NamedAddress<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.to_mailbox() == other.to_mailbox()
    }
}

impl Eq for NamedAddress<'_> {}

/// One thing that an address field holds, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AddressItem<'a> {
    /// A mailbox.
    Mailbox(NamedAddress<'a>),
    /// A group begins; its decoded name.
    GroupStart(String),
    /// The group ends.
    GroupEnd,
    /// Text that is no address, decoded.
    Invalid(String),
}
