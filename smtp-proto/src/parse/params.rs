//! `Mail-parameters` and `Rcpt-parameters` (RFC 5321 §4.1.2).

use core::str::FromStr;

use bytes::Bytes;

use super::{command::address_error, cursor::Cursor, delivery::body_value, xtext};
use crate::{
    error::{InvalidValue, ParseError, ParseErrorKind, Rule},
    grammar::{is_blank, is_esmtp_value, is_keyword},
    types::{
        DateTime, Keyword, MailParam, MailParams, Printable, RcptParam, RcptParams, Solicitation,
        Tolerance, TransactionId, Word,
    },
};

/// More parameters than there are extensions: a peer that sends them is up to no good.
const MAX_PARAMS: usize = 64;

/// A parameter as it stands: its keyword, its value, and where they begin.
pub(super) struct Raw<'a> {
    line: &'a Bytes,
    keyword: &'a [u8],
    value: Option<&'a [u8]>,
    start: usize,
    value_start: usize,
}

/// `Mail-parameters = esmtp-param *(SP esmtp-param)`
pub(super) fn mail(cursor: &mut Cursor<'_>) -> Result<MailParams, ParseError> {
    let mut params = MailParams::new();
    while !cursor.is_end() {
        cursor.blank(Rule::Parameter)?;
        let raw = raw(cursor)?;
        let start = raw.start;
        let param = mail_param(&raw)?;
        if params.len() >= MAX_PARAMS {
            return Err(ParseError::new(
                ParseErrorKind::OutOfRange,
                Rule::Parameter,
                start,
            ));
        }
        if params.get(param.keyword()).is_some() {
            return Err(ParseError::new(
                ParseErrorKind::Duplicate,
                Rule::Parameter,
                start,
            ));
        }
        params.push(param);
    }
    Ok(params)
}

/// `Rcpt-parameters = esmtp-param *(SP esmtp-param)`
pub(super) fn rcpt(cursor: &mut Cursor<'_>) -> Result<RcptParams, ParseError> {
    let mut params = RcptParams::new();
    while !cursor.is_end() {
        cursor.blank(Rule::Parameter)?;
        let raw = raw(cursor)?;
        let start = raw.start;
        let param = rcpt_param(&raw, cursor)?;
        if params.len() >= MAX_PARAMS {
            return Err(ParseError::new(
                ParseErrorKind::OutOfRange,
                Rule::Parameter,
                start,
            ));
        }
        if params.get(param.keyword()).is_some() {
            return Err(ParseError::new(
                ParseErrorKind::Duplicate,
                Rule::Parameter,
                start,
            ));
        }
        params.push(param);
    }
    Ok(params)
}

impl FromStr for MailParam {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let line = Bytes::copy_from_slice(text.as_bytes());
        let mut cursor = Cursor::new(&line, Tolerance::Strict)?;
        let param = mail_param(&raw(&mut cursor)?)?;
        cursor.finish(Rule::Parameter).map(|()| param)
    }
}

impl FromStr for RcptParam {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let line = Bytes::copy_from_slice(text.as_bytes());
        let mut cursor = Cursor::new(&line, Tolerance::Strict)?;
        let param = rcpt_param(&raw(&mut cursor)?, &mut cursor)?;
        cursor.finish(Rule::Parameter).map(|()| param)
    }
}

/// `esmtp-keyword ["=" esmtp-value]`
fn raw<'a>(cursor: &mut Cursor<'a>) -> Result<Raw<'a>, ParseError> {
    let start = cursor.at();
    let keyword = cursor.take_while(is_keyword);
    if keyword.is_empty() || keyword.first() == Some(&b'-') || keyword.len() > 64 {
        return Err(cursor.unexpected_at(start, Rule::Parameter));
    }
    let mut value_start = cursor.at();
    let mut value = None;
    if cursor.peek() == Some(b'=') {
        cursor.advance(1);
        value_start = cursor.at();
        // MTRK ends in the padding of base64 (RFC 3885 §3.1), so an equals sign may stand in a value.
        let text = cursor.take_while(|byte| is_esmtp_value(byte) || byte == b'=');
        if text.is_empty() {
            return Err(cursor.unexpected(Rule::ParameterValue));
        }
        value = Some(text);
    }
    if cursor.peek().is_some_and(|byte| !is_blank(byte)) {
        return Err(cursor.unexpected(Rule::Parameter));
    }
    Ok(Raw {
        line: cursor.line(),
        keyword,
        value,
        start,
        value_start,
    })
}

impl<'a> Raw<'a> {
    /// The value of a parameter that has one.
    fn wanted(&self) -> Result<&'a [u8], ParseError> {
        self.value
            .ok_or_else(|| self.fault(ParseErrorKind::UnexpectedEnd, Rule::ParameterValue))
    }

    /// The value as a slice of the line.
    fn bytes(&self) -> Result<Bytes, ParseError> {
        self.wanted().map(|value| self.line.slice_ref(value))
    }

    /// A parameter that has none.
    fn flag<P>(&self, param: P) -> Result<P, ParseError> {
        match self.value {
            None => Ok(param),
            Some(_) => Err(self.fault(ParseErrorKind::UnexpectedByte(b'='), Rule::Parameter)),
        }
    }

    const fn fault(&self, kind: ParseErrorKind, rule: Rule) -> ParseError {
        ParseError::new(kind, rule, self.value_start)
    }

    /// The value as a type that is read from all of it.
    fn typed<T: FromStr<Err = ParseError>>(&self) -> Result<T, ParseError> {
        let text = core::str::from_utf8(self.wanted()?)
            .map_err(|_| self.fault(ParseErrorKind::NotUtf8, Rule::ParameterValue))?;
        text.parse()
            .map_err(|error: ParseError| error.shifted(self.value_start))
    }

    /// The value as a type that is checked and kept.
    fn kept<T>(
        &self,
        rule: Rule,
        new: fn(Bytes) -> Result<T, InvalidValue>,
    ) -> Result<T, ParseError> {
        new(self.bytes()?).map_err(|error| match error {
            InvalidValue::Byte { byte, at, .. } => ParseError::new(
                ParseErrorKind::UnexpectedByte(byte),
                rule,
                self.value_start.saturating_add(at),
            ),
            InvalidValue::TooLong { max, .. } => self.fault(ParseErrorKind::TooLong(max), rule),
            _ => self.fault(ParseErrorKind::UnexpectedEnd, rule),
        })
    }

    /// The value as printable text in `xtext`.
    fn xtext(&self, rule: Rule) -> Result<Printable, ParseError> {
        let text = xtext::decode(&self.bytes()?, self.value_start)?;
        Printable::new(text).map_err(|_| self.fault(ParseErrorKind::NotUtf8, rule))
    }

    fn number(&self, rule: Rule, digits: usize) -> Result<u64, ParseError> {
        let mut at = 0_usize;
        let text = self.wanted()?;
        let number = text.iter().try_fold(0_u64, |number, &digit| {
            if !digit.is_ascii_digit() {
                return Err(ParseErrorKind::UnexpectedByte(digit));
            }
            at = at.wrapping_add(1);
            number
                .checked_mul(10)
                .and_then(|number| number.checked_add(u64::from(digit.wrapping_sub(b'0'))))
                .ok_or(ParseErrorKind::OutOfRange)
        });
        let place = self.value_start.saturating_add(at);
        let number = number.map_err(|kind| ParseError::new(kind, rule, place))?;
        if text.len() > digits {
            return Err(self.fault(ParseErrorKind::OutOfRange, rule));
        }
        Ok(number)
    }

    fn other(&self) -> Result<(Keyword, Option<Word>), ParseError> {
        let value = match self.value {
            Some(value) => Some(Word::new(self.line.slice_ref(value)).map_err(|_| {
                self.fault(ParseErrorKind::UnexpectedByte(b'='), Rule::ParameterValue)
            })?),
            None => None,
        };
        Ok((Keyword::checked(self.line.slice_ref(self.keyword)), value))
    }
}

fn mail_param(raw: &Raw<'_>) -> Result<MailParam, ParseError> {
    let is = |keyword: &[u8]| raw.keyword.eq_ignore_ascii_case(keyword);
    // By length first: a keyword is compared with two or three others, not with sixteen.
    match raw.keyword.len() {
        2 if is(b"BY") => return raw.typed().map(MailParam::By),
        3 if is(b"RET") => return raw.typed().map(MailParam::Ret),
        4 if is(b"SIZE") => return raw.number(Rule::SizeValue, 20).map(MailParam::Size),
        4 if is(b"BODY") => {
            let unknown = raw.fault(ParseErrorKind::UnknownValue, Rule::BodyValue);
            return body_value(raw.wanted()?)
                .map(MailParam::Body)
                .ok_or(unknown);
        }
        4 if is(b"AUTH") => {
            let identity = raw.xtext(Rule::Xtext)?;
            return Ok(MailParam::Auth((identity != "<>").then_some(identity)));
        }
        4 if is(b"MTRK") => return raw.typed().map(MailParam::Mtrk),
        5 if is(b"ENVID") => {
            let id = raw.xtext(Rule::EnvId)?;
            // RFC 3461 §4.4: at most 100 octets before they are encoded.
            if id.as_bytes().len() > 100 {
                return Err(raw.fault(ParseErrorKind::TooLong(100), Rule::EnvId));
            }
            return Ok(MailParam::EnvId(id));
        }
        7 if is(b"HOLDFOR") => return raw.typed().map(MailParam::HoldFor),
        7 if is(b"SOLICIT") => {
            return raw
                .kept(Rule::Solicitation, Solicitation::new)
                .map(MailParam::Solicit);
        }
        7 if is(b"TRANSID") => {
            return raw
                .kept(Rule::TransactionId, TransactionId::new)
                .map(MailParam::TransId);
        }
        7 if is(b"CONPERM") => return raw.flag(MailParam::ConPerm),
        8 if is(b"SMTPUTF8") => return raw.flag(MailParam::SmtpUtf8),
        9 if is(b"HOLDUNTIL") => {
            return raw
                .kept(Rule::DateTime, DateTime::new)
                .map(MailParam::HoldUntil);
        }
        9 if is(b"SUBMITTER") => {
            let mailbox = xtext::decode(&raw.bytes()?, raw.value_start)?;
            return mailweft_address::Address::from_bytes(
                mailbox,
                mailweft_address::Level::SmtpUtf8,
            )
            .map(MailParam::Submitter)
            .map_err(|error| address_error(error, raw.value_start));
        }
        10 if is(b"REQUIRETLS") => return raw.flag(MailParam::RequireTls),
        11 if is(b"MT-PRIORITY") => return raw.typed().map(MailParam::MtPriority),
        _ => {}
    }
    let (keyword, value) = raw.other()?;
    Ok(MailParam::Other { keyword, value })
}

fn rcpt_param(raw: &Raw<'_>, cursor: &mut Cursor<'_>) -> Result<RcptParam, ParseError> {
    let is = |keyword: &[u8]| raw.keyword.eq_ignore_ascii_case(keyword);
    match raw.keyword.len() {
        4 if is(b"RRVS") => return raw.typed().map(RcptParam::ValidSince),
        5 if is(b"ORCPT") => {
            return super::dsn::original_recipient(&raw.bytes()?, raw.value_start)
                .map(RcptParam::OriginalRecipient);
        }
        6 if is(b"NOTIFY") => {
            return super::dsn::notify(raw.wanted()?, raw.value_start, cursor)
                .map(RcptParam::Notify);
        }
        6 if is(b"CONNEG") => return raw.flag(RcptParam::ConNeg),
        _ => {}
    }
    let (keyword, value) = raw.other()?;
    Ok(RcptParam::Other { keyword, value })
}
