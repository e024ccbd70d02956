//! NOTIFY and the sources of searches in several mailboxes (RFC 5465, RFC 7377).

use alloc::vec::Vec;

use crate::{
    error::{ParseErrorKind as Kind, Rule},
    parse::{
        cursor::{Cursor, Result},
        word::Upper,
    },
    types::{
        mailbox::Mailbox,
        notify::{MailboxFilter, Notify, NotifyEvent},
        text::Atom,
    },
};

const RULE: Rule = Rule::Notify;

impl Cursor<'_> {
    /// `notify = "NOTIFY" SP ("NONE" / "SET" [SP "STATUS"] SP event-groups)`
    pub(crate) fn notify(&mut self) -> Result<Notify> {
        self.sp(RULE)?;
        match Upper::new(self.atom(RULE)?).as_bytes() {
            b"NONE" => return Ok(Notify::None),
            b"SET" => {}
            _ => return Err(self.error(Kind::UnknownKeyword, RULE)),
        }
        self.sp(RULE)?;
        let status = self.eat_word(b"STATUS");
        if status {
            self.sp(RULE)?;
        }
        let groups = self.spaced(RULE, |c| {
            c.expect(b'(', RULE)?;
            let filter = c.mailbox_filter()?;
            c.sp(RULE)?;
            let events = match c.eat_word(b"NONE") {
                true => Vec::new(),
                false => c.list(RULE, Self::notify_event)?,
            };
            c.expect(b')', RULE)?;
            Ok((filter, events))
        })?;
        Ok(Notify::Set { status, groups })
    }

    /// `filter-mailboxes`
    pub(crate) fn mailbox_filter(&mut self) -> Result<MailboxFilter> {
        Ok(match Upper::new(self.atom(RULE)?).as_bytes() {
            b"SELECTED" => MailboxFilter::Selected,
            b"SELECTED-DELAYED" => MailboxFilter::SelectedDelayed,
            b"INBOXES" => MailboxFilter::Inboxes,
            b"PERSONAL" => MailboxFilter::Personal,
            b"SUBSCRIBED" => MailboxFilter::Subscribed,
            b"SUBTREE" => MailboxFilter::Subtree(self.one_or_more()?),
            b"SUBTREE-ONE" => MailboxFilter::SubtreeOne(self.one_or_more()?),
            b"MAILBOXES" => MailboxFilter::Mailboxes(self.one_or_more()?),
            _ => return Err(self.error(Kind::UnknownKeyword, RULE)),
        })
    }

    /// `one-or-more-mailbox = mailbox / many-mailboxes`
    fn one_or_more(&mut self) -> Result<Vec<Mailbox>> {
        self.sp(RULE)?;
        match self.peek() {
            Some(b'(') => self.list(RULE, Self::mailbox),
            _ => Ok(Vec::from([self.mailbox()?])),
        }
    }

    fn notify_event(&mut self) -> Result<NotifyEvent> {
        let name = self.atom(RULE)?;
        Ok(match Upper::new(name).as_bytes() {
            b"MESSAGENEW" => NotifyEvent::MessageNew(match self.rest() {
                [b' ', b'(', ..] => {
                    self.sp(RULE)?;
                    self.list(RULE, Self::fetch_attr)?
                }
                _ => Vec::new(),
            }),
            b"MESSAGEEXPUNGE" => NotifyEvent::MessageExpunge,
            b"FLAGCHANGE" => NotifyEvent::FlagChange,
            b"ANNOTATIONCHANGE" => NotifyEvent::AnnotationChange,
            b"MAILBOXNAME" => NotifyEvent::MailboxName,
            b"SUBSCRIPTIONCHANGE" => NotifyEvent::SubscriptionChange,
            b"MAILBOXMETADATACHANGE" => NotifyEvent::MailboxMetadataChange,
            b"SERVERMETADATACHANGE" => NotifyEvent::ServerMetadataChange,
            _ => NotifyEvent::Other(Atom::from_parsed(self.ascii(name))),
        })
    }
}
