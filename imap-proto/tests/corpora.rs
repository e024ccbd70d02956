//! Responses and commands that other projects recorded: each frames and parses, and what was read is written back in
//! a form that reads the same.
//!
//! What does not is listed in `differences/corpora.txt` with the reason. The list may only shrink: an entry that is
//! right now makes the test fail as well.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use bytes::BytesMut;
use mailweft_imap::{
    Response, Syntax, TaggedCommand,
    frame::{FrameLimits, Framer, Policy, Role, Step},
};

fn corpus(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/corpora")
        .join(name);
    match path.exists() {
        true => Some(path),
        false => {
            println!("skipped: ../shared/corpora/{name} is not here");
            None
        }
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files(&path, found),
            false => found.push(path),
        }
    }
    found.sort();
}

/// Every unit of `wire`, with a line end at its end even when the file has none; and what was left over.
fn units(role: Role, wire: &[u8]) -> (Vec<bytes::Bytes>, BytesMut) {
    let mut framer = Framer::new(role, FrameLimits::new(16 << 20, 10_000));
    let mut input = BytesMut::from(wire);
    if !wire.ends_with(b"\n") {
        input.extend_from_slice(b"\r\n");
    }
    let mut units = Vec::new();
    loop {
        match framer.next(&mut input) {
            Step::NeedInput => return (units, input),
            Step::Literal(_) => framer.decide(Policy::Buffer),
            Step::Frame(frame) => units.push(frame.bytes().clone()),
            step => panic!("{step:?}"),
        }
    }
}

/// Why a unit of a server is not as it should be.
fn response(unit: &bytes::Bytes) -> Result<(), String> {
    let parsed =
        Response::from_bytes(unit, &Syntax::interop()).map_err(|error| error.render(unit))?;
    let mut out = BytesMut::new();
    parsed
        .value
        .write(&mut out, false)
        .map_err(|error| error.to_string())?;
    let again = Response::parse(&out, &Syntax::interop()).map_err(|error| error.render(&out))?;
    match again.value == parsed.value {
        true => Ok(()),
        false => Err(format!(
            "{:?} is written as {}",
            parsed.value,
            out.escape_ascii()
        )),
    }
}

fn command(unit: &[u8]) -> Result<(), String> {
    let parsed =
        TaggedCommand::parse(unit, &Syntax::interop()).map_err(|error| error.render(unit))?;
    if let mailweft_imap::Command::Other { name, .. } = &parsed.value.command {
        return Err(format!("{name} is unknown"));
    }
    let mut out = BytesMut::new();
    parsed
        .value
        .write(&mut out)
        .map_err(|error| error.to_string())?;
    let again =
        TaggedCommand::parse(&out, &Syntax::interop()).map_err(|error| error.render(&out))?;
    match again.value == parsed.value {
        true => Ok(()),
        false => Err(format!(
            "{:?} is written as {}",
            parsed.value,
            out.escape_ascii()
        )),
    }
}

/// Compares what is wrong with what is known to be.
fn settle(corpus: &str, wrong: Vec<(String, String)>) {
    let known: BTreeSet<&str> = include_str!("differences/corpora.txt")
        .lines()
        .filter_map(|line| line.split_once(" # ").map(|(name, _)| name.trim()))
        .filter(|name| name.starts_with(corpus))
        .collect();
    let found: BTreeSet<&str> = wrong.iter().map(|(name, _)| name.as_str()).collect();
    let shown: Vec<String> = wrong
        .iter()
        .filter(|(name, _)| !known.contains(name.as_str()))
        .map(|(name, why)| format!("{name}\n{why}"))
        .collect();
    assert!(
        shown.is_empty(),
        "{} new differences:\n{}",
        shown.len(),
        shown.join("\n")
    );
    let gone: Vec<_> = known.difference(&found).collect();
    assert!(gone.is_empty(), "no differences any more: {gone:?}");
}

#[test]
fn mailkit_transcripts() {
    let Some(root) = corpus("mailkit-transcripts/Imap/Resources") else {
        return;
    };
    let (mut paths, mut wrong, mut count) = (Vec::new(), Vec::new(), 0);
    files(&root, &mut paths);
    for path in paths {
        let name = format!("mailkit/{}", path.strip_prefix(&root).unwrap().display());
        // Messages and lists for the tests lie among the transcripts.
        if path.extension().is_none_or(|extension| extension != "txt") {
            continue;
        }
        let wire = fs::read(&path).unwrap();
        // The tag is filled in when the transcript is played.
        let mut wire = String::from_utf8_lossy(&wire).replace("A########", "A00000001");
        // Their line ends got lost where the files were kept, but the sizes of literals count them.
        if !wire.contains("\r\n") {
            wire = wire.replace('\n', "\r\n");
        }
        let wire = wire.into_bytes();
        let (units, rest) = units(Role::Client, &wire);
        if !rest.is_empty() {
            wrong.push((
                name,
                format!("left over: {}", rest[..rest.len().min(200)].escape_ascii()),
            ));
            continue;
        }
        for (index, unit) in units.iter().enumerate() {
            count += 1;
            if let Err(why) = response(unit) {
                wrong.push((format!("{name}:{index}"), why));
            }
        }
    }
    println!("{count} responses");
    settle("mailkit", wrong);
}

#[test]
fn libetpan_responses() {
    let Some(root) = corpus("libetpan-imap") else {
        return;
    };
    let (mut paths, mut wrong, mut count) = (Vec::new(), Vec::new(), 0);
    let data = root.join("unittest/imap/data");
    for folder in ["response-data", "response-done", "unsupported"] {
        files(&data.join(folder), &mut paths);
    }
    files(&root.join("tests/fuzz/seeds"), &mut paths);
    for path in paths {
        let name = format!("libetpan/{}", path.strip_prefix(&root).unwrap().display());
        let wire = fs::read(&path).unwrap();
        let (units, rest) = units(Role::Client, &wire);
        if !rest.is_empty() {
            wrong.push((name, format!("left over: {}", rest.escape_ascii())));
            continue;
        }
        for unit in &units {
            count += 1;
            if let Err(why) = response(unit) {
                wrong.push((name.clone(), why));
            }
        }
    }
    println!("{count} responses");
    settle("libetpan/", wrong);
}

#[test]
fn libetpan_commands() {
    let Some(root) = corpus("libetpan-imap/unittest/imap/data") else {
        return;
    };
    let (mut paths, mut wrong) = (Vec::new(), Vec::new());
    for folder in ["command-parameters", "command-sender"] {
        files(&root.join(folder), &mut paths);
    }
    for path in paths {
        let name = format!("libetcmd/{}", path.strip_prefix(&root).unwrap().display());
        let wire = [b"a1 ".as_slice(), &fs::read(&path).unwrap()].concat();
        let (units, rest) = units(Role::Server, &wire);
        if !rest.is_empty() {
            wrong.push((name, format!("left over: {}", rest.escape_ascii())));
            continue;
        }
        for unit in units.iter().filter(|unit| !unit.trim_ascii().is_empty()) {
            if let Err(why) = command(unit) {
                wrong.push((name.clone(), why));
            }
        }
    }
    settle("libetcmd/", wrong);
}

#[test]
fn curl_commands() {
    let Some(root) = corpus("curl-mail-tests") else {
        return;
    };
    let (mut paths, mut wrong, mut count) = (Vec::new(), Vec::new(), 0);
    files(&root, &mut paths);
    for path in paths {
        let name = format!("curl/{}", path.file_name().unwrap().to_string_lossy());
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        if !text.contains("\nimap\n") && !text.contains("\nimaps\n") {
            continue;
        }
        let Some(start) = text.find("<protocol") else {
            continue;
        };
        let protocol = &text[start..];
        let Some((_, protocol)) = protocol.split_once(">\n") else {
            continue;
        };
        let Some((protocol, _)) = protocol.split_once("</protocol>") else {
            continue;
        };
        let lines: Vec<&str> = protocol
            .lines()
            .filter(|line| !line.starts_with('%'))
            .collect();
        for line in lines {
            // Lines that carry no tag go with AUTHENTICATE, or are literals.
            let tagged = line.len() > 5
                && line.starts_with('A')
                && line.as_bytes()[1..4].iter().all(u8::is_ascii_digit);
            if !tagged || line.ends_with('}') {
                continue;
            }
            count += 1;
            let mut unit = format!("{}\r\n", line.trim_end().replace("%TESTNUMBER", "800"));
            if let (Some(start), Some(end)) = (unit.find("%b64["), unit.find("]b64%")) {
                unit.replace_range(start..end + "]b64%".len(), "c2VjcmV0");
            }
            if let Err(why) = command(unit.as_bytes()) {
                wrong.push((name.clone(), why));
            }
        }
    }
    println!("{count} commands");
    settle("curl", wrong);
}

#[test]
fn imaptest_scripts() {
    let Some(root) = corpus("imaptest/tests") else {
        return;
    };
    let (mut paths, mut wrong, mut count) = (Vec::new(), Vec::new(), 0);
    files(&root, &mut paths);
    for path in paths {
        let name = format!("imaptest/{}", path.strip_prefix(&root).unwrap().display());
        if path.extension().is_some() {
            continue;
        }
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        for line in text.lines() {
            let words = ["ok ", "no ", "bad ", "\"\" "];
            let Some(rest) = words.iter().find_map(|word| line.strip_prefix(word)) else {
                continue;
            };
            // Variables are filled in when the script runs; what is sent as a literal follows on lines of its own.
            if line.contains("{{{")
                || line.contains("~{")
                || line.contains("}}}")
                || line.starts_with("bad")
                || rest.starts_with('[')
                || rest.starts_with("append")
                || rest.starts_with("{{")
            {
                continue;
            }
            let mut filled = String::new();
            let mut parts = rest.split('$');
            filled.push_str(parts.next().unwrap());
            for part in parts {
                let name_len = part
                    .bytes()
                    .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
                    .count();
                if name_len == 0 {
                    filled.push('$');
                }
                filled.push_str(if name_len > 0 { "1" } else { "" });
                filled.push_str(&part[name_len..]);
            }
            count += 1;
            let unit = format!("a1 {filled}\r\n");
            if let Err(why) = command(unit.as_bytes()) {
                wrong.push((name.clone(), why));
            }
        }
    }
    println!("{count} commands");
    settle("imaptest", wrong);
}
