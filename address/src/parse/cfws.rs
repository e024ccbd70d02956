//! Comments, folding white space and quoted strings (RFC 5322 §3.2.1 to §3.2.4, §4.1, §4.2).

use super::scanner::{Picked, Scanner, Sink};
use crate::{
    error::{Diagnosis, ParseError, Rule, Span},
    grammar::{MAX_COMMENT_DEPTH, is_ctext, is_no_ws_ctl, is_qtext, is_wsp},
};

/// What a run of `CFWS` held.
#[derive(Clone, Debug, Default)]
pub(super) struct Cfws {
    pub(super) span: Span,
    pub(super) comment: bool,
}

impl Cfws {
    pub(super) fn is_empty(&self) -> bool {
        self.span.is_empty()
    }
}

impl<S: Sink> Scanner<'_, S> {
    /// `CFWS = (1*([FWS] comment) [FWS]) / FWS` (RFC 5322 §3.2.2), if any.
    pub(super) fn cfws(&mut self) -> Result<Cfws, ParseError> {
        let start = self.at;
        let mut comment = false;
        loop {
            match self.peek() {
                Some(b'(') => {
                    self.comment()?;
                    comment = true;
                }
                Some(b' ' | b'\t' | b'\r') => self.fws()?,
                Some(b'\n') if self.bare_lf => self.fws()?,
                _ => break,
            }
        }
        Ok(Cfws {
            span: start..self.at,
            comment,
        })
    }

    /// `FWS = ([*WSP CRLF] 1*WSP) / obs-FWS` (RFC 5322 §3.2.2, §4.2)
    fn fws(&mut self) -> Result<(), ParseError> {
        const RULE: Rule = Rule::FoldingWhiteSpace;
        let start = self.at;
        let mut line_ends = 0_usize;
        loop {
            self.take_while(is_wsp);
            match self.peek() {
                Some(b'\r') if self.peek_at(1) == Some(b'\n') => {
                    self.bump();
                    self.bump();
                }
                Some(b'\r') => return Err(self.fail(Diagnosis::BareCr, RULE)),
                Some(b'\n') if self.bare_lf => self.bump(),
                _ => break,
            }
            line_ends = line_ends.saturating_add(1);
            match self.peek() {
                Some(b' ' | b'\t') => {}
                Some(b'\r') => return Err(self.fail(Diagnosis::CrlfTwice, RULE)),
                _ => return Err(self.fail(Diagnosis::CrlfAtEnd, RULE)),
            }
        }
        if line_ends > 1 {
            self.note(Diagnosis::ObsFws, start..self.at, RULE)?;
        }
        Ok(())
    }

    /// `comment = "(" *([FWS] ccontent) [FWS] ")"` (RFC 5322 §3.2.2), nested by counting.
    fn comment(&mut self) -> Result<(), ParseError> {
        const RULE: Rule = Rule::Comment;
        let start = self.at;
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                Some(b'(') => {
                    depth = depth.saturating_add(1);
                    if depth > MAX_COMMENT_DEPTH {
                        return Err(self.fail(Diagnosis::CommentTooDeep, RULE));
                    }
                    self.bump();
                }
                Some(b')') => {
                    self.bump();
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Ok(());
                    }
                }
                Some(b'\\') => {
                    self.quoted_pair(RULE)?;
                }
                Some(b' ' | b'\t' | b'\r') => self.fws()?,
                Some(b'\n') if self.bare_lf => self.fws()?,
                Some(byte) if is_ctext(byte) || byte >= 0x80 => {
                    self.take_while(|b| is_ctext(b) || b >= 0x80);
                }
                Some(byte) if is_no_ws_ctl(byte) => {
                    let at = self.at;
                    self.note(Diagnosis::ObsCtext, at..at.saturating_add(1), RULE)?;
                    self.bump();
                }
                Some(_) => return Err(self.fail(Diagnosis::ExpectingCtext, RULE)),
                None => {
                    let end = self.at;
                    let error = self.unexpected_at(RULE, end);
                    let heard = self
                        .sink
                        .hear(Diagnosis::UnclosedComment, start..end, error);
                    return Err(heard.err().unwrap_or(error));
                }
            }
        }
    }

    /// `quoted-pair = ("\" (VCHAR / WSP)) / obs-qp` (RFC 5322 §3.2.1, §4.1); the quoted octet.
    pub(super) fn quoted_pair(&mut self, rule: Rule) -> Result<u8, ParseError> {
        let start = self.at;
        self.bump();
        let Some(byte) = self.peek() else {
            return Err(self.fail(Diagnosis::BackslashEnd, rule));
        };
        self.bump();
        if byte == b'\t' {
            self.note(Diagnosis::FoldingWhiteSpace, start..self.at, rule)?;
        } else if byte.is_ascii_control() {
            self.note(Diagnosis::ObsQuotedPair, start..self.at, rule)?;
        }
        Ok(byte)
    }

    /// `quoted-string` without the CFWS around it (RFC 5322 §3.2.4); adds its value.
    pub(super) fn quoted_string(&mut self, value: &mut Picked<'_>) -> Result<(), ParseError> {
        const RULE: Rule = Rule::QuotedString;
        let start = self.at;
        self.bump();
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.bump();
                    return Ok(());
                }
                Some(b'\\') => {
                    self.quoted_pair(RULE)?;
                    value.add(self.at.saturating_sub(1)..self.at);
                }
                Some(b'\r') => self.fold(start, value)?,
                Some(b'\n') if self.bare_lf => self.fold(start, value)?,
                Some(byte) if is_qtext(byte) || byte >= 0x80 || is_wsp(byte) => {
                    let from = self.at;
                    let run = self.take_while(|b| is_qtext(b) || b >= 0x80 || is_wsp(b));
                    value.add(from..self.at);
                    // A header may fold at a tab; RFC 5321 §4.1.2 (`qtextSMTP`) has none.
                    if let Some(tab) = memchr::memchr(b'\t', run) {
                        let at = from.saturating_add(tab);
                        let span = at..at.saturating_add(1);
                        self.note(Diagnosis::FoldingWhiteSpace, span, RULE)?;
                    }
                }
                Some(byte) if is_no_ws_ctl(byte) => {
                    let at = self.at;
                    self.note(Diagnosis::ObsQtext, at..at.saturating_add(1), RULE)?;
                    self.bump();
                    value.add(at..self.at);
                }
                Some(_) => return Err(self.fail(Diagnosis::ExpectingQtext, RULE)),
                None => {
                    let end = self.at;
                    let error = self.unexpected_at(RULE, end);
                    let span = start..end;
                    let heard = self.sink.hear(Diagnosis::UnclosedQuotedString, span, error);
                    return Err(heard.err().unwrap_or(error));
                }
            }
        }
    }

    /// A line end inside a quoted string: the blanks stay, the line end is no part of the value.
    fn fold(&mut self, start: usize, value: &mut Picked<'_>) -> Result<(), ParseError> {
        let from = self.at;
        self.fws()?;
        for (ahead, byte) in self.since(from).iter().enumerate() {
            if is_wsp(*byte) {
                let at = from.saturating_add(ahead);
                value.add(at..at.saturating_add(1));
            }
        }
        self.note(
            Diagnosis::FoldingWhiteSpace,
            start.max(from)..self.at,
            Rule::QuotedString,
        )
    }
}
