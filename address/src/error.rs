//! What can be wrong with an address: what, in which rule, at which byte.

use alloc::string::String;
use core::fmt;

mod diagnosis;

pub use diagnosis::{Class, Diagnosis, Finding, Level, Span};

/// Why a text is not what it was parsed as.
///
/// The offset counts octets from the start of the input of the failing call.
///
/// ```
/// use mailweft_address::Address;
///
/// let error = Address::parse("jo e@example.org").unwrap_err();
/// assert_eq!(error.to_string(), "unexpected byte b'e' in local-part at byte 3");
/// assert_eq!(error.offset(), 3);
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

    /// The octet at which reading stopped, counted from the start of the input.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// Two lines for people: the input, its unprintable octets escaped, and a caret under the fault.
    ///
    /// ```
    /// use mailweft_address::Address;
    ///
    /// let input = "joe@";
    /// let error = Address::parse(input).unwrap_err();
    /// assert_eq!(
    ///     error.render(input.as_bytes()),
    ///     "joe@\n    ^ unexpected end of input in domain at byte 4"
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// The input ended inside a rule.
    #[error("unexpected end of input")]
    UnexpectedEnd,
    /// An octet that the rule does not allow, at this level.
    #[error("unexpected byte {}", Quoted(*.0))]
    UnexpectedByte(u8),
    /// The part is longer than this many octets.
    #[error("more than {0} octets")]
    TooLong(usize),
    /// Octets above 127 that are not UTF-8.
    #[error("octets that are not UTF-8")]
    NotUtf8,
    /// Comments nested deeper than the limit.
    #[error("comments nested too deep")]
    TooDeep,
    /// The text is grammatical, but the level does not allow this form.
    #[error("{0} is not allowed")]
    NotAllowed(Diagnosis),
}

/// The grammar rule in which a [`ParseError`] arose, named as its RFC names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rule {
    /// `addr-spec` (RFC 5322 §3.4.1), `Mailbox` (RFC 5321 §4.1.2).
    AddrSpec,
    /// `local-part` (RFC 5322 §3.4.1).
    LocalPart,
    /// `quoted-string` (RFC 5322 §3.2.4).
    QuotedString,
    /// `comment` (RFC 5322 §3.2.2).
    Comment,
    /// `FWS` (RFC 5322 §3.2.2).
    FoldingWhiteSpace,
    /// `domain` (RFC 5322 §3.4.1, RFC 5321 §4.1.2).
    Domain,
    /// `domain-literal` (RFC 5322 §3.4.1), `address-literal` (RFC 5321 §4.1.3).
    DomainLiteral,
    /// `phrase` (RFC 5322 §3.2.5), the display name.
    Phrase,
    /// `mailbox` (RFC 5322 §3.4).
    Mailbox,
    /// `angle-addr` (RFC 5322 §3.4).
    AngleAddr,
    /// `group` (RFC 5322 §3.4).
    Group,
    /// `address-list` (RFC 5322 §3.4).
    AddressList,
    /// `Reverse-path`, `Forward-path` (RFC 5321 §4.1.2).
    Path,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AddrSpec => "addr-spec",
            Self::LocalPart => "local-part",
            Self::QuotedString => "quoted-string",
            Self::Comment => "comment",
            Self::FoldingWhiteSpace => "folding white space",
            Self::Domain => "domain",
            Self::DomainLiteral => "domain-literal",
            Self::Phrase => "phrase",
            Self::Mailbox => "mailbox",
            Self::AngleAddr => "angle-addr",
            Self::Group => "group",
            Self::AddressList => "address-list",
            Self::Path => "path",
        })
    }
}

/// Why a text cannot be the value of a local part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidLocalPart {
    /// The empty text.
    #[error("a local part cannot be empty")]
    Empty,
    /// More than 64 octets (RFC 5321 §4.5.3.1.1).
    #[error("a local part has at most 64 octets")]
    TooLong,
    /// A control character, at this octet.
    #[error("a local part cannot hold the control character at byte {0}")]
    Control(usize),
    /// Octets that are not UTF-8, from this one on.
    #[error("a local part is UTF-8, unlike byte {0}")]
    NotUtf8(usize),
}

/// Why a text cannot be a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a domain: {0}")]
pub struct InvalidDomain(#[from] ParseError);

/// Why a text cannot be a display name: it holds a control character, at this octet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a display name cannot hold the control character at byte {at}")]
pub struct InvalidPhrase {
    pub(crate) at: usize,
}

impl InvalidPhrase {
    /// The octet at which the control character stands.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.at
    }
}

/// Why a domain has no form in A-labels or U-labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidIdna {
    /// A label that IDNA does not allow, or an A-label that is not what it decodes to.
    #[error("a label that IDNA does not allow")]
    Label,
    /// A label of more than 63 octets or a name of more than 255, once converted.
    #[error("a label or a name that is too long in A-labels")]
    TooLong,
}

struct Quoted(u8);

impl fmt::Display for Quoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b'{}'", self.0.escape_ascii())
    }
}
