//! What STORE changes (RFC 3501 §6.4.6).

use alloc::vec::Vec;

use crate::types::{annotation::Annotation, flag::Flags, sequence::SequenceSet, text::AString};

/// Which way STORE changes flags: the sign of `store-att-flags` (RFC 3501 §6.4.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "RFC 3501 closes the set")]
pub enum StoreMode {
    /// `FLAGS`: exactly these.
    Replace,
    /// `+FLAGS`: these too.
    Add,
    /// `-FLAGS`: these no more.
    Remove,
}

/// What STORE changes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreWhat {
    /// The flags.
    Flags(Flags),
    /// `X-GM-LABELS` (Gmail).
    GmailLabels(Vec<AString>),
    /// `ANNOTATION (..)` (RFC 5257 §4.5): it replaces the attributes that are given. Mode and `silent` say nothing here:
    /// the grammar has neither a sign nor `.SILENT` for it.
    Annotations(Vec<Annotation>),
}

/// The arguments of STORE and UID STORE (RFC 3501 §6.4.6).
///
/// # Examples
///
/// ```
/// use mailweft_imap::{Command, Flag, SequenceSet, Store, StoreMode};
///
/// let store = Store::uid(SequenceSet::parse("7,9")?, StoreMode::Add, [Flag::SEEN]).silent();
/// assert_eq!(Command::Store(store).to_string(), "UID STORE 7,9 +FLAGS.SILENT (\\Seen)");
/// # Ok::<(), mailweft_imap::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Store {
    /// Whether the set holds unique identifiers: `UID STORE`.
    pub uid: bool,
    /// Which messages.
    pub set: SequenceSet,
    /// Which way.
    pub mode: StoreMode,
    /// `.SILENT`: the new flags need not be sent back.
    pub silent: bool,
    /// What changes.
    pub what: StoreWhat,
    /// `UNCHANGEDSINCE`: only messages whose mod-sequence is not higher (RFC 7162 §3.1.3).
    pub unchanged_since: Option<u64>,
}

impl Store {
    /// `STORE`: by message sequence numbers.
    pub fn seq(
        set: SequenceSet,
        mode: StoreMode,
        flags: impl IntoIterator<Item = crate::types::flag::Flag>,
    ) -> Self {
        Self {
            uid: false,
            set,
            mode,
            silent: false,
            what: StoreWhat::Flags(flags.into_iter().collect()),
            unchanged_since: None,
        }
    }

    /// `UID STORE`: by unique identifiers.
    pub fn uid(
        set: SequenceSet,
        mode: StoreMode,
        flags: impl IntoIterator<Item = crate::types::flag::Flag>,
    ) -> Self {
        Self {
            uid: true,
            ..Self::seq(set, mode, flags)
        }
    }

    /// `STORE .. ANNOTATION`: by message sequence numbers (RFC 5257 §4.5). Written, it is refused where nothing is given,
    /// or an entry without attributes.
    ///
    /// ```
    /// use mailweft_imap::{Annotation, Command, SequenceSet, Store};
    ///
    /// let gone = Annotation::new("/comment").without("value.shared");
    /// let store = Store::seq_annotations(SequenceSet::parse("1")?, [gone]);
    /// assert_eq!(Command::Store(store).to_string(), "STORE 1 ANNOTATION (/comment (value.shared NIL))");
    /// # Ok::<(), mailweft_imap::ParseError>(())
    /// ```
    pub fn seq_annotations(
        set: SequenceSet,
        annotations: impl IntoIterator<Item = Annotation>,
    ) -> Self {
        Self {
            what: StoreWhat::Annotations(annotations.into_iter().collect()),
            ..Self::seq(set, StoreMode::Replace, [])
        }
    }

    /// `UID STORE .. ANNOTATION`: by unique identifiers (RFC 5257 §4.5); else as
    /// [`seq_annotations`](Self::seq_annotations).
    pub fn uid_annotations(
        set: SequenceSet,
        annotations: impl IntoIterator<Item = Annotation>,
    ) -> Self {
        Self {
            uid: true,
            ..Self::seq_annotations(set, annotations)
        }
    }

    pub(crate) const fn from_parsed(
        uid: bool,
        set: SequenceSet,
        mode: StoreMode,
        silent: bool,
        what: StoreWhat,
        unchanged_since: Option<u64>,
    ) -> Self {
        Self {
            uid,
            set,
            mode,
            silent,
            what,
            unchanged_since,
        }
    }

    /// The new flags need not be sent back.
    #[must_use]
    pub const fn silent(mut self) -> Self {
        self.silent = true;
        self
    }

    /// Only messages whose mod-sequence is not higher (RFC 7162 §3.1.3).
    #[must_use]
    pub const fn unchanged_since(mut self, modseq: u64) -> Self {
        self.unchanged_since = Some(modseq);
        self
    }

    /// The flags a message has after this, when it had `before`.
    #[must_use]
    pub fn apply(&self, before: &Flags) -> Flags {
        let StoreWhat::Flags(flags) = &self.what else {
            return before.clone();
        };
        match self.mode {
            StoreMode::Replace => flags.clone(),
            StoreMode::Add => flags
                .to_vec()
                .iter()
                .fold(before.clone(), |now, f| now.with(f)),
            StoreMode::Remove => flags
                .to_vec()
                .iter()
                .fold(before.clone(), |now, f| now.without(f)),
        }
    }
}
