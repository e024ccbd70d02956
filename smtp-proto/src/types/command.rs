//! Commands (RFC 5321 §4.1.1 and the extensions).

use alloc::vec::Vec;

use bytes::Bytes;
use mailweft_address::{ForwardPath, ReversePath};

use crate::{
    error::{InvalidValue, ParseError, Rule},
    types::{
        HelloName, Keyword, MailParam, MailParams, Mechanism, RcptParam, RcptParams, Secret, Text,
        Word,
        text::{check, visible},
    },
};

/// A command line, read or to be written.
///
/// ```
/// use mailweft_smtp::{Command, MailParam};
///
/// let command = Command::parse("mail FROM:<joe@example.org> size=120 X-Own=1")?;
/// let Command::Mail(mail) = &command else { panic!() };
/// assert_eq!(mail.params().size(), Some(120));
/// assert_eq!(command.to_string(), "MAIL FROM:<joe@example.org> SIZE=120 X-Own=1");
/// # Ok::<(), mailweft_smtp::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Command {
    /// `HELO domain` (RFC 5321 §4.1.1.1).
    Helo(HelloName),
    /// `EHLO domain` (RFC 5321 §4.1.1.1).
    Ehlo(HelloName),
    /// `LHLO domain` (RFC 2033 §4.1).
    Lhlo(HelloName),
    /// `MAIL FROM:<path> ...` (RFC 5321 §4.1.1.2).
    Mail(Mail),
    /// `RCPT TO:<path> ...` (RFC 5321 §4.1.1.3).
    Rcpt(Rcpt),
    /// `DATA` (RFC 5321 §4.1.1.4).
    Data,
    /// `BDAT size [LAST]` (RFC 3030 §2).
    Bdat(Bdat),
    /// `RSET` (RFC 5321 §4.1.1.5).
    Rset,
    /// `NOOP [string]` (RFC 5321 §4.1.1.9).
    Noop(Option<Text>),
    /// `QUIT` (RFC 5321 §4.1.1.10).
    Quit,
    /// `VRFY string [SMTPUTF8]` (RFC 5321 §4.1.1.6, RFC 6531 §3.7.4.2).
    Vrfy(Text),
    /// `EXPN string [SMTPUTF8]` (RFC 5321 §4.1.1.7, RFC 6531 §3.7.4.2).
    Expn(Text),
    /// `HELP [string]` (RFC 5321 §4.1.1.8).
    Help(Option<Text>),
    /// `STARTTLS` (RFC 3207 §4).
    StartTls,
    /// `AUTH mechanism [initial-response]` (RFC 4954 §4).
    Auth(Auth),
    /// `ETRN node` (RFC 1985 §5).
    Etrn(Word),
    /// `ATRN [domain *("," domain)]` (RFC 2645 §5.2.1).
    Atrn(Vec<Word>),
    /// `BURL url [LAST]` (RFC 4468 §3).
    Burl(Burl),
    /// `XCLIENT name=value ...`: what a proxy knows of the client, as Postfix defined it.
    Xclient(Vec<Attribute>),
    /// `XFORWARD name=value ...`: the same, for logging.
    Xforward(Vec<Attribute>),
    /// Any other, kept as it came.
    Other(Other),
}

impl Command {
    /// Reads a command line, without its CRLF, as real clients send it; what is text in the command is copied.
    ///
    /// What is read beyond the RFC: blanks after the colon of MAIL and RCPT and at the end of the line, and
    /// addresses there without angle brackets.
    ///
    /// # Errors
    ///
    /// - an empty line, and a verb that is no word
    /// - an argument that the verb does not take, or the lack of one that it wants
    /// - a parameter twice, or with a value that its extension does not define
    /// - a control character or NUL anywhere, octets above 127 that are not UTF-8
    pub fn parse(line: impl AsRef<[u8]>) -> Result<Self, ParseError> {
        Self::try_from(line.as_ref())
    }

    /// Reads a command line without copying: what is text in the command is a slice of `line`.
    ///
    /// # Errors
    ///
    /// As [`Command::parse`].
    pub fn from_bytes(line: &Bytes) -> Result<Self, ParseError> {
        Self::try_from(line)
    }

    /// The verb in capitals.
    ///
    /// ```
    /// # use mailweft_smtp::Command;
    /// assert_eq!(Command::parse("data")?.verb(), "DATA");
    /// # Ok::<(), mailweft_smtp::ParseError>(())
    /// ```
    #[must_use]
    pub fn verb(&self) -> &str {
        match self {
            Self::Helo(_) => "HELO",
            Self::Ehlo(_) => "EHLO",
            Self::Lhlo(_) => "LHLO",
            Self::Mail(_) => "MAIL",
            Self::Rcpt(_) => "RCPT",
            Self::Data => "DATA",
            Self::Bdat(_) => "BDAT",
            Self::Rset => "RSET",
            Self::Noop(_) => "NOOP",
            Self::Quit => "QUIT",
            Self::Vrfy(_) => "VRFY",
            Self::Expn(_) => "EXPN",
            Self::Help(_) => "HELP",
            Self::StartTls => "STARTTLS",
            Self::Auth(_) => "AUTH",
            Self::Etrn(_) => "ETRN",
            Self::Atrn(_) => "ATRN",
            Self::Burl(_) => "BURL",
            Self::Xclient(_) => "XCLIENT",
            Self::Xforward(_) => "XFORWARD",
            Self::Other(other) => other.verb.as_str(),
        }
    }
}

/// The command that opens a transaction: `MAIL FROM:<reverse-path>` and its parameters.
///
/// ```
/// use mailweft_address::{Address, ReversePath};
/// use mailweft_smtp::{Command, Mail, MailParam};
///
/// let from = Address::parse("joe@example.org")?;
/// let mail = Mail::new(from).with(MailParam::Size(1024)).with(MailParam::SmtpUtf8);
/// assert_eq!(Command::Mail(mail).to_string(), "MAIL FROM:<joe@example.org> SIZE=1024 SMTPUTF8");
/// assert_eq!(Command::Mail(Mail::new(ReversePath::Null)).to_string(), "MAIL FROM:<>");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Mail {
    pub(crate) from: ReversePath,
    pub(crate) params: MailParams,
}

impl Mail {
    /// From this address, or from none.
    #[must_use]
    pub fn new(from: impl Into<ReversePath>) -> Self {
        Self {
            from: from.into(),
            params: MailParams::new(),
        }
    }

    /// With a parameter.
    #[must_use]
    pub fn with(mut self, param: MailParam) -> Self {
        self.params.set(param);
        self
    }

    /// Where failures are reported to.
    #[must_use]
    pub const fn from(&self) -> &ReversePath {
        &self.from
    }

    /// The parameters.
    #[must_use]
    pub const fn params(&self) -> &MailParams {
        &self.params
    }
}

/// The command that adds a recipient: `RCPT TO:<forward-path>` and its parameters.
///
/// ```
/// use mailweft_address::{Address, ForwardPath};
/// use mailweft_smtp::{Command, Notify, Rcpt, RcptParam};
///
/// let rcpt = Rcpt::new(Address::parse("ann@example.org")?).with(RcptParam::Notify(Notify::NEVER));
/// assert_eq!(Command::Rcpt(rcpt).to_string(), "RCPT TO:<ann@example.org> NOTIFY=NEVER");
/// # Ok::<(), mailweft_address::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rcpt {
    pub(crate) to: ForwardPath,
    pub(crate) params: RcptParams,
}

impl Rcpt {
    /// To this address, or to the postmaster.
    #[must_use]
    pub fn new(to: impl Into<ForwardPath>) -> Self {
        Self {
            to: to.into(),
            params: RcptParams::new(),
        }
    }

    /// With a parameter.
    #[must_use]
    pub fn with(mut self, param: RcptParam) -> Self {
        self.params.set(param);
        self
    }

    /// The recipient.
    #[must_use]
    pub const fn to(&self) -> &ForwardPath {
        &self.to
    }

    /// The parameters.
    #[must_use]
    pub const fn params(&self) -> &RcptParams {
        &self.params
    }
}

/// The command before a chunk of content: `BDAT size [LAST]`.
///
/// ```
/// use mailweft_smtp::{Bdat, Command};
///
/// assert_eq!(Command::parse("BDAT 86 LAST")?, Command::Bdat(Bdat::new(86, true)));
/// assert!(Command::parse("BDAT 18446744073709551616").is_err());
/// # Ok::<(), mailweft_smtp::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bdat {
    size: u64,
    last: bool,
}

impl Bdat {
    /// A chunk of so many octets; the last one of its message, or not.
    #[must_use]
    pub const fn new(size: u64, last: bool) -> Self {
        Self { size, last }
    }

    /// Octets of the chunk.
    #[must_use]
    pub const fn size(self) -> u64 {
        self.size
    }

    /// Whether the message ends with it.
    #[must_use]
    pub const fn is_last(self) -> bool {
        self.last
    }
}

/// The command that fetches content by URL: `BURL url [LAST]`.
///
/// ```
/// use mailweft_smtp::{Burl, Command};
///
/// let burl = Burl::new("imap://harry@gryffindor.example.com/outbox;uid=1/;section=1.2", true)?;
/// assert!(Command::Burl(burl).to_string().ends_with(" LAST"));
/// assert!(Burl::new("imap://a b", true).is_err());
/// # Ok::<(), mailweft_smtp::InvalidValue>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Burl {
    pub(crate) url: Bytes,
    pub(crate) last: bool,
}

impl Burl {
    /// Content from an absolute URI (RFC 3986).
    ///
    /// # Errors
    ///
    /// Nothing, blanks, control characters, octets above 127.
    pub fn new(url: impl Into<Bytes>, last: bool) -> Result<Self, InvalidValue> {
        let url = url.into();
        check(&url, Rule::Url, 1..=usize::MAX, |_, byte| {
            byte.is_ascii_graphic()
        })?;
        Ok(Self { url, last })
    }

    /// The URL; it may carry a token that gives access.
    #[must_use]
    pub fn url(&self) -> &str {
        // Printable ASCII by construction.
        core::str::from_utf8(&self.url).unwrap_or_default()
    }

    /// Whether the message ends with it.
    #[must_use]
    pub const fn is_last(&self) -> bool {
        self.last
    }
}

impl core::fmt::Debug for Burl {
    /// Without the URL: a token in it may give access (RFC 4467).
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Burl")
            .field("url", &"****")
            .field("last", &self.last)
            .finish()
    }
}

/// The command that begins an authentication: `AUTH mechanism [initial-response]`.
///
/// The response is held decoded. `Some` of nothing is written `=` (RFC 4954 §4).
///
/// ```
/// use mailweft_smtp::{Auth, Command, Mechanism};
///
/// let auth = Auth::new(Mechanism::PLAIN, Some("\0tim\0tanstaaftanstaaf".into()));
/// assert_eq!(format!("{auth:?}"), "Auth { mechanism: PLAIN, initial: Some(Secret(****)) }");
/// assert_eq!(Command::parse("AUTH PLAIN AHRpbQB0YW5zdGFhZnRhbnN0YWFm")?, Command::Auth(auth));
/// # Ok::<(), mailweft_smtp::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Auth {
    pub(crate) mechanism: Mechanism,
    pub(crate) initial: Option<Secret>,
}

impl Auth {
    /// An exchange of this mechanism, with its first message if the client speaks first.
    #[must_use]
    pub const fn new(mechanism: Mechanism, initial: Option<Secret>) -> Self {
        Self { mechanism, initial }
    }

    /// The mechanism.
    #[must_use]
    pub const fn mechanism(&self) -> &Mechanism {
        &self.mechanism
    }

    /// The client's first message, decoded.
    #[must_use]
    pub const fn initial(&self) -> Option<&Secret> {
        self.initial.as_ref()
    }
}

impl core::hash::Hash for Auth {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.mechanism.hash(state);
    }
}

/// One `name=value` of XCLIENT and XFORWARD; the value is held decoded from its xtext.
///
/// ```
/// use mailweft_smtp::Attribute;
///
/// let name = Attribute::new("NAME", "spike.porcupine.example")?;
/// assert_eq!(name.to_string(), "NAME=spike.porcupine.example");
/// assert!(Attribute::new("NAME", "two\r\nlines").is_err());
/// # Ok::<(), mailweft_smtp::InvalidValue>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Attribute {
    pub(crate) name: Keyword,
    pub(crate) value: Text,
}

impl Attribute {
    /// The value that stands for what is not known, by lasting error.
    pub const UNAVAILABLE: &'static str = "[UNAVAILABLE]";
    /// The value that stands for what is not known, by passing error.
    pub const TEMP_UNAVAILABLE: &'static str = "[TEMPUNAVAIL]";

    /// A name and a value.
    ///
    /// # Errors
    ///
    /// A name that is no keyword, a value with control characters or octets that are not UTF-8.
    pub fn new(name: impl Into<Bytes>, value: impl Into<Bytes>) -> Result<Self, InvalidValue> {
        Ok(Self {
            name: Keyword::new(name)?,
            value: visible(value, Rule::Attribute)?,
        })
    }

    /// The name.
    #[must_use]
    pub const fn name(&self) -> &Keyword {
        &self.name
    }

    /// The value.
    #[must_use]
    pub const fn value(&self) -> &Text {
        &self.value
    }
}

/// A command that is not known here.
///
/// ```
/// use mailweft_smtp::{Command, Other};
///
/// let Command::Other(other) = Command::parse("XPING  a b")? else { panic!() };
/// assert_eq!((other.verb().as_str(), other.args().as_str()), ("XPING", " a b"));
/// assert_eq!(Other::new("XPING", "a\r\nQUIT").is_err(), true);
/// # Ok::<(), mailweft_smtp::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Other {
    pub(crate) verb: Keyword,
    pub(crate) args: Text,
}

impl Other {
    /// A verb, and what stands behind it and one blank.
    ///
    /// # Errors
    ///
    /// A verb that is no word, arguments with control characters or octets that are not UTF-8.
    pub fn new(verb: impl Into<Bytes>, args: impl Into<Bytes>) -> Result<Self, InvalidValue> {
        Ok(Self {
            verb: Keyword::new(verb)?,
            args: Text::new(args)?,
        })
    }

    /// The verb as it came.
    #[must_use]
    pub const fn verb(&self) -> &Keyword {
        &self.verb
    }

    /// What stands behind it.
    #[must_use]
    pub const fn args(&self) -> &Text {
        &self.args
    }
}
