//! Values for tests that try anything: always valid ones.

use alloc::string::String;

use arbitrary::{Arbitrary, Result, Unstructured};

use crate::{
    error::Span,
    types::{
        content_type::MediaType, date_time::DateTime, message_id::MessageId, report::StatusCode,
    },
};

impl<'a> Arbitrary<'a> for Span {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self::new(u.arbitrary()?, u.arbitrary()?))
    }
}

impl<'a> Arbitrary<'a> for StatusCode {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self::new(u.arbitrary()?, u.arbitrary()?, u.arbitrary()?))
    }
}

impl<'a> Arbitrary<'a> for DateTime {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let (seconds, offset) = (
            u.int_in_range(-2_208_000_000..=253_402_000_000)?,
            u.int_in_range(-840..=840)?,
        );
        Self::from_timestamp(seconds, offset).ok_or(arbitrary::Error::IncorrectFormat)
    }
}

fn token(u: &mut Unstructured<'_>) -> Result<String> {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABC0123456789-+.";
    let len = u.int_in_range(1..=20)?;
    (0..len)
        .map(|_| Ok(char::from(*u.choose(LETTERS)?)))
        .collect()
}

impl<'a> Arbitrary<'a> for MediaType {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let text = alloc::format!("{}/{}", token(u)?, token(u)?);
        Self::parse(&text).map_err(|_| arbitrary::Error::IncorrectFormat)
    }
}

impl<'a> Arbitrary<'a> for MessageId<'static> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let text = alloc::format!("{}@{}", token(u)?, token(u)?);
        Self::new(&text).map_err(|_| arbitrary::Error::IncorrectFormat)
    }
}
