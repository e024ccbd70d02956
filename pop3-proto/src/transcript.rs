//! A session for people to read, without its secrets.

use alloc::{collections::VecDeque, string::String, vec::Vec};

/// Writes a session down line by line, as `C: USER mrose` and `S: +OK`.
///
/// Give it every octet of both directions, in any chunks. Passwords, digests and everything of an
/// authentication exchange are `****`; the octets of a message are counted, not shown.
///
/// ```
/// use mailweft_pop3::Transcript;
///
/// let mut lines = Vec::new();
/// let mut transcript = Transcript::new();
/// transcript.client(b"USER mrose\r\nPASS tan", |line| lines.push(line.to_owned()));
/// transcript.client(b"staaf\r\n", |line| lines.push(line.to_owned()));
/// transcript.server(b"+OK\r\n+OK\r\n", |line| lines.push(line.to_owned()));
/// assert_eq!(lines, ["C: USER mrose", "C: PASS ****", "S: +OK", "S: +OK"]);
/// ```
#[derive(Debug, Default)]
pub struct Transcript {
    client: Side,
    server: Side,
    /// An authentication exchange is going on: what the client says is secret.
    exchange: bool,
    /// Commands whose answer is a message, and others, in the order of their answers.
    expected: VecDeque<bool>,
    /// Octets of the message that is being read.
    message: Option<u64>,
}

#[derive(Debug, Default)]
struct Side {
    line: Vec<u8>,
    /// The line is longer than what is shown.
    cut: bool,
}

/// Octets of a line that are shown.
const SHOWN: usize = 200;

impl Side {
    /// Takes one line off the front of `octets`; `None` where it is not whole yet.
    fn line(&mut self, octets: &mut &[u8]) -> Option<Vec<u8>> {
        let (front, rest, whole) = match memchr::memchr(b'\n', octets) {
            Some(at) => {
                let (front, rest) = octets.split_at_checked(at).unwrap_or_default();
                (front, rest.get(1..).unwrap_or_default(), true)
            }
            None => (*octets, &[][..], false),
        };
        *octets = rest;
        let room = SHOWN.saturating_sub(self.line.len());
        self.cut |= front.len() > room.saturating_add(1);
        self.line
            .extend_from_slice(front.get(..room).unwrap_or(front));
        if !whole {
            return None;
        }
        let mut line = core::mem::take(&mut self.line);
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        if core::mem::take(&mut self.cut) {
            line.extend_from_slice(b" ...");
        }
        Some(line)
    }
}

impl Transcript {
    /// A transcript of nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Octets that the client sent.
    pub fn client(&mut self, mut octets: &[u8], mut sink: impl FnMut(&str)) {
        while !octets.is_empty() {
            let Some(line) = self.client.line(&mut octets) else {
                return;
            };
            if core::mem::take(&mut self.exchange) {
                sink(if line == b"*" { "C: *" } else { "C: ****" });
                continue;
            }
            let mut words = line.split(|&b| b == b' ');
            let keyword = words.next().unwrap_or_default().to_ascii_uppercase();
            let first = words.next();
            let more = words.next().is_some();
            let arguments = match (keyword.as_slice(), first) {
                (b"PASS", Some(_)) => " ****".into(),
                (b"APOP" | b"AUTH", Some(name)) if more => {
                    alloc::format!(" {} ****", name.escape_ascii())
                }
                _ => {
                    let rest = line.get(keyword.len()..).unwrap_or_default();
                    alloc::format!("{}", rest.escape_ascii())
                }
            };
            let message = matches!(keyword.as_slice(), b"RETR" | b"TOP");
            self.expected.push_back(message);
            let shown = String::from_utf8_lossy(&keyword);
            sink(&alloc::format!("C: {shown}{arguments}"));
        }
    }

    /// Octets that the server sent.
    pub fn server(&mut self, mut octets: &[u8], mut sink: impl FnMut(&str)) {
        while !octets.is_empty() {
            let before = octets.len();
            let line = self.server.line(&mut octets);
            if let Some(count) = &mut self.message {
                let used = u64::try_from(before.saturating_sub(octets.len())).unwrap_or(u64::MAX);
                match &line {
                    Some(line) if line == b"." => {
                        sink(&alloc::format!("S: ({count} octets of a message)"));
                        sink("S: .");
                        self.message = None;
                    }
                    _ => *count = count.saturating_add(used),
                }
                if line.is_some() || self.message.is_none() {
                    continue;
                }
                return;
            }
            let Some(line) = line else {
                return;
            };
            if line.starts_with(b"+ ") || line == b"+" {
                self.exchange = true;
                sink("S: + ****");
                continue;
            }
            let status = line.starts_with(b"+OK") || line.starts_with(b"-ERR");
            if let Some(message) = status.then(|| self.expected.pop_front()).flatten() {
                self.message = (message && line.starts_with(b"+OK")).then_some(0);
            }
            sink(&alloc::format!("S: {}", line.escape_ascii()));
        }
    }
}
