//! What the corpus tests share: finding files, and lists of differences that may only shrink.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// The files of a corpus, sorted; none, with a word about it, where the corpus is not here.
pub(crate) fn corpus(folder: &str) -> Vec<PathBuf> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/corpora")).join(folder);
    let mut found = Vec::new();
    let mut todo = vec![root];
    while let Some(path) = todo.pop() {
        let Ok(entries) = fs::read_dir(&path) else {
            continue;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                todo.push(path);
            } else {
                found.push(path);
            }
        }
    }
    if found.is_empty() {
        println!("skipped: ../shared/corpora/{folder} is not here");
    }
    found.sort();
    found
}

/// The file of an archive of a corpus, unpacked by `tar` and given one after the other; false where it is not here.
pub(crate) fn archive(name: &str, mut each: impl FnMut(&str, Vec<u8>)) -> bool {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/corpora")).join(name);
    let to = std::env::temp_dir()
        .join(format!("mailweft-{}", std::process::id()))
        .join(name.replace('/', "-"));
    let unpacked = path.exists()
        && fs::create_dir_all(&to).is_ok()
        && std::process::Command::new("tar")
            .arg("-xJf")
            .arg(&path)
            .arg("-C")
            .arg(&to)
            .status()
            .is_ok_and(|s| s.success());
    if !unpacked {
        println!("skipped: ../shared/corpora/{name} is not here, or tar cannot read it");
        return false;
    }
    let mut todo = vec![to.clone()];
    while let Some(folder) = todo.pop() {
        let mut entries: Vec<_> = fs::read_dir(&folder)
            .unwrap()
            .flatten()
            .map(|entry| entry.path())
            .collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                todo.push(path);
            } else {
                let name = path.strip_prefix(&to).unwrap().display().to_string();
                each(&name, fs::read(&path).unwrap());
            }
        }
    }
    fs::remove_dir_all(&to).unwrap();
    true
}

/// Compares what went wrong with the list of what is known to: neither may hold what the other does not.
#[track_caller]
pub(crate) fn same_differences(wrong: &BTreeSet<String>, known: &str) {
    let known: BTreeSet<String> = known
        .lines()
        .filter(|l| !l.starts_with('#'))
        .filter_map(|l| l.split_whitespace().next())
        .map(str::to_owned)
        .collect();
    let new: Vec<_> = wrong.difference(&known).collect();
    let gone: Vec<_> = known.difference(wrong).collect();
    assert!(
        new.is_empty() && gone.is_empty(),
        "new differences: {new:#?}\ndifferences that are gone and must leave the file: {gone:#?}"
    );
}
