//! POP3 over a socket.

use anyhow::{Context as _, bail, ensure};
use bytes::{Bytes, BytesMut};
use mailweft_pop3::{
    Capabilities, Client, Command, Mechanism, Password, Response, Secret, Text,
    client::{Config, Event, Item},
};
use tokio_rustls::TlsConnector;

use super::Login;
use crate::wire::Wire;

/// A session with a server.
#[derive(Debug)]
pub struct Pop3 {
    client: Client,
    wire: Wire,
    input: BytesMut,
    /// The timestamp of the greeting.
    pub timestamp: Option<Text>,
}

impl Pop3 {
    /// Connects and reads the greeting.
    pub async fn connect(address: std::net::SocketAddr) -> anyhow::Result<Self> {
        let mut pop3 = Self {
            client: Client::new(Config::new()),
            wire: Wire::connect(address).await?,
            input: BytesMut::new(),
            timestamp: None,
        };
        match pop3.event().await? {
            Event::Greeting {
                response,
                timestamp,
                ..
            } if response.is_ok() => pop3.timestamp = timestamp,
            event => bail!("no greeting: {event:?}"),
        }
        Ok(pop3)
    }

    /// The next event that is no plumbing.
    async fn event(&mut self) -> anyhow::Result<Event> {
        loop {
            match self.client.poll(&mut self.input)? {
                Event::NeedInput => {
                    let patience = self.client.reply_deadline();
                    let read = self.wire.exchange(self.client.output(), &mut self.input);
                    if tokio::time::timeout(patience, read).await?? == 0 {
                        return Ok(self.client.eof()?);
                    }
                }
                event => return Ok(event),
            }
        }
    }

    /// Sends a command and gives its answer; the octets of a message go to `body`.
    async fn run(
        &mut self,
        command: Command,
        mut body: impl FnMut(Bytes),
    ) -> anyhow::Result<(Response, Vec<Item>)> {
        let sent = self.client.send(command)?;
        let mut items = Vec::new();
        loop {
            match self.event().await? {
                Event::Done { id, response, .. } if id == sent => return Ok((response, items)),
                Event::Items { items: more, .. } => items.extend(more),
                Event::Body { chunk, .. } => body(chunk),
                Event::Closed => bail!("the server closed the session"),
                _ => {}
            }
        }
    }

    /// Sends a command that must succeed; the lines of its answer.
    pub async fn command(&mut self, command: Command) -> anyhow::Result<Vec<Item>> {
        let keyword = command.keyword();
        let (response, items) = self.run(command, |_| {}).await?;
        ensure!(response.is_ok(), "{keyword}: {}", response.text());
        Ok(items)
    }

    /// What the server can do.
    pub async fn capabilities(&mut self) -> anyhow::Result<Capabilities> {
        self.command(Command::Capa).await?;
        self.client
            .capabilities()
            .cloned()
            .context("CAPA was not answered")
    }

    /// Starts TLS.
    pub async fn start_tls(&mut self, connector: &TlsConnector, host: &str) -> anyhow::Result<()> {
        self.command(Command::Stls).await?;
        match self.event().await? {
            Event::UpgradeTls => {}
            event => bail!("no TLS: {event:?}"),
        }
        self.wire.connect_tls(connector, host).await?;
        self.client.tls_established(&self.input)?;
        Ok(())
    }

    /// Logs in with SASL PLAIN or SCRAM-SHA-256; with USER and PASS where the server is known to lack the first.
    pub async fn log_in(&mut self, login: &Login) -> anyhow::Result<()> {
        let known = self.client.capabilities();
        let plain = known.is_none_or(|offers| offers.mechanisms().any(|m| *m == Mechanism::PLAIN));
        if !login.scram && !plain {
            let name = Text::try_from(login.name.clone())?;
            self.command(Command::User(name)).await?;
            let password = Password::new(login.password.clone())?;
            self.command(Command::Pass(password)).await?;
            return Ok(());
        }
        if !login.scram {
            let initial = Some(Secret::plain("", &login.name, &login.password)?);
            let mechanism = Mechanism::PLAIN;
            self.command(Command::Auth { mechanism, initial }).await?;
            return Ok(());
        }
        let mut exchange = login.exchange()?;
        let sent = self.client.send(Command::Auth {
            mechanism: Mechanism::SCRAM_SHA_256,
            initial: Some(Secret::new(exchange.step(None)?)),
        })?;
        loop {
            match self.event().await? {
                Event::AuthChallenge { challenge, .. } => {
                    let response = exchange.step(Some(challenge.expose()))?;
                    self.client.respond(&Secret::new(response))?;
                }
                Event::Done { id, response, .. } if id == sent => {
                    ensure!(response.is_ok(), "AUTH: {}", response.text());
                    return Ok(());
                }
                Event::Closed => bail!("the server closed the session"),
                _ => {}
            }
        }
    }

    /// Fetches a message, or its top; its octets as they come.
    pub async fn fetch(&mut self, command: Command, body: impl FnMut(Bytes)) -> anyhow::Result<()> {
        let (response, _) = self.run(command, body).await?;
        ensure!(response.is_ok(), "{}", response.text());
        Ok(())
    }

    /// Ends the session, deletions carried out.
    pub async fn quit(mut self) -> anyhow::Result<()> {
        self.command(Command::Quit).await?;
        self.wire.close().await;
        Ok(())
    }
}
