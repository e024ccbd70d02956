//! The POP3 cases of curl's test suite, where `../shared/corpora` is beside the workspace. Each says what a client
//! sends, what a server answers, and how it ends. The client hears the answers, the server hears the commands; both
//! must reach what was recorded, or stand in `curl_differences.txt` with the reason.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::BytesMut;
use mailweft_pop3::{
    Client, Command, Maildrop, Mechanism, Response, Secret, Server, Text, UniqueId, client, server,
};

/// How a line was answered: `+OK`, `-ERR` or `+ `.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Ok,
    Err,
    GoOn,
}

impl Answer {
    fn of(octets: &[u8]) -> Self {
        match octets {
            [b'+', b'O', b'K', ..] => Self::Ok,
            [b'-', b'E', b'R', b'R', ..] => Self::Err,
            [b'+', ..] => Self::GoOn,
            other => panic!("no answer: {:?}", other.escape_ascii().to_string()),
        }
    }
}

const KEYWORDS: &str = "CAPA USER PASS APOP AUTH STLS STAT LIST RETR DELE NOOP RSET QUIT TOP UIDL";

/// A recorded case, or one connection of it.
#[derive(Clone)]
struct Case {
    /// What the client sends, line by line, without line ends.
    lines: Vec<String>,
    /// `CAPA` and `AUTH` of the server's script.
    capabilities: Vec<String>,
    mechanisms: Vec<String>,
    /// `REPLY`: what is answered to a line, or to a keyword.
    replies: Vec<(String, String)>,
    /// What a message or listing holds.
    data: Vec<u8>,
    /// How curl ended.
    error: Option<u32>,
}

/// The text between the first `<tag ...>` and `</tag>`.
fn section<'t>(text: &'t str, tag: &str) -> Option<&'t str> {
    let start = text
        .find(&format!("<{tag}>"))
        .or_else(|| text.find(&format!("<{tag} ")))?;
    let inner = &text[start..];
    let inner = &inner[inner.find('>')? + 1..];
    let inner = &inner[..inner.find(&format!("</{tag}>"))?];
    Some(inner.strip_prefix('\n').unwrap_or(inner))
}

/// `%xx` undone.
fn unescape(text: &str) -> Vec<u8> {
    let (mut out, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((&first, after)) = rest.split_first() {
        let hex = std::str::from_utf8(after.get(..2).unwrap_or_default()).ok();
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(octet) if first == b'%' => {
                out.push(octet);
                rest = &after[2..];
            }
            _ => {
                out.push(first);
                rest = after;
            }
        }
    }
    out
}

/// The variables and functions of the suite.
fn expand(text: &str, number: &str) -> String {
    let mut text = text
        .replace("%TESTNUMBER", number)
        .replace("%POP3PORT", "110")
        .replace("%CR", "\r")
        .replace("%LT", "<")
        .replace("%GT", ">");
    while let Some(start) = text.find("%b64[") {
        let end = start + text[start..].find("]b64%").expect("]b64%");
        let encoded = STANDARD.encode(unescape(&text[start + 5..end]));
        text.replace_range(start..end + 5, &encoded);
    }
    while let Some(start) = text.find("%repeat[") {
        let end = start + text[start..].find("]%").expect("]%");
        let (count, what) = text[start + 8..end].split_once(" x ").expect("N x text");
        let many = String::from_utf8(unescape(what))
            .unwrap()
            .repeat(count.parse().unwrap());
        text.replace_range(start..end + 2, &many);
    }
    text
}

/// The case in a file; `None` where nothing is said by POP3.
fn case(name: &str, text: &str) -> Option<Case> {
    let number = name.strip_prefix("test")?;
    let client = section(text, "client")?;
    let server = section(client, "server")?;
    if !server.lines().any(|line| line.starts_with("pop3")) {
        return None;
    }
    let verify = section(text, "verify")?;
    let lines: Vec<String> = expand(section(verify, "protocol")?, number)
        .lines()
        .map(str::to_owned)
        .collect();
    let reply = section(text, "reply").unwrap_or_default();
    let mut case = Case {
        lines,
        capabilities: Vec::new(),
        mechanisms: Vec::new(),
        replies: Vec::new(),
        data: expand(section(reply, "data").unwrap_or_default(), number)
            .replace("\r\n", "\n")
            .replace('\n', "\r\n")
            .into_bytes(),
        error: section(verify, "errorcode").map(|code| code.trim().parse().unwrap()),
    };
    for line in expand(section(reply, "servercmd").unwrap_or_default(), number).lines() {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "CAPA" => case.capabilities = rest.split(' ').map(str::to_owned).collect(),
            "AUTH" => case.mechanisms = rest.split(' ').map(str::to_owned).collect(),
            "REPLY" | "REPLYLF" => {
                let (line, answer) = match rest.strip_prefix('"') {
                    Some(quoted) => quoted.split_once("\" ").unwrap(),
                    None => rest.split_once(' ').unwrap_or((rest, "")),
                };
                let answer = answer.replace("\\r\\n", "\r\n");
                let end = if word == "REPLY" { "\r\n" } else { "\n" };
                case.replies.push((line.to_owned(), answer + end));
            }
            _ => {}
        }
    }
    Some(case)
}

impl Case {
    /// Which lines are responses to challenges.
    fn is_response(&self, at: usize) -> bool {
        let keyword = self.lines[at].split(' ').next().unwrap_or_default();
        !KEYWORDS.split(' ').any(|word| word == keyword)
    }

    /// What curl's server answers to a line.
    fn answer(&self, line: &str) -> Vec<u8> {
        let keyword = line.split(' ').next().unwrap_or_default();
        let scripted = self
            .replies
            .iter()
            .find(|(what, _)| what == line)
            .or_else(|| self.replies.iter().find(|(what, _)| what == keyword));
        if let Some((_, answer)) = scripted {
            return answer.clone().into_bytes();
        }
        let listing = |lines: &str| format!("+OK\r\n{lines}.\r\n").into_bytes();
        match keyword {
            "CAPA" if self.capabilities.is_empty() && self.mechanisms.is_empty() => {
                b"-ERR Unrecognized command\r\n".to_vec()
            }
            "CAPA" => {
                let mut text = String::new();
                for capability in &self.capabilities {
                    write!(text, "{capability}\r\n").unwrap();
                }
                if !self.mechanisms.is_empty() {
                    write!(text, "SASL {}\r\n", self.mechanisms.join(" ")).unwrap();
                }
                listing(&text)
            }
            "RETR" | "TOP" => self.message(),
            "LIST" if !self.data.is_empty() => self.message(),
            "LIST" => listing("1 100\r\n2 4294967400\r\n4 200\r\n"),
            "UIDL" => listing("1 1\r\n2 2\r\n3 4\r\n"),
            "STAT" => b"+OK 3 4294967800\r\n".to_vec(),
            word if KEYWORDS.split(' ').any(|known| known == word) => b"+OK\r\n".to_vec(),
            _ => b"-ERR Unrecognized command\r\n".to_vec(),
        }
    }

    fn message(&self) -> Vec<u8> {
        let text = String::from_utf8(self.data.clone()).unwrap();
        let mut out = String::from("+OK transfer starts\r\n");
        for line in text.split_inclusive("\r\n") {
            if line.starts_with('.') {
                out.push('.');
            }
            out.push_str(line);
        }
        (out + ".\r\n").into_bytes()
    }

    /// The connections, each ended by QUIT.
    fn connections(&self) -> impl Iterator<Item = Self> {
        self.lines
            .split_inclusive(|line| line == "QUIT")
            .map(|lines| Self {
                lines: lines.to_vec(),
                ..self.clone()
            })
    }

    /// How many messages there are: three, or as many as it takes to have those that were found.
    fn messages(&self) -> u32 {
        let found = self
            .lines
            .iter()
            .filter(|line| Answer::of(&self.answer(line)) == Answer::Ok);
        found
            .filter_map(|line| line.split(' ').nth(1)?.parse().ok())
            .fold(3, u32::max)
    }

    /// Whether a line asks for a message.
    fn asks_for_message(&self, line: &str) -> bool {
        ["RETR ", "TOP "]
            .iter()
            .any(|keyword| line.starts_with(keyword))
    }

    /// How the session went, by what was recorded: whether the last command but QUIT was answered `+OK`.
    fn succeeds(&self) -> bool {
        self.error.is_none()
    }
}

/// A session of ours.
type Role = fn(&Case) -> Outcome;

/// What a role made of a case: how each line was answered, and the octets of a message.
type Outcome = Result<(Vec<Answer>, Vec<u8>), String>;

/// Our client, saying what curl said, hears what curl's server answers.
fn through_client(case: &Case) -> Outcome {
    let mut client = Client::new(client::Config::new());
    let welcome = case.replies.iter().find(|(what, _)| what == "welcome");
    let greeting = welcome.map_or("+OK ready\r\n", |(_, greeting)| greeting);
    let mut input = BytesMut::from(greeting);
    let (mut answers, mut body) = (Vec::new(), Vec::new());
    client.poll(&mut input).map_err(|error| error.to_string())?;
    for (at, line) in case.lines.iter().enumerate() {
        let sent = if !case.is_response(at) {
            let command = Command::parse(line.as_bytes()).map_err(|e| e.to_string())?;
            client.send(command).map(drop)
        } else if line == "*" {
            client.cancel()
        } else {
            let response = STANDARD.decode(line).map_err(|e| e.to_string())?;
            client.respond(&Secret::new(response))
        };
        sent.map_err(|error| format!("{line}: {error}"))?;
        let wrote = client.output().split();
        if wrote != format!("{line}\r\n") {
            return Err(format!("{line}: sent as {}", wrote.escape_ascii()));
        }
        input.extend_from_slice(&case.answer(line));
        let mut stray = None;
        loop {
            match client.poll(&mut input).map_err(|error| error.to_string())? {
                client::Event::NeedInput => break,
                client::Event::Done { response, .. } => answers.push(match response.is_ok() {
                    true => Answer::Ok,
                    false => Answer::Err,
                }),
                client::Event::AuthChallenge { .. } => answers.push(Answer::GoOn),
                client::Event::Body { chunk, .. } => body.extend_from_slice(&chunk),
                client::Event::UpgradeTls => {
                    client
                        .tls_established(&input)
                        .map_err(|error| error.to_string())?;
                }
                // To LIST of one message curl's server answers with the end of a listing as well.
                client::Event::Stray { line, .. } if line.starts_with(b".") => {}
                // It is for the caller to judge what a server says unasked; curl gives up.
                client::Event::Stray { .. } => stray = Some(Answer::Err),
                client::Event::Closed => break,
                _ => {}
            }
        }
        if let (Some(odd), Some(last)) = (stray, answers.last_mut()) {
            *last = odd;
        }
        if answers.len() != at + 1 {
            return Err(format!(
                "{line}: {} answers to {} lines",
                answers.len(),
                at + 1
            ));
        }
    }
    Ok((answers, body))
}

/// Our server, set up as curl's was, hears what curl said.
fn through_server(case: &Case) -> Outcome {
    let mut config = server::Config::new(Text::from_static("ready"))
        .allow_clear_text_login(true)
        .stls(case.capabilities.iter().any(|word| word == "STLS"))
        .mechanisms(
            case.mechanisms
                .iter()
                .map(|name| Mechanism::new(name.clone()).unwrap()),
        );
    if case.capabilities.iter().any(|word| word == "APOP") {
        config = config.apop(Text::from_static("<1972.987654321@curl>"));
    }
    let (mut server, mut input) = (Server::new(config), BytesMut::new());
    let (mut answers, mut body) = (Vec::new(), Vec::new());
    let no = Response::err(Text::from_static("no"));
    let fault = |line: &str, error: &dyn std::fmt::Display| format!("{line}: {error}");
    server.poll(&mut input).map_err(|error| error.to_string())?;
    server.output().clear();
    for line in &case.lines {
        let mut answer = BytesMut::new();
        input.extend_from_slice(format!("{line}\r\n").as_bytes());
        let scripted = Answer::of(&case.answer(line));
        loop {
            let event = server
                .poll(&mut input)
                .map_err(|error| fault(line, &error))?;
            let done = match event {
                server::Event::NeedInput | server::Event::Closed => break,
                server::Event::Blocked => {
                    answer.unsplit(server.output().split());
                    Ok(())
                }
                server::Event::StartTls { .. } => {
                    answer.unsplit(server.output().split());
                    server.tls_established(&input)
                }
                server::Event::Login { slot, .. }
                | server::Event::Apop { slot, .. }
                | server::Event::Auth { slot, .. }
                | server::Event::AuthResponse { slot, .. } => match scripted {
                    Answer::GoOn => server.challenge(slot, b"go on"),
                    Answer::Err => server.refuse(slot, &no),
                    Answer::Ok => {
                        let mut maildrop = Maildrop::new();
                        for number in 0..case.messages() {
                            let id = UniqueId::new(format!("{number}")).unwrap();
                            maildrop.push(case.data.len() as u64, &id);
                        }
                        server.open(slot, maildrop)
                    }
                },
                server::Event::Retr { slot, .. } | server::Event::Top { slot, .. } => {
                    match scripted {
                        Answer::Err => server.refuse(slot, &no),
                        _ => server
                            .begin_message(slot)
                            .and_then(|()| server.message(slot, &case.data))
                            .and_then(|()| server.end_message(slot)),
                    }
                }
                server::Event::Commit { slot, .. } => server.committed(slot),
                _ => Ok(()),
            };
            done.map_err(|error| fault(line, &error))?;
        }
        answer.unsplit(server.output().split());
        if answer.is_empty() {
            return Err(format!("{line}: no answer"));
        }
        answers.push(Answer::of(&answer));
        if case.asks_for_message(line) && answers.last() == Some(&Answer::Ok) {
            let text = &answer[answer.iter().position(|&o| o == b'\n').unwrap() + 1..];
            let text = text.strip_suffix(b".\r\n").unwrap();
            body.extend(
                String::from_utf8_lossy(text)
                    .replace("\r\n..", "\r\n.")
                    .into_bytes(),
            );
        }
    }
    Ok((answers, body))
}

/// Holds what a role made of a case against what was recorded.
fn hold(case: &Case, through: Role) -> Result<(), String> {
    for connection in case.connections() {
        hold_one(&connection, through(&connection)?)?;
    }
    Ok(())
}

fn hold_one(case: &Case, (answers, body): (Vec<Answer>, Vec<u8>)) -> Result<(), String> {
    for (at, line) in case.lines.iter().enumerate() {
        let recorded = Answer::of(&case.answer(line));
        // A server of ours has CAPA in any case (RFC 2449 §5).
        if answers[at] != recorded && line != "CAPA" {
            return Err(format!("{line}: {:?}, recorded {recorded:?}", answers[at]));
        }
    }
    if body.is_empty() == case.lines.iter().any(|line| case.asks_for_message(line))
        && case.succeeds()
    {
        return Err("no message".into());
    }
    if !body.is_empty() && body != case.data {
        return Err(format!("the message is {}", body.escape_ascii()));
    }
    let last = (0..case.lines.len()).rfind(|&at| case.lines[at] != "QUIT");
    if last.is_some_and(|at| (answers[at] == Answer::Ok) != case.succeeds()) {
        return Err(format!(
            "it ends with {:?}, recorded {:?}",
            answers.last(),
            case.error
        ));
    }
    Ok(())
}

#[test]
fn both_roles_reach_what_curl_recorded() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpora/curl-mail-tests");
    if !root.exists() {
        println!("skipped: ../shared/corpora/curl-mail-tests is not here");
        return;
    }
    let mut known: BTreeMap<String, &str> = include_str!("curl_differences.txt")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| line.split_once(": ").unwrap())
        .map(|(case, reason)| (case.to_owned(), reason))
        .collect();
    let mut names: Vec<_> = fs::read_dir(&root)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let (mut seen, mut wrong) = (0, Vec::new());
    for name in names {
        let octets = fs::read(root.join(&name)).unwrap();
        let Some(case) = case(&name, &String::from_utf8_lossy(&octets)) else {
            continue;
        };
        seen += 1;
        let roles: [(&str, Role); 2] = [("client", through_client), ("server", through_server)];
        for (role, through) in roles {
            match (
                hold(&case, through),
                known.remove(&format!("{name} {role}")),
            ) {
                (Err(fault), None) => wrong.push(format!("{name} {role}: {fault}")),
                (Ok(()), Some(reason)) => {
                    wrong.push(format!("{name} {role} agrees; it was listed: {reason}"));
                }
                _ => {}
            }
        }
    }
    wrong.extend(known.keys().map(|case| format!("{case} is not there")));
    assert!(wrong.is_empty(), "of {seen}:\n{}", wrong.join("\n"));
    assert!(seen >= 45, "{seen} cases");
}
