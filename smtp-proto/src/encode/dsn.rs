//! RET, NOTIFY and ORCPT (RFC 3461 §4).

use core::fmt;

use super::{sink::Octets, xtext};
use crate::types::{Notify, OriginalRecipient, Ret};

impl fmt::Display for Ret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Notify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        notify(*self, f)
    }
}

/// `NEVER`, or what the sender wishes to hear of.
pub(super) fn notify(notify: Notify, out: &mut impl Octets) -> fmt::Result {
    // All there is, each in one piece.
    match (notify.on_success(), notify.on_failure(), notify.on_delay()) {
        (false, false, false) => out.write_str("NEVER"),
        (true, false, false) => out.write_str("SUCCESS"),
        (false, true, false) => out.write_str("FAILURE"),
        (false, false, true) => out.write_str("DELAY"),
        (true, true, false) => out.write_str("SUCCESS,FAILURE"),
        (true, false, true) => out.write_str("SUCCESS,DELAY"),
        (false, true, true) => out.write_str("FAILURE,DELAY"),
        (true, true, true) => out.write_str("SUCCESS,FAILURE,DELAY"),
    }
}

impl fmt::Debug for Notify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for OriginalRecipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{};", self.kind)?;
        if self.kind.as_bytes().eq_ignore_ascii_case(b"utf-8") {
            xtext::write_utf8_address(self.address.as_str(), f)
        } else {
            xtext::write(self.address.as_bytes(), f)
        }
    }
}
