//! Reports about mail: delivery (RFC 3464), disposition (RFC 8098), abuse (RFC 5965).

use alloc::{string::String, vec::Vec};
use core::fmt;

use mailweft_address::Address;

use super::{date_time::DateTime, message_id::MessageId};

/// A report that a message is or holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Report {
    /// What became of a message on its way (RFC 3464).
    Delivery(DeliveryReport),
    /// What became of a message at its recipient (RFC 8098).
    Disposition(DispositionReport),
    /// What a recipient complains about (RFC 5965).
    Feedback(FeedbackReport),
}

/// `type; text`: an address, a host or a diagnosis with the system that it is of (RFC 3464 §2.1.2).
///
/// ```
/// use mailweft_mime::TypedText;
///
/// let recipient = TypedText::address(&"j@example.org".parse()?);
/// assert_eq!(recipient.to_string(), "rfc822; j@example.org");
/// assert_eq!(TypedText::read("smtp; 550 no such user").kind(), "smtp");
/// # Ok::<(), mailweft_address::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TypedText {
    pub(crate) kind: String,
    pub(crate) text: String,
}

impl TypedText {
    /// A text of a type: `dns`, `smtp`, `rfc822`, `x-local` ...
    #[must_use]
    pub fn new(kind: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            kind: kind.into(),
            text: text.into(),
        }
    }

    /// A host by its name in the DNS.
    #[must_use]
    pub fn host(name: impl Into<String>) -> Self {
        Self::new("dns", name)
    }

    /// What an SMTP server said.
    #[must_use]
    pub fn smtp(reply: impl Into<String>) -> Self {
        Self::new("smtp", reply)
    }

    /// The type; empty where the text had none.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The text after the semicolon.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for TypedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.kind, self.text)
    }
}

/// An enhanced status code (RFC 3463): `5.1.1`.
///
/// ```
/// use mailweft_mime::StatusCode;
///
/// let status = StatusCode::find("550 5.1.1 no such user").unwrap();
/// assert_eq!(status, StatusCode::new(5, 1, 1));
/// assert!(status.is_permanent());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StatusCode {
    class: u8,
    subject: u16,
    detail: u16,
}

impl StatusCode {
    /// `class.subject.detail`.
    #[must_use]
    pub const fn new(class: u8, subject: u16, detail: u16) -> Self {
        Self {
            class,
            subject,
            detail,
        }
    }

    /// 2 for success, 4 for a failure that may pass, 5 for one that will not.
    #[must_use]
    pub const fn class(self) -> u8 {
        self.class
    }

    /// What it is about: 1 the address, 2 the mailbox, 3 the system, 4 the network, 5 the protocol, 6 the
    /// content, 7 policy.
    #[must_use]
    pub const fn subject(self) -> u16 {
        self.subject
    }

    /// What exactly.
    #[must_use]
    pub const fn detail(self) -> u16 {
        self.detail
    }

    /// True for a failure that will not pass.
    #[must_use]
    pub const fn is_permanent(self) -> bool {
        self.class == 5
    }
}

impl fmt::Display for StatusCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

/// What was done with a message for one recipient (RFC 3464 §2.3.3).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Action {
    /// It could not be delivered, and will not be.
    Failed,
    /// It could not be delivered yet.
    Delayed,
    /// It was delivered.
    Delivered,
    /// It was handed to a system that sends no reports.
    Relayed,
    /// It was delivered and handed on to more addresses.
    Expanded,
    /// Any other word.
    Other(String),
}

impl Action {
    /// The word as it stands in a report.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Failed => "failed",
            Self::Delayed => "delayed",
            Self::Delivered => "delivered",
            Self::Relayed => "relayed",
            Self::Expanded => "expanded",
            Self::Other(word) => word,
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What became of a message on its way (RFC 3464): the content of `message/delivery-status`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeliveryReport {
    /// The ENVID that the sender gave (RFC 3461 §4.4).
    pub original_envelope_id: Option<String>,
    /// The system that reports.
    pub reporting_mta: Option<TypedText>,
    /// The gateway that made the report out of another one.
    pub dsn_gateway: Option<TypedText>,
    /// The system that the message came from.
    pub received_from_mta: Option<TypedText>,
    /// When the message came.
    pub arrival_date: Option<DateTime>,
    /// Fields that nobody defined, in order.
    pub extensions: Vec<(String, String)>,
    /// What became of it for each recipient.
    pub recipients: Vec<RecipientReport>,
}

impl DeliveryReport {
    /// A report of the system of that name, about nobody yet.
    #[must_use]
    pub fn new(reporting_mta: impl Into<String>) -> Self {
        Self {
            reporting_mta: Some(TypedText::host(reporting_mta)),
            ..Self::empty()
        }
    }

    pub(crate) fn empty() -> Self {
        Self {
            original_envelope_id: None,
            reporting_mta: None,
            dsn_gateway: None,
            received_from_mta: None,
            arrival_date: None,
            extensions: Vec::new(),
            recipients: Vec::new(),
        }
    }

    /// With what became of it for one more recipient.
    #[must_use]
    pub fn with_recipient(mut self, recipient: RecipientReport) -> Self {
        self.recipients.push(recipient);
        self
    }
}

/// What became of a message for one recipient (RFC 3464 §2.3).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecipientReport {
    /// The recipient as the sender wrote it (RFC 3461 §4.2).
    pub original_recipient: Option<TypedText>,
    /// The recipient as the reporting system has it; none where a broken report has none.
    pub final_recipient: Option<TypedText>,
    /// What was done.
    pub action: Action,
    /// Why.
    pub status: Option<StatusCode>,
    /// The system that the reporting one spoke to.
    pub remote_mta: Option<TypedText>,
    /// What that system said.
    pub diagnostic: Option<TypedText>,
    /// When it was last tried.
    pub last_attempt: Option<DateTime>,
    /// The last entry in the log of the system.
    pub final_log_id: Option<String>,
    /// When it will be given up.
    pub will_retry_until: Option<DateTime>,
    /// Fields that nobody defined, in order.
    pub extensions: Vec<(String, String)>,
}

impl RecipientReport {
    /// What was done for that recipient, and why.
    #[must_use]
    pub fn new(recipient: &Address, action: Action, status: StatusCode) -> Self {
        Self {
            final_recipient: Some(TypedText::address(recipient)),
            status: Some(status),
            ..Self::empty(action)
        }
    }

    pub(crate) fn empty(action: Action) -> Self {
        Self {
            original_recipient: None,
            final_recipient: None,
            action,
            status: None,
            remote_mta: None,
            diagnostic: None,
            last_attempt: None,
            final_log_id: None,
            will_retry_until: None,
            extensions: Vec::new(),
        }
    }
}

/// Who did something: a person or a program (RFC 8098 §3.2.6.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[allow(clippy::exhaustive_enums, reason = "RFC 8098 knows these two")]
pub enum Agency {
    /// A person asked for it.
    Manual,
    /// A program did it by itself.
    Automatic,
}

/// What became of a message at its recipient (RFC 8098 §3.2.6.2).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum DispositionKind {
    /// It was shown to someone; which does not mean that it was read or understood.
    Displayed,
    /// It was sent on to somewhere.
    Dispatched,
    /// It was processed without being shown.
    Processed,
    /// It was deleted, perhaps unread.
    Deleted,
    /// Any other word.
    Other(String),
}

impl DispositionKind {
    /// The word as it stands in a report.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Displayed => "displayed",
            Self::Dispatched => "dispatched",
            Self::Processed => "processed",
            Self::Deleted => "deleted",
            Self::Other(word) => word,
        }
    }
}

/// What became of a message at its recipient (RFC 8098): the content of `message/disposition-notification`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DispositionReport {
    /// The program that reports: a host name, and `; ` and a product.
    pub reporting_ua: Option<String>,
    /// The gateway that made the report out of another one.
    pub mdn_gateway: Option<TypedText>,
    /// The recipient as the sender wrote it.
    pub original_recipient: Option<TypedText>,
    /// The recipient who reports; none where a broken report has none.
    pub final_recipient: Option<TypedText>,
    /// The message it is about.
    pub original_message_id: Option<MessageId<'static>>,
    /// Who did it.
    pub action_mode: Agency,
    /// Who sends this report.
    pub sending_mode: Agency,
    /// What was done.
    pub kind: DispositionKind,
    /// `error`, and what else was added to it.
    pub modifiers: Vec<String>,
    /// Texts of errors.
    pub errors: Vec<String>,
    /// Fields that nobody defined, in order.
    pub extensions: Vec<(String, String)>,
}

impl DispositionReport {
    /// A report by that recipient: a person saw the message, or did what `kind` says, and sends this.
    #[must_use]
    pub fn new(recipient: &Address, kind: DispositionKind) -> Self {
        Self {
            final_recipient: Some(TypedText::address(recipient)),
            kind,
            ..Self::empty()
        }
    }

    pub(crate) fn empty() -> Self {
        Self {
            reporting_ua: None,
            mdn_gateway: None,
            original_recipient: None,
            final_recipient: None,
            original_message_id: None,
            action_mode: Agency::Manual,
            sending_mode: Agency::Manual,
            kind: DispositionKind::Displayed,
            modifiers: Vec::new(),
            errors: Vec::new(),
            extensions: Vec::new(),
        }
    }
}

/// What a recipient complains about (RFC 5965): the content of `message/feedback-report`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FeedbackReport {
    /// `abuse`, `fraud`, `virus`, `not-spam`, `auth-failure` ...
    pub feedback_type: String,
    /// The program that reports.
    pub user_agent: Option<String>,
    /// The version of the format.
    pub version: Option<String>,
    /// All other fields in order, those which may stand more than once included.
    pub fields: Vec<(String, String)>,
}

impl FeedbackReport {
    /// A complaint of that type.
    #[must_use]
    pub fn new(feedback_type: impl Into<String>, user_agent: impl Into<String>) -> Self {
        Self {
            feedback_type: feedback_type.into(),
            user_agent: Some(user_agent.into()),
            version: Some("1".into()),
            fields: Vec::new(),
        }
    }

    /// The first of the other fields of that name, whatever the case of its letters.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self
            .fields
            .iter()
            .find(|(field, _)| field.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}
