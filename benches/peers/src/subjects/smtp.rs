//! SMTP: commands and replies read and written, content through a session.

use std::{borrow::Cow, hint::black_box};

use bytes::{Bytes, BytesMut};
use mailweft_benches::Random;
use mailweft_smtp::{
    BodyType, Capabilities, Command, Reply, Server, StrayPolicy,
    server::{Config, Event},
};
use smtp_proto::{
    EhloResponse, Request, request::receiver::DataReceiver, response::parser::ResponseReceiver,
};

use crate::{
    inputs::Inputs,
    row::{
        Row,
        Target::{Allocations, Best, Named},
        View, digest,
    },
};

const SUBJECT: &str = "SMTP";

pub fn rows<'a>(inputs: &'a Inputs, each: &mut dyn FnMut(Row<'a>)) {
    each(commands());
    each(replies());
    each(ehlo());
    each(write_commands());
    each(write_replies());
    each(data("ordinary", text(inputs), 2.0));
    each(data("every line dotted", dotted(), 2.5));
    each(data(
        "nothing but dots",
        [b"x\r\n", &b"..\r\n".repeat(250_000)[..]].concat(),
        2.5,
    ));
}

const COMMANDS: [&str; 8] = [
    "EHLO client.example.org\r\n",
    "MAIL FROM:<sender@example.org> SIZE=12345 BODY=8BITMIME\r\n",
    "RCPT TO:<first.last@example.net> NOTIFY=SUCCESS,FAILURE\r\n",
    "RCPT TO:<someone.else@lists.example.com>\r\n",
    "DATA\r\n",
    "RSET\r\n",
    "NOOP\r\n",
    "QUIT\r\n",
];

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
    let session = Bytes::from(COMMANDS.concat());
    let ours = |whole: bool| -> String {
        lines(&session)
            .map(|line| match Command::parse(line).unwrap() {
                Command::Ehlo(name) => format!("EHLO {name}\n"),
                Command::Mail(mail) if whole => {
                    let params = mail.params();
                    format!(
                        "MAIL {} {:?} {}\n",
                        mail.from().address().unwrap(),
                        params.size(),
                        params.body() == BodyType::EightBitMime
                    )
                }
                Command::Rcpt(rcpt) if whole => {
                    let notify = rcpt.params().notify();
                    format!(
                        "RCPT {} {:?}\n",
                        rcpt.to().address().unwrap(),
                        notify.map(|n| (n.on_success(), n.on_failure()))
                    )
                }
                Command::Mail(mail) => format!("MAIL {}\n", mail.from().address().unwrap()),
                Command::Rcpt(rcpt) => format!("RCPT {}\n", rcpt.to().address().unwrap()),
                other => format!("{}\n", other.verb()),
            })
            .collect()
    };
    Row::new(
        SUBJECT,
        "read commands",
        "a session of eight",
        session.len(),
    )
    .each(COMMANDS.len())
    .partly([("commands and paths", ours(false))])
    .ours([("commands and parameters", ours(true))], {
        let session = session.clone();
        move || {
            lines(black_box(&session))
                .map(|line| usize::from(black_box(Command::parse(line)).is_ok()))
                .sum()
        }
    })
    .peer(
        "smtp-proto",
        ("commands and parameters", theirs(&session)),
        {
            let session = session.clone();
            move || {
                let mut octets = black_box(&session).iter();
                (0..COMMANDS.len())
                    .map(|_| usize::from(black_box(Request::parse(&mut octets)).is_ok()))
                    .sum()
            }
        },
    )
    .peer("smtp-codec", ("commands and paths", codec(&session)), {
        let session = session.clone();
        move || {
            let (mut rest, mut count) = (black_box(&session[..]), 0);
            while let Ok((left, command)) = smtp_codec::parse::command::command(rest) {
                black_box(command);
                (rest, count) = (left, count + 1);
            }
            count
        }
    })
    .target(Named(1.0, "smtp-proto"))
    .remark("our commands own what they hold, and every path is checked by RFC 5321")
}

fn theirs(session: &[u8]) -> String {
    let mut octets = session.iter();
    let mut out = String::new();
    while let Ok(request) = Request::parse(&mut octets) {
        out += &match request {
            Request::Ehlo { host } => format!("EHLO {host}\n"),
            Request::Mail { from } => {
                let size = (from.size > 0).then_some(from.size);
                format!(
                    "MAIL {} {size:?} {}\n",
                    from.address,
                    from.flags & smtp_proto::MAIL_BODY_8BITMIME != 0
                )
            }
            Request::Rcpt { to } => {
                let flag = |flag| to.flags & flag != 0;
                let notify = (to.flags != 0).then(|| {
                    (
                        flag(smtp_proto::RCPT_NOTIFY_SUCCESS),
                        flag(smtp_proto::RCPT_NOTIFY_FAILURE),
                    )
                });
                format!("RCPT {} {notify:?}\n", to.address)
            }
            other => format!("{}\n", other.name()),
        };
    }
    out
}

fn codec(session: &[u8]) -> String {
    use smtp_codec::types::{Command, DomainOrAddress};
    let (mut rest, mut out) = (session, String::new());
    while let Ok((left, command)) = smtp_codec::parse::command::command(rest) {
        let path = |path: &str| path.trim_matches(['<', '>']).to_owned();
        out += &match &command {
            Command::Ehlo {
                domain_or_address: DomainOrAddress::Domain(name),
            } => format!("EHLO {name}\n"),
            Command::Mail { reverse_path, .. } => format!("MAIL {}\n", path(reverse_path)),
            Command::Rcpt { forward_path, .. } => format!("RCPT {}\n", path(forward_path)),
            other => format!("{}\n", other.name()),
        };
        rest = left;
    }
    out
}

const REPLIES: [&str; 9] = [
    "220 mx.example.org ESMTP ready\r\n",
    "250 2.1.0 Sender OK\r\n",
    "250 2.1.5 Recipient OK\r\n",
    "354 End data with <CR><LF>.<CR><LF>\r\n",
    "250 2.0.0 Ok: queued as 4F2B71C0A1\r\n",
    "550 5.1.1 <nobody@example.org>: Recipient address rejected: User unknown\r\n",
    "451 4.7.1 Greylisted, please try again in 300 seconds\r\n",
    "235 2.7.0 Authentication successful\r\n",
    "221 2.0.0 Bye\r\n",
];

fn replies<'a>() -> Row<'a> {
    let octets = REPLIES.iter().map(|reply| reply.len()).sum();
    let shared = REPLIES.map(|reply| Bytes::from_static(reply.as_bytes()));
    let view = |each: &dyn Fn(&str) -> (u16, [u8; 3], String)| -> String {
        REPLIES
            .iter()
            .map(|reply| format!("{:?}\n", each(reply)))
            .collect()
    };
    let ours = |reply: &str| {
        let reply = Reply::parse(reply).unwrap();
        let enhanced = reply
            .enhanced()
            .map_or([0; 3], |e| [e.class(), e.subject() as u8, e.detail() as u8]);
        (reply.code(), enhanced, reply.text())
    };
    let codes = |code: &dyn Fn(&str) -> u16| -> View {
        (
            "codes",
            REPLIES
                .iter()
                .map(|reply| format!("{} ", code(reply)))
                .collect(),
        )
    };
    Row::new(SUBJECT, "read replies", "nine of one line", octets)
        .each(REPLIES.len())
        .partly([codes(&|reply| Reply::parse(reply).unwrap().code())])
        .ours([("codes and text", view(&ours))], move || {
            shared
                .iter()
                .map(|reply| {
                    usize::from(
                        black_box(Reply::from_bytes(black_box(reply).clone()))
                            .unwrap()
                            .code(),
                    )
                })
                .sum()
        })
        .peer(
            "smtp-proto",
            (
                "codes and text",
                view(&|reply| {
                    let reply = ResponseReceiver::default()
                        .parse(&mut reply.as_bytes().iter())
                        .unwrap();
                    (reply.code, reply.esc, reply.message)
                }),
            ),
            || {
                let mut receiver = ResponseReceiver::default();
                REPLIES
                    .iter()
                    .map(|reply| {
                        receiver.reset();
                        usize::from(
                            black_box(
                                receiver
                                    .parse(&mut black_box(reply).as_bytes().iter())
                                    .unwrap(),
                            )
                            .code,
                        )
                    })
                    .sum()
            },
        )
        .peer(
            "lettre",
            codes(&|reply| u16::from(lettre_reply(reply).code())),
            || {
                REPLIES
                    .iter()
                    .map(|reply| usize::from(u16::from(lettre_reply(black_box(reply)).code())))
                    .sum()
            },
        )
        .target(Named(1.0, "smtp-proto"))
        .target(Allocations(0))
}

fn lettre_reply(reply: &str) -> lettre::transport::smtp::response::Response {
    reply.parse().unwrap()
}

const EHLO: &str = "250-mx.example.org Hello client.example.org\r\n250-PIPELINING\r\n250-SIZE 52428800\r\n250-ETRN\r\n\
    250-STARTTLS\r\n250-AUTH PLAIN LOGIN\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250-DSN\r\n250-SMTPUTF8\r\n\
    250-REQUIRETLS\r\n250 CHUNKING\r\n";

fn ehlo<'a>() -> Row<'a> {
    let octets = Bytes::from_static(EHLO.as_bytes());
    let ours = |octets: &Bytes| Capabilities::from(&Reply::from_bytes(octets.clone()).unwrap());
    let all = ours(&octets);
    let words = [
        "PIPELINING",
        "SIZE",
        "ETRN",
        "STARTTLS",
        "AUTH",
        "ENHANCEDSTATUSCODES",
        "8BITMIME",
        "DSN",
        "SMTPUTF8",
        "REQUIRETLS",
        "CHUNKING",
    ];
    let view =
        words.map(|word| all.has(word).to_string()).join(" ") + &format!(" {:?}", all.size());
    let theirs = EhloResponse::parse(&mut EHLO.as_bytes().iter()).unwrap();
    let bits = [
        smtp_proto::EXT_PIPELINING,
        smtp_proto::EXT_SIZE,
        smtp_proto::EXT_ETRN,
        smtp_proto::EXT_START_TLS,
        smtp_proto::EXT_AUTH,
        smtp_proto::EXT_ENHANCED_STATUS_CODES,
        smtp_proto::EXT_8BIT_MIME,
        smtp_proto::EXT_DSN,
        smtp_proto::EXT_SMTP_UTF8,
        smtp_proto::EXT_REQUIRE_TLS,
        smtp_proto::EXT_CHUNKING,
    ];
    let bits = bits
        .map(|bit| theirs.has_capability(bit).to_string())
        .join(" ")
        + &format!(" {:?}", Some(theirs.size as u64));
    let (rest, _) = smtp_codec::parse::response::ehlo_ok_rsp(EHLO.as_bytes()).unwrap();
    Row::new(
        SUBJECT,
        "read the answer to EHLO",
        "twelve lines",
        EHLO.len(),
    )
    .each(12)
    .partly([("all was read", rest.len().to_string())])
    .ours([("keywords and size", view)], move || {
        ours(black_box(&octets)).iter().len()
    })
    .peer("smtp-proto", ("keywords and size", bits), || {
        EhloResponse::parse(&mut black_box(EHLO).as_bytes().iter())
            .unwrap()
            .capabilities as usize
    })
    .peer("smtp-codec", ("all was read", "0".into()), || {
        smtp_codec::parse::response::ehlo_ok_rsp(black_box(EHLO).as_bytes())
            .unwrap()
            .0
            .len()
    })
    .target(Named(1.0, "smtp-proto"))
}

fn write_commands<'a>() -> Row<'a> {
    let ours = COMMANDS.map(|line| Command::parse(line.trim_end()).unwrap());
    let theirs = COMMANDS.map(|line| {
        smtp_codec::parse::command::command(line.as_bytes())
            .unwrap()
            .1
    });
    let mut out = BytesMut::new();
    ours.iter().for_each(|command| command.write(&mut out));
    let view = |octets: &[u8]| ("octets", String::from_utf8_lossy(octets).into_owned());
    let mut octets = Vec::new();
    theirs
        .iter()
        .for_each(|command| command.serialize(&mut octets).unwrap());
    use lettre::transport::smtp::{
        commands as l,
        extension::{ClientId, MailBodyParameter, MailParameter, RcptParameter},
    };
    let notify = || RcptParameter::Other {
        keyword: "NOTIFY".into(),
        value: Some("SUCCESS,FAILURE".into()),
    };
    let client = l::Ehlo::new(ClientId::Domain("client.example.org".into()));
    let mail = l::Mail::new(
        Some("sender@example.org".parse().unwrap()),
        vec![
            MailParameter::Size(12345),
            MailParameter::Body(MailBodyParameter::EightBitMime),
        ],
    );
    let first = l::Rcpt::new("first.last@example.net".parse().unwrap(), vec![notify()]);
    let second = l::Rcpt::new("someone.else@lists.example.com".parse().unwrap(), vec![]);
    let write = move |out: &mut Vec<u8>| {
        use std::io::Write as _;
        write!(
            out,
            "{client}{mail}{first}{second}{}{}{}{}",
            l::Data,
            l::Rset,
            l::Noop,
            l::Quit
        )
        .unwrap();
    };
    let mut lettre = Vec::new();
    write(&mut lettre);
    Row::new(SUBJECT, "write commands", "a session of eight", out.len())
        .each(COMMANDS.len())
        .ours([view(&out)], move || {
            out.clear();
            ours.iter()
                .for_each(|command| black_box(command).write(&mut out));
            out.len()
        })
        .peer("smtp-codec", view(&octets), move || {
            octets.clear();
            theirs
                .iter()
                .for_each(|command| black_box(command).serialize(&mut octets).unwrap());
            octets.len()
        })
        .peer("lettre", view(&lettre), move || {
            lettre.clear();
            write(&mut lettre);
            lettre.len()
        })
        .target(Best(1.5))
        .target(Allocations(0))
        .remark("smtp-proto writes no commands")
}

fn write_replies<'a>() -> Row<'a> {
    let with_status: Vec<&str> = REPLIES
        .into_iter()
        .filter(|reply| reply.contains(" 2.") || reply.contains(" 5.") || reply.contains(" 4."))
        .collect();
    let ours: Vec<Reply> = with_status
        .iter()
        .map(|reply| {
            let read = Reply::parse(reply).unwrap();
            Reply::new(read.code(), read.enhanced(), read.text()).unwrap()
        })
        .collect();
    let theirs: Vec<smtp_proto::Response<Cow<'static, str>>> = with_status
        .iter()
        .map(|reply| {
            let read = ResponseReceiver::default()
                .parse(&mut reply.as_bytes().iter())
                .unwrap();
            smtp_proto::Response::new(
                read.code,
                read.esc[0],
                read.esc[1],
                read.esc[2],
                Cow::Owned(read.message),
            )
        })
        .collect();
    let mut out = BytesMut::new();
    ours.iter().for_each(|reply| reply.write(&mut out));
    let mut octets = Vec::new();
    theirs
        .iter()
        .for_each(|reply| reply.write(&mut octets).unwrap());
    let view = |octets: &[u8]| ("octets", String::from_utf8_lossy(octets).into_owned());
    Row::new(
        SUBJECT,
        "write replies",
        "seven with enhanced codes",
        out.len(),
    )
    .each(ours.len())
    .ours([view(&out)], move || {
        out.clear();
        ours.iter()
            .for_each(|reply| black_box(reply).write(&mut out));
        out.len()
    })
    .peer("smtp-proto", view(&octets), move || {
        octets.clear();
        theirs
            .iter()
            .for_each(|reply| black_box(reply).write(&mut octets).unwrap());
        octets.len()
    })
    .target(Best(1.5))
    .target(Allocations(0))
}

/// A message of a megabyte, as mail is: the newsletter, over and over.
fn text(inputs: &Inputs) -> Vec<u8> {
    let mail = inputs.mail("newsletter");
    mail.repeat(1_000_000 / mail.len().max(1) + 1)
}

/// Lines of text, a dot at the front of each.
fn dotted() -> Vec<u8> {
    let random = &mut Random::new(6);
    let lines = (0..16_000).map(|_| format!(".{} {}\r\n", random.word(30), random.word(28)));
    ["x\r\n".to_owned()]
        .into_iter()
        .chain(lines)
        .collect::<String>()
        .into_bytes()
}

const NAME: &str = "mx.example.org";

/// How much a socket gives at once.
const READ: usize = 16 << 10;

fn data<'a>(name: &'static str, mail: Vec<u8>, asked: f64) -> Row<'a> {
    let mut wire = Vec::with_capacity(mail.len() + 16);
    for line in mail.split_inclusive(|&octet| octet == b'\n') {
        if line.starts_with(b".") {
            wire.push(b'.');
        }
        wire.extend_from_slice(line);
    }
    wire.extend_from_slice(b".\r\n");
    let ours = take(
        &wire,
        Config::new(NAME).unwrap(),
        |content: &mut Vec<u8>, chunk| content.extend_from_slice(chunk),
    );
    let mut theirs = Vec::new();
    let done = DataReceiver::new().ingest(&mut wire.iter(), &mut theirs);
    assert!(done, "the message ends");
    let view = |octets: &[u8]| ("content", digest(octets));
    let wire = Bytes::from(wire);
    Row::new(SUBJECT, "take a message by DATA", name, wire.len())
        .ours([view(&ours)], {
            let wire = wire.clone();
            move || take(&wire, Config::new(NAME).unwrap(), |sum: &mut usize, chunk| *sum += chunk.len())
        })
        .also("mailweft, nothing looked for", view(&ours), {
            let wire = wire.clone();
            move || {
                let config = Config::new(NAME).unwrap().strays(StrayPolicy::keep());
                take(&wire, config, |sum: &mut usize, chunk| *sum += chunk.len())
            }
        })
        .also("mailweft, chunks copied to one buffer", view(&ours), {
            let (wire, mut content) = (wire.clone(), Vec::with_capacity(wire.len()));
            move || {
                content.clear();
                let octets = &mut content;
                take(&wire, Config::new(NAME).unwrap(), |_: &mut (), chunk| octets.extend_from_slice(chunk));
                content.len()
            }
        })
        .peer("smtp-proto", view(&theirs), {
            let (wire, mut content, mut read) = (wire.clone(), Vec::with_capacity(wire.len()), Vec::with_capacity(READ));
            move || {
                content.clear();
                let mut receiver = DataReceiver::new();
                for piece in wire.chunks(READ) {
                    read.clear();
                    read.extend_from_slice(black_box(piece));
                    receiver.ingest(&mut read.iter(), &mut content);
                }
                content.len()
            }
        })
        .limit("memcpy from the socket alone", {
            let mut read: Vec<u8> = Vec::with_capacity(READ);
            move || {
                for piece in wire.chunks(READ) {
                    read.clear();
                    read.extend_from_slice(black_box(piece));
                    black_box(&read);
                }
                read.len()
            }
        })
        .target(Named(asked, "smtp-proto"))
        .remark("all copy pieces of 16 KiB out of the socket first; smtp-proto then gathers the content in one buffer, ours hands out slices of what was read; ours is a whole session, and looks for stray CR, LF and NUL, for 8-bit octets and long lines as well")
}

/// A session takes the message, and each chunk of it is given on.
fn take<T: Default>(wire: &[u8], config: Config, mut each: impl FnMut(&mut T, &[u8])) -> T {
    let mut server = Server::new(config);
    let mut input = BytesMut::with_capacity(2 * READ);
    input.extend_from_slice(
        b"EHLO a.example\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n",
    );
    let mut pieces = wire.chunks(READ);
    let mut result = T::default();
    loop {
        match server.poll(&mut input).unwrap() {
            Event::Hello { slot, .. }
            | Event::Mail { slot, .. }
            | Event::Rcpt { slot, .. }
            | Event::Data { slot, .. } => {
                server.accept(slot).unwrap();
            }
            Event::Body { chunk, .. } => each(&mut result, &chunk),
            Event::BodyEnd { .. } => return result,
            Event::Blocked => server.output().clear(),
            Event::NeedInput => {
                input.extend_from_slice(black_box(pieces.next().unwrap_or_default()))
            }
            _ => {}
        }
    }
}
