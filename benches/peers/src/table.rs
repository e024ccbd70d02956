//! The table: Markdown for people, one JSON document a line for programs.

use std::fmt::Write as _;

use crate::row::{Kind, OURS, Row, Side, Target};

/// The head of a subject's table.
pub const HEAD: &str = "\
| job | input | side | min | median | MB/s | allocations | ours is faster by | compared | target |
| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | --- | --- |";

/// The head of the table with one line a row.
pub const SHORT_HEAD: &str = "\
| job | input | mailweft | MB/s | best peer | its time | faster by | limit | target |
| --- | --- | ---: | ---: | --- | ---: | ---: | --- | --- |";

/// A row as one line: ours beside the fastest peer that does the whole job, and beside the limit of the machine.
pub fn short(row: &Row<'_>) -> String {
    let ours = row.minimum(OURS).unwrap_or(f64::NAN);
    let each = row.things.max(1) as f64;
    let (name, time, ratio) = row.best().map_or_else(Default::default, |best| {
        let minimum = best.minimum();
        (
            best.name,
            human(minimum / each),
            format!("{:.2}", minimum / ours),
        )
    });
    let limit = row.sides.iter().find(|side| side.kind == Kind::Limit);
    let limit = limit.map_or_else(String::new, |limit| {
        format!("{} {}", human(limit.minimum() / each), limit.name)
    });
    let rate = row.sides.first().map_or(0.0, |side| rate(row, side));
    format!(
        "| {} | {} | {} | {rate:.0} | {name} | {time} | {ratio} | {limit} | {} |\n",
        row.job,
        row.input,
        human(ours / each),
        verdicts(row).join("; "),
    )
}

/// A row as lines of a Markdown table.
pub fn markdown(row: &Row<'_>) -> String {
    let mut out = String::new();
    let ours = row.minimum(OURS).unwrap_or(f64::NAN);
    for (n, side) in row.sides.iter().enumerate() {
        let (job, input) = if n == 0 {
            (row.job, row.input.as_str())
        } else {
            ("", "")
        };
        let each = row.things.max(1) as f64;
        let ratio = if side.kind == Kind::Ours {
            String::new()
        } else {
            format!("{:.2}", side.minimum() / ours)
        };
        let targets = if side.kind == Kind::Ours {
            verdicts(row).join("; ")
        } else {
            String::new()
        };
        let compared = match side.kind {
            Kind::Limit => "limit",
            _ => side.view,
        };
        let _ = writeln!(
            out,
            "| {job} | {input} | {} | {} | {} | {:.0} | {} | {ratio} | {compared} | {targets} |",
            side.name,
            human(side.minimum() / each),
            human(side.median() / each),
            rate(row, side),
            allocations(row, side),
        );
    }
    for remark in &row.remarks {
        let _ = writeln!(
            out,
            "| {} | {} | | | | | | | {} | |",
            row.job,
            row.input,
            remark.replace('|', "\\|")
        );
    }
    out
}

/// A row as one line of JSON.
pub fn json(row: &Row<'_>) -> String {
    let mut out = format!(
        "{{\"subject\":{},\"job\":{},\"input\":{},\"octets\":{},\"things\":{},\"sides\":[",
        text(row.subject),
        text(row.job),
        text(&row.input),
        row.octets,
        row.things
    );
    for (n, side) in row.sides.iter().enumerate() {
        let kind = match side.kind {
            Kind::Ours => "ours",
            Kind::Also => "also",
            Kind::Peer => "peer",
            Kind::Limit => "limit",
        };
        let _ = write!(
            out,
            "{}{{\"name\":{},\"kind\":\"{kind}\",\"min_ns\":{:.1},\"median_ns\":{:.1},\"mb_per_s\":{:.1},\"allocations\":{},\"compared\":{}}}",
            if n == 0 { "" } else { "," },
            text(side.name),
            side.minimum(),
            side.median(),
            rate(row, side),
            side.allocations
                .map_or("null".to_owned(), |count| count.to_string()),
            text(side.view),
        );
    }
    let list = |items: Vec<String>| {
        items
            .iter()
            .map(|item| text(item))
            .collect::<Vec<_>>()
            .join(",")
    };
    let _ = write!(
        out,
        "],\"targets\":[{}],\"remarks\":[{}]}}",
        list(verdicts(row)),
        list(row.remarks.clone())
    );
    out
}

/// What is asked, what is reached, and whether that is enough.
pub fn verdicts(row: &Row<'_>) -> Vec<String> {
    let ours = row.minimum(OURS).unwrap_or(f64::NAN);
    let verdict = |met: bool| if met { "met" } else { "**missed**" };
    let ratio = |asked: f64, name: &str, theirs: Option<f64>| match theirs {
        // A hundredth is below what two runs of the same code differ by.
        Some(theirs) => {
            let reached = theirs / ours;
            format!(
                "{}x {name}: {reached:.2}, {}",
                plain(asked),
                verdict(reached + 0.01 >= asked)
            )
        }
        None => format!("{}x {name}: not measured", plain(asked)),
    };
    row.targets
        .iter()
        .map(|target| match target {
            Target::Best(asked) => match row.best() {
                Some(best) => ratio(*asked, best.name, Some(best.minimum())),
                None => ratio(*asked, "the best peer", None),
            },
            Target::Named(asked, name) => ratio(*asked, name, row.minimum(name)),
            Target::Rate(asked) => {
                let reached = row.octets as f64 / ours;
                format!("{asked} GB/s: {reached:.1}, {}", verdict(reached >= *asked))
            }
            Target::Allocations(asked) => {
                let reached = row
                    .sides
                    .first()
                    .and_then(|side| side.allocations)
                    .unwrap_or(0);
                format!(
                    "{asked} allocations: {reached}, {}",
                    verdict(reached <= *asked)
                )
            }
        })
        .collect()
}

/// A number without idle digits.
fn plain(number: f64) -> String {
    format!("{number:.2}")
        .trim_end_matches('0')
        .trim_end_matches('.')
        .to_owned()
}

fn rate(row: &Row<'_>, side: &Side<'_>) -> f64 {
    row.octets as f64 * 1e3 / side.minimum()
}

fn allocations(row: &Row<'_>, side: &Side<'_>) -> String {
    match side.allocations {
        None => String::new(),
        Some(count) if row.things <= 1 || count == 0 => count.to_string(),
        Some(count) => format!("{:.2}", count as f64 / row.things as f64),
    }
}

fn human(nanoseconds: f64) -> String {
    match nanoseconds {
        n if n < 1e3 => format!("{n:.1} ns"),
        n if n < 1e6 => format!("{:.2} us", n / 1e3),
        n => format!("{:.2} ms", n / 1e6),
    }
}

fn text(value: &str) -> String {
    let mut out = String::from('"');
    for c in value.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
