//! What stands before the at sign.

use alloc::string::{String, ToString as _};
use core::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
};

use bytes::Bytes;
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

use super::Text;
use crate::{
    error::InvalidLocalPart,
    grammar::{MAX_LOCAL, is_atext, is_printable},
};

/// The local part of an address, as a value: without quotes, backslashes, comments or blanks
/// around dots (RFC 5321 §4.1.2, RFC 5322 §3.4.1).
///
/// Printed, it is quoted only where it must be.
///
/// # Comparison
///
/// Exact but for Unicode normalisation (NFC, RFC 6532 §3.1): only the receiving system knows
/// whether `Joe` and `joe` are one mailbox.
///
/// ```
/// use mailweft_address::{Address, LocalPart};
///
/// let local = Address::parse(r#""joe.\doe"@example.org"#)?.local_part();
/// assert_eq!(local.as_str(), "joe.doe");
/// assert!(!local.needs_quotes());
/// assert_eq!(LocalPart::new("joe doe")?.to_string(), "\"joe doe\"");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct LocalPart(Text);

impl LocalPart {
    pub(crate) const fn from_text(text: Text) -> Self {
        Self(text)
    }

    /// A local part of this value.
    ///
    /// # Errors
    ///
    /// The empty text, more than 64 octets, a control character.
    pub fn new(value: impl Into<String>) -> Result<Self, InvalidLocalPart> {
        Self::try_from(Bytes::from(value.into()))
    }

    /// A local part of a literal value in ASCII, checked when the program is compiled.
    ///
    /// ```
    /// use mailweft_address::LocalPart;
    ///
    /// const ABUSE: LocalPart = LocalPart::from_static("abuse");
    /// assert_eq!(ABUSE.to_string(), "abuse");
    /// ```
    ///
    /// ```compile_fail
    /// const BAD: mailweft_address::LocalPart = mailweft_address::LocalPart::from_static("a\nb");
    /// ```
    ///
    /// # Panics
    ///
    /// Where the literal is empty, longer than 64 octets, or holds anything but printable ASCII and
    /// blanks; in a `const`, that is an error of the compiler.
    #[must_use]
    #[expect(
        clippy::panic,
        reason = "in a const, a panic is how a bad literal fails to compile"
    )]
    pub const fn from_static(value: &'static str) -> Self {
        if value.is_empty() || value.len() > MAX_LOCAL || !is_printable(value.as_bytes()) {
            panic!("not 1 to 64 printable ASCII characters");
        }
        Self(Text::from_static(value))
    }

    /// The value, without quotes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether it is no `Dot-string`, so that it can only be written as a quoted string.
    #[must_use]
    pub fn needs_quotes(&self) -> bool {
        needs_quotes(self.0.as_bytes())
    }

    /// The tag of a subaddress and what stands before it (RFC 5233): `user+tag` is `("user", "tag")`.
    ///
    /// ```
    /// use mailweft_address::LocalPart;
    ///
    /// let local = LocalPart::new("joe+lists")?;
    /// assert_eq!(local.subaddress('+'), Some(("joe", "lists")));
    /// # Ok::<(), mailweft_address::InvalidLocalPart>(())
    /// ```
    #[must_use]
    pub fn subaddress(&self, separator: char) -> Option<(&str, &str)> {
        self.as_str()
            .split_once(separator)
            .filter(|(user, _)| !user.is_empty())
    }

    /// Whether it is `postmaster` in any case, the one local part that is the same everywhere
    /// (RFC 5321 §2.3.5 and §4.1.1.3).
    #[must_use]
    pub fn is_postmaster(&self) -> bool {
        self.as_str().eq_ignore_ascii_case("postmaster")
    }
}

/// Whether a value is no `Dot-string = Atom *("." Atom)`.
pub(crate) fn needs_quotes(value: &[u8]) -> bool {
    let mut after_dot = true;
    for &byte in value {
        match byte {
            b'.' if after_dot => return true,
            b'.' => after_dot = true,
            _ if is_atext(byte) || byte >= 0x80 => after_dot = false,
            _ => return true,
        }
    }
    after_dot
}

/// The text in normalisation form C, borrowed where it is so already.
pub(crate) fn nfc(text: &str) -> alloc::borrow::Cow<'_, str> {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        text.into()
    } else {
        text.nfc().collect::<String>().into()
    }
}

impl PartialEq for LocalPart {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 || nfc(self.as_str()) == nfc(other.as_str())
    }
}

impl Eq for LocalPart {}

impl PartialOrd for LocalPart {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for LocalPart {
    fn cmp(&self, other: &Self) -> Ordering {
        nfc(self.as_str()).cmp(&nfc(other.as_str()))
    }
}

impl Hash for LocalPart {
    fn hash<H: Hasher>(&self, state: &mut H) {
        nfc(self.as_str()).hash(state);
    }
}

impl PartialEq<str> for LocalPart {
    fn eq(&self, other: &str) -> bool {
        nfc(self.as_str()) == nfc(other)
    }
}

impl PartialEq<&str> for LocalPart {
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}

impl fmt::Debug for LocalPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LocalPart").field(&self.as_str()).finish()
    }
}

/// Keeps the octets.
impl TryFrom<Bytes> for LocalPart {
    type Error = InvalidLocalPart;

    fn try_from(octets: Bytes) -> Result<Self, Self::Error> {
        if octets.is_empty() {
            return Err(InvalidLocalPart::Empty);
        }
        if octets.len() > MAX_LOCAL {
            return Err(InvalidLocalPart::TooLong);
        }
        let value = core::str::from_utf8(&octets)
            .map_err(|error| InvalidLocalPart::NotUtf8(error.valid_up_to()))?;
        if let Some((at, _)) = value.char_indices().find(|(_, c)| c.is_control()) {
            return Err(InvalidLocalPart::Control(at));
        }
        Ok(Self(Text::from_checked(octets.into())))
    }
}

impl From<LocalPart> for String {
    fn from(local: LocalPart) -> Self {
        local.as_str().to_string()
    }
}
