//! Replaying SMTP.

use bytes::BytesMut;
use mailweft_smtp::{
    Capability, Client, Mail, Mechanism, Rcpt, Reply, Secret, Server,
    server::{self, Config, Event},
};

use super::{Feed, Log};

/// The server's end.
pub fn server(feed: &Feed<'_>, submission: bool) -> Log {
    let mut log = Log::default();
    listen(feed, submission, |event| match event {
        Event::Body { chunk } => log.content(chunk),
        event => log.event(format!("{event:?}")),
    });
    log
}

/// Lets a server that says yes to everything hear what a client said.
fn listen(feed: &Feed<'_>, submission: bool, mut hear: impl FnMut(&Event)) {
    let mut config = Config::new("mx.example")
        .unwrap()
        .starttls(true)
        .offer(Capability::Dsn);
    if submission {
        config = config.auth([Mechanism::PLAIN]).require_auth(true);
    }
    let (mut server, mut input) = (Server::new(config), BytesMut::new());
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
                    Event::Blocked => server.output().clear(),
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
                hear(&event);
                if matches!(event, Event::Quit | Event::Closed) {
                    break;
                }
            }
        }
    }
}

/// What a client wanted, read off what it said.
#[derive(Default)]
struct Errand {
    name: String,
    login: Option<(Mechanism, Option<Secret>)>,
    mail: Option<Mail>,
    recipients: Vec<Rcpt>,
    content: Vec<u8>,
}

/// The client's end, on the errand that it was on.
pub fn client(feed: &Feed<'_>, said: &Feed<'_>, submission: bool) -> Log {
    use mailweft_smtp::client::{Config, Envelope, Event, Security};

    let mut errand = Errand::default();
    listen(said, submission, |event| match event {
        server::Event::Hello { name, .. } => errand.name = name.to_string(),
        server::Event::Auth {
            mechanism, initial, ..
        } => errand.login = Some((mechanism.clone(), initial.clone())),
        server::Event::Mail { mail, .. } => errand.mail = Some(mail.clone()),
        server::Event::Rcpt { rcpt, .. } => errand.recipients.push(rcpt.clone()),
        server::Event::Body { chunk } => errand.content.extend_from_slice(chunk),
        _ => {}
    });
    let mut envelope = errand
        .mail
        .map(|mail| Envelope::new(mail, errand.recipients));
    let config = Config::new(errand.name.as_str())
        .unwrap()
        .security(Security::Required);
    let (mut client, mut input, mut log) = (Client::new(config), BytesMut::new(), Log::default());
    for (number, part) in feed.parts.iter().enumerate() {
        if number > 0 {
            client.tls_established(&input).unwrap();
        }
        for piece in part {
            log.written.extend_from_slice(&client.output().split());
            input.extend_from_slice(piece);
            loop {
                let event = client.poll(&mut input).unwrap();
                match &event {
                    Event::NeedInput | Event::UpgradeTls => break,
                    Event::Ready => match errand.login.take() {
                        Some((mechanism, initial)) => client.auth(mechanism, initial).unwrap(),
                        None => match envelope.take() {
                            Some(envelope) => client.begin(envelope).unwrap(),
                            None => client.quit().unwrap(),
                        },
                    },
                    Event::Authenticated { .. } => client.begin(envelope.take().unwrap()).unwrap(),
                    Event::AuthFailed { .. } | Event::Done { .. } => client.quit().unwrap(),
                    Event::SendBody => {
                        let mut content = errand.content.as_slice();
                        while !content.is_empty() {
                            let taken = client.body(content).unwrap();
                            content = &content[taken..];
                            log.written.extend_from_slice(&client.output().split());
                        }
                        client.body_end().unwrap();
                    }
                    _ => {}
                }
                log.event(format!("{event:?}"));
                if matches!(event, Event::Closed { .. }) {
                    log.written.extend_from_slice(&client.output().split());
                    return log;
                }
            }
        }
    }
    log.written.extend_from_slice(&client.output().split());
    log
}
