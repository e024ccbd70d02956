//! Messages: index, bodies, transfer encodings, building.

use std::hint::black_box;

use bytes::BytesMut;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mailweft_address::Address;
use mailweft_benches::{newsletter, noise, work::six_fields};
use mailweft_mime::{Attachment, Builder, Chunk, DateTime, Encoding, MediaType, Message, transfer};

fn reading(c: &mut Criterion) {
    let mail = newsletter(70_000);
    let mut group = c.benchmark_group("newsletter");
    group.throughput(Throughput::Bytes(mail.len() as u64));
    group.bench_function("index", |b| b.iter(|| Message::parse(black_box(&mail))));
    group.bench_function("list view", |b| {
        b.iter(|| six_fields(&Message::parse(black_box(&mail[..]))));
    });
    group.bench_function("bodies", |b| {
        b.iter(|| {
            let message = Message::parse(black_box(&mail));
            black_box((message.text(), message.html())).0.is_some()
        });
    });
    group.bench_function("problems", |b| {
        b.iter(|| Message::parse(black_box(&mail)).problems());
    });
    group.finish();
}

fn encodings(c: &mut Criterion) {
    let octets = noise(1 << 20);
    let draft = Builder::new()
        .from(Address::from_static("a@example.org"))
        .to(Address::from_static("b@example.org"))
        .date(DateTime::from_timestamp(1_800_000_000, 0).unwrap())
        .attach(Attachment::new(MediaType::OCTET_STREAM, octets.clone()).named("noise.bin"))
        .build()
        .unwrap();
    let wire = draft.to_bytes().unwrap();
    let message = Message::parse(&wire);
    let part = message.attachments()[0];
    let mut group = c.benchmark_group("base64 of 1 MiB");
    group.throughput(Throughput::Bytes(octets.len() as u64));
    group.bench_function("decode", |b| {
        b.iter(|| transfer::decode(Encoding::Base64, black_box(part.raw_body())));
    });
    group.bench_function("write a message", |b| {
        b.iter(|| {
            let (mut writer, mut input, mut length) = (draft.writer(), BytesMut::new(), 0);
            while let Chunk::Data(chunk) = writer.next(&mut input) {
                length += chunk.len();
            }
            length
        });
    });
    group.finish();
    let mail = newsletter(1 << 20);
    let message = Message::parse(&mail);
    let body = message.root().child(0).unwrap().raw_body();
    let mut group = c.benchmark_group("quoted-printable");
    group.throughput(Throughput::Bytes(body.len() as u64));
    group.bench_function("decode", |b| {
        b.iter(|| transfer::decode(Encoding::QuotedPrintable, black_box(body)));
    });
    group.finish();
}

criterion_group!(benches, reading, encodings);
criterion_main!(benches);
