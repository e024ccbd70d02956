//! A dialogue of client and server lines, and how either end is taken through it.
#![allow(dead_code, reason = "no test file needs all of it")]

use std::collections::VecDeque;

use bytes::BytesMut;
use mailweft_smtp::{
    Capability, Client, Command, Limits, Mechanism, Reply, Server, Tolerance,
    client::{self, Envelope, Security},
    server::{self, Event},
};

#[derive(Clone, Debug, Default)]
pub(crate) struct Dialogue {
    pub(crate) place: String,
    pub(crate) server_only: bool,
    pub(crate) lmtp: bool,
    pub(crate) turns: Vec<Turn>,
    /// What the server's caller is to get, where that is known.
    pub(crate) content: Option<Vec<u8>>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Turn {
    Client(Vec<u8>),
    Server(Reply),
    Tls,
}

impl Dialogue {
    pub(crate) fn read(file: &str, text: &str) -> Vec<Self> {
        let mut dialogues = vec![Self::default()];
        let mut reply = String::new();
        for (number, line) in text.lines().enumerate() {
            let dialogue = dialogues.last_mut().unwrap();
            if line == "---" {
                let place = format!("{file}:{}", number + 2);
                dialogues.push(Self {
                    place,
                    ..Self::default()
                });
            } else if line == "# server" {
                dialogue.server_only = true;
            } else if line == "# lmtp" {
                dialogue.lmtp = true;
            } else if line == "-- TLS --" {
                dialogue.turns.push(Turn::Tls);
            } else if let Some(line) = line.strip_prefix("S:") {
                let line = line.strip_prefix(' ').unwrap_or(line);
                reply.push_str(line);
                reply.push_str("\r\n");
                if line.as_bytes().get(3) != Some(&b'-') {
                    dialogue
                        .turns
                        .push(Turn::Server(Reply::parse(&reply).expect(line)));
                    reply.clear();
                }
            } else if let Some(line) = line.strip_prefix("C:") {
                let line = line.strip_prefix(' ').unwrap_or(line);
                let octets = line
                    .strip_prefix('{')
                    .and_then(|line| line.strip_suffix(" octets}"));
                dialogue.turns.push(Turn::Client(match octets {
                    Some(octets) => vec![b'x'; octets.parse().unwrap()],
                    None => [line.as_bytes(), b"\r\n"].concat(),
                }));
            } else {
                assert!(line.starts_with('#'), "{file}:{}: {line}", number + 1);
            }
        }
        dialogues.retain(|dialogue| !dialogue.turns.is_empty());
        dialogues
    }

    fn replies(&self) -> Vec<Reply> {
        let reply = |turn: &Turn| match turn {
            Turn::Server(reply) => Some(reply.clone()),
            _ => None,
        };
        self.turns.iter().filter_map(reply).collect()
    }

    /// What the client says, as much as comes before each handshake.
    fn said(&self) -> Vec<Vec<u8>> {
        let mut said = vec![Vec::new()];
        for turn in &self.turns {
            match turn {
                Turn::Client(octets) => said.last_mut().unwrap().extend_from_slice(octets),
                Turn::Tls => said.push(Vec::new()),
                Turn::Server(_) => {}
            }
        }
        said
    }

    /// A server that offers what this one does.
    fn config(&self) -> server::Config {
        let mut config = server::Config::new("server.example")
            .unwrap()
            .lmtp(self.lmtp)
            .auth_in_clear(true);
        for keyword in [
            "PIPELINING",
            "8BITMIME",
            "SMTPUTF8",
            "CHUNKING",
            "ENHANCEDSTATUSCODES",
        ] {
            config = config.withdraw(keyword);
        }
        for reply in self.replies() {
            for line in reply.lines().skip(1) {
                match Capability::parse(line) {
                    Ok(Capability::StartTls) => config = config.starttls(true),
                    Ok(Capability::Auth(words)) => {
                        config =
                            config.auth(words.iter().map(|word| Mechanism::new(word).unwrap()));
                    }
                    Ok(Capability::Size(Some(size))) => {
                        config = config.limits(Limits::default().message(size));
                    }
                    Ok(Capability::Size(None)) | Err(_) => {}
                    Ok(capability) => config = config.offer(capability),
                }
            }
        }
        config
    }
}

/// Whole replies in a text.
fn replies(wire: &[u8]) -> Vec<Reply> {
    let mut replies = Vec::new();
    let mut reply = Vec::new();
    for line in wire.split_inclusive(|&byte| byte == b'\n') {
        reply.extend_from_slice(line);
        if line.get(3) != Some(&b'-') {
            replies.push(Reply::parse(std::mem::take(&mut reply)).unwrap());
        }
    }
    replies
}

/// The server hears the client's lines in pieces, and its caller answers what the dialogue answers: every
/// reply of the session's own is of the same class, all others are the same.
pub(crate) fn through_server(dialogue: &Dialogue, step: usize) {
    let Dialogue { place, .. } = dialogue;
    let expected = dialogue.replies();
    if expected[0].code() != 220 {
        return; // A server that greets with a refusal is no session.
    }
    let mut server = Server::new(dialogue.config());
    let (mut input, mut said, mut content) = (BytesMut::new(), Vec::new(), Vec::new());
    let mut phases: VecDeque<_> = dialogue.said().into();
    let mut wire = VecDeque::from(phases.pop_front().unwrap());
    loop {
        let event = server
            .poll(&mut input)
            .unwrap_or_else(|error| panic!("{place}: {error}"));
        said.extend_from_slice(&server.output().split());
        let next = replies(&said).len();
        let mut answer = |slot| {
            let reply = expected
                .get(next)
                .unwrap_or_else(|| panic!("{place}: no reply to {event:?}"));
            if reply.code() == 334 {
                server.challenge(slot, b"").unwrap();
            } else {
                server
                    .reply(slot, reply.clone())
                    .unwrap_or_else(|error| panic!("{place}: {error}"));
            }
        };
        match event {
            Event::NeedInput if wire.is_empty() => break,
            Event::NeedInput => input.extend(wire.drain(..step.min(wire.len()))),
            Event::StartTls { .. } => {
                server.tls_established(&input).unwrap();
                wire.extend(phases.pop_front().unwrap());
            }
            Event::Data {
                slot,
                framing: server::Framing::Bdat,
            } => server.accept(slot).unwrap(),
            Event::Hello { slot, .. }
            | Event::Mail { slot, .. }
            | Event::Rcpt { slot, .. }
            | Event::Data { slot, .. }
            | Event::Auth { slot, .. }
            | Event::AuthResponse { slot, .. }
            | Event::Command { slot, .. } => answer(slot),
            Event::BodyEnd { slots, .. } => {
                for (at, slot) in slots.enumerate() {
                    server.reply(slot, expected[next + at].clone()).unwrap();
                }
            }
            Event::Body { chunk } => content.extend_from_slice(&chunk),
            Event::Quit | Event::Closed => break,
            _ => {}
        }
    }
    said.extend_from_slice(&server.output().split());
    if let Some(expected) = &dialogue.content {
        assert_eq!(
            content.escape_ascii().to_string(),
            expected.escape_ascii().to_string(),
            "{place}"
        );
    }
    let said = replies(&said);
    assert_eq!(said.len(), expected.len(), "{place}: {said:?}");
    for (said, expected) in said.iter().zip(&expected) {
        assert_eq!(
            said.code() / 100,
            expected.code() / 100,
            "{place}: {said:?} for {expected:?}"
        );
    }
}

/// The client is called as its lines ask; it says exactly these lines.
pub(crate) fn through_client(dialogue: &Dialogue, step: usize) {
    let Dialogue { place, .. } = dialogue;
    let phases = dialogue.said();
    let starttls = phases
        .iter()
        .any(|said| said.windows(10).any(|line| line == b"STARTTLS\r\n"));
    let expected = phases.concat();
    let hello = expected.split(|&byte| byte == b'\r').next().unwrap();
    let name = hello
        .get(5..)
        .filter(|_| !hello.starts_with(b"QUIT"))
        .unwrap_or(b"client.example");
    let config = client::Config::new(std::str::from_utf8(name).unwrap())
        .unwrap()
        .lmtp(dialogue.lmtp)
        .auth_in_clear(true)
        .security(if starttls {
            Security::Required
        } else {
            Security::Clear
        });
    let mut client = Client::new(config);
    let mut replies: VecDeque<_> = dialogue.replies().into();
    let (mut input, mut said, mut wire) = (BytesMut::new(), Vec::new(), VecDeque::<u8>::new());
    // HELO is what a client says that knows no EHLO, or hears that the server does not.
    let helo = expected.starts_with(b"HELO");
    loop {
        let event = client
            .poll(&mut input)
            .unwrap_or_else(|error| panic!("{place}: {error}"));
        said.extend_from_slice(&client.output().split());
        if helo && said.starts_with(b"EHLO") {
            let end = said.iter().position(|&byte| byte == b'\n').unwrap();
            said.drain(..=end);
            wire.extend(b"500 What?\r\n");
        }
        if said.len() > expected.len() && replies.is_empty() && wire.is_empty() {
            // The dialogue stops before the message does.
            assert!(said.starts_with(&expected), "{place}");
            return;
        }
        assert!(
            expected.starts_with(&said),
            "{place}: {}",
            String::from_utf8_lossy(&said)
        );
        let rest = &expected[said.len()..];
        let line = rest
            .split_inclusive(|&byte| byte == b'\n')
            .next()
            .unwrap_or_default();
        match event {
            client::Event::NeedInput => {
                if wire.is_empty() {
                    let Some(reply) = replies.pop_front() else {
                        break;
                    };
                    wire.extend(reply.to_string().bytes());
                }
                input.extend(wire.drain(..step.min(wire.len())));
            }
            client::Event::UpgradeTls => client.tls_established(&input).unwrap(),
            client::Event::AuthChallenge { .. } => {
                use base64::{Engine as _, engine::general_purpose::STANDARD};
                if line == b"*\r\n" {
                    client.auth_cancel().unwrap();
                } else {
                    let response = STANDARD.decode(line.trim_ascii_end()).unwrap();
                    client.auth_respond(&response.into()).unwrap();
                }
            }
            client::Event::SendBody => {
                let content = match rest.windows(5).position(|end| end == b"\r\n.\r\n") {
                    Some(end) if !rest.starts_with(b"BDAT") => &rest[..end + 2],
                    _ => rest,
                };
                if let Some(chunk) = rest.strip_prefix(b"BDAT ") {
                    let start = chunk.iter().position(|&byte| byte == b'\n').unwrap() + 1;
                    let size = std::str::from_utf8(&chunk[..start - 2])
                        .unwrap()
                        .trim_end_matches(" LAST");
                    let content = &chunk[start..start + size.parse::<usize>().unwrap()];
                    assert_eq!(client.body(content).unwrap(), content.len());
                } else if content != b".\r\n" {
                    let content = String::from_utf8(content.to_vec())
                        .unwrap()
                        .replace("\r\n.", "\r\n");
                    let content = content.strip_prefix('.').unwrap_or(&content).as_bytes();
                    if !rest.starts_with(b".\r\n") {
                        let mut content = content;
                        while !content.is_empty() {
                            let taken = client.body(content).unwrap();
                            content = &content[taken..];
                            said.extend_from_slice(&client.output().split());
                        }
                    }
                }
                client.body_end().unwrap();
            }
            client::Event::Ready
            | client::Event::Done { .. }
            | client::Event::Reply { .. }
            | client::Event::Authenticated { .. }
            | client::Event::AuthFailed { .. } => call(&mut client, rest, place),
            client::Event::Closed { .. } => break,
            _ => {}
        }
    }
    said.extend_from_slice(&client.output().split());
    assert_eq!(
        String::from_utf8_lossy(&said),
        String::from_utf8_lossy(&expected),
        "{place}"
    );
    assert!(replies.is_empty(), "{place}: {replies:?}");
}

/// Makes the call that says the next lines.
fn call(client: &mut Client, rest: &[u8], place: &str) {
    let mut lines = rest.split_inclusive(|&byte| byte == b'\n').map(|line| {
        let line = bytes::Bytes::copy_from_slice(line.trim_ascii_end());
        Command::read(&line, Tolerance::Interop).map(|(command, _)| command)
    });
    let result = match lines.next() {
        None => return,
        Some(Ok(Command::Quit)) => client.quit(),
        Some(Ok(Command::Auth(auth))) => {
            client.auth(auth.mechanism().clone(), auth.initial().cloned())
        }
        Some(Ok(Command::Mail(mail))) => {
            let rcpts = lines.map_while(|line| match line {
                Ok(Command::Rcpt(rcpt)) => Some(rcpt),
                _ => None,
            });
            let rcpts: Vec<_> = rcpts.collect();
            if rcpts.is_empty() {
                // A dialogue that ends at MAIL: the command alone is what it shows.
                let to = mailweft_address::ForwardPath::Postmaster;
                client.begin(Envelope::new(mail, [mailweft_smtp::Rcpt::new(to)]))
            } else {
                client.begin(Envelope::new(mail, rcpts))
            }
        }
        Some(Ok(command)) => client.command(command),
        Some(Err(error)) => panic!("{place}: {error}"),
    };
    result.unwrap_or_else(|error| panic!("{place}: {error}"));
}
