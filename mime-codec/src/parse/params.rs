//! Parameters: `; name=value`, quoted, continued, in a charset, or broken.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "cursors are bounded by the slice they walk"
)]

use alloc::{borrow::Cow, string::String, vec::Vec};

use super::words::{decode_text, has_word};
use crate::{
    charset::Charset,
    grammar::{
        cfws::skip_cfws,
        hex, is_fws, is_token, is_wsp,
        sixteen::{find_any, find_iter},
        slice, trim, trim_end,
    },
    types::params::{ParamFault, Params, RawParam},
};

/// How many parameters of one field are read.
pub(crate) const MOST: usize = 1000;

/// One parameter where it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ParamRef<'a> {
    pub(crate) name: &'a [u8],
    /// The value without its quotes, with its escapes.
    pub(crate) value: &'a [u8],
    pub(crate) quoted: bool,
    pub(crate) fault: ParamFault,
}

impl<'a> ParamRef<'a> {
    /// The value without escapes and folds.
    pub(crate) fn unescaped(&self) -> Cow<'a, [u8]> {
        if !self
            .value
            .iter()
            .any(|&b| matches!(b, b'\\' | b'\r' | b'\n'))
        {
            return Cow::Borrowed(self.value);
        }
        let mut out = Vec::with_capacity(self.value.len());
        let mut escaped = false;
        for &byte in self.value {
            match byte {
                b'\\' if self.quoted && !escaped => escaped = true,
                b'\r' | b'\n' => escaped = false,
                byte => {
                    out.push(byte);
                    escaped = false;
                }
            }
        }
        Cow::Owned(out)
    }
}

/// The parameters in what follows the first word of a field.
#[derive(Clone, Debug)]
pub(crate) struct ParamRefs<'a> {
    rest: &'a [u8],
}

impl<'a> ParamRefs<'a> {
    pub(crate) const fn new(rest: &'a [u8]) -> Self {
        Self { rest }
    }

    /// What most parameters are, without a second look: a semicolon, blanks, and a name and a value that are tokens, or
    /// a value in quotes; then another semicolon or nothing.
    #[inline]
    fn plain(&mut self) -> Option<ParamRef<'a>> {
        let mut start = self.rest.strip_prefix(b";")?;
        while let Some((b' ' | b'\t' | b'\r' | b'\n', rest)) = start.split_first() {
            start = rest;
        }
        let (name, rest) = split_token(start);
        let rest = rest.strip_prefix(b"=")?;
        let (value, quoted, rest) = match rest.strip_prefix(b"\"") {
            Some(inner) => {
                let end = find_any([b'"', b'\\'], inner)?;
                let (value, rest) = inner.split_at_checked(end)?;
                (value, true, rest.strip_prefix(b"\"")?)
            }
            None => {
                let (value, rest) = split_token(rest);
                (value, false, rest)
            }
        };
        if name.is_empty() || !matches!(rest.first(), None | Some(b';')) {
            return None;
        }
        self.rest = rest;
        Some(ParamRef {
            name,
            value,
            quoted,
            fault: ParamFault::None,
        })
    }

    fn value(&mut self) -> (&'a [u8], bool, ParamFault) {
        let spaced = self.rest.first().is_some_and(|&b| is_fws(b) || b == b'(');
        self.rest = skip_cfws(self.rest);
        let fault = if spaced {
            ParamFault::Spaced
        } else {
            ParamFault::None
        };
        if let Some(inner) = self.rest.strip_prefix(b"\"") {
            if let Some(end) = quote_end(inner) {
                self.rest = slice(inner, end + 1, inner.len());
                // Junk between the quotes and the semicolon belongs to nothing.
                let after = skip_cfws(self.rest);
                if !matches!(after.first(), None | Some(b';')) && !looks_like_param(after) {
                    let next = memchr::memchr(b';', after).unwrap_or(after.len());
                    self.rest = slice(after, next, after.len());
                }
                return (slice(inner, 0, end), true, fault);
            }
            let end = memchr::memchr(b';', inner).unwrap_or(inner.len());
            self.rest = slice(inner, end, inner.len());
            return (trim_end(slice(inner, 0, end)), true, ParamFault::Unclosed);
        }
        let end = memchr::memchr(b';', self.rest).unwrap_or(self.rest.len());
        // On the next line another begins, and the semicolon before it was forgotten.
        let next = forgotten_semicolon(slice(self.rest, 0, end));
        let end = next.unwrap_or(end);
        let mut value = slice(self.rest, 0, end);
        self.rest = slice(self.rest, end, self.rest.len());
        let mut fault = fault;
        if let Some(comment) = value
            .windows(2)
            .position(|pair| matches!(pair, [b, b'('] if is_fws(*b)))
        {
            value = slice(value, 0, comment);
            fault = ParamFault::Spaced;
        }
        let value = trim_end(value);
        if value.iter().any(|&b| is_fws(b)) {
            fault = ParamFault::Unquoted;
        }
        (value, false, fault)
    }
}

impl<'a> Iterator for ParamRefs<'a> {
    type Item = ParamRef<'a>;

    fn next(&mut self) -> Option<ParamRef<'a>> {
        if let Some(param) = self.plain() {
            return Some(param);
        }
        loop {
            self.rest = skip_cfws(self.rest);
            match self.rest.first()? {
                b';' | b',' => self.rest = slice(self.rest, 1, self.rest.len()),
                _ => {
                    let end = self
                        .rest
                        .iter()
                        .position(|&b| matches!(b, b'=' | b';'))
                        .unwrap_or(self.rest.len());
                    let name = slice(self.rest, 0, end);
                    self.rest = slice(self.rest, end, self.rest.len());
                    if self.rest.first() != Some(&b'=') {
                        continue;
                    }
                    // Words before the name are junk: `text/plain charset=x`.
                    let name = trim(strip_comment(name));
                    let name = name.rsplit(|&b| is_fws(b)).next().unwrap_or(name);
                    self.rest = slice(self.rest, 1, self.rest.len());
                    let (value, quoted, fault) = self.value();
                    if name.is_empty() {
                        continue;
                    }
                    return Some(ParamRef {
                        name,
                        value,
                        quoted,
                        fault,
                    });
                }
            }
        }
    }
}

/// The token at the front, which may be empty, and what follows it.
#[inline]
fn split_token(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|&b| !is_token(b));
    text.split_at_checked(end.unwrap_or(text.len()))
        .unwrap_or((text, &[]))
}

fn strip_comment(name: &[u8]) -> &[u8] {
    match memchr::memchr(b'(', name) {
        Some(open) => slice(name, 0, open),
        None => name,
    }
}

/// True where `name=` stands next.
fn looks_like_param(rest: &[u8]) -> bool {
    let len = rest.iter().take_while(|&&b| is_token(b)).count();
    len > 0 && rest.get(len) == Some(&b'=')
}

/// Where a line ends behind which another parameter begins.
fn forgotten_semicolon(value: &[u8]) -> Option<usize> {
    let begins = |&end: &usize| {
        let line = slice(value, end + 1, value.len());
        let blanks = line.iter().take_while(|&&b| is_wsp(b)).count();
        looks_like_param(slice(line, blanks, line.len()))
    };
    let end = find_iter(b'\n', value).find(begins)?;
    Some(trim_end(slice(value, 0, end)).len())
}

/// Where the quotes close.
fn quote_end(inner: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr::memchr2(b'"', b'\\', slice(inner, at, inner.len()))?;
        match inner.get(at) {
            Some(b'"') => return Some(at),
            _ => at += 2,
        }
    }
}

pub(crate) fn read(rest: &[u8]) -> Params {
    let own = |param: ParamRef<'_>| RawParam {
        name: String::from_utf8_lossy(param.name).into_owned(),
        value: param.unescaped().into_owned(),
        literal: false,
        fault: param.fault,
    };
    Params {
        list: ParamRefs::new(rest).take(MOST).map(own).collect(),
    }
}

/// A name split into its base, the number of its piece, and whether its value is percent-encoded.
fn split_name(name: &str) -> (&str, Option<u32>, bool) {
    let (rest, extended) = match name.strip_suffix('*') {
        Some(rest) => (rest, true),
        None => (name, false),
    };
    match rest.rsplit_once('*') {
        Some((base, number)) => match number.parse() {
            Ok(number) => (base, Some(number), extended),
            Err(_) => (name, None, false),
        },
        None => (rest, None, extended),
    }
}

/// The base of a name, and the number of its piece.
pub(crate) fn piece(name: &str) -> (&str, Option<u32>) {
    let (base, number, _) = split_name(name);
    (base, number)
}

fn percent_decode(value: &[u8], out: &mut Vec<u8>) {
    let mut rest = value;
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        let escape = (
            first,
            after.first().copied().and_then(hex),
            after.get(1).copied().and_then(hex),
        );
        if let (b'%', Some(high), Some(low)) = escape {
            out.push(high << 4 | low);
            rest = slice(after, 2, after.len());
        } else {
            out.push(first);
        }
    }
}

/// `charset'language'text`, as far as the quotes are there.
fn split_extended(value: &[u8]) -> (Option<Charset>, &[u8], &[u8]) {
    let mut pieces = value.splitn(3, |&b| b == b'\'');
    match (pieces.next(), pieces.next(), pieces.next()) {
        (Some(charset), Some(language), Some(text)) => {
            let known = Charset::from_label(charset).unwrap_or(Charset::UNKNOWN);
            (Some(known), language, text)
        }
        _ => (None, b"", value),
    }
}

fn clean(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains(['\r', '\n', '\0']) {
        Cow::Owned(text.replace(['\r', '\n', '\0'], " "))
    } else {
        text
    }
}

impl Params {
    /// The value of the parameter of that name as it is meant: pieces joined, percent-encoding, charset and
    /// encoded words decoded, without CR, LF or NUL.
    ///
    /// Where there is both a plain value and one in RFC 2231 form, the latter is given: the plain one stands
    /// there for old programs. Of two plain ones the first counts. [`candidates`](Self::candidates) has all.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        self.extended(name).or_else(|| self.plain(name).next())
    }

    /// Every value that some program may take for the parameter, the one that [`get`](Self::get) gives first.
    #[must_use]
    pub fn candidates(&self, name: &str) -> Vec<Cow<'_, str>> {
        let mut all: Vec<_> = self
            .extended(name)
            .into_iter()
            .chain(self.plain(name))
            .collect();
        all.extend(self.singles(name));
        // With what stands behind a gap in the pieces, and with the last of two pieces of one number.
        let mut pieces = self.pieces(name);
        for _ in 0..2 {
            let mut one_each = pieces.clone();
            one_each.dedup_by_key(|piece| piece.number);
            all.extend(joined(&one_each));
            pieces.reverse();
            pieces.sort_by_key(|piece| piece.number);
        }
        let mut seen = Vec::with_capacity(all.len());
        all.retain(|value| {
            let new = !seen.contains(value);
            if new {
                seen.push(value.clone());
            }
            new
        });
        all
    }

    /// The language of a value in RFC 2231 form.
    #[must_use]
    pub fn language(&self, name: &str) -> Option<&str> {
        let param = self.list.iter().find(|param| {
            let (base, number, extended) = split_name(&param.name);
            extended && number.unwrap_or(0) == 0 && base.eq_ignore_ascii_case(name)
        })?;
        let (_, language, _) = split_extended(&param.value);
        core::str::from_utf8(language)
            .ok()
            .filter(|language| !language.is_empty())
    }

    /// Names, once each and without the marks of RFC 2231, and values as they are meant.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        let base = |param: &RawParam| split_name(&param.name).0.len();
        self.list.iter().enumerate().filter_map(move |(at, param)| {
            let name = param.name.get(..base(param))?;
            let before = self.list.get(..at).unwrap_or_default();
            let again = before.iter().any(|other| {
                other
                    .name
                    .get(..base(other))
                    .is_some_and(|other| other.eq_ignore_ascii_case(name))
            });
            if again {
                None
            } else {
                Some((name, self.get(name)?))
            }
        })
    }

    fn plain(&self, name: &str) -> impl Iterator<Item = Cow<'_, str>> {
        let named = move |param: &&RawParam| param.name.eq_ignore_ascii_case(name);
        let text = |param: &'_ RawParam| -> Cow<'_, str> {
            if param.literal {
                return Cow::Owned(String::from_utf8_lossy(&param.value).into_owned());
            }
            Cow::Owned(plain_text(&param.value).into_owned())
        };
        let found: Vec<Cow<'_, str>> = self.list.iter().filter(named).map(text).collect();
        found.into_iter()
    }

    fn extended(&self, name: &str) -> Option<Cow<'_, str>> {
        if let Some(value) = self.singles(name).next() {
            return Some(value);
        }
        let mut pieces = self.pieces(name);
        pieces.dedup_by_key(|piece| piece.number);
        // Pieces are numbered from 0; some count from 1. What follows a gap is left out.
        let first = pieces.first()?.number;
        let follows = |&(at, piece): &(usize, &Piece<'_>)| {
            piece.number.checked_sub(first) == u32::try_from(at).ok()
        };
        let count = pieces.iter().enumerate().take_while(follows).count();
        joined(pieces.get(..count).unwrap_or_default())
    }

    /// The values in RFC 2231 form that are in one piece: `name*`.
    fn singles(&self, name: &str) -> impl Iterator<Item = Cow<'_, str>> {
        self.list.iter().filter_map(move |param| {
            let (base, number, extended) = split_name(&param.name);
            let single = extended && number.is_none() && base.eq_ignore_ascii_case(name);
            single.then(|| clean(extended_value(&param.value)))
        })
    }

    /// The numbered pieces of a value, in order.
    fn pieces(&self, name: &str) -> Vec<Piece<'_>> {
        let params = self.list.iter();
        let mut pieces: Vec<_> = params
            .filter_map(|param| {
                let (base, number, extended) = split_name(&param.name);
                base.eq_ignore_ascii_case(name).then_some(Piece {
                    number: number?,
                    extended,
                    value: &param.value,
                })
            })
            .collect();
        pieces.sort_by_key(|piece| piece.number);
        pieces
    }
}

/// A piece of a value (RFC 2231 §3, §4.1): `name*1`, `name*1*`.
#[derive(Clone, Copy, Debug)]
struct Piece<'a> {
    number: u32,
    extended: bool,
    value: &'a [u8],
}

/// What pieces say together; the first may name their charset.
fn joined(pieces: &[Piece<'_>]) -> Option<Cow<'static, str>> {
    let (first, rest) = pieces.split_first()?;
    let mut octets = Vec::new();
    let mut charset = None;
    if first.extended {
        let (found, _, text) = split_extended(first.value);
        charset = found;
        percent_decode(text, &mut octets);
    } else {
        octets.extend_from_slice(first.value);
    }
    for piece in rest {
        if piece.extended {
            percent_decode(piece.value, &mut octets);
        } else {
            octets.extend_from_slice(piece.value);
        }
    }
    let text = match charset {
        Some(charset) => charset.decode(&octets).into_owned(),
        None => plain_text(&octets).into_owned(),
    };
    Some(Cow::Owned(clean(Cow::Owned(text)).into_owned()))
}

fn plain_text(value: &[u8]) -> Cow<'_, str> {
    if has_word(value) {
        decode_text(value)
    } else {
        clean(Charset::UNKNOWN.decode(value))
    }
}

fn extended_value(value: &[u8]) -> Cow<'_, str> {
    let (charset, _, text) = split_extended(value);
    let mut octets = Vec::with_capacity(text.len());
    percent_decode(text, &mut octets);
    Cow::Owned(
        charset
            .unwrap_or(Charset::UNKNOWN)
            .decode(&octets)
            .into_owned(),
    )
}
