//! A [`Reply`] to its lines (RFC 5321 §4.2.1, RFC 2034 §4).

use core::fmt::{self, Write as _};

use bytes::BytesMut;

use super::Sink;
use crate::{
    grammar::is_plain,
    types::{Capabilities, EnhancedCode, Reply, ReplyText},
};

/// Writes a reply, all its lines with code and enhanced code.
pub(crate) fn write(reply: &Reply, out: &mut BytesMut) {
    write_lines(reply, true, out);
}

fn write_lines(reply: &Reply, ends: bool, out: &mut BytesMut) {
    if let ReplyText::Line(text) = &reply.text {
        return write_line(reply, ends, text, out);
    }
    let mut lines = reply.lines();
    let mut line = lines.next();
    while let Some(text) = line {
        line = lines.next();
        write_line(reply, ends && line.is_none(), text, out);
    }
}

#[inline]
fn write_line(reply: &Reply, last: bool, text: &[u8], out: &mut BytesMut) {
    // Code, enhanced code and CRLF are shorter than this.
    out.reserve(text.len().saturating_add(20));
    match (head(reply.code(), last), reply.enhanced()) {
        (head, None) => out.extend_from_slice(&head),
        (head, Some(enhanced)) => put_enhanced(head, enhanced, out),
    }
    if reply.text.is_wire() {
        put_text(text, out);
    } else {
        // It was checked when the reply was made.
        out.extend_from_slice(text);
    }
    out.extend_from_slice(b"\r\n");
}

/// The code, and what tells whether lines follow.
const fn head(code: u16, last: bool) -> [u8; 4] {
    let [first, second, third] = digits(code);
    [first, second, third, if last { b' ' } else { b'-' }]
}

/// Writes a positive answer to EHLO: its lines, and a line for each keyword.
pub(crate) fn write_capabilities(reply: &Reply, capabilities: &Capabilities, out: &mut BytesMut) {
    let bare = Reply {
        enhanced: None,
        ..reply.clone()
    };
    write_lines(&bare, capabilities.is_empty(), out);
    let mut left = capabilities.iter().peekable();
    while let Some(capability) = left.next() {
        out.extend_from_slice(&head(reply.code(), left.peek().is_none()));
        let _ = write!(Sink(out), "{capability}\r\n");
    }
}

/// The head of a line, an enhanced code and a blank, without the detour of formatting: every reply has them.
fn put_enhanced(head: [u8; 4], enhanced: EnhancedCode, out: &mut BytesMut) {
    let class = digit(u16::from(enhanced.class()));
    let (subject, detail) = (enhanced.subject(), enhanced.detail());
    if subject < 10 && detail < 10 {
        let [a, b, c, d] = head;
        let (subject, detail) = (digit(subject), digit(detail));
        out.extend_from_slice(&[a, b, c, d, class, b'.', subject, b'.', detail, b' ']);
        return;
    }
    out.extend_from_slice(&head);
    out.extend_from_slice(&[class, b'.']);
    put_number(subject, out);
    out.extend_from_slice(b".");
    put_number(detail, out);
    out.extend_from_slice(b" ");
}

/// A number below a thousand.
fn put_number(number: u16, out: &mut BytesMut) {
    let all = digits(number);
    let skipped = usize::from(number < 100).wrapping_add(usize::from(number < 10));
    out.extend_from_slice(all.get(skipped..).unwrap_or_default());
}

/// Text that was read from a server may hold what no server should write: it does not get out again.
fn put_text(line: &[u8], out: &mut BytesMut) {
    let clean = |&byte: &u8| byte == b'\t' || (byte >= b' ' && byte != 127);
    if is_plain(line) || line.iter().all(clean) {
        out.extend_from_slice(line);
    } else {
        out.extend(
            line.iter()
                .map(|byte| if clean(byte) { *byte } else { b'?' }),
        );
    }
}

const fn digits(code: u16) -> [u8; 3] {
    [digit(code / 100), digit(code / 10), digit(code)]
}

const fn digit(number: u16) -> u8 {
    b'0'.wrapping_add((number % 10) as u8)
}

impl Reply {
    /// Writes all lines at the end of `out`, each with code, enhanced code and CRLF.
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use mailweft_smtp::Reply;
    ///
    /// let mut out = BytesMut::new();
    /// Reply::OK.write(&mut out);
    /// assert_eq!(out, "250 2.0.0 OK\r\n");
    /// ```
    pub fn write(&self, out: &mut BytesMut) {
        write(self, out);
    }
}

impl fmt::Display for Reply {
    /// The lines, each with its CRLF; octets that are not UTF-8 replaced.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut wire = BytesMut::new();
        write(self, &mut wire);
        f.write_str(&alloc::string::String::from_utf8_lossy(&wire))
    }
}
