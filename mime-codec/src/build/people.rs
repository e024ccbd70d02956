//! Who a new message is from and to.

use alloc::vec::Vec;

use mailweft_address::{Address, Item};

/// The address field that somebody stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    From,
    Sender,
    ReplyTo,
    To,
    Cc,
    Bcc,
    ReceiptTo,
}

/// The mailboxes and groups of all address fields, in one list.
#[derive(Clone, Debug, Default)]
pub(crate) struct People(Vec<(Role, Item)>);

impl People {
    pub(super) fn add(&mut self, role: Role, item: Item) {
        self.0.push((role, item));
    }

    /// In place of whoever stood there.
    pub(super) fn set(&mut self, role: Role, item: Item) {
        self.0.retain(|(had, _)| *had != role);
        self.add(role, item);
    }

    pub(super) fn of(&self, role: Role) -> impl Iterator<Item = &Item> {
        self.0
            .iter()
            .filter(move |(had, _)| *had == role)
            .map(|(_, item)| item)
    }

    /// Who is to have the message: To, Cc and Bcc.
    pub(super) fn recipients(&self) -> impl Iterator<Item = &Address> {
        let lists = [Role::To, Role::Cc, Role::Bcc];
        lists
            .into_iter()
            .flat_map(|role| self.of(role))
            .flat_map(Item::mailboxes)
            .map(mailweft_address::Mailbox::address)
    }
}
