//! Octets to an indexed message.

use alloc::{borrow::Cow, vec::Vec};

use super::{index::Indexer, mailbox::Mailboxes, structure::Structure};
use crate::{
    error::{Problem, to_usize},
    frame::{Limits, engine::Step},
    grammar::slice,
    types::{
        date_time::DateTime, index::Index, message::Message, message_id::MessageId,
        outline::Outline,
    },
};

impl<B: AsRef<[u8]>> Message<B> {
    /// Reads a message. It never fails: whatever the octets are, they are a message with perhaps no header.
    #[must_use]
    pub fn parse(bytes: B) -> Self {
        Self::parse_with(bytes, &Limits::default())
    }

    /// Reads a message within limits of your own.
    #[must_use]
    pub fn parse_with(bytes: B, limits: &Limits) -> Self {
        Self::parse_into(bytes, Index::default(), limits)
    }

    /// Reads a message into the storage of an index that is no longer needed.
    #[must_use]
    pub fn parse_into(bytes: B, index: Index, limits: &Limits) -> Self {
        let index = index_of(bytes.as_ref(), index, limits, Extent::Whole);
        Self::new(bytes, index)
    }

    /// Reads the header of a message and no octet behind it: for lists of messages. The message is one that ends
    /// with its header; its body is empty, and what parts it has is not known.
    ///
    /// ```
    /// use mailweft_mime::Message;
    ///
    /// let message = Message::parse_header("Subject: hello\r\n\r\nHello!\r\n");
    /// assert_eq!(message.subject().as_deref(), Some("hello"));
    /// assert_eq!(message.root().raw_body(), b"");
    ///
    /// let message = Message::parse_header("Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n");
    /// assert_eq!((message.parts().count(), message.structure_problems()), (1, &[][..]));
    /// ```
    #[must_use]
    pub fn parse_header(bytes: B) -> Self {
        let limits = Limits::default();
        let index = index_of(bytes.as_ref(), Index::default(), &limits, Extent::Header);
        Self::new(bytes, index)
    }

    /// What was odd about the structure of the message, in the order it was met.
    ///
    /// [`problems`](Self::problems) looks at every field and octet as well.
    #[must_use]
    pub fn structure_problems(&self) -> &[Problem] {
        &self.index.problems
    }

    /// A copy of the headers and the index: everything but the bodies.
    #[must_use]
    pub fn outline(&self) -> Outline {
        let mut index = self.index.clone();
        let mut headers = Vec::new();
        for (part, entry) in self.parts().zip(&mut index.parts) {
            entry.held = crate::error::to_u64(headers.len());
            entry.lines = Some(part.lines());
            headers.extend_from_slice(part.raw_header());
        }
        Outline { index, headers }
    }

    /// The Subject, decoded.
    #[must_use]
    pub fn subject(&self) -> Option<Cow<'_, str>> {
        self.root().subject()
    }

    /// The mailboxes of From.
    #[must_use]
    pub fn from(&self) -> Mailboxes<'_> {
        self.root().from()
    }

    /// The mailboxes of To.
    #[must_use]
    pub fn to(&self) -> Mailboxes<'_> {
        self.root().to()
    }

    /// The mailboxes of Cc.
    #[must_use]
    pub fn cc(&self) -> Mailboxes<'_> {
        self.root().cc()
    }

    /// The Date.
    #[must_use]
    pub fn date(&self) -> Option<DateTime> {
        self.root().date()
    }

    /// The Message-ID.
    #[must_use]
    pub fn message_id(&self) -> Option<MessageId<'_>> {
        self.root().message_id()
    }
}

/// What a small mail needs is made room for at once, and no more than that.
fn reserve(index: &mut Index, len: usize) {
    if index.fields.capacity() == 0 {
        index.fields.reserve((len / 64).clamp(16, 64));
        index.parts.reserve(4);
    }
}

/// How much of a message is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    Whole,
    Header,
}

fn index_of(bytes: &[u8], index: Index, limits: &Limits, extent: Extent) -> Index {
    let mut indexer = Indexer::new(index);
    reserve(&mut indexer.index, bytes.len());
    let mut structure = Structure::new(limits.clone());
    let mut in_digest = false;
    loop {
        let start = structure.engine.position();
        let rest = slice(bytes, to_usize(start), bytes.len());
        let step = structure.step(rest, true);
        if step == Step::PartStart {
            in_digest = structure.in_digest();
        }
        indexer.note(step, start, start, in_digest);
        match step {
            // After an odd field as well, ordinary ones may follow.
            Step::PartStart | Step::Field { .. } => {
                let start = structure.engine.position();
                let rest = slice(bytes, to_usize(start), bytes.len());
                structure.plain_fields(rest, |start, len, colon| {
                    indexer.field(start, len, Some(colon));
                });
            }
            Step::HeaderEnd { .. } => {
                let entered = structure.enter(in_digest);
                indexer.entered(&entered);
                if extent == Extent::Header {
                    // Nothing is said of a body that nobody looked at.
                    let end = structure.engine.position();
                    indexer.note(Step::PartEnd, end, end, in_digest);
                    break;
                }
            }
            Step::End | Step::More => break,
            _ => {}
        }
    }
    let mut index = indexer.finish();
    if structure.engine.has_problems() {
        index.problems = structure.engine.take_problems();
    }
    index
}
