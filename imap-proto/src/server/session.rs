//! The session itself: where it is, what it owes, and what it has to say.

use alloc::{collections::VecDeque, vec::Vec};
use core::time::Duration;

use bytes::{Bytes, BytesMut};

use super::{
    event::{Config, Event, Slot},
    fetch::OpenFetch,
};
use crate::{
    encode::{self, Encoder, Wire},
    error::{Error, ParseError, PeerError, UsageError},
    frame::{self, Fault, Frame, FrameLimits, Framer, LiteralHeader, Policy, Role, Step},
    parse::{self, AppendPart, Incoming},
    state::{self, State},
    types::{
        capability::{Capabilities, Capability},
        code::Code,
        command::{AppendData, Command, TaggedCommand},
        mailbox::Mailbox,
        response::{Data, Response, Status, StatusKind},
        sequence::SequenceSet,
        syntax::{Parsed, Repairs, Syntax},
        text::{Tag, Text},
    },
};

/// The server's side of an IMAP connection.
///
/// Give [`poll`](Self::poll) the input and answer the events that carry a [`Slot`]; write [`output`](Self::output) out
/// whenever it returns [`Event::NeedInput`] or [`Event::Blocked`].
///
/// # Examples
///
/// ```
/// use bytes::BytesMut;
/// use mailweft_imap::{Command, Data, Server, Status, server::{Config, Event}};
///
/// let mut server = Server::new(Config::new());
/// let mut input = BytesMut::from("a1 LOGIN mrc secret\r\na2 SELECT INBOX\r\n");
/// loop {
///     match server.poll(&mut input)? {
///         Event::NeedInput => break,
///         Event::Login { slot, user, password } => {
///             assert!(user == "mrc" && password.reveal() == b"secret");
///             server.reply(slot, Status::ok("welcome"))?;
///         }
///         Event::Command { slot, command: Command::Select(_) } => {
///             server.send(slot, Data::Exists(18))?;
///             server.reply(slot, Status::ok("selected"))?;
///         }
///         event => panic!("{event:?}"),
///     }
/// }
/// let said = String::from_utf8(server.output().to_vec())?;
/// assert!(said.starts_with("* OK [CAPABILITY IMAP4rev1 "));
/// assert!(said.ends_with("* 18 EXISTS\r\na2 OK [READ-WRITE] selected\r\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Server {
    config: Config,
    state: State,
    tls: bool,
    enabled: Capabilities,
    framer: Framer,
    pub(super) mode: Mode,
    /// Commands that wait for their answers, in the order they came.
    pending: Vec<Pending>,
    /// A command that must wait until others are answered.
    held: Option<TaggedCommand>,
    /// What of the last command broke the grammar.
    repairs: Repairs,
    next_slot: u32,
    pub(super) out: BytesMut,
    /// A FETCH response that is written piece by piece.
    pub(super) fetch: Option<OpenFetch>,
    updates: VecDeque<Data>,
    errors: usize,
    /// Octets of literals that this command has kept so far.
    kept: u64,
}

#[derive(Clone, Debug)]
struct Pending {
    slot: Slot,
    tag: Tag,
    command: Command,
}

/// What the session waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Greeting,
    Commands,
    /// The caller, who has been told of a step of AUTHENTICATE.
    AuthCaller(Slot),
    /// The client's answer to a challenge.
    AuthClient(Slot),
    Idle(Slot),
    /// The caller, who has been told of a message that is announced.
    AppendCaller(Slot, LiteralHeader),
    /// The octets of a message.
    AppendChunks(Slot),
    /// What follows a message: the end of the line, or the next one.
    AppendNext(Slot),
    /// The caller, who has been told of STARTTLS.
    TlsCaller(Slot),
    /// The handshake.
    Tls,
    Closed,
}

impl Server {
    /// A session at the start of a connection. The greeting is in the output after the first [`poll`](Self::poll).
    pub fn new(config: Config) -> Self {
        let limits = FrameLimits::new(config.limits.line_before_auth, config.limits.literal_count);
        Self {
            state: State::NotAuthenticated,
            tls: config.tls,
            enabled: Capabilities::default(),
            framer: Framer::new(Role::Server, limits),
            mode: Mode::Greeting,
            pending: Vec::new(),
            held: None,
            repairs: Repairs::NONE,
            next_slot: 0,
            out: BytesMut::new(),
            fetch: None,
            updates: VecDeque::new(),
            errors: 0,
            kept: 0,
            config,
        }
    }

    /// Takes the next thing off the front of `input`.
    ///
    /// # Errors
    ///
    /// [`PeerError`] when the session cannot go on: too many malformed commands in a row, or a refused literal that is
    /// too big to be skipped. The farewell is in the output.
    pub fn poll(&mut self, input: &mut BytesMut) -> Result<Event, Error> {
        loop {
            match self.mode {
                Mode::Greeting => self.greet(),
                Mode::Closed => {
                    input.clear();
                    return Ok(Event::Closed);
                }
                Mode::AuthCaller(_) | Mode::AppendCaller(..) | Mode::TlsCaller(_) => {
                    return Ok(Event::Blocked);
                }
                Mode::Tls => {
                    // What comes before the handshake is over is not for this session.
                    return Ok(Event::NeedInput);
                }
                Mode::AuthClient(slot) => match self.framer.next_line(input) {
                    Step::Frame(frame) => return self.auth_line(slot, &frame),
                    Step::Fault(fault, raw) => {
                        self.mode = Mode::Commands;
                        return self.line_fault(fault, raw);
                    }
                    _ => return Ok(Event::NeedInput),
                },
                Mode::Idle(slot) => match self.framer.next_line(input) {
                    Step::Frame(frame) if parse::is_done(frame.bytes()) => {
                        self.mode = Mode::Commands;
                        return Ok(Event::IdleDone { slot });
                    }
                    Step::Frame(frame) => {
                        self.mode = Mode::Commands;
                        let status = Status::bad("expected DONE");
                        self.answer(slot, status.clone());
                        return self.violation(frame.bytes().clone(), None, status);
                    }
                    Step::Fault(fault, raw) => {
                        self.mode = Mode::Commands;
                        return self.line_fault(fault, raw);
                    }
                    _ => return Ok(Event::NeedInput),
                },
                Mode::Commands | Mode::AppendChunks(_) | Mode::AppendNext(_) => {
                    if let Some(event) = self.next_command(input)? {
                        return Ok(event);
                    }
                }
            }
        }
    }

    /// What the framer has, when commands are what comes. `None` when the answer was the session's own business.
    fn next_command(&mut self, input: &mut BytesMut) -> Result<Option<Event>, Error> {
        if let Some(held) = self.held.take() {
            if !self.may_start(&held.command) {
                self.held = Some(held);
                return Ok(Some(Event::Blocked));
            }
            return self.start(held, input);
        }
        if self.pending.len() >= self.config.limits.pipeline {
            return Ok(Some(Event::Blocked));
        }
        Ok(Some(match self.framer.next(input) {
            Step::NeedInput => Event::NeedInput,
            Step::Literal(header) => return self.announced(header, input),
            Step::Chunk(chunk) => match self.mode {
                Mode::AppendChunks(slot) => Event::AppendChunk { slot, chunk },
                _ => return Ok(None),
            },
            Step::ChunkEnd => match self.mode {
                Mode::AppendChunks(slot) => {
                    self.mode = Mode::AppendNext(slot);
                    Event::AppendMessageEnd { slot }
                }
                _ => return Ok(None),
            },
            Step::Fault(fault, raw) => {
                self.kept = 0;
                if let Mode::AppendNext(slot) | Mode::AppendChunks(slot) = self.mode {
                    return Ok(Some(self.append_aborted(slot, "command too long")));
                }
                return self.line_fault(fault, raw).map(Some);
            }
            Step::Frame(frame) => {
                self.kept = 0;
                return self.framed(&frame, input);
            }
        }))
    }

    /// A whole command.
    fn framed(&mut self, frame: &Frame, input: &mut BytesMut) -> Result<Option<Event>, Error> {
        let parsed = parse::command(frame, &self.syntax());
        if let Mode::AppendNext(slot) = self.mode {
            return Ok(Some(match parsed {
                Ok(_) => {
                    self.mode = Mode::Commands;
                    Event::AppendEnd { slot }
                }
                Err(_) => self.append_aborted(slot, "syntax error in APPEND"),
            }));
        }
        let raw = frame.bytes();
        match parsed {
            Ok(Parsed { value, .. }) if matches!(value.command, Command::Other { .. }) => {
                let status = Status::bad("unknown command");
                self.tagged(&value.tag, &status);
                self.violation(raw.clone(), None, status).map(Some)
            }
            Ok(Parsed { value, repairs }) => {
                self.errors = 0;
                self.repairs = repairs;
                if !self.may_start(&value.command) {
                    self.held = Some(value);
                    return Ok(Some(Event::Blocked));
                }
                self.start(value, input)
            }
            // An empty line is no command; clients that send one mean no harm.
            Err(_) if raw.trim_ascii().is_empty() => Ok(None),
            Err(error) => {
                let status = Status::bad(alloc::format!("syntax error: {error}"));
                self.answer_line(raw, &status);
                self.violation(raw.clone(), Some(error), status).map(Some)
            }
        }
    }

    /// Whether a command may be handed out beside those that wait for their answers (RFC 3501 §5.5).
    fn may_start(&self, command: &Command) -> bool {
        self.pending
            .iter()
            .all(|pending| state::may_follow(&pending.command, command))
    }

    /// Hands a command out, or answers it here.
    fn start(
        &mut self,
        command: TaggedCommand,
        input: &mut BytesMut,
    ) -> Result<Option<Event>, Error> {
        let TaggedCommand { tag, command } = command;
        if let Some(status) = self.refusal(&command) {
            self.tagged(&tag, &status);
            let raw = Bytes::from(alloc::format!("{tag} {command}"));
            return self.violation(raw, None, status).map(Some);
        }
        match &command {
            Command::Capability => {
                let capabilities = self.capabilities();
                self.write(|e| {
                    e.response(&Response::Data(Data::Capability(capabilities)))
                        .crlf();
                })?;
                self.tagged(&tag, &Status::ok("done"));
                return Ok(None);
            }
            Command::Enable(wanted) => {
                self.enable(wanted.clone())?;
                self.tagged(&tag, &Status::ok("done"));
                return Ok(None);
            }
            _ => {}
        }
        let slot = self.remember(tag, &command);
        Ok(Some(match command {
            Command::Login { user, password } => Event::Login {
                slot,
                user,
                password,
            },
            Command::Authenticate { mechanism, initial } => {
                self.mode = Mode::AuthCaller(slot);
                Event::Authenticate {
                    slot,
                    mechanism,
                    initial,
                }
            }
            Command::StartTls => {
                self.mode = Mode::TlsCaller(slot);
                let discarded = input.split().freeze();
                Event::StartTls { slot, discarded }
            }
            Command::Compress(mechanism) => Event::Compress { slot, mechanism },
            Command::Logout => Event::Logout { slot },
            Command::Idle => {
                self.mode = Mode::Idle(slot);
                self.write(|e| {
                    e.raw("+ idling").crlf();
                })?;
                self.flush_updates();
                Event::Idle { slot }
            }
            Command::Select(_) => {
                if self.state == State::Selected && self.tells_closed() {
                    self.write(|e| {
                        e.raw("* OK [CLOSED] previous mailbox").crlf();
                    })?;
                }
                // What there was to tell of the mailbox before is of no use any more.
                self.updates.clear();
                Event::Command { slot, command }
            }
            command => Event::Command { slot, command },
        }))
    }

    /// Why a command cannot be taken now.
    fn refusal(&self, command: &Command) -> Option<Status> {
        if !state::allowed(command, self.state) {
            return Some(Status::bad("not allowed in this state"));
        }
        match command {
            Command::Login { .. } | Command::Authenticate { .. }
                if self.config.require_tls && !self.tls =>
            {
                Some(Status::no("encryption needed").with_code(Code::PrivacyRequired))
            }
            Command::StartTls if self.tls => Some(Status::bad("TLS is active")),
            Command::StartTls
                if !self
                    .config
                    .capabilities_before_auth
                    .has(&Capability::STARTTLS) =>
            {
                Some(Status::bad("no TLS here"))
            }
            Command::Id(Some(id)) if id.iter().any(|(name, _)| name.as_bytes().len() > 30) => {
                Some(Status::bad("field name too long"))
            }
            _ => None,
        }
    }

    fn remember(&mut self, tag: Tag, command: &Command) -> Slot {
        let slot = Slot(self.next_slot);
        self.next_slot = self.next_slot.wrapping_add(1);
        // What the order of commands depends on; the message of an APPEND is not kept here.
        let command = match command {
            Command::Login { user, .. } => Command::Login {
                user: user.clone(),
                password: crate::types::text::Secret::default(),
            },
            command => command.clone(),
        };
        self.pending.push(Pending { slot, tag, command });
        slot
    }

    fn pending(&self, slot: Slot) -> Result<&Pending, UsageError> {
        self.pending
            .iter()
            .find(|pending| pending.slot == slot)
            .ok_or(UsageError::NoSuchCommand)
    }

    // Literals.

    /// A literal is announced: an argument, or a message.
    fn announced(
        &mut self,
        header: LiteralHeader,
        input: &mut BytesMut,
    ) -> Result<Option<Event>, Error> {
        let head = self.framer.head(input);
        if let Mode::AppendNext(slot) = self.mode {
            return self.next_message(slot, header, &head).map(Some);
        }
        match parse::command_head(&head, header, &self.syntax()) {
            Ok(Incoming::Append {
                tag,
                mailbox,
                replaces,
                part,
            }) if part.catenate.is_none() => {
                let command = append_of(&mailbox, replaces.as_ref());
                if !self.may_start(&command) {
                    return Ok(Some(Event::Blocked));
                }
                if let Some(status) = self.refusal(&command) {
                    self.tagged(&tag, &status);
                    return self.refuse_literal(header, head, status).map(Some);
                }
                if header.size > self.config.limits.append {
                    let status = too_big();
                    self.tagged(&tag, &status);
                    return self.refuse_literal(header, head, status).map(Some);
                }
                let slot = self.remember(tag, &command);
                self.mode = Mode::AppendCaller(slot, header);
                Ok(Some(message_event(slot, mailbox, replaces, part, header)))
            }
            // What cannot be read is framed to its end all the same, and refused there.
            Ok(_) | Err(_) => self.argument(header, head),
        }
    }

    /// A literal that is an argument: kept if it is within the limits.
    fn argument(&mut self, header: LiteralHeader, head: Bytes) -> Result<Option<Event>, Error> {
        let limits = &self.config.limits;
        let most = match self.state {
            State::NotAuthenticated => limits.literal_before_auth,
            _ => limits.literal,
        };
        self.kept = self.kept.saturating_add(header.size);
        if header.size > most || self.kept > limits.literals {
            self.kept = 0;
            let status = too_big();
            self.answer_line(&head, &status);
            return self.refuse_literal(header, head, status).map(Some);
        }
        if header.sync {
            self.write(|e| {
                e.raw("+ go on").crlf();
            })?;
        }
        self.framer.decide(Policy::Buffer);
        Ok(None)
    }

    fn refuse_literal(
        &mut self,
        header: LiteralHeader,
        head: Bytes,
        status: Status,
    ) -> Result<Event, Error> {
        self.framer.decide(Policy::Reject);
        if !header.sync && header.size > self.config.limits.skip {
            return Err(self.fatal(PeerError::Literal(header.size)));
        }
        self.violation(head, None, status)
    }

    /// Another message of a MULTIAPPEND is announced.
    fn next_message(
        &mut self,
        slot: Slot,
        header: LiteralHeader,
        head: &Bytes,
    ) -> Result<Event, Error> {
        let behind = head.slice(self.framer.last_hole().min(head.len())..);
        let behind = match behind.strip_prefix(b")") {
            Some(rest) => behind.slice_ref(rest),
            None => behind,
        };
        let pending = self.pending(slot)?;
        let (mailbox, replaces) = match &pending.command {
            Command::Append(append) => (append.mailbox.clone(), None),
            Command::Replace {
                uid,
                number,
                append,
            } => (append.mailbox.clone(), Some((*uid, number.clone()))),
            _ => (Mailbox::INBOX, None),
        };
        let part = parse::append_part(&behind, header, &self.syntax());
        match part {
            Ok(part) if part.catenate.is_none() && header.size <= self.config.limits.append => {
                self.mode = Mode::AppendCaller(slot, header);
                Ok(message_event(slot, mailbox, replaces, part, header))
            }
            _ => {
                self.framer.decide(Policy::Reject);
                if !header.sync && header.size > self.config.limits.skip {
                    return Err(self.fatal(PeerError::Literal(header.size)));
                }
                Ok(self.append_aborted(slot, "malformed or too big a message"))
            }
        }
    }

    fn append_aborted(&mut self, slot: Slot, why: &'static str) -> Event {
        self.mode = Mode::Commands;
        self.answer(slot, Status::bad(why));
        Event::AppendAborted { slot }
    }

    // What the caller says.

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
    fn flush_updates(&mut self) {
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
    fn answer(&mut self, slot: Slot, status: Status) {
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

    fn state_changed(&mut self, before: State) {
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
        self.write(|e| {
            e.raw("+ ").raw(text).crlf();
        })?;
        self.mode = Mode::AuthClient(slot);
        Ok(())
    }

    fn auth_line(&mut self, slot: Slot, frame: &Frame) -> Result<Event, Error> {
        match parse::sasl_line(frame.bytes()) {
            Ok(Some(data)) => {
                self.mode = Mode::AuthCaller(slot);
                Ok(Event::AuthResponse { slot, data })
            }
            Ok(None) => {
                self.mode = Mode::Commands;
                self.answer(slot, Status::bad("AUTHENTICATE cancelled"));
                Ok(Event::AuthCancelled { slot })
            }
            Err(error) => {
                self.mode = Mode::Commands;
                let status = Status::bad("not base64");
                self.answer(slot, status.clone());
                // What was sent may be a secret.
                self.violation(Bytes::new(), Some(error), status)
            }
        }
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

    fn close(&mut self) {
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

    // What there is to know.

    /// What is to be written to the client. Take what was written off the front.
    pub const fn output(&mut self) -> &mut BytesMut {
        &mut self.out
    }

    /// Whether more input could be of use now.
    pub fn wants_read(&self) -> bool {
        !matches!(
            self.mode,
            Mode::Closed
                | Mode::AuthCaller(_)
                | Mode::AppendCaller(..)
                | Mode::TlsCaller(_)
                | Mode::Tls
        ) && self.held.is_none()
            && self.pending.len() < self.config.limits.pipeline
    }

    /// Whether the session is over: write the output out and close.
    pub const fn is_closed(&self) -> bool {
        matches!(self.mode, Mode::Closed)
    }

    /// The state of the connection.
    pub const fn state(&self) -> State {
        self.state
    }

    /// What the client has enabled (RFC 5161).
    pub const fn enabled(&self) -> &Capabilities {
        &self.enabled
    }

    /// What of the last command broke the grammar and was understood nevertheless.
    pub const fn repairs(&self) -> &Repairs {
        &self.repairs
    }

    /// Whether TLS is up.
    pub const fn is_tls(&self) -> bool {
        self.tls
    }

    /// How long the client may be silent: RFC 3501 §5.4 asks for at least 30 minutes, IDLE included.
    pub const fn idle_limit(&self) -> Duration {
        match self.state {
            // Not to be held open by somebody nobody knows.
            State::NotAuthenticated => Duration::from_secs(3 * 60),
            _ => Duration::from_secs(30 * 60),
        }
    }

    /// The capabilities of the present state.
    pub fn capabilities(&self) -> Capabilities {
        if self.state != State::NotAuthenticated {
            return self.config.capabilities.clone();
        }
        let locked = self.config.require_tls && !self.tls;
        self.config
            .capabilities_before_auth
            .iter()
            .filter(|capability| !(self.tls && **capability == Capability::STARTTLS))
            .filter(|capability| !(locked && capability.auth().is_some()))
            .cloned()
            .chain(locked.then_some(Capability::LOGINDISABLED))
            .collect()
    }

    fn enable(&mut self, wanted: Vec<Capability>) -> Result<(), UsageError> {
        const CAN_BE: [Capability; 5] = [
            Capability::CONDSTORE,
            Capability::QRESYNC,
            Capability::UTF8_ACCEPT,
            Capability::IMAP4REV2,
            Capability::UIDONLY,
        ];
        let new: Vec<Capability> = wanted
            .into_iter()
            .filter(|one| CAN_BE.contains(one) && self.config.capabilities.has(one))
            .filter(|one| !self.enabled.has(one))
            .collect();
        self.enabled = self
            .enabled
            .iter()
            .cloned()
            .chain(new.iter().cloned())
            .collect();
        self.write(|e| {
            e.response(&Response::Data(Data::Enabled(new))).crlf();
        })
    }

    fn tells_closed(&self) -> bool {
        self.enabled.has(&Capability::QRESYNC) || self.enabled.has(&Capability::IMAP4REV2)
    }

    fn utf8(&self) -> bool {
        self.enabled.has(&Capability::UTF8_ACCEPT) || self.enabled.has(&Capability::IMAP4REV2)
    }

    fn syntax(&self) -> Syntax {
        let mut syntax = Syntax::interop()
            .with_utf8(self.utf8())
            .with_depth(self.config.limits.depth)
            .with_nodes(self.config.limits.nodes);
        syntax.tolerance = self.config.tolerance;
        syntax
    }

    // What is written.

    /// Writes whole lines, or nothing when a value cannot be written.
    pub(super) fn write(&mut self, write: impl FnOnce(&mut Encoder<'_>)) -> Result<(), UsageError> {
        if self.fetch_is_open() {
            return Err(UsageError::LiteralOpen);
        }
        self.write_anyway(write)
    }

    pub(super) fn write_anyway(
        &mut self,
        write: impl FnOnce(&mut Encoder<'_>),
    ) -> Result<(), UsageError> {
        let before = self.out.len();
        let wire = Wire::server(self.utf8());
        let mut encoder = Encoder::new(&mut self.out, wire);
        write(&mut encoder);
        match encoder.finish() {
            Ok(_) => Ok(()),
            Err(invalid) => {
                self.out.truncate(before);
                Err(UsageError::Unwritable(invalid))
            }
        }
    }

    fn tagged(&mut self, tag: &Tag, status: &Status) {
        let _ = self.write(|e| {
            e.raw(tag.as_bytes()).sp().status(status).crlf();
        });
    }

    /// Answers a line that is no command: with its tag, if it has one.
    fn answer_line(&mut self, line: &[u8], status: &Status) {
        let tag =
            frame::tag_of(line).and_then(|tag| Tag::new(core::str::from_utf8(tag).ok()?).ok());
        match tag {
            Some(tag) => self.tagged(&tag, status),
            // Nothing is open that could forbid it: lines are read between responses only.
            None => {
                let _ = self.write(|e| {
                    e.raw("* ").status(status).crlf();
                });
            }
        }
    }

    fn line_fault(&mut self, fault: Fault, raw: Bytes) -> Result<Event, Error> {
        let status = Status::bad(match fault {
            Fault::LineTooLong(_) => "line too long",
            Fault::TooManyLiterals(_) => "too many literals",
        });
        self.answer_line(&raw, &status);
        self.violation(raw, None, status)
    }

    /// Reports what was refused; too much of it ends the session.
    fn violation(
        &mut self,
        raw: Bytes,
        error: Option<ParseError>,
        answer: Status,
    ) -> Result<Event, Error> {
        self.errors = self.errors.saturating_add(1);
        if self.errors > self.config.limits.errors {
            return Err(self.fatal(PeerError::TooManyErrors));
        }
        Ok(Event::Violation { raw, error, answer })
    }

    fn fatal(&mut self, error: PeerError) -> Error {
        self.shutdown("too many errors");
        Error::Peer(error)
    }

    fn greet(&mut self) {
        self.mode = Mode::Commands;
        let kind = match self.config.preauth {
            true => StatusKind::PreAuth,
            false => StatusKind::Ok,
        };
        if self.config.preauth {
            self.state = State::Authenticated;
            self.state_changed(State::NotAuthenticated);
        }
        let status = Status::new(kind, self.config.greeting.clone())
            .with_code(Code::Capability(self.capabilities()));
        let _ = self.write(|e| {
            e.raw("* ").status(&status).crlf();
        });
    }

    /// Tells the client that something takes its time: a `+` with a text is never sent unasked, an `OK` may be.
    ///
    /// # Errors
    ///
    /// When a FETCH literal is open.
    pub fn announce(&mut self, status: Status) -> Result<(), UsageError> {
        self.write(|e| {
            e.raw("* ").status(&status).crlf();
        })
    }

    pub(super) fn is_pending(&self, slot: Slot) -> Result<(), UsageError> {
        self.pending(slot).map(drop)
    }
}

fn too_big() -> Status {
    Status::no("literal too big").with_code(Code::TooBig)
}

/// The command that a message is part of, without the message.
fn append_of(mailbox: &Mailbox, replaces: Option<&(bool, SequenceSet)>) -> Command {
    let message = crate::types::command::AppendMessage::with_data(AppendData::Streamed {
        size: 0,
        utf8: false,
    });
    let append = crate::types::command::Append::new(mailbox.clone(), message);
    match replaces {
        Some((uid, number)) => Command::Replace {
            uid: *uid,
            number: number.clone(),
            append,
        },
        None => Command::Append(append),
    }
}

fn message_event(
    slot: Slot,
    mailbox: Mailbox,
    replaces: Option<(bool, SequenceSet)>,
    part: AppendPart,
    header: LiteralHeader,
) -> Event {
    let AppendPart {
        flags, date, utf8, ..
    } = part;
    Event::AppendMessage {
        slot,
        mailbox,
        replaces,
        flags,
        date,
        size: header.size,
        utf8,
    }
}
