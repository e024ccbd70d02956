//! SASL exchanges that POP3, IMAP and SMTP share: PLAIN by hand, SCRAM-SHA-256 (RFC 5802, RFC 7677) by rsasl.

use std::{io::Cursor, sync::Arc};

use rsasl::{
    callback::{Context, Request, SessionCallback, SessionData},
    mechanisms::scram::{properties::ScramStoredPassword, tools},
    prelude::{Mechname, SASLConfig, SASLServer, Session, SessionError},
    property::{AuthId, AuthzId},
    validate::{Validate, Validation, ValidationError},
};
use sha2::{Digest as _, Sha256};

use super::System;

/// How often the hash is repeated, at least 4096 by RFC 7677 §4.
const ITERATIONS: u32 = 4096;

/// What comes next in an exchange.
pub(super) enum Step {
    /// The server's next message.
    Challenge(Vec<u8>),
    /// It is this user.
    User(String),
    /// It is nobody who is known here.
    Wrong,
}

/// An exchange that has begun.
pub(super) enum Exchange {
    Plain(Arc<System>),
    Scram(Box<Session<Proven>>),
}

/// What rsasl hands out when the proof was right: the user's name.
pub(super) struct Proven;

impl Validation for Proven {
    type Value = Option<String>;
}

impl Exchange {
    /// An exchange by a mechanism of this name; `None` where it is not offered.
    pub(super) fn new(system: &Arc<System>, mechanism: &str) -> Option<Self> {
        if mechanism.eq_ignore_ascii_case("PLAIN") {
            return Some(Self::Plain(Arc::clone(system)));
        }
        if !mechanism.eq_ignore_ascii_case("SCRAM-SHA-256") {
            return None;
        }
        let config = SASLConfig::builder()
            .with_defaults()
            .with_callback(Passwords(Arc::clone(system)))
            .ok()?;
        let mechanism = Mechname::parse(b"SCRAM-SHA-256").ok()?;
        let session = SASLServer::new(config).start_suggested(mechanism).ok()?;
        Some(Self::Scram(Box::new(session)))
    }

    /// Takes the client's next message; none where it has sent no initial response.
    pub(super) fn step(&mut self, message: Option<&[u8]>) -> Step {
        let Some(message) = message else {
            // Both mechanisms are the client's to begin.
            return Step::Challenge(Vec::new());
        };
        match self {
            Self::Plain(system) => plain(system, message).map_or(Step::Wrong, Step::User),
            Self::Scram(session) => scram(session, message),
        }
    }
}

/// `authzid NUL authcid NUL password` (RFC 4616 §2). Nobody acts on behalf of another.
fn plain(system: &System, message: &[u8]) -> Option<String> {
    let mut parts = message.splitn(3, |&octet| octet == 0);
    let (authzid, name, password) = (parts.next()?, parts.next()?, parts.next()?);
    let alone = authzid.is_empty() || authzid == name;
    let name = std::str::from_utf8(name).ok()?;
    system.check_password(name, password).filter(|_| alone)
}

fn scram(session: &mut Session<Proven>, message: &[u8]) -> Step {
    // The server's last message goes out as a challenge, which the client answers with nothing.
    if let Some(proven) = session.validation() {
        return match proven {
            Some(user) if message.is_empty() => Step::User(user),
            _ => Step::Wrong,
        };
    }
    let mut out = Cursor::new(Vec::new());
    match session.step(Some(message), &mut out) {
        Ok(_) => Step::Challenge(out.into_inner()),
        Err(_) => Step::Wrong,
    }
}

/// The users' passwords, salted and hashed as SCRAM wants them.
struct Passwords(Arc<System>);

impl SessionCallback for Passwords {
    fn callback(
        &self,
        _: &SessionData,
        context: &Context<'_>,
        request: &mut Request<'_>,
    ) -> Result<(), SessionError> {
        let user = context.get_ref::<AuthId>().unwrap_or_default();
        let Some((user, password)) = self.0.user(user) else {
            return Ok(());
        };
        // A user's salt stays the same, so that a client may keep its keys.
        let salt = Sha256::digest(format!("{user}@{}", self.0.domain));
        let mut salted = Default::default();
        tools::hash_password::<Sha256>(password.as_bytes(), ITERATIONS, &salt, &mut salted);
        let (client_key, server_key) = tools::derive_keys::<Sha256>(&salted);
        let stored_key = Sha256::digest(client_key);
        request.satisfy::<ScramStoredPassword<'_>>(&ScramStoredPassword::new(
            ITERATIONS,
            &salt,
            &stored_key,
            &server_key,
        ))?;
        Ok(())
    }

    fn validate(
        &self,
        _: &SessionData,
        context: &Context<'_>,
        validate: &mut Validate<'_>,
    ) -> Result<(), ValidationError> {
        validate.with::<Proven, _>(|| {
            let name = context.get_ref::<AuthId>();
            let authzid = context.get_ref::<AuthzId>().filter(|id| !id.is_empty());
            let alone = authzid.is_none() || authzid == name;
            let user = name.and_then(|name| self.0.user(name));
            Ok(user.filter(|_| alone).map(|(user, _)| user.to_owned()))
        })?;
        Ok(())
    }
}
