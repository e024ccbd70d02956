//! Many messages: an mbox file, a Maildir.

use std::{
    fs, io,
    io::IsTerminal as _,
    path::{Path, PathBuf},
    sync::mpsc,
    thread,
};

use bytes::BytesMut;
use indicatif::{ProgressBar, ProgressStyle};
use mailweft_mime::{Mbox, MboxEvent, MboxKind, Message};
use serde_json::{Value, json};

use super::{Output, Verdict, message::describe};

/// What is told of one message among many.
struct Told {
    at: usize,
    line: Value,
    problems: bool,
}

fn progress(total: usize) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(total as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} {elapsed}") {
        bar.set_style(style);
    }
    bar
}

fn tell(name: &str, octets: &[u8], json: bool) -> (Value, bool) {
    if json {
        let mut value = describe(octets, false);
        let problems = value["problems"]
            .as_array()
            .is_some_and(|list| !list.is_empty());
        if let Some(object) = value.as_object_mut() {
            object.insert("file".into(), name.into());
        }
        return (value, problems);
    }
    let message = Message::parse(octets);
    let problems = message.problems();
    let subject = message.subject().unwrap_or_default().into_owned();
    let line = format!(
        "{name}: {subject} ({} octets, {} problems)",
        octets.len(),
        problems.len()
    );
    (json!(line), !problems.is_empty())
}

/// Inspects messages on all processors, and writes what is told of them in their order.
fn inspect_all(
    names: &[String],
    load: impl Fn(usize) -> io::Result<Vec<u8>> + Sync,
    output: &mut Output<'_>,
) -> io::Result<Verdict> {
    let workers = thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let next = std::sync::atomic::AtomicUsize::new(0);
    let (sender, receiver) = mpsc::sync_channel::<io::Result<Told>>(workers * 4);
    let json = output.json;
    let bar = progress(names.len());
    let mut any = false;
    let done: io::Result<()> = thread::scope(|scope| {
        for _ in 0..workers {
            let (sender, next, load) = (sender.clone(), &next, &load);
            scope.spawn(move || {
                loop {
                    let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let Some(name) = names.get(at) else { return };
                    let told = load(at).map(|octets| {
                        let (line, problems) = tell(name, &octets, json);
                        Told { at, line, problems }
                    });
                    // Whoever listens may have stopped at an error.
                    if sender.send(told).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut waiting = std::collections::BTreeMap::new();
        let mut due = 0;
        for told in receiver {
            let told = told?;
            waiting.insert(told.at, told);
            while let Some(told) = waiting.remove(&due) {
                any |= told.problems;
                match &told.line {
                    Value::String(line) if !json => writeln!(output.out, "{line}")?,
                    line => output.json_line(line)?,
                }
                due += 1;
                bar.inc(1);
            }
        }
        Ok(())
    });
    bar.finish_and_clear();
    done?;
    Ok(Verdict::of(any))
}

/// Inspects every message of a Maildir: of `new` and `cur`, or of the folder itself where it has neither.
pub fn inspect_maildir(folder: &Path, output: &mut Output<'_>) -> io::Result<Verdict> {
    let mut files: Vec<PathBuf> = Vec::new();
    let mut folders: Vec<PathBuf> = ["new", "cur"]
        .iter()
        .map(|part| folder.join(part))
        .filter(|part| part.is_dir())
        .collect();
    if folders.is_empty() {
        folders.push(folder.to_owned());
    }
    for folder in folders {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_file() {
                files.push(path);
            }
        }
    }
    files.sort();
    let names: Vec<String> = files
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    inspect_all(&names, |at| fs::read(&files[at]), output)
}

/// Inspects every message of an mbox file.
pub fn inspect_mbox(octets: &[u8], output: &mut Output<'_>) -> io::Result<Verdict> {
    let mut mbox = Mbox::new(MboxKind::default());
    let mut input = BytesMut::from(octets);
    mbox.eof();
    let mut messages: Vec<Vec<u8>> = Vec::new();
    loop {
        match mbox.poll(&mut input) {
            MboxEvent::Start(_) => messages.push(Vec::new()),
            MboxEvent::Data(chunk) => {
                if let Some(message) = messages.last_mut() {
                    message.extend_from_slice(&chunk);
                }
            }
            MboxEvent::End | MboxEvent::NeedInput => break,
            _ => {}
        }
    }
    let names: Vec<String> = (1..=messages.len())
        .map(|number| number.to_string())
        .collect();
    inspect_all(&names, |at| Ok(messages[at].clone()), output)
}
