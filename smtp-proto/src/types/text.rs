//! Text that may stand in a line: UTF-8 without control characters.

use core::{fmt, ops::RangeInclusive, str};

use alloc::string::String;
use bytes::Bytes;

use crate::{
    error::{InvalidValue, Rule},
    grammar::{is_blank, is_esmtp_value, is_host, is_keyword, is_text, is_xchar},
};

/// Gives a newtype over checked [`Bytes`] its common face.
macro_rules! text_type {
    (
        $(#[$doc:meta])*
        $name:ident, $rule:expr, $len:expr, $allowed:expr
    ) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Bytes);

        impl $name {
            /// Checks `text`.
            ///
            /// # Errors
            ///
            /// - an octet that the rule does not allow, CR, LF and NUL among them
            /// - octets above 127 that are not UTF-8
            /// - a text that is too short, as an empty one, or too long, where the rule sets bounds
            pub fn new(text: impl Into<Bytes>) -> Result<Self, InvalidValue> {
                let text = text.into();
                check(&text, $rule, $len, $allowed)?;
                Ok(Self(text))
            }

            /// Takes a literal of the program.
            ///
            /// # Errors
            ///
            /// As [`new`](Self::new).
            pub fn from_static(text: &'static str) -> Result<Self, InvalidValue> {
                Self::new(Bytes::from_static(text.as_bytes()))
            }

            /// Octets that the parser has checked against the same rule.
            #[allow(dead_code, reason = "not every type is cut out of a line by the parser")]
            pub(crate) const fn checked(text: Bytes) -> Self {
                Self(text)
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                // Checked when the value was made.
                str::from_utf8(&self.0).unwrap_or_default()
            }

            /// The octets of the text.
            #[must_use]
            pub const fn as_bytes(&self) -> &Bytes {
                &self.0
            }

            /// Whether every octet is ASCII, so that no SMTPUTF8 is needed (RFC 6531 §3.1).
            #[must_use]
            pub fn is_ascii(&self) -> bool {
                self.0.is_ascii()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self.as_str(), f)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = InvalidValue;

            fn try_from(text: &str) -> Result<Self, InvalidValue> {
                Self::new(Bytes::copy_from_slice(text.as_bytes()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidValue;

            fn try_from(text: String) -> Result<Self, InvalidValue> {
                Self::new(text)
            }
        }

        impl str::FromStr for $name {
            type Err = InvalidValue;

            fn from_str(text: &str) -> Result<Self, InvalidValue> {
                Self::try_from(text)
            }
        }

        impl AsRef<[u8]> for $name {
            fn as_ref(&self) -> &[u8] {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.0 == other.as_bytes()
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.0 == other.as_bytes()
            }
        }
    };
}
pub(crate) use text_type;

/// Checks a value against the octets and the length that its rule allows.
pub(crate) fn check(
    text: &[u8],
    rule: Rule,
    len: RangeInclusive<usize>,
    allowed: fn(usize, u8) -> bool,
) -> Result<(), InvalidValue> {
    if text.len() > *len.end() {
        return Err(InvalidValue::TooLong {
            rule,
            max: *len.end(),
        });
    }
    if let Some((at, &byte)) = text
        .iter()
        .enumerate()
        .find(|&(at, &byte)| !allowed(at, byte))
    {
        return Err(InvalidValue::Byte { rule, byte, at });
    }
    if text.len() < *len.start() {
        return Err(InvalidValue::TooShort(rule));
    }
    if !text.is_ascii() && str::from_utf8(text).is_err() {
        return Err(InvalidValue::NotUtf8(rule));
    }
    Ok(())
}

/// A text without any control character, HTAB among them: what `xtext` may decode to.
pub(crate) fn visible(text: impl Into<Bytes>, rule: Rule) -> Result<Text, InvalidValue> {
    let text = text.into();
    check(&text, rule, 1..=usize::MAX, |_, byte| {
        is_text(byte) && byte != b'\t'
    })?;
    Ok(Text(text))
}

text_type! {
    /// A text of one line: `String` of RFC 5321 §4.1.2, `textstring` of §4.2, UTF-8 included (RFC 6531
    /// §3.7.4). No control character but HTAB; may be empty.
    ///
    /// ```
    /// use mailweft_smtp::Text;
    ///
    /// assert_eq!(Text::new("Grüße, alle")?.as_str(), "Grüße, alle");
    /// assert!(Text::new("one\r\ntwo").is_err());
    /// # Ok::<(), mailweft_smtp::InvalidValue>(())
    /// ```
    Text, Rule::Text, 0..=usize::MAX, |_, byte| is_text(byte)
}

text_type! {
    /// A word without blanks: `esmtp-value` of RFC 5321 §4.1.2 (no control character, no blank, no `=`),
    /// UTF-8 included (RFC 6531 §3.3). Never empty.
    ///
    /// ```
    /// use mailweft_smtp::Word;
    ///
    /// assert_eq!(Word::new("a-value")?, "a-value");
    /// assert!(Word::new("a value").is_err());
    /// # Ok::<(), mailweft_smtp::InvalidValue>(())
    /// ```
    Word, Rule::ParameterValue, 1..=usize::MAX, |_, byte| is_esmtp_value(byte)
}

text_type! {
    /// A word of letters, digits and hyphens: `esmtp-keyword` and `ehlo-keyword` of RFC 5321 §4.1.2, the
    /// verb of a command. Compared without regard to case by [`Keyword::is`].
    ///
    /// ```
    /// use mailweft_smtp::Keyword;
    ///
    /// let keyword = Keyword::new("X-Priority")?;
    /// assert!(keyword.is("x-priority"));
    /// assert!(Keyword::new("-X").is_err() && Keyword::new("").is_err());
    /// # Ok::<(), mailweft_smtp::InvalidValue>(())
    /// ```
    Keyword, Rule::Parameter, 1..=64, |at, byte| is_keyword(byte) && (at > 0 || byte != b'-')
}

impl Keyword {
    /// Whether this is `other`, case aside.
    #[must_use]
    pub fn is(&self, other: &str) -> bool {
        self.0.eq_ignore_ascii_case(other.as_bytes())
    }
}

text_type! {
    /// The name that a client gives itself in EHLO, HELO and LHLO: a domain or an address literal
    /// (RFC 5321 §4.1.1.1). What real clients send there is looser; any word without blanks is held.
    ///
    /// ```
    /// use mailweft_smtp::HelloName;
    ///
    /// let name = HelloName::new("client.example.org")?;
    /// assert!(name.domain().is_some());
    /// assert!(HelloName::new("[192.0.2.1]")?.domain().is_some());
    /// assert!(HelloName::new("my_laptop(home)")?.domain().is_none());
    /// assert!(HelloName::new("a b").is_err());
    /// # Ok::<(), mailweft_smtp::InvalidValue>(())
    /// ```
    HelloName, Rule::HelloName, 1..=255, |_, byte| is_text(byte) && !is_blank(byte)
}

impl HelloName {
    /// The name as the domain or address literal that it should be.
    #[must_use]
    pub fn domain(&self) -> Option<mailweft_address::Domain> {
        // Comments and blanks may stand around a domain in a header field, but not here.
        if !is_host(&self.0) {
            return None;
        }
        mailweft_address::Domain::parse(self.as_str()).ok()
    }
}

text_type! {
    /// A text of printable ASCII, as `ENVID` and the address of `ORCPT` carry it in `xtext`
    /// (RFC 3461 §4.2, §4.4): no control character, for what is decoded from a hexadecimal escape ends up
    /// in the headers of a notification.
    ///
    /// ```
    /// use mailweft_smtp::Printable;
    ///
    /// assert_eq!(Printable::new("QQ 314159+x")?, "QQ 314159+x");
    /// assert!(Printable::new("line\nline").is_err());
    /// # Ok::<(), mailweft_smtp::InvalidValue>(())
    /// ```
    Printable, Rule::Xtext, 0..=usize::MAX, |_, byte| matches!(byte, b' '..=b'~')
}

text_type! {
    /// A word that is `xtext` free of escapes: printable ASCII without blank, `+` and `=`.
    ///
    /// ```
    /// use mailweft_smtp::Token;
    ///
    /// assert_eq!(Token::new("rfc822")?, "rfc822");
    /// assert!(Token::new("a=b").is_err());
    /// # Ok::<(), mailweft_smtp::InvalidValue>(())
    /// ```
    Token, Rule::Xtext, 1..=usize::MAX, |_, byte| is_xchar(byte)
}
