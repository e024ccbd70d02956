//! What FETCH answers beside what another server answered for the same messages, octet for octet (feature `mime`).
//!
//! The answers were recorded by `.ci/lib/imap_oracle.py`: for each message a line `* OK [FILE name]`, then responses as
//! they came, the first of which has the message itself as `BODY[]`. `dovecot/own.imap` has messages of our own; the
//! recordings of others are looked for in the folder that `MAILWEFT_DOVECOT` names, and skipped without it.
//!
//! What differs is listed in `differences/dovecot.txt` with the reason: `file item # reason`. The list may only shrink.

#![cfg(feature = "mime")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use bytes::{Bytes, BytesMut};
use mailweft_imap::{
    BodyStructure, Code, Data, Envelope, FetchItem, MessageData, Octets, Response, Section,
    SectionText, Syntax, Value, ValueRef, Values,
    frame::{FrameLimits, Framer, Policy, Role, Step},
    mime,
};
use mailweft_mime::Message;

/// The responses of a recording, each strictly right.
fn responses(wire: &[u8]) -> Vec<Response> {
    let mut framer = Framer::new(Role::Client, FrameLimits::new(16 << 20, 10_000));
    let mut input = BytesMut::from(wire);
    let mut found = Vec::new();
    loop {
        match framer.next(&mut input) {
            Step::NeedInput => break,
            Step::Literal(_) => framer.decide(Policy::Buffer),
            Step::Frame(frame) => {
                let parsed = Response::from_bytes(frame.bytes(), &Syntax::interop()).unwrap();
                found.push(parsed.value);
            }
            step => panic!("{step:?}"),
        }
    }
    assert!(input.is_empty());
    found
}

/// A value, and how it is shown when it differs.
type Shown = (String, Vec<u8>);

/// A value with each string written in one form: `"a"` and `{1}a` are the same string (RFC 3501 §4.3).
fn one_form(text: &Bytes) -> Vec<u8> {
    fn put(values: Values<'_>, out: &mut Vec<u8>) {
        for value in values {
            match value {
                ValueRef::Nil => out.extend_from_slice(b" NIL"),
                ValueRef::Atom(atom) => out.extend_from_slice(format!(" {atom}").as_bytes()),
                ValueRef::String(text) => {
                    out.extend_from_slice(b" \"");
                    out.extend_from_slice(&text);
                    out.push(b'"');
                }
                ValueRef::List(members) => {
                    out.extend_from_slice(b" (");
                    put(members, out);
                    out.extend_from_slice(b" )");
                }
                other => panic!("{other:?}"),
            }
        }
    }
    let mut out = Vec::new();
    put(Value::try_from(text.clone()).unwrap().iter(), &mut out);
    out
}

fn octets(data: Option<&[u8]>) -> Vec<u8> {
    data.map_or_else(|| b"NIL".to_vec(), <[u8]>::to_vec)
}

/// What was answered and what we answer, of one item; `None` for an item that is not compared.
fn compare(item: &FetchItem, message: &Message<Bytes>) -> Option<(String, Shown, Shown)> {
    let root = message.root();
    let shown = |octets: Vec<u8>| (octets.escape_ascii().to_string(), octets);
    let structure = |theirs: &Bytes, ours: &Bytes| (shown(one_form(theirs)), shown(one_form(ours)));
    let (name, (theirs, ours)) = match item {
        FetchItem::Size(size) => (
            "RFC822.SIZE".to_owned(),
            (
                shown(size.to_string().into()),
                shown(message.bytes().len().to_string().into()),
            ),
        ),
        FetchItem::Envelope(theirs) => {
            let ours: Envelope = mime::envelope(root);
            (
                "ENVELOPE".to_owned(),
                structure(theirs.as_bytes(), ours.as_bytes()),
            )
        }
        FetchItem::Body(theirs) => {
            let ours = mime::body_structure(root).without_extension();
            (
                "BODY".to_owned(),
                structure(theirs.as_bytes(), ours.as_bytes()),
            )
        }
        FetchItem::BodyStructure(theirs) => {
            let ours: BodyStructure = mime::body_structure(root);
            (
                "BODYSTRUCTURE".to_owned(),
                structure(theirs.as_bytes(), ours.as_bytes()),
            )
        }
        FetchItem::Section(data) if data.section != Section::WHOLE => {
            let part = mime::section(root, &data.section);
            let part = part.as_ref().map(|part| part.of(message.bytes()));
            let theirs = match &data.data {
                Octets::Bytes(bytes) => Some(bytes.as_ref()),
                _ => None,
            };
            // The names are the question, which may be written in any way.
            let name = match data.section.text() {
                SectionText::HeaderFields(_) => "BODY[HEADER.FIELDS]".to_owned(),
                SectionText::HeaderFieldsNot(_) => "BODY[HEADER.FIELDS.NOT]".to_owned(),
                _ => format!("BODY[{}]", data.section),
            };
            (
                name,
                (shown(octets(theirs)), shown(octets(part.as_deref()))),
            )
        }
        FetchItem::Binary(data) => {
            let ours = mime::binary(root, data.section.path());
            let name = format!("BINARY[{}]", data.section);
            let theirs = data.data.bytes().map(AsRef::as_ref);
            (
                name,
                (shown(octets(theirs)), shown(octets(ours.as_deref()))),
            )
        }
        FetchItem::BinarySize { part, size } => {
            let ours = mime::binary_size(root, part).unwrap_or_default();
            let name = format!("BINARY.SIZE[{}]", Section::part(part.iter().copied()));
            (
                name,
                (
                    shown(size.to_string().into()),
                    shown(ours.to_string().into()),
                ),
            )
        }
        _ => return None,
    };
    Some((name, theirs, ours))
}

/// All differences of a recording, as `file item`, and how many items were compared.
fn differences(path: &Path) -> (BTreeMap<String, (String, String)>, usize) {
    let mut found = BTreeMap::new();
    let mut compared = 0;
    let mut file = String::new();
    let mut message = None;
    for response in responses(&fs::read(path).unwrap()) {
        match response {
            Response::Status(status) => {
                let Some(Code::Other { text, .. }) = status.code else {
                    panic!()
                };
                file = text.to_string();
                message = None;
            }
            Response::Data(Data::Fetch(data)) => {
                let data: MessageData = data;
                if let Some(whole) = data.section(&Section::WHOLE) {
                    message = Some(Message::parse(whole.clone()));
                }
                let message = message.as_ref().expect("the message comes first");
                for (name, theirs, ours) in data
                    .items()
                    .iter()
                    .filter_map(|item| compare(item, message))
                {
                    compared += 1;
                    if theirs.1 != ours.1 {
                        found.insert(format!("{file} {name}"), (theirs.0, ours.0));
                    }
                }
            }
            other => panic!("{other:?}"),
        }
    }
    (found, compared)
}

fn listed() -> BTreeSet<&'static str> {
    include_str!("differences/dovecot.txt")
        .lines()
        .filter_map(|line| line.split_once(" # "))
        .map(|(key, _)| key)
        .collect()
}

fn check(path: &Path, listed: &BTreeSet<&str>) -> usize {
    let (found, compared) = differences(path);
    let new: Vec<_> = found
        .iter()
        .filter(|(key, _)| !listed.contains(key.as_str()))
        .collect();
    for (key, (theirs, ours)) in &new {
        let same = theirs
            .bytes()
            .zip(ours.bytes())
            .take_while(|(a, b)| a == b)
            .count();
        let from = same.saturating_sub(40);
        let cut = |text: &str| {
            text.get(from..)
                .unwrap_or_default()
                .chars()
                .take(160)
                .collect::<String>()
        };
        println!("{key}\n  theirs {}\n  ours   {}", cut(theirs), cut(ours));
    }
    assert!(
        new.is_empty(),
        "{} of {compared} items differ: {}",
        new.len(),
        path.display()
    );
    compared
}

#[test]
fn messages_of_our_own_are_fetched_alike() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dovecot/own.imap");
    let compared = check(&path, &listed());
    assert!(compared > 100, "{compared}");
}

#[test]
fn recorded_messages_are_fetched_alike() {
    let Some(folder) = std::env::var_os("MAILWEFT_DOVECOT").map(PathBuf::from) else {
        println!("skipped: MAILWEFT_DOVECOT names no folder of recordings");
        return;
    };
    let listed = listed();
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dovecot/own.imap");
    let mut seen: BTreeSet<String> = differences(&own).0.into_keys().collect();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let compared = check(&path, &listed);
        println!("{}: {compared} items compared", path.display());
        seen.extend(differences(&path).0.into_keys());
    }
    for key in &listed {
        assert!(
            seen.contains(*key),
            "{key} is alike now: take it off the list"
        );
    }
}
