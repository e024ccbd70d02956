//! Recorded answers of real servers, where `../shared/corpora` is beside the workspace: the client reads
//! every one of them, and what it makes of the odd ones is said here.

use std::path::Path;

use bytes::BytesMut;
use mailweft_pop3::{
    Client, Command, MessageNumber, Password, Text,
    client::{Config, Event, Item},
};

/// What a client makes of an answer to a command.
fn read(command: Command, answer: &[u8]) -> Vec<String> {
    let mut client = Client::new(Config::new());
    let mut input = BytesMut::from("+OK\r\n+OK\r\n+OK\r\n");
    client.send(Command::User(Text::from_static("a"))).ok();
    let authorization = matches!(
        command,
        Command::Capa | Command::Auth { .. } | Command::Lang(_)
    );
    let mut log = Vec::new();
    client.poll(&mut input).unwrap();
    if !authorization {
        client
            .send(Command::Pass(Password::new("b").unwrap()))
            .unwrap();
    }
    client.send(command).unwrap();
    if authorization {
        input = BytesMut::from("+OK\r\n");
    }
    // The recordings have the line ends of Unix.
    let text = String::from_utf8_lossy(answer)
        .replace("\r\n", "\n")
        .replace('\n', "\r\n");
    input.extend_from_slice(text.as_bytes());
    loop {
        match client.poll(&mut input).unwrap() {
            Event::NeedInput => break,
            Event::Items { items, .. } => log.extend(items.map(|item| match item {
                Item::Odd(line) => format!("odd {line}"),
                item => format!("{item:?}"),
            })),
            Event::Done { response, .. } => log.push(format!("done {}", response.is_ok())),
            Event::Stray { line, .. } => log.push(format!("stray {line:?}")),
            Event::Capabilities { capabilities, .. } => {
                log.push(format!("{} capabilities", capabilities.iter().count()));
            }
            _ => {}
        }
    }
    log
}

#[test]
fn recordings_of_real_servers() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/corpora/mailkit-transcripts/Pop3/Resources");
    if !root.exists() {
        println!("skipped: ../shared/corpora/mailkit-transcripts is not here");
        return;
    }
    let one = MessageNumber::FIRST;
    let mut count = 0;
    for folder in std::fs::read_dir(&root).unwrap() {
        for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let answer = std::fs::read(&path).unwrap();
            let stem = name
                .split('-')
                .next()
                .unwrap()
                .trim_end_matches(|c: char| c.is_ascii_digit());
            let single = name
                .trim_start_matches(stem)
                .starts_with(|c: char| c.is_ascii_digit());
            let command = match stem {
                "capa" => Command::Capa,
                "stat" => Command::Stat,
                "list" => Command::List(single.then_some(one)),
                "uidl" => Command::Uidl(single.then_some(one)),
                "retr" => Command::Retr(one),
                "top" => Command::Top {
                    number: one,
                    lines: 0,
                },
                "getlang" => Command::Lang(None),
                "dele" => Command::Dele(one),
                _ => Command::Noop,
            };
            if matches!(name.as_str(), "plus" | "dele123" | "top123") || stem.contains("greeting") {
                // Continuations, greetings and answers to several commands at once.
                continue;
            }
            count += 1;
            let log = read(command, &answer);
            let odd = log.iter().filter(|line| line.starts_with("odd")).count();
            let unfinished = !log
                .iter()
                .any(|line| line == "done true" || line == "done false");
            assert!(
                !log.iter().any(|line| line.starts_with("stray")),
                "{path:?}: {log:?}"
            );
            if !name.contains("error") && name != "err" {
                assert_eq!(odd, 0, "{path:?}: {log:?}");
                assert!(!unfinished, "{path:?}: {log:?}");
            }
        }
    }
    assert!(count > 40, "{count} recordings");
}
