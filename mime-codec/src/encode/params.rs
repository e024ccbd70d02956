//! Parameters (RFC 2045 §5.1, RFC 2231).

use alloc::{borrow::Cow, string::String};

use super::field::{FOLD, FieldWriter};
use crate::grammar::{hex_digit, is_attribute_char, is_token};

/// Writes `; name=value` in the plainest form that carries the value: a token, a quoted string, or RFC 2231,
/// in as many pieces as it takes.
///
/// Control characters are never written: in RFC 2231 they are escapes.
pub(crate) fn write_param(writer: &mut FieldWriter<'_>, name: &str, value: &str) {
    writer.glue(b";");
    let utf8 = writer.utf8;
    let room = FOLD.saturating_sub(name.len()).saturating_sub(6);
    let printable = value
        .bytes()
        .all(|b| b == b' ' || b.is_ascii_graphic() || (utf8 && b >= 0x80));
    if printable && !value.contains("=?") {
        let value = if !value.is_empty() && value.bytes().all(is_token) {
            Cow::Borrowed(value)
        } else {
            Cow::Owned(quoted(value))
        };
        if value.len() <= room {
            writer.word_of(|out| {
                out.extend_from_slice(name.as_bytes());
                out.push(b'=');
                out.extend_from_slice(value.as_bytes());
            });
            return;
        }
    }
    let mut whole = String::from("utf-8''");
    for c in value.chars() {
        percent(c, &mut whole);
    }
    if whole.len() <= room {
        writer.word_of(|out| {
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(b"*=");
            out.extend_from_slice(whole.as_bytes());
        });
        return;
    }
    let room = room.saturating_sub(6).max(12);
    let mut piece = String::from("utf-8''");
    let mut number = 0_u32;
    let flush = |writer: &mut FieldWriter<'_>, piece: &mut String, number: &mut u32, last: bool| {
        let token = alloc::format!("{name}*{number}*={piece}{}", if last { "" } else { ";" });
        writer.word(token.as_bytes());
        piece.clear();
        *number = number.saturating_add(1);
    };
    for c in value.chars() {
        let mut one = String::new();
        percent(c, &mut one);
        if piece.len().saturating_add(one.len()) > room {
            flush(writer, &mut piece, &mut number, false);
        }
        piece.push_str(&one);
    }
    flush(writer, &mut piece, &mut number, true);
}

fn percent(c: char, out: &mut String) {
    let mut bytes = [0; 4];
    for byte in c.encode_utf8(&mut bytes).bytes() {
        if is_attribute_char(byte) {
            out.push(char::from(byte));
        } else {
            out.extend([
                '%',
                char::from(hex_digit(byte >> 4)),
                char::from(hex_digit(byte)),
            ]);
        }
    }
}

fn quoted(value: &str) -> String {
    let mut out = String::with_capacity(value.len().saturating_add(2));
    out.push('"');
    for c in value.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}
