//! The messages of the mailcore2 corpus: headers and trees as its JSON has them.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use mailweft_mime::{Message, NamedAddress, Part, PartKind};
use serde_json::Value;

/// The tree as the JSON has it: multiparts, messages, and the media types and names of leaves.
fn expected_tree(part: &Value, out: &mut String) {
    match part["partType"].as_str() {
        Some("single") => {
            // A type without a subtype is given one there.
            let media_type = part["mimeType"]
                .as_str()
                .unwrap_or("text/plain")
                .to_ascii_lowercase();
            let media_type = media_type.trim_end_matches("/unknown");
            out.push_str(&format!(
                "{media_type} {:?}, ",
                part["filename"].as_str().unwrap_or_default()
            ));
        }
        Some("message") => {
            out.push_str("message(");
            expected_tree(&part["mainPart"], out);
            out.push(')');
        }
        _ => {
            out.push_str("multipart(");
            for child in part["parts"]["items"].as_array().into_iter().flatten() {
                expected_tree(child, out);
            }
            out.push(')');
        }
    }
}

fn tree(part: Part<'_>, out: &mut String) {
    match part.kind() {
        PartKind::Multipart => {
            out.push_str("multipart(");
            part.children().for_each(|child| tree(child, out));
            out.push(')');
        }
        PartKind::Message => {
            out.push_str("message(");
            part.children().for_each(|child| tree(child, out));
            out.push(')');
        }
        _ => {
            let content_type = part.content_type();
            let media_type = content_type.media_type().as_str().to_ascii_lowercase();
            let media_type = media_type.trim_end_matches("/unknown");
            out.push_str(&format!(
                "{media_type} {:?}, ",
                part.file_name().unwrap_or_default()
            ));
        }
    }
}

fn mailbox(value: &Value) -> (String, String) {
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    (text("displayName"), text("mailbox"))
}

fn named(address: NamedAddress<'_>) -> (String, String) {
    (
        address.name().unwrap_or_default().to_owned(),
        address.address().to_string(),
    )
}

#[test]
fn headers_and_trees() {
    let (mut inputs, mut outputs) = (BTreeMap::new(), BTreeMap::new());
    let there = common::archive("mailcore2/parser-and-summary.tar.xz", |name, bytes| {
        if let Some(name) = name.strip_prefix("parser/input/") {
            inputs.insert(name.to_owned(), bytes);
        } else if let Some(name) = name.strip_prefix("parser/output/") {
            outputs.insert(name.to_owned(), bytes);
        }
    });
    if !there {
        return;
    }
    let mut wrong = BTreeSet::new();
    let mut checked = 0;
    for (name, json) in &outputs {
        let (Some(bytes), Ok(json)) = (inputs.get(name), serde_json::from_slice::<Value>(json))
        else {
            continue;
        };
        checked += 1;
        let message = Message::parse(bytes);
        let header = &json["header"];
        let mut differs = |what: &str, ours: String, theirs: String| {
            let squeeze = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            if squeeze(&ours) != squeeze(&theirs) {
                println!("{name}:{what}\n  ours {ours:?}\n  want {theirs:?}");
                wrong.insert(format!("{}:{what}", name.replace(' ', "_")));
            }
        };
        if let Some(subject) = header["subject"].as_str() {
            differs(
                "subject",
                message.subject().unwrap_or_default().into_owned(),
                subject.into(),
            );
        }
        // Words without an `@` are no addresses to us, and names in comments are none to them.
        let same = |ours: Vec<NamedAddress<'_>>, theirs: &[(String, String)]| {
            let theirs: Vec<_> = theirs
                .iter()
                .filter(|(_, address)| address.contains('@'))
                .collect();
            let ours = ours
                .into_iter()
                .map(named)
                .zip(&theirs)
                .map(|(ours, theirs)| match theirs.0.is_empty() {
                    true => (String::new(), ours.1),
                    false => ours,
                });
            (
                format!("{:?}", ours.collect::<Vec<_>>()),
                format!("{theirs:?}"),
            )
        };
        if header["from"].is_object() {
            let (ours, theirs) = same(
                message.from().take(1).collect(),
                &[mailbox(&header["from"])],
            );
            differs("from", ours, theirs);
        }
        for (field, ours) in [("to", message.to()), ("cc", message.cc())] {
            if let Some(list) = header[field]["items"].as_array() {
                let theirs: Vec<_> = list.iter().map(mailbox).collect();
                let (ours, theirs) = same(ours.collect(), &theirs);
                differs(field, ours, theirs);
            }
        }
        if let Some(id) = header["messageID"]
            .as_str()
            .filter(|id| !id.starts_with("MyMessageID"))
        {
            differs(
                "id",
                message
                    .message_id()
                    .map(|id| id.as_str().to_owned())
                    .unwrap_or_default(),
                id.into(),
            );
        }
        if let (Some(date), Some(ours)) = (header["date"].as_str(), message.date()) {
            // Years of two digits are of this century there; here RFC 5322 §4.3 tells the century.
            let century = 3_155_760_000;
            let theirs: i64 = date.parse().unwrap();
            let theirs = if theirs == ours.timestamp() + century {
                theirs - century
            } else {
                theirs
            };
            differs("date", ours.timestamp().to_string(), theirs.to_string());
        }
        let (mut ours, mut theirs) = (String::new(), String::new());
        tree(message.root(), &mut ours);
        expected_tree(&json["mainPart"], &mut theirs);
        differs("tree", ours, theirs);
    }
    println!("{checked} messages");
    // Without its tables, no Japanese subject is read.
    if !cfg!(feature = "charset") {
        return;
    }
    common::same_differences(&wrong, include_str!("data/mailcore-differences.txt"));
}
