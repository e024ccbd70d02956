//! Address fields, with names decoded.

use alloc::{string::String, vec::Vec};

use mailweft_address::{Entry, Phrase, Unparsed, entries};

use super::words::decode_text;
use crate::types::mailbox::{AddressItem, NamedAddress};

/// Everything that an address field holds, in order.
pub(crate) fn read(value: &[u8]) -> Vec<AddressItem> {
    let item = |entry: Result<Entry, Unparsed>| match entry {
        Ok(Entry::Mailbox { mailbox, .. }) => {
            let name = mailbox.name().map(decoded).filter(|name| !name.is_empty());
            Some(AddressItem::Mailbox(NamedAddress { name, mailbox }))
        }
        Ok(Entry::GroupStart { name, .. }) => Some(AddressItem::GroupStart(decoded(&name))),
        Ok(Entry::GroupEnd) => Some(AddressItem::GroupEnd),
        Ok(_) => None,
        Err(unparsed) => {
            let text = value.get(unparsed.span()).unwrap_or_default();
            Some(AddressItem::Invalid(decode_text(text).into_owned()))
        }
    };
    entries(value).filter_map(item).collect()
}

fn decoded(phrase: &Phrase) -> String {
    decode_text(&phrase.octets()).into_owned()
}
