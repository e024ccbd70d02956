//! IMAP: responses read, line by line, and framed out of what a socket gives.

use std::{fmt::Write as _, hint::black_box};

use bytes::{Bytes, BytesMut};
use imap_codec::{
    ResponseCodec, decode::Decoder as _, encode::Encoder as _, fragmentizer::Fragmentizer,
};
use imap_proto::{AttributeValue, BodyStructure as TheirBody, MailboxDatum, StatusAttribute};
use mailweft_imap::{
    BodyKind, BodyPart, Data, FetchItem, Response, Syntax,
    frame::{FrameLimits, Framer, Policy, Role, Step},
};

use crate::{
    inputs::Inputs,
    row::{
        Row,
        Target::{Allocations, Best, Named},
        View, digest,
    },
};

const SUBJECT: &str = "IMAP";
const FRAMED: &str = "imap-codec";
/// How much a socket gives at once.
pub const READ: usize = 16 << 10;

pub fn rows<'a>(inputs: &'a Inputs, each: &mut dyn FnMut(Row<'a>)) {
    for (name, count, line) in KINDS {
        let lines: Vec<Bytes> = (1..=count).map(|n| Bytes::from(line(n))).collect();
        each(read(name, &lines));
        each(framed(name, &lines));
    }
    super::imap_session::rows(inputs, each);
}

type Kind = (&'static str, u32, fn(u32) -> String);

/// Responses of one kind, so many of them.
const KINDS: [Kind; 6] = [
    ("FETCH with FLAGS and UID", 1000, |n| {
        format!(
            "* {n} FETCH (UID {} FLAGS (\\Seen $Forwarded))\r\n",
            n + 300
        )
    }),
    ("FETCH with ENVELOPE", 200, envelope),
    ("FETCH with BODYSTRUCTURE", 200, |n| {
        format!(
            "* {n} FETCH (BODYSTRUCTURE (((\"text\" \"plain\" (\"charset\" \"utf-8\") NIL NIL \"7bit\" {} 23 NIL NIL NIL NIL)\
             (\"text\" \"html\" (\"charset\" \"utf-8\") NIL NIL \"quoted-printable\" {} 81 NIL NIL NIL NIL) \
             \"alternative\" (\"boundary\" \"b{n}\") NIL NIL NIL)\
             (\"application\" \"pdf\" (\"name\" \"a.pdf\") NIL NIL \"base64\" 4554 NIL (\"attachment\" (\"filename\" \"a.pdf\")) NIL NIL) \
             \"mixed\" (\"boundary\" \"a{n}\") NIL NIL NIL))\r\n",
            n + 1100,
            n + 4100,
        )
    }),
    ("LIST", 200, |n| {
        format!("* LIST (\\HasNoChildren \\Marked) \"/\" \"Archive/2026/Folder {n}\"\r\n")
    }),
    ("SEARCH of 10,000", 1, |_| {
        let ids: String = (1..=10_000).fold(String::new(), |mut ids, n| {
            let _ = write!(ids, " {}", n * 3);
            ids
        });
        format!("* SEARCH{ids}\r\n")
    }),
    ("STATUS", 200, |n| {
        format!(
            "* STATUS \"Folder {n}\" (MESSAGES {n} UIDNEXT {} UIDVALIDITY 1234567890 UNSEEN 3)\r\n",
            n + 1
        )
    }),
];

fn envelope(n: u32) -> String {
    let list = |who: &str| format!("((\"Terry {who}\" NIL \"{who}{n}\" \"cac.washington.edu\"))");
    format!(
        "* {n} FETCH (UID {} ENVELOPE (\"Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\" \"IMAP4rev1 WG mtg summary and minutes {n}\" \
         {from} {from} {from} ((NIL NIL \"imap\" \"cac.washington.edu\")) \
         ((NIL NIL \"minutes\" \"CNRI.Reston.VA.US\")(\"John Klensin\" NIL \"KLENSIN\" \"MIT.EDU\")) NIL NIL \"<B27397-0100000.{n}@cac.washington.edu>\"))\r\n",
        n + 345,
        from = list("gray"),
    )
}

fn syntax() -> Syntax {
    Syntax::interop()
}

/// What the lines say, read by ours.
fn ours(lines: &[Bytes]) -> String {
    lines
        .iter()
        .map(|line| tell(&Response::from_bytes(line, &syntax()).unwrap().value))
        .collect()
}

/// What the lines say, written again.
fn again(line: &Bytes) -> Vec<u8> {
    let mut out = BytesMut::new();
    Response::from_bytes(line, &syntax())
        .unwrap()
        .value
        .write(&mut out, false)
        .unwrap();
    out.to_vec()
}

/// Imap-codec has its types and its own way to write: what it writes of what it read is compared, case aside.
fn codec(line: &Bytes) -> Vec<u8> {
    let (_, response) = ResponseCodec::default().decode(line).unwrap();
    ResponseCodec::default().encode(&response).dump()
}

fn written(lines: &[Bytes], write: fn(&Bytes) -> Vec<u8>) -> View {
    let text: Vec<u8> = lines.iter().flat_map(write).collect();
    // Quotes that are not needed are left out by one and kept by the other.
    let text = String::from_utf8_lossy(&text)
        .to_lowercase()
        .replace('"', "");
    ("what it writes", format!("{} {text}", digest(&text)))
}

fn read<'a>(name: &'static str, lines: &[Bytes]) -> Row<'a> {
    let octets = lines.iter().map(Bytes::len).sum();
    let theirs: String = lines
        .iter()
        .map(|line| tell_theirs(&imap_proto::Response::parse(line).unwrap().1))
        .collect();
    let each = |work: fn(&Bytes) -> usize| {
        let lines = lines.to_vec();
        move || lines.iter().map(|line| work(black_box(line))).sum()
    };
    let mut row = Row::new(SUBJECT, "read responses", name, octets)
        .each(lines.len())
        .ours([("values", ours(lines)), written(lines, again)], {
            let (lines, syntax) = (lines.to_vec(), syntax());
            move || {
                lines
                    .iter()
                    .filter(|line| {
                        black_box(Response::from_bytes(black_box(line), &syntax)).is_ok()
                    })
                    .count()
            }
        })
        .also(
            "mailweft, every value looked at",
            ("values", ours(lines)),
            {
                let (lines, syntax) = (lines.to_vec(), syntax());
                move || {
                    lines
                        .iter()
                        .map(|line| {
                            touch(
                                &Response::from_bytes(black_box(line), &syntax)
                                    .unwrap()
                                    .value,
                            )
                        })
                        .sum()
                }
            },
        )
        .peer(
            "imap-proto",
            ("values", theirs),
            each(|line| usize::from(black_box(imap_proto::Response::parse(line)).is_ok())),
        )
        .peer(
            "imap-codec",
            written(lines, codec),
            each(|line| usize::from(black_box(ResponseCodec::default().decode(line)).is_ok())),
        )
        .target(Best(3.0));
    if name.contains("FLAGS") {
        row = row.target(Allocations(lines.len() as u64));
    }
    row
}

/// Reads pieces of what a socket gives.
pub fn in_pieces(wire: &Bytes, mut each: impl FnMut(&Bytes)) {
    let mut framer = Framer::new(Role::Client, FrameLimits::new(1 << 20, 1000));
    let mut input = BytesMut::with_capacity(2 * READ);
    for piece in wire.chunks(READ) {
        input.extend_from_slice(black_box(piece));
        loop {
            match framer.next(&mut input) {
                Step::Frame(frame) => each(frame.bytes()),
                Step::Literal(_) => framer.decide(Policy::Buffer),
                Step::NeedInput => break,
                step => panic!("{step:?}"),
            }
        }
    }
}

/// The same by the framer of imap-codec.
pub fn fragments(wire: &[u8], mut each: impl FnMut(&Fragmentizer)) {
    let mut framer = Fragmentizer::without_max_message_size();
    for piece in wire.chunks(READ) {
        framer.enqueue_bytes(black_box(piece));
        while framer.progress().is_some() {
            if framer.is_message_complete() {
                each(&framer);
            }
        }
    }
}

fn framed<'a>(name: &'static str, lines: &[Bytes]) -> Row<'a> {
    let wire = Bytes::from(lines.concat());
    let mut found = Vec::new();
    in_pieces(&wire, |line| found.push(line.clone()));
    let mut theirs = Vec::new();
    fragments(&wire, |framer| {
        let response = framer.decode_message(&ResponseCodec::default()).unwrap();
        theirs.push(Bytes::from(
            ResponseCodec::default().encode(&response).dump(),
        ));
    });
    Row::new(SUBJECT, "frame and read responses", name, wire.len())
        .each(lines.len())
        .ours([written(&found, again)], {
            let (wire, syntax) = (wire.clone(), syntax());
            move || {
                let mut count = 0;
                in_pieces(&wire, |line| {
                    count += usize::from(black_box(Response::from_bytes(line, &syntax)).is_ok())
                });
                count
            }
        })
        .peer(FRAMED, written(&theirs, |line| line.to_vec()), move || {
            let mut count = 0;
            fragments(&wire, |framer| {
                count +=
                    usize::from(black_box(framer.decode_message(&ResponseCodec::default())).is_ok())
            });
            count
        })
        .target(Named(8.0, FRAMED))
}

/// Looks at every value of the heavy nouns.
fn touch(response: &Response) -> usize {
    let Response::Data(data) = response else {
        return 0;
    };
    match data {
        Data::Fetch(message) => message
            .items()
            .iter()
            .map(|item| match item {
                FetchItem::Flags(flags) => flags.iter().map(|flag| black_box(flag).len()).sum(),
                FetchItem::Envelope(envelope) => {
                    let lists = [
                        envelope.from(),
                        envelope.sender(),
                        envelope.reply_to(),
                        envelope.to(),
                        envelope.cc(),
                        envelope.bcc(),
                    ];
                    let addresses = lists.into_iter().flatten();
                    let addresses: usize = addresses
                        .map(|a| {
                            black_box((
                                a.name().map(<[u8]>::len),
                                a.mailbox().map(<[u8]>::len),
                                a.host().map(<[u8]>::len),
                            ))
                            .1
                            .unwrap_or(0)
                        })
                        .sum();
                    let texts = [
                        envelope.date(),
                        envelope.subject(),
                        envelope.in_reply_to(),
                        envelope.message_id(),
                    ];
                    addresses
                        + texts
                            .iter()
                            .flatten()
                            .map(|text| black_box(text).len())
                            .sum::<usize>()
                }
                FetchItem::BodyStructure(body) => body.parts().map(touch_part).sum(),
                _ => 1,
            })
            .sum(),
        Data::Search(found) => found.ids.iter().map(|id| black_box(id) as usize).sum(),
        _ => 1,
    }
}

fn touch_part(part: BodyPart<'_>) -> usize {
    let params: usize = part
        .params()
        .chain(part.disposition_params())
        .map(|(name, value)| black_box(name.len() + value.len()))
        .sum();
    let texts = [
        Some(part.media_type()),
        Some(part.subtype()),
        part.id(),
        part.description(),
        part.encoding(),
        part.disposition(),
    ];
    params
        + texts
            .iter()
            .flatten()
            .map(|text| black_box(text).len())
            .sum::<usize>()
        + part.octets().unwrap_or(0) as usize
}

fn text(octets: Option<impl AsRef<[u8]>>) -> String {
    octets.map_or_else(
        || "NIL".into(),
        |octets| String::from_utf8_lossy(octets.as_ref()).into_owned(),
    )
}

fn tell(response: &Response) -> String {
    let Response::Data(data) = response else {
        return String::new();
    };
    let mut out = String::new();
    match data {
        Data::Fetch(message) => {
            let _ = write!(out, "{}: ", message.seq());
            for item in message.items() {
                let _ = match item {
                    FetchItem::Uid(uid) => write!(out, "uid {uid} "),
                    FetchItem::Flags(flags) => {
                        write!(out, "flags {:?} ", flags.iter().collect::<Vec<_>>())
                    }
                    FetchItem::Envelope(e) => {
                        let lists = [e.from(), e.sender(), e.reply_to(), e.to(), e.cc(), e.bcc()]
                            .map(|list| {
                                list.map(|a| {
                                    format!(
                                        "{} <{}@{}>",
                                        text(a.name()),
                                        text(a.mailbox()),
                                        text(a.host())
                                    )
                                })
                                .collect::<Vec<_>>()
                            });
                        write!(
                            out,
                            "{} {} {} {lists:?}",
                            text(e.date()),
                            text(e.subject()),
                            text(e.message_id())
                        )
                    }
                    FetchItem::BodyStructure(body) => {
                        let parts = body.parts().map(|part| match part.kind() {
                            BodyKind::Multipart => format!("multipart/{} ", part.subtype()),
                            _ => format!(
                                "{}/{} {} ",
                                part.media_type(),
                                part.subtype(),
                                part.octets().unwrap_or(0)
                            ),
                        });
                        write!(out, "{}", parts.collect::<String>())
                    }
                    other => write!(out, "{other:?} "),
                };
            }
        }
        Data::List(list) => {
            let _ = write!(out, "{:?} {}", list.delimiter, list.mailbox.as_str());
        }
        Data::Search(found) => {
            let _ = write!(out, "{:?}", found.ids.iter().collect::<Vec<_>>());
        }
        Data::Status(status) => {
            let _ = write!(
                out,
                "{:?} {:?} {:?} {:?}",
                status.messages(),
                status.uid_next(),
                status.uid_validity(),
                status.unseen()
            );
        }
        other => {
            let _ = write!(out, "{other:?}");
        }
    }
    out + "\n"
}

fn tell_theirs(response: &imap_proto::Response<'_>) -> String {
    let mut out = String::new();
    match response {
        imap_proto::Response::Fetch(seq, items) => {
            let _ = write!(out, "{seq}: ");
            for item in items {
                let _ = match item {
                    AttributeValue::Uid(uid) => write!(out, "uid {uid} "),
                    AttributeValue::Flags(flags) => write!(out, "flags {flags:?} "),
                    AttributeValue::Envelope(e) => {
                        let lists =
                            [&e.from, &e.sender, &e.reply_to, &e.to, &e.cc, &e.bcc].map(|list| {
                                let list = list.iter().flatten();
                                list.map(|a| {
                                    format!(
                                        "{} <{}@{}>",
                                        text(a.name.as_ref()),
                                        text(a.mailbox.as_ref()),
                                        text(a.host.as_ref())
                                    )
                                })
                                .collect::<Vec<_>>()
                            });
                        write!(
                            out,
                            "{} {} {} {lists:?}",
                            text(e.date.as_ref()),
                            text(e.subject.as_ref()),
                            text(e.message_id.as_ref())
                        )
                    }
                    AttributeValue::BodyStructure(body) => write!(out, "{}", their_parts(body)),
                    other => write!(out, "{other:?} "),
                };
            }
        }
        imap_proto::Response::MailboxData(MailboxDatum::List(list)) => {
            let delimiter = list.delimiter.as_ref().and_then(|text| text.chars().next());
            let _ = write!(out, "{delimiter:?} {}", list.name);
        }
        imap_proto::Response::MailboxData(MailboxDatum::Search(ids)) => {
            let _ = write!(out, "{ids:?}");
        }
        imap_proto::Response::MailboxData(MailboxDatum::Status { status, .. }) => {
            let find = |pick: fn(&StatusAttribute) -> Option<u32>| status.iter().find_map(pick);
            let messages = find(|s| {
                if let StatusAttribute::Messages(n) = s {
                    Some(*n)
                } else {
                    None
                }
            });
            let next = find(|s| {
                if let StatusAttribute::UidNext(n) = s {
                    Some(*n)
                } else {
                    None
                }
            });
            let validity = find(|s| {
                if let StatusAttribute::UidValidity(n) = s {
                    Some(*n)
                } else {
                    None
                }
            });
            let unseen = find(|s| {
                if let StatusAttribute::Unseen(n) = s {
                    Some(*n)
                } else {
                    None
                }
            });
            let _ = write!(out, "{messages:?} {next:?} {validity:?} {unseen:?}");
        }
        other => {
            let _ = write!(out, "{other:?}");
        }
    }
    out + "\n"
}

fn their_parts(body: &TheirBody<'_>) -> String {
    match body {
        TheirBody::Basic { common, other, .. }
        | TheirBody::Text { common, other, .. }
        | TheirBody::Message { common, other, .. } => {
            format!(
                "{}/{} {} ",
                lower(&common.ty.ty),
                lower(&common.ty.subtype),
                other.octets
            )
        }
        TheirBody::Multipart { common, bodies, .. } => {
            format!("multipart/{} ", lower(&common.ty.subtype))
                + &bodies.iter().map(their_parts).collect::<String>()
        }
    }
}

/// Ours gives media types in small letters.
fn lower(text: &str) -> String {
    text.to_ascii_lowercase()
}
