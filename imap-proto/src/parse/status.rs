//! STATUS (RFC 3501 §9, RFC 9051 §9).

use alloc::{boxed::Box, vec::Vec};

use crate::{
    error::{Repair, Rule},
    grammar::ATOM,
    parse::{
        cursor::{Cursor, Result},
        word::{self, words},
    },
    types::{
        status::{MailboxStatus, StatusAttr, StatusItem},
        text::Atom,
        value::Value,
    },
};

const RULE: Rule = Rule::Status;

impl Cursor<'_> {
    /// `"(" status-att *(SP status-att) ")"`
    pub(crate) fn status_attrs(&mut self) -> Result<Vec<StatusAttr>> {
        let attrs = self.list(RULE, |c| {
            let mark = c.mark();
            Ok(match c.keyword(ATOM) {
                words::MESSAGES => StatusAttr::Messages,
                words::RECENT => StatusAttr::Recent,
                words::UIDNEXT => StatusAttr::UidNext,
                words::UIDVALIDITY => StatusAttr::UidValidity,
                words::UNSEEN => StatusAttr::Unseen,
                words::DELETED => StatusAttr::Deleted,
                words::SIZE => StatusAttr::Size,
                words::HIGHESTMODSEQ => StatusAttr::HighestModSeq,
                words::APPENDLIMIT => StatusAttr::AppendLimit,
                words::MAILBOXID => StatusAttr::MailboxId,
                words::DELETED_STORAGE => StatusAttr::DeletedStorage,
                _ => {
                    c.reset(mark);
                    StatusAttr::Other(c.atom_value(RULE)?)
                }
            })
        })?;
        if attrs.is_empty() {
            self.repair(Repair::EmptyList, RULE)?;
        }
        Ok(attrs)
    }

    /// `"STATUS" SP mailbox SP "(" [status-att-list] ")"`, behind the word
    pub(crate) fn mailbox_status(&mut self) -> Result<MailboxStatus> {
        self.sp(RULE)?;
        let mailbox = self.mailbox()?;
        self.sp(RULE)?;
        self.expect(b'(', RULE)?;
        let mut more = self.first_member(RULE)?;
        if !more {
            self.repair(Repair::EmptyList, RULE)?;
        }
        let mut items = Vec::with_capacity(if more { 4 } else { 0 });
        while more {
            self.count(RULE)?;
            match plain_status(self.rest(), &mut items) {
                Some(rest) => self.skip_to(rest),
                None => items.push(self.status_item()?),
            }
            more = self.next_member(RULE)?;
        }
        Ok(MailboxStatus::new(mailbox, items))
    }

    /// `status-att-val`; one whose value does not fit is kept as it came.
    fn status_item(&mut self) -> Result<StatusItem> {
        let start = self.mark();
        let word = self.keyword(ATOM);
        let name = self.since(start);
        if name.is_empty() {
            return Err(self.unexpected(RULE));
        }
        self.sp(RULE)?;
        let mark = self.mark();
        let known = self.known_status(word);
        let repair = match known {
            Ok(Some(item)) => return Ok(item),
            Ok(None) => Repair::Unknown,
            Err(error) if !self.is_interop() => return Err(error),
            Err(_) => Repair::BadItem,
        };
        self.reset(mark);
        self.repair(repair, RULE)?;
        let value = match self.peek() {
            Some(b')') => Value::NONE,
            _ => self.value()?,
        };
        let name = Atom::from_parsed(self.ascii(name));
        Ok(StatusItem::Other(Box::new((name, value))))
    }

    fn known_status(&mut self, word: u128) -> Result<Option<StatusItem>> {
        Ok(Some(match word {
            words::MESSAGES => StatusItem::Messages(self.number(RULE)?),
            words::RECENT => StatusItem::Recent(self.number(RULE)?),
            words::UIDNEXT => StatusItem::UidNext(self.nz_number(RULE)?),
            words::UIDVALIDITY => StatusItem::UidValidity(self.nz_number(RULE)?),
            words::UNSEEN => StatusItem::Unseen(self.number(RULE)?),
            words::DELETED => StatusItem::Deleted(self.number(RULE)?),
            words::SIZE => StatusItem::Size(self.number64(RULE)?),
            words::HIGHESTMODSEQ => StatusItem::HighestModSeq(self.number64(RULE)?),
            words::APPENDLIMIT if self.nil() => StatusItem::AppendLimit(None),
            words::APPENDLIMIT => StatusItem::AppendLimit(Some(self.number(RULE)?)),
            words::MAILBOXID => StatusItem::MailboxId(Box::new(self.object_id(RULE)?)),
            words::DELETED_STORAGE => StatusItem::DeletedStorage(self.number64(RULE)?),
            _ => return Ok(None),
        }))
    }
}

/// One of the values that every server has, if it is as it should be; what follows it.
///
/// Pushed where it is made: items are big, and moving one costs as much as reading it.
#[inline]
fn plain_status<'a>(text: &'a [u8], items: &mut Vec<StatusItem>) -> Option<&'a [u8]> {
    let (word, len) = word::word(text, ATOM);
    let (number, rest) = word::prefixed_number(text.get(len..)?, b" ")?;
    if !matches!(rest, [b' ' | b')', ..]) {
        return None;
    }
    match word {
        words::MESSAGES => items.push(StatusItem::Messages(number)),
        words::RECENT => items.push(StatusItem::Recent(number)),
        words::UIDNEXT => items.push(StatusItem::UidNext(number)),
        words::UIDVALIDITY => items.push(StatusItem::UidValidity(number)),
        words::UNSEEN => items.push(StatusItem::Unseen(number)),
        _ => return None,
    }
    Some(rest)
}
