//! Annotations of messages (RFC 5257) where a transcript does not reach: with a message that comes, and entries alone.

use bytes::BytesMut;
use mailweft_imap::{
    Annotation, AnnotationQuery, Append, AppendMessage, Code, Command, Data, Fetch, FetchAttr,
    FetchItem, Mailbox, Response, SequenceSet, Server, Status, Store, StoreWhat, Syntax, Tag,
    TaggedCommand, server,
};

/// What a server is told of the message that `wire` appends, in pieces of `step`: its annotations and its octets.
fn appended(wire: &str, step: usize) -> (Vec<Annotation>, String) {
    let mut session = Server::new(server::Config::new().preauthenticated());
    let mut input = BytesMut::new();
    let (mut told, mut octets) = (Vec::new(), String::new());
    session.poll(&mut input).unwrap();
    for piece in wire.as_bytes().chunks(step) {
        input.extend_from_slice(piece);
        loop {
            match session.poll(&mut input).unwrap() {
                server::Event::NeedInput => break,
                server::Event::AppendMessage {
                    slot, annotations, ..
                } => {
                    told.extend(annotations);
                    session.accept(slot).unwrap();
                }
                server::Event::AppendChunk { chunk, .. } => {
                    octets.push_str(std::str::from_utf8(&chunk).unwrap());
                }
                server::Event::AppendMessageEnd { .. } => octets.push('|'),
                server::Event::AppendEnd { slot } => {
                    session.reply(slot, Status::ok("stored")).unwrap();
                }
                event => panic!("{event:?}"),
            }
        }
    }
    (told, octets)
}

#[test]
fn rfc5257_s4_7_a_message_comes_with_its_annotations() {
    let note = "Don't send until I say so";
    let comment = Annotation::new("/comment").with("value.priv", note);
    for wire in [
        format!(
            "a APPEND drafts (\\Seen) ANNOTATION (/comment (value.priv \"{note}\")) {{3+}}\r\none\r\n"
        ),
        // A value in a literal of its own is no message.
        format!(
            "a APPEND drafts ANNOTATION (/comment (value.priv {{25+}}\r\n{note})) {{3+}}\r\none\r\n"
        ),
    ] {
        for step in 1..=wire.len() {
            assert_eq!(
                appended(&wire, step),
                (vec![comment.clone()], "one|".into()),
                "{step}"
            );
        }
    }
    let two = "a APPEND d ANNOTATION (/a (value.priv 1)) {1+}\r\nx ANNOTATION (/b (value.shared NIL)) {1+}\r\ny\r\n";
    let told = vec![
        Annotation::new("/a").with("value.priv", "1"),
        Annotation::new("/b").without("value.shared"),
    ];
    assert_eq!(appended(two, two.len()), (told, "x|y|".into()));
}

fn fetched(wire: &'static str) -> Vec<Annotation> {
    let parsed = Response::parse(wire.as_bytes(), &Syntax::default()).unwrap();
    let Response::Data(Data::Fetch(data)) = parsed.value else {
        panic!("{wire}");
    };
    let found = data.items().iter().find_map(|item| match item {
        FetchItem::Annotation(given) => Some(given.clone()),
        _ => None,
    });
    found.unwrap()
}

#[test]
fn rfc5257_s4_4_entries_alone_have_changed() {
    let changed = fetched("* 1 FETCH (ANNOTATION (/comment /altsubject))\r\n");
    assert_eq!(
        changed,
        [Annotation::new("/comment"), Annotation::new("/altsubject")]
    );
    let given = fetched("* 1 FETCH (ANNOTATION (/comment (value.priv \"x\" size.priv \"1\")))\r\n");
    let [comment] = given.as_slice() else {
        panic!("{given:?}")
    };
    assert_eq!(
        comment.get("VALUE.PRIV").and_then(|value| value.as_str()),
        Some("x")
    );
    assert_eq!(comment.get("value.shared"), None);
}

#[test]
fn what_is_stored_has_values() {
    let parse = |wire: &str| TaggedCommand::parse(wire.as_bytes(), &Syntax::default());
    let parsed = parse("a STORE 1 ANNOTATION (/comment (value.priv NIL))\r\n").unwrap();
    let Command::Store(store) = parsed.value.command else {
        panic!()
    };
    let removed = Annotation::new("/comment").without("value.priv");
    assert_eq!(store.what, StoreWhat::Annotations(vec![removed]));
    for wrong in [
        "a STORE 1 ANNOTATION (/comment)\r\n",
        "a STORE 1 ANNOTATION ()\r\n",
        "a STORE 1 +ANNOTATION (/comment (value.priv NIL))\r\n",
        "a STORE 1 ANNOTATION.SILENT (/comment (value.priv NIL))\r\n",
    ] {
        assert!(parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn rfc5257_s5_what_a_mailbox_takes() {
    for (wire, known) in [
        ("* OK [ANNOTATIONS NONE] x\r\n", true),
        ("* OK [ANNOTATIONS READ-ONLY NOPRIVATE] x\r\n", true),
        ("* OK [ANNOTATIONS 20480] x\r\n", true),
        ("* OK [ANNOTATIONS LOTS] x\r\n", false),
    ] {
        let parsed = Response::parse(wire.as_bytes(), &Syntax::default()).unwrap();
        let Response::Status(status) = parsed.value else {
            panic!("{wire}")
        };
        let is_known = matches!(status.code, Some(Code::Annotations(_)));
        assert_eq!(is_known, known, "{wire}");
    }
}

#[test]
fn what_the_grammar_has_no_form_for_is_not_written() {
    let set = || SequenceSet::parse("1").unwrap();
    let bare = || [Annotation::new("/comment")];
    let ask = |entries: &[&'static str], attributes: &[&'static str]| {
        let query = AnnotationQuery::new(entries.iter().copied(), attributes.iter().copied());
        Command::Fetch(Fetch::seq(set(), [FetchAttr::Annotation(query)]))
    };
    let message = AppendMessage::new("x").annotations(bare());
    for wrong in [
        ask(&[], &["value"]),
        ask(&["/comment"], &[]),
        Command::Store(Store::seq_annotations(set(), [])),
        Command::Store(Store::seq_annotations(set(), bare())),
        Command::Append(Append::new(Mailbox::from("drafts"), message)),
    ] {
        let mut out = BytesMut::new();
        let wrong = wrong.tagged(Tag::new("a").unwrap());
        assert!(wrong.write(&mut out).is_err(), "{wrong}");
        assert!(out.is_empty());
    }
}
