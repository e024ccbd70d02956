//! What a client hears.

use alloc::vec::Vec;

use crate::types::{Command, EnhancedCode, Reply, Secret, Severity};

/// What [`Client::poll`](super::Client::poll) hands to the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The input holds no whole reply more. Write `output()` out, read more into the input, poll again.
    NeedInput,
    /// The server's greeting. The client has gone on to EHLO by itself.
    Greeting {
        /// A 220.
        reply: Reply,
    },
    /// The server does not want this client: its greeting, or its answer to HELO, was not positive. QUIT
    /// has been sent.
    Rejected {
        /// What it said.
        reply: Reply,
    },
    /// STARTTLS was accepted. Do the handshake on the connection and call
    /// [`tls_established`](super::Client::tls_established).
    UpgradeTls,
    /// EHLO is through, and TLS if it is to be: authenticate, or begin a transaction.
    /// [`capabilities`](super::Client::capabilities) has what is offered.
    Ready,
    /// The server's challenge: answer it with [`auth_respond`](super::Client::auth_respond) or give up with
    /// [`auth_cancel`](super::Client::auth_cancel).
    AuthChallenge {
        /// The challenge, decoded.
        challenge: Secret,
    },
    /// The authentication is through.
    Authenticated {
        /// A 235.
        reply: Reply,
    },
    /// The authentication failed; another one may be tried.
    AuthFailed {
        /// A 4yz or 5yz.
        reply: Reply,
    },
    /// The answer to MAIL.
    Sender {
        /// What the server said.
        reply: Reply,
    },
    /// The answer to RCPT: one for each recipient, in their order.
    Recipient {
        /// Which recipient of the envelope.
        index: usize,
        /// What the server said.
        reply: Reply,
    },
    /// Send the content: [`body`](super::Client::body) until it is through, then
    /// [`body_end`](super::Client::body_end).
    SendBody,
    /// The transaction is over; the connection can be used again.
    Done {
        /// One result for each recipient of the envelope, in their order.
        deliveries: Vec<Delivery>,
    },
    /// The answer to a command sent with [`command`](super::Client::command).
    Reply {
        /// The command.
        command: Command,
        /// What the server said.
        reply: Reply,
    },
    /// The session is over: close the connection.
    Closed {
        /// The answer to QUIT, or the 421 with which the server left.
        reply: Option<Reply>,
    },
}

/// At which command the fate of a recipient was decided.
///
/// ```
/// use mailweft_smtp::client::Stage;
///
/// assert!(Stage::Recipient < Stage::Message);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// MAIL.
    Sender,
    /// RCPT.
    Recipient,
    /// DATA, or a chunk that was not the last.
    Data,
    /// The end of the message.
    Message,
}

/// What became of one recipient.
///
/// ```
/// use mailweft_smtp::{Reply, client::{Delivery, NextStep, Stage}};
///
/// let delivery = Delivery::new(0, Stage::Recipient, Reply::MAILBOX_BUSY);
/// assert!(!delivery.is_delivered());
/// assert_eq!(delivery.next_step(), NextStep::RetryLater);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    index: usize,
    stage: Stage,
    reply: Reply,
}

impl Delivery {
    /// A recipient's result.
    #[must_use]
    pub const fn new(index: usize, stage: Stage, reply: Reply) -> Self {
        Self {
            index,
            stage,
            reply,
        }
    }

    /// Which recipient of the envelope.
    #[must_use]
    pub const fn index(&self) -> usize {
        self.index
    }

    /// At which command it was decided.
    #[must_use]
    pub const fn stage(&self) -> Stage {
        self.stage
    }

    /// The reply that decided it.
    #[must_use]
    pub const fn reply(&self) -> &Reply {
        &self.reply
    }

    /// Whether the server has taken the responsibility for the message.
    #[must_use]
    pub fn is_delivered(&self) -> bool {
        self.stage == Stage::Message && self.reply.is_positive()
    }

    /// What to do next for this recipient.
    #[must_use]
    pub fn next_step(&self) -> NextStep {
        if self.is_delivered() {
            NextStep::Nothing
        } else {
            NextStep::after(self.stage, &self.reply)
        }
    }
}

/// What to do next for a recipient whose result is known.
///
/// ```
/// use mailweft_smtp::{Reply, client::{NextStep, Stage}};
///
/// assert_eq!(NextStep::after(Stage::Message, &Reply::TOO_BIG), NextStep::Shrink);
/// assert_eq!(NextStep::after(Stage::Sender, &Reply::TLS_REQUIRED), NextStep::StartTls);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NextStep {
    /// It is delivered.
    Nothing,
    /// Try again at once, in another transaction: the server took as many recipients as it takes (RFC 5321
    /// §4.5.3.1.10).
    RetryAtOnce,
    /// Try again later, at this server or at another one.
    RetryLater,
    /// Authenticate, then try again.
    Authenticate,
    /// Start TLS, then try again.
    StartTls,
    /// Send a smaller message.
    Shrink,
    /// Report the failure to the sender.
    Report,
}

impl NextStep {
    /// What a reply that did not deliver asks for.
    ///
    /// ```
    /// use mailweft_smtp::{Reply, client::{NextStep, Stage}};
    ///
    /// let too_many = Reply::TOO_MANY_RECIPIENTS;
    /// assert_eq!(NextStep::after(Stage::Recipient, &too_many), NextStep::RetryAtOnce);
    /// assert_eq!(NextStep::after(Stage::Sender, &Reply::AUTH_REQUIRED), NextStep::Authenticate);
    /// assert_eq!(NextStep::after(Stage::Recipient, &Reply::NO_SUCH_USER), NextStep::Report);
    /// ```
    #[must_use]
    pub fn after(stage: Stage, reply: &Reply) -> Self {
        let is = |subject, detail| {
            reply.enhanced().is_some_and(|code: EnhancedCode| {
                (code.subject(), code.detail()) == (subject, detail)
            })
        };
        match (reply.severity(), reply.code()) {
            (Severity::Transient, 452) if stage == Stage::Recipient && !is(3, 1) && !is(2, 2) => {
                Self::RetryAtOnce
            }
            // Servers from before RFC 5321 answer 552 to a recipient too many (§4.5.3.1.10 there).
            (Severity::Permanent, 552) if stage == Stage::Recipient && is(5, 3) => {
                Self::RetryAtOnce
            }
            (Severity::Transient, _) => Self::RetryLater,
            (_, 530 | 538) if is(7, 10) || is(7, 11) || mentions_tls(reply) => Self::StartTls,
            (_, 530) => Self::Authenticate,
            (_, 523 | 524) => Self::StartTls,
            (_, 552 | 554) if is(3, 4) || is(2, 3) => Self::Shrink,
            _ => Self::Report,
        }
    }
}

/// RFC 3207 §4 and RFC 4954 §6 share the code 530, and 5.7.0 with it: only the text tells them apart.
fn mentions_tls(reply: &Reply) -> bool {
    reply.lines().any(|line| {
        line.windows(8)
            .any(|word| word.eq_ignore_ascii_case(b"STARTTLS"))
    })
}
