//! Any value at all, for fuzzers.

use alloc::vec::Vec;

use arbitrary::{Arbitrary, Error, Result, Unstructured};

use super::{
    Atom, Command, Digest, Mechanism, MessageNumber, Password, Response, ResponseCode, Secret,
    Status, Text, UniqueId, Word,
};
use crate::grammar::{MAX_UNIQUE_ID, is_forbidden, is_printable};

/// At most so many octets, those left out that do not fit.
fn octets(u: &mut Unstructured<'_>, most: usize, fits: fn(u8) -> bool) -> Result<Vec<u8>> {
    let all: Vec<u8> = u.arbitrary()?;
    Ok(all.into_iter().filter(|&b| fits(b)).take(most).collect())
}

macro_rules! arbitrary_octets {
    ($($name:ty: $most:expr, $fits:expr),+ $(,)?) => {$(
        impl<'a> Arbitrary<'a> for $name {
            fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
                let fits: fn(u8) -> bool = $fits;
                let mut octets = octets(u, $most, fits)?;
                if octets.is_empty() {
                    octets.push(b'a');
                }
                Self::new(octets).map_err(|_| Error::IncorrectFormat)
            }
        }
    )+};
}

arbitrary_octets!(
    Atom: 40, |b| matches!(b, 0x21..=0x5a | 0x5e..=0x7e),
    Mechanism: 20, |b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'),
    Password: 100, |b| !is_forbidden(b),
    Text: 100, |b| !is_forbidden(b),
    UniqueId: MAX_UNIQUE_ID, is_printable,
    Word: 40, |b| b > b' ' && b != 0x7f,
);

impl<'a> Arbitrary<'a> for MessageNumber {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self::new(u.arbitrary()?).unwrap_or(Self::FIRST))
    }
}

impl<'a> Arbitrary<'a> for Secret {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self::from(u.arbitrary::<Vec<u8>>()?))
    }
}

impl<'a> Arbitrary<'a> for Digest {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self::new(u.arbitrary()?))
    }
}

impl<'a> Arbitrary<'a> for Command {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(match u.int_in_range(0..=18_u8)? {
            0 => Self::User(u.arbitrary::<Word>()?.into()),
            1 => Self::Pass(u.arbitrary()?),
            2 => Self::Apop {
                name: u.arbitrary()?,
                digest: u.arbitrary()?,
            },
            3 => Self::Auth {
                mechanism: u.arbitrary()?,
                initial: u.arbitrary()?,
            },
            4 => Self::AuthList,
            5 => Self::Capa,
            6 => Self::Stls,
            7 => Self::Stat,
            8 => Self::List(u.arbitrary()?),
            9 => Self::Retr(u.arbitrary()?),
            10 => Self::Dele(u.arbitrary()?),
            11 => Self::Noop,
            12 => Self::Rset,
            13 => Self::Quit,
            14 => Self::Top {
                number: u.arbitrary()?,
                lines: u.arbitrary()?,
            },
            15 => Self::Uidl(u.arbitrary()?),
            16 => Self::Utf8,
            17 => Self::Lang(u.arbitrary()?),
            _ => Self::Other {
                keyword: Atom::new("X-MAILWEFT").map_err(|_| Error::IncorrectFormat)?,
                arguments: u.arbitrary()?,
            },
        })
    }
}

impl<'a> Arbitrary<'a> for Response {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let ok: bool = u.arbitrary()?;
        let status = if ok { Status::Ok } else { Status::Err };
        let code = u.arbitrary::<Option<bool>>()?.map(|in_use| {
            if in_use {
                ResponseCode::InUse
            } else {
                ResponseCode::SysTemp
            }
        });
        Ok(Self::new(status, code, u.arbitrary::<Word>()?.into()))
    }
}
