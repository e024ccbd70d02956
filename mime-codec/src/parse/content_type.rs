//! Content-Type, and the media type in it.

use alloc::{borrow::Cow, string::String};
use core::str::FromStr;

use super::params::{self, piece};
use crate::{
    error::{ParseError, Rule},
    grammar::{cfws::skip_cfws, is_fws, is_token, slice, trim},
    types::{
        content_type::{ContentType, MediaType},
        params::Params,
    },
};

/// Type and subtype where they stand, and what follows them.
pub(crate) struct Essence<'a> {
    pub(crate) main: &'a [u8],
    pub(crate) sub: &'a [u8],
    pub(crate) rest: &'a [u8],
    pub(crate) malformed: bool,
}

/// Reads `type/subtype` with whatever blanks and comments stand around it.
pub(crate) fn essence(value: &[u8]) -> Essence<'_> {
    let token = |input: &[u8]| input.iter().take_while(|&&b| is_token(b)).count();
    let start = skip_cfws(value);
    let len = token(start);
    let main = slice(start, 0, len);
    let mut rest = slice(start, len, start.len());
    let before_slash = rest;
    let mut malformed = main.is_empty();
    let mut sub: &[u8] = b"";
    match skip_cfws(rest).strip_prefix(b"/") {
        Some(after) => {
            malformed |= rest.first() != Some(&b'/') || after.first().is_none_or(|&b| is_fws(b));
            let after = skip_cfws(after);
            let len = token(after);
            sub = slice(after, 0, len);
            rest = slice(after, len, after.len());
        }
        None => rest = before_slash,
    }
    malformed |= sub.is_empty() || !matches!(skip_cfws(rest).first(), None | Some(b';'));
    Essence {
        main,
        sub,
        rest,
        malformed,
    }
}

impl ContentType {
    /// Reads the value of a Content-Type field, whatever it holds.
    ///
    /// A value without a type is `text/plain`, as RFC 2045 §5.2 wants a part without the field to be read.
    #[must_use]
    pub fn read(value: &[u8]) -> Self {
        let found = essence(value);
        let media_type = if found.main.is_empty() {
            MediaType::TEXT_PLAIN
        } else {
            let mut text = String::with_capacity(
                found
                    .main
                    .len()
                    .saturating_add(found.sub.len())
                    .saturating_add(1),
            );
            text.extend(found.main.iter().map(|&b| char::from(b)));
            let slash = text.len();
            if !found.sub.is_empty() {
                text.push('/');
                text.extend(found.sub.iter().map(|&b| char::from(b)));
            }
            MediaType {
                text: Cow::Owned(text),
                slash,
            }
        };
        Self {
            media_type,
            params: params::read(found.rest),
            malformed: found.malformed,
        }
    }

    /// The content type with that charset and no other.
    pub(crate) fn with_charset(mut self, charset: &str) -> Self {
        self.params
            .list
            .retain(|param| !param.name.eq_ignore_ascii_case("charset"));
        self.with_param("charset", charset)
    }

    /// The content type without the parameters that say how its body is written.
    pub(crate) fn without_structure(mut self) -> Self {
        let structure = ["boundary", "charset", "name", "format", "delsp"];
        let kept = |name: &str| {
            !structure
                .iter()
                .any(|word| piece(name).0.eq_ignore_ascii_case(word))
        };
        self.params.list.retain(|param| kept(&param.name));
        self
    }

    /// The content type with one more parameter: its value as it is meant, in any characters.
    #[must_use]
    pub fn with_param(mut self, name: &str, value: &str) -> Self {
        self.params.push(name, value);
        self
    }
}

impl Params {
    /// Adds a parameter with its value as it is meant.
    ///
    /// A name that is no token, which no message could carry, is left out.
    pub(crate) fn push(&mut self, name: &str, value: &str) {
        if !name.is_empty() && name.bytes().all(crate::grammar::is_attribute_char) {
            self.list.push(crate::types::params::RawParam {
                name: name.into(),
                value: value.as_bytes().to_vec(),
                literal: true,
                fault: crate::types::params::ParamFault::None,
            });
        }
    }
}

impl MediaType {
    /// The media type that `text` spells, exactly.
    ///
    /// # Errors
    ///
    /// Anything that is not two tokens (RFC 2045 §5.1) with a slash between them.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        text.parse()
    }
}

impl FromStr for MediaType {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let bytes = text.as_bytes();
        let token = |from: usize| {
            slice(bytes, from, bytes.len())
                .iter()
                .take_while(|&&b| is_token(b))
                .count()
        };
        let slash = token(0);
        if slash == 0 || bytes.get(slash) != Some(&b'/') {
            return Err(ParseError::at(bytes, slash, Rule::MediaType));
        }
        let after = slash.saturating_add(1);
        let end = after.saturating_add(token(after));
        if end == after || end < bytes.len() {
            return Err(ParseError::at(bytes, end, Rule::MediaType));
        }
        Ok(Self {
            text: Cow::Owned(trim_owned(text)),
            slash,
        })
    }
}

fn trim_owned(text: &str) -> String {
    String::from_utf8_lossy(trim(text.as_bytes())).into_owned()
}
