//! Sequence sets (RFC 3501 §9).

use core::fmt;

use crate::{
    encode::buffer::Encoder,
    error::{Invalid, Rule},
    types::sequence::{SequenceRange, SequenceSet},
};

impl fmt::Display for SequenceRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut end = |number: Option<u32>| match number {
            Some(number) => write!(f, "{number}"),
            None => f.write_str("*"),
        };
        end(self.first())?;
        if self.is_single() {
            return Ok(());
        }
        f.write_str(":")?;
        match self.last() {
            Some(number) => write!(f, "{number}"),
            None => f.write_str("*"),
        }
    }
}

impl fmt::Display for SequenceSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_saved() {
            return f.write_str("$");
        }
        for (index, range) in self.ranges().iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            fmt::Display::fmt(range, f)?;
        }
        Ok(())
    }
}

impl Encoder<'_> {
    pub(crate) fn sequence_set(&mut self, set: &SequenceSet) -> &mut Self {
        if set.is_empty() {
            self.refuse(Invalid::value(Rule::SequenceSet));
        }
        if set.is_saved() {
            return self.byte(b'$');
        }
        for (index, range) in set.ranges().iter().enumerate() {
            if index > 0 {
                self.byte(b',');
            }
            self.seq_number(range.first());
            if !range.is_single() {
                self.byte(b':').seq_number(range.last());
            }
        }
        self
    }

    fn seq_number(&mut self, number: Option<u32>) -> &mut Self {
        match number {
            Some(number) => self.number(number.into()),
            None => self.byte(b'*'),
        }
    }
}
