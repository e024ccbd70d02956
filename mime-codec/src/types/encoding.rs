//! The Content-Transfer-Encoding of a part.

use core::fmt;

/// How the octets of a body were made fit for transport (RFC 2045 §6).
///
/// ```
/// use mailweft_mime::Encoding;
///
/// assert_eq!(Encoding::from_token(b"BASE64"), Some(Encoding::Base64));
/// assert_eq!(Encoding::QuotedPrintable.to_string(), "quoted-printable");
/// assert!(Encoding::EightBit.is_identity());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[non_exhaustive]
pub enum Encoding {
    /// `7bit`: short lines of US-ASCII, as they are.
    #[default]
    SevenBit,
    /// `8bit`: short lines of any octets, as they are.
    EightBit,
    /// `binary`: any octets, as they are.
    Binary,
    /// `base64` (RFC 2045 §6.8).
    Base64,
    /// `quoted-printable` (RFC 2045 §6.7).
    QuotedPrintable,
    /// `x-uuencode` and its other names.
    Uuencode,
    /// `x-yenc`.
    Yenc,
}

impl Encoding {
    /// The encoding of that name, in any case of letters; none for a name nobody defined.
    #[must_use]
    pub fn from_token(token: &[u8]) -> Option<Self> {
        const NAMES: [(&str, Encoding); 12] = [
            ("7bit", Encoding::SevenBit),
            ("8bit", Encoding::EightBit),
            ("binary", Encoding::Binary),
            ("base64", Encoding::Base64),
            ("quoted-printable", Encoding::QuotedPrintable),
            ("x-uuencode", Encoding::Uuencode),
            ("uuencode", Encoding::Uuencode),
            ("x-uue", Encoding::Uuencode),
            ("uue", Encoding::Uuencode),
            ("x-uu", Encoding::Uuencode),
            ("x-yenc", Encoding::Yenc),
            ("yenc", Encoding::Yenc),
        ];
        let found = NAMES
            .iter()
            .find(|(name, _)| token.eq_ignore_ascii_case(name.as_bytes()));
        found.map(|&(_, encoding)| encoding)
    }

    /// True where the octets stand as they are.
    #[must_use]
    pub const fn is_identity(self) -> bool {
        matches!(self, Self::SevenBit | Self::EightBit | Self::Binary)
    }

    /// Its name as it stands in a header.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SevenBit => "7bit",
            Self::EightBit => "8bit",
            Self::Binary => "binary",
            Self::Base64 => "base64",
            Self::QuotedPrintable => "quoted-printable",
            Self::Uuencode => "x-uuencode",
            Self::Yenc => "x-yenc",
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
