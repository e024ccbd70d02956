//! A message without its bodies.

use alloc::vec::Vec;
use core::fmt;

use super::{
    index::Index,
    part::{Part, Parts, View},
};

/// A message without its bodies: the index, and the octets of the headers alone.
///
/// It is what is kept of a message too large to hold; everything that a list of messages, an IMAP ENVELOPE
/// or BODYSTRUCTURE needs is in it, seen through the same [`Part`] views as a [`Message`](crate::Message).
/// A [`StreamParser`](crate::StreamParser) collects one on the way
/// ([`with_outline`](crate::StreamParser::with_outline)); [`Message::outline`](crate::Message::outline) makes
/// one of a message at hand.
///
/// ```
/// use mailweft_mime::Message;
///
/// let outline = Message::parse("Subject: hello\r\n\r\nbody\r\n").outline();
/// assert_eq!(outline.root().subject().as_deref(), Some("hello"));
/// assert_eq!((outline.root().octets(), outline.root().lines()), (6, 1));
/// assert!(!outline.root().has_body());
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Outline {
    pub(crate) index: Index,
    pub(crate) headers: Vec<u8>,
}

impl Outline {
    /// The message as a part.
    #[must_use]
    pub fn root(&self) -> Part<'_> {
        Part::new(self.view(), 0)
    }

    /// The part of that number.
    #[must_use]
    pub fn part(&self, id: u32) -> Option<Part<'_>> {
        self.index.part(id).map(|_| Part::new(self.view(), id))
    }

    /// All parts in the order of the message, the message itself first.
    #[must_use]
    pub fn parts(&self) -> Parts<'_> {
        self.root().descendants()
    }

    /// Where everything stands in the message.
    #[must_use]
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// How many octets the message has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.root().span().end()
    }

    fn view(&self) -> View<'_> {
        View {
            index: &self.index,
            bytes: &self.headers,
            whole: false,
        }
    }
}

impl fmt::Debug for Outline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.parts()).finish()
    }
}
