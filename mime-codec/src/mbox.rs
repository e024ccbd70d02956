//! Mailbox files: many messages in one stream (RFC 4155), and the names of Maildir.

use bytes::{Bytes, BytesMut};
use memchr::memchr;

use crate::{
    error::to_u64,
    grammar::{slice, trim},
};

/// How a mailbox file tells `From ` in a text from the line between two messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MboxKind {
    /// `>From ` and `>>From ` stand for `From ` and `>From `.
    #[default]
    Mboxrd,
    /// `>From ` may stand for `From ` or for itself: it is left as it is.
    Mboxo,
    /// Nothing is quoted: Content-Length says how long a message is.
    Mboxcl2,
}

/// One thing in a mailbox file; made by [`Mbox::poll`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MboxEvent {
    /// Read more octets onto the end of the input, or say [`eof`](Mbox::eof).
    NeedInput,
    /// A message begins; the line `From sender date`, without its end.
    Start(Bytes),
    /// Octets of the message, unquoted.
    Data(Bytes),
    /// The message ends.
    MessageEnd,
    /// The file ends.
    End,
}

/// Splits a mailbox file into messages, in constant memory; [`poll`](Self::poll) takes octets off the front of
/// the caller's buffer.
///
/// ```
/// use bytes::BytesMut;
/// use mailweft_mime::{Mbox, MboxEvent, MboxKind};
///
/// let mut mbox = Mbox::new(MboxKind::Mboxrd);
/// let mut input = BytesMut::from("From a@b Thu Jan  1 00:00:00 1970\nSubject: x\n\n>From me\n\nFrom c@d x\nSubject: y\n");
/// mbox.eof();
/// let mut messages = Vec::new();
/// loop {
///     match mbox.poll(&mut input) {
///         MboxEvent::Start(_) => messages.push(Vec::new()),
///         MboxEvent::Data(octets) => messages.last_mut().unwrap().extend_from_slice(&octets),
///         MboxEvent::End => break,
///         _ => {}
///     }
/// }
/// assert_eq!(messages, [b"Subject: x\n\nFrom me\n".to_vec(), b"Subject: y\n".to_vec()]);
/// ```
#[derive(Clone, Debug)]
pub struct Mbox {
    kind: MboxKind,
    eof: bool,
    state: State,
    in_header: bool,
    /// What is left of a body whose length is known.
    body: Option<u64>,
    announced: Option<u64>,
    /// An empty line that belongs to the message only if no `From ` line follows.
    blank: Option<Bytes>,
    /// A line longer than is looked at is being passed on.
    in_line: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Outside,
    Inside,
    Done,
}

/// A line is passed on in pieces once it is longer than this.
const LINE: usize = 64 * 1024;

impl Mbox {
    /// A splitter for one file.
    #[must_use]
    pub const fn new(kind: MboxKind) -> Self {
        Self {
            kind,
            eof: false,
            state: State::Outside,
            in_header: false,
            body: None,
            announced: None,
            blank: None,
            in_line: false,
        }
    }

    /// Says that nothing follows what is in the input.
    pub fn eof(&mut self) {
        self.eof = true;
    }

    /// Takes the next thing off the front of `input`.
    pub fn poll(&mut self, input: &mut BytesMut) -> MboxEvent {
        loop {
            if self.state == State::Done {
                return MboxEvent::End;
            }
            if let Some(left) = self.body.filter(|&left| left > 0) {
                if !input.is_empty() {
                    let len = crate::error::to_usize(left).min(input.len());
                    self.body = Some(left.saturating_sub(to_u64(len)));
                    return MboxEvent::Data(input.split_to(len).freeze());
                }
            }
            let Some(len) = self.line_len(input) else {
                if !self.eof {
                    return MboxEvent::NeedInput;
                }
                let open = self.state == State::Inside;
                self.state = State::Done;
                return if open {
                    MboxEvent::MessageEnd
                } else {
                    MboxEvent::End
                };
            };
            if let Some(event) = self.line(input, len) {
                return event;
            }
        }
    }

    fn line_len(&self, input: &[u8]) -> Option<usize> {
        match memchr(b'\n', input) {
            Some(end) => Some(end.saturating_add(1)),
            None if input.len() > LINE || (self.eof && !input.is_empty()) => Some(input.len()),
            None => None,
        }
    }

    fn line(&mut self, input: &mut BytesMut, len: usize) -> Option<MboxEvent> {
        let starts = !core::mem::replace(&mut self.in_line, !slice(input, 0, len).ends_with(b"\n"));
        let line = slice(input, 0, len);
        if starts && line.starts_with(b"From ") && self.between() {
            if self.state == State::Inside {
                // The line is looked at again, as the start of the next message.
                self.state = State::Outside;
                self.in_line = false;
                self.blank = None;
                return Some(MboxEvent::MessageEnd);
            }
            let line = input.split_to(len).freeze();
            let end = line.trim_ascii_end().len();
            (self.state, self.in_header, self.body, self.announced) =
                (State::Inside, true, None, None);
            return Some(MboxEvent::Start(line.slice(..end)));
        }
        if self.state == State::Outside {
            // What stands before the first `From ` line is of no message.
            let _ = input.split_to(len);
            return None;
        }
        if let Some(blank) = self.blank.take() {
            self.in_line = false;
            return Some(MboxEvent::Data(blank));
        }
        let is_blank = starts && matches!(line, b"\n" | b"\r\n");
        if self.in_header {
            if is_blank {
                self.in_header = false;
                self.body = self.announced.filter(|_| self.kind == MboxKind::Mboxcl2);
            } else if let Some(value) = after_name(line, b"content-length:") {
                self.announced = core::str::from_utf8(value)
                    .ok()
                    .and_then(|value| value.parse().ok());
            }
            return Some(MboxEvent::Data(input.split_to(len).freeze()));
        }
        let quotes = line.iter().take_while(|&&b| b == b'>').count();
        let quoted = starts && quotes > 0 && slice(line, quotes, len).starts_with(b"From ");
        let mut line = input.split_to(len).freeze();
        if is_blank {
            self.blank = Some(line);
            return None;
        }
        if quoted && self.kind == MboxKind::Mboxrd {
            line = line.slice(1..);
        }
        Some(MboxEvent::Data(line))
    }

    /// True where a `From ` line ends a message: at the start, after an empty line, after a counted body.
    fn between(&self) -> bool {
        self.state == State::Outside
            || self.blank.is_some()
            || self.body == Some(0)
            || self.in_header
    }
}

fn after_name<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let start = line.get(..name.len())?;
    start
        .eq_ignore_ascii_case(name)
        .then(|| trim(slice(line, name.len(), line.len())))
}

/// The name of a file in a Maildir: what it is unique by, and its flags.
///
/// ```
/// use mailweft_mime::MaildirName;
///
/// let name = MaildirName::parse("1204680122.27c448a4.host,S=1234:2,RS");
/// assert_eq!(name.unique(), "1204680122.27c448a4.host");
/// assert_eq!(name.size(), Some(1234));
/// assert!(name.has('S') && !name.has('T'));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaildirName<'a> {
    base: &'a str,
    flags: &'a str,
}

impl<'a> MaildirName<'a> {
    /// Reads the name of a file.
    #[must_use]
    pub fn parse(name: &'a str) -> Self {
        match name.rsplit_once([':', ';', '!']) {
            Some((base, info)) if info.starts_with("2,") => Self {
                base,
                flags: info.get(2..).unwrap_or_default(),
            },
            _ => Self {
                base: name,
                flags: "",
            },
        }
    }

    /// What the file is unique by, without sizes and flags.
    #[must_use]
    pub fn unique(&self) -> &'a str {
        self.base.split(',').next().unwrap_or_default()
    }

    /// The flags: letters, `S` for seen, `R` replied, `F` flagged, `T` trashed, `D` draft, `P` passed.
    #[must_use]
    pub const fn flags(&self) -> &'a str {
        self.flags
    }

    /// True where the flag is set.
    #[must_use]
    pub fn has(&self, flag: char) -> bool {
        self.flags.contains(flag)
    }

    /// The size of the file, where its name has it (`S=`).
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.attribute("S=")
    }

    /// The size of the message with CRLF line ends, where its name has it (`W=`).
    #[must_use]
    pub fn virtual_size(&self) -> Option<u64> {
        self.attribute("W=")
    }

    fn attribute(&self, key: &str) -> Option<u64> {
        self.base
            .split(',')
            .skip(1)
            .find_map(|attribute| attribute.strip_prefix(key)?.parse().ok())
    }
}
