//! What several test files need: a server that is fed pieces, and two ends joined.
#![allow(dead_code, reason = "no test file needs all of it")]

use bytes::BytesMut;
use mailweft_smtp::{
    Client, Error, Reply, Server, client,
    server::{Config, Event},
};

/// What a server made of its input: its events in order, pieces of content joined, and what it said.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Heard {
    pub(crate) events: Vec<String>,
    pub(crate) content: Vec<Vec<u8>>,
    pub(crate) said: String,
    pub(crate) error: Option<Error>,
}

impl Heard {
    /// The codes of the replies, one for each.
    pub(crate) fn codes(&self) -> Vec<u16> {
        let lines = self
            .said
            .lines()
            .filter(|line| line.as_bytes().get(3) != Some(&b'-'));
        lines.map(|line| line[..3].parse().unwrap()).collect()
    }

    /// The verbs that reached the caller.
    pub(crate) fn mails(&self) -> usize {
        self.events
            .iter()
            .filter(|event| event.starts_with("Mail"))
            .count()
    }
}

pub(crate) fn config() -> Config {
    Config::new("mx.example.org").unwrap()
}

/// Feeds a server pieces, and answers every event: positively, but for recipients whose local part begins
/// with `no`.
pub(crate) fn serve(config: Config, pieces: &[&[u8]]) -> Heard {
    serve_with(config, pieces, |server, event| match event {
        Event::Rcpt { slot, rcpt } if rcpt.to().to_string().starts_with("<no") => {
            server.reply(*slot, Reply::NO_SUCH_USER).unwrap();
        }
        Event::Hello { slot, .. }
        | Event::Mail { slot, .. }
        | Event::Rcpt { slot, .. }
        | Event::Data { slot, .. }
        | Event::Command { slot, .. } => server.accept(*slot).unwrap(),
        Event::Auth {
            slot,
            initial: None,
            ..
        } => server.challenge(*slot, b"go on").unwrap(),
        Event::Auth { slot, .. } | Event::AuthResponse { slot, .. } => {
            server.accept(*slot).unwrap();
        }
        Event::BodyEnd { slots, .. } => slots.for_each(|slot| server.accept(slot).unwrap()),
        _ => {}
    })
}

/// Feeds a server pieces, and lets `answer` answer.
pub(crate) fn serve_with(
    config: Config,
    pieces: &[&[u8]],
    mut answer: impl FnMut(&mut Server, &Event),
) -> Heard {
    let mut server = Server::new(config);
    let (mut input, mut heard) = (BytesMut::new(), Heard::default());
    let mut said = Vec::new();
    let mut pieces = pieces.iter();
    let mut open: Option<Vec<u8>> = None;
    loop {
        let event = match server.poll(&mut input) {
            Ok(event) => event,
            Err(error) => {
                heard.error = Some(error);
                break;
            }
        };
        match &event {
            Event::NeedInput => {
                said.extend_from_slice(&server.output().split());
                let Some(piece) = pieces.next() else { break };
                input.extend_from_slice(piece);
                continue;
            }
            Event::Blocked => {
                let out = server.output().split();
                assert!(!out.is_empty(), "blocked, and nothing to say");
                said.extend_from_slice(&out);
                continue;
            }
            Event::Body { chunk } => {
                assert!(!chunk.is_empty());
                open.get_or_insert_default().extend_from_slice(chunk);
                continue;
            }
            Event::BodyEnd { size, .. } => {
                let content = open.take().unwrap_or_default();
                assert_eq!(content.len() as u64, *size);
                heard.content.push(content);
            }
            Event::BodyAborted { .. } => drop(open.take()),
            _ => {}
        }
        heard.events.push(format!("{event:?}"));
        answer(&mut server, &event);
        match event {
            Event::StartTls { .. } => {
                said.extend_from_slice(&server.output().split());
                server.tls_established(&input).unwrap();
            }
            Event::Quit | Event::Closed => break,
            _ => {}
        }
    }
    said.extend_from_slice(&server.output().split());
    heard.said = String::from_utf8(said).unwrap();
    heard
}

/// Whole, octet by octet, and cut at every place: the same each time. Gives what was heard.
#[track_caller]
pub(crate) fn serve_every_way(config: &Config, wire: &[u8]) -> Heard {
    let whole = serve(config.clone(), &[wire]);
    let bytewise = serve(config.clone(), &wire.chunks(1).collect::<Vec<_>>());
    assert_eq!(bytewise, whole, "octet by octet");
    for cut in 0..=wire.len() {
        let (left, right) = wire.split_at(cut);
        assert_eq!(serve(config.clone(), &[left, right]), whole, "cut at {cut}");
    }
    whole
}

/// Passes octets between two ends, `step` at a time, until neither has more to say.
pub(crate) struct Pair {
    pub(crate) client: Client,
    pub(crate) server: Server,
    to_server: BytesMut,
    to_client: BytesMut,
    pub(crate) step: usize,
    /// Content that the server was handed, message by message; and the one under way.
    pub(crate) messages: Vec<Vec<u8>>,
    open: Vec<u8>,
    /// What the server's caller saw.
    pub(crate) commands: Vec<String>,
    pub(crate) events: Vec<client::Event>,
}

impl Pair {
    pub(crate) fn new(client: client::Config, server: Config) -> Self {
        Self {
            client: Client::new(client),
            server: Server::new(server),
            to_server: BytesMut::new(),
            to_client: BytesMut::new(),
            step: usize::MAX,
            messages: Vec::new(),
            open: Vec::new(),
            commands: Vec::new(),
            events: Vec::new(),
        }
    }

    fn pass(from: &mut BytesMut, to: &mut BytesMut, step: usize) -> bool {
        let piece = from.split_to(step.min(from.len()));
        to.extend_from_slice(&piece);
        !piece.is_empty()
    }

    /// Runs until nothing moves; `answer` answers the server's events, `react` the client's.
    pub(crate) fn run(
        &mut self,
        mut answer: impl FnMut(&mut Server, &Event),
        mut react: impl FnMut(&mut Client, &client::Event),
    ) -> Result<(), Error> {
        loop {
            let mut moved = Self::pass(self.server.output(), &mut self.to_client, self.step);
            loop {
                let event = self.client.poll(&mut self.to_client)?;
                match &event {
                    client::Event::NeedInput => break,
                    client::Event::UpgradeTls => {
                        self.client.tls_established(&self.to_client)?;
                        self.events.push(event);
                        continue;
                    }
                    _ => {}
                }
                react(&mut self.client, &event);
                let closed = matches!(event, client::Event::Closed { .. });
                self.events.push(event);
                moved = true;
                if closed {
                    return Ok(());
                }
            }
            moved |= Self::pass(self.client.output(), &mut self.to_server, self.step);
            loop {
                let event = self.server.poll(&mut self.to_server)?;
                match &event {
                    Event::NeedInput | Event::Blocked | Event::Closed => break,
                    Event::Body { chunk } => self.open.extend_from_slice(chunk),
                    Event::BodyEnd { .. } => self.messages.push(std::mem::take(&mut self.open)),
                    Event::BodyAborted { .. } => self.open.clear(),
                    Event::StartTls { .. } => {
                        let out = self.server.output().split();
                        self.to_client.extend_from_slice(&out);
                        self.server.tls_established(&self.to_server)?;
                    }
                    _ => {}
                }
                if !matches!(event, Event::Body { .. }) {
                    self.commands.push(format!("{event:?}"));
                }
                answer(&mut self.server, &event);
                moved = true;
            }
            moved |= !self.server.output().is_empty() || !self.client.output().is_empty();
            if !moved {
                return Ok(());
            }
        }
    }
}

/// Answers every event positively.
pub(crate) fn accept_all(server: &mut Server, event: &Event) {
    match event {
        Event::Hello { slot, .. }
        | Event::Mail { slot, .. }
        | Event::Rcpt { slot, .. }
        | Event::Data { slot, .. }
        | Event::Auth { slot, .. }
        | Event::AuthResponse { slot, .. }
        | Event::Command { slot, .. } => server.accept(*slot).unwrap(),
        Event::BodyEnd { slots, .. } => slots.for_each(|slot| server.accept(slot).unwrap()),
        _ => {}
    }
}

/// Puts a whole message in, or as much as fits.
pub(crate) fn send_all(client: &mut Client, content: &[u8]) {
    let taken = client.body(content).unwrap();
    assert_eq!(taken, content.len());
    client.body_end().unwrap();
}
