//! What must not be seen.

use alloc::vec::Vec;
use core::fmt;

use bytes::Bytes;

use super::Text;
use crate::error::InvalidText;

/// A password, a digest or a SASL message, as octets. `Debug` never shows it.
///
/// ```
/// use mailweft_pop3::Secret;
///
/// let secret = Secret::new("tanstaaf");
/// assert_eq!(format!("{secret:?}"), "Secret(****)");
/// assert_eq!(secret.expose(), b"tanstaaf");
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(Bytes);

impl Secret {
    /// These octets.
    pub fn new(octets: impl Into<Bytes>) -> Self {
        Self(octets.into())
    }

    /// The message of the mechanism PLAIN (RFC 4616 §2): authorization identity (may be empty),
    /// authentication identity, password.
    ///
    /// # Errors
    ///
    /// NUL in any of them, or an empty authentication identity.
    pub fn plain(authzid: &str, authcid: &str, password: &str) -> Result<Self, InvalidText> {
        if authcid.is_empty() {
            return Err(InvalidText::Empty);
        }
        let mut message = Vec::new();
        for (at, part) in [authzid, authcid, password].into_iter().enumerate() {
            if let Some(nul) = memchr::memchr(0, part.as_bytes()) {
                return Err(InvalidText::Octet { byte: 0, at: nul });
            }
            if at > 0 {
                message.push(0);
            }
            message.extend_from_slice(part.as_bytes());
        }
        Ok(Self(message.into()))
    }

    /// The parts of a PLAIN message: authorization identity, authentication identity, password.
    /// `None` where it is no such message.
    #[must_use]
    pub fn as_plain(&self) -> Option<(&str, &str, &str)> {
        let mut parts = core::str::from_utf8(&self.0).ok()?.split('\0');
        let (authzid, authcid, password) = (parts.next()?, parts.next()?, parts.next()?);
        (parts.next().is_none() && !authcid.is_empty()).then_some((authzid, authcid, password))
    }

    /// The octets, for whoever checks or sends them.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(****)")
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(Bytes::copy_from_slice(text.as_bytes()))
    }
}

impl From<Vec<u8>> for Secret {
    fn from(octets: Vec<u8>) -> Self {
        Self(octets.into())
    }
}

impl From<Bytes> for Secret {
    fn from(octets: Bytes) -> Self {
        Self(octets)
    }
}

/// A password as PASS sends it: anything but CR, LF and NUL. `Debug` never shows it.
///
/// ```
/// use mailweft_pop3::Password;
///
/// assert_eq!(format!("{:?}", Password::new("tan staaf")?), "Password(****)");
/// assert!(Password::new("tanstaaf\r\nDELE 1").is_err());
/// # Ok::<(), mailweft_pop3::InvalidText>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Text);

impl Password {
    /// Checks a password.
    ///
    /// # Errors
    ///
    /// CR, LF or NUL.
    pub fn new(octets: impl Into<Bytes>) -> Result<Self, InvalidText> {
        Text::new(octets).map(Self)
    }

    /// The octets, for whoever checks or sends them.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(****)")
    }
}

/// The digest of APOP: MD5 of the greeting's timestamp and the shared secret (RFC 1939 §7). `Debug`
/// never shows it.
#[derive(Clone, Copy)]
pub struct Digest([u8; 16]);

impl Digest {
    /// A digest that was computed elsewhere.
    #[must_use]
    pub const fn new(octets: [u8; 16]) -> Self {
        Self(octets)
    }

    /// The digest of a timestamp, angle brackets included, and a secret.
    ///
    /// ```
    /// use mailweft_pop3::{Digest, Text};
    ///
    /// // The example of RFC 1939 §7.
    /// let timestamp = Text::from_static("<1896.697170952@dbc.mtview.ca.us>");
    /// let digest = Digest::compute(&timestamp, b"tanstaaf");
    /// assert_eq!(digest.to_hex(), *b"c4c9334bac560ecc979e58001b3e22fb");
    /// ```
    #[cfg(feature = "legacy-auth")]
    #[must_use]
    pub fn compute(timestamp: &Text, secret: &[u8]) -> Self {
        use md5::Digest as _;
        let mut md5 = md5::Md5::new();
        md5.update(timestamp.as_bytes());
        md5.update(secret);
        Self(md5.finalize().into())
    }

    /// 32 lower-case hexadecimal digits.
    #[must_use]
    pub fn to_hex(&self) -> [u8; 32] {
        let mut hex = [0_u8; 32];
        for (pair, octet) in hex.chunks_exact_mut(2).zip(self.0) {
            let digit =
                |nibble: u8| char::from_digit(u32::from(nibble), 16).map_or(0, |c| c as u32);
            let digits = [digit(octet >> 4), digit(octet & 15)];
            for (place, digit) in pair.iter_mut().zip(digits) {
                *place = u8::try_from(digit).unwrap_or_default();
            }
        }
        hex
    }

    /// The octets.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// In constant time: whoever guesses digests learns nothing from how long it takes.
impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        let differ = |sum: u8, (a, b): (&u8, &u8)| sum | (a ^ b);
        self.0.iter().zip(&other.0).fold(0, differ) == 0
    }
}

impl Eq for Digest {}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest(****)")
    }
}
