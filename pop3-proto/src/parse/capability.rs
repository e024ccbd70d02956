//! Capability lines (RFC 2449 §6, RFC 5034 §3, RFC 6856 §2 and §3).

use alloc::vec::Vec;

use bytes::Bytes;

use super::word::Words;
use crate::{
    error::Rule,
    types::{Capability, Delay, Expire, Mechanism, Text},
};

impl From<&[u8]> for Capability {
    fn from(line: &[u8]) -> Self {
        known(line).unwrap_or_else(|| Self::Other(Text::from_line(Bytes::copy_from_slice(line))))
    }
}

/// What the RFCs know; `None` for everything else, so that the line is kept as it was.
fn known(line: &[u8]) -> Option<Capability> {
    const RULE: Rule = Rule::Capability;
    let mut words = Words::new(line);
    let tag = words.word(RULE).ok()?.to_ascii_uppercase();
    let mut arguments = Vec::new();
    let implementation = words;
    while let Some(word) = words.word_or_end(RULE).ok()? {
        arguments.push(word);
    }
    let number = |word: &[u8]| core::str::from_utf8(word).ok()?.parse::<u32>().ok();
    let user = |word: &[u8]| word.eq_ignore_ascii_case(b"USER");
    Some(match (tag.as_slice(), arguments.as_slice()) {
        (b"TOP", []) => Capability::Top,
        (b"USER", []) => Capability::User,
        (b"RESP-CODES", []) => Capability::RespCodes,
        (b"AUTH-RESP-CODE", []) => Capability::AuthRespCode,
        (b"PIPELINING", []) => Capability::Pipelining,
        (b"UIDL", []) => Capability::Uidl,
        (b"STLS", []) => Capability::Stls,
        (b"LANG", []) => Capability::Lang,
        (b"UTF8", []) => Capability::Utf8 { user: false },
        (b"UTF8", [word]) if user(word) => Capability::Utf8 { user: true },
        (b"SASL", names) => Capability::Sasl(
            names
                .iter()
                .map(|name| Mechanism::new(Bytes::copy_from_slice(name)).ok())
                .collect::<Option<_>>()?,
        ),
        (b"LOGIN-DELAY", [seconds, rest @ ..]) => Capability::LoginDelay(Delay {
            seconds: number(seconds)?,
            per_user: match rest {
                [] => false,
                [word] if user(word) => true,
                _ => return None,
            },
        }),
        (b"EXPIRE", [days, rest @ ..]) => Capability::Expire(Expire {
            days: if days.eq_ignore_ascii_case(b"NEVER") {
                None
            } else {
                Some(number(days)?)
            },
            per_user: match rest {
                [] => false,
                [word] if user(word) => true,
                _ => return None,
            },
        }),
        (b"IMPLEMENTATION", [_, ..]) => {
            let mut rest = implementation;
            Capability::Implementation(Text::from_line(Bytes::copy_from_slice(rest.remainder())))
        }
        _ => return None,
    })
}
