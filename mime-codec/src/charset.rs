//! Charsets: octets to text.

mod utf7;

use alloc::{borrow::Cow, string::String, vec::Vec};

use crate::{grammar::utf8, transfer, types::encoding::Encoding};

/// A charset that can be decoded.
///
/// All labels of the WHATWG Encoding Standard are known (with the feature `charset`, on by default), and the
/// names that mail uses beside them: `cp932`, `x-unknown`, `unknown-8bit`, `utf-7`, `ks_c_5601-1987` ...
/// Without the feature: US-ASCII, UTF-8, UTF-7 and ISO-8859-1 (read as windows-1252).
///
/// ```
/// use mailweft_mime::Charset;
///
/// let latin = Charset::from_label(b"ISO-8859-1").unwrap();
/// assert_eq!(latin.decode(b"Andr\xe9"), "André");
/// assert!(Charset::from_label(b"no-such-thing").is_none());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charset(Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Utf8,
    Utf7,
    Latin1,
    /// Nothing is said: UTF-8 where the octets are, windows-1252 where not.
    Unknown,
    #[cfg(feature = "charset")]
    Other(&'static encoding_rs::Encoding),
}

impl Charset {
    /// UTF-8 (and US-ASCII, of which it is a superset).
    pub const UTF_8: Self = Self(Kind::Utf8);

    /// What is used where nothing is said, or a name that nobody knows: UTF-8 where the octets are valid as
    /// such, windows-1252 where they are not.
    pub const UNKNOWN: Self = Self(Kind::Unknown);

    /// The charset of that name.
    #[must_use]
    pub fn from_label(label: &[u8]) -> Option<Self> {
        const LOCAL: [(&str, Kind); 14] = [
            ("utf-8", Kind::Utf8),
            ("utf8", Kind::Utf8),
            ("us-ascii", Kind::Unknown),
            ("ascii", Kind::Unknown),
            ("utf-7", Kind::Utf7),
            ("unicode-1-1-utf-7", Kind::Utf7),
            ("x-unicode-1-1-utf-7", Kind::Utf7),
            ("csutf7", Kind::Utf7),
            ("unknown-8bit", Kind::Unknown),
            ("x-unknown", Kind::Unknown),
            ("unknown", Kind::Unknown),
            ("iso-8859-1", Kind::Latin1),
            ("latin1", Kind::Latin1),
            ("windows-1252", Kind::Latin1),
        ];
        let label = label.trim_ascii();
        let local = LOCAL
            .iter()
            .find(|(name, _)| label.eq_ignore_ascii_case(name.as_bytes()));
        match local {
            Some(&(_, kind)) => Some(Self(kind)),
            None => Self::from_table(label),
        }
    }

    #[cfg(feature = "charset")]
    fn from_table(label: &[u8]) -> Option<Self> {
        /// Names of mail that the Encoding Standard does not list.
        const ALIASES: [(&str, &str); 14] = [
            ("cp932", "shift_jis"),
            ("ms932", "shift_jis"),
            ("cp936", "gbk"),
            ("ms936", "gbk"),
            ("cp949", "euc-kr"),
            ("cp950", "big5"),
            ("gb-2312", "gb2312"),
            ("cp850", "windows-1252"),
            ("cp437", "windows-1252"),
            ("iso-2022-jp-1", "iso-2022-jp"),
            ("iso-2022-jp-2", "iso-2022-jp"),
            ("iso-2022-jp-ms", "iso-2022-jp"),
            ("eucjp", "euc-jp"),
            ("euckr", "euc-kr"),
        ];
        if let Some(found) = encoding_rs::Encoding::for_label_no_replacement(label) {
            return Some(Self(Kind::Other(found)));
        }
        let alias = |label: &[u8]| {
            let found = ALIASES
                .iter()
                .find(|(name, _)| label.eq_ignore_ascii_case(name.as_bytes()));
            let name = found.map(|(_, name)| name.as_bytes());
            let encoding = encoding_rs::Encoding::for_label_no_replacement(name?)?;
            Some(Self(Kind::Other(encoding)))
        };
        if let Some(found) = alias(label) {
            return Some(found);
        }
        // `cp1251`, `windows1251`, `x-gbk`, `iso8859_1` ...
        let mut plain = String::new();
        for &byte in label.iter().take(40) {
            match byte {
                b'_' => plain.push('-'),
                byte => plain.push(char::from(byte.to_ascii_lowercase())),
            }
        }
        let plain = plain.strip_prefix("x-").unwrap_or(&plain);
        let spelt = [
            ("iso8859", "iso-8859"),
            ("windows1", "windows-1"),
            ("cp1", "windows-1"),
            ("koi8r", "koi8-r"),
        ];
        let known = |name: &str| encoding_rs::Encoding::for_label_no_replacement(name.as_bytes());
        let found = known(plain).or_else(|| {
            let (from, to) = spelt.iter().find(|(from, _)| plain.starts_with(from))?;
            known(&plain.replacen(from, to, 1))
        });
        found
            .map(|encoding| Self(Kind::Other(encoding)))
            .or_else(|| alias(plain.as_bytes()))
    }

    #[cfg(not(feature = "charset"))]
    fn from_table(_: &[u8]) -> Option<Self> {
        None
    }

    /// The octets as text; what the charset does not know becomes U+FFFD.
    #[must_use]
    pub fn decode(self, octets: &[u8]) -> Cow<'_, str> {
        match self.0 {
            // The common case first: making it valid looks at each octet.
            Kind::Utf8 => match utf8::text(octets) {
                Some(text) => Cow::Borrowed(text),
                None => String::from_utf8_lossy(octets),
            },
            Kind::Utf7 => Cow::Owned(utf7::decode(octets)),
            Kind::Latin1 => latin1(octets),
            Kind::Unknown => match utf8::text(octets) {
                Some(text) => Cow::Borrowed(text),
                None => latin1(octets),
            },
            #[cfg(feature = "charset")]
            Kind::Other(encoding) => encoding.decode_without_bom_handling(octets).0,
        }
    }

    /// Whether octets that are UTF-8 are their own text.
    pub(crate) const fn is_utf8(self) -> bool {
        matches!(self.0, Kind::Utf8 | Kind::Unknown)
    }

    /// A body as text while it is decoded, in a charset that tells each piece by itself; nothing in another, or where
    /// UTF-8 is none.
    pub(crate) fn decode_body(self, encoding: Encoding, body: &[u8]) -> Option<String> {
        match self.0 {
            Kind::Utf8 | Kind::Unknown => {
                transfer::decode_text(encoding, body, utf8::cut, |piece, text| {
                    text.push_str(utf8::text(piece)?);
                    Some(())
                })
            }
            Kind::Latin1 => transfer::decode_text(encoding, body, <[u8]>::len, |piece, text| {
                text.push_str(&latin1(piece));
                Some(())
            }),
            _ => None,
        }
    }

    /// As [`decode`](Self::decode), for octets that may become the text themselves.
    pub(crate) fn decode_owned(self, octets: Vec<u8>) -> String {
        if let Cow::Owned(text) = self.decode(&octets) {
            return text;
        }
        String::from_utf8(octets).unwrap_or_default()
    }

    /// True where `octets` have a meaning in the charset from first to last.
    #[must_use]
    pub fn is_valid(self, octets: &[u8]) -> bool {
        match self.0 {
            Kind::Utf8 => utf8::text(octets).is_some(),
            Kind::Utf7 | Kind::Latin1 | Kind::Unknown => true,
            #[cfg(feature = "charset")]
            Kind::Other(encoding) => !encoding.decode_without_bom_handling(octets).1,
        }
    }
}

/// windows-1252, which is what `ISO-8859-1` means in mail.
fn latin1(octets: &[u8]) -> Cow<'_, str> {
    // Nearly all is ASCII, and two looks at it are faster than a table.
    let ascii = octets.is_ascii().then(|| utf8::text(octets)).flatten();
    match ascii {
        Some(text) => Cow::Borrowed(text),
        None => windows_1252(octets),
    }
}

#[cfg(feature = "charset")]
fn windows_1252(octets: &[u8]) -> Cow<'_, str> {
    encoding_rs::WINDOWS_1252
        .decode_without_bom_handling(octets)
        .0
}

#[cfg(not(feature = "charset"))]
fn windows_1252(octets: &[u8]) -> Cow<'_, str> {
    /// What stands at 0x80 to 0x9F; the five holes are control characters, as the Encoding Standard has them.
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž',
        '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}',
        'ž', 'Ÿ',
    ];
    let char = |&byte: &u8| match byte {
        0x80..=0x9f => HIGH
            .get(usize::from(byte.wrapping_sub(0x80)))
            .copied()
            .unwrap_or('\u{fffd}'),
        byte => char::from(byte),
    };
    Cow::Owned(octets.iter().map(char).collect())
}
