//! The session itself: its state, and the caller's calls outside transactions.

use core::{fmt, time::Duration};

use bytes::BytesMut;

use super::{
    Config, Credentials, Event, Security,
    flights::{Awaited, Flights},
    transaction::Transaction,
};
use crate::{
    encode::{Sink, auth_line_len, write_base64, write_command},
    error::{Error, PeerError, UsageError},
    frame::{ReplyFault, ReplyFramer, ReplyLimits},
    grammar::COMMAND_LINE,
    types::{Auth, Capabilities, Command, Finding, Mechanism, Reply, Secret, Transcript},
};

/// The client's side of a session, without its socket.
///
/// # The loop
///
/// [`poll`](Self::poll) takes whole replies off the front of the caller's buffer and returns what they
/// mean. When it returns [`Event::NeedInput`], write [`output`](Self::output) out, read more, poll again.
/// The client says EHLO by itself (and HELO where that is all a server knows), and STARTTLS as the
/// [`Config`] has it; the first event that wants a decision is [`Event::Ready`].
///
/// ```
/// use bytes::BytesMut;
/// use mailweft_address::Address;
/// use mailweft_smtp::{Client, Mail, Rcpt, client::{Config, Envelope, Event}};
///
/// let mut client = Client::new(Config::new("client.example")?);
/// let mut input = BytesMut::new();
/// let mut replies = [
///     "220 mx.example.org ESMTP\r\n",
///     "250-mx.example.org\r\n250 PIPELINING\r\n",
///     "250 OK\r\n550 5.1.1 no such user\r\n250 OK\r\n",
///     "354 go ahead\r\n",
///     "250 2.6.0 queued\r\n",
///     "221 bye\r\n",
/// ].into_iter();
/// let mut said = Vec::new();
/// loop {
///     match client.poll(&mut input)? {
///         Event::NeedInput => {
///             said.extend_from_slice(&client.output().split());
///             input.extend_from_slice(replies.next().unwrap().as_bytes());
///         }
///         Event::Ready => client.begin(Envelope::new(
///             Mail::new(Address::parse("joe@client.example")?),
///             [
///                 Rcpt::new(Address::parse("bob@example.org")?),
///                 Rcpt::new(Address::parse("ann@example.org")?),
///             ],
///         ))?,
///         Event::SendBody => {
///             let mut content: &[u8] = b"Subject: hello\r\n\r\n.\r\n";
///             while !content.is_empty() {
///                 let taken = client.body(content)?;
///                 content = &content[taken..];
///                 said.extend_from_slice(&client.output().split());
///             }
///             client.body_end()?;
///         }
///         Event::Done { deliveries } => {
///             assert!(!deliveries[0].is_delivered() && deliveries[1].is_delivered());
///             client.quit()?;
///         }
///         Event::Closed { .. } => break,
///         _ => {}
///     }
/// }
/// assert_eq!(
///     String::from_utf8(said)?,
///     "EHLO client.example\r\nMAIL FROM:<joe@client.example>\r\nRCPT TO:<bob@example.org>\r\n\
///      RCPT TO:<ann@example.org>\r\nDATA\r\nSubject: hello\r\n\r\n..\r\n.\r\nQUIT\r\n",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Client {
    pub(super) config: Config,
    pub(super) phase: Phase,
    pub(super) secured: bool,
    pub(super) authenticated: bool,
    pub(super) offers: Capabilities,
    pub(super) flights: Flights,
    pub(super) transaction: Option<Transaction>,
    /// Transactions so far, for MAILMAX (RFC 9422 §4.1).
    pub(super) transactions: u64,
    /// A transaction is open at the server that is none here: RSET goes before the next.
    pub(super) stale: bool,
    /// The first message of an exchange, kept back until it is asked for.
    pub(super) initial: Option<Secret>,
    /// What runs the exchange, where it is not the caller.
    pub(super) credentials: Option<Credentials>,
    /// An event behind the one that was returned.
    pub(super) queued: Option<Event>,
    pub(super) framer: ReplyFramer,
    pub(super) findings: alloc::vec::Vec<Finding>,
    pub(super) out: BytesMut,
    /// Octets ever put into `out`.
    pub(super) written: u64,
    pub(super) transcript: Option<Transcript>,
}

impl fmt::Debug for Client {
    /// Where the session stands. What waits in `output()` may hold a password, and is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("phase", &self.phase)
            .field("secured", &self.secured)
            .field("authenticated", &self.authenticated)
            .field("offers", &self.offers)
            .field("awaited", &self.flights.len())
            .field("output", &self.out.len())
            .finish_non_exhaustive()
    }
}

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// The greeting, EHLO, STARTTLS.
    Opening,
    /// The handshake is due.
    Handshake,
    /// At the caller's disposal.
    Ready,
    /// An authentication is under way.
    Exchange,
    /// A transaction is open.
    Transaction,
    /// QUIT was sent.
    Leaving,
    Closed,
}

impl Client {
    /// A session that has just been connected.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let secured = config.security == Security::Implicit;
        let mut flights = Flights::default();
        flights.push(Awaited::Greeting, 0);
        Self {
            config,
            phase: Phase::Opening,
            secured,
            authenticated: false,
            offers: Capabilities::new(),
            flights,
            transaction: None,
            transactions: 0,
            stale: false,
            initial: None,
            credentials: None,
            queued: None,
            framer: ReplyFramer::default(),
            findings: alloc::vec::Vec::new(),
            out: BytesMut::new(),
            written: 0,
            transcript: None,
        }
    }

    /// Takes the next reply off the front of `input` and says what it means.
    ///
    /// # Errors
    ///
    /// [`Error::Peer`] when the session cannot go on: close the connection. Replies that come before their
    /// commands were sent are among these, and octets in clear behind the answer to STARTTLS.
    pub fn poll(&mut self, input: &mut BytesMut) -> Result<Event, Error> {
        loop {
            if let Some(event) = self.queued.take() {
                return Ok(event);
            }
            match self.phase {
                Phase::Closed => return Ok(Event::Closed { reply: None }),
                Phase::Handshake => return Ok(Event::UpgradeTls),
                _ => {}
            }
            if let Some(event) = self.pump() {
                return Ok(event);
            }
            let limits = ReplyLimits {
                octets: self.config.limits.reply,
                lines: self.config.limits.reply_lines,
            };
            let framed = match self.framer.next(input, limits) {
                Ok(Some(framed)) => framed,
                Ok(None) => return Ok(Event::NeedInput),
                Err(ReplyFault::Endless(lines)) => {
                    return self.fail(PeerError::EndlessReply(lines));
                }
            };
            let reply = match self.read_reply(framed) {
                Ok(reply) => reply,
                Err(error) => return self.fail(PeerError::MalformedReply(error)),
            };
            match self.answer(reply, input) {
                Ok(Some(event)) => return Ok(event),
                Ok(None) => {}
                Err(error) => return self.fail(error),
            }
        }
    }

    /// The octets to send. Write from the front, and advance by what was written, or split all off.
    pub fn output(&mut self) -> &mut BytesMut {
        &mut self.out
    }

    /// Whether the caller should read: not during the handshake, and not at the end.
    #[must_use]
    pub const fn wants_read(&self) -> bool {
        !matches!(self.phase, Phase::Handshake | Phase::Closed)
    }

    /// How long to wait for what is awaited: five minutes for the greeting, MAIL and RCPT, two for DATA,
    /// three for a block of content to leave, ten for the end of a message (RFC 5321 §4.5.3.2). `None` when
    /// nothing is awaited.
    #[must_use]
    pub fn reply_deadline(&self) -> Option<Duration> {
        match self.flights.front() {
            Some(awaited) => Some(awaited.deadline()),
            None if self.transaction.is_some() => Some(Duration::from_secs(3 * 60)),
            None => None,
        }
    }

    /// What the server offers; nothing before [`Event::Ready`], and forgotten with the TLS handshake.
    #[must_use]
    pub const fn capabilities(&self) -> &Capabilities {
        &self.offers
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

    /// What in the last reply was tolerated though the RFC does not have it.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Keeps a record of the session from here on.
    pub fn record(&mut self, transcript: Transcript) {
        self.transcript = Some(transcript);
    }

    /// The record.
    pub const fn transcript(&mut self) -> Option<&mut Transcript> {
        self.transcript.as_mut()
    }

    /// TLS is there. Everything learnt before it is forgotten, and EHLO is said again (RFC 3207 §4.2).
    ///
    /// # Errors
    ///
    /// - no STARTTLS was accepted
    /// - `input` is not empty: what is in it came in clear
    pub fn tls_established(&mut self, input: &BytesMut) -> Result<(), UsageError> {
        if self.phase != Phase::Handshake {
            return Err(UsageError::NotNow {
                call: "tls_established",
                why: "no handshake is due",
            });
        }
        if !input.is_empty() {
            return Err(UsageError::InputNotEmpty(input.len()));
        }
        self.secured = true;
        self.offers = Capabilities::new();
        self.framer.reset();
        self.say_hello();
        Ok(())
    }

    /// Begins an authentication. The first message goes with the command where it fits into 512 octets, and
    /// follows when it is asked for where it does not.
    ///
    /// # Errors
    ///
    /// - before [`Event::Ready`], during a transaction, or when it is through already
    /// - a mechanism that is not offered
    /// - a mechanism that shows the password, without TLS, unless the configuration allows it
    pub fn auth(
        &mut self,
        mechanism: Mechanism,
        initial: Option<Secret>,
    ) -> Result<(), UsageError> {
        self.be_ready("auth")?;
        if self.authenticated {
            return Err(UsageError::NotNow {
                call: "auth",
                why: "the client has authenticated",
            });
        }
        if !self.offers.has_mechanism(&mechanism) {
            return Err(UsageError::NotOffered("the mechanism"));
        }
        if mechanism.is_plaintext() && !self.secured && !self.config.auth_in_clear {
            return Err(UsageError::NotNow {
                call: "auth",
                why: "the password would pass in clear",
            });
        }
        let whole = Auth::new(mechanism, initial);
        let auth = if auth_line_len(&whole) <= COMMAND_LINE {
            whole
        } else {
            self.initial = whole.initial;
            Auth::new(whole.mechanism, None)
        };
        self.phase = Phase::Exchange;
        self.credentials = None;
        self.send(&Command::Auth(auth), Awaited::Auth);
        Ok(())
    }

    /// Runs an authentication by itself: [`Event::Authenticated`] or [`Event::AuthFailed`] follows.
    ///
    /// # Errors
    ///
    /// As [`auth`](Self::auth).
    pub fn authenticate(&mut self, mut credentials: Credentials) -> Result<(), UsageError> {
        let initial = credentials.initial();
        self.auth(credentials.mechanism(), initial)?;
        self.credentials = Some(credentials);
        Ok(())
    }

    /// Answers a challenge.
    ///
    /// # Errors
    ///
    /// No challenge is open.
    pub fn auth_respond(&mut self, response: &Secret) -> Result<(), UsageError> {
        self.be_challenged("auth_respond")?;
        self.send_response(response);
        Ok(())
    }

    pub(super) fn send_response(&mut self, response: &Secret) {
        let start = self.out.len();
        // Writing to a buffer cannot fail.
        let _ = write_base64(response.expose(), &mut Sink(&mut self.out));
        self.out.extend_from_slice(b"\r\n");
        self.count(start);
        if let Some(transcript) = &mut self.transcript {
            transcript.client(format_args!("****"));
        }
        self.flights.push(Awaited::Auth, self.written);
    }

    /// Gives the authentication up; [`Event::AuthFailed`] follows.
    ///
    /// # Errors
    ///
    /// No challenge is open.
    pub fn auth_cancel(&mut self) -> Result<(), UsageError> {
        self.be_challenged("auth_cancel")?;
        self.send_cancel();
        Ok(())
    }

    pub(super) fn send_cancel(&mut self) {
        let start = self.out.len();
        self.out.extend_from_slice(b"*\r\n");
        self.count(start);
        if let Some(transcript) = &mut self.transcript {
            transcript.client(format_args!("*"));
        }
        self.flights.push(Awaited::AuthCancel, self.written);
    }

    fn be_challenged(&self, call: &'static str) -> Result<(), UsageError> {
        if self.phase == Phase::Exchange && self.flights.is_empty() {
            Ok(())
        } else {
            Err(UsageError::NotNow {
                call,
                why: "no challenge is open",
            })
        }
    }

    /// Sends a command outside transactions: NOOP, RSET, VRFY, EXPN, HELP, ETRN, XCLIENT, XFORWARD, or one
    /// that is not known here. [`Event::Reply`] has its answer.
    ///
    /// # Errors
    ///
    /// - before [`Event::Ready`], or during a transaction
    /// - a command that has a call of its own
    /// - a command line that is too long
    pub fn command(&mut self, command: Command) -> Result<(), UsageError> {
        self.be_ready("command")?;
        match command {
            Command::Noop(_)
            | Command::Rset
            | Command::Vrfy(_)
            | Command::Expn(_)
            | Command::Help(_)
            | Command::Etrn(_)
            | Command::Atrn(_)
            | Command::Xclient(_)
            | Command::Xforward(_)
            | Command::Other(_) => {}
            _ => {
                return Err(UsageError::NotNow {
                    call: "command",
                    why: "it has a call of its own",
                });
            }
        }
        let start = self.out.len();
        write_command(&command, &mut self.out);
        let len = self.out.len().saturating_sub(start);
        if len > self.config.limits.command {
            self.out.truncate(start);
            return Err(UsageError::LineTooLong(len));
        }
        self.count(start);
        self.note(&command);
        self.flights.push(
            Awaited::Command(alloc::boxed::Box::new(command)),
            self.written,
        );
        Ok(())
    }

    /// Says QUIT. [`Event::Closed`] follows.
    ///
    /// # Errors
    ///
    /// During a transaction whose content is being sent, an authentication, the handshake, and at the end.
    pub fn quit(&mut self) -> Result<(), UsageError> {
        let amid =
            self.transaction.is_some() || matches!(self.phase, Phase::Handshake | Phase::Exchange);
        if amid || matches!(self.phase, Phase::Leaving | Phase::Closed) {
            return Err(UsageError::NotNow {
                call: "quit",
                why: "something else is under way",
            });
        }
        self.leave();
        Ok(())
    }

    pub(super) fn leave(&mut self) {
        self.phase = Phase::Leaving;
        self.send(&Command::Quit, Awaited::Quit);
    }

    /// The server closed the connection.
    ///
    /// # Errors
    ///
    /// Replies are still awaited. Whether the server took a message whose end had been sent is not known
    /// then: RFC 5321 §4.5.3.2.6 has it sent again, at the risk of a second copy.
    pub fn eof(&mut self) -> Result<Event, Error> {
        let awaited = !self.flights.is_empty() || self.transaction.is_some();
        let leaving = matches!(self.phase, Phase::Leaving | Phase::Closed);
        self.close();
        if awaited && !leaving {
            Err(PeerError::Closed.into())
        } else {
            Ok(Event::Closed { reply: None })
        }
    }

    pub(super) fn close(&mut self) {
        self.phase = Phase::Closed;
        self.flights.clear();
        self.transaction = None;
    }

    fn fail(&mut self, error: PeerError) -> Result<Event, Error> {
        self.close();
        Err(error.into())
    }

    pub(super) fn be_ready(&self, call: &'static str) -> Result<(), UsageError> {
        let why = match self.phase {
            Phase::Ready => return Ok(()),
            Phase::Opening | Phase::Handshake => "the session is not ready",
            Phase::Exchange => "an authentication is under way",
            Phase::Transaction => "a transaction is open",
            Phase::Leaving | Phase::Closed => "the session is over",
        };
        Err(UsageError::NotNow { call, why })
    }

    /// EHLO, or LHLO.
    pub(super) fn say_hello(&mut self) {
        self.phase = Phase::Opening;
        let name = self.config.name.clone();
        let command = if self.config.lmtp {
            Command::Lhlo(name)
        } else {
            Command::Ehlo(name)
        };
        self.send(&command, Awaited::Ehlo);
    }

    pub(super) fn send(&mut self, command: &Command, awaited: Awaited) {
        let start = self.out.len();
        write_command(command, &mut self.out);
        self.count(start);
        self.note(command);
        self.flights.push(awaited, self.written);
    }

    pub(super) fn note(&mut self, command: &Command) {
        let Some(transcript) = &mut self.transcript else {
            return;
        };
        match command {
            Command::Auth(auth) if auth.initial().is_some() => {
                transcript.client(format_args!("AUTH {} ****", auth.mechanism()));
            }
            command => transcript.client(format_args!("{command}")),
        }
    }

    /// Counts what was put into the output from `start` on.
    pub(super) fn count(&mut self, start: usize) {
        let put = self.out.len().saturating_sub(start);
        self.written = self
            .written
            .saturating_add(u64::try_from(put).unwrap_or(u64::MAX));
    }

    /// Octets that have left the output.
    pub(super) fn sent(&self) -> u64 {
        self.written
            .saturating_sub(u64::try_from(self.out.len()).unwrap_or(u64::MAX))
    }

    pub(super) fn read_reply(
        &mut self,
        framed: crate::frame::FramedReply,
    ) -> Result<Reply, crate::error::ParseError> {
        if let Some(transcript) = &mut self.transcript {
            if matches!(self.flights.front(), Some(Awaited::Auth))
                && framed.last.starts_with(b"334")
            {
                transcript.server(format_args!("334 ****"));
            } else {
                transcript.replies(&framed.lines);
            }
        }
        let (reply, findings) = Reply::read_framed(framed)?;
        self.findings = findings;
        Ok(reply)
    }
}
