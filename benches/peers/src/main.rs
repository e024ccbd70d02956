//! The mailweft crates beside other libraries, in one process: the same octets, the same job, what both find
//! compared before anything is timed, rounds in turn.
//!
//! `peers [--filter TEXT] [--json] [--short] [--corpus DIR]`

mod allocs;
mod inputs;
mod measure;
mod row;
mod subjects;
mod table;

use std::{path::PathBuf, process::ExitCode};

#[global_allocator]
static ALLOCATOR: allocs::Counting = allocs::Counting;

fn main() -> ExitCode {
    let (mut filter, mut json, mut short, mut corpus) = (String::new(), false, false, None);
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match (arg.as_str(), args.len()) {
            ("--json", _) => json = true,
            ("--short", _) => short = true,
            ("--filter", 1..) => filter = args.next().unwrap_or_default(),
            ("--corpus", 1..) => corpus = args.next().map(PathBuf::from),
            _ => {
                eprintln!("usage: peers [--filter TEXT] [--json] [--short] [--corpus DIR]");
                return ExitCode::from(2);
            }
        }
    }
    let mails = match corpus.as_deref().map(inputs::corpus) {
        None => Vec::new(),
        Some(Ok(mails)) => mails,
        Some(Err(error)) => {
            eprintln!("peers: {error}");
            return ExitCode::from(2);
        }
    };
    let mut subject = "";
    subjects::all(&inputs::Inputs::new(mails), &mut |mut row| {
        let name = format!("{} {} {}", row.subject, row.job, row.input);
        if !name.contains(&filter) {
            return;
        }
        measure::measure(&mut row);
        if json {
            println!("{}", table::json(&row));
            return;
        }
        if subject != row.subject {
            subject = row.subject;
            let head = if short {
                table::SHORT_HEAD
            } else {
                table::HEAD
            };
            println!("\n### {subject}\n\n{head}");
        }
        print!(
            "{}",
            if short {
                table::short(&row)
            } else {
                table::markdown(&row)
            }
        );
    });
    ExitCode::SUCCESS
}
