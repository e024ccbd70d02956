//! What a server's session asks.

use alloc::vec::Vec;

use bytes::Bytes;

use crate::{
    error::ParseError,
    types::{Atom, Digest, Mechanism, MessageNumber, Password, Secret, Text, Word},
};

/// A question that wants one answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slot(pub(super) u32);

/// What [`Server::poll`](crate::Server::poll) found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// Nothing more can be told: write the output, then read more input.
    NeedInput,
    /// Nothing more can be taken: answer the open slot, or write the output. Do not read.
    Blocked,
    /// USER and PASS. Answer with [`open`](crate::Server::open) or
    /// [`refuse`](crate::Server::refuse).
    #[non_exhaustive]
    Login {
        /// The question.
        slot: Slot,
        /// The mailbox.
        name: Text,
        /// The password.
        password: Password,
    },
    /// APOP. Answer as a login.
    #[non_exhaustive]
    Apop {
        /// The question.
        slot: Slot,
        /// The mailbox.
        name: Word,
        /// What the client computed.
        digest: Digest,
        /// The timestamp of the greeting, from which it was computed.
        timestamp: Text,
    },
    /// AUTH. Answer with [`challenge`](crate::Server::challenge), [`open`](crate::Server::open) or
    /// [`refuse`](crate::Server::refuse).
    #[non_exhaustive]
    Auth {
        /// The question.
        slot: Slot,
        /// The mechanism, one of those offered.
        mechanism: Mechanism,
        /// The initial response.
        initial: Option<Secret>,
    },
    /// The response to a challenge. Answer as [`Event::Auth`].
    #[non_exhaustive]
    AuthResponse {
        /// The question.
        slot: Slot,
        /// The response, decoded.
        data: Secret,
    },
    /// The client cancelled the exchange; that was answered.
    AuthCancelled,
    /// STLS was accepted. Write the output, run the TLS handshake, then call
    /// [`tls_established`](crate::Server::tls_established).
    #[non_exhaustive]
    StartTls {
        /// Octets that came in clear behind the command. They were dropped; an honest client sends
        /// none.
        dropped: usize,
    },
    /// RETR of a message that exists. Answer with [`begin_message`](crate::Server::begin_message) or
    /// [`refuse`](crate::Server::refuse).
    #[non_exhaustive]
    Retr {
        /// The question.
        slot: Slot,
        /// The message.
        number: MessageNumber,
    },
    /// TOP of a message that exists. Answer as RETR, with the whole message: the session cuts it.
    #[non_exhaustive]
    Top {
        /// The question.
        slot: Slot,
        /// The message.
        number: MessageNumber,
        /// Lines of the body.
        lines: u32,
    },
    /// QUIT: remove these messages for good, then answer with
    /// [`committed`](crate::Server::committed) or [`refuse`](crate::Server::refuse).
    #[non_exhaustive]
    Commit {
        /// The question.
        slot: Slot,
        /// The messages that were deleted.
        deleted: Vec<MessageNumber>,
    },
    /// LANG (RFC 6856 §3). Answer with [`reply`](crate::Server::reply), or
    /// [`reply_lines`](crate::Server::reply_lines) where there is no tag.
    #[non_exhaustive]
    Lang {
        /// The question.
        slot: Slot,
        /// The language, or `None` to list them.
        tag: Option<Atom>,
    },
    /// A command that no RFC knows. Answer with [`reply`](crate::Server::reply).
    #[non_exhaustive]
    Other {
        /// The question.
        slot: Slot,
        /// The keyword.
        keyword: Atom,
        /// What follows it.
        arguments: Text,
    },
    /// Something that is no command. It was answered; this is for whoever keeps count.
    #[non_exhaustive]
    Violation {
        /// The line, or its first 64 octets where it was too long; empty where it may be a secret.
        raw: Bytes,
        /// What is wrong with it, where it could be read at all.
        error: Option<ParseError>,
        /// The answer that was given.
        what: &'static str,
    },
    /// The session is over: write the output and close the connection.
    Closed,
}
