//! Flags and keywords of messages (RFC 3501 §2.3.2, RFC 9051 §2.3.2).

use alloc::vec::Vec;
use core::{fmt, hash};

use bytes::{BufMut, Bytes, BytesMut};

use crate::{
    error::{Invalid, Rule},
    grammar,
    types::text::Text,
};

/// A flag: a system flag such as `\Seen`, or a keyword. Compared without regard to ASCII case.
///
/// # Examples
///
/// ```
/// use mailweft_imap::Flag;
///
/// assert_eq!(Flag::SEEN, "\\seen");
/// assert_eq!(Flag::keyword("$Forwarded")?, Flag::FORWARDED);
/// assert!(Flag::keyword("\\Seen").is_err());
/// # Ok::<(), mailweft_imap::Invalid>(())
/// ```
#[derive(Clone)]
pub struct Flag(Text);

impl Flag {
    /// `\Seen`: the message has been read.
    pub const SEEN: Self = Self(Text::from_static("\\Seen"));
    /// `\Answered`: the message has been answered.
    pub const ANSWERED: Self = Self(Text::from_static("\\Answered"));
    /// `\Flagged`: the message wants attention.
    pub const FLAGGED: Self = Self(Text::from_static("\\Flagged"));
    /// `\Deleted`: the message goes with the next EXPUNGE.
    pub const DELETED: Self = Self(Text::from_static("\\Deleted"));
    /// `\Draft`: the message is not finished.
    pub const DRAFT: Self = Self(Text::from_static("\\Draft"));
    /// `\Recent`: this session is the first to see the message. Gone in IMAP4rev2.
    pub const RECENT: Self = Self(Text::from_static("\\Recent"));
    /// `\*` in PERMANENTFLAGS: new keywords can be made (RFC 3501 §7.1).
    pub const WILDCARD: Self = Self(Text::from_static("\\*"));
    /// `$Forwarded` (RFC 5550, RFC 9051 §2.3.2).
    pub const FORWARDED: Self = Self(Text::from_static("$Forwarded"));
    /// `$MDNSent` (RFC 3503).
    pub const MDN_SENT: Self = Self(Text::from_static("$MDNSent"));
    /// `$Junk` (RFC 9051 §2.3.2).
    pub const JUNK: Self = Self(Text::from_static("$Junk"));
    /// `$NotJunk` (RFC 9051 §2.3.2).
    pub const NOT_JUNK: Self = Self(Text::from_static("$NotJunk"));
    /// `$Phishing` (RFC 9051 §2.3.2).
    pub const PHISHING: Self = Self(Text::from_static("$Phishing"));
    /// `$Important` (RFC 8457).
    pub const IMPORTANT: Self = Self(Text::from_static("$Important"));

    /// A keyword: an atom without a backslash.
    ///
    /// # Errors
    ///
    /// When `name` is no atom.
    pub fn keyword(name: impl Into<Text>) -> Result<Self, Invalid> {
        Self::checked(name.into(), 0)
    }

    /// A flag that starts with a backslash, given with it: `\Seen`, or one an extension defines.
    ///
    /// # Errors
    ///
    /// When `name` does not start with a backslash, or what follows is no atom.
    pub fn system(name: impl Into<Text>) -> Result<Self, Invalid> {
        let name = name.into();
        match name.as_bytes().first() {
            Some(b'\\') => Self::checked(name, 1),
            Some(&byte) => Err(Invalid::byte(Rule::Flag, (0, byte))),
            None => Err(Invalid::value(Rule::Flag)),
        }
    }

    fn checked(name: Text, prefix: usize) -> Result<Self, Invalid> {
        let atom = name.as_bytes().get(prefix..).unwrap_or_default();
        match grammar::first_not(atom, grammar::ATOM) {
            Some((at, byte)) => Err(Invalid::byte(Rule::Flag, (at.saturating_add(prefix), byte))),
            None if atom.is_empty() => Err(Invalid::value(Rule::Flag)),
            None => Ok(Self(name)),
        }
    }

    pub(crate) const fn from_parsed(text: Text) -> Self {
        Self(text)
    }

    /// The flag as it is written, with the backslash of a system flag.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether it is a keyword, so that a client may set it at will.
    pub fn is_keyword(&self) -> bool {
        !self.0.as_bytes().starts_with(b"\\")
    }
}

impl PartialEq for Flag {
    fn eq(&self, other: &Self) -> bool {
        *self == *other.as_str()
    }
}

impl Eq for Flag {}

impl PartialEq<str> for Flag {
    fn eq(&self, other: &str) -> bool {
        self.as_str().eq_ignore_ascii_case(other)
    }
}

impl PartialEq<&str> for Flag {
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}

impl hash::Hash for Flag {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        for byte in self.0.as_bytes() {
            state.write_u8(byte.to_ascii_uppercase());
        }
    }
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Flag({})", self.as_str())
    }
}

/// The flags of a message or mailbox: `flag-list` without its parentheses (RFC 3501 §9).
///
/// One slice of the text it came in, so that a FETCH of a hundred thousand flags lists allocates nothing for them.
///
/// # Examples
///
/// ```
/// use mailweft_imap::{Flag, Flags};
///
/// let flags: Flags = [Flag::SEEN, Flag::FORWARDED].into_iter().collect();
/// assert!(flags.contains("\\SEEN"));
/// assert_eq!(flags.to_string(), "(\\Seen $Forwarded)");
/// assert_eq!(flags.iter().count(), 2);
/// ```
#[derive(Clone, Default)]
pub struct Flags(Bytes);

impl Flags {
    /// No flags: `()`.
    pub const NONE: Self = Self(Bytes::new());

    /// Flags joined by one space each, as a parser found them.
    pub(crate) const fn from_parsed(text: Bytes) -> Self {
        Self(text)
    }

    pub(crate) const fn as_bytes(&self) -> &Bytes {
        &self.0
    }

    /// The flags in the order they were written.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0
            .split(|byte| *byte == b' ')
            .filter(|flag| !flag.is_empty())
            .filter_map(|flag| core::str::from_utf8(flag).ok())
    }

    /// The flags as values of their own.
    pub fn to_vec(&self) -> Vec<Flag> {
        self.iter()
            .map(|flag| Flag::from_parsed(flag.into()))
            .collect()
    }

    /// Whether `flag` is among them, without regard to ASCII case.
    pub fn contains(&self, flag: impl AsRef<str>) -> bool {
        let flag = flag.as_ref();
        self.iter().any(|mine| mine.eq_ignore_ascii_case(flag))
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// These flags and `flag`.
    #[must_use]
    pub fn with(&self, flag: &Flag) -> Self {
        match self.contains(flag) {
            true => self.clone(),
            false => self.to_vec().into_iter().chain([flag.clone()]).collect(),
        }
    }

    /// These flags but not `flag`.
    #[must_use]
    pub fn without(&self, flag: &Flag) -> Self {
        self.to_vec()
            .into_iter()
            .filter(|mine| mine != flag)
            .collect()
    }
}

impl AsRef<str> for Flag {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl FromIterator<Flag> for Flags {
    fn from_iter<I: IntoIterator<Item = Flag>>(flags: I) -> Self {
        let mut text = BytesMut::new();
        for flag in flags {
            if !text.is_empty() {
                text.put_u8(b' ');
            }
            text.put_slice(flag.0.as_bytes());
        }
        Self(text.freeze())
    }
}

/// The same flags, in any order.
impl PartialEq for Flags {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
            || (self.len() == other.len() && self.iter().all(|flag| other.contains(flag)))
    }
}

impl Eq for Flags {}

impl fmt::Display for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(")?;
        for (index, flag) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            f.write_str(flag)?;
        }
        f.write_str(")")
    }
}

impl fmt::Debug for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Flags{self}")
    }
}
