//! The properties that are fuzzed, and replayed by `examples/tests/regressions.rs`.
//!
//! Each takes octets and panics where a promise is broken. All of them are inverses (what is written reads back as
//! it was) or models (two ways to the same result). Nothing here knows of libFuzzer.
//!
//! Targets whose name ends in `_chunks`, and those on whole messages, read two octets first: the sizes of the
//! pieces, or what is to be done with the rest.

mod addresses;
mod calls;
mod imap;
mod messages;
mod pop3;
mod smtp;

use bytes::Bytes;

pub use addresses::{address, address_entries};
pub use calls::smtp_calls;
pub use imap::{imap_command, imap_framer_chunks, imap_response};
pub use messages::{mime_build, mime_edit, mime_index_vs_stream};
pub use pop3::{pop3_command, pop3_dots, pop3_response, pop3_server_chunks};
pub use smtp::{smtp_command, smtp_reply, smtp_server_chunks};

/// A property: it panics where it does not hold.
pub type Property = fn(&[u8]);

/// Every property by the name of its target, seeds and regressions.
pub const TARGETS: &[(&str, Property)] = &[
    ("address", address),
    ("address_entries", address_entries),
    ("mime_index_vs_stream", mime_index_vs_stream),
    ("mime_build", mime_build),
    ("mime_edit", mime_edit),
    ("smtp_command", smtp_command),
    ("smtp_reply", smtp_reply),
    ("smtp_server_chunks", smtp_server_chunks),
    ("smtp_calls", smtp_calls),
    ("pop3_command", pop3_command),
    ("pop3_response", pop3_response),
    ("pop3_server_chunks", pop3_server_chunks),
    ("pop3_dots", pop3_dots),
    ("imap_command", imap_command),
    ("imap_response", imap_response),
    ("imap_framer_chunks", imap_framer_chunks),
];

/// The two octets that say what is done with the rest.
fn control(data: &[u8]) -> Option<(usize, usize, &[u8])> {
    let (&[a, b], rest) = data.split_first_chunk::<2>()?;
    Some((usize::from(a), usize::from(b), rest))
}

/// `wire` in pieces of two sizes by turns.
fn pieces(wire: &[u8], a: usize, b: usize) -> Vec<&[u8]> {
    let sizes = [1 + a % 32, 1 + b % 32];
    let (mut rest, mut all) = (wire, Vec::new());
    for size in sizes.into_iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (piece, left) = rest.split_at(size.min(rest.len()));
        all.push(piece);
        rest = left;
    }
    all
}

/// Runs `session` over the octets whole, in single octets and in pieces: all runs are to come out alike.
fn alike<T: PartialEq + std::fmt::Debug>(data: &[u8], session: impl Fn(&[&[u8]]) -> T) {
    let Some((a, b, wire)) = control(data) else {
        return;
    };
    let whole = session(&[wire]);
    for split in [wire.chunks(1).collect(), pieces(wire, a, b)] {
        let split = session(&split);
        assert!(
            split == whole,
            "in pieces: {split:#?}\nwhole: {whole:#?}\n{}",
            wire.escape_ascii()
        );
    }
}

/// No octet that could end a line, or a string in C.
fn no_break(line: &[u8]) {
    assert!(
        !line.iter().any(|b| matches!(b, b'\r' | b'\n' | 0)),
        "{}",
        line.escape_ascii()
    );
}

fn join(a: &Bytes, b: &Bytes) -> Bytes {
    [a.as_ref(), b.as_ref()].concat().into()
}
