//! What can be wrong with a line, with a value, and with a session.

use alloc::string::String;
use core::fmt;

/// Why a line is no command or response; the offset counts octets from the start of the line.
///
/// ```
/// use mailweft_pop3::Command;
///
/// let error = Command::parse(b"RETR one").unwrap_err();
/// assert_eq!(error.to_string(), "unexpected byte b'o' in message-number at byte 5");
/// assert_eq!(
///     error.render(b"RETR one"),
///     "RETR one\n     ^ unexpected byte b'o' in message-number at byte 5"
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} in {rule} at byte {offset}")]
pub struct ParseError {
    kind: ParseErrorKind,
    rule: Rule,
    offset: usize,
}

impl ParseError {
    pub(crate) const fn new(kind: ParseErrorKind, rule: Rule, offset: usize) -> Self {
        Self { kind, rule, offset }
    }

    /// What was wrong.
    #[must_use]
    pub const fn kind(&self) -> ParseErrorKind {
        self.kind
    }

    /// The rule that was being read.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        self.rule
    }

    /// The octet at which reading stopped.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// The line, its unprintable octets escaped, and a caret under the fault.
    #[must_use]
    pub fn render(&self, line: &[u8]) -> String {
        use fmt::Write as _;
        let (before, after) = line
            .split_at_checked(self.offset)
            .unwrap_or((line, Default::default()));
        let mut drawn = String::new();
        // Writing to a String cannot fail.
        let _ = write!(drawn, "{}", before.escape_ascii());
        let column = drawn.len();
        let _ = write!(drawn, "{}\n{:column$}^ {self}", after.escape_ascii(), "");
        drawn
    }
}

/// The kinds of [`ParseError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// The line ended where an argument should stand.
    #[error("unexpected end of line")]
    UnexpectedEnd,
    /// An octet that the rule does not allow.
    #[error("unexpected byte {}", Quoted(*.0))]
    UnexpectedByte(u8),
    /// A number that does not fit, or a message number of 0.
    #[error("number out of range")]
    OutOfRange,
    /// More than this many octets.
    #[error("more than {0} octets")]
    TooLong(usize),
    /// Text that is not base64.
    #[error("invalid base64")]
    Base64,
}

/// The rule in which a [`ParseError`] arose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rule {
    /// The keyword of a command (RFC 1939 §3).
    Keyword,
    /// The arguments of a command (RFC 1939 §3).
    Arguments,
    /// A message-number (RFC 1939 §5).
    MessageNumber,
    /// The number of lines of TOP (RFC 1939 §7).
    LineCount,
    /// The digest of APOP (RFC 1939 §7).
    Digest,
    /// A SASL mechanism name (RFC 4422 §3.1).
    Mechanism,
    /// The response to a SASL challenge, or its initial form (RFC 5034 §4).
    SaslResponse,
    /// `+OK`, `-ERR` or `+` (RFC 1939 §3).
    StatusIndicator,
    /// A drop listing (RFC 1939 §5, STAT).
    DropListing,
    /// A scan listing (RFC 1939 §5, LIST).
    ScanListing,
    /// A unique-id listing (RFC 1939 §7, UIDL).
    UniqueIdListing,
    /// A line of a capability list (RFC 2449 §3).
    Capability,
    /// The whole line.
    Line,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Keyword => "keyword",
            Self::Arguments => "arguments",
            Self::MessageNumber => "message-number",
            Self::LineCount => "number of lines",
            Self::Digest => "digest",
            Self::Mechanism => "mechanism",
            Self::SaslResponse => "SASL response",
            Self::StatusIndicator => "status indicator",
            Self::DropListing => "drop listing",
            Self::ScanListing => "scan listing",
            Self::UniqueIdListing => "unique-id listing",
            Self::Capability => "capability",
            Self::Line => "line",
        })
    }
}

/// Why octets cannot be part of a line: CR, LF or NUL, a blank where none may stand, an octet
/// beyond ASCII, or nothing at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidText {
    /// Nothing, where something must stand.
    #[error("the text is empty")]
    Empty,
    /// An octet that would end the line or the argument.
    #[error("the text holds {} at byte {at}", Quoted(*.byte))]
    #[non_exhaustive]
    Octet {
        /// The octet.
        byte: u8,
        /// Its place.
        at: usize,
    },
    /// More than this many octets.
    #[error("more than {0} octets")]
    TooLong(usize),
}

/// What ends a session, or refuses a call.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The peer did what cannot be gone on from. What is to be said to it stands in the output.
    #[error("peer: {0}")]
    Peer(#[from] PeerError),
    /// The caller did what the protocol does not allow.
    #[error("usage: {0}")]
    Usage(#[from] UsageError),
}

/// What a peer can do that ends a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PeerError {
    /// A response line longer than the limit.
    #[error("a response line of more than {0} octets")]
    LineTooLong(usize),
    /// Something else than a greeting.
    #[error("no greeting")]
    NoGreeting,
    /// The connection ended in the middle of a response.
    #[error("the connection ended before the response did")]
    Truncated,
    /// Octets behind the answer to STLS, before TLS began: a response injection.
    #[error("{0} octets sent in clear after the start of TLS")]
    ClearTextAfterStls(usize),
}

/// What a caller can do wrong; fixed by reading the caller's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UsageError {
    /// The session is in another state.
    #[error("{0} is not possible in this state")]
    State(&'static str),
    /// The slot was answered before, or never given.
    #[error("there is no such open slot")]
    Slot,
    /// The slot wants another kind of answer.
    #[error("the slot does not take {0}")]
    Answer(&'static str),
    /// The buffer that TLS takes over is not empty.
    #[error("{0} octets of clear text are left in the input")]
    InputNotEmpty(usize),
    /// The command is longer than the peer must take.
    #[error("the command has more than {0} octets")]
    CommandTooLong(usize),
    /// The server does not offer this.
    #[error("the server does not offer {0}")]
    NotOffered(&'static str),
}

struct Quoted(u8);

impl fmt::Display for Quoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b'{}'", self.0.escape_ascii())
    }
}
