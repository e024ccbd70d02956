//! SORT and THREAD (RFC 5256 §5).

use alloc::vec::Vec;

use crate::{
    encode::buffer::Encoder,
    types::thread::{Sort, SortCriterion, SortKey, ThreadBy, Threads},
};

impl Encoder<'_> {
    pub(crate) fn sort(&mut self, sort: &Sort) -> &mut Self {
        self.sp();
        if let Some(returns) = &sort.returns {
            self.search_returns(returns).sp();
        }
        self.list(&sort.criteria, |e, criterion| {
            e.sort_criterion(criterion);
        });
        self.sp().astring(&sort.charset).sp().search_key(&sort.key)
    }

    fn sort_criterion(&mut self, criterion: &SortCriterion) -> &mut Self {
        if criterion.reverse {
            self.raw("REVERSE ");
        }
        match &criterion.key {
            SortKey::Arrival => self.raw("ARRIVAL"),
            SortKey::Cc => self.raw("CC"),
            SortKey::Date => self.raw("DATE"),
            SortKey::From => self.raw("FROM"),
            SortKey::Size => self.raw("SIZE"),
            SortKey::Subject => self.raw("SUBJECT"),
            SortKey::To => self.raw("TO"),
            SortKey::DisplayFrom => self.raw("DISPLAYFROM"),
            SortKey::DisplayTo => self.raw("DISPLAYTO"),
            SortKey::Relevancy => self.raw("RELEVANCY"),
            SortKey::Annotation(entry, attribute) => self
                .raw("ANNOTATION ")
                .astring(entry)
                .sp()
                .astring(attribute),
            SortKey::Other(name) => self.atom(name),
        }
    }

    pub(crate) fn thread(&mut self, thread: &ThreadBy) -> &mut Self {
        self.sp()
            .atom(&thread.algorithm)
            .sp()
            .astring(&thread.charset);
        self.sp().search_key(&thread.key)
    }

    /// `1*thread-list`: the flat list of depths, with the parentheses where it branches.
    pub(crate) fn threads(&mut self, threads: &Threads) -> &mut Self {
        let nodes = threads.as_slice();
        // How many siblings each node of the open path still has behind it, by depth; from the end to the front.
        let mut seen: Vec<bool> = Vec::new();
        let mut has_next = Vec::with_capacity(nodes.len());
        for node in nodes.iter().rev() {
            let depth = node.depth as usize;
            seen.truncate(depth.saturating_add(1));
            seen.resize(depth.saturating_add(1), false);
            has_next.push(seen.get(depth).copied().unwrap_or_default());
            if let Some(slot) = seen.get_mut(depth) {
                *slot = true;
            }
        }
        has_next.reverse();
        // For each depth of the open path: whether a parenthesis was opened there.
        let mut open: Vec<bool> = Vec::new();
        let mut member = false;
        let mut orphans = false;
        for (node, next) in nodes.iter().zip(has_next) {
            let depth = node.depth as usize;
            let before = open.len();
            let sibling = before > depth;
            while open.len() > depth {
                if open.pop() == Some(true) {
                    self.byte(b')');
                }
            }
            let list = depth == 0 || next || sibling || orphans || node.number.is_none();
            if list && member && !sibling {
                self.sp();
            }
            if list {
                self.byte(b'(');
            } else if member {
                self.sp();
            }
            open.push(list);
            if let Some(number) = node.number {
                self.number(number.into());
            }
            member = node.number.is_some();
            orphans = !member;
        }
        while let Some(list) = open.pop() {
            if list {
                self.byte(b')');
            }
        }
        self
    }
}
