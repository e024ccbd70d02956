//! The nouns from arbitrary octets (feature `arbitrary`), for fuzzers and property tests.

use alloc::{string::String, vec::Vec};

use arbitrary::{Arbitrary, Result, Unstructured};

use crate::types::{
    capability::Capability,
    command::Command,
    date_time::{Date, DateTime},
    envelope::{Address, Envelope},
    fetch::{Fetch, FetchAttr},
    flag::{Flag, Flags},
    mailbox::{ListPattern, Mailbox},
    search::{Criterion, Ids, Search, SearchKey},
    section::{Partial, Section, SectionText},
    sequence::{SequenceRange, SequenceSet},
    store::{Store, StoreMode},
    text::{AString, Atom, Tag, Text},
    value::Value,
};

/// A word of letters, digits and dashes.
fn word(u: &mut Unstructured<'_>) -> Result<String> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-$";
    let len = u.int_in_range(1..=12)?;
    (0..len)
        .map(|_| u.choose(LETTERS).copied().map(char::from))
        .collect()
}

macro_rules! arbitrary {
    ($($type:ident($u:ident) $make:block)*) => {
        $(
            impl<'a> Arbitrary<'a> for $type {
                fn arbitrary($u: &mut Unstructured<'a>) -> Result<Self> $make
            }
        )*
    };
}

arbitrary! {
    Text(u) { String::arbitrary(u).map(Self::from) }
    AString(u) { Vec::<u8>::arbitrary(u).map(|octets| Self::from(octets.as_slice())) }
    Atom(u) { Self::new(word(u)?).map_err(|_| arbitrary::Error::IncorrectFormat) }
    Tag(u) { Self::new(word(u)?).map_err(|_| arbitrary::Error::IncorrectFormat) }
    Capability(u) { Self::new(word(u)?).map_err(|_| arbitrary::Error::IncorrectFormat) }
    Flag(u) {
        match u.arbitrary()? {
            true => u.choose(&[Self::SEEN, Self::DELETED, Self::DRAFT, Self::JUNK]).cloned(),
            false => Self::keyword(word(u)?).map_err(|_| arbitrary::Error::IncorrectFormat),
        }
    }
    Flags(u) { Ok(Vec::<Flag>::arbitrary(u)?.into_iter().collect()) }
    Mailbox(u) { String::arbitrary(u).map(Self::from) }
    ListPattern(u) { Text::arbitrary(u).map(Self::from) }
    SequenceSet(u) {
        let ranges: Vec<(u32, u32)> = u.arbitrary()?;
        let ranges = ranges.into_iter().map(|(first, last)| SequenceRange::new(first, last)).collect();
        Ok(Self::from_ranges(ranges).unwrap_or(Self::ALL))
    }
    Date(u) {
        let (year, month, day) = (u.int_in_range(0..=9999)?, u.int_in_range(1..=12)?, u.int_in_range(1..=28)?);
        Self::new(year, month, day).map_err(|_| arbitrary::Error::IncorrectFormat)
    }
    DateTime(u) {
        let date = u.arbitrary()?;
        let (hour, minute, second) = (u.int_in_range(0..=23)?, u.int_in_range(0..=59)?, u.int_in_range(0..=60)?);
        Self::new(date, hour, minute, second, u.int_in_range(-1439..=1439)?)
            .map_err(|_| arbitrary::Error::IncorrectFormat)
    }
    Section(u) {
        let path: Vec<u32> = u.arbitrary()?;
        Ok(Self::new(path, match u.int_in_range(0..=4)? {
            0 => SectionText::Whole,
            1 => SectionText::Header,
            2 => SectionText::Text,
            3 => SectionText::Mime,
            _ => SectionText::HeaderFields([u.arbitrary()?].into()),
        }))
    }
    Partial(u) { Ok(Self::new(u64::from(u.arbitrary::<u32>()?), u64::from(u.arbitrary::<u32>()?))) }
    Ids(u) { Ok(Vec::<u32>::arbitrary(u)?.into_iter().filter(|number| *number > 0).collect()) }
    Value(u) {
        let members: Vec<Vec<u8>> = u.arbitrary()?;
        Ok(Self::list(members.into_iter().map(Self::string)))
    }
    Envelope(u) {
        let people: Vec<(Option<String>, String, String)> = u.arbitrary()?;
        let people = people.iter().map(|(name, mailbox, host)| Address::new(name.as_deref(), mailbox, host));
        Ok(Self::builder().subject(Vec::<u8>::arbitrary(u)?).from(people).build())
    }
    SearchKey(u) {
        let mut key = Self::leaf(Criterion::Text(u.arbitrary()?));
        for _ in 0..u.int_in_range(0..=20)? {
            let leaf = Self::leaf(match u.int_in_range(0..=3)? {
                0 => Criterion::Flag(u.arbitrary()?),
                1 => Criterion::Since(u.arbitrary()?),
                2 => Criterion::Uid(u.arbitrary()?),
                _ => Criterion::From(u.arbitrary()?),
            });
            key = match u.int_in_range(0..=3)? {
                0 => key & leaf,
                1 => leaf | key,
                2 => !key,
                _ => key.fuzzy(),
            };
        }
        Ok(key)
    }
    Command(u) {
        Ok(match u.int_in_range(0..=9)? {
            0 => Self::Noop,
            1 => Self::login(AString::arbitrary(u)?, Vec::<u8>::arbitrary(u)?),
            2 => Self::select(u.arbitrary()?),
            3 => Self::Rename { from: u.arbitrary()?, to: u.arbitrary()? },
            4 => Self::Search(Search::uid(u.arbitrary()?)),
            5 => Self::Fetch(Fetch::seq(u.arbitrary()?, [FetchAttr::Section {
                peek: u.arbitrary()?,
                section: u.arbitrary()?,
                partial: u.arbitrary()?,
            }])),
            6 => Self::Store(Store::uid(u.arbitrary()?, StoreMode::Add, Vec::<Flag>::arbitrary(u)?)),
            7 => Self::uid_copy(u.arbitrary()?, u.arbitrary()?),
            8 => Self::Enable([u.arbitrary()?].into()),
            _ => Self::SetMetadata { mailbox: u.arbitrary()?, entries: [(u.arbitrary()?, u.arbitrary()?)].into() },
        })
    }
}
