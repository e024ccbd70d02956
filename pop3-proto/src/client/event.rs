//! What a client's session tells.

use bytes::Bytes;

use super::items::Items;
use crate::types::{Capabilities, Response, Secret, Text};

/// What a command is known by in the events that answer it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandId(pub(super) u32);

/// What [`Client::poll`](crate::Client::poll) found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// Nothing more can be told: write the output, then read more input.
    NeedInput,
    /// The greeting; the session is over where it is not `+OK`.
    #[non_exhaustive]
    Greeting {
        /// The line.
        response: Response,
        /// The timestamp for APOP, where there is one.
        timestamp: Option<Text>,
        /// The server ends lines in a bare LF; so the whole connection is read.
        bare_lf: bool,
    },
    /// The answer to CAPA. [`Event::Done`] follows.
    #[non_exhaustive]
    Capabilities {
        /// The command.
        id: CommandId,
        /// What the server offers.
        capabilities: Capabilities,
    },
    /// The answer to STLS was `+OK`: run the TLS handshake, then call
    /// [`tls_established`](crate::Client::tls_established).
    UpgradeTls,
    /// The server goes on with an authentication: answer with
    /// [`respond`](crate::Client::respond) or [`cancel`](crate::Client::cancel).
    #[non_exhaustive]
    AuthChallenge {
        /// The command.
        id: CommandId,
        /// The challenge, decoded.
        challenge: Secret,
    },
    /// What STAT, LIST, UIDL or LANG answers, as many lines as are there. [`Event::Done`] ends it.
    #[non_exhaustive]
    Items {
        /// The command.
        id: CommandId,
        /// The lines.
        items: Items,
    },
    /// The octets of a message follow.
    #[non_exhaustive]
    MessageBegin {
        /// The command.
        id: CommandId,
        /// The first line; its text often has the size, and is often wrong.
        response: Response,
    },
    /// Octets of a message, dots undone. [`Event::Done`] ends it.
    #[non_exhaustive]
    Body {
        /// The command.
        id: CommandId,
        /// A slice of the input.
        chunk: Bytes,
    },
    /// A command was answered.
    #[non_exhaustive]
    Done {
        /// The command.
        id: CommandId,
        /// The first line of the answer.
        response: Response,
    },
    /// A line that answers nothing. It was skipped.
    #[non_exhaustive]
    Stray {
        /// The line.
        line: Bytes,
    },
    /// The session is over.
    Closed,
}
