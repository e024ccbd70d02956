//! The parameters of MAIL and RCPT (RFC 5321 §4.1.1.11), one variant each.

use alloc::vec::Vec;

use mailweft_address::Address;

use crate::types::{
    BodyType, DateTime, DeliverBy, Keyword, Notify, OriginalRecipient, Printable, Priority, Ret,
    Seconds, Solicitation, Tracking, TransactionId, ValidSince, Word,
};

/// A parameter of MAIL.
///
/// ```
/// use mailweft_smtp::{BodyType, MailParam};
///
/// assert_eq!(MailParam::Size(1024).to_string(), "SIZE=1024");
/// assert_eq!(MailParam::Body(BodyType::EightBitMime).keyword(), "BODY");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MailParam {
    /// `SIZE=n`: octets of the message, as far as the client knows (RFC 1870 §6).
    Size(u64),
    /// `BODY=`: what the content is made of (RFC 6152 §2, RFC 3030 §3).
    Body(BodyType),
    /// `SMTPUTF8`: addresses or headers hold UTF-8 (RFC 6531 §3.4).
    SmtpUtf8,
    /// `AUTH=`: who submitted the message first; `None` is `<>`, not known (RFC 4954 §5).
    Auth(Option<Printable>),
    /// `RET=`: how much a failure notification brings back (RFC 3461 §4.3).
    Ret(Ret),
    /// `ENVID=`: the sender's name for this envelope, at most 100 octets (RFC 3461 §4.4).
    EnvId(Printable),
    /// `BY=`: the time by which to deliver (RFC 2852 §4).
    By(DeliverBy),
    /// `HOLDFOR=`: release after so many seconds (RFC 4865 §4).
    HoldFor(Seconds),
    /// `HOLDUNTIL=`: release at this time (RFC 4865 §4).
    HoldUntil(DateTime),
    /// `MT-PRIORITY=` (RFC 6710 §4).
    MtPriority(Priority),
    /// `REQUIRETLS`: no hop without TLS (RFC 8689 §2).
    RequireTls,
    /// `MTRK=`: tracking is allowed (RFC 3885 §3.1).
    Mtrk(Tracking),
    /// `SOLICIT=`: classes of solicitation (RFC 3865 §2.3).
    Solicit(Solicitation),
    /// `SUBMITTER=`: the responsible submitter (RFC 4405 §3).
    Submitter(Address),
    /// `TRANSID=`: a transaction that may be taken up again (RFC 1845 §4).
    TransId(TransactionId),
    /// `CONPERM`: content may be converted (RFC 4141 §4.2).
    ConPerm,
    /// Any other, kept as it came.
    Other {
        /// The word before `=`.
        keyword: Keyword,
        /// What stands behind it, if anything does.
        value: Option<Word>,
    },
}

impl MailParam {
    /// The word before `=`.
    #[must_use]
    pub fn keyword(&self) -> &str {
        match self {
            Self::Size(_) => "SIZE",
            Self::Body(_) => "BODY",
            Self::SmtpUtf8 => "SMTPUTF8",
            Self::Auth(_) => "AUTH",
            Self::Ret(_) => "RET",
            Self::EnvId(_) => "ENVID",
            Self::By(_) => "BY",
            Self::HoldFor(_) => "HOLDFOR",
            Self::HoldUntil(_) => "HOLDUNTIL",
            Self::MtPriority(_) => "MT-PRIORITY",
            Self::RequireTls => "REQUIRETLS",
            Self::Mtrk(_) => "MTRK",
            Self::Solicit(_) => "SOLICIT",
            Self::Submitter(_) => "SUBMITTER",
            Self::TransId(_) => "TRANSID",
            Self::ConPerm => "CONPERM",
            Self::Other { keyword, .. } => keyword.as_str(),
        }
    }

    /// The EHLO keyword of the extension that the parameter belongs to; `None` where it is not known.
    ///
    /// ```
    /// use mailweft_smtp::{BodyType, MailParam, Ret};
    ///
    /// assert_eq!(MailParam::Ret(Ret::Full).extension(), Some("DSN"));
    /// assert_eq!(MailParam::Body(BodyType::BinaryMime).extension(), Some("BINARYMIME"));
    /// ```
    #[must_use]
    pub const fn extension(&self) -> Option<&'static str> {
        Some(match self {
            Self::Size(_) => "SIZE",
            Self::Body(BodyType::BinaryMime) => "BINARYMIME",
            Self::Body(_) => "8BITMIME",
            Self::SmtpUtf8 => "SMTPUTF8",
            Self::Auth(_) => "AUTH",
            Self::Ret(_) | Self::EnvId(_) => "DSN",
            Self::By(_) => "DELIVERBY",
            Self::HoldFor(_) | Self::HoldUntil(_) => "FUTURERELEASE",
            Self::MtPriority(_) => "MT-PRIORITY",
            Self::RequireTls => "REQUIRETLS",
            Self::Mtrk(_) => "MTRK",
            Self::Solicit(_) => "NO-SOLICITING",
            Self::Submitter(_) => "SUBMITTER",
            Self::TransId(_) => "CHECKPOINT",
            Self::ConPerm => "CONPERM",
            Self::Other { .. } => return None,
        })
    }
}

/// A parameter of RCPT.
///
/// ```
/// use mailweft_smtp::{Notify, RcptParam};
///
/// assert_eq!(RcptParam::Notify(Notify::NEVER).to_string(), "NOTIFY=NEVER");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RcptParam {
    /// `NOTIFY=`: when to notify (RFC 3461 §4.1).
    Notify(Notify),
    /// `ORCPT=`: the recipient that the sender named (RFC 3461 §4.2, RFC 6533 §3).
    OriginalRecipient(OriginalRecipient),
    /// `CONNEG`: the recipient's capabilities are asked for (RFC 4141 §5.2).
    ConNeg,
    /// `RRVS=`: since when the recipient must be the same (RFC 7293 §3.1).
    ValidSince(ValidSince),
    /// Any other, kept as it came.
    Other {
        /// The word before `=`.
        keyword: Keyword,
        /// What stands behind it, if anything does.
        value: Option<Word>,
    },
}

impl RcptParam {
    /// The word before `=`.
    #[must_use]
    pub fn keyword(&self) -> &str {
        match self {
            Self::Notify(_) => "NOTIFY",
            Self::OriginalRecipient(_) => "ORCPT",
            Self::ConNeg => "CONNEG",
            Self::ValidSince(_) => "RRVS",
            Self::Other { keyword, .. } => keyword.as_str(),
        }
    }

    /// The EHLO keyword of the extension that the parameter belongs to; `None` where it is not known.
    #[must_use]
    pub const fn extension(&self) -> Option<&'static str> {
        Some(match self {
            Self::Notify(_) | Self::OriginalRecipient(_) => "DSN",
            Self::ConNeg => "CONNEG",
            Self::ValidSince(_) => "RRVS",
            Self::Other { .. } => return None,
        })
    }
}

/// Gives a list of parameters its common face.
macro_rules! param_list {
    ($(#[$doc:meta])* $name:ident of $param:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
        pub struct $name(Vec<$param>);

        impl $name {
            /// No parameters.
            #[must_use]
            pub const fn new() -> Self {
                Self(Vec::new())
            }

            /// With one more, in the place of one with the same keyword if there is one: none may stand
            /// twice (RFC 5321 §4.1.1.11).
            #[must_use]
            pub fn with(mut self, param: $param) -> Self {
                self.set(param);
                self
            }

            /// Adds one, in the place of one with the same keyword if there is one.
            pub fn set(&mut self, param: $param) {
                match self.0.iter_mut().find(|had| had.keyword().eq_ignore_ascii_case(param.keyword())) {
                    Some(had) => *had = param,
                    None => self.0.push(param),
                }
            }

            /// The parameters in their order.
            pub fn iter(&self) -> core::slice::Iter<'_, $param> {
                self.0.iter()
            }

            /// Whether there are none.
            #[must_use]
            pub fn is_empty(&self) -> bool {
                self.0.is_empty()
            }

            /// How many there are.
            #[must_use]
            pub fn len(&self) -> usize {
                self.0.len()
            }

            /// The one with this keyword, case aside.
            #[must_use]
            pub fn get(&self, keyword: &str) -> Option<&$param> {
                self.0.iter().find(|param| param.keyword().eq_ignore_ascii_case(keyword))
            }

            /// Adds one that the parser has seen to be no duplicate.
            pub(crate) fn push(&mut self, param: $param) {
                self.0.push(param);
            }
        }

        impl FromIterator<$param> for $name {
            fn from_iter<I: IntoIterator<Item = $param>>(params: I) -> Self {
                params.into_iter().fold(Self::new(), Self::with)
            }
        }

        impl<'a> IntoIterator for &'a $name {
            type Item = &'a $param;
            type IntoIter = core::slice::Iter<'a, $param>;

            fn into_iter(self) -> Self::IntoIter {
                self.0.iter()
            }
        }
    };
}

param_list! {
    /// The parameters of one MAIL command.
    ///
    /// ```
    /// use mailweft_smtp::{BodyType, MailParam, MailParams};
    ///
    /// let params = MailParams::new().with(MailParam::Size(9)).with(MailParam::SmtpUtf8);
    /// assert_eq!((params.size(), params.smtp_utf8()), (Some(9), true));
    /// assert_eq!(params.body(), BodyType::SevenBit);
    /// ```
    MailParams of MailParam
}

param_list! {
    /// The parameters of one RCPT command.
    ///
    /// ```
    /// use mailweft_smtp::{Notify, RcptParam, RcptParams};
    ///
    /// let params = RcptParams::new().with(RcptParam::Notify(Notify::DELAY));
    /// assert_eq!(params.notify(), Some(Notify::DELAY));
    /// assert!(params.original_recipient().is_none());
    /// ```
    RcptParams of RcptParam
}

impl MailParams {
    /// The announced size.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.iter().find_map(|param| match param {
            MailParam::Size(size) => Some(*size),
            _ => None,
        })
    }

    /// What the content is made of; `7BIT` where nothing is said (RFC 6152 §3).
    #[must_use]
    pub fn body(&self) -> BodyType {
        self.iter()
            .find_map(|param| match param {
                MailParam::Body(body) => Some(*body),
                _ => None,
            })
            .unwrap_or_default()
    }

    /// Whether the message needs SMTPUTF8.
    #[must_use]
    pub fn smtp_utf8(&self) -> bool {
        self.0.contains(&MailParam::SmtpUtf8)
    }

    /// Whether every hop must use TLS.
    #[must_use]
    pub fn require_tls(&self) -> bool {
        self.0.contains(&MailParam::RequireTls)
    }

    /// How much a failure notification brings back.
    #[must_use]
    pub fn ret(&self) -> Option<Ret> {
        self.iter().find_map(|param| match param {
            MailParam::Ret(ret) => Some(*ret),
            _ => None,
        })
    }

    /// The sender's name for this envelope.
    #[must_use]
    pub fn env_id(&self) -> Option<&Printable> {
        self.iter().find_map(|param| match param {
            MailParam::EnvId(id) => Some(id),
            _ => None,
        })
    }
}

impl RcptParams {
    /// When to notify.
    #[must_use]
    pub fn notify(&self) -> Option<Notify> {
        self.iter().find_map(|param| match param {
            RcptParam::Notify(notify) => Some(*notify),
            _ => None,
        })
    }

    /// The recipient that the sender named.
    #[must_use]
    pub fn original_recipient(&self) -> Option<&OriginalRecipient> {
        self.iter().find_map(|param| match param {
            RcptParam::OriginalRecipient(recipient) => Some(recipient),
            _ => None,
        })
    }
}
