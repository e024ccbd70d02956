//! One command line: up to CRLF and nothing else.

use bytes::{Buf as _, BytesMut};
use memchr::memchr;

/// What ends a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineEnd {
    /// CRLF alone (RFC 5321 §2.3.8); a bare CR or LF is an octet of the line, for the parser to refuse.
    Crlf,
    /// CRLF, or a bare LF.
    CrlfOrLf,
}

/// What [`LineFramer::find`] saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// A line of `len` octets, followed by `end` octets of line ending.
    Line { len: usize, end: usize },
    /// No line ending yet, and the limit not reached.
    Incomplete,
    /// More octets than the limit allows, with or without an end behind them.
    TooLong,
}

/// What [`LineFramer::discard`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Discard {
    /// The rest of the line, its ending included, is gone; `0` octets in all.
    Done(usize),
    /// The input is empty and the line has no end yet.
    More,
    /// The line is longer than what may be thrown away.
    Endless(usize),
}

/// Finds line ends in a growing buffer.
#[derive(Clone, Debug, Default)]
pub(crate) struct LineFramer {
    /// Octets of the front of the buffer that hold no line ending.
    scanned: usize,
    /// Octets of an over-long line that were thrown away.
    discarded: usize,
}

impl LineFramer {
    /// Looks for the end of the line at the front of `input`.
    ///
    /// `limit` counts the line ending in, as RFC 5321 §4.5.3.1.4 does.
    pub(crate) fn find(&mut self, input: &[u8], limit: usize, ends: LineEnd) -> Found {
        let mut from = self.scanned;
        while let Some(at) = input.get(from..).and_then(|rest| memchr(b'\n', rest)) {
            let lf = from.saturating_add(at);
            let after_cr = lf.checked_sub(1).and_then(|cr| input.get(cr)) == Some(&b'\r');
            if after_cr || ends == LineEnd::CrlfOrLf {
                let end = if after_cr { 2 } else { 1 };
                let total = lf.saturating_add(1);
                if total > limit {
                    return Found::TooLong;
                }
                self.scanned = 0;
                return Found::Line {
                    len: total.saturating_sub(end),
                    end,
                };
            }
            from = lf.saturating_add(1);
        }
        self.scanned = input.len();
        if input.len() >= limit {
            Found::TooLong
        } else {
            Found::Incomplete
        }
    }

    /// Throws the rest of an over-long line away, up to CRLF, in as many calls as it takes.
    pub(crate) fn discard(&mut self, input: &mut BytesMut, cap: usize, ends: LineEnd) -> Discard {
        self.scanned = 0;
        match self.find(input, usize::MAX, ends) {
            Found::Line { len, end } => {
                let taken = len.saturating_add(end);
                input.advance(taken.min(input.len()));
                let all = self.discarded.saturating_add(taken);
                self.discarded = 0;
                Discard::Done(all)
            }
            Found::Incomplete | Found::TooLong => {
                // A CR at the end stays: its LF may be on the way.
                let keep = usize::from(input.last() == Some(&b'\r'));
                let taken = input.len().saturating_sub(keep);
                input.advance(taken);
                self.scanned = keep;
                self.discarded = self.discarded.saturating_add(taken);
                if self.discarded > cap {
                    Discard::Endless(self.discarded)
                } else {
                    Discard::More
                }
            }
        }
    }

    /// Forgets the buffer, as after the TLS handshake.
    pub(crate) fn reset(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_crlf_ends_a_line() {
        let mut framer = LineFramer::default();
        assert_eq!(
            framer.find(b"NO\nOP\r\n", 100, LineEnd::Crlf),
            Found::Line { len: 5, end: 2 }
        );
        assert_eq!(
            framer.find(b"NO\nOP\r\n", 100, LineEnd::CrlfOrLf),
            Found::Line { len: 2, end: 1 }
        );
        assert_eq!(
            framer.find(b"NO\rOP\n\r", 100, LineEnd::Crlf),
            Found::Incomplete
        );
        assert_eq!(
            framer.find(b"NO\rOP\n\r\n", 100, LineEnd::Crlf),
            Found::Line { len: 6, end: 2 }
        );
    }

    #[test]
    fn the_limit_counts_the_line_ending() {
        let mut framer = LineFramer::default();
        assert_eq!(
            framer.find(b"NOOP\r\n", 6, LineEnd::Crlf),
            Found::Line { len: 4, end: 2 }
        );
        assert_eq!(framer.find(b"NOOP\r\n", 5, LineEnd::Crlf), Found::TooLong);
        framer.reset();
        assert_eq!(framer.find(b"NOOP", 5, LineEnd::Crlf), Found::Incomplete);
        assert_eq!(framer.find(b"NOOPX", 5, LineEnd::Crlf), Found::TooLong);
    }

    #[test]
    fn an_over_long_line_is_thrown_away_in_pieces() {
        let mut framer = LineFramer::default();
        for cut in 0..=8 {
            let wire = b"abcdef\r\nNOOP\r\n";
            let mut input = BytesMut::from(&wire[..cut]);
            let mut done = framer.discard(&mut input, 100, LineEnd::Crlf);
            input.extend_from_slice(&wire[cut..]);
            if done == Discard::More {
                done = framer.discard(&mut input, 100, LineEnd::Crlf);
            }
            assert_eq!(
                (done, &input[..]),
                (Discard::Done(8), &b"NOOP\r\n"[..]),
                "cut at {cut}"
            );
        }
        let mut input = BytesMut::from(&b"abcdef"[..]);
        assert_eq!(
            framer.discard(&mut input, 5, LineEnd::Crlf),
            Discard::Endless(6)
        );
        assert!(input.is_empty());
    }
}
