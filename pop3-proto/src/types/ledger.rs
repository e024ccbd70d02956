//! What a client that leaves mail on the server must remember.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};

use super::{MessageNumber, UniqueId, UniqueIdListing};

/// The unique-ids that were fetched before, each with the time at which it was first seen, in
/// whatever unit the caller counts.
///
/// It is a pure helper: it asks no clock and keeps no file.
///
/// ```
/// use mailweft_pop3::{Ledger, MessageNumber, UniqueId, UniqueIdListing};
///
/// let line = |number, id: &'static str| UniqueIdListing {
///     number: MessageNumber::new(number).unwrap(),
///     id: UniqueId::new(id).unwrap(),
/// };
/// let mut ledger = Ledger::new();
/// let plan = ledger.plan(&[line(1, "a"), line(2, "b")], 10, Some(5));
/// assert_eq!(plan.new.len(), 2);
/// ledger.fetched(plan.new[0].id.clone(), 10);
///
/// // Five later, "a" has been left long enough, "b" was never fetched, "c" came.
/// let plan = ledger.plan(&[line(1, "a"), line(2, "b"), line(3, "c")], 15, Some(5));
/// assert_eq!(plan.expired, [line(1, "a").number]);
/// assert_eq!(plan.new.len(), 2);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    seen: BTreeMap<UniqueId, u64>,
}

/// What to do with the messages of a session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// To fetch: never seen before.
    pub new: Vec<UniqueIdListing>,
    /// Fetched before, and to be left.
    pub known: Vec<MessageNumber>,
    /// Fetched before, and left for long enough: to delete.
    pub expired: Vec<MessageNumber>,
    /// Listed with a unique-id that another message of this listing has too. They are never taken
    /// for known, so that none is lost; they are not in `new` either.
    pub ambiguous: Vec<UniqueIdListing>,
}

impl Ledger {
    /// A ledger of nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            seen: BTreeMap::new(),
        }
    }

    /// Notes that a message was fetched and stored.
    pub fn fetched(&mut self, id: UniqueId, now: u64) {
        self.seen.entry(id).or_insert(now);
    }

    /// Whether a message was fetched before.
    #[must_use]
    pub fn knows(&self, id: &UniqueId) -> bool {
        self.seen.contains_key(id)
    }

    /// The unique-ids and when each was first seen.
    pub fn iter(&self) -> impl Iterator<Item = (&UniqueId, u64)> {
        self.seen.iter().map(|(id, &at)| (id, at))
    }

    /// Sorts what the server lists, and forgets what it no longer lists. A message expires when it
    /// was first seen `keep` or longer before `now`; `None` never expires any.
    pub fn plan(&mut self, listing: &[UniqueIdListing], now: u64, keep: Option<u64>) -> Plan {
        let mut plan = Plan::default();
        let mut listed = BTreeSet::new();
        let mut twice = BTreeSet::new();
        for line in listing {
            if !listed.insert(&line.id) {
                twice.insert(&line.id);
            }
        }
        for line in listing {
            match self.seen.get(&line.id) {
                _ if twice.contains(&line.id) => plan.ambiguous.push(line.clone()),
                None => plan.new.push(line.clone()),
                Some(&at) if keep.is_some_and(|keep| now.saturating_sub(at) >= keep) => {
                    plan.expired.push(line.number);
                }
                Some(_) => plan.known.push(line.number),
            }
        }
        self.seen.retain(|id, _| listed.contains(id));
        plan
    }
}

impl FromIterator<(UniqueId, u64)> for Ledger {
    fn from_iter<I: IntoIterator<Item = (UniqueId, u64)>>(seen: I) -> Self {
        Self {
            seen: seen.into_iter().collect(),
        }
    }
}
