//! ENVELOPE from the header of a message (RFC 3501 §7.4.2).

use alloc::{borrow::Cow, vec::Vec};

use mailweft_mime::{Field, Part};

use super::address;
use crate::types::envelope::Envelope;

/// The envelope of the message that `part` is the root of.
///
/// Strings are as the header has them, with folding undone and encoded words not decoded; in the subject and in display
/// names a run of white space is one space. Of a field that is there more than once, addresses are taken together, and
/// of other fields the last counts. A nested message goes by
/// [`nested_message`](mailweft_mime::Part::nested_message).
pub fn envelope(part: Part<'_>) -> Envelope {
    let mut builder = Envelope::builder();
    let last = |name| part.fields_named(name).last();
    if let Some(date) = last("Date") {
        builder = builder.date(unfolded(date));
    }
    if let Some(subject) = last("Subject") {
        builder = builder.subject(one_space(&unfolded(subject)));
    }
    let list = |name: &str| {
        part.fields_named(name)
            .flat_map(|field| address::addresses(&field.unfolded()))
            .collect::<Vec<_>>()
    };
    builder = builder
        .from(list("From"))
        .sender(list("Sender"))
        .reply_to(list("Reply-To"))
        .to(list("To"))
        .cc(list("Cc"))
        .bcc(list("Bcc"));
    if let Some(id) = last("In-Reply-To") {
        builder = builder.in_reply_to(unfolded(id));
    }
    if let Some(id) = last("Message-ID") {
        builder = builder.message_id(unfolded(id));
    }
    builder.build()
}

/// The value of a field with its folding undone, blanks around it left out.
pub(super) fn text<'a>(part: Part<'a>, name: &str) -> Option<Cow<'a, [u8]>> {
    Some(part.field(name)?.unfolded())
}

/// The value of a field with its folding undone; only the blanks behind the colon are left out.
fn unfolded(field: Field<'_>) -> Vec<u8> {
    let value = field.untrimmed();
    let blanks = value.iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
    let start = blanks.count();
    let octets = value.iter().skip(start).copied();
    octets
        .filter(|byte| !matches!(byte, b'\r' | b'\n'))
        .collect()
}

/// A text with one space for each run of white space, and none around it.
pub(super) fn one_space(text: &[u8]) -> Vec<u8> {
    let words = text.split(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
    let words: Vec<&[u8]> = words.filter(|word| !word.is_empty()).collect();
    words.join(&b' ')
}
