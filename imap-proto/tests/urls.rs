//! IMAP URLs, read and written.

use mailweft_imap::{AString, Atom, ImapUrl, Mailbox, Secret, Section, UrlAccess};

/// Those that are written as they were read.
#[test]
fn rfc5092_s9_both_ways() {
    for text in [
        "imap://minbari.example.org/gray-council;UIDVALIDITY=385759045/;UID=20/;PARTIAL=0.1024",
        "imap://psicorp.example.org/~peter/%E6%97%A5%E6%9C%AC%E8%AA%9E/%E5%8F%B0%E5%8C%97",
        "imap://;AUTH=GSSAPI@minbari.example.org/gray-council/;UID=20/;SECTION=1.2",
        "imap://;AUTH=*@minbari.example.org/gray%20council?SUBJECT%20shadows",
        "imap://john;AUTH=*@minbari.example.org/babylon5/personel?charset%20UTF-8%20SUBJECT%20%7B14%2B%7D%0D%0A%D0%98",
        "imap://michael@example.org/INBOX",
        "imap://bester@example.org/INBOX",
        "imap://joe@example.com/INBOX/;UID=20/;SECTION=1.2;URLAUTH=submit+fred:INTERNAL:91354a473744909de610943775f92038",
        "imap://joe@example.com/INBOX/;UID=20;URLAUTH=submit+fred",
        "imap://joe@example.com/INBOX/;UID=20;EXPIRE=2004-07-16T18:17:00Z;URLAUTH=authuser",
        "imap://joe@example.com/INBOX/;UID=20;URLAUTH=anonymous",
        "imap://[2001:db8::1]:1143/INBOX",
        "imap://host.example/INBOX/;UID=1/;SECTION=HEADER.FIELDS%20(Subject%20Date)",
        "/Sent;UIDVALIDITY=385759045/;UID=20",
        "/Drafts/;UID=5/;SECTION=1.MIME/;PARTIAL=10",
    ] {
        match ImapUrl::parse(text) {
            Ok(url) => {
                assert_eq!(url.to_string(), text);
                assert_eq!(ImapUrl::try_from(&AString::from(&url)), Ok(url));
            }
            // A search program that holds a line end cannot be a text on one line.
            Err(_) => assert!(text.contains("%0D"), "{text}"),
        }
    }
}

#[test]
fn what_is_read() {
    let url = ImapUrl::parse(
        "IMAP://a%40b;auth=PLAIN@Host.example:993/x%2Fy;uidvalidity=3/;uid=4/;section=TEXT",
    )
    .unwrap();
    let server = url.server.as_ref().unwrap();
    assert_eq!(server.user.as_ref().unwrap().as_str(), "a@b");
    assert_eq!(server.auth.as_ref().unwrap().as_str(), "PLAIN");
    assert_eq!(
        (server.host.as_str(), server.port),
        ("Host.example", Some(993))
    );
    assert_eq!(url.mailbox, Some(Mailbox::from("x/y")));
    assert_eq!((url.uid_validity, url.uid), (Some(3), Some(4)));
    assert_eq!(url.section, Some(Section::TEXT));

    let url = ImapUrl::parse("imap://h/i/;UID=2;URLAUTH=user+j%2Fk:INTERNAL:0123abcd").unwrap();
    assert_eq!(url.access, Some(UrlAccess::User("j/k".into())));
    assert_eq!(
        url.verifier,
        Some((Atom::from_static("INTERNAL"), Secret::from("0123abcd")))
    );
    assert!(!format!("{url:?}").contains("0123abcd"));

    for server in ["imap://host.example", "imap://host.example/"] {
        assert_eq!(ImapUrl::parse(server).unwrap().mailbox, None);
    }
}

#[test]
fn what_is_no_url() {
    for text in [
        "",
        "/",
        "INBOX",
        "http://host.example/INBOX",
        "imap://",
        "imap:///INBOX",
        "imap://@host.example/INBOX",
        "imap://host.example:x/INBOX",
        "imap://host.example:99999/INBOX",
        "imap://host.example/a b",
        "imap://host.example/a%2",
        "imap://host.example/a%zz",
        "imap://host.example/%FF",
        "imap://host.example/%00",
        "imap://host.example/ä",
        "imap://host.example/a/;UID=",
        "imap://host.example/a/;UID=4294967296",
        "imap://host.example/a/;UID=1/;SECTION=",
        "imap://host.example/a/;UID=1/;SECTION=NONE",
        "imap://host.example/a/;UID=1;EXPIRE=2004-07-16T18:17:00Z",
        "imap://host.example/a/;UID=1;URLAUTH=nobody",
        "imap://host.example/a/;UID=1;URLAUTH=submit+",
        "imap://host.example/a/;UID=1;URLAUTH=anonymous:INTERNAL",
        "imap://host.example/a/;UID=1;URLAUTH=anonymous:INTERNAL:",
        "imap://host.example/a/;UID=1/;UID=2",
        "imap://host.example/a;X=1",
    ] {
        assert!(ImapUrl::parse(text).is_err(), "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "[!-~]{0,12}") {
        for text in [text.clone(), format!("imap://{text}"), format!("/{text}"), format!("/a/;UID=1{text}")] {
            if let Ok(url) = ImapUrl::parse(&text) {
                proptest::prop_assert_eq!(ImapUrl::parse(&url.to_string()), Ok(url));
            }
        }
    }

    #[test]
    fn any_mailbox_has_one(name in "\\PC{1,20}", uid in 1..u32::MAX) {
        let url = ImapUrl::message(Mailbox::from(name), uid).on("host.example");
        proptest::prop_assert_eq!(ImapUrl::parse(&url.to_string()), Ok(url));
    }
}
