//! Return-Path, signatures, results of authentication, lists.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use core::ops::Range;

use mailweft_address::{Address, Level};

use super::{
    tokens::{MOST, Token, Tokens},
    words::decode_text,
};
use crate::{
    error::{ParseError, ParseErrorKind, Rule},
    grammar::{cfws::skip_cfws, is_fws, slice, trim},
    types::{
        field::Field,
        part::Part,
        trace::{
            AuthenticationResult, AuthenticationResults, AutoSubmitted, Importance, ListInfo,
            Received, ReturnPath, TagList,
        },
    },
};

fn text(octets: &[u8]) -> String {
    decode_text(trim(octets)).into_owned()
}

impl ReturnPath {
    /// Reads a reverse-path (RFC 5321 §4.1.2), in brackets or without; nothing where it holds no address.
    ///
    /// ```
    /// use mailweft_mime::ReturnPath;
    ///
    /// assert_eq!(ReturnPath::read(b"<>"), Some(ReturnPath::Null));
    /// let ann = "ann@example.org".parse().ok().map(ReturnPath::Address);
    /// assert_eq!(ReturnPath::read(b" <ann@example.org> (Ann)"), ann);
    /// assert_eq!(ReturnPath::read(b"nobody"), None);
    /// ```
    #[must_use]
    pub fn read(value: &[u8]) -> Option<Self> {
        let value = trim(skip_cfws(value));
        let inner = value.strip_prefix(b"<").unwrap_or(value);
        let end = memchr::memchr(b'>', inner).unwrap_or(inner.len());
        let inner = trim(slice(inner, 0, end));
        if inner.is_empty() {
            return value.starts_with(b"<").then_some(Self::Null);
        }
        let address = Address::parse_at(Level::Obsolete, inner).ok();
        address.map(Self::Address)
    }
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
        let mut tokens = Tokens::<b';', b'='>::new(value);
        let mut segment: Vec<Token> = Vec::new();
        let mut head = true;
        for _ in 0..MOST {
            let token = tokens.next();
            match token {
                Some(Token::Comment(_)) => {}
                Some(Token::Mark(b';')) | None => {
                    let segment = core::mem::take(&mut segment);
                    let pairs = pairs(value, &segment);
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
fn pairs(value: &[u8], tokens: &[Token]) -> Vec<(String, String)> {
    let text = |place: &Range<usize>| text(slice(value, place.start, place.end));
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
        ReturnPath::read(self.field("Return-Path")?.raw_value())
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
