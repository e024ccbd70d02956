//! One whole reply: lines up to the one that has no hyphen behind its code (RFC 5321 §4.2.1).

use bytes::{Buf as _, Bytes, BytesMut};
use memchr::memchr;

/// A reply as it came, its line endings included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FramedReply {
    /// The lines that were kept.
    pub(crate) lines: Bytes,
    /// The last line, whose code decides.
    pub(crate) last: Bytes,
    /// The last line is the last of `lines`; else those between went over the limit and are gone.
    pub(crate) complete: bool,
}

/// Why a reply cannot be framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReplyFault {
    /// More lines than the limit, or one line that does not end.
    Endless(usize),
}

/// Finds the end of replies in a growing buffer.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReplyFramer {
    /// Where the line begins that has not ended yet.
    line: usize,
    /// How far that line has been searched.
    scanned: usize,
    /// Lines seen of this reply.
    lines: usize,
    /// Lines kept from a reply that grew over the limit.
    kept: Option<Bytes>,
}

/// How much of a reply is kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReplyLimits {
    /// Octets of a whole reply that are kept.
    pub(crate) octets: usize,
    /// Lines after which the peer is given up.
    pub(crate) lines: usize,
}

impl ReplyFramer {
    /// Takes the next whole reply off the front of `input`.
    pub(crate) fn next(
        &mut self,
        input: &mut BytesMut,
        limits: ReplyLimits,
    ) -> Result<Option<FramedReply>, ReplyFault> {
        loop {
            let from = self.scanned.max(self.line);
            let Some(at) = input.get(from..).and_then(|rest| memchr(b'\n', rest)) else {
                self.scanned = input.len();
                if input.len().saturating_sub(self.line) > limits.octets {
                    return Err(ReplyFault::Endless(self.lines));
                }
                return Ok(None);
            };
            let end = from.saturating_add(at).saturating_add(1);
            let line = input.get(self.line..end).unwrap_or_default();
            let goes_on = line.get(3) == Some(&b'-');
            self.lines = self.lines.saturating_add(1);
            if !goes_on {
                return Ok(Some(self.cut(input, end)));
            }
            if self.lines >= limits.lines {
                return Err(ReplyFault::Endless(self.lines));
            }
            self.line = end;
            self.scanned = end;
            self.bound(input, limits.octets);
        }
    }

    /// Takes the reply that ends at `end`.
    fn cut(&mut self, input: &mut BytesMut, end: usize) -> FramedReply {
        let start = self.line;
        let framed = input.split_to(end).freeze();
        let last = framed.slice(start.min(end)..);
        let kept = core::mem::take(self).kept;
        let complete = kept.is_none();
        FramedReply {
            lines: kept.unwrap_or(framed),
            last,
            complete,
        }
    }

    /// Keeps the buffer under the limit: what came first is kept, whole lines after it are thrown away.
    fn bound(&mut self, input: &mut BytesMut, octets: usize) {
        if self.line <= octets {
            return;
        }
        if self.kept.is_none() {
            self.kept = Some(input.split_to(self.line).freeze());
        } else {
            input.advance(self.line.min(input.len()));
        }
        self.scanned = 0;
        self.line = 0;
    }

    /// Forgets the buffer, as after the TLS handshake.
    pub(crate) fn reset(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use alloc::{vec, vec::Vec};

    use super::*;

    const LIMITS: ReplyLimits = ReplyLimits {
        octets: 64,
        lines: 100,
    };

    fn replies(pieces: &[&[u8]]) -> Result<Vec<FramedReply>, ReplyFault> {
        let (mut framer, mut input, mut replies) =
            (ReplyFramer::default(), BytesMut::new(), Vec::new());
        for piece in pieces {
            input.extend_from_slice(piece);
            while let Some(reply) = framer.next(&mut input, LIMITS)? {
                replies.push(reply);
            }
        }
        Ok(replies)
    }

    #[test]
    fn a_reply_ends_at_the_line_without_a_hyphen() {
        let wire = b"250-one\r\n250-two\r\n250 three\r\n220\r\n354 go\n";
        let whole = replies(&[wire]).unwrap();
        assert_eq!(whole.len(), 3);
        assert_eq!(whole[0].lines, &b"250-one\r\n250-two\r\n250 three\r\n"[..]);
        assert_eq!(whole[0].last, &b"250 three\r\n"[..]);
        assert_eq!(
            (&whole[1].lines[..], &whole[2].last[..]),
            (&b"220\r\n"[..], &b"354 go\n"[..])
        );
        assert_eq!(replies(&wire.chunks(1).collect::<Vec<_>>()).unwrap(), whole);
        for cut in 0..wire.len() {
            assert_eq!(
                replies(&[&wire[..cut], &wire[cut..]]).unwrap(),
                whole,
                "cut at {cut}"
            );
        }
    }

    #[test]
    fn a_long_reply_keeps_its_head_and_its_last_line() {
        let wire = [b"250-0123456789\r\n".repeat(50), b"550 no\r\n".to_vec()].concat();
        for pieces in [vec![&wire[..]], wire.chunks(7).collect()] {
            let reply = replies(&pieces).unwrap().remove(0);
            assert_eq!(reply.last, &b"550 no\r\n"[..]);
            assert!(reply.lines.len() <= 96 && !reply.complete, "{reply:?}");
        }
        assert_eq!(
            replies(&[&b"250-x\r\n".repeat(100)]),
            Err(ReplyFault::Endless(100))
        );
        assert!(replies(&[&[b'2'; 65]]).is_err());
    }
}
