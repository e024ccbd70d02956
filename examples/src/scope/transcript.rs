//! A recorded session, explained line by line.

use std::io;

use mailweft_imap::{Response as ImapResponse, Syntax, TaggedCommand};
use serde_json::json;

use super::{Output, Verdict};

/// What is to be said of one line.
struct Said {
    /// The line with its secrets hidden.
    shown: String,
    /// Where the RFC speaks of it.
    section: &'static str,
    /// What is wrong with it.
    violation: Option<String>,
}

/// Explains a transcript whose lines begin with `C: ` and `S: `.
pub fn explain(protocol: &str, text: &[u8], output: &mut Output<'_>) -> io::Result<Verdict> {
    let mut problems = false;
    let mut state = State::default();
    for line in text.split(|&octet| octet == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let (side, content) = match line {
            [side @ (b'C' | b'S'), b':', rest @ ..] => {
                (char::from(*side), rest.strip_prefix(b" ").unwrap_or(rest))
            }
            _ => continue,
        };
        let said = match protocol {
            "smtp" => state.smtp(side, content),
            "pop3" => state.pop3(side, content),
            _ => state.imap(side, content),
        };
        problems |= said.violation.is_some();
        if output.json {
            output.json_line(&json!({
                "side": side.to_string(),
                "line": said.shown,
                "section": said.section,
                "violation": said.violation,
            }))?;
            continue;
        }
        let paint = output.paint;
        let section = paint.dim(said.section);
        writeln!(output.out, "{side}: {}  {section}", paint.bold(&said.shown))?;
        if let Some(violation) = said.violation {
            writeln!(output.out, "   {}", paint.red(&violation))?;
        }
    }
    Ok(Verdict::of(problems))
}

/// What must be remembered from line to line.
#[derive(Default)]
struct State {
    /// An authentication exchange goes on: lines are secrets.
    exchange: bool,
    /// The content of a message goes on.
    content: bool,
    /// The last command of SMTP was DATA.
    data: bool,
}

fn text(octets: &[u8]) -> String {
    octets.escape_ascii().to_string()
}

fn word(octets: &[u8]) -> String {
    let end = octets
        .iter()
        .position(|&b| b == b' ')
        .unwrap_or(octets.len());
    String::from_utf8_lossy(&octets[..end]).to_ascii_uppercase()
}

/// The words before the secret, then stars.
fn redacted(octets: &[u8], words: usize) -> String {
    let all = text(octets);
    let mut parts: Vec<&str> = all.split(' ').collect();
    if parts.len() > words {
        parts.truncate(words);
        parts.push("****");
    }
    parts.join(" ")
}

impl State {
    fn smtp(&mut self, side: char, line: &[u8]) -> Said {
        if side == 'S' {
            let violation = mailweft_smtp::Reply::parse([line, b"\r\n"].concat())
                .err()
                .map(|error| error.to_string())
                // A line of a longer reply says only that more follows.
                .filter(|_| line.get(3) != Some(&b'-'));
            let code = word(line);
            self.exchange = code.starts_with("334");
            self.content = self.data && code.starts_with("354");
            self.data = false;
            let shown = if self.exchange {
                "334 ****".into()
            } else {
                text(line)
            };
            return Said {
                shown,
                section: if self.exchange {
                    "RFC 4954 §4"
                } else {
                    "RFC 5321 §4.2"
                },
                violation,
            };
        }
        if self.content {
            self.content = line != b".";
            return Said {
                shown: text(line),
                section: "RFC 5321 §4.5.2",
                violation: None,
            };
        }
        if std::mem::take(&mut self.exchange) {
            return Said {
                shown: "****".into(),
                section: "RFC 4954 §4",
                violation: None,
            };
        }
        let verb = word(line);
        self.data = verb == "DATA";
        let section = match verb.as_str() {
            "EHLO" | "HELO" => "RFC 5321 §4.1.1.1",
            "MAIL" => "RFC 5321 §4.1.1.2",
            "RCPT" => "RFC 5321 §4.1.1.3",
            "DATA" => "RFC 5321 §4.1.1.4",
            "RSET" => "RFC 5321 §4.1.1.5",
            "VRFY" => "RFC 5321 §4.1.1.6",
            "EXPN" => "RFC 5321 §4.1.1.7",
            "HELP" => "RFC 5321 §4.1.1.8",
            "NOOP" => "RFC 5321 §4.1.1.9",
            "QUIT" => "RFC 5321 §4.1.1.10",
            "BDAT" => "RFC 3030 §2",
            "STARTTLS" => "RFC 3207 §4",
            "AUTH" => "RFC 4954 §4",
            "LHLO" => "RFC 2033 §4.1",
            "ETRN" => "RFC 1985 §5",
            _ => "RFC 5321 §4.1",
        };
        let violation = mailweft_smtp::Command::parse(line)
            .err()
            .map(|error| error.to_string());
        let shown = if verb == "AUTH" {
            redacted(line, 2)
        } else {
            text(line)
        };
        Said {
            shown,
            section,
            violation,
        }
    }

    fn pop3(&mut self, side: char, line: &[u8]) -> Said {
        if side == 'S' {
            let status = line.starts_with(b"+") || line.starts_with(b"-ERR");
            if self.content && !status {
                self.content = line != b".";
                return Said {
                    shown: text(line),
                    section: "RFC 1939 §3",
                    violation: None,
                };
            }
            self.exchange = line == b"+" || line.starts_with(b"+ ");
            let shown = if self.exchange {
                "+ ****".into()
            } else {
                text(line)
            };
            let violation = mailweft_pop3::Response::parse(line)
                .err()
                .map(|error| error.to_string());
            return Said {
                shown,
                section: "RFC 1939 §3",
                violation,
            };
        }
        if std::mem::take(&mut self.exchange) {
            return Said {
                shown: "****".into(),
                section: "RFC 5034 §4",
                violation: None,
            };
        }
        let keyword = word(line);
        let parsed = mailweft_pop3::Command::parse(line);
        self.content = parsed
            .as_ref()
            .is_ok_and(mailweft_pop3::Command::has_multiline_response);
        let section = match keyword.as_str() {
            "USER" | "PASS" | "APOP" | "TOP" | "UIDL" => "RFC 1939 §7",
            "QUIT" => "RFC 1939 §6",
            "CAPA" => "RFC 2449 §5",
            "STLS" => "RFC 2595 §4",
            "AUTH" => "RFC 5034 §4",
            "UTF8" => "RFC 6856 §2",
            "LANG" => "RFC 6856 §3",
            _ => "RFC 1939 §5",
        };
        let shown = match keyword.as_str() {
            "PASS" => redacted(line, 1),
            "APOP" | "AUTH" => redacted(line, 2),
            _ => text(line),
        };
        Said {
            shown,
            section,
            violation: parsed.err().map(|error| error.to_string()),
        }
    }

    fn imap(&mut self, side: char, line: &[u8]) -> Said {
        let whole = [line, b"\r\n"].concat();
        // A line that ends in a literal goes on in the next: it cannot be judged alone.
        let goes_on = line.ends_with(b"}") && line.contains(&b'{');
        if side == 'S' {
            self.exchange = line == b"+" || line.starts_with(b"+ ");
            let violation = ImapResponse::parse(&whole, &Syntax::interop())
                .err()
                .map(|error| error.to_string())
                .filter(|_| !goes_on && !self.content);
            self.content = goes_on;
            let section = if line.starts_with(b"+") {
                "RFC 9051 §7.6"
            } else if line.starts_with(b"* ") {
                "RFC 9051 §7"
            } else {
                "RFC 9051 §7.1"
            };
            return Said {
                shown: text(line),
                section,
                violation,
            };
        }
        if std::mem::take(&mut self.exchange) && line != b"DONE" {
            return Said {
                shown: "****".into(),
                section: "RFC 9051 §6.2.2",
                violation: None,
            };
        }
        let all = text(line);
        let verb = all
            .split(' ')
            .nth(1)
            .unwrap_or_default()
            .to_ascii_uppercase();
        let parsed = TaggedCommand::parse(&whole, &Syntax::interop());
        let section = match verb.as_str() {
            "CAPABILITY" | "NOOP" | "LOGOUT" => "RFC 9051 §6.1",
            "STARTTLS" | "AUTHENTICATE" | "LOGIN" => "RFC 9051 §6.2",
            "CLOSE" | "UNSELECT" | "EXPUNGE" | "SEARCH" | "FETCH" | "STORE" | "COPY" | "MOVE"
            | "UID" => "RFC 9051 §6.4",
            _ => "RFC 9051 §6.3",
        };
        let shown = match verb.as_str() {
            "LOGIN" | "AUTHENTICATE" => redacted(line, 3),
            _ => all,
        };
        Said {
            shown,
            section,
            violation: parsed
                .err()
                .map(|error| error.to_string())
                .filter(|_| !goes_on && line != b"DONE"),
        }
    }
}
