//! The base64 of authentication exchanges (RFC 5034 §4).

use alloc::string::String;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::{BufMut as _, BytesMut};

pub(super) fn encode(octets: &[u8]) -> String {
    STANDARD.encode(octets)
}

/// Appends a prefix, the octets in base64, and CRLF.
pub(crate) fn write_base64_line(prefix: &[u8], octets: &[u8], out: &mut BytesMut) {
    out.put_slice(prefix);
    out.put_slice(encode(octets).as_bytes());
    out.put_slice(b"\r\n");
}
