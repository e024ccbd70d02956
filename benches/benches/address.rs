//! Addresses, lists, diagnoses.

use std::hint::black_box;

use bytes::Bytes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mailweft_address::{Address, AddressList, Level, diagnose, entries};
use mailweft_benches::{ADDRESSES, address_list};

fn addresses(c: &mut Criterion) {
    let mut group = c.benchmark_group("address");
    group.throughput(Throughput::Elements(ADDRESSES.len() as u64));
    group.bench_function("ten from text", |b| {
        b.iter(|| {
            for address in ADDRESSES {
                black_box(Address::parse(black_box(address)).unwrap());
            }
        });
    });
    let shared = ADDRESSES.map(|address| Bytes::from_static(address.as_bytes()));
    group.bench_function("ten from shared octets", |b| {
        b.iter(|| {
            for address in &shared {
                black_box(Address::from_bytes(address.clone(), Level::Smtp).unwrap());
            }
        });
    });
    group.bench_function("ten diagnosed", |b| {
        b.iter(|| {
            for address in ADDRESSES {
                black_box(diagnose(black_box(address)));
            }
        });
    });
    group.finish();
    let list = Bytes::from(address_list(1000));
    let mut group = c.benchmark_group("address list of 1000");
    group.throughput(Throughput::Bytes(list.len() as u64));
    group.bench_function("entries", |b| {
        b.iter(|| mailweft_address::Entries::from_bytes(black_box(&list)).count());
    });
    group.bench_function("entries of a slice", |b| {
        b.iter(|| entries(black_box(&list)).count())
    });
    group.bench_function("strict", |b| {
        b.iter(|| AddressList::parse(black_box(&list)).unwrap());
    });
    group.finish();
}

criterion_group!(benches, addresses);
criterion_main!(benches);
