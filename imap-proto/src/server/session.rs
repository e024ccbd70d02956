//! The session itself: where it is, what it owes, and what it has to say.

use alloc::{collections::VecDeque, vec::Vec};

use bytes::{Bytes, BytesMut};

use super::{
    append::{Messages, append_of},
    event::{Config, Event, Slot},
    fetch::OpenFetch,
};
use crate::{
    encode::{Encoder, Wire},
    error::{Error, ParseError, PeerError, UsageError},
    frame::{self, Fault, Frame, FrameLimits, Framer, LiteralHeader, Policy, Role, Step},
    parse::{self, Incoming},
    state::{self, State},
    types::{
        capability::{Capabilities, Capability},
        code::Code,
        command::{Command, TaggedCommand},
        response::{Data, Response, Status, StatusKind},
        syntax::{Parsed, Repairs},
        text::Tag,
        transcript::Transcript,
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
    pub(super) config: Config,
    pub(super) state: State,
    pub(super) tls: bool,
    pub(super) enabled: Capabilities,
    pub(super) framer: Framer,
    pub(super) mode: Mode,
    /// Commands that wait for their answers, in the order they came.
    pub(super) pending: Vec<Pending>,
    /// A command that must wait until others are answered.
    pub(super) held: Option<TaggedCommand>,
    /// What of the last command broke the grammar.
    pub(super) repairs: Repairs,
    next_slot: u32,
    pub(super) out: BytesMut,
    /// A FETCH response that is written piece by piece.
    pub(super) fetch: Option<OpenFetch>,
    pub(super) updates: VecDeque<Data>,
    pub(super) errors: usize,
    pub(super) transcript: Option<Transcript>,
    /// Octets of literals that this command has kept so far.
    kept: u64,
    pub(super) incoming: Messages,
    /// What is told before anything more is read.
    pub(super) ready: VecDeque<Event>,
}

#[derive(Clone, Debug)]
pub(super) struct Pending {
    pub(super) slot: Slot,
    pub(super) tag: Tag,
    pub(super) command: Command,
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
            transcript: None,
            kept: 0,
            incoming: Messages::default(),
            ready: VecDeque::new(),
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
            if let Some(event) = self.ready.pop_front() {
                return Ok(event);
            }
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
                        if let Some(transcript) = &mut self.transcript {
                            transcript.client(format_args!("DONE"));
                        }
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
                Mode::AppendChunks(slot) => {
                    if let Some(transcript) = &mut self.transcript {
                        transcript.content('C', chunk.len());
                    }
                    Event::AppendChunk { slot, chunk }
                }
                _ => return Ok(None),
            },
            Step::ChunkEnd => match self.mode {
                Mode::AppendChunks(slot) => {
                    self.mode = Mode::AppendNext(slot);
                    // More parts may follow in CATENATE.
                    if self.incoming.catenate {
                        return Ok(None);
                    }
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
        let append = matches!(self.mode, Mode::AppendNext(_));
        match (&mut self.transcript, &parsed) {
            (Some(transcript), Ok(parsed)) if !append => {
                transcript.client(format_args!("{}", parsed.value));
            }
            // What cannot be read may hold a secret all the same.
            (Some(transcript), Err(_)) => transcript.client(format_args!(
                "{} [malformed]",
                frame::tag_of(frame.bytes())
                    .unwrap_or_default()
                    .escape_ascii()
            )),
            _ => {}
        }
        if let Mode::AppendNext(slot) = self.mode {
            return Ok(match parsed {
                Ok(parsed) => self.append_end(slot, &parsed.value.command),
                Err(_) => Some(self.append_aborted(slot, "syntax error in APPEND")),
            });
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

    pub(super) fn pending(&self, slot: Slot) -> Result<&Pending, UsageError> {
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
            return self.next_literal(slot, header, &head);
        }
        match parse::command_head(&head, header, &self.syntax()) {
            Ok(Incoming::Append {
                tag,
                mailbox,
                replaces,
                part,
            }) if self.may_catenate(&part) => {
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
                if let Some(transcript) = &mut self.transcript {
                    let (name, size) = (command.name(), header.size);
                    transcript.client(format_args!("{tag} {name} {mailbox} {{{size}}}"));
                }
                let slot = self.remember(tag, &command);
                self.incoming = Messages::default();
                self.message(slot, mailbox, replaces, part, header);
                Ok(self.ready.pop_front())
            }
            // What cannot be read is framed to its end all the same, and refused there.
            Ok(_) | Err(_) => self.argument(header, head),
        }
    }

    /// Whether a literal is small enough to be kept beside those that are.
    pub(super) fn keeps(&mut self, header: LiteralHeader) -> bool {
        let limits = &self.config.limits;
        let most = match self.state {
            State::NotAuthenticated => limits.literal_before_auth,
            _ => limits.literal,
        };
        self.kept = self.kept.saturating_add(header.size);
        header.size <= most && self.kept <= limits.literals
    }

    /// A literal that is an argument: kept if it is within the limits.
    fn argument(&mut self, header: LiteralHeader, head: Bytes) -> Result<Option<Event>, Error> {
        if !self.keeps(header) {
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

    fn auth_line(&mut self, slot: Slot, frame: &Frame) -> Result<Event, Error> {
        if let Some(transcript) = &mut self.transcript {
            transcript.client(format_args!("****"));
        }
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
            Ok(_) => {
                if let Some(transcript) = &mut self.transcript {
                    transcript.responses(self.out.get(before..).unwrap_or_default());
                }
                Ok(())
            }
            Err(invalid) => {
                self.out.truncate(before);
                Err(UsageError::Unwritable(invalid))
            }
        }
    }

    pub(super) fn tagged(&mut self, tag: &Tag, status: &Status) {
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
    pub(super) fn violation(
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

    pub(super) fn fatal(&mut self, error: PeerError) -> Error {
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
