//! ENVELOPE from the header of a message (RFC 3501 §7.4.2).

use mailweft_mime::Part;

use super::address;
use crate::types::envelope::Envelope;

/// The envelope of the message that `part` is the root of.
///
/// Strings are as the header has them, with folding undone and encoded words not decoded; of a field that is there
/// more than once the first counts. A nested message goes by
/// [`nested_message`](mailweft_mime::Part::nested_message).
pub fn envelope(part: Part<'_>) -> Envelope {
    let mut builder = Envelope::builder();
    if let Some(date) = text(part, "Date") {
        builder = builder.date(date);
    }
    if let Some(subject) = text(part, "Subject") {
        builder = builder.subject(subject);
    }
    let list = |name: &str| match text(part, name) {
        Some(value) => address::addresses(&value),
        None => alloc::vec::Vec::new(),
    };
    builder = builder
        .from(list("From"))
        .sender(list("Sender"))
        .reply_to(list("Reply-To"))
        .to(list("To"))
        .cc(list("Cc"))
        .bcc(list("Bcc"));
    if let Some(id) = text(part, "In-Reply-To") {
        builder = builder.in_reply_to(id);
    }
    if let Some(id) = text(part, "Message-ID") {
        builder = builder.message_id(id);
    }
    builder.build()
}

/// The value of a field with its folding undone.
pub(super) fn text<'a>(part: Part<'a>, name: &str) -> Option<alloc::borrow::Cow<'a, [u8]>> {
    Some(part.field(name)?.unfolded())
}
