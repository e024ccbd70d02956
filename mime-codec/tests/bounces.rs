//! The real bounces of the corpora: recipient and status wherever the mail holds them.

mod common;

use std::{collections::BTreeSet, fs};

use mailweft_mime::{Action, Message, Report, ReturnPath};

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

/// Who was not reached, and whether it is still tried, as flufl.bounce has it.
#[test]
fn flufl_recipients() {
    let mut files = common::corpus("flufl-bounce");
    let Some(at) = files
        .iter()
        .position(|file| file.ends_with("expected.json"))
    else {
        return;
    };
    let expected = fs::read(files.swap_remove(at)).unwrap();
    let expected: serde_json::Value = serde_json::from_slice(&expected).unwrap();
    let mut different = BTreeSet::new();
    let mut agreed = 0;
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let Some(found) = expected.get(&name).and_then(|found| found.as_array()) else {
            continue;
        };
        let addresses = found.iter().flat_map(|found| found["addresses"].as_array());
        let wanted: BTreeSet<String> = addresses
            .flatten()
            .filter_map(|address| address.as_str())
            .map(str::to_ascii_lowercase)
            .collect();
        let delayed = found.iter().any(|found| found["temporary"] == true);
        let octets = fs::read(&file).unwrap();
        let message = Message::parse(&octets);
        let recipients = message
            .bounce()
            .map(|bounce| bounce.recipients)
            .unwrap_or_default();
        let ours: BTreeSet<String> = recipients
            .iter()
            .map(|recipient| recipient.address.as_str().to_ascii_lowercase())
            .collect();
        let waits = recipients
            .iter()
            .any(|recipient| recipient.action == Action::Delayed);
        if (ours, waits) == (wanted, delayed) {
            agreed += 1;
        } else {
            different.insert(name);
        }
    }
    println!("{agreed} of {} agree", agreed + different.len());
    assert!(agreed > 0);
    common::same_differences(&different, include_str!("data/flufl-differences.txt"));
}

/// Reports of feedback, field by field, as mail-auth has them.
#[test]
fn mail_auth_feedback() {
    let mut read = 0;
    for file in common::corpus("mail-auth/arf") {
        if file.extension().is_none_or(|extension| extension != "eml") {
            continue;
        }
        let expected = fs::read(file.with_extension("json")).unwrap();
        let expected: serde_json::Value = serde_json::from_slice(&expected).unwrap();
        let octets = fs::read(&file).unwrap();
        let Some(Report::Feedback(report)) = Message::parse(&octets).report() else {
            panic!("{}: no feedback", file.display());
        };
        let path = |path: ReturnPath| match path {
            ReturnPath::Address(address) => Some(address.to_string()),
            _ => None,
        };
        let bare = |name: &str| {
            let path = expected[name].as_str();
            path.map(|path| path.trim_matches(['<', '>']).to_owned())
        };
        let squeezed = |text: &str| text.to_ascii_lowercase().replace('-', "");
        let list = |name: &str| -> Vec<String> {
            let items = expected[name].as_array().into_iter().flatten();
            items
                .filter_map(|item| item.as_str())
                .map(str::to_owned)
                .collect()
        };
        let what = file.display();
        assert_eq!(
            squeezed(&report.feedback_type),
            squeezed(expected["feedback_type"].as_str().unwrap()),
            "{what}"
        );
        assert_eq!(
            report.arrival_date().map(|date| date.timestamp()),
            expected["arrival_date"].as_i64(),
            "{what}"
        );
        assert_eq!(
            report.user_agent.as_deref(),
            expected["user_agent"].as_str(),
            "{what}"
        );
        assert_eq!(report.version.as_deref(), Some("1"), "{what}");
        assert_eq!(
            u64::from(report.incidents()),
            expected["incidents"].as_u64().unwrap(),
            "{what}"
        );
        assert_eq!(
            report.original_envelope_id(),
            expected["original_envelope_id"].as_str(),
            "{what}"
        );
        assert_eq!(
            report.original_mail_from().and_then(path),
            bare("original_mail_from"),
            "{what}"
        );
        let last = report.original_rcpt_to().last();
        assert_eq!(
            last.map(|address| address.to_string()),
            bare("original_rcpt_to"),
            "{what}"
        );
        assert_eq!(
            report.reported_domains().collect::<Vec<_>>(),
            list("reported_domain"),
            "{what}"
        );
        assert_eq!(
            report.reported_uris().collect::<Vec<_>>(),
            list("reported_uri"),
            "{what}"
        );
        let reporter = report.reporting_mta();
        assert_eq!(
            reporter.as_ref().map(|mta| mta.text()),
            expected["reporting_mta"].as_str(),
            "{what}"
        );
        assert_eq!(
            report.source_ip().map(|ip| ip.to_string()).as_deref(),
            expected["source_ip"].as_str(),
            "{what}"
        );
        assert_eq!(
            u64::from(report.source_port().unwrap_or(0)),
            expected["source_port"].as_u64().unwrap(),
            "{what}"
        );
        assert_eq!(
            squeezed(report.auth_failure().unwrap_or("unspecified")),
            squeezed(expected["auth_failure"].as_str().unwrap()),
            "{what}"
        );
        for (field, key) in [
            ("DKIM-Domain", "dkim_domain"),
            ("DKIM-Identity", "dkim_identity"),
            ("DKIM-Selector", "dkim_selector"),
        ] {
            assert_eq!(report.get(field), expected[key].as_str(), "{what}");
        }
        let results: Vec<_> = report.authentication_results().collect();
        let servers: Vec<_> = results
            .iter()
            .map(|results| results.server.as_str())
            .collect();
        let wanted = list("authentication_results");
        let wanted: Vec<_> = wanted
            .iter()
            .filter_map(|text| text.split(';').next())
            .collect();
        assert_eq!(servers, wanted, "{what}");
        read += 1;
    }
    println!("{read} reports agree");
}
