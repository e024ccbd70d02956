//! The index and the stream: every octet once, any chunking alike, on real and hostile mail.

use std::{fs, path::PathBuf};

use bytes::BytesMut;
use mailweft_mime::{Event, Message, Outline, PartKind, ProblemCode, StreamParser};

/// Every event of the stream at one chunk size, content joined.
fn events(bytes: &[u8], size: usize) -> (Vec<Event>, Outline, Vec<u8>) {
    let mut parser = StreamParser::default().with_outline();
    let mut input = BytesMut::new();
    let mut pieces = bytes.chunks(size);
    let mut all: Vec<Event> = Vec::new();
    let mut octets = Vec::new();
    loop {
        let event = parser.poll(&mut input);
        match &event {
            Event::NeedInput => {
                match pieces.next() {
                    Some(piece) => input.extend_from_slice(piece),
                    None => parser.eof(),
                }
                continue;
            }
            Event::Field(field) => octets.extend_from_slice(field.octets()),
            Event::FieldRest(b) | Event::Body(b) | Event::Preamble(b) | Event::Epilogue(b) => {
                octets.extend_from_slice(b);
            }
            Event::HeaderEnd { blank, .. } => octets.extend_from_slice(blank),
            Event::Delimiter { line, .. } => octets.extend_from_slice(line),
            _ => {}
        }
        let join = |a: &bytes::Bytes, b: &bytes::Bytes| {
            bytes::Bytes::from([a.as_ref(), b.as_ref()].concat())
        };
        match (all.last_mut(), &event) {
            (Some(Event::Body(a)), Event::Body(b))
            | (Some(Event::Preamble(a)), Event::Preamble(b))
            | (Some(Event::FieldRest(a)), Event::FieldRest(b))
            | (Some(Event::Epilogue(a)), Event::Epilogue(b)) => *a = join(a, b),
            _ => all.push(event.clone()),
        }
        if event == Event::End {
            break;
        }
    }
    // Where a problem stands between pieces of content depends on the pieces.
    all.retain(|event| !matches!(event, Event::Problem(_)));
    let mut joined: Vec<Event> = Vec::new();
    for event in all {
        match (joined.last_mut(), &event) {
            (Some(Event::Body(a)), Event::Body(b))
            | (Some(Event::Preamble(a)), Event::Preamble(b))
            | (Some(Event::FieldRest(a)), Event::FieldRest(b))
            | (Some(Event::Epilogue(a)), Event::Epilogue(b)) => {
                *a = bytes::Bytes::from([a.as_ref(), b.as_ref()].concat());
            }
            _ => joined.push(event),
        }
    }
    (joined, parser.into_outline().unwrap(), octets)
}

#[track_caller]
fn check(bytes: &[u8], sizes: &[usize], what: &str) {
    let message = Message::parse(bytes);
    let outline = message.outline();
    let (whole, _, _) = events(bytes, bytes.len().max(1));
    for &size in sizes {
        let (events, streamed, octets) = events(bytes, size);
        assert_eq!(
            octets, bytes,
            "{what}: the events at {size} are not the message"
        );
        assert!(events == whole, "{what}: events at {size} differ");
        assert!(
            streamed == outline,
            "{what}: outline at {size} differs\n{streamed:#?}\n{outline:#?}"
        );
    }
    covers(&message, what);
    header_alone(&message, what);
}

/// The header read alone has the fields of the whole message's, at the same places, and ends where it does.
#[track_caller]
fn header_alone(whole: &Message<&[u8]>, what: &str) {
    let alone = Message::parse_header(whole.bytes());
    let spans = |message: &Message<&[u8]>| -> Vec<_> {
        let fields = message.root().fields();
        fields
            .map(|field| (field.span(), field.name()))
            .map(|(span, name)| (span, name.to_vec()))
            .collect()
    };
    assert_eq!(
        spans(&alone),
        spans(whole),
        "{what}: fields of the header alone"
    );
    assert_eq!(
        alone.root().header_span(),
        whole.root().header_span(),
        "{what}"
    );
    let end = whole.root().body_span().start();
    let cut = whole
        .bytes()
        .get(..usize::try_from(end).unwrap())
        .unwrap_or_default();
    let cut = Message::parse(cut);
    let shape = |message: &Message<&[u8]>| (message.root().kind(), message.root().body_span());
    assert_eq!(
        shape(&alone),
        shape(&cut),
        "{what}: the header alone is not the message cut behind it"
    );
    assert_eq!(
        alone.parts().count(),
        1,
        "{what}: parts of the header alone"
    );
    // That its boundary is missing is nothing that the header says; that a boundary line ends it, nothing that is in it.
    let of_the_end = [ProblemCode::MissingDelimiter, ProblemCode::MissingBlankLine];
    let said = |message: &Message<&[u8]>| -> Vec<_> {
        let problems = message.structure_problems().iter().copied();
        problems
            .filter(|problem| !of_the_end.contains(&problem.code()))
            .collect()
    };
    assert_eq!(
        said(&alone),
        said(&cut),
        "{what}: problems of the header alone"
    );
}

/// Every octet belongs to one field, blank line, boundary line or piece of content.
#[track_caller]
fn covers(message: &Message<&[u8]>, what: &str) {
    for part in message.parts() {
        let mut at = part.header_span().start();
        for field in part.fields() {
            assert_eq!(
                field.span().start(),
                at,
                "{what}: gap before a field of part {}",
                part.id()
            );
            at = field.span().end();
        }
        assert_eq!(
            at,
            part.header_span().end(),
            "{what}: header of part {}",
            part.id()
        );
        let blank = mailweft_mime::Span::new(at, part.body_span().start()).of(message.bytes());
        assert!(
            blank.iter().all(|b| b"\r\n".contains(b)),
            "{what}: blank line of part {}",
            part.id()
        );
        if part.kind() == PartKind::Leaf {
            continue;
        }
        let mut at = part.preamble_span().end().max(part.body_span().start());
        for child in part.children() {
            let between = mailweft_mime::Span::new(at, child.span().start()).of(message.bytes());
            let delimiter = between.trim_ascii();
            assert!(
                part.kind() == PartKind::Message || delimiter.starts_with(b"--"),
                "{what}: {between:?}"
            );
            at = child.span().end();
        }
        assert!(
            at <= part.body_span().end(),
            "{what}: child of {} reaches out",
            part.id()
        );
    }
}

const NESTED: &str = "From: a@b\r\nContent-Type: multipart/mixed; boundary=out\r\n\r\npreamble\r\n--out\r\n\
    Content-Type: multipart/alternative; boundary=\"in\"\r\n\r\n--in\r\n\r\none\r\n--in\r\nContent-Type: text/html\r\n\r\n\
    two\r\n\r\n--in--\r\nepi\r\n--out\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nbody\r\n--out--\r\nend";

#[test]
fn nested_message_in_every_cut() {
    for size in 1..NESTED.len() {
        check(NESTED.as_bytes(), &[size], "nested");
    }
    let message = Message::parse(NESTED);
    let kinds: Vec<_> = message
        .parts()
        .map(|p| (p.depth(), p.kind(), p.octets(), p.lines()))
        .collect();
    assert_eq!(
        kinds[1..],
        [
            (1, PartKind::Multipart, 64, 9),
            (2, PartKind::Leaf, 3, 0),
            (2, PartKind::Leaf, 5, 1),
            (1, PartKind::Message, 22, 2),
            (2, PartKind::Leaf, 4, 0),
        ]
        .map(|(d, k, o, l)| (d, k, o, l))
    );
    assert_eq!(message.root().preamble(), b"preamble");
    assert_eq!(message.root().epilogue(), b"end");
    let nested = message.part(4).unwrap().nested_message().unwrap();
    assert_eq!(nested.subject().as_deref(), Some("inner"));
}

/// A header without an empty line ends with a boundary line, that of its own multipart as well as one of a part around it.
#[test]
fn boundary_lines_end_headers_in_every_cut() {
    let fields = "Content-Type: multipart/mixed; boundary=b\r\n";
    let inner = "X: y\r\n\r\nin";
    for (line, parts) in [
        ("--b\r\n", Some(2)),
        ("--b \t\r\n", Some(2)),
        (" \r\n--b\r\n", Some(2)),
        ("X: y\r\n--b\n", Some(2)),
        ("--b--\r\n", Some(1)),
        // No boundary line of this one.
        ("--c\r\n", None),
        ("--bb\r\n", None),
        ("-b\r\n", None),
        ("--b: x\r\n", None),
    ] {
        let mail = [fields, line, inner].concat();
        let message = Message::parse(mail.as_bytes());
        let ends = message
            .structure_problems()
            .iter()
            .any(|problem| problem.code() == ProblemCode::MissingBlankLine);
        assert_eq!(ends, parts.is_some(), "{line:?}");
        assert_eq!(message.parts().count(), parts.unwrap_or(1), "{line:?}");
        let sizes: Vec<usize> = (1..mail.len()).collect();
        check(mail.as_bytes(), &sizes, line);
    }
    // Before a boundary is named there is none; a part around it is asked first.
    let message = Message::parse("--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n");
    assert_eq!(message.parts().count(), 1);
    let around = "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=b\n--b\n\nx\n";
    let message = Message::parse(around);
    let depths: Vec<_> = message.parts().map(|part| part.depth()).collect();
    assert_eq!(depths, [0, 1, 1]);
}

fn files(folder: &str) -> Vec<PathBuf> {
    let root =
        PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/corpora")).join(folder);
    let mut found = Vec::new();
    let mut todo = vec![root];
    while let Some(path) = todo.pop() {
        let Ok(entries) = fs::read_dir(&path) else {
            continue;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                todo.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn every_mail_of_the_corpora() {
    for folder in [
        "mime-ambiguity",
        "encoded-words",
        "mime4j",
        "cpython-test-email",
        "enmime",
        "postal-mime",
        "nodemailer-mailparser",
        "rspamd",
        "thunderbird",
        "deltachat",
        "ruby-mail",
        "sisimai-set-of-emails",
        "mail-auth",
        "flufl-bounce",
        "mailparse",
        "kumomta-dsn",
        "parsedmarc",
        "dkimpy",
        "arnt-smtputf8",
        "flanker",
    ] {
        let files = files(folder);
        if files.is_empty() {
            println!("skipped: ../shared/corpora/{folder} is not here");
        }
        for file in files {
            let bytes = fs::read(&file).unwrap();
            let sizes: &[usize] = if bytes.len() < 20_000 {
                &[1, 7, 64, 4096]
            } else {
                &[61, 4096]
            };
            check(&bytes, sizes, &file.display().to_string());
        }
    }
}
