//! One part of a message.

use core::fmt;

use super::{
    encoding::Encoding,
    field::Field,
    index::{FieldEntry, Index, PartEntry, TypeEntry},
    part_kind::PartKind,
};
use crate::{
    error::{Span, to_u64, to_usize},
    grammar::{slice, trim},
};

/// The index and the octets that a part is seen through.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) index: &'a Index,
    pub(crate) bytes: &'a [u8],
    /// Bodies are among the octets.
    pub(crate) whole: bool,
}

/// One part of a message, or the message itself: a small view that is `Copy`.
///
/// The same view serves a [`Message`](crate::Message), which has all octets at hand, and an
/// [`Outline`](crate::Outline), which has kept the headers alone.
///
/// ```text
/// Content-Type: text/plain\r\n   -+ header_span
/// Subject: hello\r\n             -+
/// \r\n
/// body\r\n                       -- body_span
/// --boundary                        (the line break before it belongs to the boundary)
/// ```
#[derive(Clone, Copy)]
pub struct Part<'a> {
    view: View<'a>,
    entry: &'a PartEntry,
    id: u32,
}

static NO_PART: PartEntry = PartEntry {
    start: 0,
    header_end: 0,
    body_start: 0,
    body_end: 0,
    held: 0,
    lines: None,
    inner_start: 0,
    inner_end: 0,
    first_field: 0,
    end_field: 0,
    parent: 0,
    next: 1,
    depth: 0,
    kind: PartKind::Leaf,
    digest: false,
    declared: Some(Encoding::SevenBit),
    content_type: None,
};

impl<'a> Part<'a> {
    /// The part of that number; an empty one, which no index of ours needs, where there is none.
    pub(crate) fn new(view: View<'a>, id: u32) -> Self {
        Self {
            view,
            entry: view.index.part(id).unwrap_or(&NO_PART),
            id,
        }
    }

    /// The part of that number of the same message.
    pub(crate) fn at(self, id: u32) -> Option<Self> {
        self.view.index.part(id).map(|_| Self::new(self.view, id))
    }

    /// Its number: parts are counted from 0, the message itself, in the order in which they begin.
    #[must_use]
    pub fn id(self) -> u32 {
        self.id
    }

    /// What its body is made of.
    #[must_use]
    pub fn kind(self) -> PartKind {
        self.entry.kind
    }

    /// True where its body is parts between boundary lines.
    #[must_use]
    pub fn is_multipart(self) -> bool {
        self.entry.kind == PartKind::Multipart
    }

    /// True for the message itself, and for the message inside a message/rfc822 part: it has the header of
    /// a message, and not that of a body part.
    #[must_use]
    pub fn is_message_root(self) -> bool {
        self.id == 0
            || self
                .parent()
                .is_some_and(|parent| parent.kind() == PartKind::Message)
    }

    /// How many parts hold it.
    #[must_use]
    pub fn depth(self) -> u32 {
        self.entry.depth
    }

    /// It stands right inside a multipart/digest, where a part is a message unless it says otherwise.
    #[must_use]
    pub fn is_in_digest(self) -> bool {
        self.entry.digest
    }

    /// The part that holds it; none for the message itself.
    #[must_use]
    pub fn parent(self) -> Option<Self> {
        (self.id != 0).then(|| Self::new(self.view, self.entry.parent))
    }

    /// The parts right inside it: those of a multipart, or the one message of a message/rfc822.
    #[must_use]
    pub fn children(self) -> Parts<'a> {
        Parts {
            view: self.view,
            next: self.id.saturating_add(1),
            end: self.entry.next,
            deep: false,
        }
    }

    /// The part itself and all parts inside it, in the order of the message.
    #[must_use]
    pub fn descendants(self) -> Parts<'a> {
        Parts {
            view: self.view,
            next: self.id,
            end: self.entry.next,
            deep: true,
        }
    }

    /// The child of that number, counted from 0.
    #[must_use]
    pub fn child(self, number: usize) -> Option<Self> {
        self.children().nth(number)
    }

    /// The message inside a message/rfc822 part, as far as it stands unencoded.
    #[must_use]
    pub fn nested_message(self) -> Option<Self> {
        if self.kind() == PartKind::Message {
            self.child(0)
        } else {
            None
        }
    }

    /// The header fields, in order, duplicates and malformed ones included.
    #[must_use]
    pub fn fields(self) -> Fields<'a> {
        let first = to_usize(u64::from(self.entry.first_field));
        let end = to_usize(u64::from(self.entry.end_field));
        Fields {
            part: self,
            entries: self
                .view
                .index
                .fields
                .get(first..end)
                .unwrap_or_default()
                .iter(),
        }
    }

    /// What Content-Transfer-Encoding says, where somebody defined it.
    pub(crate) fn declared_encoding(self) -> Option<Encoding> {
        self.entry.declared
    }

    /// What the index knows of the first Content-Type.
    pub(crate) fn type_entry(self) -> Option<TypeEntry> {
        self.entry.content_type
    }

    /// What follows the media type in the first Content-Type.
    pub(crate) fn type_params(self) -> Option<&'a [u8]> {
        let known = self.type_entry()?;
        // It mostly stands near the end.
        let mut entries = self.fields().entries;
        let field = self.field_at(entries.rfind(|entry| entry.start == known.start)?);
        Some(trim(field.readable_from(to_usize(u64::from(known.params)))))
    }

    /// The first field of that name, whatever the case of its letters.
    #[must_use]
    pub fn field(self, name: &str) -> Option<Field<'a>> {
        for entry in self.fields().entries {
            // Few fields are looked at: the length of a name nearly always tells it from another.
            if entry.may_be_of(name.len()) {
                let field = self.field_at(entry);
                if field.is_spelt(name) {
                    return Some(field);
                }
            }
        }
        None
    }

    /// All fields of that name, in order.
    pub fn fields_named<'n>(self, name: &'n str) -> impl Iterator<Item = Field<'a>> + use<'a, 'n> {
        self.fields()
            .entries
            .filter(move |entry| entry.may_be_of(name.len()))
            .map(move |entry| self.field_at(entry))
            .filter(move |field| field.is(name))
    }

    /// Where its header stands: the fields, without the empty line that ends it.
    #[must_use]
    pub fn header_span(self) -> Span {
        Span::new(self.entry.start, self.entry.header_end)
    }

    /// Where its body stands, the empty line before it and the line break of the boundary after it excluded.
    #[must_use]
    pub fn body_span(self) -> Span {
        Span::new(self.entry.body_start, self.entry.body_end)
    }

    /// Where the part stands: header, empty line and body.
    #[must_use]
    pub fn span(self) -> Span {
        Span::new(self.entry.start, self.entry.body_end)
    }

    /// What stands before the first boundary line of a multipart.
    #[must_use]
    pub fn preamble_span(self) -> Span {
        if self.is_multipart() {
            Span::new(self.entry.body_start, self.entry.inner_start)
        } else {
            Span::new(0, 0)
        }
    }

    /// What follows the close line of a multipart.
    #[must_use]
    pub fn epilogue_span(self) -> Span {
        if self.is_multipart() {
            Span::new(self.entry.inner_end, self.entry.body_end)
        } else {
            Span::new(0, 0)
        }
    }

    /// How many octets the body has as it stands.
    #[must_use]
    pub fn octets(self) -> u64 {
        self.body_span().len()
    }

    /// How many lines the body has as it stands: its line ends, as IMAP counts them (RFC 3501 §7.4.2). The octets
    /// behind the last line end, which a boundary cut short, are none.
    #[must_use]
    pub fn lines(self) -> u64 {
        match self.entry.lines {
            Some(lines) => lines,
            None => count_lines(self.raw_body()),
        }
    }

    /// True where the octets of its body are at hand: in a message, and not in an outline.
    #[must_use]
    pub fn has_body(self) -> bool {
        self.view.whole
    }

    /// The octets of the header: the fields, without the empty line that ends it.
    #[must_use]
    pub fn raw_header(self) -> &'a [u8] {
        let start = to_usize(self.entry.held);
        let len = to_usize(self.header_span().len());
        slice(self.view.bytes, start, start.saturating_add(len))
    }

    /// The octets of the body as they stand; none in an outline.
    #[must_use]
    pub fn raw_body(self) -> &'a [u8] {
        self.of(self.body_span())
    }

    /// The octets of header, empty line and body as they stand: what a signature is over. None in an outline.
    #[must_use]
    pub fn raw(self) -> &'a [u8] {
        self.of(self.span())
    }

    /// What stands before the first boundary line of a multipart; none in an outline.
    #[must_use]
    pub fn preamble(self) -> &'a [u8] {
        self.of(self.preamble_span())
    }

    /// What follows the close line of a multipart; none in an outline.
    #[must_use]
    pub fn epilogue(self) -> &'a [u8] {
        self.of(self.epilogue_span())
    }

    fn of(self, span: Span) -> &'a [u8] {
        if self.view.whole {
            span.of(self.view.bytes)
        } else {
            &[]
        }
    }

    fn field_at(self, entry: &FieldEntry) -> Field<'a> {
        let from_start = entry.start.saturating_sub(self.entry.start);
        let start = to_usize(self.entry.held.saturating_add(from_start));
        Field::new(
            slice(
                self.view.bytes,
                start,
                start.saturating_add(to_usize(entry.len)),
            ),
            *entry,
        )
    }
}

/// Lines of a body: its LFs.
pub(crate) fn count_lines(body: &[u8]) -> u64 {
    to_u64(memchr::memchr_iter(b'\n', body).count())
}

impl fmt::Debug for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Part")
            .field("id", &self.id)
            .field("kind", &self.kind())
            .field("header", &self.header_span())
            .field("body", &self.body_span())
            .finish_non_exhaustive()
    }
}

/// Parts in the order of the message; made by [`Part::children`] and [`Part::descendants`].
#[derive(Clone)]
pub struct Parts<'a> {
    view: View<'a>,
    next: u32,
    end: u32,
    deep: bool,
}

impl<'a> Iterator for Parts<'a> {
    type Item = Part<'a>;

    fn next(&mut self) -> Option<Part<'a>> {
        if self.next >= self.end {
            return None;
        }
        let part = Part::new(self.view, self.next);
        let after = self.next.saturating_add(1);
        self.next = if self.deep {
            after
        } else {
            part.entry.next.max(after)
        };
        Some(part)
    }
}

impl fmt::Debug for Parts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// The fields of a header in order; made by [`Part::fields`].
#[derive(Clone)]
pub struct Fields<'a> {
    part: Part<'a>,
    entries: core::slice::Iter<'a, FieldEntry>,
}

impl<'a> Iterator for Fields<'a> {
    type Item = Field<'a>;

    fn next(&mut self) -> Option<Field<'a>> {
        let entry = self.entries.next()?;
        Some(self.part.field_at(entry))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.entries.size_hint()
    }
}

impl ExactSizeIterator for Fields<'_> {}

impl fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}
