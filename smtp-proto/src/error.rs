//! What can go wrong, in three layers: a value that cannot be built ([`InvalidValue`]), a text that
//! cannot be read ([`ParseError`]), a session that cannot go on ([`Error`]).

use alloc::string::String;
use core::fmt;

use mailweft_address as address;

mod session;

pub use session::{Error, PeerError, UsageError};

/// Why a line is not the command, parameter or reply it was read as.
///
/// The offset counts octets from the start of the line, without its CRLF.
///
/// ```
/// use mailweft_smtp::Command;
///
/// let error = Command::parse("MAIL FROM:<a@example.org> SIZE=ten").unwrap_err();
/// assert_eq!(error.to_string(), "unexpected byte b't' in size-value at byte 31");
/// assert_eq!(error.offset(), 31);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} in {rule} at byte {offset}")]
pub struct ParseError {
    kind: ParseErrorKind,
    rule: Rule,
    offset: usize,
}

impl ParseError {
    pub(crate) const fn new(kind: ParseErrorKind, rule: Rule, offset: usize) -> Self {
        Self { kind, rule, offset }
    }

    /// The same error in a text of which the failing input was a part, `base` octets in.
    pub(crate) const fn shifted(self, base: usize) -> Self {
        Self {
            offset: self.offset.saturating_add(base),
            ..self
        }
    }

    /// What was wrong.
    #[must_use]
    pub const fn kind(&self) -> ParseErrorKind {
        self.kind
    }

    /// The grammar rule that was being read.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        self.rule
    }

    /// The octet at which reading stopped, counted from the start of the line.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// Two lines for people: the input, its unprintable octets escaped, and a caret under the fault.
    ///
    /// ```
    /// use mailweft_smtp::Command;
    ///
    /// let input = "BDAT ten";
    /// let error = Command::parse(input).unwrap_err();
    /// assert_eq!(
    ///     error.render(input.as_bytes()),
    ///     "BDAT ten\n     ^ unexpected byte b't' in chunk-size at byte 5"
    /// );
    /// ```
    #[must_use]
    pub fn render(&self, input: &[u8]) -> String {
        use fmt::Write as _;
        let (before, after) = input
            .split_at_checked(self.offset)
            .unwrap_or((input, Default::default()));
        let mut drawn = String::new();
        // Writing to a String cannot fail.
        let _ = write!(drawn, "{}", before.escape_ascii());
        let column = drawn.len();
        let _ = write!(drawn, "{}\n{:column$}^ {self}", after.escape_ascii(), "");
        drawn
    }
}

/// The kinds of [`ParseError`].
///
/// ```
/// use mailweft_smtp::{Command, ParseErrorKind};
///
/// let error = Command::parse("MAIL FROM:<> SIZE=1 SIZE=1").unwrap_err();
/// assert_eq!(error.kind(), ParseErrorKind::Duplicate);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// The line ended inside a rule.
    #[error("unexpected end of line")]
    UnexpectedEnd,
    /// An octet that the rule does not allow.
    #[error("unexpected byte {}", Quoted(*.0))]
    UnexpectedByte(u8),
    /// The part is longer than this many octets.
    #[error("more than {0} octets")]
    TooLong(usize),
    /// A number beyond what the rule allows.
    #[error("number out of range")]
    OutOfRange,
    /// Octets above 127 that are not UTF-8.
    #[error("octets that are not UTF-8")]
    NotUtf8,
    /// Text that is not base64 with its padding (RFC 4648 §4).
    #[error("text that is not base64")]
    NotBase64,
    /// A parameter, or a value in a list, that stands there twice.
    #[error("a second occurrence")]
    Duplicate,
    /// Values that exclude each other, as `NEVER` and `FAILURE` in `NOTIFY`.
    #[error("values that exclude each other")]
    Conflict,
    /// A word that is none of those the rule lists.
    #[error("unknown value")]
    UnknownValue,
    /// What the address reader found.
    #[error("{0}")]
    Address(address::ParseErrorKind),
}

/// The grammar rule in which a [`ParseError`] arose, named as its RFC names it.
///
/// ```
/// use mailweft_smtp::{Command, Rule};
///
/// assert_eq!(Command::parse("AUTH PLAIN ?").unwrap_err().rule(), Rule::Base64);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rule {
    /// A whole command line (RFC 5321 §4.1.1).
    Command,
    /// The verb of a command (RFC 5321 §2.4).
    Verb,
    /// `Domain / address-literal` after EHLO, HELO, LHLO (RFC 5321 §4.1.1.1).
    HelloName,
    /// `Reverse-path` and `Forward-path` with the word before them (RFC 5321 §4.1.2).
    Path,
    /// A rule of the address grammar.
    Address(address::Rule),
    /// `esmtp-param` (RFC 5321 §4.1.2).
    Parameter,
    /// `esmtp-value` (RFC 5321 §4.1.2).
    ParameterValue,
    /// `size-value` (RFC 1870 §6).
    SizeValue,
    /// `body-value` (RFC 6152 §2, RFC 3030 §3).
    BodyValue,
    /// `xtext` (RFC 3461 §4).
    Xtext,
    /// `utf-8-addr-xtext`, `utf-8-addr-unitext` (RFC 6533 §3).
    Utf8Address,
    /// `ret-value` (RFC 3461 §4.3).
    RetValue,
    /// `envid-parameter` (RFC 3461 §4.4).
    EnvId,
    /// `notify-list` (RFC 3461 §4.1).
    NotifyList,
    /// `original-recipient-address` (RFC 3461 §4.2).
    OriginalRecipient,
    /// `by-value` (RFC 2852 §4).
    ByValue,
    /// `hold-for`, `hold-until` (RFC 4865 §4).
    Hold,
    /// `priority-value` (RFC 6710 §4).
    Priority,
    /// `mtrk-parameter` (RFC 3885 §3).
    Tracking,
    /// The list of words after `SOLICIT=` and `NO-SOLICITING` (RFC 3865 §2).
    Solicitation,
    /// `transid-value` (RFC 1845 §4).
    TransactionId,
    /// `date-time` (RFC 3339 §5.6).
    DateTime,
    /// `rrvs-param` (RFC 7293 §3).
    Rrvs,
    /// `chunk-size` (RFC 3030 §2).
    ChunkSize,
    /// `end-marker` of BDAT and BURL (RFC 3030 §2, RFC 4468 §3).
    EndMarker,
    /// `sasl-mech` (RFC 4954 §8).
    Mechanism,
    /// `initial-response` and `base64` of an exchange (RFC 4954 §8).
    Base64,
    /// The argument of ETRN (RFC 1985 §5).
    EtrnNode,
    /// The list of domains of ATRN (RFC 2645 §5.2).
    DomainList,
    /// The URL of BURL (RFC 4468 §3).
    Url,
    /// `attribute-name=attribute-value` of XCLIENT and XFORWARD.
    Attribute,
    /// `String` of VRFY, EXPN, HELP and NOOP (RFC 5321 §4.1.2).
    Text,
    /// `Reply-code` (RFC 5321 §4.2).
    ReplyCode,
    /// `textstring` of a reply (RFC 5321 §4.2).
    ReplyText,
    /// `status-code` (RFC 3463 §2).
    EnhancedCode,
    /// `ehlo-line` (RFC 5321 §4.1.1.1).
    EhloLine,
    /// The message of a SASL mechanism.
    SaslMessage,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Command => "command",
            Self::Verb => "verb",
            Self::HelloName => "hello name",
            Self::Path => "path",
            Self::Address(rule) => return rule.fmt(f),
            Self::Parameter => "esmtp-param",
            Self::ParameterValue => "esmtp-value",
            Self::SizeValue => "size-value",
            Self::BodyValue => "body-value",
            Self::Xtext => "xtext",
            Self::Utf8Address => "utf-8-address",
            Self::RetValue => "ret-value",
            Self::EnvId => "envid-parameter",
            Self::NotifyList => "notify-list",
            Self::OriginalRecipient => "original-recipient-address",
            Self::ByValue => "by-value",
            Self::Hold => "hold-value",
            Self::Priority => "priority-value",
            Self::Tracking => "mtrk-parameter",
            Self::Solicitation => "solicitation",
            Self::TransactionId => "transid-value",
            Self::DateTime => "date-time",
            Self::Rrvs => "rrvs-param",
            Self::ChunkSize => "chunk-size",
            Self::EndMarker => "end-marker",
            Self::Mechanism => "sasl-mech",
            Self::Base64 => "base64",
            Self::EtrnNode => "node",
            Self::DomainList => "domain list",
            Self::Url => "url",
            Self::Attribute => "attribute",
            Self::Text => "string",
            Self::ReplyCode => "reply-code",
            Self::ReplyText => "textstring",
            Self::EnhancedCode => "status-code",
            Self::EhloLine => "ehlo-line",
            Self::SaslMessage => "sasl message",
        })
    }
}

/// Why a value cannot stand on the wire, and so cannot be built.
///
/// ```
/// use mailweft_smtp::Text;
///
/// let error = Text::new("fine\r\nQUIT").unwrap_err();
/// assert_eq!(error.to_string(), "a string cannot hold the byte b'\\r' at byte 4");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidValue {
    /// Fewer octets than the rule wants; mostly none.
    #[error("a {0} needs more octets")]
    TooShort(Rule),
    /// An octet that the rule does not allow: CR, LF, NUL, a blank, 8-bit.
    #[error("a {rule} cannot hold the byte {} at byte {at}", Quoted(*.byte))]
    Byte {
        /// The rule that the value had to satisfy.
        rule: Rule,
        /// The octet.
        byte: u8,
        /// Where it stands.
        at: usize,
    },
    /// More octets than the rule allows.
    #[error("a {rule} has at most {max} octets")]
    TooLong {
        /// The rule that the value had to satisfy.
        rule: Rule,
        /// The most it may have.
        max: usize,
    },
    /// A number, or a combination of values, that the rule does not allow.
    #[error("a {0} out of range")]
    OutOfRange(Rule),
    /// Octets that are not UTF-8.
    #[error("a {0} has to be UTF-8")]
    NotUtf8(Rule),
    /// A text that does not follow the grammar of the rule.
    #[error("not a {}: {}", .0.rule(), .0)]
    Syntax(ParseError),
}

pub(crate) struct Quoted(pub(crate) u8);

impl fmt::Display for Quoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b'{}'", self.0.escape_ascii())
    }
}
