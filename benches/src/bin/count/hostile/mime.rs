//! Messages, by everything that can be asked of them.

use std::hint::black_box;

use bytes::BytesMut;
use mailweft_mime::{Event, Limits, Message, StreamParser};

use crate::Shape;

const HEAD: &str = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";

type Make = fn(usize) -> String;

/// The shapes, each made of so many pieces.
const SHAPES: [(&str, Make); 53] = [
    ("empty parts", |n| {
        HEAD.to_owned() + &"--b\r\n\r\n".repeat(n)
    }),
    ("near delimiters", |n| {
        HEAD.to_owned() + &"--bx\r\n".repeat(n)
    }),
    ("dashes", |n| HEAD.to_owned() + &"--\r\n".repeat(n)),
    ("dash run", |n| {
        HEAD.to_owned() + "--b\r\n\r\n" + &"-".repeat(n)
    }),
    ("newlines", |n| HEAD.to_owned() + &"\r\n".repeat(n)),
    ("many fields", |n| "A: b\r\n".repeat(n)),
    ("no colons", |n| "abc\r\n".repeat(n)),
    ("folds", |n| "A: b".to_owned() + &"\r\n b".repeat(n)),
    ("colons", |n| "From: ".to_owned() + &":".repeat(n)),
    ("comments", |n| {
        "From: ".to_owned() + &"(".repeat(n) + "\r\nTo: " + &"()".repeat(n)
    }),
    ("quotes", |n| {
        "From: ".to_owned() + &"\"".repeat(n) + "\r\nTo: \"" + &"\\".repeat(n)
    }),
    ("addresses", |n| {
        "To: ".to_owned() + &"a@b.example, ".repeat(n)
    }),
    ("angles", |n| {
        "To: ".to_owned() + &"<".repeat(n) + "\r\nMessage-ID: " + &"<".repeat(n)
    }),
    ("words", |n| {
        "Subject: ".to_owned() + &"=?utf-8?q?a?= ".repeat(n)
    }),
    ("open words", |n| {
        "Subject: ".to_owned() + &"=?utf-8?q?a".repeat(n) + "?="
    }),
    ("word starts", |n| "Subject: ".to_owned() + &"=?".repeat(n)),
    ("parameters", |n| {
        "Content-Type: a/b".to_owned() + &(0..n).map(|i| format!(";n{i}=v")).collect::<String>()
    }),
    ("pieces", |n| {
        "Content-Disposition: x".to_owned()
            + &(0..n)
                .rev()
                .map(|i| format!(";filename*{i}*=v"))
                .collect::<String>()
    }),
    ("same parameter", |n| {
        "Content-Type: a/b".to_owned() + &";name=v".repeat(n)
    }),
    ("received", |n| {
        "Received: from a (b) ".to_owned() + &"x y (TLSv1) ".repeat(n) + "; x"
    }),
    ("brackets of a peer", |n| {
        "Received: from a (".to_owned() + &"[".repeat(n) + ") by b"
    }),
    ("colons of a peer", |n| {
        "Received: from a (".to_owned() + &"helo=[::1] ".repeat(n) + &":".repeat(n) + ") by b"
    }),
    ("comments of a peer", |n| {
        "Received: from a ".to_owned() + &"(1.2.3.400) ".repeat(n)
    }),
    ("identifiers without brackets", |n| {
        "References: ".to_owned() + &"a@b ".repeat(n)
    }),
    ("brackets of identifiers", |n| {
        "References: ".to_owned() + &"<".repeat(n)
    }),
    ("comments in an identifier", |n| {
        "Message-ID: < ".to_owned() + &"(a) ((".repeat(n) + "@b>"
    }),
    ("comments in a date", |n| {
        "Date: ".to_owned() + &"1 (".repeat(n)
    }),
    ("folds in a parameter", |n| {
        "Content-Type: a/b; x=y".to_owned() + &"\n \n a".repeat(n)
    }),
    ("tags", |n| {
        "DKIM-Signature: ".to_owned() + &"a=b;".repeat(n)
    }),
    ("results", |n| {
        "Authentication-Results: x".to_owned() + &"; spf=pass a.b=c".repeat(n)
    }),
    ("references", |n| {
        "References: ".to_owned() + &"<a@b> ".repeat(n)
    }),
    ("subject leaders", |n| {
        "Subject: ".to_owned() + &"Re: [x] ".repeat(n)
    }),
    ("date words", |n| "Date: ".to_owned() + &"1 Jan ".repeat(n)),
    ("base64", |n| {
        "Content-Transfer-Encoding: base64\r\n\r\n".to_owned() + &"A=!".repeat(n)
    }),
    ("quoted", |n| {
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n".to_owned() + &"= ".repeat(n)
    }),
    // More at n already than are held back: fewer are dropped, which is other work.
    ("blanks", |n| {
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n".to_owned() + &" ".repeat(n * 2)
    }),
    ("prose", |n| {
        "Subject: x\r\n\r\n".to_owned() + &"<a@b.example>: 550 5.1.1 no\r\n".repeat(n)
    }),
    ("encoding fields in a body", |n| {
        "x\r\n\r\n".to_owned() + &"Content-Transfer-Encoding: base64\r\n".repeat(n)
    }),
    ("report groups", |n| {
        "Content-Type: message/delivery-status\r\n\r\n".to_owned()
            + &"Action: failed\r\n\r\n".repeat(n)
    }),
    ("nested multiparts", |n| {
        (0..n)
            .map(|i| format!("Content-Type: multipart/mixed; boundary=b{i}\r\n\r\n--b{i}\r\n"))
            .collect()
    }),
    ("nested messages", |n| {
        "Content-Type: message/rfc822\r\n\r\n".repeat(n)
    }),
    ("nested comments", |n| {
        "From: ".to_owned() + &"(".repeat(n) + &")".repeat(n) + " a@b.example"
    }),
    ("groups in groups", |n| {
        "To: ".to_owned() + &"g:".repeat(n) + &";".repeat(n)
    }),
    ("domain literals", |n| {
        "From: a@".to_owned() + &"[".repeat(n)
    }),
    ("the same boundary nested", |n| {
        HEAD.repeat(n) + &"--b--\r\n".repeat(n)
    }),
    ("delimiters behind the end", |n| {
        HEAD.to_owned() + "--b\r\n\r\nx\r\n--b--\r\n" + &"--b\r\n".repeat(n)
    }),
    ("words in words", |n| {
        "Subject: ".to_owned() + &"=?utf-8?q?=3D=3Futf-8?=".repeat(n)
    }),
    ("words of many charsets", |n| {
        "Subject: ".to_owned() + &"=?utf-8?b?w6k=?= =?iso-8859-1?q?=E9?= ".repeat(n)
    }),
    ("boundary fields", |n| {
        (0..n)
            .map(|i| format!("Content-Type: multipart/mixed; boundary=b{i}\r\n"))
            .collect::<String>()
            + "\r\n--b0\r\n"
    }),
    ("blank lines of quoted-printable", |n| {
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n".to_owned() + &" \t\r\n".repeat(n)
    }),
    ("flowed lines", |n| {
        "Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\n".to_owned()
            + &">> a \r\n".repeat(n)
    }),
    ("uuencode", |n| {
        "\r\n".to_owned() + &"begin 644 a\r\n".repeat(n)
    }),
    ("list headers", |n| {
        "List-Unsubscribe: ".to_owned() + &"<mailto:a@b.example>, ".repeat(n)
    }),
];

pub(super) fn shapes() -> Vec<Shape> {
    let mut shapes = Vec::new();
    for (name, make) in SHAPES {
        shapes.push(Shape::new(
            format!("mime: {name}"),
            1_000,
            move |count| make(count).into_bytes(),
            ask,
        ));
        shapes.push(Shape::new(
            format!("mime: {name}, as a stream"),
            1_000,
            move |count| make(count).into_bytes(),
            stream,
        ));
    }
    shapes
}

/// Everything that can be asked of a message.
fn ask(octets: &[u8]) {
    let message = Message::parse(octets);
    for part in message.parts() {
        for field in part.fields() {
            black_box((
                field.text(),
                field.address_items().map(black_box).count(),
                field.date(),
                field.message_ids().count(),
                field.received(),
            ));
            black_box((field.tags(), field.authentication_results(), field.uris()));
            let content_type = field.content_type();
            black_box((
                content_type.params().get("boundary"),
                content_type.params().get("name"),
                field.disposition(),
            ));
        }
        black_box((part.body(), part.text(), part.file_name()));
    }
    black_box((
        message.problems(),
        message.bodies(),
        message.roles(),
        message.report(),
        message.bounce(),
    ));
    black_box((
        message.views(),
        message.text(),
        message.html(),
        message.anonymise(),
    ));
    black_box((message.root().base_subject(), message.root().list_info()));
    black_box(message.sanitise(1));
}

/// The same in pieces.
fn stream(octets: &[u8]) {
    let mut parser = StreamParser::new(Limits::default()).with_outline();
    let (mut input, mut pieces) = (BytesMut::new(), octets.chunks(64));
    loop {
        match parser.poll(&mut input) {
            Event::NeedInput => match pieces.next() {
                Some(piece) => input.extend_from_slice(piece),
                None => parser.eof(),
            },
            Event::End => return,
            event => drop(black_box(event)),
        }
    }
}
