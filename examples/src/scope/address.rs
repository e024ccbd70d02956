//! Addresses, a line each.

use std::io;

use mailweft_address::{
    AddressList, Entry, Finding, Item, Level, Mailbox, ParseError, diagnose, entries,
};
use serde_json::{Value, json};

use super::{Output, Verdict, kebab};

/// Inspects every line of the input. With a level, a line is one address or list at that level; without one,
/// whatever can be read of it is.
pub fn inspect_addresses(
    input: &[u8],
    level: Option<Level>,
    output: &mut Output<'_>,
) -> io::Result<Verdict> {
    let mut problems = false;
    let mut lines: Vec<&[u8]> = input.split(|&octet| octet == b'\n').collect();
    if lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
    for line in lines {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let found = Found::of(line, level);
        problems |= !found.ok;
        if output.json {
            output.json_line(&found.json(line))?;
        } else {
            found.show(line, output)?;
        }
    }
    Ok(Verdict::of(problems))
}

struct Found {
    ok: bool,
    level: Option<Level>,
    mailboxes: Vec<(Mailbox, Option<String>)>,
    errors: Vec<ParseError>,
    diagnoses: Vec<Finding>,
}

impl Found {
    fn of(line: &[u8], level: Option<Level>) -> Self {
        let report = diagnose(line);
        let mut found = Self {
            ok: false,
            level: report.level(),
            mailboxes: Vec::new(),
            errors: Vec::new(),
            diagnoses: Vec::new(),
        };
        match level {
            Some(level) => match AddressList::parse_at(level, line) {
                Ok(list) => {
                    found.ok = true;
                    found.take_list(&list);
                    found.level = found.level.or(Some(level));
                }
                Err(error) => found.errors.push(error),
            },
            None => found.take_entries(line),
        }
        // The findings of an address alone, or else of the entries of a list.
        if report.level().is_some() || found.diagnoses.is_empty() && found.mailboxes.is_empty() {
            found.diagnoses = report.findings().to_vec();
        }
        found
    }

    fn take_list(&mut self, list: &AddressList) {
        for item in list {
            let group = match item {
                Item::Group(group) => Some(group.name().text().into_owned()),
                Item::Mailbox(_) => None,
            };
            for mailbox in item.mailboxes() {
                self.mailboxes.push((mailbox.clone(), group.clone()));
            }
        }
    }

    fn take_entries(&mut self, line: &[u8]) {
        let mut group = None;
        for entry in entries(line) {
            match entry {
                Ok(Entry::Mailbox {
                    mailbox, findings, ..
                }) => {
                    self.mailboxes.push((mailbox, group.clone()));
                    self.diagnoses.extend(findings);
                }
                Ok(Entry::GroupStart { name, .. }) => group = Some(name.text().into_owned()),
                Ok(_) => group = None,
                Err(lost) => self.errors.push(lost.error()),
            }
        }
        self.ok = self.errors.is_empty() && (!self.mailboxes.is_empty() || !line.is_empty());
    }

    fn json(&self, line: &[u8]) -> Value {
        let mailboxes: Vec<Value> = self
            .mailboxes
            .iter()
            .map(|(mailbox, group)| {
                let address = mailbox.address();
                json!({
                    "name": mailbox.name().map(|name| mailweft_mime::decode_text(name.text().as_bytes()).into_owned()),
                    "local": address.local_part().as_str(),
                    "domain": address.domain_str(),
                    "address": address.as_str(),
                    "group": group,
                })
            })
            .collect();
        let errors: Vec<Value> = self
            .errors
            .iter()
            .map(|error| {
                let kind = format!("{:?}", error.kind());
                let kind = kind.split('(').next().unwrap_or_default();
                json!({
                    "kind": kebab(kind),
                    "rule": error.rule().to_string(),
                    "offset": error.offset(),
                })
            })
            .collect();
        let diagnoses: Vec<Value> = self
            .diagnoses
            .iter()
            .map(|finding| {
                json!({
                    "code": finding.diagnosis.code(),
                    "span": [finding.span.start, finding.span.end],
                })
            })
            .collect();
        json!({
            "input": String::from_utf8_lossy(line),
            "ok": self.ok,
            "level": self.level.map(Level::name),
            "mailboxes": mailboxes,
            "errors": errors,
            "diagnoses": diagnoses,
        })
    }

    fn show(&self, line: &[u8], output: &mut Output<'_>) -> io::Result<()> {
        let paint = output.paint;
        let shown = line.escape_ascii().to_string();
        let mark = if self.ok {
            paint.green("ok ")
        } else {
            paint.red("no ")
        };
        let level = self.level.map_or("", Level::name);
        writeln!(
            output.out,
            "{mark} {} {}",
            paint.bold(&shown),
            paint.dim(level)
        )?;
        for (mailbox, group) in &self.mailboxes {
            let group = group
                .as_ref()
                .map_or(String::new(), |group| format!(" in {group}"));
            writeln!(output.out, "      {mailbox}{group}")?;
        }
        for error in &self.errors {
            for drawn in error.render(line).lines() {
                writeln!(output.out, "      {}", paint.red(drawn))?;
            }
        }
        for finding in &self.diagnoses {
            let span = format!("{}..{}", finding.span.start, finding.span.end);
            writeln!(
                output.out,
                "      {} {}",
                paint.dim(&span),
                finding.diagnosis
            )?;
        }
        Ok(())
    }
}
