//! LIST, extended (RFC 5258), and LSUB.

use std::collections::{BTreeMap, BTreeSet};

use mailweft_imap::{
    Data, List, ListPattern, ListReturn, ListSelect, ListedMailbox, Mailbox, Status, Value,
    server::Slot,
};

use super::{Session, mailboxes::DELIMITER};
use crate::store;

/// A name that LIST may answer.
#[derive(Debug, Default)]
struct Named {
    /// None where only a subscription has this name.
    mailbox: Option<store::Mailbox>,
    subscribed: bool,
}

/// What a LIST asks for, taken apart.
#[derive(Debug, Default)]
struct Wanted {
    subscribed: bool,
    special_use: bool,
    recursive: bool,
    tells_subscribed: bool,
}

impl Wanted {
    /// Nothing where an option is not known, or RECURSIVEMATCH stands alone (RFC 5258 §3.1).
    fn of(list: &List) -> Option<Self> {
        let mut wanted = Self::default();
        for select in &list.select {
            match select {
                ListSelect::Subscribed => wanted.subscribed = true,
                ListSelect::SpecialUse => wanted.special_use = true,
                ListSelect::RecursiveMatch => wanted.recursive = true,
                // No mailbox of this store is remote.
                ListSelect::Remote => {}
                _ => return None,
            }
        }
        for wish in list.returns.as_deref().unwrap_or_default() {
            match wish {
                ListReturn::Subscribed => wanted.tells_subscribed = true,
                ListReturn::Children | ListReturn::SpecialUse | ListReturn::Status(_) => {}
                _ => return None,
            }
        }
        wanted.tells_subscribed |= wanted.subscribed;
        let alone = wanted.recursive && !wanted.subscribed && !wanted.special_use;
        (!alone).then_some(wanted)
    }

    fn selects(&self, named: &Named) -> bool {
        let special = named.mailbox.as_ref().and_then(|m| m.special_use.as_ref());
        (named.mailbox.is_some() || self.subscribed)
            && (named.subscribed || !self.subscribed)
            && (special.is_some() || !self.special_use)
    }
}

/// Whether a pattern means this name, from a reference.
fn is_meant(patterns: &[ListPattern], reference: &Mailbox, name: &str) -> bool {
    let name = Mailbox::from(name);
    patterns
        .iter()
        .any(|pattern| pattern.within(reference).matches(&name, Some(DELIMITER)))
}

/// The names above a name, the nearest last.
fn above(name: &str) -> impl Iterator<Item = &str> {
    name.match_indices(DELIMITER).map(|(at, _)| &name[..at])
}

impl Session<'_> {
    fn subscriptions(&self) -> anyhow::Result<BTreeSet<String>> {
        match &self.user {
            Some(user) => self.system.store.subscriptions(user),
            None => Ok(BTreeSet::new()),
        }
    }

    fn names(&self) -> anyhow::Result<BTreeMap<String, Named>> {
        let mut names: BTreeMap<String, Named> = BTreeMap::new();
        for mailbox in self.mailboxes()? {
            let named = names.entry(mailbox.name.clone()).or_default();
            named.mailbox = Some(mailbox);
        }
        for name in self.subscriptions()? {
            names.entry(name).or_default().subscribed = true;
        }
        Ok(names)
    }

    pub(super) fn list(&mut self, slot: Slot, list: &List) -> anyhow::Result<()> {
        if list.asks_for_delimiter() {
            let root = ListedMailbox::new(Mailbox::from(""), Some(DELIMITER));
            let root = root.with_attribute("\\Noselect")?;
            self.server.send(slot, Data::List(root))?;
            self.server.reply(slot, Status::ok("LIST completed"))?;
            return Ok(());
        }
        let Some(wanted) = Wanted::of(list) else {
            self.server.reply(
                slot,
                Status::bad("an option that is not known, or not alone"),
            )?;
            return Ok(());
        };
        let names = self.names()?;
        let parents: BTreeSet<&str> = names
            .iter()
            .filter(|(_, named)| named.mailbox.is_some())
            .flat_map(|(name, _)| above(name))
            .collect();
        // What RECURSIVEMATCH tells of: names above such that are selected, and that no pattern means.
        let recursive: BTreeSet<&str> = names
            .iter()
            .filter(|(name, named)| {
                wanted.recursive
                    && wanted.selects(named)
                    && !is_meant(&list.patterns, &list.reference, name)
            })
            .flat_map(|(name, _)| above(name))
            .collect();
        let status = list.returns.iter().flatten().find_map(|wish| match wish {
            ListReturn::Status(attrs) => Some(attrs),
            _ => None,
        });
        for (name, named) in &names {
            let tells_of_children = recursive.contains(&name[..]);
            if !(wanted.selects(named) || tells_of_children)
                || !is_meant(&list.patterns, &list.reference, name)
            {
                continue;
            }
            let mut listed = ListedMailbox::new(Mailbox::from(&name[..]), Some(DELIMITER));
            listed = listed.with_attribute(if parents.contains(&name[..]) {
                "\\HasChildren"
            } else {
                "\\HasNoChildren"
            })?;
            match &named.mailbox {
                Some(mailbox) => {
                    if let Some(special_use) = &mailbox.special_use {
                        listed = listed.with_attribute(special_use)?;
                    }
                }
                None => listed = listed.with_attribute("\\NonExistent")?,
            }
            if wanted.tells_subscribed && named.subscribed {
                listed = listed.with_attribute("\\Subscribed")?;
            }
            if tells_of_children {
                let how = Value::list([Value::string("SUBSCRIBED")]);
                listed = listed.with_extended("CHILDINFO", how);
            }
            self.server.send(slot, Data::List(listed))?;
            if let (Some(attrs), Some(mailbox)) = (status, &named.mailbox) {
                let status = self.status_of(mailbox, attrs)?;
                self.server.send(slot, Data::Status(status))?;
            }
        }
        self.server.reply(slot, Status::ok("LIST completed"))?;
        Ok(())
    }

    /// LSUB: of a name that `%` cuts short, the name above it is told as `\Noselect` (RFC 3501 §6.3.9).
    pub(super) fn lsub(
        &mut self,
        slot: Slot,
        reference: &Mailbox,
        pattern: &ListPattern,
    ) -> anyhow::Result<()> {
        let names = self.subscriptions()?;
        let pattern = std::slice::from_ref(pattern);
        let mut told: BTreeMap<&str, bool> = BTreeMap::new();
        for name in &names {
            if is_meant(pattern, reference, name) {
                told.insert(name, true);
            } else {
                let above = above(name).filter(|name| is_meant(pattern, reference, name));
                for name in above {
                    told.entry(name).or_insert(false);
                }
            }
        }
        for (name, subscribed) in told {
            let mut listed = ListedMailbox::new(Mailbox::from(name), Some(DELIMITER));
            if !subscribed {
                listed = listed.with_attribute("\\Noselect")?;
            }
            self.server.send(slot, Data::Lsub(listed))?;
        }
        self.server.reply(slot, Status::ok("LSUB completed"))?;
        Ok(())
    }
}
