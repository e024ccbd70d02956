//! When and how a message is to be delivered: BODY, BY, HOLDFOR, HOLDUNTIL, MT-PRIORITY, MTRK, RRVS.

use alloc::string::String;
use core::{fmt, str};

use bytes::Bytes;

use crate::{
    error::{InvalidValue, Rule},
    types::{
        Token, Word,
        text::{check, text_type},
    },
};

/// What the content of a message is made of: `BODY` (RFC 6152 §2, RFC 3030 §3).
///
/// ```
/// use mailweft_smtp::BodyType;
///
/// assert_eq!(BodyType::EightBitMime.as_str(), "8BITMIME");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BodyType {
    /// Lines of ASCII.
    #[default]
    SevenBit,
    /// Lines of any octets but NUL.
    EightBitMime,
    /// Octets; CHUNKING only.
    BinaryMime,
}

impl BodyType {
    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SevenBit => "7BIT",
            Self::EightBitMime => "8BITMIME",
            Self::BinaryMime => "BINARYMIME",
        }
    }
}

/// What happens to a message that cannot be delivered in time: the mode of `BY` (RFC 2852 §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "by-mode = \"N\" / \"R\", RFC 2852 §4"
)]
///
/// ```
/// use mailweft_smtp::{ByMode, DeliverBy};
///
/// assert_eq!("120;NT".parse::<DeliverBy>()?.mode(), ByMode::Notify);
/// # Ok::<(), mailweft_smtp::ParseError>(())
/// ```
pub enum ByMode {
    /// The sender is told, and delivery goes on.
    Notify,
    /// The message goes back.
    Return,
}

/// A time by which a message has to be delivered: `BY` (RFC 2852 §4).
///
/// ```
/// use mailweft_smtp::{ByMode, DeliverBy};
///
/// let by = DeliverBy::new(120, ByMode::Return)?.with_trace();
/// assert_eq!(by.to_string(), "120;RT");
/// assert!(DeliverBy::new(0, ByMode::Return).is_err());
/// # Ok::<(), mailweft_smtp::InvalidValue>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DeliverBy {
    seconds: i32,
    mode: ByMode,
    trace: bool,
}

impl DeliverBy {
    /// Within so many seconds; what is left of them goes down from hop to hop, and below zero.
    ///
    /// # Errors
    ///
    /// - more than nine digits
    /// - no time left with [`ByMode::Return`]
    pub const fn new(seconds: i32, mode: ByMode) -> Result<Self, InvalidValue> {
        if seconds.unsigned_abs() > 999_999_999 || (seconds <= 0 && matches!(mode, ByMode::Return))
        {
            return Err(InvalidValue::OutOfRange(Rule::ByValue));
        }
        Ok(Self {
            seconds,
            mode,
            trace: false,
        })
    }

    /// Asks every relay for a notification (`T`).
    #[must_use]
    pub const fn with_trace(self) -> Self {
        Self {
            trace: true,
            ..self
        }
    }

    /// Seconds that are left.
    #[must_use]
    pub const fn seconds(self) -> i32 {
        self.seconds
    }

    /// What happens when they are over.
    #[must_use]
    pub const fn mode(self) -> ByMode {
        self.mode
    }

    /// Whether every relay is to report.
    #[must_use]
    pub const fn trace(self) -> bool {
        self.trace
    }
}

/// A number that the rules write with one to nine digits: seconds of HOLDFOR and MTRK.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seconds(u32);

impl Seconds {
    /// Checks the range.
    ///
    /// # Errors
    ///
    /// More than 999,999,999.
    ///
    /// ```
    /// # use mailweft_smtp::Seconds;
    /// assert_eq!(Seconds::new(60)?.get(), 60);
    /// assert!(Seconds::new(1_000_000_000).is_err());
    /// # Ok::<(), mailweft_smtp::InvalidValue>(())
    /// ```
    pub const fn new(seconds: u32) -> Result<Self, InvalidValue> {
        if seconds > 999_999_999 {
            return Err(InvalidValue::OutOfRange(Rule::Hold));
        }
        Ok(Self(seconds))
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

/// A priority from −9 to 9: `MT-PRIORITY` (RFC 6710 §4).
///
/// ```
/// use mailweft_smtp::Priority;
///
/// assert_eq!(Priority::new(-4)?.get(), -4);
/// assert!(Priority::new(10).is_err());
/// # Ok::<(), mailweft_smtp::InvalidValue>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Priority(i8);

impl Priority {
    /// Checks the range.
    ///
    /// # Errors
    ///
    /// Below −9 or above 9.
    pub const fn new(priority: i8) -> Result<Self, InvalidValue> {
        if priority.unsigned_abs() > 9 {
            return Err(InvalidValue::OutOfRange(Rule::Priority));
        }
        Ok(Self(priority))
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> i8 {
        self.0
    }
}

/// A permission to track the message: `MTRK` (RFC 3885 §3.1).
///
/// ```
/// use mailweft_smtp::{Seconds, Tracking};
///
/// let tracking = Tracking::new("d2hhdGV2ZXI", Some(Seconds::new(86_400)?))?;
/// assert_eq!(tracking.to_string(), "d2hhdGV2ZXI:86400");
/// # Ok::<(), mailweft_smtp::InvalidValue>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tracking {
    pub(crate) certifier: Bytes,
    pub(crate) timeout: Option<Seconds>,
}

impl Tracking {
    /// A certifier in base64, and how long tracking data are to be kept.
    ///
    /// # Errors
    ///
    /// Octets that are not of the base64 alphabet, or none.
    pub fn new(
        certifier: impl Into<Bytes>,
        timeout: Option<Seconds>,
    ) -> Result<Self, InvalidValue> {
        let certifier = certifier.into();
        check(&certifier, Rule::Tracking, 1..=128, |_, byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
        })?;
        Ok(Self { certifier, timeout })
    }

    /// The certifier, in base64.
    #[must_use]
    pub fn certifier(&self) -> &str {
        // The base64 alphabet is ASCII.
        str::from_utf8(&self.certifier).unwrap_or_default()
    }

    /// How long tracking data are to be kept.
    #[must_use]
    pub const fn timeout(&self) -> Option<Seconds> {
        self.timeout
    }
}

text_type! {
    /// A point in time as RFC 3339 §5.6 writes it: `HOLDUNTIL` (RFC 4865 §4) and `RRVS` (RFC 7293 §3.1).
    ///
    /// The form is checked, the calendar is not: whether a day exists is for a calendar library to say.
    ///
    /// ```
    /// use mailweft_smtp::DateTime;
    ///
    /// assert_eq!(DateTime::new("2014-04-03T23:01:00Z")?, "2014-04-03T23:01:00Z");
    /// assert!(DateTime::new("yesterday").is_err());
    /// # Ok::<(), mailweft_smtp::InvalidValue>(())
    /// ```
    DateTime, Rule::DateTime, 20..=35, date_time_byte
}

/// `date-time = full-date "T" full-time`, by position; what is behind the seconds may be a fraction, `Z`
/// or an offset.
const fn date_time_byte(at: usize, byte: u8) -> bool {
    match at {
        4 | 7 => byte == b'-',
        10 => matches!(byte, b'T' | b't'),
        13 | 16 => byte == b':',
        0..=18 => byte.is_ascii_digit(),
        _ => byte.is_ascii_digit() || matches!(byte, b'Z' | b'z' | b'.' | b'+' | b'-' | b':'),
    }
}

/// What a relay does that cannot honour RRVS (RFC 7293 §5.2).
///
/// ```
/// use mailweft_smtp::{RrvsAction, ValidSince};
///
/// let rrvs: ValidSince = "2014-04-03T23:01:00Z;C".parse()?;
/// assert_eq!(rrvs.action(), Some(RrvsAction::Continue));
/// # Ok::<(), mailweft_smtp::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "( \"C\" / \"R\" ), RFC 7293 §3.1")]
pub enum RrvsAction {
    /// Relays all the same.
    Continue,
    /// Rejects the recipient.
    Reject,
}

/// Since when a recipient must have been the same person: `RRVS` (RFC 7293 §3.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ValidSince {
    pub(crate) since: DateTime,
    pub(crate) action: Option<RrvsAction>,
}

impl ValidSince {
    /// Since this time.
    ///
    /// ```
    /// use mailweft_smtp::{DateTime, RrvsAction, ValidSince};
    ///
    /// let since = DateTime::new("2014-04-03T23:01:00Z")?;
    /// let rrvs = ValidSince::new(since, Some(RrvsAction::Reject));
    /// assert_eq!(rrvs.to_string(), "2014-04-03T23:01:00Z;R");
    /// # Ok::<(), mailweft_smtp::InvalidValue>(())
    /// ```
    #[must_use]
    pub const fn new(since: DateTime, action: Option<RrvsAction>) -> Self {
        Self { since, action }
    }

    /// The time.
    #[must_use]
    pub const fn since(&self) -> &DateTime {
        &self.since
    }

    /// What a relay does that cannot honour it; none is `Continue`.
    #[must_use]
    pub const fn action(&self) -> Option<RrvsAction> {
        self.action
    }
}

/// The classes of solicitation that a message belongs to: `SOLICIT` (RFC 3865 §2.3).
///
/// ```
/// use mailweft_smtp::Solicitation;
///
/// let classes = Solicitation::new("org.example:ADV:ADLT,net.example:ADV")?;
/// assert_eq!(classes.iter().collect::<Vec<_>>(), ["org.example:ADV:ADLT", "net.example:ADV"]);
/// assert!(Solicitation::new("").is_err());
/// # Ok::<(), mailweft_smtp::InvalidValue>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Solicitation(Word);

impl Solicitation {
    /// A list with commas, of at most 1000 octets.
    ///
    /// # Errors
    ///
    /// Nothing, too much, or an octet that is no letter, digit, `.`, `-`, `_`, `:` or comma.
    pub fn new(list: impl Into<Bytes>) -> Result<Self, InvalidValue> {
        let list = list.into();
        check(&list, Rule::Solicitation, 1..=1000, |at, byte| match byte {
            b'.' | b'-' | b'_' | b':' | b',' => at > 0,
            _ => byte.is_ascii_alphanumeric(),
        })?;
        Ok(Self(Word::checked(list)))
    }

    /// The classes.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.as_str().split(',')
    }

    /// The list as it stands.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

text_type! {
    /// The identity of a transaction that may be taken up again: `TRANSID` (RFC 1845 §4).
    ///
    /// ```
    /// use mailweft_smtp::TransactionId;
    ///
    /// assert!(TransactionId::new("<12345@claremont.example>").is_ok());
    /// assert!(TransactionId::new("12345").is_err());
    /// # Ok::<(), mailweft_smtp::InvalidValue>(())
    /// ```
    TransactionId, Rule::TransactionId, 3..=80, |at, byte| {
        (at > 0 || byte == b'<') && crate::grammar::is_xchar(byte)
    }
}

impl From<Token> for Word {
    fn from(token: Token) -> Self {
        Self::checked(token.as_bytes().clone())
    }
}

impl str::FromStr for Solicitation {
    type Err = InvalidValue;

    fn from_str(list: &str) -> Result<Self, InvalidValue> {
        Self::new(Bytes::copy_from_slice(list.as_bytes()))
    }
}
