//! Values from text, for `serde`.

use alloc::{collections::BTreeMap, string::String};

use bytes::Bytes;
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::types::{
    Atom, Capability, Ledger, Mechanism, MessageNumber, Response, ResponseCode, Text, UniqueId,
    Word,
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
    Atom: |text| Self::new(text).map_err(D::Error::custom),
    Capability: |text| {
        let line = Text::new(text).map_err(D::Error::custom)?;
        Ok(Self::parse(line.as_bytes()))
    },
    Mechanism: |text| Self::new(text).map_err(D::Error::custom),
    Response: |text| {
        let line = Text::new(text).map_err(D::Error::custom)?;
        Self::parse(line.as_bytes()).map_err(D::Error::custom)
    },
    ResponseCode: |text| {
        let line = Bytes::from(alloc::format!("-ERR [{text}]"));
        let response = Response::try_from(&line).map_err(D::Error::custom)?;
        response.code().cloned().ok_or_else(|| D::Error::custom("no response code"))
    },
    Text: |text| Self::new(text).map_err(D::Error::custom),
    // Whatever a server listed is kept, so whatever was stored is taken.
    UniqueId: |text| Text::new(text).map(|text| Self::from_octets(text.into_octets())).map_err(D::Error::custom),
    Word: |text| Self::new(text).map_err(D::Error::custom),
);

impl<'de> Deserialize<'de> for MessageNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u32::deserialize(deserializer)?;
        Self::new(number).ok_or_else(|| D::Error::custom("message number 0"))
    }
}

impl<'de> Deserialize<'de> for Ledger {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let seen: BTreeMap<UniqueId, u64> = BTreeMap::deserialize(deserializer)?;
        Ok(seen.into_iter().collect())
    }
}
