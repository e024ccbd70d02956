//! A Received field (RFC 5321 §4.4).

use alloc::{borrow::Cow, string::String};
use core::{net::IpAddr, ops::Range};

use wide::u8x16;

use super::{
    tokens::{MOST, Token, Tokens},
    words::{decode_text, find_start},
};
use crate::{
    grammar::{
        byte_class, is_fws, part,
        sixteen::{find, find_all, find_iter, is_ascii_without},
        slice, trim, trim_end, trim_start, utf8,
    },
    types::{date_time::DateTime, field::unfold, trace::Received},
};

/// The value, and the text that it is where nothing in it is to be decoded: then a piece of it needs no second look, but
/// for folds.
struct Source<'a> {
    value: &'a [u8],
    text: Option<&'a str>,
}

/// No address in brackets is longer, so that looking for where one ends is linear: `IPv6:` and 45 octets.
const LITERAL: usize = 64;

impl<'a> Source<'a> {
    fn new(value: &'a [u8]) -> Self {
        // No encoded word is without a question mark.
        let is_plain = is_ascii_without(b'?', value)
            || (find_start(value).is_none() && find(0, value).is_none());
        let text = is_plain.then(|| utf8::text(value)).flatten();
        Self { value, text }
    }

    fn octets(&self, place: &Range<usize>) -> &'a [u8] {
        slice(self.value, place.start, place.end)
    }

    /// The text of a word, which holds no blanks.
    #[inline]
    fn word(&self, place: &Range<usize>) -> Cow<'a, str> {
        match self.text.and_then(|text| text.get(place.clone())) {
            Some(text) => Cow::Borrowed(text),
            None => decode_text(self.octets(place)),
        }
    }

    /// An address of the network in a piece: the first in brackets, `[192.0.2.1]`, `[IPv6:2001:db8::1]`, or else the first
    /// that is bare; but none that the peer claimed, `helo=[192.0.2.1]`.
    fn address(&self, place: &Range<usize>) -> Option<IpAddr> {
        let piece = self.octets(place);
        find_iter(b'[', piece)
            .find_map(|at| {
                let start = at.wrapping_add(1);
                let end = find(b']', slice(piece, start, start.saturating_add(LITERAL)))?;
                self.address_at(place, start..start.wrapping_add(end))
            })
            .or_else(|| self.bare_address(place))
    }

    fn bare_address(&self, place: &Range<usize>) -> Option<IpAddr> {
        let piece = self.octets(place);
        // Nothing else can be one: a word with a digit first, or with a colon in it.
        let digit_or_colon = |block: u8x16| {
            let inside = block.max(u8x16::splat(b'0')).min(u8x16::splat(b':'));
            inside.cmp_eq(block)
        };
        let mut end = 0_usize;
        find_all(piece, digit_or_colon).find_map(|at| {
            let before = piece.get(end..at)?;
            let start = if piece.get(at) == Some(&b':') {
                let stop = before.iter().rposition(|&byte| stops_address(byte));
                stop.map_or(end, |stop| end.wrapping_add(stop).wrapping_add(1))
            } else if before.last().is_none_or(|&byte| stops_address(byte)) {
                at
            } else {
                return None;
            };
            let rest = slice(piece, at, piece.len());
            let stop = rest.iter().position(|&byte| stops_address(byte));
            end = at.wrapping_add(stop.unwrap_or(rest.len()));
            self.address_at(place, start..end)
        })
    }

    /// The address that stands at `inside` of the piece at `place`.
    #[inline]
    fn address_at(&self, place: &Range<usize>, inside: Range<usize>) -> Option<IpAddr> {
        let (from, to) = (
            place.start.wrapping_add(inside.start),
            place.start.wrapping_add(inside.end),
        );
        let text = self.text.and_then(|text| text.get(from..to));
        let word = text.or_else(|| core::str::from_utf8(slice(self.value, from, to)).ok())?;
        let tag = word
            .get(..5)
            .is_some_and(|tag| tag.eq_ignore_ascii_case("IPv6:"));
        let address = word.get(if tag { 5 } else { 0 }..)?.parse().ok()?;
        let before = slice(self.octets(place), 0, inside.start);
        (!ends_with_helo(before)).then_some(address)
    }

    /// The text of a comment.
    #[inline]
    fn comment(&self, place: &Range<usize>) -> Cow<'a, str> {
        let behind_blanks = trim_start(self.octets(place));
        let start = place.end.saturating_sub(behind_blanks.len());
        let inside = trim_end(behind_blanks);
        let text = self
            .text
            .and_then(|text| text.get(start..start.saturating_add(inside.len())));
        match (text, unfold(inside)) {
            (None, _) => decode_text(inside),
            (Some(text), Cow::Borrowed(_)) => Cow::Borrowed(text),
            (Some(_), Cow::Owned(text)) => Cow::Owned(String::from_utf8(text).unwrap_or_default()),
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
    /// The word with a meaning that stands at the front, with white space behind it, and its length: nobody needs to look
    /// where it ends.
    #[inline(always)]
    fn at_front(&[a, b, c, d, e]: &[u8; 5]) -> Option<(Self, usize)> {
        let four = u32::from_le_bytes([a, b, c, d]) | 0x2020_2020;
        let three = four & 0x00ff_ffff;
        let two = four & 0xffff;
        let (key, len, behind) = match four {
            FROM => (Self::From, 4, e),
            WITH => (Self::With, 4, e),
            _ if two == BY => (Self::By, 2, c),
            _ if two == ID => (Self::Id, 2, c),
            _ if three == FOR => (Self::For, 3, d),
            _ if three == VIA => (Self::Via, 3, d),
            _ => return None,
        };
        is_fws(behind).then_some((key, len))
    }

    #[inline(always)]
    fn read(word: &'a [u8]) -> Self {
        let front = match *word {
            [a, b] => [a, b, b' ', 0, 0],
            [a, b, c] => [a, b, c, b' ', 0],
            [a, b, c, d] => [a, b, c, d, b' '],
            _ => return Self::Other(word),
        };
        // A word in quotes may go on behind a blank.
        match Self::at_front(&front) {
            Some((key, len)) if len == word.len() => key,
            _ => Self::Other(word),
        }
    }
}

const FROM: u32 = u32::from_le_bytes(*b"from");
const WITH: u32 = u32::from_le_bytes(*b"with");
const FOR: u32 = u32::from_le_bytes(*b"for\0");
const VIA: u32 = u32::from_le_bytes(*b"via\0");
const BY: u32 = u32::from_le_bytes(*b"by\0\0");
const ID: u32 = u32::from_le_bytes(*b"id\0\0");

impl<'a> Received<'a> {
    /// Reads the value of a Received field, whatever it holds.
    #[must_use]
    pub fn read(value: &'a [u8]) -> Self {
        let mut received = Self::default();
        let mut reader = Reader {
            source: Source::new(value),
            received: &mut received,
            about_peer: false,
            claim: None,
        };
        // The date stands after the last semicolon that is in no comment.
        let mut date_at = None;
        let mut tokens = Tokens::<b';', b';'>::new(value);
        let mut key = None;
        for _ in 0..MOST {
            tokens.skip_blanks();
            if key.is_none() {
                if let Some((known, len)) = part(value, tokens.at).and_then(Key::at_front) {
                    key = Some(known);
                    tokens.at = tokens.at.wrapping_add(len);
                    tokens.skip_blanks();
                }
            }
            let Some(token) = tokens.here() else { break };
            match token {
                Token::Mark(_) => {
                    date_at = Some(tokens.at);
                    if find(b';', tokens.rest()).is_none() {
                        break;
                    }
                }
                _ if date_at.is_some() => {}
                Token::Comment(place) => reader.comment(&place),
                Token::Word(ref place) | Token::Quoted(ref place) => {
                    let word = reader.source.octets(place);
                    let next = Key::read(word);
                    match key.take() {
                        // `from by x`: the peer had no name.
                        Some(_) if !matches!(next, Key::Other(_)) => key = Some(next),
                        Some(name) => {
                            let value = match token {
                                Token::Word(_) => reader.source.word(place),
                                _ => decode_text(trim(word)),
                            };
                            reader.set(name, place, value);
                        }
                        // `from mx.example [192.0.2.1] by x`
                        None if reader.about_peer && word.first() == Some(&b'[') => {
                            reader.claim = Some(place.clone());
                        }
                        None => key = Some(next),
                    }
                }
            }
        }
        let date = slice(value, date_at.unwrap_or(0), value.len());
        reader.finish();
        received.date = DateTime::read_alone(date);
        received
    }
}

/// What is read, and what it is read from.
struct Reader<'a, 'r> {
    source: Source<'a>,
    received: &'r mut Received<'a>,
    /// The name of the peer was read, and no other clause yet.
    about_peer: bool,
    /// Where the peer's address is, if no comment of the host that received says another.
    claim: Option<Range<usize>>,
}

impl<'a> Reader<'a, '_> {
    #[inline]
    fn set(&mut self, key: Key<'a>, place: &Range<usize>, value: Cow<'a, str>) {
        let received = &mut *self.received;
        self.about_peer = key == Key::From;
        let slot = match key {
            Key::From => {
                self.claim.get_or_insert_with(|| place.clone());
                &mut received.from
            }
            Key::By => &mut received.by,
            Key::Via => &mut received.via,
            Key::With => &mut received.with,
            Key::Id => &mut received.id,
            Key::For => {
                received.recipient.get_or_insert_with(|| match value {
                    Cow::Borrowed(text) => Cow::Borrowed(without_brackets(text)),
                    Cow::Owned(text) => Cow::Owned(without_brackets(&text).into()),
                });
                return;
            }
            Key::Other(name) => {
                let name = decode_text(trim(name)).to_ascii_lowercase();
                received.others.push((name, value));
                return;
            }
        };
        slot.get_or_insert(value);
    }

    fn comment(&mut self, place: &Range<usize>) {
        let received = &mut *self.received;
        if received.tls.is_none() {
            let version = tls_in(self.source.octets(place));
            received.tls = version.map(|version| decode_text(trim(version)));
        }
        if self.about_peer {
            received.ip = received.ip.or_else(|| self.source.address(place));
            received
                .from_info
                .get_or_insert_with(|| self.source.comment(place));
        }
    }

    fn finish(self) {
        if let (None, Some(place)) = (self.received.ip, self.claim) {
            self.received.ip = self.source.address(&place);
        }
    }
}

/// Whether what follows is what the peer says of itself: `helo=`, `HELO `, `(EHLO [`.
fn ends_with_helo(before: &[u8]) -> bool {
    let before = before.strip_suffix(b"[").unwrap_or(before);
    let lower = before
        .last_chunk::<5>()
        .map(|end| end.map(|octet| octet | 0x20));
    matches!(
        lower,
        Some([b'h', b'e', b'l', b'o', b' ' | b'='] | [b'e', b'h', b'l', b'o', b' ' | b'='])
    )
}

fn without_brackets(mut path: &str) -> &str {
    while let Some(rest) = path.strip_prefix('<') {
        path = rest;
    }
    while let Some(rest) = path.strip_suffix('>') {
        path = rest;
    }
    path
}

/// The version of TLS in a comment: `TLSv1.3`, `tls1_2`, but not the name of a cipher, which begins with `TLS_`.
fn tls_in(comment: &[u8]) -> Option<&[u8]> {
    let ends = |b: &u8| is_fws(*b) || matches!(b, b',' | b':' | b'=' | b';');
    // Of the three letters, the one in the middle is the rarest.
    let is_l = |block: u8x16| (block | u8x16::splat(0x20)).cmp_eq(u8x16::splat(b'l'));
    find_all(comment, is_l).find_map(|l| {
        let at = l.checked_sub(1)?;
        let before = at.checked_sub(1).and_then(|before| comment.get(before));
        let rest = slice(comment, at, comment.len());
        let (start, behind) = rest.split_first_chunk::<3>()?;
        if !start.eq_ignore_ascii_case(b"TLS") || !before.is_none_or(ends) {
            return None;
        }
        let len = behind.iter().position(ends).unwrap_or(behind.len());
        let version = slice(behind, 0, len);
        let is_version = version.iter().any(u8::is_ascii_digit) && !rest.starts_with(b"TLS_");
        is_version.then(|| slice(rest, 0, len.saturating_add(start.len())))
    })
}

byte_class! {
    /// Whether no word with an address goes on behind it.
    fn stops_address(b) = is_fws(b)
        || matches!(b, b'[' | b']' | b'(' | b')' | b',' | b';' | b'=');
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

    /// All that a field says, a word each.
    fn said(value: &str) -> String {
        let read = Received::read(value.as_bytes());
        let mut out = String::new();
        let texts = [
            ("from", &read.from),
            ("info", &read.from_info),
            ("by", &read.by),
            ("via", &read.via),
            ("with", &read.with),
            ("id", &read.id),
            ("for", &read.recipient),
            ("tls", &read.tls),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                out.push_str(&format!("{name}={text} "));
            }
        }
        for (name, value) in &read.others {
            out.push_str(&format!("{name}:{value} "));
        }
        if let Some(ip) = read.ip {
            out.push_str(&format!("ip={ip} "));
        }
        if let Some(date) = read.date {
            out.push_str(&format!("at={}", date.timestamp()));
        }
        out.trim_end().into()
    }

    /// As systems write them.
    #[test]
    fn every_clause_in_any_form() {
        for (value, wanted) in [
            // RFC 5321 appendix D.3
            (
                "from bar.com by foo.com ; Thu, 21 May 1998 05:33:29 -0700",
                "from=bar.com by=foo.com at=895754009",
            ),
            (
                "FROM mx.a (mx.a [192.0.2.1])\r\n\tBY b.c (Postfix) WITH ESMTPS ID 9D\r\n\tFOR <x@b.c>; Thu, 1 Jan 1970 00:00:01 +0000 (UTC)",
                "from=mx.a info=mx.a [192.0.2.1] by=b.c with=ESMTPS id=9D for=x@b.c ip=192.0.2.1 at=1",
            ),
            (
                "from [IPv6:2001:db8::25] (helo=x) by b with esmtps (TLS1.2:ECDHE:256) (Exim 4.96) id 1a-2b; 1 Jan 70 0:0 GMT",
                "from=[IPv6:2001:db8::25] info=helo=x by=b with=esmtps id=1a-2b tls=TLS1.2 ip=2001:db8::25 at=0",
            ),
            (
                "by b via TCP with SMTP id q (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))",
                "by=b via=TCP with=SMTP id=q tls=TLSv1.3",
            ),
            ("from a (tls1_2) by b", "from=a info=tls1_2 by=b tls=tls1_2"),
            // `from` has no name: the peer gave none.
            ("from by b", "by=b"),
            (
                "FrOm a bY b vIa c wItH d iD e fOr f",
                "from=a by=b via=c with=d id=e for=f",
            ),
            ("from a for <> by b", "from=a by=b for="),
            // The first of each counts.
            ("from a from b by c by d", "from=a by=c"),
            // Words that nobody defined, and letters that are near those of others.
            (
                "convert rfc822-to-8bit from a",
                "from=a convert:rfc822-to-8bit",
            ),
            (
                "Tag v bz w jd x gor y fron z",
                "tag:v bz:w jd:x gor:y fron:z",
            ),
            ("\"from\" \" a b \" by b", "from=a b by=b"),
            ("\"id 5\" x by b", "by=b id 5:x"),
            // A comment is the peer's where it follows its name alone.
            ("(a) from b by c (d [192.0.2.9])", "from=b by=c"),
            (
                "from b (d) (e [192.0.2.9]) by c",
                "from=b info=d by=c ip=192.0.2.9",
            ),
            (
                "from [192.0.2.7] (e [192.0.2.9]) by c",
                "from=[192.0.2.7] info=e [192.0.2.9] by=c ip=192.0.2.9",
            ),
            // Of two addresses that which the host saw, not that which the peer claims: as sendmail, qmail, Exim and
            // fetchmail write them.
            (
                "from unknown (HELO [192.0.2.1]) (192.0.2.2) by c",
                "from=unknown info=HELO [192.0.2.1] by=c ip=192.0.2.2",
            ),
            (
                "from [192.0.2.3] (port=9 helo=[192.0.2.4]) by c",
                "from=[192.0.2.3] info=port=9 helo=[192.0.2.4] by=c ip=192.0.2.3",
            ),
            (
                "from a ([192.0.2.5] ehlo=192.0.2.6) by c",
                "from=a info=[192.0.2.5] ehlo=192.0.2.6 by=c ip=192.0.2.5",
            ),
            (
                "from a (192.0.2.1 [192.0.2.2]) by c",
                "from=a info=192.0.2.1 [192.0.2.2] by=c ip=192.0.2.2",
            ),
            ("from a [192.0.2.7]\r\n\tby c", "from=a by=c ip=192.0.2.7"),
            (
                "from a by (b [192.0.2.8]) c",
                "from=a info=b [192.0.2.8] by=c ip=192.0.2.8",
            ),
            // No version, or no word of its own.
            (
                "from a (TLS_AES_128) (xTLSv1) (tls) (TLS9 x) by b",
                "from=a info=TLS_AES_128 by=b tls=TLS9",
            ),
            (
                "from a (\r\n\tb =?utf-8?q?=C3=A4?= c\r\n\t) by d",
                "from=a info=b \u{e4} c by=d",
            ),
            // The last semicolon counts that is in no comment.
            (
                "from a; x (b; c); Thu, 1 Jan 1970 00:00:02 +0000",
                "from=a at=2",
            ),
            (
                "from a; Thu, 1 Jan 1970 00:00:03 +0000 (b; c)",
                "from=a at=3",
            ),
            (
                "Thu, 1 Jan 1970 00:00:04 +0000",
                "thu,:1 jan:1970 00:00:04:+0000 at=4",
            ),
            ("", ""),
        ] {
            assert_eq!(said(value), wanted, "{value}");
        }
    }

    #[test]
    fn addresses_are_found_in_any_place() {
        let of = |text: &str| {
            let address = Source::new(text.as_bytes()).address(&(0..text.len()));
            address.map(|address| format!("{address}"))
        };
        let found: Vec<Option<String>> = [
            "1.2.3.4",
            "a [1.2.3.4]",
            "a,IPv6:::1",
            "a[ipv6:::1",
            "x=1.2.3.4;",
            "b:c 1.2.3.4",
            "2 x3 1.2.3.4 5.6.7.8",
            "7:1.2.3.4 [::1] 1.2.3.4",
            "a [fe::]",
            "1.2.3",
            "a1.2.3.4",
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
                one.clone(),
                four.clone(),
                four.clone(),
                four,
                one,
                Some("fe::".into()),
                None,
                None,
                None,
                None
            ]
        );
    }
}
