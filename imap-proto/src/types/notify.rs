//! Which mailboxes, and which events in them: NOTIFY (RFC 5465) and searches in several mailboxes (RFC 7377).

use alloc::vec::Vec;

use crate::types::{fetch::FetchAttr, mailbox::Mailbox, text::Atom};

/// Mailboxes: `filter-mailboxes` (RFC 5465 §6), `source-mbox` (RFC 7377 §2.2).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MailboxFilter {
    /// `SELECTED`: the selected one.
    Selected,
    /// `SELECTED-DELAYED`: the selected one, with expunges held back.
    SelectedDelayed,
    /// `INBOXES`: where new mail may arrive.
    Inboxes,
    /// `PERSONAL`: all of the user's own.
    Personal,
    /// `SUBSCRIBED`: all that are subscribed to.
    Subscribed,
    /// `SUBTREE`: these and all below them.
    Subtree(Vec<Mailbox>),
    /// `SUBTREE-ONE`: these and the ones right below them (RFC 7377).
    SubtreeOne(Vec<Mailbox>),
    /// `MAILBOXES`: these.
    Mailboxes(Vec<Mailbox>),
}

/// What NOTIFY tells of (RFC 5465 §5).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NotifyEvent {
    /// `MessageNew`, with what to fetch of each new message in the selected mailbox.
    MessageNew(Vec<FetchAttr>),
    /// `MessageExpunge`
    MessageExpunge,
    /// `FlagChange`
    FlagChange,
    /// `AnnotationChange`
    AnnotationChange,
    /// `MailboxName`
    MailboxName,
    /// `SubscriptionChange`
    SubscriptionChange,
    /// `MailboxMetadataChange`
    MailboxMetadataChange,
    /// `ServerMetadataChange`
    ServerMetadataChange,
    /// An event nobody registered.
    Other(Atom),
}

/// The arguments of NOTIFY (RFC 5465 §3).
///
/// # Examples
///
/// ```
/// use mailweft_imap::{Command, MailboxFilter, Notify, NotifyEvent};
///
/// let notify = Notify::set([(
///     MailboxFilter::Selected,
///     vec![NotifyEvent::MessageNew(vec![]), NotifyEvent::MessageExpunge],
/// )]);
/// assert_eq!(
///     Command::Notify(notify).to_string(),
///     "NOTIFY SET (SELECTED (MessageNew MessageExpunge))",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notify {
    /// `NONE`: of nothing.
    None,
    /// `SET`
    Set {
        /// Whether a STATUS response for each mailbox is wanted at once.
        status: bool,
        /// Which events where; no events is `NONE`.
        groups: Vec<(MailboxFilter, Vec<NotifyEvent>)>,
    },
}

impl Notify {
    /// Of these events in these mailboxes.
    pub fn set(groups: impl IntoIterator<Item = (MailboxFilter, Vec<NotifyEvent>)>) -> Self {
        Self::Set {
            status: false,
            groups: groups.into_iter().collect(),
        }
    }
}
