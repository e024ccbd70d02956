//! What a sender asks of notifications: RET, ENVID, NOTIFY, ORCPT (RFC 3461 §4).

use crate::{
    error::{InvalidValue, Rule},
    types::{Text, Token, text::visible},
};

/// How much of the message a failure notification brings back: `RET` (RFC 3461 §4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "ret-value = \"FULL\" / \"HDRS\", RFC 3461 §4.3"
)]
///
/// ```
/// assert_eq!("hdrs".parse(), Ok(mailweft_smtp::Ret::Headers));
/// ```
pub enum Ret {
    /// The whole message.
    Full,
    /// Its header section.
    Headers,
}

impl Ret {
    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "FULL",
            Self::Headers => "HDRS",
        }
    }
}

/// When the sender wants to hear of a recipient: `NOTIFY` (RFC 3461 §4.1).
///
/// Either `NEVER`, or one or more of `SUCCESS`, `FAILURE` and `DELAY`; nothing else can be built.
///
/// ```
/// use mailweft_smtp::Notify;
///
/// let notify = Notify::SUCCESS.and(Notify::FAILURE);
/// assert!(notify.on_success() && notify.on_failure() && !notify.on_delay());
/// assert_eq!(notify.to_string(), "SUCCESS,FAILURE");
/// assert_eq!(Notify::NEVER.and(Notify::DELAY), Notify::DELAY);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Notify(u8);

impl Notify {
    /// No notification, not even of failure.
    pub const NEVER: Self = Self(0);
    /// When the message is delivered.
    pub const SUCCESS: Self = Self(1);
    /// When it cannot be delivered.
    pub const FAILURE: Self = Self(2);
    /// When it is held up.
    pub const DELAY: Self = Self(4);

    /// Both wishes.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether no notification is wanted.
    #[must_use]
    pub const fn is_never(self) -> bool {
        self.0 == 0
    }

    /// Whether delivery is to be reported.
    #[must_use]
    pub const fn on_success(self) -> bool {
        self.0 & Self::SUCCESS.0 != 0
    }

    /// Whether failure is to be reported.
    #[must_use]
    pub const fn on_failure(self) -> bool {
        self.0 & Self::FAILURE.0 != 0
    }

    /// Whether delay is to be reported.
    #[must_use]
    pub const fn on_delay(self) -> bool {
        self.0 & Self::DELAY.0 != 0
    }
}

/// The recipient that the sender first named: `ORCPT` (RFC 3461 §4.2, RFC 6533 §3).
///
/// ```
/// use mailweft_smtp::OriginalRecipient;
///
/// let orcpt = OriginalRecipient::new("rfc822", "Dana+x@ivory.example")?;
/// assert_eq!(orcpt.to_string(), "rfc822;Dana+2Bx@ivory.example");
/// assert!(OriginalRecipient::new("rfc822", "bob\r\nRSET").is_err());
/// # Ok::<(), mailweft_smtp::InvalidValue>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OriginalRecipient {
    pub(crate) kind: Token,
    pub(crate) address: Text,
}

impl OriginalRecipient {
    /// An address of a type: `rfc822`, `utf-8`, `x400`, `unknown` or another registered one.
    ///
    /// # Errors
    ///
    /// - a type that is no atom
    /// - a control character in the address, or octets that are not UTF-8
    /// - octets above 127 in the address of any type but `utf-8`
    pub fn new(
        kind: impl Into<bytes::Bytes>,
        address: impl Into<bytes::Bytes>,
    ) -> Result<Self, InvalidValue> {
        let (kind, address) = (
            Token::new(kind)?,
            visible(address, Rule::OriginalRecipient)?,
        );
        let utf8 = kind.as_bytes().eq_ignore_ascii_case(b"utf-8");
        if !utf8 && !address.is_ascii() {
            return Err(InvalidValue::NotUtf8(Rule::OriginalRecipient));
        }
        Ok(Self { kind, address })
    }

    /// The type of address.
    #[must_use]
    pub const fn kind(&self) -> &Token {
        &self.kind
    }

    /// The address, decoded.
    #[must_use]
    pub const fn address(&self) -> &Text {
        &self.address
    }
}
