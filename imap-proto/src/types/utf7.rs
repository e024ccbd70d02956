//! Modified UTF-7, the form of mailbox names in IMAP4rev1 (RFC 3501 §5.1.3).

use alloc::{borrow::Cow, string::String, vec::Vec};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/// Whether `char` stands for itself: printable US-ASCII but `&`.
fn is_direct(char: char) -> bool {
    matches!(char, ' '..='~') && char != '&'
}

/// `name` in modified UTF-7.
pub(crate) fn encode(name: &str) -> Cow<'_, str> {
    if name.chars().all(is_direct) {
        return Cow::Borrowed(name);
    }
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(char) = rest.chars().next() {
        let len = rest
            .chars()
            .take_while(|c| is_direct(*c) == is_direct(char))
            .map(char::len_utf8);
        let (run, after) = rest.split_at_checked(len.sum()).unwrap_or((rest, ""));
        rest = after;
        match is_direct(char) {
            true => out.push_str(run),
            false => shift(run, &mut out),
        }
    }
    Cow::Owned(out)
}

/// A run of characters that do not stand for themselves: `&-` for each `&`, and base64 of UTF-16 for the rest.
fn shift(run: &str, out: &mut String) {
    for piece in run.split_inclusive('&') {
        let (text, ampersand) = match piece.strip_suffix('&') {
            Some(text) => (text, "&-"),
            None => (piece, ""),
        };
        if !text.is_empty() {
            out.push('&');
            let (mut bits, mut count) = (0u32, 0u32);
            for unit in text.encode_utf16() {
                bits = (bits << 16) | u32::from(unit);
                count = count.saturating_add(16);
                while count >= 6 {
                    count = count.saturating_sub(6);
                    push_sextet(bits >> count, out);
                }
            }
            if count > 0 {
                push_sextet(bits << 6u32.saturating_sub(count), out);
            }
            out.push('-');
        }
        out.push_str(ampersand);
    }
}

fn push_sextet(bits: u32, out: &mut String) {
    let sextet = ALPHABET.get((bits & 63) as usize).copied().unwrap_or(b'A');
    out.push(char::from(sextet));
}

fn sextet(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte.wrapping_sub(b'A'),
        b'a'..=b'z' => byte.wrapping_sub(b'a').wrapping_add(26),
        b'0'..=b'9' => byte.wrapping_sub(b'0').wrapping_add(52),
        b'+' => 62,
        b',' => 63,
        _ => return None,
    }))
}

/// The name that `wire` stands for; `None` when it is not what [`encode`] would have made of any name.
///
/// That is stricter than decoding has to be, on purpose: RFC 3501 §5.1.3 forbids superfluous shifts and base64 of
/// US-ASCII, and a name that does not encode to the same octets would name another mailbox.
pub(crate) fn decode(wire: &str) -> Option<String> {
    let mut out = String::with_capacity(wire.len());
    let mut rest = wire;
    while let Some((direct, shifted)) = rest.split_once('&') {
        out.push_str(direct);
        let (base64, after) = shifted.split_once('-')?;
        rest = after;
        if base64.is_empty() {
            out.push('&');
            continue;
        }
        let mut units = Vec::with_capacity(base64.len());
        let (mut bits, mut count) = (0u32, 0u32);
        for byte in base64.bytes() {
            bits = (bits << 6) | sextet(byte)?;
            count = count.saturating_add(6);
            if count >= 16 {
                count = count.saturating_sub(16);
                units.push(u16::try_from((bits >> count) & 0xffff).ok()?);
            }
        }
        for char in char::decode_utf16(units) {
            out.push(char.ok()?);
        }
    }
    out.push_str(rest);
    (encode(&out) == wire).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc3501_s5_1_3_examples() {
        for (wire, name) in [
            ("~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語"),
            ("&Jjo-!", "☺!"),
            ("&U,BTF2XlZyyKng-", "台北日本語"),
            ("Entw&APw-rfe", "Entwürfe"),
            ("Tom &- Jerry", "Tom & Jerry"),
            ("&2D3eAA-", "😀"),
            ("&AOk-&-&AOk-", "é&é"),
            ("", ""),
        ] {
            assert_eq!(encode(name), wire);
            assert_eq!(decode(wire).as_deref(), Some(name));
        }
    }

    #[test]
    fn rfc3501_s5_1_3_what_is_not_permitted() {
        for wire in [
            "&Jjo!",              // does not shift back
            "&U,BTFw-&ZeVnLIqe-", // a superfluous shift
            "&AGE-",              // base64 of US-ASCII
            "&ÿ-",
            "&2D0-",
            "&A-",
            "A&B",
            "é",
        ] {
            assert_eq!(decode(wire), None, "{wire}");
        }
    }
}
