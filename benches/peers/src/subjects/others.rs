//! GMime and CPython's email, where they are installed: programs of their own, which time themselves.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::{self, Command},
};

use mailweft_mime::{Message, PartKind};

use crate::{inputs::Inputs, row::Row};

const SUBJECT: &str = "MIME, other languages";
const VIEW: &str = "sizes of decoded bodies";
const RUNS: &str = "15";

pub fn rows<'a>(inputs: &'a Inputs, each: &mut dyn FnMut(Row<'a>)) {
    let folder = match folder() {
        Ok(folder) => folder,
        Err(error) => return eprintln!("peers: GMime and CPython are left out: {error}"),
    };
    let gmime = gmime(&folder, READ);
    for (name, mails) in inputs.mails.iter().filter(|(_, mails)| mails.len() == 1) {
        let file = folder.join("mail");
        let mail = mails[0].as_slice();
        let row = Row::new(SUBJECT, "bodies", *name, mail.len())
            .ours([(VIEW, sizes(mail))], || work(mail));
        if fs::write(&file, mail).is_err() {
            continue;
        }
        let python = run(Command::new("python3")
            .arg("-c")
            .arg(PYTHON)
            .arg(&file)
            .arg(RUNS));
        let row = timed(row, "CPython email", python);
        let gmime = gmime
            .as_ref()
            .map_err(|error| io::Error::other(error.clone()));
        let row = timed(
            row,
            "GMime",
            gmime.and_then(|program| run(Command::new(program).arg(&file).arg(RUNS))),
        );
        each(row.remark("a process of their own, which times itself: not in turn with ours"));
    }
    let _ = fs::remove_dir_all(folder);
}

/// A folder of this process, for programs and what they are given.
pub fn folder() -> io::Result<PathBuf> {
    let folder = env::temp_dir().join(format!("mailweft-peers-{}", process::id()));
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn sizes(mail: &[u8]) -> String {
    let message = Message::parse(mail);
    let leaves = message.parts().filter(|part| part.kind() == PartKind::Leaf);
    leaves
        .map(|part| format!("{} ", part.body().len()))
        .collect()
}

fn work(mail: &[u8]) -> usize {
    let message = Message::parse(mail);
    let leaves = message.parts().filter(|part| part.kind() == PartKind::Leaf);
    leaves.map(|part| part.body().len()).sum()
}

/// The sizes on the first line, a time in nanoseconds on each of the others.
fn run(command: &mut Command) -> io::Result<(String, Vec<f64>)> {
    let output = command.output()?;
    if !output.status.success() {
        return Err(io::Error::other(
            String::from_utf8_lossy(&output.stderr).into_owned(),
        ));
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut lines = text.lines();
    let sizes = lines.next().unwrap_or_default().to_owned();
    Ok((
        sizes,
        lines.filter_map(|line| line.trim().parse().ok()).collect(),
    ))
}

fn timed<'a>(row: Row<'a>, name: &'static str, result: io::Result<(String, Vec<f64>)>) -> Row<'a> {
    match result {
        Ok((sizes, times)) => row.timed(name, (VIEW, sizes), times),
        Err(error) => row.remark(format!(
            "{name} is not here: {}",
            error.to_string().lines().last().unwrap_or_default()
        )),
    }
}

/// Builds a program for GMime, where its headers are installed.
pub fn gmime(folder: &Path, text: &str) -> Result<PathBuf, String> {
    let flags = Command::new("pkg-config")
        .args(["--cflags", "--libs", "gmime-3.0"])
        .output();
    let flags = flags
        .ok()
        .filter(|output| output.status.success())
        .ok_or("no gmime-3.0")?;
    let (source, program) = (folder.join("gmime.c"), folder.join("gmime"));
    fs::write(&source, text).map_err(|error| error.to_string())?;
    let flags = String::from_utf8_lossy(&flags.stdout).into_owned();
    let built = Command::new("cc")
        .arg("-O2")
        .arg(&source)
        .arg("-o")
        .arg(&program)
        .args(flags.split_whitespace())
        .output();
    match built {
        Ok(output) if output.status.success() => Ok(program),
        Ok(output) => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        Err(error) => Err(error.to_string()),
    }
}

const PYTHON: &str = r#"
import sys, time, email, email.policy
mail = open(sys.argv[1], "rb").read()
def work():
    message = email.message_from_bytes(mail, policy=email.policy.default)
    return [len(part.get_payload(decode=True)) for part in message.walk() if not part.is_multipart()]
print("".join("%d " % size for size in work()))
for _ in range(int(sys.argv[2])):
    start = time.perf_counter_ns()
    work()
    print(time.perf_counter_ns() - start)
"#;

const READ: &str = include_str!("gmime_read.c");
