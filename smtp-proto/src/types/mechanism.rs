//! Names of SASL mechanisms.

use core::{fmt, str};

use bytes::Bytes;

use crate::{
    error::{InvalidValue, Rule},
    grammar::{MECHANISM_NAME, is_mechanism},
    types::text::check,
};

/// The name of a SASL mechanism: up to 20 capitals, digits, hyphens and underscores (RFC 4422 §3.1).
///
/// Any name can be held, registered or not; small letters become capitals.
///
/// ```
/// use mailweft_smtp::Mechanism;
///
/// assert_eq!(Mechanism::new("scram-sha-256")?, Mechanism::SCRAM_SHA_256);
/// assert_eq!(Mechanism::new("X_OWN")?.as_str(), "X_OWN");
/// assert!(Mechanism::new("PLAIN LOGIN").is_err());
/// # Ok::<(), mailweft_smtp::InvalidValue>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mechanism(Bytes);

macro_rules! mechanisms {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        impl Mechanism {
            $($(#[$doc])* pub const $name: Self = Self(Bytes::from_static($text.as_bytes()));)*

            /// The mechanisms that have a constant here.
            const KNOWN: &[&'static str] = &[$($text),*];
        }
    };
}

mechanisms! {
    /// User name and password in clear (RFC 4616).
    PLAIN = "PLAIN";
    /// User name and password, each asked for; never standardised, everywhere in use.
    LOGIN = "LOGIN";
    /// The identity that the layer below established, as TLS does (RFC 4422 appendix A).
    EXTERNAL = "EXTERNAL";
    /// No identity, with a trace of who it is (RFC 4505).
    ANONYMOUS = "ANONYMOUS";
    /// Challenge and keyed MD5 (RFC 2195); for old peers only.
    CRAM_MD5 = "CRAM-MD5";
    /// HTTP digest (RFC 2831), historic since RFC 6331.
    DIGEST_MD5 = "DIGEST-MD5";
    /// OAuth 2 bearer token (RFC 7628).
    OAUTHBEARER = "OAUTHBEARER";
    /// OAuth 2 bearer token as two large providers carry it.
    XOAUTH2 = "XOAUTH2";
    /// Salted challenge and response over SHA-1 (RFC 5802).
    SCRAM_SHA_1 = "SCRAM-SHA-1";
    /// The same, bound to the TLS channel.
    SCRAM_SHA_1_PLUS = "SCRAM-SHA-1-PLUS";
    /// Salted challenge and response over SHA-256 (RFC 7677).
    SCRAM_SHA_256 = "SCRAM-SHA-256";
    /// The same, bound to the TLS channel.
    SCRAM_SHA_256_PLUS = "SCRAM-SHA-256-PLUS";
    /// Salted challenge and response over SHA-512.
    SCRAM_SHA_512 = "SCRAM-SHA-512";
    /// Kerberos 5 (RFC 4752).
    GSSAPI = "GSSAPI";
    /// The first of Microsoft's, in base64 over AUTH.
    NTLM = "NTLM";
}

impl Mechanism {
    /// Checks a name.
    ///
    /// # Errors
    ///
    /// - nothing, or more than 20 octets
    /// - an octet that is no letter, digit, hyphen or underscore
    pub fn new(name: impl AsRef<[u8]>) -> Result<Self, InvalidValue> {
        let name = name.as_ref();
        let known = |known: &&&'static str| known.as_bytes().eq_ignore_ascii_case(name);
        if let Some(known) = Self::KNOWN.iter().find(known) {
            return Ok(Self(Bytes::from_static(known.as_bytes())));
        }
        check(name, Rule::Mechanism, 1..=MECHANISM_NAME, |_, byte| {
            is_mechanism(byte.to_ascii_uppercase())
        })?;
        Ok(Self(name.to_ascii_uppercase().into()))
    }

    /// The name in capitals.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Nothing but ASCII gets in.
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Whether the mechanism shows the password, or what is as good as one, to whoever listens.
    #[must_use]
    pub fn is_plaintext(&self) -> bool {
        [Self::PLAIN, Self::LOGIN, Self::OAUTHBEARER, Self::XOAUTH2].contains(self)
    }
}

impl fmt::Display for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl str::FromStr for Mechanism {
    type Err = InvalidValue;

    fn from_str(name: &str) -> Result<Self, InvalidValue> {
        Self::new(name)
    }
}

impl TryFrom<&str> for Mechanism {
    type Error = InvalidValue;

    fn try_from(name: &str) -> Result<Self, InvalidValue> {
        Self::new(name)
    }
}
