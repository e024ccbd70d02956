//! The octets of a BDAT chunk: counted, never looked at (RFC 3030 §2).

use bytes::{Bytes, BytesMut};

/// Counts the octets of one chunk down.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ChunkReader {
    remaining: u64,
}

impl ChunkReader {
    pub(crate) const fn new(size: u64) -> Self {
        Self { remaining: size }
    }

    /// Octets of the chunk that have not come in yet.
    pub(crate) const fn remaining(self) -> u64 {
        self.remaining
    }

    /// Takes what there is of the chunk off the front of `input`; nothing when there is none.
    pub(crate) fn take(&mut self, input: &mut BytesMut) -> Option<Bytes> {
        let wanted = usize::try_from(self.remaining).unwrap_or(usize::MAX);
        let taken = wanted.min(input.len());
        if taken == 0 {
            return None;
        }
        // A usize fits into 64 bits on every target there is; were it not so, the chunk would end early.
        self.remaining = self
            .remaining
            .saturating_sub(u64::try_from(taken).unwrap_or(u64::MAX));
        Some(input.split_to(taken).freeze())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_exactly_the_size() {
        let mut chunk = ChunkReader::new(5);
        let mut input = BytesMut::from(&b"ab"[..]);
        assert_eq!(chunk.take(&mut input).as_deref(), Some(&b"ab"[..]));
        assert_eq!((chunk.remaining(), chunk.take(&mut input)), (3, None));
        input.extend_from_slice(b"\r\n.\r\nRSET");
        assert_eq!(chunk.take(&mut input).as_deref(), Some(&b"\r\n."[..]));
        assert_eq!((chunk.remaining(), chunk.take(&mut input)), (0, None));
        assert_eq!(&input[..], b"\r\nRSET");
    }
}
