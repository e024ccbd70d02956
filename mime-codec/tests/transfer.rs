//! Transfer encodings against models that are as simple as they are slow, whole and in pieces.

use mailweft_mime::{
    Encoding, Message,
    transfer::{Decoder, base64, decode, quoted_printable},
};
use proptest::prelude::*;

/// base64 a character at a time.
fn base64_model(text: &[u8]) -> Vec<u8> {
    let (mut out, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    let flush = |out: &mut Vec<u8>, bits: u32, count: u32| match count {
        2 => out.push((bits >> 4) as u8),
        3 => out.extend([(bits >> 10) as u8, (bits >> 2) as u8]),
        _ => {}
    };
    for &byte in text {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => {
                flush(&mut out, bits, count);
                (bits, count) = (0, 0);
                continue;
            }
            _ => continue,
        };
        (bits, count) = (bits << 6 | u32::from(value), count + 1);
        if count == 4 {
            out.extend([(bits >> 16) as u8, (bits >> 8) as u8, bits as u8]);
            (bits, count) = (0, 0);
        }
    }
    flush(&mut out, bits, count);
    out
}

/// quoted-printable a line at a time, as RFC 2045 §6.7 says to read it; what is no escape stays.
fn quoted_model(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for line in text.split_inclusive(|&b| b == b'\n') {
        let body = line.strip_suffix(b"\n").unwrap_or(line);
        // A CR at the very end is half a line end where a soft line break has begun.
        let without_cr = body.strip_suffix(b"\r").unwrap_or(body);
        let blanks = without_cr
            .iter()
            .rev()
            .take_while(|b| matches!(b, b' ' | b'\t'));
        let is_cut = without_cr[..without_cr.len() - blanks.count()].ends_with(b"=");
        let body = if body.len() < line.len() || is_cut {
            without_cr
        } else {
            body
        };
        let end = &line[body.len()..];
        let kept = body
            .iter()
            .rposition(|b| !matches!(b, b' ' | b'\t'))
            .map_or(0, |at| at + 1);
        let mut rest = &body[..kept];
        let soft = rest.last() == Some(&b'=');
        if soft {
            rest = &rest[..rest.len() - 1];
        }
        while let Some((&byte, tail)) = rest.split_first() {
            let hex = |b: u8| char::from(b).to_digit(16);
            match (byte, tail) {
                (b'=', [high, low, behind @ ..]) if hex(*high).is_some() && hex(*low).is_some() => {
                    out.push((hex(*high).unwrap() * 16 + hex(*low).unwrap()) as u8);
                    rest = behind;
                }
                _ => {
                    out.push(byte);
                    rest = tail;
                }
            }
        }
        if !soft {
            out.extend_from_slice(end);
        }
    }
    out
}

fn in_pieces(encoding: Encoding, octets: &[u8], size: usize) -> Vec<u8> {
    let mut decoder = Decoder::new(encoding);
    let mut out = Vec::new();
    for piece in octets.chunks(size) {
        decoder.push(piece, &mut out);
    }
    decoder.finish(&mut out);
    out
}

/// Text that lines, escapes and odd places of both encodings are likely in.
fn text() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => "[ -~]{0,90}".prop_map(String::into_bytes),
        1 => Just(b"\r\n".to_vec()),
        1 => "[ \t]{0,3}(\r\n|=|\\.|From |\r|\n)".prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..6),
        1 => "=[0-9A-Fa-f]{2}|=\r\n|=[0-9]|[äöü=]{1,4}".prop_map(String::into_bytes),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// Pieces so short that every octet of a block falls on every part of them.
fn crumbs() -> impl Strategy<Value = Vec<u8>> {
    let crumb = prop_oneof![
        6 => "=[0-9A-F]{2}|=[0-9a-f]{2}",
        6 => "[ -<>-~]{1,12}",
        2 => "=\r\n|=\n",
        2 => "[ \t]{1,3}",
        1 => "\r\n|\n|\r|=|=[g-z@:`/]|=[0-9]",
    ];
    prop::collection::vec(crumb, 0..120).prop_map(|crumbs| crumbs.concat().into_bytes())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn base64_is_as_the_model(
        octets in prop::collection::vec(any::<u8>(), 0..9000),
        broken in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        size in 1_usize..5000,
    ) {
        let mut encoder = base64::Encoder::default();
        let mut encoded = Vec::new();
        for piece in octets.chunks(size) {
            encoder.push(piece, &mut encoded);
        }
        encoder.finish(&mut encoded);
        prop_assert_eq!(base64::encoded_len(octets.len() as u64), encoded.len() as u64);
        prop_assert!(encoded.split(|&b| b == b'\n').all(|line| line.len() <= 77));
        prop_assert!(decode(Encoding::Base64, &encoded).0 == octets.as_slice());
        if !encoded.is_empty() {
            for (at, byte) in broken {
                let at = at.index(encoded.len());
                encoded[at] = byte;
            }
        }
        let expected = base64_model(&encoded);
        prop_assert!(decode(Encoding::Base64, &encoded).0 == expected.as_slice());
        prop_assert!(in_pieces(Encoding::Base64, &encoded, size) == expected);
    }

    #[test]
    fn quoted_printable_is_as_the_model(text in text(), size in 1_usize..90) {
        let expected = quoted_model(&text);
        prop_assert!(decode(Encoding::QuotedPrintable, &text).0 == expected.as_slice());
        prop_assert_eq!(in_pieces(Encoding::QuotedPrintable, &text, size), expected);
    }

    #[test]
    fn crumbs_of_quoted_printable_are_as_the_model(text in crumbs(), size in 1_usize..300) {
        let expected = quoted_model(&text);
        prop_assert_eq!(decode(Encoding::QuotedPrintable, &text).0, expected.as_slice());
        prop_assert_eq!(in_pieces(Encoding::QuotedPrintable, &text, size), expected);
    }

    #[test]
    fn quoted_printable_comes_back(text in text()) {
        let encoded = quoted_printable::encode(&text);
        let shown = encoded.escape_ascii().to_string();
        prop_assert_eq!(quoted_model(&encoded), text, "{}", shown);
        for line in encoded.split(|&b| b == b'\n') {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            prop_assert!(line.len() <= 76, "{}", shown);
            prop_assert!(!matches!(line.last(), Some(b' ' | b'\t')), "{}", shown);
            prop_assert!(!line.starts_with(b".") && !line.starts_with(b"From "), "{}", shown);
            prop_assert!(line.iter().all(|b| matches!(b, b' '..=b'~' | b'\t')), "{}", shown);
        }
    }
}

#[test]
fn lines_are_broken_where_they_are_full_and_not_before() {
    let x = |count: usize| "x".repeat(count);
    for (text, encoded) in [
        // The last column is for the sign of a soft break, unless the line ends there.
        (x(76), x(76)),
        (x(76) + "\r\n", x(76) + "\r\n"),
        (x(77), x(75) + "=\r\nxx"),
        (x(76) + "\n", x(75) + "=\r\nx=0A"),
        // A blank that would end a line is an escape, on that line where there is room.
        (x(73) + " \r\n", x(73) + "=20\r\n"),
        (x(74) + " \r\n", x(74) + "=\r\n=20\r\n"),
        (x(75) + " \r\n", x(75) + "=\r\n=20\r\n"),
        (x(75) + "  \r\n", x(75) + "=\r\n =20\r\n"),
        (x(73) + "\t\r\n", x(73) + "=09\r\n"),
        (x(74) + "\t\r\n", x(74) + "=\r\n=09\r\n"),
        (x(74) + "\tx", x(74) + "\tx"),
        (x(75) + "\tx", x(75) + "=\r\n\tx"),
        // So is any octet that is one.
        (x(72) + "=x", x(72) + "=3Dx"),
        (x(73) + "=x", x(73) + "=\r\n=3Dx"),
        (x(73) + "=", x(73) + "=3D"),
        (x(74) + "=", x(74) + "=\r\n=3D"),
        (x(70) + "ä\r\n", x(70) + "=C3=A4\r\n"),
        (x(71) + "ä\r\n", x(71) + "=C3=\r\n=A4\r\n"),
        // At the start of a line, not of what a soft break makes one.
        (".\r\n..".into(), "=2E\r\n=2E.".into()),
        ("From x\r\nFromx".into(), "=46rom x\r\nFromx".into()),
        (
            ".".to_owned() + &x(74),
            "=2E".to_owned() + &x(72) + "=\r\nxx",
        ),
        ("\r\n \r\n".into(), "\r\n=20\r\n".into()),
    ] {
        // Alone, and with a text behind it that is looked at in the same way.
        assert_eq!(
            quoted_printable::encode(text.as_bytes())
                .escape_ascii()
                .to_string(),
            encoded.as_bytes().escape_ascii().to_string()
        );
        let more = "\r\nmore\r\n".repeat(40);
        let (text, encoded) = (text + &more, encoded + &more);
        assert_eq!(
            quoted_printable::encode(text.as_bytes())
                .escape_ascii()
                .to_string(),
            encoded.as_bytes().escape_ascii().to_string()
        );
    }
}

#[test]
fn every_pair_behind_an_equals_sign_is_as_the_model() {
    for high in 0..=u8::MAX {
        // One after the other, and each in a block of its own where blocks are looked at whole.
        let (mut near, mut far) = (Vec::new(), Vec::new());
        for low in 0..=u8::MAX {
            near.extend_from_slice(&[b'=', high, low, b'.']);
            far.extend_from_slice(&[b'-'; 37]);
            far.extend_from_slice(&[b'=', high, low]);
        }
        for text in [near, far] {
            let decoded = decode(Encoding::QuotedPrintable, &text).0;
            assert!(decoded == quoted_model(&text), "={high:#04x}..");
        }
    }
}

/// The text of a part whose body is decoded in pieces.
fn text_of(encoding: &str, body: &[u8]) -> String {
    let head = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: ";
    let mail = [head.as_bytes(), encoding.as_bytes(), b"\r\n\r\n", body].concat();
    Message::parse(mail).root().text().into_owned()
}

#[test]
fn characters_stay_whole_wherever_a_piece_of_text_ends() {
    for character in ["a", "ä", "€", "😀"] {
        for plain in 8170..8200 {
            let text = format!("{}{}", "x".repeat(plain), character.repeat(2100));
            let mut encoder = base64::Encoder::default();
            let mut encoded = Vec::new();
            encoder.push(text.as_bytes(), &mut encoded);
            encoder.finish(&mut encoded);
            assert!(text_of("base64", &encoded) == text, "{plain} {character}");
            let encoded = quoted_printable::encode(text.as_bytes());
            assert!(
                text_of("quoted-printable", &encoded) == text,
                "{plain} {character}"
            );
        }
    }
}

#[test]
fn text_that_is_not_utf8_is_mended_wherever_it_breaks() {
    for wrong in [
        &b"\xff"[..],
        b"\xe2\x82",
        b"\xf0\x9f\x98",
        b"\xc3",
        b"\x80",
        b"\xed\xa0\x80",
    ] {
        for before in [0, 1, 8187, 8188, 8189, 8190, 8191, 8192, 20_000] {
            for after in [0, 1, 3, 9000] {
                let octets = [&vec![b'x'; before], wrong, &vec![b'y'; after]].concat();
                let encoded = quoted_printable::encode(&octets);
                let text = text_of("quoted-printable", &encoded);
                assert_eq!(text, String::from_utf8_lossy(&octets), "{before}, {after}");
            }
        }
    }
}

/// Decodes quoted-printable as pieces of at most so many octets come.
fn quoted_in_pieces(input: &[u8], piece: usize) -> Vec<u8> {
    let mut decoder = quoted_printable::Decoder::default();
    let (mut held, mut out, mut fed) = (Vec::new(), Vec::new(), 0);
    loop {
        let next = (fed + piece).min(input.len());
        held.extend_from_slice(&input[fed..next]);
        fed = next;
        let last = fed == input.len();
        let mut space = vec![0; held.len() + 8];
        let progress = decoder.step(&held, &mut space, last);
        out.extend_from_slice(&space[..progress.produced]);
        held.drain(..progress.consumed);
        if last {
            assert!(held.is_empty(), "{} octets are left", held.len());
            return out;
        }
        assert!(held.len() <= 1024 + 3, "{} octets are held", held.len());
    }
}

#[test]
fn blanks_and_escapes_at_their_limits() {
    let blanks = |count: usize, end: &str| format!("{}{end}", " ".repeat(count)).into_bytes();
    for (input, expected) in [
        // As many as are held back are dropped, one more is text.
        (blanks(1024, "\r\n"), b"\r\n".to_vec()),
        (blanks(1025, "\r\n"), blanks(1025, "\r\n")),
        (b"=x\n".to_vec(), b"=x\n".to_vec()),
        (b"=\rx".to_vec(), b"=\rx".to_vec()),
        (b"=A\n".to_vec(), b"=A\n".to_vec()),
        (b"a=\nb".to_vec(), b"ab".to_vec()),
        (b"a= \t\r\nb".to_vec(), b"ab".to_vec()),
    ] {
        for piece in [1, 2, 3, 1024, 1025, 4096] {
            assert_eq!(
                quoted_in_pieces(&input, piece),
                expected,
                "pieces of {piece}"
            );
        }
    }
}

#[test]
fn blanks_of_quoted_printable_are_the_same_in_any_pieces() {
    for blanks in [0, 1, 500, 1023, 1024, 1025, 1500, 3000] {
        for before in ["", "a", "=", "=20"] {
            for after in [
                "",
                "b",
                "\n",
                "\r\n",
                "\r",
                "=\r\nc",
                " \tb\r\n",
                "b  \r\n",
                "\r\nb  \r\n",
                "\r\n  \r\n",
            ] {
                let input = format!("{before}{}{after}", " ".repeat(blanks));
                let whole = quoted_in_pieces(input.as_bytes(), input.len().max(1));
                for piece in [1, 7, 100, 1023, 1024, 1025, 1500, 2047] {
                    let pieces = quoted_in_pieces(input.as_bytes(), piece);
                    assert!(
                        pieces == whole,
                        "{before:?}, {blanks} blanks, {after:?} in pieces of {piece}: {} octets, not {}",
                        pieces.len(),
                        whole.len()
                    );
                }
            }
        }
    }
}

/// Pieces of a parameter that do not follow one another, and a number as high as one can be.
#[test]
fn pieces_with_gaps() {
    for (params, value, candidates) in [
        ("n*0=a; n*1=b; n*3=c", "ab", &["ab", "abc"][..]),
        ("n*1=a; n*2=b", "ab", &["ab"]),
        ("n*3*=us-ascii'en'isn't%20it", "isn't it", &["isn't it"]),
        ("n*4294967295=x", "x", &["x"]),
        ("n*4294967295=x; n*0=a", "a", &["a", "ax"]),
        ("n*4294967296=x", "", &[]),
        ("n*0=a; n*1=b; n*1=c", "ab", &["ab", "ac"]),
        ("n=p; n*0=a; n*=''b", "b", &["b", "p", "a"]),
    ] {
        let field = format!("a/b; {params}");
        let content_type = mailweft_mime::ContentType::read(field.as_bytes());
        let read = content_type.params();
        assert_eq!(read.get("n").unwrap_or_default(), value, "{params}");
        assert_eq!(read.candidates("n"), candidates, "{params}");
    }
}

/// Lines before `begin` that look like data, by chance or because they are.
#[test]
fn uuencode_begins_where_it_can() {
    for (text, decoded) in [
        ("begin 644 x\n#86)C\n`\nend\n", &b"abc"[..]),
        ("#86)C\n`\nend\n", b"abc"),
        ("Prose.\nbegin 644 x\n#86)C\n`\nend\n", b"abc"),
        // A line of capitals: its octets stand before the others.
        ("#PROS\nbegin 644 x\n#86)C\n`\nend\n", b"\xc3+\xf3abc"),
        ("#PRO\nbegin 644 x\n#86)C\n`\nend\n", b"abc"),
        ("begin\n#86)C\nend\n", b"abc"),
        ("ZZZ\n#86)C\n", b"abc"),
        ("begin 644 x\nZZZ\n#86)C\nend\n", b"abc"),
    ] {
        let (octets, _) = decode(Encoding::Uuencode, text.as_bytes());
        assert_eq!(octets.as_ref(), decoded, "{text:?}");
    }
}
