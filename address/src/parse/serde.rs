//! Values from text, for `serde`.

use alloc::string::String;

use bytes::Bytes;
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::{
    error::Level,
    types::{
        Address, AddressList, Domain, DomainName, ForwardPath, LocalPart, Mailbox, ReversePath,
        TypedAddress,
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
    Domain: |text| Self::parse(text).map_err(D::Error::custom),
    DomainName: |text| match Domain::parse(text).map_err(D::Error::custom)? {
        Domain::Name(name) => Ok(name),
        _ => Err(D::Error::custom("an address literal where a domain name is wanted")),
    },
    LocalPart: |text| Self::new(text).map_err(D::Error::custom),
    Mailbox: |text| Self::parse_at(Level::Obsolete, text).map_err(D::Error::custom),
    TypedAddress: |text| Self::parse(text).map_err(D::Error::custom),
    ReversePath: |text| {
        let text = Bytes::from(text);
        match Self::parse_prefix(&text, Level::Header).map_err(D::Error::custom)? {
            (path, used) if used == text.len() => Ok(path),
            _ => Err(D::Error::custom("text behind the path")),
        }
    },
    ForwardPath: |text| {
        let text = Bytes::from(text);
        match Self::parse_prefix(&text, Level::Header).map_err(D::Error::custom)? {
            (path, used) if used == text.len() => Ok(path),
            _ => Err(D::Error::custom("text behind the path")),
        }
    },
);
