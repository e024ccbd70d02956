//! Properties of addresses.

use bytes::Bytes;

use super::no_break;

/// `diagnose` and `parse_at` agree at every level; what parses prints, and parses to the same.
pub fn address(data: &[u8]) {
    use mailweft_address::{Address, ForwardPath, Level, diagnose};
    let report = diagnose(data);
    for level in Level::ALL {
        let passes = report.level().is_some()
            && report
                .findings()
                .iter()
                .all(|finding| level.allows(finding.diagnosis));
        let parsed = Address::parse_at(level, data);
        assert_eq!(
            parsed.is_ok(),
            passes,
            "{level}: {parsed:?} {report:?} {}",
            data.escape_ascii()
        );
        let shared = Address::from_bytes(Bytes::copy_from_slice(data), level);
        assert_eq!(
            parsed.as_ref().map(Address::exact),
            shared.as_ref().map(Address::exact)
        );
        let address = match parsed {
            Ok(address) => address,
            Err(error) => {
                assert!(error.offset() <= data.len());
                continue;
            }
        };
        if address.is_writable() {
            let back = Address::parse_at(Level::Obsolete, address.as_str()).expect("it was parsed");
            assert_eq!(back.exact(), address.exact());
            assert_eq!(back.local_part(), address.local_part());
            assert_eq!(back.domain(), address.domain());
        }
        let path = ForwardPath::Mailbox(address).to_string();
        no_break(path.as_bytes());
        assert!(path.starts_with('<') && path.ends_with('>'));
    }
    for finding in report.findings() {
        assert!(finding.span.start <= finding.span.end && finding.span.end <= data.len());
    }
}

/// Entries stand in their order and inside of the octets; shared octets and borrowed ones give the same; a mailbox printed is one entry.
pub fn address_entries(data: &[u8]) {
    use mailweft_address::{Entries, Entry, Level, Mailbox, entries};
    let all: Vec<_> = entries(data).collect();
    let octets = Bytes::copy_from_slice(data);
    assert_eq!(all, Entries::from_bytes(&octets).collect::<Vec<_>>());
    let mut borrowed = entries(data);
    for entry in &all {
        match borrowed.next_plain() {
            Some(plain) => {
                let Ok(Entry::Mailbox { mailbox, .. }) = entry else {
                    panic!("{plain:?} {entry:?}");
                };
                assert_eq!(plain.to_mailbox(), *mailbox);
                let name = mailbox.name().map(|name| name.octets());
                assert_eq!(plain.name_octets(), name, "{plain:?}");
            }
            None => assert_eq!(borrowed.next().as_ref(), Some(entry)),
        }
    }
    let mut at = 0;
    for entry in &all {
        let span = match entry {
            Ok(Entry::Mailbox { span, .. } | Entry::GroupStart { span, .. }) => span.clone(),
            Ok(_) => continue,
            Err(lost) => {
                assert!(lost.error().offset() <= data.len());
                lost.span()
            }
        };
        assert!(
            at <= span.start && span.start <= span.end && span.end <= data.len(),
            "{all:?}"
        );
        at = span.end;
    }
    for entry in all {
        let Ok(Entry::Mailbox { mailbox, .. }) = entry else {
            continue;
        };
        let printed = mailbox.to_string();
        no_break(printed.as_bytes());
        if !mailbox.address().is_writable() {
            continue;
        }
        let strict = Mailbox::parse_at(Level::Obsolete, &printed);
        assert_eq!(strict.as_ref(), Ok(&mailbox), "{printed:?}");
        let again: Vec<_> = entries(printed.as_bytes()).collect();
        let [Ok(Entry::Mailbox { mailbox: back, .. })] = again.as_slice() else {
            panic!("{printed:?}: {again:?}");
        };
        assert_eq!(back, &mailbox, "{printed:?}");
        assert_eq!(
            back.address().exact(),
            mailbox.address().exact(),
            "{printed:?}"
        );
        let text = |mailbox: &Mailbox| mailbox.name().map(|name| name.text().into_owned());
        // A name of octets that can be shown reads the same, character by character.
        let shown = |mailbox: &Mailbox| {
            text(mailbox).map(|name| name.replace(|c: char| c.is_ascii_control(), "\u{fffd}"))
        };
        assert_eq!(shown(back), shown(&mailbox), "{printed:?}");
    }
}
