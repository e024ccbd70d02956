//! A place in a line, and the few moves that a grammar of words and blanks needs.

use alloc::vec::Vec;
use core::str;

use bytes::Bytes;

use crate::{
    error::{ParseError, ParseErrorKind, Rule},
    grammar::{is_blank, is_plain},
    types::{Finding, FindingKind, Tolerance},
};

/// A place in a line without control characters.
pub(crate) struct Cursor<'a> {
    line: &'a Bytes,
    at: usize,
    /// Where the line ends: before blanks at its end.
    end: usize,
    pub(crate) tolerance: Tolerance,
    pub(crate) findings: Vec<Finding>,
}

impl<'a> Cursor<'a> {
    /// Begins a line: refuses control characters and octets that are not UTF-8, and sets blanks at the end
    /// aside.
    pub(crate) fn new(line: &'a Bytes, tolerance: Tolerance) -> Result<Self, ParseError> {
        check_octets(line)?;
        let mut cursor = Self {
            line,
            at: 0,
            end: line.len(),
            tolerance,
            findings: Vec::new(),
        };
        if line.last().is_some_and(|&last| is_blank(last)) {
            let last = line.iter().rposition(|&byte| !is_blank(byte));
            cursor.end = last.map_or(0, |last| last.wrapping_add(1));
            let kind = FindingKind::TrailingBlank;
            cursor.tolerate(kind, cursor.end, line.len(), Rule::Command)?;
        }
        Ok(cursor)
    }

    pub(crate) const fn at(&self) -> usize {
        self.at
    }

    pub(crate) const fn is_end(&self) -> bool {
        self.at >= self.end
    }

    #[inline]
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.line.get(self.at..self.end).unwrap_or_default()
    }

    #[inline]
    pub(crate) fn peek(&self) -> Option<u8> {
        self.rest().first().copied()
    }

    pub(crate) fn advance(&mut self, octets: usize) {
        self.at = self.at.saturating_add(octets).min(self.end);
    }

    /// What is left of the line, as a slice of it.
    pub(crate) fn rest_bytes(&mut self) -> Bytes {
        let rest = self.slice(self.at, self.end);
        self.at = self.end;
        rest
    }

    pub(crate) fn slice(&self, start: usize, end: usize) -> Bytes {
        let end = end.min(self.line.len());
        if start >= end {
            return Bytes::new();
        }
        self.line.slice(start..end)
    }

    /// Takes octets of one kind; maybe none.
    #[inline]
    pub(crate) fn take_while(&mut self, kind: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.rest();
        let len = rest
            .iter()
            .position(|&byte| !kind(byte))
            .unwrap_or(rest.len());
        self.advance(len);
        rest.get(..len).unwrap_or_default()
    }

    /// Takes octets of one kind, at least one, as a slice of the line.
    pub(crate) fn word(
        &mut self,
        rule: Rule,
        kind: impl Fn(u8) -> bool,
    ) -> Result<Bytes, ParseError> {
        let start = self.at;
        if self.take_while(kind).is_empty() {
            return Err(self.unexpected(rule));
        }
        Ok(self.slice(start, self.at))
    }

    /// Takes `literal`, case aside.
    #[inline]
    pub(crate) fn literal(&mut self, literal: &str, rule: Rule) -> Result<(), ParseError> {
        let had = self.rest().get(..literal.len());
        if had.is_some_and(|had| had.eq_ignore_ascii_case(literal.as_bytes())) {
            self.advance(literal.len());
            return Ok(());
        }
        let same = self.rest().iter().zip(literal.bytes());
        let same = same
            .take_while(|(had, letter)| had.eq_ignore_ascii_case(letter))
            .count();
        self.advance(same);
        Err(self.unexpected(rule))
    }

    /// Takes the blank between two words.
    #[inline]
    pub(crate) fn blank(&mut self, rule: Rule) -> Result<(), ParseError> {
        match self.rest() {
            [b' ', next, ..] if !is_blank(*next) => {
                self.advance(1);
                Ok(())
            }
            _ => self.blanks(rule),
        }
    }

    /// What stands where one blank should, when it is not that.
    fn blanks(&mut self, rule: Rule) -> Result<(), ParseError> {
        let start = self.at;
        match self.take_while(is_blank) {
            [b' '] => Ok(()),
            [] => Err(self.unexpected(rule)),
            _ => self.tolerate(FindingKind::ExtraBlank, start, self.at, rule),
        }
    }

    /// The end of the line, or an error.
    pub(crate) fn finish(&self, rule: Rule) -> Result<(), ParseError> {
        if self.is_end() {
            Ok(())
        } else {
            Err(self.unexpected(rule))
        }
    }

    /// A decimal number of at most `digits` digits.
    pub(crate) fn number(&mut self, rule: Rule, digits: usize) -> Result<u64, ParseError> {
        let start = self.at;
        let text = self.take_while(|byte| byte.is_ascii_digit());
        if text.is_empty() {
            return Err(self.unexpected(rule));
        }
        let number = text.iter().try_fold(0_u64, |number, digit| {
            number
                .checked_mul(10)?
                .checked_add(u64::from(digit.wrapping_sub(b'0')))
        });
        match number {
            Some(number) if text.len() <= digits => Ok(number),
            _ => Err(ParseError::new(ParseErrorKind::OutOfRange, rule, start)),
        }
    }

    /// Notes something beyond the RFC, or refuses it, as the tolerance says.
    pub(crate) fn tolerate(
        &mut self,
        kind: FindingKind,
        start: usize,
        end: usize,
        rule: Rule,
    ) -> Result<(), ParseError> {
        if self.tolerance == Tolerance::Strict {
            let kind = match self.line.get(start) {
                Some(&byte) => ParseErrorKind::UnexpectedByte(byte),
                None => ParseErrorKind::UnexpectedEnd,
            };
            return Err(ParseError::new(kind, rule, start));
        }
        self.findings.push(Finding::new(kind, start, end));
        Ok(())
    }

    /// The whole line.
    pub(crate) const fn line(&self) -> &'a Bytes {
        self.line
    }

    /// The error of an octet, or an end, that `rule` does not allow here.
    #[cold]
    pub(crate) fn unexpected(&self, rule: Rule) -> ParseError {
        self.unexpected_at(self.at, rule)
    }

    /// The error of the octet at a place, or of the end of the line there.
    #[cold]
    pub(crate) fn unexpected_at(&self, at: usize, rule: Rule) -> ParseError {
        let kind = match self.line.get(at).filter(|_| at < self.end) {
            Some(&byte) => ParseErrorKind::UnexpectedByte(byte),
            None => ParseErrorKind::UnexpectedEnd,
        };
        ParseError::new(kind, rule, at)
    }
}

/// Refuses control characters but HTAB, and octets above 127 that are not UTF-8.
fn check_octets(line: &[u8]) -> Result<(), ParseError> {
    if is_plain(line) {
        return Ok(());
    }
    let is_control = |&byte: &u8| (byte < 32 && byte != b'\t') || byte == 127;
    if let Some(at) = line.iter().position(is_control) {
        let byte = line.get(at).copied().unwrap_or_default();
        let kind = ParseErrorKind::UnexpectedByte(byte);
        return Err(ParseError::new(kind, Rule::Command, at));
    }
    match str::from_utf8(line) {
        Ok(_) => Ok(()),
        Err(error) => {
            let at = error.valid_up_to();
            Err(ParseError::new(ParseErrorKind::NotUtf8, Rule::Command, at))
        }
    }
}
