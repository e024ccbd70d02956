//! The extensions in sessions: what each end makes of them, of each other, and of misuse.

mod common;

use common::{Pair, accept_all, config, send_all, serve_every_way, serve_with};
use mailweft_address::Address;
use mailweft_smtp::{
    BodyType, ByMode, Capability, Command, DeliverBy, Limits, Mail, MailParam, Mechanism, Protocol,
    Rcpt, Reply, Ret, Seconds, UsageError,
    client::{self, Envelope, NextStep, Stage},
    server::Event,
};

fn address(address: &str) -> Address {
    Address::parse(address).unwrap()
}

fn envelope(names: &[&str]) -> Envelope {
    let rcpts = names
        .iter()
        .map(|name| Rcpt::new(address(&format!("{name}@mx.example"))));
    Envelope::new(Mail::new(address("a@c.example")), rcpts)
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

/// A transaction that was given up leaves a RSET to be said, one command at a time without PIPELINING.
#[test]
fn a_second_transaction_begins_with_rset() {
    for pipelining in [true, false] {
        let client_config = client::Config::new("c.example")
            .unwrap()
            .pipelining(pipelining);
        let mut pair = Pair::new(client_config, config());
        let mut rounds = 0;
        pair.run(
            |server, event| match event {
                Event::Rcpt { slot, .. } => server.reply(*slot, Reply::NO_SUCH_USER).unwrap(),
                event => accept_all(server, event),
            },
            |client, event| match event {
                client::Event::Ready => client.begin(envelope(&["a"])).unwrap(),
                client::Event::Done { .. } if rounds == 0 => {
                    rounds = 1;
                    client.begin(envelope(&["b"])).unwrap();
                    let said = client.output().clone();
                    let lines = said.iter().filter(|&&byte| byte == b'\n').count();
                    assert_eq!(lines, if pipelining { 2 } else { 1 }, "{said:?}");
                }
                client::Event::Done { .. } => client.quit().unwrap(),
                _ => {}
            },
        )
        .unwrap();
        let verbs: Vec<_> = pair
            .commands
            .iter()
            .map(|event| event.split([' ', '(']).next().unwrap())
            .collect();
        assert_eq!(
            verbs,
            ["Hello", "Mail", "Rcpt", "Reset", "Mail", "Rcpt", "Quit"]
        );
    }
}

/// QUIT before the session is open: nothing but QUIT.
#[test]
fn a_client_that_leaves_at_once() {
    let mut client = mailweft_smtp::Client::new(client::Config::new("c.example").unwrap());
    client.quit().unwrap();
    let mut input = bytes::BytesMut::from(&b""[..]);
    assert_eq!(client.poll(&mut input).unwrap(), client::Event::NeedInput);
    assert_eq!(&client.output().split()[..], b"QUIT\r\n");
    input.extend_from_slice(b"220 mx\r\n221 bye\r\n");
    assert!(matches!(
        client.poll(&mut input).unwrap(),
        client::Event::Closed { reply: Some(_) }
    ));
}
