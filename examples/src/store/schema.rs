//! The index.

use rusqlite::Connection;

/// Creates what is not there yet. WAL and `synchronous = FULL` make a committed transaction last
/// through a kill.
pub(super) fn prepare(index: &Connection) -> rusqlite::Result<()> {
    index.busy_timeout(std::time::Duration::from_secs(10))?;
    index.pragma_update(None, "journal_mode", "WAL")?;
    index.pragma_update(None, "synchronous", "FULL")?;
    index.pragma_update(None, "foreign_keys", "ON")?;
    index.execute_batch(
        "CREATE TABLE IF NOT EXISTS mailbox (
             id INTEGER PRIMARY KEY AUTOINCREMENT,
             user TEXT NOT NULL,
             name TEXT NOT NULL,
             folder TEXT NOT NULL,
             uid_validity INTEGER NOT NULL,
             uid_next INTEGER NOT NULL DEFAULT 1,
             modseq INTEGER NOT NULL DEFAULT 1,
             special_use TEXT,
             UNIQUE (user, name)
         );
         CREATE TABLE IF NOT EXISTS subscription (
             user TEXT NOT NULL,
             name TEXT NOT NULL,
             PRIMARY KEY (user, name)
         ) WITHOUT ROWID;
         CREATE TABLE IF NOT EXISTS validity (last INTEGER NOT NULL);
         INSERT INTO validity SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM validity);
         CREATE TABLE IF NOT EXISTS recent (
             mailbox INTEGER PRIMARY KEY REFERENCES mailbox (id) ON DELETE CASCADE,
             uid INTEGER NOT NULL
         );
         CREATE TABLE IF NOT EXISTS message (
             mailbox INTEGER NOT NULL REFERENCES mailbox (id) ON DELETE CASCADE,
             uid INTEGER NOT NULL,
             file TEXT NOT NULL,
             size INTEGER NOT NULL,
             internal_date INTEGER NOT NULL,
             modseq INTEGER NOT NULL,
             flags TEXT NOT NULL,
             PRIMARY KEY (mailbox, uid)
         ) WITHOUT ROWID;
         CREATE INDEX IF NOT EXISTS message_modseq ON message (mailbox, modseq);
         CREATE TABLE IF NOT EXISTS expunged (
             mailbox INTEGER NOT NULL REFERENCES mailbox (id) ON DELETE CASCADE,
             uid INTEGER NOT NULL,
             modseq INTEGER NOT NULL,
             file TEXT NOT NULL,
             PRIMARY KEY (mailbox, uid)
         ) WITHOUT ROWID;
         CREATE INDEX IF NOT EXISTS expunged_modseq ON expunged (mailbox, modseq);",
    )
}
