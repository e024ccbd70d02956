//! SMTP from other systems and from users, and LMTP.

use std::{net::SocketAddr, sync::Arc};

use anyhow::Context as _;
use bytes::BytesMut;
use mailweft_address::{ForwardPath, ReversePath};
use mailweft_smtp::{
    Capability, Claim, HelloName, Limits, Mechanism, Reply, Secret, Server, Token, Transcript,
    server::{Acceptor, AuthStep, Config, Event, Slot},
};

use super::{
    System,
    delivery::{self, Arrival, Route},
    sasl::{Exchange, Step},
};
use crate::{
    store::{Draft, Recipient, now},
    wire::Wire,
};

/// Who talks to this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Other systems: mail for local users alone.
    Relay,
    /// Users, who log in and may write to anybody (RFC 6409).
    Submission,
    /// A local mail system that delivers (RFC 2033).
    Lmtp,
}

/// A transaction, from MAIL to the end of the content.
#[derive(Debug)]
struct Transaction {
    arrival: Arrival,
    draft: Option<Draft>,
}

struct Session<'s> {
    system: &'s Arc<System>,
    server: Server,
    peer: SocketAddr,
    hello: Option<HelloName>,
    user: Option<String>,
    transaction: Option<Transaction>,
    acceptor: Option<Acceptor>,
    scram: Option<Exchange>,
    who: String,
}

fn reply(code: u16, enhanced: (u8, u16, u16), text: &str) -> anyhow::Result<Reply> {
    let (class, subject, detail) = enhanced;
    let enhanced = mailweft_smtp::EnhancedCode::new(class, subject, detail)?;
    Ok(Reply::new(code, Some(enhanced), text.to_owned())?)
}

pub(super) async fn session(
    system: &Arc<System>,
    mut wire: Wire,
    peer: SocketAddr,
    role: Role,
    encrypted: bool,
) -> anyhow::Result<()> {
    let mut config = Config::new(system.host.as_str())?
        .lmtp(role == Role::Lmtp)
        .starttls(true)
        .tls(encrypted)
        .offer(Capability::Dsn)
        .limits(Limits::default().message(1 << 32));
    if role == Role::Submission {
        config = config
            .auth([
                Mechanism::SCRAM_SHA_256,
                Mechanism::PLAIN,
                Mechanism::LOGIN,
                Mechanism::CRAM_MD5,
            ])
            .auth_in_clear(system.insecure_auth)
            .require_auth(true);
    }
    let mut server = Server::new(config);
    if system.journal.is_on() {
        server.record(Transcript::new(64 * 1024));
    }
    let mut session = Session {
        system,
        server,
        peer,
        hello: None,
        user: None,
        transaction: None,
        acceptor: None,
        scram: None,
        who: format!("smtp.{}", system.domain),
    };
    let mut input = BytesMut::new();
    loop {
        match session.server.poll(&mut input)? {
            Event::NeedInput => {
                session.write_down();
                let idle = session.server.idle_limit();
                let read = wire.exchange(session.server.output(), &mut input);
                let Ok(read) = tokio::time::timeout(idle, read).await else {
                    return Ok(());
                };
                if read? == 0 {
                    session.server.eof();
                    return Ok(());
                }
            }
            Event::Blocked => wire.flush(session.server.output()).await?,
            Event::StartTls { .. } => {
                session.write_down();
                wire.flush(session.server.output()).await?;
                wire.accept_tls(system.identity.acceptor()).await?;
                session.server.tls_established(&input)?;
                session.hello = None;
                session.user = None;
                session.transaction = None;
            }
            Event::Quit | Event::Closed => {
                session.write_down();
                wire.flush(session.server.output()).await?;
                wire.close().await;
                return Ok(());
            }
            event => session.event(event)?,
        }
    }
}

impl Session<'_> {
    fn event(&mut self, event: Event) -> anyhow::Result<()> {
        match event {
            Event::Hello { slot, name, .. } => {
                self.hello = Some(name);
                self.transaction = None;
                self.server.accept(slot)?;
            }
            Event::Mail { slot, mail, .. } => {
                let sender = match mail.from() {
                    ReversePath::Null => String::new(),
                    ReversePath::Mailbox(address) => address.to_string(),
                };
                let params = mail.params();
                self.transaction = Some(Transaction {
                    arrival: Arrival {
                        sender,
                        recipients: Vec::new(),
                        ret: params.ret().map(|ret| ret.to_string()),
                        envelope_id: params.env_id().map(|id| id.as_str().to_owned()),
                        smtp_utf8: params.smtp_utf8(),
                        eight_bit: params.body() != mailweft_smtp::BodyType::SevenBit,
                    },
                    draft: None,
                });
                self.server.accept(slot)?;
            }
            Event::Rcpt { slot, rcpt, .. } => self.recipient(slot, &rcpt)?,
            Event::Data { slot, .. } => match self.begin() {
                Ok(()) => self.server.accept(slot)?,
                Err(_) => {
                    let full = reply(452, (4, 3, 1), "no room for the message")?;
                    self.server.reply(slot, full)?;
                }
            },
            Event::Body { chunk, .. } => {
                // A draft that cannot be written is dropped, and the end of the content says so.
                if let Some(transaction) = &mut self.transaction {
                    if let Some(draft) = &mut transaction.draft {
                        if draft.write(&chunk).is_err() {
                            transaction.draft = None;
                        }
                    }
                }
            }
            Event::BodyEnd { slots, .. } => {
                let result = self
                    .transaction
                    .take()
                    .map(|transaction| self.finish(transaction));
                for slot in slots {
                    match &result {
                        Some(Ok(id)) => {
                            let text = format!("stored as {id}");
                            self.server.reply(slot, reply(250, (2, 0, 0), &text)?)?;
                        }
                        _ => {
                            let failed = reply(451, (4, 3, 0), "the message could not be stored")?;
                            self.server.reply(slot, failed)?;
                        }
                    }
                }
            }
            Event::BodyAborted { .. } | Event::Reset => self.transaction = None,
            Event::Auth {
                slot,
                mechanism,
                initial,
                ..
            } => {
                self.acceptor = None;
                self.scram = None;
                if mechanism == Mechanism::SCRAM_SHA_256 {
                    self.scram = Exchange::new(self.system, mechanism.as_str());
                    return self.scram(slot, initial.as_ref());
                }
                let acceptor = if mechanism == Mechanism::CRAM_MD5 {
                    let number = self.system.next_number();
                    let host = &self.system.host;
                    Some(Acceptor::cram_md5(format!("<{number}.{}@{host}>", now())))
                } else {
                    Acceptor::new(&mechanism)
                };
                let mut acceptor = acceptor.context("a mechanism that is not offered")?;
                let step = acceptor.start(initial.as_ref());
                self.acceptor = Some(acceptor);
                self.authenticate(slot, step)?;
            }
            Event::AuthResponse { slot, response, .. } => {
                if self.scram.is_some() {
                    return self.scram(slot, Some(&response));
                }
                let acceptor = self.acceptor.as_mut().context("no exchange")?;
                let step = acceptor.respond(&response);
                self.authenticate(slot, step)?;
            }
            Event::AuthCancelled => {
                self.acceptor = None;
                self.scram = None;
            }
            Event::Command { slot, command, .. } => {
                let answer = match command {
                    mailweft_smtp::Command::Vrfy(_) => {
                        reply(252, (2, 5, 2), "send some mail, I will try my best")?
                    }
                    mailweft_smtp::Command::Help(_) => reply(214, (2, 0, 0), "RFC 5321")?,
                    _ => reply(502, (5, 5, 1), "not implemented")?,
                };
                self.server.reply(slot, answer)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn recipient(&mut self, slot: Slot, rcpt: &mailweft_smtp::Rcpt) -> anyhow::Result<()> {
        let transaction = self.transaction.as_mut().context("RCPT without MAIL")?;
        let address = match rcpt.to() {
            ForwardPath::Postmaster => format!("postmaster@{}", self.system.domain),
            ForwardPath::Mailbox(address) => address.to_string(),
        };
        let refusal = match self.system.route(&address) {
            Route::Local(_) => None,
            Route::Unknown => Some(reply(550, (5, 1, 1), "there is no such mailbox here")?),
            Route::Elsewhere if self.user.is_some() => None,
            Route::Elsewhere => Some(reply(550, (5, 7, 1), "no mail for others is taken here")?),
        };
        match refusal {
            Some(refusal) => self.server.reply(slot, refusal)?,
            None => {
                let params = rcpt.params();
                transaction.arrival.recipients.push(Recipient {
                    address,
                    notify: params.notify().map(|notify| notify.to_string()),
                    original: params.original_recipient().map(|original| {
                        format!(
                            "{};{}",
                            original.kind().as_str(),
                            original.address().as_str()
                        )
                    }),
                });
                self.server.accept(slot)?;
            }
        }
        Ok(())
    }

    /// Begins the file with the trace field of this hop.
    fn begin(&mut self) -> anyhow::Result<()> {
        let transaction = self.transaction.as_mut().context("DATA without MAIL")?;
        let mut draft = self.system.store.draft()?;
        let mut received = mailweft_smtp::Received::new(
            HelloName::new(self.system.host.clone())?,
            self.server.protocol(),
            now(),
            0,
        )
        .id(Token::new(format!("{:X}", self.system.next_number()))?);
        if let Some(hello) = self.hello.clone() {
            received = received.from(hello, Some(self.peer.ip()), None);
        }
        draft.write(received.to_string().as_bytes())?;
        transaction.draft = Some(draft);
        Ok(())
    }

    /// Stores and queues the message; only then may it be acknowledged.
    fn finish(&self, transaction: Transaction) -> anyhow::Result<String> {
        let draft = transaction
            .draft
            .context("the draft could not be written")?;
        delivery::accept(self.system, &transaction.arrival, draft)
    }

    /// Goes on with an exchange, or ends it.
    fn authenticate(
        &mut self,
        slot: Slot,
        step: Result<AuthStep, mailweft_smtp::ParseError>,
    ) -> anyhow::Result<()> {
        let claim = match step {
            Ok(AuthStep::Challenge(challenge)) => {
                self.server.challenge(slot, &challenge)?;
                return Ok(());
            }
            Ok(AuthStep::Claim(claim)) => claim,
            Err(_) => {
                self.server.reply(slot, Reply::BAD_BASE64)?;
                return Ok(());
            }
        };
        self.acceptor = None;
        let user = self.user_of(&claim);
        self.log_in(slot, user)
    }

    /// Goes on with an exchange that rsasl runs, or ends it.
    fn scram(&mut self, slot: Slot, message: Option<&Secret>) -> anyhow::Result<()> {
        let exchange = self.scram.as_mut().context("no exchange")?;
        let user = match exchange.step(message.map(|message| &message.expose()[..])) {
            Step::Challenge(challenge) => {
                self.server.challenge(slot, &challenge)?;
                return Ok(());
            }
            Step::User(user) => Some(user),
            Step::Wrong => None,
        };
        self.scram = None;
        self.log_in(slot, user)
    }

    fn log_in(&mut self, slot: Slot, user: Option<String>) -> anyhow::Result<()> {
        match user {
            Some(user) => {
                self.user = Some(user);
                self.server.accept(slot)?;
            }
            None => {
                let wrong = reply(535, (5, 7, 8), "wrong name or password")?;
                self.server.reply(slot, wrong)?;
            }
        }
        Ok(())
    }

    /// The user that a claim makes good. Nobody acts on behalf of another.
    fn user_of(&self, claim: &Claim) -> Option<String> {
        match claim {
            Claim::Password {
                authzid,
                user,
                password,
            } => {
                let alone = authzid.as_ref().is_none_or(|authzid| authzid == user);
                let found = self.system.check_password(user.as_str(), password.expose());
                found.filter(|_| alone)
            }
            Claim::Digest { user, .. } => {
                let password = self.system.users.get(user.as_str())?;
                claim
                    .matches(&password.clone().into())
                    .then(|| user.as_str().to_owned())
            }
            _ => None,
        }
    }

    fn write_down(&mut self) {
        let Some(transcript) = self.server.transcript() else {
            return;
        };
        for line in transcript.take().lines() {
            self.system.journal.tell(&self.who, line);
        }
    }
}
