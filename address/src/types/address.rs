//! `local-part "@" domain`.

use alloc::string::String;
use core::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
};

use bytes::Bytes;

use super::{Domain, DomainName, LocalPart, Text, domain::fold};
use crate::{
    error::{Level, ParseError},
    grammar::{
        MAX_ADDRESS, MAX_DOMAIN, MAX_LABEL, MAX_LOCAL, is_atext, is_qtext, split_atext, split_ldh,
    },
};

/// An address: `addr-spec` of RFC 5322 §3.4.1, `Mailbox` of RFC 5321 §4.1.2.
///
/// ```text
///  joe.doe+lists@example.org
///  |-----------| |---------|
///   local_part     domain
/// ```
///
/// It is kept as one text in its canonical form: comments and blanks gone, quotes only where they
/// are needed. A short one is kept in place, without an allocation; a longer one takes one, or none where
/// the input is [`Bytes`] that are canonical already, and cloning it counts a reference.
///
/// # Comparison
///
/// The local part exact (in NFC), the domain without regard to case and in A-labels; `Eq`, `Ord` and
/// `Hash` agree. [`Address::exact`] compares octets.
///
/// # Examples
///
/// ```
/// use mailweft_address::{Address, Level};
///
/// const ABUSE: Address = Address::from_static("abuse@example.org");
///
/// let address = Address::parse("\"joe doe\"@Example.ORG")?;
/// assert_eq!(address.local_part(), "joe doe");
/// assert_eq!(address.domain_str(), "Example.ORG");
/// assert_eq!(address, Address::parse("\"joe doe\"@example.org")?);
/// assert_ne!(address, ABUSE);
/// assert!(Address::parse_at(Level::Interoperable, "\"joe doe\"@example.org").is_err());
/// # Ok::<(), mailweft_address::ParseError>(())
/// ```
#[derive(Clone)]
pub struct Address {
    /// Up to `end` the canonical text. Behind it, where the local part holds control characters
    /// that must never be written, its value.
    text: Text,
    /// The offset of the at sign that separates the parts.
    at: u32,
    end: u32,
}

impl Address {
    pub(crate) const fn from_parts(text: Text, at: usize, end: usize) -> Self {
        let (at, end) = (narrow(at), narrow(end));
        Self { text, at, end }
    }

    const fn at(&self) -> usize {
        self.at as usize
    }

    const fn end(&self) -> usize {
        self.end as usize
    }

    /// An address from a literal, checked when the program is compiled.
    ///
    /// The literal is canonical SMTP: a dot string or a quoted string, and a host name in ASCII.
    ///
    /// ```
    /// use mailweft_address::Address;
    ///
    /// const POSTMASTER: Address = Address::from_static("postmaster@example.org");
    /// assert!(POSTMASTER.local_part().is_postmaster());
    /// ```
    ///
    /// ```compile_fail
    /// use mailweft_address::Address;
    ///
    /// const BAD: Address = Address::from_static("postmaster@@example.org");
    /// ```
    ///
    /// # Panics
    ///
    /// Where the literal is no such address; in a `const`, that is an error of the compiler.
    #[must_use]
    #[expect(
        clippy::panic,
        reason = "in a const, a panic is how a bad literal fails to compile"
    )]
    pub const fn from_static(text: &'static str) -> Self {
        match plain_at_sign(text.as_bytes()) {
            Some(at) => Self::from_parts(Text::from_static(text), at, text.len()),
            None => {
                panic!("not a canonical address of a dot string or quoted string and a host name")
            }
        }
    }

    /// Parses the whole of `text` at [`Level::Header`].
    ///
    /// # Errors
    ///
    /// - `joe`: no domain
    /// - `joe@`, `@example.org`: an empty part
    /// - `joe@example.org, x`: text after the end
    /// - `jo e@example.org`: a blank outside quotes
    /// - `a..b@example.org`: an empty word
    /// - everything that [`diagnose`](crate::diagnose) finds and [`Level::Header`] does not allow
    pub fn parse(text: impl AsRef<[u8]>) -> Result<Self, ParseError> {
        Self::parse_at(Level::Header, text)
    }

    /// Parses the whole of `text` at a level.
    ///
    /// # Errors
    ///
    /// Everything that [`diagnose`](crate::diagnose) finds and `level` does not allow.
    pub fn parse_at(level: Level, text: impl AsRef<[u8]>) -> Result<Self, ParseError> {
        Self::try_from((level, text.as_ref()))
    }

    /// Parses the whole of `octets` at a level, keeping a slice of them where they are canonical and not short.
    ///
    /// # Errors
    ///
    /// As [`Address::parse_at`].
    pub fn from_bytes(octets: Bytes, level: Level) -> Result<Self, ParseError> {
        Self::try_from((level, octets))
    }

    /// An address of these parts.
    #[must_use]
    pub fn new(local_part: &LocalPart, domain: &Domain) -> Self {
        use alloc::string::ToString as _;
        let mut text = local_part.to_string();
        let at = text.len();
        text.push('@');
        text.push_str(&domain.to_string());
        let end = text.len();
        Self::from_parts(text.into(), at, end)
    }

    /// The canonical text, as [`Display`](fmt::Display) writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.text.as_str().get(..self.end()).unwrap_or_default()
    }

    /// The octets of the canonical text, for what writes them: UTF-8 that is not checked once more.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.text.as_bytes().get(..self.end()).unwrap_or_default()
    }

    /// Whether the canonical text is the whole value.
    ///
    /// It is not where a local part read at [`Level::Obsolete`] holds NUL or another control
    /// character: those are never written, the canonical text shows U+FFFD for each.
    ///
    /// ```
    /// use mailweft_address::{Address, Level};
    ///
    /// let address = Address::parse_at(Level::Obsolete, b"\"a\\\0b\"@example.org")?;
    /// assert_eq!(address.local_part(), "a\0b");
    /// assert!(!address.is_writable());
    /// assert_eq!(address.to_string(), "a\u{fffd}b@example.org");
    /// # Ok::<(), mailweft_address::ParseError>(())
    /// ```
    #[must_use]
    pub fn is_writable(&self) -> bool {
        self.text.as_bytes().len() == self.end()
    }

    /// The local part as it is written: quoted where it must be.
    #[must_use]
    pub fn local_str(&self) -> &str {
        self.as_str().get(..self.at()).unwrap_or_default()
    }

    /// The domain as it is written: a literal with its brackets.
    #[must_use]
    pub fn domain_str(&self) -> &str {
        self.as_str()
            .get(self.at().saturating_add(1)..)
            .unwrap_or_default()
    }

    /// The local part as a value, without quotes.
    #[must_use]
    pub fn local_part(&self) -> LocalPart {
        if !self.is_writable() {
            return LocalPart::from_text(self.text.slice(self.end()..self.text.as_bytes().len()));
        }
        let wire = self.local_str();
        let Some(quoted) = wire.strip_prefix('"').and_then(|w| w.strip_suffix('"')) else {
            return LocalPart::from_text(self.text.slice(0..self.at()));
        };
        if !quoted.contains('\\') {
            return LocalPart::from_text(self.text.slice(1..self.at().saturating_sub(1)));
        }
        LocalPart::from_text(unescape(quoted).into())
    }

    /// The domain as a value.
    #[must_use]
    pub fn domain(&self) -> Domain {
        let from = self.at().saturating_add(1);
        let text = self.domain_str();
        if text.starts_with('[') {
            // What stands in the text was parsed before; what is obsolete in it stays as it is written.
            let inside = || text.strip_prefix('[').and_then(|t| t.strip_suffix(']'));
            Domain::parse(text).unwrap_or_else(|_| Domain::General {
                tag: String::new(),
                text: inside().unwrap_or_default().into(),
            })
        } else {
            Domain::Name(DomainName::from_text(
                self.text.slice(from..from.saturating_add(text.len())),
            ))
        }
    }

    /// Whether it is ASCII throughout, so that it needs no SMTPUTF8 (RFC 6531 §3.2).
    #[must_use]
    pub fn is_ascii(&self) -> bool {
        self.text.as_bytes().is_ascii()
    }

    /// The view that compares octets of the canonical text.
    ///
    /// ```
    /// use mailweft_address::Address;
    ///
    /// let (a, b) = (Address::parse("a@EXAMPLE.org")?, Address::parse("a@example.org")?);
    /// assert!(a == b && a.exact() != b.exact());
    /// # Ok::<(), mailweft_address::ParseError>(())
    /// ```
    #[must_use]
    pub fn exact(&self) -> Exact<'_> {
        Exact(self.as_str())
    }
}

/// An offset into an address; the parser takes none whose offsets are larger.
#[expect(
    clippy::cast_possible_truncation,
    reason = "what is too large becomes the largest; a const function has no other cast"
)]
const fn narrow(offset: usize) -> u32 {
    if offset > u32::MAX as usize {
        u32::MAX
    } else {
        offset as u32
    }
}

/// An [`Address`] that compares as the octets of its canonical text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Exact<'a>(&'a str);

impl<'a> Exact<'a> {
    /// The canonical text.
    #[must_use]
    pub const fn as_str(self) -> &'a str {
        self.0
    }
}

/// The offset of the at sign of a canonical ASCII address with a host name, or `None` where the
/// text is anything else. `const`, and the fast path of the parser.
pub(crate) const fn plain_at_sign(text: &[u8]) -> Option<usize> {
    if text.len() > MAX_ADDRESS {
        return None;
    }
    let at = match text.split_first() {
        Some((b'"', rest)) => match quoted_length(rest) {
            Some(length) => length.wrapping_add(1),
            None => return None,
        },
        _ => match dot_string_length(text) {
            Some(length) => length,
            None => return None,
        },
    };
    if at > MAX_LOCAL {
        return None;
    }
    let (_, rest) = text.split_at(at);
    match rest.split_first() {
        Some((b'@', domain)) if is_host_name(domain) => Some(at),
        _ => None,
    }
}

/// The length of the `Dot-string` that ends at an at sign.
pub(crate) const fn dot_string_length(text: &[u8]) -> Option<usize> {
    let mut rest = text;
    loop {
        let (atom, behind) = split_atext(rest);
        match behind.split_first() {
            _ if atom.is_empty() => return None,
            Some((b'.', tail)) => rest = tail,
            Some((b'@', _)) => return Some(text.len().wrapping_sub(behind.len())),
            _ => return None,
        }
    }
}

/// The length of a canonical quoted string after its opening quote, the closing one included: only
/// what must be escaped is, and the string has a reason to be quoted.
const fn quoted_length(text: &[u8]) -> Option<usize> {
    let (mut rest, mut length) = (text, 0_usize);
    let (mut has_reason, mut after_dot) = (false, true);
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        length = length.wrapping_add(1);
        match byte {
            b'"' => {
                return if has_reason || after_dot {
                    Some(length)
                } else {
                    None
                };
            }
            b'\\' => match tail.split_first() {
                Some((b'"' | b'\\', tail)) => {
                    rest = tail;
                    length = length.wrapping_add(1);
                    has_reason = true;
                    after_dot = false;
                }
                _ => return None,
            },
            b'.' => {
                has_reason = has_reason || after_dot;
                after_dot = true;
            }
            _ => {
                if !is_atext(byte) {
                    if !is_qtext(byte) && byte != b' ' {
                        return None;
                    }
                    has_reason = true;
                }
                after_dot = false;
            }
        }
    }
    None
}

/// Whether it is `Domain = sub-domain *("." sub-domain)` within its lengths (RFC 5321 §4.1.2).
pub(crate) const fn is_host_name(text: &[u8]) -> bool {
    match host_name_length(text) {
        Some(length) => length == text.len(),
        None => false,
    }
}

/// The length of the host name at the front, up to the first octet that can be in none; `None` where it is none.
pub(crate) const fn host_name_length(text: &[u8]) -> Option<usize> {
    let mut rest = text;
    loop {
        let (label, behind) = split_ldh(rest);
        if label.len() > MAX_LABEL {
            return None;
        }
        match (label.first(), label.last()) {
            (None | Some(b'-'), _) | (_, None | Some(b'-')) => return None,
            _ => {}
        }
        match behind.split_first() {
            Some((b'.', tail)) => rest = tail,
            _ => {
                let length = text.len().wrapping_sub(behind.len());
                return if length > MAX_DOMAIN {
                    None
                } else {
                    Some(length)
                };
            }
        }
    }
}

/// The value of the inside of a quoted string.
pub(crate) fn unescape(quoted: &str) -> String {
    let mut value = String::with_capacity(quoted.len());
    let mut escaped = false;
    for c in quoted.chars() {
        if c == '\\' && !escaped {
            escaped = true;
        } else {
            value.push(c);
            escaped = false;
        }
    }
    value
}

impl PartialEq for Address {
    fn eq(&self, other: &Self) -> bool {
        // Addresses that cannot be written show U+FFFD, so they are not ASCII.
        if self.is_ascii() && other.is_ascii() {
            return self.local_str() == other.local_str()
                && self.domain_str().eq_ignore_ascii_case(other.domain_str());
        }
        self.local_part() == other.local_part()
            && fold(self.domain_str()) == fold(other.domain_str())
    }
}

impl Eq for Address {}

impl PartialOrd for Address {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// By domain first, so that a sorted list groups what one server takes.
impl Ord for Address {
    fn cmp(&self, other: &Self) -> Ordering {
        fold(self.domain_str())
            .cmp(&fold(other.domain_str()))
            .then_with(|| self.local_part().cmp(&other.local_part()))
    }
}

impl Hash for Address {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.local_part().hash(state);
        fold(self.domain_str()).hash(state);
    }
}

impl AsRef<str> for Address {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Address").field(&self.as_str()).finish()
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.as_str().into()
    }
}

/// Appends a local part as it is written: quoted where it must be, and U+FFFD for each control
/// character, which nothing may write.
pub(crate) fn push_local_part(value: &str, out: &mut String) {
    if !super::local_part::needs_quotes(value.as_bytes()) {
        out.push_str(value);
        return;
    }
    let has_controls = value.contains(char::is_control);
    let shown: alloc::borrow::Cow<'_, str> = if has_controls {
        value
            .chars()
            .map(|c| {
                if c.is_control() {
                    char::REPLACEMENT_CHARACTER
                } else {
                    c
                }
            })
            .collect::<String>()
            .into()
    } else {
        value.into()
    };
    let quotes = super::local_part::needs_quotes(shown.as_bytes());
    if quotes {
        out.push('"');
    }
    for c in shown.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    if quotes {
        out.push('"');
    }
}
