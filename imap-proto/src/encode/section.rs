//! Sections and partial ranges (RFC 3501 §9).

use core::fmt;

use crate::{
    encode::buffer::{Encoder, display},
    types::section::{ObjectId, Partial, PartialRange, Section, SectionText},
};

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        display(f, |e| {
            e.section_spec(self);
        })
    }
}

impl fmt::Display for Partial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}.{}>", self.origin(), self.count())
    }
}

impl fmt::Display for PartialRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.first(), self.last())
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Encoder<'_> {
    pub(crate) fn section(&mut self, section: &Section) -> &mut Self {
        self.byte(b'[').section_spec(section).byte(b']')
    }

    fn section_spec(&mut self, section: &Section) -> &mut Self {
        self.part_path(section.path());
        let dot = if section.path().is_empty() { "" } else { "." };
        match section.text() {
            SectionText::Whole => self,
            SectionText::Header => self.raw(dot).raw("HEADER"),
            SectionText::Text => self.raw(dot).raw("TEXT"),
            SectionText::Mime => self.raw(dot).raw("MIME"),
            SectionText::HeaderFields(names) => {
                self.raw(dot).raw("HEADER.FIELDS ").list(names, |e, name| {
                    e.astring(name);
                })
            }
            SectionText::HeaderFieldsNot(names) => {
                self.raw(dot)
                    .raw("HEADER.FIELDS.NOT ")
                    .list(names, |e, name| {
                        e.astring(name);
                    })
            }
        }
    }

    pub(crate) fn part_path(&mut self, path: &[u32]) -> &mut Self {
        for (index, number) in path.iter().enumerate() {
            if index > 0 {
                self.byte(b'.');
            }
            self.number((*number).into());
        }
        self
    }

    pub(crate) fn partial(&mut self, partial: Option<Partial>) -> &mut Self {
        match partial {
            Some(partial) => self
                .byte(b'<')
                .number(partial.origin())
                .byte(b'.')
                .number(partial.count())
                .byte(b'>'),
            None => self,
        }
    }

    pub(crate) fn partial_range(&mut self, range: PartialRange) -> &mut Self {
        self.signed(range.first()).byte(b':').signed(range.last())
    }

    fn signed(&mut self, number: i64) -> &mut Self {
        if number < 0 {
            self.byte(b'-');
        }
        self.number(number.unsigned_abs())
    }

    /// `"(" objectid ")"`
    pub(crate) fn object_id(&mut self, id: &ObjectId) -> &mut Self {
        self.byte(b'(').raw(id.as_bytes()).byte(b')')
    }
}
