//! Mailboxes, groups and lists of them.

use alloc::vec::Vec;

use bytes::Bytes;

use super::{Address, Phrase};
use crate::error::{InvalidPhrase, Level, ParseError};

/// `mailbox` of RFC 5322 §3.4: an address, and the name of whose it is.
///
/// ```text
///  "Joe Q. Public" <john.q.public@example.com>
///  |-------------|  |-----------------------|
///       name                 address
/// ```
///
/// ```
/// use mailweft_address::{Address, Mailbox};
///
/// let mailbox = Mailbox::with_name("Public, Joe", Address::parse("joe@example.com")?)?;
/// assert_eq!(mailbox.to_string(), "\"Public, Joe\" <joe@example.com>");
/// assert_eq!(Mailbox::parse(mailbox.to_string())?, mailbox);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Mailbox {
    name: Option<Phrase>,
    address: Address,
}

impl Mailbox {
    /// A mailbox without a name.
    #[must_use]
    pub const fn new(address: Address) -> Self {
        Self {
            name: None,
            address,
        }
    }

    /// A mailbox with a name, given as text.
    ///
    /// # Errors
    ///
    /// A control character in the name.
    pub fn with_name(name: &str, address: Address) -> Result<Self, InvalidPhrase> {
        Ok(Self::with_phrase(Phrase::new(name)?, address))
    }

    /// A mailbox with a name that was read or built before.
    #[must_use]
    pub const fn with_phrase(name: Phrase, address: Address) -> Self {
        Self {
            name: Some(name),
            address,
        }
    }

    /// Parses one mailbox at [`Level::Header`], the whole of `text`.
    ///
    /// # Errors
    ///
    /// - `Joe`, `Joe <>`: no address
    /// - `Joe <joe@example.org`: no closing bracket
    /// - `a@example.org, b@example.org`: more than one
    /// - `Joe Q. Public <joe@example.org>`: an unquoted dot in the name, which only
    ///   [`Level::Obsolete`] allows
    pub fn parse(text: impl AsRef<[u8]>) -> Result<Self, ParseError> {
        Self::parse_at(Level::Header, text)
    }

    /// Parses one mailbox at a level, the whole of `text`.
    ///
    /// # Errors
    ///
    /// As [`Mailbox::parse`], and whatever the level does not allow.
    pub fn parse_at(level: Level, text: impl AsRef<[u8]>) -> Result<Self, ParseError> {
        Self::try_from((level, text.as_ref()))
    }

    /// Parses one mailbox at a level, keeping slices of `octets` where they are canonical.
    ///
    /// # Errors
    ///
    /// As [`Mailbox::parse_at`].
    pub fn from_bytes(octets: Bytes, level: Level) -> Result<Self, ParseError> {
        Self::try_from((level, octets))
    }

    /// The display name.
    #[must_use]
    pub const fn name(&self) -> Option<&Phrase> {
        self.name.as_ref()
    }

    /// The address.
    #[must_use]
    pub const fn address(&self) -> &Address {
        &self.address
    }

    /// The address alone.
    #[must_use]
    pub fn into_address(self) -> Address {
        self.address
    }
}

impl From<Address> for Mailbox {
    fn from(address: Address) -> Self {
        Self::new(address)
    }
}

/// `group` of RFC 5322 §3.4: a name for several mailboxes, or for none.
///
/// ```
/// use mailweft_address::{AddressList, Item};
///
/// let list = AddressList::parse("undisclosed-recipients:;")?;
/// let Some(Item::Group(group)) = list.iter().next() else { panic!() };
/// assert_eq!(group.name().text(), "undisclosed-recipients");
/// assert!(group.mailboxes().is_empty());
/// # Ok::<(), mailweft_address::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Group {
    name: Phrase,
    mailboxes: Vec<Mailbox>,
}

impl Group {
    /// A group of this name and these mailboxes.
    #[must_use]
    pub const fn new(name: Phrase, mailboxes: Vec<Mailbox>) -> Self {
        Self { name, mailboxes }
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &Phrase {
        &self.name
    }

    /// Its members.
    #[must_use]
    pub fn mailboxes(&self) -> &[Mailbox] {
        &self.mailboxes
    }
}

/// `address` of RFC 5322 §3.4: what an address list holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "address = mailbox / group, RFC 5322 §3.4"
)]
pub enum Item {
    /// A single mailbox.
    Mailbox(Mailbox),
    /// A named group.
    Group(Group),
}

impl Item {
    /// The mailbox itself, or the members of the group.
    #[must_use]
    pub fn mailboxes(&self) -> &[Mailbox] {
        match self {
            Self::Mailbox(mailbox) => core::slice::from_ref(mailbox),
            Self::Group(group) => group.mailboxes(),
        }
    }
}

impl From<Mailbox> for Item {
    fn from(mailbox: Mailbox) -> Self {
        Self::Mailbox(mailbox)
    }
}

impl From<Group> for Item {
    fn from(group: Group) -> Self {
        Self::Group(group)
    }
}

/// `address-list` of RFC 5322 §3.4, in the order of the document.
///
/// ```
/// use mailweft_address::AddressList;
///
/// let list = AddressList::parse("Team: a@example.org, b@example.org;, c@example.org")?;
/// assert_eq!(list.iter().count(), 2);
/// assert_eq!(list.mailboxes().count(), 3);
/// assert_eq!(list.to_string(), "Team: a@example.org, b@example.org;, c@example.org");
/// # Ok::<(), mailweft_address::ParseError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct AddressList {
    items: Vec<Item>,
}

impl AddressList {
    /// A list of no addresses.
    #[must_use]
    pub const fn new() -> Self {
        Self { items: Vec::new() }
    }

    /// Parses the body of a To, Cc or similar field at [`Level::Header`], the whole of it.
    ///
    /// For what real mail holds, use [`entries`](crate::entries), which saves what it can.
    ///
    /// # Errors
    ///
    /// The first item that is no mailbox and no group, an empty item, a group without its `;`.
    pub fn parse(text: impl AsRef<[u8]>) -> Result<Self, ParseError> {
        Self::parse_at(Level::Header, text)
    }

    /// Parses the whole of `text` at a level.
    ///
    /// # Errors
    ///
    /// As [`AddressList::parse`], and whatever the level does not allow.
    pub fn parse_at(level: Level, text: impl AsRef<[u8]>) -> Result<Self, ParseError> {
        Self::try_from((level, text.as_ref()))
    }

    /// Parses the whole of `octets` at a level; names and addresses are slices of them where they are not short and
    /// canonical.
    ///
    /// ```
    /// use mailweft_address::{AddressList, Level};
    ///
    /// let list = AddressList::from_bytes("Joe <joe@example.org>, ann@example.org".into(), Level::Header)?;
    /// assert_eq!(list.len(), 2);
    /// # Ok::<(), mailweft_address::ParseError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`AddressList::parse_at`].
    pub fn from_bytes(octets: Bytes, level: Level) -> Result<Self, ParseError> {
        Self::try_from((level, octets))
    }

    /// Adds a mailbox or group at the end.
    pub fn push(&mut self, item: impl Into<Item>) {
        self.items.push(item.into());
    }

    /// The mailboxes and groups, in order.
    pub fn iter(&self) -> core::slice::Iter<'_, Item> {
        self.items.iter()
    }

    /// All mailboxes, those in groups included, in order.
    pub fn mailboxes(&self) -> impl Iterator<Item = &Mailbox> {
        self.items.iter().flat_map(Item::mailboxes)
    }

    /// How many mailboxes and groups there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

impl<T: Into<Item>> FromIterator<T> for AddressList {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self {
            items: items.into_iter().map(Into::into).collect(),
        }
    }
}

impl<T: Into<Item>> Extend<T> for AddressList {
    fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
        self.items.extend(items.into_iter().map(Into::into));
    }
}

impl IntoIterator for AddressList {
    type Item = Item;
    type IntoIter = alloc::vec::IntoIter<Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

impl<'a> IntoIterator for &'a AddressList {
    type Item = &'a Item;
    type IntoIter = core::slice::Iter<'a, Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
