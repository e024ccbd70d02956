//! What a server session tells its caller, and how it is set up.

use alloc::vec::Vec;

use bytes::Bytes;

use crate::{
    error::ParseError,
    types::{
        annotation::Annotation,
        capability::{Capabilities, Capability},
        command::Command,
        date_time::DateTime,
        flag::Flags,
        mailbox::Mailbox,
        response::Status,
        sequence::SequenceSet,
        syntax::{Limits, Tolerance},
        text::{AString, Atom, Secret, Text},
    },
};

/// A command that waits for its answer: a handle to its tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot(pub(crate) u32);

/// What a server session found.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// Nothing whole is left in the input: write [`output`](crate::Server::output) out, then read more.
    NeedInput,
    /// The next command must wait until others are answered: write the output out, and answer them.
    Blocked,
    /// A command. Answer it with data, then with [`reply`](crate::Server::reply).
    Command {
        /// What to answer.
        slot: Slot,
        /// The command. Never one that has an event of its own.
        command: Command,
    },
    /// LOGIN: somebody wants to be let in. `OK` lets them in.
    Login {
        /// What to answer.
        slot: Slot,
        /// The user's name.
        user: AString,
        /// The password.
        password: Secret,
    },
    /// AUTHENTICATE: [`challenge`](crate::Server::challenge), or `reply`. `OK` lets them in.
    Authenticate {
        /// What to answer.
        slot: Slot,
        /// The name of the SASL mechanism.
        mechanism: Atom,
        /// The initial response, if one was sent (SASL-IR).
        initial: Option<Secret>,
    },
    /// The answer to a challenge.
    AuthResponse {
        /// What to answer.
        slot: Slot,
        /// The response, decoded.
        data: Secret,
    },
    /// The client gave up the exchange; the session has answered `BAD`.
    AuthCancelled {
        /// Which command it was.
        slot: Slot,
    },
    /// STARTTLS: `reply` with `OK`, write the output out, shake hands, then call
    /// [`tls_established`](crate::Server::tls_established).
    StartTls {
        /// What to answer.
        slot: Slot,
        /// What the client had sent behind the command in plaintext. It was thrown away: it may have been injected.
        discarded: Bytes,
    },
    /// COMPRESS: `reply` with `OK`, write the output out, then compress everything that follows.
    Compress {
        /// What to answer.
        slot: Slot,
        /// The mechanism, `DEFLATE`.
        mechanism: Atom,
    },
    /// A message of APPEND or REPLACE is announced: [`accept`](crate::Server::accept) it, or `reply` with `NO`.
    AppendMessage {
        /// What to answer.
        slot: Slot,
        /// Where to.
        mailbox: Mailbox,
        /// The message it replaces: whether by identifier, and which (REPLACE, RFC 8508).
        replaces: Option<(bool, SequenceSet)>,
        /// The flags it gets.
        flags: Flags,
        /// When it arrived; now, if none.
        date: Option<DateTime>,
        /// The annotations it gets (RFC 5257).
        annotations: Vec<Annotation>,
        /// How many octets will come; of one put together by CATENATE (RFC 4469), the octets of its first text.
        size: u64,
        /// Whether its header has UTF-8 (RFC 6855).
        utf8: bool,
    },
    /// Octets of the message: a slice of the input.
    AppendChunk {
        /// Which command it is of.
        slot: Slot,
        /// The octets.
        chunk: Bytes,
    },
    /// Here the message goes on with what these URLs mean, one after the other (CATENATE, RFC 4469). Told where the
    /// server offers CATENATE; a message of URLs alone is an [`Event::Command`].
    AppendUrls {
        /// Which command it is of.
        slot: Slot,
        /// The URLs, which [`ImapUrl`](crate::ImapUrl) reads.
        urls: Vec<AString>,
    },
    /// The message is complete; another may follow (MULTIAPPEND).
    AppendMessageEnd {
        /// Which command it is of.
        slot: Slot,
    },
    /// The command is complete: store the messages, all or none, and `reply`.
    AppendEnd {
        /// What to answer.
        slot: Slot,
    },
    /// The client broke off in the middle of the command: forget its messages. The session has answered.
    AppendAborted {
        /// Which command it was.
        slot: Slot,
    },
    /// IDLE: the session has sent `+`; [`update`](crate::Server::update) is told at once until it is done.
    Idle {
        /// What to answer, when it is done.
        slot: Slot,
    },
    /// The client ended IDLE: `reply` with `OK`.
    IdleDone {
        /// What to answer.
        slot: Slot,
    },
    /// LOGOUT: the session sends `BYE`; `reply` with `OK`, write the output out and close.
    Logout {
        /// What to answer.
        slot: Slot,
    },
    /// A line that is no command. The session has answered `BAD`.
    Violation {
        /// What was sent, the beginning of it if it was long.
        raw: Bytes,
        /// What was wrong with it; `None` for a command that is not allowed in this state, or too big.
        error: Option<ParseError>,
        /// What was answered.
        answer: Status,
    },
    /// The session is over: write the output out and close.
    Closed,
}

/// How a server session is set up.
///
/// # Examples
///
/// ```
/// use mailweft_imap::{Capability, server::Config};
///
/// let config = Config::new().with_capability(Capability::UIDPLUS).with_greeting("ready");
/// assert!(config.capabilities.has(&Capability::UIDPLUS));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// What the session may cost.
    pub limits: Limits,
    /// How much is forgiven.
    pub tolerance: Tolerance,
    /// The text of the greeting.
    pub greeting: Text,
    /// Whether the greeting is `PREAUTH`.
    pub preauth: bool,
    /// What the server can do once somebody is authenticated.
    pub capabilities: Capabilities,
    /// What the server can do before: `STARTTLS` and `AUTH=` belong here. `STARTTLS` goes once TLS is up.
    pub capabilities_before_auth: Capabilities,
    /// Whether LOGIN and AUTHENTICATE are refused until TLS is up; `LOGINDISABLED` is told as long.
    pub require_tls: bool,
    /// Whether TLS is up from the start.
    pub tls: bool,
}

impl Config {
    /// A server of IMAP4rev1 with what every session here can do.
    pub fn new() -> Self {
        let always = [
            Capability::IMAP4REV1,
            Capability::LITERAL_PLUS,
            Capability::SASL_IR,
            Capability::ENABLE,
            Capability::ID,
            Capability::IDLE,
        ];
        Self {
            limits: Limits::server(),
            tolerance: Tolerance::Interop,
            greeting: Text::from_static("IMAP4rev1 service ready"),
            preauth: false,
            capabilities: always.clone().into_iter().collect(),
            capabilities_before_auth: always.into_iter().collect(),
            require_tls: false,
            tls: false,
        }
    }

    /// With one more capability after authentication.
    #[must_use]
    pub fn with_capability(mut self, capability: Capability) -> Self {
        if !self.capabilities.has(&capability) {
            self.capabilities = self
                .capabilities
                .iter()
                .cloned()
                .chain([capability])
                .collect();
        }
        self
    }

    /// With one more capability before authentication, such as `STARTTLS` or `AUTH=PLAIN`.
    #[must_use]
    pub fn with_capability_before_auth(mut self, capability: Capability) -> Self {
        if !self.capabilities_before_auth.has(&capability) {
            self.capabilities_before_auth = self
                .capabilities_before_auth
                .iter()
                .cloned()
                .chain([capability])
                .collect();
        }
        self
    }

    /// With another text in the greeting.
    #[must_use]
    pub fn with_greeting(mut self, text: impl Into<Text>) -> Self {
        self.greeting = text.into();
        self
    }

    /// With TLS up from the start.
    #[must_use]
    pub const fn with_tls(mut self) -> Self {
        self.tls = true;
        self
    }

    /// Nobody is let in without TLS.
    #[must_use]
    pub const fn requiring_tls(mut self) -> Self {
        self.require_tls = true;
        self
    }

    /// Within other limits.
    #[must_use]
    pub const fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Greeting with `PREAUTH`.
    #[must_use]
    pub const fn preauthenticated(mut self) -> Self {
        self.preauth = true;
        self
    }
}

impl Default for Config {
    fn default() -> Self {
        Self::new()
    }
}
