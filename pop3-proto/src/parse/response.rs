//! First lines of answers (RFC 1939 §3, RFC 2449 §8, RFC 5034 §4).

use bytes::Bytes;

use crate::{
    error::{ParseError, ParseErrorKind, Rule},
    grammar::is_forbidden,
    types::{Atom, Response, ResponseCode, Status, Text},
};

impl TryFrom<&Bytes> for Response {
    type Error = ParseError;

    fn try_from(line: &Bytes) -> Result<Self, ParseError> {
        // A frame holds no line end; whoever passes something else must not get it written back.
        if let Some(at) = line.iter().position(|&b| is_forbidden(b)) {
            let byte = line.get(at).copied().unwrap_or_default();
            let kind = ParseErrorKind::UnexpectedByte(byte);
            return Err(ParseError::new(kind, Rule::Line, at));
        }
        let starts = |word: &[u8]| {
            line.get(..word.len())
                .is_some_and(|front| front.eq_ignore_ascii_case(word))
        };
        let (status, length) = if starts(b"+OK") {
            (Status::Ok, 3)
        } else if starts(b"-ERR") {
            (Status::Err, 4)
        } else if starts(b"+") {
            (Status::Continue, 1)
        } else {
            let kind = match line.first() {
                Some(&byte) => ParseErrorKind::UnexpectedByte(byte),
                None => ParseErrorKind::UnexpectedEnd,
            };
            return Err(ParseError::new(kind, Rule::StatusIndicator, 0));
        };
        match line.get(length) {
            None | Some(b' ' | b'\t') => {}
            // A challenge directly behind the plus sign.
            Some(_) if status == Status::Continue => {}
            Some(&byte) => {
                return Err(ParseError::new(
                    ParseErrorKind::UnexpectedByte(byte),
                    Rule::StatusIndicator,
                    length,
                ));
            }
        }
        let rest = line.get(length..).unwrap_or_default();
        let blanks = rest
            .iter()
            .position(|b| !matches!(b, b' ' | b'\t'))
            .unwrap_or(rest.len());
        let start = length.saturating_add(blanks);
        let mut code = None;
        let mut text_start = start;
        if status != Status::Continue && line.get(start) == Some(&b'[') {
            let body = line.get(start..).unwrap_or_default();
            if let Some(end) = memchr::memchr(b']', body) {
                let word = start.saturating_add(1)..start.saturating_add(end);
                code = response_code(line.slice(word));
                if code.is_some() {
                    text_start = start.saturating_add(end).saturating_add(1);
                    if line.get(text_start) == Some(&b' ') {
                        text_start = text_start.saturating_add(1);
                    }
                }
            }
        }
        let text = Text::from_line(line.slice(text_start..));
        Ok(Self::new(status, code, text))
    }
}

impl TryFrom<&[u8]> for Response {
    type Error = ParseError;

    fn try_from(line: &[u8]) -> Result<Self, ParseError> {
        Self::try_from(&Bytes::copy_from_slice(line))
    }
}

/// `resp-code = "[" resp-level *("/" resp-level) "]"` (RFC 2449 §9); anything else is text.
fn response_code(word: Bytes) -> Option<ResponseCode> {
    Some(match word.to_ascii_uppercase().as_slice() {
        b"IN-USE" => ResponseCode::InUse,
        b"LOGIN-DELAY" => ResponseCode::LoginDelay,
        b"SYS/TEMP" => ResponseCode::SysTemp,
        b"SYS/PERM" => ResponseCode::SysPerm,
        b"AUTH" => ResponseCode::Auth,
        b"UTF8" => ResponseCode::Utf8,
        _ => ResponseCode::Other(Atom::new(word).ok()?),
    })
}

/// The timestamp of a greeting (RFC 1939 §7, APOP): `<...@...>`, printable ASCII, anywhere in it.
pub(crate) fn greeting_timestamp(text: &Text) -> Option<Text> {
    let octets = text.as_bytes();
    let start = memchr::memchr(b'<', octets)?;
    let rest = octets.get(start..)?;
    let length = memchr::memchr(b'>', rest)?.saturating_add(1);
    let stamp = rest.get(..length)?;
    let fits = stamp.iter().all(|&b| crate::grammar::is_printable(b)) && stamp.contains(&b'@');
    fits.then(|| Text::from_line(Bytes::copy_from_slice(stamp)))
}
