//! What an attacker sends, and what comes of it: nothing. One test for each kind.

mod injection;

use bytes::{Bytes, BytesMut};
use mailweft_imap::{
    AString, Client, Command, Data, Error, Fetch, FetchAttr, FetchItem, Flag, ListPattern, Mailbox,
    MessageData, PeerError, Response, Search, SearchKey, Secret, SequenceSet, Server, State,
    Status, StatusKind, Syntax, Tag, TaggedCommand, UsageError, ValueRef, client, server,
};

fn response(line: &[u8]) -> mailweft_imap::Parsed<Response> {
    Response::parse(line, &Syntax::default())
        .unwrap_or_else(|error| panic!("{}", error.render(line)))
}

fn data(line: &[u8]) -> Data {
    match response(line).value {
        Response::Data(data) => data,
        other => panic!("{other:?}"),
    }
}

/// Everything a server session makes of `wire`, all at once or in two pieces; logins are let in.
fn serve(
    config: server::Config,
    pieces: &[&[u8]],
) -> (Vec<server::Event>, String, Result<(), Error>) {
    let mut session = Server::new(config);
    let mut input = BytesMut::new();
    let mut seen = Vec::new();
    let mut result = Ok(());
    for piece in pieces {
        input.extend_from_slice(piece);
        loop {
            let event = match session.poll(&mut input) {
                Ok(server::Event::NeedInput | server::Event::Blocked | server::Event::Closed) => {
                    break;
                }
                Ok(event) => event,
                Err(error) => {
                    result = Err(error);
                    break;
                }
            };
            let answered = match &event {
                server::Event::Login { slot, .. }
                | server::Event::Command { slot, .. }
                | server::Event::StartTls { slot, .. }
                | server::Event::Logout { slot } => session.reply(*slot, Status::ok("ok")),
                server::Event::AppendMessage { slot, .. } => session.accept(*slot),
                server::Event::AppendEnd { slot } => session.reply(*slot, Status::ok("ok")),
                _ => Ok(()),
            };
            answered.unwrap();
            // Chunks are cut as the pieces are.
            match (&event, seen.last_mut()) {
                (
                    server::Event::AppendChunk { chunk: next, .. },
                    Some(server::Event::AppendChunk { chunk, .. }),
                ) => {
                    *chunk = [chunk.as_ref(), next].concat().into();
                }
                _ => seen.push(event),
            }
        }
    }
    let said = String::from_utf8(session.output().to_vec()).unwrap();
    (seen, said, result)
}

/// The same at every split.
fn serve_split(wire: &[u8]) -> (Vec<server::Event>, String) {
    let (seen, said, _) = serve(server::Config::new(), &[wire]);
    for at in 1..wire.len() {
        let (head, tail) = wire.split_at(at);
        let (split, split_said, _) = serve(server::Config::new(), &[head, tail]);
        assert_eq!((&split, &split_said), (&seen, &said), "split at {at}");
    }
    (seen, said)
}

fn ready(line: &str) -> (Client, BytesMut) {
    let mut session = Client::new(client::Config::new());
    let mut input = BytesMut::from(line);
    assert!(matches!(
        session.poll(&mut input),
        Ok(client::Event::Greeting(_))
    ));
    (session, input)
}

/// At `n` and at `8n`. What each takes is counted in instructions by the benches.
fn at_two_sizes(run: impl Fn(usize), n: usize) {
    run(n);
    run(8 * n);
}

#[test]
fn row_01_an_announced_size_allocates_nothing() {
    let (mut session, mut input) = ready("* PREAUTH x\r\n");
    input.extend_from_slice(b"* 1 FETCH (BODY[] {4294967295}\r\n");
    assert!(matches!(
        session.poll(&mut input),
        Ok(client::Event::SectionBegin {
            size: 4_294_967_295,
            ..
        })
    ));
    assert_eq!(session.poll(&mut input), Ok(client::Event::NeedInput));
    let (seen, said) = serve_split(b"a1 LOGIN {400000000}\r\nb NOOP\r\n");
    assert!(
        matches!(seen[0], server::Event::Violation { .. }),
        "{seen:?}"
    );
    assert!(said.contains("a1 NO [TOOBIG]"));
    let line = Bytes::from_static(b"* 1 FETCH (X {4294967295}\r\n)\r\n");
    assert!(Response::from_bytes(&line, &Syntax::default()).is_err());
}

#[test]
fn row_02_ranges_are_not_expanded() {
    for line in [
        b"a OK [COPYUID 1 1:4294967295 1:4294967295] x\r\n".as_slice(),
        b"* ESEARCH (TAG \"a\") UID ALL 1:4294967295\r\n",
        b"* VANISHED 1:4294967295\r\n",
    ] {
        assert!(response(line).repairs.is_empty());
    }
    let set = SequenceSet::parse("1:4294967295,1:*").unwrap();
    assert_eq!(set.count(u32::MAX), 4_294_967_295);
    assert_eq!(set.iter(u32::MAX).take(2).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn row_03_nesting_does_not_use_the_stack() {
    let deep = |open: &str, middle: &str, close: &str, n: usize| {
        format!("{}{middle}{}", open.repeat(n), close.repeat(n))
    };
    // A hundred levels work; of a hundred thousand, the item alone is not looked into.
    let text = "(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 2 1)";
    for (n, understood) in [(99, true), (100_000, false)] {
        let line = format!(
            "* 1 FETCH (BODYSTRUCTURE {} UID 5)\r\n",
            deep("(", text, " \"MIXED\")", n)
        );
        let Data::Fetch(message) = data(line.as_bytes()) else {
            panic!()
        };
        assert_eq!(message.uid(), Some(5));
        assert_eq!(message.body_structure().is_some(), understood);
        let mut out = BytesMut::new();
        Response::Data(Data::Fetch(message))
            .write(&mut out, false)
            .unwrap();
        assert_eq!(out, line.as_bytes());
    }
    let envelope = "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)";
    let open = format!("(\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 9 {envelope} ");
    let line = format!("* 1 FETCH (BODY {})\r\n", deep(&open, text, " 1)", 99));
    let Data::Fetch(message) = data(line.as_bytes()) else {
        panic!()
    };
    assert_eq!(message.body_structure().unwrap().parts().count(), 100);

    let line = format!("* X-NEW {}\r\n", deep("(", "a", ")", 100_000));
    assert!(matches!(data(line.as_bytes()), Data::Other { .. }));
    let line = format!("* THREAD {}\r\n", deep("(1 ", "(2)(3)", ")", 100_000));
    assert!(matches!(data(line.as_bytes()), Data::Other { .. }));

    for (open, close) in [("NOT ", ""), ("(", ")"), ("OR ALL ", ""), ("FUZZY ", "")] {
        let line = format!("a SEARCH {}\r\n", deep(open, "ALL", close, 100_000));
        assert!(TaggedCommand::parse(line.as_bytes(), &Syntax::default()).is_err());
        let line = format!("a SEARCH {}\r\n", deep(open, "ALL", close, 90));
        assert!(TaggedCommand::parse(line.as_bytes(), &Syntax::default()).is_ok());
    }
    // A key that was built, to any depth, is printed and dropped.
    let mut key = SearchKey::seen();
    for _ in 0..2_000 {
        key = !(key & SearchKey::draft());
    }
    assert!(key.to_string().len() > 10_000);
    let value = mailweft_imap::Value::parse(&deep("(", "x", ")", 100)).unwrap();
    let mut depth = 0;
    let mut values = value.iter();
    while let Some(ValueRef::List(inside)) = values.next() {
        depth += 1;
        values = inside;
    }
    assert_eq!(depth, 100);
}

#[test]
fn row_04_parentheses_before_the_end_of_the_line_are_bounded() {
    let config = server::Config::new();
    let limit = config.limits.line_before_auth;
    let mut session = Server::new(config);
    let mut input = BytesMut::new();
    let mut violations = 0;
    for _ in 0..1_000 {
        input.extend_from_slice(&b"a NOOP ("[..8]);
        input.extend_from_slice(&[b'('; 1_000]);
        if let server::Event::Violation { raw, .. } = session.poll(&mut input).unwrap() {
            violations += 1;
            assert!(raw.len() <= 1_024);
        }
        assert!(input.len() < limit + 2_000);
    }
    assert_eq!(violations, 1);
}

#[test]
fn row_05_many_literals_cost_no_more_than_their_octets() {
    at_two_sizes(
        |n| {
            let (mut session, mut input) = ready("* PREAUTH x\r\n");
            input.extend_from_slice(b"* X-NEW");
            input.extend_from_slice(&b" {0}\r\n".repeat(n));
            input.extend_from_slice(b"\r\n");
            let event = session.poll(&mut input).unwrap();
            assert!(matches!(event, client::Event::Data { .. }), "{event:?}");
        },
        10_000,
    );
    let wire = [
        b"a LOGIN".as_slice(),
        &b" {0+}\r\n".repeat(1_000),
        b"\r\nb NOOP\r\n",
    ]
    .concat();
    let (seen, said, _) = serve(server::Config::new(), &[&wire]);
    assert!(matches!(
        seen.as_slice(),
        [
            server::Event::Violation { .. },
            server::Event::Command { .. }
        ]
    ));
    assert!(said.contains("a BAD too many literals"));
}

#[test]
fn row_06_parameters_of_id_are_limited() {
    let field = " \"k\" \"v\"";
    let line = |n: usize| format!("a ID ({})\r\n", field.repeat(n).trim_start());
    assert!(TaggedCommand::parse(line(30).as_bytes(), &Syntax::default()).is_ok());
    assert!(TaggedCommand::parse(line(31).as_bytes(), &Syntax::default()).is_err());
    let long = format!("a ID (\"k\" \"{}\")\r\n", "v".repeat(1_025));
    assert!(TaggedCommand::parse(long.as_bytes(), &Syntax::default()).is_err());
}

#[test]
fn row_07_patterns_do_not_blow_up() {
    let pattern = ListPattern::from("*a".repeat(1_000).as_str());
    let mailbox = Mailbox::from(format!("{}b", "a".repeat(2_000)));
    assert!(!pattern.matches(&mailbox, Some('/')));
}

#[test]
fn row_08_threads_and_sorts_are_flat() {
    let line = format!("* THREAD {}\r\n", "(1 2 3)".repeat(100_000));
    let Data::Thread(threads) = data(line.as_bytes()) else {
        panic!()
    };
    assert_eq!(threads.iter().count(), 300_000);
}

#[test]
fn row_09_compression_begins_at_a_known_octet() {
    let (mut session, mut input) = ready("* PREAUTH x\r\n");
    session
        .send(Command::Compress(mailweft_imap::Atom::from_static(
            "DEFLATE",
        )))
        .unwrap();
    assert_eq!(session.send(Command::Noop).map(drop), Ok(()));
    // The NOOP is not sent before the answer: it would not be compressed.
    assert_eq!(session.output().split(), "A1 COMPRESS DEFLATE\r\n");
    input.extend_from_slice(b"A1 OK active\r\n\x00\x01");
    let event = session.poll(&mut input).unwrap();
    assert!(
        matches!(event, client::Event::StartCompression { compressed, .. } if compressed.as_ref() == [0, 1])
    );
}

#[test]
fn row_19_sasl_messages_pass_unread() {
    // Mechanisms are the caller's business: what a challenge says costs nothing here.
    let (mut session, mut input) = ready("* OK x\r\n");
    let mechanism = mailweft_imap::Atom::from_static("SCRAM-SHA-256");
    let auth = session
        .send(Command::Authenticate {
            mechanism,
            initial: None,
        })
        .unwrap();
    input.extend_from_slice(b"+ cj14LHM9eCxpPTQyOTQ5NjcyOTU=\r\n");
    let event = session.poll(&mut input).unwrap();
    assert!(
        matches!(&event, client::Event::Challenge { data, .. } if data.reveal() == b"r=x,s=x,i=4294967295")
    );
    session.cancel(auth).unwrap();
    assert!(session.output().ends_with(b"*\r\n"));
}

#[test]
fn row_20_a_long_search_is_linear_in_any_pieces() {
    let ids = |n: usize| {
        let ids: mailweft_imap::Ids = (1..=u32::try_from(n).unwrap()).collect();
        format!("* SEARCH {ids}\r\n").into_bytes()
    };
    for piece in [1, 16 << 10] {
        at_two_sizes(
            |n| {
                let wire = ids(n);
                let (mut session, mut input) = ready("* PREAUTH x\r\n");
                let mut found = 0;
                for piece in wire.chunks(piece) {
                    input.extend_from_slice(piece);
                    if let client::Event::Data {
                        data: Data::Search(search),
                        ..
                    } = session.poll(&mut input).unwrap()
                    {
                        found = search.ids.iter().count();
                    }
                }
                assert_eq!(found, n);
            },
            if piece == 1 { 10_000 } else { 100_000 },
        );
    }
}

#[test]
fn row_21_what_made_others_panic() {
    for line in [
        b"* 1 FETCH (INTERNALDATE NIL)\r\n".as_slice(),
        "* OK [ALERT]é\r\n".as_bytes(),
        b"* OK [\r\n",
        b"* OK []\r\n",
        b"* 1 FETCH (BODY[1\r\n",
        b"* 1 FETCH (BODY[<>] \"\")\r\n",
        b"* LIST () \"\\",
        b"+",
        b"*",
        b"",
        b"\r\n",
        b"* 99999999999999999999 EXISTS\r\n",
    ] {
        for len in 0..=line.len() {
            for syntax in [Syntax::default(), Syntax::strict()] {
                let _ = Response::parse(&line[..len], &syntax);
                let _ = TaggedCommand::parse(&line[..len], &syntax);
            }
        }
    }
}

#[test]
fn row_22_secrets_do_not_print() {
    let login = Command::login("me", "tanstaaf");
    let mechanism = mailweft_imap::Atom::from_static("PLAIN");
    let auth = Command::Authenticate {
        mechanism,
        initial: Some(Secret::from("tanstaaf")),
    };
    for shown in [format!("{login:?} {login} {auth:?}"), auth.to_string()] {
        assert!(
            !shown.contains("tanstaaf") && !shown.contains("dGFuc3RhYWY"),
            "{shown}"
        );
    }
    let (mut session, _) = ready("* OK [CAPABILITY IMAP4rev1 SASL-IR] x\r\n");
    session.record(mailweft_imap::Transcript::new(1_000));
    session.send(auth).unwrap();
    assert!(
        session
            .output()
            .ends_with(b"AUTHENTICATE PLAIN dGFuc3RhYWY=\r\n")
    );
    assert_eq!(
        session.transcript().unwrap().as_str(),
        "C: A1 AUTHENTICATE PLAIN ****\n"
    );
    // Of a line that cannot be read nobody knows what is secret in it.
    let mut server = Server::new(server::Config::new());
    server.record(mailweft_imap::Transcript::new(1_000));
    let mut input = BytesMut::from("a LOGIN me tanstaaf x\r\n");
    server.poll(&mut input).unwrap();
    assert!(!server.transcript().unwrap().as_str().contains("tanstaaf"));
}

#[test]
fn row_23_an_answer_with_the_tag_of_another_command_is_not_mine() {
    let (mut session, mut input) = ready("* PREAUTH x\r\n");
    let search = Search::uid(SearchKey::all()).returning(mailweft_imap::SearchReturn::All);
    session
        .send(Command::Select(mailweft_imap::Select::new(Mailbox::INBOX)))
        .unwrap();
    input.extend_from_slice(b"A1 OK x\r\n");
    session.poll(&mut input).unwrap();
    let handle = session.send(search).unwrap();
    input.extend_from_slice(
        b"* ESEARCH (TAG \"A9\") UID ALL 1:3\r\n* ESEARCH (TAG \"A2\") UID ALL 4\r\n",
    );
    let owners: Vec<_> = (0..2)
        .map(|_| match session.poll(&mut input).unwrap() {
            client::Event::Data { handle, .. } => handle,
            event => panic!("{event:?}"),
        })
        .collect();
    assert_eq!(owners, [None, Some(handle)]);
}

#[test]
fn row_24_no_expunge_during_fetch_store_and_search() {
    let mut server = Server::new(server::Config::new().preauthenticated());
    let mut input = BytesMut::from("a SELECT INBOX\r\n");
    let server::Event::Command { slot, .. } = server.poll(&mut input).unwrap() else {
        panic!()
    };
    server.reply(slot, Status::ok("ok")).unwrap();
    assert_eq!(server.state(), State::Selected);
    server.output().clear();

    input.extend_from_slice(b"b FETCH 1:* FLAGS\r\n");
    let server::Event::Command { slot, .. } = server.poll(&mut input).unwrap() else {
        panic!()
    };
    server.update(Data::Exists(9)).unwrap();
    server.update(Data::Expunge(1)).unwrap();
    // This one counts on the message being gone, and waits with it.
    server
        .update(MessageData::new(1, [FetchItem::Uid(2)]))
        .unwrap();
    server.reply(slot, Status::ok("ok")).unwrap();
    assert_eq!(server.output().split(), "* 9 EXISTS\r\nb OK ok\r\n");

    input.extend_from_slice(b"c NOOP\r\n");
    let server::Event::Command { slot, .. } = server.poll(&mut input).unwrap() else {
        panic!()
    };
    server.reply(slot, Status::ok("ok")).unwrap();
    assert_eq!(
        server.output().split(),
        "* 1 EXPUNGE\r\n* 1 FETCH (UID 2)\r\nc OK ok\r\n"
    );

    // The client's side of it: numbers are not used while they may change.
    let (mut session, _) = ready("* PREAUTH x\r\n");
    session.send(Command::select(Mailbox::INBOX)).unwrap();
    let fetch = Fetch::seq(SequenceSet::ALL, [FetchAttr::Flags]);
    session.send(fetch).unwrap();
    assert_eq!(session.output().split(), "A1 SELECT INBOX\r\n");
    let _ = AString::from("x");
}

/// What is kept of an answer nobody understands is written back, but never an octet that is none of a line's.
#[test]
fn what_is_kept_is_written_whole_or_not_at_all() {
    for line in [
        b"* 1 FETCH (UID 7 \xff\x00DY[1] e)\r\n".as_slice(),
        b"* 1 FETCH (X a\x00b)\r\n",
        b"* 1 FETCH (X \"a\x00b\")\r\n",
        b"* STATUS a (X \"\x00\")\r\n",
        b"* X-\x00 1\r\n",
    ] {
        let Ok(parsed) = Response::parse(line, &Syntax::default()) else {
            continue;
        };
        let mut out = BytesMut::new();
        if parsed.value.write(&mut out, false).is_err() {
            assert!(out.is_empty(), "{}", out.escape_ascii());
            continue;
        }
        // NUL stands in a literal8 alone, and what was written is read as the same.
        let outside = out.windows(2).position(|at| at == b"~{");
        assert!(
            outside.is_some() || !out.contains(&0),
            "{}",
            out.escape_ascii()
        );
        let again = Response::parse(&out, &Syntax::default()).unwrap();
        assert_eq!(again.value, parsed.value);
    }
    let deep = [
        b"* 1 FETCH (X ".as_slice(),
        &b"(".repeat(200),
        b"\x00",
        &b")".repeat(200),
        b")\r\n",
    ]
    .concat();
    if let Ok(parsed) = Response::parse(&deep, &Syntax::default()) {
        let mut out = BytesMut::new();
        parsed.value.write(&mut out, false).unwrap_or_default();
        // Not as it came, but all of it as one string.
        assert!(
            out.is_empty() || out.starts_with(b"* 1 FETCH ~{"),
            "{}",
            out.escape_ascii()
        );
    }
}
