//! What a client uses and insists on.

use crate::{
    error::InvalidValue,
    frame::StrayPolicy,
    types::{HelloName, Limits},
};

/// Whether a client asks for TLS.
///
/// ```
/// use mailweft_smtp::client::{Config, Security};
///
/// let relay = Config::new("mx.example.org")?; // opportunistic
/// let submission = Config::new("client.example")?.security(Security::Implicit);
/// # let _ = (relay, submission);
/// # Ok::<(), mailweft_smtp::InvalidValue>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Security {
    /// STARTTLS where it is offered; without it where it is not, or is refused (RFC 7435).
    #[default]
    Opportunistic,
    /// STARTTLS, or no session: nothing but EHLO and QUIT is said without it.
    Required,
    /// No STARTTLS: the connection is under TLS from its first octet (RFC 8314 §3).
    Implicit,
    /// No STARTTLS, and no TLS.
    Clear,
}

/// What a [`Client`](super::Client) uses and insists on.
///
/// ```
/// use mailweft_smtp::client::{Config, Security};
///
/// let config = Config::new("client.example.org")?.security(Security::Required).chunking(false);
/// # let _ = config;
/// # Ok::<(), mailweft_smtp::InvalidValue>(())
/// ```
#[derive(Clone, Debug)]
pub struct Config {
    pub(crate) name: HelloName,
    pub(crate) lmtp: bool,
    pub(crate) security: Security,
    pub(crate) auth_in_clear: bool,
    pub(crate) hello_after_auth: bool,
    pub(crate) pipelining: bool,
    pub(crate) chunking: bool,
    pub(crate) chunk: usize,
    pub(crate) strays: StrayPolicy,
    pub(crate) limits: Limits,
}

impl Config {
    /// A client that calls itself by this name: its domain, or an address literal.
    ///
    /// # Errors
    ///
    /// A name with blanks or control characters, or of more than 255 octets.
    pub fn new(name: impl TryInto<HelloName, Error = InvalidValue>) -> Result<Self, InvalidValue> {
        Ok(Self {
            name: name.try_into()?,
            lmtp: false,
            security: Security::Opportunistic,
            auth_in_clear: false,
            hello_after_auth: false,
            pipelining: true,
            chunking: true,
            chunk: 64 << 10,
            strays: StrayPolicy::repair(),
            limits: Limits::default(),
        })
    }

    /// LMTP (RFC 2033): LHLO, and a result for each recipient from the end of a message.
    #[must_use]
    pub fn lmtp(self, lmtp: bool) -> Self {
        Self { lmtp, ..self }
    }

    /// Whether the client asks for TLS.
    #[must_use]
    pub fn security(self, security: Security) -> Self {
        Self { security, ..self }
    }

    /// Lets mechanisms that show the password be used without TLS.
    #[must_use]
    pub fn auth_in_clear(self, auth_in_clear: bool) -> Self {
        Self {
            auth_in_clear,
            ..self
        }
    }

    /// Says EHLO again after AUTH. RFC 4954 §4 wants that only where the mechanism put a security layer in,
    /// and some servers forget the identity then.
    #[must_use]
    pub fn hello_after_auth(self, hello_after_auth: bool) -> Self {
        Self {
            hello_after_auth,
            ..self
        }
    }

    /// Whether commands are sent in groups where PIPELINING is offered; yes unless set.
    #[must_use]
    pub fn pipelining(self, pipelining: bool) -> Self {
        Self { pipelining, ..self }
    }

    /// Whether content is sent with BDAT where CHUNKING is offered; yes unless set. BINARYMIME always is.
    #[must_use]
    pub fn chunking(self, chunking: bool) -> Self {
        Self { chunking, ..self }
    }

    /// Octets of a chunk of BDAT: 64 KiB unless set.
    #[must_use]
    pub fn chunk(self, octets: usize) -> Self {
        Self {
            chunk: octets.max(1),
            ..self
        }
    }

    /// What is done with bare CR, bare LF and NUL in content; repaired unless set.
    #[must_use]
    pub fn strays(self, strays: StrayPolicy) -> Self {
        Self { strays, ..self }
    }

    /// How much the server may send, and how much waits in `output()`.
    #[must_use]
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }
}
