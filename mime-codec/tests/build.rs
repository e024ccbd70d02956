//! What is written is read back, whatever it holds; and nothing can be slipped into it.

use bytes::BytesMut;
use mailweft_address::{Address, Mailbox};
use mailweft_mime::{
    Attachment, Body, Builder, Chunk, DateTime, Draft, MediaType, Message, Transport,
};
use proptest::prelude::*;

fn start() -> Builder {
    Builder::new()
        .from(Address::from_static("j@example.org"))
        .date(DateTime::from_timestamp(1_800_000_000, 60).unwrap())
        .seed(1)
}

/// The octets of a draft, every line within its limit, the length as announced, nothing to complain about.
#[track_caller]
fn written(draft: &Draft) -> Vec<u8> {
    let octets = draft.to_bytes().unwrap();
    assert_eq!(octets.len() as u64, draft.len());
    let (mut writer, mut nothing, mut pulled) = (draft.writer(), BytesMut::new(), Vec::new());
    while let Chunk::Data(chunk) = writer.next(&mut nothing) {
        pulled.extend_from_slice(&chunk);
    }
    assert!(pulled == octets);
    for line in octets.split_inclusive(|&b| b == b'\n') {
        assert!(line.ends_with(b"\r\n") || line.as_ptr_range().end == octets.as_ptr_range().end);
        assert!(line.len() <= 1000, "{}", line.escape_ascii());
    }
    let message = Message::parse(&octets);
    assert_eq!(
        message.structure_problems(),
        [],
        "{}",
        octets.escape_ascii()
    );
    for part in message.parts() {
        for field in part.fields() {
            assert!(field.is_well_formed());
            for line in field.raw().split(|&b| b == b'\n') {
                let long = line.split(|&b| b == b' ').all(|word| word.len() < 70);
                assert!(line.len() <= 79 || !long, "{}", line.escape_ascii());
                assert!(
                    line.is_empty() || !line.trim_ascii().is_empty(),
                    "a line of blanks in {field:?}"
                );
            }
        }
    }
    octets
}

#[track_caller]
fn subject(text: &str) {
    let draft = start().subject(text).text("x").build().unwrap();
    let message = Message::parse(written(&draft));
    assert_eq!(message.subject().unwrap(), text);
}

#[test]
fn subjects_come_back_to_the_blank() {
    for text in [
        "hello",
        "",
        "  two before",
        "two after  ",
        "two  between",
        "tab\tbetween",
        "Grüße",
        "a Grüße b",
        "ä ö",
        "ä  ö",
        "=?utf-8?q?not_a_word?=",
        "a =?b",
        "?= =?",
        "x=y",
        "日本語の件名はとても長いので何行にもわたって折り返されなければならない、と思う。",
        "1234567890123456789012345678901234567890123456789012345678901234567890 123456789012345678901234567890",
    ] {
        subject(text);
    }
    subject(&"x".repeat(2000));
    subject(&"ä".repeat(2000));
    subject(&" ".repeat(300));
    subject(&format!("a{}b", " ".repeat(300)));
}

#[test]
fn long_names_and_names_with_anything() {
    for name in [
        "plain.txt".to_owned(),
        "Grüße.txt".into(),
        "a b.txt".into(),
        "quote\"back\\slash.txt".into(),
        "semi;colon=.txt".into(),
        "x".repeat(1000),
        "日本".repeat(500),
        "it's 100%*.txt".into(),
        "=?utf-8?q?x?=.txt".into(),
    ] {
        let file = Attachment::new(MediaType::PDF, &b"%PDF"[..]).named(&name);
        let octets = written(&start().text("x").attach(file).build().unwrap());
        let message = Message::parse(octets);
        let part = message.root().child(1).unwrap();
        assert_eq!(part.file_name().as_deref(), Some(name.as_str()));
        assert_eq!(
            part.content_type().params().get("name").as_deref(),
            Some(name.as_str())
        );
    }
}

#[test]
fn legacy_names_calendars_and_empty_multiparts() {
    let name = "Grüße an alle ".repeat(12);
    let file = Attachment::new(MediaType::PDF, &b"%PDF"[..])
        .named(&name)
        .with_legacy_name();
    let octets = start()
        .text("x")
        .attach(file)
        .build()
        .unwrap()
        .to_bytes()
        .unwrap();
    let message = Message::parse(octets);
    let part = message.root().child(1).unwrap();
    assert_eq!(part.file_name().unwrap(), name);
    assert_eq!(part.content_type().params().get("name").unwrap(), name);

    let draft = start()
        .text("x")
        .calendar("REQUEST", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
        .build()
        .unwrap();
    let message = Message::parse(written(&draft));
    let calendar = message.root().child(1).unwrap().content_type();
    assert!(
        calendar.is("text", "calendar") && calendar.params().get("method").unwrap() == "REQUEST"
    );

    let message = Message::parse(written(
        &start()
            .body(Body::multipart("mixed", []).unwrap())
            .build()
            .unwrap(),
    ));
    assert_eq!(message.parts().count(), 1);

    let text = "word ".repeat(40) + "end\r\n";
    let message = Message::parse(written(&start().body(Body::flowed(&text)).build().unwrap()));
    assert_eq!(message.text().unwrap(), text);
}

#[test]
fn display_names() {
    for name in [
        "Doe, Joe",
        "J. \"Q\" Public",
        "Jürgen (home)",
        "a@b.example",
        "x  y",
        "Ünïcödé ".repeat(30).trim_end(),
        "=?us-ascii?q?x?=",
        "\u{fc}=?utf-8?q?x?=",
        "a =?utf-8?b?eA==?= b",
    ] {
        let mailbox = Mailbox::with_name(name, Address::from_static("a@example.org")).unwrap();
        let draft = start()
            .to(mailbox.clone())
            .to(mailbox)
            .text("x")
            .build()
            .unwrap();
        let message = Message::parse(written(&draft));
        let names: Vec<_> = message
            .to()
            .map(|to| to.name().unwrap_or_default().to_owned())
            .collect();
        assert_eq!(names, [name, name]);
    }
}

#[test]
fn texts_of_every_kind() {
    let long = "x".repeat(999);
    let limit = "y".repeat(998);
    for text in [
        "",
        "a",
        "a\n",
        "a\r\nb",
        "a\rb",
        "From me\n.\n..\n",
        "trailing  \n \n",
        "ünï\n",
        "\0",
        &long,
        &limit,
        "日本語".repeat(500).as_str(),
        "=",
        "a=\n",
        "lone\r",
        "\n\n\n",
        "--b\n",
    ] {
        for eight_bit in [false, true] {
            let mut transport = Transport::default();
            transport.eight_bit = eight_bit;
            let draft = start().text(text).transport(transport).build().unwrap();
            let message = Message::parse(written(&draft));
            let canonical = text
                .replace("\r\n", "\n")
                .replace('\r', "\n")
                .replace('\n', "\r\n");
            assert_eq!(message.root().text(), canonical, "{text:?}");
            assert!(eight_bit || message.bytes().is_ascii());
        }
    }
}

#[test]
fn a_boundary_is_in_no_part() {
    let first = start()
        .text("a")
        .html("b")
        .build()
        .unwrap()
        .to_bytes()
        .unwrap();
    let boundary = Message::parse(first)
        .root()
        .content_type()
        .params()
        .get("boundary")
        .unwrap()
        .into_owned();
    let text = format!("--{boundary}\n--{boundary}--\n");
    let mut wide = Transport::default();
    (wide.eight_bit, wide.binary) = (true, true);
    for transport in [Transport::default(), wide] {
        for text in [text.clone(), format!("ä\n{text}"), format!("\0\n{text}")] {
            let draft = || start().transport(transport).text(&text);
            let octets = draft().html("b").build().unwrap().to_bytes().unwrap();
            let message = Message::parse(&octets);
            assert_eq!(message.parts().count(), 3);
            // Written so that nothing in it looks like one.
            let part = message.root().child(0).unwrap();
            assert!(!part.encoding().unwrap().is_identity());
            assert_eq!(part.text(), text.replace('\n', "\r\n"));
            let alone = draft().build().unwrap().to_bytes().unwrap();
            assert_eq!(
                alone.windows(2).any(|two| two == b"=_"),
                transport.binary || text.is_ascii() && !text.contains('\0')
            );
        }
    }
}

#[test]
fn a_large_source_in_constant_memory() {
    let len = 300 << 20;
    let draft = start()
        .text("x")
        .attach(Attachment::source(MediaType::OCTET_STREAM, len).named("big"))
        .build()
        .unwrap();
    assert_eq!(draft.sources()[0].len, len);
    let (mut writer, mut input, mut written) = (draft.writer(), BytesMut::new(), 0);
    let block = vec![0x5a; 48 * 1024];
    loop {
        match writer.next(&mut input) {
            Chunk::Data(chunk) => {
                assert!(chunk.len() <= 64 * 1024);
                written += chunk.len() as u64;
            }
            Chunk::NeedInput { remaining, .. } => {
                input.extend_from_slice(&block[..block.len().min(remaining as usize)]);
            }
            _ => break,
        }
        assert!(input.len() <= block.len());
    }
    assert_eq!(written, draft.len());
}

#[test]
fn raw_parts_are_written_unchanged() {
    let signed = &b"Content-Type: text/plain\r\nX:  odd \r\n\r\nsigned  \r\n"[..];
    let body = Body::multipart("signed", [Body::raw(signed), Body::text("signature")]).unwrap();
    let octets = start().body(body).build().unwrap().to_bytes().unwrap();
    let message = Message::parse(&octets);
    assert_eq!(message.root().child(0).unwrap().raw(), signed);
}

fn tree() -> impl Strategy<Value = Vec<(String, String)>> {
    prop::collection::vec((".{0,200}", "\\PC{0,60}"), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_subject(text in "[^\r\n\0]{0,200}") {
        subject(&text);
    }

    #[test]
    fn any_files(files in tree(), text in "(?s).{0,300}") {
        let mut builder = start().text(&text);
        for (content, name) in &files {
            builder = builder.attach(Attachment::new(MediaType::OCTET_STREAM, content.clone()).named(name));
        }
        let message = Message::parse(written(&builder.build().unwrap()));
        let parts: Vec<_> = message.root().children().collect();
        prop_assert_eq!(parts.len(), files.len() + 1);
        for (part, (content, name)) in parts[1..].iter().zip(&files) {
            prop_assert_eq!(part.body().into_owned(), content.as_bytes());
            prop_assert_eq!(part.file_name().unwrap_or_default(), name.as_str());
        }
    }

    #[test]
    fn quoted_printable_in_pieces(text in "(?s)[ =\r\na\t.é-]{0,300}", size in 1_usize..40) {
        use mailweft_mime::{Encoding, transfer::{Decoder, decode, quoted_printable::encode}};
        let canonical = text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n");
        let encoded = encode(canonical.as_bytes());
        prop_assert!(encoded.split(|&b| b == b'\n').all(|line| line.len() <= 77));
        prop_assert_eq!(decode(Encoding::QuotedPrintable, &encoded).0.into_owned(), canonical.as_bytes());
        let whole = decode(Encoding::QuotedPrintable, text.as_bytes()).0.into_owned();
        let (mut decoder, mut out) = (Decoder::new(Encoding::QuotedPrintable), Vec::new());
        for piece in text.as_bytes().chunks(size) {
            decoder.push(piece, &mut out);
        }
        decoder.finish(&mut out);
        prop_assert_eq!(out, whole);
    }

    #[test]
    fn base64_in_pieces(octets in prop::collection::vec(any::<u8>(), 0..300), size in 1_usize..40) {
        use mailweft_mime::{Encoding, transfer::{Decoder, base64::Encoder, decode}};
        let (mut encoder, mut encoded) = (Encoder::default(), Vec::new());
        for piece in octets.chunks(size) {
            encoder.push(piece, &mut encoded);
        }
        encoder.finish(&mut encoded);
        prop_assert_eq!(mailweft_mime::transfer::base64::encoded_len(octets.len() as u64), encoded.len() as u64);
        prop_assert_eq!(decode(Encoding::Base64, &encoded).0.into_owned(), octets.clone());
        for encoding in [Encoding::Base64, Encoding::Uuencode, Encoding::Yenc] {
            let whole = decode(encoding, &octets).0.into_owned();
            let (mut decoder, mut out) = (Decoder::new(encoding), Vec::new());
            for piece in octets.chunks(size) {
                decoder.push(piece, &mut out);
            }
            decoder.finish(&mut out);
            prop_assert_eq!(out, whole);
        }
    }
}

#[test]
fn a_file_name_with_a_line_end_is_refused() {
    for name in ["a\0b", "a\rb", "a\nb"] {
        let file = Attachment::new(MediaType::OCTET_STREAM, &b"x"[..]).named(name);
        let builder = Builder::new()
            .from(Address::from_static("a@example.org"))
            .date(DateTime::from_timestamp(0, 0).unwrap())
            .attach(file);
        assert!(builder.build().is_err(), "{name:?}");
    }
}

#[test]
fn a_binary_transport_takes_files_as_they_are() {
    let octets: Vec<u8> = (0..=255).cycle().take(5_000).collect();
    let mut transport = Transport::default();
    transport.binary = true;
    // Octets that hold the boundary of the same seed make it another one.
    let first = start()
        .transport(transport)
        .text("x")
        .attach(Attachment::new(MediaType::OCTET_STREAM, octets.clone()));
    let first = Message::parse(first.build().unwrap().to_bytes().unwrap());
    let boundary = first
        .root()
        .content_type()
        .params()
        .get("boundary")
        .unwrap()
        .into_owned();
    let holds = [&octets[..], b"\r\n--", boundary.as_bytes(), b"\r\n"].concat();
    for octets in [octets, holds, Vec::new()] {
        let draft = start()
            .transport(transport)
            .text("x")
            .attach(Attachment::new(MediaType::OCTET_STREAM, octets.clone()).named("f"))
            .build()
            .unwrap();
        assert!(draft.is_binary());
        let written = draft.to_bytes().unwrap();
        assert_eq!(written.len() as u64, draft.len());
        let message = Message::parse(&written);
        let file = message.root().child(1).unwrap();
        assert_eq!(message.parts().count(), 3);
        assert_eq!(file.encoding(), Some(mailweft_mime::Encoding::Binary));
        assert_eq!(file.raw_body(), octets.as_slice());
    }
    // What a caller brings is not known before it is written.
    let source = Attachment::source(MediaType::OCTET_STREAM, 10);
    let draft = start()
        .transport(transport)
        .text("x")
        .attach(source)
        .build()
        .unwrap();
    assert!(!draft.is_binary());
}
