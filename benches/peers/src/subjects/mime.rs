//! Reading messages: where their parts are, their six best known fields, their bodies, everything.

use std::{fmt::Write as _, hint::black_box, mem};

use mail_parser::{HeaderForm, HeaderValue, MessageBuffers, MessageParser};
use mailparse::{MailHeaderMap, ParsedMail};
use mailweft_benches::work::{ADDRESSES, everything, six_fields};
use mailweft_mime::{Index, Limits, Mailboxes, Message, PartKind};

use crate::{
    inputs::Inputs,
    row::{
        Row, Target,
        Target::{Allocations, Best, Named},
        digest,
    },
};

const SUBJECT: &str = "MIME";
const RAW: &str = "mail-parser, raw headers";
const DEFAULT: &str = "mail-parser";

type Look = fn(&[u8]) -> String;

/// A library at a job: the view of ours that it is held against, what it finds, and the job.
struct Way {
    name: &'static str,
    view: &'static str,
    look: Look,
    work: fn(&[u8]) -> usize,
}

struct Job {
    name: &'static str,
    views: &'static [(&'static str, Look)],
    work: fn(&[u8]) -> usize,
    peers: &'static [Way],
    targets: fn(&str) -> Vec<Target>,
}

const JOBS: [Job; 4] = [
    Job {
        name: "index",
        views: &[
            ("spans of bodies", ours_spans),
            ("parts of the outer message", ours_outer),
        ],
        work: |mail| Message::parse(black_box(mail)).index().part_count(),
        peers: &[
            Way {
                name: RAW,
                view: "spans of bodies",
                look: |mail| theirs_spans(&raw_headers(), mail),
                work: |mail| with_raw(mail, |message| message.parts().len()),
            },
            Way {
                name: DEFAULT,
                view: "spans of bodies",
                look: |mail| theirs_spans(&MessageParser::default(), mail),
                work: |mail| with_default(mail, |message| message.parts().len()),
            },
            Way {
                name: "mailparse",
                view: "parts of the outer message",
                look: |mail| count(&mailparse::parse_mail(mail).unwrap()).to_string(),
                work: |mail| {
                    mailparse::parse_mail(black_box(mail)).map_or(0, |mail| mail.subparts.len())
                },
            },
        ],
        targets: |input| match input {
            "small" => vec![Named(2.0, RAW), Named(8.0, DEFAULT), Allocations(2)],
            "corpus" => vec![Named(2.0, RAW), Named(8.0, DEFAULT)],
            "10 MB" => vec![Named(1.0 / 1.5, "memmem of \\n--")],
            _ => vec![],
        },
    },
    Job {
        name: "list view",
        views: &[("six fields", ours_list)],
        work: |mail| six_fields(&Message::parse_header(black_box(mail))),
        peers: &[
            Way {
                name: DEFAULT,
                view: "six fields",
                look: theirs_list,
                work: |mail| {
                    with_default(mail, |message| {
                        let six = black_box((
                            message.from(),
                            message.to(),
                            message.cc(),
                            message.subject(),
                            message.date(),
                            message.message_id(),
                        ));
                        usize::from(six.0.is_some())
                    })
                },
            },
            Way {
                name: "mail-parser, header alone",
                view: "six fields",
                look: theirs_list,
                work: |mail| {
                    let message = MessageParser::default()
                        .parse_headers(black_box(mail))
                        .unwrap();
                    let six = black_box((
                        message.from(),
                        message.to(),
                        message.cc(),
                        message.subject(),
                        message.date(),
                        message.message_id(),
                    ));
                    usize::from(six.0.is_some())
                },
            },
            Way {
                name: "mailparse",
                view: "six fields",
                look: |mail| mailparse_list(&mailparse::parse_headers(mail).unwrap().0),
                work: |mail| {
                    let (headers, _) = mailparse::parse_headers(black_box(mail)).unwrap();
                    let list = |name: &str| {
                        headers
                            .get_first_header(name)
                            .map(mailparse::addrparse_header)
                    };
                    let six = black_box((
                        list("From"),
                        list("To"),
                        list("Cc"),
                        headers.get_first_value("Subject"),
                        headers
                            .get_first_value("Date")
                            .map(|date| mailparse::dateparse(&date)),
                        headers.get_first_value("Message-ID"),
                    ));
                    usize::from(six.0.is_some())
                },
            },
        ],
        targets: |_| vec![Best(3.0)],
    },
    Job {
        name: "bodies",
        views: &[
            ("every body decoded", ours_bodies),
            ("texts of the outer message", ours_texts),
        ],
        work: |mail| {
            let message = Message::parse(black_box(mail));
            let leaves = message.parts().filter(|part| part.kind() == PartKind::Leaf);
            leaves
                .map(|part| {
                    if part.is_text() {
                        black_box(part.text()).len()
                    } else {
                        black_box(part.body()).len()
                    }
                })
                .sum()
        },
        peers: &[
            Way {
                name: RAW,
                view: "every body decoded",
                look: |mail| theirs_bodies(&raw_headers(), mail),
                work: |mail| with_raw(mail, decode_all),
            },
            Way {
                name: DEFAULT,
                view: "every body decoded",
                look: |mail| theirs_bodies(&MessageParser::default(), mail),
                work: |mail| with_default(mail, decode_all),
            },
            Way {
                name: "mailparse",
                view: "texts of the outer message",
                look: mailparse_texts,
                work: |mail| {
                    let mail = mailparse::parse_mail(black_box(mail)).unwrap();
                    mail.parts()
                        .filter(|part| part.subparts.is_empty())
                        .map(mailparse_body)
                        .sum()
                },
            },
        ],
        targets: |_| vec![Best(2.5)],
    },
    Job {
        name: "everything",
        views: &[("addresses, dates and bodies", ours_everything)],
        work: |mail| everything(&Message::parse(black_box(mail))),
        peers: &[Way {
            name: DEFAULT,
            view: "addresses, dates and bodies",
            look: theirs_everything,
            work: |mail| with_default(mail, decode_all),
        }],
        targets: |_| vec![Best(1.5)],
    },
];

pub fn rows<'a>(inputs: &'a Inputs, each: &mut dyn FnMut(Row<'a>)) {
    for job in &JOBS {
        for (name, mails) in &inputs.mails {
            each(row(job, name, mails));
        }
    }
}

fn row<'a>(job: &Job, name: &'static str, mails: &'a [Vec<u8>]) -> Row<'a> {
    let view = |name: &str, mail: &[u8]| {
        let look = job
            .views
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, look)| look);
        look.map(|look| look(mail)).unwrap_or_default()
    };
    // Of a corpus, those mails in which all find the same; else the times would be of different work.
    let agreed: Vec<&'a [u8]> = mails
        .iter()
        .map(Vec::as_slice)
        .filter(|mail| {
            mails.len() == 1
                || job
                    .peers
                    .iter()
                    .all(|peer| (peer.look)(mail) == view(peer.view, mail))
        })
        .collect();
    let all = |look: Look| agreed.iter().map(|mail| look(mail)).collect::<String>();
    let octets = agreed.iter().map(|mail| mail.len()).sum();
    let over = |work: fn(&[u8]) -> usize| {
        let mails = agreed.clone();
        move || mails.iter().map(|mail| work(mail)).sum()
    };
    let mut row = Row::new(SUBJECT, job.name, name, octets).each(agreed.len());
    if agreed.len() < mails.len() {
        row = row.remark(format!(
            "{} of {} mails: those in which all sides find the same",
            agreed.len(),
            mails.len()
        ));
    }
    if let [(view, look), lesser @ ..] = job.views {
        row = row.ours([(*view, all(*look))], over(job.work));
        for (view, look) in lesser {
            row = row.partly([(*view, all(*look))]);
        }
    }
    if job.name == "list view" {
        let whole = |mail: &[u8]| six_fields(&Message::parse(black_box(mail)));
        let view = (job.views[0].0, all(job.views[0].1));
        row = row.also("mailweft, bodies indexed", view, over(whole));
    }
    if job.name == "index" {
        let mails = agreed.clone();
        let mut index = Index::default();
        row = row.also(
            "mailweft, storage reused",
            (job.views[0].0, all(job.views[0].1)),
            move || {
                for mail in &mails {
                    let message = Message::parse_into(
                        black_box(*mail),
                        mem::take(&mut index),
                        &Limits::default(),
                    );
                    index = message.into_parts().1;
                }
                index.part_count()
            },
        );
        let mails = agreed.clone();
        let parser = raw_headers();
        let mut buffers = MessageBuffers::new();
        row = row.peer(
            "mail-parser, raw headers, buffers reused",
            (
                job.views[0].0,
                all(|mail| theirs_spans(&raw_headers(), mail)),
            ),
            move || {
                let mut parts = 0;
                for mail in &mails {
                    let message = parser.parse_with(black_box(*mail), &mut buffers).unwrap();
                    parts += message.parts().len();
                    buffers = message.into_buffers();
                }
                parts
            },
        );
    }
    for peer in job.peers {
        row = row.peer(peer.name, (peer.view, all(peer.look)), over(peer.work));
    }
    let mails = agreed.clone();
    let finder = memchr::memmem::Finder::new(b"\n--");
    row = row.limit("memmem of \\n--", move || {
        mails
            .iter()
            .map(|mail| finder.find_iter(black_box(mail)).count())
            .sum()
    });
    for target in (job.targets)(name) {
        row = row.target(target);
    }
    row
}

// What the bodies of a message are, told by each side.

fn ours_spans(mail: &[u8]) -> String {
    let message = Message::parse(mail);
    let leaves = message.parts().filter(|part| part.kind() == PartKind::Leaf);
    leaves
        .map(|part| format!("{}-{} ", part.body_span().start(), part.body_span().end()))
        .collect()
}

fn theirs_spans(parser: &MessageParser, mail: &[u8]) -> String {
    let message = parser.parse(mail).unwrap();
    let leaves = message
        .parts()
        .filter(|part| !part.is_multipart() && !part.is_message());
    leaves
        .map(|part| format!("{}-{} ", part.offset_body(), part.offset_end()))
        .collect()
}

/// Whether no message within the message holds the part.
fn in_outer(part: mailweft_mime::Part<'_>) -> bool {
    let mut at = Some(part);
    while let Some(part) = at {
        if part.is_message_root() && part.id() != 0 {
            return false;
        }
        at = part.parent();
    }
    true
}

fn ours_outer(mail: &[u8]) -> String {
    Message::parse(mail)
        .parts()
        .filter(|part| in_outer(*part))
        .count()
        .to_string()
}

fn count(mail: &ParsedMail<'_>) -> usize {
    mail.parts().count()
}

fn ours_bodies(mail: &[u8]) -> String {
    let message = Message::parse(mail);
    let leaves = message.parts().filter(|part| part.kind() == PartKind::Leaf);
    leaves.map(|part| if part.is_text() { digest(part.text().as_bytes()) } else { digest(part.body()) } + " ").collect()
}

fn theirs_bodies(parser: &MessageParser, mail: &[u8]) -> String {
    let message = parser.parse(mail).unwrap();
    let leaves = message
        .parts()
        .filter(|part| !part.is_multipart() && !part.is_message());
    leaves.map(|part| if part.is_text() { digest(part.text().unwrap_or_default().as_bytes()) } else { digest(part.decoded()) } + " ").collect()
}

fn ours_texts(mail: &[u8]) -> String {
    let message = Message::parse(mail);
    let leaves = message
        .parts()
        .filter(|part| part.kind() == PartKind::Leaf && part.is_text() && in_outer(*part));
    leaves
        .map(|part| digest(part.text().trim_ascii_end().as_bytes()) + " ")
        .collect()
}

fn mailparse_texts(mail: &[u8]) -> String {
    let mail = mailparse::parse_mail(mail).unwrap();
    let leaves = mail
        .parts()
        .filter(|part| part.subparts.is_empty() && part.ctype.mimetype.starts_with("text/"));
    leaves
        .map(|part| digest(part.get_body().unwrap_or_default().trim_ascii_end()) + " ")
        .collect()
}

fn mailparse_body(part: &ParsedMail<'_>) -> usize {
    if part.ctype.mimetype.starts_with("text/") {
        part.get_body().map_or(0, |text| black_box(text).len())
    } else {
        part.get_body_raw()
            .map_or(0, |octets| black_box(octets).len())
    }
}

fn decode_all(message: &mail_parser::Message<'_>) -> usize {
    let leaves = message
        .parts()
        .filter(|part| !part.is_multipart() && !part.is_message());
    leaves
        .map(|part| {
            if part.is_text() {
                black_box(part.text()).map_or(0, |text| text.len())
            } else {
                black_box(part.decoded()).len()
            }
        })
        .sum()
}

// The six fields of a list of messages.

fn six(lists: [String; 3], subject: Option<&str>, date: Option<i64>, id: Option<&str>) -> String {
    format!("{lists:?} {subject:?} {date:?} {id:?}\n")
}

fn ours_list(mail: &[u8]) -> String {
    let message = Message::parse(mail);
    let list = |list: Mailboxes<'_>| {
        list.map(|a| format!("{} <{}>, ", a.name().unwrap_or(""), a.address()))
            .collect()
    };
    let id = message.message_id();
    six(
        [list(message.from()), list(message.to()), list(message.cc())],
        message.subject().as_deref(),
        message.date().map(|date| date.timestamp()),
        id.as_ref().map(|id| id.as_str()),
    )
}

fn theirs_list(mail: &[u8]) -> String {
    let message = MessageParser::default().parse_headers(mail).unwrap();
    let list = |list: Option<mail_parser::AddressList<'_>>| {
        let mailboxes = list.iter().flat_map(|list| list.mailboxes());
        mailboxes
            .map(|a| {
                format!(
                    "{} <{}>, ",
                    a.name().unwrap_or(""),
                    a.address().unwrap_or("")
                )
            })
            .collect()
    };
    six(
        [list(message.from()), list(message.to()), list(message.cc())],
        message.subject(),
        message.date().map(|date| date.to_timestamp()),
        message.message_id(),
    )
}

fn mailparse_list(headers: &[mailparse::MailHeader<'_>]) -> String {
    let list = |name: &str| {
        let list = headers
            .get_first_header(name)
            .and_then(|header| mailparse::addrparse_header(header).ok());
        let mut out = String::new();
        for item in list.iter().flat_map(|list| list.iter()) {
            let (single, group): (Option<&mailparse::SingleInfo>, &[mailparse::SingleInfo]) =
                match item {
                    mailparse::MailAddr::Single(single) => (Some(single), &[]),
                    mailparse::MailAddr::Group(group) => (None, &group.addrs),
                };
            for one in single.into_iter().chain(group) {
                let _ = write!(
                    out,
                    "{} <{}>, ",
                    one.display_name.as_deref().unwrap_or(""),
                    one.addr
                );
            }
        }
        out
    };
    let id = headers.get_first_value("Message-ID");
    let date = headers
        .get_first_value("Date")
        .and_then(|date| mailparse::dateparse(&date).ok());
    let id = id.as_deref().map(|id| id.trim_matches(['<', '>']));
    six(
        [list("From"), list("To"), list("Cc")],
        headers.get_first_value("Subject").as_deref(),
        date,
        id,
    )
}

// Every header read for what it is, every body decoded.

fn ours_everything(mail: &[u8]) -> String {
    let message = Message::parse(mail);
    let mut out = ours_bodies(mail);
    for part in message.parts() {
        for field in part.fields() {
            if ADDRESSES.iter().any(|name| field.is(name)) {
                for one in field.addresses() {
                    let _ = write!(out, "{} ", one.address());
                }
            } else if field.is("Date") {
                let _ = write!(out, "{:?} ", field.date().map(|date| date.timestamp()));
            }
        }
    }
    out
}

fn theirs_everything(mail: &[u8]) -> String {
    let parser = MessageParser::default();
    let mut out = theirs_bodies(&parser, mail);
    for part in parser.parse(mail).unwrap().parts() {
        for header in part.headers() {
            if ADDRESSES
                .iter()
                .any(|name| header.raw_name().eq_ignore_ascii_case(name))
            {
                for one in header
                    .value()
                    .as_address()
                    .iter()
                    .flat_map(|list| list.mailboxes())
                {
                    let _ = write!(out, "{} ", one.address().unwrap_or(""));
                }
            } else if header.raw_name().eq_ignore_ascii_case("Date") {
                let date = match header.value() {
                    HeaderValue::DateTime(date) => Some(date.to_timestamp()),
                    _ => None,
                };
                let _ = write!(out, "{date:?} ");
            }
        }
    }
    out
}

// The two ways of the peer: what it does by itself, and no header read.

thread_local! {
    static PARSERS: (MessageParser, MessageParser) = (MessageParser::default(), raw_headers());
}

fn with_default(mail: &[u8], look: fn(&mail_parser::Message<'_>) -> usize) -> usize {
    PARSERS.with(|(parser, _)| {
        parser
            .parse(black_box(mail))
            .map_or(0, |message| look(&message))
    })
}

fn with_raw(mail: &[u8], look: fn(&mail_parser::Message<'_>) -> usize) -> usize {
    PARSERS.with(|(_, parser)| {
        parser
            .parse(black_box(mail))
            .map_or(0, |message| look(&message))
    })
}

fn raw_headers() -> MessageParser {
    const NAMES: [&str; 36] = [
        "Subject",
        "Comments",
        "Content-Description",
        "Content-Location",
        "From",
        "To",
        "Cc",
        "Bcc",
        "Reply-To",
        "Sender",
        "Resent-From",
        "Resent-To",
        "Resent-Cc",
        "Resent-Bcc",
        "Resent-Sender",
        "List-Archive",
        "List-Help",
        "List-ID",
        "List-Owner",
        "List-Post",
        "List-Subscribe",
        "List-Unsubscribe",
        "Message-ID",
        "In-Reply-To",
        "References",
        "Return-Path",
        "Content-ID",
        "Resent-Message-ID",
        "Keywords",
        "Content-Language",
        "Date",
        "Resent-Date",
        "Received",
        "MIME-Version",
        "Resent-Reply-To",
        "X-Mailer",
    ];
    NAMES.iter().fold(
        MessageParser::new().unknown_headers(HeaderForm::Raw),
        |parser, name| parser.header(*name, HeaderForm::Raw),
    )
}
