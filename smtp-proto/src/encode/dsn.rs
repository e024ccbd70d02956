//! RET, NOTIFY and ORCPT (RFC 3461 §4).

use core::fmt;

use super::{command::words, sink::Octets, xtext};
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
    if notify.is_never() {
        return out.write_str("NEVER");
    }
    let wishes = [
        (notify.on_success(), "SUCCESS"),
        (notify.on_failure(), "FAILURE"),
        (notify.on_delay(), "DELAY"),
    ];
    let mut comma = "";
    for (_, word) in wishes.into_iter().filter(|(wanted, _)| *wanted) {
        words(out, comma, word.as_bytes())?;
        comma = ",";
    }
    Ok(())
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
