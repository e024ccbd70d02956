//! SORT and THREAD (RFC 5256 §5).

use alloc::vec::Vec;

use crate::{
    error::{ParseErrorKind as Kind, Repair, Rule},
    parse::{
        cursor::{Cursor, Result},
        word::Upper,
    },
    types::{
        text::Atom,
        thread::{Sort, SortCriterion, SortKey, ThreadBy, ThreadNode, Threads},
    },
};

impl Cursor<'_> {
    /// `sort = "SORT" [SP return] SP sort-criteria SP search-criteria`
    pub(crate) fn sort(&mut self, uid: bool) -> Result<Sort> {
        const RULE: Rule = Rule::Sort;
        self.sp(RULE)?;
        let returns = self.search_returns()?;
        if returns.is_some() {
            self.sp(RULE)?;
        }
        let criteria = self.list(RULE, Self::sort_criterion)?;
        self.sp(RULE)?;
        let charset = self.astring_value(RULE)?;
        let mut sort = Sort::seq(criteria, self.search_keys()?);
        (sort.uid, sort.returns, sort.charset) = (uid, returns, charset);
        Ok(sort)
    }

    /// `sort-criterion = ["REVERSE" SP] sort-key`
    fn sort_criterion(&mut self) -> Result<SortCriterion> {
        const RULE: Rule = Rule::Sort;
        let reverse = self.eat_word(b"REVERSE ");
        let name = self.atom(RULE)?;
        let key = match Upper::new(name).as_bytes() {
            b"ARRIVAL" => SortKey::Arrival,
            b"CC" => SortKey::Cc,
            b"DATE" => SortKey::Date,
            b"FROM" => SortKey::From,
            b"SIZE" => SortKey::Size,
            b"SUBJECT" => SortKey::Subject,
            b"TO" => SortKey::To,
            b"DISPLAYFROM" => SortKey::DisplayFrom,
            b"DISPLAYTO" => SortKey::DisplayTo,
            b"RELEVANCY" => SortKey::Relevancy,
            b"ANNOTATION" => {
                self.sp(RULE)?;
                let entry = self.astring_value(RULE)?;
                self.sp(RULE)?;
                SortKey::Annotation(entry, self.astring_value(RULE)?)
            }
            _ => SortKey::Other(Atom::from_parsed(self.ascii(name))),
        };
        Ok(SortCriterion { reverse, key })
    }

    /// `thread = "THREAD" SP thread-alg SP search-criteria`
    pub(crate) fn thread(&mut self, uid: bool) -> Result<ThreadBy> {
        const RULE: Rule = Rule::Thread;
        self.sp(RULE)?;
        let algorithm = self.atom_value(RULE)?;
        self.sp(RULE)?;
        let charset = self.astring_value(RULE)?;
        let mut thread = ThreadBy::uid(algorithm, self.search_keys()?);
        (thread.uid, thread.charset) = (uid, charset);
        Ok(thread)
    }

    /// `thread-data = "THREAD" [SP 1*thread-list]`, behind the word
    ///
    /// `thread-list = "(" (thread-members / thread-nested) ")"`,
    /// `thread-members = nz-number *(SP nz-number) [SP thread-nested]`, `thread-nested = 2*thread-list`
    pub(crate) fn threads(&mut self) -> Result<Threads> {
        const RULE: Rule = Rule::Thread;
        let mut nodes: Vec<ThreadNode> = Vec::new();
        // For each list that is open: the depth at which its next member stands.
        let mut open: Vec<u32> = Vec::new();
        if self.at_end() {
            self.stray_space(RULE)?;
            return Ok(Threads::default());
        }
        self.sp(RULE)?;
        while !self.at_end() || !open.is_empty() {
            match self.rest() {
                [b'(', ..] => {
                    self.count(RULE)?;
                    self.take(1);
                    self.stray_space(RULE)?;
                    if open.len() >= self.syntax().depth {
                        return Err(self.error(Kind::TooDeep(self.syntax().depth), RULE));
                    }
                    let depth = open.last().copied().unwrap_or(0);
                    if self.peek() == Some(b'(') {
                        // A list that starts with a list: their parent is not there.
                        nodes.push(ThreadNode {
                            depth,
                            number: None,
                        });
                        open.push(depth.saturating_add(1));
                    } else {
                        open.push(depth);
                    }
                    if self.peek() == Some(b')') {
                        self.repair(Repair::EmptyList, RULE)?;
                    }
                }
                [b')', ..] if !open.is_empty() => {
                    self.take(1);
                    open.pop();
                }
                [b' ', b')' | b' ', ..] => self.stray_space(RULE)?,
                [b' ', ..] if !open.is_empty() => self.sp(RULE)?,
                [b'0'..=b'9', ..] => {
                    self.count(RULE)?;
                    let number = self.nz_number(RULE)?;
                    let Some(depth) = open.last_mut() else {
                        return Err(self.unexpected(RULE));
                    };
                    nodes.push(ThreadNode {
                        depth: *depth,
                        number: Some(number),
                    });
                    *depth = depth.saturating_add(1);
                }
                [b' ', ..] => self.stray_space(RULE)?,
                _ => return Err(self.unexpected(RULE)),
            }
        }
        self.stray_space(RULE)?;
        Ok(Threads::new(nodes))
    }
}
