//! A Received field (RFC 5321 §4.4).

use alloc::borrow::Cow;
use core::{net::IpAddr, ops::Range};

use wide::u8x16;

use super::{
    tokens::{MOST, Token, Tokens},
    words::{decode_text, find_start},
};
use crate::{
    grammar::{
        is_fws,
        sixteen::{find, find_all, is_ascii_without, is_printable_without},
        slice, trim, utf8,
    },
    types::{date_time::DateTime, trace::Received},
};

/// The value, and the text that it is where nothing in it is to be decoded: then a piece of it needs no second look.
struct Source<'a> {
    value: &'a [u8],
    text: Option<&'a str>,
}

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

    /// The first address of the network in a piece: `[192.0.2.1]`, `[IPv6:2001:db8::1]`, or bare.
    fn address(&self, place: &Range<usize>) -> Option<IpAddr> {
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
            let (from, to) = (
                place.start.wrapping_add(start),
                place.start.wrapping_add(end),
            );
            let text = self.text.and_then(|text| text.get(from..to));
            let word = text.or_else(|| core::str::from_utf8(slice(self.value, from, to)).ok())?;
            let tag = word
                .get(..5)
                .is_some_and(|tag| matches!(tag, "IPv6:" | "ipv6:"));
            word.get(if tag { 5 } else { 0 }..)?.parse().ok()
        })
    }

    /// The text of a comment.
    #[inline]
    fn comment(&self, place: &Range<usize>) -> Cow<'a, str> {
        match self.text.and_then(|text| text.get(place.clone())) {
            Some(text) if is_printable_without(b'=', text.as_bytes()) => {
                Cow::Borrowed(text.trim_ascii())
            }
            _ => decode_text(trim(self.octets(place))),
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
        let mut tokens = Tokens::<b';', b';'>::new(value);
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
                Token::Comment(place) => received.comment(&source, &place, last_from),
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
                                Token::Word(_) => source.word(place),
                                _ => decode_text(trim(word)),
                            };
                            received.set(&source, name, place, value);
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
    fn set(
        &mut self,
        source: &Source<'a>,
        key: Key<'a>,
        place: &Range<usize>,
        value: Cow<'a, str>,
    ) {
        let slot = match key {
            Key::From => {
                self.ip = self.ip.or_else(|| source.address(place));
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

    fn comment(&mut self, source: &Source<'a>, place: &Range<usize>, after_from: bool) {
        let comment = source.octets(place);
        if self.tls.is_none() {
            self.tls = tls_in(comment).map(|version| decode_text(trim(version)));
        }
        if after_from && self.from_info.is_none() {
            self.ip = self.ip.or_else(|| source.address(place));
            self.from_info = Some(source.comment(place));
        }
    }
}

fn without_brackets(path: &str) -> &str {
    path.trim_start_matches('<').trim_end_matches('>')
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

/// Whether no word with an address goes on behind it.
#[expect(clippy::indexing_slicing, reason = "a byte is below 256")]
#[inline(always)]
fn stops_address(byte: u8) -> bool {
    STOPS[usize::from(byte)]
}

#[expect(clippy::indexing_slicing, reason = "a table of all bytes")]
static STOPS: [bool; 256] = {
    let mut stops = [false; 256];
    let mut rest: &[u8] = b" \t\r\n[](),;=";
    while let Some((&byte, behind)) = rest.split_first() {
        stops[byte as usize] = true;
        rest = behind;
    }
    stops
};

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
            // A comment is the peer's where it follows its name alone.
            ("(a) from b by c (d [192.0.2.9])", "from=b by=c"),
            ("from b (d) (e [192.0.2.9]) by c", "from=b info=d by=c"),
            (
                "from [192.0.2.7] (e [192.0.2.9]) by c",
                "from=[192.0.2.7] info=e [192.0.2.9] by=c ip=192.0.2.7",
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
