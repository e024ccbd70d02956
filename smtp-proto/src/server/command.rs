//! Commands: what each means in the state the session is in.

use bytes::BytesMut;

use super::{
    Aborted, Event, Framing, Greeting, Server, ViolationKind, content::Fate, session::What,
};
use crate::{
    error::PeerError,
    state::{State, Trigger, next},
    types::{Auth, Bdat, BodyType, Burl, Command, HelloName, Mail, MailParam, Rcpt, Reply},
};

/// Why a command is not served.
pub(super) enum Refusal {
    /// It is answered and reported.
    Answer(ViolationKind, Reply),
    /// It ends the session.
    Leave(Reply, PeerError),
}

impl Refusal {
    const ORDER: Self = Self::Answer(ViolationKind::OutOfOrder, Reply::BAD_SEQUENCE);
    const UNKNOWN: Self = Self::Answer(ViolationKind::Unknown, Reply::UNKNOWN_COMMAND);
    const NOT_OFFERED: Self = Self::Answer(ViolationKind::Unknown, Reply::NOT_IMPLEMENTED);
    const PARAMETER: Self = Self::Answer(ViolationKind::Parameter, Reply::BAD_PARAMETER);
}

/// Verbs with which other protocols begin, browsers made to talk to a mail server above all.
const FOREIGN: [&str; 9] = [
    "GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "CONNECT", "PATCH", "TRACE",
];

type Served = Result<Option<Event>, Refusal>;

impl Server {
    /// Serves a command; `None` where the session answered it by itself and nobody need know.
    pub(super) fn serve(&mut self, command: Command, input: &mut BytesMut) -> Served {
        match command {
            Command::Helo(name) => self.hello(Greeting::Helo, name),
            Command::Ehlo(name) => self.hello(Greeting::Ehlo, name),
            Command::Lhlo(name) => self.hello(Greeting::Lhlo, name),
            Command::Mail(mail) => self.mail(mail),
            Command::Rcpt(rcpt) => self.rcpt(rcpt),
            Command::Data => self.data(),
            Command::Bdat(bdat) => self.bdat(bdat),
            Command::Rset => Ok(Some(self.reset())),
            Command::Noop(_) => {
                self.say(Reply::OK);
                Ok(None)
            }
            Command::Quit => Ok(Some(self.quit())),
            Command::StartTls => self.starttls(input),
            Command::Auth(auth) => self.auth(auth),
            Command::Vrfy(_) => self.hand_over(What::Vrfy, command),
            Command::Help(_) => self.hand_over(What::Help, command),
            Command::Expn(_) => self.hand_over_if("EXPN", What::Other, command),
            Command::Etrn(_) => self.hand_over_if("ETRN", What::Other, command),
            Command::Atrn(_) => self.hand_over_if("ATRN", What::Atrn, command),
            Command::Xclient(_) => self.xclient(command),
            Command::Xforward(_) => self.hand_over_if("XFORWARD", What::Other, command),
            Command::Burl(burl) => self.burl(burl),
            Command::Other(_) if self.config.other_commands => self.hand_over(What::Other, command),
            Command::Other(other)
                if self.hello.is_none() && FOREIGN.iter().any(|verb| other.verb().is(verb)) =>
            {
                Err(Refusal::Leave(
                    Reply::OTHER_PROTOCOL,
                    PeerError::OtherProtocol,
                ))
            }
            Command::Other(_) => Err(Refusal::UNKNOWN),
        }
    }

    fn expect(&self, trigger: Trigger) -> Result<(), Refusal> {
        match next(self.state, trigger) {
            Some(_) => Ok(()),
            None => Err(Refusal::ORDER),
        }
    }

    /// Whether a keyword is offered at all; STARTTLS, SIZE and AUTH are seen to elsewhere.
    fn offers(&self, keyword: &str) -> bool {
        self.config.offers.has(keyword)
    }

    fn hand_over(&mut self, what: What, command: Command) -> Served {
        Ok(Some(Event::Command {
            slot: self.slots.open(what),
            command,
        }))
    }

    fn hand_over_if(&mut self, keyword: &str, what: What, command: Command) -> Served {
        if self.offers(keyword) {
            self.hand_over(what, command)
        } else {
            Err(Refusal::NOT_OFFERED)
        }
    }

    /// EHLO, HELO, LHLO (RFC 5321 §4.1.1.1, RFC 2033 §4.1): a transaction that was open is gone.
    fn hello(&mut self, greeting: Greeting, name: HelloName) -> Served {
        let lmtp = greeting == Greeting::Lhlo;
        if lmtp != self.config.lmtp {
            return Err(Refusal::UNKNOWN);
        }
        self.expect(Trigger::Hello)?;
        let aborted = self.withdraw();
        if self.state != State::Connected {
            self.state = State::Ready;
        }
        let slot = self.slots.open(What::Hello(greeting));
        let event = Event::Hello {
            slot,
            greeting,
            name,
        };
        Ok(Some(self.after(aborted, event)))
    }

    /// Drops the transaction whole; tells whether the caller holds content of it.
    fn withdraw(&mut self) -> bool {
        let begun = self.content_begun();
        self.transaction = None;
        begun
    }

    /// An event, behind the news that content was withdrawn where there was some.
    fn after(&mut self, aborted: bool, event: Event) -> Event {
        if aborted {
            self.queued = Some(event);
            Event::BodyAborted {
                reason: Aborted::Withdrawn,
            }
        } else {
            event
        }
    }

    /// What mail needs before it: TLS, an identity.
    fn admitted(&self) -> Result<(), Refusal> {
        if self.config.require_tls && !self.secured {
            return Err(Refusal::Answer(
                ViolationKind::Required,
                Reply::TLS_REQUIRED,
            ));
        }
        if self.config.require_auth && !self.authenticated {
            return Err(Refusal::Answer(
                ViolationKind::Required,
                Reply::AUTH_REQUIRED,
            ));
        }
        Ok(())
    }

    /// MAIL (RFC 5321 §4.1.1.2), with the parameters of what is offered.
    fn mail(&mut self, mail: Mail) -> Served {
        self.admitted()?;
        self.expect(Trigger::Mail)?;
        for param in mail.params() {
            self.mail_param(param)?;
        }
        let smtp_utf8 = mail.params().smtp_utf8();
        if !mail.from().is_ascii() && !smtp_utf8 {
            return Err(Refusal::Answer(ViolationKind::Parameter, Reply::NON_ASCII));
        }
        let what = What::Mail {
            smtp_utf8,
            body: mail.params().body(),
        };
        let slot = self.slots.open(what);
        Ok(Some(Event::Mail { slot, mail }))
    }

    fn mail_param(&self, param: &MailParam) -> Result<(), Refusal> {
        match param {
            MailParam::Size(size) if *size > self.config.limits.message => {
                return Err(Refusal::Answer(
                    ViolationKind::TooBig(*size),
                    Reply::TOO_BIG,
                ));
            }
            MailParam::Size(_) => return self.extended(true),
            MailParam::Auth(_) => return self.extended(self.config.mechanisms.is_some()),
            // RFC 8689 §4.1: it makes no sense on a connection without TLS.
            MailParam::RequireTls if !self.secured => {
                return Err(Refusal::Answer(
                    ViolationKind::Required,
                    Reply::TLS_REQUIRED,
                ));
            }
            MailParam::Body(BodyType::SevenBit) => {
                return self.extended(self.offers("8BITMIME") || self.offers("BINARYMIME"));
            }
            _ => {}
        }
        self.extended(self.config.offers.takes_mail_param(param))
    }

    /// A parameter needs its extension, and an extension needs EHLO (RFC 5321 §4.1.1.11).
    fn extended(&self, offered: bool) -> Result<(), Refusal> {
        if offered && self.hello != Some(Greeting::Helo) {
            Ok(())
        } else {
            Err(Refusal::PARAMETER)
        }
    }

    /// RCPT (RFC 5321 §4.1.1.3).
    fn rcpt(&mut self, rcpt: Rcpt) -> Served {
        self.expect(Trigger::Rcpt)?;
        let (utf8, accepted) = self.transaction.map_or((false, 0), |transaction| {
            (transaction.smtp_utf8, transaction.recipients)
        });
        if accepted.saturating_add(self.slots.len()) >= self.config.limits.recipients {
            let kind = ViolationKind::TooManyRecipients;
            return Err(Refusal::Answer(kind, Reply::TOO_MANY_RECIPIENTS));
        }
        for param in rcpt.params() {
            self.extended(self.config.offers.takes_rcpt_param(param))?;
        }
        if !rcpt.to().is_ascii() && !utf8 {
            return Err(Refusal::Answer(ViolationKind::Parameter, Reply::NON_ASCII));
        }
        let slot = self.slots.open(What::Rcpt);
        Ok(Some(Event::Rcpt { slot, rcpt }))
    }

    /// DATA (RFC 5321 §4.1.1.4); not for BINARYMIME, and not amid chunks (RFC 3030 §2).
    fn data(&mut self) -> Served {
        if self.state == State::Envelope {
            return Err(Refusal::Answer(
                ViolationKind::OutOfOrder,
                Reply::NO_RECIPIENTS,
            ));
        }
        self.expect(Trigger::Data)?;
        if self
            .transaction
            .is_some_and(|transaction| transaction.body == BodyType::BinaryMime)
        {
            return Err(Refusal::ORDER);
        }
        let slot = self.slots.open(What::Data);
        Ok(Some(Event::Data {
            slot,
            framing: Framing::Data,
        }))
    }

    /// BDAT (RFC 3030 §2). Whatever the answer, the octets behind it are content and never commands.
    fn bdat(&mut self, bdat: Bdat) -> Served {
        let (size, last) = (bdat.size(), bdat.is_last());
        if size
            > self
                .config
                .limits
                .message
                .saturating_add(self.config.limits.discard_message)
        {
            return Err(Refusal::Leave(
                Reply::TOO_BIG_CLOSING,
                PeerError::EndlessMessage(size),
            ));
        }
        let refusal = match &self.transaction {
            _ if !self.offers("CHUNKING") => Some((ViolationKind::Unknown, Reply::NOT_IMPLEMENTED)),
            Some(transaction) if transaction.failed => {
                Some((ViolationKind::OutOfOrder, Reply::BAD_SEQUENCE))
            }
            Some(transaction)
                if transaction.size.saturating_add(size) > self.config.limits.message =>
            {
                Some((
                    ViolationKind::TooBig(transaction.size.saturating_add(size)),
                    Reply::TOO_BIG,
                ))
            }
            Some(_) if self.state == State::Envelope => {
                Some((ViolationKind::OutOfOrder, Reply::NO_RECIPIENTS))
            }
            Some(_) => None,
            None => Some((ViolationKind::OutOfOrder, Reply::BAD_SEQUENCE)),
        };
        if let Some((kind, reply)) = refusal {
            return Ok(Some(self.refuse_chunk(bdat, kind, reply)));
        }
        if self
            .transaction
            .is_some_and(|transaction| transaction.begun)
        {
            self.begin_chunk(size, last, Fate::Deliver);
            return Ok(None);
        }
        let slot = self.slots.open(What::Chunk { size, last });
        Ok(Some(Event::Data {
            slot,
            framing: Framing::Bdat,
        }))
    }

    /// A chunk that is skipped, and answered when its octets are in.
    fn refuse_chunk(&mut self, bdat: Bdat, kind: ViolationKind, reply: Reply) -> Event {
        let begun = self.content_begun();
        let code = reply.code();
        let envelope = self.state == State::Envelope;
        self.begin_chunk(bdat.size(), bdat.is_last(), Fate::Refuse(reply));
        if envelope {
            // No recipient, no message: the transaction ends with the chunk.
            self.transaction = None;
        }
        let violation = Event::Violation(super::Violation {
            kind,
            line: bytes::Bytes::new(),
            code,
        });
        self.errors = self.errors.saturating_add(1);
        if begun {
            self.queued = Some(violation);
            return Event::BodyAborted {
                reason: Aborted::TooBig,
            };
        }
        violation
    }

    /// BURL (RFC 4468 §3): like a chunk, whose octets are elsewhere.
    fn burl(&mut self, burl: Burl) -> Served {
        if !self.offers("BURL") {
            return Err(Refusal::NOT_OFFERED);
        }
        if self.state == State::Envelope {
            // No recipient, no message: the transaction ends with the command.
            self.transaction = None;
            self.step(Trigger::Reset);
            return Err(Refusal::Answer(
                ViolationKind::OutOfOrder,
                Reply::NO_RECIPIENTS,
            ));
        }
        self.expect(Trigger::ChunkEnd)?;
        if self
            .transaction
            .is_some_and(|transaction| transaction.failed)
        {
            return Err(Refusal::ORDER);
        }
        if let Some(transaction) = &mut self.transaction {
            transaction.begun = true;
        }
        self.hand_over(
            What::Burl {
                last: burl.is_last(),
            },
            Command::Burl(burl),
        )
    }

    /// RSET (RFC 5321 §4.1.1.5).
    fn reset(&mut self) -> Event {
        let aborted = self.withdraw();
        self.step(Trigger::Reset);
        self.say(Reply::RESET_OK);
        self.after(aborted, Event::Reset)
    }

    /// QUIT (RFC 5321 §4.1.1.10).
    fn quit(&mut self) -> Event {
        let aborted = self.withdraw();
        self.say(Reply::BYE);
        self.step(Trigger::Close);
        self.after(aborted, Event::Quit)
    }

    /// STARTTLS (RFC 3207 §4). What the client sent behind it in clear is thrown away, for what is in
    /// front of the handshake could have been put there by anyone (CVE-2011-0411).
    fn starttls(&mut self, input: &mut BytesMut) -> Served {
        if !self.config.starttls {
            return Err(Refusal::NOT_OFFERED);
        }
        if self.secured {
            return Err(Refusal::ORDER);
        }
        self.expect(Trigger::StartTls)?;
        self.say(Reply::READY_TLS);
        self.step(Trigger::StartTls);
        self.injected = input.len();
        input.clear();
        Ok(Some(Event::StartTls {
            discarded: self.injected,
        }))
    }

    /// AUTH (RFC 4954 §4).
    fn auth(&mut self, auth: Auth) -> Served {
        let Some(mechanisms) = &self.config.mechanisms else {
            return Err(Refusal::NOT_OFFERED);
        };
        if self.authenticated || self.hello == Some(Greeting::Helo) {
            return Err(Refusal::ORDER);
        }
        self.expect(Trigger::Auth)?;
        if !self.secured && !self.config.auth_in_clear {
            return Err(Refusal::Answer(
                ViolationKind::Required,
                Reply::AUTH_NEEDS_TLS,
            ));
        }
        if !mechanisms.contains(auth.mechanism().as_str()) {
            return Err(Refusal::Answer(
                ViolationKind::Unknown,
                Reply::BAD_MECHANISM,
            ));
        }
        self.step(Trigger::Auth);
        let slot = self.slots.open(What::Auth);
        let Auth { mechanism, initial } = auth;
        Ok(Some(Event::Auth {
            slot,
            mechanism,
            initial,
        }))
    }

    /// XCLIENT: not amid a transaction; accepted, it takes the session back to its start.
    fn xclient(&mut self, command: Command) -> Served {
        if !self.offers("XCLIENT") {
            return Err(Refusal::NOT_OFFERED);
        }
        self.expect(Trigger::Forget)?;
        self.hand_over(What::Xclient, command)
    }
}
