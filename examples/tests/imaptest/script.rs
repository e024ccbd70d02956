//! Scripts: a header, and commands with the answers that are expected.

use super::value::{Value, arguments};

/// How far a connection is before the first command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    NonAuth,
    Auth,
    Created,
    Appended,
    Selected,
}

/// Whether a response must come, must not, or may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Must {
    Come,
    NotCome,
    Either,
}

/// Commands that are sent at once, and what is expected of them.
#[derive(Clone, Debug, Default)]
pub struct Step {
    pub line: usize,
    /// From 0.
    pub connection: usize,
    /// The names of tags where the script gives them, and the commands.
    pub commands: Vec<(Option<Vec<u8>>, Vec<u8>)>,
    pub untagged: Vec<(Must, Vec<u8>)>,
    /// What ends each command: nothing where anything will do.
    pub replies: Vec<Option<Vec<Value>>>,
}

impl Step {
    fn is_complete(&self) -> bool {
        !self.commands.is_empty() && self.commands.len() == self.replies.len()
    }
}

/// A script.
#[derive(Clone, Debug)]
pub struct Script {
    pub state: State,
    pub connections: usize,
    pub messages: Option<usize>,
    pub capabilities: Vec<String>,
    pub steps: Vec<Step>,
}

/// Lines; one that opens a literal goes on until the literal is closed.
fn lines(text: &[u8]) -> Vec<(usize, Vec<u8>)> {
    let (mut lines, mut open): (Vec<(usize, Vec<u8>)>, bool) = (Vec::new(), false);
    for (number, line) in text.split(|&octet| octet == b'\n').enumerate() {
        if open {
            let (_, last) = lines.last_mut().expect("it is open");
            last.push(b'\n');
            last.extend_from_slice(line);
            if let Some(after) = line.strip_prefix(b"}}}") {
                open = after.ends_with(b"{{{");
            }
        } else {
            open = line.ends_with(b"{{{");
            lines.push((number + 1, line.to_vec()));
        }
    }
    lines
}

fn split_word(line: &[u8]) -> (&[u8], &[u8]) {
    let end = line.iter().position(|&octet| octet == b' ');
    let end = end.unwrap_or(line.len());
    let (word, rest) = line.split_at(end);
    (word, rest.strip_prefix(b" ").unwrap_or(rest))
}

fn is_result(word: &[u8]) -> bool {
    ["ok", "no", "bad", "\"\""]
        .iter()
        .any(|result| word.eq_ignore_ascii_case(result.as_bytes()))
}

fn is_tag(word: &[u8]) -> bool {
    let digits = word.strip_prefix(b"tag").unwrap_or_default();
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

/// What the tagged reply must begin with.
fn reply(line: &[u8]) -> Option<Vec<Value>> {
    (!line.starts_with(b"\"\"")).then(|| arguments(line))
}

impl Script {
    pub fn parse(text: &[u8]) -> Result<Self, String> {
        let mut script = Self {
            state: State::Selected,
            connections: 1,
            messages: None,
            capabilities: Vec::new(),
            steps: Vec::new(),
        };
        let mut lines = lines(text).into_iter().peekable();
        while let Some((_, line)) = lines.next_if(|(_, line)| !line.is_empty()) {
            let line = String::from_utf8_lossy(&line).into_owned();
            let Some((key, value)) = line.split_once(':').filter(|_| !line.starts_with('#')) else {
                continue;
            };
            script.header(key, value.trim())?;
        }
        let mut step = Step::default();
        for (number, line) in lines {
            if line.is_empty() || line.starts_with(b"#") {
                continue;
            }
            script.line(&mut step, number, &line)?;
        }
        if !step.commands.is_empty() {
            if !step.is_complete() {
                return Err(format!("line {}: no reply is expected", step.line));
            }
            script.steps.push(step);
        }
        Ok(script)
    }

    fn header(&mut self, key: &str, value: &str) -> Result<(), String> {
        let count = || value.parse::<usize>().map_err(|error| error.to_string());
        match key {
            "state" => {
                self.state = match value {
                    "nonauth" => State::NonAuth,
                    "auth" => State::Auth,
                    "created" => State::Created,
                    "appended" => State::Appended,
                    "selected" => State::Selected,
                    _ => return Err(format!("state {value}")),
                }
            }
            "connections" => self.connections = count()?,
            "messages" if value != "all" => self.messages = Some(count()?),
            "messages" => {}
            "capabilities" => self.capabilities = value.split(' ').map(str::to_owned).collect(),
            _ => return Err(format!("header {key}")),
        }
        Ok(())
    }

    fn line(&mut self, step: &mut Step, number: usize, line: &[u8]) -> Result<(), String> {
        for (mark, must) in [
            (&b"* "[..], Must::Come),
            (b"! ", Must::NotCome),
            (b"? ", Must::Either),
        ] {
            if let Some(expected) = line.strip_prefix(mark) {
                step.untagged.push((must, expected.to_vec()));
                return Ok(());
            }
        }
        let (mut connection, mut line) = (0, line);
        if self.connections > 1 {
            let (word, rest) = split_word(line);
            let word = std::str::from_utf8(word).ok();
            if let Some(given) = word.and_then(|word| word.parse::<usize>().ok()) {
                connection = given.checked_sub(1).ok_or("connection 0")?;
                line = rest;
            }
        }
        let (word, rest) = split_word(line);
        if is_tag(word) {
            let (next, _) = split_word(rest);
            if is_result(next) {
                step.replies.push(reply(rest));
            } else {
                self.begin(step, number, connection);
                step.commands.push((Some(word.to_vec()), rest.to_vec()));
            }
        } else if is_result(word)
            && !rest.is_empty()
            && (step.commands.is_empty() || step.is_complete())
        {
            self.begin(step, number, connection);
            step.commands.push((None, rest.to_vec()));
            step.replies.push(reply(word));
        } else if is_result(word) {
            step.replies.push(reply(line));
        } else {
            self.begin(step, number, connection);
            step.commands.push((None, line.to_vec()));
        }
        Ok(())
    }

    /// A new step, once the one before it is complete.
    fn begin(&mut self, step: &mut Step, line: usize, connection: usize) {
        if step.commands.is_empty() || step.is_complete() {
            let done = std::mem::take(step);
            if !done.commands.is_empty() {
                self.steps.push(done);
            }
            (step.line, step.connection) = (line, connection);
        }
    }
}
