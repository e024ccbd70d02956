//! What STATUS asks for and what it answers (RFC 3501 §6.3.10, §7.2.4).

use alloc::{boxed::Box, vec::Vec};

use crate::types::{mailbox::Mailbox, section::ObjectId, text::Atom, value::Value};

/// A data item that STATUS asks for: `status-att` (RFC 3501 §9, RFC 9051 §9).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StatusAttr {
    /// `MESSAGES`: how many there are.
    Messages,
    /// `RECENT`: how many have `\Recent`.
    Recent,
    /// `UIDNEXT`: the next unique identifier.
    UidNext,
    /// `UIDVALIDITY`
    UidValidity,
    /// `UNSEEN`: how many have no `\Seen`.
    Unseen,
    /// `DELETED`: how many have `\Deleted` (RFC 9051).
    Deleted,
    /// `SIZE`: the octets of all messages (RFC 8438).
    Size,
    /// `HIGHESTMODSEQ` (RFC 7162).
    HighestModSeq,
    /// `APPENDLIMIT` (RFC 7889).
    AppendLimit,
    /// `MAILBOXID` (RFC 8474).
    MailboxId,
    /// `DELETED-STORAGE` (RFC 9208).
    DeletedStorage,
    /// An item nobody registered.
    Other(Atom),
}

/// A data item that STATUS answers: `status-att-val` (RFC 3501 §9, RFC 9051 §9).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StatusItem {
    /// `MESSAGES`: how many there are.
    Messages(u32),
    /// `RECENT`: how many have `\Recent`.
    Recent(u32),
    /// `UIDNEXT`: the next unique identifier.
    UidNext(u32),
    /// `UIDVALIDITY`
    UidValidity(u32),
    /// `UNSEEN`: how many have no `\Seen`.
    Unseen(u32),
    /// `DELETED`: how many have `\Deleted` (RFC 9051).
    Deleted(u32),
    /// `SIZE`: the octets of all messages (RFC 8438).
    Size(u64),
    /// `HIGHESTMODSEQ`; zero where the mailbox keeps none (RFC 7162).
    HighestModSeq(u64),
    /// `APPENDLIMIT`; `NIL` where there is none (RFC 7889).
    AppendLimit(Option<u32>),
    /// `MAILBOXID` (RFC 8474).
    MailboxId(Box<ObjectId>),
    /// `DELETED-STORAGE`: octets that EXPUNGE would free (RFC 9208).
    DeletedStorage(u64),
    /// An item nobody registered, its name and value; kept as it came.
    Other(Box<(Atom, Value)>),
}

/// The answer to STATUS: `"STATUS" SP mailbox SP "(" [status-att-list] ")"` (RFC 3501 §7.2.4).
///
/// # Examples
///
/// ```
/// use mailweft_imap::{Data, Mailbox, MailboxStatus, StatusItem};
///
/// let status = MailboxStatus::new(Mailbox::INBOX, [StatusItem::Messages(3), StatusItem::Unseen(1)]);
/// assert_eq!(status.messages(), Some(3));
/// assert_eq!(Data::Status(status).to_string(), "STATUS INBOX (MESSAGES 3 UNSEEN 1)");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailboxStatus {
    mailbox: Mailbox,
    items: Vec<StatusItem>,
}

macro_rules! item {
    ($(#[$doc:meta])* $name:ident, $variant:ident -> $type:ty) => {
        $(#[$doc])*
        pub fn $name(&self) -> Option<$type> {
            self.items.iter().find_map(|item| match item {
                StatusItem::$variant(value) => Some(*value),
                _ => None,
            })
        }
    };
}

impl MailboxStatus {
    /// The status of `mailbox`.
    pub fn new(mailbox: Mailbox, items: impl IntoIterator<Item = StatusItem>) -> Self {
        Self {
            mailbox,
            items: items.into_iter().collect(),
        }
    }

    pub(crate) const fn from_parts(mailbox: Mailbox, items: Vec<StatusItem>) -> Self {
        Self { mailbox, items }
    }

    /// Which mailbox.
    pub const fn mailbox(&self) -> &Mailbox {
        &self.mailbox
    }

    /// The data items in the order they were sent.
    pub fn items(&self) -> &[StatusItem] {
        &self.items
    }

    item! {
        /// How many messages there are.
        messages, Messages -> u32
    }
    item! {
        /// How many have `\Recent`.
        recent, Recent -> u32
    }
    item! {
        /// The next unique identifier.
        uid_next, UidNext -> u32
    }
    item! {
        /// The validity of unique identifiers.
        uid_validity, UidValidity -> u32
    }
    item! {
        /// How many have no `\Seen`.
        unseen, Unseen -> u32
    }
    item! {
        /// The octets of all messages.
        size, Size -> u64
    }
    item! {
        /// The highest mod-sequence.
        highest_modseq, HighestModSeq -> u64
    }
}
