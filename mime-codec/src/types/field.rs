//! One header field.

use alloc::{borrow::Cow, string::String, vec::Vec};
use core::fmt;

use super::index::FieldEntry;
use crate::{
    error::{Span, to_u64},
    grammar::{is_ftext, sixteen::find_any, slice, trim, trim_start},
};

/// One header field, as it stands in the message (RFC 5322 §2.2): a small view that is `Copy`.
///
/// What its value means is asked of it: [`text`](Self::text), [`date`](Self::date),
/// [`addresses`](Self::addresses), [`content_type`](Self::content_type) ... Any field may be asked for
/// any of them; only the value is looked at.
///
/// ```
/// use mailweft_mime::Message;
///
/// let message = Message::parse("Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n from afar\r\n\r\n");
/// let field = message.root().field("subject").unwrap();
/// assert_eq!(field.name(), b"Subject");
/// assert_eq!(field.raw(), b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n from afar\r\n");
/// assert_eq!(field.text(), "Grüße from afar");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Field<'a> {
    /// The octets of the field, as far as they are held.
    bytes: &'a [u8],
    entry: FieldEntry,
}

impl<'a> Field<'a> {
    pub(crate) fn new(bytes: &'a [u8], entry: FieldEntry) -> Self {
        Self { bytes, entry }
    }

    /// The whole field with its line end.
    #[must_use]
    pub fn raw(self) -> &'a [u8] {
        self.bytes
    }

    /// Its name as it was spelt, without blanks before the colon; empty for a line without a colon.
    #[inline]
    #[must_use]
    pub fn name(self) -> &'a [u8] {
        let mut name = slice(self.bytes, 0, self.entry.colon().unwrap_or(0));
        if self.entry.has_blank() {
            while let [rest @ .., b' ' | b'\t'] = name {
                name = rest;
            }
        }
        name
    }

    /// Its name for people: octets above 127 are shown as U+FFFD.
    #[must_use]
    pub fn name_text(self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.name())
    }

    /// True where the name is `name`, whatever the case of its letters.
    #[inline]
    #[must_use]
    pub fn is(self, name: &str) -> bool {
        self.entry.may_be_of(name.len()) && self.is_spelt(name)
    }

    #[inline(always)]
    pub(super) fn is_spelt(self, name: &str) -> bool {
        let (ours, wanted) = (self.name(), name.as_bytes());
        // Mail mostly spells names as everybody does.
        ours == wanted || ours.eq_ignore_ascii_case(wanted)
    }

    /// True where the name is one that RFC 5322 §2.2 allows, with nothing between it and the colon.
    #[must_use]
    pub fn is_well_formed(self) -> bool {
        let name = slice(self.bytes, 0, self.entry.colon().unwrap_or(0));
        !name.is_empty() && name.iter().all(|&b| is_ftext(b))
    }

    /// What follows the colon, folded as it stands, without the blanks and line ends around it.
    ///
    /// All of the line, for a line without a colon.
    #[must_use]
    pub fn raw_value(self) -> &'a [u8] {
        trim(self.untrimmed())
    }

    /// What follows the colon, to the octet, with its line end.
    #[must_use]
    pub fn untrimmed(self) -> &'a [u8] {
        let start = self
            .entry
            .colon()
            .map_or(0, |colon| colon.saturating_add(1));
        self.readable_from(start)
    }

    /// What is its value's to read, from that octet of the field on.
    pub(crate) fn readable_from(self, start: usize) -> &'a [u8] {
        let readable = usize::try_from(self.entry.readable).unwrap_or(usize::MAX);
        slice(self.bytes, start, readable)
    }

    /// Where the field stands in the message, its line end included.
    #[must_use]
    pub fn span(self) -> Span {
        self.entry.span()
    }

    /// Where the name stands in the message.
    #[must_use]
    pub fn name_span(self) -> Span {
        let start = self.entry.start;
        Span::new(start, start.saturating_add(to_u64(self.name().len())))
    }

    /// Where [`raw_value`](Self::raw_value) stands in the message.
    #[must_use]
    pub fn value_span(self) -> Span {
        let value = self.untrimmed();
        let colon = self
            .entry
            .colon()
            .map_or(0, |colon| colon.saturating_add(1));
        let leading = value.len().saturating_sub(trim_start(value).len());
        let start = self
            .entry
            .start
            .saturating_add(to_u64(colon.saturating_add(leading)));
        Span::new(start, start.saturating_add(to_u64(self.raw_value().len())))
    }

    /// The value without its line breaks (RFC 5322 §2.2.3): nothing else is changed or decoded.
    #[must_use]
    pub fn unfolded(self) -> Cow<'a, [u8]> {
        unfold(self.raw_value())
    }
}

/// Without CR and LF, wherever they stand.
pub(crate) fn unfold(value: &[u8]) -> Cow<'_, [u8]> {
    let ends = [b'\r', b'\n'];
    let mut end = find_any(ends, value);
    if end.is_none() {
        return Cow::Borrowed(value);
    }
    let mut out = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = end {
        out.extend_from_slice(slice(rest, 0, at));
        rest = slice(rest, at.saturating_add(1), rest.len());
        end = find_any(ends, rest);
    }
    out.extend_from_slice(rest);
    Cow::Owned(out)
}

impl fmt::Debug for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.bytes.escape_ascii())
    }
}
