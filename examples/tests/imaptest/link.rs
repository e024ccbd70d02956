//! A connection: commands out, responses in.

use std::{
    io::{self, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use super::value::{Value, arguments};

/// How long a server may be silent.
const PATIENCE: Duration = Duration::from_secs(10);

/// An untagged response, and what the sequence numbers meant before it.
#[derive(Clone, Debug)]
pub struct Response {
    pub values: Vec<Value>,
    /// By sequence number, from 1: the number that the message had when the command began.
    pub before: Vec<u32>,
}

/// What a server says.
#[derive(Clone, Debug)]
pub enum Said {
    Untagged(Response),
    Tagged(Vec<u8>, Vec<Value>),
    Continue,
}

pub struct Link {
    stream: TcpStream,
    input: Vec<u8>,
    sent: u32,
    /// How many messages there are, each by the number it had when the command began.
    pub numbers: Vec<u32>,
}

impl Link {
    pub fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        let mut link = Self {
            stream,
            input: Vec::new(),
            sent: 0,
            numbers: Vec::new(),
        };
        link.hear()?;
        Ok(link)
    }

    pub fn next_tag(&mut self) -> Vec<u8> {
        self.sent += 1;
        format!("t{}", self.sent).into_bytes()
    }

    pub fn write(&mut self, octets: &[u8]) -> io::Result<()> {
        self.stream.write_all(octets)
    }

    /// Numbers count from here.
    pub fn renumber(&mut self) {
        let count = u32::try_from(self.numbers.len()).expect("few messages");
        self.numbers = (1..=count).collect();
    }

    /// The next thing that the server says.
    pub fn hear(&mut self) -> io::Result<Said> {
        let line = self.line()?;
        let before = self.numbers.clone();
        let mut values = arguments(&line);
        if values.is_empty() {
            return Err(io::Error::other("an empty line"));
        }
        let head = values.remove(0);
        if head.is("+") {
            return Ok(Said::Continue);
        }
        if !head.is("*") {
            let tag = head.text().unwrap_or_default().to_vec();
            return Ok(Said::Tagged(tag, values));
        }
        self.follow(&values);
        Ok(Said::Untagged(Response { values, before }))
    }

    /// Keeps count of the messages.
    fn follow(&mut self, values: &[Value]) {
        let [number, kind, ..] = values else {
            return;
        };
        let Some(number) = number.number() else {
            return;
        };
        if kind.is("EXISTS") {
            let next = self.numbers.iter().max().map_or(0, |&last| last);
            let missing = number as usize - self.numbers.len().min(number as usize);
            self.numbers.truncate(number as usize);
            self.numbers.extend((next + 1..).take(missing));
        } else if kind.is("EXPUNGE") && number > 0 && number as usize <= self.numbers.len() {
            self.numbers.remove(number as usize - 1);
        }
    }

    /// A line with its literals, CRLF included.
    fn line(&mut self) -> io::Result<Vec<u8>> {
        let mut from = 0;
        loop {
            let Some(end) = self.input[from..].windows(2).position(|w| w == b"\r\n") else {
                self.more()?;
                continue;
            };
            let end = from + end + 2;
            let Some(length) = announced(&self.input[from..end]) else {
                return Ok(self.input.drain(..end).collect());
            };
            while self.input.len() < end + length {
                self.more()?;
            }
            from = end + length;
        }
    }

    fn more(&mut self) -> io::Result<()> {
        let mut block = [0; 16 * 1024];
        let length = self.stream.read(&mut block)?;
        if length == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.input.extend_from_slice(&block[..length]);
        Ok(())
    }
}

/// The length of the literal that a line ends with.
fn announced(line: &[u8]) -> Option<usize> {
    let line = line.strip_suffix(b"}\r\n")?;
    let brace = line.iter().rposition(|&octet| octet == b'{')?;
    std::str::from_utf8(&line[brace + 1..]).ok()?.parse().ok()
}
