//! RFC 3030: chunks are counted, whatever is in them, and refused ones are skipped to the octet.

mod common;

use common::{Pair, accept_all, config, serve, serve_every_way, serve_with};
use mailweft_address::Address;
use mailweft_smtp::{
    Capability, Limits, Mail, Rcpt, Reply,
    client::{self, Envelope},
    server::{Event, Framing},
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

const HEAD: &str = "EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\n";

#[test]
fn chunks() {
    let wire = format!("{HEAD}BDAT 10\r\n\r\n.\r\nRSET\rBDAT 0\r\nBDAT 3 LAST\r\n\0\n\rNOOP\r\n");
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
