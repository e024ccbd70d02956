//! `address-type ";" generic-address` (RFC 3464 §2.1.2).

use crate::{
    error::{ParseError, ParseErrorKind, Rule},
    grammar::is_atext,
    types::TypedAddress,
};

impl TryFrom<&[u8]> for TypedAddress {
    type Error = ParseError;

    fn try_from(input: &[u8]) -> Result<Self, ParseError> {
        let fault = |at: usize| {
            let kind = match input.get(at) {
                Some(&byte) => ParseErrorKind::UnexpectedByte(byte),
                None => ParseErrorKind::UnexpectedEnd,
            };
            ParseError::new(kind, Rule::AddrSpec, at)
        };
        let start = input.len().saturating_sub(input.trim_ascii_start().len());
        let rest = input.get(start..).unwrap_or_default();
        let length = rest
            .iter()
            .position(|&b| !is_atext(b))
            .unwrap_or(rest.len());
        let end = start.saturating_add(length);
        let kind = input.get(start..end).unwrap_or_default();
        let blanks = input.get(end..).unwrap_or_default();
        let semicolon = input.len().saturating_sub(blanks.trim_ascii_start().len());
        if kind.is_empty() || input.get(semicolon) != Some(&b';') {
            return Err(fault(if kind.is_empty() { start } else { semicolon }));
        }
        let behind = semicolon.saturating_add(1);
        let text = input.get(behind..).unwrap_or_default();
        if let Some(at) = text
            .iter()
            .position(|b| b.is_ascii_control() && *b != b'\t')
        {
            return Err(fault(behind.saturating_add(at)));
        }
        let text = core::str::from_utf8(text.trim_ascii())
            .map_err(|_| ParseError::new(ParseErrorKind::NotUtf8, Rule::AddrSpec, behind))?;
        if text.is_empty() {
            return Err(fault(input.len()));
        }
        Ok(Self {
            kind: core::str::from_utf8(kind).unwrap_or_default().into(),
            text: text.into(),
        })
    }
}
