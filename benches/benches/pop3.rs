//! POP3: commands, messages, listings.

use std::hint::black_box;

use bytes::{Bytes, BytesMut};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mailweft_benches::newsletter;
use mailweft_pop3::{
    Client, Command, DotDecoder, DotEncoder, Password, Piece, Text,
    client::{Config, Event},
};

fn commands(c: &mut Criterion) {
    let lines: [&[u8]; 6] = [
        b"USER mrose",
        b"STAT",
        b"LIST 1",
        b"RETR 12",
        b"TOP 1 10",
        b"QUIT",
    ];
    let mut group = c.benchmark_group("pop3");
    group.throughput(Throughput::Elements(lines.len() as u64));
    group.bench_function("parse commands", |b| {
        b.iter(|| {
            for line in lines {
                black_box(Command::parse(black_box(line)).unwrap());
            }
        });
    });
    group.finish();
}

fn multi_line(c: &mut Criterion) {
    let mail = newsletter(1 << 20);
    let mut wire = BytesMut::new();
    let mut encoder = DotEncoder::new();
    encoder.write(&mail, &mut wire);
    encoder.finish(&mut wire);
    let wire = wire.freeze();
    let mut group = c.benchmark_group("pop3 message of 1 MiB");
    group.throughput(Throughput::Bytes(mail.len() as u64));
    group.bench_function("decode", |b| {
        b.iter(|| {
            let mut input = BytesMut::from(black_box(&wire[..]));
            let (mut decoder, mut octets) = (DotDecoder::new(), 0);
            while let Piece::Data(data) = decoder.next(&mut input) {
                octets += data.len();
            }
            octets
        });
    });
    group.bench_function("encode", |b| {
        b.iter(|| {
            let mut output = BytesMut::with_capacity(wire.len());
            let mut encoder = DotEncoder::new();
            encoder.write(black_box(&mail), &mut output);
            encoder.finish(&mut output);
            output
        });
    });
    group.finish();
}

fn listings(c: &mut Criterion) {
    for (name, command) in [("LIST", Command::List(None)), ("UIDL", Command::Uidl(None))] {
        let mut answer = String::from("+OK\r\n+OK\r\n+OK\r\n+OK\r\n");
        for n in 1..=10_000 {
            answer.push_str(&format!("{n} {}\r\n", n * 31));
        }
        answer.push_str(".\r\n");
        let answer = Bytes::from(answer);
        let mut group = c.benchmark_group("pop3 listing of 10000");
        group.throughput(Throughput::Bytes(answer.len() as u64));
        group.bench_function(name, |b| {
            b.iter(|| {
                let mut client = Client::new(Config::new());
                let mut input = BytesMut::from(&answer[..]);
                client.poll(&mut input).unwrap();
                client.send(Command::User(Text::from_static("a"))).unwrap();
                client
                    .send(Command::Pass(Password::new("b").unwrap()))
                    .unwrap();
                client.send(command.clone()).unwrap();
                let mut items = 0;
                loop {
                    match client.poll(&mut input).unwrap() {
                        Event::Items { items: more, .. } => items += more.count(),
                        Event::NeedInput => return items,
                        _ => {}
                    }
                }
            });
        });
        group.finish();
    }
}

criterion_group!(benches, commands, multi_line, listings);
criterion_main!(benches);
