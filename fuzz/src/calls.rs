//! Calls of a client that reach the server as they were made.

use bytes::BytesMut;
use mailweft_address::{Address, Level};
use mailweft_smtp::{
    Client, Command, HelloName, Mail, Rcpt, Server,
    client::{self, Envelope},
    server,
};

/// What the server is to hear.
#[derive(Debug, Default, PartialEq, Eq)]
struct Heard {
    mail: Vec<Mail>,
    recipients: Vec<Rcpt>,
    commands: Vec<Command>,
    body: Vec<u8>,
    messages: usize,
}

/// Whatever strings a client is called with: what its calls refuse is never sent, and what they take the server
/// hears as so many commands, with the same values, and nothing else. The input is cut at each FF: the name, the sender,
/// a command, recipients, and the content last.
pub fn smtp_calls(data: &[u8]) {
    let fields: Vec<&[u8]> = data.split(|&octet| octet == 0xff).collect();
    let [name, from, other, recipients @ .., content] = &fields[..] else {
        return;
    };
    let name = String::from_utf8_lossy(name).into_owned();
    let Ok(name) = HelloName::new(name) else {
        return;
    };
    // What SMTP has no form for, the server refuses; what it has one for, it must hear.
    let address = |octets: &[u8]| Address::parse_at(Level::Smtp, octets).ok();
    let Some(from) = address(from) else {
        return;
    };
    let recipients: Vec<Rcpt> = recipients
        .iter()
        .filter_map(|octets| address(octets).map(Rcpt::new))
        .collect();
    let other = Command::parse(other)
        .ok()
        .filter(|command| matches!(command, Command::Vrfy(_) | Command::Help(_)));
    let mail = Mail::new(from);
    let envelope = Envelope::new(mail.clone(), recipients.clone());

    let Ok(config) = client::Config::new(name.to_string().as_str()) else {
        panic!("{name} is a name once and not twice");
    };
    let config = config.security(client::Security::Clear);
    let mut client = Client::new(config);
    let config = server::Config::new("mx.example.org").expect("a name");
    let mut server = Server::new(config.other_commands(true));
    let (mut to_server, mut to_client) = (BytesMut::new(), BytesMut::new());
    let (mut asked, mut heard) = (Heard::default(), Heard::default());
    let (mut envelope, mut other) = (Some(envelope), other);
    for _ in 0..64 + content.len() {
        let answer = client
            .poll(&mut to_client)
            .expect("our server keeps to the RFC");
        match answer {
            client::Event::Ready | client::Event::Reply { .. } => {
                if let Some(command) = other.take() {
                    if client.command(command.clone()).is_ok() {
                        asked.commands.push(command);
                        continue;
                    }
                }
                match &envelope.take() {
                    Some(envelope) if client.begin((*envelope).clone()).is_ok() => {
                        asked.mail.push(mail.clone());
                        asked.recipients.clone_from(&recipients);
                    }
                    _ => client.quit().expect("nothing is under way"),
                }
            }
            client::Event::SendBody => {
                let mut rest = *content;
                while !rest.is_empty() {
                    match client.body(rest) {
                        Ok(taken) => {
                            asked.body.extend_from_slice(&rest[..taken]);
                            rest = &rest[taken..];
                        }
                        // A stray line end: what went before it may be heard, and no message of it.
                        Err(_) => return,
                    }
                    to_server.extend_from_slice(&client.output().split());
                }
                if client.body_end().is_err() {
                    return;
                }
                // In chunks it goes as it is, whatever it ends in (RFC 3030).
                asked.messages += 1;
            }
            client::Event::Done { .. } => client.quit().expect("nothing is under way"),
            client::Event::Closed { .. } => {
                asked.body = words(&asked.body);
                heard.body = words(&heard.body);
                assert_eq!(heard, asked);
                return;
            }
            _ => {}
        }
        to_server.extend_from_slice(&client.output().split());
        hear(&mut server, &mut to_server, &mut heard);
        to_client.extend_from_slice(&server.output().split());
    }
    panic!("the session does not end: {asked:?} {heard:?}");
}

/// Content without line ends and blanks: stray ones are made whole on their way, CR alone a blank.
fn words(content: &[u8]) -> Vec<u8> {
    let text = content.iter().copied();
    text.filter(|octet| !matches!(octet, b'\r' | b'\n' | b' '))
        .collect()
}

/// The server takes what has come, and accepts all of it.
fn hear(server: &mut Server, input: &mut BytesMut, heard: &mut Heard) {
    loop {
        let event = server.poll(input).expect("our client keeps to the RFC");
        let accepted = match event {
            server::Event::NeedInput | server::Event::Quit | server::Event::Closed => return,
            server::Event::Hello { slot, .. } | server::Event::Data { slot, .. } => {
                server.accept(slot)
            }
            server::Event::Mail { slot, mail } => {
                heard.mail.push(mail);
                server.accept(slot)
            }
            server::Event::Rcpt { slot, rcpt } => {
                heard.recipients.push(rcpt);
                server.accept(slot)
            }
            server::Event::Command { slot, command } => {
                heard.commands.push(command);
                server.accept(slot)
            }
            server::Event::Body { chunk } => {
                heard.body.extend_from_slice(&chunk);
                Ok(())
            }
            server::Event::BodyEnd { slots, .. } => {
                heard.messages += 1;
                slots.into_iter().try_for_each(|slot| server.accept(slot))
            }
            event => panic!("nobody called for {event:?}"),
        };
        accepted.expect("it may be accepted");
    }
}
