//! Capabilities (RFC 3501 §9).

use alloc::vec::Vec;

use crate::{
    error::{Repair, Rule},
    parse::cursor::{Cursor, Result},
    types::{capability::Capability, text::Atom},
};

const RULE: Rule = Rule::Capability;

impl Cursor<'_> {
    /// `*(SP capability)` up to the end of the line, or to the `]` of a code
    pub(crate) fn capabilities(&mut self) -> Result<Vec<Capability>> {
        let mut all = Vec::new();
        loop {
            match self.rest() {
                [b' ', ..] => {}
                _ => return Ok(all),
            }
            let mark = self.mark();
            while self.eat(b' ') {}
            let end = matches!(self.peek(), Some(b'\r' | b'\n' | b']') | None);
            self.reset(mark);
            match end {
                true => {
                    self.stray_space(RULE)?;
                    return Ok(all);
                }
                false => self.sp(RULE)?,
            }
            self.count(RULE)?;
            let name = self.capability()?;
            all.push(name);
        }
    }

    fn capability(&mut self) -> Result<Capability> {
        let word = self.atom(RULE)?;
        // `LITERAL +` is seen for `LITERAL+`.
        if word.eq_ignore_ascii_case(b"LITERAL") && self.rest().starts_with(b" +") {
            self.repair(Repair::ExtraSpace, RULE)?;
            self.take(2);
            return Ok(Capability::LITERAL_PLUS);
        }
        Ok(Capability::from_parsed(Atom::from_parsed(self.ascii(word))))
    }
}
