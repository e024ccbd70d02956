//! The nouns as plain data (feature `serde`): as text where they have a text form, octets as text if they are UTF-8.
//!
//! Secrets, and what holds them, are left out on purpose.

use alloc::{string::String, vec::Vec};
use core::fmt;

use bytes::Bytes;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, SeqAccess, Visitor},
};

use crate::types::{
    body_structure::BodyStructure,
    capability::Capability,
    date_time::{Date, DateTime},
    envelope::Envelope,
    flag::{Flag, Flags},
    mailbox::{ListPattern, Mailbox},
    search::Ids,
    section::{ObjectId, Section},
    sequence::SequenceSet,
    text::{AString, Atom, Tag, Text},
    value::Value,
};

/// As the text that `$write` makes, and read back by `$read`.
macro_rules! as_text {
    ($($type:ty: $write:expr, $read:expr;)*) => {
        $(
            impl Serialize for $type {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    let write: fn(&$type) -> String = $write;
                    serializer.serialize_str(&write(self))
                }
            }

            impl<'de> Deserialize<'de> for $type {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    let text = String::deserialize(deserializer)?;
                    let read: fn(&str) -> Option<$type> = $read;
                    read(&text).ok_or_else(|| D::Error::custom(concat!("no ", stringify!($type))))
                }
            }
        )*
    };
}

fn flag(text: &str) -> Option<Flag> {
    match text {
        "\\*" => Some(Flag::WILDCARD),
        text if text.starts_with('\\') => Flag::system(text).ok(),
        text => Flag::keyword(text).ok(),
    }
}

as_text! {
    Text: |text| text.as_str().into(), |text| Some(text.into());
    Atom: |atom| atom.as_str().into(), |text| Atom::new(text).ok();
    Tag: |tag| tag.as_str().into(), |text| Tag::new(text).ok();
    Flag: |flag| flag.as_str().into(), flag;
    Flags: |flags| flags.iter().collect::<Vec<_>>().join(" "),
        |text| text.split_ascii_whitespace().map(flag).collect();
    // In modified UTF-7, in which every name that was ever received can be written.
    Mailbox: |mailbox| mailbox.to_utf7().into_owned(), |text| Some(Mailbox::from_utf7(text.into()).0);
    ListPattern: |pattern| pattern.as_str().into(), |text| Some(text.into());
    ObjectId: |id| id.as_str().into(), |text| ObjectId::new(text).ok();
    Capability: |capability| capability.as_str().into(), |text| Capability::new(text).ok();
    SequenceSet: |set| alloc::format!("{set}"),
        |text| if text.is_empty() { Some(SequenceSet::default()) } else { text.parse().ok() };
    Date: |date| alloc::format!("{date}"), |text| text.parse().ok();
    DateTime: |moment| alloc::format!("{moment}"), |text| text.parse().ok();
    Section: |section| alloc::format!("{section}"), |text| text.parse().ok();
    Ids: |ids| alloc::format!("{ids}"),
        |text| text.split_ascii_whitespace().map(|number| number.parse().ok()).collect();
}

/// Octets: a string if they are UTF-8, else numbers.
fn serialize<S: Serializer>(octets: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    match core::str::from_utf8(octets) {
        Ok(text) => serializer.serialize_str(text),
        Err(_) => serializer.collect_seq(octets),
    }
}

struct OctetsVisitor;

impl<'de> Visitor<'de> for OctetsVisitor {
    type Value = Vec<u8>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or octets")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Vec<u8>, E> {
        Ok(text.as_bytes().to_vec())
    }

    fn visit_bytes<E: Error>(self, octets: &[u8]) -> Result<Vec<u8>, E> {
        Ok(octets.to_vec())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<u8>, A::Error> {
        let mut octets = Vec::new();
        while let Some(octet) = seq.next_element()? {
            octets.push(octet);
        }
        Ok(octets)
    }
}

macro_rules! as_octets {
    ($($type:ident: $read:expr;)*) => {
        $(
            impl Serialize for $type {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serialize(self.as_bytes(), serializer)
                }
            }

            impl<'de> Deserialize<'de> for $type {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    let octets = Bytes::from(deserializer.deserialize_any(OctetsVisitor)?);
                    let read: fn(Bytes) -> Option<$type> = $read;
                    read(octets).ok_or_else(|| D::Error::custom(concat!("no ", stringify!($type))))
                }
            }
        )*
    };
}

as_octets! {
    AString: |octets| Some(AString::from(octets));
    Value: |octets| Value::try_from(octets).ok();
    Envelope: |octets| Envelope::try_from(octets).ok();
    BodyStructure: |octets| BodyStructure::try_from(octets).ok();
}
