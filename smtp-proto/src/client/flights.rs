//! Commands that were sent and wait for their replies.

use alloc::{boxed::Box, collections::VecDeque};
use core::time::Duration;

use crate::types::Command;

/// What a reply is awaited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Awaited {
    Greeting,
    Ehlo,
    Helo,
    StartTls,
    Auth,
    AuthCancel,
    Mail,
    Rcpt(usize),
    Data,
    Chunk,
    /// The end of a message; in LMTP for this recipient.
    Message(Option<usize>),
    /// A RSET of the session's own.
    Reset,
    Quit,
    Command(Box<Command>),
}

impl Awaited {
    /// The verb, for errors.
    pub(super) const fn verb(&self) -> &'static str {
        match self {
            Self::Greeting => "the connection",
            Self::Ehlo => "EHLO",
            Self::Helo => "HELO",
            Self::StartTls => "STARTTLS",
            Self::Auth | Self::AuthCancel => "AUTH",
            Self::Mail => "MAIL",
            Self::Rcpt(_) => "RCPT",
            Self::Data => "DATA",
            Self::Chunk => "BDAT",
            Self::Message(_) => "the end of the message",
            Self::Reset => "RSET",
            Self::Quit => "QUIT",
            Self::Command(_) => "the command",
        }
    }

    /// How long to wait for it (RFC 5321 §4.5.3.2).
    pub(super) const fn deadline(&self) -> Duration {
        Duration::from_secs(match self {
            Self::Data => 2 * 60,
            Self::Chunk | Self::Message(_) => 10 * 60,
            _ => 5 * 60,
        })
    }
}

#[derive(Clone, Debug)]
struct Flight {
    awaited: Awaited,
    /// The octet of the whole output with which the command ends.
    end: u64,
}

/// The queue of awaited replies.
#[derive(Clone, Debug, Default)]
pub(super) struct Flights(VecDeque<Flight>);

impl Flights {
    pub(super) fn push(&mut self, awaited: Awaited, end: u64) {
        self.0.push_back(Flight { awaited, end });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// What the next reply answers.
    pub(super) fn front(&self) -> Option<&Awaited> {
        self.0.front().map(|flight| &flight.awaited)
    }

    /// Whether the command that the next reply answers has left, when so many octets have.
    pub(super) fn has_left(&self, sent: u64) -> bool {
        self.0.front().is_some_and(|flight| flight.end <= sent)
    }

    pub(super) fn pop(&mut self) -> Option<Awaited> {
        self.0.pop_front().map(|flight| flight.awaited)
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
