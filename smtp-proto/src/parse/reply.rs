//! A whole reply to a [`Reply`] (RFC 5321 §4.2).

use alloc::vec::Vec;
use core::str::FromStr;

use bytes::Bytes;

use super::enhanced;
use crate::{
    error::{ParseError, ParseErrorKind, Rule},
    frame::FramedReply,
    grammar::{is_plain, is_text, plain_length},
    types::{EnhancedCode, Finding, FindingKind, Reply, ReplyText},
};

impl TryFrom<Bytes> for Reply {
    type Error = ParseError;

    fn try_from(reply: Bytes) -> Result<Self, ParseError> {
        match plain(&reply) {
            Some(read) => Ok(of_wire(read, reply)),
            None => lenient(reply).map(|(reply, _)| reply),
        }
    }
}

impl FromStr for Reply {
    type Err = ParseError;

    fn from_str(reply: &str) -> Result<Self, ParseError> {
        Self::parse(reply)
    }
}

impl Reply {
    /// Reads one whole reply without copying its text, and tells what in it the RFC does not have.
    ///
    /// ```
    /// use mailweft_smtp::{FindingKind, Reply};
    ///
    /// let (reply, findings) = Reply::read("250-queued\r\n550 no\r\n".into())?;
    /// assert_eq!(reply.code(), 550);
    /// assert_eq!(findings[0].kind(), FindingKind::MixedCodes);
    /// # Ok::<(), mailweft_smtp::ParseError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Reply::parse`].
    pub fn read(reply: Bytes) -> Result<(Self, Vec<Finding>), ParseError> {
        read(reply)
    }
}

impl Reply {
    /// Reads a reply as it was framed: the lines that were kept, and the last one where lines between were
    /// left out.
    pub(crate) fn read_framed(framed: FramedReply) -> Result<(Self, Vec<Finding>), ParseError> {
        if framed.complete {
            return read(framed.lines);
        }
        let len = framed.lines.len();
        let (reply, mut findings) = read([framed.lines, framed.last].concat().into())?;
        findings.push(Finding::new(FindingKind::LinesLeftOut, len, len));
        Ok((reply, findings))
    }
}

/// What nearly all replies are, in one look at each octet: lines of one code, of printable ASCII, that end in CRLF.
#[inline]
fn plain(reply: &[u8]) -> Option<(u16, Option<EnhancedCode>)> {
    let [first, second, third, _] = reply.first_chunk()?;
    let code = reply_code(&[*first, *second, *third], 0).ok()?;
    let head = |end| u32::from_le_bytes([*first, *second, *third, end]);
    let (more, last) = (head(b'-'), head(b' '));
    let mut status = None;
    let mut rest = reply;
    loop {
        let (head, text) = rest.split_first_chunk()?;
        let head = u32::from_le_bytes(*head);
        let (line, end) = text.split_at_checked(plain_length(text))?;
        let [b'\r', b'\n', behind @ ..] = end else {
            return None;
        };
        if status.is_none() && line.first().is_some_and(u8::is_ascii_digit) {
            status = status_of(code, line);
        }
        match behind {
            [] if head == last => return Some((code, status)),
            _ if head == more => rest = behind,
            _ => return None,
        }
    }
}

fn of_wire((code, enhanced): (u16, Option<EnhancedCode>), reply: Bytes) -> Reply {
    let text = ReplyText::Wire(reply);
    Reply {
        code,
        enhanced,
        text,
    }
}

fn read(reply: Bytes) -> Result<(Reply, Vec<Finding>), ParseError> {
    match plain(&reply) {
        Some(read) => Ok((of_wire(read, reply), Vec::new())),
        None => lenient(reply),
    }
}

/// `Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF`
fn lenient(reply: Bytes) -> Result<(Reply, Vec<Finding>), ParseError> {
    let mut findings = Vec::new();
    let (mut start, mut code, mut codes) = (0, None, None);
    let mut status = None;
    let mut ended = false;
    while !ended {
        let Some(rest) = reply.get(start..).filter(|rest| !rest.is_empty()) else {
            let kind = ParseErrorKind::UnexpectedEnd;
            return Err(ParseError::new(kind, Rule::ReplyCode, reply.len()));
        };
        let (line, ending) = match memchr::memchr(b'\n', rest) {
            Some(lf) => (rest.get(..lf).unwrap_or_default(), 1),
            // A text without line ending is one line.
            None => (rest, 0),
        };
        let next = start.saturating_add(line.len()).saturating_add(ending);
        let note =
            |findings: &mut Vec<Finding>, kind| findings.push(Finding::new(kind, start, next));
        let line = match line.strip_suffix(b"\r") {
            Some(line) => line,
            None => {
                if ending > 0 {
                    note(&mut findings, FindingKind::BareLf);
                }
                line
            }
        };
        let number = reply_code(line, start)?;
        if code.is_some_and(|before| before != number) && codes.is_none() {
            codes = Some(number);
            note(&mut findings, FindingKind::MixedCodes);
        }
        code = Some(number);
        match line.get(3) {
            Some(b'-') => {}
            Some(b' ') => ended = true,
            None => {
                note(&mut findings, FindingKind::NoText);
                ended = true;
            }
            Some(_) => {
                note(&mut findings, FindingKind::OddSeparator);
                ended = true;
            }
        }
        let text = line.get(4..).unwrap_or_default();
        if !is_plain(text) && !is_utf8_text(text) {
            note(&mut findings, FindingKind::OddText);
        }
        if status.is_none() {
            status = status_of(number, text);
        }
        start = next;
    }
    if start < reply.len() {
        let byte = reply.get(start).copied().unwrap_or_default();
        return Err(ParseError::new(
            ParseErrorKind::UnexpectedByte(byte),
            Rule::ReplyCode,
            start,
        ));
    }
    let code = code.unwrap_or_default();
    let mut reply = Reply {
        code,
        enhanced: status,
        text: ReplyText::Wire(reply),
    };
    if codes.is_some() {
        // What a line said of another class does not hold for the reply, whatever its own code was.
        reply.enhanced = None;
        reply.enhanced = reply.lines().find_map(|text| status_of(code, text));
    }
    Ok((reply, findings))
}

/// The enhanced code at the front of a line, where it is of the class of the reply (RFC 2034 §4).
fn status_of(code: u16, text: &[u8]) -> Option<EnhancedCode> {
    enhanced::at_front(text)
        .map(|(status, _)| status)
        .filter(|status| u16::from(status.class()) == code / 100)
}

/// `textstring` with what RFC 6531 §3.7.4 adds
fn is_utf8_text(text: &[u8]) -> bool {
    text.iter().all(|&byte| is_text(byte)) && core::str::from_utf8(text).is_ok()
}

/// `Reply-code = %x32-35 %x30-35 %x30-39` (RFC 5321 §4.2); the second digit may be any.
fn reply_code(line: &[u8], start: usize) -> Result<u16, ParseError> {
    let digits = line.get(..3).unwrap_or(line);
    let mut code = 0_u16;
    for (at, &digit) in digits.iter().enumerate() {
        let allowed = if at == 0 {
            matches!(digit, b'2'..=b'5')
        } else {
            digit.is_ascii_digit()
        };
        if !allowed {
            let kind = ParseErrorKind::UnexpectedByte(digit);
            return Err(ParseError::new(
                kind,
                Rule::ReplyCode,
                start.saturating_add(at),
            ));
        }
        code = code
            .wrapping_mul(10)
            .wrapping_add(u16::from(digit.wrapping_sub(b'0')));
    }
    if digits.len() < 3 {
        let at = start.saturating_add(digits.len());
        return Err(ParseError::new(
            ParseErrorKind::UnexpectedEnd,
            Rule::ReplyCode,
            at,
        ));
    }
    Ok(code)
}
