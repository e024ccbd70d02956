//! What the caller says to a session: answers, data, news.

use bytes::BytesMut;

use super::{
    event::{Event, Slot},
    session::{Mode, Pending, Server},
};
use crate::{
    encode,
    error::UsageError,
    frame::{FrameLimits, Policy},
    state::{self, State},
    types::{
        capability::Capabilities,
        code::Code,
        command::Command,
        response::{Data, Status, StatusKind},
        text::Text,
    },
};

impl Server {
    /// Accepts a message that [`Event::AppendMessage`] announced: its octets may come.
    ///
    /// # Errors
    ///
    /// When no message is announced under `slot`.
    pub fn accept(&mut self, slot: Slot) -> Result<(), UsageError> {
        let Mode::AppendCaller(mine, header) = self.mode else {
            return Err(UsageError::NoSuchCommand);
        };
        if mine != slot {
            return Err(UsageError::NoSuchCommand);
        }
        if header.sync {
            self.write(|e| {
                e.raw("+ go on").crlf();
            })?;
        }
        self.framer.decide(Policy::Stream);
        self.mode = Mode::AppendChunks(slot);
        Ok(())
    }

    /// Sends data in answer to a command.
    ///
    /// # Errors
    ///
    /// When nothing waits under `slot`, a FETCH literal is open, or the data cannot be written.
    pub fn send(&mut self, slot: Slot, data: impl Into<Data>) -> Result<(), UsageError> {
        let tag = self.pending(slot)?.tag.clone();
        let data = match data.into() {
            // RFC 4731 §3.1: the answer names the command.
            Data::ESearch(mut answer) if answer.tag.is_none() => {
                answer.tag = Some(Text::from(tag.as_str()));
                Data::ESearch(answer)
            }
            data => data,
        };
        self.write(|e| {
            e.raw("* ").data(&data).crlf();
        })
    }

    /// Sends an untagged status in answer to a command, such as `* OK [UNSEEN 12]`.
    ///
    /// # Errors
    ///
    /// When nothing waits under `slot`, or a FETCH literal is open.
    pub fn inform(&mut self, slot: Slot, status: Status) -> Result<(), UsageError> {
        self.pending(slot)?;
        self.write(|e| {
            e.raw("* ").status(&status).crlf();
        })
    }

    /// Tells the client something it did not ask for: `EXISTS`, `EXPUNGE`, `FETCH` with new flags, `VANISHED`.
    ///
    /// Sent when the protocol allows it: at once in IDLE, else before the next tagged answer; an EXPUNGE not while
    /// FETCH, STORE or SEARCH is answered (RFC 3501 §7.4.1), and what comes behind it neither, since its numbers count on it.
    ///
    /// # Errors
    ///
    /// When no mailbox is selected, or more is waiting than [`Limits::updates`](crate::Limits) allow: the client
    /// must then be sent away.
    pub fn update(&mut self, data: impl Into<Data>) -> Result<(), UsageError> {
        let data = data.into();
        let about_mailbox = matches!(
            data,
            Data::Exists(_)
                | Data::Recent(_)
                | Data::Expunge(_)
                | Data::Vanished { .. }
                | Data::Fetch(_)
        );
        if about_mailbox && self.state != State::Selected {
            return Err(UsageError::WrongState);
        }
        // Each costs some sixty octets.
        if self.updates.len().saturating_mul(64) > self.config.limits.updates {
            return Err(UsageError::Closed);
        }
        self.updates.push_back(data);
        if matches!(self.mode, Mode::Idle(_)) {
            self.flush_updates();
        }
        Ok(())
    }

    /// Sends what may be sent now of what the client did not ask for.
    pub(super) fn flush_updates(&mut self) {
        let in_progress = !self.pending.is_empty();
        let forbidden = self
            .pending
            .iter()
            .any(|p| state::forbids_expunge(&p.command));
        while let Some(update) = self.updates.front() {
            let removes = matches!(update, Data::Expunge(_) | Data::Vanished { .. });
            if removes && (forbidden || !in_progress) {
                return;
            }
            let update = update.clone();
            if self.write(|e| {
                e.raw("* ").data(&update).crlf();
            }) == Err(UsageError::LiteralOpen)
            {
                return;
            }
            self.updates.pop_front();
        }
    }

    /// Ends a command. The status decides what state the session is in; `OK` to LOGIN and AUTHENTICATE tells the
    /// capabilities, `OK` to SELECT whether it is read-only, unless `status` has a code of its own.
    ///
    /// # Errors
    ///
    /// When nothing waits under `slot`, a FETCH literal is open, or the status is no tagged one.
    pub fn reply(&mut self, slot: Slot, status: Status) -> Result<(), UsageError> {
        if matches!(status.kind, StatusKind::PreAuth | StatusKind::Bye) {
            return Err(UsageError::WrongStatus);
        }
        if self.fetch_is_open() {
            return Err(UsageError::LiteralOpen);
        }
        let command = self.pending(slot)?.command.clone();
        let ok = status.is_ok();
        match self.mode {
            Mode::AppendCaller(mine, header) if mine == slot => {
                self.ready.clear();
                self.framer.decide(Policy::Reject);
                self.mode = Mode::Commands;
                if !header.sync && header.size > self.config.limits.skip {
                    self.answer(slot, status);
                    self.close();
                    return Ok(());
                }
            }
            // The rest of the command comes still: only its end can be answered, or the connection closed.
            Mode::AppendChunks(mine) | Mode::AppendNext(mine) if mine == slot => {
                return Err(UsageError::WrongState);
            }
            Mode::AuthCaller(mine) | Mode::AuthClient(mine) | Mode::Idle(mine) if mine == slot => {
                self.mode = Mode::Commands;
            }
            Mode::TlsCaller(mine) if mine == slot => {
                self.mode = if ok { Mode::Tls } else { Mode::Commands };
            }
            _ => {}
        }
        if ok && matches!(command, Command::Logout) {
            self.write(|e| {
                e.raw("* BYE logging out").crlf();
            })?;
        }
        self.answer(slot, status);
        if self.state == State::Logout {
            self.mode = Mode::Closed;
        }
        Ok(())
    }

    /// Writes the tagged status, and lets it decide about the state.
    pub(super) fn answer(&mut self, slot: Slot, status: Status) {
        if !matches!(self.mode, Mode::Closed) {
            self.flush_updates();
        }
        let Some(index) = self.pending.iter().position(|pending| pending.slot == slot) else {
            return;
        };
        let Pending { tag, command, .. } = self.pending.remove(index);
        let before = self.state;
        self.state = state::after(&command, &status, before);
        if self.state != before {
            self.state_changed(before);
        }
        let mut status = status;
        if status.is_ok() && status.code.is_none() {
            status.code = match &command {
                Command::Login { .. } | Command::Authenticate { .. } => {
                    Some(Code::Capability(self.capabilities()))
                }
                Command::Select(select) if select.read_only => Some(Code::ReadOnly),
                Command::Select(_) => Some(Code::ReadWrite),
                _ => None,
            };
        }
        self.tagged(&tag, &status);
    }

    pub(super) fn state_changed(&mut self, before: State) {
        let limits = &self.config.limits;
        let line = match self.state {
            State::NotAuthenticated => limits.line_before_auth,
            _ => limits.line,
        };
        self.framer
            .set_limits(FrameLimits::new(line, limits.literal_count));
        if before == State::Selected {
            self.updates.clear();
        }
        if self.state == State::NotAuthenticated {
            // RFC 8437 §3: as if the connection were new.
            self.enabled = Capabilities::default();
        }
    }

    /// Sends a SASL challenge in answer to AUTHENTICATE.
    ///
    /// # Errors
    ///
    /// When `slot` is no AUTHENTICATE that waits for the caller.
    pub fn challenge(&mut self, slot: Slot, challenge: &[u8]) -> Result<(), UsageError> {
        if self.mode != Mode::AuthCaller(slot) {
            return Err(UsageError::NoSuchCommand);
        }
        let text = encode::base64(challenge);
        let recorded = self.transcript.take();
        let written = self.write(|e| {
            e.raw("+ ").raw(text).crlf();
        });
        self.transcript = recorded;
        written?;
        if let Some(transcript) = &mut self.transcript {
            transcript.server(format_args!("+ ****"));
        }
        self.mode = Mode::AuthClient(slot);
        Ok(())
    }

    /// TLS is up. Everything learnt before is forgotten (RFC 3501 §6.2.1).
    ///
    /// # Errors
    ///
    /// When STARTTLS was not answered with `OK`, or `input` is not empty: what it holds came in plaintext.
    pub fn tls_established(&mut self, input: &BytesMut) -> Result<(), UsageError> {
        if self.mode != Mode::Tls {
            return Err(UsageError::WrongState);
        }
        if !input.is_empty() {
            return Err(UsageError::InputNotEmpty);
        }
        self.tls = true;
        self.mode = Mode::Commands;
        self.errors = 0;
        self.enabled = Capabilities::default();
        Ok(())
    }

    /// Ends the session with `BYE`, for instance when the server is shut down or a limit of the caller's is reached.
    pub fn shutdown(&mut self, text: impl Into<Text>) {
        if self.mode == Mode::Closed {
            return;
        }
        if !self.fetch_is_open() {
            let status = Status::bye(text);
            let _ = self.write(|e| {
                e.raw("* ").status(&status).crlf();
            });
        }
        self.close();
    }

    pub(super) fn close(&mut self) {
        self.mode = Mode::Closed;
        self.state = State::Logout;
        self.pending.clear();
        self.held = None;
        self.updates.clear();
    }

    /// The connection has ended. Tells whether an APPEND was cut off, whose messages must be forgotten.
    pub fn eof(&mut self) -> Option<Event> {
        let aborted = match self.mode {
            Mode::AppendCaller(slot, _) | Mode::AppendChunks(slot) | Mode::AppendNext(slot) => {
                Some(Event::AppendAborted { slot })
            }
            _ => None,
        };
        self.close();
        aborted
    }
}
