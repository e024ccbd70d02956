//! Addresses of a named kind.

use alloc::string::String;

use super::Address;
use crate::error::ParseError;

/// An address with its type, as reports write it: `rfc822;joe@example.org` (RFC 3464 §2.1.2, RFC 3461
/// §4.2, RFC 8098 §3.2.3).
///
/// ```
/// use mailweft_address::TypedAddress;
///
/// let typed = TypedAddress::parse("RFC822; joe@example.org")?;
/// assert!(typed.is_kind("rfc822"));
/// assert_eq!(typed.address()?.as_str(), "joe@example.org");
/// assert_eq!(typed.to_string(), "RFC822;joe@example.org");
/// # Ok::<(), mailweft_address::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TypedAddress {
    pub(crate) kind: String,
    pub(crate) text: String,
}

impl TypedAddress {
    /// Parses `address-type ";" generic-address`.
    ///
    /// # Errors
    ///
    /// No semicolon; a type that is no atom; a control character or nothing at all behind it.
    pub fn parse(text: impl AsRef<[u8]>) -> Result<Self, ParseError> {
        Self::try_from(text.as_ref())
    }

    /// The type, as it was written.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Whether the type is this, in any case.
    #[must_use]
    pub fn is_kind(&self, kind: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind)
    }

    /// What stands behind the semicolon.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same as an address of mail, whatever its type says.
    ///
    /// # Errors
    ///
    /// Everything that is no address.
    pub fn address(&self) -> Result<Address, ParseError> {
        Address::parse(&self.text)
    }
}
