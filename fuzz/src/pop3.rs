//! Properties of POP3.

use bytes::BytesMut;

use super::{alike, control, no_break};

/// A command that parses is written as one line that parses to it.
pub fn pop3_command(data: &[u8]) {
    use mailweft_pop3::Command;
    let Ok(command) = Command::parse(data) else {
        return;
    };
    let written = command.to_bytes();
    let line = written.strip_suffix(b"\r\n").expect("a line");
    no_break(line);
    assert_eq!(Command::parse(line), Ok(command), "{}", line.escape_ascii());
}

/// A response, and a line of capabilities, that parse are written as what parses to them.
pub fn pop3_response(data: &[u8]) {
    use mailweft_pop3::{Capability, Response};
    if !data.iter().any(|b| matches!(b, b'\r' | b'\n' | 0)) {
        let capability = Capability::parse(data);
        let line = capability.to_bytes();
        no_break(&line);
        assert_eq!(
            Capability::parse(&line),
            capability,
            "{}",
            line.escape_ascii()
        );
    }
    // CR, LF and NUL in the text are read, and written: see `finds`.
    if data.iter().any(|b| matches!(b, b'\r' | b'\n' | 0)) {
        return;
    }
    let Ok(response) = Response::parse(data) else {
        return;
    };
    let written = response.to_bytes();
    let line = written.strip_suffix(b"\r\n").unwrap_or(&written);
    no_break(line);
    assert_eq!(
        Response::parse(line),
        Ok(response),
        "{}",
        line.escape_ascii()
    );
}

/// A server hears and says the same, however the octets come.
pub fn pop3_server_chunks(data: &[u8]) {
    use mailweft_pop3::{
        Maildrop, Mechanism, Response, Server, Text, UniqueId,
        server::{Config, Event},
    };
    alike(data, |pieces| {
        let config = Config::new(Text::from_static("ready"))
            .mechanisms([Mechanism::PLAIN])
            .utf8(true)
            .allow_clear_text_login(true);
        let mut server = Server::new(config);
        let (mut input, mut pieces) = (BytesMut::new(), pieces.iter());
        let (mut events, mut said) = (Vec::<Event>::new(), Vec::new());
        let no = Response::err(Text::from_static("no"));
        let failed = loop {
            let event = match server.poll(&mut input) {
                Ok(event) => event,
                Err(error) => break Some(error.to_string()),
            };
            match &event {
                Event::NeedInput => {
                    let Some(piece) = pieces.next() else {
                        break None;
                    };
                    input.extend_from_slice(piece);
                    continue;
                }
                Event::Login { slot, .. } | Event::Apop { slot, .. } => {
                    let mut maildrop = Maildrop::new();
                    maildrop.push(12, &UniqueId::new("one").expect("an id"));
                    maildrop.push(7, &UniqueId::new("two").expect("an id"));
                    server.open(*slot, maildrop).expect("an answer");
                }
                Event::Auth { slot, .. } => server.challenge(*slot, b"go").expect("an answer"),
                Event::AuthResponse { slot, .. }
                | Event::Lang { slot, .. }
                | Event::Other { slot, .. } => server.refuse(*slot, &no).expect("an answer"),
                Event::Retr { slot, .. } | Event::Top { slot, .. } => {
                    server.begin_message(*slot).expect("an answer");
                    server
                        .message(*slot, b".A: b\r\n\r\n.c\r\nd")
                        .expect("a chunk");
                    server.end_message(*slot).expect("an end");
                }
                Event::Commit { slot, .. } => server.committed(*slot).expect("an answer"),
                Event::Blocked => panic!("everything is answered"),
                _ => {}
            }
            said.extend_from_slice(&server.output().split());
            let over = event == Event::Closed;
            events.push(event);
            if over {
                break None;
            }
        };
        said.extend_from_slice(&server.output().split());
        (events, String::from_utf8_lossy(&said).into_owned(), failed)
    });
}

/// What is encoded decodes to the same lines, whatever the pieces on either side; what is behind the end is left.
pub fn pop3_dots(data: &[u8]) {
    use mailweft_pop3::{DotDecoder, DotEncoder, Piece};
    let decode = |pieces: &[&[u8]]| {
        let mut decoder = DotDecoder::new();
        let (mut input, mut pieces, mut octets) = (BytesMut::new(), pieces.iter(), Vec::new());
        loop {
            match decoder.next(&mut input) {
                Piece::Data(piece) => octets.extend_from_slice(&piece),
                Piece::End => break,
                _ => match pieces.next() {
                    Some(piece) => input.extend_from_slice(piece),
                    None => return (octets, None),
                },
            }
        }
        for piece in pieces {
            input.extend_from_slice(piece);
        }
        (octets, Some(input.to_vec()))
    };
    alike(data, decode);
    let mut lines = Vec::new();
    let Some((_, _, octets)) = control(data) else {
        return;
    };
    for (at, &octet) in octets.iter().enumerate() {
        match octet {
            b'\r' => lines.extend_from_slice(b"\r\n"),
            b'\n' if at > 0 && octets[at - 1] == b'\r' => {}
            b'\n' => lines.extend_from_slice(b"\r\n"),
            _ => lines.push(octet),
        }
    }
    if !lines.is_empty() && !lines.ends_with(b"\r\n") {
        lines.extend_from_slice(b"\r\n");
    }
    alike(data, |pieces| {
        let (mut encoder, mut wire) = (DotEncoder::new(), BytesMut::new());
        for piece in pieces {
            encoder.write(piece, &mut wire);
        }
        encoder.finish(&mut wire);
        wire.extend_from_slice(b".\r\n+OK");
        assert_eq!(
            decode(&[&wire]),
            (lines.clone(), Some(b".\r\n+OK".to_vec())),
            "{}",
            wire.escape_ascii()
        );
        wire
    });
}
