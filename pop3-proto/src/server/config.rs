//! How a server behaves.

use alloc::vec::Vec;

use crate::{
    grammar::MAX_COMMAND,
    types::{Capability, Mechanism, Text},
};

/// What a server offers and how it greets.
#[derive(Clone, Debug)]
pub struct Config {
    pub(super) greeting: Text,
    pub(super) apop_timestamp: Option<Text>,
    pub(super) mechanisms: Vec<Mechanism>,
    pub(super) capabilities: Vec<Capability>,
    pub(super) stls: bool,
    pub(super) utf8: bool,
    pub(super) clear_text_login: bool,
    pub(super) tolerant: bool,
    pub(super) limits: Limits,
}

impl Config {
    /// A server with this greeting that offers neither TLS, SASL, APOP nor UTF-8, and takes no
    /// password in clear text.
    #[must_use]
    pub const fn new(greeting: Text) -> Self {
        Self {
            greeting,
            apop_timestamp: None,
            mechanisms: Vec::new(),
            capabilities: Vec::new(),
            stls: false,
            utf8: false,
            clear_text_login: false,
            tolerant: true,
            limits: Limits::new(),
        }
    }

    /// Offers APOP with this timestamp, which must be another one for every connection:
    /// `<process.clock@host>` (RFC 1939 §7). Whoever can be shown a chosen one can find passwords
    /// out, so leave it off where SASL is at hand.
    #[must_use]
    pub fn apop(self, timestamp: Text) -> Self {
        Self {
            apop_timestamp: Some(timestamp),
            ..self
        }
    }

    /// Offers these SASL mechanisms.
    #[must_use]
    pub fn mechanisms(self, mechanisms: impl IntoIterator<Item = Mechanism>) -> Self {
        Self {
            mechanisms: mechanisms.into_iter().collect(),
            ..self
        }
    }

    /// Lists these capabilities beside those that the session knows of by itself: EXPIRE,
    /// LOGIN-DELAY, IMPLEMENTATION, LANG and the like.
    #[must_use]
    pub fn capabilities(self, capabilities: impl IntoIterator<Item = Capability>) -> Self {
        Self {
            capabilities: capabilities.into_iter().collect(),
            ..self
        }
    }

    /// Offers STLS (RFC 2595 §4).
    #[must_use]
    pub const fn stls(mut self, offered: bool) -> Self {
        self.stls = offered;
        self
    }

    /// Offers UTF8 (RFC 6856 §2).
    #[must_use]
    pub const fn utf8(mut self, offered: bool) -> Self {
        self.utf8 = offered;
        self
    }

    /// Takes passwords without TLS. For tests.
    #[must_use]
    pub const fn allow_clear_text_login(mut self, allowed: bool) -> Self {
        self.clear_text_login = allowed;
        self
    }

    /// Refuses commands that end in a bare LF.
    #[must_use]
    pub const fn strict(mut self) -> Self {
        self.tolerant = false;
        self
    }

    /// Other limits.
    #[must_use]
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }
}

/// What one session may use up.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Limits {
    /// Octets of a command line with its CRLF (RFC 2449 §4: 255).
    pub command: usize,
    /// Logins that may fail before the session ends.
    pub login_attempts: u32,
    /// Lines that may be no command before the session ends.
    pub violations: u32,
    /// Octets of output that may wait to be written before the session takes no more input.
    pub output: usize,
}

impl Limits {
    /// 255 octets, 3 attempts, 20 violations, 64 KiB.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            command: MAX_COMMAND,
            login_attempts: 3,
            violations: 20,
            output: 64 * 1024,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::new()
    }
}
