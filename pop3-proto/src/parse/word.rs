//! The words of a line, by nom, with the place of a fault.

use nom::{
    IResult, Parser as _,
    bytes::complete::{take_while, take_while1},
    error::{ErrorKind, ParseError as NomParseError},
};

use crate::error::{ParseError, ParseErrorKind, Rule};

/// That a rule failed. Where it did, [`Words`] knows; nom makes one of these for every branch.
#[derive(Clone, Copy, Debug)]
struct Fault;

impl NomParseError<&[u8]> for Fault {
    fn from_error_kind(_: &[u8], _: ErrorKind) -> Self {
        Self
    }

    fn append(_: &[u8], _: ErrorKind, other: Self) -> Self {
        other
    }
}

/// `1*%x21-FF`: a word, as wide as UTF-8 names need (RFC 6856 §2.1).
fn word(input: &[u8]) -> IResult<&[u8], &[u8], Fault> {
    take_while1(|b: u8| b > b' ' && b != 0x7f).parse(input)
}

fn digits(input: &[u8]) -> IResult<&[u8], &[u8], Fault> {
    take_while1(|b: u8| b.is_ascii_digit()).parse(input)
}

fn blanks(input: &[u8]) -> IResult<&[u8], &[u8], Fault> {
    take_while(|b| matches!(b, b' ' | b'\t')).parse(input)
}

/// A line that is being taken apart word by word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words<'i> {
    line: &'i [u8],
    rest: &'i [u8],
}

impl<'i> Words<'i> {
    pub(super) const fn new(line: &'i [u8]) -> Self {
        Self { line, rest: line }
    }

    pub(super) const fn rest(&self) -> &'i [u8] {
        self.rest
    }

    pub(super) fn offset(&self) -> usize {
        self.line.len().saturating_sub(self.rest.len())
    }

    /// What is wrong here.
    pub(super) fn fault(&self, rule: Rule) -> ParseError {
        let kind = match self.rest.first() {
            Some(&byte) => ParseErrorKind::UnexpectedByte(byte),
            None => ParseErrorKind::UnexpectedEnd,
        };
        ParseError::new(kind, rule, self.offset())
    }

    pub(super) fn skip_blanks(&mut self) {
        if let Ok((rest, _)) = blanks(self.rest) {
            self.rest = rest;
        }
    }

    /// The next word.
    pub(super) fn word(&mut self, rule: Rule) -> Result<&'i [u8], ParseError> {
        self.skip_blanks();
        match word(self.rest) {
            Ok((rest, word)) => {
                self.rest = rest;
                Ok(word)
            }
            Err(_) => Err(self.fault(rule)),
        }
    }

    /// The next word, if there is one.
    pub(super) fn word_or_end(&mut self, rule: Rule) -> Result<Option<&'i [u8]>, ParseError> {
        self.skip_blanks();
        if self.rest.is_empty() {
            return Ok(None);
        }
        self.word(rule).map(Some)
    }

    /// The next word as a number.
    pub(super) fn number(&mut self, rule: Rule) -> Result<u64, ParseError> {
        self.skip_blanks();
        let offset = self.offset();
        let (rest, figures) = digits(self.rest).map_err(|_| self.fault(rule))?;
        self.rest = rest;
        if !matches!(rest.first(), None | Some(b' ' | b'\t')) {
            return Err(self.fault(rule));
        }
        figures
            .iter()
            .try_fold(0_u64, |n, digit| {
                let digit = u64::from(digit.wrapping_sub(b'0'));
                n.checked_mul(10)?.checked_add(digit)
            })
            .ok_or(ParseError::new(ParseErrorKind::OutOfRange, rule, offset))
    }

    /// Nothing more, but blanks.
    pub(super) fn end(&mut self, rule: Rule) -> Result<(), ParseError> {
        self.skip_blanks();
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(self.fault(rule))
        }
    }

    /// Everything behind exactly one blank, blanks included.
    pub(super) fn remainder(&mut self) -> &'i [u8] {
        let rest = self.rest.strip_prefix(b" ").unwrap_or(self.rest);
        self.rest = &[];
        rest
    }
}
