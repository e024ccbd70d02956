//! Received, Return-Path, signatures, results of authentication, lists.

use alloc::{
    borrow::Cow,
    string::{String, ToString},
    vec::Vec,
};
use core::net::IpAddr;

use mailweft_address::{Address, Level};

use super::{params::skip_cfws, words::decode_text};
use crate::{
    error::{ParseError, ParseErrorKind, Rule},
    grammar::{is_fws, slice, trim},
    types::{
        date_time::DateTime,
        field::Field,
        part::Part,
        trace::{
            AuthenticationResult, AuthenticationResults, AutoSubmitted, Importance, ListInfo,
            Received, ReturnPath, TagList,
        },
    },
};

/// How many words of one field are read.
const MOST: usize = 10_000;

/// A piece of a structured value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    Word(&'a [u8]),
    Quoted(&'a [u8]),
    Comment(&'a [u8]),
    Mark(u8),
}

/// Splits a value into words, quoted strings, comments and marks.
struct Tokens<'a> {
    rest: &'a [u8],
    ends: &'static Ends,
}

/// The octets that end a word: white space, quotes, parentheses, and the marks of a field.
type Ends = [bool; 256];

const fn ends_with_marks(marks: &[u8]) -> Ends {
    let mut ends = [false; 256];
    let mut rest = marks;
    while let Some((&mark, tail)) = rest.split_first() {
        set(&mut ends, mark);
        rest = tail;
    }
    let mut rest: &[u8] = b" \t\r\n(\"";
    while let Some((&end, tail)) = rest.split_first() {
        set(&mut ends, end);
        rest = tail;
    }
    ends
}

#[expect(clippy::indexing_slicing, reason = "a byte is below 256")]
const fn set(ends: &mut Ends, byte: u8) {
    ends[byte as usize] = true;
}

#[expect(clippy::indexing_slicing, reason = "a byte is below 256")]
const fn is_end(ends: &Ends, byte: u8) -> bool {
    ends[byte as usize]
}

/// Marks of Received.
static SEMICOLON: Ends = ends_with_marks(b";");

/// Marks of Authentication-Results.
static SEMICOLON_EQUALS: Ends = ends_with_marks(b";=");

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    /// Part of its caller: a token is bigger than what it is read with.
    #[inline(always)]
    fn next(&mut self) -> Option<Token<'a>> {
        while let Some((&first, rest)) = self.rest.split_first() {
            match first {
                b' ' | b'\t' | b'\r' | b'\n' => {
                    self.rest = rest;
                    continue;
                }
                b'(' => {
                    let after = comment_end(self.rest);
                    let comment = slice(self.rest, 1, after.saturating_sub(1));
                    self.rest = slice(self.rest, after, self.rest.len());
                    return Some(Token::Comment(comment));
                }
                b'"' => {
                    let end = memchr::memchr(b'"', rest).unwrap_or(rest.len());
                    self.rest = slice(rest, end.saturating_add(1), rest.len());
                    return Some(Token::Quoted(slice(rest, 0, end)));
                }
                _ if is_end(self.ends, first) => {
                    self.rest = rest;
                    return Some(Token::Mark(first));
                }
                _ => {}
            }
            let len = rest.iter().position(|&b| is_end(self.ends, b));
            let len = len.map_or(self.rest.len(), |len| len.saturating_add(1));
            let (word, rest) = self.rest.split_at(len);
            self.rest = rest;
            return Some(Token::Word(word));
        }
        None
    }
}

/// The length of the comment that the input begins with.
fn comment_end(input: &[u8]) -> usize {
    let mut depth = 0_usize;
    let mut escaped = false;
    for (at, &byte) in input.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'(' => depth = depth.saturating_add(1),
            b')' if depth <= 1 => return at.saturating_add(1),
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    // The comment does not close; the last octet is of it.
    input.len().saturating_add(1)
}

fn text(octets: &[u8]) -> String {
    decode_text(trim(octets)).into_owned()
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
        let mut received = Self::default();
        // The date stands after the last semicolon that is in no comment.
        let mut date_at = None;
        let mut tokens = Tokens {
            rest: value,
            ends: &SEMICOLON,
        };
        let mut key = None;
        let mut last_from = false;
        for _ in 0..MOST {
            let Some(token) = tokens.next() else { break };
            match token {
                Token::Mark(_) => date_at = Some(value.len().saturating_sub(tokens.rest.len())),
                _ if date_at.is_some() => {}
                Token::Comment(comment) => received.comment(comment, last_from),
                Token::Word(word) | Token::Quoted(word) => {
                    let next = Key::read(word);
                    match key.take() {
                        // `from by x`: the peer had no name.
                        Some(_) if !matches!(next, Key::Other(_)) => key = Some(next),
                        None => key = Some(next),
                        Some(name) => {
                            last_from = name == Key::From;
                            received.set(name, word);
                        }
                    }
                }
            }
        }
        let date = slice(value, date_at.unwrap_or(0), value.len());
        received.date = DateTime::read(date).map(|(date, _)| date);
        received
    }

    fn set(&mut self, key: Key<'a>, word: &'a [u8]) {
        let value = decode_text(trim(word));
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
                self.others.push((text(name).to_ascii_lowercase(), value));
                return;
            }
        };
        slot.get_or_insert(value);
    }

    fn comment(&mut self, comment: &'a [u8], after_from: bool) {
        if after_from && self.from_info.is_none() {
            self.ip = self.ip.or_else(|| address_in(comment));
            self.from_info = Some(decode_text(trim(comment)));
        }
        if self.tls.is_none() {
            self.tls = tls_in(comment).map(|version| decode_text(trim(version)));
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

/// The first address of the network in a text: `[192.0.2.1]`, `[IPv6:2001:db8::1]`, or bare.
fn address_in(text: &[u8]) -> Option<IpAddr> {
    let words =
        text.split(|&b| is_fws(b) || matches!(b, b'[' | b']' | b'(' | b')' | b',' | b';' | b'='));
    words.take(100).find_map(|word| {
        // Nothing else can be one: a colon in it, or a digit first.
        let is_worth_it = word.first().is_some_and(u8::is_ascii_digit) || word.contains(&b':');
        let word = core::str::from_utf8(word).ok().filter(|_| is_worth_it)?;
        let word = word
            .strip_prefix("IPv6:")
            .or_else(|| word.strip_prefix("ipv6:"))
            .unwrap_or(word);
        word.parse().ok()
    })
}

impl TagList {
    /// Reads `tag=value; ...`, whatever it holds: pieces without `=` are left out.
    #[must_use]
    pub fn read(value: &[u8]) -> Self {
        let pair = |piece: &[u8]| {
            let at = memchr::memchr(b'=', piece)?;
            let name = trim(slice(piece, 0, at));
            let folded = trim(slice(piece, at.saturating_add(1), piece.len()));
            let value: Vec<u8> = folded
                .iter()
                .copied()
                .filter(|&b| b != b'\r' && b != b'\n')
                .collect();
            (!name.is_empty()).then(|| (text(name), String::from_utf8_lossy(&value).into_owned()))
        };
        Self {
            tags: value
                .split(|&b| b == b';')
                .take(MOST)
                .filter_map(pair)
                .collect(),
        }
    }

    /// The tags that `value` is.
    ///
    /// # Errors
    ///
    /// A piece without `=`, a name that is not letters, digits and `_`, a name that stands twice (RFC 6376 §3.2).
    pub fn parse(value: &str) -> Result<Self, ParseError> {
        let mut at = 0_usize;
        let mut names: Vec<&str> = Vec::new();
        let pieces: Vec<&str> = value.split(';').collect();
        for (number, piece) in pieces.iter().enumerate() {
            let last = number.saturating_add(1) == pieces.len();
            if !(last && piece.trim().is_empty()) {
                let name = piece.split_once('=').map(|(name, _)| name.trim());
                let valid = |name: &&str| {
                    name.starts_with(|c: char| c.is_ascii_alphabetic())
                        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
                };
                let name = name
                    .filter(valid)
                    .ok_or_else(|| ParseError::at(value.as_bytes(), at, Rule::TagList))?;
                if names.contains(&name) {
                    return Err(ParseError::new(
                        ParseErrorKind::OutOfRange,
                        Rule::TagList,
                        at,
                    ));
                }
                if names.len() >= 1000 {
                    return Err(ParseError::new(
                        ParseErrorKind::TooLong(1000),
                        Rule::TagList,
                        at,
                    ));
                }
                names.push(name);
            }
            at = at.saturating_add(piece.len()).saturating_add(1);
        }
        Ok(Self::read(value.as_bytes()))
    }
}

impl AuthenticationResults {
    /// Reads the value of the field, whatever it holds.
    #[must_use]
    pub fn read(value: &[u8]) -> Self {
        let mut all = Self::default();
        let mut tokens = Tokens {
            rest: value,
            ends: &SEMICOLON_EQUALS,
        }
        .filter(|token| !matches!(token, Token::Comment(_)))
        .peekable();
        let mut segment: Vec<Token<'_>> = Vec::new();
        let mut head = true;
        for _ in 0..MOST {
            let token = tokens.next();
            match token {
                Some(Token::Mark(b';')) | None => {
                    let segment = core::mem::take(&mut segment);
                    let pairs = pairs(&segment);
                    match pairs.first() {
                        // ARC puts its instance before the name of the system.
                        Some((name, value)) if head && name == "i" => {
                            all.instance = value.parse().ok();
                        }
                        Some((name, value)) if head => {
                            head = false;
                            all.server.clone_from(name);
                            all.version = Some(value.clone()).filter(|version| !version.is_empty());
                            all.version = all
                                .version
                                .take()
                                .or_else(|| pairs.get(1).map(|(version, _)| version.clone()));
                        }
                        Some(_) => all.results.extend(result(&pairs)),
                        None => {}
                    }
                    if token.is_none() {
                        break;
                    }
                }
                Some(token) => segment.push(token),
            }
        }
        all
    }
}

/// `name=value` and bare words of one segment.
fn pairs(tokens: &[Token<'_>]) -> Vec<(String, String)> {
    let mut list: Vec<(String, String)> = Vec::new();
    let mut after_equals = false;
    for token in tokens {
        match token {
            Token::Mark(_) => after_equals = true,
            Token::Word(word) | Token::Quoted(word) => match list.last_mut() {
                Some((_, value)) if core::mem::take(&mut after_equals) => {
                    if !value.is_empty() {
                        value.push('=');
                    }
                    value.push_str(&text(word));
                }
                _ => list.push((text(word), String::new())),
            },
            Token::Comment(_) => {}
        }
    }
    list
}

fn result(pairs: &[(String, String)]) -> Option<AuthenticationResult> {
    let ((method, found), rest) = pairs.split_first()?;
    if found.is_empty() {
        return None;
    }
    let (method, version) = match method.split_once('/') {
        Some((method, version)) => (method, Some(version.to_string())),
        None => (method.as_str(), None),
    };
    let mut result = AuthenticationResult {
        method: method.to_ascii_lowercase(),
        version,
        result: found.to_ascii_lowercase(),
        ..AuthenticationResult::default()
    };
    for (name, value) in rest {
        if name.eq_ignore_ascii_case("reason") {
            result.reason = Some(value.clone());
        } else {
            result.properties.push((name.clone(), value.clone()));
        }
    }
    Some(result)
}

/// The URIs in angle brackets of a List- field; white space in them is dropped (RFC 2369 §2).
fn uris(value: &[u8]) -> Vec<String> {
    let mut list = Vec::new();
    let mut rest = skip_cfws(value);
    while let Some(open) = memchr::memchr(b'<', rest) {
        rest = slice(rest, open.saturating_add(1), rest.len());
        let Some(end) = memchr::memchr(b'>', rest) else {
            break;
        };
        let uri: Vec<u8> = slice(rest, 0, end)
            .iter()
            .copied()
            .filter(|&b| !is_fws(b) && b != 0)
            .collect();
        if !uri.is_empty() && list.len() < 100 {
            list.push(String::from_utf8_lossy(&uri).into_owned());
        }
        rest = skip_cfws(slice(rest, end.saturating_add(1), rest.len()));
    }
    list
}

impl<'m> Field<'m> {
    /// The value as a hop of the way.
    #[must_use]
    pub fn received(self) -> Received<'m> {
        Received::read(self.raw_value())
    }

    /// The value as tags: DKIM-Signature, ARC-Seal.
    #[must_use]
    pub fn tags(self) -> TagList {
        TagList::read(self.raw_value())
    }

    /// The value as results of authentication.
    #[must_use]
    pub fn authentication_results(self) -> AuthenticationResults {
        AuthenticationResults::read(self.raw_value())
    }

    /// The value as URIs in angle brackets (RFC 2369).
    #[must_use]
    pub fn uris(self) -> Vec<String> {
        uris(self.raw_value())
    }
}

impl<'a> Part<'a> {
    /// The Received fields, the last hop first.
    #[must_use]
    pub fn received(self) -> Vec<Received<'a>> {
        self.fields_named("Received").map(Field::received).collect()
    }

    /// The Return-Path; none where there is none, or where it cannot be read.
    #[must_use]
    pub fn return_path(self) -> Option<ReturnPath> {
        let field = self.field("Return-Path")?;
        let value = trim(skip_cfws(field.raw_value()));
        let inner = value.strip_prefix(b"<").unwrap_or(value);
        let inner = trim(slice(
            inner,
            0,
            memchr::memchr(b'>', inner).unwrap_or(inner.len()),
        ));
        if inner.is_empty() {
            return value.starts_with(b"<").then_some(ReturnPath::Null);
        }
        Address::parse_at(Level::Obsolete, inner)
            .ok()
            .map(ReturnPath::Address)
    }

    /// The fields of the mailing list that the message came through.
    #[must_use]
    pub fn list_info(self) -> ListInfo {
        let uris = |name| self.field(name).map(Field::uris).unwrap_or_default();
        let post = self.field("List-Post").map(Field::text).unwrap_or_default();
        let one_click = self
            .field("List-Unsubscribe-Post")
            .map(Field::text)
            .unwrap_or_default();
        let id = self.field("List-Id").map(Field::text);
        let (name, id) = match id.as_deref().map(|text| (text, text.rfind('<'))) {
            Some((text, Some(open))) => {
                let inner = text.get(open.saturating_add(1)..).unwrap_or_default();
                (text.get(..open), inner.split('>').next())
            }
            Some((text, None)) => (None, Some(text)),
            None => (None, None),
        };
        let own = |text: &str| {
            let text = text.trim().trim_matches('"').trim();
            (!text.is_empty()).then(|| text.to_string())
        };
        ListInfo {
            id: id.and_then(own),
            name: name.and_then(own),
            post: uris("List-Post"),
            post_closed: post
                .trim()
                .get(..2)
                .is_some_and(|word| word.eq_ignore_ascii_case("no")),
            unsubscribe: uris("List-Unsubscribe"),
            subscribe: uris("List-Subscribe"),
            help: uris("List-Help"),
            owner: uris("List-Owner"),
            archive: uris("List-Archive"),
            unsubscribe_by_post: one_click
                .trim()
                .eq_ignore_ascii_case("List-Unsubscribe=One-Click"),
        }
    }

    /// Who made the message: a person, where nothing is said (RFC 3834).
    #[must_use]
    pub fn auto_submitted(self) -> AutoSubmitted {
        let Some(field) = self.field("Auto-Submitted") else {
            return AutoSubmitted::No;
        };
        let text = field.text();
        match text
            .split([';', ' ', '('])
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase()
            .as_str()
        {
            "no" => AutoSubmitted::No,
            "auto-generated" => AutoSubmitted::Generated,
            "auto-replied" => AutoSubmitted::Replied,
            word => AutoSubmitted::Other(word.into()),
        }
    }

    /// How much its sender makes of the message: Importance, X-Priority, Priority, X-MSMail-Priority.
    #[must_use]
    pub fn importance(self) -> Importance {
        let first = |name| {
            let text = self.field(name)?.text();
            match text.trim().to_ascii_lowercase().as_str() {
                "high" | "urgent" => Some(Importance::High),
                "low" | "non-urgent" => Some(Importance::Low),
                "normal" => Some(Importance::Normal),
                other => match other.bytes().next() {
                    Some(b'1' | b'2') => Some(Importance::High),
                    Some(b'4' | b'5') => Some(Importance::Low),
                    Some(b'3') => Some(Importance::Normal),
                    _ => None,
                },
            }
        };
        let names = ["Importance", "X-Priority", "Priority", "X-MSMail-Priority"];
        names.into_iter().find_map(first).unwrap_or_default()
    }

    /// The words of the Keywords fields, decoded.
    #[must_use]
    pub fn keywords(self) -> Vec<String> {
        let mut words = Vec::new();
        for field in self.fields_named("Keywords") {
            let text = field.text();
            let list = text
                .split(',')
                .map(|word| word.trim().trim_matches('"').to_string());
            words.extend(list.filter(|word| !word.is_empty()));
        }
        words
    }

    /// The Subject without what answering and forwarding put around it: equal for messages of one thread (RFC 5256 §2.1).
    #[must_use]
    pub fn base_subject(self) -> Option<String> {
        self.subject()
            .map(|subject| super::subject::base_subject(&subject))
    }
}
