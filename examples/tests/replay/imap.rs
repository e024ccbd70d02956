//! Replaying IMAP.

use bytes::BytesMut;

use super::{Feed, Log};

pub fn server(feed: &Feed<'_>) -> Log {
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
    for (number, part) in feed.parts.iter().enumerate() {
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
    log
}

/// The client's end, with the commands that it sent: each when the one before it is answered.
pub fn client(feed: &Feed<'_>, said: &Feed<'_>) -> Log {
    use mailweft_imap::{
        Client, Syntax, TaggedCommand,
        client::{Config, Event},
    };
    let said: Vec<Vec<u8>> = said.parts.iter().map(|part| part.concat()).collect();
    let mut commands = said
        .iter()
        .flat_map(|part| part.split_inclusive(|&octet| octet == b'\n'))
        .filter(|line| *line != b"DONE\r\n")
        .map(|line| {
            TaggedCommand::parse(line, &Syntax::strict())
                .unwrap()
                .value
                .command
        });
    let (mut client, mut input, mut log) = (
        Client::new(Config::new().requiring_tls()),
        BytesMut::new(),
        Log::default(),
    );
    let mut send = |client: &mut Client| {
        if let Some(command) = commands.next() {
            client.send(command).unwrap();
        }
    };
    for (number, part) in feed.parts.iter().enumerate() {
        if number > 0 {
            client.tls_established(&input).unwrap();
            send(&mut client);
        }
        for piece in part {
            log.written.extend_from_slice(&client.output().split());
            input.extend_from_slice(piece);
            loop {
                let event = client.poll(&mut input).unwrap();
                match &event {
                    Event::NeedInput | Event::UpgradeTls { .. } => break,
                    Event::SectionChunk { chunk } => {
                        log.content(chunk);
                        continue;
                    }
                    Event::Idling { handle } => client.idle_done(*handle).unwrap(),
                    Event::Greeting(_) | Event::Done { .. } => send(&mut client),
                    _ => {}
                }
                log.event(format!("{event:?}"));
                if event == Event::Closed {
                    break;
                }
            }
        }
    }
    log.written.extend_from_slice(&client.output().split());
    log
}
