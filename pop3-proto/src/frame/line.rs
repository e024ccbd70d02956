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
    /// How many octets the lines at the front of `input` have that are whole, not longer than `limit`, and do not begin
    /// with a dot; where nothing of them was looked at. They are still there: [`LineFramer::next`] would take them.
    pub(crate) fn whole_lines(&self, input: &[u8], limit: usize) -> Option<usize> {
        if self.looked != 0 || self.dropping.is_some() || input.first() == Some(&b'.') {
            return None;
        }
        let lines = match memchr::memmem::find(input, b"\n.") {
            Some(end) => input.split_at(end.saturating_add(1)).0,
            None => input,
        };
        // One look for each limit, not for each line.
        let mut rest = lines;
        while let Some(end) = memchr::memrchr(b'\n', rest.get(..limit).unwrap_or(rest)) {
            rest = rest.split_at(end.saturating_add(1)).1;
        }
        Some(lines.len().saturating_sub(rest.len())).filter(|length| *length > 0)
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
