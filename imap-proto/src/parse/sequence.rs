//! Sequence sets (RFC 3501 §9).

use alloc::vec::Vec;
use core::str::FromStr;

use bytes::Bytes;

use crate::{
    error::{ParseError, ParseErrorKind as Kind, Rule},
    parse::cursor::{Cursor, Result},
    types::{
        sequence::{SequenceRange, SequenceSet},
        syntax::Syntax,
    },
};

impl FromStr for SequenceSet {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self> {
        let text = Bytes::copy_from_slice(text.as_bytes());
        let mut cursor = Cursor::over(&text, &Syntax::strict());
        let set = cursor.sequence_set(Rule::SequenceSet)?;
        match cursor.rest() {
            [] => Ok(set),
            _ => Err(cursor.unexpected(Rule::SequenceSet)),
        }
    }
}

impl Cursor<'_> {
    /// `sequence-set = (seq-number / seq-range) ["," sequence-set]`, or `$` (RFC 5182)
    pub(crate) fn sequence_set(&mut self, rule: Rule) -> Result<SequenceSet> {
        if self.eat(b'$') {
            return Ok(SequenceSet::SAVED);
        }
        let first = self.sequence_range(rule)?;
        if self.peek() != Some(b',') {
            return Ok(SequenceSet::from_slice(&[first]).unwrap_or_default());
        }
        // Most sets are short: they are gathered here, and allocated once.
        let mut few = [first; 16];
        let mut len = 1usize;
        let mut ranges = Vec::new();
        while self.eat(b',') {
            self.count(rule)?;
            let range = self.sequence_range(rule)?;
            match few.get_mut(len) {
                Some(place) => {
                    *place = range;
                    len = len.saturating_add(1);
                }
                None => {
                    if ranges.is_empty() {
                        ranges.extend_from_slice(&few);
                    }
                    ranges.push(range);
                }
            }
        }
        let few = few.get(..len).unwrap_or_default();
        let ranges = if ranges.is_empty() { few } else { &ranges };
        Ok(SequenceSet::from_slice(ranges).unwrap_or_default())
    }

    /// `seq-range = seq-number ":" seq-number`
    fn sequence_range(&mut self, rule: Rule) -> Result<SequenceRange> {
        let first = self.seq_number(rule)?;
        let last = match self.eat(b':') {
            true => self.seq_number(rule)?,
            false => first,
        };
        Ok(SequenceRange::new(first, last))
    }

    /// `seq-number = nz-number / "*"`; `*` is 0 here.
    fn seq_number(&mut self, rule: Rule) -> Result<u32> {
        if self.eat(b'*') {
            return Ok(0);
        }
        let start = self.offset();
        match self.number(rule)? {
            0 => Err(ParseError::new(Kind::NumberRange, rule, start)),
            number => Ok(number),
        }
    }
}
