//! One message in, one message out: nothing that looks like the end of a message is one, no octet sent in
//! clear is read as protected, nothing in an argument becomes a command.

mod common;

use bytes::BytesMut;
use common::{Pair, accept_all, config, send_all, serve, serve_every_way};
use mailweft_address::{Address, Level};
use mailweft_smtp::{
    Attribute, Burl, Client, Command, Error, HelloName, Keyword, Mail, Mechanism, Other, PeerError,
    Printable, Rcpt, Reply, Server, Stray, StrayPolicy, Text, Token, UsageError, Word, Words,
    client::{self, Credentials, Envelope, Security},
    server,
};

/// Ends of data as research has used them against servers: each is content.
const LOOKALIKES: [&[u8]; 31] = [
    b"\n.\n",
    b"\n.\r",
    b"\n.\r\n",
    b"\r.\n",
    b"\r.\r",
    b"\r.\r\n",
    b"\r\n.\n",
    b"\r\n.\r",
    b"\r\n.\r\r\n",
    b"\r\r\n.\r\r\n",
    b"\n.\r\r\n",
    b"\n\n.\n\n",
    b"\r\n\n.\n",
    b"\r\n\n.\r\n",
    b"\r\n.\n\r\n",
    b"\r\n\0.\r\n",
    b"\r\n.\0\r\n",
    b"\0\r\n\0.\0\r\n",
    b"\r\n. \r\n",
    b"\r\n.\t\r\n",
    b"\r\n .\r\n",
    b"\r\n.\x0b\r\n",
    b"\r\n.\x0c\r\n",
    b"\r\n.\xc2\x85\r\n",
    b"\r\n..\r\n",
    b"\r\n\xe2\x80\xa4\r\n",
    b"\r\x00\n.\r\n",
    b"\r\n.\x85",
    b"\n\r.\n\r",
    b"\n\r\n.\n\r\n",
    b"\r\n.\x1a\r\n",
];

const HEAD: &[u8] =
    b"EHLO c.example\r\nMAIL FROM:<a@c.example>\r\nRCPT TO:<b@mx.example>\r\nDATA\r\n";
const SECOND: &[u8] = b"MAIL FROM:<admin@c.example>\r\nRCPT TO:<victim@mx.example>\r\nDATA\r\nevil";

#[test]
fn a_server_sees_one_message_whatever_the_lookalike_and_the_policy() {
    let policies = [
        StrayPolicy::default(),
        StrayPolicy::repair(),
        StrayPolicy::keep(),
        StrayPolicy::default()
            .bare_lf(Stray::Keep)
            .bare_cr(Stray::Repair)
            .nul(Stray::Refuse),
    ];
    for lookalike in LOOKALIKES {
        for policy in policies {
            let wire = [
                HEAD,
                b"Subject: x\r\n\r\nhello",
                lookalike,
                SECOND,
                b"\r\n.\r\nQUIT\r\n",
            ]
            .concat();
            let heard = serve_every_way(&config().strays(policy), &wire);
            assert_eq!(heard.mails(), 1, "{lookalike:?} under {policy:?}");
            assert_eq!(heard.codes().len(), 7, "{}", heard.said);
            assert!(heard.content.len() <= 1);
            // What is handed on holds no end of data of its own: a next hop sees one message too.
            if policy != StrayPolicy::keep() {
                for content in &heard.content {
                    let bare = content
                        .windows(2)
                        .any(|pair| (pair[0] == b'\r') != (pair[1] == b'\n'));
                    assert!(!bare || policy != StrayPolicy::repair(), "{content:?}");
                }
            }
        }
    }
}

#[test]
fn bare_line_ends_are_refused_at_the_true_end() {
    let wire = [HEAD, b"a\nb\r\n.\r\nNOOP\r\nQUIT\r\n"].concat();
    let heard = serve_every_way(&config(), &wire);
    assert_eq!(heard.codes(), [220, 250, 250, 250, 354, 550, 250, 221]);
    assert!(heard.said.contains("550 5.6.11 "), "{}", heard.said);
    assert!(
        heard
            .events
            .iter()
            .any(|event| event.starts_with("BodyAborted { reason: Strays("))
    );
}

#[test]
fn a_client_writes_one_message_whatever_it_holds() {
    for lookalike in LOOKALIKES {
        for (keep, chunking) in [(false, false), (true, false), (false, true), (true, true)] {
            let content = [b"Subject: x\r\n\r\nhello", lookalike, SECOND, b"\r\n"].concat();
            for cut in 0..=content.len() {
                let policy = if keep {
                    StrayPolicy::keep()
                } else {
                    StrayPolicy::repair()
                };
                let client_config = client::Config::new("c.example")
                    .unwrap()
                    .strays(policy)
                    .chunking(chunking);
                let mut pair = Pair::new(client_config, config().strays(StrayPolicy::keep()));
                pair.run(accept_all, |client, event| match event {
                    client::Event::Ready => client.begin(envelope()).unwrap(),
                    client::Event::SendBody => {
                        client.body(&content[..cut]).unwrap();
                        send_all(client, &content[cut..]);
                    }
                    client::Event::Done { .. } => client.quit().unwrap(),
                    _ => {}
                })
                .unwrap();
                assert_eq!(pair.messages.len(), 1, "{lookalike:?}");
                let mails = pair
                    .commands
                    .iter()
                    .filter(|command| command.starts_with("Mail"))
                    .count();
                assert_eq!(mails, 1, "{lookalike:?}");
                let message = &pair.messages[0];
                let bare = message
                    .windows(2)
                    .any(|pair| (pair[0] == b'\r') != (pair[1] == b'\n'));
                assert!(
                    !bare || (keep && chunking),
                    "{lookalike:?} became {message:?}"
                );
            }
        }
    }
}

#[test]
fn a_client_that_refuses_takes_nothing() {
    let strict = client::Config::new("c.example")
        .unwrap()
        .strays(StrayPolicy::default().nul(Stray::Refuse));
    let mut pair = Pair::new(strict, config());
    pair.run(accept_all, |client, event| match event {
        client::Event::Ready => client.begin(envelope()).unwrap(),
        client::Event::SendBody => {
            assert_eq!(client.body(b"a\nb"), Err(UsageError::RefusedByte(b'\n')));
            assert_eq!(client.body(b"a\rb"), Err(UsageError::RefusedByte(b'\r')));
            assert_eq!(client.body(b"a\0b"), Err(UsageError::RefusedByte(0)));
            send_all(client, b"fine\r\n");
        }
        client::Event::Done { .. } => client.quit().unwrap(),
        _ => {}
    })
    .unwrap();
    assert_eq!(pair.messages, [b"fine\r\n"]);
}

fn envelope() -> Envelope {
    Envelope::new(
        Mail::new(Address::parse("a@c.example").unwrap()),
        [Rcpt::new(Address::parse("b@mx.example").unwrap())],
    )
}

/// Commands that an attacker on the path puts behind STARTTLS.
#[test]
fn what_a_client_sent_behind_starttls_is_thrown_away_and_reported() {
    let wire = b"EHLO c.example\r\nSTARTTLS\r\nEHLO evil.example\r\nMAIL FROM:<evil@c.example>\r\n";
    let mut server = Server::new(config().starttls(true));
    let mut input = BytesMut::new();
    server.poll(&mut input).unwrap();
    input.extend_from_slice(wire);
    let server::Event::Hello { slot, .. } = server.poll(&mut input).unwrap() else {
        panic!()
    };
    server.accept(slot).unwrap();
    assert_eq!(
        server.poll(&mut input).unwrap(),
        server::Event::StartTls { discarded: 47 }
    );
    assert!(input.is_empty());
    assert!(!server.wants_read());
    // Octets that the caller reads in clear after that are refused where the handshake is reported.
    input.extend_from_slice(b"RSET\r\n");
    assert_eq!(
        server.poll(&mut input).unwrap(),
        server::Event::StartTls { discarded: 47 }
    );
    assert_eq!(
        server.tls_established(&input),
        Err(UsageError::InputNotEmpty(6))
    );
    input.clear();
    server.tls_established(&input).unwrap();
    // Nothing of before is left: MAIL wants a new EHLO, and STARTTLS is not offered any more.
    server.output().clear();
    input.extend_from_slice(b"MAIL FROM:<a@c.example>\r\nEHLO c.example\r\n");
    assert!(matches!(
        server.poll(&mut input).unwrap(),
        server::Event::Violation(_)
    ));
    let server::Event::Hello { slot, .. } = server.poll(&mut input).unwrap() else {
        panic!()
    };
    server.accept(slot).unwrap();
    let said = String::from_utf8(server.output().to_vec()).unwrap();
    assert!(
        said.starts_with("503 ") && !said.contains("STARTTLS"),
        "{said}"
    );
}

/// Replies that an attacker on the path puts behind the answer to STARTTLS.
#[test]
fn what_a_server_sent_behind_its_answer_to_starttls_ends_the_session() {
    let replies = b"220 mx\r\n250-mx\r\n250 STARTTLS\r\n220 go\r\n250-mx\r\n250 AUTH PLAIN\r\n";
    for security in [Security::Required, Security::Opportunistic] {
        let mut client = Client::new(client::Config::new("c.example").unwrap().security(security));
        let mut input = BytesMut::new();
        let mut at = 0;
        // Replies come when their commands have left, but for the injected one.
        let error = loop {
            match client.poll(&mut input) {
                Ok(client::Event::NeedInput) => {
                    client.output().clear();
                    let ends = [8, 8 + 8 + 14, replies.len()];
                    input.extend_from_slice(
                        &replies[at..ends[ends.iter().filter(|&&end| end <= at).count()]],
                    );
                    at = ends[ends.iter().filter(|&&end| end <= at).count()];
                }
                Ok(event) => assert!(!matches!(event, client::Event::UpgradeTls)),
                Err(error) => break error,
            }
        };
        assert_eq!(error, Error::Peer(PeerError::StartTlsInjection(24)));
    }
}

#[test]
fn starttls_that_is_required_and_not_there_ends_the_session_before_anything_is_said() {
    let mut client = Client::new(
        client::Config::new("c.example")
            .unwrap()
            .security(Security::Required),
    );
    let mut input = BytesMut::from(&b"220 mx\r\n"[..]);
    client.poll(&mut input).unwrap();
    client.output().clear();
    input.extend_from_slice(b"250-mx\r\n250 AUTH PLAIN\r\n");
    assert_eq!(
        client.poll(&mut input),
        Err(Error::Peer(PeerError::NoStartTls))
    );
    assert!(client.output().is_empty());
}

#[test]
fn replies_that_come_before_their_command_end_the_session() {
    let mut client = Client::new(client::Config::new("c.example").unwrap());
    let mut input = BytesMut::from(&b"220 mx\r\n250-mx\r\n250 AUTH PLAIN\r\n"[..]);
    assert!(matches!(
        client.poll(&mut input),
        Ok(client::Event::Greeting { .. })
    ));
    // EHLO has not left yet.
    assert_eq!(
        client.poll(&mut input),
        Err(Error::Peer(PeerError::EarlyReply(250)))
    );

    let mut client = ready(b"250-mx\r\n250 PIPELINING\r\n");
    let mut input = BytesMut::from(&b"250 nobody asked\r\n"[..]);
    assert_eq!(
        client.poll(&mut input),
        Err(Error::Peer(PeerError::UnexpectedReply(250)))
    );
}

fn ready(ehlo: &[u8]) -> Client {
    let mut client = Client::new(client::Config::new("c.example").unwrap());
    let mut input = BytesMut::from(&b"220 mx\r\n"[..]);
    client.poll(&mut input).unwrap();
    client.output().clear();
    input.extend_from_slice(ehlo);
    assert_eq!(client.poll(&mut input).unwrap(), client::Event::Ready);
    client
}

/// Every argument that is text: line ends, NUL, and what would end a path.
#[test]
fn no_argument_takes_a_line_end() {
    for evil in ["a\r\nQUIT", "a\nb", "a\rb", "a\0b", "\r\n", "a\r\n.\r\n"] {
        assert!(Text::new(evil).is_err());
        assert!(Word::new(evil).is_err());
        assert!(Words::new(evil).is_err());
        assert!(Token::new(evil).is_err());
        assert!(Printable::new(evil).is_err());
        assert!(Keyword::new(evil).is_err());
        assert!(HelloName::new(evil).is_err());
        assert!(Mechanism::new(evil).is_err());
        assert!(Burl::new(evil, true).is_err());
        assert!(Other::new(evil, "").is_err());
        assert!(Other::new("XPING", evil).is_err());
        assert!(Attribute::new(evil, "x").is_err());
        assert!(Attribute::new("NAME", evil).is_err());
        assert!(client::Config::new(evil).is_err());
        assert!(server::Config::new(evil).is_err());
        assert!(Credentials::plain(evil, "x").is_err());
        assert!(Credentials::xoauth2("tim", evil).is_err());
        assert!(Credentials::oauthbearer("tim", "t", Some((evil, 1))).is_err());
        assert!(Credentials::external(evil).is_err());
        assert!(Credentials::anonymous(evil).is_err());
        assert!(mailweft_smtp::OriginalRecipient::new("rfc822", evil).is_err());
        assert!(mailweft_smtp::OriginalRecipient::new(evil, "x").is_err());
        assert!(mailweft_smtp::Solicitation::new(evil).is_err());
        assert!(mailweft_smtp::TransactionId::new(evil).is_err());
        assert!(mailweft_smtp::DateTime::new(evil).is_err());
        assert!(mailweft_smtp::Tracking::new(evil, None).is_err());
        assert!(Address::parse_at(Level::SmtpUtf8, format!("{evil}@example.org")).is_err());
    }
    for blank in ["a b", "a\tb", " ", ""] {
        assert!(Word::new(blank).is_err());
        assert!(Token::new(blank).is_err());
        assert!(Keyword::new(blank).is_err());
        assert!(HelloName::new(blank).is_err());
        assert!(Burl::new(blank, false).is_err());
        assert!(Mechanism::new(blank).is_err());
        assert!(Other::new(blank, "").is_err());
    }
    assert!(Word::new("a=b").is_err());
}

/// Whatever a reply is made of, it is as many lines as it says, and none of them another reply.
#[test]
fn no_reply_breaks_out_of_its_lines() {
    for evil in ["no\r\n250 yes", "no\r250 yes", "no\0", "\x1b[2J"] {
        assert!(Reply::new(550, None, evil).is_err(), "{evil:?}");
    }
    let reply = Reply::new(550, None, "no\n250 yes").unwrap();
    assert_eq!(reply.to_string(), "550-no\r\n550 250 yes\r\n");
    // A reply read from a server that sends control characters cannot pass them on.
    let relayed = Reply::parse(&b"550 a\x00b\rc\x1b\r\n"[..]).unwrap();
    assert_eq!(relayed.to_string(), "550 a?b?c?\r\n");
}

/// An address that was taken out of an obsolete header field is not sent where it could break out.
#[test]
fn addresses_that_cannot_be_written_are_refused_before_a_byte_is_sent() {
    let mut client = ready(b"250-mx\r\n250 SMTPUTF8\r\n");
    let evil = Address::parse_at(Level::Obsolete, "\"a\x01b\"@example.org");
    if let Ok(evil) = evil {
        let envelope = Envelope::new(Mail::new(evil.clone()), [Rcpt::new(evil)]);
        let begun = client.begin(envelope);
        if begun.is_ok() {
            let line = client.output().split();
            assert!(!line.contains(&1), "{line:?}");
        } else {
            assert!(client.output().is_empty());
        }
    }
    // A quoted local part keeps what looks like the end of a path to itself.
    let odd = Address::parse("\"a> SIZE=1 <b\"@example.org").unwrap();
    let command = Command::Mail(Mail::new(odd));
    assert_eq!(Command::parse(command.to_string()).unwrap(), command);
}

/// A command with a stray octet is refused whole; the next line is the next command.
#[test]
fn command_lines_are_cut_at_crlf_alone() {
    for line in [
        "NOOP\nMAIL FROM:<a@b.example>",
        "NO\rOP",
        "NOOP\0",
        "NOOP\x7f",
        "MAIL FROM:<a@b>\r",
    ] {
        let wire = [
            b"EHLO c.example\r\n",
            line.as_bytes(),
            b"\r\nNOOP\r\nQUIT\r\n",
        ]
        .concat();
        let heard = serve_every_way(&config(), &wire);
        let codes = heard.codes();
        assert_eq!(
            (codes.len(), codes[2] / 100, codes[3], codes[4]),
            (5, 5, 250, 221),
            "{}",
            heard.said
        );
        assert_eq!(heard.mails(), 0);
    }
    // A bare LF ends a command line only where that was asked for.
    let heard = serve(
        config().bare_lf_commands(true),
        &[b"EHLO c.example\nNOOP\nQUIT\n"],
    );
    assert_eq!(heard.codes(), [220, 250, 250, 221]);
}
