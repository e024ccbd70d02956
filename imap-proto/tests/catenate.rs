//! CATENATE (RFC 4469) as a server session passes it on: texts in chunks, URLs in their places.

use bytes::BytesMut;
use mailweft_imap::{AString, Capability, Server, Status, server};

/// What a server does with `wire`, in pieces of `step`: texts and URLs in order, `|` between messages, and what is said.
fn serve(config: server::Config, wire: &[u8], step: usize) -> (String, String) {
    let mut session = Server::new(config.preauthenticated());
    let mut input = BytesMut::new();
    let mut told = String::new();
    session.poll(&mut input).unwrap();
    session.output().clear();
    for piece in wire.chunks(step) {
        input.extend_from_slice(piece);
        loop {
            match session.poll(&mut input).unwrap() {
                server::Event::NeedInput | server::Event::Closed => break,
                server::Event::AppendMessage { slot, mailbox, .. } => {
                    told.push_str(&format!("[{mailbox}] "));
                    session.accept(slot).unwrap();
                }
                server::Event::AppendUrls { urls, .. } => {
                    let urls: Vec<&str> = urls.iter().filter_map(AString::as_str).collect();
                    told.push_str(&format!("<{}>", urls.join("><")));
                }
                server::Event::AppendChunk { chunk, .. } => {
                    told.push_str(std::str::from_utf8(&chunk).unwrap());
                }
                server::Event::AppendMessageEnd { .. } => told.push('|'),
                server::Event::AppendEnd { slot } => {
                    told.push('.');
                    session.reply(slot, Status::ok("stored")).unwrap();
                }
                server::Event::AppendAborted { .. } => told.push('!'),
                server::Event::Command { slot, command } => {
                    told.push_str(&command.to_string());
                    session.reply(slot, Status::ok("done")).unwrap();
                }
                event => panic!("{event:?}"),
            }
        }
    }
    assert!(input.is_empty());
    let said = String::from_utf8(session.output().to_vec()).unwrap();
    (told, said)
}

fn offering() -> server::Config {
    server::Config::new().with_capability(Capability::CATENATE)
}

#[test]
fn rfc4469_s3_texts_and_urls_in_their_places() {
    for (wire, told) in [
        (
            "a APPEND Drafts (\\Draft) CATENATE (URL \"/u;UID=1\" TEXT {3+}\r\none URL \"/v;UID=2\" URL /w TEXT {4+}\r\n two URL /x)\r\n",
            "[Drafts] </u;UID=1>one</v;UID=2></w> two</x>|.",
        ),
        ("a APPEND D CATENATE (TEXT {3+}\r\none)\r\n", "[D] one|."),
        (
            "a APPEND D CATENATE (TEXT {0+}\r\n TEXT {1+}\r\nx)\r\n",
            "[D] x|.",
        ),
        // A URL in a literal of its own.
        (
            "a APPEND D CATENATE (TEXT {1+}\r\na URL {2+}\r\n/u TEXT {1+}\r\nb)\r\n",
            "[D] a</u>b|.",
        ),
        (
            "a APPEND D CATENATE (URL {2+}\r\n/u TEXT {1+}\r\nb)\r\n",
            "[D] </u>b|.",
        ),
        // Several messages.
        (
            "a APPEND D CATENATE (TEXT {1+}\r\na URL /u) (\\Seen) {1+}\r\nb CATENATE (TEXT {1+}\r\nc)\r\n",
            "[D] a</u>|[D] b|[D] c|.",
        ),
        (
            "a APPEND D {1+}\r\na CATENATE (URL /u TEXT {1+}\r\nb)\r\n",
            "[D] a|[D] </u>b|.",
        ),
        // Of URLs alone it is a command; behind another it comes too late.
        (
            "a APPEND D CATENATE (URL /u)\r\n",
            "APPEND D CATENATE (URL \"/u\")",
        ),
        ("a APPEND D {1+}\r\na CATENATE (URL /u)\r\n", "[D] a|!"),
        // What is malformed is forgotten.
        ("a APPEND D CATENATE (TEXT {1+}\r\na FOO x)\r\n", "[D] a!"),
        ("a APPEND D CATENATE (TEXT {1+}\r\na\r\n", "[D] a!"),
    ] {
        for step in [usize::MAX, 7, 2, 1] {
            let wire = format!("{wire}b NOOP\r\n");
            let (seen, said) = serve(offering(), wire.as_bytes(), step);
            let told = told.replace(
                "\"/u\"",
                if seen.contains("\"/u\"") {
                    "\"/u\""
                } else {
                    "/u"
                },
            );
            assert_eq!(seen, format!("{told}NOOP"), "{wire} in pieces of {step}");
            let ends = if told.ends_with('!') { "a BAD" } else { "a OK" };
            assert!(
                said.contains(ends) && said.ends_with("b OK done\r\n"),
                "{said}"
            );
        }
    }
}

#[test]
fn each_literal_is_waited_for() {
    let wire = b"a APPEND D CATENATE (TEXT {1}\r\na URL {2}\r\n/u TEXT {1}\r\nb)\r\n";
    let (told, said) = serve(offering(), wire, 1);
    assert_eq!(told, "[D] a</u>b|.");
    assert_eq!(said.matches("+ go on\r\n").count(), 3);
}

#[test]
fn the_limit_is_of_all_texts_together() {
    let mut config = offering();
    config.limits.append = 5;
    let wire = b"a APPEND D CATENATE (TEXT {3+}\r\none TEXT {3+}\r\ntwo)\r\nb NOOP\r\n";
    assert_eq!(serve(config.clone(), wire, 4).0, "[D] one!NOOP");
    let wire = b"a APPEND D CATENATE (TEXT {3+}\r\none TEXT {2+}\r\ntw)\r\n";
    assert_eq!(serve(config, wire, 4).0, "[D] onetw|.");
}

#[test]
fn where_it_is_not_offered_it_is_a_command_that_is_kept() {
    let wire = b"a APPEND D CATENATE (URL /u TEXT {1+}\r\nx)\r\n";
    let (told, _) = serve(server::Config::new(), wire, 3);
    assert!(told.starts_with("APPEND D CATENATE"), "{told}");
}
