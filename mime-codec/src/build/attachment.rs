//! A file that goes with a message.

use alloc::string::String;

use bytes::Bytes;

use crate::types::{
    content_type::ContentType,
    disposition::{Disposition, DispositionType},
    message_id::MessageId,
};

/// A file that goes with a message: its octets, or the promise of a number of octets.
///
/// ```
/// use mailweft_mime::{Attachment, MediaType};
///
/// let small = Attachment::new(MediaType::PDF, &b"%PDF-1.7"[..]).named("résumé.pdf");
/// let large = Attachment::source(MediaType::OCTET_STREAM, 5 << 30).named("disk.img");
/// # let _ = (small, large);
/// ```
#[derive(Clone, Debug)]
pub struct Attachment {
    pub(super) content_type: ContentType,
    pub(super) disposition: DispositionType,
    pub(super) name: Option<String>,
    pub(super) legacy_name: bool,
    pub(super) content_id: Option<MessageId<'static>>,
    pub(super) description: Option<String>,
    pub(super) content: Content,
}

#[derive(Clone, Debug)]
pub(super) enum Content {
    Octets(Bytes),
    Source(u64),
}

impl Attachment {
    /// A file whose octets are at hand.
    #[must_use]
    pub fn new(content_type: impl Into<ContentType>, octets: impl Into<Bytes>) -> Self {
        Self::with(content_type.into(), Content::Octets(octets.into()))
    }

    /// A file of exactly `len` octets, which the caller brings while the message is written: see [`Writer::next`](super::Writer::next).
    #[must_use]
    pub fn source(content_type: impl Into<ContentType>, len: u64) -> Self {
        Self::with(content_type.into(), Content::Source(len))
    }

    fn with(content_type: ContentType, content: Content) -> Self {
        let disposition = DispositionType::Attachment;
        Self {
            content_type,
            disposition,
            name: None,
            legacy_name: false,
            content_id: None,
            description: None,
            content,
        }
    }

    /// With a file name, of any length and in any characters.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// With the name given to old programs as well, in encoded words (which RFC 2047 §5 forbids there, and which
    /// they read all the same), beside the form of RFC 2231.
    #[must_use]
    pub fn with_legacy_name(mut self) -> Self {
        self.legacy_name = true;
        self
    }

    /// With the identifier that HTML refers to as `cid:..`, to be shown within the message (RFC 2392).
    #[must_use]
    pub fn inline(mut self, content_id: MessageId<'static>) -> Self {
        self.content_id = Some(content_id);
        self.disposition = DispositionType::Inline;
        self
    }

    /// With a description for people (RFC 2045 §8).
    #[must_use]
    pub fn described(mut self, text: impl Into<String>) -> Self {
        self.description = Some(text.into());
        self
    }

    /// With a way of being shown other than as an attachment.
    #[must_use]
    pub fn disposed(mut self, disposition: DispositionType) -> Self {
        self.disposition = disposition;
        self
    }

    pub(super) fn disposition(&self) -> Disposition {
        let disposition = Disposition::new(self.disposition.clone());
        match &self.name {
            Some(name) => disposition.with_param("filename", name),
            None => disposition,
        }
    }
}
