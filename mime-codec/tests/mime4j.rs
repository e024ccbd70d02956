//! The messages of the mime4j corpus: the trees and decoded bodies that are expected of them.

mod common;

use std::{collections::BTreeSet, fs, path::Path};

use mailweft_mime::{Message, Part, PartKind};

fn escape(octets: &[u8]) -> String {
    let text: String = octets.iter().map(|&b| char::from(b)).collect();
    text.replace("\r\n", "\n")
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// The tree as the corpus writes it; bodies go to `bodies` with their path.
fn tree(
    part: Part<'_>,
    stem: &str,
    path: &str,
    out: &mut String,
    bodies: &mut Vec<(String, Vec<u8>)>,
) {
    let tag = if part.is_message_root() {
        "message"
    } else {
        "body-part"
    };
    out.push_str(&format!("<{tag}>\n<header>\n"));
    // The corpus leaves out the line that a mailbox file puts before a message.
    for field in part
        .fields()
        .filter(|field| !field.raw().starts_with(b"From "))
    {
        let raw = field.raw();
        out.push_str(&format!(
            "<field>\n{}</field>\n",
            escape(raw).trim_end_matches('\n')
        ));
    }
    out.push_str("</header>\n");
    match part.kind() {
        PartKind::Multipart => {
            out.push_str("<multipart>\n");
            if !part.preamble().trim_ascii().is_empty() {
                out.push_str(&format!(
                    "<preamble>\n{}</preamble>\n",
                    escape(part.preamble())
                ));
            }
            for (at, child) in part.children().enumerate() {
                tree(child, stem, &format!("{path}_{}", at + 1), out, bodies);
            }
            if !part.epilogue().trim_ascii().is_empty() {
                out.push_str(&format!(
                    "<epilogue>\n{}</epilogue>\n",
                    escape(part.epilogue())
                ));
            }
            out.push_str("</multipart>\n");
        }
        PartKind::Message => {
            for child in part.children() {
                tree(child, stem, &format!("{path}_1"), out, bodies);
            }
        }
        _ if part.decode_message().is_some() => {
            let message = part.decode_message().unwrap();
            tree(message.root(), stem, &format!("{path}_1"), out, bodies);
        }
        _ => {
            let text = part.content_type().media_type().is_text();
            let (kind, end) = if text {
                ("text", "txt")
            } else {
                ("binary", "bin")
            };
            let name = format!("{stem}_decoded{path}.{end}");
            out.push_str(&format!("<{kind}-body name=\"{name}\"/>\n"));
            bodies.push((name, part.body().into_owned()));
        }
    }
    out.push_str(&format!("</{tag}>\n"));
}

fn lines(octets: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(octets)
        .replace("\r\n", "\n")
        .into_bytes()
}

#[test]
fn trees_and_bodies() {
    let mut wrong = BTreeSet::new();
    let mut checked = (0, 0);
    for file in common::corpus("mime4j/core") {
        if file.extension().is_none_or(|extension| extension != "msg") {
            continue;
        }
        let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
        let folder: &Path = file.parent().unwrap();
        let Ok(expected) = fs::read(folder.join(format!("{stem}_decoded.xml"))) else {
            continue;
        };
        let bytes = fs::read(&file).unwrap();
        let message = Message::parse(&bytes);
        let (mut out, mut bodies) = (String::new(), Vec::new());
        tree(message.root(), &stem, "_1", &mut out, &mut bodies);
        let expected: String = expected
            .iter()
            .map(|&b| char::from(b))
            .collect::<String>()
            .replace("\r\n", "\n");
        checked.0 += 1;
        // Whether a line break belongs to a boundary or to nothing but itself is told in other ways there.
        let mut expected = expected.replace("<preamble>\n</preamble>", "");
        while let Some(at) = expected.find("<epilogue>\n\n") {
            let end = at + expected[at..].find("</epilogue>").unwrap();
            let blank = expected[at + 10..end].trim().is_empty();
            let put = if blank {
                String::new()
            } else {
                format!(
                    "<epilogue>\n{}</epilogue>",
                    expected[at + 11..end].trim_start()
                )
            };
            expected.replace_range(at..end + 11, &put);
        }
        let squeeze = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        if squeeze(&out) != squeeze(&expected) {
            wrong.insert(format!("{stem}:tree"));
            if std::env::var("SHOW").is_ok_and(|show| show == stem) {
                println!("{out}\n----\n{expected}");
            }
        }
        for (name, body) in bodies {
            let Ok(expected) = fs::read(folder.join(&name)) else {
                continue;
            };
            checked.1 += 1;
            if body != expected && lines(&body) != lines(&expected) {
                if std::env::var("SHOW").is_ok_and(|show| show == stem) {
                    println!(
                        "{name}: {}\n----\n{}",
                        body.escape_ascii(),
                        expected.escape_ascii()
                    );
                }
                wrong.insert(name);
            }
        }
    }
    println!("{} trees and {} bodies", checked.0, checked.1);
    if checked.0 > 0 {
        common::same_differences(&wrong, include_str!("data/mime4j-differences.txt"));
    }
}
