//! SEARCH (RFC 3501 §9, RFC 4731, RFC 9051 §9).

use alloc::vec::Vec;
use core::fmt;

use crate::{
    encode::buffer::{Encoder, display},
    types::{
        flag::Flag,
        search::{
            Criterion, ESearch, ESearchItem, MultiSearch, Node, Search, SearchData, SearchKey,
            SearchReturn,
        },
        sequence::SequenceSet,
        text::AString,
    },
};

impl fmt::Display for SearchKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        display(f, |e| {
            e.search_key(self);
        })
    }
}

impl Encoder<'_> {
    pub(crate) fn search(&mut self, search: &Search) -> &mut Self {
        self.sp().search_program(search)
    }

    fn search_program(&mut self, search: &Search) -> &mut Self {
        if let Some(returns) = &search.returns {
            self.search_returns(returns).sp();
        }
        if let Some(charset) = &search.charset {
            self.raw("CHARSET ").astring(charset).sp();
        }
        self.search_key(&search.key)
    }

    pub(crate) fn multi_search(&mut self, multi: &MultiSearch) -> &mut Self {
        self.sp();
        if !multi.sources.is_empty() {
            self.raw("IN ").list(&multi.sources, |e, filter| {
                e.mailbox_filter(filter);
            });
            self.sp();
        }
        self.search_program(&multi.search)
    }

    pub(crate) fn search_returns(&mut self, returns: &[SearchReturn]) -> &mut Self {
        self.raw("RETURN ").list(returns, |e, option| {
            match option {
                SearchReturn::Min => e.raw("MIN"),
                SearchReturn::Max => e.raw("MAX"),
                SearchReturn::All => e.raw("ALL"),
                SearchReturn::Count => e.raw("COUNT"),
                SearchReturn::Save => e.raw("SAVE"),
                SearchReturn::Relevancy => e.raw("RELEVANCY"),
                SearchReturn::Update => e.raw("UPDATE"),
                SearchReturn::Context => e.raw("CONTEXT"),
                SearchReturn::Partial(range) => e.raw("PARTIAL ").partial_range(*range),
                SearchReturn::Other(name, value) => e.option(name, value.as_ref()),
            };
        })
    }

    /// The key with parentheses around conjunctions inside of other keys only.
    pub(crate) fn search_key(&mut self, key: &SearchKey) -> &mut Self {
        let nodes = key.nodes();
        // Where each open conjunction ends, so that its parenthesis can be closed there.
        let mut ends: Vec<usize> = Vec::new();
        let mut first = true;
        for (index, node) in nodes.iter().enumerate() {
            while ends.last().is_some_and(|end| *end <= index) {
                ends.pop();
                self.byte(b')');
            }
            if matches!(node, Node::And(_)) && index == 0 {
                continue;
            }
            if !core::mem::take(&mut first) {
                self.sp();
            }
            match node {
                Node::And(size) => {
                    self.byte(b'(');
                    ends.push(index.saturating_add(1).saturating_add(*size));
                    first = true;
                }
                Node::Or(_) => {
                    self.raw("OR");
                }
                Node::Not(_) => {
                    self.raw("NOT");
                }
                Node::Fuzzy(_) => {
                    self.raw("FUZZY");
                }
                Node::Leaf(criterion) => {
                    self.criterion(criterion);
                }
            }
        }
        for _ in ends {
            self.byte(b')');
        }
        self
    }

    fn worded(&mut self, word: &str, text: &AString) -> &mut Self {
        self.raw(word).astring(text)
    }

    fn criterion(&mut self, criterion: &Criterion) -> &mut Self {
        match criterion {
            Criterion::All => self.raw("ALL"),
            Criterion::New => self.raw("NEW"),
            Criterion::SaveDateSupported => self.raw("SAVEDATESUPPORTED"),
            Criterion::Flag(flag) => self.flag_key(flag, false),
            Criterion::NotFlag(flag) => self.flag_key(flag, true),
            Criterion::Bcc(text) => self.worded("BCC ", text),
            Criterion::Cc(text) => self.worded("CC ", text),
            Criterion::From(text) => self.worded("FROM ", text),
            Criterion::To(text) => self.worded("TO ", text),
            Criterion::Subject(text) => self.worded("SUBJECT ", text),
            Criterion::Body(text) => self.worded("BODY ", text),
            Criterion::Text(text) => self.worded("TEXT ", text),
            Criterion::Header(name, text) => self.worded("HEADER ", name).sp().astring(text),
            Criterion::Before(date) => self.raw("BEFORE ").date(*date),
            Criterion::On(date) => self.raw("ON ").date(*date),
            Criterion::Since(date) => self.raw("SINCE ").date(*date),
            Criterion::SentBefore(date) => self.raw("SENTBEFORE ").date(*date),
            Criterion::SentOn(date) => self.raw("SENTON ").date(*date),
            Criterion::SentSince(date) => self.raw("SENTSINCE ").date(*date),
            Criterion::SavedBefore(date) => self.raw("SAVEDBEFORE ").date(*date),
            Criterion::SavedOn(date) => self.raw("SAVEDON ").date(*date),
            Criterion::SavedSince(date) => self.raw("SAVEDSINCE ").date(*date),
            Criterion::Larger(octets) => self.raw("LARGER ").number(*octets),
            Criterion::Smaller(octets) => self.raw("SMALLER ").number(*octets),
            Criterion::Seq(set) => self.sequence_set(set),
            Criterion::Uid(set) => self.raw("UID ").sequence_set(set),
            Criterion::UidAfter(uid) => self.raw("UIDAFTER ").number((*uid).into()),
            Criterion::UidBefore(uid) => self.raw("UIDBEFORE ").number((*uid).into()),
            Criterion::Older(seconds) => self.raw("OLDER ").number((*seconds).into()),
            Criterion::Younger(seconds) => self.raw("YOUNGER ").number((*seconds).into()),
            Criterion::ModSeq { entry, value } => {
                self.raw("MODSEQ ");
                if let Some((name, kind)) = entry {
                    self.string(name.as_bytes()).sp().atom(kind).sp();
                }
                self.number(*value)
            }
            Criterion::EmailId(id) => self.raw("EMAILID ").raw(id.as_bytes()),
            Criterion::ThreadId(id) => self.raw("THREADID ").raw(id.as_bytes()),
            Criterion::Filter(name) => self.worded("FILTER ", name),
            Criterion::Annotation(entry, attribute, value) => {
                self.raw("ANNOTATION ")
                    .list_word(entry)
                    .sp()
                    .astring(attribute)
                    .sp();
                self.nstring(value.as_ref().map(|value| value.as_bytes().as_ref()))
            }
            Criterion::GmailRaw(text) => self.worded("X-GM-RAW ", text),
            Criterion::GmailMessageId(id) => self.raw("X-GM-MSGID ").number(*id),
            Criterion::GmailThreadId(id) => self.raw("X-GM-THRID ").number(*id),
            Criterion::GmailLabels(label) => self.raw("X-GM-LABELS ").gmail_label(label),
        }
    }

    /// `SEEN`, `KEYWORD x` and their contraries
    fn flag_key(&mut self, flag: &Flag, not: bool) -> &mut Self {
        let words = [
            (Flag::ANSWERED, "ANSWERED", "UNANSWERED"),
            (Flag::DELETED, "DELETED", "UNDELETED"),
            (Flag::DRAFT, "DRAFT", "UNDRAFT"),
            (Flag::FLAGGED, "FLAGGED", "UNFLAGGED"),
            (Flag::RECENT, "RECENT", "OLD"),
            (Flag::SEEN, "SEEN", "UNSEEN"),
        ];
        match words.iter().find(|(known, ..)| known == flag) {
            Some((_, word, contrary)) => self.raw(if not { contrary } else { word }),
            None => {
                self.raw(if not { "UNKEYWORD " } else { "KEYWORD " });
                self.raw(flag.as_str())
            }
        }
    }

    /// `*(SP nz-number) [SP "(" "MODSEQ" SP mod-sequence-value ")"]`
    pub(crate) fn search_data(&mut self, data: &SearchData) -> &mut Self {
        if !data.ids.is_empty() {
            self.sp().raw(data.ids.as_bytes());
        }
        match data.modseq {
            Some(modseq) => self.raw(" (MODSEQ ").number(modseq).byte(b')'),
            None => self,
        }
    }

    pub(crate) fn esearch(&mut self, answer: &ESearch) -> &mut Self {
        self.raw("ESEARCH");
        if answer.tag.is_some() || answer.mailbox.is_some() {
            self.raw(" (");
            let mut space = "";
            if let Some(tag) = &answer.tag {
                self.raw("TAG ").string(tag.as_bytes());
                space = " ";
            }
            if let Some((mailbox, validity)) = &answer.mailbox {
                self.raw(space).raw("MAILBOX ").mailbox(mailbox);
                self.raw(" UIDVALIDITY ").number((*validity).into());
            }
            self.byte(b')');
        }
        if answer.uid {
            self.raw(" UID");
        }
        for item in &answer.items {
            self.sp();
            match item {
                ESearchItem::Min(number) => self.raw("MIN ").number((*number).into()),
                ESearchItem::Max(number) => self.raw("MAX ").number((*number).into()),
                ESearchItem::All(set) => self.raw("ALL ").sequence_set(set),
                ESearchItem::Count(number) => self.raw("COUNT ").number((*number).into()),
                ESearchItem::ModSeq(modseq) => self.raw("MODSEQ ").number(*modseq),
                ESearchItem::Relevancy(scores) => {
                    self.raw("RELEVANCY ").list(scores, |e, score| {
                        e.number((*score).into());
                    })
                }
                ESearchItem::Partial(range, set) => {
                    self.raw("PARTIAL (").partial_range(*range).sp();
                    match set {
                        Some(set) => self.sequence_set(set),
                        None => self.raw("NIL"),
                    };
                    self.byte(b')')
                }
                ESearchItem::AddTo(positions) => self.raw("ADDTO ").positions(positions),
                ESearchItem::RemoveFrom(positions) => self.raw("REMOVEFROM ").positions(positions),
                ESearchItem::Other(name, value) => self.option(name, Some(value)),
            };
        }
        self
    }

    fn positions(&mut self, positions: &[(u32, SequenceSet)]) -> &mut Self {
        self.list(positions, |e, (position, set)| {
            e.number((*position).into()).sp().sequence_set(set);
        })
    }
}
