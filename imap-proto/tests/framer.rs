//! What the framer tells between its steps.

use bytes::BytesMut;
use mailweft_imap::frame::{FrameLimits, Framer, Policy, Role, Step};

fn framer(role: Role) -> Framer {
    Framer::new(role, FrameLimits::new(8_192, 100))
}

#[test]
fn it_is_idle_between_units_alone() {
    let mut framer = framer(Role::Client);
    let mut input = BytesMut::new();
    assert!(framer.is_idle(&input));
    input.extend_from_slice(b"* 1 EXI");
    assert!(!framer.is_idle(&input));
    assert_eq!(framer.next(&mut input), Step::NeedInput);
    assert!(!framer.is_idle(&input));
    input.extend_from_slice(b"STS\r\n");
    assert!(matches!(framer.next(&mut input), Step::Frame(_)));
    assert!(framer.is_idle(&input));
    // In front of a literal that is to be decided about.
    input.extend_from_slice(b"* 1 FETCH (BODY[] {3}\r\n");
    assert!(matches!(framer.next(&mut input), Step::Literal(_)));
    assert!(!framer.is_idle(&input));
    framer.decide(Policy::Stream);
    // In the middle of it, where nothing is in the buffer.
    assert_eq!(framer.next(&mut input), Step::NeedInput);
    assert!(input.is_empty() && !framer.is_idle(&input));
    input.extend_from_slice(b"abc");
    assert!(matches!(framer.next(&mut input), Step::Chunk(_)));
    assert_eq!(framer.next(&mut input), Step::ChunkEnd);
    // Behind it: the beginning of the unit is still held.
    assert!(input.is_empty() && !framer.is_idle(&input));
    input.extend_from_slice(b")\r\n");
    assert!(matches!(framer.next(&mut input), Step::Frame(_)));
    assert!(framer.is_idle(&input));
}

#[test]
fn it_tells_where_what_was_streamed_is_missing() {
    let mut framer = framer(Role::Server);
    let mut input = BytesMut::from("a APPEND x {2}\r\nhi {3+}\r\nyou ~{1}\r\n!\r\n");
    let mut heads = Vec::new();
    let mut holes = Vec::new();
    let frame = loop {
        match framer.next(&mut input) {
            Step::Literal(header) => {
                heads.push(framer.head(&input));
                // The second is kept, the others are streamed.
                framer.decide(if header.size == 3 {
                    Policy::Buffer
                } else {
                    Policy::Stream
                });
            }
            Step::Chunk(_) => {}
            Step::ChunkEnd => holes.push(framer.last_hole()),
            Step::Frame(frame) => break frame,
            step => panic!("{step:?}"),
        }
    };
    assert_eq!(
        heads,
        [
            "a APPEND x {2}\r\n",
            "a APPEND x {2}\r\n {3+}\r\n",
            "a APPEND x {2}\r\n {3+}\r\nyou ~{1}\r\n"
        ]
    );
    assert_eq!(frame.bytes(), "a APPEND x {2}\r\n {3+}\r\nyou ~{1}\r\n\r\n");
    let places = [
        "a APPEND x {2}\r\n",
        "a APPEND x {2}\r\n {3+}\r\nyou ~{1}\r\n",
    ]
    .map(str::len);
    assert_eq!(frame.holes(), places);
    assert_eq!(holes, places);
}

/// All steps, with literals kept.
fn steps(role: Role, limits: FrameLimits, wire: &[u8], piece: usize) -> Vec<String> {
    let mut framer = Framer::new(role, limits);
    let mut input = BytesMut::new();
    let mut seen = Vec::new();
    for piece in wire.chunks(piece) {
        input.extend_from_slice(piece);
        loop {
            match framer.next(&mut input) {
                Step::NeedInput => break,
                Step::Literal(_) => framer.decide(Policy::Buffer),
                Step::Frame(frame) => seen.push(frame.bytes().escape_ascii().to_string()),
                Step::Fault(fault, _) => seen.push(format!("{fault:?}")),
                step => panic!("{step:?}"),
            }
        }
    }
    seen
}

#[track_caller]
fn found(role: Role, limits: FrameLimits, wire: &str, expected: &[&str]) {
    for piece in [wire.len(), 1, 5] {
        assert_eq!(
            steps(role, limits, wire.as_bytes(), piece),
            expected,
            "in pieces of {piece}"
        );
    }
}

#[test]
fn limits_are_what_still_passes() {
    let limits = || FrameLimits::new(10, 2);
    // Ten octets before the line end, its CR among them.
    found(
        Role::Server,
        limits(),
        "a 3456789\r\nb NOOP\r\n",
        &[r"a 3456789\r\n", r"b NOOP\r\n"],
    );
    found(
        Role::Server,
        limits(),
        "a 34567890\r\nb NOOP\r\n",
        &["LineTooLong(10)", r"b NOOP\r\n"],
    );
    let two = "a {1+}\r\nx{1+}\r\ny\r\n";
    found(
        Role::Server,
        FrameLimits::new(100, 2),
        two,
        &[r"a {1+}\r\nx{1+}\r\ny\r\n"],
    );
    let three = "a {1+}\r\nx{1+}\r\ny{1+}\r\nz\r\nb NOOP\r\n";
    found(
        Role::Server,
        FrameLimits::new(100, 2),
        three,
        &["TooManyLiterals(2)", r"b NOOP\r\n"],
    );
}

#[test]
fn what_is_given_up_ends_behind_its_literals() {
    let long = "a LOGIN this-is-a-name-that-is-too-long ";
    for (role, behind, next) in [
        // Sent without waiting: it follows, whatever is in it.
        (
            Role::Server,
            "{8+}\r\nb NOOP\r\n\r\nc NOOP\r\n",
            r"c NOOP\r\n",
        ),
        // One that waits never comes from a client that is answered; from a server all come.
        (Role::Server, "{8}\r\nb NOOP\r\n", r"b NOOP\r\n"),
        (Role::Client, "{6}\r\n* OK\r\n\r\n* BYE\r\n", r"* BYE\r\n"),
        // In an open quote it is text.
        (Role::Client, "\"{6}\r\n* BYE\r\n", r"* BYE\r\n"),
        (Role::Client, "\"x\\\"{6}\r\n* BYE\r\n", r"* BYE\r\n"),
        (
            Role::Client,
            "\"x\" {6}\r\n* OK\r\n\r\n* BYE\r\n",
            r"* BYE\r\n",
        ),
    ] {
        let star = if role == Role::Client { "* " } else { "" };
        let wire = format!("{star}{long}{behind}");
        found(
            role,
            FrameLimits::new(20, 5),
            &wire,
            &["LineTooLong(20)", next],
        );
    }
}

#[test]
fn a_backslash_outside_of_quotes_escapes_nothing() {
    let limits = || FrameLimits::new(1_000, 5);
    for line in [
        r#"* OK [X \"{3}"#,
        r#"* OK [X "\]" {3}"#,
        "* 1 FETCH (X {3} ",
    ] {
        let wire = format!("{line}\r\nabc)\r\n* BYE\r\n");
        let closed = line.matches('"').count() % 2 == 0;
        let seen = steps(Role::Client, limits(), wire.as_bytes(), 4);
        assert_eq!(seen.len(), if closed { 2 } else { 3 }, "{line}: {seen:?}");
    }
    // A code that is closed has no literals behind it.
    found(
        Role::Client,
        limits(),
        "* OK [X \"]\"] text {3}\r\n* BYE\r\n",
        &[r#"* OK [X \"]\"] text {3}\r\n"#, r"* BYE\r\n"],
    );
}
