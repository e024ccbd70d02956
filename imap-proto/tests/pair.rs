//! A client session against a server session on a fake link.

use bytes::{Bytes, BytesMut};
use mailweft_imap::{
    Append, AppendMessage, Client, Command, Data, Fetch, FetchAttr, FetchItem, Flag, Mailbox,
    MessageData, Section, SequenceSet, Server, Status, client, server,
};

/// A mailbox in memory, behind a server session.
struct Store {
    messages: Vec<Vec<u8>>,
    incoming: Vec<u8>,
    session: Server,
    input: BytesMut,
}

impl Store {
    fn new(config: server::Config) -> Self {
        Self {
            messages: Vec::new(),
            incoming: Vec::new(),
            session: Server::new(config),
            input: BytesMut::new(),
        }
    }

    /// Does what the input asks for, until there is no more of it.
    fn run(&mut self) {
        loop {
            match self.session.poll(&mut self.input).unwrap() {
                server::Event::NeedInput | server::Event::Closed => return,
                server::Event::Login { slot, password, .. } => {
                    let status = match password.reveal() == b"pass\xc3\xa9" {
                        true => Status::ok("in"),
                        false => Status::no("out"),
                    };
                    self.session.reply(slot, status).unwrap();
                }
                server::Event::Authenticate { slot, initial, .. } => match initial {
                    Some(_) => self.session.reply(slot, Status::ok("in")).unwrap(),
                    None => self.session.challenge(slot, b"who?").unwrap(),
                },
                server::Event::AuthResponse { slot, data } => {
                    assert_eq!(data.reveal(), b"me");
                    self.session.reply(slot, Status::ok("in")).unwrap();
                }
                server::Event::AppendMessage { slot, .. } => {
                    self.incoming.clear();
                    self.session.accept(slot).unwrap();
                }
                server::Event::AppendChunk { chunk, .. } => self.incoming.extend_from_slice(&chunk),
                server::Event::AppendMessageEnd { .. } => self.messages.push(self.incoming.clone()),
                server::Event::AppendEnd { slot } => {
                    let count = u32::try_from(self.messages.len()).unwrap();
                    if self.session.state() == mailweft_imap::State::Selected {
                        self.session.update(Data::Exists(count)).unwrap();
                    }
                    self.session.reply(slot, Status::ok("stored")).unwrap();
                }
                server::Event::Idle { .. } => {}
                server::Event::IdleDone { slot } | server::Event::Logout { slot } => {
                    self.session.reply(slot, Status::ok("done")).unwrap();
                }
                server::Event::Command { slot, command } => self.command(slot, command),
                event => panic!("{event:?}"),
            }
        }
    }

    fn command(&mut self, slot: server::Slot, command: Command) {
        let session = &mut self.session;
        match command {
            Command::Select(_) => {
                let count = u32::try_from(self.messages.len()).unwrap();
                session.send(slot, Data::Exists(count)).unwrap();
            }
            Command::Fetch(fetch) => {
                let count = u32::try_from(self.messages.len()).unwrap();
                for seq in fetch.set.iter(count) {
                    let message = &self.messages[seq as usize - 1];
                    if fetch.attrs.contains(&FetchAttr::peek(Section::WHOLE)) {
                        session.fetch_begin(slot, seq).unwrap();
                        session.fetch_item(slot, &FetchItem::Uid(seq)).unwrap();
                        session
                            .fetch_literal(slot, &Section::WHOLE, None, message.len() as u64)
                            .unwrap();
                        for chunk in message.chunks(1_000) {
                            session.fetch_chunk(slot, chunk).unwrap();
                        }
                        session.fetch_end(slot).unwrap();
                    } else {
                        let items = [FetchItem::Uid(seq), FetchItem::Size(message.len() as u64)];
                        session.send(slot, MessageData::new(seq, items)).unwrap();
                    }
                }
            }
            Command::Noop => {}
            command => panic!("{command:?}"),
        }
        session.reply(slot, Status::ok("done")).unwrap();
    }
}

struct Pair {
    client: Client,
    input: BytesMut,
    store: Store,
    /// How many octets pass at a time.
    step: usize,
    /// Messages that APPEND asks for.
    uploads: Vec<Bytes>,
}

impl Pair {
    fn new(config: server::Config, step: usize) -> Self {
        Self {
            client: Client::new(client::Config::new().streaming_over(500)),
            input: BytesMut::new(),
            store: Store::new(config),
            step,
            uploads: Vec::new(),
        }
    }

    /// Lets everything pass, and tells what the client saw.
    fn run(&mut self) -> Vec<client::Event> {
        let mut seen = Vec::new();
        let mut quiet = 0;
        while quiet < 2 {
            quiet += 1;
            self.store.run();
            let said = self.store.session.output().split();
            for piece in said.chunks(self.step).chain([b"".as_slice()]) {
                self.input.extend_from_slice(piece);
                loop {
                    match self.client.poll(&mut self.input).unwrap() {
                        client::Event::NeedInput | client::Event::Closed => break,
                        client::Event::SendMessage { handle, size } => {
                            let message = self.uploads.remove(0);
                            assert_eq!(message.len() as u64, size);
                            for chunk in message.chunks(700) {
                                self.client.send_chunk(handle, chunk).unwrap();
                            }
                        }
                        event => {
                            quiet = 0;
                            seen.push(event);
                        }
                    }
                }
            }
            let asked = self.client.output().split();
            if !asked.is_empty() {
                quiet = 0;
            }
            for piece in asked.chunks(self.step) {
                self.store.input.extend_from_slice(piece);
                self.store.run();
            }
        }
        assert!(
            self.input.is_empty() && self.store.input.is_empty(),
            "something is left over"
        );
        seen
    }

    fn ask(&mut self, command: impl Into<Command>) -> Vec<client::Event> {
        let handle = self.client.send(command).unwrap();
        let seen = self.run();
        assert!(
            matches!(seen.last(), Some(client::Event::Done { handle: done, status }) if *done == handle && status.is_ok()),
            "{seen:?}"
        );
        seen
    }
}

fn session(config: server::Config, step: usize) {
    let mut pair = Pair::new(config, step);
    let greeting = pair.run();
    assert!(
        matches!(greeting.as_slice(), [client::Event::Greeting(_)]),
        "{greeting:?}"
    );
    pair.ask(Command::login("me", "passé"));
    pair.ask(Command::select(Mailbox::INBOX));

    let big = Bytes::from("0123456789\r\n".repeat(1_000));
    let small = Bytes::from_static(b"a LOGOUT\r\n{5}\r\n");
    for message in [&big, &small] {
        pair.uploads.push(message.clone());
        let append = AppendMessage::streamed(message.len() as u64).flags([Flag::SEEN]);
        pair.ask(Append::new(Mailbox::from("Entwürfe"), append));
    }
    assert_eq!(pair.store.messages, [big.to_vec(), small.to_vec()]);

    let mut body = Vec::new();
    let peek = [FetchAttr::peek(Section::WHOLE)];
    for event in pair.ask(Fetch::seq(SequenceSet::single(1).unwrap(), peek.clone())) {
        if let client::Event::SectionChunk { chunk } = event {
            body.extend_from_slice(&chunk);
        }
    }
    assert_eq!(body, big);
    let seen = pair.ask(Fetch::seq(SequenceSet::single(2).unwrap(), peek));
    assert!(seen.iter().any(|event| matches!(
        event,
        client::Event::Data { data: Data::Fetch(message), .. }
            if message.section(&Section::WHOLE) == Some(&small) && message.uid() == Some(2)
    )));

    let idle = pair.client.send(Command::Idle).unwrap();
    assert!(matches!(
        pair.run().as_slice(),
        [client::Event::Idling { .. }]
    ));
    pair.store.session.update(Data::Exists(3)).unwrap();
    pair.store.session.update(Data::Expunge(1)).unwrap();
    assert_eq!(
        pair.run(),
        [Data::Exists(3), Data::Expunge(1)].map(|data| client::Event::Data { handle: None, data })
    );
    pair.client.idle_done(idle).unwrap();
    assert!(matches!(
        pair.run().as_slice(),
        [client::Event::Done { .. }]
    ));

    // Both are given at once; the session sends the second when the first is answered.
    let noop = pair.client.send(Command::Noop).unwrap();
    let fetch = pair
        .client
        .send(Fetch::seq(SequenceSet::ALL, [FetchAttr::Size]))
        .unwrap();
    let done: Vec<_> = pair
        .run()
        .into_iter()
        .filter_map(|event| match event {
            client::Event::Done { handle, .. } => Some(handle),
            _ => None,
        })
        .collect();
    assert_eq!(done, [noop, fetch]);

    let logout = pair.client.send(Command::Logout).unwrap();
    let seen = pair.run();
    assert!(matches!(
        seen.as_slice(),
        [client::Event::Bye(_), client::Event::Done { handle, .. }] if *handle == logout
    ));
    assert!(pair.client.is_closed() && pair.store.session.is_closed());
}

#[test]
fn a_session_in_pieces_of_every_size() {
    for step in [1, 2, 3, 7, 64, 1_000, 100_000] {
        session(server::Config::new(), step);
        // A server that takes literals only after it said so.
        let mut config = server::Config::new();
        config.capabilities = [
            mailweft_imap::Capability::IMAP4REV1,
            mailweft_imap::Capability::IDLE,
        ]
        .into_iter()
        .collect();
        config.capabilities_before_auth = config.capabilities.clone();
        session(config, step);
    }
}

#[test]
fn authenticate_with_and_without_an_initial_response() {
    for sasl_ir in [true, false] {
        let mut config = server::Config::new();
        if !sasl_ir {
            config.capabilities_before_auth =
                [mailweft_imap::Capability::IMAP4REV1].into_iter().collect();
        }
        let mut pair = Pair::new(config, 5);
        pair.run();
        let mechanism = mailweft_imap::Atom::from_static("PLAIN");
        let initial = Some(mailweft_imap::Secret::from("me"));
        pair.ask(Command::Authenticate { mechanism, initial });
    }
}

/// A server that takes literals only after it said so.
fn waiting() -> server::Config {
    let mut config = server::Config::new();
    config.capabilities = [mailweft_imap::Capability::IMAP4REV1].into_iter().collect();
    config.capabilities_before_auth = config.capabilities.clone();
    config
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 150, ..Default::default() })]

    /// Messages of any size, in pieces of any size, with any number of commands given at once: both ends agree, and
    /// nothing is left over.
    #[test]
    fn any_sizes(
        step in 1..5_000usize,
        sizes in proptest::collection::vec(0..3_000usize, 0..6),
        plus in proptest::prelude::any::<bool>(),
        at_once in 1..4usize,
    ) {
        let mut pair = Pair::new(if plus { server::Config::new() } else { waiting() }, step);
        pair.run();
        pair.ask(Command::login("me", "passé"));
        pair.ask(Command::select(Mailbox::INBOX));
        let messages: Vec<Bytes> = sizes
            .iter()
            .map(|size| Bytes::from("{7}\r\nA1 OK \"".repeat(300)[..*size].to_owned()))
            .collect();
        for batch in messages.chunks(at_once) {
            let mut handles = Vec::new();
            for message in batch {
                if !message.is_empty() {
                    pair.uploads.push(message.clone());
                }
                let append = Append::new(Mailbox::INBOX, AppendMessage::streamed(message.len() as u64));
                handles.push(pair.client.send(append).unwrap());
            }
            let done: Vec<_> = pair
                .run()
                .into_iter()
                .filter_map(|event| match event {
                    client::Event::Done { handle, status } if status.is_ok() => Some(handle),
                    _ => None,
                })
                .collect();
            proptest::prop_assert_eq!(done, handles);
        }
        proptest::prop_assert_eq!(&pair.store.messages, &messages);
        let mut bodies: Vec<Vec<u8>> = Vec::new();
        if !messages.is_empty() {
            for event in pair.ask(Fetch::seq(SequenceSet::ALL, [FetchAttr::peek(Section::WHOLE)])) {
                match event {
                    client::Event::SectionBegin { .. } => bodies.push(Vec::new()),
                    client::Event::SectionChunk { chunk } => bodies.last_mut().unwrap().extend_from_slice(&chunk),
                    client::Event::Data { data: Data::Fetch(message), .. } => {
                        bodies.extend(message.section(&Section::WHOLE).map(|octets| octets.to_vec()));
                    }
                    _ => {}
                }
            }
        }
        proptest::prop_assert_eq!(&bodies, &messages);
        proptest::prop_assert!(!pair.client.is_busy());
    }
}
