//! Sessions of SMTP and POP3.

use std::hint::black_box;

use bytes::BytesMut;
use mailweft_pop3 as pop3;
use mailweft_smtp::{Capabilities, Command, Limits, Reply, Server, StrayPolicy, client, server};

use crate::{
    Shape, cycle,
    workloads::{take, take_by},
};

pub(super) fn shapes() -> Vec<Shape> {
    let mut shapes = Vec::new();
    for unit in [
        "x",
        "NOOP\r\n",
        "EHLO c\r\n",
        "FROB\r\n",
        "\r\n",
        "\n",
        "\r",
        "\0",
        "RSET\r\n",
    ] {
        shapes.push(Shape::new(
            format!("smtp: {unit:?} to the server"),
            25_000,
            |size| cycle(unit, size),
            |wire| listen(wire, 4096),
        ));
        shapes.push(Shape::new(
            format!("smtp: {unit:?} to the server, octet by octet"),
            5_000,
            |size| cycle(unit, size),
            |wire| listen(wire, 1),
        ));
    }
    shapes.push(Shape::new("smtp: recipients", 25_000, recipients, |wire| {
        listen(wire, 4096)
    }));
    for unit in [
        ".",
        "..\r\n",
        ".\r\r\n",
        "\r\n",
        "\r",
        "\n",
        "\n.\n",
        "\r\n..",
        "x",
        "\0",
        ".\n\r.\r\nx\r\n..\r\n",
        "\r\n.\n",
    ] {
        shapes.push(Shape::new(
            format!("smtp: {unit:?} as content"),
            100_000,
            |size| cycle(unit, size),
            |wire| take(wire, 4096),
        ));
        shapes.push(Shape::new(
            format!("smtp: {unit:?} as content, octet by octet"),
            5_000,
            |size| cycle(unit, size),
            |wire| take(wire, 1),
        ));
        shapes.push(Shape::new(
            format!("smtp: {unit:?} as content, then a bare LF, repaired at once"),
            100_000,
            |size| [cycle(unit, size), b"\n".to_vec()].concat(),
            |wire| take_by(StrayPolicy::repair(), wire, usize::MAX),
        ));
    }
    for unit in [" ", "A", "A=B ", "+2B", "=", "<", "@", "\"", "\\", "."] {
        shapes.push(Shape::new(
            format!("smtp: {unit:?} in commands"),
            10_000,
            |size| cycle(unit, size),
            commands,
        ));
    }
    for unit in [
        "250-x\r\n",
        "250-5.1.1 x\n",
        "2",
        "250-SIZE 1\r\n",
        "250-AUTH PLAIN\r\n",
        "250-X-A B\r\n",
    ] {
        shapes.push(Shape::new(
            format!("smtp: {unit:?} to the client"),
            25_000,
            |size| [cycle(unit, size), b"250 x\r\n".to_vec()].concat(),
            |wire| hear(wire, 4096),
        ));
        shapes.push(Shape::new(
            format!("smtp: {unit:?} to the client, octet by octet"),
            5_000,
            |size| [cycle(unit, size), b"250 x\r\n".to_vec()].concat(),
            |wire| hear(wire, 1),
        ));
    }
    for unit in [
        "x",
        "NOOP\r\n",
        "CAPA\r\n",
        "\r\n",
        "\n",
        "\0",
        "USER a\r\n",
    ] {
        shapes.push(Shape::new(
            format!("pop3: {unit:?} to the server"),
            25_000,
            |size| cycle(unit, size),
            |wire| pop3_listen(wire, 4096),
        ));
        shapes.push(Shape::new(
            format!("pop3: {unit:?} to the server, octet by octet"),
            5_000,
            |size| cycle(unit, size),
            |wire| pop3_listen(wire, 1),
        ));
    }
    for unit in [".", "..\r\n", "\r\n", "\r", "\n", "\n..", "x", "\r\n.\r"] {
        shapes.push(Shape::new(
            format!("pop3: {unit:?} as content"),
            100_000,
            |size| cycle(unit, size),
            |wire| dots(wire, 4096),
        ));
        shapes.push(Shape::new(
            format!("pop3: {unit:?} as content, octet by octet"),
            5_000,
            |size| cycle(unit, size),
            |wire| dots(wire, 1),
        ));
    }
    for unit in [
        "1 2\r\n",
        "x\r\n",
        "1\r\n",
        "99999999999999999999 1\r\n",
        " \r\n",
    ] {
        shapes.push(Shape::new(
            format!("pop3: {unit:?} in a listing"),
            25_000,
            |size| cycle(unit, size),
            |wire| pop3_hear(wire, 4096),
        ));
        shapes.push(Shape::new(
            format!("pop3: {unit:?} in a listing, octet by octet"),
            20_000,
            |size| cycle(unit, size),
            |wire| pop3_hear(wire, 1),
        ));
    }
    // The limit of a line is far below n.
    shapes.push(Shape::new(
        "pop3: no line end in a listing, octet by octet",
        40_000,
        |size| cycle("x", size),
        |wire| pop3_hear(wire, 1),
    ));
    shapes
}

/// Limits that let everything through.
fn patient() -> Limits {
    Limits::default()
        .recipients(1 << 20)
        .errors(1 << 20)
        .idle_commands(1 << 20)
}

fn recipients(size: usize) -> Vec<u8> {
    [
        &b"EHLO c\r\nMAIL FROM:<>\r\n"[..],
        &cycle("RCPT TO:<a@example.org>\r\n", size),
    ]
    .concat()
}

fn listen(wire: &[u8], piece: usize) {
    let config = server::Config::new("mx.example.org")
        .unwrap()
        .limits(patient());
    let mut session = Server::new(config);
    let (mut input, mut pieces) = (BytesMut::new(), wire.chunks(piece));
    while let Ok(event) = session.poll(&mut input) {
        match event {
            server::Event::Hello { slot, .. }
            | server::Event::Mail { slot, .. }
            | server::Event::Rcpt { slot, .. } => {
                session.accept(slot).unwrap();
            }
            server::Event::Closed => return,
            server::Event::Blocked => session.output().clear(),
            server::Event::NeedInput => {
                session.output().clear();
                match pieces.next() {
                    Some(piece) => input.extend_from_slice(piece),
                    None => return,
                }
            }
            event => drop(black_box(event)),
        }
    }
}

fn commands(text: &[u8]) {
    for head in [
        "",
        "EHLO ",
        "MAIL FROM:<a@b.example> ",
        "MAIL FROM:<",
        "RCPT TO:<a@b.example> ORCPT=rfc822;",
        "AUTH PLAIN ",
        "XCLIENT NAME=",
        "NOOP ",
    ] {
        let line = [head.as_bytes(), text].concat();
        let _ = black_box(Command::parse(&line));
    }
}

fn hear(wire: &[u8], piece: usize) {
    if let Ok(reply) = Reply::parse(wire) {
        black_box(Capabilities::from(&reply));
        black_box((reply.text(), reply.to_string()));
    }
    let config = client::Config::new("c.example.org").unwrap();
    let mut session = mailweft_smtp::Client::new(config);
    let mut input = BytesMut::from("220 mx.example.org\r\n");
    let mut pieces = wire.chunks(piece);
    while let Ok(event) = session.poll(&mut input) {
        match event {
            client::Event::Closed { .. } => return,
            client::Event::NeedInput => {
                session.output().clear();
                match pieces.next() {
                    Some(piece) => input.extend_from_slice(piece),
                    None => return,
                }
            }
            event => drop(black_box(event)),
        }
    }
}

fn pop3_listen(wire: &[u8], piece: usize) {
    let mut session = pop3::Server::new(pop3::server::Config::new(pop3::Text::from_static("hi")));
    let (mut input, mut pieces) = (BytesMut::new(), wire.chunks(piece));
    while let Ok(event) = session.poll(&mut input) {
        match event {
            pop3::server::Event::NeedInput => {
                session.output().clear();
                match pieces.next() {
                    Some(piece) => input.extend_from_slice(piece),
                    None => return,
                }
            }
            pop3::server::Event::Closed => return,
            pop3::server::Event::Blocked if session.output().is_empty() => return,
            pop3::server::Event::Blocked => session.output().clear(),
            event => drop(black_box(event)),
        }
    }
}

fn dots(wire: &[u8], piece: usize) {
    let (mut decoder, mut input) = (pop3::DotDecoder::new(), BytesMut::new());
    let mut out = BytesMut::new();
    let mut encoder = pop3::DotEncoder::new();
    let mut pieces = wire.chunks(piece);
    loop {
        match decoder.next(&mut input) {
            pop3::Piece::Data(data) => encoder.write(&data, &mut out),
            pop3::Piece::NeedInput => match pieces.next() {
                Some(piece) => input.extend_from_slice(piece),
                None => return encoder.finish(&mut out),
            },
            _ => decoder = pop3::DotDecoder::new(),
        }
    }
}

fn pop3_hear(wire: &[u8], piece: usize) {
    let mut session = pop3::Client::new(pop3::client::Config::new());
    let mut input = BytesMut::from("+OK\r\n+OK\r\n+OK\r\n+OK\r\n");
    let _ = session.poll(&mut input);
    let _ = session.send(pop3::Command::User(pop3::Text::from_static("a")));
    let _ = session.send(pop3::Command::Pass(pop3::Password::new("b").unwrap()));
    let _ = session.send(pop3::Command::Uidl(None));
    let mut pieces = wire.chunks(piece);
    while let Ok(event) = session.poll(&mut input) {
        match event {
            pop3::client::Event::Closed => return,
            pop3::client::Event::NeedInput => {
                session.output().clear();
                match pieces.next() {
                    Some(piece) => input.extend_from_slice(piece),
                    None => return,
                }
            }
            event => drop(black_box(event)),
        }
    }
}
