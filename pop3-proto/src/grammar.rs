//! Byte classes of RFC 1939 §3 and RFC 2449 §4, and the lengths of §4 there.

/// Longest command line in octets, CRLF included (RFC 2449 §4).
pub(crate) const MAX_COMMAND: usize = 255;
/// Longest first line of a response in octets, CRLF included (RFC 2449 §4).
pub(crate) const MAX_RESPONSE: usize = 512;
/// Longest line of an authentication exchange in octets, CRLF included (RFC 5034 §4).
pub(crate) const MAX_SASL_LINE: usize = 12_288;
/// Longest unique-id in octets (RFC 1939 §7, UIDL).
pub(crate) const MAX_UNIQUE_ID: usize = 70;

/// A character of a keyword, argument or unique-id: `%x21-7E` (RFC 1939 §3).
pub(crate) const fn is_printable(byte: u8) -> bool {
    matches!(byte, 0x21..=0x7e)
}

/// How many octets at the front are such characters: eight at a look, and the last of a text one by one.
#[inline]
pub(crate) fn printable_length(text: &[u8]) -> usize {
    const HIGH: u64 = u64::from_le_bytes([0x80; 8]);
    let (mut length, mut rest) = (0_usize, text);
    while let Some((octets, behind)) = rest.split_first_chunk() {
        let octets = u64::from_le_bytes(*octets);
        // Marked are octets below 0x21 and above 0x7e; above the lowest mark, others may be marked too.
        let below = octets.wrapping_sub(u64::from_le_bytes([0x21; 8])) & !octets;
        let above = octets | octets.wrapping_add(u64::from_le_bytes([1; 8]));
        let marks = (below | above) & HIGH;
        if marks != 0 {
            return length.wrapping_add(marks.trailing_zeros() as usize / 8);
        }
        (length, rest) = (length.wrapping_add(8), behind);
    }
    let last = rest.iter().take_while(|&&byte| is_printable(byte)).count();
    length.wrapping_add(last)
}

/// What no line can hold.
pub(crate) const fn is_forbidden(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n' | 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn eight_at_a_look_are_one_after_the_other(
            text in prop::collection::vec(prop_oneof![20 => 0x21..0x7f_u8, 1 => any::<u8>()], 0..60),
        ) {
            let one_by_one = text.iter().take_while(|&&byte| is_printable(byte)).count();
            prop_assert_eq!(printable_length(&text), one_by_one);
        }
    }
}
