//! Address fields, with names decoded.

use alloc::{borrow::Cow, boxed::Box, string::String};

use mailweft_address::{Entries, Entry, Phrase, Unparsed, entries};

use super::words::decode_text;
use crate::types::mailbox::{AddressItem, Listed, NamedAddress};

/// How many things of an address field are read; what follows them is one that is no address.
pub(crate) const MOST: usize = 10_000;

/// Everything that an address field holds (RFC 5322 §3.4), in order; each is read when it is asked for.
///
/// ```
/// use mailweft_mime::{AddressItem, Message};
///
/// let message = Message::parse("To: team: Joe <joe@example.org>;, nobody\n\n");
/// let mut items = message.root().field("To").unwrap().address_items();
/// assert_eq!(items.next(), Some(AddressItem::GroupStart("team".into())));
/// let Some(AddressItem::Mailbox(joe)) = items.next() else { panic!() };
/// assert_eq!((joe.name(), joe.address()), (Some("Joe"), "joe@example.org"));
/// assert_eq!(items.next(), Some(AddressItem::GroupEnd));
/// assert_eq!(items.next(), Some(AddressItem::Invalid("nobody".into())));
/// ```
#[derive(Clone, Debug)]
pub struct AddressItems<'a> {
    value: &'a [u8],
    entries: Entries<'a>,
    left: usize,
}

impl<'a> AddressItems<'a> {
    pub(crate) fn new(value: &'a [u8]) -> Self {
        Self {
            value,
            entries: entries(value),
            left: MOST,
        }
    }

    /// The next thing, where it is a mailbox that is borrowed as it stands.
    #[inline]
    fn plain(&mut self) -> Option<NamedAddress<'a>> {
        let left = self.left.checked_sub(1)?;
        let mailbox = self.entries.next_plain()?;
        self.left = left;
        Some(NamedAddress {
            name: mailbox
                .name_octets()
                .map(decoded)
                .filter(|name| !name.is_empty()),
            mailbox: Listed::Plain(mailbox),
        })
    }

    fn other(&mut self) -> Option<AddressItem<'a>> {
        let Some(left) = self.left.checked_sub(1) else {
            return self.rest();
        };
        self.left = left;
        Some(match self.entries.next()? {
            Ok(Entry::Mailbox { mailbox, .. }) => AddressItem::Mailbox(NamedAddress {
                name: mailbox
                    .name()
                    .map(name)
                    .filter(|name| !name.is_empty())
                    .map(Cow::Owned),
                mailbox: Listed::Read(Box::new(mailbox)),
            }),
            Ok(Entry::GroupStart { name: group, .. }) => AddressItem::GroupStart(name(&group)),
            Ok(_) => AddressItem::GroupEnd,
            Err(unparsed) => self.invalid(unparsed.span().start, unparsed.span().end),
        })
    }

    /// What is not read any more.
    fn rest(&mut self) -> Option<AddressItem<'a>> {
        let start = |entry: Result<Entry, Unparsed>| match entry {
            Ok(Entry::Mailbox { span, .. } | Entry::GroupStart { span, .. }) => Some(span.start),
            Ok(_) => None,
            Err(unparsed) => Some(unparsed.span().start),
        };
        let start = self.entries.find_map(start)?;
        let rest = self.invalid(start, self.value.len());
        (self.value, self.entries) = (&[], entries(&[]));
        Some(rest)
    }

    fn invalid(&self, start: usize, end: usize) -> AddressItem<'a> {
        let text = self.value.get(start..end).unwrap_or_default();
        AddressItem::Invalid(decode_text(text).into_owned())
    }
}

impl<'a> Iterator for AddressItems<'a> {
    type Item = AddressItem<'a>;

    fn next(&mut self) -> Option<AddressItem<'a>> {
        match self.plain() {
            Some(mailbox) => Some(AddressItem::Mailbox(mailbox)),
            None => self.other(),
        }
    }
}

/// The mailboxes of an address field (RFC 5322 §3.4), those in groups included; each is read when it is asked for.
///
/// ```
/// use mailweft_mime::Message;
///
/// let message = Message::parse("To: Ann <ann@example.org>, team: joe@example.org;\n\n");
/// let to: Vec<_> = message.to().collect();
/// assert_eq!((to[0].name(), to[1].address()), (Some("Ann"), "joe@example.org"));
/// ```
#[derive(Clone, Debug)]
pub struct Mailboxes<'a>(AddressItems<'a>);

impl<'a> Mailboxes<'a> {
    pub(crate) fn new(value: &'a [u8]) -> Self {
        Self(AddressItems::new(value))
    }
}

impl<'a> Iterator for Mailboxes<'a> {
    type Item = NamedAddress<'a>;

    #[inline]
    fn next(&mut self) -> Option<NamedAddress<'a>> {
        loop {
            if let Some(mailbox) = self.0.plain() {
                return Some(mailbox);
            }
            if let AddressItem::Mailbox(mailbox) = self.0.other()? {
                return Some(mailbox);
            }
        }
    }
}

fn name(phrase: &Phrase) -> String {
    decoded(phrase.octets()).into_owned()
}

/// What the octets of a name say.
fn decoded(octets: Cow<'_, [u8]>) -> Cow<'_, str> {
    let octets = match octets {
        Cow::Borrowed(octets) => return decode_text(octets),
        Cow::Owned(octets) => octets,
    };
    let text = match decode_text(&octets) {
        Cow::Owned(text) => Some(text),
        // Nothing was to be decoded: what was made without quotes is the text.
        Cow::Borrowed(_) => None,
    };
    Cow::Owned(text.unwrap_or_else(|| String::from_utf8(octets).unwrap_or_default()))
}
