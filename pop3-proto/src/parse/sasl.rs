//! The base64 of authentication exchanges (RFC 5034 §4).

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    error::{ParseError, ParseErrorKind, Rule},
    types::Secret,
};

fn decode(text: &[u8], offset: usize) -> Result<Secret, ParseError> {
    STANDARD
        .decode(text)
        .map(Secret::from)
        .map_err(|_| ParseError::new(ParseErrorKind::Base64, Rule::SaslResponse, offset))
}

/// An initial response: base64, or `=` for an empty one.
pub(super) fn decode_initial(word: &[u8], offset: usize) -> Result<Secret, ParseError> {
    if word == b"=" {
        return Ok(Secret::default());
    }
    decode(word, offset)
}

/// A line of the client within an exchange: its octets, or `None` where it is `*`, which cancels.
pub(crate) fn decode_sasl_line(line: &[u8]) -> Result<Option<Secret>, ParseError> {
    match line {
        b"*" => Ok(None),
        b"" => Ok(Some(Secret::default())),
        _ => decode(line, 0).map(Some),
    }
}

/// The challenge of a server; what is no base64 is given as it stands, since some servers write text.
pub(crate) fn decode_challenge(text: &[u8]) -> Secret {
    decode(text.trim_ascii(), 0).unwrap_or_else(|_| Secret::from(text.to_vec()))
}
