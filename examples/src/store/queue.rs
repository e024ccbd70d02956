//! Mail that waits to be relayed, on disk.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicU64},
};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use super::{now, sync_folder};

/// For whom a message is, and what its sender wants to know (RFC 3461).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Envelope {
    /// The reverse path; empty where it is null.
    pub sender: String,
    /// Who has not got it yet.
    pub recipients: Vec<Recipient>,
    /// `RET=`: `FULL` or `HDRS`.
    pub ret: Option<String>,
    /// `ENVID=`, decoded.
    pub envelope_id: Option<String>,
    /// Whether addresses or header need SMTPUTF8.
    pub smtp_utf8: bool,
    /// Whether the body has 8-bit octets.
    pub eight_bit: bool,
    /// When it was accepted, in seconds since 1970.
    pub accepted: i64,
    /// How often its delivery was tried.
    pub attempts: u32,
    /// Not to be tried before, in seconds since 1970.
    pub next_try: i64,
}

/// One recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// The address.
    pub address: String,
    /// `NOTIFY=` as it was given, or `None`.
    pub notify: Option<String>,
    /// `ORCPT=` decoded, with its type: `rfc822;joe@example.org`.
    pub original: Option<String>,
}

/// The queue of one system.
#[derive(Debug)]
pub struct Queue {
    folder: PathBuf,
    counter: AtomicU64,
    /// Told when something was queued.
    pub wake: Notify,
}

/// A message in the queue.
#[derive(Clone, Debug)]
pub struct Pending {
    /// The name that its files share.
    pub id: String,
    /// The envelope.
    pub envelope: Envelope,
    /// The file with its octets.
    pub message: PathBuf,
}

impl Queue {
    /// Opens or creates the queue in a folder; messages without an envelope were never accepted and
    /// are removed.
    pub fn open(folder: &Path) -> anyhow::Result<Arc<Self>> {
        fs::create_dir_all(folder)?;
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let orphan = match path.extension().and_then(|e| e.to_str()) {
                Some("json") => false,
                Some("eml") => !path.with_extension("json").exists(),
                _ => true,
            };
            if orphan {
                fs::remove_file(path)?;
            }
        }
        Ok(Arc::new(Self {
            folder: folder.to_owned(),
            counter: AtomicU64::new(0),
            wake: Notify::new(),
        }))
    }

    /// Queues the message in `file`. When this returns, it is on disk.
    pub fn push(&self, envelope: &Envelope, file: &Path) -> anyhow::Result<()> {
        let count = self
            .counter
            .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let id = format!("{}-{}-{count}", now(), std::process::id());
        let message = self.folder.join(format!("{id}.eml"));
        if fs::hard_link(file, &message).is_err() {
            fs::copy(file, &message)?;
            File::open(&message)?.sync_all()?;
        }
        self.save(&id, envelope)?;
        self.wake.notify_one();
        Ok(())
    }

    /// Writes an envelope so that it is there whole or not at all.
    fn save(&self, id: &str, envelope: &Envelope) -> anyhow::Result<()> {
        let path = self.folder.join(format!("{id}.json"));
        let draft = self.folder.join(format!("{id}.tmp"));
        let mut file = File::create(&draft)?;
        file.write_all(&serde_json::to_vec_pretty(envelope)?)?;
        file.sync_all()?;
        fs::rename(draft, path)?;
        sync_folder(&self.folder)?;
        Ok(())
    }

    /// Everything that waits, the oldest first.
    pub fn pending(&self) -> anyhow::Result<Vec<Pending>> {
        let mut pending = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            if path.extension().is_none_or(|e| e != "json") {
                continue;
            }
            let text = match fs::read(&path) {
                Ok(text) => text,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error.into()),
            };
            let envelope: Envelope = serde_json::from_slice(&text)
                .with_context(|| format!("{} is damaged", path.display()))?;
            pending.push(Pending {
                id: path
                    .file_stem()
                    .map(|stem| stem.to_string_lossy().into_owned())
                    .unwrap_or_default(),
                envelope,
                message: path.with_extension("eml"),
            });
        }
        pending.sort_by(|a, b| (a.envelope.accepted, &a.id).cmp(&(b.envelope.accepted, &b.id)));
        Ok(pending)
    }

    /// Notes what is left to do for a message; nothing, and it is removed.
    pub fn update(&self, pending: &Pending) -> anyhow::Result<()> {
        if !pending.envelope.recipients.is_empty() {
            return self.save(&pending.id, &pending.envelope);
        }
        fs::remove_file(self.folder.join(format!("{}.json", pending.id)))?;
        sync_folder(&self.folder)?;
        fs::remove_file(&pending.message)?;
        Ok(())
    }
}
