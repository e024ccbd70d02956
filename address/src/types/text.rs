//! UTF-8 text over the octets of a value.

use alloc::string::String;
use core::fmt;

use super::octets::Octets;

/// Octets that are UTF-8.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Text(Octets);

impl Text {
    pub(crate) const EMPTY: Self = Self(Octets::EMPTY);

    pub(crate) const fn from_static(text: &'static str) -> Self {
        Self(Octets::from_static(text.as_bytes()))
    }

    /// Octets already known to be ASCII or UTF-8; anything else reads as empty, it is never unsound.
    pub(crate) const fn from_checked(octets: Octets) -> Self {
        Self(octets)
    }

    pub(crate) fn as_str(&self) -> &str {
        core::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// The octets of `span`, or nothing where it is out of bounds.
    pub(crate) fn slice(&self, span: core::ops::Range<usize>) -> Self {
        if self.as_str().get(span.clone()).is_some() {
            Self(self.0.slice(span))
        } else {
            Self::EMPTY
        }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(Octets::copy(text.as_bytes()))
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}
