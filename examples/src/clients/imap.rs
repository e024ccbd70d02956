//! IMAP over a socket.

use std::net::SocketAddr;

use anyhow::{bail, ensure};
use bytes::{Bytes, BytesMut};
use mailweft_imap::{
    Atom, Client, Code, Command, Data, MessageData, Status,
    client::{Config, Event, Handle},
};
use tokio_rustls::TlsConnector;

use super::Login;
use crate::wire::Wire;

/// A session with a server.
#[derive(Debug)]
pub struct Imap {
    client: Client,
    wire: Wire,
    input: BytesMut,
}

/// The answer to a command.
#[derive(Debug)]
pub struct Answer {
    /// Data that came with it, unasked for or not.
    pub data: Vec<Data>,
    /// What untagged statuses told, SELECT's above all.
    pub codes: Vec<Code>,
    /// How it ended.
    pub status: Status,
}

impl Answer {
    /// The FETCH responses.
    pub fn messages(&self) -> impl Iterator<Item = &MessageData> {
        self.data.iter().filter_map(|data| match data {
            Data::Fetch(message) | Data::UidFetch(message) => Some(message),
            _ => None,
        })
    }
}

impl Imap {
    /// Connects and logs in without TLS; for tests.
    pub async fn connect_in_clear(address: SocketAddr, login: &Login) -> anyhow::Result<Self> {
        let mut imap = Self::greeted(address, Config::new()).await?;
        imap.log_in(login).await?;
        Ok(imap)
    }

    async fn greeted(address: SocketAddr, config: Config) -> anyhow::Result<Self> {
        let mut imap = Self {
            client: Client::new(config),
            wire: Wire::connect(address).await?,
            input: BytesMut::new(),
        };
        match imap.event().await? {
            Event::Greeting(status) if status.is_ok() => Ok(imap),
            event => bail!("no greeting: {event:?}"),
        }
    }

    /// Connects, starts TLS and logs in.
    pub async fn connect(
        address: SocketAddr,
        connector: &TlsConnector,
        host: &str,
        login: &Login,
    ) -> anyhow::Result<Self> {
        let mut imap = Self::greeted(address, Config::new().requiring_tls()).await?;
        let tls = imap.client.send(Command::StartTls)?;
        loop {
            match imap.event().await? {
                Event::UpgradeTls { .. } => break,
                Event::Done { handle, status, .. } if handle == tls => {
                    ensure!(status.is_ok(), "no TLS: {status:?}");
                }
                _ => {}
            }
        }
        imap.wire.connect_tls(connector, host).await?;
        imap.client.tls_established(&imap.input)?;
        imap.log_in(login).await?;
        Ok(imap)
    }

    async fn log_in(&mut self, login: &Login) -> anyhow::Result<()> {
        if !login.scram {
            let command = Command::login(login.name.as_str(), login.password.clone());
            self.command(command).await?;
            return Ok(());
        }
        let mut exchange = login.exchange()?;
        let sent = self.client.send(Command::Authenticate {
            mechanism: Atom::new("SCRAM-SHA-256")?,
            initial: Some(exchange.step(None)?.into()),
        })?;
        loop {
            match self.event().await? {
                Event::Challenge { handle, data } => {
                    let response = exchange.step(Some(data.reveal()))?;
                    self.client.respond(handle, &response.into())?;
                }
                Event::Done { handle, status, .. } if handle == sent => {
                    ensure!(status.is_ok(), "AUTHENTICATE: {status:?}");
                    return Ok(());
                }
                Event::Closed => bail!("the server closed the session"),
                _ => {}
            }
        }
    }

    /// The next event that is no plumbing.
    async fn event(&mut self) -> anyhow::Result<Event> {
        loop {
            match self.client.poll(&mut self.input)? {
                Event::NeedInput => {
                    let read = self.wire.exchange(self.client.output(), &mut self.input);
                    if read.await? == 0 {
                        self.client.eof(&self.input)?;
                        return Ok(Event::Closed);
                    }
                }
                event => return Ok(event),
            }
        }
    }

    /// Sends a command that must succeed.
    pub async fn command(&mut self, command: Command) -> anyhow::Result<Answer> {
        self.run(command, |_| {}).await
    }

    /// Sends a command that must succeed; the octets of large sections go to `section` as they come.
    pub async fn run(
        &mut self,
        command: Command,
        mut section: impl FnMut(Bytes),
    ) -> anyhow::Result<Answer> {
        let name = command.name().to_owned();
        let sent = self.client.send(command)?;
        let (mut data, mut codes) = (Vec::new(), Vec::new());
        loop {
            match self.event().await? {
                Event::Data { data: one, .. } => data.push(one),
                Event::Status { status, .. } => codes.extend(status.code),
                Event::SectionChunk { chunk, .. } => section(chunk),
                Event::Done { handle, status, .. } if handle == sent => {
                    ensure!(status.is_ok(), "{name}: {status:?}");
                    return Ok(Answer {
                        data,
                        codes,
                        status,
                    });
                }
                Event::Bye(status) if name != "LOGOUT" => bail!("the server leaves: {status:?}"),
                Event::Closed => bail!("the server closed the session"),
                _ => {}
            }
        }
    }

    /// Begins IDLE; what it is ended with.
    pub async fn begin_idle(&mut self) -> anyhow::Result<Handle> {
        let sent = self.client.send(Command::Idle)?;
        loop {
            match self.event().await? {
                Event::Idling { handle, .. } if handle == sent => return Ok(sent),
                Event::Done { status, .. } => bail!("no IDLE: {status:?}"),
                _ => {}
            }
        }
    }

    /// The next thing that the server tells while idling.
    pub async fn told(&mut self) -> anyhow::Result<Data> {
        loop {
            match self.event().await? {
                Event::Data { data, .. } => return Ok(data),
                Event::Closed => bail!("the server closed the session"),
                _ => {}
            }
        }
    }

    /// Ends IDLE.
    pub async fn end_idle(&mut self, idle: Handle) -> anyhow::Result<()> {
        self.client.idle_done(idle)?;
        loop {
            match self.event().await? {
                Event::Done { handle, status, .. } if handle == idle => {
                    ensure!(status.is_ok(), "IDLE: {status:?}");
                    return Ok(());
                }
                Event::Closed => bail!("the server closed the session"),
                _ => {}
            }
        }
    }

    /// Ends the session.
    pub async fn log_out(mut self) -> anyhow::Result<()> {
        self.command(Command::Logout).await?;
        self.wire.close().await;
        Ok(())
    }
}
