//! Why a text is not what it should be.

use core::fmt;

use crate::grammar::slice;

/// Why a text is not a value of a field: what was wrong, in which rule, at which byte.
///
/// Only the strict parsers (`T::parse`, `FromStr`) return it; reading a message never fails.
///
/// ```
/// use mailweft_mime::MediaType;
///
/// let error = MediaType::parse("text plain").unwrap_err();
/// assert_eq!(error.to_string(), "unexpected byte b' ' in type at byte 4");
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

    /// The error at `offset`: the byte that stands there, or the end of the input.
    pub(crate) fn at(input: &[u8], offset: usize, rule: Rule) -> Self {
        let kind = match input.get(offset) {
            Some(&byte) => ParseErrorKind::UnexpectedByte(byte),
            None => ParseErrorKind::UnexpectedEnd,
        };
        Self::new(kind, rule, offset)
    }

    /// What was wrong.
    #[must_use]
    pub const fn kind(&self) -> ParseErrorKind {
        self.kind
    }

    /// The rule that was being read.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        self.rule
    }

    /// The byte offset into the input at which reading stopped.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// The input with a caret under the byte, for people.
    #[must_use]
    pub const fn render<'a>(&'a self, input: &'a [u8]) -> Rendered<'a> {
        Rendered { error: self, input }
    }
}

/// The kinds of [`ParseError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// The input ended inside a rule.
    #[error("unexpected end of input")]
    UnexpectedEnd,
    /// A byte that the rule does not allow.
    #[error("unexpected byte b'{}'", .0.escape_ascii())]
    UnexpectedByte(u8),
    /// A number outside its range.
    #[error("number out of range")]
    OutOfRange,
    /// More octets or items than the limit.
    #[error("more than {0}")]
    TooLong(usize),
}

/// The grammar rule that was being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rule {
    /// `type "/" subtype` (RFC 2045 §5.1).
    MediaType,
    /// `parameter = attribute "=" value` (RFC 2045 §5.1).
    Parameter,
    /// `disposition-type` (RFC 2183 §2).
    Disposition,
    /// `date-time` (RFC 5322 §3.3).
    DateTime,
    /// `msg-id` (RFC 5322 §3.6.4).
    MessageId,
    /// `field-name` (RFC 5322 §3.6.8).
    FieldName,
    /// `status-code` (RFC 3463 §2).
    StatusCode,
    /// `address-type ";" address` (RFC 3464 §2.1.2).
    TypedText,
    /// `disposition-field` (RFC 8098 §3.2.6).
    ReportDisposition,
    /// A list of URIs in angle brackets (RFC 2369 §2).
    UriList,
    /// `tag-list` (RFC 6376 §3.2).
    TagList,
    /// `authres-payload` (RFC 8601 §2.2).
    AuthenticationResults,
    /// `content-encoding` (RFC 2045 §6.1).
    Encoding,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MediaType => "type",
            Self::Parameter => "parameter",
            Self::Disposition => "disposition-type",
            Self::DateTime => "date-time",
            Self::MessageId => "msg-id",
            Self::FieldName => "field-name",
            Self::StatusCode => "status-code",
            Self::TypedText => "typed text",
            Self::ReportDisposition => "disposition-field",
            Self::UriList => "list of URIs",
            Self::TagList => "tag-list",
            Self::AuthenticationResults => "authres-payload",
            Self::Encoding => "mechanism",
        })
    }
}

/// An error drawn under its input; made by [`ParseError::render`].
#[derive(Clone, Copy, Debug)]
pub struct Rendered<'a> {
    error: &'a ParseError,
    input: &'a [u8],
}

impl fmt::Display for Rendered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// How much of a long input is drawn on each side of the caret.
        const AROUND: usize = 60;
        let at = self.error.offset.min(self.input.len());
        let before = slice(self.input, at.saturating_sub(AROUND), at).escape_ascii();
        let after = slice(self.input, at, at.saturating_add(AROUND)).escape_ascii();
        let width = before.clone().count();
        writeln!(f, "{before}{after}")?;
        write!(f, "{:width$}^ {}", "", self.error)
    }
}
