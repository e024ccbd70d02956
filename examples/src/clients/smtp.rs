//! Sending mail: one connection, one transaction.

use std::{
    fs::File,
    io,
    io::Read as _,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context as _;
use bytes::{Buf as _, BytesMut};
use mailweft_smtp::{
    Client, Mechanism, Reply, Transcript,
    client::{Config, Credentials, Delivery, Envelope, Event, Security},
};
use tokio_rustls::TlsConnector;

use super::login::{Exchange, Login};
use crate::{services::Journal, wire::Wire};

/// Where the octets of a message come from, a few KiB at a time.
pub trait Content: Send {
    /// Gives the next octets, or `None` at the end.
    fn next(&mut self) -> io::Result<Option<&[u8]>>;
}

/// The octets of a file.
#[derive(Debug)]
pub struct FileContent {
    path: PathBuf,
    file: Option<File>,
    chunk: Vec<u8>,
}

impl FileContent {
    /// A file that is opened when it is sent.
    pub fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            file: None,
            chunk: Vec::new(),
        }
    }
}

impl Content for Option<&'static [u8]> {
    /// All at once, and then nothing.
    fn next(&mut self) -> io::Result<Option<&[u8]>> {
        Ok(self.take())
    }
}

impl<C: Content + ?Sized> Content for &mut C {
    fn next(&mut self) -> io::Result<Option<&[u8]>> {
        (**self).next()
    }
}

impl Content for FileContent {
    fn next(&mut self) -> io::Result<Option<&[u8]>> {
        let file = match &mut self.file {
            Some(file) => file,
            None => {
                self.chunk.resize(32 * 1024, 0);
                self.file.insert(File::open(&self.path)?)
            }
        };
        let length = file.read(&mut self.chunk)?;
        Ok((length > 0).then(|| &self.chunk[..length]))
    }
}

/// A server, and how to talk to it.
#[derive(Clone)]
pub struct Target {
    /// Its address.
    pub address: SocketAddr,
    /// The name that its certificate must have.
    pub host: String,
    /// What this client calls itself.
    pub hello: String,
    /// Whether TLS must run, may run, or must not.
    pub security: Security,
    /// Whose certificates are trusted.
    pub connector: TlsConnector,
    /// Who logs in.
    pub login: Option<Login>,
    /// LMTP instead of SMTP.
    pub lmtp: bool,
    /// Who hears what is said.
    pub journal: Journal,
}

/// What became of a message.
#[derive(Debug)]
pub enum Outcome {
    /// One result a recipient, in their order.
    Deliveries(Vec<Delivery>),
    /// The server wants nothing of this client, or the login failed.
    Refused(Reply),
}

/// Sends one message.
pub async fn send(
    target: &Target,
    envelope: Envelope,
    content: &mut dyn Content,
) -> anyhow::Result<Outcome> {
    let mut letters = std::iter::once((envelope, content));
    let mut outcomes = send_all(target, &mut letters).await?;
    outcomes.pop().context("the server closed the session")
}

/// Sends messages over one connection, each in a transaction of its own. What became of them, in their order;
/// fewer than there were where the server left, or wanted nothing of this client.
pub async fn send_all<C: Content>(
    target: &Target,
    letters: &mut (dyn Iterator<Item = (Envelope, C)> + Send),
) -> anyhow::Result<Vec<Outcome>> {
    let config = Config::new(target.hello.as_str())?
        .lmtp(target.lmtp)
        .security(target.security);
    let mut client = Client::new(config);
    if target.journal.is_on() {
        client.record(Transcript::new(64 * 1024));
    }
    let mut wire = Wire::connect(target.address).await?;
    let mut input = BytesMut::new();
    let mut outcomes = Vec::new();
    let mut pump = None::<Pump<C>>;
    let mut exchange = None;
    loop {
        match client.poll(&mut input)? {
            Event::NeedInput => {
                tell(target, &mut client);
                wire.flush(client.output()).await?;
                if let Some(pump) = &mut pump {
                    if pump.push(&mut client)? {
                        continue;
                    }
                }
                let patience = client.reply_deadline().unwrap_or(Duration::from_secs(300));
                let read = wire.exchange(client.output(), &mut input);
                if tokio::time::timeout(patience, read).await?? == 0 {
                    client.eof()?;
                }
            }
            Event::UpgradeTls => {
                tell(target, &mut client);
                wire.flush(client.output()).await?;
                wire.connect_tls(&target.connector, &target.host).await?;
                client.tls_established(&input)?;
            }
            Event::Ready => match &target.login {
                Some(login) if !client.is_authenticated() => {
                    exchange = log_in(&mut client, login)?;
                }
                _ => pump = begin(&mut client, letters.next())?,
            },
            Event::AuthChallenge { challenge } => {
                let exchange = exchange.as_mut().context("a challenge without reason")?;
                let response = exchange.step(Some(challenge.expose()))?;
                client.auth_respond(&response.into())?;
            }
            Event::Authenticated { .. } => pump = begin(&mut client, letters.next())?,
            Event::AuthFailed { reply, .. } | Event::Rejected { reply, .. } => {
                outcomes.push(Outcome::Refused(reply));
                // A client that was rejected has quit already.
                let _ = client.quit();
            }
            Event::SendBody => {
                if let Some(pump) = &mut pump {
                    pump.wanted = true;
                }
            }
            Event::Done { deliveries, .. } => {
                outcomes.push(Outcome::Deliveries(deliveries));
                pump = begin(&mut client, letters.next())?;
            }
            Event::Closed { .. } => {
                tell(target, &mut client);
                // The server may have gone first.
                let _ = wire.flush(client.output()).await;
                wire.close().await;
                return Ok(outcomes);
            }
            _ => {}
        }
    }
}

/// Begins to log in; the exchange, where it takes more than the client runs by itself.
fn log_in(client: &mut Client, login: &Login) -> anyhow::Result<Option<Exchange>> {
    if !login.scram {
        let (name, password) = (login.name.clone(), login.password.clone());
        client.authenticate(Credentials::plain(name, password)?)?;
        return Ok(None);
    }
    let mut exchange = login.exchange()?;
    let first = exchange.step(None)?;
    client.auth(Mechanism::SCRAM_SHA_256, Some(first.into()))?;
    Ok(Some(exchange))
}

/// Begins the next transaction, or takes leave.
fn begin<C>(client: &mut Client, letter: Option<(Envelope, C)>) -> anyhow::Result<Option<Pump<C>>> {
    let Some((envelope, content)) = letter else {
        client.quit()?;
        return Ok(None);
    };
    client.begin(envelope)?;
    Ok(Some(Pump {
        content,
        wanted: false,
        chunk: BytesMut::new(),
        ended: false,
    }))
}

/// The content of the message under way.
struct Pump<C> {
    content: C,
    /// Whether the server has asked for it.
    wanted: bool,
    /// Octets that the session has not taken yet.
    chunk: BytesMut,
    ended: bool,
}

impl<C: Content> Pump<C> {
    /// Gives the session what it takes; whether it took anything, so that there is something to
    /// write before more is read.
    fn push(&mut self, client: &mut Client) -> anyhow::Result<bool> {
        if self.ended || !self.wanted {
            return Ok(false);
        }
        if self.chunk.is_empty() {
            match self.content.next()? {
                Some(chunk) => self.chunk.extend_from_slice(chunk),
                None => {
                    self.ended = true;
                    client.body_end()?;
                    return Ok(true);
                }
            }
        }
        let taken = client.body(&self.chunk)?;
        self.chunk.advance(taken);
        Ok(taken > 0)
    }
}

fn tell(target: &Target, client: &mut Client) {
    if let Some(transcript) = client.transcript() {
        for line in transcript.take().lines() {
            target.journal.tell(&target.hello, line);
        }
    }
}
