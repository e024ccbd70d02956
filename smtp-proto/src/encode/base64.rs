//! Base64 of authentication exchanges (RFC 4954 §4).

use core::fmt;

use base64::{display::Base64Display, engine::general_purpose::STANDARD};

/// Writes octets in base64.
pub(crate) fn write(octets: &[u8], out: &mut impl fmt::Write) -> fmt::Result {
    write!(out, "{}", Base64Display::new(octets, &STANDARD))
}
