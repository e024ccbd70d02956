//! What a client knows of the selected mailbox, kept up to date by what the server says.

use alloc::vec::Vec;

use crate::types::{
    code::Code,
    command::QResync,
    fetch::MessageData,
    flag::Flags,
    response::{Data, Status},
    sequence::{SequenceRange, SequenceSet},
};

/// Messages with consecutive numbers whose identifiers are consecutive too, or not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    /// The identifier of the first; zero when they are not known.
    uid: u32,
    len: u32,
}

impl Run {
    fn uid_at(self, index: u32) -> Option<u32> {
        match self.uid {
            0 => None,
            uid => uid.checked_add(index),
        }
    }
}

/// What changed in the mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// Messages came: from this number up to that one.
    New {
        /// The number of the first.
        first: u32,
        /// The number of the last.
        last: u32,
    },
    /// A message is gone; those behind it have moved down by one.
    Removed {
        /// The number it had.
        seq: u32,
        /// Its identifier, if it was known.
        uid: Option<u32>,
    },
    /// The messages of these identifiers are gone; those behind them have moved down.
    Vanished(SequenceSet),
    /// A message has, maybe newly, these flags.
    Flags {
        /// Its number.
        seq: u32,
        /// Its identifier, if it is known.
        uid: Option<u32>,
        /// Its flags.
        flags: Flags,
        /// Its mod-sequence, if it was told.
        modseq: Option<u64>,
    },
}

/// The selected mailbox as a client sees it: how many messages, which number is which identifier (RFC 3501 §7.4.1).
///
/// Give it all [`Data`] and [`Status`] that the session tells, from SELECT on. It takes memory for each gap between
/// identifiers, not for each message, and none for flags: those come as [`Change`]s.
///
/// # Examples
///
/// ```
/// use mailweft_imap::{Data, FetchItem, Flag, MessageData, model::{Change, SelectedMailbox}};
///
/// let mut mailbox = SelectedMailbox::new();
/// mailbox.apply(&Data::Exists(3));
/// for (seq, uid) in [(1, 10), (2, 11), (3, 15)] {
///     mailbox.apply(&Data::Fetch(MessageData::new(seq, [FetchItem::Uid(uid)])));
/// }
/// assert_eq!(mailbox.apply(&Data::Expunge(2)), Some(Change::Removed { seq: 2, uid: Some(11) }));
/// assert_eq!((mailbox.exists(), mailbox.uid(2), mailbox.seq(15)), (2, Some(15), Some(2)));
/// assert_eq!(mailbox.uids().to_string(), "10,15");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SelectedMailbox {
    runs: Vec<Run>,
    exists: u32,
    /// Runs of no messages, which stay until there are many of them.
    empty: usize,
    /// The run that was used last, and the number of its first message: what comes next is most often there.
    hint: (usize, u32),
    uid_validity: Option<u32>,
    uid_next: Option<u32>,
    highest_modseq: Option<u64>,
    flags: Flags,
    permanent_flags: Option<Flags>,
    read_only: bool,
}

/// What to keep for the next time the mailbox is selected (RFC 7162 §3.2.5): plain data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct SyncState {
    /// The UIDVALIDITY that the rest holds for.
    pub uid_validity: u32,
    /// The highest mod-sequence that was seen.
    pub highest_modseq: u64,
    /// The known identifiers, as a sequence set.
    pub uids: alloc::string::String,
}

impl SyncState {
    /// What SELECT is told. `None` when there is nothing to start from.
    pub fn qresync(&self) -> Option<QResync> {
        if self.uid_validity == 0 || self.highest_modseq == 0 {
            return None;
        }
        let qresync = QResync::new(self.uid_validity, self.highest_modseq);
        Some(match SequenceSet::parse(&self.uids) {
            Ok(uids) => qresync.known_uids(uids),
            Err(_) => qresync,
        })
    }
}

impl SelectedMailbox {
    /// A mailbox of which nothing is known: before SELECT.
    pub fn new() -> Self {
        Self::default()
    }

    /// A mailbox of which these identifiers are known from last time; what a SELECT with QRESYNC says comes on top.
    ///
    /// When its UIDVALIDITY turns out to be another, all is forgotten.
    pub fn resume(state: &SyncState) -> Self {
        let mut mailbox = Self::default();
        if let Ok(uids) = SequenceSet::parse(&state.uids) {
            mailbox.uid_validity = Some(state.uid_validity);
            mailbox.highest_modseq = Some(state.highest_modseq);
            for range in uids.resolve(u32::MAX) {
                let len = range.end().saturating_sub(*range.start()).saturating_add(1);
                mailbox.runs.push(Run {
                    uid: *range.start(),
                    len,
                });
                mailbox.exists = mailbox.exists.saturating_add(len);
            }
        }
        mailbox
    }

    /// How many messages there are.
    pub const fn exists(&self) -> u32 {
        self.exists
    }

    /// The UIDVALIDITY.
    pub const fn uid_validity(&self) -> Option<u32> {
        self.uid_validity
    }

    /// The identifier that the next message will have, or a lower one.
    pub const fn uid_next(&self) -> Option<u32> {
        self.uid_next
    }

    /// The highest mod-sequence that was told.
    pub const fn highest_modseq(&self) -> Option<u64> {
        self.highest_modseq
    }

    /// The flags that messages can have.
    pub const fn flags(&self) -> &Flags {
        &self.flags
    }

    /// The flags that a client can change for good; all, if nothing was told.
    pub const fn permanent_flags(&self) -> Option<&Flags> {
        self.permanent_flags.as_ref()
    }

    /// Whether nothing can be changed.
    pub const fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// The identifier of the message with this number, if it is known.
    pub fn uid(&self, seq: u32) -> Option<u32> {
        let (index, first) = self.find(seq)?;
        self.runs.get(index)?.uid_at(seq.saturating_sub(first))
    }

    /// The number of the message with this identifier, if it is known.
    pub fn seq(&self, uid: u32) -> Option<u32> {
        let mut first = 1u32;
        for run in &self.runs {
            if run.uid != 0 && run.len > 0 {
                let index = uid.wrapping_sub(run.uid);
                if uid >= run.uid && index < run.len {
                    return first.checked_add(index);
                }
            }
            first = first.saturating_add(run.len);
        }
        None
    }

    /// The known identifiers.
    pub fn uids(&self) -> SequenceSet {
        let mut ranges: Vec<SequenceRange> = Vec::new();
        for run in self.runs.iter().filter(|run| run.uid != 0 && run.len > 0) {
            let last = run.uid.saturating_add(run.len.saturating_sub(1));
            match ranges.last_mut() {
                Some(before) if before.last().and_then(|l| l.checked_add(1)) == Some(run.uid) => {
                    *before = SequenceRange::new(before.first().unwrap_or(run.uid), last);
                }
                _ => ranges.push(SequenceRange::new(run.uid, last)),
            }
        }
        SequenceSet::from_ranges(ranges).unwrap_or_default()
    }

    /// The numbers of the messages whose identifiers are not known: what to fetch `UID` of.
    pub fn unknown(&self) -> SequenceSet {
        let mut ranges = Vec::new();
        let mut first = 1u32;
        for run in &self.runs {
            let next = first.saturating_add(run.len);
            if run.uid == 0 && run.len > 0 {
                ranges.push(SequenceRange::new(first, next.saturating_sub(1)));
            }
            first = next;
        }
        SequenceSet::from_ranges(ranges).unwrap_or_default()
    }

    /// What to keep for next time; `None` while the UIDVALIDITY is not known.
    pub fn sync_state(&self) -> Option<SyncState> {
        Some(SyncState {
            uid_validity: self.uid_validity?,
            highest_modseq: self.highest_modseq.unwrap_or_default(),
            uids: alloc::format!("{}", self.uids()),
        })
    }

    /// Takes a status in, tagged or not: its code may say something of the mailbox.
    pub fn apply_status(&mut self, status: &Status) {
        match &status.code {
            Some(Code::UidValidity(validity)) => {
                if self.uid_validity.is_some_and(|known| known != *validity) {
                    // RFC 3501 §2.3.1.1: the identifiers of before mean nothing any more.
                    self.runs.clear();
                    self.runs.push(Run {
                        uid: 0,
                        len: self.exists,
                    });
                    self.hint = (0, 1);
                    self.empty = 0;
                    self.highest_modseq = None;
                }
                self.uid_validity = Some(*validity);
            }
            Some(Code::UidNext(uid)) => self.uid_next = Some(*uid),
            Some(Code::HighestModSeq(modseq)) => self.saw(*modseq),
            Some(Code::NoModSeq) => self.highest_modseq = None,
            Some(Code::PermanentFlags(flags)) => self.permanent_flags = Some(flags.clone()),
            Some(Code::ReadOnly) => self.read_only = true,
            Some(Code::ReadWrite) => self.read_only = false,
            Some(Code::Closed) => *self = Self::default(),
            _ => {}
        }
    }

    fn saw(&mut self, modseq: u64) {
        self.highest_modseq = Some(self.highest_modseq.unwrap_or_default().max(modseq));
    }

    /// Takes data in, and says what changed. Data that are not about the mailbox change nothing.
    pub fn apply(&mut self, data: &Data) -> Option<Change> {
        match data {
            Data::Exists(count) => self.grow(*count),
            Data::Expunge(seq) => self.remove(*seq),
            Data::Vanished { uids, .. } => {
                let before = self.exists;
                self.vanish(uids);
                (self.exists != before).then(|| Change::Vanished(uids.clone()))
            }
            Data::Flags(flags) => {
                self.flags = flags.clone();
                None
            }
            Data::Fetch(message) => self.fetched(message),
            _ => None,
        }
    }

    fn grow(&mut self, count: u32) -> Option<Change> {
        let new = count.checked_sub(self.exists).filter(|new| *new > 0);
        let Some(new) = new else {
            // Fewer than before without an EXPUNGE: the last ones are gone.
            while self.exists > count {
                self.remove(self.exists);
            }
            return None;
        };
        match self.runs.last_mut() {
            Some(run) if run.uid == 0 && run.len > 0 => run.len = run.len.saturating_add(new),
            _ => self.runs.push(Run { uid: 0, len: new }),
        }
        let first = self.exists.saturating_add(1);
        self.exists = count;
        Some(Change::New { first, last: count })
    }

    /// The run that holds the message with this number, and the number of its first message.
    fn find(&self, seq: u32) -> Option<(usize, u32)> {
        if seq == 0 || seq > self.exists {
            return None;
        }
        let (mut index, mut first) = match self.hint.1 {
            known @ 1.. if known <= seq => (self.hint.0, known),
            _ => (0, 1),
        };
        loop {
            let run = self.runs.get(index)?;
            let next = first.saturating_add(run.len);
            if seq < next {
                return Some((index, first));
            }
            (index, first) = (index.saturating_add(1), next);
        }
    }

    /// Puts `middle` in the place of one message of a run.
    fn split(&mut self, index: usize, at: u32, middle: Option<Run>) {
        let Some(run) = self.runs.get(index).copied() else {
            return;
        };
        let before = Run { len: at, ..run };
        let behind = at.saturating_add(1);
        let after = Run {
            uid: run.uid_at(behind).unwrap_or(0),
            len: run.len.saturating_sub(behind),
        };
        let parts = [Some(before), middle, Some(after)];
        let mut parts = parts.into_iter().flatten().filter(|run| run.len > 0);
        let first = parts.next();
        if let Some(place) = self.runs.get_mut(index) {
            if first.is_none() {
                self.empty = self.empty.saturating_add(1);
            }
            *place = first.unwrap_or(Run { uid: 0, len: 0 });
        }
        for (offset, part) in (1usize..).zip(parts) {
            let place = index.saturating_add(offset).min(self.runs.len());
            self.runs.insert(place, part);
        }
    }

    fn remove(&mut self, seq: u32) -> Option<Change> {
        let (index, first) = self.find(seq)?;
        let at = seq.saturating_sub(first);
        let uid = self.runs.get(index)?.uid_at(at);
        match self.runs.get_mut(index) {
            // At either end nothing needs be split.
            Some(run) if at == 0 && run.len > 1 => {
                *run = Run {
                    uid: run.uid_at(1).unwrap_or(0),
                    len: run.len.saturating_sub(1),
                };
            }
            Some(run) if at.saturating_add(1) == run.len && run.len > 1 => {
                run.len = run.len.saturating_sub(1);
            }
            _ => self.split(index, at, None),
        }
        self.exists = self.exists.saturating_sub(1);
        self.hint = (index, first);
        self.compact();
        Some(Change::Removed { seq, uid })
    }

    /// Drops empty runs when they are many, so that each costs little on the whole.
    fn compact(&mut self) {
        if self.empty > 32 && self.empty > self.runs.len() / 2 {
            self.runs.retain(|run| run.len > 0);
            self.empty = 0;
            self.hint = (0, 1);
        }
    }

    fn vanish(&mut self, uids: &SequenceSet) {
        let gone = uids.resolve(u32::MAX);
        let mut gone = gone.iter().peekable();
        let mut kept: Vec<Run> = Vec::with_capacity(self.runs.len());
        let mut exists = 0u32;
        let mut last = 0u32;
        for run in self.runs.iter().copied().filter(|run| run.len > 0) {
            if run.uid == 0 || run.uid < last {
                kept.push(run);
                exists = exists.saturating_add(run.len);
                continue;
            }
            let end = run.uid.saturating_add(run.len.saturating_sub(1));
            last = end;
            let mut low = Some(run.uid);
            while let (Some(start), Some(range)) = (low, gone.peek()) {
                if *range.end() < start {
                    gone.next();
                    continue;
                }
                if *range.start() > end {
                    break;
                }
                if let Some(len) = range.start().checked_sub(start).filter(|len| *len > 0) {
                    kept.push(Run { uid: start, len });
                    exists = exists.saturating_add(len);
                }
                low = range.end().checked_add(1).filter(|next| *next <= end);
            }
            if let Some(start) = low {
                let len = end.saturating_sub(start).saturating_add(1);
                kept.push(Run { uid: start, len });
                exists = exists.saturating_add(len);
            }
        }
        self.runs = kept;
        self.exists = exists;
        self.empty = 0;
        self.hint = (0, 1);
    }

    fn fetched(&mut self, message: &MessageData) -> Option<Change> {
        let seq = message.seq();
        if let Some(uid) = message.uid() {
            self.know(seq, uid);
        }
        if let Some(modseq) = message.modseq() {
            self.saw(modseq);
        }
        Some(Change::Flags {
            seq,
            uid: self.uid(seq),
            flags: message.flags()?.clone(),
            modseq: message.modseq(),
        })
    }

    /// The message with this number has this identifier.
    fn know(&mut self, seq: u32, uid: u32) {
        let Some((index, first)) = self.find(seq) else {
            return;
        };
        self.hint = (index, first);
        let at = seq.saturating_sub(first);
        let Some(run) = self.runs.get(index).copied() else {
            return;
        };
        if run.uid_at(at) == Some(uid) || uid == 0 {
            return;
        }
        // The next of the run before: the one that grows when a mailbox is read from the front.
        if at == 0 {
            let before = index
                .checked_sub(1)
                .and_then(|before| self.runs.get_mut(before));
            if let Some(before) = before {
                if before.len > 0 && before.uid_at(before.len) == Some(uid) {
                    before.len = before.len.saturating_add(1);
                    let rest = Run {
                        uid: run.uid_at(1).unwrap_or(0),
                        len: run.len.saturating_sub(1),
                    };
                    if rest.len == 0 {
                        self.empty = self.empty.saturating_add(1);
                    }
                    if let Some(place) = self.runs.get_mut(index) {
                        *place = rest;
                    }
                    self.hint = (index, first.saturating_add(1));
                    self.compact();
                    return;
                }
            }
        }
        self.split(index, at, Some(Run { uid, len: 1 }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::fetch::FetchItem;

    fn fetch(seq: u32, uid: u32) -> Data {
        Data::Fetch(MessageData::new(seq, [FetchItem::Uid(uid)]))
    }

    /// The definition: a vector of identifiers.
    fn check(mailbox: &SelectedMailbox, model: &[Option<u32>]) {
        assert_eq!(mailbox.exists() as usize, model.len());
        for (index, uid) in model.iter().enumerate() {
            let seq = u32::try_from(index).unwrap() + 1;
            assert_eq!(mailbox.uid(seq), *uid, "{seq} in {mailbox:?}");
            if let Some(uid) = uid {
                assert_eq!(mailbox.seq(*uid), Some(seq));
            }
        }
        let runs: u32 = mailbox.runs.iter().map(|run| run.len).sum();
        assert_eq!(runs, mailbox.exists());
    }

    #[test]
    fn agrees_with_a_vector() {
        let mut random = 1u32;
        let mut next = |below: u32| {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (random >> 8) % below.max(1)
        };
        for _ in 0..200 {
            let mut mailbox = SelectedMailbox::new();
            let mut model: Vec<Option<u32>> = Vec::new();
            let mut uids: Vec<u32> = Vec::new();
            let mut top = 0;
            for _ in 0..60 {
                let count = u32::try_from(model.len()).unwrap();
                match next(4) {
                    0 => {
                        for _ in 0..next(9) {
                            top += 1 + next(3);
                            uids.push(top);
                            model.push(None);
                        }
                        mailbox.apply(&Data::Exists(u32::try_from(model.len()).unwrap()));
                    }
                    1 if count > 0 => {
                        let seq = next(count) + 1;
                        uids.remove(seq as usize - 1);
                        let uid = model.remove(seq as usize - 1);
                        assert_eq!(
                            mailbox.apply(&Data::Expunge(seq)),
                            Some(Change::Removed { seq, uid })
                        );
                    }
                    2 if count > 0 => {
                        let seq = next(count) + 1;
                        let uid = uids[seq as usize - 1];
                        model[seq as usize - 1] = Some(uid);
                        mailbox.apply(&fetch(seq, uid));
                    }
                    _ if !model.contains(&None) && top > 0 => {
                        let (a, b) = (next(top) + 1, next(top) + 1);
                        let set = SequenceSet::range(a, b).unwrap();
                        mailbox.apply(&Data::Vanished {
                            earlier: false,
                            uids: set.clone(),
                        });
                        uids.retain(|uid| !set.contains(*uid, top));
                        model = uids.iter().copied().map(Some).collect();
                    }
                    _ => {
                        for (index, uid) in uids.iter().enumerate() {
                            model[index] = Some(*uid);
                            mailbox.apply(&fetch(u32::try_from(index).unwrap() + 1, *uid));
                        }
                    }
                }
                check(&mailbox, &model);
            }
        }
    }

    #[test]
    fn a_million_messages_take_one_run() {
        let mut mailbox = SelectedMailbox::new();
        mailbox.apply(&Data::Exists(1_000_000));
        for seq in 1..=1_000_000 {
            mailbox.apply(&fetch(seq, seq + 7));
        }
        assert!(mailbox.runs.len() <= 64, "{}", mailbox.runs.len());
        for _ in 0..500_000 {
            mailbox.apply(&Data::Expunge(1));
        }
        assert_eq!(mailbox.uids().to_string(), "500008:1000007");
    }

    #[test]
    fn rfc7162_s3_2_5_the_state_for_next_time() {
        let mut mailbox = SelectedMailbox::new();
        mailbox.apply_status(&Status::ok("").with_code(Code::UidValidity(7)));
        mailbox.apply_status(&Status::ok("").with_code(Code::HighestModSeq(99)));
        mailbox.apply(&Data::Exists(2));
        mailbox.apply(&fetch(1, 3));
        mailbox.apply(&fetch(2, 9));
        let state = mailbox.sync_state().unwrap();
        let qresync = state.qresync().unwrap();
        assert_eq!(
            qresync
                .known_uids
                .as_ref()
                .map(ToString::to_string)
                .as_deref(),
            Some("3,9")
        );
        let mut again = SelectedMailbox::resume(&state);
        assert_eq!((again.exists(), again.seq(9)), (2, Some(2)));
        let earlier = Data::Vanished {
            earlier: true,
            uids: SequenceSet::single(3).unwrap(),
        };
        assert!(again.apply(&earlier).is_some());
        assert_eq!(again.seq(9), Some(1));
        again.apply_status(&Status::ok("").with_code(Code::UidValidity(8)));
        assert_eq!(again.uid(1), None);
    }

    use alloc::string::ToString;
}
