//! Reports out of the parts that hold them.

use alloc::{string::String, vec::Vec};

use mailweft_address::{Address, Level};

use crate::{
    error::to_usize,
    grammar::slice,
    types::{
        date_time::DateTime,
        field::Field,
        message::Message,
        message_id::MessageId,
        part::Part,
        report::{
            Action, Agency, DeliveryReport, DispositionKind, DispositionReport, FeedbackReport,
            RecipientReport, Report, StatusCode, TypedText,
        },
    },
};

impl<B: AsRef<[u8]>> Message<B> {
    /// The report that the message is: the first part that holds one.
    ///
    /// A forwarded report, inside a message/rfc822 part, is not one of this message.
    #[must_use]
    pub fn report(&self) -> Option<Report> {
        let own = |part: &Part<'_>| {
            core::iter::successors(part.parent(), |part| part.parent()).all(|p| p.is_multipart())
        };
        self.parts().filter(own).find_map(Part::report)
    }
}

impl Part<'_> {
    /// The report that the part itself holds: for the types `message/delivery-status`,
    /// `message/disposition-notification` and `message/feedback-report`, and their forms for UTF-8 (RFC 6533).
    #[must_use]
    pub fn report(self) -> Option<Report> {
        let content_type = self.content_type();
        let is = |sub: &str| content_type.is("message", sub);
        if is("delivery-status") || is("global-delivery-status") {
            Some(Report::Delivery(DeliveryReport::read(&self.body())))
        } else if is("disposition-notification") || is("global-disposition-notification") {
            Some(Report::Disposition(DispositionReport::read(&self.body())))
        } else if is("feedback-report") {
            Some(Report::Feedback(FeedbackReport::read(&self.body())))
        } else {
            None
        }
    }
}

/// How many groups of fields of one report are read.
const MOST: usize = 10_000;

/// Calls `group` for each group of fields: what stands between empty lines.
pub(super) fn groups(body: &[u8], mut group: impl FnMut(Part<'_>)) {
    let mut rest = body;
    for _ in 0..MOST {
        rest = slice(
            rest,
            rest.iter().take_while(|b| b"\r\n".contains(b)).count(),
            rest.len(),
        );
        if rest.is_empty() {
            return;
        }
        let message = Message::parse(rest);
        group(message.root());
        let end = to_usize(message.root().body_span().start());
        rest = slice(rest, end, rest.len());
    }
}

pub(super) fn owned(field: Field<'_>) -> String {
    field.text().into_owned()
}

fn typed(field: Field<'_>) -> Option<TypedText> {
    Some(TypedText::read(&field.text())).filter(|typed| !typed.text.is_empty())
}

fn named(part: Part<'_>, name: &str) -> Option<TypedText> {
    part.field(name).and_then(typed)
}

fn date(part: Part<'_>, name: &str) -> Option<DateTime> {
    part.field(name)?.date()
}

/// The fields that are not among the known ones, in order.
pub(super) fn others(part: Part<'_>, known: &[&str]) -> Vec<(String, String)> {
    part.fields()
        .filter(|field| !field.name().is_empty() && !known.iter().any(|name| field.is(name)))
        .map(|field| (field.name_text().into_owned(), owned(field)))
        .collect()
}

impl TypedText {
    /// Reads `type; text`; where there is no semicolon, all of it is text.
    #[must_use]
    pub fn read(value: &str) -> Self {
        match value.split_once(';') {
            Some((kind, text)) if !kind.trim().contains(' ') => {
                let kind = kind.trim();
                let text = text.trim();
                let text = if kind.eq_ignore_ascii_case("utf-8") {
                    unescape(text)
                } else {
                    text.into()
                };
                Self::new(kind, text)
            }
            _ => Self::new("", value.trim()),
        }
    }

    /// The text as an address, where it is one, with angle brackets or without.
    #[must_use]
    pub fn to_address(&self) -> Option<Address> {
        let text = self.text.trim();
        let text = text
            .strip_prefix('<')
            .and_then(|text| text.strip_suffix('>'))
            .unwrap_or(text);
        Address::parse_at(Level::Obsolete, text).ok()
    }
}

/// `\x{20AC}`: the characters of RFC 6533 §3.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("\\x{") {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let after = escape.get(3..).unwrap_or_default();
        let decoded = after.split_once('}').and_then(|(digits, rest)| {
            let valid = digits.len() <= 6 && digits.bytes().all(|b| b.is_ascii_hexdigit());
            let c = char::from_u32(u32::from_str_radix(digits, 16).ok()?)
                .filter(|c| valid && !c.is_control())?;
            Some((c, rest))
        });
        match decoded {
            Some((c, after)) => {
                out.push(c);
                rest = after;
            }
            None => {
                out.push_str("\\x{");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

impl StatusCode {
    /// The first status code in a text: `2`, `4` or `5`, and two more numbers of at most three digits.
    #[must_use]
    pub fn find(text: &str) -> Option<Self> {
        Self::all_in(text).next()
    }

    /// All status codes in a text.
    pub(crate) fn all_in(text: &str) -> impl Iterator<Item = Self> {
        let word = |c: char| !(c.is_ascii_digit() || c == '.');
        text.split(word).filter_map(|word| {
            let mut pieces = word.trim_matches('.').split('.');
            let mut next = || pieces.next().filter(|piece| (1..=3).contains(&piece.len()));
            let (class, subject, detail) = (next()?, next()?, next()?);
            let class = class
                .parse()
                .ok()
                .filter(|class| matches!(class, 2 | 4 | 5))?;
            // Four numbers are an address of the network.
            let code = Self::new(class, subject.parse().ok()?, detail.parse().ok()?);
            pieces.next().is_none().then_some(code)
        })
    }
}

impl Action {
    /// Reads the word of an Action field.
    #[must_use]
    pub fn read(value: &str) -> Self {
        let word = value
            .split([' ', '(', ';', '\t'])
            .next()
            .unwrap_or_default();
        let known = [
            Self::Failed,
            Self::Delayed,
            Self::Delivered,
            Self::Relayed,
            Self::Expanded,
        ];
        let found = known
            .into_iter()
            .find(|action| action.as_str().eq_ignore_ascii_case(word));
        found.unwrap_or_else(|| match word.to_ascii_lowercase().as_str() {
            "failure" | "fail" => Self::Failed,
            "delay" => Self::Delayed,
            _ => Self::Other(word.into()),
        })
    }
}

impl DeliveryReport {
    /// Reads the content of a `message/delivery-status` part, whatever it holds.
    #[must_use]
    pub fn read(body: &[u8]) -> Self {
        const MESSAGE: [&str; 5] = [
            "Original-Envelope-Id",
            "Reporting-MTA",
            "DSN-Gateway",
            "Received-From-MTA",
            "Arrival-Date",
        ];
        let mut report = Self::empty();
        groups(body, |part| {
            let about_recipient = ["Final-Recipient", "Original-Recipient", "Action", "Status"]
                .iter()
                .any(|name| part.field(name).is_some());
            if about_recipient {
                report.recipients.push(RecipientReport::read(part));
            }
            // A report without the empty line has both in one group.
            if !about_recipient || report.recipients.len() == 1 {
                let first = |old: &mut Option<TypedText>, name| {
                    *old = old.take().or_else(|| named(part, name));
                };
                first(&mut report.reporting_mta, "Reporting-MTA");
                first(&mut report.dsn_gateway, "DSN-Gateway");
                first(&mut report.received_from_mta, "Received-From-MTA");
                report.arrival_date = report.arrival_date.or_else(|| date(part, "Arrival-Date"));
                let id = || part.field("Original-Envelope-Id").map(owned);
                report.original_envelope_id = report.original_envelope_id.take().or_else(id);
            }
            if !about_recipient {
                report.extensions.extend(others(part, &MESSAGE));
            }
        });
        report
    }
}

impl RecipientReport {
    fn read(part: Part<'_>) -> Self {
        const KNOWN: [&str; 14] = [
            "Original-Recipient",
            "Final-Recipient",
            "Action",
            "Status",
            "Remote-MTA",
            "Diagnostic-Code",
            "Last-Attempt-Date",
            "Final-Log-ID",
            "Will-Retry-Until",
            "Original-Envelope-Id",
            "Reporting-MTA",
            "DSN-Gateway",
            "Received-From-MTA",
            "Arrival-Date",
        ];
        let status = part
            .field("Status")
            .and_then(|field| StatusCode::find(&field.text()));
        let action = part
            .field("Action")
            .map(|field| Action::read(&field.text()));
        // A report without an action says it by its status.
        let guessed = || match status.map(StatusCode::class) {
            Some(2) => Action::Delivered,
            Some(4) => Action::Delayed,
            _ => Action::Failed,
        };
        Self {
            original_recipient: named(part, "Original-Recipient"),
            final_recipient: named(part, "Final-Recipient"),
            status,
            remote_mta: named(part, "Remote-MTA"),
            diagnostic: named(part, "Diagnostic-Code"),
            last_attempt: date(part, "Last-Attempt-Date"),
            final_log_id: part.field("Final-Log-ID").map(owned),
            will_retry_until: date(part, "Will-Retry-Until"),
            extensions: others(part, &KNOWN),
            ..Self::empty(action.unwrap_or_else(guessed))
        }
    }
}

impl DispositionReport {
    /// Reads the content of a `message/disposition-notification` part, whatever it holds.
    #[must_use]
    pub fn read(body: &[u8]) -> Self {
        const KNOWN: [&str; 7] = [
            "Reporting-UA",
            "MDN-Gateway",
            "Original-Recipient",
            "Final-Recipient",
            "Original-Message-ID",
            "Disposition",
            "Error",
        ];
        let mut report = Self::empty();
        let mut first = true;
        groups(body, |part| {
            if !core::mem::take(&mut first) {
                return;
            }
            report.reporting_ua = part.field("Reporting-UA").map(owned);
            report.mdn_gateway = named(part, "MDN-Gateway");
            report.original_recipient = named(part, "Original-Recipient");
            report.final_recipient = named(part, "Final-Recipient");
            report.original_message_id = part
                .field("Original-Message-ID")
                .and_then(|field| field.message_ids().next())
                .map(MessageId::into_owned);
            report.errors = part.fields_named("Error").map(owned).collect();
            report.extensions = others(part, &KNOWN);
            if let Some(field) = part.field("Disposition") {
                report.disposition(&field.text());
            }
        });
        report
    }

    /// `action-mode "/" sending-mode ";" disposition-type [ "/" modifiers ]`
    fn disposition(&mut self, value: &str) {
        let (modes, what) = value.split_once(';').unwrap_or(("", value));
        let (action, sending) = modes.split_once('/').unwrap_or((modes, ""));
        let agency = |text: &str| {
            let automatic = text.to_ascii_lowercase().contains("automatic");
            if automatic {
                Agency::Automatic
            } else {
                Agency::Manual
            }
        };
        (self.action_mode, self.sending_mode) = (agency(action), agency(sending));
        let (kind, modifiers) = what.split_once('/').unwrap_or((what, ""));
        let kind = kind.trim();
        let known = [
            DispositionKind::Displayed,
            DispositionKind::Dispatched,
            DispositionKind::Processed,
            DispositionKind::Deleted,
        ];
        let found = known
            .into_iter()
            .find(|known| known.as_str().eq_ignore_ascii_case(kind));
        self.kind = found.unwrap_or_else(|| DispositionKind::Other(kind.into()));
        let modifiers = modifiers
            .split(',')
            .map(str::trim)
            .filter(|text| !text.is_empty());
        self.modifiers = modifiers.map(String::from).collect();
    }
}
