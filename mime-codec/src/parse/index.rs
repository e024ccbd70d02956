//! Steps of the engine to an index.

use super::structure::Entered;
use crate::{
    error::{to_u64, to_usize},
    frame::engine::{Colon, Place, Step},
    types::index::{FieldEntry, Index, PartEntry},
};

/// The entry of a field.
#[inline]
pub(crate) fn entry(start: u64, len: usize, colon: Option<Colon>) -> FieldEntry {
    let blank = colon.is_some_and(|colon| colon.blank);
    FieldEntry::new(start, len, colon.map(|colon| colon.at), blank)
}

/// Notes every step of the engine in an index.
#[derive(Clone, Debug, Default)]
pub(crate) struct Indexer {
    pub(crate) index: Index,
    /// The part whose header or body is open.
    current: u32,
    root: bool,
}

impl Indexer {
    pub(crate) fn new(mut index: Index) -> Self {
        index.clear();
        Self {
            index,
            current: 0,
            root: true,
        }
    }

    fn part(&mut self, id: u32) -> Option<&mut PartEntry> {
        self.index.parts.get_mut(to_usize(u64::from(id)))
    }

    fn field_count(&self) -> u32 {
        u32::try_from(self.index.fields.len()).unwrap_or(u32::MAX)
    }

    /// Notes a field.
    #[inline]
    pub(crate) fn field(&mut self, start: u64, len: usize, colon: Option<Colon>) {
        self.index.fields.push(entry(start, len, colon));
    }

    /// Notes a step that began at offset `start`; `held` is where a header that starts here is held.
    pub(crate) fn note(&mut self, step: Step, start: u64, held: u64, in_digest: bool) {
        match step {
            Step::PartStart => {
                let id = u32::try_from(self.index.parts.len()).unwrap_or(u32::MAX);
                let parent = self.current;
                let depth = self
                    .part(parent)
                    .map_or(0, |parent| parent.depth.saturating_add(1));
                let first_field = self.field_count();
                let entry = PartEntry {
                    start,
                    held,
                    header_end: start,
                    body_start: start,
                    body_end: start,
                    first_field,
                    end_field: first_field,
                    parent,
                    depth: if self.root { 0 } else { depth },
                    digest: in_digest,
                    ..PartEntry::default()
                };
                self.root = false;
                self.index.parts.push(entry);
                self.current = id;
            }
            Step::Field { len, colon } => self.field(start, len, colon),
            Step::FieldRest { len, fresh } => match self.index.fields.last_mut() {
                Some(field) if !fresh => field.len = field.len.saturating_add(to_u64(len)),
                _ => self.field(start, len, None),
            },
            Step::HeaderEnd { len } => {
                let end_field = self.field_count();
                let body = start.saturating_add(to_u64(len));
                if let Some(part) = self.part(self.current) {
                    part.end_field = end_field;
                    part.header_end = start;
                    part.body_start = body;
                    part.body_end = body;
                    part.inner_start = body;
                    part.inner_end = body;
                }
            }
            Step::Content { len, place } => {
                let end = start.saturating_add(to_u64(len));
                if let Some(part) = self.part(self.current).filter(|_| place == Place::Preamble) {
                    part.inner_start = end;
                    part.inner_end = end;
                }
            }
            Step::PartEnd => {
                let next = u32::try_from(self.index.parts.len()).unwrap_or(u32::MAX);
                let current = self.current;
                if let Some(part) = self.part(current) {
                    part.body_end = start;
                    part.next = next;
                    self.current = part.parent;
                }
            }
            Step::Delimiter { len, close } => {
                let end = start.saturating_add(to_u64(len));
                if let Some(part) = self.part(self.current) {
                    // Until its close line is met, a multipart has no epilogue.
                    part.inner_end = if close { end } else { u64::MAX };
                }
            }
            Step::More | Step::End => {}
        }
    }

    pub(crate) fn entered(&mut self, entered: &Entered) {
        if let Some(part) = self.part(self.current) {
            part.kind = entered.kind;
            part.declared = entered.declared;
            part.content_type = entered.content_type;
        }
    }

    pub(crate) fn finish(mut self) -> Index {
        for part in &mut self.index.parts {
            part.inner_end = part.inner_end.min(part.body_end).max(part.inner_start);
        }
        self.index
    }
}
