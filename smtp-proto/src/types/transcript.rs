//! What was said, with secrets left out.

use alloc::string::String;
use core::fmt::{self, Write as _};

/// A record of a session, line by line, in which secrets stand as `****` and content as its size.
///
/// Give one to a session with `record`; what it holds never goes over the bound it was made with.
///
/// ```
/// use bytes::BytesMut;
/// use mailweft_smtp::{Mechanism, Server, Transcript, server};
///
/// let mut server = Server::new(server::Config::new("mx.example.org")?.tls(true).auth([Mechanism::PLAIN]));
/// server.record(Transcript::new(4096));
/// let mut input = BytesMut::new();
/// server.poll(&mut input)?;
/// input.extend_from_slice(b"EHLO client.example\r\n");
/// let server::Event::Hello { slot, .. } = server.poll(&mut input)? else { panic!() };
/// server.accept(slot)?;
/// input.extend_from_slice(b"AUTH PLAIN AHRpbQB0YW5zdGFhZnRhbnN0YWFm\r\n");
/// server.poll(&mut input)?;
/// let said = server.transcript().unwrap().take();
/// assert!(said.starts_with("S: 220 mx.example.org ESMTP\nC: EHLO client.example\nS: 250-mx.example.org\n"));
/// assert!(said.ends_with("C: AUTH PLAIN ****\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Transcript {
    text: String,
    bound: usize,
    /// Octets of content that passed since the last line.
    content: u64,
    left_out: bool,
}

impl Transcript {
    /// A record of at most so many octets; what comes when it is full is left out, and that it was is told.
    #[must_use]
    pub const fn new(bound: usize) -> Self {
        Self {
            text: String::new(),
            bound,
            content: 0,
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
        self.line("C: ", line);
    }

    /// A line of the server's.
    pub(crate) fn server(&mut self, line: fmt::Arguments<'_>) {
        self.line("S: ", line);
    }

    /// The lines of a reply.
    pub(crate) fn replies(&mut self, wire: &[u8]) {
        for line in wire.split(|&byte| byte == b'\n') {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            match core::str::from_utf8(line) {
                Ok("") => {}
                Ok(line) if !line.chars().any(char::is_control) => {
                    self.server(format_args!("{line}"));
                }
                _ => self.server(format_args!("{}", line.escape_ascii())),
            }
        }
    }

    /// Octets of content, which are counted and not shown.
    pub(crate) fn content(&mut self, octets: usize) {
        self.content = self
            .content
            .saturating_add(u64::try_from(octets).unwrap_or(u64::MAX));
    }

    fn line(&mut self, who: &str, line: fmt::Arguments<'_>) {
        let content = core::mem::take(&mut self.content);
        if content > 0 {
            self.put("C: ", format_args!("[{content} octets of content]"));
        }
        self.put(who, line);
    }

    fn put(&mut self, who: &str, line: fmt::Arguments<'_>) {
        let before = self.text.len();
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "{who}{line}");
        if self.text.len() > self.bound {
            self.text.truncate(before);
            if !core::mem::replace(&mut self.left_out, true) {
                self.text.push_str("[...]\n");
            }
        }
    }
}
