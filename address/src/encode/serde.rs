//! Values as text, for `serde`.

use serde::{Serialize, Serializer};

use crate::types::{
    Address, AddressList, Domain, DomainName, ForwardPath, Group, Item, LocalPart, Mailbox, Phrase,
    ReversePath, TypedAddress,
};

macro_rules! serialize_as_text {
    ($($name:ty),+ $(,)?) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    )+};
}

serialize_as_text!(
    Address,
    AddressList,
    Domain,
    DomainName,
    ForwardPath,
    Group,
    Item,
    Mailbox,
    Phrase,
    ReversePath,
    TypedAddress,
);

/// The value, without quotes.
impl Serialize for LocalPart {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
