//! STORE (RFC 3501 §9).

use crate::{
    error::{ParseErrorKind as Kind, Rule},
    parse::{
        cursor::{Cursor, Result},
        word::Upper,
    },
    types::store::{Store, StoreMode, StoreWhat},
};

const RULE: Rule = Rule::Store;

impl Cursor<'_> {
    /// `store = "STORE" SP sequence-set [SP store-modifiers] SP store-att-flags`
    pub(crate) fn store(&mut self, uid: bool) -> Result<Store> {
        self.sp(RULE)?;
        let set = self.sequence_set(Rule::SequenceSet)?;
        self.sp(RULE)?;
        let mut unchanged_since = None;
        if self.peek() == Some(b'(') {
            self.list(RULE, |c| match Upper::new(c.atom(RULE)?).as_bytes() {
                b"UNCHANGEDSINCE" => {
                    c.sp(RULE)?;
                    unchanged_since = Some(c.number64(RULE)?);
                    Ok(())
                }
                _ => Err(c.error(Kind::UnknownKeyword, RULE)),
            })?;
            self.sp(RULE)?;
        }
        let mode = match self.peek() {
            Some(b'+') => StoreMode::Add,
            Some(b'-') => StoreMode::Remove,
            _ => StoreMode::Replace,
        };
        if mode != StoreMode::Replace {
            self.take(1);
        }
        let mark = self.mark();
        let name = self.atom(RULE)?;
        let (base, silent) = match name
            .len()
            .checked_sub(b".SILENT".len())
            .and_then(|at| name.split_at_checked(at))
        {
            Some((base, silent)) if silent.eq_ignore_ascii_case(b".SILENT") => (base, true),
            _ => (name, false),
        };
        let word = Upper::new(base);
        self.sp(RULE)?;
        let what = match word.as_bytes() {
            b"FLAGS" => StoreWhat::Flags(match self.peek() {
                Some(b'(') => self.flags()?,
                _ => self.bare_flags()?,
            }),
            b"X-GM-LABELS" => StoreWhat::GmailLabels(match self.peek() {
                Some(b'(') => self.gmail_labels()?,
                _ => [self.astring_value(RULE)?].into(),
            }),
            // Without a sign and without `.SILENT`.
            b"ANNOTATION" if mode == StoreMode::Replace && !silent => {
                StoreWhat::Annotations(self.annotation_values()?)
            }
            _ => {
                self.reset(mark);
                return Err(self.error(Kind::UnknownKeyword, RULE));
            }
        };
        Ok(Store::from_parsed(
            uid,
            set,
            mode,
            silent,
            what,
            unchanged_since,
        ))
    }
}
