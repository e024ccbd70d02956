//! What a client session tells its caller, and how it is set up.

use bytes::Bytes;

use crate::{
    error::ParseError,
    types::{
        fetch::MessageData,
        namespace::Id,
        response::{Data, Status},
        section::Section,
        syntax::{Limits, Tolerance},
        text::Secret,
    },
};

/// A command that was given to the session: what answers belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Handle(pub(crate) u32);

/// What a client session found.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// Nothing whole is left in the input: write [`output`](crate::Client::output) out, then read more.
    NeedInput,
    /// The greeting: `OK`, `PREAUTH` or `BYE`.
    Greeting(Status),
    /// Data in answer to a command, or that nobody asked for.
    Data {
        /// The command it answers; `None` for what nobody asked for.
        handle: Option<Handle>,
        /// The data.
        data: Data,
    },
    /// An untagged status: information with `OK`, a warning with `NO`, an error nobody caused with `BAD`.
    Status {
        /// The SELECT that it is part of, if it is.
        handle: Option<Handle>,
        /// The status.
        status: Status,
    },
    /// A section that is too big to be kept is announced. Its octets follow, then the message with the other items.
    SectionBegin {
        /// The command it answers.
        handle: Option<Handle>,
        /// The message, with the items that came before this one.
        message: MessageData,
        /// Which section.
        section: Section,
        /// The offset of its first octet, when only some were asked for.
        origin: Option<u64>,
        /// How many octets follow.
        size: u64,
    },
    /// Octets of the section: a slice of the input.
    SectionChunk {
        /// The octets.
        chunk: Bytes,
    },
    /// The section is complete.
    SectionEnd,
    /// A command is complete.
    Done {
        /// Which command.
        handle: Handle,
        /// How it went.
        status: Status,
    },
    /// A command was not sent after all: one before it failed, without which it is not allowed.
    NotSent {
        /// Which command.
        handle: Handle,
    },
    /// The server asks for more of AUTHENTICATE: [`respond`](crate::Client::respond), or
    /// [`cancel`](crate::Client::cancel).
    Challenge {
        /// Which command.
        handle: Handle,
        /// The challenge, decoded.
        data: Secret,
    },
    /// IDLE has begun: the server tells news, until [`idle_done`](crate::Client::idle_done).
    Idling {
        /// Which command.
        handle: Handle,
    },
    /// The server takes the octets of a message: [`send_chunk`](crate::Client::send_chunk) so many.
    SendMessage {
        /// Which command.
        handle: Handle,
        /// How many octets it was announced with.
        size: u64,
    },
    /// STARTTLS was agreed: shake hands, then call [`tls_established`](crate::Client::tls_established).
    UpgradeTls {
        /// Which command.
        handle: Handle,
    },
    /// COMPRESS was agreed: decompress everything that follows, and compress everything that is sent.
    StartCompression {
        /// Which command.
        handle: Handle,
        /// What of the input came behind the answer and is compressed already.
        compressed: Bytes,
    },
    /// A line that could not be read; the session goes on.
    Violation {
        /// What was received, the beginning of it if it was long.
        raw: Bytes,
        /// What was wrong with it; `None` when it was too long or stood in a wrong place.
        error: Option<ParseError>,
    },
    /// The server said `BYE`. Commands that wait will not be answered.
    Bye(Status),
    /// The session is over: close the connection.
    Closed,
}

/// How a client session is set up.
///
/// # Examples
///
/// ```
/// use mailweft_imap::client::Config;
///
/// let config = Config::new().streaming_over(64 << 10).requiring_tls();
/// assert!(config.require_tls);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// What the session may cost.
    pub limits: Limits,
    /// How much is forgiven.
    pub tolerance: Tolerance,
    /// Sections of more octets pass as chunks instead of being kept.
    pub stream_over: u64,
    /// Whether the connection must be secured by STARTTLS before anything else.
    pub require_tls: bool,
    /// Whether TLS is up from the start.
    pub tls: bool,
    /// Whether AUTHENTICATE sends an initial response: as the server offers it, unless it is set.
    pub sasl_ir: Option<bool>,
    /// Whether literals are sent without waiting: as the server offers it, unless it is set.
    pub literal_plus: Option<bool>,
    /// Octets of a command line that the server takes, where it says or is known to take fewer than others: FETCH and
    /// STORE, and COPY, MOVE and EXPUNGE by identifiers, are sent in several when their sets are longer; so is SEARCH
    /// without RETURN, whose answers together are what was found.
    pub command_limit: Option<usize>,
    /// Who the client says it is, with ID (RFC 2971) before its first SELECT: some servers refuse that without.
    pub identify: Option<Id>,
}

impl Config {
    /// A tolerant client.
    pub const fn new() -> Self {
        Self {
            limits: Limits::client(),
            tolerance: Tolerance::Interop,
            stream_over: 128 << 10,
            require_tls: false,
            tls: false,
            sasl_ir: None,
            literal_plus: None,
            command_limit: None,
            identify: None,
        }
    }

    /// No command line is longer than so many octets, where it can be sent in several.
    #[must_use]
    pub const fn with_command_limit(mut self, octets: usize) -> Self {
        self.command_limit = Some(octets);
        self
    }

    /// Says who it is, with ID, before the first SELECT or EXAMINE.
    #[must_use]
    pub fn identifying(mut self, id: Id) -> Self {
        self.identify = Some(id);
        self
    }

    /// Sections of more octets pass as chunks instead of being kept.
    #[must_use]
    pub const fn streaming_over(mut self, octets: u64) -> Self {
        self.stream_over = octets;
        self
    }

    /// With TLS up from the start.
    #[must_use]
    pub const fn with_tls(mut self) -> Self {
        self.tls = true;
        self
    }

    /// The connection must be secured by STARTTLS before anything else.
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
}

impl Default for Config {
    fn default() -> Self {
        Self::new()
    }
}
