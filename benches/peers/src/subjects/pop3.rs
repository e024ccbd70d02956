//! POP3: commands, a message, listings.

use std::{fmt::Write as _, hint::black_box};

use bytes::{Bytes, BytesMut};
use mailweft_pop3::{
    Client, Command, DotDecoder, DotEncoder, Password, Piece, Text,
    client::{Config, Event, Item},
};
use pop3_codec::parse;

use crate::{
    inputs::Inputs,
    row::{Row, Target::Named, digest},
};

const SUBJECT: &str = "POP3";
const PEER: &str = "pop3-codec";

pub fn rows<'a>(inputs: &'a Inputs, each: &mut dyn FnMut(Row<'a>)) {
    each(retr(inputs.mail("newsletter").repeat(14)));
    each(list());
    each(uidl());
    each(commands());
    each(write_commands());
}

/// How much a socket gives at once.
const READ: usize = 16 << 10;

fn retr<'a>(mail: Vec<u8>) -> Row<'a> {
    let mut wire = BytesMut::new();
    let mut encoder = DotEncoder::new();
    encoder.write(&mail, &mut wire);
    encoder.finish(&mut wire);
    let answer = Bytes::from([b"+OK message follows\r\n", &wire[..]].concat());
    let body = wire.freeze();
    let decode = |each: &mut dyn FnMut(&[u8])| {
        let (mut decoder, mut input) = (DotDecoder::new(), BytesMut::with_capacity(2 * READ));
        let mut pieces = body.chunks(READ);
        loop {
            match decoder.next(&mut input) {
                Piece::Data(data) => each(&data),
                Piece::NeedInput => {
                    input.extend_from_slice(black_box(pieces.next().unwrap_or_default()))
                }
                _ => return,
            }
        }
    };
    let mut content = Vec::new();
    decode(&mut |data| content.extend_from_slice(data));
    let theirs = parse::response_retr(&answer)
        .unwrap()
        .1
        .unwrap()
        .body
        .join("\r\n")
        + "\r\n";
    Row::new(SUBJECT, "take a message (RETR)", "1 MB", answer.len())
        .ours([("content", digest(&content))], {
            let body = body.clone();
            move || {
                let (mut decoder, mut input) = (DotDecoder::new(), BytesMut::with_capacity(2 * READ));
                let mut pieces = body.chunks(READ);
                let mut octets = 0;
                loop {
                    match decoder.next(&mut input) {
                        Piece::Data(data) => octets += black_box(data).len(),
                        Piece::NeedInput => input.extend_from_slice(black_box(pieces.next().unwrap_or_default())),
                        _ => return octets,
                    }
                }
            }
        })
        .peer(PEER, ("content", digest(theirs)), move || {
            black_box(parse::response_retr(black_box(&answer)).unwrap().1.unwrap()).body.len()
        })
        .limit("memcpy", {
            let mut out = Vec::with_capacity(body.len());
            move || {
                out.clear();
                out.extend_from_slice(black_box(&body));
                out.len()
            }
        })
        .target(Named(20.0, PEER))
        .remark("ours copies pieces of 16 KiB out of the socket and hands out slices; pop3-codec has the whole answer at hand and gives a list of lines")
}

/// Logs in, asks, and hears the items of the answer.
fn ask(answer: &[u8], command: Command, each: &mut impl FnMut(&Item)) {
    let mut client = Client::new(Config::new());
    let mut input = BytesMut::with_capacity(answer.len() + 64);
    input.extend_from_slice(b"+OK\r\n+OK\r\n+OK\r\n");
    client.poll(&mut input).unwrap();
    client.send(Command::User(Text::from_static("a"))).unwrap();
    client
        .send(Command::Pass(Password::new("b").unwrap()))
        .unwrap();
    client.send(command).unwrap();
    input.extend_from_slice(black_box(answer));
    loop {
        match client.poll(&mut input).unwrap() {
            Event::Items { items, .. } => items.for_each(|item| each(&item)),
            Event::NeedInput => return,
            _ => {}
        }
    }
}

const COUNT: u32 = 10_000;

fn listing(line: impl Fn(u32) -> String) -> Bytes {
    let lines: String = (1..=COUNT).map(line).collect();
    Bytes::from(format!("+OK {COUNT} messages\r\n{lines}.\r\n"))
}

fn list<'a>() -> Row<'a> {
    let answer = listing(|n| format!("{n} {}\r\n", n * 31 % 100_000));
    let mut ours = String::new();
    ask(&answer, Command::List(None), &mut |item| {
        if let Item::Scan(line) = item {
            let _ = write!(ours, "{} {}, ", line.number.get(), line.octets);
        }
    });
    let parsed = parse::response_list_all(&answer).unwrap().1.unwrap();
    let theirs: String = parsed
        .body
        .iter()
        .map(|line| format!("{} {}, ", line.message_id, line.message_size))
        .collect();
    Row::new(SUBJECT, "read LIST", "10,000 messages", answer.len())
        .each(COUNT as usize)
        .ours([("numbers and sizes", digest(ours))], {
            let answer = answer.clone();
            move || {
                let mut sum = 0;
                ask(&answer, Command::List(None), &mut |item| {
                    sum += usize::from(matches!(black_box(item), Item::Scan(_)))
                });
                sum
            }
        })
        .peer(PEER, ("numbers and sizes", digest(theirs)), move || {
            black_box(
                parse::response_list_all(black_box(&answer))
                    .unwrap()
                    .1
                    .unwrap(),
            )
            .body
            .len()
        })
        .target(Named(3.0, PEER))
        .remark("ours is a whole session, login included")
}

fn uidl<'a>() -> Row<'a> {
    let answer = listing(|n| format!("{n} 0000{n:08x}5f3c{n:04x}\r\n"));
    let mut ours = String::new();
    ask(&answer, Command::Uidl(None), &mut |item| {
        if let Item::UniqueId(line) = item {
            let _ = write!(
                ours,
                "{} {}, ",
                line.number.get(),
                String::from_utf8_lossy(line.id.as_bytes())
            );
        }
    });
    let parsed = parse::response_uidl_all(&answer).unwrap().1.unwrap();
    let theirs: String = parsed
        .body
        .iter()
        .map(|line| format!("{} {}, ", line.message_id, line.message_uid))
        .collect();
    Row::new(SUBJECT, "read UIDL", "10,000 messages", answer.len())
        .each(COUNT as usize)
        .ours([("numbers and ids", digest(ours))], {
            let answer = answer.clone();
            move || {
                let mut sum = 0;
                ask(&answer, Command::Uidl(None), &mut |item| {
                    sum += usize::from(matches!(black_box(item), Item::UniqueId(_)))
                });
                sum
            }
        })
        .peer(PEER, ("numbers and ids", digest(theirs)), move || {
            black_box(
                parse::response_uidl_all(black_box(&answer))
                    .unwrap()
                    .1
                    .unwrap(),
            )
            .body
            .len()
        })
        .target(Named(4.0, PEER))
        .remark("ours is a whole session, login included")
}

const COMMANDS: [&str; 8] = [
    "USER mrose\r\n",
    "PASS tanstaaf\r\n",
    "STAT\r\n",
    "LIST 1\r\n",
    "RETR 12\r\n",
    "TOP 1 10\r\n",
    "DELE 12\r\n",
    "QUIT\r\n",
];

/// What was read, written again.
fn again(commands: impl Iterator<Item = Vec<u8>>) -> (&'static str, String) {
    (
        "what it writes",
        commands
            .map(|line| String::from_utf8_lossy(&line).into_owned())
            .collect(),
    )
}

/// The lines of a session, each without its CRLF.
fn lines(session: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut start = 0;
    memchr::memchr_iter(b'\n', session).map(move |end| {
        let line = &session[start..end - 1];
        start = end + 1;
        line
    })
}

fn commands<'a>() -> Row<'a> {
    let session = COMMANDS.concat();
    let ours = again(
        lines(session.as_bytes()).map(|line| Command::parse(line).unwrap().to_bytes().to_vec()),
    );
    let theirs = again(
        COMMANDS
            .iter()
            .map(|line| parse::command(line.as_bytes()).unwrap().1.serialize()),
    );
    Row::new(
        SUBJECT,
        "read commands",
        "a session of eight",
        session.len(),
    )
    .each(COMMANDS.len())
    .ours([ours], {
        let session = session.clone();
        move || {
            lines(black_box(session.as_bytes()))
                .filter(|line| black_box(Command::parse(line)).is_ok())
                .count()
        }
    })
    .peer(PEER, theirs, move || {
        let (mut rest, mut count) = (black_box(session.as_bytes()), 0);
        while let Ok((left, command)) = parse::command(rest) {
            black_box(command);
            (rest, count) = (left, count + 1);
        }
        count
    })
    .target(Named(1.0, PEER))
}

fn write_commands<'a>() -> Row<'a> {
    let ours = COMMANDS.map(|line| Command::parse(line.trim_end().as_bytes()).unwrap());
    let theirs = COMMANDS.map(|line| parse::command(line.as_bytes()).unwrap().1);
    let view = again(ours.iter().map(|command| command.to_bytes().to_vec()));
    let their_view = again(theirs.iter().map(|command| command.serialize()));
    Row::new(
        SUBJECT,
        "write commands",
        "a session of eight",
        view.1.len(),
    )
    .each(COMMANDS.len())
    .ours([view], {
        let mut out = BytesMut::with_capacity(1024);
        move || {
            out.clear();
            ours.iter()
                .for_each(|command| black_box(command).write(&mut out));
            out.len()
        }
    })
    .peer(PEER, their_view, move || {
        theirs
            .iter()
            .map(|command| black_box(command).serialize().len())
            .sum()
    })
    .target(Named(1.0, PEER))
}
