//! The canonical forms of DKIM (RFC 6376 §3.4), as foreign test data has them.

mod common;

use std::{collections::BTreeSet, fs};

use mailweft_mime::{Canonicalization, Message};

/// Every field, the empty line where there is one, and the body.
fn canonical(mail: &[u8], form: Canonicalization) -> Vec<u8> {
    let message = Message::parse(mail);
    let root = message.root();
    let mut octets: Vec<u8> = root
        .fields()
        .flat_map(|field| field.canonical(form))
        .collect();
    if root.has_body() {
        octets.extend_from_slice(b"\r\n");
        octets.extend(root.canonical_body(form).flatten());
    }
    octets
}

#[test]
fn flanker_messages() {
    let mut different = BTreeSet::new();
    let mut agreed = 0;
    for file in common::corpus("flanker/messages/dkim") {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let Some(number) = name.strip_prefix("email.") else {
            continue;
        };
        let mail = fs::read(&file).unwrap();
        for (form, word) in [
            (Canonicalization::Simple, "simple"),
            (Canonicalization::Relaxed, "relaxed"),
        ] {
            let expected =
                fs::read(file.with_file_name(format!("{word}.expected.{number}"))).unwrap();
            if canonical(&mail, form) == expected {
                agreed += 1;
            } else {
                different.insert(format!("{name}:{word}"));
            }
        }
    }
    println!("{agreed} agree, {} do not", different.len());
    if agreed > 0 {
        common::same_differences(
            &different,
            include_str!("data/flanker-dkim-differences.txt"),
        );
    }
}
