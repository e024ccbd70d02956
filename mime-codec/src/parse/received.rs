//! A Received field (RFC 5321 §4.4).

use alloc::borrow::Cow;
use core::{net::IpAddr, ops::Range};

use super::{
    tokens::{MOST, Marks, Token, Tokens},
    words::{decode_text, find_start},
};
use crate::{
    grammar::{is_fws, sixteen::find, slice, trim},
    types::{date_time::DateTime, trace::Received},
};

/// Marks of Received.
const SEMICOLON: Marks = *b";;";

/// The value, and the text that it is where nothing in it is to be decoded: then a piece of it needs no second look.
struct Source<'a> {
    value: &'a [u8],
    text: Option<&'a str>,
}

impl<'a> Source<'a> {
    fn new(value: &'a [u8]) -> Self {
        let text = if find_start(value).is_some() || find(0, value).is_some() {
            None
        } else {
            core::str::from_utf8(value).ok()
        };
        Self { value, text }
    }

    fn octets(&self, place: &Range<usize>) -> &'a [u8] {
        slice(self.value, place.start, place.end)
    }

    /// The text of a word, which holds no blanks.
    #[inline]
    fn word(&self, place: Range<usize>) -> Cow<'a, str> {
        let octets = self.octets(&place);
        match self.text.and_then(|text| text.get(place)) {
            Some(text) => Cow::Borrowed(text),
            None => decode_text(octets),
        }
    }
}

/// The words of Received that have a meaning (RFC 5321 §4.4).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Key<'a> {
    From,
    By,
    Via,
    With,
    Id,
    For,
    Other(&'a [u8]),
}

impl<'a> Key<'a> {
    fn read(word: &'a [u8]) -> Self {
        match *word {
            [a, b] => match [a | 0x20, b | 0x20] {
                [b'b', b'y'] => Self::By,
                [b'i', b'd'] => Self::Id,
                _ => Self::Other(word),
            },
            [a, b, c] => match [a | 0x20, b | 0x20, c | 0x20] {
                [b'f', b'o', b'r'] => Self::For,
                [b'v', b'i', b'a'] => Self::Via,
                _ => Self::Other(word),
            },
            [a, b, c, d] => match [a | 0x20, b | 0x20, c | 0x20, d | 0x20] {
                [b'f', b'r', b'o', b'm'] => Self::From,
                [b'w', b'i', b't', b'h'] => Self::With,
                _ => Self::Other(word),
            },
            _ => Self::Other(word),
        }
    }
}

impl<'a> Received<'a> {
    /// Reads the value of a Received field, whatever it holds.
    #[must_use]
    pub fn read(value: &'a [u8]) -> Self {
        let source = Source::new(value);
        let mut received = Self::default();
        // The date stands after the last semicolon that is in no comment.
        let mut date_at = None;
        let mut tokens = Tokens::new(value, SEMICOLON);
        let mut key = None;
        let mut last_from = false;
        for _ in 0..MOST {
            let Some(token) = tokens.next() else { break };
            match token {
                Token::Mark(_) => {
                    date_at = Some(tokens.at);
                    if find(b';', tokens.rest()).is_none() {
                        break;
                    }
                }
                _ if date_at.is_some() => {}
                Token::Comment(comment) => received.comment(source.octets(&comment), last_from),
                Token::Word(ref place) | Token::Quoted(ref place) => {
                    let word = source.octets(place);
                    let next = Key::read(word);
                    match key.take() {
                        // `from by x`: the peer had no name.
                        Some(_) if !matches!(next, Key::Other(_)) => key = Some(next),
                        None => key = Some(next),
                        Some(name) => {
                            last_from = name == Key::From;
                            let value = match token {
                                Token::Word(place) => source.word(place),
                                _ => decode_text(trim(word)),
                            };
                            received.set(name, word, value);
                        }
                    }
                }
            }
        }
        let date = slice(value, date_at.unwrap_or(0), value.len());
        received.date = DateTime::read_alone(date);
        received
    }

    #[inline]
    fn set(&mut self, key: Key<'a>, word: &'a [u8], value: Cow<'a, str>) {
        let slot = match key {
            Key::From => {
                self.ip = self.ip.or_else(|| address_in(word));
                &mut self.from
            }
            Key::By => &mut self.by,
            Key::Via => &mut self.via,
            Key::With => &mut self.with,
            Key::Id => &mut self.id,
            Key::For => {
                self.recipient.get_or_insert_with(|| match value {
                    Cow::Borrowed(text) => Cow::Borrowed(without_brackets(text)),
                    Cow::Owned(text) => Cow::Owned(without_brackets(&text).into()),
                });
                return;
            }
            Key::Other(name) => {
                let name = decode_text(trim(name)).to_ascii_lowercase();
                self.others.push((name, value));
                return;
            }
        };
        slot.get_or_insert(value);
    }

    fn comment(&mut self, comment: &'a [u8], after_from: bool) {
        if self.tls.is_none() {
            self.tls = tls_in(comment).map(|version| decode_text(trim(version)));
        }
        if after_from && self.from_info.is_none() {
            self.ip = self.ip.or_else(|| address_in(comment));
            self.from_info = Some(decode_text(trim(comment)));
        }
    }
}

fn without_brackets(path: &str) -> &str {
    path.trim_start_matches('<').trim_end_matches('>')
}

/// The version of TLS in a comment: `TLSv1.3`, `tls1_2`, but not the name of a cipher, which begins with `TLS_`.
fn tls_in(comment: &[u8]) -> Option<&[u8]> {
    let ends = |b: &u8| is_fws(*b) || matches!(b, b',' | b':' | b'=' | b';');
    memchr::memchr2_iter(b'T', b't', comment).find_map(|at| {
        let before = at.checked_sub(1).and_then(|before| comment.get(before));
        let rest = slice(comment, at, comment.len());
        let (start, behind) = rest.split_first_chunk::<3>()?;
        if !before.is_none_or(ends) || !start.eq_ignore_ascii_case(b"TLS") {
            return None;
        }
        let len = behind.iter().position(ends).unwrap_or(behind.len());
        let version = slice(behind, 0, len);
        let is_version = version.iter().any(u8::is_ascii_digit) && !rest.starts_with(b"TLS_");
        is_version.then(|| slice(rest, 0, len.saturating_add(start.len())))
    })
}

/// What no word with an address goes on behind, and the colon.
#[expect(clippy::indexing_slicing, reason = "a byte is below 256")]
#[inline(always)]
fn stops_address(byte: u8) -> bool {
    STOPS[usize::from(byte)]
}

#[expect(clippy::indexing_slicing, reason = "a table of all bytes")]
static STOPS: [bool; 256] = {
    let mut stops = [false; 256];
    let mut rest: &[u8] = b" \t\r\n[](),;=:";
    while let Some((&byte, behind)) = rest.split_first() {
        stops[byte as usize] = true;
        rest = behind;
    }
    stops
};

/// The first address of the network in a text: `[192.0.2.1]`, `[IPv6:2001:db8::1]`, or bare.
fn address_in(text: &[u8]) -> Option<IpAddr> {
    let mut rest = text;
    for _ in 0..100 {
        let mut len = rest.iter().position(|&byte| stops_address(byte));
        // A colon stops the search for the end of a word once.
        let colon = len.and_then(|at| rest.get(at)) == Some(&b':');
        if colon {
            let is_end = |&byte: &u8| byte != b':' && stops_address(byte);
            len = rest.iter().position(is_end);
        }
        let len = len.unwrap_or(rest.len());
        let word = slice(rest, 0, len);
        // Nothing else can be one: a colon in it, or a digit first.
        if colon || word.first().is_some_and(u8::is_ascii_digit) {
            let word = word.strip_prefix(b"IPv6:").unwrap_or(word);
            let word = word.strip_prefix(b"ipv6:").unwrap_or(word);
            let address = core::str::from_utf8(word).ok();
            if let Some(address) = address.and_then(|word| word.parse().ok()) {
                return Some(address);
            }
        }
        rest = rest.get(len.saturating_add(1)..)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use alloc::{format, string::String, vec::Vec};

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whether its pieces are taken as they are or decoded one by one, it is read the same: a NUL in a comment behind
        /// the date asks for the second.
        #[test]
        fn pieces_are_what_they_are_decoded_to(words in proptest::collection::vec(proptest::sample::select([
            "from", "BY", "via", "with", "id", "for", "mx.example", "[192.0.2.1]", "<a@b.example>", "(x [2001:db8::1])", "(TLSv1.3)",
            "(tls1_2 (a) b)", "( a\r\n b )", "\"q w\"", "\"a\tb\"", "\u{e4}", "a=b", "(\u{e4})", ")", ";", "x;y",
        ].to_vec()), 0..12)) {
            let value = format!("{}; Fri, 21 Nov 1997 09:55:06 -0600", words.join(" "));
            let nul = format!("{value} (\0)");
            prop_assert_eq!(Received::read(value.as_bytes()), Received::read(nul.as_bytes()), "{}", value);
        }
    }

    #[test]
    fn addresses_are_found_in_any_place() {
        let of = |text: &str| address_in(text.as_bytes()).map(|address| format!("{address}"));
        let found: Vec<Option<String>> = [
            "1.2.3.4",
            "a [1.2.3.4]",
            "a,IPv6:::1",
            "a[ipv6:::1",
            "x=1.2.3.4;",
            "1.2.3",
            "",
            "[]",
        ]
        .map(of)
        .into();
        let four = Some("1.2.3.4".into());
        let one = Some("::1".into());
        assert_eq!(
            found,
            [
                four.clone(),
                four.clone(),
                one.clone(),
                one,
                four,
                None,
                None,
                None
            ]
        );
    }
}
