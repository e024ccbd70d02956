//! What can go wrong: a value that cannot be built, a text that cannot be read, a session that is misused.

use alloc::string::String;
use core::fmt;

/// Why a text is not what a rule of the IMAP grammar says.
///
/// Small and `Copy`; the position is a byte offset into the input of the failing call.
///
/// # Examples
///
/// ```
/// use mailweft_imap::SequenceSet;
///
/// let error = SequenceSet::parse("1:4,x").unwrap_err();
/// assert_eq!(error.to_string(), "unexpected byte b'x' in sequence-set at byte 4");
/// assert_eq!(error.offset(), 4);
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
    pub const fn kind(&self) -> ParseErrorKind {
        self.kind
    }

    /// Whether `rule` is the one that was broken.
    pub(crate) fn is_about(&self, rule: Rule) -> bool {
        self.rule == rule
    }

    /// The name of the ABNF rule that was being read.
    pub const fn rule(&self) -> &'static str {
        self.rule.name()
    }

    /// The byte offset at which reading stopped.
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// Draws the line that was read, with a caret below the offending byte.
    ///
    /// # Examples
    ///
    /// ```
    /// use mailweft_imap::SequenceSet;
    ///
    /// let error = SequenceSet::parse("1:4,x").unwrap_err();
    /// assert_eq!(
    ///     error.render(b"1:4,x"),
    ///     "1:4,x\n    ^ unexpected byte b'x' in sequence-set at byte 4",
    /// );
    /// ```
    pub fn render(&self, input: &[u8]) -> String {
        /// As much of a long line as fits a terminal on either side.
        const AROUND: usize = 60;
        let start = self.offset.min(input.len()).saturating_sub(AROUND);
        let end = self.offset.saturating_add(AROUND).min(input.len());
        let before = input
            .get(start..self.offset.min(input.len()))
            .unwrap_or(b"");
        let after = input.get(self.offset.min(input.len())..end).unwrap_or(b"");
        let before = alloc::format!("{}", before.escape_ascii());
        alloc::format!(
            "{before}{}\n{:width$}^ {self}",
            after.escape_ascii(),
            "",
            width = before.len()
        )
    }
}

/// The kinds of [`ParseError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// The input ended inside a rule.
    #[error("unexpected end of input")]
    UnexpectedEnd,
    /// A byte that the rule does not allow here.
    #[error("unexpected byte b'{}'", .0.escape_ascii())]
    UnexpectedByte(u8),
    /// A keyword that is not one of those the rule knows.
    #[error("unknown keyword")]
    UnknownKeyword,
    /// A number outside of the range of the rule.
    #[error("number out of range")]
    NumberRange,
    /// A value that the grammar allows and its meaning does not, such as the 30th of February.
    #[error("impossible value")]
    Impossible,
    /// More octets than the limit.
    #[error("more than {0} octets")]
    TooLong(usize),
    /// More elements than the limit.
    #[error("more than {0} elements")]
    TooMany(usize),
    /// Deeper nesting than the limit.
    #[error("more than {0} levels")]
    TooDeep(usize),
    /// Something real peers send, that only [`Tolerance::Interop`](crate::Tolerance) accepts.
    #[error("{0}")]
    Refused(Repair),
}

/// Something that breaks the grammar and was understood nevertheless.
///
/// [`Tolerance::Strict`](crate::Tolerance) refuses each of them; `Interop` goes on and reports them in [`Repairs`](crate::Repairs).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Repair {
    /// A line ended in a bare LF.
    BareLf,
    /// White space before the end of a line or of a list, or at the start of a list.
    StraySpace,
    /// More than one space, or a TAB, where the grammar has one SP.
    ExtraSpace,
    /// No space where the grammar has one.
    MissingSpace,
    /// Octets above 127 where only ASCII is allowed.
    EightBit,
    /// Octets that are no UTF-8; they are read as ISO 8859-1.
    NotUtf8,
    /// A NUL outside of a literal8.
    Nul,
    /// A backslash in a quoted string before something other than `"` and `\`.
    BadEscape,
    /// A quote inside a quoted string without its backslash.
    UnescapedQuote,
    /// An atom where a string is required, or the other way round.
    WrongString,
    /// A bracket or parenthesis in an atom, or an unquoted space in a name.
    UnquotedSpecial,
    /// Zero where a number above zero is required.
    Zero,
    /// A negative number, read as zero.
    Negative,
    /// A number that is no integer, or that is too big; read as the nearest one.
    BadNumber,
    /// An empty list where one with members is required.
    EmptyList,
    /// A mandatory member is missing.
    MissingField,
    /// Members after the last one of the grammar.
    ExtraField,
    /// The human-readable text is missing.
    MissingText,
    /// A response code without its `]`.
    UnclosedCode,
    /// A response code whose arguments do not fit it; kept as an unknown code.
    BadCode,
    /// A data item, status item or response that nobody registered; kept as it came.
    Unknown,
    /// A flag or attribute without its backslash.
    MissingBackslash,
    /// A name in a form that is not valid modified UTF-7.
    BadUtf7,
    /// A hierarchy delimiter that is no single character.
    BadDelimiter,
    /// A date or time that does not exist or is not padded.
    BadDate,
    /// A multipart without parts, or without its subtype.
    NoParts,
    /// A message/rfc822 part without envelope and body.
    NoMessage,
    /// An item whose value does not fit it; kept as it came.
    BadItem,
    /// A word that belongs into a request (`BODY.PEEK[]`), not into an answer.
    WrongWord,
    /// A status response where it may not stand.
    Misplaced,
    /// A legacy form that no standard has, such as `XLIST`.
    Legacy,
    /// Nesting below the limit is kept as it came.
    TooDeep,
    /// A response code sent as a response of its own, without a status.
    BareCode,
}

impl Repair {
    /// A few words for a log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BareLf => "line ends in a bare LF",
            Self::StraySpace => "stray white space",
            Self::ExtraSpace => "more than one space",
            Self::MissingSpace => "missing space",
            Self::EightBit => "octet above 127",
            Self::NotUtf8 => "text is not UTF-8",
            Self::Nul => "NUL outside of a literal",
            Self::BadEscape => "needless backslash in quoted string",
            Self::UnescapedQuote => "unescaped quote in quoted string",
            Self::WrongString => "wrong form of string",
            Self::UnquotedSpecial => "special character in atom",
            Self::Zero => "zero where a positive number is required",
            Self::Negative => "negative number",
            Self::BadNumber => "malformed number",
            Self::EmptyList => "empty list",
            Self::MissingField => "missing member",
            Self::ExtraField => "too many members",
            Self::MissingText => "missing text",
            Self::UnclosedCode => "response code without closing bracket",
            Self::BadCode => "malformed response code",
            Self::Unknown => "unknown item",
            Self::MissingBackslash => "missing backslash",
            Self::BadUtf7 => "invalid modified UTF-7",
            Self::BadDelimiter => "invalid hierarchy delimiter",
            Self::BadDate => "invalid date",
            Self::NoParts => "multipart without parts",
            Self::NoMessage => "message part without envelope and body",
            Self::BadItem => "malformed item",
            Self::WrongWord => "request word in a response",
            Self::Misplaced => "misplaced status",
            Self::Legacy => "legacy form",
            Self::TooDeep => "nested too deep",
            Self::BareCode => "response code without status",
        }
    }
}

impl fmt::Display for Repair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

macro_rules! rules {
    ($($name:ident = $text:literal,)*) => {
        /// The ABNF rule that was being read; printed by its name in the RFC.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Rule { $($name,)* }

        impl Rule {
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

rules! {
    Acl = "acl-data",
    Address = "address",
    Annotation = "entry-att",
    Append = "append",
    Atom = "atom",
    Base64 = "base64",
    BodyStructure = "body",
    Capability = "capability",
    Command = "command",
    Continuation = "continue-req",
    Date = "date",
    DateTime = "date-time",
    Envelope = "envelope",
    Esearch = "esearch-response",
    Fetch = "fetch-att",
    Flag = "flag",
    Id = "id-params-list",
    List = "mailbox-list",
    Literal = "literal",
    Mailbox = "mailbox",
    Metadata = "entry-value",
    MsgAtt = "msg-att",
    Namespace = "namespace",
    Notify = "notify",
    Number = "number",
    Partial = "partial-range",
    Quota = "quota-list",
    Response = "response",
    Code = "resp-text-code",
    Search = "search-key",
    Section = "section",
    SequenceSet = "sequence-set",
    Sort = "sort-criteria",
    Status = "status-att",
    StatusText = "resp-text",
    Store = "store-att-flags",
    String = "string",
    Tag = "tag",
    Thread = "thread-list",
    Url = "imapurl",
    Value = "tagged-ext-val",
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a value cannot be built: it holds an octet, or a length, that its rule does not allow.
///
/// # Examples
///
/// ```
/// use mailweft_imap::Flag;
///
/// let error = Flag::keyword("two words").unwrap_err();
/// assert_eq!(error.to_string(), "byte b' ' is not allowed in flag at byte 3");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Invalid {
    rule: Rule,
    at: Option<(usize, u8)>,
}

impl Invalid {
    pub(crate) const fn byte(rule: Rule, (at, byte): (usize, u8)) -> Self {
        Self {
            rule,
            at: Some((at, byte)),
        }
    }

    pub(crate) const fn value(rule: Rule) -> Self {
        Self { rule, at: None }
    }

    /// The name of the ABNF rule.
    pub const fn rule(&self) -> &'static str {
        self.rule.name()
    }

    /// The offending octet and its offset, where one octet is to blame.
    pub const fn at(&self) -> Option<(usize, u8)> {
        self.at
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            Some((at, byte)) => write!(
                f,
                "byte b'{}' is not allowed in {} at byte {at}",
                byte.escape_ascii(),
                self.rule
            ),
            None => write!(f, "impossible value for {}", self.rule),
        }
    }
}

/// A session cannot go on, or was asked for something illegal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The peer broke the protocol beyond repair. What there is to say to it is in `output()`: write it, then close.
    #[error(transparent)]
    Peer(#[from] PeerError),
    /// The caller asked for what is not allowed now. The session is as it was before the call.
    #[error(transparent)]
    Usage(#[from] UsageError),
}

/// What a peer did that ends the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PeerError {
    /// The greeting is not one of `OK`, `PREAUTH`, `BYE` (RFC 3501 §7.1).
    #[error("no IMAP greeting: {0}")]
    Greeting(ParseError),
    /// A tagged response to a command that was never, or not wholly, sent.
    #[error("tagged response to a command that was not sent")]
    UnsolicitedTag,
    /// Plaintext was left in the buffer when TLS began (RFC 3501 §6.2.1): somebody injected it.
    #[error("plaintext data behind STARTTLS")]
    TrailingPlaintext,
    /// `PREAUTH` on a connection that was to be secured first (RFC 9051 §7.1.4).
    #[error("PREAUTH where STARTTLS was required")]
    PreAuth,
    /// More malformed commands than [`Limits`](crate::Limits) allow.
    #[error("too many malformed commands")]
    TooManyErrors,
    /// A literal too big to be skipped (RFC 7888 §4: the server may close the connection).
    #[error("literal of {0} octets")]
    Literal(u64),
    /// A continuation request that no command asked for.
    #[error("unexpected continuation request")]
    Continuation,
    /// The connection ended in the middle of a line, a literal or a command.
    #[error("connection closed before the end")]
    UnexpectedEof,
}

/// What a caller did that is not allowed. Reading the calling code tells why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UsageError {
    /// No command waits for an answer under this slot or handle.
    #[error("no such command is waiting for an answer")]
    NoSuchCommand,
    /// The command is not allowed in the present state (RFC 3501 §3).
    #[error("the command is not allowed in this state")]
    WrongState,
    /// The command may not be sent before those in flight are answered (RFC 3501 §5.5).
    #[error("the command must wait for those in flight")]
    Ambiguous,
    /// The peer has not offered the extension that this needs.
    #[error("the peer does not support this")]
    Unsupported,
    /// The value cannot be written to this peer, for instance 8-bit text as an atom.
    #[error("the value cannot be written: {0}")]
    Unwritable(Invalid),
    /// A literal or a response is open, and nothing else may be written before its end.
    #[error("a literal is open")]
    LiteralOpen,
    /// No literal is open, or it is already complete.
    #[error("no literal is open")]
    NoLiteral,
    /// More, or fewer, octets than the literal was announced with.
    #[error("the literal has another size than announced")]
    LiteralSize,
    /// The session is over.
    #[error("the session is closed")]
    Closed,
    /// The status cannot answer this command, for instance `OK` to a malformed one.
    #[error("this status is no answer to this command")]
    WrongStatus,
    /// The input buffer must be empty when TLS begins.
    #[error("the input buffer is not empty")]
    InputNotEmpty,
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn says_what_where_and_in_which_rule() {
        let error = ParseError::new(ParseErrorKind::UnexpectedByte(b' '), Rule::Flag, 2);
        assert_eq!(error.to_string(), "unexpected byte b' ' in flag at byte 2");
        assert_eq!(error.rule(), "flag");
    }

    #[test]
    fn draws_a_caret_past_the_end() {
        let error = ParseError::new(ParseErrorKind::UnexpectedEnd, Rule::Tag, 9);
        assert_eq!(
            error.render(b"ab"),
            "ab\n  ^ unexpected end of input in tag at byte 9"
        );
    }
}
