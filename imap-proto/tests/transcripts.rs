//! The dialogues of the RFCs through both sessions: what a client says drives a server session, which is told to answer
//! what the server says there; and what the server says drives a client session, which is told to send the commands.
//!
//! `transcripts/*.txt` has one file for each RFC: `C:` and `S:` lines, an empty line between dialogues, and before each a
//! line `# RFC:line`. The octets of literals stand on lines of their own. Each dialogue runs whole, octet by octet and in
//! pieces of seven.

mod common;

use std::{
    collections::{BTreeSet, VecDeque},
    fs,
    path::Path,
};

use bytes::{Bytes, BytesMut};
use mailweft_imap::{
    Capability, Client, Command, Data, Mailbox, Response, Server, State, Status, StatusKind,
    Syntax, TaggedCommand, client,
    frame::{FrameLimits, Framer, Policy, Role, Step},
    server,
};

/// Lines of one side in a row.
struct Turn {
    client: bool,
    wire: Vec<u8>,
}

struct Dialogue {
    name: String,
    turns: Vec<Turn>,
}

fn dialogues(text: &str) -> Vec<Dialogue> {
    let mut found: Vec<Dialogue> = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("# ") {
            found.push(Dialogue {
                name: name.to_owned(),
                turns: Vec::new(),
            });
            continue;
        }
        let Some((side, said)) = line.split_once(':') else {
            continue;
        };
        let client = side == "C";
        let turns = &mut found.last_mut().unwrap().turns;
        if turns.last().is_none_or(|turn| turn.client != client) {
            turns.push(Turn {
                client,
                wire: Vec::new(),
            });
        }
        let wire = &mut turns.last_mut().unwrap().wire;
        wire.extend_from_slice(said.strip_prefix(' ').unwrap_or(said).as_bytes());
        wire.extend_from_slice(b"\r\n");
    }
    found
}

/// Whole units; what is not whole stays.
fn units(framer: &mut Framer, input: &mut BytesMut) -> Vec<Bytes> {
    let mut found = Vec::new();
    loop {
        match framer.next(input) {
            Step::NeedInput => return found,
            Step::Literal(_) => framer.decide(Policy::Buffer),
            Step::Frame(frame) => found.push(frame.bytes().clone()),
            step => panic!("{step:?}"),
        }
    }
}

fn responses(wire: &[u8]) -> Result<Vec<Response>, String> {
    let mut framer = Framer::new(Role::Client, FrameLimits::new(1 << 20, 100));
    let mut input = BytesMut::from(wire);
    let found = units(&mut framer, &mut input);
    if !input.is_empty() {
        return Err(format!("{} is left over", input.escape_ascii()));
    }
    found
        .iter()
        .map(|unit| {
            Response::from_bytes(unit, &Syntax::strict().with_utf8(false))
                .map(|parsed| parsed.value)
                .map_err(|error| error.render(unit))
        })
        .collect()
}

/// What the session says by itself, in its own words: only that it is said is compared.
fn plainly(response: &Response) -> Response {
    match response {
        Response::Continue(_) => Response::Status(Status::ok("+")),
        Response::Status(status) if status.kind == StatusKind::Bye => {
            Response::Status(Status::ok("bye"))
        }
        Response::Data(Data::Capability(_)) => Response::Status(Status::ok("capabilities")),
        // Capabilities, and whether a mailbox is read-only, are told by the session where the caller does not.
        Response::Tagged(tag, status) => {
            Response::Tagged(tag.clone(), Status::new(status.kind, "done"))
        }
        other => other.clone(),
    }
}

/// In which state the first command makes sense.
fn state(command: &Command) -> State {
    match command {
        Command::Login { .. } | Command::Authenticate { .. } | Command::StartTls => {
            State::NotAuthenticated
        }
        Command::Fetch(_)
        | Command::Store(_)
        | Command::Search(_)
        | Command::Sort(_)
        | Command::Thread(_)
        | Command::Copy { .. }
        | Command::Move { .. }
        | Command::Expunge
        | Command::UidExpunge(_)
        | Command::Close
        | Command::Unselect
        | Command::Check
        | Command::Replace { .. }
        | Command::Convert { .. }
        | Command::UidBatches { .. }
        | Command::CancelUpdate(_)
        | Command::Idle
        | Command::Noop => State::Selected,
        _ => State::Authenticated,
    }
}

/// In which state a dialogue starts: the one that its commands need, if they do not go there by themselves.
fn begins(dialogue: &Dialogue) -> Result<State, String> {
    if dialogue.turns.first().is_some_and(|turn| !turn.client) {
        return Ok(State::NotAuthenticated);
    }
    let mut framer = Framer::new(Role::Server, FrameLimits::new(1 << 20, 100));
    let said = dialogue.turns.iter().filter(|turn| turn.client);
    let mut said = BytesMut::from(
        said.flat_map(|turn| turn.wire.clone())
            .collect::<Vec<u8>>()
            .as_slice(),
    );
    let units = units(&mut framer, &mut said);
    let mut needed = State::Authenticated;
    for unit in &units {
        // What is no command is part of AUTHENTICATE or IDLE.
        let Ok(parsed) = TaggedCommand::parse(unit, &Syntax::strict()) else {
            continue;
        };
        match state(&parsed.value.command) {
            State::NotAuthenticated => return Ok(State::NotAuthenticated),
            State::Selected => needed = State::Selected,
            _ if matches!(parsed.value.command, Command::Select(_)) => break,
            _ => {}
        }
    }
    match units.is_empty() {
        true => Err("no command".to_owned()),
        false => Ok(needed),
    }
}

fn extras() -> Vec<Capability> {
    [
        Capability::IMAP4REV1,
        Capability::IMAP4REV2,
        Capability::LITERAL_PLUS,
        Capability::SASL_IR,
        Capability::ENABLE,
        Capability::ID,
        Capability::IDLE,
        Capability::STARTTLS,
        Capability::BINARY,
        Capability::UIDPLUS,
    ]
    .into_iter()
    .collect()
}

fn serve(dialogue: &Dialogue, step: usize) -> Result<(), String> {
    let greets = dialogue.turns.first().is_some_and(|turn| !turn.client);
    let state = begins(dialogue)?;
    let mut config = server::Config::new();
    for capability in extras() {
        config = config
            .with_capability(capability.clone())
            .with_capability_before_auth(capability);
    }
    if state != State::NotAuthenticated {
        config = config.preauthenticated();
    }
    let mut session = Server::new(config);
    let mut input = BytesMut::new();
    let mut open: VecDeque<server::Slot> = VecDeque::new();
    let mut asked: Option<server::Slot> = None;
    let mut said: Vec<Response> = Vec::new();
    let mut expected: Vec<Response> = Vec::new();
    if state == State::Selected {
        input.extend_from_slice(b"zz SELECT INBOX\r\n");
        let server::Event::Command { slot, .. } =
            session.poll(&mut input).map_err(|e| e.to_string())?
        else {
            return Err("no SELECT".to_owned());
        };
        session
            .reply(slot, Status::ok("selected"))
            .map_err(|e| e.to_string())?;
    }
    if !greets {
        session.poll(&mut input).map_err(|e| e.to_string())?;
        session.output().clear();
    }
    for turn in &dialogue.turns {
        if turn.client {
            for piece in turn.wire.chunks(step) {
                input.extend_from_slice(piece);
                loop {
                    match session.poll(&mut input).map_err(|e| e.to_string())? {
                        server::Event::NeedInput
                        | server::Event::Blocked
                        | server::Event::Closed => break,
                        server::Event::Violation { raw, error, answer } => {
                            // Some examples show what is refused: it is answered already.
                            let shown = raw.escape_ascii();
                            let why = error.map(|error| error.to_string()).unwrap_or_default();
                            return Err(format!("server: {shown} is answered {answer}: {why}"));
                        }
                        server::Event::AppendMessage { slot, .. } => {
                            session.accept(slot).map_err(|e| e.to_string())?;
                        }
                        server::Event::AppendChunk { .. }
                        | server::Event::AppendMessageEnd { .. }
                        | server::Event::AppendAborted { .. } => {}
                        server::Event::Authenticate { slot, .. } => {
                            asked = Some(slot);
                            open.push_back(slot);
                        }
                        server::Event::AuthResponse { slot, .. } => asked = Some(slot),
                        server::Event::AuthCancelled { slot } => open.retain(|mine| *mine != slot),
                        server::Event::Idle { .. } => {}
                        server::Event::Command { slot, .. }
                        | server::Event::Login { slot, .. }
                        | server::Event::StartTls { slot, .. }
                        | server::Event::Compress { slot, .. }
                        | server::Event::AppendEnd { slot }
                        | server::Event::IdleDone { slot }
                        | server::Event::Logout { slot } => open.push_back(slot),
                        other => return Err(format!("server: {other:?}")),
                    }
                }
            }
            continue;
        }
        for response in responses(&turn.wire)? {
            let done = match &response {
                Response::Continue(go_on) => match asked.take() {
                    Some(slot) => {
                        let data = base64(go_on.text.as_str());
                        session.challenge(slot, &data)
                    }
                    None => Ok(()),
                },
                // Without a slot the session has answered by itself.
                Response::Tagged(_, status) => match open.pop_front() {
                    Some(slot) => {
                        let done = session.reply(slot, status.clone());
                        // After STARTTLS the dialogue goes on under TLS.
                        session.tls_established(&input).unwrap_or_default();
                        done
                    }
                    None => Ok(()),
                },
                Response::Data(Data::Capability(_)) if open.is_empty() => Ok(()),
                Response::Data(data) => match open.front() {
                    Some(slot) => session.send(*slot, data.clone()),
                    None => session.update(data.clone()),
                },
                Response::Status(status) if status.kind == StatusKind::Bye => Ok(()),
                Response::Status(status) => match open.front() {
                    Some(slot) => session.inform(*slot, status.clone()),
                    None if greets && expected.is_empty() => Ok(()),
                    None => session.announce(status.clone()),
                },
            };
            done.map_err(|error| format!("server: {error}: {response:?}"))?;
            expected.push(plainly(&response));
            // What came while it was blocked.
            {
                loop {
                    match session.poll(&mut input).map_err(|e| e.to_string())? {
                        server::Event::NeedInput
                        | server::Event::Blocked
                        | server::Event::Closed => break,
                        server::Event::Command { slot, .. }
                        | server::Event::Login { slot, .. }
                        | server::Event::Logout { slot } => open.push_back(slot),
                        other => return Err(format!("server: {other:?}")),
                    }
                }
            }
            said.extend(responses(&session.output().split())?.iter().map(plainly));
        }
    }
    if greets {
        // The greeting is the session's own.
        for list in [&mut said, &mut expected] {
            if !list.is_empty() {
                list.remove(0);
            }
        }
    }
    match said == expected {
        true => Ok(()),
        false => Err(format!("server said {said:?}\n  not {expected:?}")),
    }
}

fn base64(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD
        .decode(text)
        .unwrap_or_default()
}

fn ask(dialogue: &Dialogue, step: usize) -> Result<(), String> {
    let greets = dialogue.turns.first().is_some_and(|turn| !turn.client);
    let state = begins(dialogue)?;
    let mut config = client::Config::new();
    config.literal_plus = Some(false);
    config.sasl_ir = Some(true);
    config.tolerance = mailweft_imap::Tolerance::Strict;
    let mut session = Client::new(config);
    let mut input = BytesMut::new();
    let poll = |session: &mut Client,
                input: &mut BytesMut,
                wire: &[u8]|
     -> Result<Vec<client::Event>, String> {
        let mut seen = Vec::new();
        for piece in wire.chunks(step).chain([b"".as_slice()]) {
            input.extend_from_slice(piece);
            loop {
                match session.poll(input).map_err(|e| format!("client: {e}"))? {
                    client::Event::NeedInput | client::Event::Closed => break,
                    client::Event::Violation { raw, error } => {
                        return Err(format!("client: {}: {error:?}", raw.escape_ascii()));
                    }
                    client::Event::UpgradeTls { .. } => {
                        session.tls_established(input).map_err(|e| e.to_string())?;
                    }
                    event => seen.push(event),
                }
            }
        }
        Ok(seen)
    };
    if !greets {
        let greeting = match state {
            State::NotAuthenticated => "* OK hello\r\n",
            _ => "* PREAUTH hello\r\n",
        };
        poll(&mut session, &mut input, greeting.as_bytes())?;
    }
    if state == State::Selected {
        session
            .send(Command::select(Mailbox::INBOX))
            .map_err(|e| e.to_string())?;
        let tag = tag_of(&session.output().split());
        poll(
            &mut session,
            &mut input,
            format!("{tag} OK selected\r\n").as_bytes(),
        )?;
    }
    let mut framer = Framer::new(Role::Server, FrameLimits::new(1 << 20, 100));
    let mut lines = BytesMut::new();
    // Tags of the dialogue, and of the session.
    let mut tags: Vec<(String, String)> = Vec::new();
    let mut idle = None;
    let mut sasl = None;
    for turn in &dialogue.turns {
        if turn.client {
            lines.extend_from_slice(&turn.wire);
            for unit in units(&mut framer, &mut lines) {
                if let Some(handle) = idle.take() {
                    session.idle_done(handle).map_err(|e| e.to_string())?;
                    if session.output().split() != "DONE\r\n" {
                        return Err("client: no DONE".to_owned());
                    }
                    continue;
                }
                if let Some(handle) = sasl {
                    let text = std::str::from_utf8(&unit).unwrap().trim_end();
                    match text {
                        "*" => session.cancel(handle),
                        text => session.respond(handle, &base64(text).into()),
                    }
                    .map_err(|e| e.to_string())?;
                    if session.output().split() != unit {
                        return Err("client: another response".to_owned());
                    }
                    continue;
                }
                let parsed =
                    TaggedCommand::parse(&unit, &Syntax::strict()).map_err(|e| e.render(&unit))?;
                let command = parsed.value.command;
                let handle = session
                    .send(command.clone())
                    .map_err(|e| format!("client: {e}: {command}"))?;
                let mut sent = session.output().split();
                // Literals are waited with.
                while sent.ends_with(b"}\r\n") {
                    poll(&mut session, &mut input, b"+ go on\r\n")?;
                    let more = session.output().split();
                    if more.is_empty() {
                        break;
                    }
                    sent.extend_from_slice(&more);
                }
                if sent.is_empty() {
                    return Err(format!("client: {command} waits"));
                }
                let again = TaggedCommand::parse(&sent, &Syntax::strict())
                    .map_err(|e| e.render(&sent))?
                    .value;
                if again.command != command {
                    return Err(format!(
                        "client: sends {} for {command}",
                        sent.escape_ascii()
                    ));
                }
                tags.push((parsed.value.tag.to_string(), again.tag.to_string()));
                match command {
                    Command::Idle => idle = Some(handle),
                    Command::Authenticate { .. } => sasl = Some(handle),
                    _ => {}
                }
            }
            continue;
        }
        for response in responses(&turn.wire)? {
            let mut out = BytesMut::new();
            let tagged = matches!(response, Response::Tagged(..));
            let response = match response {
                // Those that let a literal come were given already.
                Response::Continue(_) if idle.is_none() && sasl.is_none() => continue,
                Response::Tagged(tag, status) => {
                    let at = tags.iter().rposition(|(theirs, _)| *theirs == tag.as_str());
                    let at = at.ok_or_else(|| format!("client: {tag} answers nothing"))?;
                    let (_, mine) = tags.remove(at);
                    sasl = None;
                    Response::Tagged(mailweft_imap::Tag::new(mine.as_str()).unwrap(), status)
                }
                // The correlator names the command.
                Response::Data(Data::ESearch(mut answer)) => {
                    if let Some(tag) = &mut answer.tag {
                        if let Some((_, mine)) =
                            tags.iter().find(|(theirs, _)| *theirs == tag.as_str())
                        {
                            *tag = mine.as_str().into();
                        }
                    }
                    Response::Data(Data::ESearch(answer))
                }
                other => other,
            };
            response.write(&mut out, false).map_err(|e| e.to_string())?;
            let seen = poll(&mut session, &mut input, &out)?;
            let told = match (&response, seen.as_slice()) {
                (Response::Tagged(_, status), [.., client::Event::Done { status: done, .. }]) => {
                    done == status
                }
                (Response::Tagged(_, status), [client::Event::StartCompression { .. }] | []) => {
                    status.is_ok()
                }
                (Response::Data(data), [client::Event::Data { data: told, .. }]) => told == data,
                (
                    Response::Status(status),
                    [client::Event::Greeting(told) | client::Event::Bye(told)],
                ) => told == status,
                (Response::Status(status), [client::Event::Status { status: told, .. }]) => {
                    told == status
                }
                (
                    Response::Continue(_),
                    [client::Event::Challenge { .. } | client::Event::Idling { .. }],
                ) => true,
                _ => false,
            };
            if !told {
                return Err(format!("client: {response:?} is told as {seen:?}"));
            }
            if tagged && session.is_closed() {
                break;
            }
        }
    }
    Ok(())
}

fn tag_of(sent: &[u8]) -> String {
    let tag = sent.split(|byte| *byte == b' ').next().unwrap_or_default();
    String::from_utf8_lossy(tag).into_owned()
}

fn files(folder: &Path) -> Vec<(String, Vec<Dialogue>)> {
    let mut found: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            (
                path.file_name().unwrap().to_string_lossy().into_owned(),
                dialogues(&text),
            )
        })
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

fn run(role: fn(&Dialogue, usize) -> Result<(), String>) {
    let folder = match std::env::var_os("TRANSCRIPTS") {
        Some(folder) => folder.into(),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts"),
    };
    let (mut count, mut wrong) = (0, 0);
    for (file, dialogues) in files(&folder) {
        for dialogue in dialogues {
            for step in [usize::MAX, 7, 1] {
                count += 1;
                let result = std::panic::catch_unwind(|| role(&dialogue, step));
                if let Err(error) = result.unwrap_or_else(|_| Err("panicked".to_owned())) {
                    wrong += 1;
                    println!(
                        "WRONG {} ({file}) in pieces of {step}:\n  {error}",
                        dialogue.name
                    );
                    break;
                }
            }
        }
    }
    assert!(count > 500, "{count}");
    assert_eq!(wrong, 0, "of {count}");
}

#[test]
fn through_a_server_session() {
    run(serve);
}

#[test]
fn through_a_client_session() {
    run(ask);
}

/// Letters alone: what is folded for print has blanks and line ends where the dialogue has none.
fn letters(text: &str) -> String {
    text.split_whitespace().collect()
}

/// The dialogues that an RFC prints: the number of their first line, and what is said in them. Lines that go on deeper
/// than their side stands are folded; a page may break them. Answers that stand a few lines below belong to them.
fn printed(text: &str) -> Vec<(usize, Vec<String>)> {
    let depth = |line: &str| line.len() - line.trim_start().len();
    let mut found: Vec<(usize, usize, Vec<String>)> = Vec::new();
    let (mut open, mut indent, mut blank) = (false, 0, 0);
    for (number, line) in text.split('\n').enumerate() {
        let line = line.replace('\u{c}', "");
        let trimmed = line.trim();
        let is_page = trimmed.ends_with(']') && trimmed.contains("[Page ")
            || trimmed.starts_with("RFC ")
                && trimmed.chars().rev().take(4).all(|c| c.is_ascii_digit());
        if let Some(said) = trimmed
            .strip_prefix("C:")
            .or_else(|| trimmed.strip_prefix("S:"))
        {
            let apart = found.last().is_none_or(|(_, end, _)| number - end >= 14);
            if !open && (trimmed.starts_with('C') || apart) {
                found.push((number + 1, number, Vec::new()));
            }
            if let Some((_, end, lines)) = found.last_mut() {
                *end = number;
                lines.push(letters(said));
            }
            (open, indent, blank) = (true, depth(&line), 0);
        } else if trimmed.is_empty() || is_page {
            blank += 1;
        } else if open && depth(&line) > indent && (blank == 0 || blank >= 5) {
            if let Some(last) = found.last_mut().and_then(|(_, _, lines)| lines.last_mut()) {
                last.push_str(&letters(trimmed));
            }
        } else {
            open = false;
        }
    }
    found
        .into_iter()
        .map(|(start, _, lines)| (start, lines))
        .collect()
}

#[test]
fn every_dialogue_that_is_printed() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/rfcs");
    if !shared.exists() {
        println!("skipped: ../shared/rfcs is not here");
        return;
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts");
    let held: String = fs::read_dir(folder)
        .unwrap()
        .map(|entry| letters(&fs::read_to_string(entry.unwrap().path()).unwrap()))
        .collect();
    let known = common::listed(include_str!("differences/rfc_dialogues.txt"));
    let (mut missing, mut count) = (BTreeSet::new(), 0);
    for rfc in common::RFCS {
        let text = fs::read(shared.join(format!("rfc{rfc}.txt"))).unwrap_or_default();
        for (line, said) in printed(&String::from_utf8_lossy(&text)) {
            count += 1;
            if !said.iter().all(|said| held.contains(said)) {
                missing.insert(format!("{rfc}:{line}"));
            }
        }
    }
    let missing: BTreeSet<&str> = missing.iter().map(String::as_str).collect();
    let new: Vec<_> = missing.difference(&known).collect();
    let gone: Vec<_> = known.difference(&missing).collect();
    assert!(count > 500, "{count}");
    assert!(new.is_empty(), "not among the transcripts: {new:?}");
    assert!(
        gone.is_empty(),
        "among the transcripts, and still listed: {gone:?}"
    );
}
