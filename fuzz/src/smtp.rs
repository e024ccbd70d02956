//! Properties of SMTP.

use bytes::{Bytes, BytesMut};

use super::{alike, join, no_break};

/// A command that parses is written as one line that parses to it; what strict takes interop takes alike.
pub fn smtp_command(data: &[u8]) {
    use mailweft_smtp::{Command, Tolerance};
    let line = Bytes::copy_from_slice(data);
    let interop = Command::read(&line, Tolerance::Interop);
    assert_eq!(
        Command::parse(data),
        interop.clone().map(|(command, _)| command)
    );
    if let Ok((strict, findings)) = Command::read(&line, Tolerance::Strict) {
        assert_eq!(interop, Ok((strict, findings)));
    }
    let Ok((command, _)) = interop else {
        return;
    };
    let written = command.to_string();
    no_break(written.as_bytes());
    assert_eq!(Command::parse(&written), Ok(command), "{written:?}");
}

/// A reply that parses is written as one that parses to it, and is written the same again.
pub fn smtp_reply(data: &[u8]) {
    use mailweft_smtp::{Capability, Reply};
    if let Ok(capability) = Capability::parse(data) {
        let line = capability.to_string();
        no_break(line.as_bytes());
        assert_eq!(Capability::parse(&line), Ok(capability), "{line:?}");
    }
    let Ok(reply) = Reply::parse(data) else {
        return;
    };
    let written = reply.to_string();
    let back = Reply::parse(&written).expect("it was written");
    assert_eq!(back.code(), reply.code(), "{written:?}");
    assert_eq!(back.enhanced(), reply.enhanced(), "{written:?}");
    assert_eq!(back.to_string(), written);
    // What no line may hold is written as `?`.
    if !reply.text().contains(char::is_control) {
        assert_eq!(back.text(), reply.text(), "{written:?}");
    }
    for line in written.split_terminator("\r\n") {
        no_break(line.as_bytes());
    }
}

/// A server hears and says the same, however the octets come.
pub fn smtp_server_chunks(data: &[u8]) {
    use mailweft_smtp::{
        Mechanism, Reply, Server,
        server::{Config, Event},
    };
    alike(data, |pieces| {
        let config = Config::new("mx.example.org").expect("a name");
        let config = config
            .tls(true)
            .auth([Mechanism::PLAIN, Mechanism::LOGIN])
            .refuse_early_talk(false)
            .other_commands(true);
        let mut server = Server::new(config);
        let (mut input, mut pieces) = (BytesMut::new(), pieces.iter());
        let (mut events, mut said) = (Vec::<Event>::new(), Vec::new());
        let failed = loop {
            let event = match server.poll(&mut input) {
                Ok(event) => event,
                Err(error) => break Some(error.to_string()),
            };
            said.extend_from_slice(&server.output().split());
            match &event {
                Event::NeedInput => {
                    let Some(piece) = pieces.next() else {
                        break None;
                    };
                    input.extend_from_slice(piece);
                    continue;
                }
                Event::Hello { slot, .. }
                | Event::Mail { slot, .. }
                | Event::Rcpt { slot, .. }
                | Event::Data { slot, .. }
                | Event::Command { slot, .. } => {
                    let accepted = server.accept(*slot);
                    if accepted.is_err() {
                        server
                            .reply(*slot, Reply::NOT_IMPLEMENTED)
                            .expect("5yz is an answer to everything");
                    }
                }
                Event::Auth { slot, .. } => {
                    server.challenge(*slot, b"Username:").expect("an answer");
                }
                Event::AuthResponse { slot, .. } => {
                    server.reply(*slot, Reply::AUTH_FAILED).expect("an answer");
                }
                Event::BodyEnd { slots, .. } => {
                    for slot in *slots {
                        server.accept(slot).expect("an answer");
                    }
                }
                _ => {}
            }
            let over = matches!(event, Event::Quit | Event::Closed);
            match (events.last_mut(), event) {
                (_, Event::Blocked) => panic!("everything is answered"),
                (Some(Event::Body { chunk: a }), Event::Body { chunk: b }) => *a = join(a, &b),
                (_, event) => events.push(event),
            }
            if over {
                break None;
            }
        };
        said.extend_from_slice(&server.output().split());
        (events, String::from_utf8_lossy(&said).into_owned(), failed)
    });
}
