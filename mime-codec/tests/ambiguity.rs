//! Every message of the ambiguity corpus: reported with a code, and its payload in a part or a view.

use std::{collections::BTreeSet, fs, path::Path};

use mailweft_mime::{Message, PartKind, Severity};

const PAYLOAD: &[u8] = b"EVIL-PAYLOAD-EVIL-PAYLOAD-EVIL";

fn has(content: &[u8]) -> bool {
    content.windows(20).any(|window| window == &PAYLOAD[..20])
}

#[test]
fn ambiguities_are_told_and_payloads_reached() {
    let folder = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../shared/corpora/mime-ambiguity"
    ));
    let Ok(entries) = fs::read_dir(folder) else {
        println!("skipped: ../shared/corpora/mime-ambiguity is not here");
        return;
    };
    let known: BTreeSet<&str> = include_str!("data/ambiguity-differences.txt")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| line.split_whitespace().next().unwrap())
        .collect();
    let mut wrong = BTreeSet::new();
    for entry in entries.flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "eml") {
            continue;
        }
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let bytes = fs::read(&path).unwrap();
        let message = Message::parse(&bytes);
        let problems = message.problems();
        if !problems
            .iter()
            .any(|problem| problem.severity() == Severity::Ambiguity)
        {
            println!("{name}: nothing reported: {problems:?}");
            wrong.insert(format!("{name}:report"));
        }
        let hides = bytes.windows(12).any(|window| window == b"RVZJTC1QQVlM")
            || bytes.windows(8).any(|w| w == b"EVIL-PAY");
        let in_part = message
            .parts()
            .any(|part| part.kind() == PartKind::Leaf && has(&part.body()));
        if hides && !in_part && !message.views().iter().any(|view| has(view.content())) {
            println!("{name}: payload not reached: {problems:?}");
            wrong.insert(format!("{name}:payload"));
        }
    }
    let known: BTreeSet<String> = known.into_iter().map(str::to_owned).collect();
    assert_eq!(
        wrong, known,
        "differences that are new, or that are gone and must leave the file"
    );
}
