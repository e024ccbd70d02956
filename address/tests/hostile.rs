//! Input made to take long or to nest deep: it ends, and what is found in it is bounded by its octets.
//!
//! That every reader is linear in its steps is measured by `benches`, in instructions.

use mailweft_address::{Address, AddressList, Level, diagnose, entries};

const SIZE: usize = 100_000;

/// What is repeated to the wanted length.
const SHAPES: [&str; 27] = [
    "(",
    "()",
    "(a)",
    ")",
    ",",
    ";",
    ":",
    "g:",
    "g:;",
    "\"",
    "\"\\",
    "\"\\\",",
    "\\",
    "@",
    ".",
    "a.",
    "<",
    "<a@b>",
    ">",
    "=?",
    "=?a?q?",
    "=?a?q?,",
    "=?a?q?b?=",
    " ",
    "\r\n ",
    "[",
    "xn--a.",
];

/// What stands before and behind the repeated part.
const FRAMES: [(&str, &str); 6] = [
    ("", ""),
    ("a", "@b.example"),
    ("a@b", ""),
    ("Joe ", " <a@b.example>"),
    ("g: a@b.example,", ";"),
    ("\"", "\"@b.example"),
];

fn input(frame: (&str, &str), shape: &str, size: usize) -> Vec<u8> {
    let mut text = frame.0.as_bytes().to_vec();
    text.extend(shape.bytes().cycle().take(size / shape.len() * shape.len()));
    text.extend_from_slice(frame.1.as_bytes());
    text
}

/// Reads it in every way and gives how much came of it.
fn read(text: &[u8]) -> usize {
    let mut count = diagnose(text).findings().len();
    for level in Level::ALL {
        count += usize::from(Address::parse_at(level, text).is_ok());
        count += AddressList::parse_at(level, text).map_or(0, |list| list.mailboxes().count());
    }
    let (mut end, mut octets) = (0, 0);
    for entry in entries(text) {
        count += 1;
        match entry {
            Ok(mailweft_address::Entry::Mailbox { span, findings, .. }) => {
                count += findings.len();
                // Entries stand one behind the other: no octet is in two of them.
                assert!(span.start >= end && span.end <= text.len());
                end = span.end;
                octets += span.len();
            }
            Ok(_) => {}
            Err(lost) => {
                assert!(lost.span().start >= end && lost.span().end <= text.len());
                end = lost.span().end;
                octets += lost.span().len();
            }
        }
    }
    assert!(octets <= text.len());
    count
}

#[test]
fn what_is_found_is_bounded_by_the_octets() {
    for frame in FRAMES {
        for shape in SHAPES {
            let text = input(frame, shape, SIZE);
            let count = read(&text);
            // Seven readers for six levels and one list, and few findings for an octet.
            assert!(count <= 14 * text.len(), "{frame:?} {shape:?}: {count}");
        }
    }
}

#[test]
fn deep_nesting_ends_in_an_error_or_in_peace() {
    let nested = |depth: usize| format!("{}{}a@b.example", "(".repeat(depth), ")".repeat(depth));
    assert!(Address::parse(nested(64)).is_ok());
    assert!(Address::parse(nested(65)).is_err());
    for depth in [65, 1_000, 100_000] {
        assert!(diagnose(nested(depth)).level().is_none());
        assert!(entries(nested(depth).as_bytes()).count() <= 1);
    }
    let groups = format!("{}a@b.example{}", "g:".repeat(50_000), ";".repeat(50_000));
    assert!(AddressList::parse_at(Level::Obsolete, &groups).is_err());
    assert_eq!(
        entries(groups.as_bytes()).filter(Result::is_ok).count(),
        50_002
    );
}
