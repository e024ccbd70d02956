//! Errors of a session: the peer's, which end it, and the caller's, which do not.

use super::InvalidValue;

/// What [`poll`](crate::Server::poll) and its like return when there is no event to return.
///
/// ```
/// use bytes::BytesMut;
/// use mailweft_smtp::{Error, PeerError, Server, server::Config};
///
/// let mut server = Server::new(Config::new("mx.example.org")?);
/// let mut input = BytesMut::new();
/// server.poll(&mut input)?;
/// input.extend_from_slice(b"GET / HTTP/1.1\r\n");
/// assert_eq!(server.poll(&mut input), Err(Error::Peer(PeerError::OtherProtocol)));
/// assert!(server.output().ends_with(b"554 5.5.1 This is SMTP\r\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The peer did what no session survives. Send what is in `output()`, then close.
    #[error(transparent)]
    Peer(#[from] PeerError),
    /// The caller asked for what the session cannot do now; the session is as it was.
    #[error(transparent)]
    Usage(#[from] UsageError),
}

/// What a peer did that cannot be answered and forgotten.
///
/// A server has queued its farewell (`421` or `554`) in `output()` by the time the caller sees one of
/// these.
///
/// ```
/// use mailweft_smtp::PeerError;
///
/// assert_eq!(PeerError::StartTlsInjection(24).to_string(), "24 octets in clear behind the answer to STARTTLS");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PeerError {
    /// A line went on past what is read and thrown away (`Limits::discard`).
    #[error("a line without an end: {0} octets thrown away")]
    EndlessLine(usize),
    /// A message went on past what is read and thrown away after it was refused.
    #[error("a message far over the limit: {0} octets")]
    EndlessMessage(u64),
    /// More faulty commands than `Limits::errors`.
    #[error("too many faulty commands: {0}")]
    TooManyErrors(usize),
    /// More commands than `Limits::idle_commands` that brought no message forward.
    #[error("too many commands without a message: {0}")]
    TooManyCommands(usize),
    /// A chunk whose size cannot be read, so that its end cannot be found (RFC 3030 §2).
    #[error("a BDAT command whose size cannot be read")]
    UnreadableChunk,
    /// The client spoke before it was greeted (RFC 5321 §3.1).
    #[error("talk before the greeting")]
    EarlyTalk,
    /// The first line was a request of another protocol.
    #[error("a request of another protocol")]
    OtherProtocol,
    /// The server said something that answers no command.
    #[error("a reply to no command: code {0}")]
    UnexpectedReply(u16),
    /// The server's answer came before its command was sent: an injected reply.
    #[error("a reply before its command was sent: code {0}")]
    EarlyReply(u16),
    /// Octets came in behind the answer to STARTTLS, before the handshake (CVE-2011-0411 and its kin).
    #[error("{0} octets in clear behind the answer to STARTTLS")]
    StartTlsInjection(usize),
    /// A line of a reply that is none.
    #[error("not a reply: {0}")]
    MalformedReply(super::ParseError),
    /// A reply went on past `Limits::reply_lines`.
    #[error("a reply without an end: {0} lines")]
    EndlessReply(usize),
    /// A code of a class that the command cannot have as an answer.
    #[error("code {code} does not answer {verb}")]
    WrongClass {
        /// The verb of the command that was answered.
        verb: &'static str,
        /// The code.
        code: u16,
    },
    /// The server closed the channel, or said 421, while commands were open.
    #[error("the connection ended")]
    Closed,
    /// STARTTLS is required by the configuration and the server does not have it.
    #[error("the server does not offer STARTTLS, which is required")]
    NoStartTls,
    /// The server accepted an authentication whose mechanism was not through.
    #[error("success before the exchange was complete")]
    EarlySuccess,
}

/// A call that the session cannot serve now; nothing was changed by it.
///
/// ```
/// use mailweft_smtp::{Client, UsageError, client::Config};
///
/// let mut client = Client::new(Config::new("client.example")?);
/// let error = client.body(b"too early").unwrap_err();
/// assert_eq!(error.to_string(), "body is not possible now: the server has not asked for content");
/// # Ok::<(), mailweft_smtp::InvalidValue>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UsageError {
    /// The slot was answered already, or belongs to another session.
    #[error("this slot has been answered, or was never given out")]
    UnknownSlot,
    /// The code is not of a class that may answer this event.
    #[error("code {code} cannot answer {event}")]
    WrongClass {
        /// What was to be answered.
        event: &'static str,
        /// The code.
        code: u16,
    },
    /// The call does not fit what the session is doing.
    #[error("{call} is not possible now: {why}")]
    NotNow {
        /// The method.
        call: &'static str,
        /// What stands in its way.
        why: &'static str,
    },
    /// The input buffer holds octets that came in clear before the TLS handshake.
    #[error("{0} octets received in clear would be read as if they were protected")]
    InputNotEmpty(usize),
    /// The message or the command needs an extension that the server does not offer.
    #[error("the server does not offer {0}")]
    NotOffered(&'static str),
    /// The message is larger than the server accepts (RFC 1870 §6.1).
    #[error("a message of {size} octets, where the server takes at most {max}")]
    TooLarge {
        /// What was announced.
        size: u64,
        /// What the server takes.
        max: u64,
    },
    /// The command would be longer than the server has to accept (RFC 5321 §4.5.3.1.4).
    #[error("a command line of {0} octets")]
    LineTooLong(usize),
    /// A bare CR, bare LF or NUL, where the policy is to refuse them; nothing of the chunk was taken.
    #[error("byte b'{}' where the policy refuses it", .0.escape_ascii())]
    RefusedByte(u8),
    /// More recipients than the server takes in one transaction (RFC 9422 §4.2): send the rest in others.
    #[error("{count} recipients, where the server takes at most {max}")]
    TooManyRecipients {
        /// How many there are.
        count: usize,
        /// How many the server takes.
        max: u64,
    },
    /// A transaction without a recipient.
    #[error("a transaction needs a recipient")]
    NoRecipients,
    /// A value that cannot stand on the wire.
    #[error(transparent)]
    Invalid(#[from] InvalidValue),
}
