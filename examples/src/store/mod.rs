//! Mail on disk: one Maildir per mailbox, and one SQLite file that knows UIDs, flags and
//! mod-sequences.
//!
//! A message is acknowledged only when it is on disk: written to the `tmp/` of the store (once, whoever it is for; a Maildir's own would
//! be a guess before its recipients are known), synced, renamed, the folder
//! synced, and then entered in the index, in a transaction. After a kill at any moment,
//! [`Store::open`] takes up whatever was renamed and not entered.

mod draft;
mod mailbox;
mod message;
mod queue;
mod schema;

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, atomic::AtomicU64},
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::Context as _;
use rusqlite::Connection;
use tokio::sync::broadcast;

pub use draft::Draft;
pub use mailbox::{Mailbox, SHARED};
pub use message::{Changes, Message, Stored};
pub use queue::{Envelope, Pending, Queue, Recipient};

/// The mail of all users of one system.
#[derive(Debug)]
pub struct Store {
    root: PathBuf,
    index: Mutex<Connection>,
    changed: broadcast::Sender<i64>,
    locked: Mutex<HashSet<String>>,
    counter: AtomicU64,
}

/// The lock of one user's maildrop (RFC 1939 §4), until it is dropped.
#[derive(Debug)]
pub struct MaildropLock {
    store: Arc<Store>,
    user: String,
}

impl Drop for MaildropLock {
    fn drop(&mut self) {
        lock(&self.store.locked).remove(&self.user);
    }
}

/// A lock that another thread's panic does not poison: what it guards is always whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Seconds since 1970.
pub fn now() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |age| i64::try_from(age.as_secs()).unwrap_or(i64::MAX))
}

/// Makes what was renamed or created in a folder last.
fn sync_folder(path: &Path) -> io::Result<()> {
    fs::File::open(path)?.sync_all()
}

impl Store {
    /// Opens or creates the store in a folder, and mends what a kill left half done.
    pub fn open(root: &Path) -> anyhow::Result<Arc<Self>> {
        for folder in ["users", "tmp"] {
            fs::create_dir_all(root.join(folder))
                .with_context(|| format!("cannot create {}", root.display()))?;
        }
        let index = Connection::open(root.join("index.sqlite"))?;
        schema::prepare(&index)?;
        let store = Arc::new(Self {
            root: root.to_owned(),
            index: Mutex::new(index),
            changed: broadcast::channel(1024).0,
            locked: Mutex::default(),
            counter: AtomicU64::new(0),
        });
        store.mend()?;
        Ok(store)
    }

    /// The folder of the store.
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn index(&self) -> MutexGuard<'_, Connection> {
        lock(&self.index)
    }

    /// The mailboxes in which something changes, as it does.
    pub fn changes(&self) -> broadcast::Receiver<i64> {
        self.changed.subscribe()
    }

    fn tell(&self, mailbox: i64) {
        // That nobody listens is no fault.
        let _ = self.changed.send(mailbox);
    }

    /// Locks a user's maildrop for one POP3 session; `None` where another has it.
    pub fn lock_maildrop(self: &Arc<Self>, user: &str) -> Option<MaildropLock> {
        lock(&self.locked)
            .insert(user.to_owned())
            .then(|| MaildropLock {
                store: Arc::clone(self),
                user: user.to_owned(),
            })
    }

    /// A file name that no other message of this store has or had.
    fn unique_name(&self) -> String {
        let count = self
            .counter
            .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let age = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        format!(
            "{}.M{}P{}Q{count}.mailweft",
            age.as_secs(),
            age.subsec_nanos(),
            std::process::id()
        )
    }
}
