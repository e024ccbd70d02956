//! The body of a new message: a tree of parts.

use alloc::{string::String, vec::Vec};

use bytes::Bytes;

use super::attachment::Attachment;
use crate::{
    error::InvalidText,
    types::content_type::{ContentType, MediaType},
};

/// The body of a new message: one part, or a tree of them.
///
/// The tree is kept flat, whatever its depth.
///
/// ```
/// use mailweft_mime::{Attachment, Body, MediaType};
///
/// let body = Body::multipart("mixed", [
///     Body::multipart("alternative", [Body::text("hello"), Body::html("<b>hello</b>")])?,
///     Body::attachment(Attachment::new(MediaType::PDF, &b"%PDF"[..])),
/// ])?;
/// # let _ = body;
/// # Ok::<(), mailweft_mime::InvalidText>(())
/// ```
#[derive(Clone, Debug)]
pub struct Body {
    /// The parts in the order in which they are written, each with how many parts of the list it is.
    pub(super) nodes: Vec<(Node, usize)>,
}

#[derive(Clone, Debug)]
pub(super) enum Node {
    Text {
        content_type: ContentType,
        text: String,
    },
    Attachment(Attachment),
    /// Header and body, written as they are.
    Raw(Bytes),
    /// A message in a message.
    Message {
        media_type: MediaType,
        octets: Bytes,
    },
    Multipart {
        content_type: ContentType,
    },
}

impl Body {
    fn leaf(node: Node) -> Self {
        Self {
            nodes: alloc::vec![(node, 1)],
        }
    }

    /// Plain text; line ends of any kind become CRLF.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::text_of(MediaType::TEXT_PLAIN, text)
    }

    /// HTML.
    #[must_use]
    pub fn html(html: impl Into<String>) -> Self {
        Self::text_of(MediaType::TEXT_HTML, html)
    }

    /// Plain text that the reader's window wraps: `format=flowed` (RFC 3676).
    #[must_use]
    pub fn flowed(text: impl Into<String>) -> Self {
        let encoded = crate::flowed::encode(&text.into());
        Self::text(encoded).with_param("format", "flowed")
    }

    /// A calendar object (RFC 6047) for a method: `REQUEST`, `REPLY`, `CANCEL` ...
    #[must_use]
    pub fn calendar(method: &str, object: impl Into<String>) -> Self {
        Self::text_of(MediaType::TEXT_CALENDAR, object).with_param("method", method)
    }

    /// Text of any type, say `text/calendar; method=REQUEST`: it is written in UTF-8, and says so.
    #[must_use]
    pub fn text_of(content_type: impl Into<ContentType>, text: impl Into<String>) -> Self {
        Self::leaf(Node::Text {
            content_type: content_type.into(),
            text: text.into(),
        })
    }

    /// A file.
    #[must_use]
    pub fn attachment(attachment: Attachment) -> Self {
        Self::leaf(Node::Attachment(attachment))
    }

    /// A part that is there already, header and body: it is written unchanged, so that a signature over it holds.
    ///
    /// Its octets are written as they are; a line end is put before the boundary that follows.
    #[must_use]
    pub fn raw(part: impl Into<Bytes>) -> Self {
        Self::leaf(Node::Raw(part.into()))
    }

    /// A message in the message: `message/rfc822`, written unchanged.
    #[must_use]
    pub fn message(octets: impl Into<Bytes>) -> Self {
        Self::leaf(Node::Message {
            media_type: MediaType::MESSAGE,
            octets: octets.into(),
        })
    }

    /// Octets of another message type, written unchanged: `text/rfc822-headers`, `message/delivery-status`.
    pub(crate) fn unencoded(media_type: MediaType, octets: impl Into<Bytes>) -> Self {
        Self::leaf(Node::Message {
            media_type,
            octets: octets.into(),
        })
    }

    /// A multipart of that subtype: `mixed`, `alternative`, `related`, `digest` ...
    ///
    /// # Errors
    ///
    /// A subtype that is no token (RFC 2045 §5.1).
    pub fn multipart(
        subtype: &str,
        parts: impl IntoIterator<Item = Self>,
    ) -> Result<Self, InvalidText> {
        let mut text = String::from("multipart/");
        text.push_str(subtype);
        let invalid = |error: crate::error::ParseError| {
            let at = error.offset().saturating_sub("multipart/".len());
            let byte = subtype.as_bytes().get(at).copied().unwrap_or_default();
            InvalidText::byte(byte, at, "subtype")
        };
        if subtype.len() > 60 {
            return Err(InvalidText::new(
                crate::error::InvalidTextKind::TooLong(60),
                "subtype",
            ));
        }
        let media_type = MediaType::parse(&text).map_err(invalid)?;
        Ok(Self::multipart_of(media_type.into(), parts))
    }

    pub(crate) fn multipart_of(
        content_type: ContentType,
        parts: impl IntoIterator<Item = Self>,
    ) -> Self {
        let mut nodes = alloc::vec![(Node::Multipart { content_type }, 1)];
        for part in parts {
            nodes.extend(part.nodes);
        }
        let size = nodes.len();
        if let Some((_, whole)) = nodes.first_mut() {
            *whole = size;
        }
        Self { nodes }
    }

    /// The content type of a multipart or a text with one more parameter: `type`, `start`, `protocol`, `method` ...
    #[must_use]
    pub fn with_param(mut self, name: &str, value: &str) -> Self {
        if let Some((Node::Multipart { content_type } | Node::Text { content_type, .. }, _)) =
            self.nodes.first_mut()
        {
            content_type.params.push(name, value);
        }
        self
    }
}
