//! The dialogues of the RFCs through both roles: the client says what the RFC's client says and reads what its server
//! answers; the server hears the one and says the other.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::BytesMut;
use mailweft_pop3::{
    Capability, Client, Command, Maildrop, Mechanism, Response, Secret, Server, Text, UniqueId,
    client::{self, Item},
    server,
};

/// A command, or the response to a challenge, and the lines that answer it.
struct Turn {
    said: String,
    answer: Vec<String>,
}

struct Dialogue {
    head: String,
    /// Whether it begins after a login.
    transaction: bool,
    messages: Vec<(u64, String)>,
    turns: Vec<Turn>,
}

fn dialogues() -> Vec<Dialogue> {
    let mut dialogues: Vec<Dialogue> = Vec::new();
    for line in include_str!("dialogues/rfc.txt").lines() {
        if let Some(head) = line.strip_prefix("= ") {
            let mut words = head.split(' ').skip(3);
            let transaction = words.next() == Some("transaction");
            let messages = words.map(|word| {
                let (size, id) = word.split_once(':').unwrap();
                (size.parse().unwrap(), id.to_owned())
            });
            dialogues.push(Dialogue {
                head: head.to_owned(),
                transaction,
                messages: messages.collect(),
                turns: Vec::new(),
            });
        } else if let Some(said) = line.strip_prefix("C: ") {
            let turns = &mut dialogues.last_mut().unwrap().turns;
            let (said, answer) = (said.to_owned(), Vec::new());
            turns.push(Turn { said, answer });
        } else if let Some(answer) = line.strip_prefix("S: ") {
            let turns = &mut dialogues.last_mut().unwrap().turns;
            turns.last_mut().unwrap().answer.push(answer.to_owned());
        }
    }
    dialogues
}

impl Turn {
    fn command(&self) -> Option<Command> {
        let keyword = self.said.split(' ').next().unwrap();
        let known =
            "CAPA USER PASS APOP AUTH STLS STAT LIST RETR DELE NOOP RSET QUIT TOP UIDL LANG";
        let known = known.split(' ').any(|word| word == keyword);
        known.then(|| Command::parse(self.said.as_bytes()).unwrap())
    }

    fn response(&self) -> Response {
        Response::parse(self.answer[0].as_bytes()).unwrap()
    }

    fn bytes(&self) -> Vec<u8> {
        let lines = self.answer.iter().map(|line| format!("{line}\r\n"));
        lines.collect::<String>().into_bytes()
    }

    /// The lines behind the first, without the last, which is the dot.
    fn listing(&self) -> &[String] {
        match self.answer.len() {
            0..=2 => &[],
            length => &self.answer[1..length - 1],
        }
    }
}

/// Feeds octets whole or one by one.
fn feed(octets: &[u8], single: bool) -> Vec<&[u8]> {
    match single {
        true => octets.chunks(1).collect(),
        false => vec![octets],
    }
}

fn through_client(dialogue: &Dialogue, single: bool) {
    let head = &dialogue.head;
    let mut client = Client::new(client::Config::new());
    let mut input = BytesMut::from("+OK ready <1896.697170952@dbc.mtview.ca.us>\r\n");
    client.poll(&mut input).unwrap();
    if dialogue.transaction {
        for command in ["USER mrose", "PASS secret"] {
            client
                .send(Command::parse(command.as_bytes()).unwrap())
                .unwrap();
            input.extend_from_slice(b"+OK\r\n");
            while client.poll(&mut input).unwrap() != client::Event::NeedInput {}
        }
        client.output().clear();
    }
    for turn in &dialogue.turns {
        match turn.command() {
            Some(command) => {
                let sent = client.send(command);
                // The RFC shows what a server answers to a second STLS; the client does not ask for it.
                if turn.said == "STLS" && turn.answer[0].starts_with("-ERR") {
                    assert!(sent.is_err(), "{head}");
                    return;
                }
                sent.unwrap();
            }
            None => client
                .respond(&Secret::new(STANDARD.decode(&turn.said).unwrap()))
                .unwrap(),
        }
        assert_eq!(
            client.output().split(),
            format!("{}\r\n", turn.said),
            "{head}"
        );
        let (mut items, mut ended, mut body) = (Vec::new(), false, Vec::new());
        let answer = turn.bytes();
        for piece in feed(&answer, single) {
            input.extend_from_slice(piece);
            loop {
                match client.poll(&mut input).unwrap() {
                    client::Event::NeedInput | client::Event::Closed => break,
                    client::Event::Done { response, .. } => {
                        assert_eq!(response, turn.response(), "{head}");
                        ended = true;
                    }
                    client::Event::AuthChallenge { challenge, .. } => {
                        let told = turn.answer[0].strip_prefix("+ ").unwrap();
                        assert_eq!(challenge.expose(), STANDARD.decode(told).unwrap(), "{head}");
                        ended = true;
                    }
                    client::Event::Items { items: more, .. } => {
                        items.extend(more.map(|item| match item {
                            Item::Drop(item) => format!("{} {}", item.messages, item.octets),
                            Item::Scan(item) => format!("{} {}", item.number, item.octets),
                            Item::UniqueId(item) => format!("{} {}", item.number, item.id),
                            Item::Line(item) => item.to_string(),
                            odd => panic!("{head}: {odd:?}"),
                        }));
                    }
                    client::Event::Capabilities { capabilities, .. } => {
                        let lines = capabilities.iter().map(|capability| {
                            let line = String::from_utf8(capability.to_bytes().to_vec()).unwrap();
                            line.trim_end().to_owned()
                        });
                        items.extend(lines);
                    }
                    client::Event::Body { chunk, .. } => body.extend_from_slice(&chunk),
                    client::Event::Stray { line, .. } => panic!("{head}: {line:?}"),
                    client::Event::UpgradeTls => client.tls_established(&input).unwrap(),
                    _ => {}
                }
            }
        }
        assert!(ended, "{head}: {}", turn.said);
        if body.is_empty() {
            let listed = turn.listing();
            let single = [turn.answer[0].trim_start_matches("+OK ").to_owned()];
            let expected = if listed.is_empty() && !items.is_empty() {
                &single
            } else {
                listed
            };
            assert_eq!(items, expected, "{head}: {}", turn.said);
        } else {
            let lines: String = turn
                .listing()
                .iter()
                .map(|line| {
                    let line = line.strip_prefix('.').unwrap_or(line);
                    format!("{line}\r\n")
                })
                .collect();
            assert_eq!(body, lines.as_bytes(), "{head}");
        }
    }
}

/// A server that offers what the RFC's server does.
fn server_of(dialogue: &Dialogue) -> Server {
    let mut config = server::Config::new(Text::from_static("ready"))
        .apop(Text::from_static("<1896.697170952@dbc.mtview.ca.us>"))
        .allow_clear_text_login(true)
        .stls(true)
        .utf8(true);
    let mut extra = Vec::new();
    let listed = dialogue.turns.iter().rfind(|turn| turn.said == "CAPA");
    for line in listed.map_or(&[][..], Turn::listing) {
        match line.split_once(' ') {
            Some(("SASL", names)) => {
                let names = names
                    .split(' ')
                    .map(|name| Mechanism::new(name.to_owned()).unwrap());
                config = config.mechanisms(names);
            }
            Some(("IMPLEMENTATION" | "EXPIRE" | "LOGIN-DELAY", _)) => {
                extra.push(Capability::parse(line.as_bytes()));
            }
            _ => {}
        }
    }
    Server::new(config.capabilities(extra))
}

fn maildrop(dialogue: &Dialogue) -> Maildrop {
    let mut maildrop = Maildrop::new();
    for (size, id) in &dialogue.messages {
        maildrop.push(*size, &UniqueId::new(id.clone()).unwrap());
    }
    maildrop
}

fn through_server(dialogue: &Dialogue, single: bool) {
    let head = &dialogue.head;
    let (mut server, mut input) = (server_of(dialogue), BytesMut::new());
    server.poll(&mut input).unwrap();
    if dialogue.transaction {
        input.extend_from_slice(b"USER mrose\r\nPASS secret\r\n");
        loop {
            match server.poll(&mut input).unwrap() {
                server::Event::Login { slot, .. } => server.open(slot, maildrop(dialogue)).unwrap(),
                server::Event::NeedInput => break,
                _ => {}
            }
        }
    }
    server.output().clear();
    for turn in &dialogue.turns {
        let line = format!("{}\r\n", turn.said);
        let mut said = BytesMut::new();
        for piece in feed(line.as_bytes(), single) {
            input.extend_from_slice(piece);
            loop {
                match server.poll(&mut input).unwrap() {
                    server::Event::NeedInput | server::Event::Closed => break,
                    server::Event::Blocked => said.unsplit(server.output().split()),
                    server::Event::Login { slot, .. }
                    | server::Event::Apop { slot, .. }
                    | server::Event::Auth { slot, .. }
                    | server::Event::AuthResponse { slot, .. } => {
                        if let Some(challenge) = turn.answer[0].strip_prefix("+ ") {
                            server
                                .challenge(slot, &STANDARD.decode(challenge).unwrap())
                                .unwrap();
                        } else if turn.response().is_ok() {
                            server.open(slot, maildrop(dialogue)).unwrap();
                        } else {
                            server.refuse(slot, &turn.response()).unwrap();
                        }
                    }
                    server::Event::Retr { slot, .. } | server::Event::Top { slot, .. } => {
                        server.begin_message(slot).unwrap();
                        for line in turn.listing() {
                            let line = line.strip_prefix('.').unwrap_or(line);
                            server
                                .message(slot, format!("{line}\r\n").as_bytes())
                                .unwrap();
                        }
                        server.end_message(slot).unwrap();
                    }
                    server::Event::Lang { slot, tag, .. } => match tag {
                        None if turn.response().is_ok() => {
                            let lines = turn.listing().iter().cloned();
                            let lines: Vec<Text> =
                                lines.map(|l| Text::try_from(l).unwrap()).collect();
                            server.reply_lines(slot, &turn.response(), &lines).unwrap();
                        }
                        _ => server.reply(slot, &turn.response()).unwrap(),
                    },
                    server::Event::Commit { slot, .. } => server.committed(slot).unwrap(),
                    server::Event::StartTls { .. } => {
                        said.unsplit(server.output().split());
                        server.tls_established(&input).unwrap();
                    }
                    _ => {}
                }
            }
        }
        said.unsplit(server.output().split());
        let said = String::from_utf8(said.to_vec()).unwrap();
        let lines: Vec<&str> = said.split_terminator("\r\n").collect();
        if turn.answer[0].starts_with("+ ") {
            assert_eq!(lines, turn.answer, "{head}");
            continue;
        }
        let response = Response::parse(lines[0].as_bytes()).unwrap();
        assert_eq!(
            response.is_ok(),
            turn.response().is_ok(),
            "{head}: {} {said}",
            turn.said
        );
        assert_eq!(
            response.code(),
            turn.response().code(),
            "{head}: {}",
            turn.said
        );
        if turn.said == "CAPA" {
            for capability in turn.listing() {
                // The mechanisms differ before and after TLS; CAPA is there without a line of its own.
                let there = lines.contains(&capability.as_str()) || capability.starts_with("SASL ");
                assert!(there, "{head}: {capability} is not in {said}");
            }
        } else if turn.answer.len() > 1 {
            assert_eq!(lines[1..], turn.answer[1..], "{head}: {}", turn.said);
        } else if turn.said == "STAT"
            || turn.said.starts_with("LIST ")
            || turn.said.starts_with("UIDL ")
        {
            let exact = turn.response().is_ok();
            assert!(!exact || lines[0] == turn.answer[0], "{head}: {said}");
        }
    }
}

#[test]
fn both_roles_hold_the_dialogues_of_the_rfcs() {
    let dialogues = dialogues();
    assert!(dialogues.len() >= 18);
    for dialogue in &dialogues {
        assert!(!dialogue.turns.is_empty());
        for single in [false, true] {
            through_client(dialogue, single);
            through_server(dialogue, single);
        }
    }
}
