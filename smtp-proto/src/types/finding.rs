//! What was read though the RFC does not have it.

/// How closely a text has to follow the RFC.
///
/// ```
/// use mailweft_smtp::{Command, Tolerance};
///
/// let line = "QUIT ".into();
/// assert!(Command::read(&line, Tolerance::Interop).is_ok());
/// assert!(Command::read(&line, Tolerance::Strict).is_err());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the house knows two")]
pub enum Tolerance {
    /// The RFC exactly.
    Strict,
    /// What real peers send, reported as [`Finding`]s.
    #[default]
    Interop,
}

/// Something that was read though the RFC does not have it, and where it stands in the line.
///
/// ```
/// use mailweft_smtp::{Command, Tolerance};
///
/// let (_, findings) = Command::read(&"RCPT TO:ann@example.org".into(), Tolerance::Interop)?;
/// assert_eq!(findings[0].span(), 8..23);
/// # Ok::<(), mailweft_smtp::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Finding {
    kind: FindingKind,
    start: usize,
    end: usize,
}

impl Finding {
    pub(crate) const fn new(kind: FindingKind, start: usize, end: usize) -> Self {
        Self { kind, start, end }
    }

    /// What it is.
    #[must_use]
    pub const fn kind(self) -> FindingKind {
        self.kind
    }

    /// The octets of the line that show it.
    ///
    /// ```
    /// use mailweft_smtp::{Command, FindingKind, Tolerance};
    ///
    /// let line = "RCPT TO: <ann@example.org>".into();
    /// let (_, findings) = Command::read(&line, Tolerance::Interop)?;
    /// assert_eq!((findings[0].kind(), findings[0].span()), (FindingKind::BlankAfterColon, 8..9));
    /// assert!(Command::read(&line, Tolerance::Strict).is_err());
    /// # Ok::<(), mailweft_smtp::ParseError>(())
    /// ```
    #[must_use]
    pub const fn span(self) -> core::ops::Range<usize> {
        self.start..self.end
    }
}

/// The kinds of [`Finding`].
///
/// ```
/// use mailweft_smtp::{FindingKind, Reply};
///
/// let (_, findings) = Reply::read("250\r\n".into())?;
/// assert_eq!(findings[0].kind(), FindingKind::NoText);
/// # Ok::<(), mailweft_smtp::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FindingKind {
    /// Blanks between the colon of `MAIL FROM:` or `RCPT TO:` and the path.
    BlankAfterColon,
    /// An address without its angle brackets.
    NoAngleBrackets,
    /// Blanks at the end of the line, which RFC 5321 §4.1.1 asks receivers to accept.
    TrailingBlank,
    /// More than one blank, or an HTAB, where one blank belongs.
    ExtraBlank,
    /// A name in HELO, EHLO or LHLO that is neither domain nor address literal.
    OddHelloName,
    /// `NEVER` beside other words in NOTIFY; `NEVER` was dropped.
    NeverAndMore,
    /// A line of a reply that ends in a bare LF.
    BareLf,
    /// A reply whose lines have different codes; the last one counts.
    MixedCodes,
    /// A reply line with something else than a blank or hyphen behind its code.
    OddSeparator,
    /// A reply line of a code alone, without blank and text.
    NoText,
    /// A reply with text that is not UTF-8, or with control characters.
    OddText,
    /// A challenge of an authentication that is not base64; it is handed on as it came.
    OddChallenge,
    /// A reply with more lines than are kept; the rest was left out.
    LinesLeftOut,
}
