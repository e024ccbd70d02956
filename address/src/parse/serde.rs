//! Values from text, for `serde`.

use alloc::string::String;

use serde::{Deserialize, Deserializer, de::Error as _};

use crate::{
    error::Level,
    types::{
        Address, AddressList, Domain, DomainName, ForwardPath, Group, Item, LocalPart, Mailbox,
        Phrase, ReversePath, TypedAddress,
    },
};

macro_rules! deserialize_from_text {
    ($($name:ty: $parse:expr),+ $(,)?) => {$(
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                let parse: fn(String) -> Result<Self, D::Error> = $parse;
                parse(text)
            }
        }
    )+};
}

deserialize_from_text!(
    Address: |text| Self::from_bytes(text.into(), Level::Header).map_err(D::Error::custom),
    AddressList: |text| {
        if text.is_empty() {
            return Ok(Self::new());
        }
        Self::parse_at(Level::Obsolete, text).map_err(D::Error::custom)
    },
    Item: |text| item(text).map_err(D::Error::custom),
    Group: |text| match item(text).map_err(D::Error::custom)? {
        Item::Group(group) => Ok(group),
        Item::Mailbox(_) => Err(D::Error::custom("a mailbox, and no group")),
    },
    // A phrase stands in no grammar alone: it is read as the name of a mailbox.
    Phrase: |text| {
        let mailbox = Mailbox::parse_at(Level::Obsolete, [text.as_str(), " <a@b>"].concat());
        let mailbox = mailbox.map_err(D::Error::custom)?;
        mailbox.name().cloned().ok_or_else(|| D::Error::custom("an empty phrase"))
    },
    Domain: |text| Self::parse(text).map_err(D::Error::custom),
    DomainName: |text| Self::parse(text).map_err(D::Error::custom),
    LocalPart: |text| Self::new(text).map_err(D::Error::custom),
    Mailbox: |text| Self::parse_at(Level::Obsolete, text).map_err(D::Error::custom),
    TypedAddress: |text| Self::parse(text).map_err(D::Error::custom),
    ReversePath: |text| Self::try_from(text).map_err(D::Error::custom),
    ForwardPath: |text| Self::try_from(text).map_err(D::Error::custom),
);

/// The only item of a list.
fn item(text: String) -> Result<Item, &'static str> {
    let list = AddressList::parse_at(Level::Obsolete, text);
    match list.as_ref().map(|list| list.iter().as_slice()) {
        Ok([item]) => Ok(item.clone()),
        Ok(_) => Err("not one mailbox or group"),
        Err(_) => Err("no mailbox and no group"),
    }
}
