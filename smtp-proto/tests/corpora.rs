//! Dialogues that others recorded, through both ends. What comes out otherwise stands in
//! `differences.txt`, with its reason; a line there that is not needed any more fails, so that the file
//! can only shrink.

#[path = "common/dialogue.rs"]
mod dialogue;

use std::{collections::BTreeMap, fs, panic, path::PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use dialogue::{Dialogue, Turn, through_client, through_server};
use mailweft_smtp::{Capabilities, Reply};

/// A folder of the corpora, or a word that it is not here.
fn corpus(name: &str) -> Option<PathBuf> {
    let folder =
        PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/corpora")).join(name);
    if !folder.is_dir() {
        println!("skipped: ../shared/corpora/{name} is not here");
        return None;
    }
    Some(folder)
}

/// The octets between two tags, and the attributes of the first.
fn section<'a>(test: &'a [u8], tag: &str) -> Option<(&'a [u8], &'a [u8])> {
    let find = |from: usize, what: &str| {
        test[from..]
            .windows(what.len())
            .position(|part| part == what.as_bytes())
            .map(|at| from + at)
    };
    let open = find(0, &format!("<{tag}>")).or_else(|| find(0, &format!("<{tag} ")))?;
    let start = find(open, ">\n")?;
    let end = find(start, &format!("</{tag}>"))?;
    Some((&test[open..start], &test[start + 2..end]))
}

/// What stands for something else: `%LT`, `%repeat[..]%`, `%b64[..]b64%` and their like.
fn expand(text: &str, number: &str) -> String {
    let mut text = text
        .replace("%LT", "<")
        .replace("%GT", ">")
        .replace("%TESTNUMBER", number)
        .replace("%HOSTIP", "127.0.0.1")
        .replace("%SMTPPORT", "25")
        .replace("%SP", " ")
        .replace("%CR", "\r");
    while let Some(start) = text.find("%repeat[") {
        let end = start + text[start..].find("]%").unwrap();
        let (count, what) = text[start + 8..end].split_once(" x ").unwrap();
        let repeated = octets(what).repeat(count.parse().unwrap());
        text.replace_range(start..end + 2, &String::from_utf8_lossy(&repeated));
    }
    while let Some(start) = text.find("%hex[") {
        let end = start + text[start..].find("]hex%").unwrap();
        let plain = String::from_utf8(octets(&text[start + 5..end])).unwrap();
        text.replace_range(start..end + 5, &plain);
    }
    while let Some(start) = text.find("%b64[") {
        let end = start + text[start..].find("]b64%").unwrap();
        let encoded = STANDARD.encode(octets(&text[start + 5..end]));
        text.replace_range(start..end + 5, &encoded);
    }
    text
}

/// `%0d` and its like, as octets.
fn octets(text: &str) -> Vec<u8> {
    let mut octets = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let hex = after
            .get(..2)
            .and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        match hex {
            Some(octet) if byte == b'%' => {
                octets.push(octet);
                rest = &after[2..];
            }
            _ => {
                octets.push(byte);
                rest = after;
            }
        }
    }
    octets
}

/// Lines of a section with CRLF, where it asks for them.
fn lines(attributes: &[u8], text: &str) -> Vec<u8> {
    let crlf = attributes.windows(4).any(|word| word == b"crlf");
    let text = if crlf {
        text.replace('\n', "\r\n").replace("\r\r\n", "\r\n")
    } else {
        text.to_owned()
    };
    text.into_bytes()
}

/// The dialogue of one test: what the client says is in it, what the server says is partly its default.
fn dialogue(name: &str, test: &[u8]) -> Option<Dialogue> {
    let server = section(test, "server")?.1;
    if server.trim_ascii() != b"smtp" {
        return None;
    }
    let number = name.trim_start_matches("test");
    let text = |octets: &[u8]| expand(&String::from_utf8_lossy(octets), number);
    let (attributes, protocol) = section(test, "protocol")?;
    let protocol = lines(attributes, &text(protocol));
    let upload =
        section(test, "upload").map(|(attributes, upload)| lines(attributes, &text(upload)));
    let data = section(test, "reply")
        .and_then(|(_, reply)| section(reply, "data"))
        .map(|(_, data)| text(data));
    let commands = section(test, "servercmd")
        .map(|(_, commands)| text(commands))
        .unwrap_or_default();
    let mut offers = Vec::new();
    let mut replies = Vec::new();
    for command in commands.lines() {
        if let Some(reply) = command.strip_prefix("REPLY ") {
            let (what, reply) = match reply.strip_prefix('"') {
                Some(quoted) => quoted.split_once("\" ")?,
                None => reply.split_once(' ')?,
            };
            let reply = reply.replace("\\r\\n535 ", "\r\n535 ");
            replies.push((what.to_owned(), reply));
        } else if let Some(mechanisms) = command.strip_prefix("AUTH ") {
            offers.push(format!("AUTH {mechanisms}"));
        } else if let Some(capabilities) = command.strip_prefix("CAPA ") {
            let quoted = capabilities.split('"').enumerate();
            for (at, part) in quoted {
                if at % 2 == 1 {
                    offers.push(part.to_owned());
                } else {
                    offers.extend(part.split_whitespace().map(str::to_owned));
                }
            }
        }
    }
    if protocol.windows(6).any(|word| word == b"EXPN F") {
        offers.push("EXPN".into());
    }
    let mut said = Dialogue {
        place: name.to_owned(),
        ..Dialogue::default()
    };
    let reply = |said: &mut Dialogue, text: &str| {
        // Two lines where one was meant to go on: a client reads the first, and is told of the second.
        let text = text.replace("\r\n535 ", " ");
        said.turns.push(Turn::Server(
            Reply::parse(format!("{}\r\n", text.trim_end())).expect(name),
        ));
    };
    reply(
        &mut said,
        "220-banner\r\n220 server.example ESMTP server ready",
    );
    let mut exchange = false;
    for line in String::from_utf8(protocol).unwrap().split_inclusive("\r\n") {
        said.turns.push(Turn::Client(line.as_bytes().to_vec()));
        let line = line.trim_end();
        let verb = line
            .split(' ')
            .next()
            .unwrap_or_default()
            .to_ascii_uppercase();
        let custom = replies
            .iter()
            .find(|(what, _)| what == line || (!exchange && *what == verb));
        let utf8 = offers.iter().any(|offer| offer == "SMTPUTF8");
        let path = matches!(&verb[..], "MAIL" | "RCPT");
        let invalid =
            (verb == "RCPT" && !line.contains('@')) || (path && !utf8 && !line.is_ascii());
        let default = match &verb[..] {
            "EHLO" if offers.is_empty() => "250 server.example".to_owned(),
            "EHLO" => {
                let (last, before) = offers.split_last().unwrap();
                let before: String = before
                    .iter()
                    .map(|offer| format!("250-{offer}\r\n"))
                    .collect();
                format!("250-server.example\r\n{before}250 {last}")
            }
            "DATA" => "354 Show me the mail".into(),
            "QUIT" => "221 bye".into(),
            "VRFY" | "EXPN" | "HELP" | "NOOP" => data.clone().unwrap_or_else(|| "252 ok".into()),
            _ if invalid => "501 Invalid address".into(),
            _ if exchange => "235 ok".into(),
            _ => "250 ok".into(),
        };
        let text = custom.map_or(default, |(_, reply)| reply.clone());
        exchange = text.starts_with("334");
        let go_on = text.starts_with("354");
        reply(&mut said, &text);
        if let (true, Some(upload)) = (go_on, &upload) {
            said.turns.push(Turn::Client(upload.clone()));
            reply(&mut said, "250 queued");
            let stuffed = String::from_utf8_lossy(upload);
            let body = stuffed
                .strip_suffix(".\r\n")
                .unwrap_or(&stuffed)
                .replace("\r\n.", "\r\n");
            said.content = Some(body.strip_prefix('.').unwrap_or(&body).as_bytes().to_vec());
        }
    }
    Some(said)
}

/// One end, and how many octets it gets at a time.
type Through = fn(&Dialogue, usize);

/// Whether a dialogue holds.
fn holds(through: Through, dialogue: &Dialogue) -> Result<(), String> {
    for step in [usize::MAX, 1] {
        panic::catch_unwind(|| through(dialogue, step)).map_err(|fault| {
            fault
                .downcast_ref::<String>()
                .cloned()
                .unwrap_or_else(|| "a panic".into())
        })?;
    }
    Ok(())
}

#[test]
fn curl() {
    let Some(folder) = corpus("curl-mail-tests") else {
        return;
    };
    let mut known = BTreeMap::new();
    for line in include_str!("differences.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
    {
        let (test, reason) = line.split_once(": ").expect(line);
        known.insert(test.to_owned(), reason);
    }
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    let (mut seen, mut wrong) = (0, Vec::new());
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let Some(dialogue) = fs::read(&file).ok().and_then(|test| dialogue(&name, &test)) else {
            continue;
        };
        seen += 1;
        let roles: [(&str, Through); 2] = [("server", through_server), ("client", through_client)];
        for (role, through) in roles {
            let held = holds(through, &dialogue);
            match (held, known.remove(&format!("{name} {role}"))) {
                (Ok(()), Some(reason)) => {
                    wrong.push(format!("{name} {role} holds now, for all that: {reason}"));
                }
                (Err(fault), None) => wrong.push(format!("{name} {role}: {fault}")),
                _ => {}
            }
        }
    }
    panic::set_hook(hook);
    wrong.extend(known.keys().map(|test| format!("{test} is not there")));
    assert!(
        wrong.is_empty(),
        "{} of {seen}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(seen >= 80, "{seen}");
}

#[test]
fn mailkit() {
    let Some(folder) = corpus("mailkit-transcripts/Smtp/Resources") else {
        return;
    };
    let mut folders = vec![folder];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for file in fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let wire = fs::read(&path).unwrap();
            // Several replies stand in one file where commands were pipelined.
            let mut reply = Vec::new();
            for line in wire.split_inclusive(|&byte| byte == b'\n') {
                reply.extend_from_slice(line);
                if line.get(3) == Some(&b'-') {
                    continue;
                }
                let read = Reply::parse(std::mem::take(&mut reply))
                    .unwrap_or_else(|error| panic!("{name}: {error}"));
                assert_eq!(Reply::parse(read.to_string()).unwrap(), read, "{name}");
                if name.contains("ehlo+") || name == "comcast-ehlo.txt" {
                    let offers = Capabilities::from(&read);
                    // The lines of AUTH and what stands for it come together.
                    let auth =
                        |line: &&[u8]| line.starts_with(b"AUTH") || line.starts_with(b"X-EXPS");
                    let auths = read.lines().filter(auth).count();
                    assert_eq!(
                        offers.iter().count() + auths,
                        read.lines().count(),
                        "{name}"
                    );
                    assert!(offers.has("8BITMIME") && offers.has("SIZE"), "{name}");
                }
                seen += 1;
            }
            assert!(reply.is_empty(), "{name}");
        }
    }
    assert!(seen >= 36, "{seen}");
}
