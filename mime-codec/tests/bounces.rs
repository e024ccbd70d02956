//! The real bounces of the corpora: recipient and status wherever the mail holds them.

mod common;

use std::{collections::BTreeSet, fs};

use mailweft_mime::Message;

#[test]
fn real_bounces() {
    let mut without = BTreeSet::new();
    let (mut all, mut recipients, mut statuses) = (0, 0, 0);
    for file in common::corpus("sisimai-set-of-emails") {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        // Not all of them are mail, and reports of abuse are no bounces.
        let other = ["UPSTREAM", "arf-", "size-", "is-not-bounce"]
            .iter()
            .any(|start| name.starts_with(start));
        if other || name.ends_with(".md") || name.ends_with(".json") {
            continue;
        }
        let bytes = fs::read(&file).unwrap();
        all += 1;
        let message = Message::parse(&bytes);
        match message.bounce() {
            Some(bounce) => {
                recipients += 1;
                if bounce
                    .recipients
                    .iter()
                    .all(|recipient| recipient.status.is_some())
                {
                    statuses += 1;
                } else {
                    without.insert(format!("{name}:status"));
                }
                for recipient in &bounce.recipients {
                    assert!(
                        recipient
                            .reason
                            .as_deref()
                            .is_none_or(|reason| !reason.contains(['\r', '\n', '\0']))
                    );
                }
            }
            None => {
                without.insert(format!("{name}:recipient"));
            }
        }
    }
    println!("{all} bounces, {recipients} with a recipient, {statuses} with a status");
    if all > 0 {
        common::same_differences(&without, include_str!("data/bounces-without.txt"));
    }
}
