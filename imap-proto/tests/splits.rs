//! Every line of the dialogues and of the catalogue of quirks, in every two-way split and octet by octet: the framer
//! takes the same frames, and what they mean is written in a form that means the same.

use std::{fs, path::Path};

use bytes::{Bytes, BytesMut};
use mailweft_imap::{
    Data, ESearch, PartialRange, Response, SearchReturn, Syntax, TaggedCommand,
    frame::{FrameLimits, Framer, Policy, Role, Step},
};

/// The frames of `pieces`, one after the other.
fn frames<'a>(role: Role, pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<Bytes> {
    let mut framer = Framer::new(role, FrameLimits::new(1 << 20, 1_000));
    let mut input = BytesMut::new();
    let mut found = Vec::new();
    for piece in pieces {
        input.extend_from_slice(piece);
        loop {
            match framer.next(&mut input) {
                Step::NeedInput => break,
                Step::Literal(_) => framer.decide(Policy::Buffer),
                Step::Frame(frame) => found.push(frame.bytes().clone()),
                step => panic!("{step:?}"),
            }
        }
    }
    assert!(input.is_empty(), "{} is left over", input.escape_ascii());
    found
}

/// The lines of one side in the dialogues, with the octets of their literals.
fn lines(side: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts");
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        for dialogue in text.split("\n\n") {
            let mut wire = Vec::new();
            for line in dialogue.lines().filter_map(|line| line.strip_prefix(side)) {
                wire.extend_from_slice(line.strip_prefix(' ').unwrap_or(line).as_bytes());
                wire.extend_from_slice(b"\r\n");
            }
            found.push(wire);
        }
    }
    found
}

fn check(role: Role, wire: &[u8]) -> Vec<Bytes> {
    let whole = frames(role, [wire]);
    assert_eq!(frames(role, wire.chunks(1)), whole);
    for unit in &whole {
        for at in 1..unit.len() {
            let (head, tail) = unit.split_at(at);
            let split = frames(role, [head, tail]);
            assert_eq!(split, std::slice::from_ref(unit), "split at {at}");
        }
    }
    whole
}

#[test]
fn commands_in_every_split() {
    let mut count = 0;
    for wire in lines("C:") {
        for unit in check(Role::Server, &wire) {
            // What is no command is part of AUTHENTICATE or IDLE.
            let Ok(parsed) = TaggedCommand::from_bytes(&unit, &Syntax::strict()) else {
                continue;
            };
            let mut out = BytesMut::new();
            parsed.value.write(&mut out).unwrap();
            let again = TaggedCommand::parse(&out, &Syntax::strict());
            assert_eq!(again.unwrap().value, parsed.value);
            count += 1;
        }
    }
    assert!(count > 400, "{count}");
}

#[test]
fn responses_in_every_split() {
    let mut count = 0;
    for wire in lines("S:") {
        for unit in check(Role::Client, &wire) {
            let parsed = Response::from_bytes(&unit, &Syntax::strict()).unwrap();
            let mut out = BytesMut::new();
            parsed.value.write(&mut out, false).unwrap();
            let again = Response::parse(&out, &Syntax::strict());
            assert_eq!(again.unwrap().value, parsed.value);
            count += 1;
        }
    }
    assert!(count > 900, "{count}");
}

#[test]
fn quirks_in_every_split() {
    let catalogue = include_str!("quirks/servers.txt").split("\n\n");
    for entry in catalogue.filter(|entry| !entry.starts_with('#')) {
        let wire = entry.trim_matches('\n').split('\n').nth(1).unwrap();
        let wire = format!("{}\r\n", wire.replace("\\r\\n", "\r\n"));
        check(Role::Client, wire.as_bytes());
    }
}

#[test]
fn rfc4731_s3_1_what_a_search_returns() {
    let newest = PartialRange::new(-1, -2).unwrap();
    for (returns, found, answer) in [
        (vec![], vec![3, 1], "ESEARCH ALL 1,3"),
        (vec![], vec![], "ESEARCH"),
        (
            vec![SearchReturn::Min, SearchReturn::Max],
            vec![7, 5],
            "ESEARCH MIN 5 MAX 7",
        ),
        (
            vec![SearchReturn::Count, SearchReturn::All],
            vec![],
            "ESEARCH COUNT 0",
        ),
        (vec![SearchReturn::Save], vec![1], "ESEARCH"),
        (
            vec![SearchReturn::Partial(newest)],
            vec![1, 2, 3],
            "ESEARCH PARTIAL (-1:-2 2:3)",
        ),
        (
            vec![SearchReturn::Partial(newest)],
            vec![],
            "ESEARCH PARTIAL (-1:-2 NIL)",
        ),
    ] {
        let told = Data::ESearch(ESearch::of(&returns, false, found));
        assert_eq!(told.to_string(), answer);
    }
}
