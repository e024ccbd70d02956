//! SEARCH (RFC 3501 §9, RFC 4731, RFC 9051 §9).

use alloc::vec::Vec;

use bytes::{BufMut, BytesMut};

use crate::{
    error::{ParseErrorKind as Kind, Repair, Rule},
    grammar::LIST,
    parse::cursor::{Cursor, Result, Upper},
    types::{
        flag::Flag,
        search::{
            Criterion, ESearch, ESearchItem, Ids, MultiSearch, Node, Search, SearchData, SearchKey,
            SearchReturn,
        },
        section::ObjectId,
        sequence::SequenceSet,
        text::{AString, Atom},
        wire,
    },
};

const RULE: Rule = Rule::Search;

/// A key that is open while the keys in it are read.
enum Open {
    /// `(..)`, or the whole program: any number of keys.
    List {
        at: usize,
        keys: usize,
    },
    /// `OR`, and how many of its keys are missing.
    Or {
        at: usize,
        missing: u8,
    },
    Not {
        at: usize,
    },
    Fuzzy {
        at: usize,
    },
}

impl Cursor<'_> {
    /// `search = "SEARCH" [SP return] [SP "CHARSET" SP charset] 1*(SP search-key)`
    pub(crate) fn search(&mut self, uid: bool) -> Result<Search> {
        self.sp(RULE)?;
        let returns = self.search_returns()?;
        if returns.is_some() {
            self.sp(RULE)?;
        }
        let mut charset = None;
        if self.eat_word(b"CHARSET ") {
            charset = Some(self.astring_value(RULE)?);
        } else {
            self.step_back();
        }
        let mut search = Search::seq(self.search_keys()?);
        (search.uid, search.returns, search.charset) = (uid, returns, charset);
        Ok(search)
    }

    /// `esearch = "ESEARCH" [SP "IN" SP "(" source-mbox ")"] [SP return] SP search-program` (RFC 7377)
    pub(crate) fn multi_search(&mut self) -> Result<MultiSearch> {
        self.sp(RULE)?;
        let mut sources = Vec::new();
        if self.eat_word(b"IN ") {
            sources = self.list(RULE, Self::mailbox_filter)?;
            self.sp(RULE)?;
        }
        self.step_back();
        let mut search = self.search(false)?;
        search.uid = true;
        Ok(MultiSearch::new(sources, search))
    }

    /// `"RETURN" SP "(" [search-return-opt *(SP search-return-opt)] ")"`
    pub(crate) fn search_returns(&mut self) -> Result<Option<Vec<SearchReturn>>> {
        if !self.eat_word(b"RETURN ") {
            return Ok(None);
        }
        let options = self.list(RULE, |c| {
            let name = c.atom(RULE)?;
            Ok(match Upper::new(name).as_bytes() {
                b"MIN" => SearchReturn::Min,
                b"MAX" => SearchReturn::Max,
                b"ALL" => SearchReturn::All,
                b"COUNT" => SearchReturn::Count,
                b"SAVE" => SearchReturn::Save,
                b"RELEVANCY" => SearchReturn::Relevancy,
                b"UPDATE" => SearchReturn::Update,
                b"CONTEXT" => SearchReturn::Context,
                b"PARTIAL" => {
                    c.sp(RULE)?;
                    SearchReturn::Partial(c.partial_range()?)
                }
                _ => SearchReturn::Other(Atom::from_parsed(c.ascii(name)), c.option_value()?),
            })
        })?;
        Ok(Some(options))
    }

    /// `1*(SP search-key)` up to the end of the line, with an explicit stack.
    pub(crate) fn search_keys(&mut self) -> Result<SearchKey> {
        let mut nodes = Vec::from([Node::And(0)]);
        let mut open = Vec::from([Open::List { at: 0, keys: 0 }]);
        loop {
            // A key starts here, behind a space or an opening parenthesis.
            if !matches!(open.last(), Some(Open::List { at: 1.., keys: 0 })) {
                self.sp(RULE)?;
            }
            self.count(RULE)?;
            if open.len() > self.syntax().depth {
                return Err(self.error(Kind::TooDeep(self.syntax().depth), RULE));
            }
            let at = nodes.len();
            if self.eat(b'(') {
                nodes.push(Node::And(0));
                open.push(Open::List { at, keys: 0 });
                continue;
            }
            if self.eat_word(b"NOT ") {
                self.step_back();
                nodes.push(Node::Not(0));
                open.push(Open::Not { at });
                continue;
            }
            if self.eat_word(b"OR ") {
                self.step_back();
                nodes.push(Node::Or(0));
                open.push(Open::Or { at, missing: 2 });
                continue;
            }
            if self.eat_word(b"FUZZY ") {
                self.step_back();
                nodes.push(Node::Fuzzy(0));
                open.push(Open::Fuzzy { at });
                continue;
            }
            nodes.push(Node::Leaf(self.criterion()?));
            // And ends here, with as many others as end with it.
            loop {
                let size =
                    |at: usize, nodes: &[Node]| nodes.len().saturating_sub(at).saturating_sub(1);
                match open.last_mut() {
                    None => return Err(self.unexpected(RULE)),
                    Some(Open::Or { missing, .. }) if *missing > 1 => {
                        *missing = missing.saturating_sub(1);
                        break;
                    }
                    Some(Open::Or { at, .. }) => {
                        let (at, size) = (*at, size(*at, &nodes));
                        set(&mut nodes, at, Node::Or(size));
                    }
                    Some(Open::Not { at }) => {
                        let (at, size) = (*at, size(*at, &nodes));
                        set(&mut nodes, at, Node::Not(size));
                    }
                    Some(Open::Fuzzy { at }) => {
                        let (at, size) = (*at, size(*at, &nodes));
                        set(&mut nodes, at, Node::Fuzzy(size));
                    }
                    Some(Open::List { at, keys }) => {
                        *keys = keys.saturating_add(1);
                        let (at, keys) = (*at, *keys);
                        let last = match at {
                            0 => self.at_end(),
                            _ => {
                                self.stray_space_before(b')')?;
                                self.eat(b')')
                            }
                        };
                        if !last {
                            break;
                        }
                        match keys {
                            // `(key)` is `key`.
                            1 => drop(nodes.remove(at)),
                            _ => {
                                let size = size(at, &nodes);
                                set(&mut nodes, at, Node::And(size));
                            }
                        }
                        if at == 0 {
                            return Ok(SearchKey::from_nodes(nodes));
                        }
                    }
                }
                open.pop();
            }
        }
    }

    /// A key that has no other in it.
    fn criterion(&mut self) -> Result<Criterion> {
        if matches!(self.peek(), Some(b'0'..=b'9' | b'*' | b'$')) {
            return Ok(Criterion::Seq(self.sequence_set(RULE)?));
        }
        let mark = self.mark();
        let word = Upper::new(self.atom(RULE)?);
        let flag = |flag: Flag| Ok(Criterion::Flag(flag));
        let not = |flag: Flag| Ok(Criterion::NotFlag(flag));
        match word.as_bytes() {
            b"ALL" => return Ok(Criterion::All),
            b"NEW" => return Ok(Criterion::New),
            b"SAVEDATESUPPORTED" => return Ok(Criterion::SaveDateSupported),
            b"ANSWERED" => return flag(Flag::ANSWERED),
            b"DELETED" => return flag(Flag::DELETED),
            b"DRAFT" => return flag(Flag::DRAFT),
            b"FLAGGED" => return flag(Flag::FLAGGED),
            b"RECENT" => return flag(Flag::RECENT),
            b"SEEN" => return flag(Flag::SEEN),
            b"UNANSWERED" => return not(Flag::ANSWERED),
            b"UNDELETED" => return not(Flag::DELETED),
            b"UNDRAFT" => return not(Flag::DRAFT),
            b"UNFLAGGED" => return not(Flag::FLAGGED),
            b"OLD" => return not(Flag::RECENT),
            b"UNSEEN" => return not(Flag::SEEN),
            _ => {}
        }
        if self.peek() != Some(b' ') {
            self.reset(mark);
            return Err(self.error(Kind::UnknownKeyword, RULE));
        }
        self.sp(RULE)?;
        Ok(match word.as_bytes() {
            b"BCC" => Criterion::Bcc(self.astring_value(RULE)?),
            b"CC" => Criterion::Cc(self.astring_value(RULE)?),
            b"FROM" => Criterion::From(self.astring_value(RULE)?),
            b"TO" => Criterion::To(self.astring_value(RULE)?),
            b"SUBJECT" => Criterion::Subject(self.astring_value(RULE)?),
            b"BODY" => Criterion::Body(self.astring_value(RULE)?),
            b"TEXT" => Criterion::Text(self.astring_value(RULE)?),
            b"HEADER" => {
                let name = self.astring_value(RULE)?;
                self.sp(RULE)?;
                Criterion::Header(name, self.astring_value(RULE)?)
            }
            b"BEFORE" => Criterion::Before(self.date()?),
            b"ON" => Criterion::On(self.date()?),
            b"SINCE" => Criterion::Since(self.date()?),
            b"SENTBEFORE" => Criterion::SentBefore(self.date()?),
            b"SENTON" => Criterion::SentOn(self.date()?),
            b"SENTSINCE" => Criterion::SentSince(self.date()?),
            b"SAVEDBEFORE" => Criterion::SavedBefore(self.date()?),
            b"SAVEDON" => Criterion::SavedOn(self.date()?),
            b"SAVEDSINCE" => Criterion::SavedSince(self.date()?),
            b"LARGER" => Criterion::Larger(self.number64(RULE)?),
            b"SMALLER" => Criterion::Smaller(self.number64(RULE)?),
            b"UID" => Criterion::Uid(self.sequence_set(RULE)?),
            b"UIDAFTER" => Criterion::UidAfter(self.nz_number(RULE)?),
            b"UIDBEFORE" => Criterion::UidBefore(self.nz_number(RULE)?),
            b"KEYWORD" => Criterion::Flag(self.flag()?),
            b"UNKEYWORD" => Criterion::NotFlag(self.flag()?),
            b"OLDER" => Criterion::Older(self.number(RULE)?),
            b"YOUNGER" => Criterion::Younger(self.number(RULE)?),
            b"MODSEQ" => {
                let entry = match self.peek() {
                    Some(b'"') => {
                        let name = self.astring_value(RULE)?;
                        self.sp(RULE)?;
                        let kind = self.atom_value(RULE)?;
                        self.sp(RULE)?;
                        Some((name, kind))
                    }
                    _ => None,
                };
                Criterion::ModSeq {
                    entry,
                    value: self.number64(RULE)?,
                }
            }
            b"EMAILID" => Criterion::EmailId(self.bare_object_id()?),
            b"THREADID" => Criterion::ThreadId(self.bare_object_id()?),
            b"FILTER" => Criterion::Filter(self.astring_value(RULE)?),
            b"ANNOTATION" => {
                // The name of an entry may have wildcards.
                let entry = match self.peek() {
                    Some(b'"' | b'{') => self.astring_value(RULE)?,
                    _ => {
                        let word = self.word(LIST, RULE)?;
                        AString::from(self.slice(word))
                    }
                };
                self.sp(RULE)?;
                let attribute = self.astring_value(RULE)?;
                self.sp(RULE)?;
                Criterion::Annotation(entry, attribute, self.nstring_value(RULE)?)
            }
            b"X-GM-RAW" => Criterion::GmailRaw(self.astring_value(RULE)?),
            b"X-GM-MSGID" => Criterion::GmailMessageId(self.number_u64()?),
            b"X-GM-THRID" => Criterion::GmailThreadId(self.number_u64()?),
            b"X-GM-LABELS" => Criterion::GmailLabels(match self.peek() {
                Some(b'\\') => self.flag()?.as_str().into(),
                _ => self.astring_value(RULE)?,
            }),
            _ => {
                self.reset(mark);
                return Err(self.error(Kind::UnknownKeyword, RULE));
            }
        })
    }

    fn bare_object_id(&mut self) -> Result<ObjectId> {
        let id = self.atom(RULE)?;
        ObjectId::new(self.ascii(id)).map_err(|_| self.unexpected(RULE))
    }

    /// `*(SP nz-number) [SP "(" "MODSEQ" SP mod-sequence-value ")"]`, behind `SEARCH` or `SORT`
    pub(crate) fn search_data(&mut self) -> Result<SearchData> {
        if !self.eat(b' ') {
            return Ok(SearchData::default());
        }
        // Numbers as they should be are one slice.
        let inside = self.rest();
        let mut rest = inside;
        loop {
            let mut value = 0u64;
            let mut len = 0usize;
            while let [byte @ b'0'..=b'9', tail @ ..] = rest {
                value = value
                    .wrapping_mul(10)
                    .wrapping_add(u64::from(byte.wrapping_sub(b'0')));
                len = len.saturating_add(1);
                rest = tail;
            }
            if value == 0 || len > 10 || value > u64::from(u32::MAX) {
                return self.search_data_loosely();
            }
            match rest {
                [b' ', b'0'..=b'9', ..] => rest = rest.get(1..).unwrap_or_default(),
                [b'\r' | b'\n', ..] | [] => break,
                [b' ', b'(', ..] => break,
                _ => return self.search_data_loosely(),
            }
        }
        let text = self.take(inside.len().saturating_sub(rest.len()));
        let ids = Ids::from_parsed(self.slice(text));
        let modseq = self.search_modseq(true)?;
        Ok(SearchData { ids, modseq })
    }

    /// The same for zeros, double spaces and spaces at the end.
    fn search_data_loosely(&mut self) -> Result<SearchData> {
        let mut ids = BytesMut::new();
        self.step_back();
        loop {
            if self.at_end() {
                self.stray_space(RULE)?;
                break;
            }
            if self.rest().starts_with(b" (") {
                break;
            }
            self.sp(RULE)?;
            if self.peek() == Some(b'(') {
                self.step_back();
                break;
            }
            let number = self.number(RULE)?;
            if number == 0 {
                self.repair(Repair::Zero, RULE)?;
                continue;
            }
            if !ids.is_empty() {
                ids.put_u8(b' ');
            }
            wire::put_number(&mut ids, u64::from(number));
        }
        let modseq = self.search_modseq(true)?;
        Ok(SearchData {
            ids: Ids::from_parsed(ids.freeze()),
            modseq,
        })
    }

    fn search_modseq(&mut self, space: bool) -> Result<Option<u64>> {
        if self.at_end() {
            return Ok(None);
        }
        if space {
            self.sp(RULE)?;
        }
        self.expect(b'(', RULE)?;
        if !self.eat_word(b"MODSEQ ") {
            return Err(self.unexpected(RULE));
        }
        let modseq = self.number64(RULE)?;
        self.expect(b')', RULE)?;
        Ok(Some(modseq))
    }

    /// `esearch-response = "ESEARCH" [search-correlator] [SP "UID"] *(SP search-return-data)`, behind the word
    pub(crate) fn esearch(&mut self) -> Result<ESearch> {
        const RULE: Rule = Rule::Esearch;
        let mut answer = ESearch::new();
        if self.rest().starts_with(b" (") {
            self.sp(RULE)?;
            self.list(RULE, |c| {
                let name = Upper::new(c.atom(RULE)?);
                c.sp(RULE)?;
                match name.as_bytes() {
                    b"TAG" => answer.tag = Some(c.string_text(RULE)?),
                    b"MAILBOX" => {
                        let mailbox = c.mailbox()?;
                        answer.mailbox = Some((mailbox, 0));
                    }
                    b"UIDVALIDITY" => {
                        let validity = c.nz_number(RULE)?;
                        if let Some(mailbox) = &mut answer.mailbox {
                            mailbox.1 = validity;
                        }
                    }
                    _ => return Err(c.error(Kind::UnknownKeyword, RULE)),
                }
                Ok(())
            })?;
        }
        while !self.at_end() {
            self.sp(RULE)?;
            self.count(RULE)?;
            let name = self.atom(RULE)?;
            let word = Upper::new(name);
            if word.as_bytes() == b"UID" {
                answer.uid = true;
                continue;
            }
            self.sp(RULE)?;
            let item = match word.as_bytes() {
                b"MIN" => ESearchItem::Min(self.nz_number(RULE)?),
                b"MAX" => ESearchItem::Max(self.nz_number(RULE)?),
                b"ALL" => ESearchItem::All(self.sequence_set(RULE)?),
                b"COUNT" => ESearchItem::Count(self.number(RULE)?),
                b"MODSEQ" => ESearchItem::ModSeq(self.number64(RULE)?),
                b"RELEVANCY" => ESearchItem::Relevancy(self.list(RULE, |c| {
                    let score = c.number(RULE)?;
                    u8::try_from(score).map_err(|_| c.error(Kind::NumberRange, RULE))
                })?),
                b"PARTIAL" => self.partial_result()?,
                b"ADDTO" => ESearchItem::AddTo(self.positions()?),
                b"REMOVEFROM" => ESearchItem::RemoveFrom(self.positions()?),
                _ => ESearchItem::Other(Atom::from_parsed(self.ascii(name)), self.value()?),
            };
            answer.items.push(item);
        }
        self.stray_space(RULE)?;
        Ok(answer)
    }

    /// `"(" partial-range SP (sequence-set / nil) ")"` (RFC 9394)
    fn partial_result(&mut self) -> Result<ESearchItem> {
        const RULE: Rule = Rule::Esearch;
        self.expect(b'(', RULE)?;
        let range = self.partial_range()?;
        self.sp(RULE)?;
        let set = match self.nil() {
            true => None,
            false => Some(self.sequence_set(RULE)?),
        };
        self.expect(b')', RULE)?;
        Ok(ESearchItem::Partial(range, set))
    }

    /// `"(" context-position SP sequence-set *(SP context-position SP sequence-set) ")"` (RFC 5267)
    fn positions(&mut self) -> Result<Vec<(u32, SequenceSet)>> {
        const RULE: Rule = Rule::Esearch;
        self.list(RULE, |c| {
            let position = c.number(RULE)?;
            c.sp(RULE)?;
            Ok((position, c.sequence_set(RULE)?))
        })
    }

    /// White space before `byte`, which is a repair; other white space stays.
    fn stray_space_before(&mut self, byte: u8) -> Result<()> {
        let rest = self.rest();
        let behind = rest.iter().position(|b| *b != b' ').unwrap_or(rest.len());
        match rest.get(behind) == Some(&byte) {
            true => self.stray_space(RULE),
            false => Ok(()),
        }
    }
}

fn set(nodes: &mut [Node], at: usize, node: Node) {
    if let Some(place) = nodes.get_mut(at) {
        *place = node;
    }
}
