//! What a server offers and insists on.

use crate::{
    error::InvalidValue,
    frame::StrayPolicy,
    types::{Capabilities, Capability, HelloName, Limits, Mechanism, Text, Tolerance, Words},
};

/// What a [`Server`](super::Server) offers and insists on.
///
/// By default it offers PIPELINING, SIZE (from [`Limits`]), 8BITMIME, SMTPUTF8, CHUNKING and
/// ENHANCEDSTATUSCODES, all of which the session serves by itself. Extensions that mean work for the caller
/// (DSN, DELIVERBY, REQUIRETLS, ...) are offered when [`offer`](Self::offer)ed, and only then are their
/// parameters taken.
///
/// ```
/// use mailweft_smtp::{Capability, Limits, Mechanism, server::Config};
///
/// let submission = Config::new("mx.example.org")?
///     .starttls(true)
///     .auth([Mechanism::PLAIN, Mechanism::LOGIN])
///     .require_auth(true)
///     .offer(Capability::Dsn)
///     .limits(Limits::default().message(32 << 20));
/// # let _ = submission;
/// # Ok::<(), mailweft_smtp::InvalidValue>(())
/// ```
#[derive(Clone, Debug)]
pub struct Config {
    pub(crate) name: HelloName,
    pub(crate) greeting: Text,
    pub(crate) offers: Capabilities,
    pub(crate) mechanisms: Option<Words>,
    pub(crate) lmtp: bool,
    pub(crate) starttls: bool,
    pub(crate) tls: bool,
    pub(crate) require_tls: bool,
    pub(crate) require_auth: bool,
    pub(crate) auth_in_clear: bool,
    pub(crate) refuse_early_talk: bool,
    pub(crate) other_commands: bool,
    pub(crate) bare_lf: bool,
    pub(crate) strays: StrayPolicy,
    pub(crate) limits: Limits,
    pub(crate) tolerance: Tolerance,
}

impl Config {
    /// A server of this name: a domain, or an address literal.
    ///
    /// # Errors
    ///
    /// A name with blanks or control characters, or of more than 255 octets.
    pub fn new(name: impl TryInto<HelloName, Error = InvalidValue>) -> Result<Self, InvalidValue> {
        let offers = [
            Capability::Pipelining,
            Capability::EightBitMime,
            Capability::SmtpUtf8,
            Capability::Chunking,
            Capability::EnhancedStatusCodes,
        ];
        Ok(Self {
            name: name.try_into()?,
            greeting: Text::from_static("ESMTP")?,
            offers: offers.into_iter().collect(),
            mechanisms: None,
            lmtp: false,
            starttls: false,
            tls: false,
            require_tls: false,
            require_auth: false,
            auth_in_clear: false,
            refuse_early_talk: false,
            other_commands: false,
            bare_lf: false,
            strays: StrayPolicy::default(),
            limits: Limits::default(),
            tolerance: Tolerance::Interop,
        })
    }

    /// The text of the greeting, behind the name; `ESMTP` unless set, and that word should be in it.
    #[must_use]
    pub fn greeting(self, text: Text) -> Self {
        Self {
            greeting: text,
            ..self
        }
    }

    /// LMTP (RFC 2033): LHLO, and an answer for each recipient at the end of a message.
    #[must_use]
    pub fn lmtp(mut self, lmtp: bool) -> Self {
        self.lmtp = lmtp;
        if lmtp {
            // Checked text: five octets of it.
            self.greeting = Text::checked(bytes::Bytes::from_static(b"LMTP"));
        }
        self
    }

    /// Offers a capability. SIZE, STARTTLS and AUTH are set by [`limits`](Self::limits),
    /// [`starttls`](Self::starttls) and [`auth`](Self::auth) instead.
    #[must_use]
    pub fn offer(mut self, capability: Capability) -> Self {
        self.offers.set(capability);
        self
    }

    /// Withdraws a capability, as `CHUNKING`.
    #[must_use]
    pub fn withdraw(mut self, keyword: &str) -> Self {
        self.offers = self.offers.without(keyword);
        self
    }

    /// Offers STARTTLS, until TLS is there.
    #[must_use]
    pub fn starttls(self, starttls: bool) -> Self {
        Self { starttls, ..self }
    }

    /// The connection is under TLS from its first octet (RFC 8314 §3).
    #[must_use]
    pub fn tls(self, tls: bool) -> Self {
        Self { tls, ..self }
    }

    /// Takes no mail before TLS is there: `530 5.7.0` (RFC 3207 §4). For submission; a server that takes
    /// mail for a domain from everywhere must not insist on TLS.
    #[must_use]
    pub fn require_tls(self, require_tls: bool) -> Self {
        Self {
            require_tls,
            ..self
        }
    }

    /// Offers AUTH with these mechanisms, under TLS.
    #[must_use]
    pub fn auth(mut self, mechanisms: impl IntoIterator<Item = Mechanism>) -> Self {
        self.mechanisms = match Capability::auth(mechanisms) {
            Capability::Auth(words) if !words.is_empty() => Some(words),
            _ => None,
        };
        self
    }

    /// Takes no mail before the client has authenticated: `530 5.7.0` (RFC 4954 §6).
    #[must_use]
    pub fn require_auth(self, require_auth: bool) -> Self {
        Self {
            require_auth,
            ..self
        }
    }

    /// Offers AUTH without TLS too. Passwords then pass in clear.
    #[must_use]
    pub fn auth_in_clear(self, auth_in_clear: bool) -> Self {
        Self {
            auth_in_clear,
            ..self
        }
    }

    /// Ends a session in which the client spoke before it was greeted; without this it is reported only.
    #[must_use]
    pub fn refuse_early_talk(self, refuse: bool) -> Self {
        Self {
            refuse_early_talk: refuse,
            ..self
        }
    }

    /// Hands commands that are not known here to the caller, instead of answering `500 5.5.1`.
    #[must_use]
    pub fn other_commands(self, other_commands: bool) -> Self {
        Self {
            other_commands,
            ..self
        }
    }

    /// Takes a bare LF as the end of a command line, for people at a terminal. Never of content.
    #[must_use]
    pub fn bare_lf_commands(self, bare_lf: bool) -> Self {
        Self { bare_lf, ..self }
    }

    /// What is done with bare CR, bare LF and NUL in content.
    #[must_use]
    pub fn strays(self, strays: StrayPolicy) -> Self {
        Self { strays, ..self }
    }

    /// How much the client may send.
    #[must_use]
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// How closely commands have to follow the RFC.
    #[must_use]
    pub fn tolerance(self, tolerance: Tolerance) -> Self {
        Self { tolerance, ..self }
    }

    /// What is offered in this state of the connection.
    pub(crate) fn offered(&self, secured: bool, authenticated: bool) -> Capabilities {
        let mut offered = self.offers.clone();
        offered.set(Capability::Size(Some(self.limits.message)));
        if !secured {
            // RFC 8689 §2: not before TLS is there.
            offered = offered.without("REQUIRETLS");
        }
        if self.offers_starttls(secured) {
            offered.set(Capability::StartTls);
        }
        if let Some(mechanisms) = self.mechanisms.as_ref().filter(|_| !authenticated) {
            if secured || self.auth_in_clear {
                offered.set(Capability::Auth(mechanisms.clone()));
            }
        }
        offered
    }

    pub(crate) const fn offers_starttls(&self, secured: bool) -> bool {
        self.starttls && !secured
    }
}
