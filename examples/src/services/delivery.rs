//! What becomes of a message that was accepted: stored here, queued for elsewhere, or both.

use std::{collections::BTreeSet, fs::File, io::Read as _, path::Path, sync::Arc};

use anyhow::Context as _;

use super::{
    System,
    notices::{self, Fate, Notice},
};
use crate::store::{Draft, Envelope, Recipient, now};

/// The envelope of a message that arrived.
#[derive(Clone, Debug)]
pub(super) struct Arrival {
    /// The reverse path; empty where it is null.
    pub(super) sender: String,
    pub(super) recipients: Vec<Recipient>,
    pub(super) ret: Option<String>,
    pub(super) envelope_id: Option<String>,
    pub(super) smtp_utf8: bool,
    pub(super) eight_bit: bool,
}

/// Where mail for an address goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// To this user.
    Local(String),
    /// To a user of this domain that does not exist.
    Unknown,
    /// To another system.
    Elsewhere,
}

impl System {
    /// Where mail for an address goes. The name of a local user is compared without regard to case,
    /// and `user+tag` is `user`.
    pub(super) fn route(&self, address: &str) -> Route {
        let Some((local, domain)) = address.rsplit_once('@') else {
            return Route::Unknown;
        };
        if !domain.eq_ignore_ascii_case(&self.domain) {
            return Route::Elsewhere;
        }
        let local = local.to_lowercase();
        let user = local.split('+').next().unwrap_or(&local);
        let user = if user == "postmaster" && !self.users.contains_key(user) {
            self.users.keys().next().map_or(user, String::as_str)
        } else {
            user
        };
        if self.users.contains_key(user) {
            Route::Local(user.to_owned())
        } else {
            Route::Unknown
        }
    }
}

/// Stores a message for its local recipients and queues it for the others; what it is known by.
/// When this returns, all of it is on disk.
pub(super) fn accept(
    system: &Arc<System>,
    arrival: &Arrival,
    mut draft: Draft,
) -> anyhow::Result<String> {
    let id = format!("{:X}", system.next_number());
    let file = draft.sync()?.to_owned();
    let (mut elsewhere, mut delivered) = (Vec::new(), Vec::new());
    for recipient in &arrival.recipients {
        match system.route(&recipient.address) {
            Route::Local(user) => {
                deliver(system, &arrival.sender, &user, &file)?;
                delivered.push(recipient.clone());
            }
            _ => elsewhere.push(recipient.clone()),
        }
    }
    let envelope = Envelope {
        sender: arrival.sender.clone(),
        recipients: elsewhere,
        ret: arrival.ret.clone(),
        envelope_id: arrival.envelope_id.clone(),
        smtp_utf8: arrival.smtp_utf8,
        eight_bit: arrival.eight_bit,
        accepted: now(),
        attempts: 0,
        next_try: 0,
    };
    if !envelope.recipients.is_empty() {
        system.queue.push(&envelope, &file)?;
    }
    let wanted: Vec<Notice> = delivered
        .into_iter()
        .filter(|recipient| wants(recipient, "SUCCESS"))
        .map(|recipient| Notice {
            recipient,
            fate: Fate::Delivered,
            diagnostic: None,
        })
        .collect();
    notify(system, &envelope, &wanted, &file)?;
    Ok(id)
}

/// Puts a message into a user's INBOX, with the reverse path in front (RFC 5321 §4.4).
fn deliver(system: &Arc<System>, sender: &str, user: &str, file: &Path) -> anyhow::Result<()> {
    let inbox = system
        .store
        .mailbox(user, "INBOX")?
        .with_context(|| format!("{user} has no INBOX"))?;
    let mut draft = system.store.draft()?;
    draft.write(format!("Return-Path: <{sender}>\r\n").as_bytes())?;
    let mut message = File::open(file)?;
    let mut chunk = vec![0; 64 * 1024];
    loop {
        let length = message.read(&mut chunk)?;
        if length == 0 {
            break;
        }
        draft.write(&chunk[..length])?;
    }
    system.store.store(draft, &inbox, &BTreeSet::new(), now())?;
    Ok(())
}

/// Whether a recipient's sender wants to hear of this (RFC 3461 §4.1); of failures, unless told
/// otherwise.
pub(super) fn wants(recipient: &Recipient, what: &str) -> bool {
    match &recipient.notify {
        Some(notify) => notify
            .split(',')
            .any(|word| word.eq_ignore_ascii_case(what)),
        None => what == "FAILURE",
    }
}

/// Sends a delivery status notification to the sender of a message, unless that is null.
pub(super) fn notify(
    system: &Arc<System>,
    envelope: &Envelope,
    notices: &[Notice],
    message: &Path,
) -> anyhow::Result<()> {
    if envelope.sender.is_empty() || notices.is_empty() {
        return Ok(());
    }
    let mut draft = system.store.draft()?;
    notices::write(system, envelope, notices, message, &mut draft)?;
    let arrival = Arrival {
        sender: String::new(),
        recipients: vec![Recipient {
            address: envelope.sender.clone(),
            notify: Some("NEVER".into()),
            original: None,
        }],
        ret: None,
        envelope_id: None,
        smtp_utf8: !envelope.sender.is_ascii(),
        eight_bit: true,
    };
    accept(system, &arrival, draft).map(|_| ())
}
