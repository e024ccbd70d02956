//! NOTIFY and the sources of searches in several mailboxes (RFC 5465, RFC 7377).

use crate::{
    encode::buffer::Encoder,
    types::{
        mailbox::Mailbox,
        notify::{MailboxFilter, Notify, NotifyEvent},
    },
};

impl Encoder<'_> {
    pub(crate) fn notify(&mut self, notify: &Notify) -> &mut Self {
        let Notify::Set { status, groups } = notify else {
            return self.raw(" NONE");
        };
        self.raw(if *status { " SET STATUS" } else { " SET" });
        for (filter, events) in groups {
            self.raw(" (").mailbox_filter(filter).sp();
            match events.is_empty() {
                true => self.raw("NONE"),
                false => self.list(events, |e, event| {
                    e.notify_event(event);
                }),
            };
            self.byte(b')');
        }
        self
    }

    pub(crate) fn mailbox_filter(&mut self, filter: &MailboxFilter) -> &mut Self {
        match filter {
            MailboxFilter::Selected => self.raw("SELECTED"),
            MailboxFilter::SelectedDelayed => self.raw("SELECTED-DELAYED"),
            MailboxFilter::Inboxes => self.raw("INBOXES"),
            MailboxFilter::Personal => self.raw("PERSONAL"),
            MailboxFilter::Subscribed => self.raw("SUBSCRIBED"),
            MailboxFilter::Subtree(names) => self.raw("SUBTREE ").one_or_more(names),
            MailboxFilter::SubtreeOne(names) => self.raw("SUBTREE-ONE ").one_or_more(names),
            MailboxFilter::Mailboxes(names) => self.raw("MAILBOXES ").one_or_more(names),
        }
    }

    fn one_or_more(&mut self, names: &[Mailbox]) -> &mut Self {
        match names {
            [one] => self.mailbox(one),
            many => self.list(many, |e, name| {
                e.mailbox(name);
            }),
        }
    }

    fn notify_event(&mut self, event: &NotifyEvent) -> &mut Self {
        match event {
            NotifyEvent::MessageNew(attrs) if attrs.is_empty() => self.raw("MessageNew"),
            NotifyEvent::MessageNew(attrs) => self.raw("MessageNew ").list(attrs, |e, attr| {
                e.fetch_attr(attr);
            }),
            NotifyEvent::MessageExpunge => self.raw("MessageExpunge"),
            NotifyEvent::FlagChange => self.raw("FlagChange"),
            NotifyEvent::AnnotationChange => self.raw("AnnotationChange"),
            NotifyEvent::MailboxName => self.raw("MailboxName"),
            NotifyEvent::SubscriptionChange => self.raw("SubscriptionChange"),
            NotifyEvent::MailboxMetadataChange => self.raw("MailboxMetadataChange"),
            NotifyEvent::ServerMetadataChange => self.raw("ServerMetadataChange"),
            NotifyEvent::Other(name) => self.atom(name),
        }
    }
}
