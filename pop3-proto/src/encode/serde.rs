//! Values as text, for `serde`. Commands are left out: they hold passwords.

use alloc::string::String;

use serde::{Serialize, Serializer};

use crate::types::{
    Atom, Capability, Ledger, Mechanism, MessageNumber, Response, ResponseCode, Text, UniqueId,
    Word,
};

macro_rules! serialize_octets {
    ($($name:ty: $octets:expr),+ $(,)?) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let octets: fn(&Self) -> String = $octets;
                serializer.serialize_str(&octets(self))
            }
        }
    )+};
}

fn text(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}

fn line(mut line: &[u8]) -> String {
    line = line.strip_suffix(b"\r\n").unwrap_or(line);
    text(line)
}

serialize_octets!(
    Atom: |atom| text(atom.as_bytes()),
    Capability: |capability| text(&capability.to_bytes()),
    Mechanism: |mechanism| text(mechanism.as_bytes()),
    Response: |response| line(&response.to_bytes()),
    ResponseCode: |code| text(code.as_bytes()),
    Text: |octets| text(octets.as_bytes()),
    UniqueId: |id| text(id.as_bytes()),
    Word: |word| text(word.as_bytes()),
);

impl Serialize for MessageNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.get())
    }
}

/// A map from unique-id to the time at which it was first seen.
impl Serialize for Ledger {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}
