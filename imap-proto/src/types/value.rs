//! Values nobody has a type for: what extensions put into responses, kept and written back.

use alloc::borrow::Cow;
use core::fmt;

use bytes::{BufMut, Bytes, BytesMut};

use crate::{
    error::ParseError,
    types::wire::{self, Token, Walk},
};

/// A generic value: atoms, strings, NIL and lists of them (RFC 4466 §2, `tagged-ext-val`).
///
/// Kept as the text it came in, so that nothing is lost and it is written back as it was.
///
/// # Examples
///
/// ```
/// use mailweft_imap::{Value, ValueRef};
///
/// let value = Value::parse("(a (b \"c)\") 7)")?;
/// let Some(ValueRef::List(mut members)) = value.iter().next() else { panic!() };
/// assert_eq!(members.next(), Some(ValueRef::Atom("a")));
/// assert!(matches!(members.next(), Some(ValueRef::List(_))));
/// assert_eq!(members.next(), Some(ValueRef::Atom("7")));
/// assert_eq!(members.next(), None);
/// # Ok::<(), mailweft_imap::ParseError>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Value(Bytes);

impl Value {
    /// No values at all.
    pub const NONE: Self = Self(Bytes::new());

    /// Reads values separated by spaces.
    ///
    /// # Errors
    ///
    /// When `text` has unbalanced parentheses, an open quote, or CR, LF or NUL outside of a literal.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        Self::try_from(Bytes::copy_from_slice(text.as_bytes()))
    }

    pub(crate) const fn from_parsed(text: Bytes) -> Self {
        Self(text)
    }

    /// The value of one string, quoted or a literal.
    pub fn string(text: impl AsRef<[u8]>) -> Self {
        let mut out = BytesMut::new();
        wire::put_string(&mut out, text.as_ref());
        Self(out.freeze())
    }

    /// A list of values.
    pub fn list(members: impl IntoIterator<Item = Self>) -> Self {
        let mut out = BytesMut::from(b"(".as_slice());
        for (index, member) in members.into_iter().enumerate() {
            if index > 0 {
                out.put_u8(b' ');
            }
            out.put_slice(&member.0);
        }
        out.put_u8(b')');
        Self(out.freeze())
    }

    /// The text as it is written.
    pub const fn as_bytes(&self) -> &Bytes {
        &self.0
    }

    /// Whether there is no value at all.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The values one by one.
    pub fn iter(&self) -> Values<'_> {
        Values(Walk::new(&self.0))
    }
}

impl<'a> IntoIterator for &'a Value {
    type Item = ValueRef<'a>;
    type IntoIter = Values<'a>;

    fn into_iter(self) -> Values<'a> {
        self.iter()
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Value({})", self.0.escape_ascii())
    }
}

/// One value of a [`Value`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ValueRef<'a> {
    /// `NIL`
    Nil,
    /// An atom, a number, a flag.
    Atom(&'a str),
    /// A quoted string or literal, unescaped.
    String(Cow<'a, [u8]>),
    /// Values in parentheses.
    List(Values<'a>),
}

/// The values of a list one by one, made by [`Value::iter`].
#[derive(Clone, Debug)]
pub struct Values<'a>(Walk<'a>);

impl PartialEq for Values<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0.rest() == other.0.rest()
    }
}

impl<'a> Iterator for Values<'a> {
    type Item = ValueRef<'a>;

    fn next(&mut self) -> Option<ValueRef<'a>> {
        if !self.0.more() {
            return None;
        }
        Some(match self.0.token()? {
            Token::Open => {
                let members = Walk::new(self.0.rest());
                self.0.close();
                ValueRef::List(Values(members))
            }
            Token::Close => return None,
            Token::Quoted(text) => ValueRef::String(wire::unescape(text)),
            Token::Literal(text) => ValueRef::String(Cow::Borrowed(text)),
            Token::Atom(text) if text.eq_ignore_ascii_case(b"NIL") => ValueRef::Nil,
            Token::Atom(text) => match core::str::from_utf8(text) {
                Ok(text) => ValueRef::Atom(text),
                Err(_) => ValueRef::String(Cow::Borrowed(text)),
            },
        })
    }
}
