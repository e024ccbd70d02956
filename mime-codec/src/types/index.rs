//! Where everything stands in a message: two flat lists of offsets.

use alloc::vec::Vec;

use super::{encoding::Encoding, part_kind::PartKind};
use crate::error::{Problem, Span, to_u64, to_usize};

/// Where everything stands in a message: fields and parts as offsets, in the order of the message.
///
/// It holds no octets of the message and belongs to no lifetime. [`Message::into_parts`](crate::Message::into_parts)
/// gives it back, so that its storage can serve for the next message.
///
/// ```
/// use mailweft_mime::{Index, Limits, Message};
///
/// let mut index = Index::default();
/// for mail in ["Subject: one\r\n\r\n", "Subject: two\r\n\r\n"] {
///     let message = Message::parse_into(mail, index, &Limits::default());
///     assert!(message.subject().is_some());
///     index = message.into_parts().1;
/// }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Index {
    pub(crate) parts: Vec<PartEntry>,
    pub(crate) fields: Vec<FieldEntry>,
    pub(crate) problems: Vec<Problem>,
}

impl Index {
    /// How many parts there are, the message itself included.
    #[must_use]
    pub fn part_count(&self) -> usize {
        self.parts.len()
    }

    /// How many header fields there are in all parts.
    #[must_use]
    pub fn field_count(&self) -> usize {
        self.fields.len()
    }

    pub(crate) fn clear(&mut self) {
        self.parts.clear();
        self.fields.clear();
        self.problems.clear();
    }

    pub(crate) fn part(&self, id: u32) -> Option<&PartEntry> {
        self.parts.get(usize::try_from(id).ok()?)
    }
}

/// One part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PartEntry {
    /// Where the header begins.
    pub(crate) start: u64,
    /// The end of the last field.
    pub(crate) header_end: u64,
    pub(crate) body_start: u64,
    pub(crate) body_end: u64,
    /// Where the octets of the header are held; the same as `start` where the whole message is.
    pub(crate) held: u64,
    /// How many LFs the body has, where they were counted.
    pub(crate) lines: Option<u64>,
    /// The first boundary line of a multipart, and the end of its close line: what is not in between is
    /// preamble and epilogue.
    pub(crate) inner_start: u64,
    pub(crate) inner_end: u64,
    pub(crate) first_field: u32,
    pub(crate) end_field: u32,
    /// The part that holds it; the root holds itself.
    pub(crate) parent: u32,
    /// The number of the part that follows it and all it holds.
    pub(crate) next: u32,
    pub(crate) depth: u32,
    pub(crate) kind: PartKind,
    /// What Content-Transfer-Encoding says, where somebody defined it.
    pub(crate) declared: Option<Encoding>,
    /// The first Content-Type, where there is one.
    pub(crate) content_type: Option<TypeEntry>,
    /// It stands in a multipart/digest, and is a message unless it says otherwise.
    pub(crate) digest: bool,
}

/// What the index knows of a Content-Type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TypeEntry {
    /// Where the field begins.
    pub(crate) start: u64,
    /// Where its parameters begin, counted from `start`.
    pub(crate) params: u32,
    /// It is `text/..`, or no type at all.
    pub(crate) text: bool,
}

/// One field of a header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FieldEntry {
    pub(crate) start: u64,
    pub(crate) len: u64,
    /// Where the colon stands, counted from `start`, or [`NO_COLON`](Self::NO_COLON); with [`BLANK`](Self::BLANK) where
    /// blanks stand before it.
    colon: u32,
    /// How many octets of the field are its value's to read, from `start`: shorter than `len` past a limit.
    pub(crate) readable: u32,
}

impl FieldEntry {
    const NO_COLON: u32 = u32::MAX;
    const BLANK: u32 = 1 << 31;

    /// A field whose name ends at `colon`, or at blanks before it.
    #[inline]
    pub(crate) fn new(start: u64, len: usize, colon: Option<usize>, blank: bool) -> Self {
        let colon = colon.and_then(|at| u32::try_from(at).ok());
        let colon = colon.filter(|&at| at < Self::BLANK);
        let colon = colon.map(|at| if blank { at | Self::BLANK } else { at });
        Self {
            start,
            len: to_u64(len),
            colon: colon.unwrap_or(Self::NO_COLON),
            readable: u32::try_from(len).unwrap_or(u32::MAX),
        }
    }

    /// False where its name has not so many octets, which nearly always tells two names apart.
    #[inline]
    pub(crate) fn may_be_of(&self, octets: usize) -> bool {
        let octets = u32::try_from(octets).unwrap_or(0);
        // One question instead of two: zero where they are equal, the highest bit where there are blanks.
        let different = self.colon ^ octets;
        different.wrapping_sub(1) >= Self::BLANK.wrapping_sub(1)
    }

    /// Blanks stand before the colon, or there is no colon.
    #[inline]
    pub(crate) const fn has_blank(&self) -> bool {
        self.colon >= Self::BLANK
    }

    pub(crate) fn span(&self) -> Span {
        Span::new(self.start, self.start.saturating_add(self.len))
    }

    pub(crate) fn colon(&self) -> Option<usize> {
        (self.colon != Self::NO_COLON).then(|| to_usize(u64::from(self.colon & !Self::BLANK)))
    }
}
