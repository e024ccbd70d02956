//! RFC 5322 §3.4 and appendix A: mailboxes, groups and lists, strict and as real mail holds them.

use mailweft_address::{
    Address, AddressList, Diagnosis, Domain, Entry, Item, Level, Mailbox, entries,
};

/// The lenient reading in one line: `name<address>`, `[name` and `]` for a group, `!` for what was lost.
fn read(header: &str) -> String {
    entries(header.as_bytes())
        .map(|entry| match entry {
            Ok(Entry::Mailbox { mailbox, .. }) => {
                let name = mailbox.name().map(|n| n.text().into_owned());
                format!("{}<{}>", name.unwrap_or_default(), mailbox.address())
            }
            Ok(Entry::GroupStart { name, .. }) => format!("[{}", name.text()),
            Ok(Entry::GroupEnd) => "]".into(),
            Ok(_) => "?".into(),
            Err(lost) => format!("!{}", &header[lost.span()]),
        })
        .collect::<Vec<_>>()
        .join(" ")
}

mod appendix_a {
    use super::*;

    #[test]
    fn a_1_2_different_types_of_mailboxes() {
        let to = r#"Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>"#;
        assert_eq!(AddressList::parse(to).unwrap().len(), 3);
        assert_eq!(
            read(to),
            "Mary Smith<mary@x.test> <jdoe@example.org> Who?<one@y.test>"
        );
        let cc = r#"<boss@nil.test>, "Giant; \"Big\" Box" <sysservices@example.net>"#;
        assert_eq!(
            read(cc),
            r#"<boss@nil.test> Giant; "Big" Box<sysservices@example.net>"#
        );
    }

    #[test]
    fn a_1_3_group_addresses() {
        let to = "A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;";
        let list = AddressList::parse(to).unwrap();
        assert_eq!(list.mailboxes().count(), 3);
        assert_eq!(
            read(to),
            "[A Group Ed Jones<c@a.test> <joe@where.test> John<jdoe@one.test> ]"
        );
        assert_eq!(
            read("Undisclosed recipients:;"),
            "[Undisclosed recipients ]"
        );
    }

    #[test]
    fn a_5_white_space_and_comments() {
        let from = "Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>";
        let mailbox = Mailbox::parse(from).unwrap();
        assert_eq!(mailbox.address().as_str(), "pete@silly.test");
        assert_eq!(mailbox.name().unwrap().text(), "Pete");
        let to = "A Group(Some people)\r\n     :Chris Jones <c@(Chris's host.)public.example>,\r\n         joe@example.org,\r\n  John <jdoe@one.test> (my dear friend); (the end of the group)";
        let list = AddressList::parse_at(Level::Obsolete, to).unwrap();
        assert_eq!(list.mailboxes().count(), 3);
        assert_eq!(
            read(to),
            "[A Group Chris Jones<c@public.example> <joe@example.org> John<jdoe@one.test> ]"
        );
    }

    #[test]
    fn a_6_1_obsolete_addressing() {
        let from = "Joe Q. Public <john.q.public@example.com>";
        assert!(Mailbox::parse(from).is_err());
        let mailbox = Mailbox::parse_at(Level::Obsolete, from).unwrap();
        assert_eq!(mailbox.name().unwrap().text(), "Joe Q. Public");
        let to = "Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example";
        assert!(AddressList::parse(to).is_err());
        assert_eq!(AddressList::parse_at(Level::Obsolete, to).unwrap().len(), 2);
        assert_eq!(read(to), "Mary Smith<mary@example.net> <jdoe@test.example>");
    }
}

mod lenient {
    use super::*;

    #[test]
    fn what_real_headers_hold() {
        for (header, expected) in [
            (
                "Doe, John <j@x.org>, b@x.org",
                "Doe, John<j@x.org> <b@x.org>",
            ),
            ("a@x.org; b@x.org;", "<a@x.org> <b@x.org>"),
            ("a@x.org,,, b@x.org,", "<a@x.org> <b@x.org>"),
            ("J <j@x.org", "J<j@x.org>"),
            ("J <j@x.org, k@x.org", "J<j@x.org> <k@x.org>"),
            ("j@x.org (John Doe)", "John Doe<j@x.org>"),
            ("list: a@x.org, b@x.org", "[list <a@x.org> <b@x.org> ]"),
            ("junk", "!junk"),
            ("MAILER-DAEMON, a@x.org", "!MAILER-DAEMON <a@x.org>"),
            ("\"a@evil.org\" <b@x.org>", "a@evil.org<b@x.org>"),
            ("a b@x.org", "!a b@x.org"),
            ("<a@x.org> trailing", "<a@x.org>"),
            (
                "bob@localhost <bob@localhost>",
                "bob@localhost<bob@localhost>",
            ),
            ("\"unclosed <a@x.org>", "unclosed<a@x.org>"),
            // Commas of a route, and of a bracket that nothing closes.
            (
                "Joe <@a.x, @b.x:j@x.org>, k@x.org",
                "Joe<j@x.org> <k@x.org>",
            ),
            ("<@a.x,@b.x:j@x.org>; k@x.org", "<j@x.org> <k@x.org>"),
            ("Joe <j@x.org, @y.org", "!Joe <j@x.org, @y.org"),
            // A name with one comma more than one, and with more.
            ("a, b, c <j@x.org>, k@x.org", "a, b, c<j@x.org> <k@x.org>"),
            (
                "a, b, c, d <j@x.org>, k@x.org",
                "!a b, c, d<j@x.org> <k@x.org>",
            ),
            ("a, , <j@x.org>", "!a, <j@x.org>"),
            // Quotes that nothing closes, one after the other.
            (
                "\"a <j@x.org>, \"b <k@x.org>, c\"d <l@x.org>",
                "a <j@x.org>, b<k@x.org> cd<l@x.org>",
            ),
            (
                "k@x.org, \"b <k@x.org>, l@x.org",
                "<k@x.org> b<k@x.org> <l@x.org>",
            ),
            // Full names, blanks in brackets, and what ends an item.
            ("\"a\"  <j@x.org>", "a<j@x.org>"),
            ("<j@x.org>k@x.org", "<j@x.org>"),
            ("a: b: j@x.org;", "[a [b <j@x.org> ]"),
            ("a <j@x.org> b <k@x.org>", "a<j@x.org>"),
            // Comments in comments, and what is quoted in them and in domain literals.
            (
                "a@x.org (b (c, d), e), k@x.org",
                "b (c, d), e<a@x.org> <k@x.org>",
            ),
            ("a@x.org (b \\), c), k@x.org", "b ), c<a@x.org> <k@x.org>"),
            ("a@x.org (b \\(, c), k@x.org", "b (, c<a@x.org> <k@x.org>"),
            ("a@[x\\], y], k@x.org", "<a@[x\\],y]> <k@x.org>"),
            ("", ""),
        ] {
            assert_eq!(read(header), expected, "{header:?}");
        }
    }

    /// RFC 7103 §7.1: what is safely taken for what.
    #[test]
    fn rfc7103_s7_1_obsolete_and_invalid() {
        for (header, expected, mended) in [
            (
                "<@example.net:fran@example.com>",
                "<fran@example.com>",
                &[Diagnosis::SourceRoute][..],
            ),
            (
                "<<<user2@example.org>>>",
                "<user2@example.org>",
                &[Diagnosis::RepeatedAngle],
            ),
            (
                "<another@example.net",
                "<another@example.net>",
                &[Diagnosis::UnclosedAngle],
            ),
            (
                "second@example.org>",
                "<second@example.org>",
                &[Diagnosis::UnopenedAngle],
            ),
            (
                "(Testing <fran@example.com>",
                "Testing<fran@example.com>",
                &[Diagnosis::UnclosedComment],
            ),
            (
                "Testing) <sam@example.com>",
                "Testing)<sam@example.com>",
                &[],
            ),
            (
                "<third@example.net, fourth@example.net>",
                "<third@example.net> <fourth@example.net>",
                &[Diagnosis::UnclosedAngle, Diagnosis::UnopenedAngle],
            ),
            (
                "\"Joe <joe@example.com>",
                "Joe<joe@example.com>",
                &[Diagnosis::UnclosedQuotedString],
            ),
            // Which host a name alone is at, the header does not say.
            ("Joe", "!Joe", &[]),
        ] {
            assert_eq!(read(header), expected, "{header:?}");
            let told: Vec<_> = entries(header.as_bytes())
                .filter_map(|entry| match entry {
                    Ok(Entry::Mailbox { findings, .. }) => Some(findings),
                    _ => None,
                })
                .flatten()
                .map(|finding| finding.diagnosis)
                .collect();
            assert_eq!(told, mended, "{header:?}");
        }
    }

    /// What of these stands beside other things.
    #[test]
    fn brackets_and_parentheses_that_do_not_pair() {
        for (header, expected) in [
            ("Joe <<joe@x.org>, k@x.org", "Joe<joe@x.org> <k@x.org>"),
            ("Joe < < joe@x.org > >, k@x.org", "Joe<joe@x.org> <k@x.org>"),
            ("<<joe@x.org, k@x.org", "<joe@x.org> <k@x.org>"),
            ("<joe@x.org>>", "<joe@x.org>"),
            ("joe@x.org>>, k@x.org", "<joe@x.org> <k@x.org>"),
            ("joe@x.org> (Joe)", "<joe@x.org>"),
            ("joe@x.org> k@x.org", "<joe@x.org>"),
            ("joe@x.org (Joe)>", "Joe<joe@x.org>"),
            ("Joe joe@x.org>", "!Joe joe@x.org>"),
            (">", "!>"),
            ("<", "!<"),
            ("<>", "!<>"),
            ("joe>@x.org", "!joe>@x.org"),
            // A comment that does not end is none: nothing behind it is lost.
            ("(a, b <j@x.org>, k@x.org", "a, b<j@x.org> <k@x.org>"),
            ("j@x.org (Joe, k@x.org", "Joe<j@x.org> <k@x.org>"),
            ("Joe <j@x.org> (home, k@x.org", "Joe<j@x.org> <k@x.org>"),
            ("Joe (home <j@x.org>; k@x.org", "Joe<j@x.org> <k@x.org>"),
            ("((a) <j@x.org>, k@x.org (b)", "(a)<j@x.org> b<k@x.org>"),
            ("<j(@x.org>", "!<j(@x.org>"),
            ("(", ""),
            ("(a", "!(a"),
            ("(a)", ""),
        ] {
            assert_eq!(read(header), expected, "{header:?}");
        }
    }

    #[test]
    fn nothing_in_an_encoded_word_is_a_delimiter() {
        for special in [
            ":", ",", ";", "(", ")", "<", ">", "@", "\"", "\\", "()", ">,<",
        ] {
            let word = format!("=?utf-8?q?a{special}b?=");
            for (header, expected) in [
                (
                    format!("{word} <j@x.org>, k@x.org"),
                    format!("{word}<j@x.org> <k@x.org>"),
                ),
                (
                    format!("k@x.org; Joe {word} {word} <j@x.org>"),
                    format!("<k@x.org> Joe {word} {word}<j@x.org>"),
                ),
                (
                    format!("Doe, {word} <j@x.org>"),
                    format!("Doe, {word}<j@x.org>"),
                ),
                (format!("{word}: j@x.org;"), format!("[{word} <j@x.org> ]")),
                // An address it is not, and nothing is taken out of it.
                (format!("{word}@x.org"), format!("!{word}@x.org")),
            ] {
                assert_eq!(read(&header), expected, "{header:?}");
            }
        }
        // What only begins like one is text.
        assert_eq!(read("=?utf-8?q?a, b <j@x.org>"), "=?utf-8?q?a, b<j@x.org>");
        assert_eq!(read("=?a?x?b,c@x.org"), "!=?a?x?b <c@x.org>");
    }

    #[test]
    fn what_was_mended_is_told() {
        for header in [
            "Doe, John <j@x.org>",
            "J <j@x.org",
            "<a@x.org> trailing",
            "bob@localhost <bob@localhost>",
            "<@relay.test:a@x.org>",
            "a..b@x.org",
        ] {
            let Some(Ok(Entry::Mailbox { findings, .. })) = entries(header.as_bytes()).next()
            else {
                panic!("{header:?} is a mailbox");
            };
            assert!(!findings.is_empty(), "{header:?}");
        }
    }
}

#[test]
fn a_domain_alone_has_no_comments_and_blanks() {
    for text in [
        "laptop(home)",
        "(home)laptop",
        "a.(b)c",
        " example.org",
        "example.org ",
        "example .org",
        "\texample.org",
        "example.org\r\n ",
        "[ 192.0.2.1 ]",
        "[192.0.2.1](here)",
    ] {
        assert!(Domain::parse(text).is_err(), "{text:?}");
    }
    assert_eq!(
        Domain::parse("laptop(home)").unwrap_err().to_string(),
        "not a domain: unexpected byte b'(' in addr-spec at byte 6"
    );
    // In a header field they are skipped.
    let address = Address::parse("joe@laptop(home)").unwrap();
    assert_eq!(address.domain(), Domain::parse("laptop").unwrap());
}

#[test]
fn folds_keep_to_the_width_and_parse_back() {
    let list: AddressList = (0..40)
        .map(|n| {
            let address = format!("user{n}@example.org").parse().unwrap();
            Mailbox::with_name(&format!("Somebody, Number {n}"), address).unwrap()
        })
        .collect();
    let folded = list.to_folded(4, 78);
    assert!(folded.split("\r\n").all(|line| line.len() <= 78));
    assert_eq!(AddressList::parse(&folded).unwrap(), list);
    assert!(matches!(list.iter().next(), Some(Item::Mailbox(_))));
}

#[test]
fn names_that_are_no_phrase_are_quoted_when_printed() {
    for (header, printed) in [
        ("\"open <a@x.example>", "open <a@x.example>"),
        ("a@x.example (not, x)", "\"not, x\" <a@x.example>"),
        ("a@x.example (a) (b \\(c\\))", "\"a b (c)\" <a@x.example>"),
        (",a,b <j@k.example>", "\"a,b\" <j@k.example>"),
        (
            "Joe Q. Public <j@k.example>",
            "\"Joe Q. Public\" <j@k.example>",
        ),
        ("a\\b <j@k.example>", "\"a\\\\b\" <j@k.example>"),
        ("\"a\r\n  b\" <j@k.example>", "\"a  b\" <j@k.example>"),
        ("Joe (the one) <j@k.example>", "Joe (the one) <j@k.example>"),
        // An encoded word that is one stays one; commas inside it belong to it.
        (
            "Doe, =?utf-8?q?J=C3=B6?= <j@k.example>",
            "\"Doe,\" =?utf-8?q?J=C3=B6?= <j@k.example>",
        ),
        (
            "=?utf-8?q?a,b?= <j@k.example>",
            "\"=?utf-8?q?a,b?=\" <j@k.example>",
        ),
        (
            "=?utf-8?Q?:)?= <j@k.example>",
            "\"=?utf-8?Q?:)?=\" <j@k.example>",
        ),
        (
            "=?utf-8?Q?a?b<?= <j@k.example>",
            "\"=?utf-8?Q?a?b<?=\" <j@k.example>",
        ),
        ("(c) <j@k.example>", "c <j@k.example>"),
        ("() <j@k.example>", "\"\" <j@k.example>"),
    ] {
        let list: Vec<_> = entries(header.as_bytes()).collect();
        let [Ok(Entry::Mailbox { mailbox, .. })] = list.as_slice() else {
            panic!("{header:?}: {list:?}");
        };
        assert_eq!(mailbox.to_string(), printed);
        assert_eq!(Mailbox::parse(printed).as_ref(), Ok(mailbox));
    }
}

#[test]
fn a_literal_holds_what_separates_elsewhere() {
    for header in ["a@[(not,\"x;y]", "A <a@[(not,\"x;y]>, b@x.example"] {
        let Some(Ok(Entry::Mailbox { mailbox, .. })) = entries(header.as_bytes()).next() else {
            panic!("{header:?}");
        };
        assert_eq!(mailbox.address().as_str(), "a@[(not,\"x;y]");
    }
    // A quoted blank is part of the literal, one that is not is none.
    for (text, written) in [
        (r"a@[1\ 2]", r"a@[1\ 2]"),
        ("a@[1 2]", "a@[12]"),
        (r"a@[\1]", "a@[1]"),
        (r"a@[\]]", r"a@[\]]"),
        (r"a@[192.0.2.\01]", "a@[192.0.2.1]"),
    ] {
        let address = Address::parse_at(Level::Obsolete, text).unwrap();
        assert_eq!(address.as_str(), written);
        assert_eq!(
            Address::parse_at(Level::Obsolete, written),
            Ok(address.clone())
        );
        let parts = Address::new(&address.local_part(), &address.domain());
        assert_eq!(parts.exact(), address.exact());
    }
}

#[test]
fn every_type_is_made_of_text_in_every_form() {
    use bytes::Bytes;
    use mailweft_address::{DomainName, ForwardPath, LocalPart, ReversePath, TypedAddress};

    macro_rules! forms {
        ($($value:ty: $good:literal, $bad:literal;)+) => {$(
            let whole = <$value>::try_from($good).unwrap();
            for (made, refused) in [
                (<$value>::try_from($good.as_bytes()), <$value>::try_from($bad.as_bytes())),
                (<$value>::try_from(String::from($good)), <$value>::try_from(String::from($bad))),
                (
                    <$value>::try_from(Bytes::from_static($good.as_bytes())),
                    <$value>::try_from(Bytes::from_static($bad.as_bytes())),
                ),
                ($good.parse::<$value>(), $bad.parse::<$value>()),
            ] {
                assert_eq!(made, Ok(whole.clone()));
                assert_eq!(refused, <$value>::try_from($bad));
                assert!(refused.is_err());
            }
            assert_eq!(whole.to_string(), $good);
        )+};
    }
    forms! {
        Address: "\"a b\"@x.example", "a b@x.example";
        AddressList: "Joe <a@x.example>, g: b@y.example;", "Joe <a@x.example>,";
        Domain: "[192.0.2.1]", "[192.0.2.1";
        DomainName: "b\u{fc}cher.example", "[192.0.2.1]";
        ForwardPath: "<a@x.example>", "<a@x.example> ";
        LocalPart: "\u{fc}ser", "a\nb";
        Mailbox: "Joe <a@x.example>", "Joe <a@x.example>, b@y.example";
        ReversePath: "<>", "<> SIZE=1";
        TypedAddress: "rfc822;a@x.example", "rfc822";
    }
    const PATH: ForwardPath = ForwardPath::Mailbox(Address::from_static("a@x.example"));
    assert_eq!(PATH, ForwardPath::try_from("<a@X.example>").unwrap());
    assert!(LocalPart::try_from(&b"\xff"[..]).is_err());
}
