//! `esmtp-param` (RFC 5321 §4.1.2).

use core::fmt;

use super::{
    command::{decimal, words},
    dsn,
    sink::Octets,
    xtext,
};
use crate::types::{BodyType, MailParam, RcptParam, Word};

impl fmt::Display for MailParam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        mail_param(self, f)
    }
}

impl fmt::Display for RcptParam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        rcpt_param(self, f)
    }
}

/// A blank and a parameter of MAIL.
pub(super) fn mail(param: &MailParam, out: &mut impl Octets) -> fmt::Result {
    // What most lines have, in few pieces.
    match param {
        MailParam::Size(size) => {
            out.write_str(" SIZE=")?;
            decimal(*size, out)
        }
        MailParam::Body(BodyType::SevenBit) => out.write_str(" BODY=7BIT"),
        MailParam::Body(BodyType::EightBitMime) => out.write_str(" BODY=8BITMIME"),
        param => {
            out.write_str(" ")?;
            mail_param(param, out)
        }
    }
}

/// A blank and a parameter of RCPT.
pub(super) fn rcpt(param: &RcptParam, out: &mut impl Octets) -> fmt::Result {
    if let RcptParam::Notify(notify) = param {
        out.write_str(" NOTIFY=")?;
        return dsn::notify(*notify, out);
    }
    out.write_str(" ")?;
    rcpt_param(param, out)
}

fn mail_param(param: &MailParam, out: &mut impl Octets) -> fmt::Result {
    out.write_str(param.keyword())?;
    let mut value = |value: &dyn fmt::Display| write!(out, "={value}");
    match param {
        MailParam::SmtpUtf8 | MailParam::RequireTls | MailParam::ConPerm => Ok(()),
        MailParam::Size(size) => value(size),
        MailParam::Body(body) => value(&body.as_str()),
        MailParam::Auth(None) => value(&"<>"),
        MailParam::Auth(Some(text)) | MailParam::EnvId(text) => {
            out.write_str("=")?;
            xtext::write(text.as_bytes(), out)
        }
        MailParam::Ret(ret) => value(ret),
        MailParam::By(by) => value(by),
        MailParam::HoldFor(seconds) => value(seconds),
        MailParam::HoldUntil(time) => value(time),
        MailParam::MtPriority(priority) => value(priority),
        MailParam::Mtrk(tracking) => value(tracking),
        MailParam::Solicit(classes) => value(classes),
        MailParam::Submitter(address) => {
            out.write_str("=")?;
            xtext::write(address.as_str().as_bytes(), out)
        }
        MailParam::TransId(id) => value(id),
        MailParam::Other { value, .. } => other(value.as_ref(), out),
    }
}

fn rcpt_param(param: &RcptParam, out: &mut impl Octets) -> fmt::Result {
    out.write_str(param.keyword())?;
    match param {
        RcptParam::Notify(notify) => {
            out.write_str("=")?;
            dsn::notify(*notify, out)
        }
        RcptParam::OriginalRecipient(recipient) => write!(out, "={recipient}"),
        RcptParam::ConNeg => Ok(()),
        RcptParam::ValidSince(since) => write!(out, "={since}"),
        RcptParam::Other { value, .. } => other(value.as_ref(), out),
    }
}

fn other(value: Option<&Word>, out: &mut impl Octets) -> fmt::Result {
    match value {
        Some(value) => words(out, "=", value.as_bytes()),
        None => Ok(()),
    }
}
