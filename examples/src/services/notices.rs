//! Delivery status notifications (RFC 3464).

use std::{fs::File, io::Read as _, path::Path, sync::Arc};

use anyhow::Context as _;
use bytes::{Bytes, BytesMut};
use mailweft_address::{Address, Mailbox};
use mailweft_mime::{
    Action, Body, Builder, Chunk, DateTime, DeliveryReport, MessageId, RecipientReport, Returned,
    StatusCode, TypedText,
};

use super::System;
use crate::store::{Draft, Envelope, Recipient, now};

/// Longest header that is returned, in octets.
const MAX_HEADER: u64 = 64 * 1024;

/// What became of a recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// In the mailbox.
    Delivered,
    /// Handed to a system that reports nothing.
    Relayed,
    /// Given up.
    Failed,
}

/// One recipient of a notification.
#[derive(Clone, Debug)]
pub(super) struct Notice {
    pub(super) recipient: Recipient,
    pub(super) fate: Fate,
    /// What the other system said: `550 5.1.1 no such mailbox`.
    pub(super) diagnostic: Option<String>,
}

/// Writes the notification about a message.
pub(super) fn write(
    system: &Arc<System>,
    envelope: &Envelope,
    notices: &[Notice],
    message: &Path,
    draft: &mut Draft,
) -> anyhow::Result<()> {
    let mut report = DeliveryReport::new(&system.host);
    report
        .original_envelope_id
        .clone_from(&envelope.envelope_id);
    report.arrival_date = DateTime::from_timestamp(envelope.accepted, 0);
    let mut text = String::from("This is what became of your message.\n\n");
    for notice in notices {
        let address = Address::parse(&notice.recipient.address)?;
        let status =
            notice
                .diagnostic
                .as_deref()
                .and_then(status_of)
                .unwrap_or(match notice.fate {
                    Fate::Failed => StatusCode::new(5, 0, 0),
                    _ => StatusCode::new(2, 0, 0),
                });
        let (action, sentence) = match notice.fate {
            Fate::Delivered => (Action::Delivered, "is in the mailbox"),
            Fate::Relayed => (
                Action::Relayed,
                "was handed on, to where no reports are made",
            ),
            Fate::Failed => (Action::Failed, "could not be delivered"),
        };
        text.push_str(&format!("{address}: it {sentence}.\n"));
        let mut recipient = RecipientReport::new(&address, action, status);
        if let Some((kind, original)) = notice
            .recipient
            .original
            .as_deref()
            .and_then(|o| o.split_once(';'))
        {
            recipient.original_recipient = Some(TypedText::new(kind, original));
        }
        recipient.diagnostic = notice.diagnostic.clone().map(TypedText::smtp);
        report = report.with_recipient(recipient);
    }
    let subject = match notices.first().map(|notice| notice.fate) {
        Some(Fate::Failed) => "Your message could not be delivered",
        Some(Fate::Relayed) => "Your message was handed on",
        _ => "Your message was delivered",
    };
    let postmaster = Address::parse(format!("postmaster@{}", system.domain))?;
    let number = system.next_number();
    let notification = Builder::new()
        .from(Mailbox::with_name("Mail Delivery System", postmaster)?)
        .to(Address::parse(&envelope.sender)?)
        .subject(subject)
        .date(DateTime::from_timestamp(now(), 0).context("the year is beyond 9999")?)
        .message_id(MessageId::new(&format!(
            "dsn.{}.{number}@{}",
            now(),
            system.host
        ))?)
        .field("Auto-Submitted", "auto-replied")
        .body(Body::delivery_report(
            text,
            &report,
            Returned::Headers(header_of(message)?),
        ))
        .seed(number)
        .build()?;
    let (mut writer, mut input) = (notification.writer(), BytesMut::new());
    while let Chunk::Data(chunk) = writer.next(&mut input) {
        draft.write(&chunk)?;
    }
    Ok(())
}

/// The enhanced status code that a reply begins with, behind its code.
fn status_of(reply: &str) -> Option<StatusCode> {
    let word = reply
        .split_whitespace()
        .find(|word| word.split('.').count() == 3)?;
    let mut parts = word.split('.');
    Some(StatusCode::new(
        parts.next()?.parse().ok()?,
        parts.next()?.parse().ok()?,
        parts.next()?.parse().ok()?,
    ))
}

/// The header of a message, as far as it is not unreasonable.
fn header_of(message: &Path) -> anyhow::Result<Bytes> {
    let mut header = Vec::new();
    File::open(message)?
        .take(MAX_HEADER)
        .read_to_end(&mut header)?;
    if let Some(end) = header.windows(4).position(|octets| octets == b"\r\n\r\n") {
        header.truncate(end + 2);
    } else if let Some(end) = header.iter().rposition(|&octet| octet == b'\n') {
        header.truncate(end + 1);
    }
    Ok(header.into())
}
