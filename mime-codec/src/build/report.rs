//! Reports as bodies: multipart/report (RFC 6522).

use alloc::{string::String, vec::Vec};

use bytes::Bytes;

use super::body::Body;
use crate::types::{
    content_type::{ContentType, MediaType},
    report::{DeliveryReport, DispositionReport, FeedbackReport},
};

/// What of the message that a report is about goes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Returned {
    /// Nothing.
    Nothing,
    /// Its header: `text/rfc822-headers` (RFC 6522 §4).
    Headers(Bytes),
    /// All of it: `message/rfc822`.
    Message(Bytes),
}

impl Body {
    /// A delivery report (RFC 3464): a text for people, the report, and what goes back.
    ///
    /// ```
    /// use mailweft_address::Address;
    /// use mailweft_mime::{Action, Body, Builder, DateTime, DeliveryReport, Message, RecipientReport, Report, Returned, StatusCode};
    ///
    /// let to = Address::from_static("ann@example.net");
    /// let report = DeliveryReport::new("mx.example.org")
    ///     .with_recipient(RecipientReport::new(&to, Action::Delivered, StatusCode::new(2, 0, 0)));
    /// let draft = Builder::new()
    ///     .from(Address::from_static("postmaster@example.org"))
    ///     .to(Address::from_static("j@example.org"))
    ///     .date(DateTime::from_timestamp(0, 0).unwrap())
    ///     .subject("Delivered")
    ///     .body(Body::delivery_report("It was delivered.\n", &report, Returned::Nothing))
    ///     .build()?;
    /// let message = Message::parse(draft.to_bytes().unwrap());
    /// assert_eq!(message.report(), Some(Report::Delivery(report)));
    /// # Ok::<(), mailweft_mime::InvalidText>(())
    /// ```
    #[must_use]
    pub fn delivery_report(
        text: impl Into<String>,
        report: &DeliveryReport,
        returned: Returned,
    ) -> Self {
        Self::report(
            "delivery-status",
            text.into(),
            MediaType::DELIVERY_STATUS,
            report.to_bytes(),
            returned,
        )
    }

    /// A disposition report (RFC 8098), which tells that a message was read.
    #[must_use]
    pub fn disposition_report(
        text: impl Into<String>,
        report: &DispositionReport,
        returned: Returned,
    ) -> Self {
        let kind = MediaType::DISPOSITION_NOTIFICATION;
        Self::report(
            "disposition-notification",
            text.into(),
            kind,
            report.to_bytes(),
            returned,
        )
    }

    /// An abuse report (RFC 5965).
    #[must_use]
    pub fn feedback_report(
        text: impl Into<String>,
        report: &FeedbackReport,
        returned: Returned,
    ) -> Self {
        Self::report(
            "feedback-report",
            text.into(),
            MediaType::FEEDBACK_REPORT,
            report.to_bytes(),
            returned,
        )
    }

    fn report(
        report_type: &str,
        text: String,
        kind: MediaType,
        octets: Vec<u8>,
        returned: Returned,
    ) -> Self {
        let mut parts = alloc::vec![Self::text(text), Self::unencoded(kind, octets)];
        match returned {
            Returned::Nothing => {}
            Returned::Headers(octets) => {
                parts.push(Self::unencoded(MediaType::TEXT_HEADERS, octets));
            }
            Returned::Message(octets) => parts.push(Self::message(octets)),
        }
        let content_type = ContentType::new(MediaType::constant("multipart/report", 9));
        Self::multipart_of(content_type.with_param("report-type", report_type), parts)
    }
}
