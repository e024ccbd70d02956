//! Names of SASL mechanisms.

use alloc::string::String;
use core::{fmt, hash::Hash};

use bytes::Bytes;

use super::Text;
use crate::error::InvalidText;

/// The name of a SASL mechanism (RFC 4422 §3.1): 1 to 20 letters, digits, hyphens and underscores.
/// Compared without regard to case.
///
/// ```
/// use mailweft_pop3::Mechanism;
///
/// assert_eq!(Mechanism::new("plain")?, Mechanism::PLAIN);
/// assert!(Mechanism::new("PLAIN =").is_err());
/// # Ok::<(), mailweft_pop3::InvalidText>(())
/// ```
#[derive(Clone)]
pub struct Mechanism(Text);

impl Mechanism {
    /// PLAIN (RFC 4616).
    pub const PLAIN: Self = Self(Text::from_static("PLAIN"));
    /// LOGIN, never standardised.
    pub const LOGIN: Self = Self(Text::from_static("LOGIN"));
    /// CRAM-MD5 (RFC 2195).
    pub const CRAM_MD5: Self = Self(Text::from_static("CRAM-MD5"));
    /// SCRAM-SHA-1 (RFC 5802).
    pub const SCRAM_SHA_1: Self = Self(Text::from_static("SCRAM-SHA-1"));
    /// SCRAM-SHA-256 (RFC 7677).
    pub const SCRAM_SHA_256: Self = Self(Text::from_static("SCRAM-SHA-256"));
    /// XOAUTH2, of Google and Microsoft.
    pub const XOAUTH2: Self = Self(Text::from_static("XOAUTH2"));
    /// OAUTHBEARER (RFC 7628).
    pub const OAUTHBEARER: Self = Self(Text::from_static("OAUTHBEARER"));
    /// EXTERNAL (RFC 4422 appendix A).
    pub const EXTERNAL: Self = Self(Text::from_static("EXTERNAL"));
    /// ANONYMOUS (RFC 4505).
    pub const ANONYMOUS: Self = Self(Text::from_static("ANONYMOUS"));

    /// Checks a name.
    ///
    /// # Errors
    ///
    /// The empty text, more than 20 octets, anything but letters, digits, `-` and `_`.
    pub fn new(name: impl Into<Bytes>) -> Result<Self, InvalidText> {
        let name = name.into();
        if name.is_empty() {
            return Err(InvalidText::Empty);
        }
        if name.len() > 20 {
            return Err(InvalidText::TooLong(20));
        }
        let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        if let Some(at) = name.iter().position(|&b| !fits(b)) {
            let byte = name.get(at).copied().unwrap_or_default();
            return Err(InvalidText::Octet { byte, at });
        }
        Ok(Self(Text::from_line(name)))
    }

    /// The name as it was written.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    fn upper(&self) -> String {
        self.0.to_str_lossy().to_ascii_uppercase()
    }
}

impl PartialEq for Mechanism {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes().eq_ignore_ascii_case(other.as_bytes())
    }
}

impl Eq for Mechanism {}

impl Hash for Mechanism {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.upper().hash(state);
    }
}

impl fmt::Debug for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mechanism({})", self.0)
    }
}

impl fmt::Display for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.upper())
    }
}
