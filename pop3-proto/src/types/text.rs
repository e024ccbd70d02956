//! A piece of a line.

use alloc::{borrow::Cow, string::String};
use core::fmt;

use bytes::Bytes;

use crate::{error::InvalidText, grammar::is_forbidden};

/// Octets that can stand in a line: anything but CR, LF and NUL. Often, but not always, UTF-8.
///
/// ```
/// use mailweft_pop3::Text;
///
/// let text = Text::new("mrose")?;
/// assert_eq!(text, "mrose");
/// assert!(Text::new("mrose\r\nDELE 1").is_err());
/// # Ok::<(), mailweft_pop3::InvalidText>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Bytes);

impl Text {
    /// No octets.
    pub const EMPTY: Self = Self(Bytes::new());

    /// Checks the octets.
    ///
    /// # Errors
    ///
    /// CR, LF or NUL.
    pub fn new(octets: impl Into<Bytes>) -> Result<Self, InvalidText> {
        let octets = octets.into();
        match octets.iter().position(|&b| is_forbidden(b)) {
            Some(at) => Err(InvalidText::Octet {
                byte: octets.get(at).copied().unwrap_or_default(),
                at,
            }),
            None => Ok(Self(octets)),
        }
    }

    /// A literal, checked when the program is compiled.
    ///
    /// # Panics
    ///
    /// Where the literal holds CR, LF or NUL; in a `const`, that is an error of the compiler.
    #[must_use]
    #[expect(
        clippy::panic,
        reason = "in a const, a panic is how a bad literal fails to compile"
    )]
    pub const fn from_static(text: &'static str) -> Self {
        let mut rest = text.as_bytes();
        while let Some((&byte, tail)) = rest.split_first() {
            if is_forbidden(byte) {
                panic!("the text holds CR, LF or NUL");
            }
            rest = tail;
        }
        Self(Bytes::from_static(text.as_bytes()))
    }

    /// A slice of a line that was framed, so that it holds no line end; NUL is taken out by no one.
    pub(crate) const fn from_line(octets: Bytes) -> Self {
        Self(octets)
    }

    /// The octets.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    #[cfg(feature = "serde")]
    pub(crate) fn into_octets(self) -> Bytes {
        self.0
    }

    /// The text; octets that are not UTF-8 read as U+FFFD.
    #[must_use]
    pub fn to_str_lossy(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_str_lossy())
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl TryFrom<&str> for Text {
    type Error = InvalidText;

    fn try_from(text: &str) -> Result<Self, InvalidText> {
        Self::new(Bytes::copy_from_slice(text.as_bytes()))
    }
}

impl TryFrom<String> for Text {
    type Error = InvalidText;

    fn try_from(text: String) -> Result<Self, InvalidText> {
        Self::new(text)
    }
}

impl AsRef<[u8]> for Text {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

macro_rules! narrower {
    ($(#[$doc:meta])* $name:ident, $fits:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Text);

        impl $name {
            /// Checks the octets.
            ///
            /// # Errors
            ///
            /// Nothing at all, or an octet that may not stand there.
            pub fn new(octets: impl Into<Bytes>) -> Result<Self, InvalidText> {
                let octets = octets.into();
                if octets.is_empty() {
                    return Err(InvalidText::Empty);
                }
                let fits: fn(u8) -> bool = $fits;
                match octets.iter().position(|&b| !fits(b)) {
                    Some(at) => Err(InvalidText::Octet {
                        byte: octets.get(at).copied().unwrap_or_default(),
                        at,
                    }),
                    None => Ok(Self(Text(octets))),
                }
            }

            /// The octets.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8] {
                self.0.as_bytes()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.as_bytes() == other.as_bytes()
            }
        }

        impl From<$name> for Text {
            fn from(narrow: $name) -> Self {
                narrow.0
            }
        }
    };
}

narrower! {
    /// An argument: at least one octet, and no blank or control character. It may be UTF-8.
    ///
    /// ```
    /// use mailweft_pop3::Word;
    ///
    /// assert!(Word::new("mrose").is_ok());
    /// assert!(Word::new("m rose").is_err());
    /// ```
    Word, |byte| byte > b' ' && byte != 0x7f
}

narrower! {
    /// A keyword, a language tag or a response code: printable ASCII without brackets and
    /// backslash (RFC 2449 §9, `rchar`).
    ///
    /// ```
    /// use mailweft_pop3::Atom;
    ///
    /// assert!(Atom::new("SYS/TEMP").is_ok());
    /// assert!(Atom::new("SYS]").is_err());
    /// ```
    Atom, |byte| matches!(byte, 0x21..=0x5a | 0x5e..=0x7e)
}
