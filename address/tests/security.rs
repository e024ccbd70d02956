//! What an address may do to the programs that read it next: one test for each way.

use mailweft_address::{
    Address, Diagnosis, Domain, Entry, ForwardPath, Level, LocalPart, Mailbox, Phrase, diagnose,
    entries,
};

/// A forward path that is the whole of `text`.
fn forward_path(text: &str) -> ForwardPath {
    let octets = text.to_owned().into();
    let (path, length) = ForwardPath::parse_prefix(&octets, Level::Smtp).unwrap();
    assert_eq!(length, text.len());
    path
}

/// The levels of the grammar of today.
const STRICT: [Level; 5] = [
    Level::Interoperable,
    Level::Html5,
    Level::Smtp,
    Level::SmtpUtf8,
    Level::Header,
];

mod parser_differentials {
    use super::*;

    #[test]
    fn the_domain_is_what_the_structure_says() {
        for (text, local, domain) in [
            (
                r#""a@evil.example"@good.example"#,
                "a@evil.example",
                "good.example",
            ),
            (
                r#""a\"@evil.example"@good.example"#,
                "a\"@evil.example",
                "good.example",
            ),
            (
                r#""foo@evil.example> ORCPT=admin@evil.example"@good.example"#,
                "foo@evil.example> ORCPT=admin@evil.example",
                "good.example",
            ),
            ("a(@evil.example)@good.example", "a", "good.example"),
            ("a@good.example(@evil.example)", "a", "good.example"),
        ] {
            let address = Address::parse(text).unwrap();
            assert_eq!(address.local_part(), local);
            assert_eq!(address.domain_str(), domain);
        }
    }

    #[test]
    fn what_goes_on_the_wire_is_quoted_again() {
        for value in [
            "foo@evil.example> ORCPT=a@b",
            "a b",
            "a>b",
            "<",
            "\"",
            "\\",
            "a,b",
            "",
        ] {
            let Ok(local) = LocalPart::new(value) else {
                assert!(value.is_empty());
                continue;
            };
            let address = Address::new(&local, &Domain::parse("good.example").unwrap());
            let path = ForwardPath::Mailbox(address.clone()).to_string();
            assert_eq!(forward_path(&path), ForwardPath::Mailbox(address));
            // Outside quotes stand no blank and no bracket but the last.
            let (mut quoted, mut escaped) = (false, false);
            for (at, c) in path.char_indices().skip(1) {
                match c {
                    _ if escaped => escaped = false,
                    '\\' => escaped = true,
                    '"' => quoted = !quoted,
                    ' ' | '<' | '>' if !quoted => assert_eq!(at, path.len() - 1, "{path:?}"),
                    _ => {}
                }
            }
        }
    }

    #[test]
    fn envelope_and_header_have_one_grammar() {
        for text in [
            r#""a b"@x.example"#,
            "a@[192.0.2.1]",
            "a.b@x.example",
            r#""<>"@x.example"#,
        ] {
            let address = Address::parse_at(Level::Smtp, text).unwrap();
            assert_eq!(Mailbox::parse(text).unwrap().into_address(), address);
            let path = forward_path(&format!("<{text}>"));
            assert_eq!(path, ForwardPath::Mailbox(address));
        }
    }
}

mod trailing_text {
    use super::*;

    #[test]
    fn is_an_error_at_every_level() {
        for text in [
            "a@x.example, b@y.example",
            "a@x.example b@y.example",
            "a@x.example>",
            "a@x.example;",
            "a@x.example(c)d",
            "a@x.example]c@good.example",
            "a@x.example\0",
            "a@[192.0.2.1]x",
            "a@x.example\r\nBcc: b@y.example",
        ] {
            for level in Level::ALL {
                assert!(Address::parse_at(level, text).is_err(), "{level} {text:?}");
                assert!(Mailbox::parse_at(level, text).is_err(), "{level} {text:?}");
            }
        }
        assert!(diagnose("a@x.example, b").has(Diagnosis::TrailingGarbage));
    }

    #[test]
    fn is_told_where_a_list_was_mended() {
        let Some(Ok(Entry::Mailbox {
            mailbox, findings, ..
        })) = entries(b"<a@x.example> <b@y.example>").next()
        else {
            panic!("a mailbox");
        };
        assert_eq!(mailbox.address().as_str(), "a@x.example");
        assert_eq!(findings[0].diagnosis, Diagnosis::TrailingGarbage);
        assert_eq!(findings[0].span, 14..27);
    }
}

mod encoded_words {
    use super::*;

    fn family() -> Vec<String> {
        let mut texts: Vec<String> = (0..=0x20_u8)
            .map(|byte| format!("=?x?q?A=40S=3e={byte:02x}?=foo@victim.example"))
            .collect();
        texts.extend(
            [
                "=?x?q?A=40S=3e=2c?=foo@victim.example",
                "=?utf-7?q?A&AEA-S&ACw-?=foo@victim.example",
                "A=?utf-7?b?JkFFQS0?=S=?utf-7?b?JkFDdy0?=foo@victim.example",
                "A=?x?b?QA==?=S@victim.example",
            ]
            .map(String::from),
        );
        texts
    }

    #[test]
    fn are_never_decoded_in_an_address() {
        for text in family() {
            let address = Address::parse(&text).unwrap();
            assert_eq!(address.as_str(), text);
            assert_eq!(address.domain_str(), "victim.example");
        }
    }

    #[test]
    fn are_told_and_refused_where_all_must_agree() {
        for text in family() {
            assert!(diagnose(&text).has(Diagnosis::EncodedWord), "{text}");
            assert!(Address::parse_at(Level::Interoperable, &text).is_err());
        }
    }

    #[test]
    fn never_give_an_entry_of_a_list() {
        // Decoded first, this would be two mailboxes.
        let list: Vec<_> = entries(b"=?utf-8?q?a=40evil.example=3e=2c?= <b@x.example>").collect();
        let [Ok(Entry::Mailbox { mailbox, .. })] = list.as_slice() else {
            panic!("one mailbox: {list:?}");
        };
        assert_eq!(mailbox.address().as_str(), "b@x.example");
        assert_eq!(
            mailbox.name().unwrap().raw(),
            b"=?utf-8?q?a=40evil.example=3e=2c?="
        );
    }
}

#[test]
fn routes_in_the_local_part_are_told() {
    for (text, diagnosis) in [
        ("oracle!user@victim.example", Diagnosis::BangPath),
        ("user%evil.example@victim.example", Diagnosis::PercentHack),
        ("xn--0049@victim.example", Diagnosis::ALabelLocalPart),
        ("a@xn--0049.example", Diagnosis::BadALabel),
        ("a@xn--0049.com.psres.example", Diagnosis::BadALabel),
    ] {
        assert!(diagnose(text).has(diagnosis), "{text}");
    }
    // An escape or a comment outside quotes is no way to hide an at sign.
    assert!(
        STRICT
            .iter()
            .all(|&level| Address::parse_at(level, r"oracle!a\@victim.example").is_err())
    );
    assert!(
        STRICT
            .iter()
            .all(|&level| Address::parse_at(level, "a%x(@victim.example").is_err())
    );
    let path = forward_path("<@evil.example,@b.example:a@x.example>");
    assert_eq!(path.to_string(), "<a@x.example>");
}

#[test]
fn no_character_is_cut_to_an_octet() {
    // U+0140 would be `@` and U+013E `>` if only the low octet were kept.
    for n in 0..0x80_u32 {
        let c = char::from_u32(0x100 + n).unwrap();
        let text = format!("a{c}b@x.example");
        let address = Address::parse(&text).unwrap();
        assert_eq!(address.as_str(), text);
        assert!(Address::parse_at(Level::Smtp, &text).is_err());
        assert!(!address.is_ascii());
    }
}

mod names {
    use super::*;

    #[test]
    fn that_look_like_an_address_are_told() {
        for header in [
            "alice@example.org <b@x.example>",
            "\"alice@example.org\" <b@x.example>",
        ] {
            let Some(Ok(Entry::Mailbox { findings, .. })) = entries(header.as_bytes()).next()
            else {
                panic!("a mailbox");
            };
            assert!(
                findings
                    .iter()
                    .any(|f| f.diagnosis == Diagnosis::NameLooksLikeAddress)
            );
        }
    }

    #[test]
    fn that_hold_specials_are_quoted_on_output() {
        let address = Address::from_static("b@x.example");
        for name in [
            "a@evil.example>,",
            "a, b",
            "x <y@z.example>",
            "\"",
            "\\",
            "(",
            "=?utf-8?q?=2c?=",
        ] {
            let mailbox = Mailbox::with_name(name, address.clone()).unwrap();
            let printed = mailbox.to_string();
            let back = Mailbox::parse(&printed).unwrap();
            assert_eq!(back.address(), &address);
            assert_eq!(back.name().unwrap().text(), name);
            assert_eq!(entries(printed.as_bytes()).count(), 1);
        }
        for name in ["a\r\nBcc: b", "a\nb", "a\0b", "a\u{85}b"] {
            assert!(Phrase::new(name).is_err(), "{name:?}");
        }
    }
}

#[cfg(feature = "idna")]
mod idna {
    use super::*;

    #[test]
    fn labels_go_both_ways_or_not_at_all() {
        for (unicode, ascii) in [
            ("bücher.example", "xn--bcher-kva.example"),
            ("faß.example", "xn--fa-hia.example"),
            ("βόλος.example", "xn--nxasmm1c.example"),
            ("نامه\u{200c}ای.example", "xn--mgba3gch31f060k.example"),
        ] {
            let address = Address::parse(format!("a@{unicode}")).unwrap();
            let wire = address.to_ascii_domain().unwrap();
            assert_eq!(wire.domain_str(), ascii);
            assert_eq!(wire.to_unicode_domain().unwrap().domain_str(), unicode);
            assert_eq!(wire, address);
        }
        for bad in [
            "xn--0049.example",
            "xn--a.example",
            "xn--bcher-kvb.example",
            "xn--BCHER-KVA-.example",
        ] {
            let Ok(address) = Address::parse(format!("a@{bad}")) else {
                continue;
            };
            assert!(address.to_ascii_domain().is_err(), "{bad}");
            assert!(address.to_unicode_domain().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_local_part_is_never_encoded() {
        let address = Address::parse("jürgen@bücher.example").unwrap();
        assert_eq!(
            address.to_ascii_domain().unwrap().as_str(),
            "jürgen@xn--bcher-kva.example"
        );
    }

    #[test]
    fn what_mapping_makes_is_checked_again() {
        // These map to `;`, to a backtick, to `/` and to `%`: none can stand in a domain.
        for c in [
            '\u{37e}', '\u{1fef}', '\u{ff0f}', '\u{ff05}', '\u{2100}', '\u{ff20}',
        ] {
            let Ok(address) = Address::parse(format!("a@b{c}c.example")) else {
                continue;
            };
            assert!(address.to_ascii_domain().is_err(), "{c:?}");
        }
        // Full-width letters map to ASCII, and an ideographic full stop to a dot: the text changes.
        let address = Address::parse("a@ｅｘａｍｐｌｅ。org").unwrap();
        assert!(diagnose("a@ｅｘａｍｐｌｅ。org").has(Diagnosis::LookAlikeDot));
        assert_eq!(
            address.to_ascii_domain().unwrap().domain_str(),
            "example.org"
        );
        // 63 octets at most once it is encoded, too.
        let long = format!("a@{}.example", "ü".repeat(31));
        assert!(Address::parse(&long).is_ok_and(|a| a.to_ascii_domain().is_ok()));
        let longer = format!("a@{}.example", "üö".repeat(29));
        assert!(Address::parse(&longer).map_or(true, |a| a.to_ascii_domain().is_err()));
    }
}

#[test]
fn normalising_never_makes_a_special() {
    // U+037E becomes `;` and U+1FEF a backtick in NFC. Comparing normalises, printing does not.
    let (a, b) = ("a\u{37e}b@x.example", "a\u{1fef}b@x.example");
    for text in [a, b] {
        let address = Address::parse(text).unwrap();
        assert_eq!(address.as_str(), text);
        assert!(diagnose(text).has(Diagnosis::NotNormalized));
        assert!(Address::parse_at(Level::Interoperable, text).is_err());
    }
    // The bound is in octets.
    assert!(Address::parse(format!("{}@x.example", "é".repeat(32))).is_ok());
    assert!(Address::parse_at(Level::SmtpUtf8, format!("{}@x.example", "é".repeat(33))).is_err());
}

#[test]
fn what_deceives_the_eye_is_told() {
    for (text, diagnosis) in [
        ("a\u{200b}b@x.example", Diagnosis::ZeroWidth),
        ("a\u{202e}b@x.example", Diagnosis::Bidi),
        ("a@x\u{3002}example", Diagnosis::LookAlikeDot),
        ("pаypal@x.example", Diagnosis::MixedScripts),
        ("a\u{85}b@x.example", Diagnosis::Control),
    ] {
        assert!(diagnose(text).has(diagnosis), "{text:?}");
        assert!(
            Address::parse_at(Level::Interoperable, text).is_err(),
            "{text:?}"
        );
    }
}

mod controls {
    use super::*;

    #[test]
    fn pass_at_the_obsolete_level_alone_and_are_never_written() {
        for byte in (0..0x20_u8).chain([0x7f]) {
            for text in [
                [b"a".as_slice(), &[byte], b"b@x.example"].concat(),
                [b"\"a".as_slice(), &[byte], b"b\"@x.example"].concat(),
                [b"\"a\\".as_slice(), &[byte], b"b\"@x.example"].concat(),
                [b"a@x".as_slice(), &[byte], b"y.example"].concat(),
                [b"a@[x".as_slice(), &[byte], b"y]"].concat(),
            ] {
                if byte != b'\t' {
                    for level in STRICT {
                        let found = Address::parse_at(level, &text);
                        assert!(
                            found.is_err(),
                            "{level} {:?}",
                            text.escape_ascii().to_string()
                        );
                    }
                }
                if let Ok(address) = Address::parse_at(Level::Obsolete, &text) {
                    assert!(
                        !address
                            .to_string()
                            .contains(|c: char| c.is_control() && c != '\t')
                    );
                }
            }
        }
    }

    #[test]
    fn a_fold_in_quotes_is_its_blank() {
        let address = Address::parse("\"a\r\n b\"@x.example").unwrap();
        assert_eq!(address.local_part(), "a b");
        assert_eq!(address.as_str(), "\"a b\"@x.example");
        for text in [
            "\"a\r\nb\"@x.example",
            "\"a\rb\"@x.example",
            "\"a\nb\"@x.example",
            "\"a\r\n\"@x.example",
        ] {
            for level in STRICT {
                assert!(Address::parse_at(level, text).is_err(), "{text:?}");
            }
        }
        assert!(LocalPart::new("a\r\nb").is_err());
    }
}

#[test]
fn a_tab_in_quotes_never_reaches_the_envelope() {
    use mailweft_address::{ForwardPath, Level};
    for path in ["<\"a\tb\"@c.example>", "<\"a\\\tb\"@c.example>"] {
        for level in [Level::Smtp, Level::SmtpUtf8] {
            assert!(
                ForwardPath::parse_prefix(&path.into(), level).is_err(),
                "{path:?}"
            );
        }
    }
}
