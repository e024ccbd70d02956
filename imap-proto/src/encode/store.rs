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
        match &store.what {
            StoreWhat::Flags(flags) => self.store_item(store, "FLAGS").flags(flags),
            StoreWhat::GmailLabels(labels) => {
                self.store_item(store, "X-GM-LABELS")
                    .list(labels, |e, label| {
                        e.gmail_label(label);
                    })
            }
            StoreWhat::Annotations(given) => self.sp().annotate(given),
        }
    }

    /// The name of an item, with the sign before it and `.SILENT` behind it.
    fn store_item(&mut self, store: &Store, name: &'static str) -> &mut Self {
        self.raw(match store.mode {
            StoreMode::Replace => " ",
            StoreMode::Add => " +",
            StoreMode::Remove => " -",
        });
        self.raw(name)
            .raw(if store.silent { ".SILENT " } else { " " })
    }
}
