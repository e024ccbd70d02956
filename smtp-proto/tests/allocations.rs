//! What is allocated: nothing for a NOOP, nothing for a reply, and no more for a large message than for a
//! small one. One test, for the counters are the process's.

use std::alloc::System;

use bytes::{BufMut as _, BytesMut};
use mailweft_address::Address;
use mailweft_smtp::{
    BodyType, Capability, Client, Limits, Mail, MailParam, Rcpt, Reply, Server, StrayPolicy,
    client::{self, Envelope},
    server::{self, Event},
};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static HEAP: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Octets on the heap now, beyond what was there when the region began.
fn grown(region: &Region<'_, System>) -> usize {
    let change = region.change();
    change
        .bytes_allocated
        .saturating_sub(change.bytes_deallocated)
}

fn config() -> server::Config {
    server::Config::new("mx.example.org").unwrap()
}

fn accept(server: &mut Server, event: Event) {
    match event {
        Event::Hello { slot, .. }
        | Event::Mail { slot, .. }
        | Event::Rcpt { slot, .. }
        | Event::Data { slot, .. } => server.accept(slot).unwrap(),
        Event::BodyEnd { slots, .. } => slots.for_each(|slot| server.accept(slot).unwrap()),
        event => panic!("{event:?}"),
    }
}

/// Serves what is in `input` and throws what is said away.
fn serve(server: &mut Server, input: &mut BytesMut) {
    loop {
        match server.poll(input).unwrap() {
            Event::NeedInput => break,
            Event::Blocked => server.output().clear(),
            Event::Body { .. } | Event::Violation(_) => {}
            event => accept(server, event),
        }
    }
    server.output().clear();
}

#[test]
fn allocations() {
    // The thread of the test runner asks for memory as well, while it says that this test begins.
    std::thread::sleep(std::time::Duration::from_millis(200));
    commands_and_replies();
    replies_at_the_client();
    many_commands();
    one_message(8 << 20, false, 2 << 20);
    one_message(8 << 20, true, 2 << 20);
    one_message(64 << 20, false, 2 << 20);
    one_message(64 << 20, true, 2 << 20);
    // More than 32 bits can count, in seconds.
    one_message(4 << 30, false, 2 << 20);
    one_message(4 << 30, true, 2 << 20);
}

fn commands_and_replies() {
    let limits = Limits::default()
        .idle_commands(usize::MAX)
        .errors(usize::MAX)
        .recipients(usize::MAX);
    let mut server = Server::new(config().limits(limits));
    let mut input = BytesMut::with_capacity(64 << 10);
    for line in [
        "",
        "EHLO c.example\r\n",
        "MAIL FROM:<a@b.example>\r\n",
        "RCPT TO:<c@d.example>\r\n",
        "NOOP\r\n",
    ] {
        input.put_slice(line.as_bytes());
        serve(&mut server, &mut input);
    }
    // The buffer's bookkeeping is made once, by the first slice that is cut from it, and not per command.
    let noop = fewest(|| {
        input.put_slice(b"NOOP\r\n");
        serve(&mut server, &mut input);
    });
    let rcpt = fewest(|| {
        input.reserve(64);
        input.put_slice(b"RCPT TO:<someone@example.org>\r\n");
        serve(&mut server, &mut input);
    });
    let reply = fewest(|| {
        assert!(Reply::new(250, None, "ok").unwrap().is_positive());
        let refusal = std::hint::black_box(Reply::NO_SUCH_USER);
        assert_eq!(std::hint::black_box(refusal.clone()), refusal);
    });
    assert_eq!((noop, rcpt, reply), (0, 0, 0));
}

/// The fewest allocations of a thousand rounds, in five tries: the test harness has a thread of its own.
fn fewest(mut round: impl FnMut()) -> usize {
    let count = |round: &mut dyn FnMut()| {
        let region = Region::new(HEAP);
        (0..1000).for_each(|_| round());
        region.change().allocations
    };
    (0..5).map(|_| count(&mut round)).min().unwrap_or_default()
}

fn replies_at_the_client() {
    let mut client = Client::new(client::Config::new("c.example").unwrap());
    let mut input = BytesMut::with_capacity(64 << 10);
    let mut say = |client: &mut Client, reply: &[u8]| {
        client.output().clear();
        input.reserve(reply.len());
        input.put_slice(reply);
        client.poll(&mut input).unwrap()
    };
    say(&mut client, b"220 mx\r\n");
    assert_eq!(
        say(&mut client, b"250-mx\r\n250-PIPELINING\r\n250 SIZE\r\n"),
        client::Event::Ready
    );
    let rcpt = Rcpt::new(Address::parse("b@mx.example").unwrap());
    let rcpts = std::iter::repeat_n(rcpt, 150);
    client
        .begin(Envelope::new(
            Mail::new(Address::parse("a@c.example").unwrap()),
            rcpts,
        ))
        .unwrap();
    say(&mut client, b"250 2.1.0 fine\r\n");
    say(&mut client, b"250 2.1.5 fine\r\n");
    let region = Region::new(HEAP);
    for _ in 0..100 {
        let event = say(&mut client, b"550 5.1.1 No such user here\r\n");
        assert!(matches!(event, client::Event::Recipient { .. }));
    }
    assert!(
        region.change().allocations < 4,
        "replies: {:?}",
        region.change()
    );
}

/// A million of each command: memory stays flat.
fn many_commands() {
    let limits = Limits::default()
        .idle_commands(usize::MAX)
        .errors(usize::MAX)
        .message(u64::MAX >> 1)
        .discard(usize::MAX);
    let mut server = Server::new(config().limits(limits));
    let mut input = BytesMut::with_capacity(64 << 10);
    for line in [
        "",
        "EHLO c.example\r\n",
        "MAIL FROM:<>\r\n",
        "RCPT TO:<c@d.example>\r\n",
    ] {
        input.put_slice(line.as_bytes());
        serve(&mut server, &mut input);
    }
    for (line, times) in [
        (&b"NOOP\r\n"[..], 1_000_000),
        (b"RCPT TO:<someone@example.org>\r\n", 1_000_000),
        (b"FROB\r\n", 100_000),
        (b"MAIL FROM:<x\r\n", 100_000),
        (
            b"EHLO c.example\r\nMAIL FROM:<>\r\nRCPT TO:<c@d.example>\r\n",
            100_000,
        ),
        (b"BDAT 1\r\nx", 300_000),
    ] {
        let region = Region::new(HEAP);
        let piece = line.repeat(1000);
        for _ in 0..times / 1000 {
            input.extend_from_slice(&piece);
            serve(&mut server, &mut input);
        }
        assert!(
            grown(&region) < 1 << 20,
            "{}: {}",
            line.escape_ascii(),
            grown(&region)
        );
    }
    // One line without an end.
    let region = Region::new(HEAP);
    let piece = vec![b'x'; 64 << 10];
    for _ in 0..4096 {
        input.extend_from_slice(&piece);
        serve(&mut server, &mut input);
    }
    assert!(grown(&region) < 1 << 20, "a line: {}", grown(&region));
}

/// A message of so many octets, client to server, in under `bound` octets of heap at both ends together.
fn one_message(size: u64, chunking: bool, bound: usize) {
    let line = [&[b'x'; 76][..], b"\r\n.\r\n"].concat();
    let block = line.repeat(800);
    let limits = Limits::default().message(u64::MAX >> 1);
    let region = Region::new(HEAP);
    let mut server = Server::new(
        config()
            .limits(limits)
            .strays(StrayPolicy::default())
            .offer(Capability::BinaryMime),
    );
    let mut client = Client::new(client::Config::new("c.example").unwrap().chunking(chunking));
    let (mut to_server, mut to_client) = (BytesMut::new(), BytesMut::new());
    let (mut given, mut received, mut ended, mut peak) = (0_u64, 0_u64, false, 0);
    let (mut sending, mut sum) = (false, 0_u64);
    loop {
        to_client.extend_from_slice(server.output());
        server.output().clear();
        let event = client.poll(&mut to_client).unwrap();
        match event {
            client::Event::Ready => {
                let mail = Mail::new(Address::parse("a@c.example").unwrap())
                    .with(MailParam::Body(BodyType::EightBitMime));
                let rcpt = Rcpt::new(Address::parse("b@mx.example").unwrap());
                client.begin(Envelope::new(mail, [rcpt])).unwrap();
            }
            client::Event::SendBody => sending = true,
            client::Event::Done { deliveries } => {
                assert!(deliveries[0].is_delivered());
                break;
            }
            _ => {}
        }
        while sending && !ended {
            let from = usize::try_from(given % block.len() as u64).unwrap();
            let left = usize::try_from((size - given).min(block.len() as u64)).unwrap();
            let piece = &block[from..block.len().min(from + left)];
            if piece.is_empty() {
                client.body_end().unwrap();
                ended = true;
                break;
            }
            let taken = client.body(piece).unwrap();
            given += taken as u64;
            if taken == 0 {
                break;
            }
        }
        to_server.extend_from_slice(client.output());
        client.output().clear();
        loop {
            match server.poll(&mut to_server).unwrap() {
                Event::NeedInput | Event::Blocked => break,
                Event::Body { chunk } => {
                    received += chunk.len() as u64;
                    sum = sum.wrapping_mul(31).wrapping_add(u64::from(chunk[0]));
                }
                event => accept(&mut server, event),
            }
        }
        peak = peak.max(grown(&region));
    }
    let crlf = if block[usize::try_from((size - 1) % block.len() as u64).unwrap()] == b'\n' {
        0
    } else {
        2
    };
    assert_eq!(received, size + if chunking { 0 } else { crlf });
    assert!(peak < bound, "{peak} octets of heap for {size}");
    println!("{size} octets, chunking {chunking}: {peak} octets of heap");
}
