//! Nouns that have a text form, as that text.

use alloc::{borrow::Cow, string::ToString};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use super::message_id::MessageIds;
use crate::types::{
    content_type::{ContentType, MediaType},
    date_time::DateTime,
    encoding::Encoding,
    message_id::MessageId,
    report::StatusCode,
};

macro_rules! as_text {
    ($($type:ty: $write:expr, $read:expr;)+) => {
        $(
            impl Serialize for $type {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    let write: fn(&Self) -> alloc::string::String = $write;
                    serializer.serialize_str(&write(self))
                }
            }

            impl<'de> Deserialize<'de> for $type {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    let text = Cow::<'de, str>::deserialize(deserializer)?;
                    let read: fn(&str) -> Option<Self> = $read;
                    read(&text).ok_or_else(|| D::Error::custom(concat!("no ", stringify!($type))))
                }
            }
        )+
    };
}

as_text! {
    DateTime: ToString::to_string, |text| text.parse().ok();
    MediaType: ToString::to_string, |text| text.parse().ok();
    StatusCode: ToString::to_string, |text| StatusCode::find(text).filter(|code| code.to_string() == text);
    Encoding: |encoding| encoding.as_str().into(), |text| Encoding::from_token(text.as_bytes());
    MessageId<'static>: |id| id.as_str().into(), read_id;
    ContentType: ContentType::to_text, |text| Some(ContentType::read(text.as_bytes()));
}

/// One that may be written, or one that a field can be read to hold.
fn read_id(text: &str) -> Option<MessageId<'static>> {
    let as_read = || {
        let value = alloc::format!("<{text}>");
        let mut ids = MessageIds::new(value.as_bytes());
        let id = ids.next().filter(|id| id.as_str() == text)?;
        ids.next().is_none().then(|| id.into_owned())
    };
    MessageId::new(text).ok().or_else(as_read)
}
