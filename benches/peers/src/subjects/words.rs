//! Encoded words (RFC 2047) in header text.

use std::hint::black_box;

use mailweft_benches::Random;
use mailweft_mime::decode_text;

use crate::{
    inputs::Inputs,
    row::{Row, Target::Best, View, digest},
};

pub fn rows<'a>(_: &'a Inputs, each: &mut dyn FnMut(Row<'a>)) {
    each(decode());
}

/// Subjects of several kinds: plain, Q, B, one after the other, between words.
fn subjects() -> Vec<String> {
    let random = &mut Random::new(11);
    (0..1000)
        .map(|n| match n % 5 {
            0 => format!("{} {} {}", random.word(5), random.word(7), random.word(3)),
            1 => format!(
                "=?utf-8?Q?Gr=C3=BC=C3=9Fe_{}?= {}",
                random.word(8),
                random.word(6)
            ),
            2 => format!(
                "Re: =?UTF-8?B?R3LDvMOfZSBhbGxlcnNlaXRz?= {}",
                random.word(6)
            ),
            3 => format!(
                "=?utf-8?q?{}_=E2=82=AC?=\r\n =?utf-8?q?_and_{}?=",
                random.word(12),
                random.word(12)
            ),
            _ => format!(
                "=?utf-8?b?0J/RgNC40LLQtdGCINC80LjRgA==?= {}",
                random.word(9)
            ),
        })
        .collect()
}

fn decode<'a>() -> Row<'a> {
    let all = subjects();
    let octets = all.iter().map(String::len).sum();
    let view = |each: &dyn Fn(&str) -> String| -> View {
        let text: Vec<String> = all.iter().map(|subject| each(subject)).collect();
        ("texts", digest(text.join("\n")) + &text[..5].join("\n"))
    };
    let over = |each: fn(&str) -> usize| {
        let all = all.clone();
        move || all.iter().map(|subject| each(black_box(subject))).sum()
    };
    let header = |subject: &str| format!(" {subject}\r\n");
    let lines: Vec<String> = all.iter().map(|subject| header(subject)).collect();
    Row::new("encoded words", "decode", "1,000 subjects", octets)
        .each(all.len())
        .ours(
            [view(&|subject| {
                decode_text(subject.as_bytes()).into_owned()
            })],
            over(|subject| decode_text(subject.as_bytes()).len()),
        )
        .peer(
            "mail-parser",
            view(&|subject| {
                mail_parser::HeaderForm::Text
                    .parse(header(subject).as_bytes())
                    .value()
                    .as_text()
                    .unwrap_or_default()
                    .to_owned()
            }),
            move || {
                lines
                    .iter()
                    .map(|line| {
                        mail_parser::HeaderForm::Text
                            .parse(black_box(line).as_bytes())
                            .value()
                            .as_text()
                            .map_or(0, str::len)
                    })
                    .sum()
            },
        )
        .peer(
            "encodify",
            view(&|subject| {
                encodify::rfc2047::decode_text(subject.as_bytes(), encodify::rfc2047::utf8_charset)
                    .into_owned()
            }),
            over(|subject| {
                encodify::rfc2047::decode_text(subject.as_bytes(), encodify::rfc2047::utf8_charset)
                    .len()
            }),
        )
        .peer(
            "rfc2047-decoder",
            view(&|subject| {
                rfc2047_decoder::decode(subject.replace("\r\n", "")).unwrap_or_default()
            }),
            over(|subject| rfc2047_decoder::decode(subject).map_or(0, |text| text.len())),
        )
        .remark("encodify decodes UTF-8 alone")
        .target(Best(1.0))
}
