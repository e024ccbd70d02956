//! Everything that can be remarked about an address, and which levels let it pass.

use core::{fmt, ops::Range};

/// Octets of the input, from the first to one past the last.
pub type Span = Range<usize>;

const INTEROPERABLE: u8 = Level::Interoperable.bit();
const HTML5: u8 = Level::Html5.bit();
const SMTP: u8 = Level::Smtp.bit();
const SMTP_UTF8: u8 = Level::SmtpUtf8.bit();
const HEADER: u8 = Level::Header.bit();
const OBSOLETE: u8 = Level::Obsolete.bit();

/// How much of the grammar is allowed.
///
/// A level is the set of [`Diagnosis`] values that it lets pass ([`Level::allows`]). The levels are
/// ordered from the narrowest promise to the widest tolerance, but are not all subsets of each
/// other: HTML allows `a..b@example.org`, which no RFC does.
///
/// ```
/// use mailweft_address::{Address, Level};
///
/// assert!(Address::parse_at(Level::Smtp, "\"joe doe\"@example.org").is_ok());
/// assert!(Address::parse_at(Level::Html5, "\"joe doe\"@example.org").is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "the named levels are the contract of this crate"
)]
pub enum Level {
    /// What every human and every program understands
    /// (draft-ietf-mailmaint-interoperable-addresses).
    Interoperable,
    /// What `<input type=email>` takes (WHATWG HTML, "valid e-mail address").
    Html5,
    /// `Mailbox` of RFC 5321 §4.1.2, ASCII alone.
    Smtp,
    /// `Mailbox` of RFC 6531 §3.3: the former with UTF-8.
    SmtpUtf8,
    /// `addr-spec` of RFC 5322 §3.4.1 with RFC 6532, comments and blanks included.
    Header,
    /// The former with RFC 5322 §4, the obsolete syntax that must still be read.
    Obsolete,
}

impl Level {
    /// All levels, the strictest first.
    pub const ALL: [Self; 6] = [
        Self::Interoperable,
        Self::Html5,
        Self::Smtp,
        Self::SmtpUtf8,
        Self::Header,
        Self::Obsolete,
    ];

    const fn bit(self) -> u8 {
        match self {
            Self::Interoperable => 1,
            Self::Html5 => 1 << 1,
            Self::Smtp => 1 << 2,
            Self::SmtpUtf8 => 1 << 3,
            Self::Header => 1 << 4,
            Self::Obsolete => 1 << 5,
        }
    }

    /// Whether an address of which this was remarked passes.
    #[must_use]
    pub const fn allows(self, diagnosis: Diagnosis) -> bool {
        diagnosis.levels() & self.bit() != 0
    }

    /// The name as the command line of the inspector spells it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Interoperable => "interoperable",
            Self::Html5 => "html5",
            Self::Smtp => "smtp",
            Self::SmtpUtf8 => "smtp-utf8",
            Self::Header => "header",
            Self::Obsolete => "obsolete",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How grave a [`Diagnosis`] is, and which document knows the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Class {
    /// Nothing wrong with the grammar: a remark on what the text may do to people and programs.
    Lint,
    /// Valid for SMTP, but unusual.
    Rfc5321,
    /// Valid in a message header, not in SMTP.
    Cfws,
    /// Obsolete, or advised against.
    Deprecated,
    /// Valid by the grammar of RFC 5322 alone.
    Rfc5322,
    /// Not an address.
    Error,
}

/// One remark about an address and the octets it concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What was found.
    pub diagnosis: Diagnosis,
    /// Where: octets of the input.
    pub span: Span,
}

macro_rules! diagnoses {
    ($($(#[doc = $doc:literal])+ $name:ident: $class:ident, $levels:expr, $code:literal, $text:literal;)+) => {
        /// Everything that can be remarked about an address.
        ///
        /// `Display` is a phrase; [`Diagnosis::code`] a word for programs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Diagnosis {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Diagnosis {
            /// Every diagnosis, the gravest last within its class.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The class that it belongs to.
            #[must_use]
            pub const fn class(self) -> Class {
                match self { $(Self::$name => Class::$class,)+ }
            }

            const fn levels(self) -> u8 {
                match self { $(Self::$name => $levels,)+ }
            }

            /// A stable word in kebab case, for programs.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            const fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
        }
    };
}

impl Diagnosis {
    /// Whether the lenient reading of lists saves the address all the same.
    pub(crate) const fn is_mended(self) -> bool {
        matches!(
            self,
            Self::UnquotedComma
                | Self::UnclosedQuotedString
                | Self::UnclosedAngle
                | Self::UnopenedAngle
                | Self::RepeatedAngle
                | Self::UnclosedComment
                | Self::TrailingGarbage
                | Self::ConsecutiveDots
                | Self::DotStart
                | Self::DotEnd
        )
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

diagnoses! {
    /// A domain name of one label (RFC 5321 §2.3.5).
    TopLevelDomain: Rfc5321, INTEROPERABLE | HTML5 | SMTP | SMTP_UTF8 | HEADER | OBSOLETE, "top-level-domain", "a domain of one label";
    /// The last label begins with a digit (RFC 3696 §2).
    NumericTopLevelDomain: Rfc5321, INTEROPERABLE | HTML5 | SMTP | SMTP_UTF8 | HEADER | OBSOLETE, "numeric-top-level-domain", "a top-level domain that begins with a digit";
    /// The local part is a quoted string (RFC 5321 §4.1.2).
    QuotedString: Rfc5321, SMTP | SMTP_UTF8 | HEADER | OBSOLETE, "quoted-string", "a quoted local part";
    /// The domain is an address literal (RFC 5321 §4.1.3).
    AddressLiteral: Rfc5321, SMTP | SMTP_UTF8 | HEADER | OBSOLETE, "address-literal", "an address literal";
    /// A comment (RFC 5322 §3.2.2).
    Comment: Cfws, HEADER | OBSOLETE, "comment", "a comment";
    /// Folding white space (RFC 5322 §3.2.2).
    FoldingWhiteSpace: Cfws, HEADER | OBSOLETE, "folding-white-space", "folding white space";
    /// `::` stands for one group of zeroes, which RFC 5321 §4.1.3 does not allow.
    Ipv6Deprecated: Deprecated, HEADER | OBSOLETE, "ipv6-deprecated", "an IPv6 literal that elides a single group";
    /// Words joined by dots (`obs-local-part`, RFC 5322 §4.4).
    ObsLocalPart: Deprecated, OBSOLETE, "obs-local-part", "an obsolete local part";
    /// Blanks where only obsolete grammar has them, or a line of blanks alone (`obs-FWS`, RFC 5322 §4.2).
    ObsFws: Deprecated, OBSOLETE, "obs-fws", "obsolete folding white space";
    /// `obs-qtext` (RFC 5322 §4.1).
    ObsQtext: Deprecated, OBSOLETE, "obs-qtext", "a control character in a quoted string";
    /// `obs-qp` (RFC 5322 §4.1).
    ObsQuotedPair: Deprecated, OBSOLETE, "obs-quoted-pair", "a quoted control character";
    /// A comment where only obsolete grammar has one (RFC 5322 §4.4).
    ObsComment: Deprecated, OBSOLETE, "obs-comment", "a comment between atoms";
    /// `obs-ctext` (RFC 5322 §4.1).
    ObsCtext: Deprecated, OBSOLETE, "obs-ctext", "a control character in a comment";
    /// RFC 5322 §3.4.1 says that none should stand there.
    CfwsNearAt: Deprecated, HEADER | OBSOLETE, "cfws-near-at", "a comment or blank beside the at sign";
    /// `atext` other than letters, digits and hyphens (RFC 5321 §4.1.2 has none of it).
    DomainNotHostname: Rfc5322, HEADER | OBSOLETE, "domain-not-hostname", "a domain that is no host name";
    /// The address does not fit a path (RFC 5321 §4.5.3.1.3).
    AddressTooLong: Rfc5322, HTML5 | HEADER | OBSOLETE, "address-too-long", "more than 254 octets";
    /// RFC 5321 §4.5.3.1.1.
    LocalPartTooLong: Rfc5322, HTML5 | HEADER | OBSOLETE, "local-part-too-long", "a local part of more than 64 octets";
    /// RFC 5321 §4.5.3.1.2.
    DomainTooLong: Rfc5322, HTML5 | HEADER | OBSOLETE, "domain-too-long", "a domain of more than 255 octets";
    /// RFC 1035 §2.3.4.
    LabelTooLong: Rfc5322, HEADER | OBSOLETE, "label-too-long", "a label of more than 63 octets";
    /// `domain-literal` (RFC 5322 §3.4.1) that RFC 5321 §4.1.3 does not know.
    DomainLiteral: Rfc5322, HEADER | OBSOLETE, "domain-literal", "a domain literal that is no address";
    /// `obs-dtext` (RFC 5322 §4.4).
    ObsDtext: Rfc5322, OBSOLETE, "obs-dtext", "a control character or quoted pair in a domain literal";
    /// RFC 5321 §4.1.3.
    Ipv6GroupCount: Rfc5322, HEADER | OBSOLETE, "ipv6-group-count", "an IPv6 literal with too few groups";
    /// RFC 5321 §4.1.3.
    Ipv6TwoDoubleColons: Rfc5322, HEADER | OBSOLETE, "ipv6-two-double-colons", "an IPv6 literal with two double colons";
    /// RFC 5321 §4.1.3.
    Ipv6BadCharacter: Rfc5322, HEADER | OBSOLETE, "ipv6-bad-character", "an IPv6 literal with a character that is no hexadecimal digit";
    /// RFC 5321 §4.1.3.
    Ipv6TooManyGroups: Rfc5322, HEADER | OBSOLETE, "ipv6-too-many-groups", "an IPv6 literal with too many groups";
    /// RFC 5321 §4.1.3.
    Ipv6ColonStart: Rfc5322, HEADER | OBSOLETE, "ipv6-colon-start", "an IPv6 literal that begins with a single colon";
    /// RFC 5321 §4.1.3.
    Ipv6ColonEnd: Rfc5322, HEADER | OBSOLETE, "ipv6-colon-end", "an IPv6 literal that ends with a single colon";
    /// Needs SMTPUTF8 (RFC 6531 §3.3) or A-labels.
    Internationalized: Lint, INTEROPERABLE | SMTP_UTF8 | HEADER | OBSOLETE, "internationalized", "characters beyond ASCII";
    /// A label that begins with `xn--` (RFC 5890 §2.3.2.1).
    ALabel: Lint, HTML5 | SMTP | SMTP_UTF8 | HEADER | OBSOLETE, "a-label", "an A-label";
    /// `xn--` and no Punycode of a valid label (RFC 5891 §4.4).
    BadALabel: Lint, HTML5 | SMTP | SMTP_UTF8 | HEADER | OBSOLETE, "bad-a-label", "an A-label that decodes to nothing valid";
    /// `xn--` before the at sign: nothing allows to encode a local part so.
    ALabelLocalPart: Lint, HTML5 | SMTP | SMTP_UTF8 | HEADER | OBSOLETE, "a-label-local-part", "a local part that looks like an A-label";
    /// RFC 2047 §5 forbids encoded words in an `addr-spec`; some software decodes it all the same.
    EncodedWord: Lint, HTML5 | SMTP | SMTP_UTF8 | HEADER | OBSOLETE, "encoded-word", "an encoded word in the address";
    /// `user%elsewhere@relay`, which some relays rewrite (RFC 1123 §5.2.16).
    PercentHack: Lint, INTEROPERABLE | HTML5 | SMTP | SMTP_UTF8 | HEADER | OBSOLETE, "percent-hack", "a percent route";
    /// `host!user`, which UUCP gateways rewrite.
    BangPath: Lint, INTEROPERABLE | HTML5 | SMTP | SMTP_UTF8 | HEADER | OBSOLETE, "bang-path", "a bang path";
    /// `@relay:` before the address (RFC 5321 §4.1.2 `A-d-l`, RFC 5322 §4.4 `obs-route`); it is read and dropped.
    SourceRoute: Lint, SMTP | SMTP_UTF8 | OBSOLETE, "source-route", "a source route";
    /// U+3002, U+FF0E, U+FF61 and their like.
    LookAlikeDot: Lint, SMTP_UTF8 | HEADER | OBSOLETE, "look-alike-dot", "a character that looks like a full stop";
    /// U+200B to U+200D, U+2060, U+FEFF, U+00AD and their like.
    ZeroWidth: Lint, SMTP_UTF8 | HEADER | OBSOLETE, "zero-width", "a character of no width";
    /// U+202A to U+202E, U+2066 to U+2069, U+200E, U+200F, U+061C.
    Bidi: Lint, SMTP_UTF8 | HEADER | OBSOLETE, "bidi", "a character that turns the direction of writing";
    /// U+0080 to U+009F.
    Control: Lint, OBSOLETE, "control", "a control character beyond ASCII";
    /// Interoperable addresses keep to one script.
    MixedScripts: Lint, SMTP_UTF8 | HEADER | OBSOLETE, "mixed-scripts", "letters of more than one script";
    /// Interoperable addresses keep to one direction.
    MixedDirection: Lint, SMTP_UTF8 | HEADER | OBSOLETE, "mixed-direction", "left-to-right and right-to-left letters together";
    /// RFC 6532 §3.1 asks for NFC.
    NotNormalized: Lint, SMTP_UTF8 | HEADER | OBSOLETE, "not-normalized", "text that is not in normalisation form C";
    /// RFC 8264 §4.2.
    NotIdentifier: Lint, SMTP_UTF8 | HEADER | OBSOLETE, "not-identifier", "a character outside the PRECIS IdentifierClass";
    /// A common way to deceive.
    NameLooksLikeAddress: Lint, INTEROPERABLE | HTML5 | SMTP | SMTP_UTF8 | HEADER | OBSOLETE, "name-looks-like-address", "a display name that looks like another address";
    /// A character that a domain literal cannot hold.
    ExpectingDtext: Error, 0, "expecting-dtext", "a character that a domain literal cannot hold";
    /// No local part.
    NoLocalPart: Error, 0, "no-local-part", "no local part";
    /// No domain.
    NoDomain: Error, 0, "no-domain", "no domain";
    /// Two dots in a row.
    ConsecutiveDots: Error, HTML5, "consecutive-dots", "two dots in a row";
    /// Text after a comment or blank.
    AtextAfterCfws: Error, 0, "atext-after-cfws", "text after a comment or blank";
    /// Text after a quoted string.
    AtextAfterQuotedString: Error, 0, "atext-after-quoted-string", "text after a quoted string";
    /// Text after a domain literal.
    AtextAfterDomainLiteral: Error, 0, "atext-after-domain-literal", "text after a domain literal";
    /// A character that cannot be quoted.
    ExpectingQuotedPair: Error, 0, "expecting-quoted-pair", "a character that cannot be quoted";
    /// A character that no atom can hold.
    ExpectingAtext: Error, 0, "expecting-atext", "a character that no atom can hold";
    /// A character that no quoted string can hold.
    ExpectingQtext: Error, 0, "expecting-qtext", "a character that no quoted string can hold";
    /// A character that no comment can hold.
    ExpectingCtext: Error, 0, "expecting-ctext", "a character that no comment can hold";
    /// A backslash at the end.
    BackslashEnd: Error, 0, "backslash-end", "a backslash at the end";
    /// A dot at the start.
    DotStart: Error, HTML5, "dot-start", "a dot at the start";
    /// A dot at the end.
    DotEnd: Error, HTML5, "dot-end", "a dot at the end";
    /// A label that begins with a hyphen.
    DomainHyphenStart: Error, 0, "domain-hyphen-start", "a label that begins with a hyphen";
    /// A label that ends with a hyphen.
    DomainHyphenEnd: Error, 0, "domain-hyphen-end", "a label that ends with a hyphen";
    /// A quoted string that never ends.
    UnclosedQuotedString: Error, 0, "unclosed-quoted-string", "a quoted string that never ends";
    /// A comment that never ends.
    UnclosedComment: Error, 0, "unclosed-comment", "a comment that never ends";
    /// A domain literal that never ends.
    UnclosedDomainLiteral: Error, 0, "unclosed-domain-literal", "a domain literal that never ends";
    /// Two line ends in a row.
    CrlfTwice: Error, 0, "crlf-twice", "two line ends in a row";
    /// A line end at the end.
    CrlfAtEnd: Error, 0, "crlf-at-end", "a line end at the end";
    /// A carriage return without a line feed.
    BareCr: Error, 0, "bare-cr", "a carriage return without a line feed";
    /// Comments nested too deep.
    CommentTooDeep: Error, 0, "comment-too-deep", "comments nested too deep";
    /// Octets that are not UTF-8.
    NotUtf8: Error, 0, "not-utf8", "octets that are not UTF-8";
    /// A comma in a display name that should stand in quotes.
    UnquotedComma: Error, 0, "unquoted-comma", "an unquoted comma in a name";
    /// Text after the end of the address.
    TrailingGarbage: Error, 0, "trailing-garbage", "text after the end of the address";
    /// An angle bracket that never closes.
    UnclosedAngle: Error, 0, "unclosed-angle", "an angle bracket that never closes";
    /// A closing angle bracket that none opens.
    UnopenedAngle: Error, 0, "unopened-angle", "a closing angle bracket that none opens";
    /// More than one angle bracket before an address.
    RepeatedAngle: Error, 0, "repeated-angle", "more than one angle bracket before an address";
}
