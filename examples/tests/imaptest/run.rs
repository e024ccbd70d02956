//! Runs a script against a server.

use std::{io, net::SocketAddr};

use super::{
    link::{Link, Response, Said},
    script::{Must, Script, State, Step},
    value::{self, Value, Variables, arguments, expand, show, with_crlf},
};

const MAILBOX: &str = "imaptest";
const USER: &str = "alice";
const DOMAIN: &str = "example.org";
const PASSWORD: &str = "secret";

/// A message of an mbox, and its date as IMAP writes it.
#[derive(Clone)]
struct Letter {
    date: Option<String>,
    text: Vec<u8>,
}

/// The messages of an mbox; `From ` begins one.
fn letters(mbox: &[u8]) -> Vec<Letter> {
    let mut letters: Vec<Letter> = Vec::new();
    for line in mbox.split_inclusive(|&octet| octet == b'\n') {
        match line.strip_prefix(b"From ") {
            Some(envelope) => letters.push(Letter {
                date: date(&String::from_utf8_lossy(envelope)),
                text: Vec::new(),
            }),
            None => {
                if let Some(letter) = letters.last_mut() {
                    letter.text.extend_from_slice(line);
                }
            }
        }
    }
    for letter in &mut letters {
        letter.text = with_crlf(&letter.text);
    }
    letters
}

/// `user  Fri Feb 22 17:06:23 2008 +0200` as `22-Feb-2008 17:06:23 +0200`.
fn date(envelope: &str) -> Option<String> {
    let words: Vec<&str> = envelope.split_whitespace().collect();
    let [_, _, month, day, time, year, rest @ ..] = &words[..] else {
        return None;
    };
    let zone = rest.first().unwrap_or(&"+0000");
    Some(format!("{day:0>2}-{month}-{year} {time} {zone}"))
}

pub struct Runner<'s> {
    script: &'s Script,
    links: Vec<Link>,
    letters: std::iter::Cycle<std::vec::IntoIter<Letter>>,
    count: usize,
    capabilities: Vec<Value>,
    variables: Variables,
}

/// Runs a script; what is wrong, each with its line.
pub fn run(script: &Script, mbox: &[u8], server: SocketAddr) -> Result<Vec<String>, String> {
    let letters = letters(mbox);
    let variables = [
        ("mailbox", MAILBOX.to_owned()),
        ("mailbox_url", MAILBOX.to_owned()),
        ("user", format!("{USER}@{DOMAIN}")),
        ("username", USER.to_owned()),
        ("domain", DOMAIN.to_owned()),
        ("password", PASSWORD.to_owned()),
    ];
    let mut runner = Runner {
        script,
        links: Vec::new(),
        capabilities: Vec::new(),
        count: script.messages.unwrap_or(letters.len()),
        letters: letters.into_iter().cycle(),
        variables: variables
            .map(|(name, value)| (name.to_owned(), value.into_bytes()))
            .into(),
    };
    runner.prepare(server)?;
    let mut wrong = Vec::new();
    for step in &script.steps {
        match runner.step(step) {
            Ok(finds) => wrong.extend(
                finds
                    .into_iter()
                    .map(|f| format!("line {}: {f}", step.line)),
            ),
            Err(error) => {
                wrong.push(format!("line {}: {error}", step.line));
                break;
            }
        }
    }
    Ok(wrong)
}

impl Runner<'_> {
    fn prepare(&mut self, server: SocketAddr) -> Result<(), String> {
        for _ in 0..self.script.connections {
            self.links
                .push(Link::open(server).map_err(|e| e.to_string())?);
        }
        if self.script.state >= State::Auth {
            for connection in 0..self.links.len() {
                self.must(connection, &format!("LOGIN {USER} {PASSWORD}"))?;
            }
        }
        self.must(0, "CAPABILITY")?;
        let missing = |wanted: &&String| !self.capabilities.iter().any(|c| c.is(wanted));
        if let Some(missing) = self.script.capabilities.iter().find(missing) {
            return Err(format!("needs {missing}, which is not offered"));
        }
        if self.script.state >= State::Created {
            self.must(0, &format!("CREATE {MAILBOX}"))?;
        }
        if self.script.state >= State::Appended {
            for _ in 0..self.count {
                self.must(0, "APPEND")?;
            }
        }
        if self.script.state >= State::Selected {
            for connection in 0..self.links.len() {
                self.must(connection, &format!("SELECT {MAILBOX}"))?;
            }
        }
        Ok(())
    }

    fn must(&mut self, connection: usize, command: &str) -> Result<(), String> {
        let step = Step {
            connection,
            commands: vec![(None, command.into())],
            replies: vec![Some(arguments(b"ok"))],
            ..Step::default()
        };
        let wrong = self.step(&step).map_err(|error| error.to_string())?;
        match wrong.first() {
            Some(wrong) => Err(format!("{command}: {wrong}")),
            None => Ok(()),
        }
    }

    fn step(&mut self, step: &Step) -> io::Result<Vec<String>> {
        self.links[step.connection].renumber();
        let (mut said, mut tags) = (Vec::new(), Vec::new());
        for (name, command) in &step.commands {
            let tag = self.links[step.connection].next_tag();
            if let Some(name) = name {
                let name = String::from_utf8_lossy(name).into_owned();
                self.variables.insert(name, tag.clone());
            }
            self.variables.insert("tag".into(), tag.clone());
            if has(&step.untagged, b"$searchtag") && !self.variables.contains_key("searchtag") {
                self.variables.insert("searchtag".into(), tag.clone());
            }
            let command = match self.command(&tag, command) {
                Some(pieces) => pieces,
                None => return Ok(vec!["a variable has no value".into()]),
            };
            self.send(step.connection, &command, &mut said)?;
            tags.push(tag);
        }
        let ended = |said: &[Said], tag: &[u8]| {
            said.iter().find_map(|said| match said {
                Said::Tagged(of, values) if of == tag => Some(values.clone()),
                _ => None,
            })
        };
        while tags.iter().any(|tag| ended(&said, tag).is_none()) {
            match self.links[step.connection].hear() {
                Ok(heard) => said.push(heard),
                Err(error) => {
                    let last = said.last();
                    return Err(io::Error::other(format!("{error}; last: {last:?}")));
                }
            }
        }
        let mut wrong = Vec::new();
        let responses: Vec<Response> = said
            .iter()
            .filter_map(|said| match said {
                Said::Untagged(response) => Some(response.clone()),
                _ => None,
            })
            .collect();
        for response in &responses {
            if response
                .values
                .first()
                .is_some_and(|kind| kind.is("CAPABILITY"))
            {
                self.capabilities.clone_from(&response.values);
            }
        }
        for (tag, expected) in tags.iter().zip(&step.replies) {
            let given = ended(&said, tag).unwrap_or_default();
            if let Some(expected) = expected {
                if !value::fits(expected, &given, &mut self.variables) {
                    wrong.push(format!("answered {}", line(&given)));
                }
            }
        }
        for (must, expected) in &step.untagged {
            let found = self.find(expected, &responses);
            if *must == Must::Come && !found {
                let all: Vec<String> = responses.iter().map(|r| line(&r.values)).collect();
                let told = all.join(" | ");
                wrong.push(format!("nothing like {}; told: {told}", show(expected)));
            } else if *must == Must::NotCome && found {
                wrong.push(format!("{} must not be", show(expected)));
            }
        }
        Ok(wrong)
    }

    /// Whether a response is as expected. `$3` is the number that message 3 of before has now.
    fn find(&mut self, expected: &[u8], responses: &[Response]) -> bool {
        responses.iter().any(|response| {
            let expected = arguments(&numbered(expected, &response.before));
            value::fits(&expected, &response.values, &mut self.variables)
        })
    }

    /// The octets of a command in pieces: each but the last ends with a literal that the server must ask for.
    fn command(&mut self, tag: &[u8], command: &[u8]) -> Option<Vec<Vec<u8>>> {
        let mut pieces = vec![[tag, b" "].concat()];
        let mut rest = command;
        while let Some(open) = find(rest, b"{{{\n") {
            let script = &rest[open + 4..];
            let end = find(script, b"\n}}}").unwrap_or(script.len());
            let before = expand(&rest[..open], &self.variables)?;
            let literal = if before.ends_with(b"~") {
                script[..end].to_vec()
            } else {
                with_crlf(&script[..end])
            };
            let piece = pieces.last_mut()?;
            piece.extend(before);
            piece.extend(format!("{{{}}}\r\n", literal.len()).bytes());
            pieces.push(literal);
            rest = script.get(end + 4..).unwrap_or_default();
        }
        let last = expand(rest, &self.variables)?;
        pieces.last_mut()?.extend_from_slice(&last);
        let words = last.get(..6).unwrap_or_default();
        if pieces.len() == 1 && words.eq_ignore_ascii_case(b"append") && !last.contains(&b'{') {
            if last.len() == 6 {
                pieces[0].extend(format!(" {MAILBOX}").bytes());
            }
            let letter = self.letters.next()?;
            if let Some(date) = &letter.date {
                pieces[0].extend(format!(" \"{date}\"").bytes());
            }
            pieces[0].extend(format!(" {{{}}}\r\n", letter.text.len()).bytes());
            pieces.push(letter.text);
        }
        pieces.last_mut()?.extend_from_slice(b"\r\n");
        Some(pieces)
    }

    fn send(
        &mut self,
        connection: usize,
        pieces: &[Vec<u8>],
        said: &mut Vec<Said>,
    ) -> io::Result<()> {
        let link = &mut self.links[connection];
        for (at, piece) in pieces.iter().enumerate() {
            link.write(piece)?;
            while at + 1 < pieces.len() {
                match link.hear()? {
                    Said::Continue => break,
                    // The literal is not wanted: the command is over.
                    tagged @ Said::Tagged(..) => {
                        said.push(tagged);
                        return Ok(());
                    }
                    untagged @ Said::Untagged(_) => said.push(untagged),
                }
            }
        }
        Ok(())
    }
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}

fn has(lines: &[(Must, Vec<u8>)], what: &[u8]) -> bool {
    lines.iter().any(|(_, line)| find(line, what).is_some())
}

/// Puts numbers of now for `$1`, `$2` ...; one whose message is gone stays, and fits nothing.
fn numbered(line: &[u8], before: &[u32]) -> Vec<u8> {
    let (mut out, mut rest) = (Vec::new(), line);
    while let Some(dollar) = rest.iter().position(|&octet| octet == b'$') {
        let digits = rest[dollar + 1..]
            .iter()
            .take_while(|octet| octet.is_ascii_digit())
            .count();
        let number = std::str::from_utf8(&rest[dollar + 1..dollar + 1 + digits]);
        let number = number.ok().and_then(|digits| digits.parse::<u32>().ok());
        let place = number.and_then(|number| before.iter().position(|&of| of == number));
        match (number, place) {
            (Some(_), Some(place)) => {
                out.extend_from_slice(&rest[..dollar]);
                out.extend((place + 1).to_string().bytes());
            }
            (Some(_), None) => {
                out.extend_from_slice(&rest[..dollar]);
                out.extend_from_slice(b"gone");
            }
            (None, _) => {
                // `$$` is one dollar sign; both are passed on.
                let skip = if rest.get(dollar + 1) == Some(&b'$') {
                    2
                } else {
                    1
                };
                out.extend_from_slice(&rest[..dollar + skip]);
                rest = &rest[dollar + skip..];
                continue;
            }
        }
        rest = &rest[dollar + 1 + digits..];
    }
    out.extend_from_slice(rest);
    out
}

/// A response as one line, for reports.
fn line(values: &[Value]) -> String {
    let mut out = String::new();
    for value in values {
        if !out.is_empty() {
            out.push(' ');
        }
        match value {
            Value::Atom(text) => out.push_str(&show(text)),
            Value::Text(text) => out.push_str(&format!("\"{}\"", show(text))),
            Value::List(list) => out.push_str(&format!("({})", line(list))),
            Value::Code(list) => out.push_str(&format!("[{}]", line(list))),
        }
    }
    out
}
