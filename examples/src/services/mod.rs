//! A mail system: SMTP, POP3 and IMAP servers over one store.

mod delivery;
mod imap;
mod notices;
mod pop3;
mod relay;
mod sasl;
mod smtp;

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::Path,
    sync::{Arc, Mutex},
};

use rustls::pki_types::CertificateDer;
use smtp::Role;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};
use tokio_rustls::TlsConnector;

use crate::{
    store::{Queue, Store},
    wire::{Identity, Way, Wire},
};

/// What all services of one system share.
#[derive(Debug)]
pub struct System {
    /// The domain whose users are local.
    pub domain: String,
    /// What the servers call themselves.
    pub host: String,
    /// Names and passwords.
    pub users: BTreeMap<String, String>,
    /// The mail.
    pub store: Arc<Store>,
    /// The mail that is to go elsewhere.
    pub queue: Arc<Queue>,
    /// The certificate.
    pub identity: Identity,
    /// Whether passwords are taken without TLS; for tests.
    pub insecure_auth: bool,
    /// Where a session is written down as it goes on.
    pub journal: Journal,
    /// Where conversations are kept.
    recorder: Mutex<Recorder>,
    /// Where mail for other domains goes: by domain, or to one relay for all.
    routes: Mutex<Routes>,
    count: std::sync::atomic::AtomicU64,
    stop: watch::Sender<bool>,
}

/// Whoever hears what the servers say: the line, and which server it was.
#[derive(Clone, Default)]
pub struct Journal(Option<Arc<Mutex<Sink>>>);

type Sink = dyn FnMut(&str, &str) + Send;

impl Journal {
    /// One that hears everything.
    pub fn new(sink: impl FnMut(&str, &str) + Send + 'static) -> Self {
        Self(Some(Arc::new(Mutex::new(sink))))
    }

    /// Tells a line.
    pub fn tell(&self, who: &str, line: &str) {
        if let Some(sink) = &self.0 {
            if let Ok(mut sink) = sink.lock() {
                sink(who, line);
            }
        }
    }

    /// Whether anybody listens.
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Journal")
    }
}

/// One conversation as a server had it, decrypted.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// The protocol.
    pub service: Service,
    /// What was said, in order.
    pub said: Vec<(Way, Vec<u8>)>,
}

/// Keeps conversations, for tests that replay them.
#[derive(Clone, Debug, Default)]
pub struct Recorder(Option<Kept>);

type Kept = Arc<Mutex<Vec<Conversation>>>;

impl Recorder {
    /// One that keeps everything; by default nothing is kept.
    pub fn new() -> Self {
        Self(Some(Arc::default()))
    }

    /// All conversations so far.
    pub fn conversations(&self) -> Vec<Conversation> {
        match &self.0 {
            Some(kept) => lock(kept).clone(),
            None => Vec::new(),
        }
    }

    /// What keeps the next conversation.
    fn begin(&self, service: Service) -> impl Fn(Way, &[u8]) + Send + 'static {
        let tape = self.0.clone().map(|kept| {
            let mut conversations = lock(&kept);
            conversations.push(Conversation {
                service,
                said: Vec::new(),
            });
            let number = conversations.len() - 1;
            drop(conversations);
            (kept, number)
        });
        move |way, octets| {
            if let Some((kept, number)) = &tape {
                lock(kept)[*number].said.push((way, octets.to_vec()));
            }
        }
    }
}

/// What is guarded is whole whatever happened to another thread.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Where mail for other domains goes, and whose certificates are trusted there.
#[derive(Debug, Default)]
struct Routes {
    domains: BTreeMap<String, SocketAddr>,
    relay: Option<SocketAddr>,
    trusted: Vec<CertificateDer<'static>>,
}

/// A protocol, and how its connections begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// POP3, with STLS.
    Pop3,
    /// POP3 over TLS from the start.
    Pop3s,
    /// SMTP for other systems, with STARTTLS.
    Smtp,
    /// SMTP for users, with STARTTLS.
    Submission,
    /// SMTP for users over TLS from the start.
    Smtps,
    /// LMTP.
    Lmtp,
    /// IMAP, with STARTTLS.
    Imap,
    /// IMAP over TLS from the start.
    Imaps,
}

impl System {
    /// A system with these users, its mail and queue in a folder.
    pub fn new(
        folder: &Path,
        domain: &str,
        users: BTreeMap<String, String>,
        identity: Identity,
        journal: Journal,
        insecure_auth: bool,
    ) -> anyhow::Result<Arc<Self>> {
        let store = Store::open(folder)?;
        for user in users.keys() {
            store.create_user(user)?;
        }
        store.create_board()?;
        Ok(Arc::new(Self {
            domain: domain.to_owned(),
            host: format!("mail.{domain}"),
            users,
            store,
            queue: Queue::open(&folder.join("queue"))?,
            identity,
            insecure_auth,
            journal,
            recorder: Mutex::default(),
            routes: Mutex::default(),
            count: std::sync::atomic::AtomicU64::new(1),
            stop: watch::channel(false).0,
        }))
    }

    /// A user by a name, `user` or `user@domain`: the name and the password.
    fn user(&self, name: &str) -> Option<(&str, &str)> {
        let user = name
            .strip_suffix(&self.domain)
            .and_then(|name| name.strip_suffix('@'))
            .unwrap_or(name);
        let (user, password) = self.users.get_key_value(user)?;
        Some((user, password))
    }

    /// Whether the password is the user's: the user's name, if so.
    pub fn check_password(&self, name: &str, password: &[u8]) -> Option<String> {
        let (user, stored) = self.user(name)?;
        // In a time that does not tell how much of it was right.
        let same = stored.len() == password.len()
            && stored
                .bytes()
                .zip(password)
                .fold(0, |sum, (a, b)| sum | (a ^ b))
                == 0;
        same.then(|| user.to_owned())
    }

    /// The number of the next connection, for identifiers that must differ.
    fn next_number(&self) -> u64 {
        self.count
            .fetch_add(1, std::sync::atomic::Ordering::Relaxed)
    }

    /// Keeps every conversation from now on.
    pub fn record(&self, recorder: Recorder) {
        *lock(&self.recorder) = recorder;
    }

    /// Sends mail for a domain to this address; its server has this certificate.
    pub fn add_route(&self, domain: &str, address: SocketAddr, trusted: &CertificateDer<'static>) {
        let mut routes = self.routes();
        routes.domains.insert(domain.to_owned(), address);
        routes.trusted.push(trusted.clone());
    }

    /// Sends all mail for other domains to this address.
    pub fn set_relay(&self, relay: SocketAddr) {
        self.routes().relay = Some(relay);
    }

    fn routes(&self) -> std::sync::MutexGuard<'_, Routes> {
        lock(&self.routes)
    }

    /// The address and host name of the server that takes mail for a domain.
    fn next_hop(&self, domain: &str) -> Option<(SocketAddr, String)> {
        let routes = self.routes();
        let address = routes.domains.get(domain).copied().or(routes.relay)?;
        Some((address, format!("mail.{domain}")))
    }

    fn connector(&self) -> anyhow::Result<TlsConnector> {
        crate::wire::connector(&self.routes().trusted)
    }

    /// Serves a protocol on a listener until [`System::stop`].
    pub fn serve(self: &Arc<Self>, service: Service, listener: TcpListener) -> JoinHandle<()> {
        let system = Arc::clone(self);
        let mut stop = self.stop.subscribe();
        tokio::spawn(async move {
            let mut sessions = tokio::task::JoinSet::new();
            loop {
                let accepted = tokio::select! {
                    accepted = listener.accept() => accepted,
                    _ = stop.wait_for(|stop| *stop) => break,
                    Some(_) = sessions.join_next() => continue,
                };
                // Running out of file descriptors passes when a session ends.
                let Ok((socket, peer)) = accepted else {
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                    continue;
                };
                let _ = socket.set_nodelay(true);
                let system = Arc::clone(&system);
                let mut stop = system.stop.subscribe();
                sessions.spawn(async move {
                    tokio::select! {
                        // A connection that breaks ends its session and nothing else.
                        _ = system.session(service, socket.into(), peer) => {}
                        _ = stop.wait_for(|stop| *stop) => {}
                    }
                });
            }
            sessions.shutdown().await;
        })
    }

    async fn session(
        self: &Arc<Self>,
        service: Service,
        mut wire: Wire,
        peer: SocketAddr,
    ) -> anyhow::Result<()> {
        let encrypted = matches!(service, Service::Pop3s | Service::Smtps | Service::Imaps);
        if encrypted {
            wire.accept_tls(self.identity.acceptor()).await?;
        }
        wire.tap(Box::new(lock(&self.recorder).begin(service)));
        match service {
            Service::Pop3 | Service::Pop3s => pop3::session(self, wire, encrypted).await,
            Service::Imap | Service::Imaps => imap::session(self, wire, encrypted).await,
            Service::Smtp => smtp::session(self, wire, peer, Role::Relay, encrypted).await,
            Service::Lmtp => smtp::session(self, wire, peer, Role::Lmtp, encrypted).await,
            Service::Submission | Service::Smtps => {
                smtp::session(self, wire, peer, Role::Submission, encrypted).await
            }
        }
    }

    /// Ends all services and sessions. What was acknowledged is on disk already.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }
}
