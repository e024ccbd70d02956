//! STATUS (RFC 3501 §9, RFC 9051 §9).

use alloc::vec::Vec;

use crate::{
    error::{Repair, Rule},
    parse::cursor::{Cursor, Result, Upper},
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
        self.list(RULE, |c| {
            let name = c.atom(RULE)?;
            Ok(match Upper::new(name).as_bytes() {
                b"MESSAGES" => StatusAttr::Messages,
                b"RECENT" => StatusAttr::Recent,
                b"UIDNEXT" => StatusAttr::UidNext,
                b"UIDVALIDITY" => StatusAttr::UidValidity,
                b"UNSEEN" => StatusAttr::Unseen,
                b"DELETED" => StatusAttr::Deleted,
                b"SIZE" => StatusAttr::Size,
                b"HIGHESTMODSEQ" => StatusAttr::HighestModSeq,
                b"APPENDLIMIT" => StatusAttr::AppendLimit,
                b"MAILBOXID" => StatusAttr::MailboxId,
                b"DELETED-STORAGE" => StatusAttr::DeletedStorage,
                _ => StatusAttr::Other(Atom::from_parsed(c.ascii(name))),
            })
        })
    }

    /// `"STATUS" SP mailbox SP "(" [status-att-list] ")"`, behind the word
    pub(crate) fn mailbox_status(&mut self) -> Result<MailboxStatus> {
        self.sp(RULE)?;
        let mailbox = self.mailbox()?;
        self.sp(RULE)?;
        let items = self.list(RULE, Self::status_item)?;
        if items.is_empty() {
            self.repair(Repair::EmptyList, RULE)?;
        }
        Ok(MailboxStatus::new(mailbox, items))
    }

    /// `status-att-val`; one whose value does not fit is kept as it came.
    fn status_item(&mut self) -> Result<StatusItem> {
        let name = self.atom(RULE)?;
        self.sp(RULE)?;
        let mark = self.mark();
        let known = self.known_status(Upper::new(name).as_bytes());
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
        Ok(StatusItem::Other {
            name: Atom::from_parsed(self.ascii(name)),
            value,
        })
    }

    fn known_status(&mut self, word: &[u8]) -> Result<Option<StatusItem>> {
        Ok(Some(match word {
            b"MESSAGES" => StatusItem::Messages(self.number(RULE)?),
            b"RECENT" => StatusItem::Recent(self.number(RULE)?),
            b"UIDNEXT" => StatusItem::UidNext(self.nz_number(RULE)?),
            b"UIDVALIDITY" => StatusItem::UidValidity(self.nz_number(RULE)?),
            b"UNSEEN" => StatusItem::Unseen(self.number(RULE)?),
            b"DELETED" => StatusItem::Deleted(self.number(RULE)?),
            b"SIZE" => StatusItem::Size(self.number64(RULE)?),
            b"HIGHESTMODSEQ" => StatusItem::HighestModSeq(self.number64(RULE)?),
            b"APPENDLIMIT" if self.nil() => StatusItem::AppendLimit(None),
            b"APPENDLIMIT" => StatusItem::AppendLimit(Some(self.number(RULE)?)),
            b"MAILBOXID" => StatusItem::MailboxId(self.object_id(RULE)?),
            b"DELETED-STORAGE" => StatusItem::DeletedStorage(self.number64(RULE)?),
            _ => return Ok(None),
        }))
    }
}
