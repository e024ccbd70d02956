//! Peers that are not kind: limits hold, memory stays flat, the session goes on or closes.

use bytes::BytesMut;
use mailweft_pop3::{
    Client, Command, Error, Maildrop, Mechanism, Password, PeerError, Response, Server, Text,
    UniqueId, client, server,
};

fn server() -> Server {
    let config = server::Config::new(Text::from_static("ready"))
        .stls(true)
        .mechanisms([Mechanism::PLAIN])
        .allow_clear_text_login(true);
    Server::new(config)
}

fn said(server: &mut Server) -> String {
    String::from_utf8(server.output().split().to_vec()).unwrap()
}

#[test]
fn a_line_without_end_is_dropped_as_it_comes() {
    let mut server = server();
    said(&mut server);
    let mut input = BytesMut::new();
    for _ in 0..1000 {
        input.extend_from_slice(&[b'a'; 10_000]);
        assert_eq!(server.poll(&mut input).unwrap(), server::Event::NeedInput);
        assert!(input.len() < 255);
    }
    input.extend_from_slice(b"\r\nNOOP\r\n");
    let event = server.poll(&mut input).unwrap();
    assert!(
        matches!(event, server::Event::Violation { .. }),
        "{event:?}"
    );
    assert_eq!(server.poll(&mut input).unwrap(), server::Event::NeedInput);
    assert_eq!(said(&mut server), "-ERR line too long\r\n+OK\r\n");
}

#[test]
fn errors_end_the_session_in_the_end() {
    let mut server = server();
    let mut input = BytesMut::from("\0\r\n".repeat(100).as_str());
    let mut violations = 0;
    loop {
        match server.poll(&mut input).unwrap() {
            server::Event::Violation { .. } => violations += 1,
            server::Event::Closed => break,
            event => panic!("{event:?}"),
        }
    }
    assert_eq!(violations, 19);
    assert!(said(&mut server).ends_with("-ERR too many errors\r\n"));
}

#[test]
fn passwords_are_guessed_three_times() {
    let mut server = server();
    let mut input = BytesMut::from("USER a\r\nPASS b\r\n".repeat(5).as_str());
    let mut guesses = 0;
    loop {
        match server.poll(&mut input).unwrap() {
            server::Event::Login { slot, .. } => {
                guesses += 1;
                let wrong = Response::err(Text::from_static("wrong"));
                server.refuse(slot, &wrong).unwrap();
            }
            server::Event::Closed => break,
            event => panic!("{event:?}"),
        }
    }
    assert_eq!(guesses, 3);
}

#[test]
fn what_comes_behind_stls_is_never_read() {
    let mut server = server();
    let mut input = BytesMut::from("STLS\r\nUSER mallory\r\nPASS x\r\n");
    let event = server.poll(&mut input).unwrap();
    assert!(
        matches!(event, server::Event::StartTls { dropped: 22, .. }),
        "{event:?}"
    );
    assert!(input.is_empty());
    said(&mut server);
    input.extend_from_slice(b"USER mallory\r\n");
    assert!(server.tls_established(&input).is_err());
    input.clear();
    server.tls_established(&input).unwrap();
    input.extend_from_slice(b"PASS x\r\nSTLS\r\n");
    assert_eq!(server.poll(&mut input).unwrap(), server::Event::NeedInput);
    assert_eq!(
        said(&mut server),
        "-ERR USER first\r\n-ERR TLS is not available\r\n"
    );
}

#[test]
fn answers_in_clear_behind_stls_end_the_client() {
    let mut client = Client::new(client::Config::new());
    let mut input = BytesMut::from("+OK\r\n");
    client.poll(&mut input).unwrap();
    client.send(Command::Stls).unwrap();
    input.extend_from_slice(b"+OK begin\r\n+OK injected\r\n");
    let error = client.poll(&mut input).unwrap_err();
    assert_eq!(error, Error::Peer(PeerError::ClearTextAfterStls(14)));
    assert_eq!(client.poll(&mut input).unwrap(), client::Event::Closed);
}

#[test]
fn a_listing_of_a_million_messages_is_written_as_it_is_read() {
    let mut server = server();
    let mut input = BytesMut::from("USER a\r\nPASS b\r\nUIDL\r\n");
    let server::Event::Login { slot, .. } = server.poll(&mut input).unwrap() else {
        panic!("a login");
    };
    let mut maildrop = Maildrop::new();
    for n in 0..1_000_000 {
        assert!(maildrop.push(1, &UniqueId::new(format!("{n:x}")).unwrap()));
    }
    server.open(slot, maildrop).unwrap();
    let (mut lines, mut most) = (0, 0);
    loop {
        let event = server.poll(&mut input).unwrap();
        let output = server.output();
        most = most.max(output.len());
        lines += output.iter().filter(|&&b| b == b'\n').count();
        output.clear();
        match event {
            server::Event::Blocked => {}
            server::Event::NeedInput => break,
            event => panic!("{event:?}"),
        }
    }
    // Greeting, two answers of the login, the first line, and the dot.
    assert_eq!(lines, 1_000_005);
    assert!(most < 70_000, "{most}");
}

#[test]
fn who_does_not_read_is_not_served() {
    let mut server = server();
    let mut input = BytesMut::from("CAPA\r\n".repeat(10_000).as_str());
    assert_eq!(server.poll(&mut input).unwrap(), server::Event::Blocked);
    assert!(server.output().len() < 70_000);
    assert!(!server.wants_read());
    assert!(!input.is_empty());
}

#[test]
fn a_response_line_without_end_ends_the_client() {
    let mut client = Client::new(client::Config::new());
    let mut input = BytesMut::from(vec![b'+'; 100_000].as_slice());
    assert_eq!(client.poll(&mut input).unwrap(), client::Event::NeedInput);
    assert!(input.is_empty());
    input.extend_from_slice(b"\r\n");
    assert!(matches!(
        client.poll(&mut input),
        Err(Error::Peer(PeerError::LineTooLong(_)))
    ));
}

#[test]
fn nothing_is_sent_that_is_too_long_or_in_clear() {
    let mut client = Client::new(client::Config::new().require_tls());
    let mut input = BytesMut::from("+OK\r\n");
    client.poll(&mut input).unwrap();
    assert!(client.send(Command::User(Text::from_static("a"))).is_err());
    let mut client = Client::new(client::Config::new());
    let mut input = BytesMut::from("+OK\r\n");
    client.poll(&mut input).unwrap();
    let long = Password::new("x".repeat(300)).unwrap();
    assert!(client.send(Command::Pass(long)).is_err());
    assert!(client.output().is_empty());
}

#[test]
fn secrets_never_print() {
    let command = Command::parse(b"PASS tanstaaf").unwrap();
    assert!(!format!("{command:?}").contains("tanstaaf"));
    let mut server = server();
    let mut input = BytesMut::from("USER a\r\nPASS tanstaaf\r\n");
    let event = server.poll(&mut input).unwrap();
    assert!(!format!("{event:?} {server:?}").contains("tanstaaf"));
}

#[test]
fn a_nul_in_an_answer_does_not_leave_the_client_waiting() {
    let mut client = Client::new(client::Config::new());
    let mut input = BytesMut::from("+OK\r\n");
    client.poll(&mut input).unwrap();
    client.send(Command::Noop).unwrap();
    input.extend_from_slice(b"+OK a\0b\r\n");
    let client::Event::Done { response, .. } = client.poll(&mut input).unwrap() else {
        panic!("an answer");
    };
    assert_eq!(response.text(), &"a?b");
}

/// A client after login that has asked for a message.
fn client_in_the_middle_of_a_message() -> (Client, BytesMut) {
    let mut client = Client::new(client::Config::new());
    let mut input = BytesMut::from("+OK ready\r\n");
    client.poll(&mut input).unwrap();
    for command in ["USER a", "PASS b", "RETR 1"] {
        client
            .send(Command::parse(command.as_bytes()).unwrap())
            .unwrap();
        input.extend_from_slice(b"+OK\r\n");
        while client.poll(&mut input).unwrap() != client::Event::NeedInput {}
    }
    (client, input)
}

#[test]
fn a_message_without_end_passes_through() {
    let (mut client, mut input) = client_in_the_middle_of_a_message();
    let (chunk, mut passed) = (vec![b'.'; 8192], 0);
    for _ in 0..4096 {
        input.extend_from_slice(&chunk);
        loop {
            match client.poll(&mut input).unwrap() {
                client::Event::NeedInput => break,
                client::Event::Body { chunk, .. } => passed += chunk.len(),
                event => panic!("{event:?}"),
            }
        }
        assert!(input.len() < 8, "{} octets are kept", input.len());
    }
    // One dot at the start of the line is the server's.
    assert!(passed + 8 >= 4096 * 8192 - 1, "{passed}");
}

#[test]
fn dots_at_line_starts_are_the_same_at_every_split() {
    let answer = b"..\r\n...\r\n.a\r\n\r\n..\r\nb\r\n.\r\n+OK next\r\n";
    let expected = b".\r\n..\r\na\r\n\r\n.\r\nb\r\n";
    for at in 0..=answer.len() {
        let (mut client, mut input) = client_in_the_middle_of_a_message();
        let (mut body, mut done) = (Vec::new(), false);
        for piece in [&answer[..at], &answer[at..]] {
            input.extend_from_slice(piece);
            loop {
                match client.poll(&mut input).unwrap() {
                    client::Event::NeedInput => break,
                    client::Event::Body { chunk, .. } => body.extend_from_slice(&chunk),
                    client::Event::Done { .. } => done = true,
                    client::Event::Stray { .. } => assert!(done),
                    event => panic!("{event:?}"),
                }
            }
        }
        assert!(done && body == expected, "at {at}: {}", body.escape_ascii());
    }
}
