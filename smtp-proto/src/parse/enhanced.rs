//! `status-code` (RFC 3463 §2).

use core::str::FromStr;

use crate::{
    error::{ParseError, ParseErrorKind, Rule},
    grammar::status_code,
    types::EnhancedCode,
};

impl FromStr for EnhancedCode {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        match at_front(text.as_bytes()) {
            Some((code, used)) if used == text.len() => Ok(code),
            _ => Err(ParseError::new(
                ParseErrorKind::UnknownValue,
                Rule::EnhancedCode,
                0,
            )),
        }
    }
}

/// The code at the front of a reply's text, and the octets it takes there.
pub(super) fn at_front(text: &[u8]) -> Option<(EnhancedCode, usize)> {
    let ((class, subject, detail), used) = status_code(text)?;
    Some((EnhancedCode::new(class, subject, detail).ok()?, used))
}
