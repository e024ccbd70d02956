//! What mail programs do all day, a fixed amount of it.

use std::hint::black_box;

use bytes::{Bytes, BytesMut};
use mailweft_address::{Address, AddressList, Entries, Level, diagnose};
use mailweft_benches::{ADDRESSES, address_list, mails, noise, work};
use mailweft_imap::{Response, Syntax, TaggedCommand};
use mailweft_mime::{
    Attachment, Builder, DateTime, Encoding, Event, Limits, MediaType, Message, StreamParser,
    decode_text, transfer,
};
use mailweft_pop3::{DotDecoder, DotEncoder, Piece};
use mailweft_smtp::{Capabilities, Command, Reply, Server, StrayPolicy, server};

use crate::Workload;

type Work = Box<dyn FnMut()>;

pub(crate) fn all() -> Vec<Workload> {
    let workload = |name, prepare| Workload { name, prepare };
    vec![
        workload("address: ten parsed", ten),
        workload("address: ten out of shared octets", ten_shared),
        workload("address: ten diagnosed", ten_diagnosed),
        workload("address: entries of 1,000", || {
            let list = Bytes::from(address_list(1000));
            Box::new(move || assert_eq!(Entries::from_bytes(black_box(&list)).count(), 1000))
        }),
        workload("address: strict list of 1,000", || {
            let list = address_list(1000);
            Box::new(move || assert_eq!(AddressList::parse(black_box(&list)).unwrap().len(), 1000))
        }),
        workload("mime: index of a small mail", || index(mails::small())),
        workload("mime: index of a newsletter", || index(mails::newsletter())),
        workload("mime: index of nested messages", || index(mails::nested())),
        workload("mime: index of a heavy header", || {
            index(mails::header_heavy())
        }),
        workload("mime: list view of a small mail", || {
            list_view(mails::small())
        }),
        workload("mime: list view of a heavy header", || {
            list_view(mails::header_heavy())
        }),
        workload("mime: bodies of a newsletter", || {
            bodies(mails::newsletter())
        }),
        workload("mime: problems of a newsletter", || {
            let mail = mails::newsletter();
            Box::new(move || drop(black_box(Message::parse(black_box(&mail)).problems())))
        }),
        workload("mime: stream of a newsletter", || {
            stream(mails::newsletter())
        }),
        workload("mime: base64 of 64 kB decoded", || {
            let mut lines = Vec::new();
            mails::base64_lines(&noise(64_000), &mut lines);
            Box::new(move || {
                drop(black_box(transfer::decode(
                    Encoding::Base64,
                    black_box(&lines),
                )))
            })
        }),
        workload("mime: quoted-printable of 64 kB decoded", || {
            let text = transfer::quoted_printable::encode(
                "Grüße an alle, die das hier lesen.\r\n"
                    .repeat(1_700)
                    .as_bytes(),
            );
            Box::new(move || {
                drop(black_box(transfer::decode(
                    Encoding::QuotedPrintable,
                    black_box(&text),
                )))
            })
        }),
        workload("mime: a subject decoded", || {
            Box::new(|| {
                let subject =
                    b"Re: =?utf-8?Q?Gr=C3=BC=C3=9Fe?= =?utf-8?B?YWxsZXJzZWl0cw==?= and more";
                assert!(decode_text(black_box(subject)).contains("allerseits"));
            })
        }),
        workload("mime: everything of a newsletter", || {
            everything(mails::newsletter())
        }),
        workload("mime: everything of a heavy header", || {
            everything(mails::header_heavy())
        }),
        workload("mime: a message built", build),
        workload("smtp: commands", smtp_commands),
        workload("smtp: commands written", smtp_written),
        workload("smtp: a reply", || {
            smtp_reply("550 5.1.1 <nobody@example.org>: User unknown\r\n")
        }),
        workload("smtp: an answer to EHLO", smtp_ehlo),
        workload("smtp: 1 MB taken", || smtp_take(ordinary())),
        workload("smtp: 1 MB of dotted lines taken", || {
            smtp_take(b"...and so it goes on, line by line, to the end\r\n".repeat(20_000))
        }),
        workload("pop3: commands", pop3_commands),
        workload("pop3: 1 MB decoded", pop3_decoded),
        workload("imap: responses", imap_responses),
        workload("imap: responses written", imap_written),
        workload("imap: a search of 10,000", || {
            let ids: Vec<String> = (1..=10_000).map(|n| n.to_string()).collect();
            let line = Bytes::from(format!("* SEARCH {}\r\n", ids.join(" ")));
            Box::new(move || {
                drop(black_box(
                    Response::from_bytes(black_box(&line), &Syntax::interop()).unwrap(),
                ))
            })
        }),
        workload("imap: commands", imap_commands),
    ]
}

fn ten() -> Work {
    Box::new(|| {
        for address in ADDRESSES {
            black_box(Address::parse(black_box(address)).unwrap());
        }
    })
}

fn ten_shared() -> Work {
    let shared = ADDRESSES.map(|address| Bytes::from_static(address.as_bytes()));
    Box::new(move || {
        for address in &shared {
            black_box(Address::from_bytes(black_box(address).clone(), Level::Smtp).unwrap());
        }
    })
}

fn ten_diagnosed() -> Work {
    Box::new(|| {
        for address in ADDRESSES {
            black_box(diagnose(black_box(address)));
        }
    })
}

fn index(mail: Vec<u8>) -> Work {
    Box::new(move || drop(black_box(Message::parse(black_box(&mail)))))
}

fn list_view(mail: Vec<u8>) -> Work {
    Box::new(move || {
        black_box(work::six_fields(&Message::parse(black_box(&mail[..]))));
    })
}

fn bodies(mail: Vec<u8>) -> Work {
    Box::new(move || {
        let message = Message::parse(black_box(&mail));
        black_box((message.text(), message.html()));
    })
}

fn stream(mail: Vec<u8>) -> Work {
    Box::new(move || {
        let mut parser = StreamParser::new(Limits::default());
        let (mut input, mut pieces) = (BytesMut::new(), mail.chunks(4096));
        loop {
            match parser.poll(&mut input) {
                Event::NeedInput => match pieces.next() {
                    Some(piece) => input.extend_from_slice(black_box(piece)),
                    None => parser.eof(),
                },
                Event::End => return,
                event => drop(black_box(event)),
            }
        }
    })
}

fn everything(mail: Vec<u8>) -> Work {
    Box::new(move || {
        black_box(work::everything(&Message::parse(black_box(
            mail.as_slice(),
        ))));
    })
}

fn build() -> Work {
    let file = Bytes::from(noise(64_000));
    let newsletter = mails::newsletter();
    let html = Message::parse(&newsletter).html().unwrap_or_default();
    Box::new(move || {
        let draft = Builder::new()
            .from(Address::from_static("some.body@example.net"))
            .to(Address::from_static("reader@example.org"))
            .date(DateTime::from_timestamp(1_800_000_000, 0).unwrap())
            .subject("Grüße allerseits")
            .text("Hello!\r\n")
            .html(html.as_str())
            .attach(Attachment::new(MediaType::OCTET_STREAM, file.clone()).named("data.bin"))
            .seed(1)
            .build()
            .unwrap();
        black_box(draft.to_bytes());
    })
}

const SESSION: [&str; 8] = [
    "EHLO client.example.org",
    "MAIL FROM:<sender@example.org> SIZE=12345 BODY=8BITMIME",
    "RCPT TO:<first.last@example.net> NOTIFY=SUCCESS,FAILURE",
    "RCPT TO:<someone.else@lists.example.com>",
    "DATA",
    "RSET",
    "NOOP",
    "QUIT",
];

fn smtp_commands() -> Work {
    let lines = SESSION.map(|line| Bytes::from_static(line.as_bytes()));
    Box::new(move || {
        for line in &lines {
            black_box(Command::from_bytes(black_box(line)).unwrap());
        }
    })
}

fn smtp_written() -> Work {
    let commands = SESSION.map(|line| Command::parse(line).unwrap());
    let mut out = BytesMut::with_capacity(1024);
    Box::new(move || {
        out.clear();
        for command in &commands {
            black_box(command).write(&mut out);
        }
        Reply::OK.write(&mut out);
    })
}

fn smtp_reply(reply: &'static str) -> Work {
    let reply = Bytes::from_static(reply.as_bytes());
    Box::new(move || {
        drop(black_box(
            Reply::from_bytes(black_box(&reply).clone()).unwrap(),
        ))
    })
}

fn smtp_ehlo() -> Work {
    let reply = Bytes::from_static(
        b"250-mx.example.org\r\n250-PIPELINING\r\n250-SIZE 52428800\r\n250-ETRN\r\n250-STARTTLS\r\n250-AUTH PLAIN LOGIN\r\n\
          250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250-DSN\r\n250-SMTPUTF8\r\n250 CHUNKING\r\n",
    );
    Box::new(move || {
        let reply = Reply::from_bytes(black_box(&reply).clone()).unwrap();
        black_box(Capabilities::from(&reply));
    })
}

fn ordinary() -> Vec<u8> {
    mails::newsletter().repeat(13)
}

/// A session that takes this content.
pub(crate) fn take(content: &[u8], piece: usize) {
    take_by(StrayPolicy::default(), content, piece);
}

/// The same, with what is done with stray octets.
pub(crate) fn take_by(strays: StrayPolicy, content: &[u8], piece: usize) {
    let config = server::Config::new("mx.example.org").unwrap();
    let mut session = Server::new(config.strays(strays));
    let mut input = BytesMut::with_capacity(64 << 10);
    input.extend_from_slice(
        b"EHLO a.example\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n",
    );
    let mut pieces = content.chunks(piece).chain([&b"\r\n.\r\n"[..]]);
    while let Ok(event) = session.poll(&mut input) {
        match event {
            server::Event::Hello { slot, .. }
            | server::Event::Mail { slot, .. }
            | server::Event::Rcpt { slot, .. }
            | server::Event::Data { slot, .. } => session.accept(slot).unwrap(),
            server::Event::BodyEnd { .. } => return,
            server::Event::Blocked => session.output().clear(),
            server::Event::NeedInput => match pieces.next() {
                Some(piece) => input.extend_from_slice(black_box(piece)),
                None => return,
            },
            event => drop(black_box(event)),
        }
    }
}

fn smtp_take(content: Vec<u8>) -> Work {
    Box::new(move || take(&content, 16 << 10))
}

fn pop3_commands() -> Work {
    let lines: [&[u8]; 7] = [
        b"USER mrose",
        b"PASS tanstaaf",
        b"STAT",
        b"LIST 1",
        b"RETR 12",
        b"TOP 1 10",
        b"QUIT",
    ];
    Box::new(move || {
        for line in lines {
            black_box(mailweft_pop3::Command::parse(black_box(line)).unwrap());
        }
    })
}

fn pop3_decoded() -> Work {
    let mut wire = BytesMut::new();
    let mut encoder = DotEncoder::new();
    encoder.write(&ordinary(), &mut wire);
    encoder.finish(&mut wire);
    Box::new(move || {
        let (mut decoder, mut input) = (DotDecoder::new(), BytesMut::with_capacity(64 << 10));
        let mut pieces = wire.chunks(16 << 10);
        loop {
            match decoder.next(&mut input) {
                Piece::Data(data) => drop(black_box(data)),
                Piece::NeedInput => {
                    input.extend_from_slice(black_box(pieces.next().unwrap_or_default()))
                }
                _ => return,
            }
        }
    })
}

const RESPONSES: [&str; 5] = [
    "* 12 FETCH (UID 345 FLAGS (\\Seen $Forwarded))\r\n",
    "* 12 FETCH (UID 345 ENVELOPE (\"Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\" \"IMAP4rev1 WG mtg summary\" \
     ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) \
     ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) ((NIL NIL \"imap\" \"cac.washington.edu\")) \
     ((NIL NIL \"minutes\" \"CNRI.Reston.VA.US\")) NIL NIL \"<B27397-0100000@cac.washington.edu>\"))\r\n",
    "* 12 FETCH (BODYSTRUCTURE ((\"text\" \"plain\" (\"charset\" \"utf-8\") NIL NIL \"7bit\" 1152 23 NIL NIL NIL NIL)\
     (\"application\" \"pdf\" (\"name\" \"a.pdf\") NIL NIL \"base64\" 4554 NIL (\"attachment\" (\"filename\" \"a.pdf\")) NIL NIL) \
     \"mixed\" (\"boundary\" \"b\") NIL NIL NIL))\r\n",
    "* LIST (\\HasNoChildren \\Sent) \"/\" \"Sent Messages\"\r\n",
    "* STATUS \"Sent Messages\" (MESSAGES 231 UIDNEXT 44292 UIDVALIDITY 1234567890 UNSEEN 3)\r\n",
];

fn imap_responses() -> Work {
    let lines = RESPONSES.map(|line| Bytes::from_static(line.as_bytes()));
    Box::new(move || {
        for line in &lines {
            black_box(Response::from_bytes(black_box(line), &Syntax::interop()).unwrap());
        }
    })
}

fn imap_written() -> Work {
    let responses = RESPONSES.map(|line| {
        Response::parse(line.as_bytes(), &Syntax::interop())
            .unwrap()
            .value
    });
    let mut out = BytesMut::with_capacity(4096);
    Box::new(move || {
        out.clear();
        for response in &responses {
            black_box(response).write(&mut out, false).unwrap();
        }
    })
}

fn imap_commands() -> Work {
    let lines = [
        "a1 UID FETCH 1:* (FLAGS UID BODY.PEEK[HEADER.FIELDS (SUBJECT FROM)])\r\n",
        "a2 UID SEARCH UNSEEN SINCE 1-Feb-2026 NOT FROM \"Smith\"\r\n",
        "a3 STORE 2:4,7 +FLAGS.SILENT (\\Deleted)\r\n",
        "a4 SELECT \"INBOX\"\r\n",
    ];
    Box::new(move || {
        for line in lines {
            black_box(
                TaggedCommand::parse(black_box(line.as_bytes()), &Syntax::interop()).unwrap(),
            );
        }
    })
}
