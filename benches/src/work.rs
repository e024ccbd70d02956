//! Work that is measured in more than one way.

use std::hint::black_box;

use mailweft_mime::{Field, Mailboxes, Message, NamedAddress, PartKind};

/// The fields that hold addresses.
pub const ADDRESSES: [&str; 10] = [
    "From",
    "To",
    "Cc",
    "Bcc",
    "Reply-To",
    "Sender",
    "Resent-From",
    "Resent-To",
    "Resent-Cc",
    "Resent-Sender",
];

/// Has a value made, where it is: what is handed through a black box is copied.
fn made<T, R>(value: T, tell: impl FnOnce(&T) -> R) -> R {
    tell(black_box(&value))
}

/// Reads the names and addresses of mailboxes; how many they are.
fn read(mailboxes: Mailboxes<'_>) -> usize {
    let one = |mailbox: NamedAddress<'_>| made((mailbox.name(), mailbox.address()), |_| 1);
    mailboxes.map(one).sum()
}

/// Reads what a list of messages shows of one.
pub fn six_fields(message: &Message<&[u8]>) -> usize {
    let root = message.root();
    let count = read(root.from()) + read(root.to()) + read(root.cc());
    black_box((&root.subject(), &root.date(), &root.message_id()));
    count
}

/// Reads every header field for what it is, and decodes every body; a sum of what was found.
pub fn everything(message: &Message<&[u8]>) -> usize {
    let mut sum = 0;
    for part in message.parts() {
        for field in part.fields() {
            let first = field.name().first().copied().unwrap_or(0) | 0x20;
            sum += match first {
                b'd' if field.is("Date") => made(field.date(), |date| usize::from(date.is_some())),
                b'm' if field.is("Message-ID") => identifiers(field),
                b'i' if field.is("In-Reply-To") => identifiers(field),
                b'r' if field.is("References") || field.is("Return-Path") => identifiers(field),
                b'r' if field.is("Received") => {
                    made(field.received(), |hop| usize::from(hop.date.is_some()))
                }
                b'c' if field.is("Content-Type") => made(field.content_type(), |content_type| {
                    usize::from(content_type.is_malformed())
                }),
                b'c' if field.is("Content-Disposition") => {
                    made(field.disposition(), |disposition| {
                        usize::from(disposition.params().get("filename").is_some())
                    })
                }
                b's' if field.is("Subject") => made(field.text(), |text| text.len()),
                b'f' | b't' | b'c' | b'b' | b'r' | b's'
                    if ADDRESSES.iter().any(|name| field.is(name)) =>
                {
                    read(field.addresses())
                }
                _ => made(field.unfolded(), |value| value.len()),
            };
        }
        if part.kind() == PartKind::Leaf {
            sum += if part.is_text() {
                made(part.text(), |text| text.len())
            } else {
                made(part.body(), |body| body.len())
            };
        }
    }
    sum
}

fn identifiers(field: Field<'_>) -> usize {
    field.message_ids().map(|id| made(id, |_| 1)).sum()
}
