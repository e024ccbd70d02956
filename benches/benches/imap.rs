//! IMAP: responses and commands, parsed and written.

use std::hint::black_box;

use bytes::BytesMut;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mailweft_imap::{Response, Syntax, TaggedCommand};

const RESPONSES: [(&str, &str); 4] = [
    (
        "flags",
        "* 12 FETCH (UID 345 FLAGS (\\Seen $Forwarded))\r\n",
    ),
    (
        "envelope",
        "* 12 FETCH (UID 345 ENVELOPE (\"Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\" \"IMAP4rev1 WG mtg summary\" \
         ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) \
         ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) ((NIL NIL \"imap\" \"cac.washington.edu\")) \
         ((NIL NIL \"minutes\" \"CNRI.Reston.VA.US\")) NIL NIL \"<B27397-0100000@cac.washington.edu>\"))\r\n",
    ),
    (
        "body structure",
        "* 12 FETCH (BODYSTRUCTURE ((\"text\" \"plain\" (\"charset\" \"utf-8\") NIL NIL \"7bit\" 1152 23 NIL NIL NIL NIL)\
         (\"application\" \"pdf\" (\"name\" \"a.pdf\") NIL NIL \"base64\" 4554 NIL (\"attachment\" (\"filename\" \"a.pdf\")) NIL NIL) \
         \"mixed\" (\"boundary\" \"b\") NIL NIL NIL))\r\n",
    ),
    (
        "list",
        "* LIST (\\HasNoChildren \\Sent) \"/\" \"Sent Messages\"\r\n",
    ),
];

fn responses(c: &mut Criterion) {
    let syntax = Syntax::interop();
    for (name, line) in RESPONSES {
        let mut group = c.benchmark_group("imap");
        group.throughput(Throughput::Bytes(line.len() as u64));
        group.bench_function(format!("parse {name}"), |b| {
            b.iter(|| Response::parse(black_box(line.as_bytes()), &syntax).unwrap());
        });
        let response = Response::parse(line.as_bytes(), &syntax).unwrap().value;
        group.bench_function(format!("write {name}"), |b| {
            b.iter(|| {
                let mut out = BytesMut::with_capacity(1024);
                black_box(&response).write(&mut out, false).unwrap();
                out
            });
        });
        group.finish();
    }
    let mut search = String::from("* SEARCH");
    for n in 1..=10_000 {
        search.push_str(&format!(" {n}"));
    }
    search.push_str("\r\n");
    let mut group = c.benchmark_group("imap");
    group.throughput(Throughput::Bytes(search.len() as u64));
    group.bench_function("parse search of 10000", |b| {
        b.iter(|| Response::parse(black_box(search.as_bytes()), &syntax).unwrap());
    });
    group.finish();
}

fn commands(c: &mut Criterion) {
    let syntax = Syntax::interop();
    let lines = [
        "a1 UID FETCH 1:* (FLAGS UID BODY.PEEK[HEADER.FIELDS (SUBJECT FROM)])\r\n",
        "a2 UID SEARCH UNSEEN SINCE 1-Feb-2026 NOT FROM \"Smith\"\r\n",
        "a3 STORE 2:4,7 +FLAGS.SILENT (\\Deleted)\r\n",
        "a4 SELECT \"INBOX\"\r\n",
    ];
    let mut group = c.benchmark_group("imap");
    group.throughput(Throughput::Elements(lines.len() as u64));
    group.bench_function("parse commands", |b| {
        b.iter(|| {
            for line in lines {
                black_box(TaggedCommand::parse(black_box(line.as_bytes()), &syntax).unwrap());
            }
        });
    });
    group.finish();
}

criterion_group!(benches, responses, commands);
criterion_main!(benches);
