//! How a client behaves.

use crate::grammar::{MAX_COMMAND, MAX_RESPONSE};

/// What a client insists on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Config {
    pub(super) require_tls: bool,
    pub(super) pipelining: bool,
    pub(super) limits: Limits,
}

impl Config {
    /// Pipelining where it is offered, and logins with or without TLS.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            require_tls: false,
            pipelining: true,
            limits: Limits::new(),
        }
    }

    /// Refuses to send a name or password before TLS runs, whatever the server offers.
    #[must_use]
    pub const fn require_tls(mut self) -> Self {
        self.require_tls = true;
        self
    }

    /// Uses PIPELINING where it is offered, or never.
    #[must_use]
    pub const fn pipelining(mut self, used: bool) -> Self {
        self.pipelining = used;
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
    /// Octets of a command line with its CRLF (RFC 2449 §4: 255). A longer initial response of AUTH
    /// is sent behind a challenge instead.
    pub command: usize,
    /// Octets of a response line. RFC 2449 §4 says 512; servers write more.
    pub response: usize,
    /// Lines of a capability list that are kept.
    pub capabilities: usize,
    /// Commands that may be under way at once.
    pub pipelined: usize,
}

impl Limits {
    /// 255 octets, 16 times the 512 octets of the RFC, 256 capabilities, 100 commands.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            command: MAX_COMMAND,
            response: MAX_RESPONSE * 16,
            capabilities: 256,
            pipelined: 100,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::new()
    }
}
