//! Flags (RFC 3501 §9).

use alloc::vec::Vec;

use crate::{
    error::{Repair, Rule},
    grammar::{self, ATOM},
    parse::cursor::{Cursor, Result},
    types::flag::{Flag, Flags},
};

impl Cursor<'_> {
    /// `flag-list = "(" [flag *(SP flag)] ")"`
    #[inline]
    pub(crate) fn flags(&mut self) -> Result<Flags> {
        match self.scan_flags() {
            Some(flags) => Ok(flags),
            None => self.flags_one_by_one(),
        }
    }

    /// Flags as they should be, which are one slice. Else nothing is read.
    fn scan_flags(&mut self) -> Option<Flags> {
        let text = plain_flags(self.rest().strip_prefix(b"(")?)?;
        self.take(text.len().saturating_add(2));
        Some(Flags::from_parsed(self.slice(text)))
    }

    #[cold]
    fn flags_one_by_one(&mut self) -> Result<Flags> {
        let flags = self.list(Rule::Flag, Self::flag)?;
        Ok(flags.into_iter().collect())
    }

    /// `flag / flag-perm`
    pub(crate) fn flag(&mut self) -> Result<Flag> {
        let mark = self.mark();
        let system = self.eat(b'\\');
        if system && self.eat(b'*') {
            return Ok(Flag::WILDCARD);
        }
        self.flag_word(system)?;
        let word = self.since(mark);
        Ok(Flag::from_parsed(self.text(word, Rule::Flag)?))
    }

    fn flag_word(&mut self, system: bool) -> Result<()> {
        match self.peek() {
            // A keyword that starts with what no atom starts with, such as `[css3-page]`, or a quoted one.
            Some(b'[' | b']' | b'{' | b'"' | b'%') if self.is_interop() && !system => {
                self.repair(Repair::UnquotedSpecial, Rule::Flag)?;
                self.take(1);
                if self
                    .peek()
                    .is_some_and(|b| !matches!(b, b' ' | b')' | b'\r' | b'\n'))
                {
                    self.word(ATOM, Rule::Flag)?;
                }
                Ok(())
            }
            _ => self.word(ATOM, Rule::Flag).map(drop),
        }
    }

    /// `flag *(SP flag)` without parentheses, as STORE allows.
    pub(crate) fn bare_flags(&mut self) -> Result<Flags> {
        let flags: Vec<Flag> = self.spaced(Rule::Flag, Self::flag)?;
        Ok(flags.into_iter().collect())
    }

    /// `mbx-list-flags = "(" *(SP) ")"`: attributes of a mailbox name, each with a backslash.
    pub(crate) fn attributes(&mut self) -> Result<Flags> {
        let flags = self.flags()?;
        if flags.iter().all(|flag| flag.starts_with('\\')) {
            return Ok(flags);
        }
        self.repair(Repair::MissingBackslash, Rule::List)?;
        Ok(flags
            .iter()
            .map(|flag| match flag.starts_with('\\') {
                true => Flag::from_parsed(flag.into()),
                false => Flag::from_parsed(alloc::format!("\\{flag}").into()),
            })
            .collect())
    }
}

/// The flags at the head of `text`, up to a closing parenthesis, if they are as they should be.
#[inline]
pub(crate) fn plain_flags(text: &[u8]) -> Option<&[u8]> {
    let mut rest = text;
    while !matches!(rest, [b')', ..]) || rest.len() != text.len() {
        let name = rest.strip_prefix(b"\\").unwrap_or(rest);
        let len = match name {
            // `\*`
            [b'*', ..] if name.len() < rest.len() => 1,
            _ => grammar::run(name, ATOM),
        };
        match name.get(len..)? {
            _ if len == 0 => return None,
            [b' ', tail @ ..] => rest = tail,
            tail @ [b')', ..] => return text.get(..text.len().saturating_sub(tail.len())),
            _ => return None,
        }
    }
    Some(b"")
}
