//! A report of feedback (RFC 5965), and what its fields say.

use alloc::{string::String, vec::Vec};
use core::net::IpAddr;

use mailweft_address::Address;

use super::{
    message_id::MessageIds,
    report::{groups, others, owned},
};
use crate::grammar::cfws::skip_cfws;
use crate::types::{
    date_time::DateTime,
    message_id::MessageId,
    report::{FeedbackReport, TypedText},
    trace::{AuthenticationResults, ReturnPath},
};

impl FeedbackReport {
    /// Reads the content of a `message/feedback-report` part, whatever it holds.
    ///
    /// ```
    /// use mailweft_mime::FeedbackReport;
    ///
    /// let report = FeedbackReport::read(
    ///     b"Feedback-Type: abuse\r\nSource-IP: 192.0.2.1\r\nOriginal-Rcpt-To: <ann@example.org>\r\n",
    /// );
    /// assert_eq!(report.feedback_type, "abuse");
    /// assert_eq!(report.source_ip(), "192.0.2.1".parse().ok());
    /// assert_eq!(report.original_rcpt_to().next(), "ann@example.org".parse().ok());
    /// assert_eq!(report.incidents(), 1);
    /// ```
    #[must_use]
    pub fn read(body: &[u8]) -> Self {
        let mut report = Self {
            feedback_type: String::new(),
            user_agent: None,
            version: None,
            fields: Vec::new(),
        };
        let mut first = true;
        groups(body, |part| {
            if core::mem::take(&mut first) {
                report.feedback_type = part.field("Feedback-Type").map(owned).unwrap_or_default();
                report.user_agent = part.field("User-Agent").map(owned);
                report.version = part.field("Version").map(owned);
                report.fields = others(part, &["Feedback-Type", "User-Agent", "Version"]);
            }
        });
        report
    }

    /// All of the other fields of that name, whatever the case of its letters: some may stand more than once (RFC 5965
    /// §3.3).
    ///
    /// ```
    /// use mailweft_mime::FeedbackReport;
    ///
    /// let report = FeedbackReport::read(b"Feedback-Type: abuse\nReported-URI: a:b\nReported-URI: c:d\n");
    /// assert_eq!(report.all("reported-uri").collect::<Vec<_>>(), ["a:b", "c:d"]);
    /// ```
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = move |(field, _): &&(String, String)| field.eq_ignore_ascii_case(name);
        self.fields
            .iter()
            .filter(named)
            .map(|(_, value)| value.as_str())
    }

    /// The identifier of the message that is complained about, where a field has it.
    #[must_use]
    pub fn original_message_id(&self) -> Option<MessageId<'_>> {
        MessageIds::new(self.get("Original-Message-ID")?.as_bytes()).next()
    }

    /// When the message came to the system that reports (RFC 5965 §3.2, the historic Received-Date as well); nothing where
    /// both are there.
    #[must_use]
    pub fn arrival_date(&self) -> Option<DateTime> {
        let dates = (self.get("Arrival-Date"), self.get("Received-Date"));
        let ((Some(date), None) | (None, Some(date))) = dates else {
            return None;
        };
        DateTime::read(date.as_bytes()).map(|(date, _)| date)
    }

    /// The address of the network that the message came from (RFC 5965 §3.2).
    #[must_use]
    pub fn source_ip(&self) -> Option<IpAddr> {
        let text = self.word("Source-IP")?;
        let text = text.trim_start_matches('[').trim_end_matches(']');
        let tag = text
            .get(..5)
            .filter(|tag| tag.eq_ignore_ascii_case("IPv6:"));
        text.get(tag.map_or(0, str::len)..)?.parse().ok()
    }

    /// The port that it came from (RFC 6692 §3).
    #[must_use]
    pub fn source_port(&self) -> Option<u16> {
        self.word("Source-Port")?.parse().ok()
    }

    /// How many incidents it is about: one, where it does not say (RFC 5965 §3.2).
    #[must_use]
    pub fn incidents(&self) -> u32 {
        let incidents = self.word("Incidents").map(str::parse);
        incidents.and_then(Result::ok).unwrap_or(1)
    }

    /// The ENVID that the sender gave (RFC 3461 §4.4).
    #[must_use]
    pub fn original_envelope_id(&self) -> Option<&str> {
        self.get("Original-Envelope-Id")
    }

    /// The address of MAIL FROM (RFC 5965 §3.2).
    #[must_use]
    pub fn original_mail_from(&self) -> Option<ReturnPath> {
        ReturnPath::read(self.get("Original-Mail-From")?.as_bytes())
    }

    /// The addresses of RCPT TO that can be read (RFC 5965 §3.3).
    pub fn original_rcpt_to(&self) -> impl Iterator<Item = Address> {
        self.all("Original-Rcpt-To")
            .filter_map(|path| match ReturnPath::read(path.as_bytes())? {
                ReturnPath::Address(address) => Some(address),
                ReturnPath::Null => None,
            })
    }

    /// The system that reports (RFC 3464 §2.2.2).
    #[must_use]
    pub fn reporting_mta(&self) -> Option<TypedText> {
        self.get("Reporting-MTA").map(TypedText::read)
    }

    /// What the system that reports made of the message (RFC 8601).
    pub fn authentication_results(&self) -> impl Iterator<Item = AuthenticationResults> {
        self.all("Authentication-Results")
            .map(|value| AuthenticationResults::read(value.as_bytes()))
    }

    /// The domains that it is about (RFC 5965 §3.3).
    pub fn reported_domains(&self) -> impl Iterator<Item = &str> {
        self.all("Reported-Domain")
    }

    /// What in the message it is about (RFC 5965 §3.3).
    pub fn reported_uris(&self) -> impl Iterator<Item = &str> {
        self.all("Reported-URI")
    }

    /// The check that failed, where that is what it is about (RFC 6591 §3.3): `adsp`, `bodyhash`, `revoked`, `signature`,
    /// `spf`; or `dmarc`, which it does not know.
    #[must_use]
    pub fn auth_failure(&self) -> Option<&str> {
        self.word("Auth-Failure")
    }

    /// The value of a field that is one word, without white space and comments around it.
    fn word(&self, name: &str) -> Option<&str> {
        let value = self.get(name)?;
        let rest = skip_cfws(value.as_bytes()).len();
        let value = value.get(value.len().saturating_sub(rest)..)?;
        value.split([' ', '\t', '(']).next()
    }
}
