//! Shapes that are made to hurt: read within limits, whole and in pieces. That the time is linear is measured by
//! `benches`, in instructions.

use bytes::BytesMut;
use mailweft_mime::{
    Builder, DateTime, Event, Limits, Mbox, MboxEvent, MboxKind, Message, MessageId, ProblemCode,
    StreamParser,
};

/// Everything that can be asked of a message, and how much of it there was.
fn ask(bytes: &[u8]) -> usize {
    let message = Message::parse(bytes);
    let mut count = 0;
    for part in message.parts() {
        for field in part.fields() {
            count += field.text().len() + field.addresses().count() + field.message_ids().count();
            count += usize::from(field.date().is_some()) + field.uris().len();
            let results = field.authentication_results();
            let content_type = field.content_type();
            let params = content_type.params();
            count += [params.get("boundary"), params.get("name")]
                .iter()
                .flatten()
                .map(|value| value.len())
                .sum::<usize>();
            let _ = (field.disposition(), field.received(), field.tags(), results);
        }
        count += part.body().len();
    }
    let _ = (message.bodies(), message.roles(), message.report());
    let _ = (message.bounce(), message.anonymise());
    count += message.problems().len() + message.views().len();
    count += message.text().map_or(0, |text| text.len());
    count
        + message
            .root()
            .base_subject()
            .map_or(0, |subject| subject.len())
}

#[test]
fn what_is_found_is_bounded_by_the_octets() {
    let head = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
    type Shape = Box<dyn Fn(usize) -> String>;
    let shapes: Vec<(&str, Shape)> = vec![
        (
            "empty parts",
            Box::new(move |n| head.to_owned() + &"--b\r\n\r\n".repeat(n)),
        ),
        (
            "near delimiters",
            Box::new(move |n| head.to_owned() + &"--bx\r\n".repeat(n)),
        ),
        (
            "dashes",
            Box::new(move |n| head.to_owned() + &"--\r\n".repeat(n)),
        ),
        (
            "dash run",
            Box::new(move |n| head.to_owned() + "--b\r\n\r\n" + &"-".repeat(n)),
        ),
        (
            "newlines",
            Box::new(move |n| head.to_owned() + &"\r\n".repeat(n)),
        ),
        ("many fields", Box::new(|n| "A: b\r\n".repeat(n))),
        ("no colons", Box::new(|n| "abc\r\n".repeat(n))),
        (
            "folds",
            Box::new(|n| "A: b".to_owned() + &"\r\n b".repeat(n)),
        ),
        ("colons", Box::new(|n| "From: ".to_owned() + &":".repeat(n))),
        (
            "comments",
            Box::new(|n| "From: ".to_owned() + &"(".repeat(n) + "\r\nTo: " + &"()".repeat(n)),
        ),
        (
            "quotes",
            Box::new(|n| "From: ".to_owned() + &"\"".repeat(n) + "\r\nTo: \"" + &"\\".repeat(n)),
        ),
        (
            "addresses",
            Box::new(|n| "To: ".to_owned() + &"a@b.example, ".repeat(n)),
        ),
        (
            "angles",
            Box::new(|n| "To: ".to_owned() + &"<".repeat(n) + "\r\nMessage-ID: " + &"<".repeat(n)),
        ),
        (
            "words",
            Box::new(|n| "Subject: ".to_owned() + &"=?utf-8?q?a?= ".repeat(n)),
        ),
        (
            "open words",
            Box::new(|n| "Subject: ".to_owned() + &"=?utf-8?q?a".repeat(n) + "?="),
        ),
        (
            "word starts",
            Box::new(|n| "Subject: ".to_owned() + &"=?".repeat(n)),
        ),
        (
            "parameters",
            Box::new(|n| {
                "Content-Type: a/b".to_owned()
                    + &(0..n).map(|i| format!(";n{i}=v")).collect::<String>()
            }),
        ),
        (
            "pieces",
            Box::new(|n| {
                "Content-Disposition: x".to_owned()
                    + &(0..n)
                        .rev()
                        .map(|i| format!(";filename*{i}*=v"))
                        .collect::<String>()
            }),
        ),
        (
            "same parameter",
            Box::new(|n| "Content-Type: a/b".to_owned() + &";name=v".repeat(n)),
        ),
        (
            "received",
            Box::new(|n| "Received: from a (b) ".to_owned() + &"x y (TLSv1) ".repeat(n) + "; x"),
        ),
        (
            "tags",
            Box::new(|n| "DKIM-Signature: ".to_owned() + &"a=b;".repeat(n)),
        ),
        (
            "results",
            Box::new(|n| "Authentication-Results: x".to_owned() + &"; spf=pass a.b=c".repeat(n)),
        ),
        (
            "references",
            Box::new(|n| "References: ".to_owned() + &"<a@b> ".repeat(n)),
        ),
        (
            "subject leaders",
            Box::new(|n| "Subject: ".to_owned() + &"Re: [x] ".repeat(n)),
        ),
        (
            "date words",
            Box::new(|n| "Date: ".to_owned() + &"1 Jan ".repeat(n)),
        ),
        (
            "base64",
            Box::new(|n| "Content-Transfer-Encoding: base64\r\n\r\n".to_owned() + &"A=!".repeat(n)),
        ),
        (
            "quoted",
            Box::new(|n| {
                "Content-Transfer-Encoding: quoted-printable\r\n\r\n".to_owned() + &"= ".repeat(n)
            }),
        ),
        (
            "blanks",
            Box::new(|n| {
                "Content-Transfer-Encoding: quoted-printable\r\n\r\n".to_owned() + &" ".repeat(n)
            }),
        ),
        (
            "prose",
            Box::new(|n| {
                "Subject: x\r\n\r\n".to_owned() + &"<a@b.example>: 550 5.1.1 no\r\n".repeat(n)
            }),
        ),
        (
            "encoding fields in a body",
            Box::new(|n| {
                "x\r\n\r\n".to_owned() + &"Content-Transfer-Encoding: base64\r\n".repeat(n)
            }),
        ),
        (
            "report groups",
            Box::new(|n| {
                "Content-Type: message/delivery-status\r\n\r\n".to_owned()
                    + &"Action: failed\r\n\r\n".repeat(n)
            }),
        ),
    ];
    for (what, shape) in &shapes {
        let bytes = shape(12_000).into_bytes();
        let count = ask(&bytes);
        // Few readings of an octet, and none makes more of it than a few.
        assert!(
            count <= 16 * bytes.len() + 1000,
            "{what}: {count} of {}",
            bytes.len()
        );
    }
}

#[test]
fn nesting_stops_at_the_limit() {
    let multiparts: String = (0..20_000)
        .map(|i| format!("Content-Type: multipart/mixed; boundary=b{i}\r\n\r\n--b{i}\r\n"))
        .collect();
    let messages = "Content-Type: message/rfc822\r\n\r\n".repeat(20_000);
    for bytes in [multiparts, messages] {
        let message = Message::parse(&bytes);
        assert!(message.parts().count() <= 102);
        assert!(
            message
                .structure_problems()
                .iter()
                .any(|problem| problem.code() == ProblemCode::DepthLimit)
        );
        ask(&bytes.as_bytes()[..60_000]);
    }
}

#[test]
fn parts_and_headers_stop_at_their_limits() {
    let bytes = "Content-Type: multipart/mixed; boundary=b\r\n\r\n".to_owned()
        + &"--b\r\n\r\nx\r\n".repeat(50_000);
    let message = Message::parse(&bytes);
    assert_eq!(message.parts().count(), 10_000);
    assert!(
        message
            .structure_problems()
            .iter()
            .any(|problem| problem.code() == ProblemCode::PartLimit)
    );

    let mut limits = Limits::default();
    limits.field_octets = 100;
    limits.fields = 3;
    let bytes = format!(
        "Subject: {}\r\nA: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n\r\nbody",
        "x".repeat(1000)
    );
    let message = Message::parse_with(&bytes, &limits);
    let fields: Vec<_> = message
        .root()
        .fields()
        .map(|field| (field.name_text().into_owned(), field.raw().len()))
        .collect();
    assert_eq!(
        fields,
        [
            ("Subject".into(), 1011),
            ("A".into(), 6),
            ("B".into(), 6),
            (String::new(), 12)
        ]
    );
    assert_eq!(message.root().raw_body(), b"body");
    // The stream cuts in the same places, whatever the pieces.
    for size in [1, 13, 5000] {
        let mut parser = StreamParser::new(limits.clone()).with_outline();
        let mut input = BytesMut::new();
        let mut pieces = bytes.as_bytes().chunks(size);
        loop {
            match parser.poll(&mut input) {
                Event::NeedInput => match pieces.next() {
                    Some(piece) => input.extend_from_slice(piece),
                    None => parser.eof(),
                },
                Event::End => break,
                _ => assert!(input.len() <= 6000),
            }
        }
        assert!(parser.into_outline().unwrap() == message.outline());
    }
}

#[test]
fn every_prefix_and_every_single_byte() {
    let bytes = concat!(
        "From: \"a\" <b@c.example>, =?utf-8?b?w6k=?= <d@e>\r\nDate: Fri, 21 Nov 1997 09:55:06 -0600\r\n",
        "Content-Type: multipart/mixed; boundary*0=\"a\"; boundary*1=b\r\n\r\n--ab\r\n",
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n=C3=A9=\r\n--ab--\r\n",
    );
    for end in 0..bytes.len() {
        ask(&bytes.as_bytes()[..end]);
    }
    for at in 0..bytes.len() {
        for byte in [0, b'\r', b'\n', b'"', b'(', b'=', b';', 0xff] {
            let mut changed = bytes.as_bytes().to_vec();
            changed[at] = byte;
            ask(&changed);
        }
    }
}

#[test]
fn mailbox_files_in_any_pieces() {
    let bytes = b"junk\nFrom a@b x\nSubject: 1\n\n>From x\n>>From y\n\nFrom c@d y\nSubject: 2\n\n\nbody\n\nFrom e\n";
    let split = |size: usize| {
        let mut mbox = Mbox::new(MboxKind::Mboxrd);
        let (mut input, mut pieces, mut messages) =
            (BytesMut::new(), bytes.chunks(size), Vec::<Vec<u8>>::new());
        loop {
            match mbox.poll(&mut input) {
                MboxEvent::NeedInput => match pieces.next() {
                    Some(piece) => input.extend_from_slice(piece),
                    None => mbox.eof(),
                },
                MboxEvent::Start(_) => messages.push(Vec::new()),
                MboxEvent::Data(octets) => messages.last_mut().unwrap().extend_from_slice(&octets),
                MboxEvent::End => return messages,
                _ => {}
            }
        }
    };
    let whole = split(bytes.len());
    assert_eq!(
        whole,
        [
            b"Subject: 1\n\nFrom x\n>From y\n".to_vec(),
            b"Subject: 2\n\n\nbody\n".to_vec(),
            Vec::new()
        ]
    );
    for size in 1..bytes.len() {
        assert_eq!(split(size), whole, "{size}");
    }
}

#[test]
fn headers_of_any_size_are_written_within_limits() {
    let mut builder = Builder::new()
        .from(mailweft_address::Address::from_static("a@b.example"))
        .date(DateTime::from_timestamp(0, 0).unwrap())
        .references((0..2000).map(|i| MessageId::new(&format!("{i}@example.org")).unwrap()));
    for i in 0..2000 {
        builder =
            builder.to(mailweft_address::Address::parse(format!("r{i}@example.org")).unwrap());
    }
    let octets = builder.text("x").build().unwrap().to_bytes().unwrap();
    assert!(octets.split(|&b| b == b'\n').all(|line| line.len() <= 79));
    assert_eq!(Message::parse(&octets).to().count(), 2000);
}

#[test]
fn values_of_a_field_stop_at_their_limits() {
    use mailweft_mime::AddressItem;

    let addresses = format!("To: {}\r\n\r\n", "a@b.example, ".repeat(10_500));
    let words = format!("Subject: {}\r\n\r\n", "=?utf-8?q?a?= ".repeat(10_500));
    let params: String = (0..1_500).map(|n| format!("; n{n}=v")).collect();
    let params = format!("Content-Type: text/plain{params}\r\n\r\n");
    for bytes in [&addresses, &words, &params] {
        let problems = Message::parse(bytes).problems();
        let limits = problems
            .iter()
            .filter(|one| one.code() == ProblemCode::ValueLimit);
        assert_eq!(limits.count(), 1, "{bytes:.20}");
    }
    let message = Message::parse(&addresses);
    let items: Vec<_> = message
        .root()
        .field("To")
        .unwrap()
        .address_items()
        .collect();
    assert_eq!(items.len(), 10_001);
    let Some(AddressItem::Invalid(rest)) = items.last() else {
        panic!("the rest is no address");
    };
    assert_eq!(rest.matches('@').count(), 500);
    let message = Message::parse(&words);
    assert_eq!(message.subject().unwrap().matches("=?").count(), 500);
    let ordinary = "To: a@b.example\r\nSubject: =?utf-8?q?a?=\r\n\r\n";
    let problems = Message::parse(ordinary).problems();
    assert!(
        problems
            .iter()
            .all(|one| one.code() != ProblemCode::ValueLimit)
    );
}
