//! Messages with UTF-8 in their headers, for ways that cannot carry it (RFC 6857, RFC 6858).

use alloc::{string::String, vec::Vec};

use super::editor::Editor;
use crate::{
    encode::{
        field::FieldWriter,
        mailbox::{write_mailbox, write_name},
        words::{Place, write_run, write_text},
    },
    parse::words::decode_text,
    types::{field::Field, mailbox::AddressItem, message::Message},
};

/// A message that cannot be written in US-ASCII: the field that stands in the way.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("field {field} has no form in US-ASCII")]
pub struct DowngradeError {
    field: String,
}

impl DowngradeError {
    /// The name of the field.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }
}

impl<B: AsRef<[u8]>> Message<B> {
    /// The message with every header in US-ASCII: text in encoded words, parameters in RFC 2231 form, and
    /// mailboxes that have no form in US-ASCII as empty groups that name them (RFC 6857 §3.1). Bodies and all
    /// other fields stay as they are.
    ///
    /// # Errors
    ///
    /// Message identifiers, dates and trace fields outside US-ASCII, and fields that are not UTF-8 (RFC 6857
    /// §3.2): these have no form to be written in.
    ///
    /// ```
    /// use mailweft_mime::Message;
    ///
    /// let message = Message::parse("From: Jürgen <jürgen@example.org>\r\nSubject: Grüße\r\n\r\nbody");
    /// let ascii = message.downgrade()?;
    /// assert_eq!(
    ///     String::from_utf8(ascii).unwrap(),
    ///     "From: =?utf-8?Q?J=C3=BCrgen?= =?utf-8?Q?_j=C3=BCrgen=40example=2Eorg?= :;\r\n\
    ///      Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n\r\nbody",
    /// );
    /// # Ok::<(), mailweft_mime::DowngradeError>(())
    /// ```
    pub fn downgrade(&self) -> Result<Vec<u8>, DowngradeError> {
        const STRUCTURED: [&str; 9] = [
            "Message-ID",
            "In-Reply-To",
            "References",
            "Date",
            "Received",
            "Return-Path",
            "Content-ID",
            "Content-Transfer-Encoding",
            "MIME-Version",
        ];
        let mut editor = Editor::new(self);
        for part in self.parts() {
            for field in part.fields().filter(|field| !field.raw().is_ascii()) {
                let error = || DowngradeError {
                    field: field.name_text().into_owned(),
                };
                let valid = core::str::from_utf8(field.raw()).is_ok() && field.is_well_formed();
                if !valid || STRUCTURED.iter().any(|name| field.is(name)) {
                    return Err(error());
                }
                editor.set_line(field.span(), line(field).ok_or_else(error)?);
            }
        }
        Ok(editor.finish().to_bytes())
    }
}

fn line(field: Field<'_>) -> Option<Vec<u8>> {
    const LISTS: [&str; 13] = [
        "From",
        "Sender",
        "Reply-To",
        "To",
        "Cc",
        "Bcc",
        "Resent-From",
        "Resent-Sender",
        "Resent-To",
        "Resent-Cc",
        "Resent-Bcc",
        "Disposition-Notification-To",
        "Resent-Reply-To",
    ];
    let mut out = Vec::new();
    let mut writer = FieldWriter::new(&mut out, false);
    if field.is("Content-Type") {
        field.content_type().write(&mut writer);
        return Some(out);
    }
    if field.is("Content-Disposition") {
        field.disposition().write(&mut writer);
        return Some(out);
    }
    writer.begin(&field.name_text());
    if LISTS.iter().any(|name| field.is(name)) {
        let mut first = true;
        for item in field.address_items() {
            if !first && !matches!(item, AddressItem::GroupEnd) {
                writer.glue(b",");
            }
            first = false;
            match item {
                AddressItem::Mailbox(named) if named.address().is_ascii() => {
                    write_mailbox(&mut writer, &named.to_mailbox(), |phrase| {
                        decode_text(phrase.text().as_bytes()).into_owned().into()
                    })
                    .ok()?;
                }
                AddressItem::Mailbox(named) => {
                    // A blank between two encoded words is in one of them, or is lost.
                    let mut address = String::new();
                    if let Some(name) = named.name() {
                        write_name(&mut writer, name).ok()?;
                        address.push(' ');
                    }
                    address.push_str(named.address());
                    write_run(&mut writer, b" ", &address, Place::Phrase);
                    writer.word(b":;");
                }
                AddressItem::GroupStart(name) => {
                    write_name(&mut writer, &name).ok()?;
                    writer.glue(b":");
                    first = true;
                }
                AddressItem::GroupEnd => writer.glue(b";"),
                AddressItem::Invalid(_) => return None,
            }
        }
    } else {
        write_text(&mut writer, &field.text()).ok()?;
    }
    writer.end();
    Some(out)
}
