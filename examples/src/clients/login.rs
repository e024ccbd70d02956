//! Who a client is.

use std::io::Cursor;

use anyhow::Context as _;
use rsasl::prelude::{Mechname, SASLClient, SASLConfig, Session};

/// A name and a password, and how they are shown.
#[derive(Clone)]
pub struct Login {
    /// The name.
    pub name: String,
    /// The password.
    pub password: String,
    /// By SCRAM-SHA-256 (RFC 7677), which does not tell the server the password.
    pub scram: bool,
}

impl Login {
    /// One that shows the password, to a server that is trusted with it.
    pub fn new(name: &str, password: &str) -> Self {
        Self {
            name: name.to_owned(),
            password: password.to_owned(),
            scram: false,
        }
    }

    /// Reads `NAME:PASSWORD`.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let (name, password) = text.split_once(':').context("NAME:PASSWORD")?;
        Ok(Self::new(name, password))
    }

    /// By SCRAM-SHA-256 or not.
    #[must_use]
    pub fn scram(self, scram: bool) -> Self {
        Self { scram, ..self }
    }

    /// Begins SCRAM-SHA-256.
    pub(super) fn exchange(&self) -> anyhow::Result<Exchange> {
        let config = SASLConfig::with_credentials(None, self.name.clone(), self.password.clone())?;
        let mechanism = Mechname::parse(b"SCRAM-SHA-256")?;
        let session = SASLClient::new(config).start_suggested(&[mechanism])?;
        Ok(Exchange(session))
    }
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Login")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// A SCRAM exchange that has begun.
pub(super) struct Exchange(Session);

impl Exchange {
    /// The client's next message; the first goes without a challenge. An error where the server does not
    /// know the password itself.
    pub(super) fn step(&mut self, challenge: Option<&[u8]>) -> anyhow::Result<Vec<u8>> {
        let mut out = Cursor::new(Vec::new());
        self.0.step(challenge, &mut out)?;
        Ok(out.into_inner())
    }
}
