//! Messages rewritten so that every program reads them in the same way.

use alloc::{string::String, vec::Vec};

use mailweft_address::Item;

use crate::{
    build::{Attachment, Body, Transport, plan_message},
    encode::{
        field::{FieldWriter, check_name},
        mailbox::write_list,
        words::write_text,
    },
    error::Problem,
    parse::words::decode_text,
    types::{
        disposition::DispositionType, mailbox::AddressItem, message::Message,
        message_id::MessageId, part::Part, part_kind::PartKind,
    },
};

/// A message that was rewritten; made by [`Message::sanitise`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sanitised {
    /// The octets of the new message.
    pub octets: Vec<u8>,
    /// What was odd about the old one; empty where it was left as it is.
    pub mended: Vec<Problem>,
}

/// Fields that may stand once.
const SINGLE: [&str; 11] = [
    "From",
    "Sender",
    "Reply-To",
    "To",
    "Cc",
    "Bcc",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Subject",
];

impl<B: AsRef<[u8]>> Message<B> {
    /// Rewrites a message that has problems into one that every program reads as this one reads the old one: fields
    /// that may stand once stand once, nameless lines are gone, each body is decoded and encoded anew, boundaries
    /// are new, what stands outside of parts is gone. A message without problems is left as it is.
    ///
    /// Signatures do not survive it.
    ///
    /// ```
    /// use mailweft_mime::Message;
    ///
    /// let odd = Message::parse("From: a@b.example\r\nDate: Fri, 21 Nov 1997 09:55:06 -0600\r\nMIME-Version: 1.0\r\n\
    ///     Content-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: 7bit\r\n\r\naGVs!bG8=");
    /// let sane = odd.sanitise(1);
    /// assert_eq!(sane.mended.len(), 2);
    /// let sane = Message::parse(sane.octets);
    /// assert_eq!(sane.problems(), []);
    /// assert_eq!(sane.root().text(), "hello");
    /// ```
    #[must_use]
    pub fn sanitise(&self, seed: u64) -> Sanitised {
        let mended = self.problems();
        if mended.is_empty() {
            return Sanitised {
                octets: self.bytes().to_vec(),
                mended,
            };
        }
        let parts: Vec<Part<'_>> = self.parts().collect();
        let mut bodies: Vec<Option<Body>> = Vec::new();
        bodies.resize_with(parts.len(), || None);
        // From the last part to the first: what a part holds is there before it.
        for part in parts.iter().rev() {
            let mut inside = part
                .children()
                .filter_map(|child| bodies.get_mut(index(child))?.take())
                .collect::<Vec<_>>();
            let body = match part.kind() {
                PartKind::Multipart => {
                    let content_type = part.content_type().without_structure();
                    Body::multipart_of(content_type, inside)
                }
                PartKind::Message => {
                    let nested = part.nested_message();
                    let body = inside.pop().unwrap_or_else(|| Body::text(""));
                    Body::message(
                        nested
                            .map(|nested| whole(nested, body, seed))
                            .unwrap_or_default(),
                    )
                }
                _ => leaf(*part),
            };
            if let Some(slot) = bodies.get_mut(index(*part)) {
                *slot = Some(body);
            }
        }
        let body = bodies
            .first_mut()
            .and_then(Option::take)
            .unwrap_or_else(|| Body::text(""));
        Sanitised {
            octets: whole(self.root(), body, seed),
            mended,
        }
    }
}

fn index(part: Part<'_>) -> usize {
    usize::try_from(part.id()).unwrap_or(usize::MAX)
}

fn leaf(part: Part<'_>) -> Body {
    let content_type = part.content_type();
    let disposition = part.disposition();
    let attached = disposition
        .as_ref()
        .is_some_and(|d| *d.kind() != DispositionType::Inline);
    let named = part.file_name();
    if content_type.media_type().is_text()
        && !attached
        && named.is_none()
        && part.content_id().is_none()
    {
        return Body::text_of(content_type.without_structure(), part.text().into_owned());
    }
    let mut file = Attachment::new(content_type.without_structure(), part.body().into_owned());
    if let Some(name) = named {
        file = file.named(name);
    }
    if let Some(id) = part
        .content_id()
        .and_then(|id| MessageId::new(id.as_str()).ok())
    {
        file = file.inline(id);
    }
    if let Some(disposition) = disposition {
        file = file.disposed(disposition.kind().clone());
    }
    if let Some(text) = part.description() {
        file = file.described(text.into_owned());
    }
    Body::attachment(file)
}

/// A message with the fields of the old one and a new body.
fn whole(root: Part<'_>, body: Body, seed: u64) -> Vec<u8> {
    let mut head = Vec::new();
    let mut writer = FieldWriter::new(&mut head, false);
    let mut seen: Vec<String> = Vec::new();
    for field in root.fields() {
        let name = field.name_text();
        let mime = name
            .get(..8)
            .is_some_and(|start| start.eq_ignore_ascii_case("content-"));
        if !field.is_well_formed() || check_name(&name).is_err() || mime || field.is("MIME-Version")
        {
            continue;
        }
        let single = SINGLE
            .iter()
            .any(|single| name.eq_ignore_ascii_case(single));
        if single && seen.iter().any(|before| before.eq_ignore_ascii_case(&name)) {
            continue;
        }
        seen.push(name.clone().into_owned());
        let is_list = ["From", "Sender", "Reply-To", "To", "Cc", "Bcc"]
            .iter()
            .any(|list| field.is(list));
        let mailbox = |item| match item {
            AddressItem::Mailbox(named) => Some(Item::Mailbox(named.to_mailbox())),
            _ => None,
        };
        let mailboxes: Vec<Item> = match is_list {
            true => field.address_items().filter_map(mailbox).collect(),
            false => Vec::new(),
        };
        // A list in which nothing is an address is no list.
        if is_list && mailboxes.is_empty() {
            continue;
        }
        writer.begin(&name);
        let written = if is_list {
            write_list(&mut writer, mailboxes.iter(), |phrase| {
                // An address in a name is what some programs would write to.
                decode_text(phrase.text().as_bytes())
                    .replace(['@', '<', '>', '"', '(', ')'], " ")
                    .into()
            })
        } else if field.is("Date") {
            let date = field.date().map(|date| alloc::format!("{date}"));
            write_text(
                &mut writer,
                &date.unwrap_or_else(|| field.text().into_owned()),
            )
        } else {
            write_text(&mut writer, field.text().trim())
        };
        // What may not be written is left out; the name alone says that it was there.
        let _ = written;
        writer.end();
    }
    writer.begin("MIME-Version");
    writer.word(b"1.0");
    writer.end();
    plan_message(head, body, seed, Transport::default())
        .ok()
        .and_then(|draft| draft.to_bytes())
        .unwrap_or_default()
}
