//! Sorting and threading on the server (RFC 5256).

use alloc::vec::Vec;

use crate::types::{
    search::{SearchKey, SearchReturn},
    text::{AString, Atom},
};

/// By what to sort: `sort-key` (RFC 5256 §3, RFC 5957).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SortKey {
    /// `ARRIVAL`: the internal date.
    Arrival,
    /// `CC`: the mailbox of the first address.
    Cc,
    /// `DATE`: the `Date` field, or the internal date.
    Date,
    /// `FROM`: the mailbox of the first address.
    From,
    /// `SIZE`
    Size,
    /// `SUBJECT`: the base subject.
    Subject,
    /// `TO`: the mailbox of the first address.
    To,
    /// `DISPLAYFROM` (RFC 5957).
    DisplayFrom,
    /// `DISPLAYTO` (RFC 5957).
    DisplayTo,
    /// `RELEVANCY` (RFC 6203).
    Relevancy,
    /// `ANNOTATION entry attribute` (RFC 5257).
    Annotation(AString, AString),
    /// A key nobody registered.
    Other(Atom),
}

/// One criterion: a key, in reverse or not (RFC 5256 §5, `sort-criterion`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "RFC 5256 closes the pair")]
pub struct SortCriterion {
    /// `REVERSE`: descending.
    pub reverse: bool,
    /// By what.
    pub key: SortKey,
}

impl From<SortKey> for SortCriterion {
    fn from(key: SortKey) -> Self {
        Self {
            reverse: false,
            key,
        }
    }
}

impl SortKey {
    /// Descending.
    pub const fn reversed(self) -> SortCriterion {
        SortCriterion {
            reverse: true,
            key: self,
        }
    }
}

/// The arguments of SORT and UID SORT (RFC 5256 §3).
///
/// # Examples
///
/// ```
/// use mailweft_imap::{Command, SearchKey, Sort, SortKey};
///
/// let sort = Sort::uid([SortKey::Subject.into(), SortKey::Date.reversed()], SearchKey::unseen());
/// assert_eq!(Command::Sort(sort).to_string(), "UID SORT (SUBJECT REVERSE DATE) UTF-8 UNSEEN");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sort {
    /// Whether unique identifiers are answered.
    pub uid: bool,
    /// What to answer (ESORT, RFC 5267); `None` for a plain SORT.
    pub returns: Option<Vec<SearchReturn>>,
    /// By what.
    pub criteria: Vec<SortCriterion>,
    /// The charset of the strings in the key.
    pub charset: AString,
    /// What to find.
    pub key: SearchKey,
}

impl Sort {
    /// `SORT`, with strings in UTF-8.
    pub fn seq(criteria: impl IntoIterator<Item = SortCriterion>, key: SearchKey) -> Self {
        Self {
            uid: false,
            returns: None,
            criteria: criteria.into_iter().collect(),
            charset: AString::from("UTF-8"),
            key,
        }
    }

    /// `UID SORT`, with strings in UTF-8.
    pub fn uid(criteria: impl IntoIterator<Item = SortCriterion>, key: SearchKey) -> Self {
        Self {
            uid: true,
            ..Self::seq(criteria, key)
        }
    }
}

/// The arguments of THREAD and UID THREAD (RFC 5256 §3).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ThreadBy {
    /// Whether unique identifiers are answered.
    pub uid: bool,
    /// `ORDEREDSUBJECT`, `REFERENCES` or another.
    pub algorithm: Atom,
    /// The charset of the strings in the key.
    pub charset: AString,
    /// What to find.
    pub key: SearchKey,
}

impl ThreadBy {
    /// `ORDEREDSUBJECT` (RFC 5256 §3).
    pub const ORDERED_SUBJECT: Atom = Atom::from_static("ORDEREDSUBJECT");
    /// `REFERENCES` (RFC 5256 §3).
    pub const REFERENCES: Atom = Atom::from_static("REFERENCES");

    /// `UID THREAD`, with strings in UTF-8.
    pub fn uid(algorithm: Atom, key: SearchKey) -> Self {
        Self {
            uid: true,
            algorithm,
            charset: AString::from("UTF-8"),
            key,
        }
    }
}

/// One message in the answer to THREAD.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_structs,
    reason = "depth and number are all there is"
)]
pub struct ThreadNode {
    /// How many messages it is below: 0 for the first of a thread.
    pub depth: u32,
    /// Its number; `None` for a parent that is not there (RFC 5256 §4, a list that starts with a list).
    pub number: Option<u32>,
}

/// The answer to THREAD: every message with its depth, each before its replies (RFC 5256 §4).
///
/// Flat, so that a thread of any depth can be read and dropped.
///
/// # Examples
///
/// ```
/// use mailweft_imap::{Data, Response, Syntax};
///
/// let line = b"* THREAD (2)(3 6 (4 23)(44 7 96))\r\n";
/// let Response::Data(Data::Thread(threads)) = Response::parse(line, &Syntax::strict())?.value else { panic!() };
/// let depths: Vec<_> = threads.iter().map(|node| (node.number.unwrap(), node.depth)).collect();
/// assert_eq!(depths, [(2, 0), (3, 0), (6, 1), (4, 2), (23, 3), (44, 2), (7, 3), (96, 4)]);
/// # Ok::<(), mailweft_imap::ParseError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Threads(Vec<ThreadNode>);

impl Threads {
    /// Messages with their depths, each before its replies. One that is too deep becomes a child of the one before it.
    pub fn new(nodes: impl IntoIterator<Item = ThreadNode>) -> Self {
        let mut deepest = 0;
        Self(
            nodes
                .into_iter()
                .map(|mut node| {
                    node.depth = node.depth.min(deepest);
                    deepest = node.depth.saturating_add(1);
                    node
                })
                .collect(),
        )
    }

    /// The messages, each before its replies.
    pub fn iter(&self) -> core::slice::Iter<'_, ThreadNode> {
        self.0.iter()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn as_slice(&self) -> &[ThreadNode] {
        &self.0
    }
}
