//! Text, atoms, tags and secrets: the strings that all other nouns are made of.

use alloc::string::String;
use core::{fmt, hash};

use bytes::Bytes;

use crate::{
    error::{Invalid, Rule},
    grammar,
};

/// UTF-8 text: a slice of what was received, or text of one's own.
///
/// Cloning is a reference count.
///
/// # Examples
///
/// ```
/// use mailweft_imap::Text;
///
/// let text = Text::from("Grüße");
/// assert_eq!(text, "Grüße");
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Text(Bytes);

impl Text {
    /// No text.
    pub const EMPTY: Self = Self(Bytes::new());

    /// Text that lives as long as the program.
    pub const fn from_static(text: &'static str) -> Self {
        Self(Bytes::from_static(text.as_bytes()))
    }

    /// `bytes` as text, if they are UTF-8.
    ///
    /// # Errors
    ///
    /// When `bytes` are not valid UTF-8.
    pub fn from_utf8(bytes: Bytes) -> Result<Self, Invalid> {
        match core::str::from_utf8(&bytes) {
            Ok(_) => Ok(Self(bytes)),
            Err(error) => {
                let at = error.valid_up_to();
                let byte = bytes.get(at).copied().unwrap_or_default();
                Err(Invalid::byte(Rule::String, (at, byte)))
            }
        }
    }

    /// Octets that are known to be UTF-8.
    pub(crate) const fn from_checked(bytes: Bytes) -> Self {
        Self(bytes)
    }

    /// `bytes` as text: UTF-8 when they are, else read as ISO 8859-1, in which every octet is a character.
    pub(crate) fn from_latin1(bytes: &[u8]) -> Self {
        Self::from(bytes.iter().copied().map(char::from).collect::<String>())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        // Checked when the value was made; `str` cannot be kept beside the bytes without unsafe code.
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The UTF-8 octets.
    pub const fn as_bytes(&self) -> &Bytes {
        &self.0
    }

    /// Whether there is no text.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(Bytes::copy_from_slice(text.as_bytes()))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(Bytes::from(text.into_bytes()))
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        *self.0 == *other.as_bytes()
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// A word of the protocol: `atom = 1*ATOM-CHAR` (RFC 3501 §9). Compared without regard to ASCII case.
///
/// # Examples
///
/// ```
/// use mailweft_imap::Atom;
///
/// let atom = Atom::new("SCRAM-SHA-256")?;
/// assert_eq!(atom, "scram-sha-256");
/// assert!(Atom::new("two words").is_err());
/// # Ok::<(), mailweft_imap::Invalid>(())
/// ```
#[derive(Clone)]
pub struct Atom(Text);

impl Atom {
    /// An atom.
    ///
    /// # Errors
    ///
    /// When `text` is empty or has a space, a control, an 8-bit octet or one of `( ) { % * " \ ]`.
    pub fn new(text: impl Into<Text>) -> Result<Self, Invalid> {
        let text = text.into();
        match grammar::first_not(text.as_bytes(), grammar::ATOM) {
            Some(at) => Err(Invalid::byte(Rule::Atom, at)),
            None if text.is_empty() => Err(Invalid::value(Rule::Atom)),
            None => Ok(Self(text)),
        }
    }

    /// An atom known when the program is written.
    ///
    /// # Panics
    ///
    /// When `text` is no atom; in a `const` that is an error of the compiler.
    pub const fn from_static(text: &'static str) -> Self {
        #[expect(
            clippy::panic,
            reason = "a wrong literal is found when the program is compiled"
        )]
        if !grammar::is_atom(text.as_bytes()) {
            panic!("not an atom");
        }
        Self(Text::from_static(text))
    }

    /// A word that a tolerant parser took for an atom. May hold what [`new`](Self::new) refuses.
    pub(crate) const fn from_parsed(text: Text) -> Self {
        Self(text)
    }

    /// The word as it was written.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(crate) const fn as_bytes(&self) -> &Bytes {
        self.0.as_bytes()
    }
}

impl PartialEq for Atom {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes().eq_ignore_ascii_case(other.as_bytes())
    }
}

impl Eq for Atom {}

impl PartialEq<str> for Atom {
    fn eq(&self, other: &str) -> bool {
        self.as_bytes().eq_ignore_ascii_case(other.as_bytes())
    }
}

impl PartialEq<&str> for Atom {
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}

impl hash::Hash for Atom {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        for byte in self.as_bytes() {
            state.write_u8(byte.to_ascii_uppercase());
        }
    }
}

impl TryFrom<&str> for Atom {
    type Error = Invalid;

    fn try_from(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

impl AsRef<str> for Atom {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Atom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Atom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Atom({})", self.as_str())
    }
}

/// The tag of a command: `tag = 1*<any ASTRING-CHAR except "+">` (RFC 3501 §2.2.1, §9).
///
/// # Examples
///
/// ```
/// use mailweft_imap::Tag;
///
/// assert_eq!(Tag::new("A142")?.as_str(), "A142");
/// assert!(Tag::new("+").is_err());
/// # Ok::<(), mailweft_imap::Invalid>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tag(Text);

impl Tag {
    /// A tag.
    ///
    /// # Errors
    ///
    /// When `text` is empty or has a space, a control, an 8-bit octet, or one of `( ) { % * " \ +`.
    pub fn new(text: impl Into<Text>) -> Result<Self, Invalid> {
        let text = text.into();
        match grammar::first_not(text.as_bytes(), grammar::TAG) {
            Some(at) => Err(Invalid::byte(Rule::Tag, at)),
            None if text.is_empty() => Err(Invalid::value(Rule::Tag)),
            None => Ok(Self(text)),
        }
    }

    /// A word of which every octet was found to belong to a tag.
    pub(crate) const fn from_parsed(text: Text) -> Self {
        Self(text)
    }

    /// The tag.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The tag's octets.
    pub const fn as_bytes(&self) -> &Bytes {
        self.0.as_bytes()
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tag({})", self.as_str())
    }
}

/// Octets of a string: `string = quoted / literal` with everything unescaped (RFC 3501 §4.3).
///
/// IMAP strings are octets, most often text in some charset. An atom, a quoted string, a literal or a literal8
/// is written, whichever is the shortest that can hold the octets on the given connection.
///
/// # Examples
///
/// ```
/// use mailweft_imap::AString;
///
/// let string = AString::from("a \"quoted\" word");
/// assert_eq!(string.as_str(), Some("a \"quoted\" word"));
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AString(Bytes);

impl AString {
    /// The octets.
    pub const fn as_bytes(&self) -> &Bytes {
        &self.0
    }

    /// The octets as text, if they are UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        core::str::from_utf8(&self.0).ok()
    }

    /// The octets as text; what is not UTF-8 is replaced.
    pub fn to_text(&self) -> Text {
        Text::from_utf8(self.0.clone())
            .unwrap_or_else(|_| Text::from(String::from_utf8_lossy(&self.0).into_owned()))
    }
}

impl From<&str> for AString {
    fn from(text: &str) -> Self {
        Self(Bytes::copy_from_slice(text.as_bytes()))
    }
}

impl From<String> for AString {
    fn from(text: String) -> Self {
        Self(Bytes::from(text.into_bytes()))
    }
}

impl From<Bytes> for AString {
    fn from(bytes: Bytes) -> Self {
        Self(bytes)
    }
}

impl From<Text> for AString {
    fn from(text: Text) -> Self {
        Self(text.0)
    }
}

impl From<&[u8]> for AString {
    fn from(bytes: &[u8]) -> Self {
        Self(Bytes::copy_from_slice(bytes))
    }
}

impl PartialEq<str> for AString {
    fn eq(&self, other: &str) -> bool {
        *self.0 == *other.as_bytes()
    }
}

impl PartialEq<&str> for AString {
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}

impl fmt::Debug for AString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }
}

/// Octets that never print: a password, a token, a SASL message.
///
/// # Examples
///
/// ```
/// use mailweft_imap::Secret;
///
/// let secret = Secret::from("tanstaaf");
/// assert_eq!(format!("{secret:?}"), "Secret(****)");
/// assert_eq!(secret.reveal(), b"tanstaaf");
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(Bytes);

impl Secret {
    /// The octets themselves.
    pub fn reveal(&self) -> &[u8] {
        &self.0
    }

    /// The octets themselves, as text if they are UTF-8.
    pub fn reveal_str(&self) -> Option<&str> {
        core::str::from_utf8(&self.0).ok()
    }
}

impl From<Bytes> for Secret {
    fn from(bytes: Bytes) -> Self {
        Self(bytes)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(Bytes::copy_from_slice(text.as_bytes()))
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(Bytes::from(text.into_bytes()))
    }
}

impl From<&[u8]> for Secret {
    fn from(bytes: &[u8]) -> Self {
        Self(Bytes::copy_from_slice(bytes))
    }
}

impl From<alloc::vec::Vec<u8>> for Secret {
    fn from(bytes: alloc::vec::Vec<u8>) -> Self {
        Self(Bytes::from(bytes))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(****)")
    }
}
