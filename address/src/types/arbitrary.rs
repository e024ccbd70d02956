//! Any value at all, for fuzzers.

use alloc::{string::String, vec::Vec};
use core::net::{Ipv4Addr, Ipv6Addr};

use arbitrary::{Arbitrary, Result, Unstructured};

use super::{
    Address, AddressList, Domain, DomainName, ForwardPath, Group, Item, LocalPart, Mailbox, Phrase,
    ReversePath,
};
use crate::grammar::{MAX_LABEL, MAX_LOCAL};

/// A text of at least one character, without those that `refused` names, of at most so many octets.
fn text(u: &mut Unstructured<'_>, most: usize, refused: fn(char) -> bool) -> Result<String> {
    let mut text = String::new();
    for c in u.arbitrary_iter::<char>()? {
        let c = c?;
        if refused(c) {
            continue;
        }
        if text.len().saturating_add(c.len_utf8()) > most {
            break;
        }
        text.push(c);
    }
    if text.is_empty() {
        text.push('a');
    }
    Ok(text)
}

impl<'a> Arbitrary<'a> for LocalPart {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let value = text(u, MAX_LOCAL / 2, char::is_control)?;
        Self::new(value).map_err(|_| arbitrary::Error::IncorrectFormat)
    }
}

impl<'a> Arbitrary<'a> for DomainName {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let mut labels: Vec<String> = Vec::new();
        for _ in 0..u.int_in_range(1..=3_u8)? {
            let label = text(u, MAX_LABEL, |c| !c.is_alphanumeric())?;
            labels.push(label);
        }
        match Domain::parse(labels.join(".")) {
            Ok(Domain::Name(name)) => Ok(name),
            _ => Err(arbitrary::Error::IncorrectFormat),
        }
    }
}

impl<'a> Arbitrary<'a> for Domain {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(match u.int_in_range(0..=5_u8)? {
            0 => Self::V4(Ipv4Addr::from(u.arbitrary::<[u8; 4]>()?)),
            1 => Self::V6(Ipv6Addr::from(u.arbitrary::<[u8; 16]>()?)),
            _ => Self::Name(u.arbitrary()?),
        })
    }
}

impl<'a> Arbitrary<'a> for Address {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self::new(&u.arbitrary()?, &u.arbitrary()?))
    }
}

impl<'a> Arbitrary<'a> for Phrase {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let name = text(u, 200, char::is_control)?;
        Self::new(&name).map_err(|_| arbitrary::Error::IncorrectFormat)
    }
}

impl<'a> Arbitrary<'a> for Mailbox {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let address = u.arbitrary()?;
        Ok(match u.arbitrary::<Option<Phrase>>()? {
            Some(name) => Self::with_phrase(name, address),
            None => Self::new(address),
        })
    }
}

impl<'a> Arbitrary<'a> for Item {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        if u.ratio(1_u8, 4_u8)? {
            return Ok(Self::Group(Group::new(u.arbitrary()?, u.arbitrary()?)));
        }
        Ok(Self::Mailbox(u.arbitrary()?))
    }
}

impl<'a> Arbitrary<'a> for AddressList {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let mut list: Self = u.arbitrary_iter::<Item>()?.collect::<Result<_>>()?;
        if list.is_empty() {
            list.push(u.arbitrary::<Item>()?);
        }
        Ok(list)
    }
}

impl<'a> Arbitrary<'a> for ReversePath {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(u.arbitrary::<Option<Address>>()?
            .map_or(Self::Null, Self::Mailbox))
    }
}

impl<'a> Arbitrary<'a> for ForwardPath {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(u.arbitrary::<Option<Address>>()?
            .map_or(Self::Postmaster, Self::Mailbox))
    }
}
