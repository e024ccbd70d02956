//! Commands about mailboxes: SELECT, STATUS, CREATE and their like.

use mailweft_imap::{
    Capability, Code, Command, Data, Flag, Flags, ListedMailbox, Mailbox, MailboxStatus,
    MessageData, NamespaceEntry, Namespaces, Select, SequenceSet, Status, StatusAttr, StatusItem,
    server::Slot,
};

use super::{Session, view::View};
use crate::store;

pub(super) const DELIMITER: char = '/';

fn system_flags() -> Vec<Flag> {
    vec![
        Flag::ANSWERED,
        Flag::FLAGGED,
        Flag::DELETED,
        Flag::SEEN,
        Flag::DRAFT,
    ]
}

impl Session<'_> {
    pub(super) fn select(&mut self, slot: Slot, select: &Select) -> anyhow::Result<()> {
        // RFC 7162 §3.2.11: what follows is of the other mailbox.
        let rev2 = self.server.enabled().has(&Capability::IMAP4REV2);
        let closes = rev2 || self.server.enabled().has(&Capability::QRESYNC);
        if self.view.take().is_some() && closes {
            let closed = Status::ok("closed").with_code(Code::Closed);
            self.server.inform(slot, closed)?;
        }
        let Some(mailbox) = self.find(&select.mailbox)? else {
            let none = Status::no("there is no such mailbox").with_code(Code::NonExistent);
            self.server.reply(slot, none)?;
            return Ok(());
        };
        let condstore = select.condstore
            || select.qresync.is_some()
            || self.server.enabled().has(&Capability::CONDSTORE)
            || self.server.enabled().has(&Capability::QRESYNC);
        let read_only = select.read_only || mailbox.is_shared();
        let view = View::open(&self.system.store, mailbox, read_only, condstore, !rev2)?;
        let mailbox = view.mailbox.clone();
        let mut flags = system_flags();
        for keyword in view.messages.iter().flat_map(|message| &message.flags) {
            if let Ok(keyword) = Flag::keyword(keyword.as_str()) {
                if !flags.contains(&keyword) {
                    flags.push(keyword);
                }
            }
        }
        let server = &mut self.server;
        server.send(slot, Data::Flags(flags.iter().cloned().collect()))?;
        server.send(slot, Data::Exists(view.exists()))?;
        if rev2 {
            // RFC 9051 §6.3.2: the name, and nothing of recent messages.
            let listed = ListedMailbox::new(select.mailbox.clone(), Some(DELIMITER));
            server.send(slot, Data::List(listed))?;
        } else {
            server.send(slot, Data::Recent(view.count_recent()))?;
            if let Some(unseen) = view.first_unseen() {
                let unseen = Status::ok("not seen yet").with_code(Code::Unseen(unseen));
                server.inform(slot, unseen)?;
            }
        }
        let permanent: Flags = if read_only {
            Flags::NONE
        } else {
            flags.into_iter().chain([Flag::WILDCARD]).collect()
        };
        server.inform(
            slot,
            Status::ok("kept").with_code(Code::PermanentFlags(permanent)),
        )?;
        let validity = Code::UidValidity(mailbox.uid_validity);
        server.inform(slot, Status::ok("UIDs are valid").with_code(validity))?;
        let next = Code::UidNext(mailbox.uid_next);
        server.inform(slot, Status::ok("the next UID").with_code(next))?;
        let modseq = Code::HighestModSeq(view.modseq());
        server.inform(slot, Status::ok("the last change").with_code(modseq))?;
        if let Some(known) = &select.qresync {
            if known.uid_validity == mailbox.uid_validity {
                let changes = self.system.store.changes_since(mailbox.id, known.modseq)?;
                let wanted = |uid: u32| match &known.known_uids {
                    Some(set) => set.contains(uid, u32::MAX),
                    None => true,
                };
                let gone: Vec<u32> = changes
                    .expunged
                    .into_iter()
                    .filter(|&u| wanted(u))
                    .collect();
                if !gone.is_empty() {
                    let uids: SequenceSet = gone.into_iter().collect();
                    server.send(
                        slot,
                        Data::Vanished {
                            earlier: true,
                            uids,
                        },
                    )?;
                }
                for message in changes.messages.iter().filter(|m| wanted(m.uid)) {
                    if let Ok(place) = view.messages.binary_search_by_key(&message.uid, |m| m.uid) {
                        let data = MessageData::new(View::seq(place), view.flag_items(place));
                        server.send(slot, Data::Fetch(data))?;
                    }
                }
            }
        }
        let code = if read_only {
            Code::ReadOnly
        } else {
            Code::ReadWrite
        };
        server.reply(slot, Status::ok("selected").with_code(code))?;
        self.view = Some(view);
        Ok(())
    }

    /// The user's mailbox of this name.
    pub(super) fn find(&self, mailbox: &Mailbox) -> anyhow::Result<Option<store::Mailbox>> {
        let Some(user) = &self.user else {
            return Ok(None);
        };
        self.system.store.visible_mailbox(user, mailbox.as_str())
    }

    pub(super) fn mailboxes(&self) -> anyhow::Result<Vec<store::Mailbox>> {
        match &self.user {
            Some(user) => self.system.store.visible_mailboxes(user),
            None => Ok(Vec::new()),
        }
    }

    pub(super) fn status_of(
        &self,
        mailbox: &store::Mailbox,
        attrs: &[StatusAttr],
    ) -> anyhow::Result<MailboxStatus> {
        let messages = self.system.store.messages(mailbox)?;
        let told = self.system.store.recent(mailbox, false)?;
        let count = |flag: &str, set: bool| {
            let found = messages
                .iter()
                .filter(|m| m.flags.contains(flag) == set)
                .count();
            u32::try_from(found).unwrap_or(u32::MAX)
        };
        let items = attrs.iter().filter_map(|attr| {
            Some(match attr {
                StatusAttr::Messages => {
                    StatusItem::Messages(u32::try_from(messages.len()).unwrap_or(u32::MAX))
                }
                StatusAttr::Recent => StatusItem::Recent(
                    u32::try_from(messages.iter().filter(|m| m.uid > told).count())
                        .unwrap_or(u32::MAX),
                ),
                StatusAttr::UidNext => StatusItem::UidNext(mailbox.uid_next),
                StatusAttr::UidValidity => StatusItem::UidValidity(mailbox.uid_validity),
                StatusAttr::Unseen => StatusItem::Unseen(count("\\Seen", false)),
                StatusAttr::Deleted => StatusItem::Deleted(count("\\Deleted", true)),
                StatusAttr::Size => StatusItem::Size(messages.iter().map(|m| m.size).sum()),
                StatusAttr::HighestModSeq => StatusItem::HighestModSeq(mailbox.modseq),
                _ => return None,
            })
        });
        let items: Vec<StatusItem> = items.collect();
        Ok(MailboxStatus::new(
            Mailbox::from(mailbox.name.as_str()),
            items,
        ))
    }

    /// Commands that make, rename, remove and describe mailboxes.
    pub(super) fn manage(&mut self, slot: Slot, command: &Command) -> anyhow::Result<()> {
        let user = self.user.clone().unwrap_or_default();
        let store = &self.system.store;
        let missing = || Status::no("there is no such mailbox").with_code(Code::NonExistent);
        let shared = |mailbox: &Mailbox| mailbox.as_str().starts_with(store::SHARED);
        let status = match command {
            Command::Create { mailbox, .. } | Command::Delete(mailbox) if shared(mailbox) => {
                Status::no("what is shared stays as it is").with_code(Code::NoPerm)
            }
            Command::Rename { from, to } if shared(from) || shared(to) => {
                Status::no("what is shared stays as it is").with_code(Code::NoPerm)
            }
            Command::Create {
                mailbox,
                special_use,
            } => {
                let special_use = special_use.iter().next().map(str::to_owned);
                if store.mailbox(&user, mailbox.as_str())?.is_some() {
                    Status::no("it exists").with_code(Code::AlreadyExists)
                } else if store
                    .create_mailbox(&user, mailbox.as_str(), special_use.as_deref())
                    .is_ok()
                {
                    Status::ok("created")
                } else {
                    Status::no("that is no name for a mailbox").with_code(Code::Cannot)
                }
            }
            Command::Delete(mailbox) if mailbox.is_inbox() => {
                Status::no("INBOX stays").with_code(Code::Cannot)
            }
            Command::Delete(mailbox) => match store.mailbox(&user, mailbox.as_str())? {
                Some(found) => {
                    let below = format!("{}{DELIMITER}", found.name);
                    let has_children = self.mailboxes()?.iter().any(|m| m.name.starts_with(&below));
                    if has_children {
                        Status::no("there are mailboxes below it").with_code(Code::HasChildren)
                    } else {
                        store.delete_mailbox(&found)?;
                        Status::ok("deleted")
                    }
                }
                None => missing(),
            },
            Command::Rename { from, to } => match store.mailbox(&user, from.as_str())? {
                Some(_) if store.mailbox(&user, to.as_str())?.is_some() => {
                    Status::no("it exists").with_code(Code::AlreadyExists)
                }
                // RFC 3501 §6.3.5: INBOX stays, and what is in it moves.
                Some(inbox) if from.is_inbox() => {
                    let target = store.create_mailbox(&user, to.as_str(), None)?;
                    let messages = store.messages(&inbox)?;
                    store.copy(&inbox, &messages, &target)?;
                    store.expunge(&inbox, &messages)?;
                    Status::ok("renamed")
                }
                Some(found) => match store.rename_mailbox(&found, to.as_str()) {
                    Ok(()) => Status::ok("renamed"),
                    Err(_) => Status::no("it cannot be renamed so").with_code(Code::Cannot),
                },
                None => missing(),
            },
            Command::Subscribe(mailbox) | Command::Unsubscribe(mailbox) => {
                let subscribed = matches!(command, Command::Subscribe(_));
                store.subscribe(&user, mailbox.as_str(), subscribed)?;
                Status::ok("noted")
            }
            Command::Lsub { reference, pattern } => return self.lsub(slot, reference, pattern),
            Command::Status { mailbox, attrs } => match self.find(mailbox)? {
                Some(found) => {
                    if attrs.contains(&StatusAttr::HighestModSeq) {
                        self.know_modseqs(slot)?;
                    }
                    let status = self.status_of(&found, attrs)?;
                    self.server.send(slot, Data::Status(status))?;
                    Status::ok("STATUS completed")
                }
                None => missing(),
            },
            Command::Namespace => {
                let personal = vec![NamespaceEntry::new("", Some(DELIMITER))];
                let shared = vec![NamespaceEntry::new(store::SHARED, Some(DELIMITER))];
                let namespaces = Namespaces {
                    personal,
                    shared,
                    ..Namespaces::default()
                };
                self.server.send(slot, Data::Namespace(namespaces))?;
                Status::ok("NAMESPACE completed")
            }
            _ => Status::bad("not implemented"),
        };
        self.server.reply(slot, status)?;
        Ok(())
    }
}
