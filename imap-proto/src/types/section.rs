//! Which part of a message: `section-spec` and partial ranges (RFC 3501 §6.4.5).

use alloc::vec::Vec;

use crate::{
    error::ParseError,
    types::text::{AString, Text},
};

/// A part of a message: what stands between the brackets of `BODY[..]` (RFC 3501 §6.4.5).
///
/// # Examples
///
/// ```
/// use mailweft_imap::{Section, SectionText};
///
/// let section = Section::parse("1.2.HEADER.FIELDS (Subject Date)")?;
/// assert_eq!(section.path(), [1, 2]);
/// assert!(matches!(section.text(), SectionText::HeaderFields(names) if names.len() == 2));
/// assert_eq!(section.to_string(), "1.2.HEADER.FIELDS (Subject Date)");
/// assert_eq!(Section::part([1, 2]).to_string(), "1.2");
/// # Ok::<(), mailweft_imap::ParseError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Section {
    path: Vec<u32>,
    text: SectionText,
}

/// Which text of a part: `section-text` (RFC 3501 §9).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SectionText {
    /// The whole part: nothing is written.
    #[default]
    Whole,
    /// `HEADER`: all header fields of the message or message/rfc822 part.
    Header,
    /// `HEADER.FIELDS (..)`: the named fields.
    HeaderFields(Vec<AString>),
    /// `HEADER.FIELDS.NOT (..)`: all but the named fields.
    HeaderFieldsNot(Vec<AString>),
    /// `TEXT`: the body without its header.
    Text,
    /// `MIME`: the MIME header of the part. Only behind a part number.
    Mime,
}

impl Section {
    /// The whole message: `BODY[]`.
    pub const WHOLE: Self = Self {
        path: Vec::new(),
        text: SectionText::Whole,
    };
    /// The header of the message: `BODY[HEADER]`.
    pub const HEADER: Self = Self {
        path: Vec::new(),
        text: SectionText::Header,
    };
    /// The body of the message without its header: `BODY[TEXT]`.
    pub const TEXT: Self = Self {
        path: Vec::new(),
        text: SectionText::Text,
    };

    /// Reads what stands between the brackets.
    ///
    /// # Errors
    ///
    /// When `text` is no `section-spec`.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        text.parse()
    }

    /// The body of a part, by its numbers from the outermost inwards. Zeros are left out.
    pub fn part(path: impl IntoIterator<Item = u32>) -> Self {
        Self::new(path, SectionText::Whole)
    }

    /// A text of a part. `MIME` of the message itself, which there is not, becomes `HEADER`.
    pub fn new(path: impl IntoIterator<Item = u32>, text: SectionText) -> Self {
        let path: Vec<u32> = path.into_iter().filter(|number| *number != 0).collect();
        let text = match text {
            SectionText::Mime if path.is_empty() => SectionText::Header,
            text => text,
        };
        Self { path, text }
    }

    /// Named header fields of the message.
    pub fn header_fields<N: Into<AString>>(names: impl IntoIterator<Item = N>) -> Self {
        let names: Vec<AString> = names.into_iter().map(Into::into).collect();
        match names.is_empty() {
            true => Self::HEADER,
            false => Self::new([], SectionText::HeaderFields(names)),
        }
    }

    /// The part numbers from the outermost inwards; none for the message itself.
    pub fn path(&self) -> &[u32] {
        &self.path
    }

    /// Which text of the part.
    pub const fn text(&self) -> &SectionText {
        &self.text
    }
}

/// `partial`: octets of a section, `<origin.count>` (RFC 3501 §6.4.5).
///
/// # Examples
///
/// ```
/// let partial = mailweft_imap::Partial::new(0, 65_536);
/// assert_eq!(partial.to_string(), "<0.65536>");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Partial {
    origin: u64,
    count: u64,
}

impl Partial {
    /// `count` octets from `origin` on. A count of zero, which the grammar forbids, becomes one.
    pub const fn new(origin: u64, count: u64) -> Self {
        Self {
            origin,
            count: if count == 0 { 1 } else { count },
        }
    }

    /// The offset of the first octet.
    pub const fn origin(self) -> u64 {
        self.origin
    }

    /// How many octets.
    pub const fn count(self) -> u64 {
        self.count
    }

    /// What of `bytes` it means.
    pub fn of(self, bytes: &[u8]) -> &[u8] {
        let start = usize::try_from(self.origin)
            .unwrap_or(usize::MAX)
            .min(bytes.len());
        let end = usize::try_from(self.origin.saturating_add(self.count))
            .unwrap_or(usize::MAX)
            .min(bytes.len());
        bytes.get(start..end).unwrap_or_default()
    }
}

/// `partial-range`: a window of results, from the oldest (`1:500`) or from the newest (`-1:-500`) (RFC 9394 §3.1).
///
/// # Examples
///
/// ```
/// let newest = mailweft_imap::PartialRange::new(-1, -100)?;
/// assert_eq!(newest.to_string(), "-1:-100");
/// # Ok::<(), mailweft_imap::Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PartialRange {
    first: i64,
    last: i64,
}

impl PartialRange {
    /// From one position to another, counted from 1 for the first result or from -1 for the last.
    ///
    /// # Errors
    ///
    /// When one is zero, the two have different signs, or one is beyond 4,294,967,295.
    pub fn new(first: i64, last: i64) -> Result<Self, crate::error::Invalid> {
        let fits = |n: i64| n != 0 && n.unsigned_abs() <= u64::from(u32::MAX);
        match fits(first) && fits(last) && (first > 0) == (last > 0) {
            true => Ok(Self { first, last }),
            false => Err(crate::error::Invalid::value(crate::error::Rule::Partial)),
        }
    }

    /// The first position.
    pub const fn first(self) -> i64 {
        self.first
    }

    /// The last position.
    pub const fn last(self) -> i64 {
        self.last
    }

    /// The positions it means among `total` results, from 0.
    pub fn of(self, total: usize) -> core::ops::Range<usize> {
        let low = self.first.unsigned_abs().min(self.last.unsigned_abs());
        let high = self.first.unsigned_abs().max(self.last.unsigned_abs());
        let low = usize::try_from(low.saturating_sub(1))
            .unwrap_or(usize::MAX)
            .min(total);
        let high = usize::try_from(high).unwrap_or(usize::MAX).min(total);
        match self.first > 0 {
            true => low..high,
            false => total.saturating_sub(high)..total.saturating_sub(low),
        }
    }
}

/// An object identifier: `objectid = 1*255(ALPHA / DIGIT / "_" / "-")` (RFC 8474 §7).
///
/// # Examples
///
/// ```
/// assert!(mailweft_imap::ObjectId::new("M6d99ac3275bb4e").is_ok());
/// assert!(mailweft_imap::ObjectId::new("no spaces").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ObjectId(Text);

impl ObjectId {
    /// An identifier.
    ///
    /// # Errors
    ///
    /// When `text` is empty, longer than 255 octets or has other than letters, digits, `_` and `-`.
    pub fn new(text: impl Into<Text>) -> Result<Self, crate::error::Invalid> {
        use crate::error::{Invalid, Rule};
        let text = text.into();
        let bad = |b: &u8| !(b.is_ascii_alphanumeric() || *b == b'_' || *b == b'-');
        if text.is_empty() || text.as_bytes().len() > 255 {
            return Err(Invalid::value(Rule::Atom));
        }
        match text
            .as_bytes()
            .iter()
            .copied()
            .enumerate()
            .find(|(_, b)| bad(b))
        {
            Some(at) => Err(Invalid::byte(Rule::Atom, at)),
            None => Ok(Self(text)),
        }
    }

    /// The identifier.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(crate) const fn as_bytes(&self) -> &bytes::Bytes {
        self.0.as_bytes()
    }
}
