//! A mailbox as one session sees it: sequence numbers, and what changed that the client was not
//! told of yet.

use std::collections::BTreeSet;

use mailweft_imap::{
    Capability, Data, FetchItem, Flag, Flags, MessageData, SearchReturn, SequenceSet, Server,
    StoreMode,
};

use crate::store::{Mailbox, Message, Store};

/// A selected mailbox.
#[derive(Debug)]
pub(super) struct View {
    pub(super) mailbox: Mailbox,
    pub(super) read_only: bool,
    /// The messages by sequence number, from 1, which is also by UID.
    pub(super) messages: Vec<Message>,
    /// Messages and flags are told up to this mod-sequence.
    modseq: u64,
    /// Expunges are told up to this mod-sequence.
    expunged: u64,
    /// Whether the client knows of mod-sequences (RFC 7162 §3.1).
    pub(super) condstore: bool,
    /// The UIDs that the last SEARCH saved: `$` (RFC 5182).
    pub(super) saved: SequenceSet,
    /// The UIDs that this session is the first to hear of, from and to; nothing of the sort in IMAP4rev2.
    recent: Option<Vec<(u32, u32)>>,
}

pub(super) fn flags_from(flags: &BTreeSet<String>) -> Flags {
    flags
        .iter()
        .filter_map(|flag| {
            if flag.starts_with('\\') {
                Flag::system(flag.as_str()).ok()
            } else {
                Flag::keyword(flag.as_str()).ok()
            }
        })
        .collect()
}

/// Flags as the store keeps them. `\Recent` is the server's own and is never stored.
pub(super) fn flag_set(flags: &Flags) -> BTreeSet<String> {
    flags
        .iter()
        .filter(|flag| !flag.eq_ignore_ascii_case("\\Recent"))
        .map(canonical)
        .collect()
}

/// System flags in one spelling.
fn canonical(flag: &str) -> String {
    ["\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft"]
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(flag))
        .unwrap_or(flag)
        .to_owned()
}

/// What STORE makes of the flags of a message.
pub(super) fn apply(
    mode: StoreMode,
    before: &BTreeSet<String>,
    change: &Flags,
) -> BTreeSet<String> {
    let change = flag_set(change);
    match mode {
        StoreMode::Replace => change,
        StoreMode::Add => before.union(&change).cloned().collect(),
        StoreMode::Remove => before.difference(&change).cloned().collect(),
    }
}

impl View {
    pub(super) fn open(
        store: &Store,
        mailbox: Mailbox,
        read_only: bool,
        condstore: bool,
        rev1: bool,
    ) -> anyhow::Result<Self> {
        let messages = store.messages(&mailbox)?;
        let modseq = messages
            .iter()
            .map(|message| message.modseq)
            .max()
            .unwrap_or(0)
            .max(mailbox.modseq);
        let mut view = Self {
            mailbox,
            read_only,
            messages,
            modseq,
            expunged: modseq,
            condstore,
            saved: SequenceSet::default(),
            recent: rev1.then(Vec::new),
        };
        view.claim_recent(store)?;
        Ok(view)
    }

    /// Takes over as recent what no session was told of yet.
    fn claim_recent(&mut self, store: &Store) -> anyhow::Result<()> {
        let highest = self.highest_uid();
        if self.recent.is_some() {
            let told = store.recent(&self.mailbox, !self.read_only)?;
            let from = self.recent.iter().flatten().map(|&(_, to)| to).max();
            let from = from.unwrap_or(0).max(told) + 1;
            if let Some(recent) = self.recent.as_mut().filter(|_| from <= highest) {
                recent.push((from, highest));
            }
        }
        Ok(())
    }

    fn is_recent(&self, uid: u32) -> bool {
        let mut ranges = self.recent.iter().flatten();
        ranges.any(|&(from, to)| (from..=to).contains(&uid))
    }

    pub(super) fn count_recent(&self) -> u32 {
        let recent = self.messages.iter().filter(|m| self.is_recent(m.uid));
        u32::try_from(recent.count()).unwrap_or(u32::MAX)
    }

    /// The number of the first message that is not seen.
    pub(super) fn first_unseen(&self) -> Option<u32> {
        let unseen = |message: &Message| !message.flags.contains("\\Seen");
        self.messages.iter().position(unseen).map(Self::seq)
    }

    /// The flags of a message as IMAP writes them.
    pub(super) fn flags(&self, place: usize) -> Flags {
        let message = &self.messages[place];
        let flags = flags_from(&message.flags);
        if self.is_recent(message.uid) {
            flags.with(&Flag::RECENT)
        } else {
            flags
        }
    }

    pub(super) fn modseq(&self) -> u64 {
        self.modseq
    }

    pub(super) fn exists(&self) -> u32 {
        u32::try_from(self.messages.len()).unwrap_or(u32::MAX)
    }

    fn highest_uid(&self) -> u32 {
        self.messages.last().map_or(0, |message| message.uid)
    }

    /// Saves the result of a SEARCH: of MIN and MAX alone no more than these (RFC 5182 §2.4).
    pub(super) fn save(&mut self, places: &[usize], returns: &[SearchReturn]) {
        let uid = |&place: &usize| self.messages[place].uid;
        let has = |what| returns.contains(&what);
        let least = has(SearchReturn::Min) || has(SearchReturn::Max);
        let whole = has(SearchReturn::All) || has(SearchReturn::Count) || !least;
        self.saved = if whole {
            places.iter().map(uid).collect()
        } else {
            let first = places.first().filter(|_| has(SearchReturn::Min));
            let last = places.last().filter(|_| has(SearchReturn::Max));
            first.into_iter().chain(last).map(uid).collect()
        };
    }

    /// The mod-sequence that goes with what was found: of the first and the last where no more is asked for, else the
    /// highest (RFC 4731 §3.2).
    pub(super) fn modseq_of(&self, places: &[usize], returns: &[SearchReturn]) -> Option<u64> {
        let has = |what| returns.contains(&what);
        let few = (has(SearchReturn::Min) || has(SearchReturn::Max))
            && !has(SearchReturn::All)
            && !has(SearchReturn::Count);
        let counts = |place: usize| {
            let first = has(SearchReturn::Min) && places.first() == Some(&place);
            let last = has(SearchReturn::Max) && places.last() == Some(&place);
            !few || first || last
        };
        let counted = places.iter().copied().filter(|&place| counts(place));
        counted.map(|place| self.messages[place].modseq).max()
    }

    /// The places in `messages` that a set of sequence numbers or UIDs names, in order.
    pub(super) fn resolve(&self, uid: bool, set: &SequenceSet) -> Vec<usize> {
        let max = if uid {
            self.highest_uid()
        } else {
            self.exists()
        };
        let (uid, set, max) = if set.is_saved() {
            (true, &self.saved, self.highest_uid())
        } else {
            (uid, set, max)
        };
        let mut places = Vec::new();
        for range in set.resolve(max) {
            let (first, last) = if uid {
                let first = self.messages.partition_point(|m| m.uid < *range.start());
                let last = self.messages.partition_point(|m| m.uid <= *range.end());
                (first, last)
            } else {
                let last = (*range.end() as usize).min(self.messages.len());
                ((*range.start() as usize).saturating_sub(1).min(last), last)
            };
            places.extend(first..last);
        }
        places.sort_unstable();
        places.dedup();
        places
    }

    /// Whether a set of sequence numbers names a message that is not there. A range with `*` names what there is, be
    /// it nothing.
    pub(super) fn is_beyond(&self, set: &SequenceSet) -> bool {
        let exists = self.exists();
        set.ranges()
            .iter()
            .any(|range| match (range.first(), range.last()) {
                (Some(first), Some(last)) => first.max(last) > exists,
                _ => false,
            })
    }

    pub(super) fn seq(place: usize) -> u32 {
        u32::try_from(place + 1).unwrap_or(u32::MAX)
    }

    /// Tells the client what changed since it was told last. Expunges are left for later where the
    /// RFC forbids them now (RFC 3501 §7.4.1).
    pub(super) fn catch_up(
        &mut self,
        store: &Store,
        server: &mut Server,
        expunges: bool,
    ) -> anyhow::Result<()> {
        let since = self.modseq.min(self.expunged);
        let changes = store.changes_since(self.mailbox.id, since)?;
        if expunges && !changes.expunged.is_empty() {
            self.tell_expunged(&changes.expunged, server)?;
        }
        if expunges {
            self.expunged = changes.modseq;
        }
        let before = self.messages.len();
        for message in changes.messages {
            if message.modseq <= self.modseq {
                continue;
            }
            match self.messages.binary_search_by_key(&message.uid, |m| m.uid) {
                Ok(place) => {
                    let changed = self.messages[place].flags != message.flags;
                    self.messages[place] = message;
                    if changed || self.condstore {
                        self.tell_flags(place, server)?;
                    }
                }
                // UIDs grow: what is new comes behind everything else.
                Err(_) => self.messages.push(message),
            }
        }
        self.modseq = changes.modseq;
        if self.messages.len() > before {
            self.claim_recent(store)?;
            server.update(Data::Exists(self.exists()))?;
            if self.recent.is_some() {
                server.update(Data::Recent(self.count_recent()))?;
            }
        }
        Ok(())
    }

    fn tell_expunged(&mut self, uids: &[u32], server: &mut Server) -> anyhow::Result<()> {
        let mut gone = Vec::new();
        for uid in uids {
            if let Ok(place) = self.messages.binary_search_by_key(uid, |m| m.uid) {
                gone.push(place);
            }
        }
        if gone.is_empty() {
            return Ok(());
        }
        gone.sort_unstable();
        if server.enabled().has(&Capability::QRESYNC) {
            let uids: SequenceSet = gone.iter().map(|&place| self.messages[place].uid).collect();
            server.update(Data::Vanished {
                earlier: false,
                uids,
            })?;
        } else {
            // From the last to the first, so that no number shifts before it is told.
            for &place in gone.iter().rev() {
                server.update(Data::Expunge(Self::seq(place)))?;
            }
        }
        let mut next = gone.into_iter().peekable();
        let mut place = 0;
        self.messages.retain(|_| {
            let keep = next.peek() != Some(&place);
            if !keep {
                next.next();
            }
            place += 1;
            keep
        });
        Ok(())
    }

    /// The flags of a message, with its UID, and its mod-sequence for whoever knows of them.
    pub(super) fn flag_items(&self, place: usize) -> Vec<FetchItem> {
        let message = &self.messages[place];
        let mut items = vec![
            FetchItem::Uid(message.uid),
            FetchItem::Flags(self.flags(place)),
        ];
        if self.condstore {
            items.push(FetchItem::ModSeq(message.modseq));
        }
        items
    }

    fn tell_flags(&self, place: usize, server: &mut Server) -> anyhow::Result<()> {
        let data = MessageData::new(Self::seq(place), self.flag_items(place));
        server.update(Data::Fetch(data))?;
        Ok(())
    }

    /// The view takes over messages whose flags this session stored itself, so that they are not told twice.
    pub(super) fn stored(&mut self, messages: Vec<Message>) {
        for message in messages {
            if let Ok(place) = self.messages.binary_search_by_key(&message.uid, |m| m.uid) {
                self.messages[place] = message;
            }
        }
    }
}
