//! What a server hears.

use bytes::Bytes;

use super::{Slot, Slots};
use crate::{
    error::ParseError,
    frame::BodyFindings,
    types::{Command, HelloName, Mail, Mechanism, Rcpt, Secret},
};

/// What [`Server::poll`](super::Server::poll) hands to the caller.
///
/// An event with a [`Slot`] wants an answer: [`accept`](super::Server::accept) or
/// [`reply`](super::Server::reply).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The input holds no whole unit more. Write `output()` out, read more into the input, poll again.
    NeedInput,
    /// What comes next has to wait. Write `output()` out, answer what is open, poll again without reading.
    Blocked,
    /// HELO, EHLO or LHLO. Any transaction that was open is gone. Accepting it tells the client what is
    /// offered.
    Hello {
        /// To be answered 250, 4yz or 5yz.
        slot: Slot,
        /// Which of the three.
        greeting: Greeting,
        /// The name that the client gives itself.
        name: HelloName,
    },
    /// MAIL. Its parameters belong to extensions that are offered; its size is within the limit.
    Mail {
        /// To be answered 250, 4yz or 5yz.
        slot: Slot,
        /// The command.
        mail: Mail,
    },
    /// RCPT. Further ones may come before this one is answered.
    Rcpt {
        /// To be answered 250, 251, 252, 4yz or 5yz.
        slot: Slot,
        /// The command.
        rcpt: Rcpt,
    },
    /// DATA, or the first BDAT of a message: content is about to come.
    Data {
        /// To be accepted, or answered 4yz or 5yz.
        slot: Slot,
        /// Which of the two.
        framing: Framing,
    },
    /// A piece of content: a slice of the input, dots unstuffed.
    Body {
        /// The octets.
        chunk: Bytes,
    },
    /// The message is complete. A positive answer makes it the server's responsibility: give it when the
    /// message is on disk, not before (RFC 5321 §6.1).
    BodyEnd {
        /// One slot; in LMTP one for each recipient that was accepted, in their order.
        slots: Slots,
        /// Octets of content, as handed out.
        size: u64,
        /// What was seen in the content.
        findings: BodyFindings,
    },
    /// The content that was handed out is not going to be completed: forget it. The client has been, or is
    /// being, answered.
    BodyAborted {
        /// Why.
        reason: Aborted,
    },
    /// AUTH. To be answered with [`challenge`](super::Server::challenge), accepted, or refused.
    Auth {
        /// To be answered by a challenge, 235, 4yz or 5yz.
        slot: Slot,
        /// The mechanism, one of those that are offered.
        mechanism: Mechanism,
        /// The client's first message.
        initial: Option<Secret>,
    },
    /// The client's answer to a challenge.
    AuthResponse {
        /// To be answered by a challenge, 235, 4yz or 5yz.
        slot: Slot,
        /// The message.
        response: Secret,
    },
    /// The client gave up the authentication; it has been answered 501.
    AuthCancelled,
    /// STARTTLS, answered 220. Write `output()` out, do the handshake on the connection, and call
    /// [`tls_established`](super::Server::tls_established).
    StartTls {
        /// Octets that the client had sent behind the command, in clear: they were thrown away. More than
        /// none is an attack, or a client to be mended.
        discarded: usize,
    },
    /// Any other command: VRFY, EXPN, HELP, ETRN, ATRN, BURL, XCLIENT, XFORWARD; others with
    /// [`Config::other_commands`](super::Config::other_commands).
    Command {
        /// To be answered by a code that the command has.
        slot: Slot,
        /// The command.
        command: Command,
    },
    /// RSET, answered 250: the transaction, if there was one, is gone.
    Reset,
    /// A faulty command, which has been answered; for logs and for keeping score.
    Violation(Violation),
    /// QUIT, answered 221. Write `output()` out and close.
    Quit,
    /// Nothing more is read. Write `output()` out and close.
    Closed,
}

/// With which command the client said hello.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "RFC 5321 has two and RFC 2033 one")]
pub enum Greeting {
    /// HELO: no extensions.
    Helo,
    /// EHLO.
    Ehlo,
    /// LHLO: LMTP.
    Lhlo,
}

/// How the end of a message is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "RFC 5321 has one and RFC 3030 the other"
)]
pub enum Framing {
    /// DATA: by CRLF.CRLF.
    Data,
    /// BDAT: by counting.
    Bdat,
}

/// Why content that was handed out will not be completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Aborted {
    /// The message grew over [`Limits::message`](crate::Limits::message); answered 552.
    TooBig,
    /// It held what the [`StrayPolicy`](crate::StrayPolicy) refuses; answered 550.
    Strays(BodyFindings),
    /// The client took it back, with RSET, EHLO or QUIT between chunks.
    Withdrawn,
    /// The connection ended.
    ConnectionLost,
}

/// A faulty command, and how it was answered.
///
/// ```
/// use bytes::BytesMut;
/// use mailweft_smtp::{Server, server::{Config, Event, ViolationKind}};
///
/// let mut server = Server::new(Config::new("mx.example.org")?);
/// let mut input = BytesMut::new();
/// server.poll(&mut input)?;
/// input.extend_from_slice(b"MAIL FROM:<joe@example.org>\r\n");
/// let Event::Violation(violation) = server.poll(&mut input)? else { panic!() };
/// assert_eq!((violation.kind(), violation.code()), (&ViolationKind::OutOfOrder, 503));
/// assert_eq!(violation.line(), "MAIL FROM:<joe@example.org>");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    pub(crate) kind: ViolationKind,
    pub(crate) line: Bytes,
    pub(crate) code: u16,
}

impl Violation {
    /// What was wrong.
    #[must_use]
    pub const fn kind(&self) -> &ViolationKind {
        &self.kind
    }

    /// The line as it came, without its CRLF; empty where it was too long, or a line of an authentication;
    /// `AUTH ****` where it is that.
    #[must_use]
    pub const fn line(&self) -> &Bytes {
        &self.line
    }

    /// The code it was answered with; 0 where it was not.
    #[must_use]
    pub const fn code(&self) -> u16 {
        self.code
    }
}

/// The kinds of [`Violation`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ViolationKind {
    /// The line cannot be read.
    Syntax(ParseError),
    /// The command is not known, or belongs to an extension that is not offered.
    Unknown,
    /// The command cannot come now.
    OutOfOrder,
    /// A line over its limit, of so many octets.
    LineTooLong(usize),
    /// A parameter of an extension that is not offered, or not allowed here.
    Parameter,
    /// A message that is announced larger than the limit.
    TooBig(u64),
    /// A recipient more than the limit.
    TooManyRecipients,
    /// TLS, or an authentication, is required first.
    Required,
    /// So many octets came before the greeting had been sent.
    EarlyTalk(usize),
}
