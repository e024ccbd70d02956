//! What brings queued mail to other systems.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use mailweft_address::Address;
use mailweft_smtp::{
    BodyType, Mail, MailParam, Printable, Rcpt, RcptParam,
    client::{Envelope as SmtpEnvelope, NextStep, Security},
};
use tokio::task::JoinHandle;

use super::{
    System,
    delivery::{notify, wants},
    notices::{Fate, Notice},
};
use crate::{
    clients::smtp::{FileContent, Outcome, Target, send},
    store::{Pending, Recipient, now},
};

/// After this many attempts a message is given up.
const MOST_ATTEMPTS: u32 = 100;

/// What one attempt made of one recipient.
enum Result {
    /// The other system has it, and reports itself, or does not.
    Relayed { reports: bool },
    /// Not now.
    Later,
    /// Not ever, and what the other system said.
    Failed(String),
}

impl System {
    /// Works through the queue, again and again, until [`System::stop`].
    pub fn relay(self: &Arc<Self>) -> JoinHandle<()> {
        let system = Arc::clone(self);
        let mut stop = self.stop.subscribe();
        tokio::spawn(async move {
            loop {
                let worked = async {
                    // What goes wrong with one message must not keep the others waiting.
                    let pending = system.queue.pending().unwrap_or_default();
                    for message in pending {
                        if message.envelope.next_try <= now() {
                            if let Err(error) = system.attempt(message).await {
                                system
                                    .journal
                                    .tell(&system.host, &format!("queue: {error:#}"));
                            }
                        }
                    }
                };
                tokio::select! {
                    () = worked => {}
                    _ = stop.wait_for(|stop| *stop) => return,
                }
                tokio::select! {
                    () = system.queue.wake.notified() => {}
                    () = tokio::time::sleep(Duration::from_millis(250)) => {}
                    _ = stop.wait_for(|stop| *stop) => return,
                }
            }
        })
    }

    /// Tries to bring one message to everybody who has not got it yet.
    async fn attempt(self: &Arc<Self>, mut pending: Pending) -> anyhow::Result<()> {
        let mut domains: BTreeMap<String, Vec<Recipient>> = BTreeMap::new();
        for recipient in std::mem::take(&mut pending.envelope.recipients) {
            let domain = recipient
                .address
                .rsplit_once('@')
                .map_or_else(String::new, |(_, domain)| domain.to_ascii_lowercase());
            domains.entry(domain).or_default().push(recipient);
        }
        let mut notices = Vec::new();
        let mut waiting = Vec::new();
        for (domain, recipients) in domains {
            let results = match self.deliver_to(&domain, &recipients, &pending).await {
                Ok(results) => results,
                // A connection that cannot be made, or breaks, is tried again.
                Err(_) => recipients.iter().map(|_| Result::Later).collect(),
            };
            for (recipient, result) in recipients.into_iter().zip(results) {
                let (fate, diagnostic) = match result {
                    Result::Later if pending.envelope.attempts < MOST_ATTEMPTS => {
                        waiting.push(recipient);
                        continue;
                    }
                    Result::Later => (Fate::Failed, "no delivery in the time that is given".into()),
                    Result::Failed(reply) => (Fate::Failed, reply),
                    Result::Relayed { reports: true } => continue,
                    Result::Relayed { reports: false } => (Fate::Relayed, String::new()),
                };
                let what = match fate {
                    Fate::Failed => "FAILURE",
                    _ => "SUCCESS",
                };
                if wants(&recipient, what) {
                    notices.push(Notice {
                        recipient,
                        fate,
                        diagnostic: (!diagnostic.is_empty()).then_some(diagnostic),
                    });
                }
            }
        }
        // The notice is on disk before the message leaves the queue: it may come twice, but not never.
        notify(self, &pending.envelope, &notices, &pending.message)?;
        pending.envelope.recipients = waiting;
        pending.envelope.attempts += 1;
        // Soon at first, then once in a while (RFC 5321 §4.5.4.1).
        let delay = 2_i64.saturating_pow(pending.envelope.attempts.min(12)) / 4;
        pending.envelope.next_try = now() + delay.min(1800);
        self.queue.update(&pending)
    }

    async fn deliver_to(
        self: &Arc<Self>,
        domain: &str,
        recipients: &[Recipient],
        pending: &Pending,
    ) -> anyhow::Result<Vec<Result>> {
        let Some((address, host)) = self.next_hop(domain) else {
            let unknown = format!("5.1.2 there is no route to {domain}");
            return Ok(recipients
                .iter()
                .map(|_| Result::Failed(unknown.clone()))
                .collect());
        };
        let target = Target {
            address,
            host,
            hello: self.host.clone(),
            security: Security::Opportunistic,
            connector: self.connector()?,
            login: None,
            lmtp: false,
            journal: self.journal.clone(),
        };
        let size = std::fs::metadata(&pending.message)?.len();
        let envelope = envelope(pending, recipients, size)?;
        let mut content = FileContent::new(&pending.message);
        let outcome = send(&target, envelope, &mut content).await?;
        let deliveries = match outcome {
            Outcome::Refused(reply) if reply.is_permanent() => {
                let said = format!("{} {}", reply.code(), reply.text());
                return Ok(recipients
                    .iter()
                    .map(|_| Result::Failed(said.clone()))
                    .collect());
            }
            Outcome::Refused(_) => return Ok(recipients.iter().map(|_| Result::Later).collect()),
            Outcome::Deliveries(deliveries) => deliveries,
        };
        Ok(deliveries
            .iter()
            .map(|delivery| match delivery.next_step() {
                // Every server of this program reports; another one would say so in its EHLO.
                NextStep::Nothing => Result::Relayed { reports: true },
                NextStep::Report => {
                    let reply = delivery.reply();
                    let status = reply.enhanced().map(|code| format!("{code} "));
                    let status = status.unwrap_or_default();
                    Result::Failed(format!("{} {status}{}", reply.code(), reply.text()))
                }
                _ => Result::Later,
            })
            .collect())
    }
}

/// The envelope of the next hop, with what the sender asked of it.
fn envelope(
    pending: &Pending,
    recipients: &[Recipient],
    size: u64,
) -> anyhow::Result<SmtpEnvelope> {
    let from = &pending.envelope;
    let mut mail = if from.sender.is_empty() {
        Mail::new(mailweft_address::ReversePath::Null)
    } else {
        Mail::new(Address::parse(&from.sender)?)
    };
    mail = mail.with(MailParam::Size(size));
    if from.eight_bit {
        mail = mail.with(MailParam::Body(BodyType::EightBitMime));
    }
    if from.smtp_utf8 {
        mail = mail.with(MailParam::SmtpUtf8);
    }
    if let Some(ret) = &from.ret {
        mail = mail.with(MailParam::Ret(ret.parse()?));
    }
    if let Some(id) = &from.envelope_id {
        mail = mail.with(MailParam::EnvId(Printable::new(id.clone())?));
    }
    let recipients = recipients
        .iter()
        .map(|recipient| {
            let mut rcpt = Rcpt::new(Address::parse(&recipient.address)?);
            if let Some(notify) = &recipient.notify {
                rcpt = rcpt.with(RcptParam::Notify(notify.parse()?));
            }
            if let Some((kind, address)) = recipient
                .original
                .as_deref()
                .and_then(|o| o.split_once(';'))
            {
                let original =
                    mailweft_smtp::OriginalRecipient::new(kind.to_owned(), address.to_owned())?;
                rcpt = rcpt.with(RcptParam::OriginalRecipient(original));
            }
            Ok(rcpt)
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    Ok(SmtpEnvelope::new(mail, recipients).drop_optional(true))
}
