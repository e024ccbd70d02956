//! The 164 cases of isemail, where `../shared/corpora` is beside the workspace.
//!
//! A case passes when the class of the gravest finding is the category that isemail gives, and the
//! level that its category names accepts it. What differs stands with its reason in
//! `tests/data/isemail.differences.txt`, which may only shrink: a case there that agrees fails too.

use std::collections::BTreeMap;

use mailweft_address::{Address, Class, Level, diagnose};

const DIFFERENCES: &str = include_str!("data/isemail.differences.txt");

fn category(text: &str) -> String {
    let report = diagnose(text);
    match (report.class(), report.level()) {
        (_, None) | (Some(Class::Error), _) => "ISEMAIL_ERR",
        (Some(Class::Rfc5321), _) => "ISEMAIL_RFC5321",
        (Some(Class::Cfws), _) => "ISEMAIL_CFWS",
        (Some(Class::Deprecated), _) => "ISEMAIL_DEPREC",
        (Some(Class::Rfc5322), _) => "ISEMAIL_RFC5322",
        _ => "ISEMAIL_VALID_CATEGORY",
    }
    .to_owned()
}

#[test]
fn every_case_has_its_category() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../shared/corpora/isemail/tests.xml"
    );
    let Ok(xml) = std::fs::read_to_string(path) else {
        println!("skipped: ../shared/corpora/isemail is not here");
        return;
    };
    let differences: BTreeMap<&str, &str> = DIFFERENCES
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split_once(' ').expect("id, then the reason"))
        .collect();
    let document = roxmltree::Document::parse(&xml).expect("XML");
    let mut wrong = Vec::new();
    let mut count = 0;
    for test in document.descendants().filter(|n| n.has_tag_name("test")) {
        let id = test.attribute("id").expect("an id");
        let child = |name: &str| {
            test.children()
                .find(|n| n.has_tag_name(name))
                .and_then(|n| n.text())
                .unwrap_or_default()
        };
        // Control characters are written as the pictures U+2400 and on.
        let address: String = child("address")
            .chars()
            .map(|c| match u32::from(c) {
                code @ 0x2400..=0x241f => char::from_u32(code - 0x2400).expect("a control"),
                0x2421 => '\u{7f}',
                _ => c,
            })
            .collect();
        let expected = match child("category") {
            // Whether a name has DNS records is not asked here.
            "ISEMAIL_DNSWARN" => "ISEMAIL_VALID_CATEGORY",
            category => category,
        };
        count += 1;
        let found = category(&address);
        let level = match expected {
            "ISEMAIL_VALID_CATEGORY" | "ISEMAIL_RFC5321" => Some(Level::Smtp),
            "ISEMAIL_CFWS" => Some(Level::Header),
            "ISEMAIL_DEPREC" | "ISEMAIL_RFC5322" => Some(Level::Obsolete),
            _ => None,
        };
        let accepted = match level {
            Some(level) => Address::parse_at(level, &address).is_ok(),
            None => Level::ALL
                .into_iter()
                .all(|level| level == Level::Html5 || Address::parse_at(level, &address).is_err()),
        };
        let agrees = found == expected && accepted;
        if agrees == differences.contains_key(id) {
            wrong.push(format!(
                "{id} {address:?}: {expected} {}, here {found}, accepted {accepted}: {:?}",
                child("diagnosis"),
                diagnose(&address).findings()
            ));
        }
    }
    assert_eq!(count, 164);
    assert!(
        wrong.is_empty(),
        "{} differ\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
