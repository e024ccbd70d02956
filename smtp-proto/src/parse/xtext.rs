//! `xtext`: printable ASCII with hexadecimal escapes (RFC 3461 §4).

use alloc::vec::Vec;
use core::str;

use bytes::Bytes;

use crate::{
    error::{ParseError, ParseErrorKind, Rule},
    grammar::is_xchar,
};

/// `xtext = *( xchar / hexchar )`, `hexchar = "+" 2HEXDIG`, decoded.
///
/// An escape of a control character is refused: decoded, it would stand in a header of a notification.
pub(crate) fn decode(text: &Bytes, base: usize) -> Result<Bytes, ParseError> {
    if text.iter().all(|&byte| is_xchar(byte)) {
        return Ok(text.clone());
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut octets = text.iter().copied().enumerate();
    while let Some((at, byte)) = octets.next() {
        let fault = |kind| ParseError::new(kind, Rule::Xtext, base.saturating_add(at));
        match byte {
            b'+' => {
                let (Some((_, high)), Some((_, low))) = (octets.next(), octets.next()) else {
                    return Err(fault(ParseErrorKind::UnexpectedEnd));
                };
                let Some(octet) = hex(high).zip(hex(low)).map(|(high, low)| high << 4 | low) else {
                    return Err(fault(ParseErrorKind::UnexpectedByte(byte)));
                };
                if octet < b' ' || octet == 127 {
                    return Err(fault(ParseErrorKind::UnexpectedByte(octet)));
                }
                decoded.push(octet);
            }
            _ if is_xchar(byte) => decoded.push(byte),
            _ => return Err(fault(ParseErrorKind::UnexpectedByte(byte))),
        }
    }
    Ok(decoded.into())
}

/// `utf-8-addr-xtext` and `utf-8-addr-unitext` (RFC 6533 §3): `\x{` and a code point in hexadecimal and
/// `}`, or the character itself. `xtext` escapes are taken as well.
pub(crate) fn decode_utf8_address(text: &Bytes, base: usize) -> Result<Bytes, ParseError> {
    if text
        .iter()
        .all(|&byte| !matches!(byte, b'+' | b'\\' | b'='))
    {
        return Ok(text.clone());
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest: &[u8] = text;
    loop {
        let at = base.saturating_add(text.len()).saturating_sub(rest.len());
        let fault =
            |byte| ParseError::new(ParseErrorKind::UnexpectedByte(byte), Rule::Utf8Address, at);
        match rest {
            [] => return Ok(decoded.into()),
            [b'\\', b'x', b'{', escape @ ..] => {
                let (character, after) = embedded(escape).ok_or_else(|| fault(b'\\'))?;
                decoded.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                rest = after;
            }
            [b'+', high, low, after @ ..] => {
                let octet = hex(*high).zip(hex(*low)).map(|(high, low)| high << 4 | low);
                match octet {
                    Some(octet) if matches!(octet, b' '..=b'~') => decoded.push(octet),
                    _ => return Err(fault(b'+')),
                }
                rest = after;
            }
            [byte @ (b'+' | b'\\' | b'='), ..] => return Err(fault(*byte)),
            [byte, after @ ..] => {
                decoded.push(*byte);
                rest = after;
            }
        }
    }
}

/// `EmbeddedUnicodeChar = %x5C.78 "{" HEXPOINT "}"` (RFC 6533 §3), from behind the brace.
fn embedded(text: &[u8]) -> Option<(char, &[u8])> {
    let close = text.iter().take(7).position(|&byte| byte == b'}')?;
    let (digits, after) = text.split_at_checked(close)?;
    let point = u32::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()?;
    let character = char::from_u32(point).filter(|character| !character.is_ascii_control())?;
    Some((character, after.get(1..)?))
}

/// `HEXDIG`; small letters are read, capitals are written.
fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit.wrapping_sub(b'0')),
        b'A'..=b'F' => Some(digit.wrapping_sub(b'A').wrapping_add(10)),
        b'a'..=b'f' => Some(digit.wrapping_sub(b'a').wrapping_add(10)),
        _ => None,
    }
}
