//! The simple SASL mechanisms from the server's end.

use bytes::Bytes;

use crate::{
    error::{ParseError, ParseErrorKind, Rule},
    parse::sasl,
    types::{Claim, Mechanism, Secret},
};

/// Takes an authentication of one of the simple mechanisms to the [`Claim`] that it makes.
///
/// ```
/// use mailweft_smtp::{Claim, Mechanism, server::{Acceptor, AuthStep}};
///
/// let mut acceptor = Acceptor::new(&Mechanism::LOGIN).unwrap();
/// assert_eq!(acceptor.start(None)?, AuthStep::Challenge("Username:".into()));
/// assert_eq!(acceptor.respond(&"tim".into())?, AuthStep::Challenge("Password:".into()));
/// let AuthStep::Claim(Claim::Password { user, .. }) = acceptor.respond(&"secret".into())? else {
///     panic!()
/// };
/// assert_eq!(user, "tim");
/// # Ok::<(), mailweft_smtp::ParseError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Acceptor(Kind);

#[derive(Clone, Debug)]
enum Kind {
    /// Mechanisms of one message.
    One(fn(&Bytes) -> Result<Claim, ParseError>),
    Login {
        user: Option<Bytes>,
    },
    #[cfg(feature = "legacy-auth")]
    CramMd5 {
        challenge: Bytes,
    },
}

/// What an [`Acceptor`] wants next.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "an exchange goes on or is over")]
pub enum AuthStep {
    /// Send this with [`Server::challenge`](super::Server::challenge).
    Challenge(Bytes),
    /// Check this, then accept or refuse.
    Claim(Claim),
}

impl Acceptor {
    /// Begins an exchange; `None` for a mechanism that is not one of PLAIN, LOGIN, XOAUTH2, OAUTHBEARER,
    /// EXTERNAL and ANONYMOUS.
    #[must_use]
    pub fn new(mechanism: &Mechanism) -> Option<Self> {
        let one: fn(&Bytes) -> Result<Claim, ParseError> = match mechanism.as_str() {
            "PLAIN" => sasl::plain,
            "XOAUTH2" => sasl::xoauth2,
            "OAUTHBEARER" => sasl::oauthbearer,
            "EXTERNAL" => sasl::external,
            "ANONYMOUS" => sasl::anonymous,
            "LOGIN" => return Some(Self(Kind::Login { user: None })),
            _ => return None,
        };
        Some(Self(Kind::One(one)))
    }

    /// Begins an exchange of CRAM-MD5 with this challenge, which must be one that was never used: a message
    /// identifier with time and random digits (RFC 2195 §2).
    #[cfg(feature = "legacy-auth")]
    #[must_use]
    pub fn cram_md5(challenge: impl Into<Bytes>) -> Self {
        Self(Kind::CramMd5 {
            challenge: challenge.into(),
        })
    }

    /// Takes the client's first message, if it sent one with AUTH.
    ///
    /// # Errors
    ///
    /// As [`respond`](Self::respond).
    pub fn start(&mut self, initial: Option<&Secret>) -> Result<AuthStep, ParseError> {
        match (&self.0, initial) {
            (_, Some(initial)) => self.respond(initial),
            (Kind::One(_), None) => Ok(AuthStep::Challenge(Bytes::new())),
            (Kind::Login { .. }, None) => Ok(AuthStep::Challenge(Bytes::from_static(b"Username:"))),
            #[cfg(feature = "legacy-auth")]
            (Kind::CramMd5 { challenge }, None) => Ok(AuthStep::Challenge(challenge.clone())),
        }
    }

    /// Takes the client's answer to a challenge.
    ///
    /// # Errors
    ///
    /// A message that the mechanism does not have: answer it `501 5.5.2`,
    /// [`Reply::BAD_BASE64`](crate::Reply::BAD_BASE64).
    pub fn respond(&mut self, response: &Secret) -> Result<AuthStep, ParseError> {
        match &mut self.0 {
            Kind::One(read) => read(response.expose()).map(AuthStep::Claim),
            Kind::Login { user: user @ None } => {
                if response.is_empty() {
                    return Err(ParseError::new(
                        ParseErrorKind::UnexpectedEnd,
                        Rule::SaslMessage,
                        0,
                    ));
                }
                *user = Some(response.expose().clone());
                Ok(AuthStep::Challenge(Bytes::from_static(b"Password:")))
            }
            Kind::Login { user: Some(user) } => sasl::login(user, response).map(AuthStep::Claim),
            #[cfg(feature = "legacy-auth")]
            Kind::CramMd5 { challenge } => {
                sasl::cram_md5(challenge, response.expose()).map(AuthStep::Claim)
            }
        }
    }
}

#[cfg(feature = "legacy-auth")]
impl Claim {
    /// Whether this is a [`Claim::Digest`] that the password makes good.
    ///
    /// ```
    /// use mailweft_smtp::server::{Acceptor, AuthStep};
    ///
    /// // RFC 2195 §2
    /// let mut acceptor = Acceptor::cram_md5("<1896.697170952@postoffice.reston.mci.net>");
    /// let answer = "tim b913a602c7eda7a495b4e6e7334d3890".into();
    /// let AuthStep::Claim(claim) = acceptor.respond(&answer)? else { panic!() };
    /// assert!(claim.matches(&"tanstaaftanstaaf".into()));
    /// # Ok::<(), mailweft_smtp::ParseError>(())
    /// ```
    #[must_use]
    pub fn matches(&self, password: &Secret) -> bool {
        match self {
            Self::Digest {
                challenge, digest, ..
            } => {
                let expected = crate::encode::sasl::cram_md5_digest(password, challenge);
                Secret::new(digest.expose().to_ascii_lowercase()) == Secret::new(expected)
            }
            _ => false,
        }
    }
}
