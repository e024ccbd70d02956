//! What a server offers in its answer to EHLO (RFC 5321 §4.1.1.1), one variant each.

use alloc::vec::Vec;

use bytes::Bytes;

use crate::{
    error::{InvalidValue, ParseError},
    types::{Keyword, MailParam, Mechanism, RcptParam, Text},
};

/// One keyword of the answer to EHLO, with its arguments.
///
/// ```
/// use mailweft_smtp::Capability;
///
/// assert_eq!(Capability::parse("SIZE 10240000")?, Capability::Size(Some(10_240_000)));
/// let Capability::Auth(mechanisms) = Capability::parse("auth LOGIN plain")? else { panic!() };
/// assert!(mechanisms.contains("PLAIN"));
/// assert_eq!(Capability::Size(None).to_string(), "SIZE");
/// # Ok::<(), mailweft_smtp::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Capability {
    /// `PIPELINING` (RFC 2920).
    Pipelining,
    /// `SIZE [n]`: the largest message; none and `0` say nothing (RFC 1870 §4).
    Size(Option<u64>),
    /// `8BITMIME` (RFC 6152).
    EightBitMime,
    /// `SMTPUTF8` (RFC 6531).
    SmtpUtf8,
    /// `CHUNKING` (RFC 3030).
    Chunking,
    /// `BINARYMIME` (RFC 3030).
    BinaryMime,
    /// `STARTTLS` (RFC 3207).
    StartTls,
    /// `AUTH mechanism ...` (RFC 4954 §3); `AUTH=...` of old servers and `X-EXPS` are read as this.
    Auth(Words),
    /// `DSN` (RFC 3461).
    Dsn,
    /// `ENHANCEDSTATUSCODES` (RFC 2034).
    EnhancedStatusCodes,
    /// `REQUIRETLS` (RFC 8689).
    RequireTls,
    /// `LIMITS name=value ...` (RFC 9422).
    Limits(Words),
    /// `DELIVERBY [min-by-time]` (RFC 2852 §2).
    DeliverBy(Option<u64>),
    /// `FUTURERELEASE seconds date-time` (RFC 4865 §3); `None` where the arguments cannot be read.
    FutureRelease(Words),
    /// `MT-PRIORITY [profile]` (RFC 6710 §3).
    MtPriority(Option<Text>),
    /// `RRVS` (RFC 7293 §3).
    Rrvs,
    /// `MTRK` (RFC 3885).
    Mtrk,
    /// `NO-SOLICITING [classes]` (RFC 3865 §2).
    NoSoliciting(Option<Text>),
    /// `SUBMITTER` (RFC 4405).
    Submitter,
    /// `BURL argument ...` (RFC 4468 §3).
    Burl(Words),
    /// `CONPERM` (RFC 4141).
    ConPerm,
    /// `CONNEG` (RFC 4141).
    ConNeg,
    /// `CHECKPOINT` (RFC 1845).
    Checkpoint,
    /// `ETRN` (RFC 1985).
    Etrn,
    /// `ATRN [domain ...]` (RFC 2645).
    Atrn(Words),
    /// `VRFY`, as some servers list it.
    Vrfy,
    /// `EXPN` (RFC 5321 §4.1.1.7).
    Expn,
    /// `HELP` (RFC 5321 §4.1.1.8).
    Help,
    /// `SEND` (RFC 821), obsolete.
    Send,
    /// `SOML` (RFC 821), obsolete.
    Soml,
    /// `SAML` (RFC 821), obsolete.
    Saml,
    /// `TURN` (RFC 821), obsolete.
    Turn,
    /// `ONEX`: one transaction only.
    Onex,
    /// `VERB`: verbose.
    Verb,
    /// `XCLIENT attribute ...`, as Postfix defined it.
    Xclient(Words),
    /// `XFORWARD attribute ...`, as Postfix defined it.
    Xforward(Words),
    /// Any other, kept as it came.
    Other {
        /// The keyword.
        keyword: Keyword,
        /// What stands behind it and one blank.
        args: Text,
    },
}

impl Capability {
    /// Reads one line of the answer to EHLO, without its code.
    ///
    /// # Errors
    ///
    /// - a keyword that is no word of letters, digits and hyphens
    /// - a number that is none
    /// - control characters, octets that are not UTF-8
    pub fn parse(line: impl AsRef<[u8]>) -> Result<Self, ParseError> {
        Self::try_from(&Bytes::copy_from_slice(line.as_ref()))
    }

    /// An offer of AUTH.
    ///
    /// ```
    /// use mailweft_smtp::{Capability, Mechanism};
    ///
    /// let offer = Capability::auth([Mechanism::SCRAM_SHA_256, Mechanism::PLAIN]);
    /// assert_eq!(offer.to_string(), "AUTH SCRAM-SHA-256 PLAIN");
    /// ```
    #[must_use]
    pub fn auth(mechanisms: impl IntoIterator<Item = Mechanism>) -> Self {
        Self::Auth(Words::join(
            mechanisms
                .into_iter()
                .map(|mechanism| mechanism.as_str().into()),
        ))
    }

    /// The keyword, in capitals where it is a known one.
    #[must_use]
    pub fn keyword(&self) -> &str {
        match self {
            Self::Pipelining => "PIPELINING",
            Self::Size(_) => "SIZE",
            Self::EightBitMime => "8BITMIME",
            Self::SmtpUtf8 => "SMTPUTF8",
            Self::Chunking => "CHUNKING",
            Self::BinaryMime => "BINARYMIME",
            Self::StartTls => "STARTTLS",
            Self::Auth(_) => "AUTH",
            Self::Dsn => "DSN",
            Self::EnhancedStatusCodes => "ENHANCEDSTATUSCODES",
            Self::RequireTls => "REQUIRETLS",
            Self::Limits(_) => "LIMITS",
            Self::DeliverBy(_) => "DELIVERBY",
            Self::FutureRelease(_) => "FUTURERELEASE",
            Self::MtPriority(_) => "MT-PRIORITY",
            Self::Rrvs => "RRVS",
            Self::Mtrk => "MTRK",
            Self::NoSoliciting(_) => "NO-SOLICITING",
            Self::Submitter => "SUBMITTER",
            Self::Burl(_) => "BURL",
            Self::ConPerm => "CONPERM",
            Self::ConNeg => "CONNEG",
            Self::Checkpoint => "CHECKPOINT",
            Self::Etrn => "ETRN",
            Self::Atrn(_) => "ATRN",
            Self::Vrfy => "VRFY",
            Self::Expn => "EXPN",
            Self::Help => "HELP",
            Self::Send => "SEND",
            Self::Soml => "SOML",
            Self::Saml => "SAML",
            Self::Turn => "TURN",
            Self::Onex => "ONEX",
            Self::Verb => "VERB",
            Self::Xclient(_) => "XCLIENT",
            Self::Xforward(_) => "XFORWARD",
            Self::Other { keyword, .. } => keyword.as_str(),
        }
    }
}

/// Words with blanks between them: the arguments of a keyword.
///
/// ```
/// use mailweft_smtp::Words;
///
/// let words = Words::new("PLAIN LOGIN")?;
/// assert_eq!(words.iter().collect::<Vec<_>>(), ["PLAIN", "LOGIN"]);
/// assert!(words.contains("login"));
/// assert!(Words::new("PLAIN\r\nLOGIN").is_err());
/// # Ok::<(), mailweft_smtp::InvalidValue>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Words(Text);

impl Words {
    /// A text of words.
    ///
    /// # Errors
    ///
    /// Control characters, octets that are not UTF-8.
    pub fn new(words: impl Into<Bytes>) -> Result<Self, InvalidValue> {
        Text::new(words).map(Self)
    }

    pub(crate) const fn checked(words: Text) -> Self {
        Self(words)
    }

    /// Joins words that hold no control characters.
    fn join(words: impl Iterator<Item = alloc::string::String>) -> Self {
        Self(Text::checked(words.collect::<Vec<_>>().join(" ").into()))
    }

    /// The words.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.as_str()
            .split([' ', '\t'])
            .filter(|word| !word.is_empty())
    }

    /// Whether one of them is `word`, case aside.
    #[must_use]
    pub fn contains(&self, word: &str) -> bool {
        self.iter().any(|had| had.eq_ignore_ascii_case(word))
    }

    /// The text as it stands.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}

/// Whether two have the same keyword: known ones are told apart by their variant.
fn same_keyword(one: &Capability, other: &Capability) -> bool {
    match (one, other) {
        (Capability::Other { keyword: one, .. }, Capability::Other { keyword: other, .. }) => {
            one.is(other.as_str())
        }
        (one, other) => core::mem::discriminant(one) == core::mem::discriminant(other),
    }
}

/// Everything that a server offers.
///
/// ```
/// use mailweft_smtp::{Capabilities, Capability};
///
/// let offers = Capabilities::new().with(Capability::Pipelining).with(Capability::Size(Some(99)));
/// assert!(offers.has("pipelining") && !offers.has("CHUNKING"));
/// assert_eq!(offers.size(), Some(99));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities(Vec<Capability>);

impl Capabilities {
    /// Nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// With one more, in the place of one with the same keyword if there is one.
    #[must_use]
    pub fn with(mut self, capability: Capability) -> Self {
        self.set(capability);
        self
    }

    /// Without the one with this keyword.
    #[must_use]
    pub fn without(mut self, keyword: &str) -> Self {
        self.0
            .retain(|had| !had.keyword().eq_ignore_ascii_case(keyword));
        self
    }

    /// Adds one, in the place of one with the same keyword if there is one.
    pub fn set(&mut self, capability: Capability) {
        match self
            .0
            .iter_mut()
            .find(|had| had.keyword().eq_ignore_ascii_case(capability.keyword()))
        {
            Some(had) => *had = capability,
            None => self.0.push(capability),
        }
    }

    /// Adds one read from a server: mechanisms of a second AUTH line join those of the first.
    pub(crate) fn learn(&mut self, capability: Capability) {
        let place = self.0.iter_mut().find(|had| same_keyword(had, &capability));
        match (place, capability) {
            (None, capability) => self.0.push(capability),
            (Some(Capability::Auth(had)), Capability::Auth(more)) => {
                let mut words: Vec<_> = had.iter().map(alloc::string::String::from).collect();
                words.extend(
                    more.iter()
                        .filter(|word| !had.contains(word))
                        .map(Into::into),
                );
                *had = Words::join(words.into_iter());
            }
            (Some(had), capability) => *had = capability,
        }
    }

    /// Adds what is not known yet; whether it was not.
    #[inline(always)]
    pub(crate) fn add(&mut self, capability: Capability) -> bool {
        let kind = core::mem::discriminant(&capability);
        let known = self
            .0
            .iter()
            .any(|had| core::mem::discriminant(had) == kind);
        if !known {
            self.0.push(capability);
        }
        !known
    }

    /// Room for so many.
    pub(crate) fn with_room(count: usize) -> Self {
        Self(Vec::with_capacity(count))
    }

    /// The capabilities in their order.
    pub fn iter(&self) -> core::slice::Iter<'_, Capability> {
        self.0.iter()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The one with this keyword, case aside.
    #[must_use]
    pub fn get(&self, keyword: &str) -> Option<&Capability> {
        self.0
            .iter()
            .find(|had| had.keyword().eq_ignore_ascii_case(keyword))
    }

    /// Whether there is one with this keyword, case aside.
    #[must_use]
    pub fn has(&self, keyword: &str) -> bool {
        self.get(keyword).is_some()
    }

    /// The largest message, where a limit is told (RFC 1870 §4).
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        match self.get("SIZE") {
            Some(Capability::Size(Some(size))) if *size > 0 => Some(*size),
            _ => None,
        }
    }

    /// The mechanisms of AUTH, those with names that RFC 4422 allows.
    pub fn mechanisms(&self) -> impl Iterator<Item = Mechanism> {
        let words = match self.get("AUTH") {
            Some(Capability::Auth(words)) => Some(words),
            _ => None,
        };
        words
            .into_iter()
            .flat_map(Words::iter)
            .filter_map(|word| Mechanism::new(word).ok())
    }

    /// Whether AUTH takes this mechanism.
    #[must_use]
    pub fn has_mechanism(&self, mechanism: &Mechanism) -> bool {
        matches!(self.get("AUTH"), Some(Capability::Auth(words)) if words.contains(mechanism.as_str()))
    }

    /// The value of a name of LIMITS: `MAILMAX`, `RCPTMAX`, `RCPTDOMAINMAX` (RFC 9422 §4).
    ///
    /// ```
    /// use mailweft_smtp::{Capabilities, Capability};
    ///
    /// let offers = Capabilities::new().with(Capability::parse("LIMITS RCPTMAX=20 MAILMAX=5")?);
    /// assert_eq!(offers.limit("rcptmax"), Some(20));
    /// # Ok::<(), mailweft_smtp::ParseError>(())
    /// ```
    #[must_use]
    pub fn limit(&self, name: &str) -> Option<u64> {
        let Some(Capability::Limits(words)) = self.get("LIMITS") else {
            return None;
        };
        words.iter().find_map(|word| {
            let (had, value) = word.split_once('=')?;
            if had.eq_ignore_ascii_case(name) {
                value.parse().ok()
            } else {
                None
            }
        })
    }

    /// Whether a parameter of MAIL may be sent to this server.
    #[must_use]
    pub fn takes_mail_param(&self, param: &MailParam) -> bool {
        // A parameter of no known extension belongs to the keyword of its own name.
        self.has(param.extension().unwrap_or_else(|| param.keyword()))
    }

    /// Whether a parameter of RCPT may be sent to this server.
    #[must_use]
    pub fn takes_rcpt_param(&self, param: &RcptParam) -> bool {
        self.has(param.extension().unwrap_or_else(|| param.keyword()))
    }
}

impl FromIterator<Capability> for Capabilities {
    fn from_iter<I: IntoIterator<Item = Capability>>(capabilities: I) -> Self {
        capabilities.into_iter().fold(Self::new(), Self::with)
    }
}

impl<'a> IntoIterator for &'a Capabilities {
    type Item = &'a Capability;
    type IntoIter = core::slice::Iter<'a, Capability>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl core::str::FromStr for Words {
    type Err = InvalidValue;

    fn from_str(words: &str) -> Result<Self, InvalidValue> {
        Self::new(Bytes::copy_from_slice(words.as_bytes()))
    }
}
