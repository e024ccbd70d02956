//! STATUS (RFC 3501 §9, RFC 9051 §9).

use crate::{
    encode::buffer::Encoder,
    types::status::{MailboxStatus, StatusAttr, StatusItem},
};

impl Encoder<'_> {
    pub(crate) fn status_attrs(&mut self, attrs: &[StatusAttr]) -> &mut Self {
        self.list(attrs, |e, attr| {
            let word = match attr {
                StatusAttr::Messages => "MESSAGES",
                StatusAttr::Recent => "RECENT",
                StatusAttr::UidNext => "UIDNEXT",
                StatusAttr::UidValidity => "UIDVALIDITY",
                StatusAttr::Unseen => "UNSEEN",
                StatusAttr::Deleted => "DELETED",
                StatusAttr::Size => "SIZE",
                StatusAttr::HighestModSeq => "HIGHESTMODSEQ",
                StatusAttr::AppendLimit => "APPENDLIMIT",
                StatusAttr::MailboxId => "MAILBOXID",
                StatusAttr::DeletedStorage => "DELETED-STORAGE",
                StatusAttr::Other(name) => {
                    e.atom(name);
                    return;
                }
            };
            e.raw(word);
        })
    }

    pub(crate) fn mailbox_status(&mut self, status: &MailboxStatus) -> &mut Self {
        self.raw("STATUS ").mailbox(status.mailbox()).sp();
        self.list(status.items(), |e, item| {
            match item {
                StatusItem::Messages(n) => e.raw("MESSAGES ").number((*n).into()),
                StatusItem::Recent(n) => e.raw("RECENT ").number((*n).into()),
                StatusItem::UidNext(n) => e.raw("UIDNEXT ").number((*n).into()),
                StatusItem::UidValidity(n) => e.raw("UIDVALIDITY ").number((*n).into()),
                StatusItem::Unseen(n) => e.raw("UNSEEN ").number((*n).into()),
                StatusItem::Deleted(n) => e.raw("DELETED ").number((*n).into()),
                StatusItem::Size(n) => e.raw("SIZE ").number(*n),
                StatusItem::HighestModSeq(n) => e.raw("HIGHESTMODSEQ ").number(*n),
                StatusItem::AppendLimit(Some(n)) => e.raw("APPENDLIMIT ").number((*n).into()),
                StatusItem::AppendLimit(None) => e.raw("APPENDLIMIT NIL"),
                StatusItem::MailboxId(id) => e.raw("MAILBOXID ").object_id(id),
                StatusItem::DeletedStorage(n) => e.raw("DELETED-STORAGE ").number(*n),
                StatusItem::Other(item) => e.atom(&item.0).sp().value(&item.1),
            };
        })
    }
}
