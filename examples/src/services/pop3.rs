//! POP3 over the INBOX of a user.

use std::{io::Read as _, sync::Arc};

use anyhow::Context as _;
use bytes::BytesMut;
use mailweft_pop3::{
    Capability, Digest, Maildrop, Mechanism, MessageNumber, Response, ResponseCode, Secret, Server,
    Text, Transcript, UniqueId,
    server::{Config, Event, Slot},
};

use super::{
    System,
    sasl::{Exchange, Step},
};
use crate::{
    store::{Mailbox, MaildropLock, Message},
    wire::Wire,
};

const WRONG: Response = Response::err(Text::from_static("wrong name or password"));
const FAILED: Response = Response::err(Text::from_static("the mail store failed"));
const BUSY: Response = Response::err(Text::from_static("another session has the maildrop"));

/// What a session has open after login.
struct Open {
    inbox: Mailbox,
    messages: Vec<Message>,
    _lock: MaildropLock,
}

struct Session<'s> {
    system: &'s Arc<System>,
    server: Server,
    open: Option<Open>,
    exchange: Option<Exchange>,
}

pub(super) async fn session(
    system: &Arc<System>,
    mut wire: Wire,
    encrypted: bool,
) -> anyhow::Result<()> {
    let timestamp = format!(
        "<{}.{}.{}@{}>",
        std::process::id(),
        system.next_number(),
        crate::store::now(),
        system.host
    );
    let greeting = format!("{} POP3 ready", system.host);
    let config = Config::new(Text::try_from(greeting)?)
        .apop(Text::try_from(timestamp)?)
        .mechanisms([Mechanism::PLAIN, Mechanism::SCRAM_SHA_256])
        .capabilities([
            Capability::Expire(mailweft_pop3::Expire {
                days: None,
                per_user: false,
            }),
            Capability::Implementation(Text::from_static("mailweft-post-office")),
        ])
        .stls(true)
        .utf8(true)
        .allow_clear_text_login(system.insecure_auth);
    let mut session = Session {
        system,
        server: if encrypted {
            Server::new_encrypted(config)
        } else {
            Server::new(config)
        },
        open: None,
        exchange: None,
    };
    let mut transcript = system.journal.is_on().then(Transcript::new);
    let mut input = BytesMut::new();
    loop {
        match session.server.poll(&mut input)? {
            Event::NeedInput => {
                let idle = session.server.idle_limit();
                session.write_down_output(&mut transcript);
                let already = input.len();
                let read = wire.exchange(session.server.output(), &mut input);
                let Ok(read) = tokio::time::timeout(idle, read).await else {
                    return Ok(());
                };
                if read? == 0 {
                    session.server.eof();
                    return Ok(());
                }
                session.write_down(&mut transcript, &input[already..]);
            }
            Event::Blocked => {
                session.write_down_output(&mut transcript);
                wire.flush(session.server.output()).await?;
            }
            Event::StartTls { .. } => {
                session.write_down_output(&mut transcript);
                wire.flush(session.server.output()).await?;
                wire.accept_tls(system.identity.acceptor()).await?;
                session.server.tls_established(&input)?;
            }
            Event::Retr { slot, number, .. } | Event::Top { slot, number, .. } => {
                session
                    .message(slot, number, &mut wire, &mut transcript)
                    .await?;
            }
            Event::Closed => {
                session.write_down_output(&mut transcript);
                wire.flush(session.server.output()).await?;
                wire.close().await;
                return Ok(());
            }
            event => session.answer(event)?,
        }
    }
}

impl Session<'_> {
    fn answer(&mut self, event: Event) -> anyhow::Result<()> {
        match event {
            Event::Login {
                slot,
                name,
                password,
                ..
            } => {
                let user = self
                    .system
                    .check_password(&name.to_str_lossy(), password.expose());
                self.log_in(slot, user)?;
            }
            Event::Apop {
                slot,
                name,
                digest,
                timestamp,
                ..
            } => {
                let name = name.to_string();
                let user = self.system.users.get(&name).and_then(|password| {
                    let expected = Digest::compute(&timestamp, password.as_bytes());
                    (digest == expected).then_some(name)
                });
                self.log_in(slot, user)?;
            }
            Event::Auth {
                slot,
                mechanism,
                initial,
                ..
            } => {
                self.exchange = Exchange::new(self.system, &mechanism.to_string());
                self.exchange(slot, initial.as_ref())?;
            }
            Event::AuthResponse { slot, data, .. } => self.exchange(slot, Some(&data))?,
            Event::Commit { slot, deleted, .. } => match self.commit(&deleted) {
                Ok(()) => self.server.committed(slot)?,
                Err(_) => {
                    let failed = FAILED.with_code(ResponseCode::SysTemp);
                    self.server.refuse(slot, &failed)?;
                }
            },
            Event::Lang { slot, tag, .. } => match tag {
                None => {
                    let languages = [Text::from_static("en English")];
                    self.server
                        .reply_lines(slot, &Response::ok(Text::EMPTY), &languages)?;
                }
                Some(tag) if tag == "*" || tag.to_string().eq_ignore_ascii_case("en") => {
                    self.server
                        .reply(slot, &Response::ok(Text::from_static("en English")))?;
                }
                Some(_) => self
                    .server
                    .reply(slot, &Response::err(Text::from_static("English alone")))?,
            },
            Event::Other { slot, .. } => self
                .server
                .reply(slot, &Response::err(Text::from_static("unknown command")))?,
            _ => {}
        }
        Ok(())
    }

    /// Goes on with an exchange, or ends it.
    fn exchange(&mut self, slot: Slot, message: Option<&Secret>) -> anyhow::Result<()> {
        let exchange = self.exchange.as_mut().context("no exchange")?;
        let user = match exchange.step(message.map(Secret::expose)) {
            Step::Challenge(challenge) => return Ok(self.server.challenge(slot, &challenge)?),
            Step::User(user) => Some(user),
            Step::Wrong => None,
        };
        self.exchange = None;
        self.log_in(slot, user)
    }

    /// Opens the maildrop of whoever logged in.
    fn log_in(&mut self, slot: Slot, user: Option<String>) -> anyhow::Result<()> {
        let Some(user) = user else {
            self.server
                .refuse(slot, &WRONG.with_code(ResponseCode::Auth))?;
            return Ok(());
        };
        let Some(lock) = self.system.store.lock_maildrop(&user) else {
            self.server
                .refuse(slot, &BUSY.with_code(ResponseCode::InUse))?;
            return Ok(());
        };
        let Some(inbox) = self.system.store.mailbox(&user, "INBOX")? else {
            self.server
                .refuse(slot, &FAILED.with_code(ResponseCode::SysPerm))?;
            return Ok(());
        };
        let messages = self.system.store.messages(&inbox)?;
        let mut maildrop = Maildrop::new();
        for message in &messages {
            let id = format!("{:08x}{:08x}", inbox.uid_validity, message.uid);
            maildrop.push(message.size, &UniqueId::new(id)?);
        }
        self.open = Some(Open {
            inbox,
            messages,
            _lock: lock,
        });
        self.server.open(slot, maildrop)?;
        Ok(())
    }

    fn find(&self, number: MessageNumber) -> Option<(&Mailbox, &Message)> {
        let open = self.open.as_ref()?;
        Some((&open.inbox, open.messages.get(number.index())?))
    }

    /// Writes a message from its file to the socket, never more than a few KiB at a time.
    async fn message(
        &mut self,
        slot: Slot,
        number: MessageNumber,
        wire: &mut Wire,
        transcript: &mut Option<Transcript>,
    ) -> anyhow::Result<()> {
        let file = self
            .find(number)
            .and_then(|(inbox, message)| self.system.store.path(inbox, message).ok())
            .and_then(|path| std::fs::File::open(path).ok());
        let Some(mut file) = file else {
            self.server
                .refuse(slot, &FAILED.with_code(ResponseCode::SysTemp))?;
            return Ok(());
        };
        self.server.begin_message(slot)?;
        let mut chunk = vec![0; 32 * 1024];
        loop {
            while self.server.wants_message() {
                let length = file.read(&mut chunk)?;
                if length == 0 {
                    self.server.end_message(slot)?;
                    return Ok(());
                }
                self.server.message(slot, &chunk[..length])?;
            }
            if self.server.output().is_empty() {
                // Not full, and yet nothing more is wanted: TOP has its lines.
                self.server.end_message(slot)?;
                return Ok(());
            }
            self.write_down_output(transcript);
            wire.flush(self.server.output()).await?;
        }
    }

    fn commit(&self, deleted: &[MessageNumber]) -> anyhow::Result<()> {
        let Some(open) = &self.open else {
            return Ok(());
        };
        let messages: Vec<Message> = deleted
            .iter()
            .filter_map(|number| open.messages.get(number.index()).cloned())
            .collect();
        if !messages.is_empty() {
            self.system.store.expunge(&open.inbox, &messages)?;
        }
        Ok(())
    }

    fn write_down(&self, transcript: &mut Option<Transcript>, input: &[u8]) {
        if let Some(transcript) = transcript {
            let who = format!("pop3.{}", self.system.domain);
            transcript.client(input, |line| self.system.journal.tell(&who, line));
        }
    }

    fn write_down_output(&mut self, transcript: &mut Option<Transcript>) {
        if let Some(transcript) = transcript {
            let who = format!("pop3.{}", self.system.domain);
            let output = self.server.output().clone();
            transcript.server(&output, |line| self.system.journal.tell(&who, line));
        }
    }
}
