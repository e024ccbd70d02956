//! ID, NAMESPACE, quotas, rights and metadata (RFC 2971, 2342, 9208, 4314, 5464).

use alloc::vec::Vec;

use crate::{
    error::{ParseErrorKind as Kind, Repair, Rule},
    parse::cursor::{Cursor, Result},
    types::{
        namespace::{Id, MetadataEntry, NamespaceEntry, Namespaces, QuotaResource},
        text::AString,
    },
};

impl Cursor<'_> {
    /// `id-params-list = "(" [string SP nstring *(SP string SP nstring)] ")" / nil`
    pub(crate) fn id(&mut self) -> Result<Option<Id>> {
        const RULE: Rule = Rule::Id;
        if self.nil() {
            return Ok(None);
        }
        let fields = self.list(RULE, |c| {
            let name = AString::from(match c.peek() {
                Some(b'"' | b'{') => {
                    let name = c.string(RULE)?;
                    c.own(name)
                }
                _ => {
                    c.repair(Repair::WrongString, RULE)?;
                    let name = c.astring(RULE)?;
                    c.own(name)
                }
            });
            if c.peek() == Some(b')') {
                c.repair(Repair::MissingField, RULE)?;
                return Ok((name, None));
            }
            c.sp(RULE)?;
            Ok((name, c.nstring_value(RULE)?))
        })?;
        // RFC 2971 §3.3: at most 30 fields, names of 30 octets, values of 1,024.
        let long = |text: &AString, most: usize| text.as_bytes().len() > most;
        if fields.len() > 30 {
            return Err(self.error(Kind::TooMany(30), RULE));
        }
        if fields.iter().any(|(name, _)| long(name, 30)) {
            self.repair(Repair::ExtraField, RULE)?;
        }
        if fields
            .iter()
            .any(|(_, value)| value.as_ref().is_some_and(|v| long(v, 1_024)))
        {
            return Err(self.error(Kind::TooLong(1_024), RULE));
        }
        Ok(Some(Id::from_parsed(fields)))
    }

    /// `Namespace-Response = Namespace SP Namespace SP Namespace`, behind the word
    pub(crate) fn namespaces(&mut self) -> Result<Namespaces> {
        const RULE: Rule = Rule::Namespace;
        self.sp(RULE)?;
        let personal = self.namespace()?;
        self.sp(RULE)?;
        let other = self.namespace()?;
        self.sp(RULE)?;
        let shared = self.namespace()?;
        Ok(Namespaces {
            personal,
            other,
            shared,
        })
    }

    /// `Namespace = nil / "(" 1*Namespace-Descr ")"`
    fn namespace(&mut self) -> Result<Vec<NamespaceEntry>> {
        const RULE: Rule = Rule::Namespace;
        let mut entries = Vec::new();
        if self.nil() {
            return Ok(entries);
        }
        self.expect(b'(', RULE)?;
        loop {
            self.stray_space(RULE)?;
            if self.eat(b')') {
                return Ok(entries);
            }
            self.count(RULE)?;
            entries.push(self.namespace_entry()?);
        }
    }

    /// `Namespace-Descr = "(" string SP (DQUOTE QUOTED-CHAR DQUOTE / nil) [Namespace-Response-Extensions] ")"`
    fn namespace_entry(&mut self) -> Result<NamespaceEntry> {
        const RULE: Rule = Rule::Namespace;
        self.expect(b'(', RULE)?;
        let prefix = self.mailbox()?;
        self.sp(RULE)?;
        let mut entry = NamespaceEntry::new("", self.delimiter()?);
        entry.prefix = prefix;
        while self.next_member(RULE)? {
            self.count(RULE)?;
            let name = self.astring_value(RULE)?;
            self.sp(RULE)?;
            entry
                .extensions
                .push((name, self.list(RULE, |c| c.astring_value(RULE))?));
        }
        Ok(entry)
    }

    /// `quota-list = "(" quota-resource *(SP quota-resource) ")"`
    pub(crate) fn quota_list(&mut self) -> Result<Vec<QuotaResource>> {
        const RULE: Rule = Rule::Quota;
        self.list(RULE, |c| {
            let name = c.atom_value(RULE)?;
            c.sp(RULE)?;
            let usage = c.loose_number(RULE)?;
            c.sp(RULE)?;
            let limit = c.loose_number(RULE)?;
            Ok(QuotaResource { name, usage, limit })
        })
    }

    /// `entry-values = "(" entry-value *(SP entry-value) ")"`, and the `att-value`s of an annotation (RFC 5257 §5)
    pub(crate) fn metadata_entries(&mut self, rule: Rule) -> Result<Vec<MetadataEntry>> {
        self.list(rule, |c| {
            let name = c.astring_value(rule)?;
            c.sp(rule)?;
            Ok((name, c.nstring_value(rule)?))
        })
    }
}
