//! Octets that are never shown.

use core::fmt;

use bytes::Bytes;

/// Passwords, tokens and SASL messages: octets that [`Debug`](fmt::Debug) never shows.
///
/// There is no `Display`; [`expose`](Self::expose) is the one way to see them. Comparing two secrets takes
/// as long as their length says, not as long as they agree.
///
/// ```
/// use mailweft_smtp::Secret;
///
/// let secret = Secret::new("tanstaaf");
/// assert_eq!(format!("{secret:?}"), "Secret(****)");
/// assert_eq!(&secret.expose()[..], b"tanstaaf");
/// ```
#[derive(Clone, Default)]
pub struct Secret(Bytes);

impl Secret {
    /// Takes octets into hiding.
    #[must_use]
    pub fn new(octets: impl Into<Bytes>) -> Self {
        Self(octets.into())
    }

    /// The octets.
    #[must_use]
    pub const fn expose(&self) -> &Bytes {
        &self.0
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len()
            && self
                .0
                .iter()
                .zip(&other.0)
                .fold(0, |differ, (a, b)| differ | (a ^ b))
                == 0
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(****)")
    }
}

impl From<&'static str> for Secret {
    fn from(octets: &'static str) -> Self {
        Self::new(octets)
    }
}

impl From<alloc::string::String> for Secret {
    fn from(octets: alloc::string::String) -> Self {
        Self::new(octets)
    }
}

impl From<alloc::vec::Vec<u8>> for Secret {
    fn from(octets: alloc::vec::Vec<u8>) -> Self {
        Self::new(octets)
    }
}

impl From<Bytes> for Secret {
    fn from(octets: Bytes) -> Self {
        Self::new(octets)
    }
}
