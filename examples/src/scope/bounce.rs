//! What a delivery report says.

use std::io;

use mailweft_mime::{Message, Report};
use serde_json::json;

use super::{Output, Verdict};

/// Tells a delivery report in a sentence, or as JSON, a line for each recipient.
pub fn inspect_bounce(octets: &[u8], output: &mut Output<'_>) -> io::Result<Verdict> {
    let message = Message::parse(octets);
    let Some(bounce) = message.bounce() else {
        if output.json {
            output.json_line(&json!({ "bounce": false, "recipients": [] }))?;
        } else {
            let what = match message.report() {
                Some(Report::Feedback(report)) => {
                    format!("but one of feedback: {}", report.feedback_type)
                }
                Some(Report::Disposition(report)) => {
                    format!("but a notification: {}", report.kind.as_str())
                }
                _ => "nor any other".to_owned(),
            };
            writeln!(output.out, "This is no delivery report, {what}.")?;
        }
        return Ok(Verdict::Problems);
    };
    if output.json {
        let recipients: Vec<_> = bounce
            .recipients
            .iter()
            .map(|recipient| {
                json!({
                    "recipient": recipient.address.as_str(),
                    "status": recipient.status.map(|status| status.to_string()),
                    "action": recipient.action.as_str(),
                    "diagnostic": recipient.reason,
                    "reason": recipient.status.and_then(reason),
                })
            })
            .collect();
        let first = recipients.first().cloned().unwrap_or_default();
        let mut line = json!({
            "bounce": true,
            "guessed": bounce.guessed,
            "recipients": recipients,
        });
        if let (Some(line), Some(first)) = (line.as_object_mut(), first.as_object()) {
            line.extend(first.clone());
        }
        output.json_line(&line)?;
    } else {
        for recipient in &bounce.recipients {
            let status = recipient
                .status
                .map_or(String::new(), |status| format!(" ({status})"));
            let why = recipient
                .status
                .and_then(reason)
                .map_or(String::new(), |why| format!(": {why}"));
            let said = recipient.reason.as_ref().map_or(String::new(), |said| {
                format!(" The other system said: {said}")
            });
            writeln!(
                output.out,
                "Delivery to {}: {}{status}{why}.{said}",
                recipient.address, recipient.action
            )?;
        }
    }
    Ok(Verdict::Clean)
}

/// What a status code means, by the registry of RFC 5248.
fn reason(status: mailweft_mime::StatusCode) -> Option<&'static str> {
    let code = mailweft_smtp::EnhancedCode::new(status.class(), status.subject(), status.detail());
    code.ok().and_then(mailweft_smtp::EnhancedCode::meaning)
}
