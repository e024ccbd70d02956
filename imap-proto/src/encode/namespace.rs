//! ID, NAMESPACE, quotas and metadata (RFC 2971, 2342, 9208, 5464).

use crate::{
    encode::buffer::Encoder,
    types::namespace::{Id, MetadataEntry, NamespaceEntry, Namespaces},
};

impl Encoder<'_> {
    pub(crate) fn id(&mut self, id: Option<&Id>) -> &mut Self {
        match id {
            Some(id) => self.list(id.iter(), |e, (name, value)| {
                e.string(name.as_bytes()).sp();
                e.nstring(value.map(|value| value.as_bytes().as_ref()));
            }),
            None => self.raw("NIL"),
        }
    }

    pub(crate) fn namespaces(&mut self, namespaces: &Namespaces) -> &mut Self {
        let Namespaces {
            personal,
            other,
            shared,
        } = namespaces;
        self.spaced([personal, other, shared], |e, class| {
            match class.is_empty() {
                true => {
                    e.raw("NIL");
                }
                false => {
                    e.byte(b'(');
                    class.iter().for_each(|entry| e.namespace(entry));
                    e.byte(b')');
                }
            }
        })
    }

    fn namespace(&mut self, entry: &NamespaceEntry) {
        let prefix = match self.wire().utf8 {
            true => entry.prefix.as_str().into(),
            false => entry.prefix.to_utf7(),
        };
        self.byte(b'(')
            .string(prefix.as_bytes())
            .sp()
            .delimiter(entry.delimiter);
        for (name, values) in &entry.extensions {
            self.sp().string(name.as_bytes()).sp();
            self.list(values, |e, value| {
                e.string(value.as_bytes());
            });
        }
        self.byte(b')');
    }

    pub(crate) fn metadata_entries(&mut self, entries: &[MetadataEntry]) -> &mut Self {
        self.list(entries, |e, (name, value)| {
            e.astring(name).sp();
            e.nstring(value.as_ref().map(|value| value.as_bytes().as_ref()));
        })
    }
}
