//! What is allocated: one time for an address at the most, and never where its octets are shared.
//! One test, for the counters are the process's.

use std::alloc::System;

use bytes::Bytes;
use mailweft_address::{Address, AddressList, Entries, ForwardPath, Level, Mailbox, entries};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static HEAP: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// How often `work` asks for memory, and what it gives. The counter is the whole process's, and the thread of the
/// test runner asks too now and then: the least of some runs is the work's own.
fn count<T>(work: impl Fn() -> T) -> (usize, T) {
    let run = || {
        let region = Region::new(HEAP);
        let value = work();
        let change = region.change();
        (change.allocations + change.reallocations, value)
    };
    let mut least = run();
    for _ in 0..4 {
        let again = run();
        if again.0 < least.0 {
            least = again;
        }
    }
    least
}

/// Octets that more than one owner has, so that another needs no new counter.
fn shared(text: &str) -> (Bytes, Bytes) {
    let octets = Bytes::copy_from_slice(text.as_bytes());
    (octets.clone(), octets)
}

/// Canonical addresses of every form, with the strictest level that takes them.
const CANONICAL: [(&str, Level); 10] = [
    ("joe@example.org", Level::Interoperable),
    ("joe.doe+tag@mail.example.org", Level::Interoperable),
    ("joe@xn--bcher-kva.example", Level::Html5),
    ("\"joe doe\"@example.org", Level::Smtp),
    ("joe@[192.0.2.1]", Level::Smtp),
    ("joe@[IPv6:2001:db8::1]", Level::Smtp),
    ("jürgen@bücher.example", Level::Interoperable),
    ("用户@例子.广告", Level::Interoperable),
    ("joe@exa_mple.org", Level::Header),
    ("joe@[x:y]", Level::Header),
];

/// Addresses that are written otherwise than they stand.
const OTHERS: [&str; 6] = [
    " joe@example.org (Joe)",
    "\"joe\"@example.org",
    "\"j\\oe d\\\"oe\"@example.org",
    "joe (is) @ (the one) example.org",
    "joe . doe @ example . org",
    "\"jürgen\"@bücher.example",
];

#[test]
fn allocations() {
    for (text, level) in CANONICAL {
        let (copied, address) = count(|| Address::parse_at(level, text).unwrap());
        assert_eq!(address.as_str(), text);
        assert!(copied <= 1, "{text}: {copied}");
        assert!(copied == 0 || text.len() > 31, "{text} has room in place");
        let (_owner, octets) = shared(text);
        let (kept, address) = count(|| Address::from_bytes(octets.clone(), level).unwrap());
        assert_eq!((kept, address.as_str()), (0, text));
        let (cloned, _) = count(|| address.clone());
        assert_eq!(cloned, 0);
        let (_owner, octets) = shared(text);
        let (kept, mailbox) = count(|| Mailbox::from_bytes(octets.clone(), level).unwrap());
        assert_eq!((kept, mailbox.address().as_str()), (0, text));
        if level <= Level::SmtpUtf8 {
            let (_owner, path) = shared(&format!("<{text}>"));
            let parse = || ForwardPath::parse_prefix(&path, Level::SmtpUtf8).unwrap();
            assert_eq!(count(parse).0, 0, "{text}");
        }
    }
    for text in OTHERS {
        let (copied, address) = count(|| Address::parse_at(Level::Obsolete, text).unwrap());
        // Its value is put together once, and once more where octets between were left out.
        assert!(copied <= 3, "{text}: {copied}");
        assert_ne!(address.as_str(), text);
    }
    let list = (0..100)
        .map(|n| format!("Some Body <body{n}@example.org>, other{n}@example.org"))
        .collect::<Vec<_>>()
        .join(", ");
    let (_owner, octets) = shared(&list);
    let (found, mailboxes) = count(|| Entries::from_bytes(&octets).filter(Result::is_ok).count());
    assert_eq!((found, mailboxes), (0, 200));
    let (found, mailboxes) = count(|| entries(list.as_bytes()).filter(Result::is_ok).count());
    assert_eq!((found, mailboxes), (0, 200));
    let name = "Somebody of a name that goes on and on";
    let long = (100..200)
        .map(|n| format!("{name} <somebody{n}@mail.of.a.long.example.org>, other{n}@example.org"))
        .collect::<Vec<_>>()
        .join(", ");
    let (_owner, shared_long) = shared(&long);
    let (found, mailboxes) = count(|| {
        let mailboxes = Entries::from_bytes(&shared_long);
        mailboxes.filter(Result::is_ok).count()
    });
    assert_eq!((found, mailboxes), (0, 200));
    // A name and an address that are longer; what is short has room in place.
    let (found, mailboxes) = count(|| entries(long.as_bytes()).filter(Result::is_ok).count());
    assert_eq!((found, mailboxes), (200, 200));
    // The list itself grows by doubling.
    let (found, list) = count(|| AddressList::from_bytes(octets.clone(), Level::Header).unwrap());
    assert_eq!(list.len(), 200);
    assert!(found <= 8, "{found}");
}
