//! What is printed parses back, what parses prints, and `diagnose` agrees with `parse`.

use bytes::Bytes;
use mailweft_address::{
    Address, AddressList, Domain, Entry, ForwardPath, Level, LocalPart, Mailbox, ReversePath,
    diagnose, entries,
};
use proptest::prelude::*;

/// Texts near addresses: their letters, their punctuation, and everything else once in a while.
fn near_address() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-z0-9]{1,4}",
        "[@.\"\\\\()<>,;:\\[\\] \t\r\n%!=?_+-]",
        Just("@example.org".to_owned()),
        Just("\r\n ".to_owned()),
        Just("IPv6:2001:db8::1".to_owned()),
        Just("192.0.2.1".to_owned()),
        Just("xn--bcher-kva".to_owned()),
        "\\PC",
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat())
}

fn local_part() -> impl Strategy<Value = LocalPart> {
    "\\PC{1,16}".prop_filter_map("a local part", |text| LocalPart::new(text).ok())
}

fn domain() -> impl Strategy<Value = Domain> {
    prop_oneof![
        "[a-zA-Z0-9]{1,8}(\\.[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?){0,3}",
        "[a-zäöüß]{1,8}\\.[a-zж]{2,6}",
        any::<[u8; 4]>().prop_map(|o| format!("[{}]", std::net::Ipv4Addr::from(o))),
        any::<[u8; 16]>().prop_map(|o| format!("[IPv6:{}]", std::net::Ipv6Addr::from(o))),
    ]
    .prop_map(|text| Domain::parse(text).unwrap())
}

fn address() -> impl Strategy<Value = Address> {
    (local_part(), domain()).prop_map(|(local, domain)| Address::new(&local, &domain))
}

fn mailbox() -> impl Strategy<Value = Mailbox> {
    (prop::option::of("\\PC{0,20}"), address()).prop_map(|(name, address)| match name {
        Some(name) => Mailbox::with_name(&name, address.clone()).unwrap_or(Mailbox::new(address)),
        None => Mailbox::new(address),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn an_address_printed_parses_to_itself(address in address()) {
        let text = address.to_string();
        let back = Address::parse(&text).unwrap();
        prop_assert_eq!(back.exact(), address.exact());
        prop_assert_eq!(back.local_part(), address.local_part());
        prop_assert_eq!(back.domain(), address.domain());
        prop_assert!(!text.contains(['\r', '\n', '\0']));
    }

    #[test]
    fn a_text_that_parses_prints_and_parses_to_the_same(text in near_address()) {
        for level in Level::ALL {
            let Ok(address) = Address::parse_at(level, &text) else { continue };
            if address.is_writable() {
                let back = Address::parse_at(Level::Obsolete, address.as_str()).unwrap();
                prop_assert_eq!(back.exact(), address.exact(), "{:?} at {}", text, level);
            }
            let printed = ForwardPath::Mailbox(address).to_string();
            prop_assert!(!printed.contains(['\r', '\n', '\0']));
            // Nothing within the brackets may end them: outside quotes there is no other.
            let inner = &printed[1..printed.len() - 1];
            let unquoted = inner.rsplit_once('@').map_or(inner, |(_, domain)| domain);
            prop_assert!(!unquoted.contains(['<', '>', ' ']));
        }
    }

    #[test]
    fn diagnose_and_parse_agree(text in near_address()) {
        let report = diagnose(&text);
        for level in Level::ALL {
            let passes = report.level().is_some()
                && report.findings().iter().all(|f| level.allows(f.diagnosis));
            let parsed = Address::parse_at(level, &text);
            prop_assert_eq!(parsed.is_ok(), passes, "{:?} at {}: {:?} {:?}", &text, level, parsed, &report);
        }
        for finding in report.findings() {
            prop_assert!(finding.span.start <= finding.span.end && finding.span.end <= text.len());
        }
    }

    #[test]
    fn octets_never_panic_and_spans_stay_inside(octets in prop::collection::vec(any::<u8>(), 0..60)) {
        let _ = diagnose(&octets);
        for entry in entries(&octets) {
            if let Err(lost) = entry {
                prop_assert!(lost.span().end <= octets.len());
                prop_assert!(lost.error().offset() <= octets.len());
            }
        }
        let _ = AddressList::parse_at(Level::Obsolete, &octets);
    }

    #[test]
    fn shared_octets_parse_to_the_same(text in near_address()) {
        for level in Level::ALL {
            let copied = Address::parse_at(level, &text);
            let shared = Address::from_bytes(Bytes::from(text.clone()), level);
            prop_assert_eq!(copied.is_ok(), shared.is_ok());
            if let (Ok(copied), Ok(shared)) = (copied, shared) {
                prop_assert_eq!(copied.exact(), shared.exact());
            }
        }
    }

    #[test]
    fn a_list_printed_or_folded_parses_to_itself(mailboxes in prop::collection::vec(mailbox(), 1..6)) {
        let list: AddressList = mailboxes.into_iter().collect();
        prop_assert_eq!(&AddressList::parse(list.to_string()).unwrap(), &list);
        prop_assert_eq!(&AddressList::parse(list.to_folded(4, 78)).unwrap(), &list);
        let read: Vec<_> = entries(list.to_string().as_bytes()).collect();
        prop_assert_eq!(read.len(), list.len(), "{}", list);
        // A blank before the end of an item keeps the reader off its fast path.
        for item in list.mailboxes().map(Mailbox::to_string) {
            let plain: Vec<_> = entries(item.as_bytes()).collect();
            let looked_at: Vec<_> = entries(format!("{item} ").as_bytes()).collect();
            prop_assert_eq!(plain, looked_at, "{}", item);
        }
    }

    #[test]
    fn what_is_borrowed_from_a_list_is_what_is_read(
        pieces in prop::collection::vec(prop_oneof![
            mailbox().prop_map(|mailbox| mailbox.to_string().into_bytes()),
            near_address().prop_map(String::into_bytes),
            "[ \"(),.\\\\a<>@:;\u{e4}]{1,6}".prop_map(String::into_bytes),
            Just(b", ".to_vec()),
            Just(b"\"J\xfcrgen\" <j@example.org>".to_vec()),
        ], 1..8)
    ) {
        let list = pieces.concat();
        let mut borrowed = entries(&list);
        for read in entries(&list) {
            let Some(plain) = borrowed.next_plain() else {
                prop_assert_eq!(borrowed.next(), Some(read));
                continue;
            };
            let Ok(Entry::Mailbox { mailbox, findings, .. }) = read else {
                panic!("{plain:?} is no mailbox");
            };
            prop_assert!(findings.is_empty());
            let address = mailbox.address();
            prop_assert_eq!(plain.address(), address.as_str());
            prop_assert_eq!((plain.local_str(), plain.domain_str()), (address.local_str(), address.domain_str()));
            prop_assert_eq!(plain.name(), mailbox.name().map(|name| name.raw()));
            prop_assert_eq!(plain.name_octets(), mailbox.name().map(|name| name.octets()));
            prop_assert_eq!(Mailbox::from(plain), mailbox);
        }
        prop_assert_eq!(borrowed.next_plain(), None);
        prop_assert_eq!(borrowed.next(), None);
    }

    #[test]
    fn what_is_saved_from_a_list_prints_and_parses_to_the_same(
        pieces in prop::collection::vec(prop_oneof![
            near_address(),
            Just("a@example.org".to_owned()),
            Just(" <a@example.org>".to_owned()),
            Just("=?utf-8?q?a,\"b?= ".to_owned()),
            Just("=?utf-8?q?a?= ".to_owned()),
            "[ \"(),.\\\\a:;]{1,6}",
        ], 1..6)
    ) {
        for entry in entries(pieces.concat().as_bytes()) {
            let Ok(Entry::Mailbox { mailbox, .. }) = entry else { continue };
            if !mailbox.address().is_writable() {
                continue;
            }
            let printed = mailbox.to_string();
            prop_assert_eq!(Mailbox::parse_at(Level::Obsolete, &printed), Ok(mailbox.clone()), "{}", printed);
            let again: Vec<_> = entries(printed.as_bytes()).collect();
            let [Ok(Entry::Mailbox { mailbox: back, .. })] = again.as_slice() else {
                panic!("one mailbox: {printed:?} {again:?}");
            };
            prop_assert_eq!(back, &mailbox);
        }
    }

    #[test]
    fn paths_print_and_parse(address in address()) {
        let reverse = ReversePath::Mailbox(address.clone());
        let text = Bytes::from(format!("{reverse} SIZE=1"));
        let (back, used) = ReversePath::parse_prefix(&text, Level::SmtpUtf8).unwrap();
        prop_assert_eq!(back, reverse);
        prop_assert_eq!(&text[used..], b" SIZE=1");
        let forward = ForwardPath::Mailbox(address);
        let (back, _) = ForwardPath::parse_prefix(&forward.to_string().into(), Level::SmtpUtf8).unwrap();
        prop_assert_eq!(back, forward);
    }

    #[test]
    fn equal_addresses_hash_alike(a in address(), b in address()) {
        use std::hash::{BuildHasher as _, RandomState};
        let state = RandomState::new();
        let upper = format!("{}@{}", a.local_str(), a.domain_str().to_ascii_uppercase());
        if let Ok(upper) = Address::parse(&upper) {
            prop_assert_eq!(&upper, &a);
            prop_assert_eq!(state.hash_one(&upper), state.hash_one(&a));
            prop_assert_eq!(upper.cmp(&a), std::cmp::Ordering::Equal);
        }
        prop_assert_eq!(a == b, a.cmp(&b).is_eq());
    }
}

#[cfg(feature = "serde")]
#[test]
fn values_are_text_to_serde() {
    use mailweft_address::{Group, Item, Phrase};
    let list = AddressList::parse("Joe <joe@example.org>, team: ann@example.org;").unwrap();
    let json = serde_json::to_string(&list).unwrap();
    assert_eq!(json, r#""Joe <joe@example.org>, team: ann@example.org;""#);
    assert_eq!(serde_json::from_str::<AddressList>(&json).unwrap(), list);
    for item in list.iter() {
        let json = serde_json::to_string(item).unwrap();
        assert_eq!(&serde_json::from_str::<Item>(&json).unwrap(), item);
        if let Item::Group(group) = item {
            assert_eq!(&serde_json::from_str::<Group>(&json).unwrap(), group);
            let json = serde_json::to_string(group.name()).unwrap();
            assert_eq!(
                &serde_json::from_str::<Phrase>(&json).unwrap(),
                group.name()
            );
        }
        for name in item.mailboxes().iter().filter_map(Mailbox::name) {
            let json = serde_json::to_string(name).unwrap();
            assert_eq!(&serde_json::from_str::<Phrase>(&json).unwrap(), name);
        }
    }
    for text in ["", "a, b", "a <x@y>, b", "a@b", "(a)", "\"a", "a: b"] {
        let json = serde_json::to_string(text).unwrap();
        assert!(serde_json::from_str::<Phrase>(&json).is_err(), "{text}");
        assert!(serde_json::from_str::<Group>(&json).is_err(), "{text}");
    }
    let path: ReversePath = serde_json::from_str("\"<>\"").unwrap();
    assert_eq!(path, ReversePath::Null);
    assert!(serde_json::from_str::<Address>("\"joe\"").is_err());
}
