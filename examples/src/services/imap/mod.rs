//! IMAP over the mailboxes of a user.

mod fetch;
mod list;
mod mailboxes;
mod search;
mod view;

use std::sync::Arc;

use anyhow::Context as _;
use bytes::BytesMut;
use mailweft_imap::{
    Capability, Code, Command, Data, Flags, MessageData, Secret, SequenceSet, Server, Status,
    Store, StoreWhat, Transcript,
    server::{Config, Event, Slot},
};
use tokio::sync::broadcast;

use super::{
    System,
    sasl::{Exchange, Step},
};
use crate::{
    store::{Draft, Message, Stored, now},
    wire::Wire,
};
use fetch::Cached;
use view::{View, apply, flag_set};

struct Session<'s> {
    system: &'s Arc<System>,
    server: Server,
    user: Option<String>,
    exchange: Option<Exchange>,
    view: Option<View>,
    cached: Option<Cached>,
    append: Option<Append>,
    idle: bool,
    who: String,
}

/// The messages of an APPEND as they come in: all are stored, or none.
struct Append {
    mailbox: crate::store::Mailbox,
    messages: Vec<(Draft, Flags, i64)>,
}

fn config(system: &System, encrypted: bool) -> anyhow::Result<Config> {
    let mut config = Config::new()
        .with_greeting(format!("{} IMAP ready", system.host))
        .with_capability_before_auth(Capability::new("AUTH=PLAIN")?)
        .with_capability_before_auth(Capability::new("AUTH=SCRAM-SHA-256")?);
    if encrypted {
        config = config.with_tls();
    } else {
        config = config.with_capability_before_auth(Capability::STARTTLS);
    }
    if !system.insecure_auth {
        config = config.requiring_tls();
    }
    for capability in [
        Capability::UIDPLUS,
        Capability::MOVE,
        Capability::NAMESPACE,
        Capability::UNSELECT,
        Capability::CHILDREN,
        Capability::SPECIAL_USE,
        Capability::LIST_EXTENDED,
        Capability::LIST_STATUS,
        Capability::STATUS_SIZE,
        Capability::ESEARCH,
        Capability::CONDSTORE,
        Capability::QRESYNC,
        Capability::WITHIN,
        Capability::BINARY,
        Capability::MULTIAPPEND,
        Capability::PREVIEW,
        Capability::SEARCHRES,
        Capability::SORT,
        Capability::SORT_DISPLAY,
        Capability::new("THREAD=ORDEREDSUBJECT")?,
        Capability::new("THREAD=REFERENCES")?,
        Capability::IMAP4REV2,
        Capability::new("COMPRESS=DEFLATE")?,
    ] {
        config = config.with_capability(capability);
    }
    Ok(config)
}

pub(super) async fn session(
    system: &Arc<System>,
    mut wire: Wire,
    encrypted: bool,
) -> anyhow::Result<()> {
    let mut session = Session {
        system,
        server: Server::new(config(system, encrypted)?),
        user: None,
        exchange: None,
        view: None,
        cached: None,
        append: None,
        idle: false,
        who: format!("imap.{}", system.domain),
    };
    if system.journal.is_on() {
        session.server.record(Transcript::new(64 * 1024));
    }
    let mut changes = system.store.changes();
    let mut input = BytesMut::new();
    loop {
        match session.server.poll(&mut input) {
            Ok(Event::NeedInput) => {
                let limit = session.server.idle_limit();
                let idle = session.idle;
                let read =
                    tokio::time::timeout(limit, session.read(&mut wire, &mut input, &mut changes));
                match read.await {
                    Ok(Ok(Some(0))) => {
                        session.server.eof();
                        return Ok(());
                    }
                    Ok(Ok(Some(_))) => {}
                    // Something changed while the client is in IDLE.
                    Ok(Ok(None)) if idle => session.catch_up(true)?,
                    Ok(Ok(None)) => {}
                    Ok(Err(error)) => return Err(error.into()),
                    Err(_) => {
                        session.server.shutdown("idle for too long");
                        session.flush(&mut wire).await?;
                        return Ok(());
                    }
                }
            }
            Ok(Event::Blocked) => session.flush(&mut wire).await?,
            Ok(Event::StartTls { slot, .. }) => {
                session.server.reply(slot, Status::ok("begin TLS"))?;
                session.flush(&mut wire).await?;
                wire.accept_tls(system.identity.acceptor()).await?;
                session.server.tls_established(&input)?;
            }
            Ok(Event::Compress { slot, mechanism }) => {
                if !mechanism.as_str().eq_ignore_ascii_case("DEFLATE") || wire.is_compressed() {
                    let status = Status::no("not this, or not again");
                    let code = Code::CompressionActive;
                    session.server.reply(slot, status.with_code(code))?;
                    continue;
                }
                session.server.reply(slot, Status::ok("DEFLATE begins"))?;
                session.flush(&mut wire).await?;
                wire.compress(input.split());
            }
            Ok(Event::Closed) => {
                session.flush(&mut wire).await?;
                wire.close().await;
                return Ok(());
            }
            Ok(Event::Command {
                slot,
                command: Command::Fetch(fetch),
                ..
            }) => session.fetch(slot, &fetch, &mut wire).await?,
            Ok(event) => session.event(event)?,
            Err(_) => {
                session.flush(&mut wire).await?;
                wire.close().await;
                return Ok(());
            }
        }
    }
}

impl Session<'_> {
    /// Writes the output, then reads; `None` where a mailbox changed before anything came.
    async fn read(
        &mut self,
        wire: &mut Wire,
        input: &mut BytesMut,
        changes: &mut broadcast::Receiver<i64>,
    ) -> std::io::Result<Option<usize>> {
        self.flush(wire).await?;
        if !self.idle {
            return wire.exchange(self.server.output(), input).await.map(Some);
        }
        let mailbox = self.view.as_ref().map(|view| view.mailbox.id);
        let changed = async {
            loop {
                match changes.recv().await {
                    Ok(id) if Some(id) == mailbox => return,
                    Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
                    // Having missed some, it is time to look.
                    Err(broadcast::error::RecvError::Lagged(_)) => return,
                    Ok(_) => {}
                }
            }
        };
        tokio::select! {
            read = wire.exchange(self.server.output(), input) => read.map(Some),
            () = changed => Ok(None),
        }
    }

    async fn flush(&mut self, wire: &mut Wire) -> std::io::Result<()> {
        if self.system.journal.is_on() {
            self.write_down();
        }
        wire.flush(self.server.output()).await
    }

    fn write_down(&mut self) {
        if let Some(transcript) = self.server.transcript() {
            for line in transcript.take().lines() {
                self.system.journal.tell(&self.who, line);
            }
        }
    }

    /// Tells the client what changed in its mailbox.
    fn catch_up(&mut self, expunges: bool) -> anyhow::Result<()> {
        match &mut self.view {
            Some(view) => view.catch_up(&self.system.store, &mut self.server, expunges),
            None => Ok(()),
        }
    }

    /// The client knows of mod-sequences from here on, and is told where the mailbox is (RFC 7162 §3.1).
    fn know_modseqs(&mut self, slot: Slot) -> anyhow::Result<()> {
        if let Some(view) = self.view.as_mut().filter(|view| !view.condstore) {
            view.condstore = true;
            let code = Code::HighestModSeq(view.modseq());
            self.server
                .inform(slot, Status::ok("the last change").with_code(code))?;
        }
        Ok(())
    }

    /// Ends a command: what changed meanwhile is told with it. `uid` says whether expunges may be.
    fn finish(&mut self, slot: Slot, status: Status, uid: bool) -> anyhow::Result<()> {
        self.catch_up(uid)?;
        self.server.reply(slot, status)?;
        Ok(())
    }

    fn event(&mut self, event: Event) -> anyhow::Result<()> {
        match event {
            Event::Login {
                slot,
                user,
                password,
                ..
            } => {
                let name = String::from_utf8_lossy(user.as_bytes()).into_owned();
                let user = self.system.check_password(&name, password.reveal());
                self.log_in(slot, user)?;
            }
            Event::Authenticate {
                slot,
                mechanism,
                initial,
                ..
            } => match Exchange::new(self.system, mechanism.as_str()) {
                Some(exchange) => {
                    self.exchange = Some(exchange);
                    self.exchange(slot, initial.as_ref())?;
                }
                None => {
                    let status = Status::no("this mechanism is not offered");
                    self.server.reply(slot, status.with_code(Code::Cannot))?;
                }
            },
            Event::AuthResponse { slot, data, .. } => self.exchange(slot, Some(&data))?,
            Event::Idle { .. } => {
                self.idle = true;
                self.catch_up(true)?;
            }
            Event::IdleDone { slot, .. } => {
                self.idle = false;
                self.finish(slot, Status::ok("IDLE ended"), true)?;
            }
            Event::Logout { slot, .. } => self.server.reply(slot, Status::ok("until next time"))?,
            Event::Command { slot, command, .. } => self.command(slot, command)?,
            event => self.append(event)?,
        }
        Ok(())
    }

    /// Goes on with an exchange, or ends it.
    fn exchange(&mut self, slot: Slot, message: Option<&Secret>) -> anyhow::Result<()> {
        let exchange = self.exchange.as_mut().context("no exchange")?;
        let user = match exchange.step(message.map(Secret::reveal)) {
            Step::Challenge(challenge) => return Ok(self.server.challenge(slot, &challenge)?),
            Step::User(user) => Some(user),
            Step::Wrong => None,
        };
        self.exchange = None;
        self.log_in(slot, user)
    }

    fn log_in(&mut self, slot: Slot, user: Option<String>) -> anyhow::Result<()> {
        let status = match user {
            Some(user) => {
                self.user = Some(user);
                Status::ok("welcome")
            }
            None => Status::no("wrong name or password").with_code(Code::AuthenticationFailed),
        };
        self.server.reply(slot, status)?;
        Ok(())
    }

    fn command(&mut self, slot: Slot, command: Command) -> anyhow::Result<()> {
        match &command {
            Command::Noop | Command::Check => self.finish(slot, Status::ok("nothing else"), true),
            Command::Id(_) => {
                let id = mailweft_imap::Id::new().with("name", "mailweft-post-office");
                self.server.send(slot, Data::Id(Some(id)))?;
                self.server.reply(slot, Status::ok("ID completed"))?;
                Ok(())
            }
            Command::Select(select) => self.select(slot, select),
            Command::List(list) => self.list(slot, list),
            Command::Search(search) => self.search(slot, search),
            Command::Sort(by) => self.sort(slot, by),
            Command::Thread(by) => self.thread(slot, by),
            Command::Store(store) => self.store(slot, store),
            Command::Copy { uid, set, mailbox } => self.copy(slot, *uid, set, mailbox, false),
            Command::Move { uid, set, mailbox } => self.copy(slot, *uid, set, mailbox, true),
            Command::Expunge => {
                self.expunge(None)?;
                self.finish(slot, Status::ok("EXPUNGE completed"), true)
            }
            Command::UidExpunge(set) => {
                self.expunge(Some(set))?;
                self.finish(slot, Status::ok("EXPUNGE completed"), true)
            }
            Command::Close => {
                self.expunge(None)?;
                self.view = None;
                self.server.reply(slot, Status::ok("closed"))?;
                Ok(())
            }
            Command::Unselect => {
                self.view = None;
                self.server.reply(slot, Status::ok("unselected"))?;
                Ok(())
            }
            Command::Enable(what) => {
                if what.contains(&Capability::CONDSTORE) || what.contains(&Capability::QRESYNC) {
                    self.know_modseqs(slot)?;
                }
                self.server.reply(slot, Status::ok("ENABLE completed"))?;
                Ok(())
            }
            command => self.manage(slot, command),
        }
    }

    fn store(&mut self, slot: Slot, store: &Store) -> anyhow::Result<()> {
        let view = self.view.as_mut().context("STORE without a mailbox")?;
        if view.read_only {
            let status = Status::no("the mailbox is open for reading alone");
            self.server.reply(slot, status.with_code(Code::ReadOnly))?;
            return Ok(());
        }
        if !store.uid && view.is_beyond(&store.set) {
            self.server
                .reply(slot, Status::bad("there is no such message"))?;
            return Ok(());
        }
        let StoreWhat::Flags(flags) = &store.what else {
            self.server
                .reply(slot, Status::bad("only flags are stored"))?;
            return Ok(());
        };
        let since = store.unchanged_since;
        let uids: Vec<u32> = view
            .resolve(store.uid, &store.set)
            .into_iter()
            .map(|place| view.messages[place].uid)
            .collect();
        let mut modified = Vec::new();
        let changed = self
            .system
            .store
            .change_flags(&view.mailbox, uids, |message| {
                if since.is_some_and(|since| message.modseq > since) {
                    modified.push(message.uid);
                    return None;
                }
                Some(apply(store.mode, &message.flags, flags))
            })?;
        let told: Vec<u32> = changed.iter().map(|message| message.uid).collect();
        view.stored(changed);
        if since.is_some() {
            self.know_modseqs(slot)?;
        }
        let view = self.view.as_ref().context("STORE without a mailbox")?;
        let place = |uid: u32| view.messages.binary_search_by_key(&uid, |m| m.uid);
        for place in told
            .iter()
            .filter(|uid| !modified.contains(uid))
            .flat_map(|&uid| place(uid))
        {
            if !store.silent || view.condstore {
                let data = MessageData::new(View::seq(place), view.flag_items(place));
                self.server.send(slot, Data::Fetch(data))?;
            }
        }
        if !store.uid {
            let numbers = modified.iter().flat_map(|&uid| place(uid)).map(View::seq);
            modified = numbers.collect();
        }
        let mut status = Status::ok("STORE completed");
        if !modified.is_empty() {
            let set: SequenceSet = modified.into_iter().collect();
            status = status.with_code(Code::Modified(set));
        }
        self.finish(slot, status, store.uid)
    }

    fn copy(
        &mut self,
        slot: Slot,
        uid: bool,
        set: &SequenceSet,
        to: &mailweft_imap::Mailbox,
        moves: bool,
    ) -> anyhow::Result<()> {
        let Some(target) = self.find(to)? else {
            let status = Status::no("there is no such mailbox").with_code(Code::TryCreate);
            self.server.reply(slot, status)?;
            return Ok(());
        };
        let view = self.view.as_ref().context("COPY without a mailbox")?;
        if !uid && view.is_beyond(set) {
            self.server
                .reply(slot, Status::bad("there is no such message"))?;
            return Ok(());
        }
        if moves && view.read_only {
            let status = Status::no("the mailbox is open for reading alone");
            self.server.reply(slot, status.with_code(Code::ReadOnly))?;
            return Ok(());
        }
        let messages: Vec<Message> = view
            .resolve(uid, set)
            .into_iter()
            .map(|place| view.messages[place].clone())
            .collect();
        let mailbox = view.mailbox.clone();
        let stored = self.system.store.copy(&mailbox, &messages, &target)?;
        let mut done = Status::ok(if moves {
            "MOVE completed"
        } else {
            "COPY completed"
        });
        if let Some(Stored { uid_validity, .. }) = stored.first() {
            let from: SequenceSet = messages.iter().map(|message| message.uid).collect();
            let to: SequenceSet = stored.iter().map(|stored| stored.uid).collect();
            let code = Code::CopyUid(*uid_validity, Some((from, to)));
            if moves {
                self.server
                    .inform(slot, Status::ok("moved").with_code(code))?;
            } else {
                done = done.with_code(code);
            }
        }
        if moves {
            self.system.store.expunge(&mailbox, &messages)?;
        }
        self.finish(slot, done, true)
    }

    /// Removes what is marked as deleted, and of that what a set of UIDs names.
    fn expunge(&mut self, set: Option<&SequenceSet>) -> anyhow::Result<()> {
        let Some(view) = &self.view else {
            return Ok(());
        };
        if view.read_only {
            return Ok(());
        }
        let named: Vec<usize> = match set {
            Some(set) => view.resolve(true, set),
            None => (0..view.messages.len()).collect(),
        };
        let doomed: Vec<Message> = named
            .into_iter()
            .map(|place| &view.messages[place])
            .filter(|message| message.flags.contains("\\Deleted"))
            .cloned()
            .collect();
        if !doomed.is_empty() {
            self.system.store.expunge(&view.mailbox, &doomed)?;
        }
        Ok(())
    }

    /// The events of APPEND.
    fn append(&mut self, event: Event) -> anyhow::Result<()> {
        match event {
            Event::AppendMessage {
                slot,
                mailbox,
                flags,
                date,
                ..
            } => {
                let Some(target) = self.find(&mailbox)? else {
                    let status = Status::no("there is no such mailbox").with_code(Code::TryCreate);
                    self.server.reply(slot, status)?;
                    return Ok(());
                };
                let draft = self.system.store.draft()?;
                let date = date.map_or_else(now, |date| date.unix_timestamp());
                self.append
                    .get_or_insert_with(|| Append {
                        mailbox: target,
                        messages: Vec::new(),
                    })
                    .messages
                    .push((draft, flags, date));
                self.server.accept(slot)?;
            }
            Event::AppendChunk { chunk, .. } => {
                if let Some((draft, ..)) = self
                    .append
                    .as_mut()
                    .and_then(|append| append.messages.last_mut())
                {
                    draft.write(&chunk)?;
                }
            }
            Event::AppendAborted { .. } => self.append = None,
            Event::AppendEnd { slot, .. } => {
                let append = self.append.take().context("an APPEND of nothing")?;
                let drafts = append.messages.into_iter();
                let drafts = drafts.map(|(draft, flags, date)| (draft, flag_set(&flags), date));
                let stored = self.system.store.store_all(&append.mailbox, drafts)?;
                let uids: SequenceSet = stored.iter().map(|stored| stored.uid).collect();
                let code = Code::AppendUid(append.mailbox.uid_validity, uids);
                self.finish(slot, Status::ok("APPEND completed").with_code(code), true)?;
            }
            _ => {}
        }
        Ok(())
    }
}
