//! Public collections of addresses, where `../shared/corpora` is beside the workspace.
//!
//! What is judged otherwise here stands in `tests/data/NAME.differences.txt`: the input as Rust
//! escapes it, a tab, the reason. A case there that agrees fails too.

use std::collections::BTreeMap;

use mailweft_address::{Address, AddressList, Entry, Level, Mailbox, entries};

/// The text of a file of the collections, or `None` where it is not here.
fn read(path: &str) -> Option<String> {
    let full = format!("{}/../../shared/corpora/{path}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read(full).ok();
    if text.is_none() {
        println!("skipped: ../shared/corpora/{path} is not here");
    }
    text.map(|octets| String::from_utf8_lossy(&octets).into_owned())
}

/// Holds the verdicts (input, whether it agrees, what was found) against the known differences.
fn compare(differences: &str, verdicts: impl IntoIterator<Item = (String, bool, String)>) {
    let known: BTreeMap<&str, &str> = differences
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split_once('\t').expect("input, tab, reason"))
        .collect();
    let mut count = 0;
    let wrong: Vec<String> = verdicts
        .into_iter()
        .inspect(|_| count += 1)
        .filter_map(|(input, agrees, found)| {
            let key = input.escape_debug().to_string();
            (agrees == known.contains_key(key.as_str())).then(|| format!("{key}\t{found}"))
        })
        .collect();
    assert!(count > 0, "no case was read");
    assert!(
        wrong.is_empty(),
        "{} differ from what is known\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Lines without comments.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .map(|line| {
            line.split_once("  #")
                .map_or(line, |(front, _)| front)
                .trim()
        })
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

#[test]
fn smtputf8_interoperable() {
    let Some(text) = read("arnt-smtputf8/tests.json") else {
        return;
    };
    // The list ends with a comma: it is closed behind its last object.
    let end = text.rfind('}').expect("an object");
    let cases: Vec<serde_json::Value> =
        serde_json::from_str(&format!("{}]", &text[..=end])).expect("JSON");
    let verdicts = cases.iter().map(|case| {
        let address = case["address"].as_str().expect("an address");
        let expected = case["interoperable"].as_bool().unwrap_or(false);
        let found = Address::parse_at(Level::Interoperable, address);
        let told = format!("{found:?}, there {}", case["comment"]);
        (address.to_owned(), found.is_ok() == expected, told)
    });
    compare(include_str!("data/smtputf8.differences.txt"), verdicts);
}

#[test]
fn flanker_mailboxes_and_local_parts() {
    let mut verdicts = Vec::new();
    for (file, expected) in [
        ("mailbox_valid", true),
        ("mailbox_invalid", false),
        ("abridged_localpart_valid", true),
        ("abridged_localpart_invalid", false),
    ] {
        let Some(text) = read(&format!("flanker/{file}.txt")) else {
            return;
        };
        for line in lines(&text) {
            let input = if file.starts_with("abridged") {
                format!("{line}@example.com")
            } else {
                line.to_owned()
            };
            let found = Mailbox::parse(&input);
            verdicts.push((input, found.is_ok() == expected, format!("{found:?}")));
        }
    }
    compare(include_str!("data/flanker.differences.txt"), verdicts);
}

/// What a list holds: addresses as they are written, and what is none as it stands.
fn items(header: &str) -> Vec<String> {
    entries(header.as_bytes())
        .filter_map(|entry| match entry {
            Ok(Entry::Mailbox { mailbox, .. }) => Some(mailbox.address().to_string()),
            Ok(_) => None,
            Err(lost) => {
                let text = header.get(lost.span()).unwrap_or_default();
                let front = text.split_once(" (").map_or(text, |(front, _)| front);
                Some(front.to_owned())
            }
        })
        .collect()
}

#[test]
fn address_rfc2822_first_addresses() {
    let Some(text) = read("address-rfc2822/emails.txt") else {
        return;
    };
    let verdicts = text.split("\n\n").filter_map(|block| {
        let mut lines = block
            .lines()
            .filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
        let (input, expected) = (lines.next()?, lines.next()?);
        let found = items(input);
        let agrees = found.first().is_some_and(|first| expected.contains(first))
            || (found.is_empty() && expected.ends_with(':'));
        Some((
            input.to_owned(),
            agrees,
            format!("{found:?}, there {expected}"),
        ))
    });
    compare(
        include_str!("data/address-rfc2822.differences.txt"),
        verdicts,
    );
}

#[test]
fn jakarta_mail_lists() {
    let Some(text) = read("jakarta-mail/addrlist") else {
        return;
    };
    let mut verdicts = Vec::new();
    let mut rest = text
        .lines()
        .skip_while(|line| !line.starts_with("From "))
        .peekable();
    let mut kind = "lenient";
    while let Some(line) = rest.next() {
        match line {
            "Header: true" => kind = "header",
            "Header: false" => kind = "lenient",
            _ => {}
        }
        let Some(first) = line.strip_prefix("To: ") else {
            continue;
        };
        let mut header = first.to_owned();
        while let Some(more) = rest.next_if(|line| line.starts_with([' ', '\t'])) {
            header = format!("{header}\r\n{more}");
        }
        let Some(expect) = rest.next().and_then(|line| line.strip_prefix("Expect: ")) else {
            continue;
        };
        let mut expected = Vec::new();
        while let Some(item) = rest.next_if(|line| line.starts_with('\t')) {
            let item = item.trim();
            if item.contains(':') && item.ends_with(';') {
                expected.extend(items(item));
            } else {
                expected.push(item.to_owned());
            }
        }
        if expect.starts_with("Exception") {
            let found = AddressList::parse(&header);
            let told = format!("{found:?}, there {expect}");
            verdicts.push((format!("strict {header}"), found.is_err(), told));
        } else {
            let found = items(&header);
            let told = format!("{found:?}, there {expected:?}");
            verdicts.push((format!("{kind} {header}"), found == expected, told));
        }
    }
    compare(include_str!("data/jakarta-mail.differences.txt"), verdicts);
}

/// The rows of the conformance data of UTS #46: what becomes of a name in U-labels and in A-labels.
#[cfg(feature = "idna")]
#[test]
fn idna_both_ways() {
    use mailweft_address::DomainName;

    /// Escapes of a character by its number: `\u00e9` and `\x{e9}`.
    fn unescape(text: &str) -> Option<String> {
        let mut out = String::new();
        let mut rest = text;
        while let Some((front, escape)) = rest.split_once('\\') {
            out.push_str(front);
            let (digits, behind) = match escape.strip_prefix("x{") {
                Some(braced) => braced.split_once('}')?,
                None => escape.strip_prefix('u')?.split_at_checked(4)?,
            };
            out.push(char::from_u32(u32::from_str_radix(digits, 16).ok()?)?);
            rest = behind;
        }
        out.push_str(rest);
        Some(out)
    }

    let Some(text) = read("idna/IdnaTestV2.txt") else {
        return;
    };
    let mut verdicts = Vec::new();
    for line in text.lines() {
        let line = line.split_once('#').map_or(line, |(front, _)| front);
        let columns: Vec<&str> = line.split(';').map(str::trim).collect();
        let [source, unicode, unicode_status, ascii, ascii_status, ..] = columns.as_slice() else {
            continue;
        };
        // A lone surrogate is no text, and what is no domain here has no form in A-labels.
        let Some(source) = unescape(source) else {
            continue;
        };
        let Ok(name) = DomainName::parse(&source) else {
            continue;
        };
        // An empty column is as the one before it.
        let unicode = match *unicode {
            "" => source.clone(),
            text => unescape(text).unwrap_or_default(),
        };
        let ascii = match *ascii {
            "" => unicode.clone(),
            text => unescape(text).unwrap_or_default(),
        };
        let ascii_status = match *ascii_status {
            "" => *unicode_status,
            status => status,
        };
        let is_fine = |status| matches!(status, "" | "[]");
        // UTS #46 shows U-labels of any length. A U-label is one that has an A-label (RFC 5890
        // §2.3.2.1), and that has its length.
        let both_ways = is_fine(ascii_status) && is_fine(unicode_status);
        for (way, found, expected, status, fine) in [
            (
                "to ascii",
                name.to_ascii(),
                ascii,
                ascii_status,
                is_fine(ascii_status),
            ),
            (
                "to unicode",
                name.to_unicode(),
                unicode,
                *unicode_status,
                both_ways,
            ),
        ] {
            let agrees = match &found {
                Ok(name) => fine && name.as_str() == expected,
                Err(_) => !fine,
            };
            let told = format!("{found:?}, there {expected} {status}");
            verdicts.push((format!("{way} {source}"), agrees, told));
        }
    }
    assert!(verdicts.len() > 8_000, "{}", verdicts.len());
    compare(include_str!("data/idna.differences.txt"), verdicts);
}
