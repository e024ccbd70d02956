//! Messages: stored, listed, flagged, copied, expunged.

use std::{
    collections::{BTreeSet, HashSet},
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::{Draft, Mailbox, Store, sync_folder};

/// What the index knows of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its UID.
    pub uid: u32,
    /// Octets.
    pub size: u64,
    /// Seconds since 1970.
    pub internal_date: i64,
    /// The mod-sequence of its last change.
    pub modseq: u64,
    /// Flags and keywords, as IMAP writes them.
    pub flags: BTreeSet<String>,
    file: String,
}

/// Where a message was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The UIDVALIDITY of the mailbox.
    pub uid_validity: u32,
    /// The UID that it was given.
    pub uid: u32,
}

/// What changed in a mailbox since a mod-sequence.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Messages that came or were flagged.
    pub messages: Vec<Message>,
    /// UIDs of messages that went.
    pub expunged: Vec<u32>,
    /// The mod-sequence up to which this tells.
    pub modseq: u64,
}

fn read(row: &Row<'_>) -> rusqlite::Result<Message> {
    let flags: String = row.get(4)?;
    Ok(Message {
        uid: row.get(0)?,
        size: row.get(1)?,
        internal_date: row.get(2)?,
        modseq: row.get(3)?,
        flags: flags.split_whitespace().map(str::to_owned).collect(),
        file: row.get(5)?,
    })
}

const COLUMNS: &str = "uid, size, internal_date, modseq, flags, file";

fn join(flags: &BTreeSet<String>) -> String {
    flags
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(" ")
}

/// The letters behind `:2,` in the file name, in ASCII order.
fn letters(flags: &BTreeSet<String>) -> String {
    [
        ("\\Draft", 'D'),
        ("\\Flagged", 'F'),
        ("\\Answered", 'R'),
        ("\\Seen", 'S'),
        ("\\Deleted", 'T'),
    ]
    .into_iter()
    .filter(|(flag, _)| flags.contains(*flag))
    .map(|(_, letter)| letter)
    .collect()
}

/// The next mod-sequence of a mailbox; it is used for whatever happens in this transaction.
fn next_modseq(index: &Connection, mailbox: i64) -> rusqlite::Result<u64> {
    index.query_row(
        "UPDATE mailbox SET modseq = modseq + 1 WHERE id = ?1 RETURNING modseq",
        [mailbox],
        |row| row.get(0),
    )
}

/// Enters a message in the index, with the next UID.
fn insert(
    index: &Connection,
    mailbox: &Mailbox,
    file: &str,
    size: u64,
    flags: &BTreeSet<String>,
    internal_date: i64,
) -> rusqlite::Result<Stored> {
    let modseq = next_modseq(index, mailbox.id)?;
    let (uid, uid_validity) = index
        .prepare_cached(
            "UPDATE mailbox SET uid_next = uid_next + 1 WHERE id = ?1
             RETURNING uid_next - 1, uid_validity",
        )?
        .query_row([mailbox.id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    index
        .prepare_cached(
            "INSERT INTO message (mailbox, uid, file, size, internal_date, modseq, flags)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            mailbox.id,
            uid,
            file,
            size,
            internal_date,
            modseq,
            join(flags)
        ])?;
    Ok(Stored { uid_validity, uid })
}

impl Store {
    /// Stores a draft in a mailbox. When this returns, it is on disk and in the index.
    pub fn store(
        &self,
        draft: Draft,
        mailbox: &Mailbox,
        flags: &BTreeSet<String>,
        internal_date: i64,
    ) -> anyhow::Result<Stored> {
        let stored = self.store_all(mailbox, [(draft, flags.clone(), internal_date)])?;
        stored.first().copied().context("it was just stored")
    }

    /// Stores drafts in a mailbox, all or none: each with its flags and its internal date.
    pub fn store_all(
        &self,
        mailbox: &Mailbox,
        drafts: impl IntoIterator<Item = (Draft, BTreeSet<String>, i64)>,
    ) -> anyhow::Result<Vec<Stored>> {
        let mut files = Vec::new();
        for (draft, flags, date) in drafts {
            let file = format!("cur/{}:2,{}", self.unique_name(), letters(&flags));
            match draft.rename(&self.folder(mailbox).join(&file)) {
                Ok(size) => files.push((file, size, flags, date)),
                Err(error) => {
                    self.remove_files(mailbox, &files);
                    return Err(error.into());
                }
            }
        }
        self.enter(mailbox, &files)
    }

    /// Enters files that stand in the Maildir: each with its size, its flags and its internal date. Where that fails,
    /// the files are removed.
    fn enter(
        &self,
        mailbox: &Mailbox,
        files: &[(String, u64, BTreeSet<String>, i64)],
    ) -> anyhow::Result<Vec<Stored>> {
        let enter = || -> anyhow::Result<Vec<Stored>> {
            let mut index = self.index();
            let transaction = index.transaction()?;
            let mut stored = Vec::with_capacity(files.len());
            for (file, size, flags, date) in files {
                stored.push(insert(&transaction, mailbox, file, *size, flags, *date)?);
            }
            transaction.commit()?;
            Ok(stored)
        };
        let stored = enter();
        match &stored {
            Ok(_) => self.tell(mailbox.id),
            Err(_) => self.remove_files(mailbox, files),
        }
        stored
    }

    fn remove_files(&self, mailbox: &Mailbox, files: &[(String, u64, BTreeSet<String>, i64)]) {
        for (file, ..) in files {
            // One that is not there needs no removing.
            let _ = fs::remove_file(self.folder(mailbox).join(file));
        }
    }

    /// All messages of a mailbox, by UID.
    pub fn messages(&self, mailbox: &Mailbox) -> anyhow::Result<Vec<Message>> {
        let sql = format!("SELECT {COLUMNS} FROM message WHERE mailbox = ?1 ORDER BY uid");
        let index = self.index();
        let mut statement = index.prepare_cached(&sql)?;
        let rows = statement.query_map([mailbox.id], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What changed since a mod-sequence.
    pub fn changes_since(&self, mailbox: i64, modseq: u64) -> anyhow::Result<Changes> {
        let mut index = self.index();
        let transaction = index.transaction()?;
        let highest = transaction
            .query_row(
                "SELECT modseq FROM mailbox WHERE id = ?1",
                [mailbox],
                |row| row.get(0),
            )
            .unwrap_or(modseq);
        let sql = format!(
            "SELECT {COLUMNS} FROM message WHERE mailbox = ?1 AND modseq > ?2 ORDER BY uid"
        );
        let messages = transaction
            .prepare_cached(&sql)?
            .query_map(params![mailbox, modseq], read)?
            .collect::<Result<_, _>>()?;
        let expunged = transaction
            .prepare_cached(
                "SELECT uid FROM expunged WHERE mailbox = ?1 AND modseq > ?2 ORDER BY uid",
            )?
            .query_map(params![mailbox, modseq], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        Ok(Changes {
            messages,
            expunged,
            modseq: highest,
        })
    }

    /// Changes flags: `change` is given each message as it is now and says what its flags become, if anything. Nothing
    /// comes in between. What becomes of the messages, the unchanged ones included; those that are gone are left out.
    pub fn change_flags(
        &self,
        mailbox: &Mailbox,
        uids: impl IntoIterator<Item = u32>,
        mut change: impl FnMut(&Message) -> Option<BTreeSet<String>>,
    ) -> anyhow::Result<Vec<Message>> {
        let folder = self.folder(mailbox);
        let sql = format!("SELECT {COLUMNS} FROM message WHERE mailbox = ?1 AND uid = ?2");
        let mut index = self.index();
        let transaction = index.transaction()?;
        let (mut messages, mut modseq) = (Vec::new(), None);
        for uid in uids {
            let found = transaction
                .prepare_cached(&sql)?
                .query_row(params![mailbox.id, uid], read)
                .optional()?;
            let Some(mut message) = found else {
                continue;
            };
            let flags = change(&message).filter(|flags| *flags != message.flags);
            if let Some(flags) = flags {
                let new = match modseq {
                    Some(modseq) => modseq,
                    None => *modseq.insert(next_modseq(&transaction, mailbox.id)?),
                };
                let base = base_name(&message.file);
                let file = format!("cur/{base}:2,{}", letters(&flags));
                if file != message.file {
                    // The index is what counts; the name of the file is for other readers of the Maildir.
                    if let Ok(path) = self.find(&folder, &message.file) {
                        let _ = fs::rename(path, folder.join(&file));
                    }
                }
                transaction
                    .prepare_cached(
                        "UPDATE message SET flags = ?3, modseq = ?4, file = ?5 WHERE mailbox = ?1 AND uid = ?2",
                    )?
                    .execute(params![mailbox.id, uid, join(&flags), new, file])?;
                (message.flags, message.modseq, message.file) = (flags, new, file);
            }
            messages.push(message);
        }
        transaction.commit()?;
        drop(index);
        if modseq.is_some() {
            self.tell(mailbox.id);
        }
        Ok(messages)
    }

    /// Removes messages for good. The index forgets them first: a kill in between leaves files
    /// behind that [`Store::open`] removes.
    pub fn expunge(&self, mailbox: &Mailbox, messages: &[Message]) -> anyhow::Result<u64> {
        let folder = self.folder(mailbox);
        let mut index = self.index();
        let transaction = index.transaction()?;
        let modseq = next_modseq(&transaction, mailbox.id)?;
        for message in messages {
            transaction.execute(
                "DELETE FROM message WHERE mailbox = ?1 AND uid = ?2",
                params![mailbox.id, message.uid],
            )?;
            transaction.execute(
                "INSERT OR IGNORE INTO expunged (mailbox, uid, modseq, file) VALUES (?1, ?2, ?3, ?4)",
                params![mailbox.id, message.uid, modseq, base_name(&message.file)],
            )?;
        }
        transaction.commit()?;
        drop(index);
        for message in messages {
            if let Ok(path) = self.find(&folder, &message.file) {
                fs::remove_file(path)?;
            }
        }
        self.tell(mailbox.id);
        Ok(modseq)
    }

    /// Copies messages to another mailbox, all or none; where each was stored.
    pub fn copy(
        &self,
        from: &Mailbox,
        messages: &[Message],
        to: &Mailbox,
    ) -> anyhow::Result<Vec<Stored>> {
        let mut files = Vec::new();
        for message in messages {
            let file = format!("cur/{}:2,{}", self.unique_name(), letters(&message.flags));
            if let Err(error) = self.copy_file(from, message, &self.folder(to).join(&file)) {
                self.remove_files(to, &files);
                return Err(error.into());
            }
            let flags = message.flags.clone();
            files.push((file, message.size, flags, message.internal_date));
        }
        sync_folder(&self.folder(to).join("cur"))?;
        self.enter(to, &files)
    }

    fn copy_file(&self, from: &Mailbox, message: &Message, target: &Path) -> io::Result<()> {
        let path = self.path(from, message)?;
        // The octets of a message never change, so both names may be one file.
        if fs::hard_link(&path, target).is_err() {
            fs::copy(&path, target)?;
            File::open(target)?.sync_all()?;
        }
        Ok(())
    }

    /// The file of a message.
    pub fn path(&self, mailbox: &Mailbox, message: &Message) -> io::Result<PathBuf> {
        self.find(&self.folder(mailbox), &message.file)
    }

    /// The file, or the one of its base name where its flags were changed meanwhile.
    fn find(&self, folder: &Path, file: &str) -> io::Result<PathBuf> {
        let path = folder.join(file);
        if path.exists() {
            return Ok(path);
        }
        let base = base_name(file);
        for part in ["cur", "new"] {
            for entry in fs::read_dir(folder.join(part))? {
                let entry = entry?;
                if base_name(&entry.file_name().to_string_lossy()) == base {
                    return Ok(entry.path());
                }
            }
        }
        Err(io::Error::new(
            io::ErrorKind::NotFound,
            "the message is gone",
        ))
    }

    fn expunged_files(&self, mailbox: i64) -> anyhow::Result<HashSet<String>> {
        let index = self.index();
        let mut statement = index.prepare_cached("SELECT file FROM expunged WHERE mailbox = ?1")?;
        let rows = statement.query_map([mailbox], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Takes up files that stand in a Maildir and not in the index, and forgets messages whose files
    /// are gone; removes what was never finished.
    pub(super) fn mend(&self) -> anyhow::Result<()> {
        for entry in fs::read_dir(self.root.join("tmp"))? {
            fs::remove_file(entry?.path())?;
        }
        let users: Vec<String> = {
            let index = self.index();
            let mut statement = index.prepare("SELECT DISTINCT user FROM mailbox")?;
            let rows = statement.query_map([], |row| row.get(0))?;
            rows.collect::<Result<_, _>>()?
        };
        for mailbox in users
            .iter()
            .map(|user| self.mailboxes(user))
            .collect::<Result<Vec<_>, _>>()?
            .into_iter()
            .flatten()
        {
            let folder = self.folder(&mailbox);
            let messages = self.messages(&mailbox)?;
            let mut known: HashSet<&str> = messages.iter().map(|m| base_name(&m.file)).collect();
            let expunged = self.expunged_files(mailbox.id)?;
            let mut found = Vec::new();
            for part in ["cur", "new"] {
                for entry in fs::read_dir(folder.join(part))
                    .with_context(|| format!("no Maildir at {}", folder.display()))?
                {
                    let entry = entry?;
                    let name = entry.file_name().to_string_lossy().into_owned();
                    if known.remove(base_name(&name)) {
                        continue;
                    }
                    if expunged.contains(base_name(&name)) {
                        fs::remove_file(entry.path())?;
                        continue;
                    }
                    let metadata = entry.metadata()?;
                    found.push((format!("{part}/{name}"), metadata.len()));
                }
            }
            // All in one transaction: there may be very many.
            let mut index = self.index();
            let transaction = index.transaction()?;
            for (file, size) in found {
                let (none, now) = (BTreeSet::new(), super::now());
                insert(&transaction, &mailbox, &file, size, &none, now)?;
            }
            transaction.commit()?;
            drop(index);
            let gone: Vec<_> = messages
                .iter()
                .filter(|m| known.contains(base_name(&m.file)))
                .cloned()
                .collect();
            if !gone.is_empty() {
                self.expunge(&mailbox, &gone)?;
            }
        }
        Ok(())
    }
}

/// The name of a file without its folder and its flags.
fn base_name(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.split(":2,").next().unwrap_or(name)
}
