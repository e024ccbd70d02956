//! The client's end of a session: requests in, octets out, octets in, events out.

mod config;
mod event;
mod items;

use alloc::{collections::VecDeque, vec::Vec};
use core::time::Duration;

use bytes::{Bytes, BytesMut};

pub use config::{Config, Limits};
pub use event::{CommandId, Event};
use items::Asked;
pub use items::{Item, Items};

use crate::{
    encode::{write_base64_line, write_command},
    error::{Error, PeerError, UsageError},
    frame::{DotDecoder, Ending, Framed, LineFramer, Piece},
    grammar::{MAX_SASL_LINE, is_forbidden},
    parse::{decode_challenge, greeting_timestamp, scan_listing, unique_id_listing},
    state::{State, allows},
    types::{Capabilities, Capability, Command, Response, Secret, Status},
};

/// A session of a POP3 client (RFC 1939), without sockets or clocks.
///
/// [`Client::send`] queues any command and gives it a [`CommandId`]; everything that answers it
/// carries that. Where the server offers PIPELINING, commands leave at once; else each waits until
/// the one before it was answered.
///
/// ```
/// use bytes::BytesMut;
/// use mailweft_pop3::{Client, Command, Password, Text, client::{Config, Event, Item}};
///
/// let mut client = Client::new(Config::new());
/// let mut input = BytesMut::from("+OK ready\r\n");
/// assert!(matches!(client.poll(&mut input)?, Event::Greeting { .. }));
///
/// client.send(Command::User(Text::from_static("mrose")))?;
/// client.send(Command::Pass(Password::new("tanstaaf")?))?;
/// let list = client.send(Command::List(None))?;
/// assert_eq!(client.output().split(), "USER mrose\r\n");
///
/// input.extend_from_slice(b"+OK\r\n+OK\r\n+OK\r\n1 120\r\n.\r\n");
/// let mut octets = 0;
/// loop {
///     match client.poll(&mut input)? {
///         Event::Items { id, items, .. } if id == list => {
///             for item in items {
///                 let Item::Scan(scan) = item else { panic!("no line of LIST") };
///                 octets += scan.octets;
///             }
///         }
///         Event::Done { id, response, .. } if id == list => break assert!(response.is_ok()),
///         Event::NeedInput => panic!("all is there"),
///         _ => {}
///     }
/// }
/// assert_eq!(octets, 120);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Client {
    config: Config,
    framer: LineFramer,
    output: BytesMut,
    state: State,
    capabilities: Option<Capabilities>,
    /// Commands that were sent and not answered, the oldest first.
    sent: VecDeque<(CommandId, Command)>,
    /// Commands that wait for an answer before they may be sent.
    waiting: VecDeque<(CommandId, Command)>,
    next_id: u32,
    reading: Reading,
    /// What the next poll gives, behind an item that ended a response.
    pending: Option<Event>,
    /// The server ends lines in a bare LF.
    bare_lf: bool,
    encrypted: bool,
}

/// What the next octets are.
#[derive(Debug)]
enum Reading {
    Greeting,
    Status,
    /// Lines of a listing or of a capability list, up to a dot.
    Lines(CommandId, Command, Response, Vec<Capability>),
    /// The octets of a message.
    Message(CommandId, Response, DotDecoder),
    /// Lines that no command asked for, up to a dot.
    Stray,
    Tls,
    Over,
}

impl Client {
    /// A session whose greeting has not been read.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self {
            config,
            framer: LineFramer::default(),
            output: BytesMut::new(),
            state: State::Authorization,
            capabilities: None,
            sent: VecDeque::new(),
            waiting: VecDeque::new(),
            next_id: 0,
            reading: Reading::Greeting,
            pending: None,
            bare_lf: false,
            encrypted: false,
        }
    }

    /// A session over a connection that is encrypted from its start (RFC 8314 §3, port 995).
    #[must_use]
    pub fn new_encrypted(config: Config) -> Self {
        Self {
            encrypted: true,
            ..Self::new(config)
        }
    }

    /// Queues a command.
    ///
    /// # Errors
    ///
    /// A command that the state does not allow (as far as it is known: a login that was sent counts
    /// as one that succeeds); one of more than 255 octets; STLS behind other commands or twice; a
    /// password without TLS where [`Config::require_tls`] is set.
    pub fn send(&mut self, command: Command) -> Result<CommandId, UsageError> {
        if !allows(self.expected_state(), &command) {
            return Err(UsageError::State(command.keyword()));
        }
        let secret = matches!(
            command,
            Command::User(_) | Command::Pass(_) | Command::Apop { .. } | Command::Auth { .. }
        );
        if secret && self.config.require_tls && !self.encrypted {
            return Err(UsageError::State("a login without TLS"));
        }
        if matches!(command, Command::Stls) && (self.encrypted || !self.is_idle()) {
            return Err(UsageError::State("STLS"));
        }
        let length = match &command {
            // Counted as they are written, without writing them: they are long and secret.
            Command::Auth { initial, .. } => initial
                .as_ref()
                .map_or(0, |initial| {
                    initial.expose().len().div_ceil(3).saturating_mul(4)
                })
                .saturating_add(28),
            command => command.to_bytes().len(),
        };
        if length > self.config.limits.command {
            return Err(UsageError::CommandTooLong(self.config.limits.command));
        }
        let id = CommandId(self.next_id);
        self.next_id = self.next_id.wrapping_add(1);
        self.waiting.push_back((id, command));
        self.release();
        Ok(id)
    }

    /// The state that will be when all that was queued has been answered well.
    fn expected_state(&self) -> State {
        let mut state = self.state;
        for (_, command) in self.sent.iter().chain(&self.waiting) {
            match command {
                Command::Pass(_) | Command::Apop { .. } | Command::Auth { .. } => {
                    state = State::Transaction;
                }
                Command::Quit => return State::Closed,
                _ => {}
            }
        }
        state
    }

    fn is_idle(&self) -> bool {
        self.sent.is_empty() && self.waiting.is_empty() && matches!(self.reading, Reading::Status)
    }

    /// Writes what may be sent now.
    fn release(&mut self) {
        if matches!(
            self.reading,
            Reading::Greeting | Reading::Tls | Reading::Over
        ) {
            return;
        }
        let pipelining = self.config.pipelining
            && self.state == State::Transaction
            && self
                .capabilities
                .as_ref()
                .is_some_and(Capabilities::has_pipelining);
        while let Some((id, command)) = self.waiting.pop_front() {
            // Answers that change the session, or that the peer may stop to think about, are waited
            // for (RFC 2449 §6.6).
            let last_waits = self.sent.back().is_some_and(|(_, last)| is_barrier(last));
            let full = self.sent.len() >= self.config.limits.pipelined;
            if !self.sent.is_empty() && (!pipelining || last_waits || full) {
                self.waiting.push_front((id, command));
                return;
            }
            write_command(&command, &mut self.output);
            self.sent.push_back((id, command));
        }
    }

    /// Takes the next unit off the front of `input`.
    ///
    /// # Errors
    ///
    /// No greeting; a response line longer than the limit; octets in clear behind the answer to
    /// STLS. The session is over then.
    pub fn poll(&mut self, input: &mut BytesMut) -> Result<Event, Error> {
        // Looked at before it is moved: most calls find nothing here.
        if self.pending.is_some() {
            if let Some(event) = self.pending.take() {
                return Ok(event);
            }
        }
        if let Some(event) = self.whole_lines(input) {
            return Ok(event);
        }
        loop {
            match self.step(input) {
                Ok(Some(event)) => return Ok(event),
                Ok(None) => {}
                Err(error) => {
                    self.close();
                    return Err(error.into());
                }
            }
        }
    }

    /// Takes all lines of a listing that are there, up to one that begins with a dot.
    fn whole_lines(&mut self, input: &mut BytesMut) -> Option<Event> {
        let Reading::Lines(id, command, ..) = &self.reading else {
            return None;
        };
        if matches!(command, Command::Capa) {
            return None;
        }
        let length = self
            .framer
            .whole_lines(input, self.config.limits.response)?;
        let lines = input.split_to(length).freeze();
        let items = Items::of(Asked::by(command), lines);
        Some(Event::Items { id: *id, items })
    }

    /// Takes one unit; `None` where it has nothing to tell.
    fn step(&mut self, input: &mut BytesMut) -> Result<Option<Event>, PeerError> {
        match &mut self.reading {
            Reading::Over => return Ok(Some(Event::Closed)),
            Reading::Tls => return Ok(Some(Event::UpgradeTls)),
            Reading::Message(id, _, decoder) => {
                let id = *id;
                match decoder.next(input) {
                    Piece::NeedInput => return Ok(Some(Event::NeedInput)),
                    Piece::Data(chunk) => return Ok(Some(Event::Body { id, chunk })),
                    Piece::End => {}
                }
                let ended = core::mem::replace(&mut self.reading, Reading::Status);
                return Ok(match ended {
                    Reading::Message(id, response, _) => Some(self.done(id, response)),
                    _ => None,
                });
            }
            Reading::Greeting | Reading::Status | Reading::Lines(..) | Reading::Stray => {}
        }
        let limit = self.config.limits.response;
        let (line, ending) = match self.framer.next(input, limit) {
            Framed::Line(line, ending) => (line, ending),
            Framed::Incomplete => return Ok(Some(Event::NeedInput)),
            Framed::TooLong(_) => return Err(PeerError::LineTooLong(limit)),
        };
        match core::mem::replace(&mut self.reading, Reading::Status) {
            Reading::Greeting => self.greeting(&without_forbidden(line), ending).map(Some),
            Reading::Lines(id, command, response, list) => {
                Ok(self.listed(id, command, response, list, line))
            }
            Reading::Stray => {
                if line.as_ref() != b"." {
                    self.reading = Reading::Stray;
                }
                Ok(Some(Event::Stray { line }))
            }
            _ => self.status_line(without_forbidden(line), input),
        }
    }

    fn greeting(&mut self, line: &Bytes, ending: Ending) -> Result<Event, PeerError> {
        self.bare_lf = ending == Ending::Lf;
        let response = Response::try_from(line).map_err(|_| PeerError::NoGreeting)?;
        if response.is_ok() {
            self.release();
        } else {
            self.close();
        }
        Ok(Event::Greeting {
            timestamp: greeting_timestamp(response.text()),
            response,
            bare_lf: self.bare_lf,
        })
    }

    /// The first line of an answer.
    fn status_line(&mut self, line: Bytes, input: &BytesMut) -> Result<Option<Event>, PeerError> {
        let Ok(response) = Response::try_from(&line) else {
            return Ok(Some(self.stray(line)));
        };
        let Some((id, command)) = self.sent.pop_front() else {
            return Ok(Some(Event::Stray { line }));
        };
        match (response.status(), command) {
            // Some servers write `+OK` where they mean to go on; they do it with nothing behind it.
            (Status::Continue, command @ Command::Auth { .. }) => {
                let challenge = decode_challenge(response.text().as_bytes());
                self.sent.push_front((id, command));
                Ok(Some(Event::AuthChallenge { id, challenge }))
            }
            (Status::Continue, command) => {
                self.sent.push_front((id, command));
                Ok(Some(Event::Stray { line }))
            }
            (Status::Ok, Command::Stls) => {
                if !input.is_empty() {
                    return Err(PeerError::ClearTextAfterStls(input.len()));
                }
                self.reading = Reading::Tls;
                Ok(Some(Event::Done { id, response }))
            }
            (Status::Ok, Command::Pass(_) | Command::Apop { .. } | Command::Auth { .. }) => {
                self.state = State::Transaction;
                // What a server lists may change with the login (RFC 2449 §5).
                Ok(Some(self.done(id, response)))
            }
            (Status::Ok, Command::Retr(_) | Command::Top { .. }) => {
                let decoder = if self.bare_lf {
                    DotDecoder::bare_lf()
                } else {
                    DotDecoder::new()
                };
                self.reading = Reading::Message(id, response.clone(), decoder);
                Ok(Some(Event::MessageBegin { id, response }))
            }
            (Status::Ok, command) if command.has_multiline_response() => {
                self.reading = Reading::Lines(id, command, response, Vec::new());
                Ok(None)
            }
            (Status::Ok, command @ (Command::Stat | Command::List(_) | Command::Uidl(_))) => {
                let text = Bytes::copy_from_slice(response.text().as_bytes());
                let items = Items::one(Asked::by(&command), text);
                self.pending = Some(self.done(id, response));
                Ok(Some(Event::Items { id, items }))
            }
            (_, Command::Quit) => {
                let done = self.done(id, response);
                self.close();
                Ok(Some(done))
            }
            _ => Ok(Some(self.done(id, response))),
        }
    }

    /// One line of a listing or capability list.
    fn listed(
        &mut self,
        id: CommandId,
        command: Command,
        response: Response,
        mut list: Vec<Capability>,
        line: Bytes,
    ) -> Option<Event> {
        if line.as_ref() == b"." {
            if matches!(command, Command::Capa) {
                let capabilities: Capabilities = list.into_iter().collect();
                self.capabilities = Some(capabilities.clone());
                self.pending = Some(self.done(id, response));
                return Some(Event::Capabilities { id, capabilities });
            }
            return Some(self.done(id, response));
        }
        // A line that begins with a dot has one more (RFC 1939 §3).
        let line = match line.first() {
            Some(b'.') => line.slice(1..),
            _ => line,
        };
        let told = if matches!(command, Command::Capa) {
            if list.len() < self.config.limits.capabilities {
                list.push(Capability::from(line.as_ref()));
            }
            None
        } else {
            let items = Items::one(Asked::by(&command), line);
            Some(Event::Items { id, items })
        };
        self.reading = Reading::Lines(id, command, response, list);
        told
    }

    /// A line where an answer should begin. One that looks like a listing begins the rest of an
    /// answer whose first line said `-ERR`: it goes on to a dot.
    fn stray(&mut self, line: Bytes) -> Event {
        if scan_listing(&line).is_ok() || unique_id_listing(&line).is_ok() {
            self.reading = Reading::Stray;
        }
        Event::Stray { line }
    }

    fn done(&mut self, id: CommandId, response: Response) -> Event {
        self.release();
        Event::Done { id, response }
    }

    fn close(&mut self) {
        self.state = State::Closed;
        self.reading = Reading::Over;
    }

    /// Answers a challenge.
    ///
    /// # Errors
    ///
    /// No exchange is going on; a response of more than 12,288 octets (RFC 5034 §4).
    pub fn respond(&mut self, data: &Secret) -> Result<(), UsageError> {
        if !matches!(self.sent.front(), Some((_, Command::Auth { .. }))) {
            return Err(UsageError::State("a SASL response"));
        }
        if data.expose().len().div_ceil(3).saturating_mul(4) > MAX_SASL_LINE.saturating_sub(2) {
            return Err(UsageError::CommandTooLong(MAX_SASL_LINE));
        }
        write_base64_line(b"", data.expose(), &mut self.output);
        Ok(())
    }

    /// Cancels the exchange; the server answers `-ERR`.
    ///
    /// # Errors
    ///
    /// No exchange is going on.
    pub fn cancel(&mut self) -> Result<(), UsageError> {
        if !matches!(self.sent.front(), Some((_, Command::Auth { .. }))) {
            return Err(UsageError::State("a cancellation"));
        }
        self.output.extend_from_slice(b"*\r\n");
        Ok(())
    }

    /// TLS runs: `input` is what will be decrypted from now on. The capabilities learnt before are
    /// forgotten (RFC 2595 §4).
    ///
    /// # Errors
    ///
    /// No [`Event::UpgradeTls`] before; octets in `input`, which can only be clear text.
    pub fn tls_established(&mut self, input: &BytesMut) -> Result<(), UsageError> {
        if !matches!(self.reading, Reading::Tls) {
            return Err(UsageError::State("TLS"));
        }
        if !input.is_empty() {
            return Err(UsageError::InputNotEmpty(input.len()));
        }
        self.framer = LineFramer::default();
        self.capabilities = None;
        self.encrypted = true;
        self.reading = Reading::Status;
        self.release();
        Ok(())
    }

    /// What the server listed last, unless TLS began since.
    #[must_use]
    pub const fn capabilities(&self) -> Option<&Capabilities> {
        self.capabilities.as_ref()
    }

    /// The octets to write to the server; take off what was written.
    pub fn output(&mut self) -> &mut BytesMut {
        &mut self.output
    }

    /// Whether an answer is expected.
    #[must_use]
    pub fn wants_read(&self) -> bool {
        matches!(self.reading, Reading::Greeting)
            || !self.sent.is_empty()
            || !matches!(self.reading, Reading::Status | Reading::Over | Reading::Tls)
    }

    /// How long to wait for the next octets. RFC 1939 gives no figure for clients; a server may take
    /// minutes to lock a maildrop.
    #[must_use]
    pub const fn reply_deadline(&self) -> Duration {
        Duration::from_secs(300)
    }

    /// The connection ended.
    ///
    /// # Errors
    ///
    /// In the middle of an answer, or before one that is owed. A missing answer to QUIT is none.
    pub fn eof(&mut self) -> Result<Event, Error> {
        let only_quit = matches!(
            (self.sent.len(), self.sent.front()),
            (0, _) | (1, Some((_, Command::Quit)))
        );
        let whole = matches!(self.reading, Reading::Status | Reading::Over) && only_quit;
        self.close();
        if whole {
            Ok(Event::Closed)
        } else {
            Err(PeerError::Truncated.into())
        }
    }
}

/// A first line with `?` for each NUL and bare CR: a server that sends one has answered all the same.
fn without_forbidden(line: Bytes) -> Bytes {
    if !line.iter().any(|&b| is_forbidden(b)) {
        return line;
    }
    let shown = |&b: &u8| if is_forbidden(b) { b'?' } else { b };
    line.iter().map(shown).collect()
}

/// Commands that nothing is sent behind before they were answered.
const fn is_barrier(command: &Command) -> bool {
    matches!(
        command,
        Command::User(_)
            | Command::Pass(_)
            | Command::Apop { .. }
            | Command::Auth { .. }
            | Command::Stls
            | Command::Capa
            | Command::Utf8
            | Command::Quit
    )
}
