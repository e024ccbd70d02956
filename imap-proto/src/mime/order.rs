//! What SORT and THREAD compare, read from a message (RFC 5256, RFC 5957).

use alloc::{
    string::{String, ToString as _},
    vec::Vec,
};

use mailweft_mime::{Part, decode_text};

use super::address;
use crate::{
    order::{Sortable, Threadable, base_subject},
    types::envelope::Address,
};

/// What SORT compares of the message that `part` is the root of; its header is enough.
///
/// `number` is what is answered, `arrival` the internal date in seconds since 1970, `size` counts octets. Addresses are
/// those of the envelope: a group counts by its name.
///
/// # Examples
///
/// ```
/// use mailweft_imap::{SortKey, mime::sortable, order::sort};
/// use mailweft_mime::Message;
///
/// let mails = ["From: b@a.example\r\n\r\n", "From: Ann <a@b.example>\r\n\r\n"].map(Message::parse);
/// let mut messages: Vec<_> = (1..).zip(&mails).map(|(number, mail)| sortable(mail.root(), number, 0, 30)).collect();
/// sort(&mut messages, &[SortKey::From.into()]);
/// assert_eq!(messages.iter().map(|m| m.number).collect::<Vec<_>>(), [2, 1]);
/// assert_eq!(messages[0].display_from, "Ann");
/// ```
pub fn sortable(part: Part<'_>, number: u32, arrival: i64, size: u64) -> Sortable {
    let first = |name: &str| {
        part.fields_named(name)
            .flat_map(|field| address::addresses(&field.unfolded()))
            .next()
    };
    let (from, to) = (first("From"), first("To"));
    Sortable {
        number,
        arrival,
        date: part.date().map_or(arrival, |date| date.timestamp()),
        size,
        cc: mailbox(first("Cc").as_ref()),
        display_from: shown(from.as_ref()),
        display_to: shown(to.as_ref()),
        from: mailbox(from.as_ref()),
        to: mailbox(to.as_ref()),
        subject: base_subject(&part.subject().unwrap_or_default()).text,
        relevancy: 0,
    }
}

/// What THREAD compares of the message that `part` is the root of; its header is enough.
///
/// `number` is what is answered, `arrival` the internal date in seconds since 1970.
///
/// # Examples
///
/// ```
/// use mailweft_imap::{Data, mime::threadable, order::references};
/// use mailweft_mime::Message;
///
/// let mails = ["Message-ID: <a@x>\r\n\r\n", "Message-ID: <b@x>\r\nIn-Reply-To: <a@x>\r\n\r\n"].map(Message::parse);
/// let messages: Vec<_> = (1..).zip(&mails).map(|(number, mail)| threadable(mail.root(), number, 0)).collect();
/// assert_eq!(Data::Thread(references(&messages)).to_string(), "THREAD (1 2)");
/// ```
pub fn threadable(part: Part<'_>, number: u32, arrival: i64) -> Threadable {
    let subject = base_subject(&part.subject().unwrap_or_default());
    let mut references: Vec<String> = part.references().map(|id| id.to_string()).collect();
    if references.is_empty() {
        // RFC 5256 §3: the first of In-Reply-To alone.
        references.extend(part.in_reply_to().next().map(|id| id.to_string()));
    }
    Threadable {
        number,
        date: part.date().map_or(arrival, |date| date.timestamp()),
        subject: subject.text,
        is_reply: subject.is_reply,
        message_id: part
            .message_id()
            .map(|id| id.to_string())
            .unwrap_or_default(),
        references,
    }
}

fn lossy(octets: Option<&[u8]>) -> String {
    String::from_utf8_lossy(octets.unwrap_or_default()).into_owned()
}

fn mailbox(address: Option<&Address<'_>>) -> String {
    lossy(address.and_then(Address::mailbox))
}

/// The display name, decoded; the name of a group; else the address (RFC 5957 §3).
fn shown(address: Option<&Address<'_>>) -> String {
    let Some(address) = address else {
        return String::new();
    };
    match (address.name(), address.is_group_start()) {
        (Some(name), _) => decode_text(name).into_owned(),
        (None, true) => decode_text(address.mailbox().unwrap_or_default()).into_owned(),
        (None, false) => address.to_string(),
    }
}
