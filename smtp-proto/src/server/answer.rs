//! The caller's answers: which codes fit which command, and what they change.

use super::{
    Server, Slot,
    content::{Content, Fate},
    session::{Transaction, What},
    slots,
};
use crate::{
    encode::{Sink, write_base64, write_capabilities},
    error::UsageError,
    state::{Trigger, next},
    types::Reply,
};

impl What {
    /// What an error calls it.
    const fn name(self) -> &'static str {
        match self {
            Self::Hello(_) => "Hello",
            Self::Mail { .. } => "Mail",
            Self::Rcpt => "Rcpt",
            Self::Data | Self::Chunk { .. } => "Data",
            Self::Message => "BodyEnd",
            Self::Auth => "Auth",
            Self::Vrfy
            | Self::Help
            | Self::Xclient
            | Self::Atrn
            | Self::Burl { .. }
            | Self::Other => "Command",
            Self::Session => "nothing",
        }
    }

    /// Whether a code may answer it (RFC 5321 §4.3.2).
    const fn takes(self, code: u16) -> bool {
        match (self, code / 100) {
            (Self::Session, _) => false,
            (_, 4 | 5) => true,
            (Self::Hello(_) | Self::Mail { .. }, 2) => code == 250,
            (Self::Rcpt, 2) => matches!(code, 250..=252),
            (Self::Data, 3) => code == 354,
            (Self::Auth, 2) => code == 235,
            (
                Self::Message
                | Self::Vrfy
                | Self::Help
                | Self::Atrn
                | Self::Burl { .. }
                | Self::Other,
                2,
            ) => true,
            (Self::Xclient, 2) => code == 220 || code == 250,
            _ => false,
        }
    }

    /// The positive answer that is usual for it.
    const fn usual(self) -> Reply {
        match self {
            Self::Mail { .. } => Reply::SENDER_OK,
            Self::Rcpt => Reply::RECIPIENT_OK,
            Self::Data => Reply::START_MAIL,
            Self::Message | Self::Burl { .. } => Reply::MESSAGE_OK,
            Self::Auth => Reply::AUTHENTICATED,
            Self::Vrfy => Reply::CANNOT_VERIFY,
            Self::Help => Reply::HELP,
            Self::Xclient => Reply::XCLIENT_OK,
            _ => Reply::OK,
        }
    }
}

impl Server {
    /// Gives an event the positive answer that is usual for it: 250 to MAIL, RCPT and a complete message,
    /// 354 to DATA, 235 to AUTH, what is offered to EHLO.
    ///
    /// # Errors
    ///
    /// A slot that was answered before.
    pub fn accept(&mut self, slot: Slot) -> Result<(), UsageError> {
        match self.slots.what(slot).ok_or(UsageError::UnknownSlot)? {
            What::Hello(_) => {
                let name = self.config.name.as_bytes().clone();
                let reply = Reply::new(250, None, name)?;
                self.reply(slot, reply)
            }
            What::Chunk { size, last } => {
                self.slots
                    .close_oldest(&mut self.out, self.transcript.as_mut());
                self.begin_chunk(size, last, Fate::Deliver);
                Ok(())
            }
            what => self.reply(slot, what.usual()),
        }
    }

    /// Answers an event.
    ///
    /// A 250 to EHLO or LHLO is followed by a line for each capability. A refusal of content that comes in
    /// chunks leaves after the chunk's octets, which are thrown away. After a 421 nothing more is read.
    ///
    /// # Errors
    ///
    /// - a slot that was answered before
    /// - a code that does not answer that event
    pub fn reply(&mut self, slot: Slot, reply: Reply) -> Result<(), UsageError> {
        let what = self.slots.what(slot).ok_or(UsageError::UnknownSlot)?;
        let code = reply.code();
        if !what.takes(code) {
            return Err(UsageError::WrongClass {
                event: what.name(),
                code,
            });
        }
        let positive = !(reply.is_transient() || reply.is_permanent());
        match what {
            What::Hello(greeting) if positive => {
                self.step(Trigger::Hello);
                self.hello = Some(greeting);
                if greeting != super::Greeting::Helo {
                    self.offer(&reply);
                    return Ok(());
                }
            }
            What::Mail { smtp_utf8, body } if positive => {
                self.step(Trigger::Mail);
                self.transaction = Some(Transaction {
                    smtp_utf8,
                    body,
                    ..Transaction::default()
                });
            }
            What::Rcpt if positive => {
                self.step(Trigger::Rcpt);
                // A recipient brings a message forward, and has a limit of its own.
                self.idle = self.idle.saturating_sub(1);
                if let Some(transaction) = &mut self.transaction {
                    transaction.recipients = transaction.recipients.saturating_add(1);
                }
            }
            What::Data if positive => {
                self.step(Trigger::Data);
                self.content = Content::data(self.config.strays);
            }
            What::Chunk { size, last } => {
                self.slots
                    .close_oldest(&mut self.out, self.transcript.as_mut());
                self.begin_chunk(size, last, Fate::Refuse(reply));
                return Ok(());
            }
            What::Auth => {
                self.step(Trigger::AuthEnd);
                self.authenticated = positive;
                if !positive {
                    self.errors = self.errors.saturating_add(1);
                }
            }
            What::Xclient if positive => self.forget(),
            What::Atrn if positive => self.step(Trigger::Close),
            What::Burl { last } if positive || last => {
                self.step(if last {
                    Trigger::Message
                } else {
                    Trigger::ChunkEnd
                });
                if last {
                    self.transaction = None;
                }
            }
            _ => {}
        }
        self.slots
            .answer(slot, reply, &mut self.out, self.transcript.as_mut());
        if code == 421 {
            self.state = crate::state::State::Closed;
        }
        Ok(())
    }

    /// Answers AUTH, or the answer to an earlier challenge, with a challenge: `334` (RFC 4954 §4).
    ///
    /// # Errors
    ///
    /// - a slot that was answered before
    /// - a slot of another event
    pub fn challenge(&mut self, slot: Slot, challenge: &[u8]) -> Result<(), UsageError> {
        use core::fmt::Write as _;
        match self.slots.what(slot) {
            Some(What::Auth) => {}
            Some(what) => {
                return Err(UsageError::WrongClass {
                    event: what.name(),
                    code: 334,
                });
            }
            None => return Err(UsageError::UnknownSlot),
        }
        self.out.extend_from_slice(b"334 ");
        // Writing to a buffer cannot fail.
        let mut sink = Sink(&mut self.out);
        let _ = write_base64(challenge, &mut sink);
        let _ = sink.write_str("\r\n");
        if let Some(transcript) = &mut self.transcript {
            transcript.server(format_args!("334 ****"));
        }
        self.slots
            .close_oldest(&mut self.out, self.transcript.as_mut());
        Ok(())
    }

    /// A positive answer to EHLO or LHLO, with what is offered.
    fn offer(&mut self, reply: &Reply) {
        let offered = self.config.offered(self.secured, self.authenticated);
        let start = self.out.len();
        write_capabilities(reply, &offered, &mut self.out);
        if let Some(transcript) = &mut self.transcript {
            transcript.replies(self.out.get(start..).unwrap_or_default());
        }
        self.slots
            .close_oldest(&mut self.out, self.transcript.as_mut());
    }

    /// Moves the state on, where the trigger may come now.
    pub(super) fn step(&mut self, trigger: Trigger) {
        self.state = next(self.state, trigger).unwrap_or(self.state);
    }

    /// Answers a chunk whose octets are in.
    pub(super) fn answer_chunk(&mut self, reply: &Reply) {
        slots::write(reply, &mut self.out, self.transcript.as_mut());
    }
}
