//! What a server can do.

use alloc::vec::Vec;

use super::{Mechanism, Text};

/// One line of the answer to CAPA (RFC 2449 §6, RFC 2595 §4, RFC 3206 §6, RFC 5034 §3, RFC 6856).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Capability {
    /// `TOP`
    Top,
    /// `USER`: USER and PASS log in.
    User,
    /// `SASL`, with the mechanisms.
    Sasl(Vec<Mechanism>),
    /// `RESP-CODES`: text in brackets is a response code.
    RespCodes,
    /// `AUTH-RESP-CODE` (RFC 3206 §6)
    AuthRespCode,
    /// `LOGIN-DELAY`
    LoginDelay(Delay),
    /// `PIPELINING`
    Pipelining,
    /// `EXPIRE`
    Expire(Expire),
    /// `UIDL`
    Uidl,
    /// `IMPLEMENTATION`, with whatever the server calls itself.
    Implementation(Text),
    /// `STLS`
    Stls,
    /// `UTF8`; with `USER`, names and passwords may be UTF-8 too (RFC 6856 §2.1).
    Utf8 {
        /// Whether `USER` stands behind it.
        user: bool,
    },
    /// `LANG`
    Lang,
    /// A line that is none of these, kept as it was.
    Other(Text),
}

/// The least time between logins (RFC 2449 §6.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "minimum-seconds [SP \"USER\"], RFC 2449 §6.5"
)]
pub struct Delay {
    /// Seconds.
    pub seconds: u32,
    /// Whether it may differ from user to user, so that it must be asked again after login.
    pub per_user: bool,
}

/// How long messages stay (RFC 2449 §6.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "(days / \"NEVER\") [SP \"USER\"], RFC 2449 §6.7"
)]
pub struct Expire {
    /// Days; `None` is `NEVER`, 0 means that nothing may be left on the server.
    pub days: Option<u32>,
    /// Whether it may differ from user to user, so that it must be asked again after login.
    pub per_user: bool,
}

/// The answer to CAPA, in the order of the server.
///
/// ```
/// use mailweft_pop3::{Capabilities, Capability, Mechanism};
///
/// let capabilities: Capabilities =
///     [&b"TOP"[..], b"sasl PLAIN", b"X-OWN"].map(|line| Capability::parse(line)).into_iter().collect();
/// assert!(capabilities.has(&Capability::Top));
/// assert!(capabilities.mechanisms().any(|m| *m == Mechanism::PLAIN));
/// assert!(!capabilities.has_pipelining());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    lines: Vec<Capability>,
}

impl Capability {
    /// Parses a line without its line end. It never fails: what is unknown or odd is kept.
    #[must_use]
    pub fn parse(line: &[u8]) -> Self {
        Self::from(line)
    }
}

impl Capabilities {
    /// All of them, in order.
    pub fn iter(&self) -> core::slice::Iter<'_, Capability> {
        self.lines.iter()
    }

    /// Whether this stands there.
    #[must_use]
    pub fn has(&self, capability: &Capability) -> bool {
        self.lines.contains(capability)
    }

    /// Whether commands may be sent before the last was answered (RFC 2449 §6.6).
    #[must_use]
    pub fn has_pipelining(&self) -> bool {
        self.has(&Capability::Pipelining)
    }

    /// Whether TLS can be started.
    #[must_use]
    pub fn has_stls(&self) -> bool {
        self.has(&Capability::Stls)
    }

    /// The SASL mechanisms.
    pub fn mechanisms(&self) -> impl Iterator<Item = &Mechanism> {
        self.lines.iter().flat_map(|line| match line {
            Capability::Sasl(mechanisms) => mechanisms.as_slice(),
            _ => &[],
        })
    }

    /// Adds one at the end.
    pub fn push(&mut self, capability: Capability) {
        self.lines.push(capability);
    }
}

impl FromIterator<Capability> for Capabilities {
    fn from_iter<I: IntoIterator<Item = Capability>>(lines: I) -> Self {
        Self {
            lines: lines.into_iter().collect(),
        }
    }
}

impl<'a> IntoIterator for &'a Capabilities {
    type Item = &'a Capability;
    type IntoIter = core::slice::Iter<'a, Capability>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
