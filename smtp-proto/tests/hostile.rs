//! Shapes that a peer sends who means ill: each gets the reply it should, and none gets more than its
//! share.

mod common;

use bytes::BytesMut;
use common::{config, serve, serve_with};
use mailweft_smtp::{
    Client, Command, Error, Limits, Mechanism, PeerError, Reply, Server, client,
    server::{Event, ViolationKind},
};

#[test]
fn a_line_without_an_end() {
    let piece = vec![b'x'; 16 << 10];
    let pieces = vec![&piece[..]; 100];
    let heard = serve(config(), &pieces);
    assert!(matches!(
        heard.error,
        Some(Error::Peer(PeerError::EndlessLine(_)))
    ));
    assert_eq!(heard.codes(), [220, 500]);
}

#[test]
fn floods_end_with_421() {
    for (line, config, code) in [
        ("NOOP\r\n", config(), 250),
        ("EHLO c\r\n", config(), 250),
        ("RSET\r\n", config(), 250),
        ("VRFY x\r\n", config(), 252),
        (
            "AUTH PLAIN x\r\n",
            config().tls(true).auth([Mechanism::PLAIN]),
            501,
        ),
        ("\r\n", config(), 500),
        ("\x16\x03\x01\r\n", config(), 500),
    ] {
        let wire = line.repeat(1_000_000);
        let heard = serve(config, &wire.as_bytes().chunks(4096).collect::<Vec<_>>());
        let codes = heard.codes();
        assert!(matches!(
            heard.error,
            Some(Error::Peer(
                PeerError::TooManyCommands(_) | PeerError::TooManyErrors(_)
            ))
        ));
        assert!(
            codes.len() <= 1003 && codes[1] == code && codes.last() == Some(&421),
            "{line:?}: {codes:?}"
        );
    }
}

#[test]
fn failed_authentications_count_as_errors() {
    let wire = "EHLO c\r\n".to_owned() + &"AUTH PLAIN AHUAcA==\r\n".repeat(100) + "FROB\r\n";
    let server = config().tls(true).auth([Mechanism::PLAIN]);
    let heard = serve_with(server, &[wire.as_bytes()], |server, event| match event {
        Event::Auth { slot, .. } => server.reply(*slot, Reply::AUTH_FAILED).unwrap(),
        event => common::accept_all(server, event),
    });
    assert_eq!(heard.codes().last(), Some(&421));
}

#[test]
fn a_million_recipients() {
    let wire =
        "EHLO c\r\nMAIL FROM:<>\r\n".to_owned() + &"RCPT TO:<a@b.example>\r\n".repeat(1_000_000);
    let limits = Limits::default()
        .idle_commands(usize::MAX)
        .errors(usize::MAX);
    let heard = serve(
        config().limits(limits),
        &wire.as_bytes().chunks(4096).collect::<Vec<_>>(),
    );
    let codes = heard.codes();
    assert_eq!(codes.iter().filter(|&&code| code == 250).count(), 1002);
    assert_eq!(codes.iter().filter(|&&code| code == 452).count(), 999_000);
}

#[test]
fn sizes_beyond_reason() {
    let heard = serve(
        config(),
        &[b"EHLO c\r\nMAIL FROM:<> SIZE=4294967296\r\nMAIL FROM:<> SIZE=18446744073709551615\r\n"],
    );
    assert_eq!(heard.codes(), [220, 250, 552, 552]);
    let heard = serve(
        config(),
        &[b"EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\nBDAT 18446744073709551615\r\nx"],
    );
    assert_eq!(heard.codes(), [220, 250, 250, 250, 552]);
    assert!(heard.error.is_some());
}

/// A caller that does not answer, with a client that does not wait: no more is read than is bounded.
#[test]
fn nothing_is_read_while_answers_are_open() {
    let mut server = Server::new(config());
    let mut input = BytesMut::new();
    server.poll(&mut input).unwrap();
    input.extend_from_slice(b"EHLO c\r\nMAIL FROM:<>\r\n");
    for _ in 0..2 {
        match server.poll(&mut input).unwrap() {
            Event::Hello { slot, .. } | Event::Mail { slot, .. } => server.accept(slot).unwrap(),
            event => panic!("{event:?}"),
        }
    }
    input.extend_from_slice(&b"RCPT TO:<a@b.example>\r\n".repeat(1000));
    let mut slots = Vec::new();
    loop {
        match server.poll(&mut input).unwrap() {
            Event::Rcpt { slot, .. } => slots.push(slot),
            Event::Blocked => break,
            event => panic!("{event:?}"),
        }
    }
    assert_eq!(slots.len(), 100);
    assert!(!server.wants_read() && !input.is_empty());
    for slot in slots {
        server.accept(slot).unwrap();
    }
    assert!(server.wants_read());
    assert!(matches!(
        server.poll(&mut input).unwrap(),
        Event::Rcpt { .. }
    ));
}

/// A client that reads no replies: no more is said than is bounded.
#[test]
fn nothing_is_read_while_output_waits() {
    let mut server =
        Server::new(config().limits(Limits::default().idle_commands(usize::MAX).output(1000)));
    let mut input = BytesMut::from(&b""[..]);
    server.poll(&mut input).unwrap();
    input.extend_from_slice(&b"NOOP\r\n".repeat(1000));
    assert_eq!(server.poll(&mut input).unwrap(), Event::Blocked);
    assert!(server.output().len() < 1100 && !server.wants_read());
    server.output().clear();
    assert_eq!(server.poll(&mut input).unwrap(), Event::Blocked);
    assert!(input.len() < 6000);
}

/// Replies without end: what is kept is bounded, and then the server is given up.
#[test]
fn a_reply_of_a_million_lines() {
    for line in [
        &b"250-x\r\n"[..],
        b"250-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n",
        b"x",
    ] {
        let mut client = Client::new(client::Config::new("c.example").unwrap());
        let mut input = BytesMut::from(&b"220 mx\r\n"[..]);
        client.poll(&mut input).unwrap();
        client.output().clear();
        let piece = line.repeat(1000);
        let error = loop {
            input.extend_from_slice(&piece);
            assert!(input.len() < 300_000);
            match client.poll(&mut input) {
                Ok(client::Event::NeedInput) => {}
                Ok(event) => panic!("{event:?}"),
                Err(error) => break error,
            }
        };
        assert!(
            matches!(error, Error::Peer(PeerError::EndlessReply(_))),
            "{error}"
        );
    }
}

/// A command line of parameters: bounded, and not compared each with each for long.
#[test]
fn a_line_of_parameters() {
    let line =
        "MAIL FROM:<> ".to_owned() + &(0..5000).map(|n| format!("X{n} ")).collect::<String>();
    let error = Command::parse(line.trim_end()).unwrap_err();
    assert_eq!(
        error.to_string().split(" at ").next(),
        Some("number out of range in esmtp-param")
    );
}

/// Each faulty line gets one reply, and is reported with its octets.
#[test]
fn every_line_gets_one_reply() {
    let mut state = 1_u64;
    let limits = Limits::default()
        .errors(usize::MAX)
        .idle_commands(usize::MAX);
    let mut wire = Vec::new();
    let mut lines = 0;
    for _ in 0..2000 {
        let mut line = Vec::new();
        for _ in 0..state % 40 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            line.push(state.to_be_bytes()[0]);
        }
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        line.retain(|&byte| byte != b'\n');
        while line.last() == Some(&b'\r') {
            line.pop();
        }
        wire.extend_from_slice(&line);
        wire.extend_from_slice(b"\r\n");
        lines += 1;
    }
    let mut violations = 0;
    let heard = serve_with(
        config().limits(limits),
        &wire.chunks(100).collect::<Vec<_>>(),
        |_, event| {
            if let Event::Violation(violation) = event {
                violations += 1;
                assert!(matches!(
                    violation.kind(),
                    ViolationKind::Syntax(_) | ViolationKind::Unknown
                ));
                assert!(
                    wire.windows(violation.line().len())
                        .any(|line| line == violation.line())
                );
            }
        },
    );
    assert_eq!((heard.codes().len(), violations), (lines + 1, lines));
}
