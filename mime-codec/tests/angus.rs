//! Parameters and uuencode, as the test data of Angus Mail has them.

mod common;

use std::{collections::BTreeSet, fs};

#[cfg(feature = "charset")]
use mailweft_mime::ContentType;
use mailweft_mime::{Encoding, transfer};

fn data(name: &str) -> Option<String> {
    let file = common::corpus("angus-mail")
        .into_iter()
        .find(|file| file.ends_with(name))?;
    Some(String::from_utf8_lossy(&fs::read(file).unwrap()).into_owned())
}

/// `\u3042` as Java writes it.
#[cfg(feature = "charset")]
fn unescape(text: &str) -> String {
    let mut pieces = text.split("\\u");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (digits, rest) = piece.split_at(4);
        let character = u32::from_str_radix(digits, 16)
            .ok()
            .and_then(char::from_u32);
        out.extend(character);
        out.push_str(rest);
    }
    out
}

/// Two of them are in ISO-2022-JP.
#[cfg(feature = "charset")]
#[test]
fn parameters() {
    let mut different = BTreeSet::new();
    let mut agreed = 0;
    for file in ["paramdata", "paramdatanostrict"] {
        let Some(text) = data(file) else { return };
        let mut field = String::new();
        let mut expected: Vec<(String, String)> = Vec::new();
        let mut cases = Vec::new();
        let mut expects = false;
        // A case ends where the next begins.
        for line in text
            .lines()
            .skip_while(|line| *line != "From start here")
            .chain(["Comment:"])
        {
            if let Some(value) = line.strip_prefix("Expect:") {
                expects = value.trim() != "0";
            } else if !line.starts_with(['\t', ' ']) {
                if !field.is_empty() {
                    cases.push((std::mem::take(&mut field), std::mem::take(&mut expected)));
                }
                expects = false;
                field.extend(
                    line.strip_prefix("Content-Type:")
                        .map(|value| format!("{value}\r\n")),
                );
            } else if expects {
                let (name, value) = line.trim_start().split_once('=').unwrap();
                expected.push((name.to_owned(), unescape(value)));
            } else if !field.is_empty() {
                field.push_str(line);
                field.push_str("\r\n");
            }
        }
        for (number, (field, expected)) in cases.iter().enumerate() {
            let content_type = ContentType::read(field.as_bytes());
            for (name, value) in expected {
                let found = content_type.params().get(name);
                if found.as_deref() == Some(value) {
                    agreed += 1;
                } else {
                    different.insert(format!("{file}:{number}:{name}"));
                }
            }
        }
    }
    println!("{agreed} parameters agree");
    common::same_differences(&different, include_str!("data/angus-differences.txt"));
}

/// What ends in an exception there is decoded, and what is wrong with it told.
#[test]
fn uuencode() {
    let Some(text) = data("uudata") else { return };
    let mut different = BTreeSet::new();
    let mut agreed = 0;
    for case in text.split("\nTEST ").skip(1) {
        let (name, rest) = case.split_once('\n').unwrap();
        let (input, rest) = rest.split_once("\nEXPECT\n").unwrap();
        let (_, input) = input.split_once('\n').unwrap();
        let expected = rest.split("END").next().unwrap();
        let (decoded, faults) = transfer::decode(Encoding::Uuencode, input.as_bytes());
        let right = if expected.starts_with("EXCEPTION") {
            faults != transfer::Faults::default() || decoded.is_empty()
        } else {
            decoded.as_ref() == expected.as_bytes()
        };
        if right {
            agreed += 1;
        } else {
            println!(
                "{name}: {} {faults:?}, there {expected:?}",
                decoded.escape_ascii()
            );
            different.insert(name.replace(' ', "-"));
        }
    }
    println!("{agreed} uuencoded texts agree");
    common::same_differences(&different, "");
}
