//! LIST (RFC 3501 §9, RFC 5258 §6, RFC 9051 §9).

use crate::{
    encode::buffer::Encoder,
    error::{Invalid, Rule},
    types::{
        list::{List, ListReturn, ListSelect, ListedMailbox},
        text::Atom,
        value::Value,
    },
};

impl Encoder<'_> {
    pub(crate) fn list_command(&mut self, list: &List) -> &mut Self {
        self.sp();
        if !list.select.is_empty() {
            self.list(&list.select, |e, option| {
                match option {
                    ListSelect::Subscribed => e.raw("SUBSCRIBED"),
                    ListSelect::Remote => e.raw("REMOTE"),
                    ListSelect::RecursiveMatch => e.raw("RECURSIVEMATCH"),
                    ListSelect::SpecialUse => e.raw("SPECIAL-USE"),
                    ListSelect::Other(name, value) => e.option(name, value.as_ref()),
                };
            });
            self.sp();
        }
        self.mailbox(&list.reference).sp();
        match list.patterns.as_slice() {
            [] => self.refuse(Invalid::value(Rule::List)),
            [one] => {
                self.list_pattern(one);
            }
            many => {
                self.list(many, |e, pattern| {
                    e.list_pattern(pattern);
                });
            }
        }
        if let Some(returns) = &list.returns {
            self.raw(" RETURN ").list(returns, |e, option| {
                match option {
                    ListReturn::Subscribed => e.raw("SUBSCRIBED"),
                    ListReturn::Children => e.raw("CHILDREN"),
                    ListReturn::SpecialUse => e.raw("SPECIAL-USE"),
                    ListReturn::MyRights => e.raw("MYRIGHTS"),
                    ListReturn::Status(attrs) => e.raw("STATUS ").status_attrs(attrs),
                    ListReturn::Metadata(names) => e.raw("METADATA ").list(names, |e, name| {
                        e.astring(name);
                    }),
                    ListReturn::Other(name, value) => e.option(name, value.as_ref()),
                };
            });
        }
        self
    }

    /// A name, and its value if it has one.
    pub(crate) fn option(&mut self, name: &Atom, value: Option<&Value>) -> &mut Self {
        self.atom(name);
        match value {
            Some(value) => self.sp().value(value),
            None => self,
        }
    }

    /// `mailbox-list`
    pub(crate) fn listed(&mut self, listed: &ListedMailbox) -> &mut Self {
        self.flags(&listed.attributes).sp();
        self.delimiter(listed.delimiter)
            .sp()
            .mailbox(&listed.mailbox);
        if !listed.extended.is_empty() {
            self.sp().list(&listed.extended, |e, (name, value)| {
                e.string(name.as_bytes()).sp().value(value);
            });
        }
        self
    }

    pub(crate) fn delimiter(&mut self, delimiter: Option<char>) -> &mut Self {
        match delimiter {
            None => self.raw("NIL"),
            Some(delimiter) => {
                let mut buffer = [0; 4];
                self.string(delimiter.encode_utf8(&mut buffer).as_bytes())
            }
        }
    }
}
