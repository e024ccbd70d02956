//! Six thousand real mails: index and stream agree, every value can be asked for, nothing ends a line.

mod common;

use bytes::BytesMut;
use mailweft_mime::{Event, Message, StreamParser};

#[test]
fn real_mail() {
    let (mut mails, mut dates, mut froms, mut texts) = (0, 0, 0, 0);
    let there = common::archive(
        "spamassassin-public-corpus/spamassassin.tar.xz",
        |name, bytes| {
            if !name.ends_with(".txt") {
                return;
            }
            mails += 1;
            let message = Message::parse(&bytes);
            let mut parser = StreamParser::default().with_outline();
            let mut input = BytesMut::new();
            let mut pieces = bytes.chunks(997);
            loop {
                match parser.poll(&mut input) {
                    Event::NeedInput => match pieces.next() {
                        Some(piece) => input.extend_from_slice(piece),
                        None => parser.eof(),
                    },
                    Event::End => break,
                    _ => {}
                }
            }
            assert!(
                parser.into_outline().unwrap() == message.outline(),
                "{name}"
            );
            for part in message.parts() {
                for field in part.fields() {
                    assert!(
                        !field.text().contains(['\r', '\n', '\0']),
                        "{name}: {field:?}"
                    );
                }
                let _ = (part.content_type(), part.file_name(), part.disposition());
            }
            dates += usize::from(message.date().is_some());
            froms += usize::from(message.from().next().is_some());
            texts += usize::from(message.text().is_some() || message.html().is_some());
            let _ = (
                message.problems(),
                message.attachments(),
                message.roles(),
                message.root().received(),
            );
        },
    );
    if there {
        println!("{mails} mails: {dates} with a date, {froms} with an author, {texts} with a text");
        assert!(
            mails > 6000
                && dates * 1000 > mails * 985
                && froms * 1000 > mails * 985
                && texts * 1000 > mails * 985
        );
    }
}
