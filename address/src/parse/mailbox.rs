//! `mailbox`, `group` and `address-list`, the whole of a text at a level (RFC 5322 §3.4, §4.4).

use alloc::vec::Vec;

use bytes::Bytes;

use super::{
    address::{Source, plain_prefix},
    scanner::{Gate, Picked, Scanner, Sink},
};
use crate::{
    error::{Diagnosis, Level, ParseError, Rule, Span},
    grammar::is_atext,
    types::{Address, AddressList, Group, Item, Mailbox, Phrase},
};

/// What a phrase turned out to begin.
enum After {
    Angle,
    Colon,
}

impl<S: Sink> Scanner<'_, S> {
    /// `phrase = 1*word / obs-phrase` up to `<` or `:`, or `None` where it is no phrase but the start
    /// of an `addr-spec`. The scanner then stands where it stood.
    fn phrase(&mut self) -> Result<Option<(Span, After)>, ParseError> {
        const RULE: Rule = Rule::Phrase;
        let start = self.at;
        if !self.begins_phrase() {
            return Ok(None);
        }
        let mut words = 0_usize;
        loop {
            let blank = self.cfws()?;
            if words == 0 {
                self.note_cfws(&blank)?;
            } else if blank.comment {
                self.note(Diagnosis::Comment, blank.span, RULE)?;
            }
            match self.peek() {
                Some(b'"') => self.quoted_string(&mut Picked::new(self.input))?,
                Some(byte) if is_atext(byte) || byte >= 0x80 => {
                    self.take_while(|b| is_atext(b) || b >= 0x80);
                }
                // `obs-phrase = word *(word / "." / CFWS)`
                Some(b'.') if words > 0 => {
                    let at = self.at;
                    self.note(Diagnosis::ObsLocalPart, at..at.saturating_add(1), RULE)?;
                    self.bump();
                }
                Some(b'<') => {
                    // Comments alone are no name.
                    let end = if words > 0 { self.at } else { start };
                    return Ok(Some((start..end, After::Angle)));
                }
                Some(b':') if words > 0 => return Ok(Some((start..self.at, After::Colon))),
                _ => return Err(self.unexpected(RULE)),
            }
            words = words.saturating_add(1);
        }
    }

    /// Whether `<` or `:` comes before anything that an `addr-spec` would have first.
    fn begins_phrase(&self) -> bool {
        let mut rest = self.input.get(self.at..).unwrap_or_default().iter();
        let (mut quoted, mut depth) = (false, 0_usize);
        while let Some(&byte) = rest.next() {
            match byte {
                b'\\' => {
                    rest.next();
                }
                b'"' if depth == 0 => quoted = !quoted,
                _ if quoted => {}
                b'(' => depth = depth.saturating_add(1),
                b')' => depth = depth.saturating_sub(1),
                _ if depth > 0 => {}
                b'<' | b':' => return true,
                b'@' | b',' | b';' | b'>' => return false,
                _ => {}
            }
        }
        false
    }

    /// `angle-addr = [CFWS] "<" addr-spec ">" [CFWS] / obs-angle-addr`
    pub(super) fn angle_addr(&mut self, source: Source<'_>) -> Result<Address, ParseError> {
        const RULE: Rule = Rule::AngleAddr;
        if !self.eat(b'<') {
            return Err(self.unexpected(RULE));
        }
        let before = self.cfws()?;
        self.note_cfws(&before)?;
        self.source_route()?;
        let address = self.addr_spec()?.into_address(source);
        if !self.eat(b'>') {
            return Err(self.fail(Diagnosis::UnclosedAngle, RULE));
        }
        let after = self.cfws()?;
        self.note_cfws(&after)?;
        Ok(address)
    }

    /// `mailbox = name-addr / addr-spec`, or a group where `groups` allows one.
    fn item(&mut self, source: Source<'_>, groups: bool) -> Result<Item, ParseError> {
        let Some((span, after)) = self.phrase()? else {
            let address = self.addr_spec()?.into_address(source);
            return Ok(Mailbox::new(address).into());
        };
        let name = || {
            let raw = self.input.get(span.clone()).unwrap_or_default();
            Phrase::from_raw(source.octets(trim(raw, span.start)))
        };
        match after {
            After::Angle if span.is_empty() => Ok(Mailbox::new(self.angle_addr(source)?).into()),
            After::Angle => {
                let name = name();
                Ok(Mailbox::with_phrase(name, self.angle_addr(source)?).into())
            }
            After::Colon if groups => {
                let name = name();
                Ok(Group::new(name, self.group_list(source)?).into())
            }
            After::Colon => Err(self.unexpected(Rule::Mailbox)),
        }
    }

    /// `":" [group-list] ";" [CFWS]`
    fn group_list(&mut self, source: Source<'_>) -> Result<Vec<Mailbox>, ParseError> {
        let mut mailboxes = Vec::new();
        self.bump();
        loop {
            let blank = self.cfws()?;
            self.note_cfws(&blank)?;
            match self.peek() {
                Some(b';') => break,
                // `obs-group-list`: empty items.
                Some(b',') => {
                    let at = self.at;
                    self.note(
                        Diagnosis::ObsLocalPart,
                        at..at.saturating_add(1),
                        Rule::Group,
                    )?;
                    self.bump();
                    continue;
                }
                _ => {}
            }
            if let Item::Mailbox(mailbox) = self.item(source, false)? {
                mailboxes.push(mailbox);
            }
            match self.peek() {
                Some(b',') => self.bump(),
                Some(b';') => break,
                _ => return Err(self.unexpected(Rule::Group)),
            }
        }
        self.bump();
        let after = self.cfws()?;
        self.note_cfws(&after)?;
        Ok(mailboxes)
    }

    /// `address-list = (address *("," address)) / obs-addr-list`
    fn address_list(&mut self, source: Source<'_>) -> Result<AddressList, ParseError> {
        let mut list = AddressList::new();
        loop {
            let before = self.at;
            self.cfws()?;
            if matches!(self.peek(), None | Some(b',')) {
                // `obs-addr-list`: empty items.
                self.note(Diagnosis::ObsLocalPart, self.at..self.at, Rule::AddressList)?;
            } else {
                // The item remarks on the blanks itself.
                self.at = before;
                list.push(self.item(source, true)?);
            }
            match self.peek() {
                None => break,
                Some(b',') => self.bump(),
                Some(_) => return Err(self.unexpected(Rule::AddressList)),
            }
        }
        if list.is_empty() {
            return Err(self.unexpected(Rule::AddressList));
        }
        Ok(list)
    }
}

/// The span of a text without blanks and line ends around it.
pub(super) fn trim(raw: &[u8], start: usize) -> Span {
    let front = raw.len().saturating_sub(raw.trim_ascii_start().len());
    let trimmed = raw.trim_ascii().len();
    let from = start.saturating_add(front);
    from..from.saturating_add(trimmed)
}

fn mailbox(level: Level, source: Source<'_>, input: &[u8]) -> Result<Mailbox, ParseError> {
    if level != Level::Interoperable {
        if let Some((at, end)) = plain_prefix(input).filter(|&(_, end)| end == input.len()) {
            let text = source.text(0..end);
            return Ok(Mailbox::new(Address::from_parts(text, at, end)));
        }
    }
    let mut scanner = Scanner::new(input, Gate(level));
    let item = scanner.item(source, false)?;
    scanner.end()?;
    match item {
        Item::Mailbox(mailbox) => Ok(mailbox),
        Item::Group(_) => Err(scanner.unexpected_at(Rule::Mailbox, 0)),
    }
}

impl TryFrom<(Level, &[u8])> for Mailbox {
    type Error = ParseError;

    fn try_from((level, input): (Level, &[u8])) -> Result<Self, ParseError> {
        mailbox(level, Source::Slice(input), input)
    }
}

impl TryFrom<(Level, Bytes)> for Mailbox {
    type Error = ParseError;

    fn try_from((level, octets): (Level, Bytes)) -> Result<Self, ParseError> {
        mailbox(level, Source::Shared(&octets), &octets)
    }
}

impl TryFrom<(Level, &[u8])> for AddressList {
    type Error = ParseError;

    fn try_from((level, input): (Level, &[u8])) -> Result<Self, ParseError> {
        Scanner::new(input, Gate(level)).address_list(Source::Slice(input))
    }
}

impl TryFrom<(Level, Bytes)> for AddressList {
    type Error = ParseError;

    fn try_from((level, octets): (Level, Bytes)) -> Result<Self, ParseError> {
        Scanner::new(&octets, Gate(level)).address_list(Source::Shared(&octets))
    }
}
