//! Values to octets and back, octets to values and back, streams at every split.

use bytes::BytesMut;
use mailweft_pop3::{
    Atom, Capability, Command, Delay, Digest, DotDecoder, DotEncoder, Expire, Mechanism,
    MessageNumber, Password, Piece, Response, ResponseCode, Secret, Text, TopCutter, Word,
};
use proptest::prelude::*;

/// Parses a line, and checks that it is written back as `written`.
#[track_caller]
fn both_ways(line: &str, written: &str) -> Command {
    let command = Command::parse(line.as_bytes()).unwrap();
    assert_eq!(command.to_bytes(), format!("{written}\r\n"));
    let again = Command::parse(written.as_bytes()).unwrap();
    assert_eq!(again, command);
    command
}

#[test]
fn every_command_both_ways() {
    let one = MessageNumber::FIRST;
    for (line, written, command) in [
        (
            "user mrose",
            "USER mrose",
            Command::User("mrose".try_into().unwrap()),
        ),
        (
            "PASS  a b ",
            "PASS  a b ",
            Command::Pass(Password::new(" a b ").unwrap()),
        ),
        (
            "APOP mrose C4C9334BAC560ECC979E58001B3E22FB",
            "APOP mrose c4c9334bac560ecc979e58001b3e22fb",
            Command::Apop {
                name: Word::new("mrose").unwrap(),
                digest: Digest::new([
                    0xc4, 0xc9, 0x33, 0x4b, 0xac, 0x56, 0x0e, 0xcc, 0x97, 0x9e, 0x58, 0x00, 0x1b,
                    0x3e, 0x22, 0xfb,
                ]),
            },
        ),
        (
            "AUTH plain AHRpbQB0YW5zdGFhZnRhbnN0YWFm",
            "AUTH PLAIN AHRpbQB0YW5zdGFhZnRhbnN0YWFm",
            Command::Auth {
                mechanism: Mechanism::PLAIN,
                initial: Some(Secret::plain("", "tim", "tanstaaftanstaaf").unwrap()),
            },
        ),
        (
            "AUTH EXTERNAL =",
            "AUTH EXTERNAL =",
            Command::Auth {
                mechanism: Mechanism::EXTERNAL,
                initial: Some(Secret::default()),
            },
        ),
        ("AUTH", "AUTH", Command::AuthList),
        ("CAPA", "CAPA", Command::Capa),
        ("STLS", "STLS", Command::Stls),
        ("stat", "STAT", Command::Stat),
        ("LIST", "LIST", Command::List(None)),
        ("LIST 1", "LIST 1", Command::List(Some(one))),
        ("RETR  1 ", "RETR 1", Command::Retr(one)),
        ("DELE 1", "DELE 1", Command::Dele(one)),
        ("NOOP", "NOOP", Command::Noop),
        ("RSET", "RSET", Command::Rset),
        ("QUIT", "QUIT", Command::Quit),
        (
            "TOP 1 10",
            "TOP 1 10",
            Command::Top {
                number: one,
                lines: 10,
            },
        ),
        ("UIDL", "UIDL", Command::Uidl(None)),
        ("UIDL 1", "UIDL 1", Command::Uidl(Some(one))),
        ("UTF8", "UTF8", Command::Utf8),
        ("LANG", "LANG", Command::Lang(None)),
        (
            "LANG en",
            "LANG en",
            Command::Lang(Some(Atom::new("en").unwrap())),
        ),
        (
            "XTND XLST From",
            "XTND XLST From",
            Command::Other {
                keyword: Atom::new("XTND").unwrap(),
                arguments: "XLST From".try_into().unwrap(),
            },
        ),
    ] {
        assert_eq!(both_ways(line, written), command, "{line}");
    }
}

#[test]
fn what_is_no_command_says_why() {
    for (line, message) in [
        ("", "unexpected end of line in keyword at byte 0"),
        ("RETR", "unexpected end of line in message-number at byte 4"),
        ("RETR 0", "number out of range in message-number at byte 5"),
        (
            "RETR 4294967296",
            "number out of range in message-number at byte 5",
        ),
        (
            "RETR 1x",
            "unexpected byte b'x' in message-number at byte 6",
        ),
        ("RETR 1 2", "unexpected byte b'2' in arguments at byte 7"),
        ("STAT 1", "unexpected byte b'1' in arguments at byte 5"),
        (
            "TOP 1",
            "unexpected end of line in number of lines at byte 5",
        ),
        ("APOP mrose 12", "unexpected byte b'1' in digest at byte 11"),
        ("AUTH PLAIN a", "invalid base64 in SASL response at byte 11"),
        ("PASS", "unexpected end of line in arguments at byte 4"),
        ("NOOP\0", "unexpected byte b'\\x00' in line at byte 4"),
    ] {
        let error = Command::parse(line.as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), message, "{line}");
    }
}

#[test]
fn every_capability_both_ways() {
    for (line, capability) in [
        ("TOP", Capability::Top),
        ("USER", Capability::User),
        (
            "SASL PLAIN CRAM-MD5",
            Capability::Sasl(vec![Mechanism::PLAIN, Mechanism::CRAM_MD5]),
        ),
        ("SASL", Capability::Sasl(vec![])),
        ("RESP-CODES", Capability::RespCodes),
        ("AUTH-RESP-CODE", Capability::AuthRespCode),
        (
            "LOGIN-DELAY 900",
            Capability::LoginDelay(Delay {
                seconds: 900,
                per_user: false,
            }),
        ),
        (
            "LOGIN-DELAY 900 USER",
            Capability::LoginDelay(Delay {
                seconds: 900,
                per_user: true,
            }),
        ),
        ("PIPELINING", Capability::Pipelining),
        (
            "EXPIRE 60",
            Capability::Expire(Expire {
                days: Some(60),
                per_user: false,
            }),
        ),
        (
            "EXPIRE NEVER",
            Capability::Expire(Expire {
                days: None,
                per_user: false,
            }),
        ),
        (
            "EXPIRE 30 USER",
            Capability::Expire(Expire {
                days: Some(30),
                per_user: true,
            }),
        ),
        ("UIDL", Capability::Uidl),
        (
            "IMPLEMENTATION Shlemazle-Plotz-v302",
            Capability::Implementation("Shlemazle-Plotz-v302".try_into().unwrap()),
        ),
        ("STLS", Capability::Stls),
        ("UTF8", Capability::Utf8 { user: false }),
        ("UTF8 USER", Capability::Utf8 { user: true }),
        ("LANG", Capability::Lang),
        (
            "X-GOOGLE-RICO",
            Capability::Other("X-GOOGLE-RICO".try_into().unwrap()),
        ),
        (
            "EXPIRE soon",
            Capability::Other("EXPIRE soon".try_into().unwrap()),
        ),
        (
            "IMPLEMENTATION",
            Capability::Other("IMPLEMENTATION".try_into().unwrap()),
        ),
        ("", Capability::Other(Text::EMPTY)),
    ] {
        assert_eq!(Capability::parse(line.as_bytes()), capability);
        assert_eq!(capability.to_bytes(), line);
    }
}

#[test]
fn every_response_code_both_ways() {
    for (line, code) in [
        ("-ERR [IN-USE] busy", Some(ResponseCode::InUse)),
        ("-ERR [LOGIN-DELAY] wait", Some(ResponseCode::LoginDelay)),
        ("-ERR [SYS/TEMP] disk", Some(ResponseCode::SysTemp)),
        ("-ERR [SYS/PERM] gone", Some(ResponseCode::SysPerm)),
        ("-ERR [AUTH] wrong", Some(ResponseCode::Auth)),
        ("-ERR [UTF8] needed", Some(ResponseCode::Utf8)),
        (
            "-ERR [X-OWN] else",
            Some(ResponseCode::Other(Atom::new("X-OWN").unwrap())),
        ),
        ("-ERR [not a code] text", None),
        ("+OK", None),
    ] {
        let response = Response::parse(line.as_bytes()).unwrap();
        assert_eq!(response.code(), code.as_ref(), "{line}");
        assert_eq!(response.to_bytes(), format!("{line}\r\n"));
    }
}

/// Decodes chunks; the data, and what is left behind the end.
fn decode(mut decoder: DotDecoder, chunks: &[&[u8]]) -> (Vec<u8>, Option<Vec<u8>>) {
    let (mut data, mut input, mut end) = (Vec::new(), BytesMut::new(), false);
    for chunk in chunks {
        input.extend_from_slice(chunk);
        while !end {
            match decoder.next(&mut input) {
                Piece::Data(piece) => {
                    assert!(!piece.is_empty());
                    data.extend_from_slice(&piece);
                }
                Piece::End => end = true,
                Piece::NeedInput => break,
            }
        }
    }
    (data, end.then(|| input.to_vec()))
}

/// The slow way, for comparison: lines that end in CRLF, one dot taken off each.
fn decode_naively(wire: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let (mut data, mut at) = (Vec::new(), 0);
    loop {
        let length = wire[at..].windows(2).position(|w| w == b"\r\n")?;
        let line = &wire[at..at + length];
        at += length + 2;
        if line == b"." {
            return Some((data, wire[at..].to_vec()));
        }
        data.extend_from_slice(line.strip_prefix(b".").unwrap_or(line));
        data.extend_from_slice(b"\r\n");
    }
}

fn dotted() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(vec![
        &b"."[..],
        b"\r",
        b"\n",
        b"\r\n",
        b"a",
        b"..",
        b"\r\n.",
        b"\n.\n",
    ]);
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn data_ends_where_the_rfc_says_at_every_split(body in dotted(), rest in dotted()) {
        let wire = [body.as_slice(), b"\r\n.\r\n", rest.as_slice()].concat();
        let (data, left) = decode_naively(&wire).unwrap();
        let expected = (data, Some(left));
        for at in 0..=wire.len() {
            let (front, back) = wire.split_at(at);
            prop_assert_eq!(&decode(DotDecoder::new(), &[front, back]), &expected, "at {}", at);
        }
        let bytes: Vec<&[u8]> = wire.chunks(1).collect();
        prop_assert_eq!(&decode(DotDecoder::new(), &bytes), &expected);
    }

    #[test]
    fn what_is_encoded_decodes_to_the_same_lines(body in dotted(), at in any::<prop::sample::Index>()) {
        let at = at.index(body.len() + 1);
        let (mut whole, mut split) = (BytesMut::new(), BytesMut::new());
        let mut encoder = DotEncoder::new();
        encoder.write(&body, &mut whole);
        encoder.finish(&mut whole);
        let mut encoder = DotEncoder::new();
        encoder.write(&body[..at], &mut split);
        encoder.write(&body[at..], &mut split);
        encoder.finish(&mut split);
        prop_assert_eq!(&whole, &split);

        // CR, LF and CRLF all end a line; nothing else changes.
        let text = String::from_utf8(body).unwrap();
        let mut lines = text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n");
        if !lines.is_empty() && !lines.ends_with("\r\n") {
            lines.push_str("\r\n");
        }
        let (data, left) = decode(DotDecoder::new(), &[&whole]);
        prop_assert_eq!(String::from_utf8(data).unwrap(), lines);
        prop_assert_eq!(left, Some(vec![]));
    }

    #[test]
    fn top_cuts_alike_at_every_split(lines in prop::collection::vec("[a-z]{0,3}", 0..8), n in 0..5_u32) {
        let message = lines.iter().map(|line| format!("{line}\r\n")).collect::<String>();
        let header = lines.iter().position(String::is_empty).map_or(lines.len(), |at| at + 1);
        let kept = lines.len().min(header + n as usize);
        let expected = lines[..kept].iter().map(|line| format!("{line}\r\n")).collect::<String>();
        for at in 0..=message.len() {
            let mut cutter = TopCutter::new(n);
            let mut taken = cutter.take(&message.as_bytes()[..at]).to_vec();
            taken.extend_from_slice(cutter.take(&message.as_bytes()[at..]));
            prop_assert_eq!(String::from_utf8(taken).unwrap(), expected.clone(), "at {}", at);
        }
    }

    #[test]
    fn octets_never_panic(line in prop::collection::vec(any::<u8>(), 0..80)) {
        if let Ok(command) = Command::parse(&line) {
            let written = command.to_bytes();
            let line = written.strip_suffix(b"\r\n").unwrap();
            prop_assert!(!line.iter().any(|b| matches!(b, b'\r' | b'\n' | 0)));
            prop_assert_eq!(Command::parse(line).unwrap(), command);
        }
        let capability = Capability::parse(&line);
        prop_assert_eq!(Capability::parse(&capability.to_bytes()), capability);
        let _ = Response::parse(&line);
    }
}

#[test]
fn lines_that_end_in_lf_alone() {
    let wire = b"a\n..b\n.\nrest";
    for at in 0..wire.len() {
        let (front, back) = wire.split_at(at);
        let (data, left) = decode(DotDecoder::bare_lf(), &[front, back]);
        assert_eq!(
            (data.as_slice(), left),
            (&b"a\n.b\n"[..], Some(b"rest".to_vec())),
            "{at}"
        );
    }
}

#[test]
fn a_response_holds_no_line_end() {
    for line in ["-ERR a\r\nb", "+OK a\0b", "+ O\0K", "-ERR [SYS/TEMP\r\nF"] {
        assert!(Response::parse(line.as_bytes()).is_err(), "{line:?}");
    }
}

#[cfg(feature = "serde")]
#[test]
fn values_are_text_to_serde() {
    use mailweft_pop3::{Ledger, UniqueId};
    let mut ledger = Ledger::new();
    ledger.fetched(UniqueId::new("a1").unwrap(), 7);
    let json = serde_json::to_string(&ledger).unwrap();
    assert_eq!(json, r#"{"a1":7}"#);
    assert_eq!(serde_json::from_str::<Ledger>(&json).unwrap(), ledger);
    let line = r#""EXPIRE 30 USER""#;
    let capability: Capability = serde_json::from_str(line).unwrap();
    assert_eq!(serde_json::to_string(&capability).unwrap(), line);
}
