//! The examples in the RFCs: every `C:` line is a command, every `S:` line a response, in strict mode, and what was
//! read is written back in a form that reads the same.
//!
//! Only those that stand on lines of their own: what is folded for print, or goes on in a literal, is left to
//! `transcripts`. What is wrong in the RFCs themselves is in `differences/rfc_examples.txt`, which may only shrink.

mod common;

use std::{collections::BTreeSet, fs, path::Path};

use bytes::BytesMut;
use mailweft_imap::{Command, Response, Syntax, TaggedCommand};

const COMMANDS: &[&str] = &[
    "CAPABILITY",
    "NOOP",
    "LOGOUT",
    "ID",
    "STARTTLS",
    "AUTHENTICATE",
    "LOGIN",
    "ENABLE",
    "SELECT",
    "EXAMINE",
    "CREATE",
    "DELETE",
    "RENAME",
    "SUBSCRIBE",
    "UNSUBSCRIBE",
    "LIST",
    "LSUB",
    "RLIST",
    "RLSUB",
    "NAMESPACE",
    "STATUS",
    "APPEND",
    "IDLE",
    "CHECK",
    "CLOSE",
    "UNSELECT",
    "EXPUNGE",
    "SEARCH",
    "ESEARCH",
    "SORT",
    "THREAD",
    "FETCH",
    "STORE",
    "COPY",
    "MOVE",
    "UID",
    "REPLACE",
    "GETQUOTA",
    "GETQUOTAROOT",
    "SETQUOTA",
    "GETACL",
    "SETACL",
    "DELETEACL",
    "LISTRIGHTS",
    "MYRIGHTS",
    "GETMETADATA",
    "SETMETADATA",
    "NOTIFY",
    "CANCELUPDATE",
    "LANGUAGE",
    "COMPARATOR",
    "GENURLAUTH",
    "RESETKEY",
    "URLFETCH",
    "COMPRESS",
    "UNAUTHENTICATE",
    "GETJMAPACCESS",
    "UIDBATCHES",
    "CONVERT",
    "CONVERSIONS",
];

fn check(line: &str, client: bool) -> Result<(), String> {
    let wire = format!("{line}\r\n");
    let mut out = BytesMut::new();
    if client {
        let parsed = TaggedCommand::parse(wire.as_bytes(), &Syntax::strict())
            .map_err(|e| e.render(wire.as_bytes()))?;
        if let Command::Other { name, .. } = &parsed.value.command {
            return Err(format!("{name} is unknown"));
        }
        parsed.value.write(&mut out).map_err(|e| e.to_string())?;
        let again = TaggedCommand::parse(&out, &Syntax::strict()).map_err(|e| e.render(&out))?;
        return match again.value == parsed.value {
            true => Ok(()),
            false => Err(format!("written as {}", out.escape_ascii())),
        };
    }
    let parsed = Response::parse(wire.as_bytes(), &Syntax::strict())
        .map_err(|e| e.render(wire.as_bytes()))?;
    parsed
        .value
        .write(&mut out, false)
        .map_err(|e| e.to_string())?;
    let again = Response::parse(&out, &Syntax::strict()).map_err(|e| e.render(&out))?;
    match again.value == parsed.value {
        true => Ok(()),
        false => Err(format!("written as {}", out.escape_ascii())),
    }
}

#[test]
fn every_example_on_a_line_of_its_own() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/rfcs");
    if !folder.exists() {
        println!("skipped: ../shared/rfcs is not here");
        return;
    }
    let known = common::listed(include_str!("differences/rfc_examples.txt"));
    let (mut wrong, mut found, mut count) = (Vec::new(), BTreeSet::new(), 0);
    for rfc in common::RFCS {
        let Ok(text) = fs::read_to_string(folder.join(format!("rfc{rfc}.txt"))) else {
            continue;
        };
        let lines: Vec<&str> = text.lines().collect();
        let mut literal = false;
        for (number, line) in lines.iter().enumerate() {
            let trimmed = line.trim_start();
            let (client, example) = match (trimmed.strip_prefix("C: "), trimmed.strip_prefix("S: "))
            {
                (Some(example), _) => (true, example),
                (_, Some(example)) => (false, example),
                _ => continue,
            };
            let example = example.trim_end();
            // Folded for print: the next line goes on, deeper than `C:` stands.
            let indent = line.len() - trimmed.len();
            let next = lines.get(number + 1).copied().unwrap_or_default();
            let next_trimmed = next.trim_start();
            let folded = !next_trimmed.is_empty()
                && next.len() - next_trimmed.len() > indent
                && !next_trimmed.starts_with("C: ")
                && !next_trimmed.starts_with("S: ");
            let before = core::mem::replace(&mut literal, example.ends_with('}'));
            let shown = example.contains("...") || example.contains('<') && example.contains("etc");
            // Messages in literals, and the other protocols that some RFCs talk about, start otherwise.
            let mut words = example.split(' ');
            let first = words.next().unwrap_or_default();
            let second = words.next().unwrap_or_default();
            let tagged = first.starts_with(|c: char| c.is_ascii_alphanumeric())
                && !first.contains([':', '-']);
            let starts = match client {
                true => tagged && COMMANDS.contains(&second.to_ascii_uppercase().as_str()),
                false => {
                    example.starts_with("* ")
                        || example.starts_with("+ ")
                        || tagged && ["OK", "NO", "BAD"].contains(&second)
                }
            };
            if folded || before || example.ends_with('}') || shown || !starts {
                continue;
            }
            count += 1;
            if let Err(why) = check(example, client) {
                let name = format!("{rfc}:{}", number + 1);
                if !known.contains(name.as_str()) {
                    wrong.push(format!("{name} # {example}\n{why}"));
                }
                found.insert(name);
            }
        }
    }
    println!("{count} examples");
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    let gone: Vec<_> = known
        .iter()
        .filter(|name| !found.contains(**name))
        .collect();
    assert!(gone.is_empty(), "no differences any more: {gone:?}");
    assert!(count > 500);
}
