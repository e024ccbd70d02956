//! What was said, with secrets left out.

use alloc::string::String;
use core::fmt::{self, Write as _};

/// A record of a session, line by line, in which secrets stand as `****` and literals as their sizes.
///
/// Give one to a session with `record`; what it holds never goes over the bound it was made with.
///
/// # Examples
///
/// ```
/// use bytes::BytesMut;
/// use mailweft_imap::{Server, Status, Transcript, server::{Config, Event}};
///
/// let mut server = Server::new(Config::new());
/// server.record(Transcript::new(4096));
/// let mut input = BytesMut::from("a LOGIN tim tanstaaf\r\n");
/// let Event::Login { slot, .. } = server.poll(&mut input)? else { panic!() };
/// server.reply(slot, Status::no("no"))?;
/// let said = server.transcript().unwrap().take();
/// assert!(said.starts_with("S: * OK [CAPABILITY IMAP4rev1 "));
/// assert!(said.ends_with("C: a LOGIN tim ****\nS: a NO no\n"));
/// # Ok::<(), mailweft_imap::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Transcript {
    text: String,
    bound: usize,
    /// Octets of literals that passed since the last line, and who sent them.
    content: Option<(char, u64)>,
    left_out: bool,
}

impl Transcript {
    /// A record of at most so many octets; what comes when it is full is left out, and that it was is told.
    #[must_use]
    pub const fn new(bound: usize) -> Self {
        Self {
            text: String::new(),
            bound,
            content: None,
            left_out: false,
        }
    }

    /// What was said so far.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Takes what was said so far, and makes room.
    pub fn take(&mut self) -> String {
        self.left_out = false;
        core::mem::take(&mut self.text)
    }

    /// A line of the client's.
    pub(crate) fn client(&mut self, line: fmt::Arguments<'_>) {
        self.line('C', line);
    }

    /// A line of the server's.
    pub(crate) fn server(&mut self, line: fmt::Arguments<'_>) {
        self.line('S', line);
    }

    /// Whole responses, or a piece of one: its first line, and how much there is more.
    pub(crate) fn responses(&mut self, wire: &[u8]) {
        let mut rest = wire;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let (line, after) = rest
                .split_at_checked(end.saturating_add(1))
                .unwrap_or((rest, b""));
            let line = line.trim_ascii_end();
            match line.ends_with(b"}") && line.starts_with(b"* ") && !after.is_empty() {
                true => {
                    let more = after.len();
                    self.server(format_args!("{} [{more} octets]", line.escape_ascii()));
                    return;
                }
                false => self.shown(line),
            }
            rest = after;
        }
        if !rest.is_empty() {
            self.shown(rest);
        }
    }

    fn shown(&mut self, line: &[u8]) {
        match core::str::from_utf8(line) {
            Ok(line) if !line.chars().any(char::is_control) => self.server(format_args!("{line}")),
            _ => self.server(format_args!("{}", line.escape_ascii())),
        }
    }

    /// Octets of a literal, which are counted and not shown.
    pub(crate) fn content(&mut self, who: char, octets: usize) {
        let before = match self.content {
            Some((sender, before)) if sender == who => before,
            _ => 0,
        };
        self.content = Some((who, before.saturating_add(octets as u64)));
    }

    fn line(&mut self, who: char, line: fmt::Arguments<'_>) {
        if let Some((sender, octets)) = self.content.take() {
            self.put(sender, format_args!("[{octets} octets]"));
        }
        self.put(who, line);
    }

    fn put(&mut self, who: char, line: fmt::Arguments<'_>) {
        let before = self.text.len();
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "{who}: {line}");
        if self.text.len() > self.bound {
            self.text.truncate(before);
            if !core::mem::replace(&mut self.left_out, true) {
                self.text.push_str("[...]\n");
            }
        }
    }
}
