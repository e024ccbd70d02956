//! LIST (RFC 3501 §9, RFC 5258 §6, RFC 9051 §9).

use alloc::vec::Vec;

use crate::{
    error::{Repair, Rule},
    parse::{
        cursor::{Cursor, Result},
        word::Upper,
    },
    types::{
        list::{List, ListReturn, ListSelect, ListedMailbox},
        text::Atom,
        value::Value,
    },
};

const RULE: Rule = Rule::List;

impl Cursor<'_> {
    /// `list = "LIST" [SP list-select-opts] SP mailbox SP mbox-or-pat [SP list-return-opts]`
    pub(crate) fn list_command(&mut self) -> Result<List> {
        self.sp(RULE)?;
        let mut list = List::new("");
        if self.peek() == Some(b'(') {
            list.select = self.list(RULE, Self::list_select)?;
            self.sp(RULE)?;
        }
        list.reference = self.mailbox()?;
        self.sp(RULE)?;
        list.patterns = match self.peek() {
            Some(b'(') => self.list(RULE, Self::list_pattern)?,
            _ => Vec::from([self.list_pattern()?]),
        };
        if list.patterns.is_empty() {
            return Err(self.unexpected(RULE));
        }
        if !self.at_end() {
            self.sp(RULE)?;
            if !self.eat_word(b"RETURN") {
                return Err(self.unexpected(RULE));
            }
            self.sp(RULE)?;
            list.returns = Some(self.list(RULE, Self::list_return)?);
        }
        Ok(list)
    }

    /// `list-select-opt`
    fn list_select(&mut self) -> Result<ListSelect> {
        let name = self.atom(RULE)?;
        Ok(match Upper::new(name).as_bytes() {
            b"SUBSCRIBED" => ListSelect::Subscribed,
            b"REMOTE" => ListSelect::Remote,
            b"RECURSIVEMATCH" => ListSelect::RecursiveMatch,
            b"SPECIAL-USE" => ListSelect::SpecialUse,
            _ => ListSelect::Other(Atom::from_parsed(self.ascii(name)), self.option_value()?),
        })
    }

    /// `return-option`
    fn list_return(&mut self) -> Result<ListReturn> {
        let name = self.atom(RULE)?;
        Ok(match Upper::new(name).as_bytes() {
            b"SUBSCRIBED" => ListReturn::Subscribed,
            b"CHILDREN" => ListReturn::Children,
            b"SPECIAL-USE" => ListReturn::SpecialUse,
            b"MYRIGHTS" => ListReturn::MyRights,
            b"STATUS" => {
                self.sp(RULE)?;
                ListReturn::Status(self.status_attrs()?)
            }
            b"METADATA" => {
                self.sp(RULE)?;
                ListReturn::Metadata(self.list(RULE, |c| c.astring_value(RULE))?)
            }
            _ => ListReturn::Other(Atom::from_parsed(self.ascii(name)), self.option_value()?),
        })
    }

    /// `[SP option-value]`, which is always in parentheses.
    pub(crate) fn option_value(&mut self) -> Result<Option<Value>> {
        match self.rest() {
            [b' ', b'(', ..] => {
                self.sp(RULE)?;
                self.value().map(Some)
            }
            _ => Ok(None),
        }
    }

    /// `mailbox-list = "(" [mbx-list-flags] ")" SP (DQUOTE QUOTED-CHAR DQUOTE / nil) SP mailbox [SP mbox-list-extended]`
    pub(crate) fn listed(&mut self) -> Result<ListedMailbox> {
        self.sp(RULE)?;
        let attributes = self.attributes()?;
        self.sp(RULE)?;
        let delimiter = self.delimiter()?;
        if !self.at_end() {
            self.sp(RULE)?;
        }
        let mailbox = self.listed_mailbox()?;
        let mut extended = Vec::new();
        if !self.at_end() {
            self.sp(RULE)?;
            extended = self.list(RULE, |c| {
                let name = c.astring_value(RULE)?;
                c.sp(RULE)?;
                Ok((name, c.value()?))
            })?;
        }
        Ok(ListedMailbox {
            attributes,
            delimiter,
            mailbox,
            extended,
        })
    }

    /// `DQUOTE QUOTED-CHAR DQUOTE / nil`
    pub(crate) fn delimiter(&mut self) -> Result<Option<char>> {
        if let [b'"', delimiter @ b'!'..=b'~', b'"', b' ', ..] = self.rest() {
            if !matches!(delimiter, b'"' | b'\\') {
                self.take(3);
                return Ok(Some(char::from(*delimiter)));
            }
        }
        if self.nil() {
            return Ok(None);
        }
        if self.peek() != Some(b'"') {
            self.repair(Repair::WrongString, RULE)?;
        }
        if self.rest().starts_with(b"\"\\\" ") || self.rest().starts_with(b"\"\\\")") {
            // A backslash that was not escaped; an escaped quote would have one more quote behind it.
            self.repair(Repair::BadEscape, RULE)?;
            self.take(3);
            return Ok(Some('\\'));
        }
        let text = self.astring(RULE)?;
        let mut chars = core::str::from_utf8(&text).unwrap_or_default().chars();
        match (chars.next(), chars.next()) {
            (Some(delimiter), None) => Ok(Some(delimiter)),
            (first, _) => {
                self.repair(Repair::BadDelimiter, RULE)?;
                Ok(first)
            }
        }
    }
}
