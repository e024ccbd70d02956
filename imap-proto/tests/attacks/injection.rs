//! Rows 10 to 18: what is slipped in behind STARTTLS, through arguments, and through literals that are none.

use super::*;

#[test]
fn row_10_what_is_injected_behind_starttls_is_noticed() {
    let (mut session, mut input) = ready("* OK x\r\n");
    session.send(Command::StartTls).unwrap();
    input.extend_from_slice(b"A1 OK begin\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n");
    assert_eq!(
        session.poll(&mut input),
        Err(Error::Peer(PeerError::TrailingPlaintext))
    );

    let (mut session, mut input) = ready("* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=EVIL] x\r\n");
    session.send(Command::StartTls).unwrap();
    input.extend_from_slice(b"A1 OK begin\r\n");
    assert!(matches!(
        session.poll(&mut input),
        Ok(client::Event::UpgradeTls { .. })
    ));
    assert_eq!(session.send(Command::Noop), Err(UsageError::WrongState));
    assert_eq!(
        session.tls_established(&BytesMut::from("x")),
        Err(UsageError::InputNotEmpty)
    );
    session.tls_established(&BytesMut::new()).unwrap();
    assert_eq!(session.capabilities(), None);
}

/// Whatever comes together with the answer, or behind it, is noticed at every split.
#[test]
fn row_10_at_every_split() {
    let wire = b"A1 OK begin\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n";
    for at in 0..=wire.len() {
        let (head, tail) = wire.split_at(at);
        let (mut session, mut input) = ready("* OK x\r\n");
        session.send(Command::StartTls).unwrap();
        input.extend_from_slice(head);
        let mut first = session.poll(&mut input);
        if first == Ok(client::Event::NeedInput) {
            input.extend_from_slice(tail);
            first = session.poll(&mut input);
        } else {
            input.extend_from_slice(tail);
        }
        match first {
            Err(Error::Peer(PeerError::TrailingPlaintext)) => {}
            Ok(client::Event::UpgradeTls { .. }) => {
                assert_eq!(session.poll(&mut input), Ok(client::Event::NeedInput));
                assert_eq!(
                    session.tls_established(&input),
                    Err(UsageError::InputNotEmpty)
                );
            }
            other => panic!("split at {at}: {other:?}"),
        }
    }
}

/// Commands behind STARTTLS are never carried out, at whatever split they come.
#[test]
fn row_12_at_every_split() {
    let wire = b"a STARTTLS\r\nb LOGIN x y\r\n";
    for at in 0..=wire.len() {
        let (head, tail) = wire.split_at(at);
        let config =
            server::Config::new().with_capability_before_auth(mailweft_imap::Capability::STARTTLS);
        let mut session = Server::new(config);
        let mut input = BytesMut::from(head);
        let mut event = session.poll(&mut input).unwrap();
        input.extend_from_slice(tail);
        if event == server::Event::NeedInput {
            event = session.poll(&mut input).unwrap();
        }
        let server::Event::StartTls { slot, .. } = event else {
            panic!("split at {at}: {event:?}")
        };
        session.reply(slot, Status::ok("go")).unwrap();
        assert!(matches!(
            session.poll(&mut input),
            Ok(server::Event::NeedInput)
        ));
        // What came behind it is gone, or keeps TLS from being taken for established.
        let established = session.tls_established(&input);
        assert_eq!(established.is_ok(), input.is_empty(), "split at {at}");
    }
}

/// Rows 15, 16 and 18 as a client reads them: the same at every split.
#[test]
fn rows_15_to_18_of_a_client_at_every_split() {
    let wire = b"* NO no mailbox x{9999}\r\n+ go on {5}\r\n* LIST () \"\\\\\" {3}\r\na\"b\r\n* OK [ALERT] \"{7}\r\n* X \"{9}\r\n* 3 EXISTS\r\nA1 NO take {5}\r\n";
    let run = |pieces: &[&[u8]]| {
        let (mut session, mut input) = ready("* PREAUTH x\r\n");
        session.send(Command::Noop).unwrap();
        let mut seen = Vec::new();
        for piece in pieces {
            input.extend_from_slice(piece);
            loop {
                match session.poll(&mut input).unwrap() {
                    client::Event::NeedInput => break,
                    event => seen.push(event),
                }
            }
        }
        assert!(input.is_empty());
        seen
    };
    let whole = run(&[wire]);
    assert_eq!(whole.len(), 7, "{whole:?}");
    for at in 1..wire.len() {
        let (head, tail) = wire.split_at(at);
        assert_eq!(run(&[head, tail]), whole, "split at {at}");
    }
}

#[test]
fn row_11_starttls_cannot_be_stripped() {
    // Before the command was sent.
    let (mut session, mut input) = ready("* OK x\r\n");
    input.extend_from_slice(b"A1 OK begin\r\n");
    assert_eq!(
        session.poll(&mut input),
        Err(Error::Peer(PeerError::UnsolicitedTag))
    );
    // When only a part of it was sent: the literal is not asked for yet.
    let (mut session, mut input) = ready("* OK x\r\n");
    session
        .send(Command::login("a\r\nb", Secret::from("c")))
        .unwrap();
    input.extend_from_slice(b"A1 OK in\r\n");
    assert_eq!(
        session.poll(&mut input),
        Err(Error::Peer(PeerError::UnsolicitedTag))
    );
    // PREAUTH leaves no way to STARTTLS.
    let mut session = Client::new(client::Config::new().requiring_tls());
    let mut input = BytesMut::from("* PREAUTH x\r\n");
    assert_eq!(
        session.poll(&mut input),
        Err(Error::Peer(PeerError::PreAuth))
    );
    let mut session = Client::new(client::Config::new().requiring_tls());
    let mut input = BytesMut::from("* OK x\r\n");
    session.poll(&mut input).unwrap();
    assert_eq!(
        session.send(Command::login("a", "b")),
        Err(UsageError::WrongState)
    );
}

#[test]
fn row_12_commands_behind_starttls_are_thrown_away() {
    let mut config = server::Config::new();
    config = config.with_capability_before_auth(mailweft_imap::Capability::STARTTLS);
    let mut session = Server::new(config);
    let mut input = BytesMut::from("a STARTTLS\r\nb LOGIN x y\r\n");
    let server::Event::StartTls { slot, discarded } = session.poll(&mut input).unwrap() else {
        panic!()
    };
    assert_eq!(discarded, "b LOGIN x y\r\n");
    session.reply(slot, Status::ok("go")).unwrap();
    input.extend_from_slice(b"c LOGIN x y\r\n");
    assert_eq!(session.poll(&mut input), Ok(server::Event::NeedInput));
    assert_eq!(
        session.tls_established(&input),
        Err(UsageError::InputNotEmpty)
    );
}

#[test]
fn row_13_nothing_can_be_injected_through_arguments() {
    let evil = "x\"\r\nX1 STORE 1:* +FLAGS (\\Deleted)\r\n\0é";
    let tag = || Tag::new("a").unwrap();
    let commands = [
        Command::login(evil, evil),
        Command::select(Mailbox::from(evil)),
        Search::seq(SearchKey::header(evil, evil)).into(),
        mailweft_imap::List::new(evil).into(),
        Command::Id(Some(mailweft_imap::Id::new().with("name", evil))),
    ];
    for command in commands {
        let mut out = BytesMut::new();
        command.clone().tagged(tag()).write(&mut out).unwrap();
        let parsed = TaggedCommand::parse(&out, &Syntax::strict())
            .unwrap_or_else(|e| panic!("{}", e.render(&out)));
        assert_eq!(parsed.value.command, command);
        // A server without LITERAL+ and BINARY: refused, and not an octet is written.
        let (mut session, _) = ready("* OK x\r\n");
        if session.send(command).is_err() {
            assert!(session.output().is_empty());
        }
    }
    assert!(Flag::keyword("a\r\nb").is_err() && Tag::new("a\r\n").is_err());
    assert!(mailweft_imap::Atom::new("a b").is_err());
    // Texts of a server are one line.
    let status = Status::new(StatusKind::Ok, "fine\r\na OK [ALERT] not fine");
    assert_eq!(status.to_string(), "OK fine  a OK [ALERT] not fine");
    let status = Status::ok("[ALERT] I am no code");
    let line = format!("a {status}\r\n");
    assert!(
        matches!(response(line.as_bytes()).value, Response::Tagged(_, status) if status.code.is_none())
    );
}

#[test]
fn row_14_literals_without_waiting_only_where_offered() {
    let command = || Command::login("a", "pässword");
    let (mut session, _) = ready("* OK [CAPABILITY IMAP4rev1] x\r\n");
    session.send(command()).unwrap();
    assert_eq!(session.output().split(), "A1 LOGIN a {9}\r\n");
    let (mut session, _) = ready("* OK [CAPABILITY IMAP4rev1 LITERAL+] x\r\n");
    session.send(command()).unwrap();
    assert_eq!(session.output().split(), "A1 LOGIN a {9+}\r\npässword\r\n");
    let (mut session, _) = ready("* OK [CAPABILITY IMAP4rev1 LITERAL-] x\r\n");
    session
        .send(Command::login("a", "ä".repeat(3_000)))
        .unwrap();
    assert_eq!(session.output().split(), "A1 LOGIN a {6000}\r\n");
    let (mut session, _) = ready("* OK [CAPABILITY IMAP4rev1 LITERAL-] x\r\n");
    session.send(command()).unwrap();
    assert_eq!(session.output().split(), "A1 LOGIN a {9+}\r\npässword\r\n");
}

#[test]
fn row_15_text_that_ends_in_braces_is_text() {
    let (mut session, mut input) = ready("* PREAUTH x\r\n");
    let noop = session.send(Command::Noop).unwrap();
    input.extend_from_slice(b"* NO no mailbox x{9999}\r\nA1 NO take {5}\r\n");
    assert!(matches!(
        session.poll(&mut input),
        Ok(client::Event::Status { .. })
    ));
    assert!(
        matches!(session.poll(&mut input), Ok(client::Event::Done { handle, .. }) if handle == noop)
    );
}

#[test]
fn row_16_a_literal_in_an_open_quote_is_none() {
    let (seen, said) = serve_split(b"a LOGIN \"x {9}\r\nb LOGOUT\r\n");
    assert!(matches!(
        seen.as_slice(),
        [
            server::Event::Violation { .. },
            server::Event::Logout { .. }
        ]
    ));
    assert!(said.contains("a BAD") && said.contains("b OK"));
}

#[test]
fn row_17_after_an_error_the_next_line_is_the_next_command() {
    let long = format!("a LOGIN {} b LOGOUT\r\nc NOOP\r\n", "x".repeat(40_000));
    let (seen, said, _) = serve(server::Config::new(), &[long.as_bytes()]);
    assert!(matches!(
        seen.as_slice(),
        [
            server::Event::Violation { .. },
            server::Event::Command {
                command: Command::Noop,
                ..
            }
        ]
    ));
    assert!(said.contains("a BAD line too long") && said.contains("c OK"));
    // Through the literals of a command that cannot be read.
    let (seen, _) = serve_split(b"a FOO ) {10+}\r\nb LOGOUT\r\n x\r\nc NOOP\r\n");
    assert!(matches!(
        seen.as_slice(),
        [
            server::Event::Violation { .. },
            server::Event::Command {
                command: Command::Noop,
                ..
            }
        ]
    ));
}

#[test]
fn row_18_refused_literals() {
    // Synchronising: never sent, so what follows is a command.
    let (seen, said) = serve_split(b"a LOGIN {100000}\r\nb NOOP\r\n");
    assert!(said.contains("a NO [TOOBIG]") && said.contains("b OK"));
    assert_eq!(seen.len(), 2);
    // Not synchronising: thrown away.
    let wire = [
        b"a LOGIN {6000+}\r\n".as_slice(),
        &b"b LOGOUT\r\n".repeat(600),
        b" x\r\nc NOOP\r\n",
    ]
    .concat();
    let (seen, said, _) = serve(server::Config::new(), &[&wire]);
    assert!(said.contains("a NO [TOOBIG]") && said.contains("c OK") && !said.contains("b OK"));
    assert_eq!(seen.len(), 2);
    // Too big to be thrown away: the connection is closed.
    let (_, said, result) = serve(server::Config::new(), &[b"a LOGIN {99999999999+}\r\n"]);
    assert_eq!(result, Err(Error::Peer(PeerError::Literal(99_999_999_999))));
    assert!(said.ends_with("* BYE too many errors\r\n"), "{said}");
    // A client whose literal is refused goes on with the next command.
    let (mut session, mut input) = ready("* OK x\r\n");
    let login = session.send(Command::login("a\r\nb", "c")).unwrap();
    let noop = session.send(Command::Noop).unwrap();
    assert_eq!(session.output().split(), "A1 LOGIN {4}\r\n");
    input.extend_from_slice(b"A1 NO [TOOBIG] no\r\n");
    assert!(
        matches!(session.poll(&mut input), Ok(client::Event::Done { handle, .. }) if handle == login)
    );
    assert_eq!(session.poll(&mut input), Ok(client::Event::NeedInput));
    assert_eq!(session.output().split(), "A2 NOOP\r\n");
    input.extend_from_slice(b"A2 OK\r\n");
    assert!(
        matches!(session.poll(&mut input), Ok(client::Event::Done { handle, .. }) if handle == noop)
    );
}

/// What a client makes of what it hears before it has sent anything, or only a part of it, in any two pieces.
#[test]
fn row_11_at_every_split() {
    let wire = b"* OK x\r\nA1 OK begin\r\n";
    for partly in [false, true] {
        for cut in 0..=wire.len() {
            let mut session = Client::new(client::Config::new());
            let mut input = BytesMut::new();
            let mut end = None;
            let mut sent = !partly;
            for piece in [&wire[..cut], &wire[cut..]] {
                input.extend_from_slice(piece);
                while end.is_none() {
                    match session.poll(&mut input) {
                        Ok(client::Event::NeedInput) => break,
                        Ok(client::Event::Greeting(_)) if !sent => {
                            let login = Command::login("a\r\nb", Secret::from("c"));
                            session.send(login).unwrap();
                            sent = true;
                        }
                        Ok(_) => {}
                        Err(error) => end = Some(error),
                    }
                }
            }
            assert_eq!(end, Some(Error::Peer(PeerError::UnsolicitedTag)), "{cut}");
        }
    }
    let wire = b"* PREAUTH x\r\n";
    for cut in 0..wire.len() {
        let mut session = Client::new(client::Config::new().requiring_tls());
        let mut input = BytesMut::from(&wire[..cut]);
        assert_eq!(session.poll(&mut input), Ok(client::Event::NeedInput));
        input.extend_from_slice(&wire[cut..]);
        let preauth = Err(Error::Peer(PeerError::PreAuth));
        assert_eq!(session.poll(&mut input), preauth);
    }
}

/// A server hears the command that was meant and no other, in any two pieces of it.
#[test]
fn row_13_at_every_split() {
    let evil = "x\"\r\nX1 STORE 1:* +FLAGS (\\Deleted)\r\n\0é {5+}\r\n";
    let commands = [
        Command::login(evil, evil),
        Command::Id(Some(mailweft_imap::Id::new().with("name", evil))),
    ];
    for command in commands {
        let mut wire = BytesMut::new();
        let tagged = command.clone().tagged(Tag::new("a").unwrap());
        tagged.write(&mut wire).unwrap();
        wire.extend_from_slice(b"b LOGOUT\r\n");
        let (seen, _) = serve_split(&wire);
        assert_eq!(seen.len(), 2, "{seen:?}");
        match (&seen[0], &command) {
            (server::Event::Login { user, password, .. }, _) => {
                assert_eq!(user.as_bytes(), evil.as_bytes());
                assert_eq!(password.reveal(), evil.as_bytes());
            }
            (server::Event::Command { command: heard, .. }, sent) => assert_eq!(heard, sent),
            other => panic!("{other:?}"),
        }
        assert!(matches!(seen[1], server::Event::Logout { .. }));
    }
}

/// Octets announced by `{n+}` are never commands, wherever the pieces are cut; and a client sends them so only where
/// that was offered, however the offer arrives.
#[test]
fn row_14_at_every_split() {
    let (seen, said) = serve_split(b"a LOGIN {13+}\r\nx\r\nb LOGOUT\r\n y\r\nc LOGOUT\r\n");
    assert!(matches!(
        seen.as_slice(),
        [
            server::Event::Login { .. } | server::Event::Violation { .. },
            server::Event::Logout { .. }
        ]
    ));
    assert!(!said.contains("b OK") && said.contains("c OK"));

    for (offer, expected) in [
        ("* OK [CAPABILITY IMAP4rev1] x\r\n", "A1 LOGIN a {9}\r\n"),
        (
            "* OK [CAPABILITY IMAP4rev1 LITERAL+] x\r\n",
            "A1 LOGIN a {9+}\r\npässword\r\n",
        ),
        (
            "* OK [CAPABILITY IMAP4rev1 LITERAL-] x\r\n",
            "A1 LOGIN a {9+}\r\npässword\r\n",
        ),
    ] {
        for cut in 0..offer.len() {
            let mut session = Client::new(client::Config::new());
            let mut input = BytesMut::from(&offer.as_bytes()[..cut]);
            assert_eq!(session.poll(&mut input), Ok(client::Event::NeedInput));
            input.extend_from_slice(&offer.as_bytes()[cut..]);
            let greeting = session.poll(&mut input);
            assert!(matches!(greeting, Ok(client::Event::Greeting(_))));
            session.send(Command::login("a", "pässword")).unwrap();
            assert_eq!(session.output().split(), expected);
        }
    }
}
