//! Messages of the shapes that mail has, made from a seed.

use std::fmt::Write as _;

use crate::{Random, noise};

/// What every message bears on top, about 1.5 kB of it: three hops, a signature, the usual fields.
fn top(random: &mut Random, subject: &str) -> String {
    let mut header = String::new();
    for hop in 0..3 {
        let _ = write!(
            header,
            "Received: from mx{hop}.example.net (mx{hop}.example.net [192.0.2.{hop}])\r\n\
             \tby mail{hop}.example.org (Postfix) with ESMTPS id {:012X}\r\n\
             \tfor <reader@example.org>; Sun, 22 Nov 2026 10:0{hop}:00 +0000 (UTC)\r\n",
            random.next() & 0xffff_ffff_ffff,
        );
    }
    let _ = write!(
        header,
        "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.net; s=s1;\r\n\
         \th=from:to:subject:date:message-id:mime-version:content-type;\r\n\
         \tbh={};\r\n\tb={}\r\n",
        random.word(43),
        random.word(172),
    );
    let _ = write!(
        header,
        "Return-Path: <bounces+{0:x}@example.net>\r\n\
         Delivered-To: reader@example.org\r\n\
         From: \"Some Body\" <some.body@example.net>\r\n\
         To: Reader <reader@example.org>, other@example.com\r\n\
         Cc: \"Third, Party\" <third@example.com>\r\n\
         Subject: {subject}\r\n\
         Date: Sun, 22 Nov 2026 10:00:00 +0100\r\n\
         Message-ID: <{0:016x}@example.net>\r\n\
         MIME-Version: 1.0\r\n\
         X-Mailer: Mailer 1.0\r\n\
         List-Unsubscribe: <https://example.net/unsubscribe?u={0:x}>\r\n",
        random.next(),
    );
    header
}

/// Lines of words, 60 to 76 octets each, about so many octets.
fn prose(random: &mut Random, octets: usize) -> String {
    let mut text = String::with_capacity(octets + 80);
    while text.len() < octets {
        let end = text.len() + 56 + random.below(12);
        while text.len() < end {
            let length = 2 + random.below(9);
            text.push_str(&random.word(length));
            text.push(' ');
        }
        text.pop();
        text.push_str("\r\n");
    }
    text
}

/// A plain mail of about 2.4 kB.
#[must_use]
pub fn small() -> Vec<u8> {
    let random = &mut Random::new(1);
    let mut mail = top(random, "=?utf-8?Q?Gr=C3=BC=C3=9Fe?= from the list");
    mail.push_str(
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n",
    );
    mail.push_str(&prose(random, 900));
    mail.into_bytes()
}

/// A newsletter of about 75 kB: text and HTML, quoted-printable as HTML has it: escapes for `=` and for letters,
/// soft breaks.
#[must_use]
pub fn newsletter() -> Vec<u8> {
    let random = &mut Random::new(2);
    let mut mail = top(random, "=?utf-8?B?R3LDvMOfZSBhbGxlcnNlaXRz?= this week");
    mail.push_str(
        "Content-Type: multipart/alternative; boundary=\"=_part_1\"\r\n\r\nA message in parts.\r\n",
    );
    for (kind, octets) in [("plain", 9_000), ("html", 62_000)] {
        let _ = write!(
            mail,
            "--=_part_1\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
        );
        let end = mail.len() + octets;
        while mail.len() < end {
            let text = prose(random, 400);
            for line in text.lines() {
                match random.below(4) {
                    0 if kind == "html" => {
                        let _ = write!(
                            mail,
                            "<td class=3D\"{}\" style=3D\"margin:0;padding:0\">{}=\r\n",
                            random.word(4),
                            &line[..20]
                        );
                    }
                    1 => {
                        let _ = write!(mail, "{}=C3=A4=C3=B6 {}=\r\n", &line[..30], &line[31..50]);
                    }
                    _ => {
                        mail.push_str(line);
                        mail.push_str("\r\n");
                    }
                }
            }
        }
        mail.push_str("\r\n");
    }
    mail.push_str("--=_part_1--\r\n");
    mail.into_bytes()
}

/// A text and an attachment in base64, 10 MB on the wire.
#[must_use]
pub fn attachment() -> Vec<u8> {
    let random = &mut Random::new(3);
    let mut mail = top(random, "The file");
    mail.push_str("Content-Type: multipart/mixed; boundary=\"----=_Part_12\"\r\n\r\n");
    let _ = write!(
        mail,
        "------=_Part_12\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n{}\r\n\
         ------=_Part_12\r\nContent-Type: application/octet-stream; name=\"data.bin\"\r\n\
         Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"data.bin\"\r\n\r\n",
        prose(random, 600),
    );
    let mut mail = mail.into_bytes();
    base64_lines(&noise(7_300_000), &mut mail);
    mail.extend_from_slice(b"------=_Part_12--\r\n");
    mail
}

/// Twelve messages, each forwarded in the next one: 37 parts in 30 kB.
#[must_use]
pub fn nested() -> Vec<u8> {
    let random = &mut Random::new(4);
    let mut mail = String::new();
    for depth in 0..12 {
        let _ = write!(
            mail,
            "{}Content-Type: multipart/mixed; boundary=\"=_level_{depth}\"\r\n\r\n\
             --=_level_{depth}\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n{}\r\n\
             --=_level_{depth}\r\nContent-Type: message/rfc822\r\n\r\n",
            top(random, "Fwd: the one below"),
            prose(random, 500),
        );
    }
    mail.push_str(&top(random, "The first one"));
    mail.push_str("\r\nThat is all.\r\n");
    for depth in (0..12).rev() {
        let _ = write!(mail, "--=_level_{depth}--\r\n");
    }
    mail.into_bytes()
}

/// A hundred fields, 25 recipients with encoded names: 20 kB of header, a line of body.
#[must_use]
pub fn header_heavy() -> Vec<u8> {
    let random = &mut Random::new(5);
    let mut mail = String::new();
    for _ in 0..5 {
        let header = top(random, "one of many");
        let end = header.find("Return-Path").unwrap_or(0);
        mail.push_str(&header[..end]);
    }
    for n in 0..55 {
        let _ = write!(mail, "X-Spam-Check-{n}: {}\r\n", random.word(40));
        if n % 3 == 0 {
            let _ = write!(
                mail,
                "ARC-Seal: i={n}; a=rsa-sha256; d=example.net;\r\n\tb={}\r\n",
                random.word(90)
            );
        }
    }
    let _ = write!(
        mail,
        "From: Some Body <some.body@example.net>\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n =?utf-8?Q?_to_all?=\r\n\
         Date: Sun, 22 Nov 2026 10:00:00 +0000\r\nMessage-ID: <many@example.net>\r\nTo: ",
    );
    for n in 0..25 {
        let _ = write!(
            mail,
            "=?utf-8?B?SsO8cmdlbg==?= Number{n} <user{n}@example.org>"
        );
        mail.push_str(if n == 24 { "\r\n" } else { ",\r\n\t" });
    }
    mail.push_str("MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nShort.\r\n");
    mail.into_bytes()
}

/// Base64 in lines of 76.
pub fn base64_lines(octets: &[u8], out: &mut Vec<u8>) {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for line in octets.chunks(57) {
        for group in line.chunks(3) {
            let at = |n: usize| u32::from(group.get(n).copied().unwrap_or(0));
            let bits = at(0) << 16 | at(1) << 8 | at(2);
            for n in 0..4 {
                let index = bits >> (18 - 6 * n) & 63;
                out.push(if n <= group.len() {
                    ALPHABET[index as usize]
                } else {
                    b'='
                });
            }
        }
        out.extend_from_slice(b"\r\n");
    }
}
