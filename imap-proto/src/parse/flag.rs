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
        let mark = self.mark();
        self.expect(b'(', Rule::Flag)?;
        if self.eat(b')') {
            return Ok(Flags::NONE);
        }
        // Flags as they should be are one slice.
        let inside = self.rest();
        let mut rest = inside;
        loop {
            rest = rest.strip_prefix(b"\\").unwrap_or(rest);
            let len = match rest.first() {
                Some(b'*') => 1,
                _ => grammar::run(rest, ATOM),
            };
            match rest.get(len..) {
                Some([b' ', tail @ ..]) if len > 0 => rest = tail,
                Some([b')', ..]) if len > 0 => {
                    let tail = rest.get(len..).unwrap_or_default();
                    let text = self.take(inside.len().saturating_sub(tail.len()));
                    self.take(1);
                    return Ok(Flags::from_parsed(self.slice(text)));
                }
                _ => break,
            }
        }
        self.reset(mark);
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
        if flags.iter().any(|flag| !flag.starts_with('\\')) {
            self.repair(Repair::MissingBackslash, Rule::List)?;
            return Ok(flags
                .iter()
                .map(|flag| match flag.starts_with('\\') {
                    true => Flag::from_parsed(flag.into()),
                    false => Flag::from_parsed(alloc::format!("\\{flag}").into()),
                })
                .collect());
        }
        Ok(flags)
    }
}
