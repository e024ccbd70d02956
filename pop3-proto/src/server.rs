//! The server's end of a session: octets in, questions out, answers in, octets out.

mod answer;
mod config;
mod event;

use alloc::{string::ToString as _, vec::Vec};
use core::time::Duration;

use bytes::{Bytes, BytesMut};

pub use config::{Config, Limits};
pub use event::{Event, Slot};

use crate::{
    encode::{Word, write_capability, write_number_line, write_response},
    error::{ParseError, UsageError},
    frame::{DotEncoder, Ending, Framed, LineFramer, TopCutter},
    grammar::MAX_SASL_LINE,
    parse::decode_sasl_line,
    state::{State, allows, name},
    types::{Capability, Command, Maildrop, Mechanism, MessageNumber, Response, Text},
};

/// A session of a POP3 server (RFC 1939), without sockets, files or clocks.
///
/// Events ask, the methods answer. STAT, LIST, UIDL, DELE, RSET, NOOP and CAPA the session answers
/// by itself, from the [`Maildrop`] that logging in gave it; for RETR and TOP it asks for the octets of
/// the message, and for QUIT it asks that deletions be carried out before it says that they are.
///
/// Commands may be pipelined: what cannot be taken yet stays in the input.
///
/// ```
/// use bytes::BytesMut;
/// use mailweft_pop3::{Maildrop, Server, Text, UniqueId, server::{Config, Event}};
///
/// let config = Config::new(Text::from_static("mail.example ready")).allow_clear_text_login(true);
/// let mut server = Server::new(config);
/// let mut input = BytesMut::from("USER mrose\r\nPASS tanstaaf\r\nSTAT\r\nRETR 1\r\n");
/// loop {
///     match server.poll(&mut input)? {
///         Event::Login { slot, name, password, .. } => {
///             assert_eq!((name.as_bytes(), password.expose()), (&b"mrose"[..], &b"tanstaaf"[..]));
///             let mut maildrop = Maildrop::new();
///             maildrop.push(17, &UniqueId::new("a1")?);
///             server.open(slot, maildrop)?;
///         }
///         Event::Retr { slot, number, .. } => {
///             assert_eq!(number.get(), 1);
///             server.begin_message(slot)?;
///             server.message(slot, b"Subject: x\r\n\r\ny\r\n")?;
///             server.end_message(slot)?;
///         }
///         Event::NeedInput => break,
///         event => panic!("{event:?}"),
///     }
/// }
/// assert_eq!(
///     server.output(),
///     "+OK mail.example ready\r\n+OK\r\n+OK 1 messages\r\n+OK 1 17\r\n\
///      +OK 17 octets\r\nSubject: x\r\n\r\ny\r\n.\r\n"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Server {
    config: Config,
    framer: LineFramer,
    output: BytesMut,
    state: State,
    doing: Doing,
    maildrop: Maildrop,
    /// The name of the last USER.
    user: Option<Text>,
    next_slot: u32,
    failures: u32,
    violations: u32,
    encrypted: bool,
    utf8: bool,
}

/// What is going on between two commands.
#[derive(Debug)]
enum Doing {
    /// The next line is a command.
    Command,
    /// An answer to this slot is owed.
    Owed(Slot, Question),
    /// The next line belongs to an authentication exchange.
    Exchange,
    /// A listing is being written as the output drains.
    Listing(Listing, usize),
    /// The octets of a message are being written.
    Message(Slot, DotEncoder, Option<TopCutter>),
    /// TLS is about to begin.
    Tls,
    /// The session is over, and says so once more at each poll.
    Over,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question {
    Login,
    Exchange,
    Message(MessageNumber, Option<u32>),
    Commit,
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Listing {
    Scan,
    UniqueId,
}

const OK: Response = Response::ok(Text::EMPTY);

fn err(text: &'static str) -> Response {
    Response::err(Text::from_static(text))
}

/// Numbers and words are never CR, LF or NUL.
fn text(text: alloc::string::String) -> Text {
    Text::try_from(text).unwrap_or_default()
}

impl Server {
    /// A session that has just been connected; the greeting is in its output.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let mut output = BytesMut::new();
        let mut greeting = config.greeting.to_str_lossy().into_owned();
        if let Some(timestamp) = &config.apop_timestamp {
            greeting.push(' ');
            greeting.push_str(&timestamp.to_str_lossy());
        }
        write_response(&Response::ok(text(greeting)), &mut output);
        Self {
            config,
            framer: LineFramer::default(),
            output,
            state: State::Authorization,
            doing: Doing::Command,
            maildrop: Maildrop::new(),
            user: None,
            next_slot: 0,
            failures: 0,
            violations: 0,
            encrypted: false,
            utf8: false,
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

    /// Takes the next unit off the front of `input` and tells what it asks for. What it leaves there
    /// is to be given again: the session cannot take it yet.
    ///
    /// It never fails: whatever a client sends is answered. After [`Event::Closed`] it only repeats
    /// that event.
    ///
    /// # Errors
    ///
    /// None today; the type leaves room, and is the same in every protocol of the family.
    pub fn poll(&mut self, input: &mut BytesMut) -> Result<Event, crate::error::Error> {
        loop {
            match &self.doing {
                Doing::Over => return Ok(Event::Closed),
                Doing::Owed(..) | Doing::Message(..) => return Ok(Event::Blocked),
                Doing::Tls => {
                    // What came behind STLS was sent in clear, by whoever: it is never looked at.
                    let dropped = input.len();
                    input.clear();
                    return Ok(Event::StartTls { dropped });
                }
                Doing::Listing(listing, next) => {
                    let (listing, next) = (*listing, *next);
                    if !self.write_listing(listing, next) {
                        return Ok(Event::Blocked);
                    }
                }
                Doing::Command | Doing::Exchange => {
                    // Answers that nobody reads stop the reading of commands.
                    if self.output.len() >= self.config.limits.output {
                        return Ok(Event::Blocked);
                    }
                    match self.line(input) {
                        Some(event) => return Ok(event),
                        None => continue,
                    }
                }
            }
        }
    }

    /// Takes one line; `None` where it was answered without the caller.
    fn line(&mut self, input: &mut BytesMut) -> Option<Event> {
        let exchange = matches!(self.doing, Doing::Exchange);
        let limit = if exchange {
            MAX_SASL_LINE
        } else {
            self.config.limits.command
        };
        let line = match self.framer.next(input, limit) {
            Framed::Incomplete => return Some(Event::NeedInput),
            Framed::TooLong(front) => {
                self.doing = Doing::Command;
                return Some(self.violation(front, None, "line too long"));
            }
            Framed::Line(line, Ending::CrLf) => line,
            Framed::Line(line, Ending::Lf) if self.config.tolerant => line,
            Framed::Line(line, Ending::Lf) => {
                self.doing = Doing::Command;
                return Some(self.violation(line, None, "line ends in a bare line feed"));
            }
        };
        if exchange {
            return Some(self.exchange_line(line));
        }
        match Command::try_from(line.as_ref()) {
            Ok(command) => self.command(command),
            Err(error) => Some(self.violation(line, Some(error), "syntax error")),
        }
    }

    /// One command, in the order in which the client sent them.
    fn command(&mut self, command: Command) -> Option<Event> {
        if !allows(self.state, &command) {
            let state = name(self.state);
            self.say(&Response::err(text(alloc::format!(
                "{} is not allowed in the {state} state",
                command.keyword()
            ))));
            return self.count_violation();
        }
        match command {
            Command::User(name) if self.may_log_in_in_clear() => {
                self.user = Some(name);
                self.say(&OK);
                None
            }
            Command::Pass(_) if self.user.is_none() => {
                self.say(&err("USER first"));
                None
            }
            Command::Pass(password) => {
                let name = self.user.take().unwrap_or_default();
                let slot = self.ask(Question::Login);
                Some(Event::Login {
                    slot,
                    name,
                    password,
                })
            }
            Command::User(_) => {
                self.say(&err("start TLS first"));
                None
            }
            Command::Apop { name, digest } => match self.config.apop_timestamp.clone() {
                Some(timestamp) => Some(Event::Apop {
                    slot: self.ask(Question::Login),
                    name,
                    digest,
                    timestamp,
                }),
                None => {
                    self.say(&err("APOP is not offered"));
                    None
                }
            },
            Command::Auth { mechanism, initial } if self.offers(&mechanism) => Some(Event::Auth {
                slot: self.ask(Question::Exchange),
                mechanism,
                initial,
            }),
            Command::Auth { .. } => {
                self.say(&err("this mechanism is not offered"));
                None
            }
            Command::AuthList => {
                self.say(&OK);
                let mechanisms: Vec<Mechanism> = self.mechanisms().cloned().collect();
                for mechanism in mechanisms {
                    self.output
                        .extend_from_slice(mechanism.to_string().as_bytes());
                    self.output.extend_from_slice(b"\r\n");
                }
                self.output.extend_from_slice(b".\r\n");
                None
            }
            Command::Capa => {
                self.say(&OK);
                for capability in self.capabilities() {
                    write_capability(&capability, &mut self.output);
                }
                self.output.extend_from_slice(b".\r\n");
                None
            }
            Command::Stls if !self.config.stls || self.encrypted => {
                self.say(&err("TLS is not available"));
                None
            }
            Command::Stls => {
                self.say(&OK);
                self.doing = Doing::Tls;
                None
            }
            Command::Utf8 if self.config.utf8 => {
                self.utf8 = true;
                self.say(&OK);
                None
            }
            Command::Utf8 => {
                self.say(&err("UTF8 is not offered"));
                None
            }
            Command::Lang(tag) => Some(Event::Lang {
                slot: self.ask(Question::Other),
                tag,
            }),
            Command::Noop => {
                self.say(&OK);
                None
            }
            Command::Quit if self.state == State::Transaction => {
                self.state = State::Update;
                Some(Event::Commit {
                    slot: self.ask(Question::Commit),
                    deleted: self.maildrop.deleted().collect(),
                })
            }
            Command::Quit => {
                self.say(&OK);
                Some(self.close())
            }
            Command::Other { keyword, arguments } => Some(Event::Other {
                slot: self.ask(Question::Other),
                keyword,
                arguments,
            }),
            command => self.transaction(&command),
        }
    }

    /// The commands of the TRANSACTION state, for which the maildrop is at hand.
    fn transaction(&mut self, command: &Command) -> Option<Event> {
        let none = || err("no such message");
        match *command {
            Command::Stat => {
                let stat = self.maildrop.stat();
                let line = alloc::format!("{} {}", stat.messages, stat.octets);
                self.say(&Response::ok(text(line)));
            }
            Command::Rset => {
                self.maildrop.reset();
                self.say(&OK);
            }
            Command::List(None) => self.begin_listing(Listing::Scan),
            Command::Uidl(None) => self.begin_listing(Listing::UniqueId),
            Command::List(Some(number)) => {
                let response = self.maildrop.scan(number).map_or_else(none, |scan| {
                    Response::ok(text(alloc::format!("{number} {}", scan.octets)))
                });
                self.say(&response);
            }
            Command::Uidl(Some(number)) => {
                let response = self.maildrop.unique_id(number).map_or_else(none, |id| {
                    Response::ok(text(alloc::format!("{number} {}", id.escape_ascii())))
                });
                self.say(&response);
            }
            Command::Dele(number) => {
                let response = if self.maildrop.delete(number) {
                    OK
                } else {
                    none()
                };
                self.say(&response);
            }
            Command::Retr(number) | Command::Top { number, .. }
                if self.maildrop.scan(number).is_none() =>
            {
                self.say(&none());
            }
            Command::Retr(number) => {
                let slot = self.ask(Question::Message(number, None));
                return Some(Event::Retr { slot, number });
            }
            Command::Top { number, lines } => {
                let slot = self.ask(Question::Message(number, Some(lines)));
                return Some(Event::Top {
                    slot,
                    number,
                    lines,
                });
            }
            _ => self.say(&err("not understood")),
        }
        None
    }

    fn exchange_line(&mut self, line: Bytes) -> Event {
        self.doing = Doing::Command;
        match decode_sasl_line(&line) {
            Ok(Some(data)) => Event::AuthResponse {
                slot: self.ask(Question::Exchange),
                data,
            },
            Ok(None) => {
                self.say(&err("authentication cancelled"));
                Event::AuthCancelled
            }
            Err(error) => self.violation(Bytes::new(), Some(error), "invalid base64"),
        }
    }

    fn begin_listing(&mut self, listing: Listing) {
        let stat = self.maildrop.stat();
        let line = match listing {
            Listing::Scan => alloc::format!("{} messages ({} octets)", stat.messages, stat.octets),
            Listing::UniqueId => alloc::format!("{} messages", stat.messages),
        };
        self.say(&Response::ok(text(line)));
        self.doing = Doing::Listing(listing, 0);
    }

    /// Writes lines until the output is full; whether the listing is at its end.
    fn write_listing(&mut self, listing: Listing, mut next: usize) -> bool {
        while next < self.maildrop.len() {
            if self.output.len() >= self.config.limits.output {
                self.doing = Doing::Listing(listing, next);
                return false;
            }
            if let Some(number) = MessageNumber::from_index(next) {
                let word = match listing {
                    Listing::Scan => self.maildrop.scan(number).map(|s| Word::Number(s.octets)),
                    Listing::UniqueId => self.maildrop.unique_id(number).map(Word::Octets),
                };
                if let Some(word) = word {
                    write_number_line(u64::from(number.get()), word, &mut self.output);
                }
            }
            next = next.saturating_add(1);
        }
        self.output.extend_from_slice(b".\r\n");
        self.doing = Doing::Command;
        true
    }

    fn capabilities(&self) -> Vec<Capability> {
        let mut list = alloc::vec![Capability::Top, Capability::Uidl, Capability::RespCodes];
        list.extend([Capability::AuthRespCode, Capability::Pipelining]);
        if self.state == State::Authorization {
            if self.may_log_in_in_clear() {
                list.push(Capability::User);
            }
            if self.config.stls && !self.encrypted {
                list.push(Capability::Stls);
            }
        }
        let mechanisms: Vec<Mechanism> = self.mechanisms().cloned().collect();
        if !mechanisms.is_empty() {
            list.push(Capability::Sasl(mechanisms));
        }
        if self.config.utf8 {
            list.push(Capability::Utf8 { user: true });
        }
        list.extend(self.config.capabilities.iter().cloned());
        list
    }

    fn mechanisms(&self) -> impl Iterator<Item = &Mechanism> {
        let clear = self.may_log_in_in_clear();
        self.config
            .mechanisms
            .iter()
            .filter(move |mechanism| clear || !sends_password(mechanism))
    }

    fn offers(&self, mechanism: &Mechanism) -> bool {
        self.mechanisms().any(|offered| offered == mechanism)
    }

    fn may_log_in_in_clear(&self) -> bool {
        self.encrypted || self.config.clear_text_login
    }

    fn say(&mut self, response: &Response) {
        write_response(response, &mut self.output);
    }

    fn ask(&mut self, question: Question) -> Slot {
        let slot = Slot(self.next_slot);
        self.next_slot = self.next_slot.wrapping_add(1);
        self.doing = Doing::Owed(slot, question);
        slot
    }

    /// Answers `-ERR` to something that is no command.
    fn violation(&mut self, raw: Bytes, error: Option<ParseError>, what: &'static str) -> Event {
        self.say(&err(what));
        match self.count_violation() {
            Some(closed) => closed,
            None => Event::Violation { raw, error, what },
        }
    }

    fn count_violation(&mut self) -> Option<Event> {
        self.violations = self.violations.saturating_add(1);
        if self.violations < self.config.limits.violations {
            return None;
        }
        self.say(&err("too many errors"));
        Some(self.close())
    }

    fn close(&mut self) -> Event {
        self.state = State::Closed;
        self.doing = Doing::Over;
        Event::Closed
    }

    /// TLS runs: `input` is what will be decrypted from now on. Everything learnt before is
    /// forgotten (RFC 2595 §4).
    ///
    /// # Errors
    ///
    /// No [`Event::StartTls`] before; octets in `input`, which can only be clear text.
    pub fn tls_established(&mut self, input: &BytesMut) -> Result<(), UsageError> {
        if !matches!(self.doing, Doing::Tls) {
            return Err(UsageError::State("TLS"));
        }
        if !input.is_empty() {
            return Err(UsageError::InputNotEmpty(input.len()));
        }
        self.framer = LineFramer::default();
        self.doing = Doing::Command;
        self.user = None;
        self.utf8 = false;
        self.encrypted = true;
        Ok(())
    }

    /// The octets to write to the client; take off what was written.
    pub fn output(&mut self) -> &mut BytesMut {
        &mut self.output
    }

    /// Whether reading more would help: no answer is owed and the output is not full.
    #[must_use]
    pub fn wants_read(&self) -> bool {
        matches!(self.doing, Doing::Command | Doing::Exchange)
            && self.output.len() < self.config.limits.output
    }

    /// Whether the client asked for UTF-8 (RFC 6856 §2).
    #[must_use]
    pub const fn is_utf8(&self) -> bool {
        self.utf8
    }

    /// The maildrop of the session, with its marks.
    #[must_use]
    pub const fn maildrop(&self) -> &Maildrop {
        &self.maildrop
    }

    /// After how long a silence the session may be ended without a word: at least 10 minutes once
    /// logged in (RFC 1939 §3). Deletions are then not carried out.
    #[must_use]
    pub fn idle_limit(&self) -> Duration {
        match self.state {
            State::Authorization => Duration::from_secs(60),
            _ => Duration::from_secs(600),
        }
    }

    /// Ends the session from this side, with a last line. Deletions are not carried out.
    pub fn shutdown(&mut self, response: &Response) {
        if self.state != State::Closed {
            self.say(response);
            self.close();
        }
    }

    /// The connection ended. Deletions are not carried out (RFC 1939 §6).
    pub fn eof(&mut self) -> Event {
        self.close()
    }
}

/// Mechanisms that show the password to whoever listens.
fn sends_password(mechanism: &Mechanism) -> bool {
    [
        Mechanism::PLAIN,
        Mechanism::LOGIN,
        Mechanism::XOAUTH2,
        Mechanism::OAUTHBEARER,
    ]
    .contains(mechanism)
}
