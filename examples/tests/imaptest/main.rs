//! The scripts of `../shared/corpora/imaptest` against the post office: commands, and what an IMAP server must answer.
//!
//! `differences.txt` lists the scripts that do not hold, each with its reason. It may only shrink: a script that is
//! listed there and holds is a failure as well.

mod link;
#[path = "../office/mod.rs"]
mod office;
mod run;
mod script;
mod value;

use std::{collections::BTreeMap, fs, path::Path};

use office::Office;
use script::Script;

const SCRIPTS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../shared/corpora/imaptest/tests"
);

fn differences() -> BTreeMap<&'static str, &'static str> {
    include_str!("differences.txt")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split_once(": ").expect("name: reason"))
        .collect()
}

#[test]
fn scripts() {
    let folder = Path::new(SCRIPTS);
    let Ok(entries) = fs::read_dir(folder) else {
        eprintln!("skipped: the scripts of imaptest are not in {SCRIPTS}");
        return;
    };
    let mut names: Vec<String> = entries
        .flatten()
        .filter(|entry| entry.path().is_file())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| !name.ends_with(".mbox"))
        .collect();
    names.sort();
    let only = std::env::var("IMAPTEST").ok();
    let differences = differences();
    let (mut held, mut differ, mut failures) = (0, 0, Vec::new());
    for name in names {
        if only.as_ref().is_some_and(|only| *only != name) {
            continue;
        }
        let wrong = one(folder, &name).unwrap_or_else(|error| vec![error]);
        match (wrong.is_empty(), differences.get(&name[..])) {
            (true, None) => held += 1,
            (false, Some(_)) => differ += 1,
            (true, Some(_)) => failures.push(format!("{name}: listed, and holds")),
            (false, None) => failures.push(format!("{name}:\n    {}", wrong.join("\n    "))),
        }
    }
    println!(
        "{held} scripts hold, {differ} differ as listed, {} fail",
        failures.len()
    );
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Runs a script in a post office of its own.
fn one(folder: &Path, name: &str) -> Result<Vec<String>, String> {
    let read = |path: &Path| fs::read(path).map_err(|error| error.to_string());
    let script = Script::parse(&read(&folder.join(name))?)?;
    let own = folder.join(format!("{name}.mbox"));
    let mbox = if own.exists() {
        own
    } else {
        folder.join("default.mbox")
    };
    let home = tempfile::tempdir().map_err(|error| error.to_string())?;
    let office = Office::start(home.path(), &["imap"]);
    run::run(&script, &read(&mbox)?, office.port("imap"))
}
