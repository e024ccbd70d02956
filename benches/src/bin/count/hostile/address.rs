//! Addresses and lists of them.

use std::hint::black_box;

use mailweft_address::{Address, AddressList, Level, diagnose, entries};

use crate::{Shape, cycle};

/// What is repeated.
const UNITS: [&str; 31] = [
    "(",
    "(a@b,",
    "((a@b)",
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
    "<<",
    "a@b>,",
    "=?",
    "=?a?q?",
    "=?a?q?,",
    "=?a?q?b?=",
    " ",
    "\r\n ",
    "[",
    "xn--a.",
];

/// What stands around it.
const FRAMES: [(&str, &str); 5] = [
    ("a", "@b.example"),
    ("a@b", ""),
    ("Joe ", " <a@b.example>"),
    ("g: a@b.example,", ";"),
    ("\"", "\"@b.example"),
];

pub(super) fn shapes() -> Vec<Shape> {
    let mut shapes = Vec::new();
    for unit in UNITS {
        shapes.push(Shape::new(
            format!("address: {unit:?}"),
            25_000,
            |size| cycle(unit, size),
            read,
        ));
        shapes.push(Shape::new(
            format!("address: {unit:?} in frames"),
            1_000,
            |size| framed(unit, size),
            each,
        ));
    }
    let nested = |open: &'static str, close: &'static str| {
        move |size: usize| {
            let half = size / 2;
            [cycle(open, half), cycle(close, half)].concat()
        }
    };
    shapes.push(Shape::new(
        "address: nested comments",
        25_000,
        nested("(", ")"),
        read,
    ));
    shapes.push(Shape::new(
        "address: nested groups",
        25_000,
        nested("g:", ";"),
        read,
    ));
    shapes.push(Shape::new(
        "address: nested quotes in comments",
        25_000,
        nested("(\"", "\")"),
        read,
    ));
    shapes
}

/// The same in every frame, a line each.
fn framed(unit: &str, size: usize) -> Vec<u8> {
    let mut lines = Vec::new();
    for (before, behind) in FRAMES {
        lines.extend_from_slice(before.as_bytes());
        lines.extend(cycle(unit, size));
        lines.extend_from_slice(behind.as_bytes());
        lines.push(0);
    }
    lines
}

fn each(lines: &[u8]) {
    lines.split(|&octet| octet == 0).for_each(read);
}

/// In every way there is.
fn read(text: &[u8]) {
    black_box(diagnose(text));
    for level in Level::ALL {
        let _ = black_box(Address::parse_at(level, text));
        let _ = black_box(AddressList::parse_at(level, text));
    }
    black_box(entries(text).count());
}
