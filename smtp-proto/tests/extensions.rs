//! The extensions in sessions: what each end makes of them, of each other, and of misuse.

mod common;

use common::{Pair, accept_all, config, send_all, serve, serve_every_way, serve_with};
use mailweft_address::Address;
use mailweft_smtp::{
    BodyType, ByMode, Capability, Command, DeliverBy, Limits, Mail, MailParam, Mechanism, Protocol,
    Rcpt, Reply, Ret, Seconds, UsageError,
    client::{self, Envelope, NextStep, Security, Stage},
    server::{self, Event, Framing},
};

fn address(address: &str) -> Address {
    Address::parse(address).unwrap()
}

/// BDAT: chunks are counted, whatever is in them, and refused ones are skipped to the octet.
mod rfc3030 {
    use super::*;

    const HEAD: &str = "EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\n";

    #[test]
    fn chunks() {
        let wire =
            format!("{HEAD}BDAT 10\r\n\r\n.\r\nRSET\rBDAT 0\r\nBDAT 3 LAST\r\n\0\n\rNOOP\r\n");
        let heard = serve_every_way(&config(), wire.as_bytes());
        assert_eq!(heard.codes(), [220, 250, 250, 250, 250, 250, 250, 250]);
        assert_eq!(heard.content, [b"\r\n.\r\nRSET\r\0\n\r".to_vec()]);
    }

    #[test]
    fn an_empty_message() {
        let heard = serve_every_way(
            &config(),
            format!("{HEAD}BDAT 0 LAST\r\nQUIT\r\n").as_bytes(),
        );
        assert_eq!(
            (heard.codes(), heard.content),
            (vec![220, 250, 250, 250, 250, 221], vec![vec![]])
        );
    }

    #[test]
    fn refused_chunks_are_skipped() {
        for (head, codes) in [
            ("", &[220, 503, 250][..]),
            ("EHLO c\r\n", &[220, 250, 503, 250]),
            ("EHLO c\r\nMAIL FROM:<>\r\n", &[220, 250, 250, 554, 250]),
            (
                "EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<no@b.example>\r\n",
                &[220, 250, 250, 550, 554, 250],
            ),
        ] {
            let wire = format!("{head}BDAT 12 LAST\r\nMAIL FROM:<>NOOP\r\n");
            let heard = serve_every_way(&config(), wire.as_bytes());
            assert_eq!(heard.codes(), codes, "{head}");
        }
        // Over the size limit, in one chunk and in the second.
        let limited = config().limits(Limits::default().message(5));
        let heard = serve_every_way(
            &limited,
            format!("{HEAD}BDAT 6 LAST\r\nNOOP\r\nRSET\r\n").as_bytes(),
        );
        assert_eq!(heard.codes(), [220, 250, 250, 250, 552, 250]);
        let heard = serve_every_way(
            &limited,
            format!("{HEAD}BDAT 4\r\nabcdBDAT 4\r\nabcdBDAT 1 LAST\r\nxNOOP\r\n").as_bytes(),
        );
        assert_eq!(heard.codes(), [220, 250, 250, 250, 250, 552, 503, 250]);
        assert!(heard.content.is_empty());
    }

    #[test]
    fn a_caller_may_refuse_a_chunk_before_it_comes() {
        let wire = format!("{HEAD}BDAT 6\r\nNOOP\r\nBDAT 6 LAST\r\nNOOP\r\nRSET\r\nNOOP\r\n");
        let heard = serve_with(config(), &[wire.as_bytes()], |server, event| match event {
            Event::Data {
                slot,
                framing: Framing::Bdat,
            } => server.reply(*slot, Reply::NO_SPACE).unwrap(),
            event => accept_all(server, event),
        });
        assert_eq!(heard.codes(), [220, 250, 250, 250, 452, 503, 250, 250]);
    }

    #[test]
    fn data_and_chunks_do_not_mix() {
        let wire = format!(
            "{HEAD}BDAT 1\r\nxDATA\r\nRCPT TO:<a@b.example>\r\nMAIL FROM:<>\r\nRSET\r\nDATA\r\n"
        );
        let heard = serve_every_way(&config(), wire.as_bytes());
        assert_eq!(
            heard.codes(),
            [220, 250, 250, 250, 250, 503, 503, 503, 250, 503]
        );
        let binary = config().offer(Capability::BinaryMime);
        let wire = "EHLO c\r\nMAIL FROM:<> BODY=BINARYMIME\r\nRCPT TO:<a@b.example>\r\nDATA\r\n";
        assert_eq!(
            serve(binary, &[wire.as_bytes()]).codes(),
            [220, 250, 250, 250, 503]
        );
    }

    #[test]
    fn withdrawn_chunks_are_told() {
        for end in ["RSET\r\n", "EHLO c\r\n", "QUIT\r\n"] {
            let heard = serve_every_way(&config(), format!("{HEAD}BDAT 1\r\nx{end}").as_bytes());
            assert!(
                heard
                    .events
                    .contains(&"BodyAborted { reason: Withdrawn }".into()),
                "{:?}",
                heard.events
            );
            assert!(heard.content.is_empty());
        }
    }

    #[test]
    fn a_size_that_cannot_be_read_ends_the_session() {
        for size in [
            "184467440737095516155",
            "x",
            "99999999999999999999999",
            "1 LAST LAST",
            "18446744073709551615",
        ] {
            let heard = serve(
                config(),
                &[format!("{HEAD}BDAT {size}\r\nMAIL FROM:<>\r\n").as_bytes()],
            );
            assert!(heard.error.is_some(), "{size}");
            assert_eq!(heard.codes().len(), 5);
            assert_eq!(heard.mails(), 1);
        }
    }

    #[test]
    fn a_client_cuts_chunks() {
        for (pipelining, chunk) in [(true, 4), (false, 4), (true, 1 << 16)] {
            let client = client::Config::new("c.example")
                .unwrap()
                .pipelining(pipelining)
                .chunk(chunk);
            let mut pair = Pair::new(client, config());
            let mut rest: &[u8] = b"hello\r\n.\r\nworld\n";
            pair.run(accept_all, |client, event| match event {
                client::Event::Ready => client.begin(envelope(&["b"])).unwrap(),
                client::Event::SendBody => {
                    let taken = client.body(rest).unwrap();
                    rest = &rest[taken..];
                }
                _ => {}
            })
            .unwrap();
            // A window that is full, or a server that has to answer first: what was not taken goes now.
            while !rest.is_empty() {
                let taken = pair.client.body(rest).unwrap();
                rest = &rest[taken..];
                pair.run(accept_all, |_, _| {}).unwrap();
            }
            pair.client.body_end().unwrap();
            pair.run(accept_all, |_, _| {}).unwrap();
            assert_eq!(pair.messages, [b"hello\r\n.\r\nworld\r\n"]);
        }
    }
}

fn envelope(names: &[&str]) -> Envelope {
    let rcpts = names
        .iter()
        .map(|name| Rcpt::new(address(&format!("{name}@mx.example"))));
    Envelope::new(Mail::new(address("a@c.example")), rcpts)
}

/// AUTH: the loop of challenges, and what is refused.
mod rfc4954 {
    use super::*;

    fn with_auth() -> server::Config {
        config()
            .tls(true)
            .auth([Mechanism::PLAIN, Mechanism::LOGIN])
    }

    #[test]
    fn exchanges() {
        let heard = serve_every_way(
            &with_auth(),
            b"EHLO c\r\nAUTH LOGIN\r\ndGlt\r\nAUTH PLAIN AHUAcA==\r\n",
        );
        assert_eq!(heard.codes(), [220, 250, 334, 235, 503]);
        let heard = serve_every_way(
            &with_auth(),
            b"EHLO c\r\nAUTH LOGIN\r\n*\r\nAUTH LOGIN\r\n!\r\nAUTH PLAIN =\r\nNOOP\r\n",
        );
        assert_eq!(heard.codes(), [220, 250, 334, 501, 334, 501, 235, 250]);
        assert!(heard.events.contains(&"AuthCancelled".into()));
        let line = [
            b"EHLO c\r\nAUTH LOGIN\r\n".to_vec(),
            vec![b'A'; 13_000],
            b"\r\nNOOP\r\n".to_vec(),
        ]
        .concat();
        let heard = serve(with_auth(), &line.chunks(999).collect::<Vec<_>>());
        assert_eq!(heard.codes(), [220, 250, 334, 500, 250]);
        assert!(heard.said.contains("500 5.5.6 "));
    }

    #[test]
    fn what_is_refused() {
        for (config, wire, codes) in [
            (with_auth(), "AUTH PLAIN\r\n", &[220, 503][..]),
            (with_auth(), "HELO c\r\nAUTH PLAIN\r\n", &[220, 250, 503]),
            (
                with_auth(),
                "EHLO c\r\nAUTH CRAM-MD5\r\nAUTH PLAIN x\r\n",
                &[220, 250, 504, 501],
            ),
            (
                with_auth(),
                "EHLO c\r\nMAIL FROM:<>\r\nAUTH PLAIN\r\n",
                &[220, 250, 250, 503],
            ),
            (
                config().auth([Mechanism::PLAIN]),
                "EHLO c\r\nAUTH PLAIN\r\n",
                &[220, 250, 538],
            ),
            (
                with_auth().require_auth(true),
                "EHLO c\r\nMAIL FROM:<>\r\n",
                &[220, 250, 530],
            ),
            (
                config().starttls(true).require_tls(true),
                "EHLO c\r\nMAIL FROM:<>\r\nNOOP\r\n",
                &[220, 250, 530, 250],
            ),
        ] {
            let heard = serve(config, &[wire.as_bytes()]);
            assert_eq!(heard.codes(), codes, "{wire}");
        }
    }

    #[test]
    fn an_initial_response_that_is_too_long_waits_to_be_asked_for() {
        let token = "x".repeat(2000);
        let config = config().tls(true).auth([Mechanism::XOAUTH2]);
        let client = client::Config::new("c.example")
            .unwrap()
            .security(Security::Implicit);
        let mut pair = Pair::new(client, config);
        let mut initial = None;
        pair.run(
            |server, event| match event {
                Event::Auth {
                    slot,
                    initial: None,
                    ..
                } => server.challenge(*slot, b"").unwrap(),
                Event::AuthResponse { slot, response } => {
                    initial = Some(response.clone());
                    server.accept(*slot).unwrap();
                }
                event => accept_all(server, event),
            },
            |client, event| {
                if *event == client::Event::Ready {
                    client
                        .authenticate(client::Credentials::xoauth2("tim", token.clone()).unwrap())
                        .unwrap();
                }
            },
        )
        .unwrap();
        assert!(pair.client.is_authenticated() && pair.server.is_authenticated());
        assert!(initial.unwrap().expose().ends_with(b"xxx\x01\x01"));
    }

    #[test]
    fn a_failed_bearer_token_is_answered_and_refused() {
        let config = config().tls(true).auth([Mechanism::OAUTHBEARER]);
        let client = client::Config::new("c.example")
            .unwrap()
            .security(Security::Implicit);
        let mut pair = Pair::new(client, config);
        pair.run(
            |server, event| match event {
                Event::Auth { slot, .. } => server
                    .challenge(*slot, b"{\"status\":\"invalid_token\"}")
                    .unwrap(),
                Event::AuthResponse { slot, response } => {
                    assert_eq!(&response.expose()[..], b"\x01");
                    server.reply(*slot, Reply::AUTH_FAILED).unwrap();
                }
                event => accept_all(server, event),
            },
            |client, event| match event {
                client::Event::Ready => {
                    client
                        .authenticate(client::Credentials::oauthbearer("tim", "t", None).unwrap())
                        .unwrap();
                }
                client::Event::AuthFailed { .. } => client.quit().unwrap(),
                _ => {}
            },
        )
        .unwrap();
        assert!(!pair.client.is_authenticated() && !pair.server.is_authenticated());
    }

    #[test]
    fn passwords_do_not_pass_in_clear() {
        let client = client::Config::new("c.example")
            .unwrap()
            .security(Security::Clear);
        let mut pair = Pair::new(
            client,
            config().auth([Mechanism::PLAIN]).auth_in_clear(true),
        );
        pair.run(accept_all, |client, event| {
            if *event == client::Event::Ready {
                let credentials = client::Credentials::plain("tim", "secret").unwrap();
                assert!(matches!(
                    client.authenticate(credentials),
                    Err(UsageError::NotNow { .. })
                ));
                client.quit().unwrap();
            }
        })
        .unwrap();
        assert!(!pair.commands.iter().any(|command| command.contains("Auth")));
    }
}

/// LMTP: a reply for each recipient that was accepted.
#[test]
fn rfc2033() {
    let wire =
        b"EHLO c\r\nLHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\nRCPT TO:<no@b.example>\r\n\
                 RCPT TO:<a@b.example>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n";
    let heard = serve_every_way(&config().lmtp(true), wire);
    assert_eq!(
        heard.codes(),
        [220, 500, 250, 250, 250, 550, 250, 354, 250, 250, 221]
    );
    // Refused content is refused for each.
    let wire = b"LHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\nRCPT TO:<c@b.example>\r\nDATA\r\na\nb\r\n.\r\nQUIT\r\n";
    let heard = serve_every_way(&config().lmtp(true), wire);
    assert_eq!(heard.codes(), [220, 250, 250, 250, 250, 354, 550, 550, 221]);
    // The client matches replies with recipients.
    let client = client::Config::new("c.example").unwrap().lmtp(true);
    let mut pair = Pair::new(client, config().lmtp(true));
    pair.run(
        |server, event| match event {
            Event::Rcpt { slot, rcpt } if rcpt.to().to_string().starts_with("<no") => {
                server.reply(*slot, Reply::NO_SUCH_USER).unwrap();
            }
            Event::BodyEnd { slots, .. } => {
                for (slot, reply) in slots.zip([Reply::MESSAGE_OK, Reply::MAILBOX_FULL]) {
                    server.reply(slot, reply).unwrap();
                }
            }
            event => accept_all(server, event),
        },
        |client, event| match event {
            client::Event::Ready => client.begin(envelope(&["a", "no", "b"])).unwrap(),
            client::Event::SendBody => send_all(client, b"x\r\n"),
            _ => {}
        },
    )
    .unwrap();
    let Some(client::Event::Done { deliveries }) = pair.events.last() else {
        panic!()
    };
    let results: Vec<_> = deliveries
        .iter()
        .map(|delivery| (delivery.stage(), delivery.reply().code()))
        .collect();
    assert_eq!(
        results,
        [
            (Stage::Message, 250),
            (Stage::Recipient, 550),
            (Stage::Message, 552)
        ]
    );
    assert!(deliveries[0].is_delivered());
}

/// What the client uses, and what it refuses to do without.
mod offers {
    use super::*;

    fn begin(offers: &[&str], envelope: Envelope) -> (Result<(), UsageError>, String) {
        let mut config = config();
        for keyword in ["PIPELINING", "8BITMIME", "SMTPUTF8", "CHUNKING"] {
            config = config.withdraw(keyword);
        }
        for offer in offers {
            config = config.offer(Capability::parse(offer).unwrap());
        }
        let mut pair = Pair::new(
            client::Config::new("c.example").unwrap(),
            config.limits(Limits::default().message(1000)),
        );
        pair.run(accept_all, |_, _| {}).unwrap();
        let begun = pair.client.begin(envelope);
        (
            begun,
            String::from_utf8(pair.client.output().to_vec()).unwrap(),
        )
    }

    fn one(param: MailParam) -> Envelope {
        Envelope::new(
            Mail::new(address("a@c.example")).with(param),
            [Rcpt::new(address("b@mx.example"))],
        )
    }

    #[test]
    fn what_is_lacking_is_said_before_a_byte_is_sent() {
        for (param, lacking) in [
            (MailParam::Body(BodyType::EightBitMime), "8BITMIME"),
            (MailParam::Body(BodyType::BinaryMime), "BINARYMIME"),
            (MailParam::SmtpUtf8, "SMTPUTF8"),
            (MailParam::RequireTls, "REQUIRETLS"),
            (
                MailParam::HoldFor(Seconds::new(1).unwrap()),
                "FUTURERELEASE",
            ),
            (
                MailParam::By(DeliverBy::new(1, ByMode::Return).unwrap()),
                "DELIVERBY",
            ),
            (MailParam::Ret(Ret::Full), "DSN"),
        ] {
            assert_eq!(
                begin(&[], one(param)),
                (Err(UsageError::NotOffered(lacking)), String::new())
            );
        }
        let utf8 = Envelope::new(
            Mail::new(address("jörg@c.example")),
            [Rcpt::new(address("b@mx.example"))],
        );
        assert_eq!(
            begin(&[], utf8.clone()).0,
            Err(UsageError::NotOffered("SMTPUTF8"))
        );
        assert_eq!(
            begin(&["SMTPUTF8"], utf8).1,
            "MAIL FROM:<jörg@c.example> SMTPUTF8\r\n"
        );
        let big = one(MailParam::Size(1001));
        assert_eq!(
            begin(&[], big).0,
            Err(UsageError::TooLarge {
                size: 1001,
                max: 1000
            })
        );
        assert_eq!(
            begin(&[], Envelope::new(Mail::new(address("a@c.example")), [])).0,
            Err(UsageError::NoRecipients)
        );
        let two = envelope(&["a", "b"]);
        assert_eq!(
            begin(&["LIMITS RCPTMAX=1"], two).0,
            Err(UsageError::TooManyRecipients { count: 2, max: 1 })
        );
    }

    #[test]
    fn what_is_optional_is_left_out() {
        let dsn = one(MailParam::Ret(Ret::Full)).drop_optional(true);
        assert_eq!(begin(&[], dsn).1, "MAIL FROM:<a@c.example>\r\n");
        let held = one(MailParam::HoldFor(Seconds::new(1).unwrap())).drop_optional(true);
        assert!(begin(&[], held).0.is_err());
        assert_eq!(
            begin(&[], one(MailParam::Body(BodyType::SevenBit))).1,
            "MAIL FROM:<a@c.example>\r\n"
        );
        assert_eq!(
            begin(&[], one(MailParam::Size(9))).1,
            "MAIL FROM:<a@c.example> SIZE=9\r\n"
        );
    }

    #[test]
    fn mailmax_is_kept() {
        let mut pair = Pair::new(
            client::Config::new("c.example").unwrap(),
            config().offer(Capability::parse("LIMITS MAILMAX=1").unwrap()),
        );
        let mut refused = false;
        pair.run(accept_all, |client, event| match event {
            client::Event::Ready => client.begin(envelope(&["b"])).unwrap(),
            client::Event::SendBody => send_all(client, b"x\r\n"),
            client::Event::Done { .. } => refused = client.begin(envelope(&["b"])).is_err(),
            _ => {}
        })
        .unwrap();
        assert!(refused);
    }
}

/// The envelope in one go, and everybody gets his own result.
#[test]
fn rfc2920() {
    let mut pair = Pair::new(client::Config::new("c.example").unwrap(), config());
    let mut largest = 0;
    pair.run(
        |server, event| match event {
            Event::Rcpt { slot, rcpt } if rcpt.to().to_string().starts_with("<no") => {
                server.reply(*slot, Reply::MAILBOX_BUSY).unwrap();
            }
            event => accept_all(server, event),
        },
        |client, event| match event {
            client::Event::Ready => {
                client.begin(envelope(&["a", "no", "b"])).unwrap();
                // MAIL leaves with the first poll after it, and the recipients with it.
            }
            client::Event::SendBody => send_all(client, b"x\r\n"),
            client::Event::Sender { .. } => largest = largest.max(client.output().len()),
            _ => {}
        },
    )
    .unwrap();
    let Some(client::Event::Done { deliveries }) = pair.events.last() else {
        panic!()
    };
    let steps: Vec<_> = deliveries.iter().map(client::Delivery::next_step).collect();
    assert_eq!(
        steps,
        [NextStep::Nothing, NextStep::RetryLater, NextStep::Nothing]
    );
    assert_eq!(largest, 0, "nothing waits behind MAIL");
}

/// Answers in any order leave in the order of commands.
#[test]
fn answers_leave_in_the_order_of_commands() {
    let mut slots = Vec::new();
    let mut server = mailweft_smtp::Server::new(config());
    let mut input = bytes::BytesMut::new();
    server.poll(&mut input).unwrap();
    input.extend_from_slice(b"EHLO c\r\nMAIL FROM:<>\r\n");
    for _ in 0..2 {
        match server.poll(&mut input).unwrap() {
            Event::Hello { slot, .. } | Event::Mail { slot, .. } => server.accept(slot).unwrap(),
            event => panic!("{event:?}"),
        }
    }
    server.output().clear();
    input.extend_from_slice(
        b"RCPT TO:<a@b.example>\r\nRCPT TO:<bad\r\nRCPT TO:<c@b.example>\r\nDATA\r\n",
    );
    loop {
        match server.poll(&mut input).unwrap() {
            Event::Rcpt { slot, .. } => slots.push(slot),
            Event::Violation(_) => {}
            Event::Blocked => break,
            event => panic!("{event:?}"),
        }
    }
    assert!(server.output().is_empty());
    server.reply(slots[1], Reply::NO_SUCH_USER).unwrap();
    assert!(server.output().is_empty());
    server.accept(slots[0]).unwrap();
    let said = String::from_utf8(server.output().split().to_vec()).unwrap();
    let codes: Vec<_> = said.lines().map(|line| &line[..3]).collect();
    assert_eq!(codes, ["250", "501", "550"]);
    assert!(matches!(
        server.poll(&mut input).unwrap(),
        Event::Data { .. }
    ));
}

/// What a caller can get wrong, each told and none of it changing anything.
#[test]
fn misuse() {
    let mut server = mailweft_smtp::Server::new(config());
    let mut input = bytes::BytesMut::new();
    server.poll(&mut input).unwrap();
    input.extend_from_slice(b"EHLO c\r\n");
    let Event::Hello { slot, .. } = server.poll(&mut input).unwrap() else {
        panic!()
    };
    assert_eq!(
        server.reply(slot, Reply::START_MAIL),
        Err(UsageError::WrongClass {
            event: "Hello",
            code: 354
        })
    );
    assert_eq!(
        server.challenge(slot, b""),
        Err(UsageError::WrongClass {
            event: "Hello",
            code: 334
        })
    );
    server.accept(slot).unwrap();
    assert_eq!(server.accept(slot), Err(UsageError::UnknownSlot));
    assert_eq!(server.reply(slot, Reply::OK), Err(UsageError::UnknownSlot));
    assert!(server.tls_established(&input).is_err());
    assert!(server.shutdown(Reply::OK).is_err());
    server.shutdown(Reply::SHUTTING_DOWN).unwrap();
    assert_eq!(server.poll(&mut input).unwrap(), Event::Closed);
    assert!(
        server
            .output()
            .ends_with(b"421 4.3.2 Shutting down, come back later\r\n")
    );

    let mut client = mailweft_smtp::Client::new(client::Config::new("c.example").unwrap());
    let not_now = |result: Result<(), UsageError>| {
        assert!(
            matches!(result, Err(UsageError::NotNow { .. })),
            "{result:?}"
        );
    };
    not_now(client.begin(envelope(&["a"])));
    not_now(client.body_end());
    not_now(client.body(b"x").map(|_| ()));
    not_now(client.abort());
    not_now(client.auth(Mechanism::PLAIN, None));
    not_now(client.auth_respond(&"x".into()));
    not_now(client.auth_cancel());
    not_now(client.command(Command::Noop(None)));
    not_now(client.tls_established(&input));
    assert!(client.output().is_empty());
    client.quit().unwrap();
    not_now(client.quit());
}

/// A client that gives up.
#[test]
fn abort() {
    for chunking in [true, false] {
        let config_ = client::Config::new("c.example")
            .unwrap()
            .chunking(chunking)
            .chunk(2);
        let mut pair = Pair::new(config_, config());
        pair.run(accept_all, |client, event| match event {
            client::Event::Ready => client.begin(envelope(&["a"])).unwrap(),
            client::Event::SendBody => {
                client.body(b"xx").unwrap();
                client.abort().unwrap();
            }
            client::Event::Done { .. } => client.quit().unwrap(),
            _ => {}
        })
        .unwrap();
        assert!(pair.messages.is_empty());
        assert!(
            matches!(pair.events.last(), Some(client::Event::Closed { .. })),
            "{:?}",
            pair.events
        );
        let withdrawn = pair
            .commands
            .iter()
            .any(|command| command.contains("Withdrawn"));
        assert_eq!(withdrawn, chunking);
    }
}

/// The word behind `with` in a Received field.
#[test]
fn rfc3848() {
    let mut protocols = Vec::new();
    for (config, wire) in [
        (config(), "HELO c\r\nMAIL FROM:<>\r\n"),
        (config(), "EHLO c\r\nMAIL FROM:<> SMTPUTF8\r\n"),
        (
            config().tls(true),
            "EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\n",
        ),
        (
            config().tls(true).auth([Mechanism::PLAIN]),
            "EHLO c\r\nAUTH PLAIN =\r\nMAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\n",
        ),
        (
            config().lmtp(true),
            "LHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\n",
        ),
    ] {
        let mut protocol = Protocol::SMTP;
        serve_with(config, &[wire.as_bytes()], |server, event| {
            accept_all(server, event);
            protocol = server.protocol();
        });
        protocols.push(protocol.as_str());
    }
    assert_eq!(protocols, ["SMTP", "UTF8SMTP", "ESMTPS", "ESMTPSA", "LMTP"]);
}

/// XCLIENT takes the session back to its start.
#[test]
fn xclient() {
    let config = config().offer(Capability::parse("XCLIENT NAME ADDR").unwrap());
    let wire = b"EHLO c\r\nXCLIENT ADDR=192.0.2.1\r\nMAIL FROM:<>\r\nEHLO c\r\nMAIL FROM:<>\r\nXCLIENT ADDR=192.0.2.2\r\n";
    let heard = serve_every_way(&config, wire);
    assert_eq!(heard.codes(), [220, 250, 220, 503, 250, 250, 503]);
}

/// What servers say and do that clients have to live with: a message that was accepted stays accepted.
#[test]
fn quirks_of_servers() {
    let normal = [
        "220 mx\r\n",
        "250 mx\r\n",
        "250 ok\r\n",
        "250 ok\r\n",
        "354 go\r\n",
        "250 queued\r\n",
    ];
    let changes: [(usize, &[u8]); 24] = [
        (0, b"220-mx\r\n220-mx\r\n220 mx\r\n"),
        (0, b"220\r\n"),
        (0, b"220-\r\n220 mx\r\n"),
        (0, b"220 ***********\r\n"),
        (1, b"250-mx\r\n250-X_ODD\r\n250 HELP\r\n"),
        (1, b"250-[192.0.2.1]\r\n250 HELP\r\n"),
        (1, b"250-mx\r\n250-\r\n250 HELP\r\n"),
        (1, b"250\r\n"),
        (1, b"250-mx\r\n250-\xc4\xe3\r\n250 HELP\r\n"),
        (1, b"250-mx\r\n250 size 100 200\r\n"),
        (2, b"250\r\n"),
        (3, b"251 forwarded\r\n"),
        (3, b"252 perhaps\r\n"),
        (4, b"354\r\n"),
        (5, b"250\r\n"),
        (5, b"250 \xc4\xe3\xba\xc3\r\n"),
        (5, "250 gut gemacht, schön\r\n".as_bytes()),
        (5, b"250 nul\0\r\n"),
        (5, b"250\tok\r\n"),
        (5, b"250-a\r\n250\r\n"),
        (5, b"550-no, but\r\n250 yes\r\n"),
        (5, b"250 ok\n"),
        (5, b"253 odd\r\n"),
        (4, b"354-go\r\n354 on\r\n"),
    ];
    let long = [b"250 ".to_vec(), vec![b'x'; 5000], b"\r\n".to_vec()].concat();
    let huge = [b"250-line\r\n".repeat(400), b"250 end\r\n".to_vec()].concat();
    let endless = [b"250-line\r\n".repeat(20_000), b"250 end\r\n".to_vec()].concat();
    let more = [(5, &long[..]), (5, &huge[..]), (5, &endless[..])];
    for (at, change) in changes.into_iter().chain(more) {
        for step in [usize::MAX, 1] {
            let mut client = mailweft_smtp::Client::new(client::Config::new("c.example").unwrap());
            let mut replies: Vec<_> = normal.iter().map(|reply| reply.as_bytes()).collect();
            replies[at] = change;
            let mut replies = replies
                .into_iter()
                .map(|reply| reply.chunks(step.min(reply.len())));
            let mut pieces = replies.next().unwrap();
            let mut input = bytes::BytesMut::new();
            let deliveries = loop {
                match client.poll(&mut input).unwrap() {
                    client::Event::NeedInput => {
                        client.output().clear();
                        let piece = pieces.next().unwrap_or_else(|| {
                            pieces = replies.next().unwrap();
                            pieces.next().unwrap()
                        });
                        input.extend_from_slice(piece);
                        assert!(input.len() < 300_000);
                    }
                    client::Event::Ready => client.begin(envelope(&["b"])).unwrap(),
                    client::Event::SendBody => send_all(&mut client, b"x\r\n"),
                    client::Event::Done { deliveries } => break deliveries,
                    _ => {}
                }
            };
            assert!(
                deliveries[0].is_delivered(),
                "{:?}",
                change.escape_ascii().to_string().get(..60)
            );
        }
    }
}

/// EHLO refused: HELO, and no extensions.
#[test]
fn helo_fallback() {
    for code in [500, 501, 502, 504, 550] {
        let mut client = mailweft_smtp::Client::new(client::Config::new("c.example").unwrap());
        let mut input = bytes::BytesMut::from(&b"220 mx\r\n"[..]);
        client.poll(&mut input).unwrap();
        client.output().clear();
        input.extend_from_slice(format!("{code} what?\r\n").as_bytes());
        assert_eq!(client.poll(&mut input).unwrap(), client::Event::NeedInput);
        assert_eq!(&client.output().split()[..], b"HELO c.example\r\n");
        input.extend_from_slice(b"250 mx\r\n");
        assert_eq!(client.poll(&mut input).unwrap(), client::Event::Ready);
        assert!(client.capabilities().is_empty());
    }
}

/// 421 at any time, and the end of the connection.
#[test]
fn servers_that_leave() {
    let mut pair = Pair::new(client::Config::new("c.example").unwrap(), config());
    pair.run(
        |server, event| match event {
            Event::Rcpt { .. } => server.shutdown(Reply::SHUTTING_DOWN).unwrap(),
            event => accept_all(server, event),
        },
        |client, event| {
            if *event == client::Event::Ready {
                client.begin(envelope(&["a", "b"])).unwrap();
            }
        },
    )
    .unwrap();
    // The slot of RCPT is open: the 421 waits behind it until the caller gives it up.
    assert!(pair.client.eof().is_err());
    let mut client = mailweft_smtp::Client::new(client::Config::new("c.example").unwrap());
    let mut input = bytes::BytesMut::from(&b"220 mx\r\n421 4.3.2 no more\r\n"[..]);
    client.poll(&mut input).unwrap();
    assert!(matches!(
        client.poll(&mut input).unwrap(),
        client::Event::Closed { reply: Some(_) }
    ));
    assert_eq!(
        client.poll(&mut input).unwrap(),
        client::Event::Closed { reply: None }
    );
}
