//! First lines of answers, and lines of numbers.

use bytes::{BufMut as _, Bytes, BytesMut};

use super::number::put_number;
use crate::types::{Response, ResponseCode, Status};

impl Response {
    /// The response as a line with its CRLF.
    #[must_use]
    pub fn to_bytes(&self) -> Bytes {
        let mut line = BytesMut::with_capacity(64);
        self.write(&mut line);
        line.freeze()
    }

    /// Appends the response and its CRLF: no memory is asked for where `out` has room.
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use mailweft_pop3::Response;
    ///
    /// let mut out = BytesMut::new();
    /// Response::parse(b"-ERR [IN-USE] wait")?.write(&mut out);
    /// assert_eq!(out, "-ERR [IN-USE] wait\r\n");
    /// # Ok::<(), mailweft_pop3::ParseError>(())
    /// ```
    pub fn write(&self, out: &mut BytesMut) {
        write_response(self, out);
    }
}

impl ResponseCode {
    /// The code as it stands between the brackets.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::InUse => b"IN-USE",
            Self::LoginDelay => b"LOGIN-DELAY",
            Self::SysTemp => b"SYS/TEMP",
            Self::SysPerm => b"SYS/PERM",
            Self::Auth => b"AUTH",
            Self::Utf8 => b"UTF8",
            Self::Other(code) => code.as_bytes(),
        }
    }
}

/// Appends the response and CRLF.
pub(crate) fn write_response(response: &Response, out: &mut BytesMut) {
    out.put_slice(match response.status() {
        Status::Ok => b"+OK",
        Status::Err => b"-ERR",
        Status::Continue => b"+",
    });
    if let Some(code) = response.code() {
        out.put_slice(b" [");
        out.put_slice(code.as_bytes());
        out.put_u8(b']');
    }
    if !response.text().is_empty() || response.status() == Status::Continue {
        out.put_u8(b' ');
        out.put_slice(response.text().as_bytes());
    }
    out.put_slice(b"\r\n");
}

/// Appends a number, a blank, a word and CRLF: without a detour by `String`, since listings have as
/// many of these as a maildrop has messages.
pub(crate) fn write_number_line(number: u64, word: Word<'_>, out: &mut BytesMut) {
    put_number(number, out);
    out.put_u8(b' ');
    match word {
        Word::Number(number) => put_number(number, out),
        Word::Octets(octets) => out.put_slice(octets),
    }
    out.put_slice(b"\r\n");
}

/// The second word of a listing.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Word<'a> {
    Number(u64),
    Octets(&'a [u8]),
}
