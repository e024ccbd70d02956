//! Values from text, for `serde`.

use alloc::string::String;

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
    DomainName: |text| Self::parse(text).map_err(D::Error::custom),
    LocalPart: |text| Self::new(text).map_err(D::Error::custom),
    Mailbox: |text| Self::parse_at(Level::Obsolete, text).map_err(D::Error::custom),
    TypedAddress: |text| Self::parse(text).map_err(D::Error::custom),
    ReversePath: |text| Self::try_from(text).map_err(D::Error::custom),
    ForwardPath: |text| Self::try_from(text).map_err(D::Error::custom),
);
