//! Reports to the parts that hold them.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use core::fmt::Write;

use mailweft_address::Address;

use super::field::{FieldWriter, check_name};
use crate::types::{
    date_time::DateTime,
    report::{
        Agency, DeliveryReport, DispositionReport, FeedbackReport, RecipientReport, TypedText,
    },
};

impl TypedText {
    /// An address: `rfc822` where it is US-ASCII, `utf-8` where not (RFC 6533 §3).
    #[must_use]
    pub fn address(address: &Address) -> Self {
        Self::new(
            if address.is_ascii() {
                "rfc822"
            } else {
                "utf-8"
            },
            address.to_string(),
        )
    }
}

/// One field of a report: US-ASCII text, folded. What would end a line becomes a blank, other characters
/// become `\x{..}` (RFC 6533 §3), so that any text may be given.
fn field(out: &mut Vec<u8>, name: &str, value: &str) {
    /// Longer words are cut: a line must hold them.
    const LONGEST: usize = 900;
    if check_name(name).is_err() {
        return;
    }
    let mut clean = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            c if c.is_ascii() && !c.is_ascii_control() => clean.push(c),
            c if c.is_ascii() => clean.push(' '),
            // Writing to a string does not fail.
            c => drop(write!(clean, "\\x{{{:X}}}", u32::from(c))),
        }
    }
    let mut writer = FieldWriter::new(out, false);
    writer.begin(name);
    for word in clean.split(' ').filter(|word| !word.is_empty()) {
        for piece in word.as_bytes().chunks(LONGEST) {
            writer.word(piece);
        }
    }
    writer.end();
}

fn typed(out: &mut Vec<u8>, name: &str, value: Option<&TypedText>) {
    if let Some(value) = value {
        let kind: String = value
            .kind()
            .chars()
            .filter(|&c| u8::try_from(c).is_ok_and(crate::grammar::is_token))
            .collect();
        let kind = if kind.is_empty() { "x-unknown" } else { &kind };
        field(out, name, &alloc::format!("{kind}; {}", value.text()));
    }
}

fn text(out: &mut Vec<u8>, name: &str, value: Option<&String>) {
    if let Some(value) = value {
        field(out, name, value);
    }
}

fn date(out: &mut Vec<u8>, name: &str, value: Option<DateTime>) {
    if let Some(value) = value {
        field(out, name, &value.to_string());
    }
}

fn extensions(out: &mut Vec<u8>, fields: &[(String, String)]) {
    for (name, value) in fields {
        field(out, name, value);
    }
}

impl DeliveryReport {
    /// The content of a `message/delivery-status` part.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        text(
            &mut out,
            "Original-Envelope-Id",
            self.original_envelope_id.as_ref(),
        );
        typed(&mut out, "Reporting-MTA", self.reporting_mta.as_ref());
        typed(&mut out, "DSN-Gateway", self.dsn_gateway.as_ref());
        typed(
            &mut out,
            "Received-From-MTA",
            self.received_from_mta.as_ref(),
        );
        date(&mut out, "Arrival-Date", self.arrival_date);
        extensions(&mut out, &self.extensions);
        for recipient in &self.recipients {
            out.extend_from_slice(b"\r\n");
            recipient.write(&mut out);
        }
        out
    }
}

impl RecipientReport {
    fn write(&self, out: &mut Vec<u8>) {
        typed(out, "Original-Recipient", self.original_recipient.as_ref());
        typed(out, "Final-Recipient", self.final_recipient.as_ref());
        field(out, "Action", self.action.as_str());
        text(
            out,
            "Status",
            self.status.map(|status| status.to_string()).as_ref(),
        );
        typed(out, "Remote-MTA", self.remote_mta.as_ref());
        typed(out, "Diagnostic-Code", self.diagnostic.as_ref());
        date(out, "Last-Attempt-Date", self.last_attempt);
        text(out, "Final-Log-ID", self.final_log_id.as_ref());
        date(out, "Will-Retry-Until", self.will_retry_until);
        extensions(out, &self.extensions);
    }
}

impl DispositionReport {
    /// The content of a `message/disposition-notification` part.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        text(&mut out, "Reporting-UA", self.reporting_ua.as_ref());
        typed(&mut out, "MDN-Gateway", self.mdn_gateway.as_ref());
        typed(
            &mut out,
            "Original-Recipient",
            self.original_recipient.as_ref(),
        );
        typed(&mut out, "Final-Recipient", self.final_recipient.as_ref());
        text(
            &mut out,
            "Original-Message-ID",
            self.original_message_id
                .as_ref()
                .map(ToString::to_string)
                .as_ref(),
        );
        let (action, sending) = (self.action_mode, self.sending_mode);
        let did = if action == Agency::Manual {
            "manual-action"
        } else {
            "automatic-action"
        };
        let sent = if sending == Agency::Manual {
            "MDN-sent-manually"
        } else {
            "MDN-sent-automatically"
        };
        let mut value = alloc::format!("{did}/{sent}; {}", self.kind.as_str());
        for (at, modifier) in self.modifiers.iter().enumerate() {
            value.push(if at == 0 { '/' } else { ',' });
            value.push_str(modifier);
        }
        field(&mut out, "Disposition", &value);
        for error in &self.errors {
            field(&mut out, "Error", error);
        }
        extensions(&mut out, &self.extensions);
        out
    }
}

impl FeedbackReport {
    /// The content of a `message/feedback-report` part.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        field(&mut out, "Feedback-Type", &self.feedback_type);
        text(&mut out, "User-Agent", self.user_agent.as_ref());
        text(&mut out, "Version", self.version.as_ref());
        extensions(&mut out, &self.fields);
        out
    }
}
