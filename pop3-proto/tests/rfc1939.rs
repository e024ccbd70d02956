//! RFC 1939: the example session of §10 through both roles, whole and in every two-way split, and
//! what each section demands.

use bytes::BytesMut;
use mailweft_pop3::{
    Client, Command, Maildrop, MessageNumber, Password, Server, Text, UniqueId,
    client::{self, Item},
    server,
};

fn maildrop() -> Maildrop {
    let mut maildrop = Maildrop::new();
    maildrop.push(120, &UniqueId::new("whqtswO00WBw418f9t5JxYwZ").unwrap());
    maildrop.push(200, &UniqueId::new("QhdPYR:00WBw1Ph7x7").unwrap());
    maildrop
}

fn config() -> server::Config {
    server::Config::new(Text::from_static("POP3 server ready"))
        .apop(Text::from_static("<1896.697170952@dbc.mtview.ca.us>"))
        .allow_clear_text_login(true)
}

/// Feeds a server and gives the events that are no plumbing, answering each well.
fn serve(server: &mut Server, input: &mut BytesMut, log: &mut Vec<String>) {
    loop {
        let event = server.poll(input).unwrap();
        match &event {
            server::Event::NeedInput => return,
            server::Event::Closed => {
                log.push("closed".into());
                return;
            }
            server::Event::Login { slot, .. } | server::Event::Apop { slot, .. } => {
                server.open(*slot, maildrop()).unwrap();
            }
            server::Event::Retr { slot, number, .. } => {
                server.begin_message(*slot).unwrap();
                let text = format!("Subject: {number}\r\n\r\n.dot\r\n");
                server.message(*slot, text.as_bytes()).unwrap();
                server.end_message(*slot).unwrap();
            }
            server::Event::Top { slot, .. } => {
                server.begin_message(*slot).unwrap();
                server
                    .message(*slot, b"Subject: x\r\n\r\none\r\ntwo\r\n")
                    .unwrap();
                server.end_message(*slot).unwrap();
            }
            server::Event::Commit { slot, .. } => server.committed(*slot).unwrap(),
            _ => {}
        }
        log.push(format!("{event:?}"));
    }
}

const SESSION: &[u8] = b"APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\nSTAT\r\nLIST\r\nLIST 2\r\n\
    RETR 1\r\nTOP 2 1\r\nUIDL\r\nUIDL 1\r\nDELE 1\r\nLIST 1\r\nRSET\r\nDELE 2\r\nNOOP\r\nQUIT\r\n";

const ANSWERS: &str = "+OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>\r\n\
    +OK 2 messages\r\n\
    +OK 2 320\r\n\
    +OK 2 messages (320 octets)\r\n1 120\r\n2 200\r\n.\r\n\
    +OK 2 200\r\n\
    +OK 120 octets\r\nSubject: 1\r\n\r\n..dot\r\n.\r\n\
    +OK\r\nSubject: x\r\n\r\none\r\n.\r\n\
    +OK 2 messages\r\n1 whqtswO00WBw418f9t5JxYwZ\r\n2 QhdPYR:00WBw1Ph7x7\r\n.\r\n\
    +OK 1 whqtswO00WBw418f9t5JxYwZ\r\n\
    +OK\r\n-ERR no such message\r\n+OK\r\n+OK\r\n+OK\r\n+OK\r\n";

#[test]
fn s10_session_of_the_server_at_every_split() {
    let mut server = Server::new(config());
    let mut whole = Vec::new();
    serve(&mut server, &mut BytesMut::from(SESSION), &mut whole);
    assert_eq!(server.output(), ANSWERS);
    assert_eq!(whole.last().map(String::as_str), Some("closed"));

    for at in 0..SESSION.len() {
        let mut server = Server::new(config());
        let mut log = Vec::new();
        let mut input = BytesMut::from(&SESSION[..at]);
        serve(&mut server, &mut input, &mut log);
        input.extend_from_slice(&SESSION[at..]);
        serve(&mut server, &mut input, &mut log);
        assert_eq!(log, whole, "split at {at}");
        assert_eq!(server.output(), ANSWERS, "split at {at}");
    }
    let mut server = Server::new(config());
    let (mut log, mut input) = (Vec::new(), BytesMut::new());
    for byte in SESSION {
        input.extend_from_slice(&[*byte]);
        serve(&mut server, &mut input, &mut log);
    }
    assert_eq!((log, server.output().as_ref()), (whole, ANSWERS.as_bytes()));
}

/// Runs a client over recorded answers; the events without their ids, message chunks joined.
fn converse(answers: &[&[u8]]) -> Vec<String> {
    let mut client = Client::new(client::Config::new());
    for line in SESSION.split_inclusive(|&b| b == b'\n') {
        let command = Command::parse(line.strip_suffix(b"\r\n").unwrap()).unwrap();
        client.send(command).unwrap();
    }
    let (mut log, mut body, mut input) = (Vec::new(), Vec::new(), BytesMut::new());
    for chunk in answers {
        input.extend_from_slice(chunk);
        loop {
            match client.poll(&mut input).unwrap() {
                client::Event::NeedInput => break,
                client::Event::Body { chunk, .. } => body.extend_from_slice(&chunk),
                client::Event::Closed => {
                    log.push("closed".into());
                    break;
                }
                event => {
                    if !body.is_empty() {
                        log.push(String::from_utf8(std::mem::take(&mut body)).unwrap());
                    }
                    match event {
                        // As many as came together.
                        client::Event::Items { items, .. } => {
                            log.extend(items.map(|item| format!("{item:?}")));
                        }
                        event => log.push(format!("{event:?}")),
                    }
                }
            }
        }
    }
    assert!(input.is_empty());
    assert_eq!(client.output().as_ref(), SESSION);
    log
}

#[test]
fn s10_session_of_the_client_at_every_split() {
    let answers = ANSWERS.as_bytes();
    let whole = converse(&[answers]);
    assert_eq!(whole.last().map(String::as_str), Some("closed"));
    assert!(whole.contains(&"Subject: 1\r\n\r\n.dot\r\n".to_owned()));
    for at in 0..answers.len() {
        let (front, back) = answers.split_at(at);
        assert_eq!(converse(&[front, back]), whole, "split at {at}");
    }
    let bytes: Vec<&[u8]> = answers.chunks(1).collect();
    assert_eq!(converse(&bytes), whole);
}

mod s4_authorization {
    use super::*;

    #[test]
    fn commands_of_the_other_state_are_refused() {
        let mut server = Server::new(config());
        let mut input = BytesMut::from("STAT\r\nRETR 1\r\nQUIT\r\n");
        let mut log = Vec::new();
        serve(&mut server, &mut input, &mut log);
        assert_eq!(log, ["closed"]);
        let said = String::from_utf8(server.output().to_vec()).unwrap();
        assert_eq!(said.matches("-ERR").count(), 2);
    }

    #[test]
    fn passwords_keep_their_blanks() {
        let mut server = Server::new(config());
        let mut input = BytesMut::from("USER m rose\r\nPASS  a b \r\n");
        let server::Event::Login { name, password, .. } = server.poll(&mut input).unwrap() else {
            panic!("a login");
        };
        assert_eq!(name, "m rose");
        assert_eq!(password.expose(), b" a b ");
        assert_eq!(
            Command::Pass(password).to_bytes().as_ref(),
            b"PASS  a b \r\n"
        );
    }

    #[test]
    fn a_password_cannot_end_its_line() {
        assert!(Password::new("a\r\nDELE 1").is_err());
    }
}

mod s6_update {
    use super::*;

    #[test]
    fn nothing_is_deleted_without_quit() {
        let mut server = Server::new(config());
        let mut input = BytesMut::from("USER a\r\nPASS b\r\nDELE 1\r\n");
        let mut log = Vec::new();
        serve(&mut server, &mut input, &mut log);
        assert_eq!(server.maildrop().deleted().count(), 1);
        assert_eq!(server.eof(), server::Event::Closed);
        assert!(!log.iter().any(|event| event.contains("Commit")));
    }

    #[test]
    fn quit_waits_for_the_store() {
        let mut server = Server::new(config());
        let mut input = BytesMut::from("USER a\r\nPASS b\r\nDELE 2\r\nQUIT\r\n");
        loop {
            match server.poll(&mut input).unwrap() {
                server::Event::Login { slot, .. } => server.open(slot, maildrop()).unwrap(),
                server::Event::Commit { slot, deleted, .. } => {
                    assert_eq!(deleted, [MessageNumber::new(2).unwrap()]);
                    let before = server.output().len();
                    assert_eq!(server.poll(&mut input).unwrap(), server::Event::Blocked);
                    assert_eq!(server.output().len(), before);
                    server.committed(slot).unwrap();
                    break;
                }
                event => panic!("{event:?}"),
            }
        }
        assert_eq!(server.poll(&mut input).unwrap(), server::Event::Closed);
    }
}

#[test]
fn an_answer_is_given_once_and_to_its_question() {
    let mut server = Server::new(config());
    let mut input = BytesMut::from("USER a\r\nPASS b\r\n");
    let server::Event::Login { slot, .. } = server.poll(&mut input).unwrap() else {
        panic!("a login");
    };
    assert!(server.committed(slot).is_err());
    assert!(server.message(slot, b"x").is_err());
    server.open(slot, maildrop()).unwrap();
    assert!(server.open(slot, maildrop()).is_err());
}

#[test]
fn a_client_reads_what_odd_servers_write() {
    let mut client = Client::new(client::Config::new());
    let mut input = BytesMut::from("+ok hello\r\n");
    assert!(matches!(
        client.poll(&mut input).unwrap(),
        client::Event::Greeting { .. }
    ));
    client.send(Command::User("a".try_into().unwrap())).unwrap();
    client
        .send(Command::Pass(Password::new("b").unwrap()))
        .unwrap();
    client.send(Command::Stat).unwrap();
    client.send(Command::List(None)).unwrap();
    client.send(Command::Uidl(None)).unwrap();
    input.extend_from_slice(
        b"+OK\r\n+OK\r\n+OK  2  -1\r\n-ERR no list\r\n1 120\r\n2 200\r\n.\r\n\
          +OK\r\n1   a b\r\n2 \xff\r\n..3 c\r\n.\r\n",
    );
    let mut items = Vec::new();
    let mut stray = 0;
    loop {
        match client.poll(&mut input).unwrap() {
            client::Event::NeedInput => break,
            client::Event::Items { items: more, .. } => items.extend(more),
            client::Event::Stray { .. } => stray += 1,
            _ => {}
        }
    }
    assert_eq!(stray, 3);
    let Item::Drop(drop) = &items[0] else {
        panic!("{items:?}")
    };
    assert_eq!((drop.messages, drop.octets), (2, 0));
    let Item::UniqueId(line) = &items[1] else {
        panic!("{items:?}")
    };
    assert_eq!(line.id.as_bytes(), b"a b");
    assert!(!line.id.is_regular());
    assert!(matches!(items[2], Item::UniqueId(_)));
    assert!(matches!(&items[3], Item::Odd(line) if *line == ".3 c"));
}

#[test]
fn a_message_cannot_end_its_own_answer() {
    let mut client = Client::new(client::Config::new());
    let mut input = BytesMut::from("+OK\r\n+OK\r\n+OK\r\n");
    client.send(Command::User("a".try_into().unwrap())).unwrap();
    client
        .send(Command::Pass(Password::new("b").unwrap()))
        .unwrap();
    client.send(Command::Retr(MessageNumber::FIRST)).unwrap();
    input.extend_from_slice(b"+OK\r\nx\n.\n+OK fake\r\n.\r\r\n\r\n.\r\n");
    let mut body = Vec::new();
    loop {
        match client.poll(&mut input).unwrap() {
            client::Event::NeedInput => break,
            client::Event::Body { chunk, .. } => body.extend_from_slice(&chunk),
            client::Event::Stray { line, .. } => panic!("{line:?}"),
            _ => {}
        }
    }
    assert_eq!(body, b"x\n.\n+OK fake\r\n\r\r\n\r\n");
}
