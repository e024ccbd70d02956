//! Where one octet more or less decides: limits, line ends, the end of what TOP wants.

use bytes::BytesMut;
use mailweft_pop3::{
    DotDecoder, DotEncoder, Piece, Server, Text, TopCutter,
    server::{Config, Event},
};

fn decoded(mut decoder: DotDecoder, pieces: &[&[u8]]) -> (Vec<u8>, bool) {
    let (mut input, mut out) = (BytesMut::new(), Vec::new());
    for piece in pieces {
        input.extend_from_slice(piece);
        loop {
            match decoder.next(&mut input) {
                Piece::Data(data) => out.extend_from_slice(&data),
                Piece::NeedInput => break,
                Piece::End => return (out, true),
            }
        }
    }
    (out, false)
}

#[test]
fn a_dot_begins_a_line_behind_whatever_ends_lines_there() {
    let wire = b"a\n..b\nc\r\n.\n";
    for cut in 0..=wire.len() {
        let pieces = [&wire[..cut], &wire[cut..]];
        let (content, ended) = decoded(DotDecoder::bare_lf(), &pieces);
        assert_eq!((&content[..], ended), (&b"a\n.b\nc\r\n"[..], true), "{cut}");
        // To who wants CRLF, none of these lines begins.
        let (content, ended) = decoded(DotDecoder::new(), &pieces);
        assert!(!ended);
        assert!(content.starts_with(b"a\n..b\nc\r\n"), "{cut}");
    }
    let wire = b"a\r\n..b\r\n.c\r\n.\r\n";
    for cut in 0..=wire.len() {
        let found = decoded(DotDecoder::new(), &[&wire[..cut], &wire[cut..]]);
        assert_eq!(found, (b"a\r\n.b\r\nc\r\n".to_vec(), true), "{cut}");
    }
}

#[test]
fn mended_line_ends_are_counted() {
    for (text, mended) in [
        ("a\r\n.b\r\n", 0),
        ("a\nb\r\n", 1),
        ("a\rb\r\n", 1),
        ("a\n\nb\rc\r\n", 3),
    ] {
        for cut in 0..=text.len() {
            let (mut encoder, mut out) = (DotEncoder::new(), BytesMut::new());
            encoder.write(&text.as_bytes()[..cut], &mut out);
            encoder.write(&text.as_bytes()[cut..], &mut out);
            assert_eq!(encoder.mended(), mended, "{text:?} at {cut}");
            encoder.finish(&mut out);
            assert!(out.ends_with(b"\r\n.\r\n"));
        }
    }
}

#[test]
fn top_is_done_when_it_has_its_lines() {
    let mut cutter = TopCutter::new(1);
    assert!(!cutter.is_done());
    assert_eq!(cutter.take(b"A: b\r\n\r\none"), b"A: b\r\n\r\none");
    assert!(!cutter.is_done());
    assert_eq!(cutter.take(b"\r\ntwo\r\n"), b"\r\n");
    assert!(cutter.is_done());
    assert_eq!(cutter.take(b"more\r\n"), b"");
}

#[test]
fn a_command_has_255_octets_and_no_more() {
    for (octets, answer) in [(254, "+OK"), (255, "+OK"), (256, "-ERR")] {
        let config = Config::new(Text::from_static("x")).allow_clear_text_login(true);
        let line = format!("USER {}\r\n", "x".repeat(octets - 7));
        assert_eq!(line.len(), octets);
        for cut in [0, 4, 100, octets - 2, octets - 1] {
            let mut server = Server::new(config.clone());
            let mut input = BytesMut::new();
            for piece in [&line[..cut], &line[cut..]] {
                input.extend_from_slice(piece.as_bytes());
                while !matches!(server.poll(&mut input).unwrap(), Event::NeedInput) {}
            }
            let said = String::from_utf8(server.output().to_vec()).unwrap();
            let said = said.lines().nth(1).unwrap();
            assert!(said.starts_with(answer), "{octets} octets: {said}");
        }
    }
}
