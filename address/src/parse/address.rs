//! `addr-spec` (RFC 5322 §3.4.1, §4.4) and `Mailbox` (RFC 5321 §4.1.2).

use alloc::string::String;

use bytes::Bytes;

use super::{
    cfws::Cfws,
    domain,
    scanner::{Gate, Picked, Scanner, Sink},
};
use crate::{
    error::{Diagnosis, Level, ParseError, ParseErrorKind, Rule, Span},
    grammar::{LONGEST, MAX_ADDRESS, MAX_LOCAL, is_atext},
    types::{
        Address, Octets, Text, dot_string_length, host_name_length, needs_quotes, plain_at_sign,
        push_local_part,
    },
};

/// An address that was scanned, still in pieces.
pub(super) struct AddrSpec<'i> {
    local: Picked<'i>,
    domain: domain::Scanned<'i>,
    /// From the first octet of the local part to the last of the domain, without CFWS around.
    pub(super) span: Span,
    /// Whether the span holds the canonical text.
    verbatim: bool,
}

impl AddrSpec<'_> {
    /// The address, sharing the octets of `source` where they are canonical.
    pub(super) fn into_address(self, source: Source<'_>) -> Address {
        let Self {
            local,
            domain,
            span,
            verbatim,
        } = self;
        // Values were checked to be UTF-8 when they were scanned.
        let local = local.as_str();
        let name = domain.text();
        if verbatim {
            let end = span.len();
            let at = end.saturating_sub(name.len()).saturating_sub(1);
            return Address::from_parts(source.text(span), at, end);
        }
        let mut text = String::with_capacity(
            written_length(local)
                .saturating_add(name.len())
                .saturating_add(1),
        );
        push_local_part(local, &mut text);
        let at = text.len();
        text.push('@');
        text.push_str(name);
        let end = text.len();
        if domain.shows_controls || local.chars().any(char::is_control) {
            text.push_str(local);
        }
        Address::from_parts(text.into(), at, end)
    }
}

/// How many octets a local part takes as it is written.
fn written_length(local: &str) -> usize {
    if !needs_quotes(local.as_bytes()) {
        return local.len();
    }
    let escaped = local.bytes().filter(|b| matches!(b, b'"' | b'\\')).count();
    local.len().saturating_add(escaped).saturating_add(2)
}

/// Where the octets of the input can be had from without copying them twice.
#[derive(Clone, Copy)]
pub(super) enum Source<'i> {
    Slice(&'i [u8]),
    Shared(&'i Bytes),
}

impl<'i> Source<'i> {
    pub(super) fn as_slice(self) -> &'i [u8] {
        match self {
            Self::Slice(input) => input,
            Self::Shared(input) => input,
        }
    }

    pub(super) fn text(self, span: Span) -> Text {
        Text::from_checked(self.octets(span))
    }

    pub(super) fn octets(self, span: Span) -> Octets {
        match self {
            Self::Slice(input) => Octets::copy(input.get(span).unwrap_or_default()),
            Self::Shared(input) => Octets::slice_of(input, span),
        }
    }
}

impl<'i, S: Sink> Scanner<'i, S> {
    /// `addr-spec = local-part "@" domain`, with the CFWS around both.
    pub(super) fn addr_spec(&mut self) -> Result<AddrSpec<'i>, ParseError> {
        let before = self.cfws()?;
        self.note_cfws(&before)?;
        let start = self.at;
        let (local, plain_local, is_bare) = self.local_part()?;
        let local_span = start..self.at;
        // Quotes and backslashes count as they are written (RFC 5321 §4.5.3.1.1); comments and blanks
        // are never written, so they do not.
        let local_length = if is_bare {
            local_span.len()
        } else {
            local.as_slice().len()
        };
        self.check_length(
            Diagnosis::LocalPartTooLong,
            local_span.clone(),
            MAX_LOCAL,
            local_length,
            Rule::LocalPart,
        )?;
        self.lint_local_part(local.as_str(), &local_span)?;
        self.bump();
        let domain = self.domain()?;
        let span = start..domain.span.end;
        if span.len() > LONGEST {
            let kind = ParseErrorKind::TooLong(LONGEST);
            return Err(ParseError::new(kind, Rule::AddrSpec, start));
        }
        let length = local_length
            .saturating_add(domain.text().len())
            .saturating_add(1);
        self.check_length(
            Diagnosis::AddressTooLong,
            span.clone(),
            MAX_ADDRESS,
            length,
            Rule::AddrSpec,
        )?;
        self.lint_scripts(local.as_str(), domain.text(), &span)?;
        Ok(AddrSpec {
            verbatim: plain_local
                && domain.verbatim
                && domain.span.start == local_span.end.saturating_add(1),
            local,
            domain,
            span,
        })
    }

    /// `local-part = dot-atom / quoted-string / obs-local-part` up to the at sign: its value, and
    /// whether it stands there in its canonical form, and whether without comments and blanks.
    fn local_part(&mut self) -> Result<(Picked<'i>, bool, bool), ParseError> {
        const RULE: Rule = Rule::LocalPart;
        let start = self.at;
        let mut value = Picked::new(self.input);
        let (mut words, mut quoted_words, mut bare) = (0_usize, 0_usize, true);
        let mut before = Cfws::default();
        let mut last_quoted = false;
        loop {
            let word_start = self.at;
            match self.peek() {
                Some(b'"') => {
                    self.quoted_string(&mut value)?;
                    quoted_words = quoted_words.saturating_add(1);
                    last_quoted = true;
                }
                Some(byte) if is_atext(byte) || byte >= 0x80 => {
                    self.take_while(|b| is_atext(b) || b >= 0x80);
                    value.add(word_start..self.at);
                    last_quoted = false;
                }
                Some(b'.') => {
                    let at = self.at;
                    let diagnosis = if words == 0 {
                        Diagnosis::DotStart
                    } else {
                        Diagnosis::ConsecutiveDots
                    };
                    self.note(diagnosis, at..at.saturating_add(1), RULE)?;
                    last_quoted = false;
                }
                Some(b'@') if words == 0 => return Err(self.fail(Diagnosis::NoLocalPart, RULE)),
                Some(b'@') => {
                    let dot = word_start.saturating_sub(1);
                    self.note(Diagnosis::DotEnd, dot..word_start, RULE)?;
                }
                None => return Err(self.fail(Diagnosis::NoDomain, RULE)),
                Some(_) => return Err(self.fail(Diagnosis::ExpectingAtext, RULE)),
            }
            words = words.saturating_add(1);
            let word_end = self.at;
            if words > 1 {
                self.note_obsolete(&before)?;
            }
            let after = self.cfws()?;
            match self.peek() {
                Some(b'.') => {
                    self.note_obsolete(&after)?;
                    bare &= after.is_empty() && before.is_empty();
                    self.bump();
                    value.add(self.at.saturating_sub(1)..self.at);
                    before = self.cfws()?;
                }
                Some(b'@') => {
                    if !after.is_empty() {
                        self.note(Diagnosis::CfwsNearAt, after.span.clone(), RULE)?;
                    }
                    bare &= after.is_empty() && before.is_empty();
                    if quoted_words > 0 {
                        let span = start..word_end;
                        let diagnosis = if words > 1 {
                            Diagnosis::ObsLocalPart
                        } else {
                            Diagnosis::QuotedString
                        };
                        self.note(diagnosis, span, RULE)?;
                    }
                    break;
                }
                None => return Err(self.fail(Diagnosis::NoDomain, RULE)),
                Some(_) if !after.is_empty() => {
                    return Err(self.fail(Diagnosis::AtextAfterCfws, RULE));
                }
                Some(_) if last_quoted => {
                    return Err(self.fail(Diagnosis::AtextAfterQuotedString, RULE));
                }
                Some(_) => return Err(self.fail(Diagnosis::ExpectingAtext, RULE)),
            }
        }
        if let Err(error) = core::str::from_utf8(value.as_slice()) {
            // The offset into the value; quotes before it make it the nearest place, no more.
            let at = start.saturating_add(error.valid_up_to());
            return Err(self.fail_at(Diagnosis::NotUtf8, at, RULE));
        }
        let plain = if quoted_words == 0 {
            bare && !needs_quotes(value.as_slice())
        } else {
            // No fold and no backslash that need not be there, or it would be longer than it is written.
            let text = value.as_str();
            let least = written_length(text) == self.at.saturating_sub(start);
            least && words == 1 && !text.chars().any(char::is_control)
        };
        Ok((value, plain, bare))
    }

    /// Comments and blanks where the grammar of today has them.
    pub(super) fn note_cfws(&mut self, cfws: &Cfws) -> Result<(), ParseError> {
        self.note_either(cfws, Diagnosis::Comment, Diagnosis::FoldingWhiteSpace)
    }

    /// Comments and blanks where only the obsolete grammar has them.
    pub(super) fn note_obsolete(&mut self, cfws: &Cfws) -> Result<(), ParseError> {
        self.note_either(cfws, Diagnosis::ObsComment, Diagnosis::ObsFws)
    }

    fn note_either(
        &mut self,
        cfws: &Cfws,
        comment: Diagnosis,
        blank: Diagnosis,
    ) -> Result<(), ParseError> {
        if cfws.is_empty() {
            return Ok(());
        }
        let diagnosis = if cfws.comment { comment } else { blank };
        self.note(diagnosis, cfws.span.clone(), Rule::AddrSpec)
    }

    /// Nothing may follow a whole address.
    pub(super) fn end(&mut self) -> Result<(), ParseError> {
        match self.peek() {
            None => Ok(()),
            Some(_) => {
                let (at, end) = (self.at, self.input.len());
                let error = self.unexpected(Rule::AddrSpec);
                let heard = self.sink.hear(Diagnosis::TrailingGarbage, at..end, error);
                Err(heard.err().unwrap_or(error))
            }
        }
    }
}

/// Whether text of this shape needs no scanner: a canonical ASCII address that `level` lets pass
/// whatever it says. The offset of its at sign.
fn plain(level: Level, text: &[u8]) -> Option<usize> {
    if level == Level::Interoperable || (level == Level::Html5 && text.first() == Some(&b'"')) {
        return None;
    }
    plain_at_sign(text)
}

fn parse(level: Level, source: Source<'_>, input: &[u8]) -> Result<Address, ParseError> {
    if let Some(at) = plain(level, input) {
        return Ok(Address::from_parts(
            source.text(0..input.len()),
            at,
            input.len(),
        ));
    }
    let mut scanner = Scanner::new(input, Gate(level));
    let address = scanner.addr_spec()?;
    scanner.end()?;
    Ok(address.into_address(source))
}

/// The canonical address at the front of `input`, a dot string and a host name in ASCII, by the fast path
/// alone: its at sign and its end. `None` sends the caller to the scanner.
pub(super) fn plain_prefix(input: &[u8]) -> Option<(usize, usize)> {
    let at = dot_string_length(input)?;
    let behind = at.saturating_add(1);
    let end = behind.saturating_add(host_name_length(input.get(behind..)?)?);
    (at <= MAX_LOCAL && end <= MAX_ADDRESS).then_some((at, end))
}

impl TryFrom<(Level, &[u8])> for Address {
    type Error = ParseError;

    fn try_from((level, input): (Level, &[u8])) -> Result<Self, ParseError> {
        parse(level, Source::Slice(input), input)
    }
}

impl TryFrom<(Level, Bytes)> for Address {
    type Error = ParseError;

    fn try_from((level, input): (Level, Bytes)) -> Result<Self, ParseError> {
        parse(level, Source::Shared(&input), &input)
    }
}
