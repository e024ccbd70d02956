//! Responses and commands of IMAP, framed and read.

use std::hint::black_box;

use bytes::BytesMut;
use mailweft_imap::{
    Response, Syntax, TaggedCommand,
    frame::{FrameLimits, Framer, Policy, Role, Step},
};

use crate::{Shape, cycle};

pub(super) fn shapes() -> Vec<Shape> {
    let mut shapes = vec![
        Shape::new("imap: SEARCH in 16 KiB", 100_000, search, |wire| {
            frames(wire, 16 << 10, Role::Client)
        }),
        Shape::new("imap: SEARCH octet by octet", 25_000, search, |wire| {
            frames(wire, 1, Role::Client)
        }),
        Shape::new("imap: nested MESSAGE/RFC822", 25_000, messages, client),
        Shape::new(
            "imap: nested multiparts",
            25_000,
            |size| {
                around(
                    "* 1 FETCH (BODYSTRUCTURE ",
                    &nest("(", PART, " \"MIXED\")", size),
                    ")\r\n",
                )
            },
            client,
        ),
        Shape::new(
            "imap: nested threads",
            25_000,
            |size| around("* THREAD ", &nest("(1 ", "(2)(3)", ")", size), "\r\n"),
            client,
        ),
        Shape::new(
            "imap: NOT",
            25_000,
            |size| around("a SEARCH ", &cycle("NOT ", size), "ALL\r\n"),
            server,
        ),
        Shape::new(
            "imap: OR",
            25_000,
            |size| around("a SEARCH ", &cycle("OR ALL ", size), "ALL\r\n"),
            server,
        ),
        Shape::new(
            "imap: nested search keys",
            25_000,
            |size| around("a SEARCH ", &nest("(", "ALL", ")", size), "\r\n"),
            server,
        ),
    ];
    for unit in [
        "(", ")", "{0}", "\"\\\"", "\\", "\"", "()", "NIL ", "[", "{", "~{1}", "%", "=?", "\"a\" ",
    ] {
        shapes.push(Shape::new(
            format!("imap: {unit:?} in a value"),
            25_000,
            |size| around("* X-NEW ", &cycle(unit, size), "\r\n"),
            client,
        ));
        shapes.push(Shape::new(
            format!("imap: {unit:?} in FETCH"),
            25_000,
            |size| around("* 1 FETCH (BODYSTRUCTURE ", &cycle(unit, size), "\r\n"),
            client,
        ));
        shapes.push(Shape::new(
            format!("imap: {unit:?} in a command"),
            25_000,
            |size| around("a LIST \"\" ", &cycle(unit, size), "\r\n"),
            server,
        ));
    }
    shapes.push(Shape::new(
        "imap: literals of nothing",
        25_000,
        |size| around("* X-NEW", &cycle(" {0}\r\n", size), "\r\n"),
        client,
    ));
    for (name, head) in [
        ("FETCH", "a FETCH "),
        ("SEARCH", "a SEARCH UID "),
        ("STORE", "a UID STORE "),
    ] {
        let tail = if name == "STORE" {
            " +FLAGS (\\Seen)\r\n"
        } else if name == "FETCH" {
            " FLAGS\r\n"
        } else {
            "\r\n"
        };
        shapes.push(Shape::new(
            format!("imap: ranges of everything in {name}"),
            25_000,
            move |size| ranges(head, size, tail),
            server,
        ));
        shapes.push(Shape::new(
            format!("imap: many ids in {name}"),
            25_000,
            move |size| ids(head, size, tail),
            server,
        ));
    }
    shapes.push(Shape::new(
        "imap: ranges of everything in VANISHED",
        25_000,
        |size| ranges("* VANISHED (EARLIER) ", size, "\r\n"),
        client,
    ));
    shapes.push(Shape::new(
        "imap: ranges of everything in ESEARCH",
        25_000,
        |size| ranges("* ESEARCH UID ALL ", size, "\r\n"),
        client,
    ));
    shapes.push(Shape::new(
        "imap: ranges of everything in COPYUID",
        25_000,
        |size| ranges("a OK [COPYUID 1 ", size, " 1:4294967295] x\r\n"),
        client,
    ));
    shapes
}

const PART: &str = "(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 2 1)";

fn around(head: &str, middle: &[u8], tail: &str) -> Vec<u8> {
    [head.as_bytes(), middle, tail.as_bytes()].concat()
}

fn nest(open: &str, middle: &str, close: &str, size: usize) -> Vec<u8> {
    let depth = size / (open.len() + close.len());
    [open.repeat(depth), middle.to_owned(), close.repeat(depth)]
        .concat()
        .into_bytes()
}

fn messages(size: usize) -> Vec<u8> {
    let open =
        "(\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 9 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) ";
    around("* 1 FETCH (BODY ", &nest(open, PART, " 1)", size), ")\r\n")
}

/// So many numbers.
fn search(count: usize) -> Vec<u8> {
    let ids: String = (1..=count).map(|n| format!(" {n}")).collect();
    around("* SEARCH", ids.as_bytes(), "\r\n")
}

fn ranges(head: &str, size: usize, tail: &str) -> Vec<u8> {
    let mut set = cycle("1:4294967295,", size.max(13));
    set.pop();
    around(head, &set, tail)
}

fn ids(head: &str, size: usize, tail: &str) -> Vec<u8> {
    let ids: Vec<String> = (0..size / 6)
        .map(|n| (10_001 + 2 * n % 80_000).to_string())
        .collect();
    around(
        head,
        if ids.is_empty() {
            "1".into()
        } else {
            ids.join(",")
        }
        .as_bytes(),
        tail,
    )
}

fn client(wire: &[u8]) {
    frames(wire, 4096, Role::Client);
}

fn server(wire: &[u8]) {
    frames(wire, 4096, Role::Server);
}

/// Cuts out what is whole, reads it, and writes it again.
fn frames(wire: &[u8], piece: usize, role: Role) {
    let mut framer = Framer::new(role, FrameLimits::new(16 << 20, 1 << 20));
    let (mut input, mut out) = (BytesMut::new(), BytesMut::new());
    for piece in wire.chunks(piece) {
        input.extend_from_slice(piece);
        loop {
            match framer.next(&mut input) {
                Step::Frame(frame) if role == Role::Client => {
                    if let Ok(parsed) = Response::from_bytes(frame.bytes(), &Syntax::interop()) {
                        let _ = parsed.value.write(&mut out, false);
                    }
                }
                Step::Frame(frame) => {
                    if let Ok(parsed) = TaggedCommand::parse(frame.bytes(), &Syntax::interop()) {
                        let _ = parsed.value.write(&mut out);
                    }
                }
                Step::Literal(_) => framer.decide(Policy::Buffer),
                Step::NeedInput => break,
                step => drop(black_box(step)),
            }
        }
    }
}
