//! Address fields, with names decoded.

use alloc::{borrow::Cow, string::String, vec::Vec};

use bytes::Bytes;
use mailweft_address::{Entries, Entry, Phrase, entries};

use super::words::decode_text;
use crate::types::mailbox::{AddressItem, NamedAddress};

/// How many things of an address field are read; what follows them is one that is no address.
pub(crate) const MOST: usize = 10_000;

/// In so many octets, names and addresses are short.
const SHORT: usize = 64;

/// Everything that an address field holds, in order.
pub(crate) fn read(value: &[u8]) -> Vec<AddressItem> {
    let mut items = Vec::new();
    each(value, |item| items.push(item));
    items
}

/// The mailboxes of an address field.
pub(crate) fn mailboxes(value: &[u8]) -> Vec<NamedAddress> {
    let mut mailboxes = Vec::new();
    each(value, |item| {
        if let AddressItem::Mailbox(mailbox) = item {
            mailboxes.push(mailbox);
        }
    });
    mailboxes
}

fn each(value: &[u8], mut take: impl FnMut(AddressItem)) {
    // The names and addresses of a list share a copy of it; for one alone, and where all are short, copies of their own
    // are smaller.
    let shared;
    let mut entries = if value.len() > SHORT && memchr::memchr(b',', value).is_some() {
        shared = Bytes::copy_from_slice(value);
        Entries::from_bytes(&shared)
    } else {
        entries(value)
    };
    let mut end = 0;
    for entry in entries.by_ref().take(MOST) {
        if let Ok(Entry::Mailbox { span, .. } | Entry::GroupStart { span, .. }) = &entry {
            end = span.end;
        }
        take(match entry {
            Ok(Entry::Mailbox { mailbox, .. }) => {
                let name = mailbox.name().map(decoded).filter(|name| !name.is_empty());
                AddressItem::Mailbox(NamedAddress { name, mailbox })
            }
            Ok(Entry::GroupStart { name, .. }) => AddressItem::GroupStart(decoded(&name)),
            Ok(_) => AddressItem::GroupEnd,
            Err(unparsed) => {
                end = unparsed.span().end;
                invalid(value.get(unparsed.span()))
            }
        });
    }
    if entries.next().is_some() {
        take(invalid(value.get(end..)));
    }
}

fn invalid(text: Option<&[u8]>) -> AddressItem {
    AddressItem::Invalid(decode_text(text.unwrap_or_default()).into_owned())
}

fn decoded(phrase: &Phrase) -> String {
    let octets = match phrase.octets() {
        Cow::Borrowed(octets) => return decode_text(octets).into_owned(),
        Cow::Owned(octets) => octets,
    };
    match decode_text(&octets) {
        Cow::Owned(text) => return text,
        Cow::Borrowed(text) if text.len() < octets.len() => return text.into(),
        Cow::Borrowed(_) => {}
    }
    // Nothing was to be decoded: what was made without quotes is the text.
    String::from_utf8(octets).unwrap_or_default()
}
