//! Replays the seeds of the fuzz targets, and everything that the fuzzers ever found, without a fuzzer.

use std::{fs, path::Path};

#[allow(
    unreachable_pub,
    reason = "in the package of the fuzz targets it is a library"
)]
#[path = "../../fuzz/src/lib.rs"]
mod properties;

/// The files of `fuzz/<kind>/<target>`.
fn files(kind: &str, target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
    let entries = fs::read_dir(folder.join(kind).join(target))
        .unwrap_or_else(|error| panic!("fuzz/{kind}/{target}: {error}"));
    let mut files: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().is_some_and(|name| name != ".gitkeep"))
        .map(|path| (path.display().to_string(), fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
}

fn replay(target: &str) {
    let (_, property) = properties::TARGETS
        .iter()
        .find(|(name, _)| *name == target)
        .expect("a target of that name");
    let seeds = files("seeds", target);
    assert!(!seeds.is_empty(), "fuzz/seeds/{target} is empty");
    for (name, octets) in seeds.into_iter().chain(files("regressions", target)) {
        // The test's output is shown only where it fails: the last name is the one.
        println!("{name}");
        property(&octets);
    }
}

macro_rules! targets {
    ($($target:ident)+) => {
        $(#[test]
        fn $target() {
            replay(stringify!($target));
        })+

        #[test]
        fn every_target_is_replayed() {
            let here = [$(stringify!($target)),+];
            let there: Vec<_> = properties::TARGETS.iter().map(|(name, _)| *name).collect();
            assert_eq!(here.as_slice(), there);
            let targets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/fuzz_targets");
            assert_eq!(fs::read_dir(targets).unwrap().count(), there.len());
        }
    };
}

targets! {
    address
    address_entries
    mime_index_vs_stream
    mime_build
    mime_edit
    smtp_command
    smtp_reply
    smtp_server_chunks
    smtp_calls
    pop3_command
    pop3_response
    pop3_server_chunks
    pop3_dots
    imap_command
    imap_response
    imap_framer_chunks
}
