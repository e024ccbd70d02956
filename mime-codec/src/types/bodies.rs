//! Which parts are shown as the message, and which go with it.

use alloc::vec::Vec;

use super::part::Part;

/// What a part is for in its message; every part has exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Role {
    /// It holds other parts.
    Container,
    /// It is shown as the message: text or HTML, or media between them.
    Body,
    /// It is shown within the message, where something refers to it: an image of the HTML.
    Inline,
    /// It goes with the message, as a file.
    Attachment,
    /// It is of a message that the message holds.
    Nested,
}

/// The body lists of RFC 8621 §4.1.4. Of related parts, the one that `start` names is the body (RFC 2387 §3.2), where that
/// algorithm takes the first whatever it is.
///
/// ```
/// use mailweft_mime::Message;
///
/// let message = Message::parse(concat!(
///     "Content-Type: multipart/alternative; boundary=b\r\n\r\n",
///     "--b\r\n\r\nplain\r\n--b\r\nContent-Type: text/html\r\n\r\n<b>html</b>\r\n--b--\r\n",
/// ));
/// let bodies = message.bodies();
/// assert_eq!(bodies.text[0].text(), "plain");
/// assert_eq!(bodies.html[0].text(), "<b>html</b>");
/// assert!(bodies.attachments.is_empty());
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Bodies<'a> {
    /// What to show, one after the other, where text is preferred.
    pub text: Vec<Part<'a>>,
    /// What to show, one after the other, where HTML is preferred.
    pub html: Vec<Part<'a>>,
    /// What goes with the message.
    pub attachments: Vec<Part<'a>>,
}
