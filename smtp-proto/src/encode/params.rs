//! `esmtp-param` (RFC 5321 §4.1.2).

use core::fmt;

use super::xtext;
use crate::types::{MailParam, RcptParam, Word};

impl fmt::Display for MailParam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.keyword())?;
        let mut value = |value: &dyn fmt::Display| write!(f, "={value}");
        match self {
            Self::Size(size) => value(size),
            Self::Body(body) => value(body),
            Self::SmtpUtf8 | Self::RequireTls | Self::ConPerm => Ok(()),
            Self::Auth(None) => value(&"<>"),
            Self::Auth(Some(text)) | Self::EnvId(text) => {
                f.write_str("=")?;
                xtext::write(text.as_bytes(), f)
            }
            Self::Ret(ret) => value(ret),
            Self::By(by) => value(by),
            Self::HoldFor(seconds) => value(seconds),
            Self::HoldUntil(time) => value(time),
            Self::MtPriority(priority) => value(priority),
            Self::Mtrk(tracking) => value(tracking),
            Self::Solicit(classes) => value(classes),
            Self::Submitter(address) => {
                f.write_str("=")?;
                xtext::write(address.as_str().as_bytes(), f)
            }
            Self::TransId(id) => value(id),
            Self::Other { value, .. } => other(value.as_ref(), f),
        }
    }
}

impl fmt::Display for RcptParam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.keyword())?;
        match self {
            Self::Notify(notify) => write!(f, "={notify}"),
            Self::OriginalRecipient(recipient) => write!(f, "={recipient}"),
            Self::ConNeg => Ok(()),
            Self::ValidSince(since) => write!(f, "={since}"),
            Self::Other { value, .. } => other(value.as_ref(), f),
        }
    }
}

fn other(value: Option<&Word>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match value {
        Some(value) => write!(f, "={value}"),
        None => Ok(()),
    }
}
