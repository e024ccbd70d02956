//! Value to bytes to value: every command, parameter and reply; and whole sessions of arbitrary calls.
#![cfg(feature = "arbitrary")]

mod common;

use arbitrary::{Arbitrary, Unstructured};
use common::{Pair, accept_all, config};
use mailweft_smtp::{
    Capability, Command, EnhancedCode, Limits, Mail, MailParam, Rcpt, RcptParam, Reply,
    StrayPolicy,
    client::{self, Envelope},
};
use proptest::{collection::vec, prelude::*};

fn value<T: for<'a> Arbitrary<'a>>(seed: &[u8]) -> Option<T> {
    T::arbitrary(&mut Unstructured::new(seed)).ok()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn commands(seed in vec(any::<u8>(), 0..400)) {
        let Some(command) = value::<Command>(&seed) else { return Ok(()) };
        let line = command.to_string();
        prop_assert!(!line.contains(['\r', '\n', '\0']));
        prop_assert_eq!(Command::parse(&line).map_err(|error| error.render(line.as_bytes())), Ok(command));
    }

    #[test]
    fn params(seed in vec(any::<u8>(), 0..200)) {
        if let Some(param) = value::<MailParam>(&seed) {
            prop_assert_eq!(param.to_string().parse(), Ok(param));
        }
        if let Some(param) = value::<RcptParam>(&seed) {
            prop_assert_eq!(param.to_string().parse(), Ok(param));
        }
        if let Some(code) = value::<EnhancedCode>(&seed) {
            prop_assert_eq!(code.to_string().parse(), Ok(code));
        }
    }

    #[test]
    fn replies(seed in vec(any::<u8>(), 0..400)) {
        let Some(reply) = value::<Reply>(&seed) else { return Ok(()) };
        let wire = reply.to_string();
        let read = Reply::parse(&wire).unwrap();
        prop_assert_eq!(read.code(), reply.code());
        prop_assert_eq!(read.to_string(), wire);
        // A text that itself begins with an enhanced code is read as one.
        if reply.enhanced().is_some() {
            prop_assert_eq!(read, reply);
        }
    }

    /// Replies as servers mix them: what is written of one says the same, and is written the same again.
    #[test]
    fn mixed_replies(
        lines in vec((prop::sample::select(vec!["250", "550", "450", "354"]), vec(prop::sample::select(vec![
            "5.1.1", "2.1.0", "4.0.0", "05.1.1", " ", "\t", "a", "\0", "\r", "\u{e4}",
        ]), 0..5)), 1..4)
    ) {
        let last = lines.len() - 1;
        let wire = lines.iter().enumerate().map(|(n, (code, text))| {
            format!("{code}{}{}\r\n", if n == last { ' ' } else { '-' }, text.concat())
        });
        let reply = Reply::parse(wire.collect::<String>()).unwrap();
        let wire = reply.to_string();
        let back = Reply::parse(&wire).unwrap();
        prop_assert_eq!((back.code(), back.enhanced()), (reply.code(), reply.enhanced()));
        prop_assert_eq!(back.to_string(), wire);
        if !reply.text().contains(char::is_control) {
            prop_assert_eq!(back.text(), reply.text());
        }
    }

    /// Any octets: no panic, and what was read writes to what reads the same.
    #[test]
    fn any_octets(octets in vec(any::<u8>(), 0..200)) {
        if let Ok(command) = Command::parse(&octets) {
            prop_assert_eq!(Command::parse(command.to_string()), Ok(command));
        }
        if let Ok(reply) = Reply::parse(&octets) {
            prop_assert_eq!(Reply::parse(reply.to_string()).unwrap().code(), reply.code());
        }
        if let Ok(capability) = Capability::parse(&octets) {
            prop_assert_eq!(Capability::parse(capability.to_string()), Ok(capability));
        }
    }

    /// Lines that look like commands.
    #[test]
    fn likely_lines(
        verb in "(?i)(MAIL FROM|RCPT TO|AUTH|BDAT|EHLO|XCLIENT|BURL|NOOP|VRFY|ATRN)",
        rest in "[ :<>@a.=+;,\"\\\\0-9A-F\\[\\]é-]{0,40}",
    ) {
        let line = verb + &rest;
        if let Ok(command) = Command::parse(&line) {
            prop_assert_eq!(Command::parse(command.to_string()), Ok(command));
        }
    }
}

/// What a caller does with a client.
#[derive(Debug, Arbitrary)]
struct Call {
    mail: Mail,
    rcpts: Vec<Rcpt>,
    content: Vec<u8>,
    cuts: Vec<u8>,
}

/// What the content of a message is on the far side, by the policy of repair.
fn repaired(content: &[u8], lines: bool) -> Vec<u8> {
    let mut clean = Vec::new();
    let mut octets = content.iter().copied().peekable();
    while let Some(octet) = octets.next() {
        match octet {
            b'\r' if octets.peek() == Some(&b'\n') => {
                octets.next();
                clean.extend_from_slice(b"\r\n");
            }
            b'\r' => clean.push(b' '),
            b'\n' => clean.extend_from_slice(b"\r\n"),
            _ => clean.push(octet),
        }
    }
    if lines && !clean.is_empty() && !clean.ends_with(b"\r\n") {
        clean.extend_from_slice(b"\r\n");
    }
    clean
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Commands received are calls made, and messages received are messages sent, whatever the calls.
    #[test]
    fn sessions(
        seed in vec(any::<u8>(), 0..3000),
        pipelining: bool,
        chunking: bool,
        lmtp: bool,
        step in prop_oneof![Just(1_usize), Just(7), Just(1000), Just(usize::MAX)],
    ) {
        let Some(calls) = value::<Vec<Call>>(&seed) else { return Ok(()) };
        let calls: Vec<_> = calls.into_iter().filter(|call| !call.rcpts.is_empty()).take(4).collect();
        let offers = [
            "DSN", "DELIVERBY", "FUTURERELEASE", "MT-PRIORITY", "MTRK", "NO-SOLICITING", "SUBMITTER",
            "CHECKPOINT", "CONPERM", "CONNEG", "RRVS", "BINARYMIME", "REQUIRETLS",
        ];
        let server = offers.into_iter().fold(config().lmtp(lmtp).tls(true), |config, offer| {
            config.offer(Capability::parse(offer).unwrap())
        });
        let server = server.auth([mailweft_smtp::Mechanism::PLAIN]).limits(Limits::default().command(60_000))
            .strays(StrayPolicy::keep());
        let client = client::Config::new("c.example").unwrap().lmtp(lmtp).pipelining(pipelining)
            .chunking(chunking).chunk(16).security(client::Security::Implicit)
            .limits(Limits::default().command(60_000));
        let mut pair = Pair::new(client, server);
        pair.step = step;
        let mut expected: Vec<(Mail, Vec<Rcpt>, Vec<u8>)> = Vec::new();
        let mut queue = calls.iter();
        let mut current: Option<&Call> = None;
        let mut begin = |client: &mut mailweft_smtp::Client, current: &mut Option<_>| {
            for call in queue.by_ref() {
                // X- parameters are not offered, and priorities of both HOLD kinds and the like are refused
                // before a byte is written; such calls are made, and come to nothing.
                let envelope = Envelope::new(call.mail.clone(), call.rcpts.clone());
                if client.begin(envelope).is_ok() {
                    *current = Some(call);
                    return;
                }
                assert!(client.output().is_empty());
            }
            client.quit().unwrap();
        };
        pair.run(accept_all, |client, event| match event {
            client::Event::Ready => begin(client, &mut current),
            client::Event::SendBody => {
                let call = current.unwrap();
                let mut rest = &call.content[..];
                for &cut in &call.cuts {
                    let piece = usize::from(cut).min(rest.len());
                    let taken = client.body(&rest[..piece]).unwrap();
                    rest = &rest[taken..];
                }
                while !rest.is_empty() {
                    let taken = client.body(rest).unwrap();
                    if taken == 0 {
                        break;
                    }
                    rest = &rest[taken..];
                }
                let taken = call.content.len() - rest.len();
                client.body_end().unwrap();
                let binary = call.mail.params().body() == mailweft_smtp::BodyType::BinaryMime;
                let content = if binary {
                    call.content[..taken].to_vec()
                } else {
                    repaired(&call.content[..taken], !chunking)
                };
                expected.push((call.mail.clone(), call.rcpts.clone(), content));
            }
            client::Event::Done { deliveries } => {
                assert!(deliveries.iter().all(client::Delivery::is_delivered), "{deliveries:?}");
                begin(client, &mut current);
            }
            _ => {}
        }).unwrap();
        prop_assert_eq!(&pair.messages, &expected.iter().map(|(.., content)| content.clone()).collect::<Vec<_>>());
        let received = |verb: &str| pair.commands.iter().filter(|event| event.starts_with(verb)).count();
        prop_assert_eq!(received("Mail {"), expected.len());
        prop_assert_eq!(received("Rcpt {"), expected.iter().map(|(_, rcpts, _)| rcpts.len()).sum::<usize>());
        prop_assert_eq!(received("Violation"), 0);
        for (mail, ..) in &expected {
            let line = format!("from: {:?}", mail.from());
            prop_assert!(pair.commands.iter().any(|event| event.contains(&line)));
        }
    }
}

#[cfg(feature = "serde")]
mod serde {
    use super::*;

    fn json<T>(value: &T) -> T
    where
        T: ::serde::Serialize + ::serde::de::DeserializeOwned,
    {
        serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
    }

    proptest! {
        #[test]
        fn values(seed in vec(any::<u8>(), 0..400)) {
            if let Some(mail) = value::<Mail>(&seed) {
                prop_assert_eq!(json(&mail), mail);
            }
            if let Some(rcpt) = value::<Rcpt>(&seed) {
                prop_assert_eq!(json(&rcpt), rcpt);
            }
            if let Some(command) = value::<Command>(&seed) {
                match &command {
                    Command::Auth(auth) if auth.initial().is_some() => {
                        prop_assert!(serde_json::to_string(&command).is_err());
                    }
                    _ => prop_assert_eq!(json(&command), command),
                }
            }
        }
    }

    #[test]
    fn texts() {
        let mail: Mail = serde_json::from_str(r#""MAIL FROM:<a@b.example> SIZE=9""#).unwrap();
        assert_eq!(mail.params().size(), Some(9));
        assert!(serde_json::from_str::<Mail>(r#""RCPT TO:<a@b.example>""#).is_err());
        assert!(serde_json::from_str::<mailweft_smtp::Text>(r#""a\r\nb""#).is_err());
        assert_eq!(
            serde_json::to_string(&Reply::NO_SUCH_USER).unwrap(),
            r#""550 5.1.1 No such user here""#
        );
        assert_eq!(json(&Reply::NO_SUCH_USER), Reply::NO_SUCH_USER);
        assert_eq!(
            serde_json::to_string(&EnhancedCode::BAD_MAILBOX).unwrap(),
            r#""5.1.1""#
        );
        let offers: mailweft_smtp::Capabilities =
            serde_json::from_str(r#"["SIZE 9","AUTH PLAIN"]"#).unwrap();
        assert_eq!(json(&offers), offers);
    }
}
