//! The laws of ARCHITECTURE.md, read from the sources and manifests of the five crates.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

const CRATES: [&str; 5] = [
    "address",
    "mime-codec",
    "smtp-proto",
    "pop3-proto",
    "imap-proto",
];

/// The floor of each room. What is not here is no room of the house.
const FLOORS: &[(&str, u8)] = &[
    ("grammar", 1),
    ("error", 1),
    ("transfer", 2),
    ("charset", 2),
    ("frame", 2),
    ("types", 2),
    ("flowed", 2),
    ("parse", 3),
    ("state", 3),
    ("encode", 3),
    ("build", 4),
    ("canonical", 4),
    ("edit", 4),
    ("file_name", 4),
    ("mailbox", 4),
    ("mbox", 4),
    ("mime", 4),
    ("model", 4),
    ("order", 4),
    ("search", 4),
    ("sort", 4),
    ("stream", 4),
    ("thread", 4),
    ("transcript", 4),
    ("client", 4),
    ("server", 4),
    ("lib", 5),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A source file: its crate, its room, its path in `src`, its text without comments.
struct Source {
    krate: &'static str,
    room: String,
    path: String,
    text: String,
    code: String,
}

fn sources() -> Vec<Source> {
    let mut sources = Vec::new();
    for krate in CRATES {
        let src = root().join(krate).join("src");
        let mut folders = vec![src.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = fs::read_to_string(&path).unwrap();
                let inside = path
                    .strip_prefix(&src)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned();
                let first = inside.split('/').next().unwrap();
                // What stands under `#[cfg(test)]` at the end of a file is bound by no law.
                let code = text
                    .split("#[cfg(test)]\nmod tests")
                    .next()
                    .unwrap()
                    .lines()
                    .map(|line| line.split("//").next().unwrap())
                    .collect::<Vec<_>>()
                    .join("\n");
                sources.push(Source {
                    krate,
                    room: first.trim_end_matches(".rs").to_owned(),
                    path: format!("{krate}/src/{inside}"),
                    text,
                    code,
                });
            }
        }
    }
    assert!(sources.len() > 50, "the sources were not found");
    sources
}

/// The rooms that a file names behind `crate::`.
fn imports(code: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        // `use crate::{a::x, b::{y, z}}`: the names at the first level of the braces.
        if let Some(inner) = rest.strip_prefix('{') {
            let (mut depth, mut word, mut fresh) = (1, String::new(), true);
            for c in inner.chars() {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    ',' if depth == 1 => fresh = true,
                    c if depth == 1 && fresh && (c.is_alphanumeric() || c == '_') => word.push(c),
                    _ if depth == 1 && !word.is_empty() => {
                        rooms.insert(std::mem::take(&mut word));
                        fresh = false;
                    }
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
            }
            if !word.is_empty() {
                rooms.insert(word);
            }
        } else {
            let name: String = rest
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            rooms.insert(name);
        }
    }
    rooms.retain(|room| room.chars().next().is_some_and(char::is_lowercase));
    rooms
}

fn floor(room: &str) -> Option<u8> {
    FLOORS
        .iter()
        .find(|(name, _)| *name == room)
        .map(|(_, floor)| *floor)
}

#[test]
fn imports_point_down_and_rooms_keep_apart() {
    let mut wrong = Vec::new();
    for source in sources() {
        let Some(here) = floor(&source.room) else {
            wrong.push(format!("{}: {} is no room", source.path, source.room));
            continue;
        };
        for room in imports(&source.code) {
            if room == source.room {
                continue;
            }
            let Some(there) = floor(&room) else {
                wrong.push(format!("{}: crate::{room} is no room", source.path));
                continue;
            };
            let forbidden = matches!(
                (source.room.as_str(), room.as_str()),
                ("parse", "encode") | ("encode", "parse") | ("frame", "types") | ("types", "frame")
            );
            if forbidden || there > here {
                wrong.push(format!("{}: imports crate::{room}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn rooms_make_no_circle() {
    for krate in CRATES {
        let mut arrows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for source in sources()
            .into_iter()
            .filter(|s| s.krate == krate && s.room != "lib")
        {
            let rooms = imports(&source.code);
            let from = arrows.entry(source.room.clone()).or_default();
            from.extend(rooms.into_iter().filter(|room| *room != source.room));
        }
        // Rooms that import nothing are taken away until none is left.
        while !arrows.is_empty() {
            let free: Vec<String> = arrows
                .iter()
                .filter(|(_, to)| to.iter().all(|room| !arrows.contains_key(room)))
                .map(|(room, _)| room.clone())
                .collect();
            assert!(
                !free.is_empty(),
                "{krate}: a circle among {:?}",
                arrows.keys()
            );
            arrows.retain(|room, _| !free.contains(room));
        }
    }
}

#[test]
fn state_never_sees_octets() {
    for source in sources().iter().filter(|s| s.room == "state") {
        for word in ["bytes::", "&[u8]", "Vec<u8>", "Bytes"] {
            assert!(!source.code.contains(word), "{} has {word}", source.path);
        }
    }
}

#[test]
fn files_hold_one_noun() {
    let long: Vec<String> = sources()
        .iter()
        .filter(|s| s.text.lines().count() > 800)
        .map(|s| format!("{}: {} lines", s.path, s.text.lines().count()))
        .collect();
    assert!(long.is_empty(), "\n{}", long.join("\n"));
}

#[test]
fn libraries_do_no_input_or_output() {
    let forbidden = [
        "std::net",
        "std::fs",
        "std::io",
        "std::thread",
        "std::process",
        "std::env",
        "SystemTime",
        "Instant::now",
        "tokio",
        "getrandom",
        "fastrand",
        "println!",
        "eprintln!",
        "static mut",
        "thread_local!",
        "streaming::",
        "async fn",
    ];
    let mut wrong = Vec::new();
    for source in sources() {
        for word in forbidden {
            // Conversions to `std::io::Error` are no input or output.
            let code = source.code.replace("std::io::Error", "");
            if code.contains(word) {
                wrong.push(format!("{} has {word}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn manifests_keep_to_the_house() {
    for krate in CRATES {
        let manifest = fs::read_to_string(root().join(krate).join("Cargo.toml")).unwrap();
        let (_, dependencies) = manifest.split_once("[dependencies]").unwrap();
        let dependencies = dependencies.split("[dev-dependencies]").next().unwrap();
        let ours: BTreeSet<&str> = dependencies
            .lines()
            .filter_map(|line| line.split([' ', '.', '=']).next())
            .filter(|name| name.starts_with("mailweft-"))
            .collect();
        let allowed: &[&str] = match krate {
            "mime-codec" | "smtp-proto" => &["mailweft-address"],
            "imap-proto" => &["mailweft-mime"],
            _ => &[],
        };
        assert_eq!(ours, allowed.iter().copied().collect(), "{krate}");
        for name in ["tokio", "async-std", "rand", "chrono =", "mio", "socket2"] {
            let found = dependencies.lines().any(|line| {
                line.split([' ', '.', '=']).next() == Some(name) && !line.contains("optional")
            });
            assert!(!found, "{krate} depends on {name}");
        }
        let face = fs::read_to_string(root().join(krate).join("src/lib.rs")).unwrap();
        for attribute in [
            "#![no_std]",
            "#![forbid(unsafe_code)]",
            "clippy::indexing_slicing",
        ] {
            assert!(face.contains(attribute), "{krate} lacks {attribute}");
        }
        for licence in ["LICENSE-MIT", "LICENSE-APACHE", "README.md"] {
            assert!(
                root().join(krate).join(licence).exists(),
                "{krate} lacks {licence}"
            );
        }
    }
}

#[test]
fn faces_hold_no_logic() {
    for source in sources().iter().filter(|s| s.room == "lib") {
        // The README's examples are compiled under a name that holds nothing.
        let code = source.code.replace("struct ReadmeDoctests;", "");
        for word in [
            "\nfn ",
            "\npub fn ",
            "\nimpl ",
            "\nstruct ",
            "\npub struct ",
            "\nenum ",
        ] {
            assert!(!code.contains(word), "{} has {word:?}", source.path);
        }
    }
}

#[test]
fn the_architecture_fits_on_its_pages() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    assert!(text.lines().count() <= 150);
}
