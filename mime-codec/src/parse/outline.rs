//! Steps of the engine to an outline.

use alloc::vec::Vec;

use super::{index::Indexer, structure::Entered};
use crate::{
    error::{Problem, to_u64, to_usize},
    frame::engine::Step,
    types::{index::Index, outline::Outline},
};

/// Keeps the headers of the parts that a stream brings, and where everything stands.
#[derive(Clone, Debug)]
pub(crate) struct Collector {
    indexer: Indexer,
    headers: Vec<u8>,
}

impl Collector {
    pub(crate) fn new() -> Self {
        Self {
            indexer: Indexer::new(Index::default()),
            headers: Vec::new(),
        }
    }

    pub(crate) fn note(&mut self, step: Step, start: u64, octets: &[u8], in_digest: bool) {
        self.indexer
            .note(step, start, to_u64(self.headers.len()), in_digest);
        if matches!(step, Step::Field { .. } | Step::FieldRest { .. }) {
            self.headers.extend_from_slice(octets);
        }
    }

    pub(crate) fn entered(&mut self, entered: &Entered) {
        self.indexer.entered(entered);
    }

    pub(crate) fn lines_of(&mut self, part: u32, lines: u64) {
        if let Some(part) = self.indexer.index.parts.get_mut(to_usize(u64::from(part))) {
            part.lines = Some(lines);
        }
    }

    pub(crate) fn finish(self, problems: Vec<Problem>) -> Outline {
        let mut index = self.indexer.finish();
        index.problems = problems;
        Outline {
            index,
            headers: self.headers,
        }
    }
}
