//! The journey with a small attachment, and every conversation of it replayed: the sessions tell the same
//! events whole, octet by octet and in every two-way split.

use bytes::BytesMut;
use mailweft_examples::{
    journey::{Plan, Story, run},
    services::{Conversation, Recorder, Service},
    wire::Way,
};

/// What one side said, parted where TLS began.
fn said(conversation: &Conversation, way: Way) -> Vec<Vec<u8>> {
    let mut parts = vec![Vec::new()];
    for (which, octets) in &conversation.said {
        if *which == Way::Tls {
            parts.push(Vec::new());
        } else if *which == way {
            parts.last_mut().unwrap().extend_from_slice(octets);
        }
    }
    parts
}

/// Feeds the parts in pieces to a session; `next` says whether it wants the next part.
struct Feed<'a> {
    pieces: Vec<Vec<&'a [u8]>>,
}

impl<'a> Feed<'a> {
    /// Each part in two pieces, split at the octet `at` of all of them.
    fn split(parts: &'a [Vec<u8>], mut at: usize) -> Self {
        let pieces = parts
            .iter()
            .map(|part| {
                let here = at.min(part.len());
                at -= here;
                vec![&part[..here], &part[here..]]
            })
            .collect();
        Self { pieces }
    }

    fn octets(parts: &'a [Vec<u8>]) -> Self {
        let pieces = parts.iter().map(|part| part.chunks(1).collect()).collect();
        Self { pieces }
    }
}

/// Pieces of content are joined: how it was cut is no event.
#[derive(Default)]
struct Log {
    events: Vec<String>,
    body: Vec<u8>,
}

impl Log {
    fn event(&mut self, text: String) {
        if !self.body.is_empty() {
            let body = std::mem::take(&mut self.body);
            self.events.push(format!("{}", body.escape_ascii()));
        }
        self.events.push(text);
    }
}

fn smtp_server(feed: &Feed<'_>, submission: bool) -> Vec<String> {
    use mailweft_smtp::{
        Capability, Mechanism, Reply, Server,
        server::{Config, Event},
    };
    let mut config = Config::new("mx.example")
        .unwrap()
        .starttls(true)
        .offer(Capability::Dsn);
    if submission {
        config = config.auth([Mechanism::PLAIN]).require_auth(true);
    }
    let (mut server, mut input, mut log) = (Server::new(config), BytesMut::new(), Log::default());
    // The greeting is written before anything is read.
    server.poll(&mut input).unwrap();
    server.output().clear();
    for (number, part) in feed.pieces.iter().enumerate() {
        if number > 0 {
            server.tls_established(&input).unwrap();
        }
        for piece in part {
            input.extend_from_slice(piece);
            loop {
                let event = server.poll(&mut input).unwrap();
                match &event {
                    Event::NeedInput | Event::StartTls { .. } => break,
                    Event::Blocked => server.output().clear(),
                    Event::Body { chunk, .. } => {
                        log.body.extend_from_slice(chunk);
                        continue;
                    }
                    Event::BodyEnd { slots, .. } => {
                        for slot in *slots {
                            server.reply(slot, Reply::MESSAGE_OK).unwrap();
                        }
                    }
                    Event::Hello { slot, .. }
                    | Event::Mail { slot, .. }
                    | Event::Rcpt { slot, .. }
                    | Event::Data { slot, .. }
                    | Event::Auth { slot, .. } => server.accept(*slot).unwrap(),
                    _ => {}
                }
                log.event(format!("{event:?}"));
                if matches!(event, Event::Quit | Event::Closed) {
                    break;
                }
            }
        }
    }
    log.events
}

fn pop3_server(feed: &Feed<'_>) -> Vec<String> {
    use mailweft_pop3::{
        Maildrop, Mechanism, Server, Text, UniqueId,
        server::{Config, Event},
    };
    let config = Config::new(Text::from_static("ready"))
        .stls(true)
        .mechanisms([Mechanism::PLAIN])
        .apop(Text::from_static("<1@example>"));
    let (mut server, mut input, mut log) = (Server::new(config), BytesMut::new(), Log::default());
    // The greeting is written before anything is read.
    server.poll(&mut input).unwrap();
    server.output().clear();
    for (number, part) in feed.pieces.iter().enumerate() {
        if number > 0 {
            server.tls_established(&input).unwrap();
        }
        for piece in part {
            input.extend_from_slice(piece);
            loop {
                let event = server.poll(&mut input).unwrap();
                match &event {
                    Event::NeedInput | Event::StartTls { .. } => break,
                    Event::Apop { slot, .. } | Event::Auth { slot, .. } => {
                        let mut maildrop = Maildrop::new();
                        maildrop.push(9, &UniqueId::new("a").unwrap());
                        server.open(*slot, maildrop).unwrap();
                    }
                    Event::Retr { slot, .. } | Event::Top { slot, .. } => {
                        server.begin_message(*slot).unwrap();
                        server.message(*slot, b"a: b\r\n\r\nc\r\n").unwrap();
                        server.end_message(*slot).unwrap();
                    }
                    Event::Commit { slot, .. } => server.committed(*slot).unwrap(),
                    _ => {}
                }
                log.event(format!("{event:?}"));
                if event == Event::Closed {
                    break;
                }
            }
        }
    }
    log.events
}

fn imap_server(feed: &Feed<'_>) -> Vec<String> {
    use mailweft_imap::{
        Capability, Command, Server, Status,
        server::{Config, Event},
    };
    let mut config = Config::new()
        .with_capability_before_auth(Capability::STARTTLS)
        .requiring_tls();
    for capability in [Capability::MOVE, Capability::UIDPLUS] {
        config = config.with_capability(capability);
    }
    let (mut server, mut input, mut log) = (Server::new(config), BytesMut::new(), Log::default());
    // The greeting is written before anything is read.
    server.poll(&mut input).unwrap();
    server.output().clear();
    for (number, part) in feed.pieces.iter().enumerate() {
        if number > 0 {
            server.tls_established(&input).unwrap();
        }
        for piece in part {
            input.extend_from_slice(piece);
            loop {
                let event = server.poll(&mut input).unwrap();
                match &event {
                    Event::NeedInput => break,
                    Event::StartTls { slot, .. } => {
                        server.reply(*slot, Status::ok("begin")).unwrap();
                        break;
                    }
                    Event::Blocked => server.output().clear(),
                    Event::Command { slot, command, .. } => {
                        let _: &Command = command;
                        server.reply(*slot, Status::ok("done")).unwrap();
                    }
                    Event::Login { slot, .. }
                    | Event::IdleDone { slot, .. }
                    | Event::Logout { slot, .. } => {
                        server.reply(*slot, Status::ok("done")).unwrap();
                    }
                    _ => {}
                }
                log.event(format!("{event:?}"));
                if event == Event::Closed {
                    break;
                }
            }
        }
    }
    log.events
}

/// The client's end of POP3, with the commands that it sent.
fn pop3_client(feed: &Feed<'_>, commands: &[Vec<u8>]) -> Vec<String> {
    use mailweft_pop3::{
        Client, Command,
        client::{Config, Event},
    };
    let (mut client, mut input, mut log) =
        (Client::new(Config::new()), BytesMut::new(), Log::default());
    let mut started = false;
    for (number, part) in feed.pieces.iter().enumerate() {
        let mut lines = commands[number].split_inclusive(|&b| b == b'\n');
        let mut send = |client: &mut Client| {
            if let Some(line) = lines.next() {
                let line = line.strip_suffix(b"\r\n").unwrap();
                client.send(Command::parse(line).unwrap()).unwrap();
            }
        };
        if number > 0 {
            client.tls_established(&input).unwrap();
            send(&mut client);
        }
        for piece in part {
            input.extend_from_slice(piece);
            loop {
                let event = client.poll(&mut input).unwrap();
                match &event {
                    Event::NeedInput | Event::UpgradeTls => break,
                    Event::Body { chunk, .. } => {
                        log.body.extend_from_slice(chunk);
                        continue;
                    }
                    Event::Greeting { .. } => {
                        assert!(!std::mem::replace(&mut started, true));
                        send(&mut client);
                    }
                    Event::Done { .. } => send(&mut client),
                    _ => {}
                }
                log.event(format!("{event:?}"));
                if event == Event::Closed {
                    break;
                }
            }
        }
    }
    log.events
}

#[test]
fn every_conversation_is_the_same_however_it_is_cut() {
    let folder = tempfile::tempdir().unwrap();
    let recorder = Recorder::new();
    let plan = Plan {
        attachment: 500,
        lines: 12,
        recorder: recorder.clone(),
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime
        .block_on(run(folder.path(), &plan, &Story::new(true)))
        .unwrap();
    let conversations = recorder.conversations();
    let count = |service| {
        conversations
            .iter()
            .filter(|c| c.service == service)
            .count()
    };
    assert!(count(Service::Smtp) >= 3 && count(Service::Submission) >= 3);
    assert_eq!((count(Service::Pop3), count(Service::Imap)), (3, 2));
    for conversation in &conversations {
        let heard = said(conversation, Way::In);
        let answered = said(conversation, Way::Out);
        type Replay<'r> = Box<dyn Fn(&Feed<'_>) -> Vec<String> + 'r>;
        let mut replays: Vec<(&[Vec<u8>], Replay<'_>)> = Vec::new();
        match conversation.service {
            Service::Smtp => replays.push((&heard, Box::new(|feed| smtp_server(feed, false)))),
            Service::Submission => replays.push((&heard, Box::new(|feed| smtp_server(feed, true)))),
            Service::Pop3 => {
                replays.push((&heard, Box::new(pop3_server)));
                replays.push((&answered, Box::new(|feed| pop3_client(feed, &heard))));
            }
            Service::Imap => replays.push((&heard, Box::new(imap_server))),
            _ => {}
        }
        for (parts, replay) in replays {
            let total: usize = parts.iter().map(Vec::len).sum();
            let whole = replay(&Feed::split(parts, 0));
            assert!(whole.len() >= 3, "{:?}: {whole:?}", conversation.service);
            assert_eq!(
                replay(&Feed::octets(parts)),
                whole,
                "{:?}",
                conversation.service
            );
            for at in 1..total {
                let cut = replay(&Feed::split(parts, at));
                assert_eq!(cut, whole, "{:?} at {at} of {total}", conversation.service);
            }
        }
    }
}
