//! Values from text in every form that it comes in, at [`Level::Header`].

use alloc::string::String;
use core::str::FromStr;

use bytes::Bytes;

use crate::{
    error::{InvalidDomain, InvalidLocalPart, Level, ParseError},
    types::{
        Address, AddressList, Domain, DomainName, ForwardPath, LocalPart, Mailbox, ReversePath,
        TypedAddress,
    },
};

/// Shared octets of what is parsed at a level.
macro_rules! at_header_level {
    ($($value:ty),+ $(,)?) => {$(
        impl TryFrom<Bytes> for $value {
            type Error = ParseError;

            fn try_from(octets: Bytes) -> Result<Self, ParseError> {
                Self::try_from((Level::Header, octets))
            }
        }
    )+};
}

/// The other forms, through octets that are copied or shared.
macro_rules! from_text {
    ($($value:ty: $error:ty),+ $(,)?) => {$(
        impl TryFrom<&str> for $value {
            type Error = $error;

            fn try_from(text: &str) -> Result<Self, $error> {
                Self::try_from(text.as_bytes())
            }
        }

        impl TryFrom<String> for $value {
            type Error = $error;

            fn try_from(text: String) -> Result<Self, $error> {
                Self::try_from(Bytes::from(text))
            }
        }

        impl FromStr for $value {
            type Err = $error;

            fn from_str(text: &str) -> Result<Self, $error> {
                Self::try_from(text.as_bytes())
            }
        }
    )+};
}

/// Octets that are borrowed.
macro_rules! from_octets {
    ($($value:ty: $error:ty = $parse:expr),+ $(,)?) => {$(
        impl TryFrom<&[u8]> for $value {
            type Error = $error;

            fn try_from(octets: &[u8]) -> Result<Self, $error> {
                let parse: fn(&[u8]) -> Result<Self, $error> = $parse;
                parse(octets)
            }
        }
    )+};
}

at_header_level!(Address, Mailbox, AddressList, ReversePath, ForwardPath);

impl TryFrom<Bytes> for TypedAddress {
    type Error = ParseError;

    fn try_from(octets: Bytes) -> Result<Self, ParseError> {
        Self::try_from(octets.as_ref())
    }
}

from_octets!(
    Address: ParseError = |octets| Self::try_from((Level::Header, octets)),
    Mailbox: ParseError = |octets| Self::try_from((Level::Header, octets)),
    AddressList: ParseError = |octets| Self::try_from((Level::Header, octets)),
    ReversePath: ParseError = |octets| Self::try_from(Bytes::copy_from_slice(octets)),
    ForwardPath: ParseError = |octets| Self::try_from(Bytes::copy_from_slice(octets)),
    LocalPart: InvalidLocalPart = |octets| Self::try_from(Bytes::copy_from_slice(octets)),
);

from_text!(
    Address: ParseError,
    AddressList: ParseError,
    Domain: InvalidDomain,
    DomainName: InvalidDomain,
    ForwardPath: ParseError,
    LocalPart: InvalidLocalPart,
    Mailbox: ParseError,
    ReversePath: ParseError,
    TypedAddress: ParseError,
);
