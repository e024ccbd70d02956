//! Mailboxes: created, listed, renamed, removed.

use std::{collections::BTreeSet, fs, path::PathBuf};

use anyhow::{Context as _, ensure};
use rusqlite::{OptionalExtension as _, Row, params};

use super::{Store, now};

/// One mailbox of one user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// What the index knows it by.
    pub id: i64,
    /// Whose it is.
    pub user: String,
    /// Its name, levels separated by `/`.
    pub name: String,
    /// UIDVALIDITY.
    pub uid_validity: u32,
    /// UIDNEXT.
    pub uid_next: u32,
    /// HIGHESTMODSEQ.
    pub modseq: u64,
    /// Such as `\Sent`.
    pub special_use: Option<String>,
    folder: String,
}

const COLUMNS: &str = "id, user, name, uid_validity, uid_next, modseq, special_use, folder";

fn read(row: &Row<'_>) -> rusqlite::Result<Mailbox> {
    Ok(Mailbox {
        id: row.get(0)?,
        user: row.get(1)?,
        name: row.get(2)?,
        uid_validity: row.get(3)?,
        uid_next: row.get(4)?,
        modseq: row.get(5)?,
        special_use: row.get(6)?,
        folder: row.get(7)?,
    })
}

/// INBOX is INBOX in any case (RFC 3501 §5.1).
fn canonical(name: &str) -> String {
    let name = name.trim_end_matches('/');
    match name.split_once('/') {
        Some((first, rest)) if first.eq_ignore_ascii_case("INBOX") => format!("INBOX/{rest}"),
        None if name.eq_ignore_ascii_case("INBOX") => "INBOX".into(),
        _ => name.into(),
    }
}

/// Whose the mailboxes are that all users read: a name that no user can have.
const EVERYBODY: &str = ".everybody";

/// What stands before the names of mailboxes that all users read.
pub const SHARED: &str = "Shared/";

impl Mailbox {
    /// Whether all users read it. They write into it as well, and change nothing in it.
    pub fn is_shared(&self) -> bool {
        self.user == EVERYBODY
    }
}

impl Store {
    /// Makes sure that the bulletin board is there, which all users read.
    pub fn create_board(&self) -> anyhow::Result<()> {
        if self.mailbox(EVERYBODY, "Board")?.is_none() {
            self.create_mailbox(EVERYBODY, "Board", None)?;
        }
        Ok(())
    }

    /// A mailbox that a user sees under this name: one of the user's own, or a shared one.
    pub fn visible_mailbox(&self, user: &str, name: &str) -> anyhow::Result<Option<Mailbox>> {
        match name.strip_prefix(SHARED) {
            Some(shared) => Ok(self.mailbox(EVERYBODY, shared)?.map(|mailbox| Mailbox {
                name: name.to_owned(),
                ..mailbox
            })),
            None => self.mailbox(user, name),
        }
    }

    /// All mailboxes that a user sees: the user's own by name, then the shared ones.
    pub fn visible_mailboxes(&self, user: &str) -> anyhow::Result<Vec<Mailbox>> {
        let mut mailboxes = self.mailboxes(user)?;
        for mailbox in self.mailboxes(EVERYBODY)? {
            mailboxes.push(Mailbox {
                name: format!("{SHARED}{}", mailbox.name),
                ..mailbox
            });
        }
        Ok(mailboxes)
    }

    /// Makes sure that a user exists, with the mailboxes that clients look for.
    pub fn create_user(&self, user: &str) -> anyhow::Result<()> {
        ensure!(
            !user.is_empty() && !user.contains(['/', '\0']) && !user.starts_with('.'),
            "{user:?} cannot be a user"
        );
        for (name, special_use) in [
            ("INBOX", None),
            ("Drafts", Some("\\Drafts")),
            ("Sent", Some("\\Sent")),
            ("Trash", Some("\\Trash")),
            ("Archive", Some("\\Archive")),
        ] {
            if self.mailbox(user, name)?.is_none() {
                self.create_mailbox(user, name, special_use)?;
                self.subscribe(user, name, true)?;
            }
        }
        Ok(())
    }

    /// A mailbox by its name.
    pub fn mailbox(&self, user: &str, name: &str) -> anyhow::Result<Option<Mailbox>> {
        let sql = format!("SELECT {COLUMNS} FROM mailbox WHERE user = ?1 AND name = ?2");
        let found = self
            .index()
            .prepare_cached(&sql)?
            .query_row(params![user, canonical(name)], read)
            .optional()?;
        Ok(found)
    }

    /// A mailbox by its id.
    pub fn mailbox_by_id(&self, id: i64) -> anyhow::Result<Option<Mailbox>> {
        let sql = format!("SELECT {COLUMNS} FROM mailbox WHERE id = ?1");
        let found = self
            .index()
            .prepare_cached(&sql)?
            .query_row([id], read)
            .optional()?;
        Ok(found)
    }

    /// All mailboxes of a user, by name.
    pub fn mailboxes(&self, user: &str) -> anyhow::Result<Vec<Mailbox>> {
        let sql = format!("SELECT {COLUMNS} FROM mailbox WHERE user = ?1 ORDER BY name");
        let index = self.index();
        let mut statement = index.prepare_cached(&sql)?;
        let rows = statement.query_map([user], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Creates a mailbox, and those above it.
    pub fn create_mailbox(
        &self,
        user: &str,
        name: &str,
        special_use: Option<&str>,
    ) -> anyhow::Result<Mailbox> {
        let name = canonical(name);
        ensure!(
            !name.is_empty() && !name.contains("//") && !name.contains(['\0', '\r', '\n']),
            "no name for a mailbox"
        );
        let parents = name.match_indices('/').map(|(at, _)| &name[..at]);
        for name in parents.chain([name.as_str()]) {
            if self.mailbox(user, name)?.is_some() {
                continue;
            }
            let folder = folder_of(name);
            let path = self.root.join("users").join(user).join(&folder);
            for part in ["tmp", "new", "cur"] {
                fs::create_dir_all(path.join(part))
                    .with_context(|| format!("cannot create {}", path.display()))?;
            }
            // UIDVALIDITY must grow when a name is used again (RFC 3501 §2.3.1.1), were it within a second.
            let mut index = self.index();
            let transaction = index.transaction()?;
            let validity: u32 = transaction.query_row(
                "UPDATE validity SET last = max(?1, last + 1) RETURNING last",
                [now()],
                |row| row.get(0),
            )?;
            transaction.execute(
                "INSERT INTO mailbox (user, name, folder, uid_validity, special_use)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
                params![user, name, folder, validity, special_use],
            )?;
            transaction.commit()?;
        }
        self.mailbox(user, &name)?.context("it was just created")
    }

    /// Removes a mailbox with all that is in it.
    pub fn delete_mailbox(&self, mailbox: &Mailbox) -> anyhow::Result<()> {
        self.index()
            .execute("DELETE FROM mailbox WHERE id = ?1", [mailbox.id])?;
        fs::remove_dir_all(self.folder(mailbox))?;
        self.tell(mailbox.id);
        Ok(())
    }

    /// Renames a mailbox and those below it.
    pub fn rename_mailbox(&self, mailbox: &Mailbox, to: &str) -> anyhow::Result<()> {
        let to = canonical(to);
        ensure!(self.mailbox(&mailbox.user, &to)?.is_none(), "it exists");
        if let Some((above, _)) = to.rsplit_once('/') {
            self.create_mailbox(&mailbox.user, above, None)?;
        }
        let below = format!("{}/", mailbox.name);
        for child in self.mailboxes(&mailbox.user)? {
            let name = if child.id == mailbox.id {
                to.clone()
            } else if let Some(rest) = child.name.strip_prefix(&below) {
                format!("{to}/{rest}")
            } else {
                continue;
            };
            let folder = folder_of(&name);
            let home = self.root.join("users").join(&child.user);
            fs::rename(home.join(&child.folder), home.join(&folder))?;
            self.index().execute(
                "UPDATE mailbox SET name = ?2, folder = ?3 WHERE id = ?1",
                params![child.id, name, folder],
            )?;
        }
        Ok(())
    }

    /// Subscribes a user to a name, or no longer. There need not be a mailbox of this name: it may come back
    /// (RFC 3501 §6.3.6).
    pub fn subscribe(&self, user: &str, name: &str, subscribed: bool) -> anyhow::Result<()> {
        let sql = match subscribed {
            true => "INSERT OR IGNORE INTO subscription (user, name) VALUES (?1, ?2)",
            false => "DELETE FROM subscription WHERE user = ?1 AND name = ?2",
        };
        self.index().execute(sql, params![user, canonical(name)])?;
        Ok(())
    }

    /// The names that a user is subscribed to, in order.
    pub fn subscriptions(&self, user: &str) -> anyhow::Result<BTreeSet<String>> {
        let index = self.index();
        let mut statement =
            index.prepare_cached("SELECT name FROM subscription WHERE user = ?1")?;
        let rows = statement.query_map([user], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The highest UID that a session was told of as recent. With `claim`, all that is there now is told of, and this
    /// session is the only one that will hear of it (RFC 3501 §2.3.2).
    pub fn recent(&self, mailbox: &Mailbox, claim: bool) -> anyhow::Result<u32> {
        let mut index = self.index();
        let transaction = index.transaction()?;
        let told = transaction
            .prepare_cached("SELECT uid FROM recent WHERE mailbox = ?1")?
            .query_row([mailbox.id], |row| row.get(0))
            .optional()?
            .unwrap_or(0);
        if claim {
            transaction.execute(
                "INSERT INTO recent (mailbox, uid)
                 SELECT id, uid_next - 1 FROM mailbox WHERE id = ?1
                 ON CONFLICT (mailbox) DO UPDATE SET uid = excluded.uid WHERE uid < excluded.uid",
                [mailbox.id],
            )?;
        }
        transaction.commit()?;
        Ok(told)
    }

    /// The Maildir of a mailbox.
    pub(super) fn folder(&self, mailbox: &Mailbox) -> PathBuf {
        self.root
            .join("users")
            .join(&mailbox.user)
            .join(&mailbox.folder)
    }
}

/// The folder of a mailbox, as Maildir++ names it: INBOX is the Maildir itself, all others stand
/// in it with a leading dot. What a file name cannot hold, or would be taken for a level, is escaped.
fn folder_of(name: &str) -> String {
    if name == "INBOX" {
        return "Maildir".into();
    }
    let mut folder = String::from("Maildir/");
    for level in name.split('/') {
        folder.push('.');
        for c in level.chars() {
            match c {
                '.' | '%' => folder.push_str(&format!("%{:02x}", u32::from(c))),
                _ => folder.push(c),
            }
        }
    }
    folder
}
