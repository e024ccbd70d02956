//! STORE (RFC 3501 §9).

use crate::{
    encode::buffer::Encoder,
    types::store::{Store, StoreMode, StoreWhat},
};

impl Encoder<'_> {
    pub(crate) fn store(&mut self, store: &Store) -> &mut Self {
        self.sp().sequence_set(&store.set);
        if let Some(modseq) = store.unchanged_since {
            self.raw(" (UNCHANGEDSINCE ").number(modseq).byte(b')');
        }
        self.raw(match store.mode {
            StoreMode::Replace => " ",
            StoreMode::Add => " +",
            StoreMode::Remove => " -",
        });
        match &store.what {
            StoreWhat::Flags(_) => self.raw("FLAGS"),
            StoreWhat::GmailLabels(_) => self.raw("X-GM-LABELS"),
            StoreWhat::Other { name, .. } => self.atom(name),
        };
        self.raw(if store.silent { ".SILENT " } else { " " });
        match &store.what {
            StoreWhat::Flags(flags) => self.flags(flags),
            StoreWhat::GmailLabels(labels) => self.list(labels, |e, l| {
                e.gmail_label(l);
            }),
            StoreWhat::Other { value, .. } => self.value(value),
        }
    }
}
