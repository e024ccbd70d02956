//! The simple SASL mechanisms from the client's end.

use bytes::Bytes;

use crate::{
    encode::sasl,
    error::{InvalidValue, Rule},
    types::{Mechanism, Secret, Text},
};

/// What a client authenticates with: a mechanism, and what it needs.
///
/// [`Client::authenticate`](super::Client::authenticate) runs it by itself. Mechanisms that are not here
/// (SCRAM, GSSAPI) go through [`Client::auth`](super::Client::auth) and the events of the challenge loop.
///
/// ```
/// use mailweft_smtp::{Mechanism, client::Credentials};
///
/// let mut credentials = Credentials::login("tim", "tanstaaftanstaaf")?;
/// assert_eq!(credentials.mechanism(), Mechanism::LOGIN);
/// assert_eq!(&credentials.respond(Some(b"Username:")).unwrap().expose()[..], b"tim");
/// assert_eq!(&credentials.respond(Some(b"Password:")).unwrap().expose()[..], b"tanstaaftanstaaf");
/// assert_eq!(credentials.respond(None), None);
/// assert!(!format!("{credentials:?}").contains("tanstaaf"));
/// # Ok::<(), mailweft_smtp::InvalidValue>(())
/// ```
#[derive(Clone, Debug)]
pub struct Credentials {
    kind: Kind,
    /// Messages sent.
    step: u8,
}

#[derive(Clone, Debug)]
enum Kind {
    Plain(Secret),
    Login {
        user: Text,
        password: Secret,
    },
    Xoauth2(Secret),
    OauthBearer(Secret),
    External(Secret),
    Anonymous(Secret),
    #[cfg(feature = "legacy-auth")]
    CramMd5 {
        user: Text,
        password: Secret,
    },
}

impl Credentials {
    const fn of(kind: Kind) -> Self {
        Self { kind, step: 0 }
    }

    /// PLAIN (RFC 4616).
    ///
    /// # Errors
    ///
    /// An empty name, control characters in it, a NUL in the password.
    pub fn plain(
        user: impl Into<Bytes>,
        password: impl Into<Secret>,
    ) -> Result<Self, InvalidValue> {
        let (user, password) = (name(user)?, secret(password)?);
        Ok(Self::of(Kind::Plain(sasl::plain(None, &user, &password))))
    }

    /// PLAIN on behalf of someone else (RFC 4616 §2).
    ///
    /// # Errors
    ///
    /// As [`plain`](Self::plain).
    pub fn plain_for(
        authzid: impl Into<Bytes>,
        user: impl Into<Bytes>,
        password: impl Into<Secret>,
    ) -> Result<Self, InvalidValue> {
        let (authzid, user, password) = (name(authzid)?, name(user)?, secret(password)?);
        Ok(Self::of(Kind::Plain(sasl::plain(
            Some(&authzid),
            &user,
            &password,
        ))))
    }

    /// LOGIN. What the server asks is not looked at, for it varies: name first, then password.
    ///
    /// # Errors
    ///
    /// As [`plain`](Self::plain).
    pub fn login(
        user: impl Into<Bytes>,
        password: impl Into<Secret>,
    ) -> Result<Self, InvalidValue> {
        Ok(Self::of(Kind::Login {
            user: name(user)?,
            password: secret(password)?,
        }))
    }

    /// XOAUTH2: a name and a bearer token.
    ///
    /// # Errors
    ///
    /// An empty name or token, control characters in one of them.
    pub fn xoauth2(user: impl Into<Bytes>, token: impl Into<Bytes>) -> Result<Self, InvalidValue> {
        Ok(Self::of(Kind::Xoauth2(sasl::xoauth2(
            &name(user)?,
            &name(token)?,
        ))))
    }

    /// OAUTHBEARER (RFC 7628): a name, a bearer token, and the host and port that were connected to.
    ///
    /// # Errors
    ///
    /// As [`xoauth2`](Self::xoauth2), and control characters in the host.
    pub fn oauthbearer(
        user: impl Into<Bytes>,
        token: impl Into<Bytes>,
        server: Option<(&str, u16)>,
    ) -> Result<Self, InvalidValue> {
        let server = match server {
            Some((host, port)) => Some((Text::try_from(host)?, port)),
            None => None,
        };
        let message = sasl::oauthbearer(&name(user)?, server.as_ref(), &name(token)?);
        Ok(Self::of(Kind::OauthBearer(message)))
    }

    /// EXTERNAL (RFC 4422 appendix A): whoever TLS says, or on whose behalf they may act.
    ///
    /// # Errors
    ///
    /// Control characters.
    pub fn external(authzid: impl Into<Bytes>) -> Result<Self, InvalidValue> {
        let authzid = Text::new(authzid)?;
        Ok(Self::of(Kind::External(Secret::new(
            authzid.as_bytes().clone(),
        ))))
    }

    /// ANONYMOUS (RFC 4505), with a trace.
    ///
    /// # Errors
    ///
    /// Control characters.
    pub fn anonymous(trace: impl Into<Bytes>) -> Result<Self, InvalidValue> {
        let trace = Text::new(trace)?;
        Ok(Self::of(Kind::Anonymous(Secret::new(
            trace.as_bytes().clone(),
        ))))
    }

    /// CRAM-MD5 (RFC 2195). The digest is weak, and a server that knows it can try passwords at leisure.
    ///
    /// # Errors
    ///
    /// As [`plain`](Self::plain).
    #[cfg(feature = "legacy-auth")]
    pub fn cram_md5(
        user: impl Into<Bytes>,
        password: impl Into<Secret>,
    ) -> Result<Self, InvalidValue> {
        Ok(Self::of(Kind::CramMd5 {
            user: name(user)?,
            password: secret(password)?,
        }))
    }

    /// The mechanism.
    #[must_use]
    pub const fn mechanism(&self) -> Mechanism {
        match self.kind {
            Kind::Plain(_) => Mechanism::PLAIN,
            Kind::Login { .. } => Mechanism::LOGIN,
            Kind::Xoauth2(_) => Mechanism::XOAUTH2,
            Kind::OauthBearer(_) => Mechanism::OAUTHBEARER,
            Kind::External(_) => Mechanism::EXTERNAL,
            Kind::Anonymous(_) => Mechanism::ANONYMOUS,
            #[cfg(feature = "legacy-auth")]
            Kind::CramMd5 { .. } => Mechanism::CRAM_MD5,
        }
    }

    /// The first message, where the client speaks first.
    pub fn initial(&mut self) -> Option<Secret> {
        let message = match &self.kind {
            Kind::Plain(message)
            | Kind::Xoauth2(message)
            | Kind::OauthBearer(message)
            | Kind::External(message)
            | Kind::Anonymous(message) => message.clone(),
            Kind::Login { .. } => return None,
            #[cfg(feature = "legacy-auth")]
            Kind::CramMd5 { .. } => return None,
        };
        self.step = 1;
        Some(message)
    }

    /// The answer to a challenge, or to one that could not be decoded; `None` where the mechanism has none, and the exchange is to be given up.
    pub fn respond(&mut self, challenge: Option<&[u8]>) -> Option<Secret> {
        let asks = challenge.is_some_and(|challenge| !challenge.is_empty());
        let step = self.step;
        self.step = step.saturating_add(1);
        match (&self.kind, step) {
            (Kind::Login { user, .. }, 0) => Some(Secret::new(user.as_bytes().clone())),
            (Kind::Login { password, .. }, 1) => Some(password.clone()),
            #[cfg(feature = "legacy-auth")]
            (Kind::CramMd5 { user, password }, 0) => {
                Some(sasl::cram_md5(user, password, challenge?))
            }
            // The challenge tells what was wrong; its answer lets the server say so in a reply.
            (Kind::Xoauth2(_), 1) if asks => Some(Secret::default()),
            (Kind::OauthBearer(_), 1) if asks => Some(Secret::new("\x01")),
            _ => None,
        }
    }

    /// Whether everything has been said, so that a success is no early one.
    pub(super) const fn is_complete(&self) -> bool {
        match self.kind {
            Kind::Login { .. } => self.step >= 2,
            _ => self.step >= 1,
        }
    }
}

fn name(text: impl Into<Bytes>) -> Result<Text, InvalidValue> {
    let text = Text::new(text)?;
    if text.as_bytes().is_empty() {
        return Err(InvalidValue::TooShort(Rule::SaslMessage));
    }
    Ok(text)
}

fn secret(secret: impl Into<Secret>) -> Result<Secret, InvalidValue> {
    let secret = secret.into();
    match memchr::memchr(0, secret.expose()) {
        Some(at) => Err(InvalidValue::Byte {
            rule: Rule::SaslMessage,
            byte: 0,
            at,
        }),
        None => Ok(secret),
    }
}
