//! UTF-7 (RFC 2152), which only old mail has.

use alloc::{string::String, vec::Vec};

use crate::transfer::base64::Decoder;

/// UTF-7 to text; what is no UTF-7 becomes U+FFFD.
pub(super) fn decode(octets: &[u8]) -> String {
    let mut text = String::with_capacity(octets.len());
    let mut rest = octets;
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'+' => {
                let base64 = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
                let len = rest.iter().take_while(|b| base64(b)).count();
                let (shifted, after) = rest.split_at(len);
                rest = after.strip_prefix(b"-").unwrap_or(after);
                if shifted.is_empty() {
                    text.push(if after.first() == Some(&b'-') {
                        '+'
                    } else {
                        '\u{fffd}'
                    });
                } else {
                    push_utf16(shifted, &mut text);
                }
            }
            byte if byte.is_ascii() => text.push(char::from(byte)),
            _ => text.push('\u{fffd}'),
        }
    }
    text
}

fn push_utf16(base64: &[u8], text: &mut String) {
    let mut octets = alloc::vec![0; base64.len().saturating_add(4)];
    let made = Decoder::default().step(base64, &mut octets, true).produced;
    let units: Vec<u16> = octets
        .get(..made)
        .unwrap_or_default()
        .chunks_exact(2)
        .filter_map(|pair| Some(u16::from_be_bytes(pair.try_into().ok()?)))
        .collect();
    text.extend(char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')));
}
