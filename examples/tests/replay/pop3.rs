//! Replaying POP3.

use bytes::BytesMut;

use super::{Feed, Log};

pub fn server(feed: &Feed<'_>) -> Log {
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
    for (number, part) in feed.parts.iter().enumerate() {
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
    log
}

/// The client's end of POP3, with the commands that it sent.
pub fn client(feed: &Feed<'_>, said: &Feed<'_>) -> Log {
    use mailweft_pop3::{
        Client, Command,
        client::{Config, Event},
    };
    let (mut client, mut input, mut log) =
        (Client::new(Config::new()), BytesMut::new(), Log::default());
    let said: Vec<Vec<u8>> = said.parts.iter().map(|part| part.concat()).collect();
    let mut started = false;
    for (number, part) in feed.parts.iter().enumerate() {
        let mut lines = said[number].split_inclusive(|&b| b == b'\n');
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
            log.written.extend_from_slice(&client.output().split());
            input.extend_from_slice(piece);
            loop {
                let event = client.poll(&mut input).unwrap();
                match &event {
                    Event::NeedInput | Event::UpgradeTls => break,
                    Event::Body { chunk, .. } => {
                        log.content(chunk);
                        continue;
                    }
                    Event::Items { items, .. } => {
                        // As many as came together.
                        for item in items.clone() {
                            log.event(format!("{item:?}"));
                        }
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
    log.written.extend_from_slice(&client.output().split());
    log
}
