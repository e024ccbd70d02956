//! Who a message is from and for, and what it needs of the server.

use alloc::vec::Vec;

use mailweft_address::Address;

use crate::{
    error::{InvalidValue, Rule, UsageError},
    types::{BodyType, Capabilities, Mail, MailParam, MailParams, Rcpt, RcptParam, RcptParams},
};

/// A transaction to be: the sender, the recipients, and how what the server lacks is dealt with.
///
/// ```
/// use mailweft_address::Address;
/// use mailweft_smtp::{Mail, MailParam, Rcpt, client::Envelope};
///
/// let mail = Mail::new(Address::parse("joe@example.org")?).with(MailParam::Size(1024));
/// let ann = Rcpt::new(Address::parse("ann@example.net")?);
/// let bob = Rcpt::new(Address::parse("bob@example.net")?);
/// let envelope = Envelope::new(mail, [ann, bob]).drop_optional(true);
/// assert_eq!(envelope.recipients().len(), 2);
/// # Ok::<(), mailweft_address::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    pub(super) mail: Mail,
    pub(super) recipients: Vec<Rcpt>,
    pub(super) drop_optional: bool,
    pub(super) all_or_none: bool,
}

impl Envelope {
    /// From a sender for recipients.
    #[must_use]
    pub fn new(mail: Mail, recipients: impl IntoIterator<Item = Rcpt>) -> Self {
        Self {
            mail,
            recipients: recipients.into_iter().collect(),
            drop_optional: false,
            all_or_none: false,
        }
    }

    /// Leaves parameters out where their extension is not offered, those without which the message arrives
    /// all the same: notifications (DSN), AUTH, MT-PRIORITY, MTRK, SOLICIT, SUBMITTER, CONPERM, CONNEG.
    /// SIZE and `BODY=7BIT` are left out in any case.
    #[must_use]
    pub fn drop_optional(self, drop_optional: bool) -> Self {
        Self {
            drop_optional,
            ..self
        }
    }

    /// Sends the message only if every recipient is accepted.
    #[must_use]
    pub fn all_or_none(self, all_or_none: bool) -> Self {
        Self {
            all_or_none,
            ..self
        }
    }

    /// The recipients.
    #[must_use]
    pub fn recipients(&self) -> &[Rcpt] {
        &self.recipients
    }

    /// Fits the envelope to what is offered, or says what is missing.
    pub(super) fn fit(&mut self, offers: &Capabilities, secured: bool) -> Result<(), UsageError> {
        if self.recipients.is_empty() {
            return Err(UsageError::NoRecipients);
        }
        if let (Some(size), Some(max)) = (self.mail.params.size(), offers.size()) {
            if size > max {
                return Err(UsageError::TooLarge { size, max });
            }
        }
        if let Some(max) = offers.limit("RCPTMAX") {
            let count = u64::try_from(self.recipients.len()).unwrap_or(u64::MAX);
            if count > max {
                return Err(UsageError::TooManyRecipients {
                    count: self.recipients.len(),
                    max,
                });
            }
        }
        self.check_writable()?;
        self.need_utf8();
        if self.mail.params.require_tls() && !secured {
            return Err(UsageError::NotOffered("REQUIRETLS"));
        }
        let drop = self.drop_optional;
        let mut kept = MailParams::new();
        for param in &self.mail.params {
            if takes(offers, param) {
                kept.push(param.clone());
            } else if !(is_idle(param) || (drop && is_optional(param))) {
                return Err(UsageError::NotOffered(
                    param.extension().unwrap_or("the parameter"),
                ));
            }
        }
        self.mail.params = kept;
        for rcpt in &mut self.recipients {
            let mut kept = RcptParams::new();
            for param in &rcpt.params {
                if offers.takes_rcpt_param(param) {
                    kept.push(param.clone());
                } else if !drop || !is_optional_for_one(param) {
                    return Err(UsageError::NotOffered(
                        param.extension().unwrap_or("the parameter"),
                    ));
                }
            }
            rcpt.params = kept;
        }
        Ok(())
    }

    /// An address read from an obsolete header can hold what must never be written.
    fn check_writable(&self) -> Result<(), UsageError> {
        let from = self.mail.from.address().into_iter();
        let to = self.recipients.iter().filter_map(|rcpt| rcpt.to.address());
        if from.chain(to).all(Address::is_writable) {
            Ok(())
        } else {
            Err(UsageError::Invalid(InvalidValue::OutOfRange(Rule::Path)))
        }
    }

    /// Addresses that are not ASCII need SMTPUTF8, asked for or not (RFC 6531 §3.4).
    fn need_utf8(&mut self) {
        let ascii =
            self.mail.from.is_ascii() && self.recipients.iter().all(|rcpt| rcpt.to.is_ascii());
        if !ascii {
            self.mail.params.set(MailParam::SmtpUtf8);
        }
    }
}

/// BODY=8BITMIME is also what a server with BINARYMIME alone takes.
fn takes(offers: &Capabilities, param: &MailParam) -> bool {
    match param {
        MailParam::Body(BodyType::BinaryMime) => offers.has("BINARYMIME") && offers.has("CHUNKING"),
        param => offers.takes_mail_param(param),
    }
}

/// Parameters that say nothing a server without the extension would want to know.
const fn is_idle(param: &MailParam) -> bool {
    matches!(
        param,
        MailParam::Size(_) | MailParam::Body(BodyType::SevenBit)
    )
}

/// Parameters of a recipient without which the message arrives all the same.
const fn is_optional_for_one(param: &RcptParam) -> bool {
    matches!(
        param,
        RcptParam::Notify(_) | RcptParam::OriginalRecipient(_) | RcptParam::ConNeg
    )
}

/// Parameters without which the message arrives all the same.
const fn is_optional(param: &MailParam) -> bool {
    matches!(
        param,
        MailParam::Auth(_)
            | MailParam::Ret(_)
            | MailParam::EnvId(_)
            | MailParam::MtPriority(_)
            | MailParam::Mtrk(_)
            | MailParam::Solicit(_)
            | MailParam::Submitter(_)
            | MailParam::ConPerm
    )
}
