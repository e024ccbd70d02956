//! A place in the input, and who hears what is found there.

use alloc::vec::Vec;

use crate::{
    error::{Diagnosis, Finding, Level, ParseError, ParseErrorKind, Rule, Span},
    grammar::MAX_ADDRESS,
};

/// Who hears of findings: the gate of a level, or a list of all of them.
pub(super) trait Sink {
    /// Passes, or ends the parse with `error`.
    fn hear(
        &mut self,
        diagnosis: Diagnosis,
        span: Span,
        error: ParseError,
    ) -> Result<(), ParseError>;
}

/// Lets pass what the level allows.
pub(super) struct Gate(pub(super) Level);

impl Sink for Gate {
    fn hear(&mut self, diagnosis: Diagnosis, _: Span, error: ParseError) -> Result<(), ParseError> {
        if self.0.allows(diagnosis) {
            Ok(())
        } else {
            Err(error)
        }
    }
}

/// Writes everything down and goes on.
pub(super) struct Notes(pub(super) Vec<Finding>);

impl Sink for Notes {
    fn hear(&mut self, diagnosis: Diagnosis, span: Span, _: ParseError) -> Result<(), ParseError> {
        self.0.push(Finding { diagnosis, span });
        Ok(())
    }
}

/// Octets picked out of the input: a slice of it while they stand side by side, which takes no
/// allocation, and a copy from the first gap on.
pub(super) struct Picked<'i> {
    input: &'i [u8],
    span: Span,
    copy: Option<Vec<u8>>,
}

impl<'i> Picked<'i> {
    pub(super) const fn new(input: &'i [u8]) -> Self {
        Self {
            input,
            span: 0..0,
            copy: None,
        }
    }

    /// Adds the octets of a span of the input.
    pub(super) fn add(&mut self, span: Span) {
        match &mut self.copy {
            None if self.span.is_empty() => self.span = span,
            None if self.span.end == span.start => self.span.end = span.end,
            None if span.is_empty() => {}
            None => {
                // What an address may hold fits at once.
                let mut copy = Vec::with_capacity(MAX_ADDRESS.min(self.input.len()));
                copy.extend_from_slice(self.as_slice());
                copy.extend_from_slice(self.input.get(span).unwrap_or_default());
                self.copy = Some(copy);
            }
            Some(copy) => copy.extend_from_slice(self.input.get(span).unwrap_or_default()),
        }
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        match &self.copy {
            Some(copy) => copy,
            None => self.input.get(self.span.clone()).unwrap_or_default(),
        }
    }

    /// The same as text, or nothing where it was not checked to be any.
    pub(super) fn as_str(&self) -> &str {
        core::str::from_utf8(self.as_slice()).unwrap_or_default()
    }
}

/// The input and how far it has been read.
pub(super) struct Scanner<'i, S> {
    pub(super) input: &'i [u8],
    pub(super) at: usize,
    pub(super) sink: S,
    /// Whether a bare LF folds a line, as in mail that was stored with the line ends of Unix.
    pub(super) bare_lf: bool,
}

impl<'i, S: Sink> Scanner<'i, S> {
    pub(super) const fn new(input: &'i [u8], sink: S) -> Self {
        Self {
            input,
            at: 0,
            sink,
            bare_lf: false,
        }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.input.get(self.at).copied()
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Option<u8> {
        self.input.get(self.at.saturating_add(ahead)).copied()
    }

    pub(super) fn bump(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let here = self.peek() == Some(byte);
        if here {
            self.bump();
        }
        here
    }

    /// Moves over the octets of a class and gives them.
    pub(super) fn take_while(&mut self, class: impl Fn(u8) -> bool) -> &'i [u8] {
        let rest = self.input.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|&b| !class(b)).unwrap_or(rest.len());
        self.at = self.at.saturating_add(length);
        rest.get(..length).unwrap_or_default()
    }

    pub(super) fn since(&self, start: usize) -> &'i [u8] {
        self.input.get(start..self.at).unwrap_or_default()
    }

    /// What is wrong at the current place, as an error.
    pub(super) fn unexpected(&self, rule: Rule) -> ParseError {
        self.unexpected_at(rule, self.at)
    }

    pub(super) fn unexpected_at(&self, rule: Rule, at: usize) -> ParseError {
        let kind = match self.input.get(at) {
            Some(&byte) => ParseErrorKind::UnexpectedByte(byte),
            None => ParseErrorKind::UnexpectedEnd,
        };
        ParseError::new(kind, rule, at)
    }

    /// Reports a form of the grammar that not every level allows; the error names the octet where
    /// it begins.
    pub(super) fn note(
        &mut self,
        diagnosis: Diagnosis,
        span: Span,
        rule: Rule,
    ) -> Result<(), ParseError> {
        let error = self.unexpected_at(rule, span.start);
        self.sink.hear(diagnosis, span, error)
    }

    /// Reports something that no octet alone is to blame for.
    pub(super) fn remark(
        &mut self,
        diagnosis: Diagnosis,
        span: Span,
        rule: Rule,
    ) -> Result<(), ParseError> {
        let error = ParseError::new(ParseErrorKind::NotAllowed(diagnosis), rule, span.start);
        self.sink.hear(diagnosis, span, error)
    }

    /// Reports what no level allows, and ends the parse.
    pub(super) fn fail(&mut self, diagnosis: Diagnosis, rule: Rule) -> ParseError {
        self.fail_at(diagnosis, self.at, rule)
    }

    pub(super) fn fail_at(&mut self, diagnosis: Diagnosis, at: usize, rule: Rule) -> ParseError {
        let error = match diagnosis {
            Diagnosis::CommentTooDeep => ParseError::new(ParseErrorKind::TooDeep, rule, at),
            Diagnosis::NotUtf8 => ParseError::new(ParseErrorKind::NotUtf8, rule, at),
            _ => self.unexpected_at(rule, at),
        };
        let end = at.saturating_add(1).min(self.input.len()).max(at);
        // The parse ends whatever the sink says.
        self.sink
            .hear(diagnosis, at..end, error)
            .err()
            .unwrap_or(error)
    }

    /// Reports a part of more than `limit` octets.
    pub(super) fn check_length(
        &mut self,
        diagnosis: Diagnosis,
        span: Span,
        limit: usize,
        length: usize,
        rule: Rule,
    ) -> Result<(), ParseError> {
        if length <= limit {
            return Ok(());
        }
        let error = ParseError::new(ParseErrorKind::TooLong(limit), rule, span.start);
        self.sink.hear(diagnosis, span, error)
    }
}
