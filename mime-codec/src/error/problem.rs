//! What is odd about a message, told beside its value.

use core::fmt;

use super::Span;

/// One thing in a message that is wrong, or that programs read in different ways.
///
/// A message is always readable; problems say what was met on the way, where, and what was made of it.
///
/// ```
/// use mailweft_mime::{Message, ProblemCode};
///
/// let message = Message::parse("Subject: a\r\nno colon here\r\n\r\nbody");
/// let problem = message.structure_problems()[0];
/// assert_eq!(problem.code(), ProblemCode::FieldWithoutColon);
/// assert_eq!(problem.span().of(message.bytes()), b"no colon here\r\n");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Problem {
    code: ProblemCode,
    span: Span,
    other: Option<Span>,
    part: u32,
}

impl Problem {
    pub(crate) const fn new(code: ProblemCode, span: Span) -> Self {
        Self {
            code,
            span,
            other: None,
            part: 0,
        }
    }

    pub(crate) const fn with_other(mut self, other: Span) -> Self {
        self.other = Some(other);
        self
    }

    pub(crate) const fn in_part(mut self, part: u32) -> Self {
        self.part = part;
        self
    }

    /// What is wrong.
    #[must_use]
    pub const fn code(&self) -> ProblemCode {
        self.code
    }

    /// Where: the octets that were used, or that were left out, as the code says.
    #[must_use]
    pub const fn span(&self) -> Span {
        self.span
    }

    /// The alternative: what another program may use in place of [`span`](Self::span).
    #[must_use]
    pub const fn alternative(&self) -> Option<Span> {
        self.other
    }

    /// The number of the part it was met in, in the order of `Message::parts`.
    #[must_use]
    pub const fn part(&self) -> u32 {
        self.part
    }

    /// How bad it is.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        self.code.severity()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.code, self.span)
    }
}

/// How bad a [`Problem`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Severity {
    /// Against the letter of a standard, and read the same way by everyone.
    Notice,
    /// Broken: something was lost or guessed.
    Defect,
    /// Programs are known to read it in different ways: a gateway should look at every view.
    Ambiguity,
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident $severity:ident $text:literal;)+) => {
        /// The kinds of [`Problem`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[non_exhaustive]
        pub enum ProblemCode { $($(#[doc = $doc])+ $name,)+ }

        impl ProblemCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// How bad it is.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)+ }
            }
        }

        impl fmt::Display for ProblemCode {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$name => $text,)+ })
            }
        }
    };
}

codes! {
    /// A header line without a colon that continues nothing: kept as a field without a name.
    FieldWithoutColon Ambiguity "header line without a colon";
    /// A field name holds blanks, control characters or 8-bit octets.
    BadFieldName Ambiguity "malformed field name";
    /// Blanks between the field name and the colon (RFC 5322 §4.5 allows reading it, not writing it).
    SpaceBeforeColon Ambiguity "blanks before the colon";
    /// The header begins with a continuation line, which continues nothing.
    LeadingContinuation Ambiguity "header begins with a continuation line";
    /// The header ended without the empty line that parts it from the body: with the input, or with a boundary line.
    MissingBlankLine Ambiguity "header without an end";
    /// A line of CRs alone was taken as the empty line.
    OddBlankLine Ambiguity "empty line made of more than one CR";
    /// A CR without LF: it ends no line.
    BareCr Ambiguity "CR without LF";
    /// A LF without CR: it ends a line.
    BareLf Notice "LF without CR";
    /// A NUL octet.
    Nul Ambiguity "NUL octet";
    /// An octet above 127 in a header that is not UTF-8.
    RawHeader Defect "8-bit octets in a header that are not UTF-8";
    /// An octet above 127 in a body that claims 7bit.
    RawBody Notice "8-bit octets in a 7bit body";
    /// A line of more than 998 octets.
    LongLine Notice "line of more than 998 octets";
    /// A second Content-Type: the first was used.
    DuplicateContentType Ambiguity "second Content-Type";
    /// A second Content-Transfer-Encoding: the first was used.
    DuplicateEncoding Ambiguity "second Content-Transfer-Encoding";
    /// A second Content-Disposition: the first was used.
    DuplicateDisposition Ambiguity "second Content-Disposition";
    /// A second field of a kind that may stand once (RFC 5322 §3.6): the first was used.
    DuplicateField Ambiguity "second field of a kind that may stand once";
    /// Two boundary parameters, or one plain and one in RFC 2231 form: the first plain one was used.
    DuplicateBoundary Ambiguity "more than one boundary parameter";
    /// A boundary in a form that programs unwrap in different ways.
    OddBoundary Ambiguity "unusual form of boundary";
    /// A multipart type without a boundary: its body is one opaque part.
    MissingBoundary Ambiguity "multipart without a boundary";
    /// A boundary that is open already further out: the innermost wins.
    NestedBoundary Ambiguity "boundary is in use further out";
    /// A boundary of which another open one is the beginning.
    BoundaryPrefix Ambiguity "boundary begins with another boundary";
    /// A line that begins with an open boundary and goes on: it is content.
    NearDelimiter Ambiguity "line begins with a boundary and is none";
    /// A boundary stands in the middle of a line: it is content.
    MidlineDelimiter Ambiguity "boundary in the middle of a line";
    /// A boundary line after its close line: it is epilogue.
    DelimiterAfterClose Ambiguity "boundary after its close";
    /// A multipart without a close line.
    MissingClose Defect "multipart is not closed";
    /// A multipart in which no boundary line was met.
    MissingDelimiter Ambiguity "multipart without parts";
    /// Something that looks like an encoded attachment stands in the preamble or epilogue.
    HiddenContent Ambiguity "encoded data outside the parts";
    /// A Content-Type that is not `type/subtype` with parameters: read as far as possible.
    BadContentType Ambiguity "malformed Content-Type";
    /// A Content-Transfer-Encoding with comments, quotes or more than one word: the first word was used.
    BadEncoding Ambiguity "malformed Content-Transfer-Encoding";
    /// An encoding nobody defined: the octets stand as they are.
    UnknownEncoding Ambiguity "unknown Content-Transfer-Encoding";
    /// An encoding other than 7bit, 8bit or binary on a multipart or a message (RFC 2045 §6.4).
    EncodedComposite Ambiguity "multipart or message with a transfer encoding";
    /// Two names for one file, which differ: the choice is in the documentation of `Part::file_name`.
    DuplicateFileName Ambiguity "more than one file name";
    /// A parameter stands twice: the first was used.
    DuplicateParameter Ambiguity "parameter stands twice";
    /// Pieces of a parameter are missing (RFC 2231 §3): what follows the gap was left out.
    ParameterGap Ambiguity "piece of a parameter is missing";
    /// Pieces of a parameter stand in another order than their numbers.
    ParameterOrder Ambiguity "pieces of a parameter are out of order";
    /// An encoded word inside a quoted parameter (RFC 2047 §5 forbids it): it was decoded.
    EncodedWordInParameter Ambiguity "encoded word in a parameter";
    /// A value without the quotes it needs: read up to the next semicolon.
    UnquotedParameter Ambiguity "parameter needs quotes";
    /// Quotes that do not close.
    UnclosedQuote Ambiguity "quotes do not close";
    /// Octets in base64 that are not of its alphabet: left out.
    Base64Junk Ambiguity "octets outside the base64 alphabet";
    /// Base64 that goes on after padding: the rest was decoded as well.
    Base64Padding Ambiguity "base64 data after padding";
    /// Base64 whose last group is not whole: what it holds was decoded.
    Base64Truncated Ambiguity "base64 without its end";
    /// An `=` in quoted-printable that is no escape: it stands as it is.
    BadEscape Ambiguity "broken escape in quoted-printable";
    /// An address list with text that is no address.
    BadAddress Ambiguity "malformed address";
    /// An address field with more `@` than mailboxes, in a name, a comment or quotes; or with a mailbox that had to be
    /// mended, such as one with a bracket, a quote or a comment that does not end, or a comma in its name.
    OddAddress Ambiguity "address field that may be read in more than one way";
    /// A Date that could not be read, or was read with guesses.
    BadDate Defect "malformed date";
    /// A Message-ID without the form of one.
    BadMessageId Notice "malformed message identifier";
    /// A charset nobody knows: windows-1252 was used in its place.
    UnknownCharset Defect "unknown charset";
    /// Parts are nested deeper than the limit: the body was left as it is.
    DepthLimit Ambiguity "nested too deeply";
    /// There are more parts than the limit: the rest was left as it is.
    PartLimit Ambiguity "too many parts";
    /// A field is longer than the limit: the rest was left out of its value.
    FieldLimit Ambiguity "field too long";
    /// A header has more fields or octets than the limit: the rest is one field without a name.
    HeaderLimit Ambiguity "header too long";
    /// A field has more parameters, addresses or encoded words than are read: the rest stands as it is.
    ValueLimit Ambiguity "too many values in a field";
    /// MIME fields without MIME-Version: they were believed.
    MissingMimeVersion Ambiguity "MIME without MIME-Version";
    /// No From field (RFC 5322 §3.6).
    MissingFrom Notice "message without From";
    /// No Date field (RFC 5322 §3.6).
    MissingDate Notice "message without Date";
    /// More problems than are kept.
    MoreProblems Notice "more problems than are listed";
}
