//! One line at a time, each octet looked at once.

use bytes::{Buf as _, Bytes, BytesMut};

/// How a line ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    CrLf,
    /// A bare LF, which RFC 1939 §3 does not know.
    Lf,
}

/// What stands at the front of the input.
#[derive(Debug)]
pub(crate) enum Framed {
    /// A whole line, without its end.
    Line(Bytes, Ending),
    /// A line of more than the limit; its first octets, the rest was dropped.
    TooLong(Bytes),
    /// No whole line yet.
    Incomplete,
}

/// Finds line ends, and remembers how far it looked.
#[derive(Debug, Default)]
pub(crate) struct LineFramer {
    looked: usize,
    /// The beginning of a line that is being dropped up to its end.
    dropping: Option<Bytes>,
}

impl LineFramer {
    /// The length of the line at the front of `input` without its CRLF, where it is whole, not longer than `limit`, and
    /// looked at for the first time. It is still there: [`LineFramer::next`] would take it.
    #[inline]
    pub(crate) fn whole_line(&self, input: &[u8], limit: usize) -> Option<usize> {
        if self.looked != 0 || self.dropping.is_some() {
            return None;
        }
        let end = memchr::memchr(b'\n', input)?;
        let line = end.checked_sub(1)?;
        (end < limit && input.get(line) == Some(&b'\r')).then_some(line)
    }

    /// Takes one line off the front, of at most `limit` octets with its end.
    pub(crate) fn next(&mut self, input: &mut BytesMut, limit: usize) -> Framed {
        let rest = input.get(self.looked..).unwrap_or_default();
        let Some(found) = memchr::memchr(b'\n', rest) else {
            self.looked = input.len();
            if input.len() >= limit || self.dropping.is_some() {
                let dropped = input.split().freeze();
                self.looked = 0;
                let kept = dropped.slice(..dropped.len().min(64));
                self.dropping.get_or_insert(kept);
            }
            return Framed::Incomplete;
        };
        let end = self.looked.saturating_add(found);
        self.looked = 0;
        let mut line = input.split_to(end).freeze();
        input.advance(1);
        if let Some(front) = self.dropping.take() {
            return Framed::TooLong(front);
        }
        if line.len().saturating_add(1) > limit {
            return Framed::TooLong(line.slice(..line.len().min(64)));
        }
        if line.last() == Some(&b'\r') {
            line.truncate(line.len().saturating_sub(1));
            Framed::Line(line, Ending::CrLf)
        } else {
            Framed::Line(line, Ending::Lf)
        }
    }
}
