//! RFC 5321: every command and reply both ways, the order of commands, limits.

mod common;

use bytes::Bytes;
use common::{config, serve, serve_every_way};
use mailweft_address::{Address, ForwardPath, ReversePath};
use mailweft_smtp::{
    Capabilities, Capability, Command, EnhancedCode, FindingKind, HelloName, Keyword, Limits, Mail,
    MailParam, Other, Rcpt, Reply, Severity, Text, Tolerance, Word, server::Config,
};

fn text(text: &'static str) -> Text {
    Text::from_static(text).unwrap()
}

fn address(address: &str) -> Address {
    Address::parse(address).unwrap()
}

/// The line is the command, and the command is the line.
#[track_caller]
fn both_ways(line: &str, command: &Command) {
    let bytes = Bytes::copy_from_slice(line.as_bytes());
    let (read, findings) = Command::read(&bytes, Tolerance::Strict).unwrap();
    assert_eq!(&read, command, "{line}");
    assert!(findings.is_empty());
    assert_eq!(command.to_string(), line);
    let lower = Command::parse(line.to_ascii_lowercase()).unwrap();
    assert!(lower.verb().eq_ignore_ascii_case(command.verb()));
}

#[track_caller]
fn fails(line: &str, message: &str) {
    let error = Command::parse(line).unwrap_err();
    assert_eq!(error.to_string(), message, "{line}");
}

#[track_caller]
fn tolerated(line: &str, written: &str, kinds: &[FindingKind]) {
    let bytes = Bytes::copy_from_slice(line.as_bytes());
    let (command, findings) = Command::read(&bytes, Tolerance::Interop).unwrap();
    assert_eq!(command.to_string(), written);
    assert_eq!(
        findings
            .iter()
            .map(|finding| finding.kind())
            .collect::<Vec<_>>(),
        kinds,
        "{line}"
    );
    assert!(Command::read(&bytes, Tolerance::Strict).is_err(), "{line}");
}

/// Commands: each both ways, what is tolerated, what is refused and why.
mod s4_1_1 {
    use super::*;

    #[test]
    fn commands_both_ways() {
        let name = |name| HelloName::from_static(name).unwrap();
        both_ways("HELO relay.example", &Command::Helo(name("relay.example")));
        both_ways("EHLO [192.0.2.1]", &Command::Ehlo(name("[192.0.2.1]")));
        both_ways(
            "EHLO [IPv6:2001:db8::1]",
            &Command::Ehlo(name("[IPv6:2001:db8::1]")),
        );
        both_ways("LHLO lmtp.example", &Command::Lhlo(name("lmtp.example")));
        both_ways("MAIL FROM:<>", &Command::Mail(Mail::new(ReversePath::Null)));
        both_ways(
            "MAIL FROM:<a@example.org>",
            &Command::Mail(Mail::new(address("a@example.org"))),
        );
        both_ways(
            "MAIL FROM:<\"a b\"@example.org> X-OWN=1 Y",
            &Command::Mail(
                Mail::new(address("\"a b\"@example.org"))
                    .with(MailParam::Other {
                        keyword: Keyword::from_static("X-OWN").unwrap(),
                        value: Some(Word::from_static("1").unwrap()),
                    })
                    .with(MailParam::Other {
                        keyword: Keyword::from_static("Y").unwrap(),
                        value: None,
                    }),
            ),
        );
        both_ways(
            "RCPT TO:<a@[192.0.2.1]>",
            &Command::Rcpt(Rcpt::new(address("a@[192.0.2.1]"))),
        );
        both_ways(
            "RCPT TO:<Postmaster>",
            &Command::Rcpt(Rcpt::new(ForwardPath::Postmaster)),
        );
        both_ways("DATA", &Command::Data);
        both_ways("RSET", &Command::Rset);
        both_ways("NOOP", &Command::Noop(None));
        both_ways("NOOP still here", &Command::Noop(Some(text("still here"))));
        both_ways("QUIT", &Command::Quit);
        both_ways("VRFY Crispin", &Command::Vrfy(text("Crispin")));
        both_ways(
            "EXPN Example-People",
            &Command::Expn(text("Example-People")),
        );
        both_ways("HELP", &Command::Help(None));
        both_ways("HELP MAIL", &Command::Help(Some(text("MAIL"))));
        both_ways(
            "XPING a  b",
            &Command::Other(Other::new("XPING", "a  b").unwrap()),
        );
        for obsolete in [
            "SEND FROM:<a@b.example>",
            "SOML FROM:<a@b.example>",
            "SAML",
            "TURN",
        ] {
            assert!(matches!(
                Command::parse(obsolete).unwrap(),
                Command::Other(_)
            ));
        }
    }

    #[test]
    fn what_real_clients_send_is_read_and_reported() {
        use FindingKind as F;
        tolerated(
            "MAIL FROM: <a@b.example>",
            "MAIL FROM:<a@b.example>",
            &[F::BlankAfterColon],
        );
        tolerated(
            "RCPT TO:a@b.example",
            "RCPT TO:<a@b.example>",
            &[F::NoAngleBrackets],
        );
        tolerated("QUIT  ", "QUIT", &[F::TrailingBlank]);
        tolerated(
            "MAIL FROM:<a@b.example>  SIZE=1",
            "MAIL FROM:<a@b.example> SIZE=1",
            &[F::ExtraBlank],
        );
        tolerated(
            "EHLO my_laptop(home)",
            "EHLO my_laptop(home)",
            &[F::OddHelloName],
        );
        // A source route is read and dropped (appendix F.2).
        let routed =
            Command::parse("MAIL FROM:<@relay.example,@b.example:joe@example.org>").unwrap();
        assert_eq!(routed.to_string(), "MAIL FROM:<joe@example.org>");
        let postmaster = Command::parse("rcpt to:<POSTMASTER>").unwrap();
        assert_eq!(
            postmaster,
            Command::Rcpt(Rcpt::new(ForwardPath::Postmaster))
        );
    }

    #[test]
    fn what_cannot_be_read_says_where() {
        fails("", "unexpected end of line in verb at byte 0");
        fails(" NOOP", "unexpected byte b' ' in verb at byte 0");
        fails("DATA now", "unexpected byte b' ' in command at byte 4");
        fails("EHLO", "unexpected end of line in hello name at byte 4");
        fails("EHLO a b", "unexpected byte b' ' in hello name at byte 6");
        fails("MAIL", "unexpected end of line in path at byte 4");
        fails(
            "MAIL TO:<a@b.example>",
            "unexpected byte b'T' in path at byte 5",
        );
        fails("MAIL FROM:", "unexpected end of line in path at byte 10");
        fails(
            "MAIL FROM:<a@b.example>SIZE=1",
            "unexpected byte b'S' in esmtp-param at byte 23",
        );
        fails(
            "MAIL FROM:<a@b.example>>>",
            "unexpected byte b'>' in esmtp-param at byte 23",
        );
        fails(
            "MAIL FROM:<a@b.example> SIZE",
            "unexpected end of line in esmtp-value at byte 28",
        );
        fails(
            "MAIL FROM:<a@b.example> SIZE=1 SIZE=2",
            "a second occurrence in esmtp-param at byte 31",
        );
        fails(
            "MAIL FROM:<a@b.example> =1",
            "unexpected byte b'=' in esmtp-param at byte 24",
        );
        fails("VRFY", "unexpected end of line in string at byte 4");
        fails("NO\x01OP", "unexpected byte b'\\x01' in command at byte 2");
        assert!(
            Command::parse(b"VRFY \xff\xfe")
                .unwrap_err()
                .to_string()
                .starts_with("octets that are not UTF-8")
        );
        assert!(Command::parse("RCPT TO:<>").is_err());
        assert!(Command::parse("RCPT TO:<a>").is_err());
        let error = Command::parse("RCPT TO:<a b@c.example>").unwrap_err();
        assert!(error.offset() >= 9, "{error}");
    }
}

/// Replies: each both ways, and what real servers say.
mod s4_2 {
    use super::*;

    #[track_caller]
    fn both_ways(wire: &str, reply: &Reply) {
        let read = Reply::parse(wire).unwrap();
        assert_eq!(&read, reply);
        assert_eq!(reply.to_string(), wire);
        assert_eq!(read.to_string(), wire);
    }

    #[test]
    fn replies_both_ways() {
        let reply = |code, enhanced: Option<EnhancedCode>, text: &'static str| {
            Reply::new(code, enhanced, text).unwrap()
        };
        both_ways("250 OK\r\n", &reply(250, None, "OK"));
        both_ways("250 \r\n", &reply(250, None, ""));
        both_ways("354 go\r\n", &reply(354, None, "go"));
        both_ways("250-a\r\n250-\r\n250 c\r\n", &reply(250, None, "a\n\nc"));
        both_ways(
            "550-5.1.1 no\r\n550 5.1.1 really\r\n",
            &reply(550, Some(EnhancedCode::BAD_MAILBOX), "no\nreally"),
        );
        both_ways(
            "421 4.3.2 bye\r\n",
            &reply(421, Some(EnhancedCode::NOT_ACCEPTING), "bye"),
        );
        both_ways(
            "250 2.0.0 Grüße\r\n",
            &reply(250, Some(EnhancedCode::OK), "Grüße"),
        );
    }

    #[test]
    fn the_enhanced_code_of_mixed_lines_is_of_the_class_of_the_last() {
        let reply = Reply::parse("250-2.1.0 queued\r\n550-5.1.1 not\r\n550 5.7.1 so\r\n").unwrap();
        assert_eq!(reply.enhanced(), Some(EnhancedCode::BAD_MAILBOX));
        let wire = "550-5.1.1 2.1.0 queued\r\n550-5.1.1 not\r\n550 5.1.1 5.7.1 so\r\n";
        assert_eq!(reply.to_string(), wire);
        assert_eq!(Reply::parse(wire), Ok(reply));
    }

    #[test]
    fn what_real_servers_say_is_read_and_reported() {
        use FindingKind as F;
        for (wire, code, text, findings) in [
            (&b"250\r\n"[..], 250, "", &[F::NoText][..]),
            (b"250-a\r\n250\r\n", 250, "a", &[F::NoText]),
            (b"250 ok\n", 250, "ok", &[F::BareLf]),
            (b"250\tok\r\n", 250, "ok", &[F::OddSeparator]),
            (
                b"250-queued\r\n550 no\r\n",
                550,
                "queued no",
                &[F::MixedCodes],
            ),
            (
                b"250 \xc4\xe3\xba\xc3\r\n",
                250,
                "\u{fffd}\u{fffd}\u{fffd}",
                &[F::OddText],
            ),
            (b"250 a\0b\r\n", 250, "a\0b", &[F::OddText]),
            (b"250 \r\n", 250, "", &[]),
            (b"559 odd second digit\r\n", 559, "odd second digit", &[]),
            (b"550-5.7.1 spam\r\n550 5.7.1 spam\r\n", 550, "spam", &[]),
        ] {
            let (reply, found) = Reply::read(Bytes::copy_from_slice(wire)).unwrap();
            assert_eq!((reply.code(), &reply.text()[..]), (code, text), "{wire:?}");
            assert_eq!(
                found
                    .iter()
                    .map(|finding| finding.kind())
                    .collect::<Vec<_>>(),
                findings
            );
        }
    }

    #[test]
    fn what_is_no_reply() {
        for wire in [
            "",
            "2",
            "25",
            "x50 a\r\n",
            "650 a\r\n",
            "150 a\r\n",
            "250-a\r\n",
            "250 a\r\n250 b\r\n",
        ] {
            assert!(Reply::parse(wire).is_err(), "{wire:?}");
        }
        assert_eq!(
            Reply::parse("2x0 a\r\n").unwrap_err().to_string(),
            "unexpected byte b'x' in reply-code at byte 1"
        );
        assert!(Reply::new(199, None, "x").is_err() && Reply::new(600, None, "x").is_err());
        assert!(Reply::new(550, EnhancedCode::OK, "x").is_err());
    }

    #[test]
    fn classes() {
        for (code, severity) in [
            (250, Severity::Positive),
            (354, Severity::Intermediate),
            (421, Severity::Transient),
            (554, Severity::Permanent),
        ] {
            assert_eq!(Reply::new(code, None, "").unwrap().severity(), severity);
        }
    }

    #[test]
    fn enhanced_codes() {
        for (text, parts) in [
            ("2.0.0", (2, 0, 0)),
            ("5.7.606", (5, 7, 606)),
            ("4.999.1", (4, 999, 1)),
        ] {
            let code: EnhancedCode = text.parse().unwrap();
            assert_eq!((code.class(), code.subject(), code.detail()), parts);
            assert_eq!(code.to_string(), text);
        }
        for text in [
            "", "5", "5.1", "5.1.", "3.1.1", "5.1.1.1", "5.1.1000", "5.1.1x", "05.1.1", " 5.1.1",
        ] {
            assert!(text.parse::<EnhancedCode>().is_err(), "{text}");
        }
        // An address is no enhanced code.
        assert_eq!(
            Reply::parse("250 2.0.0.example.org ok\r\n")
                .unwrap()
                .enhanced(),
            None
        );
        // A code of another class than the reply's means nothing (RFC 2034 §4).
        assert_eq!(Reply::parse("550 2.1.5 no\r\n").unwrap().enhanced(), None);
        for (subject, detail) in [(1, 1), (2, 2), (3, 4), (4, 6), (5, 3), (6, 7), (7, 30)] {
            let code = EnhancedCode::new(5, subject, detail).unwrap();
            assert!(code.meaning().is_some() && code.hint().is_some());
        }
        assert_eq!(EnhancedCode::new(5, 99, 99).unwrap().meaning(), None);
    }
}

/// The answer to EHLO: every registered keyword, and the odd ones.
mod s4_1_1_1 {
    use super::*;

    #[test]
    fn keywords_both_ways() {
        for line in [
            "PIPELINING",
            "SIZE",
            "SIZE 0",
            "SIZE 18446744073709551615",
            "8BITMIME",
            "SMTPUTF8",
            "CHUNKING",
            "BINARYMIME",
            "STARTTLS",
            "AUTH PLAIN LOGIN",
            "DSN",
            "ENHANCEDSTATUSCODES",
            "REQUIRETLS",
            "LIMITS RCPTMAX=20 MAILMAX=5",
            "DELIVERBY",
            "DELIVERBY 240",
            "FUTURERELEASE 604800 2012-12-31T23:59:59Z",
            "MT-PRIORITY",
            "MT-PRIORITY MIXER",
            "RRVS",
            "MTRK",
            "NO-SOLICITING",
            "NO-SOLICITING net.example:ADV",
            "SUBMITTER",
            "BURL imap",
            "CONPERM",
            "CONNEG",
            "CHECKPOINT",
            "ETRN",
            "ATRN",
            "ATRN a.example b.example",
            "VRFY",
            "EXPN",
            "HELP",
            "SEND",
            "SOML",
            "SAML",
            "TURN",
            "ONEX",
            "VERB",
            "XCLIENT NAME ADDR",
            "XFORWARD NAME ADDR PROTO",
            "X-OWN",
            "X-OWN a  b",
        ] {
            let capability = Capability::parse(line).unwrap();
            assert_eq!(capability.to_string(), line);
            let known = !line.starts_with("X-");
            assert_eq!(
                matches!(capability, Capability::Other { .. }),
                !known,
                "{line}"
            );
            assert_eq!(
                Capability::parse(line.to_ascii_lowercase())
                    .unwrap()
                    .keyword()
                    .to_ascii_uppercase(),
                capability.keyword()
            );
        }
    }

    #[test]
    fn offers_of_real_servers() {
        let reply = Reply::parse(
            "250-mx.example.org greets you\r\n250-SIZE 35882577\r\n250-8bitmime\r\n250-AUTH=LOGIN PLAIN\r\n\
             250-AUTH LOGIN XOAUTH2\r\n250-X-EXPS GSSAPI\r\n250-\r\n250-Odd_Keyword x\r\n250-XSHADOW\r\n250 OK\r\n",
        )
        .unwrap();
        let offers = Capabilities::from(&reply);
        assert_eq!(offers.size(), Some(35_882_577));
        assert!(offers.has("8BITMIME") && offers.has("xshadow") && offers.has("odd_keyword"));
        let mechanisms: Vec<_> = offers
            .mechanisms()
            .map(|mechanism| mechanism.to_string())
            .collect();
        assert_eq!(mechanisms, ["LOGIN", "PLAIN", "XOAUTH2", "GSSAPI"]);
        assert!(Capabilities::from(&Reply::parse("250 mx\r\n").unwrap()).is_empty());
    }
}

/// The order of commands.
mod s4_1_4 {
    use super::*;

    #[track_caller]
    fn codes(wire: &str, codes: &[u16]) -> common::Heard {
        let heard = serve_every_way(&config(), wire.as_bytes());
        assert_eq!(heard.codes(), codes, "{wire}\n{}", heard.said);
        heard
    }

    #[test]
    fn commands_out_of_order() {
        codes("MAIL FROM:<a@b.example>\r\n", &[220, 503]);
        codes(
            "EHLO c\r\nRCPT TO:<a@b.example>\r\nDATA\r\n",
            &[220, 250, 503, 503],
        );
        codes(
            "EHLO c\r\nMAIL FROM:<>\r\nMAIL FROM:<>\r\nDATA\r\n",
            &[220, 250, 250, 503, 554],
        );
        codes(
            "EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<no@b.example>\r\nDATA\r\n",
            &[220, 250, 250, 550, 554],
        );
        codes(
            "NOOP\r\nRSET\r\nVRFY x\r\nHELP\r\nQUIT\r\n",
            &[220, 250, 250, 252, 214, 221],
        );
        codes(
            "LHLO c\r\nFROB\r\nTURN\r\nSTARTTLS\r\nAUTH PLAIN\r\nEXPN x\r\n",
            &[220, 500, 500, 500, 502, 502, 502],
        );
    }

    #[test]
    fn ehlo_and_rset_close_a_transaction() {
        let transaction = "MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n";
        codes(
            &format!(
                "EHLO c\r\n{transaction}RSET\r\nRCPT TO:<c@d.example>\r\n{transaction}EHLO c\r\nDATA\r\n"
            ),
            &[220, 250, 250, 250, 250, 503, 250, 250, 250, 503],
        );
    }

    #[test]
    fn a_second_message_needs_a_second_mail() {
        let heard = codes(
            "EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\nDATA\r\n.\r\nRCPT TO:<a@b.example>\r\nDATA\r\n\
             MAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n",
            &[
                220, 250, 250, 250, 354, 250, 503, 503, 250, 250, 354, 250, 221,
            ],
        );
        assert_eq!(heard.content, [b"".to_vec(), b"x\r\n".to_vec()]);
    }

    #[test]
    fn parameters_need_ehlo_and_an_offer() {
        codes("HELO c\r\nMAIL FROM:<> SIZE=1\r\n", &[220, 250, 555]);
        codes(
            "EHLO c\r\nMAIL FROM:<> RET=FULL\r\nMAIL FROM:<> X=1\r\n",
            &[220, 250, 555, 555],
        );
        codes(
            "EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<a@b.example> NOTIFY=NEVER\r\n",
            &[220, 250, 250, 555],
        );
        codes(
            "EHLO c\r\nMAIL FROM:<> SIZE=99999999999\r\n",
            &[220, 250, 552],
        );
        codes(
            "EHLO c\r\nMAIL FROM:<> BODY=BINARYMIME\r\nMAIL FROM:<> BODY=9BIT\r\n",
            &[220, 250, 555, 501],
        );
        codes(
            "EHLO c\r\nMAIL FROM:<ä@b.example>\r\nMAIL FROM:<ä@b.example> SMTPUTF8\r\n",
            &[220, 250, 550, 250],
        );
        codes("EHLO c\r\nMAIL FROM:<> REQUIRETLS\r\n", &[220, 250, 530]);
    }
}

/// Limits, each at its edge.
mod s4_5_3 {
    use super::*;

    fn limited(limits: Limits) -> Config {
        config().limits(limits)
    }

    #[test]
    fn a_long_line_is_answered_once_and_the_next_is_read() {
        let long = "x".repeat(600);
        for line in [
            format!("NOOP {long}"),
            long.clone(),
            format!("MAIL FROM:<{long}@b.example>"),
        ] {
            let wire = format!("EHLO c\r\n{line}\r\nNOOP\r\nQUIT\r\n");
            let heard = serve_every_way(&limited(Limits::default().command(512)), wire.as_bytes());
            assert_eq!(heard.codes(), [220, 250, 500, 250, 221]);
        }
        let fits = format!("NOOP {}\r\n", "x".repeat(512 - 7));
        assert_eq!(
            serve(limited(Limits::default().command(512)), &[fits.as_bytes()]).codes(),
            [220, 250]
        );
    }

    #[test]
    fn recipients_over_the_limit_are_told_to_wait() {
        let wire = format!(
            "EHLO c\r\nMAIL FROM:<>\r\n{}DATA\r\nx\r\n.\r\n",
            "RCPT TO:<a@b.example>\r\n".repeat(5)
        );
        let heard = serve(limited(Limits::default().recipients(3)), &[wire.as_bytes()]);
        assert_eq!(
            heard.codes(),
            [220, 250, 250, 250, 250, 250, 452, 452, 354, 250]
        );
        assert!(heard.said.contains("452 4.5.3 "));
    }

    #[test]
    fn a_message_over_the_limit_is_refused_while_it_comes() {
        let body = "x".repeat(60) + "\r\n";
        let wire = format!(
            "EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\nDATA\r\n{}.\r\nNOOP\r\n",
            body.repeat(50)
        );
        let heard = serve(
            limited(Limits::default().message(1000)),
            &wire.as_bytes().chunks(100).collect::<Vec<_>>(),
        );
        assert_eq!(heard.codes(), [220, 250, 250, 250, 354, 552, 250]);
        assert_eq!(heard.events[4], "BodyAborted { reason: TooBig }");
        // Far over it, the session ends.
        let limits = Limits::default().message(100).discard_message(100);
        let heard = serve(
            limited(limits),
            &wire.as_bytes().chunks(100).collect::<Vec<_>>(),
        );
        assert_eq!(heard.codes(), [220, 250, 250, 250, 354, 552]);
        assert!(heard.error.is_some());
    }

    #[test]
    fn too_many_errors_and_too_many_commands_end_the_session() {
        let heard = serve(
            limited(Limits::default().errors(3)),
            &[b"FROB\r\n".repeat(10).as_slice()],
        );
        assert_eq!(heard.codes(), [220, 500, 500, 500, 500, 421]);
        let heard = serve(
            limited(Limits::default().idle_commands(5)),
            &[b"NOOP\r\n".repeat(10).as_slice()],
        );
        assert_eq!(heard.codes(), [220, 250, 250, 250, 250, 250, 421]);
    }

    #[test]
    fn early_talk_is_reported_or_refused() {
        let mut server = mailweft_smtp::Server::new(config());
        let mut input = bytes::BytesMut::from(&b"EHLO c\r\n"[..]);
        let mailweft_smtp::server::Event::Violation(violation) = server.poll(&mut input).unwrap()
        else {
            panic!()
        };
        assert_eq!(
            *violation.kind(),
            mailweft_smtp::server::ViolationKind::EarlyTalk(8)
        );
        let mut server = mailweft_smtp::Server::new(config().refuse_early_talk(true));
        assert!(server.poll(&mut input).is_err());
        assert!(server.output().starts_with(b"554 "));
        // The first line of another protocol.
        let heard = serve(
            config(),
            &[b"POST / HTTP/1.1\r\nHost: mx\r\n\r\nMAIL FROM:<>\r\n"],
        );
        assert_eq!((heard.codes(), heard.events.len()), (vec![220, 554], 0));
    }
}

/// A command is cut off at every octet: the state is what it was.
#[test]
fn whole_sessions_every_way() {
    let wire = "EHLO client.example\r\nMAIL FROM:<joe@example.com> SIZE=20 BODY=8BITMIME\r\n\
                RCPT TO:<ann@example.org>\r\nRCPT TO:<no@example.org>\r\nNOOP x\r\nDATA\r\n..\r\nhello\r\n.\r\n\
                VRFY ann\r\nFROB\r\nMAIL FROM:<x y@b>\r\nMAIL FROM:<>\r\nRCPT TO:<a@example.org>\r\n\
                BDAT 3\r\na\r\nBDAT 4 LAST\r\n.\r\nbQUIT\r\n";
    let heard = serve_every_way(&config(), wire.as_bytes());
    assert_eq!(
        heard.content,
        [b".\r\nhello\r\n".to_vec(), b"a\r\n.\r\nb".to_vec()]
    );
    assert_eq!(
        heard.codes(),
        [
            220, 250, 250, 250, 550, 250, 354, 250, 252, 500, 501, 250, 250, 250, 250, 221
        ]
    );
}
