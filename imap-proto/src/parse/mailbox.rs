//! Names and patterns of mailboxes (RFC 3501 §9).

use alloc::borrow::Cow;

use crate::{
    error::{Repair, Rule},
    grammar::{self, DIRECT, LIST, PLAIN, PLAIN_WORD},
    parse::cursor::{Cursor, Result},
    types::{
        mailbox::{ListPattern, Mailbox},
        text::Text,
    },
};

impl<'a> Cursor<'a> {
    /// `mailbox = "INBOX" / astring`
    #[inline]
    pub(crate) fn mailbox(&mut self) -> Result<Mailbox> {
        if let Some((name, rest @ [b' ' | b'\r' | b')', ..])) = plain_name(self.rest()) {
            self.skip_to(rest);
            return Ok(Mailbox::from(self.ascii(name)));
        }
        self.any_mailbox()
    }

    fn any_mailbox(&mut self) -> Result<Mailbox> {
        let octets = self.astring(Rule::Mailbox)?;
        self.mailbox_from(octets)
    }

    /// A name from its octets: modified UTF-7, or UTF-8 where it is enabled.
    pub(crate) fn mailbox_from(&mut self, octets: Cow<'a, [u8]>) -> Result<Mailbox> {
        if let Cow::Borrowed(plain) = octets {
            if grammar::run(plain, DIRECT) == plain.len() {
                return Ok(Mailbox::from(self.ascii(plain)));
            }
        }
        let name = self.name(octets)?;
        if self.syntax().utf8 {
            return Ok(Mailbox::from(name));
        }
        let (mailbox, valid) = Mailbox::from_utf7(name);
        if !valid {
            self.repair(Repair::BadUtf7, Rule::Mailbox)?;
        }
        Ok(mailbox)
    }

    fn name(&mut self, octets: Cow<'a, [u8]>) -> Result<Text> {
        match octets {
            Cow::Borrowed(octets) => self.text(octets, Rule::Mailbox),
            Cow::Owned(octets) => match Text::from_utf8(octets.into()) {
                Ok(text) => Ok(text),
                Err(_) => Err(self.unexpected(Rule::Mailbox)),
            },
        }
    }

    /// `list-mailbox = 1*list-char / string`
    pub(crate) fn list_pattern(&mut self) -> Result<ListPattern> {
        let octets = match self.peek() {
            Some(b'"' | b'{') => self.string(Rule::Mailbox)?,
            _ => Cow::Borrowed(self.word(LIST, Rule::Mailbox)?),
        };
        if let Cow::Borrowed(plain) = octets {
            if grammar::run(plain, DIRECT) == plain.len() {
                return Ok(ListPattern::from(self.ascii(plain)));
            }
        }
        let name = self.name(octets)?;
        if self.syntax().utf8 {
            return Ok(ListPattern::from(name));
        }
        let (pattern, valid) = ListPattern::from_utf7(name);
        if !valid {
            self.repair(Repair::BadUtf7, Rule::Mailbox)?;
        }
        Ok(pattern)
    }

    /// The name at the end of a LIST response, which may be missing, unquoted with spaces in it, or NIL.
    pub(crate) fn listed_mailbox(&mut self) -> Result<Mailbox> {
        if self.at_end() {
            self.repair(Repair::MissingField, Rule::List)?;
            return Ok(Mailbox::from(""));
        }
        let mark = self.mark();
        if self.nil() {
            let nil = self.at_end();
            self.reset(mark);
            if nil {
                self.repair(Repair::WrongString, Rule::List)?;
                self.nil();
                return Ok(Mailbox::from(""));
            }
        }
        let first = self.mailbox();
        match first {
            Ok(mailbox) if self.at_end() || self.rest().starts_with(b" (") => Ok(mailbox),
            first if !self.is_interop() || matches!(mark_first(self, mark), Some(b'"' | b'{')) => {
                first
            }
            _ => {
                self.reset(mark);
                self.repair(Repair::UnquotedSpecial, Rule::List)?;
                let line = self.rest();
                let end = memchr::memchr2(b'\r', b'\n', line).unwrap_or(line.len());
                let name = self.take(end);
                debug_assert!(name.iter().all(|byte| !grammar::is(*byte, 0)));
                self.mailbox_from(Cow::Borrowed(name))
            }
        }
    }
}

/// A name that is quoted or an atom, and the same in UTF-7, UTF-8 and ASCII; and what follows it.
#[inline]
pub(crate) fn plain_name(text: &[u8]) -> Option<(&[u8], &[u8])> {
    match text {
        [b'"', quoted @ ..] => {
            let (name, rest) = quoted.split_at_checked(grammar::run(quoted, PLAIN))?;
            Some((name, rest.strip_prefix(b"\"")?))
        }
        _ => {
            let (name, rest) = text.split_at_checked(grammar::run(text, PLAIN_WORD))?;
            (!name.is_empty()).then_some((name, rest))
        }
    }
}

/// The octet at `mark`.
fn mark_first<'a>(cursor: &mut Cursor<'a>, mark: crate::parse::cursor::Mark<'a>) -> Option<u8> {
    let here = cursor.mark();
    cursor.reset(mark);
    let byte = cursor.peek();
    cursor.reset(here);
    byte
}
