//! Base64 and quoted-printable, both ways.

use std::hint::black_box;

use mailweft_benches::{mails, noise};
use mailweft_mime::{Encoding, Message, transfer};

use crate::{
    inputs::Inputs,
    row::{
        Row,
        Target::{Best, Named, Rate},
        digest,
    },
};

const OCTETS: &str = "octets";

pub fn rows<'a>(inputs: &'a Inputs, each: &mut dyn FnMut(Row<'a>)) {
    for (name, size) in [("1 kB", 1000), ("64 kB", 64_000), ("10 MB", 7_300_000)] {
        each(decode_base64(name, size));
        each(encode_base64(name, size));
    }
    let mail = Message::parse(inputs.mail("newsletter"));
    let html = mail
        .root()
        .child(1)
        .map_or(Vec::new(), |part| part.raw_body().to_vec());
    each(decode_quoted("HTML", html.clone()));
    each(decode_quoted(
        "Cyrillic",
        transfer::quoted_printable::encode(
            "Съешь ещё этих мягких французских булок.\r\n"
                .repeat(500)
                .as_bytes(),
        ),
    ));
    let plain = transfer::decode(Encoding::QuotedPrintable, &html)
        .0
        .into_owned();
    each(encode_quoted("HTML", plain));
}

/// Decodes onto memory that is at hand, as a caller who decodes one part after the other does.
fn ours(encoding: Encoding, body: &[u8], out: &mut Vec<u8>) -> usize {
    out.clear();
    let mut decoder = transfer::Decoder::new(encoding);
    decoder.push(black_box(body), out);
    decoder.finish(out);
    out.len()
}

fn decode_base64<'a>(name: &'static str, size: usize) -> Row<'a> {
    let octets = noise(size);
    let mut lines = Vec::new();
    mails::base64_lines(&octets, &mut lines);
    let view = |octets: &[u8]| (OCTETS, digest(octets));
    let mut out = Vec::with_capacity(size + 1024);
    let mut row = Row::new("base64", "decode lines of 76", name, lines.len())
        .ours([view(&transfer::decode(Encoding::Base64, &lines).0)], {
            let (lines, mut out) = (lines.clone(), out.clone());
            move || ours(Encoding::Base64, &lines, &mut out)
        })
        .peer(
            "encodify",
            view(&encodify::base64::MIME.decode(&lines).unwrap()),
            {
                let (lines, mut out) = (lines.clone(), Vec::with_capacity(size + 1024));
                move || {
                    out.clear();
                    encodify::base64::MIME
                        .decode_append(black_box(&lines), &mut out)
                        .unwrap();
                    out.len()
                }
            },
        )
        .peer(
            "data-encoding",
            view(&data_encoding::BASE64_MIME.decode(&lines).unwrap()),
            {
                let (lines, mut out) = (
                    lines.clone(),
                    vec![0; data_encoding::BASE64_MIME.decode_len(lines.len()).unwrap()],
                );
                move || {
                    data_encoding::BASE64_MIME
                        .decode_mut(black_box(&lines), &mut out)
                        .unwrap()
                }
            },
        )
        .peer(
            "base64-simd",
            view(&base64_simd::forgiving_decode_to_vec(&lines).unwrap()),
            {
                let lines = lines.clone();
                move || {
                    base64_simd::forgiving_decode_to_vec(black_box(&lines))
                        .unwrap()
                        .len()
                }
            },
        )
        .limit("memcpy", move || {
            out.clear();
            out.extend_from_slice(black_box(&lines));
            out.len()
        })
        .remark("our default is safe code without intrinsics");
    if name == "64 kB" {
        row = row.target(Rate(5.0)).target(Named(1.0, "encodify"));
    }
    row
}

fn encode_base64<'a>(name: &'static str, size: usize) -> Row<'a> {
    let octets = noise(size);
    let encode = |octets: &[u8]| {
        let mut out = Vec::new();
        let mut encoder = transfer::base64::Encoder::default();
        encoder.push(octets, &mut out);
        encoder.finish(&mut out);
        out
    };
    let view = |text: &[u8]| {
        (
            "lines, without the last line end",
            digest(text.trim_ascii_end()),
        )
    };
    let mut row = Row::new("base64", "encode lines of 76", name, size)
        .ours([view(&encode(&octets))], {
            let (octets, mut out) = (octets.clone(), Vec::with_capacity(size * 3 / 2));
            move || {
                out.clear();
                let mut encoder = transfer::base64::Encoder::default();
                encoder.push(black_box(&octets), &mut out);
                encoder.finish(&mut out);
                out.len()
            }
        })
        .peer(
            "encodify",
            view(encodify::base64::MIME.encode(&octets).as_bytes()),
            {
                let (octets, mut out) = (octets.clone(), Vec::with_capacity(size * 3 / 2));
                move || {
                    out.clear();
                    encodify::base64::MIME.encode_append(black_box(&octets), &mut out)
                }
            },
        )
        .peer(
            "data-encoding",
            view(data_encoding::BASE64_MIME.encode(&octets).as_bytes()),
            {
                let (octets, mut out) = (
                    octets.clone(),
                    vec![0; data_encoding::BASE64_MIME.encode_len(size)],
                );
                move || {
                    data_encoding::BASE64_MIME.encode_mut(black_box(&octets), &mut out);
                    out.len()
                }
            },
        );
    if name == "10 MB" {
        row = row.target(Best(0.5));
    }
    row
}

fn decode_quoted<'a>(name: &'static str, body: Vec<u8>) -> Row<'a> {
    let view = |octets: &[u8]| (OCTETS, digest(octets));
    let size = body.len();
    let mut row = Row::new("quoted-printable", "decode", name, size)
        .ours(
            [view(&transfer::decode(Encoding::QuotedPrintable, &body).0)],
            {
                let (body, mut out) = (body.clone(), Vec::with_capacity(size + 1024));
                move || ours(Encoding::QuotedPrintable, &body, &mut out)
            },
        )
        .peer(
            "encodify",
            view(&encodify::qp::BODY.decode(&body).unwrap()),
            {
                let (body, mut out) = (body.clone(), Vec::with_capacity(size + 1024));
                move || {
                    out.clear();
                    encodify::qp::BODY
                        .decode_append(black_box(&body), &mut out)
                        .unwrap();
                    out.len()
                }
            },
        )
        .peer(
            "quoted_printable",
            view(&quoted_printable::decode(&body, quoted_printable::ParseMode::Robust).unwrap()),
            {
                let body = body.clone();
                move || {
                    quoted_printable::decode(black_box(&body), quoted_printable::ParseMode::Robust)
                        .unwrap()
                        .len()
                }
            },
        )
        .limit("memcpy", {
            let (body, mut out) = (body.clone(), Vec::with_capacity(size));
            move || {
                out.clear();
                out.extend_from_slice(black_box(&body));
                out.len()
            }
        });
    if name == "HTML" {
        row = row.target(Best(1.2));
    }
    row
}

fn encode_quoted<'a>(name: &'static str, text: Vec<u8>) -> Row<'a> {
    // Each breaks lines where it likes: what is compared is what the lines hold.
    let view = |text: &[u8]| {
        (
            "what it decodes to",
            digest(transfer::decode(Encoding::QuotedPrintable, text).0),
        )
    };
    let utf8 = String::from_utf8_lossy(&text).into_owned();
    Row::new("quoted-printable", "encode", name, text.len())
        .ours([view(&transfer::quoted_printable::encode(&text))], {
            let text = text.clone();
            move || transfer::quoted_printable::encode(black_box(&text)).len()
        })
        .peer(
            "encodify",
            view(encodify::qp::BODY.encode(&text).as_bytes()),
            {
                let text = text.clone();
                move || encodify::qp::BODY.encode(black_box(&text)).len()
            },
        )
        .peer(
            "quoted_printable",
            view(&quoted_printable::encode(&utf8)),
            move || quoted_printable::encode(black_box(&utf8)).len(),
        )
}
