//! Reading text that a parser has checked already, and writing strings into such text.
//!
//! The heavy nouns (envelopes, body structures, unknown values) are kept as the text they came in and read when they
//! are touched. This is the reader: it knows the shape is right, so nothing here can fail; on text that was not
//! checked it would stop early.

use alloc::{borrow::Cow, vec::Vec};

use bytes::{BufMut, BytesMut};

use crate::grammar;

/// One token of checked text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// An atom or a number, `NIL` too.
    Atom(&'a [u8]),
    /// What stands between two quotes, with its backslashes.
    Quoted(&'a [u8]),
    /// The octets of a literal or literal8.
    Literal(&'a [u8]),
    Open,
    Close,
}

/// A place in checked text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Walk<'a> {
    rest: &'a [u8],
}

impl<'a> Walk<'a> {
    pub(crate) const fn new(text: &'a [u8]) -> Self {
        Self { rest: text }
    }

    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    fn take(&mut self, len: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at_checked(len).unwrap_or((self.rest, b""));
        self.rest = rest;
        taken
    }

    /// The next token, with the space before it skipped.
    pub(crate) fn token(&mut self) -> Option<Token<'a>> {
        while let [b' ', rest @ ..] = self.rest {
            self.rest = rest;
        }
        match self.rest {
            [] => None,
            [b'(', rest @ ..] => {
                self.rest = rest;
                Some(Token::Open)
            }
            [b')', rest @ ..] => {
                self.rest = rest;
                Some(Token::Close)
            }
            [b'"', rest @ ..] => {
                self.rest = rest;
                let text = self.take(quoted_len(rest));
                self.take(1);
                Some(Token::Quoted(text))
            }
            [b'~', b'{', rest @ ..] | [b'{', rest @ ..] => {
                self.rest = rest;
                let digits = self.take(grammar::run(rest, grammar::DIGIT));
                if self.rest.first() == Some(&b'+') {
                    self.take(1);
                }
                self.take(b"}\r\n".len());
                Some(Token::Literal(self.take(number(digits))))
            }
            _ => {
                let end = self
                    .rest
                    .iter()
                    .position(|byte| matches!(byte, b' ' | b'(' | b')' | b'"'));
                // At least one octet, so that every call makes progress.
                Some(Token::Atom(
                    self.take(end.unwrap_or(self.rest.len()).max(1)),
                ))
            }
        }
    }

    /// The next string, or `None` for NIL. A list is skipped and counts as NIL.
    pub(crate) fn nstring(&mut self) -> Option<Cow<'a, [u8]>> {
        match self.token()? {
            Token::Quoted(text) => Some(unescape(text)),
            Token::Literal(text) => Some(Cow::Borrowed(text)),
            Token::Atom(text) if !text.eq_ignore_ascii_case(b"NIL") => Some(Cow::Borrowed(text)),
            Token::Open => {
                self.close();
                None
            }
            Token::Atom(_) | Token::Close => None,
        }
    }

    /// Skips behind the parenthesis that closes the list that was just opened.
    pub(crate) fn close(&mut self) {
        let mut depth = 1u32;
        while let Some(token) = self.token() {
            match token {
                Token::Open => depth = depth.saturating_add(1),
                Token::Close => depth = depth.saturating_sub(1),
                _ => continue,
            }
            if depth == 0 {
                return;
            }
        }
    }

    /// Skips a string or a list.
    pub(crate) fn skip(&mut self) {
        if self.token() == Some(Token::Open) {
            self.close();
        }
    }

    /// The text of the next string or list, as it was written.
    pub(crate) fn raw(&mut self) -> &'a [u8] {
        while let [b' ', rest @ ..] = self.rest {
            self.rest = rest;
        }
        let before = self.rest;
        self.skip();
        before
            .get(..before.len().saturating_sub(self.rest.len()))
            .unwrap_or_default()
    }

    /// Whether a member of the list still follows; if not, the closing parenthesis is skipped.
    pub(crate) fn more(&mut self) -> bool {
        while let [b' ', rest @ ..] = self.rest {
            self.rest = rest;
        }
        match self.rest {
            [] => false,
            [b')', rest @ ..] => {
                self.rest = rest;
                false
            }
            _ => true,
        }
    }

    /// Whether a member of the list still follows; nothing is skipped.
    pub(crate) fn has_more(&self) -> bool {
        let mut ahead = *self;
        ahead.more()
    }

    /// Opens the next list; `false` when NIL, or a string, stands there, which is skipped.
    pub(crate) fn open(&mut self) -> bool {
        self.token() == Some(Token::Open)
    }
}

/// How long the text of a quoted string is, up to its closing quote.
pub(crate) fn quoted_len(text: &[u8]) -> usize {
    let mut at = 0usize;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        match memchr::memchr2(b'"', b'\\', rest) {
            None => return text.len(),
            Some(found) => {
                at = at.saturating_add(found);
                match text.get(at) {
                    Some(b'\\') => at = at.saturating_add(2),
                    _ => return at,
                }
            }
        }
    }
}

/// Quoted text without its backslashes; copied only if there are any.
pub(crate) fn unescape(text: &[u8]) -> Cow<'_, [u8]> {
    let Some(first) = memchr::memchr(b'\\', text) else {
        return Cow::Borrowed(text);
    };
    let (plain, mut rest) = text.split_at_checked(first).unwrap_or((text, b""));
    let mut out = Vec::with_capacity(text.len());
    out.extend_from_slice(plain);
    loop {
        match rest {
            [] => return Cow::Owned(out),
            [b'\\', byte, tail @ ..] | [byte, tail @ ..] => {
                out.push(*byte);
                rest = tail;
            }
        }
    }
}

/// The value of a run of digits; as much as there can be when it does not fit.
pub(crate) fn number(digits: &[u8]) -> usize {
    digits.iter().fold(0usize, |sum, digit| {
        sum.saturating_mul(10)
            .saturating_add(usize::from(digit.wrapping_sub(b'0')))
    })
}

/// Writes a number.
pub(crate) fn put_number(out: &mut BytesMut, number: u64) {
    let mut digits = [0u8; 20];
    let mut rest = number;
    let mut len = 0usize;
    for digit in digits.iter_mut().rev() {
        *digit = b'0'.wrapping_add(u8::try_from(rest % 10).unwrap_or_default());
        rest /= 10;
        len = len.saturating_add(1);
        if rest == 0 {
            break;
        }
    }
    out.put_slice(
        digits
            .get(digits.len().saturating_sub(len)..)
            .unwrap_or_default(),
    );
}

/// Writes a string of a response: quoted where it can be, else as a literal, which a server sends without waiting.
pub(crate) fn put_string(out: &mut BytesMut, text: &[u8]) {
    match quoted_form(text) {
        Quoting::Plain => {
            out.reserve(text.len().saturating_add(2));
            out.put_u8(b'"');
            out.put_slice(text);
            out.put_u8(b'"');
        }
        Quoting::Escaped => put_escaped(out, text),
        Quoting::Impossible => {
            let nul = memchr::memchr(0, text).is_some();
            out.put_slice(if nul { b"~{" } else { b"{" });
            put_number(out, text.len() as u64);
            out.put_slice(b"}\r\n");
            out.put_slice(text);
        }
    }
}

/// Writes a string of a response, or NIL.
pub(crate) fn put_nstring(out: &mut BytesMut, text: Option<&[u8]>) {
    match text {
        Some(text) => put_string(out, text),
        None => out.put_slice(b"NIL"),
    }
}

/// Writes a quoted string with its backslashes.
pub(crate) fn put_escaped(out: &mut BytesMut, text: &[u8]) {
    out.reserve(text.len().saturating_add(2));
    out.put_u8(b'"');
    let mut rest = text;
    while let Some(at) = memchr::memchr2(b'"', b'\\', rest) {
        let (plain, tail) = rest.split_at_checked(at).unwrap_or((rest, b""));
        out.put_slice(plain);
        out.put_u8(b'\\');
        let (special, tail) = tail.split_at_checked(1).unwrap_or((tail, b""));
        out.put_slice(special);
        rest = tail;
    }
    out.put_slice(rest);
    out.put_u8(b'"');
}

/// Whether octets can stand in a quoted string.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quoting {
    /// As they are.
    Plain,
    /// With backslashes.
    Escaped,
    /// CR, LF, NUL or 8-bit are in them.
    Impossible,
}

pub(crate) fn quoted_form(text: &[u8]) -> Quoting {
    match grammar::first_not(text, grammar::QUOTED) {
        None => Quoting::Plain,
        Some((at, _)) => {
            let rest = text.get(at..).unwrap_or_default();
            match grammar::first_not(rest, grammar::TEXT) {
                None => Quoting::Escaped,
                Some(_) => Quoting::Impossible,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walks_tokens() {
        let mut walk = Walk::new(b"(a \"b\\\"c\" {3}\r\n)x( NIL) d");
        assert_eq!(walk.token(), Some(Token::Open));
        assert_eq!(walk.token(), Some(Token::Atom(b"a")));
        assert_eq!(walk.nstring().as_deref(), Some(b"b\"c".as_slice()));
        assert_eq!(walk.token(), Some(Token::Literal(b")x(")));
        assert_eq!(walk.nstring(), None);
        assert!(!walk.more());
        assert_eq!(walk.raw(), b"d");
        assert_eq!(walk.token(), None);
    }

    #[test]
    fn strings_take_the_shortest_form_that_holds_them() {
        let mut out = BytesMut::new();
        put_string(&mut out, b"a b");
        put_string(&mut out, b"a\"\\");
        put_string(&mut out, b"a\nb");
        put_string(&mut out, "é".as_bytes());
        put_string(&mut out, b"\0");
        assert_eq!(
            out,
            b"\"a b\"\"a\\\"\\\\\"{3}\r\na\nb{2}\r\n\xc3\xa9~{1}\r\n\0".as_slice()
        );
        let mut out = BytesMut::new();
        put_number(&mut out, 0);
        put_number(&mut out, u64::MAX);
        assert_eq!(out, b"018446744073709551615".as_slice());
    }
}
