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

/// What no line can hold.
pub(crate) const fn is_forbidden(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n' | 0)
}
