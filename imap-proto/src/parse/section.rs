//! Sections and partial ranges (RFC 3501 §9).

use alloc::vec::Vec;
use core::str::FromStr;

use bytes::Bytes;

use crate::{
    error::{ParseError, ParseErrorKind as Kind, Repair, Rule},
    parse::{
        cursor::{Cursor, Result},
        word::Upper,
    },
    types::{
        section::{ObjectId, Partial, PartialRange, Section, SectionText},
        syntax::Syntax,
    },
};

impl FromStr for Section {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self> {
        let text = Bytes::copy_from_slice(text.as_bytes());
        let mut cursor = Cursor::over(&text, &Syntax::strict());
        let section = cursor.section_spec()?;
        match cursor.rest() {
            [] => Ok(section),
            _ => Err(cursor.unexpected(Rule::Section)),
        }
    }
}

impl Cursor<'_> {
    /// `section = "[" [section-spec] "]"`
    pub(crate) fn section(&mut self) -> Result<Section> {
        self.expect(b'[', Rule::Section)?;
        let section = self.section_spec()?;
        self.expect(b']', Rule::Section)?;
        Ok(section)
    }

    /// `section-spec = section-msgtext / (section-part ["." section-text])`
    fn section_spec(&mut self) -> Result<Section> {
        let path = self.part_path()?;
        if !path.is_empty() && !self.eat(b'.') {
            return Ok(Section::part(path));
        }
        let mark = self.mark();
        let len = self
            .rest()
            .iter()
            .position(|b| !b.is_ascii_alphabetic() && *b != b'.')
            .unwrap_or(self.rest().len());
        let word = Upper::new(self.take(len));
        let text = match word.as_bytes() {
            b"" if path.is_empty() => return Ok(Section::WHOLE),
            b"HEADER" => SectionText::Header,
            b"TEXT" => SectionText::Text,
            b"MIME" if !path.is_empty() => SectionText::Mime,
            b"HEADER.FIELDS" => SectionText::HeaderFields(self.header_list()?),
            b"HEADER.FIELDS.NOT" => SectionText::HeaderFieldsNot(self.header_list()?),
            _ => {
                self.reset(mark);
                return Err(self.error(Kind::UnknownKeyword, Rule::Section));
            }
        };
        Ok(Section::new(path, text))
    }

    /// `header-list = "(" header-fld-name *(SP header-fld-name) ")"`
    fn header_list(&mut self) -> Result<Vec<crate::types::text::AString>> {
        self.sp(Rule::Section)?;
        let names = self.list(Rule::Section, |c| c.astring_value(Rule::Section))?;
        if names.is_empty() {
            self.repair(Repair::EmptyList, Rule::Section)?;
        }
        Ok(names)
    }

    /// `section-part = nz-number *("." nz-number)`; empty when no number stands here.
    fn part_path(&mut self) -> Result<Vec<u32>> {
        let mut path = Vec::new();
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.count(Rule::Section)?;
            let number = self.number(Rule::Section)?;
            if number == 0 {
                return Err(self.error(Kind::NumberRange, Rule::Section));
            }
            path.push(number);
            let more = self.peek() == Some(b'.')
                && self.peek_at(1).is_some_and(|byte| byte.is_ascii_digit());
            if !more {
                break;
            }
            self.take(1);
        }
        Ok(path)
    }

    /// `section-binary = "[" [section-part] "]"` (RFC 3516)
    pub(crate) fn section_binary(&mut self) -> Result<Vec<u32>> {
        self.expect(b'[', Rule::Section)?;
        let path = self.part_path()?;
        self.expect(b']', Rule::Section)?;
        Ok(path)
    }

    /// `partial = "<" number64 "." nz-number64 ">"`
    pub(crate) fn partial(&mut self) -> Result<Option<Partial>> {
        if !self.eat(b'<') {
            return Ok(None);
        }
        let origin = self.number64(Rule::Section)?;
        self.expect(b'.', Rule::Section)?;
        let count = self.number64(Rule::Section)?;
        if count == 0 {
            return Err(self.error(Kind::NumberRange, Rule::Section));
        }
        self.expect(b'>', Rule::Section)?;
        Ok(Some(Partial::new(origin, count)))
    }

    /// `["<" number ">"]` behind the section of a response
    pub(crate) fn origin(&mut self) -> Result<Option<u64>> {
        if !self.eat(b'<') {
            return Ok(None);
        }
        let origin = self.number64(Rule::Section)?;
        self.expect(b'>', Rule::Section)?;
        Ok(Some(origin))
    }

    /// `partial-range = partial-range-first / partial-range-last` (RFC 9394)
    pub(crate) fn partial_range(&mut self) -> Result<PartialRange> {
        let first = self.partial_end()?;
        self.expect(b':', Rule::Partial)?;
        let last = self.partial_end()?;
        PartialRange::new(first, last).map_err(|_| self.error(Kind::NumberRange, Rule::Partial))
    }

    fn partial_end(&mut self) -> Result<i64> {
        let negative = self.eat(b'-');
        let number = i64::from(self.number(Rule::Partial)?);
        Ok(if negative {
            number.wrapping_neg()
        } else {
            number
        })
    }

    /// `"(" objectid ")"` (RFC 8474)
    pub(crate) fn object_id(&mut self, rule: Rule) -> Result<ObjectId> {
        self.expect(b'(', rule)?;
        let id = self.atom(rule)?;
        let id = ObjectId::new(self.ascii(id)).map_err(|_| self.unexpected(rule))?;
        self.expect(b')', rule)?;
        Ok(id)
    }
}
