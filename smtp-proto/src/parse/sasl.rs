//! Messages of the simple SASL mechanisms to a [`Claim`].

use bytes::Bytes;

use crate::{
    error::{ParseError, ParseErrorKind, Rule},
    types::{Claim, Secret, Text},
};

const fn fault(kind: ParseErrorKind, at: usize) -> ParseError {
    ParseError::new(kind, Rule::SaslMessage, at)
}

/// A part of a message as text; empty is none.
fn text(part: Bytes, at: usize) -> Result<Option<Text>, ParseError> {
    if part.is_empty() {
        return Ok(None);
    }
    Text::new(part)
        .map(Some)
        .map_err(|_| fault(ParseErrorKind::NotUtf8, at))
}

fn name(part: Bytes, at: usize) -> Result<Text, ParseError> {
    text(part, at)?.ok_or(fault(ParseErrorKind::UnexpectedEnd, at))
}

/// `message = [authzid] UTF8NUL authcid UTF8NUL passwd` (RFC 4616 §2)
pub(crate) fn plain(message: &Bytes) -> Result<Claim, ParseError> {
    let mut nuls = memchr::memchr_iter(0, message);
    let (Some(first), Some(second)) = (nuls.next(), nuls.next()) else {
        return Err(fault(ParseErrorKind::UnexpectedEnd, message.len()));
    };
    if let Some(third) = nuls.next() {
        return Err(fault(ParseErrorKind::UnexpectedByte(0), third));
    }
    let (user, password) = (first.saturating_add(1), second.saturating_add(1));
    Ok(Claim::Password {
        authzid: text(message.slice(..first), 0)?,
        user: name(message.slice(user..second), user)?,
        password: Secret::new(message.slice(password..)),
    })
}

/// The two answers of LOGIN.
pub(crate) fn login(user: &Bytes, password: &Secret) -> Result<Claim, ParseError> {
    Ok(Claim::Password {
        authzid: None,
        user: name(user.clone(), 0)?,
        password: password.clone(),
    })
}

/// `"user=" user ^A "auth=Bearer " token ^A ^A`
pub(crate) fn xoauth2(message: &Bytes) -> Result<Claim, ParseError> {
    bearer(message, 0, |key| key == b"user")
}

/// `gs2-header kvsep *kvpair kvsep` (RFC 7628 §3.1)
pub(crate) fn oauthbearer(message: &Bytes) -> Result<Claim, ParseError> {
    let separator =
        memchr::memchr(1, message).ok_or(fault(ParseErrorKind::UnexpectedEnd, message.len()))?;
    let header = message.slice(..separator);
    // `gs2-cbind-flag "," ["a=" authzid] ","`: no channel binding here, and none may be asked for.
    let Some(identity) = header
        .strip_prefix(b"n,")
        .or_else(|| header.strip_prefix(b"y,"))
    else {
        return Err(fault(ParseErrorKind::UnknownValue, 0));
    };
    let Some(identity) = identity.strip_suffix(b",") else {
        return Err(fault(ParseErrorKind::UnexpectedEnd, separator));
    };
    let identity = identity.strip_prefix(b"a=").unwrap_or(identity);
    let user = text(sasl_name(identity)?, 2)?;
    match bearer(message, separator.saturating_add(1), |_| false)? {
        Claim::Token { token, .. } => Ok(Claim::Token { user, token }),
        claim => Ok(claim),
    }
}

/// `saslname`: a comma is `=2C`, an equals sign `=3D` (RFC 5801 §4)
fn sasl_name(name: &[u8]) -> Result<Bytes, ParseError> {
    if memchr::memchr(b'=', name).is_none() {
        return Ok(Bytes::copy_from_slice(name));
    }
    let mut decoded = alloc::vec::Vec::with_capacity(name.len());
    let mut rest = name;
    loop {
        match rest {
            [] => return Ok(decoded.into()),
            [b'=', b'2', b'C' | b'c', after @ ..] => {
                decoded.push(b',');
                rest = after;
            }
            [b'=', b'3', b'D' | b'd', after @ ..] => {
                decoded.push(b'=');
                rest = after;
            }
            [b'=', ..] => return Err(fault(ParseErrorKind::UnexpectedByte(b'='), 2)),
            [byte, after @ ..] => {
                decoded.push(*byte);
                rest = after;
            }
        }
    }
}

/// The `key=value` pairs that ^A ends, from `start` on.
fn bearer(message: &Bytes, start: usize, is_user: fn(&[u8]) -> bool) -> Result<Claim, ParseError> {
    let (mut user, mut token, mut at) = (None, None, start);
    for pair in message
        .get(start..)
        .unwrap_or_default()
        .split(|&byte| byte == 1)
    {
        if let Some(equals) = memchr::memchr(b'=', pair) {
            let value = at.saturating_add(equals).saturating_add(1);
            let end = at.saturating_add(pair.len());
            let key = pair.get(..equals).unwrap_or_default();
            if is_user(key) {
                user = text(message.slice(value..end), value)?;
            } else if key == b"auth" {
                let scheme = message.get(value..end).and_then(|value| value.get(..7));
                if !scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"Bearer ")) {
                    return Err(fault(ParseErrorKind::UnknownValue, value));
                }
                token = Some(Secret::new(message.slice(value.saturating_add(7)..end)));
            }
        }
        at = at.saturating_add(pair.len()).saturating_add(1);
    }
    let token = token.ok_or(fault(ParseErrorKind::UnexpectedEnd, message.len()))?;
    Ok(Claim::Token { user, token })
}

/// An identity, or nothing (RFC 4422 appendix A).
pub(crate) fn external(message: &Bytes) -> Result<Claim, ParseError> {
    Ok(Claim::External {
        authzid: text(message.clone(), 0)?,
    })
}

/// A trace, or nothing (RFC 4505 §2).
pub(crate) fn anonymous(message: &Bytes) -> Result<Claim, ParseError> {
    Ok(Claim::Anonymous {
        trace: text(message.clone(), 0)?,
    })
}

/// `user SP digest` (RFC 2195 §2)
#[cfg(feature = "legacy-auth")]
pub(crate) fn cram_md5(challenge: &Bytes, message: &Bytes) -> Result<Claim, ParseError> {
    let blank = memchr::memrchr(b' ', message)
        .ok_or(fault(ParseErrorKind::UnexpectedEnd, message.len()))?;
    let start = blank.saturating_add(1);
    let digest = message.slice(start..);
    if digest.len() != 32 || !digest.iter().all(u8::is_ascii_hexdigit) {
        return Err(fault(ParseErrorKind::UnknownValue, start));
    }
    Ok(Claim::Digest {
        user: name(message.slice(..blank), 0)?,
        challenge: challenge.clone(),
        digest: Secret::new(digest),
    })
}
