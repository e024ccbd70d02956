//! The session itself: what was asked, what is answered, and what is known of the server.

use alloc::{collections::VecDeque, vec::Vec};

use bytes::{BufMut, Bytes, BytesMut};

use super::{
    event::{Config, Event, Handle},
    send::Queue,
    split,
};
use crate::{
    encode::{self, LiteralMode, Wire},
    error::{Error, Invalid, PeerError, UsageError},
    frame::{Frame, FrameLimits, Framer, LiteralHeader, Policy, Role, Step},
    parse,
    state::{self, State},
    types::{
        capability::{Capabilities, Capability},
        code::Code,
        command::Command,
        response::{Continue, Data, Response, Status, StatusKind},
        syntax::{Parsed, Repairs, Syntax},
        text::{Secret, Tag},
        transcript::Transcript,
    },
};

/// The client's side of an IMAP connection.
///
/// Give it commands with [`send`](Self::send), write [`output`](Self::output) out, give [`poll`](Self::poll) the input.
/// Each answer comes with the [`Handle`] of its command; [`Event::Done`] ends it.
///
/// # Examples
///
/// ```
/// use bytes::BytesMut;
/// use mailweft_imap::{Client, Command, Data, Mailbox, client::{Config, Event}};
///
/// let mut client = Client::new(Config::new());
/// let mut input = BytesMut::from("* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n");
/// assert!(matches!(client.poll(&mut input)?, Event::Greeting(_)));
///
/// let select = client.send(Command::select(Mailbox::INBOX))?;
/// assert_eq!(client.output().split(), "A1 SELECT INBOX\r\n");
///
/// let mut input = BytesMut::from("* 18 EXISTS\r\nA1 OK [READ-WRITE] selected\r\n");
/// assert_eq!(client.poll(&mut input)?, Event::Data { handle: Some(select), data: Data::Exists(18) });
/// assert!(matches!(client.poll(&mut input)?, Event::Done { handle, status } if handle == select && status.is_ok()));
/// assert_eq!(client.poll(&mut input)?, Event::NeedInput);
/// # Ok::<(), mailweft_imap::Error>(())
/// ```
#[derive(Debug)]
pub struct Client {
    pub(super) config: Config,
    pub(super) state: State,
    pub(super) tls: bool,
    pub(super) mode: Mode,
    pub(super) capabilities: Option<Capabilities>,
    pub(super) enabled: Capabilities,
    pub(super) framer: Framer,
    /// Commands that were sent, or are being sent, in order.
    pub(super) pending: Vec<Pending>,
    /// Commands that must wait until others are answered.
    pub(super) held: VecDeque<Held>,
    /// Commands of which a piece failed, with the first failure: it is told when all pieces are answered.
    pub(super) failed: Vec<(Handle, Status)>,
    pub(super) queue: Queue,
    pub(super) next: u32,
    pub(super) out: BytesMut,
    pub(super) repairs: Repairs,
    /// Octets of literals of this response that are kept.
    pub(super) kept: u64,
    pub(super) transcript: Option<Transcript>,
}

/// A command, or a piece of one, that has not been sent.
#[derive(Debug)]
pub(super) struct Held {
    handle: Handle,
    /// The command as the caller knows it; none when the session itself sends it.
    whole: Option<Handle>,
    command: Command,
}

#[derive(Debug)]
pub(super) struct Pending {
    handle: Handle,
    whole: Option<Handle>,
    tag: Tag,
    command: Command,
    /// What AUTHENTICATE sends on the first `+`, where SASL-IR is not offered.
    initial: Option<Secret>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Greeting,
    Open,
    /// STARTTLS was agreed.
    Tls,
    Closed,
}

impl Client {
    /// A session at the start of a connection: the server speaks first.
    pub fn new(config: Config) -> Self {
        let limits = FrameLimits::new(config.limits.line_before_auth, config.limits.literal_count);
        Self {
            state: State::NotAuthenticated,
            tls: config.tls,
            mode: Mode::Greeting,
            capabilities: None,
            enabled: Capabilities::default(),
            framer: Framer::new(Role::Client, limits),
            pending: Vec::new(),
            held: VecDeque::new(),
            failed: Vec::new(),
            queue: Queue::default(),
            next: 1,
            out: BytesMut::new(),
            repairs: Repairs::NONE,
            kept: 0,
            transcript: None,
            config,
        }
    }

    // What the caller asks.

    /// Gives the session a command. It is sent as soon as the protocol allows: at once, together with those in flight,
    /// unless their answers could be confused or one changes what comes after it (RFC 3501 §5.5).
    ///
    /// A message of APPEND may be [`streamed`](crate::AppendMessage::streamed): [`Event::SendMessage`] asks for it.
    ///
    /// # Errors
    ///
    /// When the command is not allowed in the state that those before it lead to, the server has said that it does not
    /// take it, or an argument cannot be written.
    pub fn send(&mut self, command: impl Into<Command>) -> Result<Handle, UsageError> {
        let command = command.into();
        if self.mode == Mode::Closed {
            return Err(UsageError::Closed);
        }
        if self.mode != Mode::Open || !state::allowed(&command, self.expected_state()) {
            return Err(UsageError::WrongState);
        }
        self.check(&command)?;
        let knows_id = self.capabilities.is_none() || self.has(&Capability::ID);
        if matches!(command, Command::Select(_)) && knows_id {
            if let Some(id) = self.config.identify.take() {
                self.hold(None, Command::Id(Some(id)));
            }
        }
        let handle = Handle(self.next);
        match self.config.command_limit {
            Some(most) => {
                for piece in split::pieces(command, most) {
                    self.hold(Some(handle), piece);
                }
            }
            None => self.hold(Some(handle), command),
        }
        self.release()?;
        Ok(handle)
    }

    fn hold(&mut self, whole: Option<Handle>, command: Command) {
        let handle = Handle(self.next);
        self.next = self.next.wrapping_add(1);
        self.held.push_back(Held {
            handle,
            whole,
            command,
        });
    }

    /// The state when all that has been given to the session succeeds.
    fn expected_state(&self) -> State {
        let ok = Status::ok("");
        self.pending
            .iter()
            .map(|pending| &pending.command)
            .chain(self.held.iter().map(|held| &held.command))
            .fold(self.state, |now, command| state::after(command, &ok, now))
    }

    /// What can be known before a command is written.
    fn check(&self, command: &Command) -> Result<(), UsageError> {
        let lacks = |capability: &Capability| {
            self.capabilities
                .as_ref()
                .is_some_and(|known| !known.has(capability))
        };
        let secret = matches!(
            command,
            Command::Login { .. } | Command::Authenticate { .. }
        );
        match command {
            _ if secret && self.config.require_tls && !self.tls => Err(UsageError::WrongState),
            Command::Login { .. } if self.has(&Capability::LOGINDISABLED) => {
                Err(UsageError::Unsupported)
            }
            Command::StartTls if self.tls || lacks(&Capability::STARTTLS) => {
                Err(UsageError::Unsupported)
            }
            Command::Idle if lacks(&Capability::IDLE) && lacks(&Capability::IMAP4REV2) => {
                Err(UsageError::Unsupported)
            }
            _ => {
                // Written once for nothing, so that a value that cannot be written is refused here and not later.
                let tag = Tag::new("A0").map_err(UsageError::Unwritable)?;
                Queue::default()
                    .push(Handle(0), &tag, command, self.wire())
                    .map_err(UsageError::Unwritable)
            }
        }
    }

    /// Sends the commands that need wait no longer. Returns one that is not allowed any more.
    fn release(&mut self) -> Result<Option<Handle>, UsageError> {
        while let Some(Held { command, .. }) = self.held.front() {
            let free = self.pending.len() < self.config.limits.pipeline
                && self
                    .pending
                    .iter()
                    .all(|pending| state::may_follow(&pending.command, command));
            if !free {
                break;
            }
            let Some(held) = self.held.pop_front() else {
                break;
            };
            if !state::allowed(&held.command, self.expected_state_of_pending()) {
                // Nor are the other pieces of it.
                self.held.retain(|other| other.whole != held.whole);
                return Ok(held.whole);
            }
            self.start(held).map_err(UsageError::Unwritable)?;
        }
        self.queue.pump(&mut self.out);
        Ok(None)
    }

    fn expected_state_of_pending(&self) -> State {
        let ok = Status::ok("");
        self.pending.iter().fold(self.state, |now, pending| {
            state::after(&pending.command, &ok, now)
        })
    }

    fn start(&mut self, held: Held) -> Result<(), Invalid> {
        let Held {
            handle,
            whole,
            command,
        } = held;
        let tag = Tag::new(alloc::format!("A{}", handle.0))?;
        let mut initial = None;
        let command = match command {
            Command::Authenticate {
                mechanism,
                initial: Some(first),
            } if !self
                .config
                .sasl_ir
                .unwrap_or_else(|| self.has(&Capability::SASL_IR)) =>
            {
                initial = Some(first);
                Command::Authenticate {
                    mechanism,
                    initial: None,
                }
            }
            command => command,
        };
        self.queue.push(handle, &tag, &command, self.wire())?;
        self.note(format_args!("{tag} {command}"));
        // What was sent is not kept, above all no secret and no message.
        let command = match command {
            Command::Login { user, .. } => Command::Login {
                user,
                password: Secret::default(),
            },
            Command::Authenticate { mechanism, .. } => Command::Authenticate {
                mechanism,
                initial: None,
            },
            command => command,
        };
        self.pending.push(Pending {
            handle,
            whole,
            tag,
            command,
            initial,
        });
        Ok(())
    }

    /// Records a line of ours.
    fn note(&mut self, line: core::fmt::Arguments<'_>) {
        if let Some(transcript) = &mut self.transcript {
            transcript.client(line);
        }
    }

    fn wire(&self) -> Wire {
        let literal = match self.config.literal_plus {
            Some(true) => LiteralMode::Plus,
            Some(false) => LiteralMode::Sync,
            None if self.has(&Capability::LITERAL_PLUS) => LiteralMode::Plus,
            None if self.has(&Capability::LITERAL_MINUS) || self.has(&Capability::IMAP4REV2) => {
                LiteralMode::Minus
            }
            None => LiteralMode::Sync,
        };
        Wire {
            literal,
            utf8: self.utf8(),
            binary: self.has(&Capability::BINARY) || self.utf8(),
            redact: false,
        }
    }

    fn utf8(&self) -> bool {
        self.enabled.has(&Capability::UTF8_ACCEPT) || self.enabled.has(&Capability::IMAP4REV2)
    }

    /// Gives octets of a message that [`Event::SendMessage`] asked for. Write [`output`](Self::output) out between
    /// chunks, and memory stays constant.
    ///
    /// # Errors
    ///
    /// When the message is not asked for now, or `chunk` is more than was announced.
    pub fn send_chunk(&mut self, handle: Handle, chunk: &[u8]) -> Result<(), UsageError> {
        match self.queue.give(handle, chunk.len()) {
            None => Err(UsageError::NoLiteral),
            Some(Err(())) => Err(UsageError::LiteralSize),
            Some(Ok(())) => {
                self.out.put_slice(chunk);
                if let Some(transcript) = &mut self.transcript {
                    transcript.content('C', chunk.len());
                }
                self.queue.pump(&mut self.out);
                Ok(())
            }
        }
    }

    /// Answers [`Event::Challenge`].
    ///
    /// # Errors
    ///
    /// When `handle` is no AUTHENTICATE in flight.
    pub fn respond(&mut self, handle: Handle, response: &Secret) -> Result<(), UsageError> {
        self.authenticating(handle)?;
        self.note(format_args!("****"));
        let text = encode::base64(response.reveal());
        self.out.put_slice(text.as_bytes());
        self.out.put_slice(b"\r\n");
        Ok(())
    }

    /// Gives an AUTHENTICATE up; the server answers `BAD`.
    ///
    /// # Errors
    ///
    /// When `handle` is no AUTHENTICATE in flight.
    pub fn cancel(&mut self, handle: Handle) -> Result<(), UsageError> {
        self.authenticating(handle)?;
        self.note(format_args!("*"));
        self.out.put_slice(b"*\r\n");
        Ok(())
    }

    fn authenticating(&self, handle: Handle) -> Result<(), UsageError> {
        let found = self.pending.iter().any(|pending| {
            pending.handle == handle && matches!(pending.command, Command::Authenticate { .. })
        });
        match found {
            true => Ok(()),
            false => Err(UsageError::NoSuchCommand),
        }
    }

    /// Ends IDLE: `DONE`. [`Event::Done`] follows.
    ///
    /// # Errors
    ///
    /// When `handle` is no IDLE in flight.
    pub fn idle_done(&mut self, handle: Handle) -> Result<(), UsageError> {
        let found = self
            .pending
            .iter()
            .any(|pending| pending.handle == handle && pending.command == Command::Idle);
        if !found {
            return Err(UsageError::NoSuchCommand);
        }
        self.note(format_args!("DONE"));
        self.out.put_slice(b"DONE\r\n");
        Ok(())
    }

    // What the server says.

    /// Takes the next thing off the front of `input`.
    ///
    /// # Errors
    ///
    /// [`PeerError`] when the session cannot go on: no greeting, a tagged response to a command that was not sent,
    /// plaintext behind STARTTLS.
    pub fn poll(&mut self, input: &mut BytesMut) -> Result<Event, Error> {
        loop {
            match self.mode {
                Mode::Closed => return Ok(Event::Closed),
                Mode::Tls => return Ok(Event::NeedInput),
                Mode::Greeting | Mode::Open => {}
            }
            if let Some(handle) = self.release()? {
                return Ok(Event::NotSent { handle });
            }
            if let Some((handle, size)) = self.queue.ask() {
                return Ok(Event::SendMessage { handle, size });
            }
            return Ok(match self.framer.next(input) {
                Step::NeedInput => Event::NeedInput,
                Step::Literal(header) => match self.announced(header, input) {
                    Some(event) => event,
                    None => continue,
                },
                Step::Chunk(chunk) => {
                    if let Some(transcript) = &mut self.transcript {
                        transcript.content('S', chunk.len());
                    }
                    Event::SectionChunk { chunk }
                }
                Step::ChunkEnd => Event::SectionEnd,
                Step::Fault(_, raw) => Event::Violation { raw, error: None },
                Step::Frame(frame) => {
                    self.kept = 0;
                    match self.framed(&frame, input)? {
                        Some(event) => event,
                        None => continue,
                    }
                }
            });
        }
    }

    /// A literal is announced: kept, streamed or thrown away.
    fn announced(&mut self, header: LiteralHeader, input: &BytesMut) -> Option<Event> {
        let kept = self.kept.saturating_add(header.size);
        let limits = &self.config.limits;
        let small = header.size <= self.config.stream_over && kept <= limits.literals;
        let fits = header.size <= limits.literal && kept <= limits.literals;
        if small && fits {
            self.kept = kept;
            self.framer.decide(Policy::Buffer);
            return None;
        }
        match parse::response_head(&self.framer.head(input), &self.syntax()) {
            Some(announced) => {
                self.framer.decide(Policy::Stream);
                let data = Data::Fetch(announced.message.clone());
                Some(Event::SectionBegin {
                    handle: self.route(&data),
                    message: announced.message,
                    section: announced.section,
                    origin: announced.origin,
                    size: header.size,
                })
            }
            None if fits => {
                self.kept = kept;
                self.framer.decide(Policy::Buffer);
                None
            }
            None => {
                self.framer.decide(Policy::Discard);
                None
            }
        }
    }

    fn framed(&mut self, frame: &Frame, input: &mut BytesMut) -> Result<Option<Event>, Error> {
        let Parsed { value, repairs } = match parse::response(frame, &self.syntax()) {
            Ok(parsed) => parsed,
            Err(error) if self.mode == Mode::Greeting => {
                return Err(self.fatal(PeerError::Greeting(error)));
            }
            // An empty line means no harm.
            Err(_) if frame.bytes().trim_ascii().is_empty() => return Ok(None),
            Err(error) => {
                let raw = frame.bytes().clone();
                let error = Some(error);
                return Ok(Some(Event::Violation { raw, error }));
            }
        };
        self.repairs = repairs;
        let authenticating = self
            .pending
            .iter()
            .any(|pending| matches!(pending.command, Command::Authenticate { .. }));
        if let Some(transcript) = &mut self.transcript {
            match value {
                Response::Continue(_) if authenticating => {
                    transcript.server(format_args!("+ ****"));
                }
                _ => transcript.responses(frame.bytes()),
            }
        }
        if self.mode == Mode::Greeting {
            return self.greeted(value, frame).map(Some);
        }
        match value {
            Response::Data(data) => Ok(Some(self.data(data))),
            Response::Tagged(tag, status) => self.tagged(&tag, status, frame, input),
            Response::Status(status) => Ok(Some(self.untagged(status))),
            Response::Continue(go_on) => Ok(self.continued(&go_on, frame)),
        }
    }

    fn greeted(&mut self, value: Response, frame: &Frame) -> Result<Event, Error> {
        let Response::Status(status) = value else {
            return Err(self.fatal(PeerError::Greeting(not_a_greeting(frame))));
        };
        self.learn(&status);
        match status.kind {
            StatusKind::Ok => {}
            StatusKind::PreAuth if self.config.require_tls && !self.tls => {
                return Err(self.fatal(PeerError::PreAuth));
            }
            StatusKind::PreAuth => self.enter(State::Authenticated),
            StatusKind::Bye => {
                self.mode = Mode::Closed;
                return Ok(Event::Greeting(status));
            }
            StatusKind::No | StatusKind::Bad => {
                return Err(self.fatal(PeerError::Greeting(not_a_greeting(frame))));
            }
        }
        self.mode = Mode::Open;
        Ok(Event::Greeting(status))
    }

    fn data(&mut self, data: Data) -> Event {
        match &data {
            Data::Capability(capabilities) => self.capabilities = Some(capabilities.clone()),
            Data::Enabled(new) => {
                self.enabled = self
                    .enabled
                    .iter()
                    .cloned()
                    .chain(new.iter().cloned())
                    .collect();
            }
            _ => {}
        }
        let handle = self.route(&data);
        Event::Data { handle, data }
    }

    /// The command in flight that `data` answers.
    fn route(&self, data: &Data) -> Option<Handle> {
        self.pending
            .iter()
            .find(|pending| state::answers(&pending.command, &pending.tag, data))
            .and_then(|pending| pending.whole)
    }

    fn untagged(&mut self, status: Status) -> Event {
        self.learn(&status);
        if status.kind == StatusKind::Bye {
            if !self.pending.iter().any(|p| p.command == Command::Logout) {
                self.mode = Mode::Closed;
            }
            return Event::Bye(status);
        }
        let handle = self
            .pending
            .iter()
            .find(|pending| matches!(pending.command, Command::Select(_)))
            .and_then(|pending| pending.whole);
        Event::Status { handle, status }
    }

    fn tagged(
        &mut self,
        tag: &Tag,
        status: Status,
        frame: &Frame,
        input: &mut BytesMut,
    ) -> Result<Option<Event>, Error> {
        let Some(index) = self.pending.iter().position(|pending| pending.tag == *tag) else {
            if self.pending.is_empty() && self.held.is_empty() {
                return Err(self.fatal(PeerError::UnsolicitedTag));
            }
            let raw = frame.bytes().clone();
            return Ok(Some(Event::Violation { raw, error: None }));
        };
        let handle = self
            .pending
            .get(index)
            .map(|pending| pending.handle)
            .unwrap_or(Handle(0));
        if self.queue.has(handle) {
            // Only a refusal of the literal may come before the command is wholly sent.
            if status.is_ok() {
                return Err(self.fatal(PeerError::UnsolicitedTag));
            }
            if self.queue.waiting() == Some(handle) {
                self.queue.forget(handle);
            }
        }
        let Pending { command, whole, .. } = self.pending.remove(index);
        let before = self.state;
        let now = state::after(&command, &status, before);
        if now != before
            || matches!(
                command,
                Command::Login { .. } | Command::Authenticate { .. }
            )
        {
            if status.is_ok() && matches!(before, State::NotAuthenticated) {
                // RFC 3501 §6.1.1: what was learnt before may not hold any more.
                self.capabilities = None;
            }
            self.enter(now);
        }
        self.learn(&status);
        if status.is_ok() {
            match command {
                Command::StartTls => {
                    if !input.is_empty() {
                        return Err(self.fatal(PeerError::TrailingPlaintext));
                    }
                    self.mode = Mode::Tls;
                    return Ok(Some(Event::UpgradeTls { handle }));
                }
                Command::Compress(_) => {
                    let compressed = input.split().freeze();
                    return Ok(Some(Event::StartCompression { handle, compressed }));
                }
                Command::Unauthenticate => {
                    self.capabilities = None;
                    self.enabled = Capabilities::default();
                }
                Command::Logout => self.mode = Mode::Closed,
                _ => {}
            }
        }
        Ok(whole.and_then(|whole| self.done(whole, status)))
    }

    /// A piece of a command is answered; the command is, when all pieces are.
    fn done(&mut self, handle: Handle, status: Status) -> Option<Event> {
        let failed = self.failed.iter().position(|(whole, _)| *whole == handle);
        let open = self.pending.iter().any(|piece| piece.whole == Some(handle))
            || self.held.iter().any(|piece| piece.whole == Some(handle));
        if open {
            if !status.is_ok() && failed.is_none() {
                self.failed.push((handle, status));
            }
            return None;
        }
        let status = match failed {
            Some(index) => self.failed.remove(index).1,
            None => status,
        };
        Some(Event::Done { handle, status })
    }

    fn continued(&mut self, go_on: &Continue, frame: &Frame) -> Option<Event> {
        if self.queue.waiting().is_some() {
            self.queue.go_on();
            self.queue.pump(&mut self.out);
            return None;
        }
        let text = go_on.text.as_str();
        let asked = self.pending.iter_mut().find(|pending| {
            matches!(
                pending.command,
                Command::Authenticate { .. } | Command::Idle
            )
        });
        match asked {
            Some(Pending {
                handle,
                command: Command::Idle,
                ..
            }) => Some(Event::Idling { handle: *handle }),
            Some(pending) => {
                let handle = pending.handle;
                if let Some(initial) = pending.initial.take() {
                    self.note(format_args!("****"));
                    // The server that takes no initial response asks for it with an empty challenge.
                    self.out
                        .put_slice(encode::base64(initial.reveal()).as_bytes());
                    self.out.put_slice(b"\r\n");
                    return None;
                }
                // What is no base64 is shown as it is: some servers send text.
                let data = parse::base64(text.as_bytes()).unwrap_or_else(|| Secret::from(text));
                Some(Event::Challenge { handle, data })
            }
            None => {
                let raw: Bytes = frame.bytes().clone();
                Some(Event::Violation { raw, error: None })
            }
        }
    }

    fn learn(&mut self, status: &Status) {
        if let Some(Code::Capability(capabilities)) = &status.code {
            self.capabilities = Some(capabilities.clone());
        }
    }

    fn enter(&mut self, state: State) {
        self.state = state;
        let limits = &self.config.limits;
        let line = match state {
            State::NotAuthenticated => limits.line_before_auth,
            _ => limits.line,
        };
        self.framer
            .set_limits(FrameLimits::new(line, limits.literal_count));
    }

    fn fatal(&mut self, error: PeerError) -> Error {
        self.mode = Mode::Closed;
        self.pending.clear();
        self.held.clear();
        self.queue.clear();
        Error::Peer(error)
    }

    /// TLS is up. Everything learnt before is forgotten (RFC 3501 §6.2.1): ask for CAPABILITY again.
    ///
    /// # Errors
    ///
    /// When STARTTLS was not agreed, or `input` is not empty: what it holds came in plaintext.
    pub fn tls_established(&mut self, input: &BytesMut) -> Result<(), UsageError> {
        if self.mode != Mode::Tls {
            return Err(UsageError::WrongState);
        }
        if !input.is_empty() {
            return Err(UsageError::InputNotEmpty);
        }
        self.tls = true;
        self.mode = Mode::Open;
        self.capabilities = None;
        self.enabled = Capabilities::default();
        Ok(())
    }

    /// The connection has ended.
    ///
    /// # Errors
    ///
    /// [`PeerError::UnexpectedEof`] when it ended in the middle of a response, or commands wait for answers.
    pub fn eof(&mut self, input: &BytesMut) -> Result<(), Error> {
        let clean = self.framer.is_idle(input) && self.pending.is_empty() && self.held.is_empty();
        let closed = self.mode == Mode::Closed;
        self.mode = Mode::Closed;
        match clean || closed {
            true => Ok(()),
            false => Err(self.fatal(PeerError::UnexpectedEof)),
        }
    }

    fn syntax(&self) -> Syntax {
        let mut syntax = Syntax::interop()
            .with_utf8(self.utf8())
            .with_depth(self.config.limits.depth)
            .with_nodes(self.config.limits.nodes);
        syntax.tolerance = self.config.tolerance;
        syntax
    }
}

fn not_a_greeting(frame: &Frame) -> crate::error::ParseError {
    let byte = frame.bytes().first().copied().unwrap_or_default();
    crate::error::ParseError::new(
        crate::error::ParseErrorKind::UnexpectedByte(byte),
        crate::error::Rule::Response,
        0,
    )
}
