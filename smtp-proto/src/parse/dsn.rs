//! RET, NOTIFY and ORCPT (RFC 3461 §4).

use core::str::FromStr;

use bytes::Bytes;

use super::{cursor::Cursor, xtext};
use crate::{
    error::{ParseError, ParseErrorKind, Rule},
    grammar::is_xchar,
    types::{FindingKind, Notify, OriginalRecipient, Ret, Text, Token},
};

impl FromStr for Ret {
    type Err = ParseError;

    /// `ret-value = "FULL" / "HDRS"` (RFC 3461 §4.3)
    fn from_str(text: &str) -> Result<Self, ParseError> {
        [Self::Full, Self::Headers]
            .into_iter()
            .find(|ret| text.eq_ignore_ascii_case(ret.as_str()))
            .ok_or(ParseError::new(
                ParseErrorKind::UnknownValue,
                Rule::RetValue,
                0,
            ))
    }
}

impl FromStr for Notify {
    type Err = ParseError;

    /// `notify-esmtp-value = "NEVER" / 1#notify-list-element` (RFC 3461 §4.1)
    fn from_str(text: &str) -> Result<Self, ParseError> {
        match read_notify(text.as_bytes(), 0)? {
            (_, true) => Err(ParseError::new(
                ParseErrorKind::Conflict,
                Rule::NotifyList,
                0,
            )),
            (notify, false) => Ok(notify),
        }
    }
}

/// The list of NOTIFY; `NEVER` beside other words is tolerated, and dropped, as widely done.
pub(super) fn notify(
    value: &[u8],
    start: usize,
    cursor: &mut Cursor<'_>,
) -> Result<Notify, ParseError> {
    let (notify, conflict) = read_notify(value, start)?;
    if conflict {
        let end = start.saturating_add(value.len());
        cursor.tolerate(FindingKind::NeverAndMore, start, end, Rule::NotifyList)?;
    }
    Ok(notify)
}

/// The wish, and whether `NEVER` stood beside other words.
fn read_notify(list: &[u8], start: usize) -> Result<(Notify, bool), ParseError> {
    let mut notify = Notify::NEVER;
    let (mut never, mut at) = (false, start);
    for word in list.split(|&byte| byte == b',') {
        let wish = match word {
            [b'N' | b'n', ..] if word.eq_ignore_ascii_case(b"NEVER") => Notify::NEVER,
            [b'S' | b's', ..] if word.eq_ignore_ascii_case(b"SUCCESS") => Notify::SUCCESS,
            [b'F' | b'f', ..] if word.eq_ignore_ascii_case(b"FAILURE") => Notify::FAILURE,
            [b'D' | b'd', ..] if word.eq_ignore_ascii_case(b"DELAY") => Notify::DELAY,
            _ => {
                return Err(ParseError::new(
                    ParseErrorKind::UnknownValue,
                    Rule::NotifyList,
                    at,
                ));
            }
        };
        never |= wish.is_never();
        notify = notify.and(wish);
        at = at.saturating_add(word.len()).saturating_add(1);
    }
    Ok((notify, never && !notify.is_never()))
}

/// `original-recipient-address = addr-type ";" xtext` (RFC 3461 §4.2), `utf-8-type-addr` (RFC 6533 §3)
pub(super) fn original_recipient(
    value: &Bytes,
    start: usize,
) -> Result<OriginalRecipient, ParseError> {
    let fault =
        |kind, at: usize| ParseError::new(kind, Rule::OriginalRecipient, start.saturating_add(at));
    let Some(semicolon) = memchr::memchr(b';', value) else {
        return Err(fault(ParseErrorKind::UnexpectedEnd, value.len()));
    };
    let (kind, text) = (
        value.slice(..semicolon),
        value.slice(semicolon.saturating_add(1)..),
    );
    if kind.is_empty() || !kind.iter().all(|&byte| is_xchar(byte)) {
        return Err(fault(ParseErrorKind::UnexpectedByte(b';'), 0));
    }
    let base = start.saturating_add(semicolon).saturating_add(1);
    let address = if kind.eq_ignore_ascii_case(b"utf-8") {
        xtext::decode_utf8_address(&text, base)?
    } else {
        xtext::decode(&text, base)?
    };
    if address.is_empty() {
        return Err(fault(ParseErrorKind::UnexpectedEnd, value.len()));
    }
    let address = Text::new(address)
        .map_err(|_| fault(ParseErrorKind::NotUtf8, semicolon.saturating_add(1)))?;
    Ok(OriginalRecipient {
        kind: Token::checked(kind),
        address,
    })
}

impl FromStr for OriginalRecipient {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        original_recipient(&Bytes::copy_from_slice(text.as_bytes()), 0)
    }
}
