//! SEARCH (RFC 3501 §9, RFC 4731, RFC 9051 §9).

use alloc::vec::Vec;

use bytes::{BufMut, BytesMut};

use crate::{
    error::{ParseErrorKind as Kind, Repair, Rule},
    grammar::{self, ATOM},
    parse::{
        cursor::{Cursor, Mark, Result},
        word::{self, Upper, words},
    },
    types::{
        flag::Flag,
        search::{
            Criterion, ESearch, ESearchItem, Ids, MultiSearch, Node, Search, SearchData, SearchKey,
            SearchReturn,
        },
        section::ObjectId,
        sequence::SequenceSet,
        text::Atom,
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

impl<'a> Cursor<'a> {
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
        let mut nodes = Vec::with_capacity(8);
        nodes.push(Node::And(0));
        let mut open = Vec::with_capacity(4);
        open.push(Open::List { at: 0, keys: 0 });
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
            let mark = self.mark();
            let (node, now_open) = match self.keyword(ATOM) {
                0 if self.eat(b'(') => (Node::And(0), Open::List { at, keys: 0 }),
                words::NOT => (Node::Not(0), Open::Not { at }),
                words::OR => (Node::Or(0), Open::Or { at, missing: 2 }),
                words::FUZZY => (Node::Fuzzy(0), Open::Fuzzy { at }),
                word => {
                    nodes.push(Node::Leaf(self.criterion(word, mark)?));
                    self.close_keys(&mut nodes, &mut open)?;
                    if open.is_empty() {
                        return Ok(SearchKey::from_nodes(nodes));
                    }
                    continue;
                }
            };
            nodes.push(node);
            open.push(now_open);
        }
    }

    /// Behind a key: ends it, with as many others as end with it.
    fn close_keys(&mut self, nodes: &mut Vec<Node>, open: &mut Vec<Open>) -> Result<()> {
        let size = |at: usize, nodes: &[Node]| nodes.len().saturating_sub(at).saturating_sub(1);
        while let Some(last) = open.last_mut() {
            match last {
                Open::Or { missing, .. } if *missing > 1 => {
                    *missing = missing.saturating_sub(1);
                    return Ok(());
                }
                Open::Or { at, .. } => {
                    let (at, size) = (*at, size(*at, nodes));
                    set(nodes, at, Node::Or(size));
                }
                Open::Not { at } => {
                    let (at, size) = (*at, size(*at, nodes));
                    set(nodes, at, Node::Not(size));
                }
                Open::Fuzzy { at } => {
                    let (at, size) = (*at, size(*at, nodes));
                    set(nodes, at, Node::Fuzzy(size));
                }
                Open::List { at, keys } => {
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
                        return Ok(());
                    }
                    match keys {
                        // `(key)` is `key`.
                        1 => drop(nodes.remove(at)),
                        _ => {
                            let size = size(at, nodes);
                            set(nodes, at, Node::And(size));
                        }
                    }
                }
            }
            open.pop();
        }
        Ok(())
    }

    /// A key that has no other in it.
    fn criterion(&mut self, word: u128, mark: Mark<'a>) -> Result<Criterion> {
        if matches!(mark.rest(), [b'0'..=b'9' | b'*' | b'$', ..]) {
            self.reset(mark);
            return Ok(Criterion::Seq(self.sequence_set(RULE)?));
        }
        let flag = |flag: Flag| Ok(Criterion::Flag(flag));
        let not = |flag: Flag| Ok(Criterion::NotFlag(flag));
        match word {
            words::ALL => return Ok(Criterion::All),
            words::NEW => return Ok(Criterion::New),
            // Longer than words are.
            0 if self.since(mark).eq_ignore_ascii_case(b"SAVEDATESUPPORTED") => {
                return Ok(Criterion::SaveDateSupported);
            }
            words::ANSWERED => return flag(Flag::ANSWERED),
            words::DELETED => return flag(Flag::DELETED),
            words::DRAFT => return flag(Flag::DRAFT),
            words::FLAGGED => return flag(Flag::FLAGGED),
            words::RECENT => return flag(Flag::RECENT),
            words::SEEN => return flag(Flag::SEEN),
            words::UNANSWERED => return not(Flag::ANSWERED),
            words::UNDELETED => return not(Flag::DELETED),
            words::UNDRAFT => return not(Flag::DRAFT),
            words::UNFLAGGED => return not(Flag::FLAGGED),
            words::OLD => return not(Flag::RECENT),
            words::UNSEEN => return not(Flag::SEEN),
            _ => {}
        }
        if self.peek() != Some(b' ') {
            self.reset(mark);
            return Err(self.error(Kind::UnknownKeyword, RULE));
        }
        self.sp(RULE)?;
        Ok(match word {
            words::BCC => Criterion::Bcc(self.astring_value(RULE)?),
            words::CC => Criterion::Cc(self.astring_value(RULE)?),
            words::FROM => Criterion::From(self.astring_value(RULE)?),
            words::TO => Criterion::To(self.astring_value(RULE)?),
            words::SUBJECT => Criterion::Subject(self.astring_value(RULE)?),
            words::BODY => Criterion::Body(self.astring_value(RULE)?),
            words::TEXT => Criterion::Text(self.astring_value(RULE)?),
            words::HEADER => {
                let name = self.astring_value(RULE)?;
                self.sp(RULE)?;
                Criterion::Header(name, self.astring_value(RULE)?)
            }
            words::BEFORE => Criterion::Before(self.date()?),
            words::ON => Criterion::On(self.date()?),
            words::SINCE => Criterion::Since(self.date()?),
            words::SENTBEFORE => Criterion::SentBefore(self.date()?),
            words::SENTON => Criterion::SentOn(self.date()?),
            words::SENTSINCE => Criterion::SentSince(self.date()?),
            words::SAVEDBEFORE => Criterion::SavedBefore(self.date()?),
            words::SAVEDON => Criterion::SavedOn(self.date()?),
            words::SAVEDSINCE => Criterion::SavedSince(self.date()?),
            words::LARGER => Criterion::Larger(self.number64(RULE)?),
            words::SMALLER => Criterion::Smaller(self.number64(RULE)?),
            words::UID => Criterion::Uid(self.sequence_set(RULE)?),
            words::UIDAFTER => Criterion::UidAfter(self.nz_number(RULE)?),
            words::UIDBEFORE => Criterion::UidBefore(self.nz_number(RULE)?),
            words::KEYWORD => Criterion::Flag(self.flag()?),
            words::UNKEYWORD => Criterion::NotFlag(self.flag()?),
            words::OLDER => Criterion::Older(self.number(RULE)?),
            words::YOUNGER => Criterion::Younger(self.number(RULE)?),
            words::MODSEQ => {
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
            words::EMAILID => Criterion::EmailId(self.bare_object_id()?),
            words::THREADID => Criterion::ThreadId(self.bare_object_id()?),
            words::FILTER => Criterion::Filter(self.astring_value(RULE)?),
            words::ANNOTATION => {
                let entry = self.annotation_pattern()?;
                self.sp(RULE)?;
                let attribute = self.astring_value(RULE)?;
                self.sp(RULE)?;
                Criterion::Annotation(entry, attribute, self.nstring_value(RULE)?)
            }
            words::X_GM_RAW => Criterion::GmailRaw(self.astring_value(RULE)?),
            words::X_GM_MSGID => Criterion::GmailMessageId(self.number_u64()?),
            words::X_GM_THRID => Criterion::GmailThreadId(self.number_u64()?),
            words::X_GM_LABELS => Criterion::GmailLabels(match self.peek() {
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
        let mut rest = inside
            .get(grammar::numbers_run(inside)..)
            .unwrap_or_default();
        loop {
            let len = grammar::run(rest, grammar::DIGIT);
            // Nine digits fit whatever they are; ten are looked at.
            let fits = match len {
                0..=9 => true,
                _ => word::prefixed_number(rest, b"").is_some(),
            };
            if !fits || !matches!(rest, [b'1'..=b'9', ..]) {
                return self.search_data_loosely();
            }
            match rest.get(len..).unwrap_or_default() {
                [b' ', tail @ ..] if matches!(tail, [b'0'..=b'9', ..]) => rest = tail,
                end @ ([b'\r' | b'\n', ..] | [] | [b' ', b'(', ..]) => {
                    rest = end;
                    break;
                }
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
