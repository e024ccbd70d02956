//! Base64 of authentication exchanges (RFC 4954 §4, RFC 4648 §4).

use alloc::vec::Vec;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::error::{ParseError, ParseErrorKind, Rule};

/// Decodes a text with its padding; alphabet, length and unused bits are all checked.
pub(crate) fn decode(text: &[u8]) -> Result<Vec<u8>, ParseError> {
    STANDARD.decode(text).map_err(|error| {
        let at = match error {
            base64::DecodeError::InvalidByte(at, _)
            | base64::DecodeError::InvalidLastSymbol(at, _) => at,
            base64::DecodeError::InvalidLength(_) | base64::DecodeError::InvalidPadding => {
                text.len()
            }
        };
        ParseError::new(ParseErrorKind::NotBase64, Rule::Base64, at)
    })
}
