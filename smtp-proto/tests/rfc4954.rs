//! RFC 4954: the loop of challenges, and what is refused.

mod common;

use common::{Pair, accept_all, config, serve, serve_every_way};
use mailweft_smtp::{
    Mechanism, Reply, UsageError,
    client::{self, Security},
    server::{self, Event},
};

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

/// Nothing that is printed shows a password: not events, not sessions, not what was recorded.
#[test]
fn secrets_do_not_print() {
    let secret = "AHRpbQB0YW5zdGFhZg==";
    for wire in [
        format!("EHLO c\r\nAUTH PLAIN {secret}\r\n"),
        format!("EHLO c\r\nAUTH PLAIN {secret}x\r\n"),
        format!("AUTH PLAIN {secret}\r\n"),
        format!("EHLO c\r\nAUTH LOGIN\r\n{secret}\r\n"),
        format!("EHLO c\r\nAUTH LOGIN\r\n{secret}!\r\n"),
        format!("EHLO c\r\nauth x {secret}\r\n"),
    ] {
        let mut server = mailweft_smtp::Server::new(with_auth());
        server.record(mailweft_smtp::Transcript::new(4096));
        let mut input = bytes::BytesMut::new();
        let mut printed = String::new();
        server.poll(&mut input).unwrap();
        input.extend_from_slice(wire.as_bytes());
        loop {
            let event = server.poll(&mut input).unwrap();
            printed += &format!("{event:?} {server:?}");
            match event {
                Event::NeedInput => break,
                Event::Auth {
                    slot,
                    initial: None,
                    ..
                } => server.challenge(slot, b"").unwrap(),
                event => accept_all(&mut server, &event),
            }
        }
        printed += server.transcript().unwrap().as_str();
        assert!(
            !printed.contains(secret) && !printed.contains("tanstaaf"),
            "{printed}"
        );
    }
    let mut client = mailweft_smtp::Client::new(
        client::Config::new("c.example")
            .unwrap()
            .security(Security::Implicit),
    );
    let mut input = bytes::BytesMut::from(&b"220 mx\r\n"[..]);
    client.poll(&mut input).unwrap();
    client.output().clear();
    input.extend_from_slice(b"250-mx\r\n250 AUTH PLAIN\r\n");
    client.poll(&mut input).unwrap();
    client
        .authenticate(client::Credentials::plain("tim", "tanstaaf").unwrap())
        .unwrap();
    assert!(
        client
            .output()
            .windows(secret.len())
            .any(|part| part == secret.as_bytes())
    );
    assert!(!format!("{client:?}").contains(secret));
}
