//! Work that is measured in more than one way.

use std::hint::black_box;

use mailweft_mime::{Mailboxes, Message, PartKind};

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

/// Reads the names and addresses of mailboxes; how many they are.
fn read(mailboxes: Mailboxes<'_>) -> usize {
    let mut count = 0;
    for one in mailboxes {
        black_box((one.name(), one.address()));
        count += 1;
    }
    count
}

/// Reads what a list of messages shows of one.
pub fn six_fields(message: &Message<&[u8]>) -> usize {
    let root = message.root();
    let count = read(root.from()) + read(root.to()) + read(root.cc());
    black_box((root.subject(), root.date(), root.message_id()));
    count
}

/// Reads every header field for what it is, and decodes every body; a sum of what was found.
pub fn everything(message: &Message<&[u8]>) -> usize {
    let mut sum = 0;
    for part in message.parts() {
        for field in part.fields() {
            let first = field.name().first().copied().unwrap_or(0) | 0x20;
            sum += match first {
                b'd' if field.is("Date") => usize::from(black_box(field.date()).is_some()),
                b'm' if field.is("Message-ID") => field.message_ids().map(black_box).count(),
                b'i' if field.is("In-Reply-To") => field.message_ids().map(black_box).count(),
                b'r' if field.is("References") || field.is("Return-Path") => {
                    field.message_ids().map(black_box).count()
                }
                b'r' if field.is("Received") => {
                    usize::from(black_box(field.received()).date.is_some())
                }
                b'c' if field.is("Content-Type") => {
                    usize::from(black_box(field.content_type()).is_malformed())
                }
                b'c' if field.is("Content-Disposition") => usize::from(
                    black_box(field.disposition())
                        .params()
                        .get("filename")
                        .is_some(),
                ),
                b's' if field.is("Subject") => black_box(field.text()).len(),
                b'f' | b't' | b'c' | b'b' | b'r' | b's'
                    if ADDRESSES.iter().any(|name| field.is(name)) =>
                {
                    read(field.addresses())
                }
                _ => black_box(field.unfolded()).len(),
            };
        }
        if part.kind() == PartKind::Leaf {
            sum += if part.is_text() {
                black_box(part.text()).len()
            } else {
                black_box(part.body()).len()
            };
        }
    }
    sum
}
