//! `xtext` (RFC 3461 §4) and the addresses of RFC 6533 §3.

use core::fmt;

use crate::grammar::is_xchar;

/// `xtext = *( xchar / hexchar )`; every octet that is no `xchar` becomes `+` and two capitals or digits.
pub(super) fn write(octets: &[u8], out: &mut impl fmt::Write) -> fmt::Result {
    for &octet in octets {
        if is_xchar(octet) {
            out.write_char(char::from(octet))?;
        } else {
            write!(out, "+{octet:02X}")?;
        }
    }
    Ok(())
}

/// `utf-8-addr-xtext` (RFC 6533 §3): ASCII throughout, so that it passes servers without SMTPUTF8.
pub(super) fn write_utf8_address(text: &str, out: &mut impl fmt::Write) -> fmt::Result {
    for character in text.chars() {
        match u8::try_from(character) {
            Ok(octet) if is_xchar(octet) && octet != b'\\' => out.write_char(character)?,
            _ => write!(out, "\\x{{{:02X}}}", u32::from(character))?,
        }
    }
    Ok(())
}
