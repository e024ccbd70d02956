//! `Serialize` and `Deserialize`: everything that has a text on the wire is that text.

use alloc::string::String;
use core::{fmt::Display, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _, ser::Error as _};

use super::{
    Attribute, BodyType, Capabilities, Capability, Command, DateTime, DeliverBy, EnhancedCode,
    HelloName, Keyword, Mail, MailParam, MailParams, Mechanism, Notify, OriginalRecipient,
    Printable, Priority, Rcpt, RcptParam, RcptParams, Reply, Ret, Seconds, Solicitation, Text,
    Token, Tracking, TransactionId, ValidSince, Word, Words,
};

fn read<'de, D: Deserializer<'de>, T: FromStr<Err: Display>>(from: D) -> Result<T, D::Error> {
    String::deserialize(from)?.parse().map_err(D::Error::custom)
}

macro_rules! as_text {
    ($($name:ident),* $(,)?) => {
        $(
            impl Serialize for $name {
                fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                    to.collect_str(self)
                }
            }

            impl<'de> Deserialize<'de> for $name {
                fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                    read(from)
                }
            }
        )*
    };
}

as_text! {
    BodyType, Capability, DateTime, DeliverBy, EnhancedCode, HelloName, Keyword, MailParam, Mechanism,
    Notify, OriginalRecipient, Printable, Priority, RcptParam, Ret, Seconds, Solicitation, Text, Token,
    Tracking, TransactionId, ValidSince, Word, Words,
}

impl Serialize for Command {
    /// As its line. An AUTH command with a first message is an error: its secret stays where it is.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Auth(auth) if auth.initial().is_some() => Err(S::Error::custom(
                "an AUTH command with a secret is not serialized",
            )),
            command => to.collect_str(command),
        }
    }
}

impl<'de> Deserialize<'de> for Command {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        read(from)
    }
}

impl Serialize for Reply {
    /// As its lines, without the last line ending.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        use alloc::string::ToString as _;
        to.serialize_str(self.to_string().trim_end_matches("\r\n"))
    }
}

impl<'de> Deserialize<'de> for Reply {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        read(from)
    }
}

/// Envelope commands are serialized as their lines, so that a queue file can be read by people.
macro_rules! as_command {
    ($($name:ident),*) => {
        $(
            impl Serialize for $name {
                fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                    Command::$name(self.clone()).serialize(to)
                }
            }

            impl<'de> Deserialize<'de> for $name {
                fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                    match Command::deserialize(from)? {
                        Command::$name(command) => Ok(command),
                        other => Err(D::Error::custom(alloc::format!("not a {}: {}", stringify!($name), other.verb()))),
                    }
                }
            }
        )*
    };
}

as_command!(Mail, Rcpt);

macro_rules! as_list {
    ($($name:ident of $item:ident),*) => {
        $(
            impl Serialize for $name {
                fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                    to.collect_seq(self)
                }
            }

            impl<'de> Deserialize<'de> for $name {
                fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                    alloc::vec::Vec::<$item>::deserialize(from).map(|items| items.into_iter().collect())
                }
            }
        )*
    };
}

as_list!(MailParams of MailParam, RcptParams of RcptParam, Capabilities of Capability);

impl Serialize for Attribute {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        (&self.name, &self.value).serialize(to)
    }
}

impl<'de> Deserialize<'de> for Attribute {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        <(Keyword, Text)>::deserialize(from).map(|(name, value)| Self { name, value })
    }
}
