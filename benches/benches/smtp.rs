//! SMTP: commands, replies, content through a session.

use std::hint::black_box;

use bytes::{Bytes, BytesMut};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mailweft_benches::newsletter;
use mailweft_smtp::{
    Command, Reply, Server,
    server::{Config, Event},
};

fn codec(c: &mut Criterion) {
    let commands = [
        "EHLO client.example.org",
        "MAIL FROM:<sender@example.org> SIZE=12345 BODY=8BITMIME",
        "RCPT TO:<first.last@example.net> NOTIFY=SUCCESS,FAILURE",
        "DATA",
        "QUIT",
    ]
    .map(|line| Bytes::from_static(line.as_bytes()));
    let mut group = c.benchmark_group("smtp");
    group.throughput(Throughput::Elements(commands.len() as u64));
    group.bench_function("parse commands", |b| {
        b.iter(|| {
            for line in &commands {
                black_box(Command::from_bytes(black_box(line)).unwrap());
            }
        });
    });
    group.finish();
    let reply = Bytes::from_static(
        b"250-mx.example.org\r\n250-PIPELINING\r\n250-SIZE 1000000\r\n250 SMTPUTF8\r\n",
    );
    c.bench_function("smtp/parse a reply", |b| {
        b.iter(|| Reply::from_bytes(black_box(reply.clone())).unwrap());
    });
}

fn content(c: &mut Criterion) {
    let mut session = Vec::from(
        &b"EHLO a.example\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n"[..],
    );
    let mail = newsletter(1 << 20);
    session.extend_from_slice(&mail);
    session.extend_from_slice(b".\r\n");
    let mut group = c.benchmark_group("smtp");
    group.throughput(Throughput::Bytes(mail.len() as u64));
    group.bench_function("take a message of 1 MiB", |b| {
        b.iter(|| {
            let mut server = Server::new(Config::new("mx.example.org").unwrap());
            let mut input = BytesMut::from(black_box(session.as_slice()));
            let mut octets = 0;
            loop {
                match server.poll(&mut input).unwrap() {
                    Event::Hello { slot, .. }
                    | Event::Mail { slot, .. }
                    | Event::Rcpt { slot, .. }
                    | Event::Data { slot, .. } => server.accept(slot).unwrap(),
                    Event::Body { chunk, .. } => octets += chunk.len(),
                    Event::BodyEnd { .. } => return octets,
                    Event::Blocked => server.output().clear(),
                    _ => {}
                }
            }
        });
    });
    group.finish();
}

criterion_group!(benches, codec, content);
criterion_main!(benches);
