//! What SEARCH asks for and what it answers (RFC 3501 §6.4.4, RFC 4731, RFC 9051 §6.4.4).

use alloc::vec::Vec;
use core::ops::{BitAnd, BitOr, Not};

use bytes::{BufMut, Bytes, BytesMut};

use crate::types::{
    date_time::Date,
    flag::Flag,
    mailbox::Mailbox,
    section::{ObjectId, PartialRange},
    sequence::SequenceSet,
    text::{AString, Atom, Text},
    value::Value,
    wire,
};

/// One condition of a search: a `search-key` that has no other key in it (RFC 3501 §6.4.4).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Criterion {
    /// `ALL`
    All,
    /// `ANSWERED`, `DELETED`, `DRAFT`, `FLAGGED`, `RECENT`, `SEEN` or `KEYWORD`.
    Flag(Flag),
    /// `UNANSWERED`, `UNDELETED`, `UNDRAFT`, `UNFLAGGED`, `OLD`, `UNSEEN` or `UNKEYWORD`.
    NotFlag(Flag),
    /// `NEW`: recent and not seen.
    New,
    /// `BCC`
    Bcc(AString),
    /// `CC`
    Cc(AString),
    /// `FROM`
    From(AString),
    /// `TO`
    To(AString),
    /// `SUBJECT`
    Subject(AString),
    /// `BODY`
    Body(AString),
    /// `TEXT`
    Text(AString),
    /// `HEADER`: the field's name, and what is in it.
    Header(AString, AString),
    /// `BEFORE`: the internal date.
    Before(Date),
    /// `ON`: the internal date.
    On(Date),
    /// `SINCE`: the internal date.
    Since(Date),
    /// `SENTBEFORE`: the `Date` field.
    SentBefore(Date),
    /// `SENTON`: the `Date` field.
    SentOn(Date),
    /// `SENTSINCE`: the `Date` field.
    SentSince(Date),
    /// `SAVEDBEFORE` (RFC 8514).
    SavedBefore(Date),
    /// `SAVEDON` (RFC 8514).
    SavedOn(Date),
    /// `SAVEDSINCE` (RFC 8514).
    SavedSince(Date),
    /// `SAVEDATESUPPORTED` (RFC 8514).
    SaveDateSupported,
    /// `LARGER`
    Larger(u64),
    /// `SMALLER`
    Smaller(u64),
    /// Message sequence numbers.
    Seq(SequenceSet),
    /// `UID`
    Uid(SequenceSet),
    /// `UIDAFTER`: a higher identifier (RFC 9738).
    UidAfter(u32),
    /// `UIDBEFORE`: a lower identifier (RFC 9738).
    UidBefore(u32),
    /// `OLDER`: seconds (RFC 5032).
    Older(u32),
    /// `YOUNGER`: seconds (RFC 5032).
    Younger(u32),
    /// `MODSEQ`, with the name and type of a metadata item or without (RFC 7162 §3.1.5).
    ModSeq {
        /// The entry name and `priv`, `shared` or `all`.
        entry: Option<(AString, Atom)>,
        /// The least mod-sequence.
        value: u64,
    },
    /// `EMAILID` (RFC 8474).
    EmailId(ObjectId),
    /// `THREADID` (RFC 8474).
    ThreadId(ObjectId),
    /// `FILTER` (RFC 5466).
    Filter(AString),
    /// `ANNOTATION entry attribute value` (RFC 5257).
    Annotation(AString, AString, Option<AString>),
    /// `X-GM-RAW` (Gmail).
    GmailRaw(AString),
    /// `X-GM-MSGID` (Gmail).
    GmailMessageId(u64),
    /// `X-GM-THRID` (Gmail).
    GmailThreadId(u64),
    /// `X-GM-LABELS` (Gmail).
    GmailLabels(AString),
}

/// One step of a [`SearchKey`], each operator before what it works on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Node {
    /// All of the keys in the nodes that follow, this many nodes in all.
    And(usize),
    /// One of the two keys that follow.
    Or(usize),
    /// Not the key that follows.
    Not(usize),
    /// `FUZZY` (RFC 6203).
    Fuzzy(usize),
    Leaf(Criterion),
}

impl Node {
    /// How many nodes the key of this node has, its own not counted.
    pub(crate) const fn inside(&self) -> usize {
        match self {
            Self::And(size) | Self::Or(size) | Self::Not(size) | Self::Fuzzy(size) => *size,
            Self::Leaf(_) => 0,
        }
    }
}

/// What messages to find: `search-key` (RFC 3501 §6.4.4).
///
/// Built from conditions with `&`, `|` and `!`, printed with as few parentheses as can be. Kept flat, so that no
/// depth of nesting can exhaust the stack.
///
/// # Examples
///
/// ```
/// use mailweft_imap::{Date, Flag, SearchKey};
///
/// let key = SearchKey::unseen() & (SearchKey::from("smith") | !SearchKey::since(Date::parse("1-Feb-1994")?));
/// assert_eq!(key.to_string(), "UNSEEN OR FROM smith NOT SINCE 1-Feb-1994");
/// # Ok::<(), mailweft_imap::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SearchKey(Vec<Node>);

/// A [`SearchKey`] taken apart, made by [`SearchKey::view`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum SearchView<'a> {
    /// All of these.
    And(SearchKeys<'a>),
    /// One of these two.
    Or(SearchKeyRef<'a>, SearchKeyRef<'a>),
    /// Not this.
    Not(SearchKeyRef<'a>),
    /// This, fuzzily (RFC 6203).
    Fuzzy(SearchKeyRef<'a>),
    /// One condition.
    Leaf(&'a Criterion),
}

/// A key inside of a [`SearchKey`].
#[derive(Clone, Copy, Debug)]
pub struct SearchKeyRef<'a>(&'a [Node]);

/// The keys of a conjunction one by one.
#[derive(Clone, Debug)]
pub struct SearchKeys<'a>(&'a [Node]);

impl<'a> Iterator for SearchKeys<'a> {
    type Item = SearchKeyRef<'a>;

    fn next(&mut self) -> Option<SearchKeyRef<'a>> {
        let size = self.0.first()?.inside().saturating_add(1);
        let (key, rest) = self.0.split_at_checked(size)?;
        self.0 = rest;
        Some(SearchKeyRef(key))
    }
}

impl<'a> SearchKeyRef<'a> {
    /// What kind of key it is.
    pub fn view(self) -> SearchView<'a> {
        const ALL: &Criterion = &Criterion::All;
        let Some((head, rest)) = self.0.split_first() else {
            return SearchView::Leaf(ALL);
        };
        match head {
            Node::Leaf(criterion) => SearchView::Leaf(criterion),
            Node::And(_) => SearchView::And(SearchKeys(rest)),
            Node::Not(_) => SearchView::Not(SearchKeyRef(rest)),
            Node::Fuzzy(_) => SearchView::Fuzzy(SearchKeyRef(rest)),
            Node::Or(_) => {
                let mut keys = SearchKeys(rest);
                let empty = SearchKeyRef(&[]);
                SearchView::Or(keys.next().unwrap_or(empty), keys.next().unwrap_or(empty))
            }
        }
    }

    /// The key as a value of its own.
    pub fn to_key(self) -> SearchKey {
        SearchKey(self.0.to_vec())
    }
}

impl SearchKey {
    /// The longest set that all of what is found must be in: of identifiers, or of sequence numbers where those stay what
    /// they are until the answer.
    pub(crate) fn longest_set(&self, uid: bool) -> Option<&SequenceSet> {
        match self.0.get(self.place_of_set(uid)?)? {
            Node::Leaf(Criterion::Uid(set) | Criterion::Seq(set)) => Some(set),
            _ => None,
        }
    }

    /// The same key with another set at that place.
    pub(crate) fn with_longest_set(&self, uid: bool, set: SequenceSet) -> Self {
        let mut key = self.clone();
        let place = self
            .place_of_set(uid)
            .and_then(|place| key.0.get_mut(place));
        if let Some(Node::Leaf(Criterion::Uid(old) | Criterion::Seq(old))) = place {
            *old = set;
        }
        key
    }

    fn place_of_set(&self, uid: bool) -> Option<usize> {
        let mut at = usize::from(matches!(self.0.first(), Some(Node::And(_))));
        let mut longest = None;
        // The key itself, or those that all must hold, one after the other.
        while let Some(node) = self.0.get(at) {
            let ranges = match node {
                Node::Leaf(Criterion::Uid(set)) => set.ranges().len(),
                Node::Leaf(Criterion::Seq(set)) if !uid => set.ranges().len(),
                _ => 0,
            };
            longest = longest.max((ranges > 0).then_some((ranges, at)));
            at = at.saturating_add(node.inside()).saturating_add(1);
        }
        longest.map(|(_, at)| at)
    }
}

macro_rules! keys {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $type:ty),*) = $criterion:expr;)*) => {
        $($(#[$doc])* pub fn $name($($arg: $type),*) -> Self { Self::leaf($criterion) })*
    };
}

impl SearchKey {
    /// One condition.
    pub fn leaf(criterion: Criterion) -> Self {
        Self(Vec::from([Node::Leaf(criterion)]))
    }

    pub(crate) const fn from_nodes(nodes: Vec<Node>) -> Self {
        Self(nodes)
    }

    pub(crate) fn nodes(&self) -> &[Node] {
        &self.0
    }

    /// What kind of key it is.
    pub fn view(&self) -> SearchView<'_> {
        self.as_ref().view()
    }

    /// The key as a reference.
    pub fn as_ref(&self) -> SearchKeyRef<'_> {
        SearchKeyRef(&self.0)
    }

    /// All of `keys`; every message when there are none.
    pub fn all_of(keys: impl IntoIterator<Item = Self>) -> Self {
        keys.into_iter()
            .reduce(|all, key| all & key)
            .unwrap_or_else(Self::all)
    }

    /// One of `keys`; no message when there are none.
    pub fn any_of(keys: impl IntoIterator<Item = Self>) -> Self {
        keys.into_iter()
            .reduce(|any, key| any | key)
            .unwrap_or_else(|| !Self::all())
    }

    /// `FUZZY`: this key, fuzzily (RFC 6203).
    #[must_use]
    pub fn fuzzy(self) -> Self {
        self.wrap(Node::Fuzzy)
    }

    fn wrap(mut self, node: impl FnOnce(usize) -> Node) -> Self {
        let size = self.0.len();
        self.0.insert(0, node(size));
        self
    }

    keys! {
        /// `ALL`: every message.
        all() = Criterion::All;
        /// `SEEN`
        seen() = Criterion::Flag(Flag::SEEN);
        /// `UNSEEN`
        unseen() = Criterion::NotFlag(Flag::SEEN);
        /// `ANSWERED`
        answered() = Criterion::Flag(Flag::ANSWERED);
        /// `UNANSWERED`
        unanswered() = Criterion::NotFlag(Flag::ANSWERED);
        /// `FLAGGED`
        flagged() = Criterion::Flag(Flag::FLAGGED);
        /// `UNFLAGGED`
        unflagged() = Criterion::NotFlag(Flag::FLAGGED);
        /// `DELETED`
        deleted() = Criterion::Flag(Flag::DELETED);
        /// `UNDELETED`
        undeleted() = Criterion::NotFlag(Flag::DELETED);
        /// `DRAFT`
        draft() = Criterion::Flag(Flag::DRAFT);
        /// `KEYWORD`, or the word of a system flag.
        flag(flag: Flag) = Criterion::Flag(flag);
        /// `UNKEYWORD`, or the word of a system flag.
        not_flag(flag: Flag) = Criterion::NotFlag(flag);
        /// `BCC`
        bcc(text: impl Into<AString>) = Criterion::Bcc(text.into());
        /// `CC`
        cc(text: impl Into<AString>) = Criterion::Cc(text.into());
        /// `FROM`
        from(text: impl Into<AString>) = Criterion::From(text.into());
        /// `TO`
        to(text: impl Into<AString>) = Criterion::To(text.into());
        /// `SUBJECT`
        subject(text: impl Into<AString>) = Criterion::Subject(text.into());
        /// `BODY`
        body(text: impl Into<AString>) = Criterion::Body(text.into());
        /// `TEXT`
        text(text: impl Into<AString>) = Criterion::Text(text.into());
        /// `HEADER`: a field that contains a text, or any text when it is empty.
        header(name: impl Into<AString>, text: impl Into<AString>) = Criterion::Header(name.into(), text.into());
        /// `BEFORE`: arrived before that day.
        before(date: Date) = Criterion::Before(date);
        /// `ON`: arrived on that day.
        on(date: Date) = Criterion::On(date);
        /// `SINCE`: arrived on that day or later.
        since(date: Date) = Criterion::Since(date);
        /// `SENTBEFORE`: dated before that day.
        sent_before(date: Date) = Criterion::SentBefore(date);
        /// `SENTON`: dated on that day.
        sent_on(date: Date) = Criterion::SentOn(date);
        /// `SENTSINCE`: dated on that day or later.
        sent_since(date: Date) = Criterion::SentSince(date);
        /// `LARGER`: of more octets.
        larger(octets: u64) = Criterion::Larger(octets);
        /// `SMALLER`: of fewer octets.
        smaller(octets: u64) = Criterion::Smaller(octets);
        /// Message sequence numbers.
        seq(set: SequenceSet) = Criterion::Seq(set);
        /// `UID`
        uid(set: SequenceSet) = Criterion::Uid(set);
        /// `OLDER`: arrived longer ago than so many seconds (RFC 5032).
        older(seconds: u32) = Criterion::Older(seconds);
        /// `YOUNGER`: arrived less long ago than so many seconds (RFC 5032).
        younger(seconds: u32) = Criterion::Younger(seconds);
        /// `MODSEQ`: changed at that mod-sequence or later (RFC 7162).
        modseq(value: u64) = Criterion::ModSeq { entry: None, value };
    }
}

/// All messages that meet both keys.
impl BitAnd for SearchKey {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        let mut nodes =
            Vec::with_capacity(self.0.len().saturating_add(other.0.len()).saturating_add(1));
        nodes.push(Node::And(0));
        for mut key in [self.0, other.0] {
            // A conjunction of conjunctions is one: no level for each `&`.
            if matches!(key.first(), Some(Node::And(_))) {
                key.remove(0);
            }
            nodes.append(&mut key);
        }
        let size = nodes.len().saturating_sub(1);
        if let Some(head) = nodes.first_mut() {
            *head = Node::And(size);
        }
        Self(nodes)
    }
}

/// All messages that meet one of the keys, or both.
impl BitOr for SearchKey {
    type Output = Self;

    fn bitor(self, mut other: Self) -> Self {
        let mut key = self;
        key.0.append(&mut other.0);
        key.wrap(Node::Or)
    }
}

/// All messages that do not meet the key.
impl Not for SearchKey {
    type Output = Self;

    fn not(mut self) -> Self {
        if matches!(self.0.first(), Some(Node::Not(_))) {
            self.0.remove(0);
            return self;
        }
        self.wrap(Node::Not)
    }
}

impl core::fmt::Debug for SearchKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "SearchKey({self})")
    }
}

/// What an extended SEARCH or SORT is to answer: `search-return-opt` (RFC 4731, RFC 5267, RFC 9394).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SearchReturn {
    /// `MIN`: the lowest.
    Min,
    /// `MAX`: the highest.
    Max,
    /// `ALL`: all as a set.
    All,
    /// `COUNT`: how many.
    Count,
    /// `SAVE`: keep the result as `$` (RFC 5182).
    Save,
    /// `RELEVANCY` (RFC 6203).
    Relevancy,
    /// `PARTIAL`: a window of the result (RFC 9394, RFC 5267).
    Partial(PartialRange),
    /// `UPDATE`: tell of changes (RFC 5267).
    Update,
    /// `CONTEXT`: more will be asked (RFC 5267).
    Context,
    /// An option nobody registered, with its value.
    Other(Atom, Option<Value>),
}

/// The arguments of SEARCH and UID SEARCH (RFC 3501 §6.4.4, RFC 9051 §6.4.4).
///
/// # Examples
///
/// ```
/// use mailweft_imap::{Command, Search, SearchKey, SearchReturn};
///
/// let search = Search::uid(SearchKey::unseen()).returning(SearchReturn::Count);
/// assert_eq!(Command::Search(search).to_string(), "UID SEARCH RETURN (COUNT) UNSEEN");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Search {
    /// Whether unique identifiers are answered: `UID SEARCH`.
    pub uid: bool,
    /// The charset of the strings in the key.
    pub charset: Option<AString>,
    /// What to answer; `None` for a plain SEARCH, an empty list for `RETURN ()`.
    pub returns: Option<Vec<SearchReturn>>,
    /// What to find.
    pub key: SearchKey,
}

impl Search {
    /// `SEARCH`: answers message sequence numbers.
    pub const fn seq(key: SearchKey) -> Self {
        Self {
            uid: false,
            charset: None,
            returns: None,
            key,
        }
    }

    /// `UID SEARCH`: answers unique identifiers.
    pub const fn uid(key: SearchKey) -> Self {
        Self {
            uid: true,
            charset: None,
            returns: None,
            key,
        }
    }

    /// With the charset of the strings in the key.
    #[must_use]
    pub fn charset(mut self, charset: impl Into<AString>) -> Self {
        self.charset = Some(charset.into());
        self
    }

    /// Also answers `option` (ESEARCH).
    #[must_use]
    pub fn returning(mut self, option: SearchReturn) -> Self {
        self.returns.get_or_insert_default().push(option);
        self
    }
}

/// The arguments of ESEARCH: a search in several mailboxes (RFC 7377 §2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MultiSearch {
    /// Where to look: `source-mbox`; none for the selected mailbox.
    pub sources: Vec<crate::types::notify::MailboxFilter>,
    /// What to answer, and what to find. Unique identifiers are answered.
    pub search: Search,
}

impl MultiSearch {
    /// A search in `sources`.
    pub fn new(
        sources: impl IntoIterator<Item = crate::types::notify::MailboxFilter>,
        search: Search,
    ) -> Self {
        Self {
            sources: sources.into_iter().collect(),
            search,
        }
    }
}

/// Numbers of messages in a given order: what SEARCH and SORT answer (RFC 3501 §7.2.5, RFC 5256 §4).
///
/// One slice of the text it came in: the answer to a search of a mailbox of a million messages is not copied.
///
/// # Examples
///
/// ```
/// let ids: mailweft_imap::Ids = [2, 84, 882].into_iter().collect();
/// assert_eq!(ids.iter().last(), Some(882));
/// assert_eq!(ids.to_string(), "2 84 882");
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Ids(Bytes);

impl Ids {
    /// No numbers.
    pub const NONE: Self = Self(Bytes::new());

    /// Numbers joined by one space each, as a parser found them.
    pub(crate) const fn from_parsed(text: Bytes) -> Self {
        Self(text)
    }

    pub(crate) const fn as_bytes(&self) -> &Bytes {
        &self.0
    }

    /// The numbers one by one.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        let mut rest: &[u8] = &self.0;
        core::iter::from_fn(move || {
            let mut number = 0u32;
            let mut any = false;
            while let [byte, tail @ ..] = rest {
                rest = tail;
                match byte.wrapping_sub(b'0') {
                    digit @ 0..=9 => {
                        number = number.wrapping_mul(10).wrapping_add(u32::from(digit));
                        any = true;
                    }
                    _ if any => break,
                    _ => {}
                }
            }
            any.then_some(number)
        })
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<u32> for Ids {
    fn from_iter<I: IntoIterator<Item = u32>>(numbers: I) -> Self {
        let mut out = BytesMut::new();
        for number in numbers {
            if !out.is_empty() {
                out.put_u8(b' ');
            }
            wire::put_number(&mut out, u64::from(number));
        }
        Self(out.freeze())
    }
}

impl core::fmt::Display for Ids {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(core::str::from_utf8(&self.0).unwrap_or_default())
    }
}

impl core::fmt::Debug for Ids {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Ids({self})")
    }
}

/// What a plain SEARCH or SORT answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SearchData {
    /// The messages.
    pub ids: Ids,
    /// The highest mod-sequence of them, if the search asked by mod-sequence (RFC 7162 §3.1.5).
    pub modseq: Option<u64>,
}

impl From<Ids> for SearchData {
    fn from(ids: Ids) -> Self {
        Self { ids, modseq: None }
    }
}

impl SearchData {
    /// With the highest mod-sequence of the messages.
    #[must_use]
    pub const fn with_modseq(mut self, modseq: u64) -> Self {
        self.modseq = Some(modseq);
        self
    }
}

/// One item of an ESEARCH response: `search-return-data` (RFC 4731 §3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ESearchItem {
    /// `MIN`
    Min(u32),
    /// `MAX`
    Max(u32),
    /// `ALL`
    All(SequenceSet),
    /// `COUNT`
    Count(u32),
    /// `MODSEQ` (RFC 7162).
    ModSeq(u64),
    /// `RELEVANCY`: scores from 1 to 100 (RFC 6203).
    Relevancy(Vec<u8>),
    /// `PARTIAL`: the window, and the messages in it; none when it is empty (RFC 9394).
    Partial(PartialRange, Option<SequenceSet>),
    /// `ADDTO`: messages that join the result, each set with its position (RFC 5267).
    AddTo(Vec<(u32, SequenceSet)>),
    /// `REMOVEFROM`: messages that leave the result, each set with its position (RFC 5267).
    RemoveFrom(Vec<(u32, SequenceSet)>),
    /// An item nobody registered.
    Other(Atom, Value),
}

/// An extended answer to SEARCH, SORT or ESEARCH: `esearch-response` (RFC 4731, RFC 9051 §7.3.4).
///
/// # Examples
///
/// ```
/// use mailweft_imap::{Data, ESearch, ESearchItem};
///
/// let answer = ESearch::new().with_tag("A282").uid().with(ESearchItem::Count(5));
/// assert_eq!(Data::ESearch(answer).to_string(), "ESEARCH (TAG \"A282\") UID COUNT 5");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ESearch {
    /// The tag of the command that it answers.
    pub tag: Option<Text>,
    /// The mailbox and its UIDVALIDITY (RFC 7377).
    pub mailbox: Option<(Mailbox, u32)>,
    /// Whether the numbers are unique identifiers.
    pub uid: bool,
    /// The items.
    pub items: Vec<ESearchItem>,
}

impl ESearch {
    /// An answer without items: nothing was found.
    pub fn new() -> Self {
        Self::default()
    }

    /// What `returns` asks for of the numbers that were found, in any order; unique identifiers if `uid`.
    ///
    /// An empty list asks for all (RFC 4731 §3.1), and of nothing found only the count and a window are told. `SAVE`,
    /// `CONTEXT` and `UPDATE` are for the server to heed, `RELEVANCY` for who ranked.
    ///
    /// # Examples
    ///
    /// ```
    /// use mailweft_imap::{Data, ESearch, SearchReturn};
    ///
    /// let returns = [SearchReturn::Min, SearchReturn::Count, SearchReturn::All];
    /// let answer = ESearch::of(&returns, true, [9, 2, 3, 4]);
    /// assert_eq!(Data::ESearch(answer).to_string(), "ESEARCH UID MIN 2 COUNT 4 ALL 2:4,9");
    /// ```
    pub fn of(returns: &[SearchReturn], uid: bool, found: impl IntoIterator<Item = u32>) -> Self {
        let mut found: Vec<u32> = found.into_iter().collect();
        found.sort_unstable();
        found.dedup();
        let set = |numbers: &[u32]| match numbers {
            [] => None,
            numbers => Some(numbers.iter().copied().collect::<SequenceSet>()),
        };
        let all = [SearchReturn::All];
        let asked: &[SearchReturn] = if returns.is_empty() { &all } else { returns };
        let items = asked.iter().filter_map(|option| match option {
            SearchReturn::Min => found.first().copied().map(ESearchItem::Min),
            SearchReturn::Max => found.last().copied().map(ESearchItem::Max),
            SearchReturn::All => set(&found).map(ESearchItem::All),
            SearchReturn::Count => u32::try_from(found.len()).ok().map(ESearchItem::Count),
            SearchReturn::Partial(range) => {
                let window = found.get(range.of(found.len())).unwrap_or_default();
                Some(ESearchItem::Partial(*range, set(window)))
            }
            _ => None,
        });
        Self {
            uid,
            items: items.collect(),
            ..Self::default()
        }
    }

    /// With the tag of the command. A server session fills it in.
    #[must_use]
    pub fn with_tag(mut self, tag: impl Into<Text>) -> Self {
        self.tag = Some(tag.into());
        self
    }

    /// With the mailbox in which was found, and its UIDVALIDITY (RFC 7377).
    #[must_use]
    pub fn with_mailbox(mut self, mailbox: Mailbox, uid_validity: u32) -> Self {
        self.mailbox = Some((mailbox, uid_validity));
        self
    }

    /// The numbers are unique identifiers.
    #[must_use]
    pub const fn uid(mut self) -> Self {
        self.uid = true;
        self
    }

    /// With one more item.
    #[must_use]
    pub fn with(mut self, item: ESearchItem) -> Self {
        self.items.push(item);
        self
    }

    /// The set of all that was found.
    pub fn all(&self) -> Option<&SequenceSet> {
        self.items.iter().find_map(|item| match item {
            ESearchItem::All(set) => Some(set),
            _ => None,
        })
    }

    /// How many were found.
    pub fn count(&self) -> Option<u32> {
        self.items.iter().find_map(|item| match item {
            ESearchItem::Count(count) => Some(*count),
            _ => None,
        })
    }
}
