//! The session itself: its state, and the calls that do not answer a command.

use core::{fmt, time::Duration};

use bytes::{Bytes, BytesMut};

use super::{
    Aborted, Config, Event, Greeting, Violation, ViolationKind,
    content::Content,
    slots::{self, Queue},
};
use crate::{
    error::{Error, PeerError, UsageError},
    frame::LineFramer,
    state::{State, Trigger, next},
    types::{BodyType, Finding, Protocol, Reply, Transcript},
};

/// The server's side of a session, without its socket.
///
/// # The loop
///
/// [`poll`](Self::poll) takes whole units off the front of the caller's buffer and returns what they mean,
/// one at a time. When it returns [`Event::NeedInput`], everything that can be done is done: write
/// [`output`](Self::output) out, read more, poll again.
///
/// ```
/// use bytes::BytesMut;
/// use mailweft_smtp::{Reply, Server, server::{Config, Event}};
///
/// fn serve(client: &[u8]) -> Result<(Vec<u8>, Vec<u8>), mailweft_smtp::Error> {
///     let mut server = Server::new(Config::new("mx.example.org").unwrap());
///     let (mut input, mut sent, mut message) = (BytesMut::new(), Vec::new(), Vec::new());
///     let mut pieces = client.chunks(100);
///     loop {
///         match server.poll(&mut input)? {
///             Event::NeedInput => {
///                 sent.extend_from_slice(&server.output().split());
///                 match pieces.next() {
///                     Some(piece) => input.extend_from_slice(piece),
///                     None => return Ok((sent, message)),
///                 }
///             }
///             Event::Blocked => sent.extend_from_slice(&server.output().split()),
///             Event::Hello { slot, .. } | Event::Mail { slot, .. } => server.accept(slot)?,
///             Event::Rcpt { slot, rcpt } if rcpt.to().to_string() == "<ann@example.org>" => {
///                 server.accept(slot)?
///             }
///             Event::Rcpt { slot, .. } => server.reply(slot, Reply::NO_SUCH_USER)?,
///             Event::Data { slot, .. } => server.accept(slot)?,
///             Event::Body { chunk } => message.extend_from_slice(&chunk),
///             Event::BodyEnd { slots, .. } => {
///                 for slot in slots {
///                     server.accept(slot)?;
///                 }
///             }
///             Event::BodyAborted { .. } => message.clear(),
///             Event::Quit | Event::Closed => {
///                 sent.extend_from_slice(&server.output().split());
///                 return Ok((sent, message));
///             }
///             _ => {}
///         }
///     }
/// }
///
/// let (sent, message) = serve(
///     b"EHLO client.example\r\nMAIL FROM:<joe@example.com>\r\nRCPT TO:<bob@example.org>\r\n\
///       RCPT TO:<ann@example.org>\r\nDATA\r\nSubject: hello\r\n\r\n..\r\n.\r\nQUIT\r\n",
/// )?;
/// assert_eq!(message, b"Subject: hello\r\n\r\n.\r\n");
/// let sent = String::from_utf8(sent).unwrap();
/// assert!(sent.contains("550 5.1.1 No such user here\r\n250 2.1.5 Recipient OK\r\n354 "));
/// assert!(sent.ends_with("250 2.6.0 Message accepted\r\n221 2.0.0 Bye\r\n"));
/// # Ok::<(), mailweft_smtp::Error>(())
/// ```
///
/// # Answers
///
/// An event with a [`Slot`](super::Slot) is answered with [`accept`](Self::accept), the positive answer that
/// is usual for it, or with [`reply`](Self::reply). RCPT commands that were pipelined come one after the
/// other without waiting for answers; everything else waits until what came before it is answered
/// ([`Event::Blocked`]).
pub struct Server {
    pub(super) config: Config,
    pub(super) state: State,
    pub(super) secured: bool,
    pub(super) authenticated: bool,
    pub(super) hello: Option<Greeting>,
    pub(super) transaction: Option<Transaction>,
    pub(super) slots: Queue<What>,
    pub(super) content: Content,
    pub(super) lines: LineFramer,
    /// An over-long line is being thrown away.
    pub(super) discarding: bool,
    pub(super) greeted: bool,
    pub(super) started: bool,
    /// Octets thrown away at STARTTLS.
    pub(super) injected: usize,
    /// A second event of a unit that had two.
    pub(super) queued: Option<Event>,
    pub(super) errors: usize,
    pub(super) idle: usize,
    pub(super) findings: alloc::vec::Vec<Finding>,
    pub(super) out: BytesMut,
    pub(super) transcript: Option<Transcript>,
}

impl fmt::Debug for Server {
    /// Where the session stands. What waits in `output()` may hold a challenge, and is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("state", &self.state)
            .field("secured", &self.secured)
            .field("authenticated", &self.authenticated)
            .field("transaction", &self.transaction)
            .field("owed", &self.slots.len())
            .field("output", &self.out.len())
            .finish_non_exhaustive()
    }
}

/// What is known of the transaction; dropped as a whole.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Transaction {
    pub(super) smtp_utf8: bool,
    pub(super) body: BodyType,
    pub(super) recipients: usize,
    /// Octets of content so far.
    pub(super) size: u64,
    /// A chunk was taken, and the caller saw its content.
    pub(super) begun: bool,
    /// A chunk was refused: those after it are, too (RFC 3030 §4.2).
    pub(super) failed: bool,
}

/// What a slot was given out for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Hello(Greeting),
    Mail {
        smtp_utf8: bool,
        body: BodyType,
    },
    Rcpt,
    Data,
    Chunk {
        size: u64,
        last: bool,
    },
    Message,
    Auth,
    Vrfy,
    Help,
    Xclient,
    Atrn,
    Burl {
        last: bool,
    },
    Other,
    /// Nothing the caller answers.
    Session,
}

impl Server {
    /// A session that has just been accepted.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let secured = config.tls;
        Self {
            config,
            state: State::Connected,
            secured,
            authenticated: false,
            hello: None,
            transaction: None,
            slots: Queue::new(),
            content: Content::None,
            lines: LineFramer::default(),
            discarding: false,
            greeted: false,
            started: false,
            injected: 0,
            queued: None,
            errors: 0,
            idle: 0,
            findings: alloc::vec::Vec::new(),
            out: BytesMut::new(),
            transcript: None,
        }
    }

    /// Takes the next unit off the front of `input` and says what it means.
    ///
    /// Poll once before the first read: that queues the greeting, and what is in `input` by then came
    /// before it.
    ///
    /// # Errors
    ///
    /// [`Error::Peer`] when the session cannot go on; the farewell is in `output()`.
    pub fn poll(&mut self, input: &mut BytesMut) -> Result<Event, Error> {
        if let Some(event) = self.queued.take() {
            return Ok(event);
        }
        if !core::mem::replace(&mut self.started, true) && !input.is_empty() {
            return self.early_talk(input.len());
        }
        if !core::mem::replace(&mut self.greeted, true) {
            self.greet();
        }
        loop {
            let event = match self.state {
                State::Closed => return Ok(Event::Closed),
                State::Handshake => {
                    return Ok(Event::StartTls {
                        discarded: self.injected,
                    });
                }
                State::Content | State::Chunk => self.poll_content(input)?,
                _ => self.poll_line(input)?,
            };
            if let Some(event) = event {
                return Ok(event);
            }
        }
    }

    /// The octets to send. Write from the front, and advance by what was written, or split all off.
    pub fn output(&mut self) -> &mut BytesMut {
        &mut self.out
    }

    /// Whether the caller should read: not while answers are open that block what was read already, while
    /// much waits in `output()`, during the handshake, or at the end.
    #[must_use]
    pub fn wants_read(&self) -> bool {
        !self.is_full() && !matches!(self.state, State::Handshake | State::Closed)
    }

    pub(super) fn is_full(&self) -> bool {
        self.slots.len() >= self.config.limits.slots.max(1)
            || self.out.len() >= self.config.limits.output
    }

    /// How long to wait for the client in this state: five minutes (RFC 5321 §4.5.3.2.7).
    #[must_use]
    pub const fn idle_limit(&self) -> Duration {
        Duration::from_secs(300)
    }

    /// TLS is there. Everything learnt before it is forgotten (RFC 3207 §4.2).
    ///
    /// # Errors
    ///
    /// - no STARTTLS was answered
    /// - `input` is not empty: what is in it came in clear
    pub fn tls_established(&mut self, input: &BytesMut) -> Result<(), UsageError> {
        if self.state != State::Handshake {
            return Err(UsageError::NotNow {
                call: "tls_established",
                why: "no handshake is due",
            });
        }
        if !input.is_empty() {
            return Err(UsageError::InputNotEmpty(input.len()));
        }
        self.secured = true;
        self.forget();
        Ok(())
    }

    /// Forgets the client's name, its identity and its transaction, in one place.
    pub(super) fn forget(&mut self) {
        self.state = next(self.state, Trigger::Forget).unwrap_or(self.state);
        self.hello = None;
        self.authenticated = false;
        self.transaction = None;
        self.injected = 0;
        self.lines.reset();
    }

    /// The client closed the connection. What was handed out of an unfinished message is to be forgotten.
    pub fn eof(&mut self) -> Event {
        let begun = self.content_begun();
        self.state = State::Closed;
        self.transaction = None;
        self.content = Content::None;
        self.queued = None;
        self.slots.clear();
        if begun {
            Event::BodyAborted {
                reason: Aborted::ConnectionLost,
            }
        } else {
            Event::Closed
        }
    }

    /// Ends the session from this side, with [`Reply::SHUTTING_DOWN`] or [`Reply::TIMED_OUT`] or another
    /// 421. It leaves behind the answers that are still open.
    ///
    /// # Errors
    ///
    /// Another code than 421.
    pub fn shutdown(&mut self, reply: Reply) -> Result<(), UsageError> {
        if reply.code() != 421 {
            return Err(UsageError::WrongClass {
                event: "shutdown",
                code: reply.code(),
            });
        }
        if self.state != State::Closed {
            self.say(reply);
            self.state = State::Closed;
        }
        Ok(())
    }

    /// Keeps a record of the session from here on. Before the first poll, the greeting is in it.
    pub fn record(&mut self, transcript: Transcript) {
        self.transcript = Some(transcript);
    }

    /// The record.
    pub const fn transcript(&mut self) -> Option<&mut Transcript> {
        self.transcript.as_mut()
    }

    /// Whether TLS is there.
    #[must_use]
    pub const fn is_secured(&self) -> bool {
        self.secured
    }

    /// Whether the client has authenticated.
    #[must_use]
    pub const fn is_authenticated(&self) -> bool {
        self.authenticated
    }

    /// What in the last command was tolerated though the RFC does not have it.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The protocol as a [`Received`](crate::Received) field names it, for the transaction that is open or
    /// has just been completed.
    #[must_use]
    pub fn protocol(&self) -> Protocol {
        let mut protocol = match self.hello {
            Some(Greeting::Ehlo) => Protocol::ESMTP,
            Some(Greeting::Lhlo) => Protocol::LMTP,
            Some(Greeting::Helo) | None => Protocol::SMTP,
        };
        if self.secured {
            protocol = protocol.with_tls();
        }
        if self.authenticated {
            protocol = protocol.with_auth();
        }
        if self
            .transaction
            .is_some_and(|transaction| transaction.smtp_utf8)
        {
            protocol = protocol.with_utf8();
        }
        protocol
    }

    fn greet(&mut self) {
        let mut text = alloc::string::String::from(self.config.name.as_str());
        text.push(' ');
        text.push_str(self.config.greeting.as_str());
        // A name and a text of one line make a line.
        if let Ok(greeting) = Reply::new(220, None, text) {
            self.say(greeting);
        }
    }

    fn early_talk(&mut self, octets: usize) -> Result<Event, Error> {
        if self.config.refuse_early_talk {
            self.greeted = true;
            self.say(Reply::EARLY_TALK);
            self.state = State::Closed;
            return Err(PeerError::EarlyTalk.into());
        }
        Ok(Event::Violation(Violation {
            kind: ViolationKind::EarlyTalk(octets),
            line: Bytes::new(),
            code: 0,
        }))
    }

    /// Says something of the session's own, behind all that is owed.
    pub(super) fn say(&mut self, reply: Reply) {
        self.slots.say(
            What::Session,
            reply,
            &mut self.out,
            self.transcript.as_mut(),
        );
    }

    /// Says something at once, as between a command and its content.
    pub(super) fn say_now(&mut self, reply: &Reply) {
        slots::write(reply, &mut self.out, self.transcript.as_mut());
    }

    /// The end, in error.
    pub(super) fn give_up(&mut self, farewell: Reply, error: PeerError) -> Result<Event, Error> {
        self.slots.clear();
        self.say(farewell);
        self.state = State::Closed;
        self.transaction = None;
        self.content = Content::None;
        Err(error.into())
    }
}
