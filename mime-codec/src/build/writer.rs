//! A message as it goes out: chunks in constant memory.

use bytes::{Bytes, BytesMut};

use super::plan::{Draft, Segment};
use crate::{
    error::{to_u64, to_usize},
    grammar::slice,
    transfer::base64,
};

/// How many octets are encoded at once: whole lines of base64.
const BLOCK: usize = 57 * 512;

/// What [`Writer::next`] has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Chunk {
    /// The next octets of the message.
    Data(Bytes),
    /// Read octets of a source onto the end of the input: at least one, and not more than `remaining`.
    #[non_exhaustive]
    NeedInput {
        /// The number of the source, as in [`Draft::sources`].
        source: usize,
        /// How many of its octets are still to be brought.
        remaining: u64,
    },
    /// The message is written.
    End,
}

/// Writes a [`Draft`]: a chunk at a time, in constant memory, whatever the size of the message.
///
/// ```
/// use bytes::BytesMut;
/// use mailweft_address::Address;
/// use mailweft_mime::{Attachment, Builder, Chunk, DateTime, MediaType};
///
/// let draft = Builder::new()
///     .from(Address::from_static("j@example.org"))
///     .date(DateTime::from_timestamp(0, 0).unwrap())
///     .attach(Attachment::source(MediaType::OCTET_STREAM, 100_000).named("zeros"))
///     .build()?;
///
/// let mut writer = draft.writer();
/// let mut input = BytesMut::new();
/// let mut written = 0;
/// loop {
///     match writer.next(&mut input) {
///         Chunk::Data(chunk) => written += chunk.len() as u64,
///         Chunk::NeedInput { remaining, .. } => input.resize(remaining.min(4096) as usize, 0),
///         Chunk::End => break,
///         _ => {}
///     }
/// }
/// assert_eq!(written, draft.len());
/// # Ok::<(), mailweft_mime::InvalidText>(())
/// ```
#[derive(Clone, Debug)]
pub struct Writer<'d> {
    draft: &'d Draft,
    segment: usize,
    /// How many octets of the segment's content have been taken.
    taken: u64,
    base64: base64::Encoder,
    out: alloc::vec::Vec<u8>,
}

impl<'d> Writer<'d> {
    pub(super) fn new(draft: &'d Draft) -> Self {
        Self {
            draft,
            segment: 0,
            taken: 0,
            base64: base64::Encoder::default(),
            out: alloc::vec::Vec::new(),
        }
    }

    /// The next chunk. Octets of a source are taken off the front of `input`; what belongs to no source is left there.
    #[allow(
        clippy::should_implement_trait,
        reason = "an iterator cannot be given input"
    )]
    pub fn next(&mut self, input: &mut BytesMut) -> Chunk {
        loop {
            let Some(segment) = self.draft.segments.get(self.segment) else {
                let rest = slice(&self.draft.tail, to_usize(self.taken), usize::MAX);
                let block = slice(rest, 0, BLOCK);
                self.taken = self.taken.saturating_add(to_u64(block.len()));
                return if block.is_empty() {
                    Chunk::End
                } else {
                    Chunk::Data(Bytes::copy_from_slice(block))
                };
            };
            match segment {
                Segment::Literal(octets) => {
                    self.end_segment();
                    if !octets.is_empty() {
                        return Chunk::Data(octets.clone());
                    }
                }
                Segment::Encoded(octets) => {
                    let start = to_usize(self.taken).min(octets.len());
                    let rest = octets.slice(start..);
                    let block = rest.slice(..rest.len().min(BLOCK));
                    let last = block.len() == rest.len();
                    self.base64.push(&block, &mut self.out);
                    self.taken = self.taken.saturating_add(to_u64(block.len()));
                    if last {
                        self.base64.finish(&mut self.out);
                        self.end_segment();
                    }
                }
                Segment::Source { number, len } => {
                    let remaining = len.saturating_sub(self.taken);
                    if remaining > 0 {
                        let most = to_usize(remaining).min(BLOCK).min(input.len());
                        if most == 0 {
                            return Chunk::NeedInput {
                                source: *number,
                                remaining,
                            };
                        }
                        self.base64.push(&input.split_to(most), &mut self.out);
                        self.taken = self.taken.saturating_add(to_u64(most));
                    }
                    if self.taken == *len {
                        self.base64.finish(&mut self.out);
                        self.end_segment();
                    }
                }
            }
            if !self.out.is_empty() {
                return Chunk::Data(core::mem::take(&mut self.out).into());
            }
        }
    }

    fn end_segment(&mut self) {
        self.segment = self.segment.saturating_add(1);
        self.taken = 0;
    }
}
