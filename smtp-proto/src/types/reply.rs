//! Replies (RFC 5321 §4.2): code, enhanced code, lines of text.

use alloc::{borrow::Cow, string::String};
use core::fmt;

use bytes::Bytes;

use crate::{
    error::{InvalidValue, ParseError, Rule},
    grammar::plain_length,
    types::{EnhancedCode, text::check},
};

/// A reply, read or to be written.
///
/// ```
/// use mailweft_smtp::{EnhancedCode, Reply};
///
/// let reply = Reply::parse("550 5.1.1 No such user\r\n")?;
/// assert_eq!((reply.code(), reply.enhanced()), (550, Some(EnhancedCode::BAD_MAILBOX)));
/// assert_eq!(reply.text(), "No such user");
/// assert!(reply.is_permanent());
///
/// let reply = Reply::new(250, EnhancedCode::OK, "queued as 8F4D")?;
/// assert_eq!(reply.to_string(), "250 2.0.0 queued as 8F4D\r\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Reply {
    pub(crate) code: u16,
    pub(crate) enhanced: Option<EnhancedCode>,
    pub(crate) text: ReplyText,
}

/// The text of a reply in one of three shapes, so that neither reading nor writing copies it.
#[derive(Clone)]
pub(crate) enum ReplyText {
    /// One line.
    Line(Bytes),
    /// Lines with LF between them.
    Lines(Bytes),
    /// As it came: each line with its code, its hyphen or blank, and its line ending.
    Wire(Bytes),
}

impl Reply {
    /// A reply of one or more lines; line breaks in `text` (`\n`) divide it.
    ///
    /// # Errors
    ///
    /// - a code below 200 or above 599
    /// - an enhanced code of another class than the code (RFC 2034 §4)
    /// - CR, NUL and other control characters but HTAB and LF
    pub fn new(
        code: u16,
        enhanced: impl Into<Option<EnhancedCode>>,
        text: impl Into<Bytes>,
    ) -> Result<Self, InvalidValue> {
        let (enhanced, text) = (enhanced.into(), text.into());
        if !(200..=599).contains(&code) {
            return Err(InvalidValue::OutOfRange(Rule::ReplyCode));
        }
        if enhanced.is_some_and(|enhanced| u16::from(enhanced.class()) != code / 100) {
            return Err(InvalidValue::OutOfRange(Rule::EnhancedCode));
        }
        check(&text, Rule::ReplyText, 0..=usize::MAX, |_, byte| {
            byte == b'\n' || crate::grammar::is_text(byte)
        })?;
        let text = if memchr::memchr(b'\n', &text).is_some() {
            ReplyText::Lines(text)
        } else {
            ReplyText::Line(text)
        };
        Ok(Self {
            code,
            enhanced,
            text,
        })
    }

    /// Reads one whole reply, as real servers send it: without blank or text behind the code, with lines of
    /// different codes (the last one counts), with text in any encoding, with bare LF.
    ///
    /// # Errors
    ///
    /// - a line that does not begin with three digits, 2 to 5 the first of them
    /// - text behind the last line, a reply without a last line
    pub fn parse(reply: impl AsRef<[u8]>) -> Result<Self, ParseError> {
        Self::from_bytes(Bytes::copy_from_slice(reply.as_ref()))
    }

    /// Reads one whole reply without copying its text.
    ///
    /// # Errors
    ///
    /// As [`Reply::parse`].
    pub fn from_bytes(reply: Bytes) -> Result<Self, ParseError> {
        Self::try_from(reply)
    }

    /// Of one line.
    pub(crate) const fn constant(
        code: u16,
        enhanced: Option<EnhancedCode>,
        text: &'static str,
    ) -> Self {
        Self {
            code,
            enhanced,
            text: ReplyText::Line(Bytes::from_static(text.as_bytes())),
        }
    }

    /// The three digits.
    #[must_use]
    pub const fn code(&self) -> u16 {
        self.code
    }

    /// The first digit: what kind of answer it is.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        match self.code {
            0..=299 => Severity::Positive,
            300..=399 => Severity::Intermediate,
            400..=499 => Severity::Transient,
            _ => Severity::Permanent,
        }
    }

    /// The enhanced status code of the first line that has one (RFC 2034).
    #[must_use]
    pub const fn enhanced(&self) -> Option<EnhancedCode> {
        self.enhanced
    }

    /// `2yz`: done.
    #[must_use]
    pub const fn is_positive(&self) -> bool {
        matches!(self.severity(), Severity::Positive)
    }

    /// `4yz`: not now.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self.severity(), Severity::Transient)
    }

    /// `5yz`: not ever.
    #[must_use]
    pub const fn is_permanent(&self) -> bool {
        matches!(self.severity(), Severity::Permanent)
    }

    /// The lines, without code and enhanced code. Octets, for a reply need not be UTF-8.
    #[must_use]
    pub fn lines(&self) -> Lines<'_> {
        Lines {
            rest: Some(self.text.octets()),
            wire: self.text.is_wire(),
            enhanced: self.enhanced,
        }
    }

    /// How many octets the text has.
    pub(crate) fn octets(&self) -> usize {
        self.text.octets().len()
    }

    /// One of the lines as a slice of the reply.
    pub(crate) fn slice_of(&self, line: &[u8]) -> Bytes {
        if line.is_empty() {
            return Bytes::new();
        }
        self.text.octets().slice_ref(line)
    }

    /// The lines as one text: blanks between them, what repeats left out, octets that are not UTF-8
    /// replaced.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut before = Cow::Borrowed("");
        for line in self.lines() {
            let line = String::from_utf8_lossy(line);
            if line.is_empty() || line == before {
                continue;
            }
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(&line);
            before = line;
        }
        text
    }

    /// The same reply with other text.
    ///
    /// # Errors
    ///
    /// As [`Reply::new`].
    pub fn with_text(&self, text: impl Into<Bytes>) -> Result<Self, InvalidValue> {
        Self::new(self.code, self.enhanced, text)
    }
}

impl ReplyText {
    const fn octets(&self) -> &Bytes {
        match self {
            Self::Line(octets) | Self::Lines(octets) | Self::Wire(octets) => octets,
        }
    }

    pub(crate) const fn is_wire(&self) -> bool {
        matches!(self, Self::Wire(_))
    }
}

/// What kind of answer a reply is: its first digit (RFC 5321 §4.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "RFC 5321 §4.2.1 has four first digits"
)]
///
/// ```
/// use mailweft_smtp::{Reply, Severity};
///
/// assert_eq!(Reply::MAILBOX_BUSY.severity(), Severity::Transient);
/// assert!(Severity::Positive < Severity::Permanent);
/// ```
pub enum Severity {
    /// `2yz`: what was asked for is done.
    Positive,
    /// `3yz`: go on.
    Intermediate,
    /// `4yz`: not now; the same may work later.
    Transient,
    /// `5yz`: not done, and the same will not work later.
    Permanent,
}

/// The lines of a reply. See [`Reply::lines`].
///
/// ```
/// use mailweft_smtp::Reply;
///
/// let reply = Reply::parse("550-5.7.1 one\r\n550 5.7.1 two\r\n")?;
/// assert_eq!(reply.lines().collect::<Vec<_>>(), [b"one", b"two"]);
/// # Ok::<(), mailweft_smtp::ParseError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    rest: Option<&'a [u8]>,
    wire: bool,
    enhanced: Option<EnhancedCode>,
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest?;
        if let Some((line, more)) = self.plain_line(rest) {
            self.rest = more;
            return Some(line);
        }
        let (line, more) = match line_feed(rest) {
            Some(lf) => {
                let (line, more) = rest.split_at_checked(lf)?;
                (line, more.get(1..))
            }
            None => (rest, None),
        };
        // A reply as it came ends with its line ending; text of our own does not.
        self.rest = more.filter(|more| !(self.wire && more.is_empty()));
        if !self.wire {
            return Some(line);
        }
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let text = line.get(4..).unwrap_or_default();
        Some(match self.enhanced {
            Some(enhanced) => enhanced.strip_from(text),
            None => text,
        })
    }
}

impl<'a> Lines<'a> {
    /// A line as nearly all come: printable ASCII behind a code, without an enhanced code, ended by CRLF; and what follows.
    #[inline(always)]
    fn plain_line(&self, rest: &'a [u8]) -> Option<(&'a [u8], Option<&'a [u8]>)> {
        let (head, text) = rest.split_first_chunk()?;
        if !self.wire || self.enhanced.is_some() || !matches!(head, [_, _, _, b' ' | b'-']) {
            return None;
        }
        let (line, end) = text.split_at_checked(plain_length(text))?;
        let more = end.strip_prefix(b"\r\n")?;
        Some((line, Some(more).filter(|more| !more.is_empty())))
    }
}

/// Where the first LF stands: mostly behind a short run of ASCII, which needs no call.
#[inline]
fn line_feed(text: &[u8]) -> Option<usize> {
    let plain = plain_length(text);
    match text.get(plain..)? {
        [b'\n', ..] => Some(plain),
        [b'\r', b'\n', ..] => Some(plain.wrapping_add(1)),
        rest => memchr::memchr(b'\n', rest).map(|lf| plain.wrapping_add(lf)),
    }
}

impl PartialEq for Reply {
    /// The same code, enhanced code and lines.
    fn eq(&self, other: &Self) -> bool {
        (self.code, self.enhanced) == (other.code, other.enhanced) && self.lines().eq(other.lines())
    }
}

impl Eq for Reply {}

impl core::hash::Hash for Reply {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        (self.code, self.enhanced).hash(state);
        self.lines().for_each(|line| line.hash(state));
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reply({}", self.code)?;
        if let Some(enhanced) = self.enhanced {
            write!(f, " {enhanced}")?;
        }
        for line in self.lines() {
            write!(f, " \"{}\"", line.escape_ascii())?;
        }
        f.write_str(")")
    }
}

macro_rules! replies {
    ($($(#[$doc:meta])* $name:ident = $code:literal $($enhanced:ident)?, $text:literal;)*) => {
        impl Reply {
            $($(#[$doc])* pub const $name: Self =
                Self::constant($code, replies!(@ $($enhanced)?), $text);)*
        }
    };
    (@) => { None };
    (@ $enhanced:ident) => { Some(EnhancedCode::$enhanced) };
}

replies! {
    /// `250 2.0.0 OK`.
    OK = 250 OK, "OK";
    /// `250 2.1.0`, to MAIL.
    SENDER_OK = 250 OTHER_ADDRESS_OK, "Sender OK";
    /// `250 2.1.5`, to RCPT.
    RECIPIENT_OK = 250 RECIPIENT_OK, "Recipient OK";
    /// `250 2.6.0`, to the end of a message.
    MESSAGE_OK = 250 MEDIA_OK, "Message accepted";
    /// `252 2.0.0`, to VRFY (RFC 5321 §3.5.3).
    CANNOT_VERIFY = 252 OK, "Cannot VRFY user, but will take a message and try to deliver it";
    /// `214 2.0.0`, to HELP.
    HELP = 214 OK, "See RFC 5321";
    /// `221 2.0.0`, to QUIT.
    BYE = 221 OK, "Bye";
    /// `235 2.7.0`, to the end of an authentication (RFC 4954 §6).
    AUTHENTICATED = 235 SECURITY_OK, "Authentication succeeded";
    /// `354`, to DATA.
    START_MAIL = 354, "Start mail input; end with <CRLF>.<CRLF>";
    /// `220 2.0.0`, to STARTTLS.
    READY_TLS = 220 OK, "Ready to start TLS";
    /// `220 2.0.0`, to XCLIENT.
    XCLIENT_OK = 220 OK, "Go ahead";
    /// `250 2.0.0`, to a chunk.
    CHUNK_OK = 250 OK, "Chunk received";
    /// `250 2.0.0`, to RSET.
    RESET_OK = 250 OK, "Reset";
    /// `421 4.3.2`, at shutdown.
    SHUTTING_DOWN = 421 NOT_ACCEPTING, "Shutting down, come back later";
    /// `421 4.4.2`, at a time-out.
    TIMED_OUT = 421 BAD_CONNECTION, "Idle for too long, closing the connection";
    /// `421 4.7.0`: too many faulty commands.
    TOO_MANY_ERRORS = 421 SECURITY_TEMPORARY, "Too many errors, closing the connection";
    /// `421 4.7.0`: too many commands that bring no message.
    TOO_MANY_COMMANDS = 421 SECURITY_TEMPORARY, "Too many commands without a message";
    /// `450 4.2.0`: the mailbox cannot be written now.
    MAILBOX_BUSY = 450 MAILBOX_TEMPORARY, "Mailbox busy, try again later";
    /// `451 4.3.0`: an error of ours, which may pass.
    LOCAL_ERROR = 451 SYSTEM_TEMPORARY, "Local error, try again later";
    /// `452 4.3.1`: the disk is full.
    NO_SPACE = 452 SYSTEM_FULL_TEMPORARY, "Insufficient storage, try again later";
    /// `452 4.5.3`: more recipients than one transaction takes.
    TOO_MANY_RECIPIENTS = 452 TOO_MANY_RECIPIENTS, "Too many recipients, send the rest in another message";
    /// `454 4.7.0`: authentication is not possible now (RFC 4954 §6).
    AUTH_UNAVAILABLE = 454 SECURITY_TEMPORARY, "Temporary authentication failure";
    /// `500 5.5.1`: the command is not known.
    UNKNOWN_COMMAND = 500 INVALID_COMMAND, "Command not recognized";
    /// `500 5.5.2`: the line cannot be read.
    BAD_LINE = 500 SYNTAX_ERROR, "Syntax error, command line cannot be read";
    /// `500 5.5.2`: the line is too long.
    LINE_TOO_LONG = 500 SYNTAX_ERROR, "Line too long";
    /// `500 5.5.6`: the line of an authentication is too long (RFC 4954 §6).
    AUTH_LINE_TOO_LONG = 500 AUTH_LINE_TOO_LONG, "Authentication exchange line is too long";
    /// `501 5.5.4`: the argument cannot be read.
    BAD_ARGUMENTS = 501 INVALID_ARGUMENTS, "Syntax error in parameters or arguments";
    /// `501 5.5.2`: the answer to a challenge is no base64 (RFC 4954 §4).
    BAD_BASE64 = 501 SYNTAX_ERROR, "Cannot decode the response";
    /// `501 5.1.3`: the recipient's address cannot be read.
    BAD_RECIPIENT = 501 BAD_ADDRESS_SYNTAX, "Bad recipient address syntax";
    /// `501 5.1.7`: the sender's address cannot be read.
    BAD_SENDER = 501 BAD_SENDER_SYNTAX, "Bad sender address syntax";
    /// `501 5.7.0`: the client gave the authentication up (RFC 4954 §4).
    AUTH_CANCELLED = 501 SECURITY_ERROR, "Authentication cancelled";
    /// `501 5.5.4`: the size of a chunk cannot be read; the connection closes.
    BAD_CHUNK = 501 INVALID_ARGUMENTS, "Cannot read the size of the chunk, closing the connection";
    /// `502 5.5.1`: the command is not offered.
    NOT_IMPLEMENTED = 502 INVALID_COMMAND, "Command not implemented";
    /// `503 5.5.1`: the command cannot come now.
    BAD_SEQUENCE = 503 INVALID_COMMAND, "Bad sequence of commands";
    /// `504 5.5.4`: the mechanism is not offered (RFC 4954 §4).
    BAD_MECHANISM = 504 INVALID_ARGUMENTS, "Unrecognized authentication mechanism";
    /// `530 5.7.0`: TLS is needed first (RFC 3207 §4).
    TLS_REQUIRED = 530 SECURITY_ERROR, "Must issue a STARTTLS command first";
    /// `530 5.7.0`: authentication is needed first (RFC 4954 §6).
    AUTH_REQUIRED = 530 SECURITY_ERROR, "Authentication required";
    /// `538 5.7.11`: the mechanism needs TLS (RFC 4954 §6).
    AUTH_NEEDS_TLS = 538 ENCRYPTION_REQUIRED, "Encryption required for requested authentication mechanism";
    /// `550 5.6.11`: bare CR or LF in the content.
    BARE_NEWLINES = 550 INVALID_CHARACTERS, "Message contains bare CR or LF, lines must end in CRLF";
    /// `550 5.6.0`: the content holds NUL, or lines that are too long.
    BAD_CONTENT = 550 MEDIA_ERROR, "Message contains NUL or lines of more than 998 octets";
    /// `550 5.6.7`: an address that is not ASCII, without SMTPUTF8 (RFC 6531 §3.5).
    NON_ASCII = 550 NON_ASCII_ADDRESS, "Non-ASCII address without SMTPUTF8";
    /// `552 5.3.4`: far too big; the connection closes.
    TOO_BIG_CLOSING = 552 MESSAGE_TOO_BIG, "Message size exceeds the limit by far, closing the connection";
    /// `554 5.5.1`: the client spoke first.
    EARLY_TALK = 554 INVALID_COMMAND, "Talk before the greeting";
    /// `554 5.5.1`: another protocol.
    OTHER_PROTOCOL = 554 INVALID_COMMAND, "This is SMTP";
    /// `554 5.5.1`: no recipient was accepted (RFC 5321 §3.3).
    NO_RECIPIENTS = 554 INVALID_COMMAND, "No valid recipients";
    /// `555 5.5.4`: a parameter that is not offered (RFC 5321 §4.1.1.11).
    BAD_PARAMETER = 555 INVALID_ARGUMENTS, "Parameter not recognized or not implemented";
    /// `535 5.7.8`: wrong user name or password (RFC 4954 §6).
    AUTH_FAILED = 535 CREDENTIALS_INVALID, "Authentication credentials invalid";
    /// `550 5.1.1`: there is no such recipient.
    NO_SUCH_USER = 550 BAD_MAILBOX, "No such user here";
    /// `550 5.7.1`: relaying, or what else policy forbids.
    REFUSED = 550 NOT_AUTHORIZED, "Delivery not authorized, message refused";
    /// `552 5.2.2`: the mailbox is full.
    MAILBOX_FULL = 552 MAILBOX_FULL, "Mailbox full";
    /// `552 5.3.4`: the message is too big (RFC 1870 §6).
    TOO_BIG = 552 MESSAGE_TOO_BIG, "Message size exceeds the limit";
    /// `554 5.0.0`: the message is refused, no reason given.
    FAILED = 554 FAILED, "Transaction failed";
    /// `556 5.1.10`: the recipient's domain takes no mail (RFC 7505 §4).
    NULL_MX = 556 NULL_MX, "Domain does not accept mail";
}
