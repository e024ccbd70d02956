//! A client session and its model of the mailbox against a server session and its messages: any commands, in pieces of
//! any size, with literals of any size. At the end both know the same, and nothing is left over.

use std::collections::BTreeMap;

use bytes::{Bytes, BytesMut};
use mailweft_imap::{
    Append, AppendMessage, Capability, Client, Code, Command, Data, Fetch, FetchAttr, FetchItem,
    Flag, Flags, Mailbox, MessageData, Search, SearchKey, Section, SequenceSet, Server, Status,
    Store, StoreMode, client, model::SelectedMailbox, server,
};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Append(usize),
    Delete(u32),
    Silently(u32),
    Expunge,
    UidExpunge(u32),
    Move(u32),
    Flags,
    Bodies,
    Search,
    /// In IDLE, others add so many messages and remove this one.
    News(u32, u32),
}

#[derive(Clone, Debug, PartialEq)]
struct Message {
    uid: u32,
    deleted: bool,
    body: Vec<u8>,
}

impl Message {
    fn flags(&self) -> Flags {
        match self.deleted {
            true => [Flag::DELETED].into_iter().collect(),
            false => Flags::NONE,
        }
    }
}

struct Side {
    session: Server,
    input: BytesMut,
    messages: Vec<Message>,
    next: u32,
    incoming: Vec<u8>,
    idle: bool,
}

impl Side {
    fn add(&mut self, body: Vec<u8>) -> u32 {
        // Gaps between identifiers.
        let uid = self.next;
        self.next += 1 + uid % 3;
        self.messages.push(Message {
            uid,
            deleted: false,
            body,
        });
        uid
    }

    fn count(&self) -> u32 {
        u32::try_from(self.messages.len()).unwrap()
    }

    fn run(&mut self) {
        loop {
            match self.session.poll(&mut self.input).unwrap() {
                server::Event::NeedInput | server::Event::Closed => return,
                server::Event::AppendMessage { slot, .. } => {
                    self.incoming.clear();
                    self.session.accept(slot).unwrap();
                }
                server::Event::AppendChunk { chunk, .. } => self.incoming.extend_from_slice(&chunk),
                server::Event::AppendMessageEnd { .. } => {}
                server::Event::AppendEnd { slot } => {
                    let body = std::mem::take(&mut self.incoming);
                    self.add(body);
                    self.session.update(Data::Exists(self.count())).unwrap();
                    self.session.reply(slot, Status::ok("stored")).unwrap();
                }
                server::Event::Idle { .. } => self.idle = true,
                server::Event::IdleDone { slot } | server::Event::Logout { slot } => {
                    self.idle = false;
                    self.session.reply(slot, Status::ok("done")).unwrap();
                }
                server::Event::Command { slot, command } => self.command(slot, command),
                event => panic!("{event:?}"),
            }
        }
    }

    /// Removes messages, the highest first, and tells each.
    fn remove(&mut self, slot: server::Slot, which: impl Fn(&Message) -> bool) {
        for seq in (1..=self.count()).rev() {
            let index = seq as usize - 1;
            if which(&self.messages[index]) {
                self.messages.remove(index);
                self.session.send(slot, Data::Expunge(seq)).unwrap();
            }
        }
    }

    fn command(&mut self, slot: server::Slot, command: Command) {
        let count = self.count();
        let last = self.messages.last().map_or(0, |message| message.uid);
        match command {
            Command::Select(_) => {
                self.session.send(slot, Data::Exists(count)).unwrap();
                let validity = Status::ok("valid").with_code(Code::UidValidity(5));
                self.session.inform(slot, validity).unwrap();
            }
            Command::Store(store) => {
                for (seq, message) in (1..).zip(&mut self.messages) {
                    if store.set.contains(seq, count) {
                        message.deleted = store.mode == StoreMode::Add;
                        if !store.silent {
                            let items = [FetchItem::Flags(message.flags())];
                            self.session
                                .send(slot, MessageData::new(seq, items))
                                .unwrap();
                        }
                    }
                }
            }
            Command::Expunge => self.remove(slot, |message| message.deleted),
            Command::UidExpunge(set) => {
                self.remove(slot, |message| {
                    message.deleted && set.contains(message.uid, last)
                });
            }
            Command::Move { set, .. } => {
                self.remove(slot, |message| set.contains(message.uid, last));
            }
            Command::Search(_) => {
                let deleted = (1..)
                    .zip(&self.messages)
                    .filter(|(_, message)| message.deleted);
                let ids: mailweft_imap::Ids = deleted.map(|(seq, _)| seq).collect();
                self.session
                    .send(slot, Data::Search(mailweft_imap::SearchData::from(ids)))
                    .unwrap();
            }
            Command::Fetch(fetch) => {
                let bodies = fetch.attrs.contains(&FetchAttr::peek(Section::WHOLE));
                for (seq, message) in (1..).zip(&self.messages) {
                    if !fetch.set.contains(seq, count) {
                        continue;
                    }
                    let session = &mut self.session;
                    session.fetch_begin(slot, seq).unwrap();
                    session
                        .fetch_item(slot, &FetchItem::Uid(message.uid))
                        .unwrap();
                    session
                        .fetch_item(slot, &FetchItem::Flags(message.flags()))
                        .unwrap();
                    if bodies {
                        let size = message.body.len() as u64;
                        session
                            .fetch_literal(slot, &Section::WHOLE, None, size)
                            .unwrap();
                        for chunk in message.body.chunks(100) {
                            session.fetch_chunk(slot, chunk).unwrap();
                        }
                    }
                    session.fetch_end(slot).unwrap();
                }
            }
            command => panic!("{command:?}"),
        }
        self.session.reply(slot, Status::ok("done")).unwrap();
    }
}

struct Pair {
    client: Client,
    input: BytesMut,
    server: Side,
    model: SelectedMailbox,
    flags: BTreeMap<u32, Flags>,
    bodies: BTreeMap<u32, Vec<u8>>,
    found: Vec<u32>,
    upload: Bytes,
    streamed: Vec<u8>,
    /// How many octets pass at a time.
    step: usize,
    open: usize,
}

impl Pair {
    fn new(step: usize, plus: bool) -> Self {
        let mut config = server::Config::new().preauthenticated();
        if !plus {
            config.capabilities = [Capability::IMAP4REV1, Capability::IDLE]
                .into_iter()
                .collect();
        }
        let mut pair = Self {
            client: Client::new(client::Config::new().streaming_over(64)),
            input: BytesMut::new(),
            server: Side {
                session: Server::new(config),
                input: BytesMut::new(),
                messages: Vec::new(),
                next: 1,
                incoming: Vec::new(),
                idle: false,
            },
            model: SelectedMailbox::new(),
            flags: BTreeMap::new(),
            bodies: BTreeMap::new(),
            found: Vec::new(),
            upload: Bytes::new(),
            streamed: Vec::new(),
            step,
            open: 0,
        };
        pair.pass();
        pair.ask(Command::select(Mailbox::INBOX));
        pair
    }

    fn event(&mut self, event: client::Event) {
        match event {
            client::Event::SendMessage { handle, .. } => {
                let upload = std::mem::take(&mut self.upload);
                for chunk in upload.chunks(50) {
                    self.client.send_chunk(handle, chunk).unwrap();
                }
            }
            client::Event::SectionBegin { .. } => self.streamed.clear(),
            client::Event::SectionChunk { chunk } => self.streamed.extend_from_slice(&chunk),
            client::Event::Data { data, .. } => {
                if let Data::Search(search) = &data {
                    self.found = search.ids.iter().collect();
                }
                self.model.apply(&data);
                if let Data::Fetch(message) = &data {
                    let uid = message.uid().or_else(|| self.model.uid(message.seq()));
                    if let (Some(uid), Some(flags)) = (uid, message.flags()) {
                        self.flags.insert(uid, flags.clone());
                    }
                    let body = message.items().iter().find_map(|item| match item {
                        FetchItem::Section(section) => Some(match section.data.bytes() {
                            Some(bytes) => bytes.to_vec(),
                            None => self.streamed.clone(),
                        }),
                        _ => None,
                    });
                    if let (Some(uid), Some(body)) = (uid, body) {
                        self.bodies.insert(uid, body);
                    }
                }
            }
            client::Event::Status { status, .. } => {
                self.model.apply_status(&status);
            }
            client::Event::Done { status, .. } => {
                assert!(status.is_ok(), "{status:?}");
                self.open -= 1;
            }
            client::Event::SectionEnd
            | client::Event::Greeting(_)
            | client::Event::Idling { .. } => {}
            event => panic!("{event:?}"),
        }
    }

    /// Lets everything pass, until nothing moves.
    fn pass(&mut self) {
        loop {
            self.server.run();
            let said = self.server.session.output().split();
            let asked = self.client.output().split();
            if said.is_empty() && asked.is_empty() {
                assert!(self.input.is_empty() && self.server.input.is_empty());
                return;
            }
            for piece in said.chunks(self.step) {
                self.input.extend_from_slice(piece);
                loop {
                    match self.client.poll(&mut self.input).unwrap() {
                        client::Event::NeedInput => break,
                        event => self.event(event),
                    }
                }
            }
            for piece in asked.chunks(self.step) {
                self.server.input.extend_from_slice(piece);
                self.server.run();
            }
            // What a command that was held may want by itself.
            loop {
                match self.client.poll(&mut self.input).unwrap() {
                    client::Event::NeedInput => break,
                    event => self.event(event),
                }
            }
        }
    }

    fn ask(&mut self, command: impl Into<Command>) {
        self.open += 1;
        self.client.send(command).unwrap();
        self.pass();
        assert_eq!(self.open, 0);
    }

    fn step(&mut self, step: &Step) {
        let seq = |n: u32| SequenceSet::single(n % self.model.exists().max(1) + 1).unwrap();
        let uid = |n: u32| {
            let exists = self.model.exists();
            let seq = n % exists.max(1) + 1;
            self.model
                .uid(seq)
                .and_then(|uid| SequenceSet::single(uid).ok())
        };
        match *step {
            Step::Append(size) => {
                self.upload = Bytes::from("A1 OK {3}\r\n\"x\r\n".repeat(100)[..size].to_owned());
                let message = AppendMessage::streamed(size as u64);
                self.ask(Append::new(Mailbox::INBOX, message));
            }
            Step::Delete(n) if self.model.exists() > 0 => {
                let set = seq(n);
                self.ask(Store::seq(set, StoreMode::Add, [Flag::DELETED]));
            }
            Step::Silently(n) if self.model.exists() > 0 => {
                let set = seq(n);
                self.ask(Store::seq(set, StoreMode::Add, [Flag::DELETED]).silent());
            }
            Step::Expunge => self.ask(Command::Expunge),
            Step::UidExpunge(n) => {
                if let Some(set) = uid(n) {
                    self.ask(Command::UidExpunge(set));
                }
            }
            Step::Move(n) => {
                if let Some(set) = uid(n) {
                    self.ask(Command::uid_move(set, Mailbox::from("there")));
                }
            }
            Step::Flags if self.model.exists() > 0 => {
                self.ask(Fetch::seq(
                    SequenceSet::ALL,
                    [FetchAttr::Uid, FetchAttr::Flags],
                ));
            }
            Step::Bodies if self.model.exists() > 0 => {
                self.ask(Fetch::seq(
                    SequenceSet::ALL,
                    [FetchAttr::Uid, FetchAttr::peek(Section::WHOLE)],
                ));
            }
            Step::Search => {
                self.ask(Search::seq(SearchKey::deleted()));
                let deleted = (1..)
                    .zip(&self.server.messages)
                    .filter(|(_, message)| message.deleted);
                assert_eq!(
                    self.found,
                    deleted.map(|(seq, _)| seq).collect::<Vec<u32>>()
                );
            }
            Step::News(more, gone) => {
                self.open += 1;
                let idle = self.client.send(Command::Idle).unwrap();
                self.pass();
                assert!(self.server.idle);
                for _ in 0..more {
                    self.server.add(b"from others".to_vec());
                }
                if more > 0 {
                    self.server
                        .session
                        .update(Data::Exists(self.server.count()))
                        .unwrap();
                }
                if self.server.count() > 0 {
                    let seq = gone % self.server.count() + 1;
                    self.server.messages.remove(seq as usize - 1);
                    self.server.session.update(Data::Expunge(seq)).unwrap();
                }
                self.pass();
                self.client.idle_done(idle).unwrap();
                self.pass();
                assert_eq!(self.open, 0);
            }
            _ => {}
        }
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0..1_400usize).prop_map(Step::Append),
        2 => any::<u32>().prop_map(Step::Delete),
        1 => any::<u32>().prop_map(Step::Silently),
        1 => Just(Step::Expunge),
        1 => any::<u32>().prop_map(Step::UidExpunge),
        1 => any::<u32>().prop_map(Step::Move),
        2 => Just(Step::Flags),
        1 => Just(Step::Bodies),
        1 => Just(Step::Search),
        2 => (0..3u32, any::<u32>()).prop_map(|(more, gone)| Step::News(more, gone)),
    ];
    proptest::collection::vec(step, 0..30)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..Default::default() })]

    #[test]
    fn both_ends_agree(steps in steps(), step in 1..300usize, plus in any::<bool>()) {
        let mut pair = Pair::new(step, plus);
        for step in &steps {
            pair.step(step);
            prop_assert_eq!(pair.model.exists(), pair.server.count());
        }
        pair.step(&Step::Flags);
        pair.step(&Step::Bodies);
        prop_assert_eq!(pair.model.uid_validity(), Some(5));
        let uids: Vec<u32> = pair.server.messages.iter().map(|message| message.uid).collect();
        for (seq, message) in (1..).zip(&pair.server.messages) {
            prop_assert_eq!(pair.model.uid(seq), Some(message.uid));
            prop_assert_eq!(pair.model.seq(message.uid), Some(seq));
            prop_assert_eq!(pair.flags.get(&message.uid), Some(&message.flags()));
            prop_assert_eq!(pair.bodies.get(&message.uid), Some(&message.body));
        }
        prop_assert_eq!(pair.model.uids().resolve(u32::MAX).into_iter().flatten().collect::<Vec<u32>>(), uids);
        prop_assert!(!pair.client.is_busy());
    }
}
