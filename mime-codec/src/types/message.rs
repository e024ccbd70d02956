//! A message whose octets are all at hand.

use core::fmt;

use super::{
    index::Index,
    part::{Part, Parts, View},
};

/// A message: its octets, in any storage, and an index of where everything stands in them.
///
/// Reading never fails, copies nothing and decodes nothing; a header value or a body is decoded when it is
/// asked for. `B` may be `&[u8]`, `&str`, `Vec<u8>`, `Bytes`, a memory map ...
///
/// ```
/// use mailweft_mime::Message;
///
/// let message = Message::parse(concat!(
///     "From: =?utf-8?q?J=C3=BCrgen?= <j@example.org>\r\n",
///     "Subject: hello\r\n",
///     "Content-Type: multipart/mixed; boundary=b\r\n",
///     "\r\n",
///     "--b\r\n\r\nfirst\r\n--b\r\n\r\nsecond\r\n--b--\r\n",
/// ));
/// assert_eq!(message.subject().as_deref(), Some("hello"));
/// let author = message.from().next().unwrap();
/// assert_eq!((author.name(), author.address()), (Some("Jürgen"), "j@example.org"));
/// let bodies: Vec<_> = message.root().children().map(|part| part.raw_body()).collect();
/// assert_eq!(bodies, [b"first".as_slice(), b"second"]);
/// ```
#[derive(Clone)]
pub struct Message<B> {
    pub(crate) bytes: B,
    pub(crate) index: Index,
}

impl<B: AsRef<[u8]>> Message<B> {
    pub(crate) fn new(bytes: B, index: Index) -> Self {
        Self { bytes, index }
    }

    /// The octets of the message.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.bytes.as_ref()
    }

    /// Where everything stands in them.
    #[must_use]
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// The storage and the index, to be used again.
    #[must_use]
    pub fn into_parts(self) -> (B, Index) {
        (self.bytes, self.index)
    }

    /// The message as a part: its header and its body.
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

    pub(crate) fn view(&self) -> View<'_> {
        View {
            index: &self.index,
            bytes: self.bytes.as_ref(),
            whole: true,
        }
    }
}

impl<B: AsRef<[u8]>> fmt::Debug for Message<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.parts()).finish()
    }
}
