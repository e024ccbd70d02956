//! Mailboxes where they stand.

use alloc::borrow::Cow;

use super::{Address, Mailbox, Octets, Phrase, phrase::text_octets};
use crate::grammar::has_single_blanks;

/// A [`Mailbox`] (RFC 5322 §3.4) in its most usual form, borrowed from the list that it stands in.
///
/// The address is a dot string and a host name in ASCII; the name is made of atoms, encoded words and full stops, or is
/// one quoted string. [`Entries::next_plain`](crate::Entries::next_plain) finds them.
///
/// ```
/// use mailweft_address::entries;
///
/// let mut list = entries(b"\"Doe, Joe\" <joe@example.org>, ann@example.org");
/// let joe = list.next_plain().ok_or("not plain")?;
/// assert_eq!(joe.name(), Some(&b"\"Doe, Joe\""[..]));
/// assert_eq!(joe.name_octets().as_deref(), Some(&b"Doe, Joe"[..]));
/// assert_eq!((joe.address(), joe.domain_str()), ("joe@example.org", "example.org"));
/// assert_eq!(joe.to_mailbox().to_string(), "\"Doe, Joe\" <joe@example.org>");
/// assert_eq!(list.next_plain().and_then(|ann| ann.name()), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MailboxRef<'i> {
    name: &'i [u8],
    address: &'i str,
    at: usize,
}

impl<'i> MailboxRef<'i> {
    /// A phrase, or nothing; an address in its canonical form, and where its at sign is.
    pub(crate) const fn new(name: &'i [u8], address: &'i str, at: usize) -> Self {
        Self { name, address, at }
    }

    /// The display name as it stands, with its quotes: [`Phrase::raw`].
    #[must_use]
    pub fn name(self) -> Option<&'i [u8]> {
        Some(self.name).filter(|name| !name.is_empty())
    }

    /// The display name without quotes, encoded words as they are: [`Phrase::octets`].
    #[must_use]
    pub fn name_octets(self) -> Option<Cow<'i, [u8]>> {
        let name = self.name()?;
        // Without quotes it is made of words of atoms and blanks, and blanks alone can be too many.
        let is_text = name.first() != Some(&b'"') && has_single_blanks(name);
        Some(if is_text {
            Cow::Borrowed(name)
        } else {
            text_octets(name)
        })
    }

    /// `local-part@domain`.
    #[must_use]
    pub const fn address(self) -> &'i str {
        self.address
    }

    /// The local part, as [`Address::local_str`] has it.
    #[must_use]
    pub fn local_str(self) -> &'i str {
        self.address.get(..self.at).unwrap_or_default()
    }

    /// The domain, as [`Address::domain_str`] has it.
    #[must_use]
    pub fn domain_str(self) -> &'i str {
        let start = self.at.saturating_add(1);
        self.address.get(start..).unwrap_or_default()
    }

    /// The address as a value of its own.
    #[must_use]
    pub fn to_address(self) -> Address {
        Address::from_parts(self.address.into(), self.at, self.address.len())
    }

    /// The mailbox as a value of its own.
    #[must_use]
    pub fn to_mailbox(self) -> Mailbox {
        let address = self.to_address();
        match self.name() {
            Some(name) => Mailbox::with_phrase(Phrase::from_raw(Octets::copy(name)), address),
            None => Mailbox::new(address),
        }
    }
}

impl From<MailboxRef<'_>> for Mailbox {
    fn from(mailbox: MailboxRef<'_>) -> Self {
        mailbox.to_mailbox()
    }
}
