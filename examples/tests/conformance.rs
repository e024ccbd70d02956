//! CONFORMANCE.md, made from the sources: which section of which RFC is named where it is built, and where it is
//! tested; what differs from foreign test data; which programs were tried. The test fails where the page is not what the
//! sources say; `CONFORMANCE=write cargo test -p mailweft-examples --test conformance` writes it anew.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
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

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// All files below a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let (mut folders, mut files) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            match path.is_dir() {
                true => folders.push(path),
                false => files.push(path),
            }
        }
    }
    files.sort();
    files
}

/// A section as it sorts: `3.10` behind `3.9`, appendices behind numbers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Section(Vec<(u32, String)>);

impl Section {
    fn parse(text: &str) -> Self {
        let parts = text.split('.').map(|part| match part.parse() {
            Ok(number) => (number, String::new()),
            Err(_) => (u32::MAX, part.to_owned()),
        });
        Self(parts.collect())
    }
}

impl std::fmt::Display for Section {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, (number, letter)) in self.0.iter().enumerate() {
            let dot = if at == 0 { "" } else { "." };
            match letter.is_empty() {
                true => write!(f, "{dot}{number}")?,
                false => write!(f, "{dot}{letter}")?,
            }
        }
        Ok(())
    }
}

/// Where an RFC is named: by section, the crates that build it, and those that test it.
#[derive(Default)]
struct Named {
    built: BTreeMap<&'static str, BTreeSet<Section>>,
    tested: BTreeMap<&'static str, BTreeSet<Section>>,
}

/// The RFCs that a text names: `RFC 5321 §4.5.2`, or `rfc5321_s4_5_2` as names of tests are.
fn citations(text: &str) -> Vec<(u32, Option<Section>)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("RFC ") {
        let rest = &text[at + 4..];
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let Ok(number) = rest[..digits].parse() else {
            continue;
        };
        let section = rest[digits..].strip_prefix(" §").map(|rest| {
            let end = rest
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '.')
                .unwrap_or(rest.len());
            Section::parse(rest[..end].trim_end_matches('.'))
        });
        found.push((number, section));
    }
    for (at, _) in text.match_indices("fn rfc") {
        let name = &text[at + 6..];
        let end = name.find('(').unwrap_or(name.len());
        let mut words = name[..end].split('_');
        let Some(Ok(number)) = words.next().map(str::parse) else {
            continue;
        };
        let section = words
            .next()
            .and_then(|word| word.strip_prefix('s'))
            .map(|first| {
                let mut text = first.to_owned();
                for word in words.take_while(|word| word.parse::<u32>().is_ok()) {
                    text.push('.');
                    text.push_str(word);
                }
                Section::parse(&text)
            });
        found.push((number, section));
    }
    found
}

/// The RFC of a file of dialogues, by its name.
fn cited_by_name(path: &Path) -> Option<u32> {
    let name = path.file_stem()?.to_str()?.strip_prefix("rfc")?;
    name.split(['_', '-']).next()?.parse().ok()
}

fn collect() -> BTreeMap<u32, Named> {
    let mut rfcs: BTreeMap<u32, Named> = BTreeMap::new();
    let mut note = |tests: bool, krate, number, section: Option<Section>| {
        let named = rfcs.entry(number).or_default();
        let side = if tests {
            &mut named.tested
        } else {
            &mut named.built
        };
        side.entry(krate).or_default().extend(section);
    };
    for krate in CRATES {
        for path in files(&root().join(krate).join("src")) {
            let Ok(text) = fs::read_to_string(&path) else {
                continue;
            };
            let (code, tests) = text
                .split_once("#[cfg(test)]\nmod tests")
                .unwrap_or((&text, ""));
            citations(code)
                .into_iter()
                .for_each(|(n, s)| note(false, krate, n, s));
            citations(tests)
                .into_iter()
                .for_each(|(n, s)| note(true, krate, n, s));
        }
        for path in files(&root().join(krate).join("tests")) {
            if let Some(number) = cited_by_name(&path) {
                note(true, krate, number, None);
            }
            if let Ok(text) = fs::read_to_string(&path) {
                citations(&text)
                    .into_iter()
                    .for_each(|(n, s)| note(true, krate, n, s));
            }
        }
    }
    rfcs
}

fn list(side: &BTreeMap<&'static str, BTreeSet<Section>>) -> String {
    let mut text = String::new();
    for (krate, sections) in side {
        if !text.is_empty() {
            text.push_str("; ");
        }
        text.push_str(krate);
        let mut before = ": ";
        for section in sections {
            write!(text, "{before}§{section}").unwrap();
            before = ", ";
        }
    }
    text
}

fn page() -> String {
    let mut page = String::from(
        "# What is built, tested and tried\n\n\
         Made from the sources by `examples/tests/conformance.rs`. An RFC stands here where a source names it; its\n\
         sections are those that items of the crate name as their source, and those that tests name.\n\n\
         ## RFC by RFC\n\n| RFC | built in | tested in |\n| --- | --- | --- |\n",
    );
    for (number, named) in collect() {
        let (built, tested) = (list(&named.built), list(&named.tested));
        writeln!(page, "| {number} | {built} | {tested} |").unwrap();
    }
    page.push_str(
        "\n## What differs from foreign test data\n\n\
         Each row of these files has its reason, and a row that is no longer true fails the tests.\n\n\
         | file | rows |\n| --- | --- |\n",
    );
    for krate in CRATES {
        for path in files(&root().join(krate).join("tests")) {
            let inside = path
                .strip_prefix(root())
                .unwrap()
                .to_string_lossy()
                .into_owned();
            if inside.contains("differences") && path.extension().is_some_and(|e| e == "txt") {
                let text = fs::read_to_string(&path).unwrap();
                let row = |line: &&str| !line.starts_with('#') && !line.trim().is_empty();
                let rows = text.lines().filter(row).count();
                writeln!(page, "| `{inside}` | {rows} |").unwrap();
            }
        }
    }
    page.push_str("\n## Programs that were tried\n\n");
    let programs = fs::read_to_string(root().join(".ci/programs.txt")).unwrap();
    page.push_str(&programs);
    page
}

#[test]
fn the_page_is_what_the_sources_say() {
    let path = root().join("CONFORMANCE.md");
    let page = page();
    if std::env::var_os("CONFORMANCE").is_some_and(|what| what == "write") {
        fs::write(&path, &page).unwrap();
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        there == page,
        "CONFORMANCE.md is not up to date: CONFORMANCE=write cargo test -p mailweft-examples --test conformance"
    );
}

#[test]
fn citations_are_read() {
    let section = |text| Some(Section::parse(text));
    assert_eq!(
        citations("(RFC 5321 §4.5.2, RFC 3030) fn rfc3501_s6_4_4_criteria() RFC 5321 §D.1."),
        [
            (5321, section("4.5.2")),
            (3030, None),
            (5321, section("D.1")),
            (3501, section("6.4.4")),
        ]
    );
    assert!(Section::parse("3.9") < Section::parse("3.10"));
    assert!(Section::parse("12") < Section::parse("A.1"));
}
