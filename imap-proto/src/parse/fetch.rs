//! FETCH: what is asked and what is answered (RFC 3501 §9, RFC 9051 §9).

use alloc::{boxed::Box, vec::Vec};

use crate::{
    error::{ParseErrorKind as Kind, Repair, Rule},
    parse::cursor::{Cursor, Result, Upper},
    types::{
        fetch::{Fetch, FetchAttr, FetchItem, MessageData, Octets, SectionData},
        section::Section,
        text::Atom,
    },
};

impl<'a> Cursor<'a> {
    /// `fetch = "FETCH" SP sequence-set SP ("ALL" / "FULL" / "FAST" / fetch-att / "(" fetch-att *(SP fetch-att) ")")`
    pub(crate) fn fetch(&mut self, uid: bool) -> Result<Fetch> {
        const RULE: Rule = Rule::Fetch;
        self.sp(RULE)?;
        let set = self.sequence_set(Rule::SequenceSet)?;
        self.sp(RULE)?;
        let mut fetch = Fetch::seq(set, []);
        fetch.uid = uid;
        fetch.attrs = match self.peek() {
            Some(b'(') => self.list(RULE, Self::fetch_attr)?,
            _ => Vec::from([self.fetch_attr()?]),
        };
        if fetch.attrs.is_empty() {
            return Err(self.unexpected(RULE));
        }
        if !self.at_end() {
            self.sp(RULE)?;
            self.fetch_modifiers(&mut fetch)?;
        }
        Ok(fetch)
    }

    /// `fetch-modifiers = SP "(" fetch-modifier *(SP fetch-modifier) ")"` (RFC 4466)
    fn fetch_modifiers(&mut self, fetch: &mut Fetch) -> Result<()> {
        const RULE: Rule = Rule::Fetch;
        self.list(RULE, |c| {
            match Upper::new(c.atom(RULE)?).as_bytes() {
                b"CHANGEDSINCE" => {
                    c.sp(RULE)?;
                    fetch.changed_since = Some(c.number64(RULE)?);
                }
                b"VANISHED" => fetch.vanished = true,
                b"PARTIAL" => {
                    c.sp(RULE)?;
                    fetch.partial = Some(c.partial_range()?);
                }
                _ => return Err(c.error(Kind::UnknownKeyword, RULE)),
            }
            Ok(())
        })
        .map(drop)
    }

    /// The name of an item: an atom up to a bracket.
    fn item_name(&mut self, rule: Rule) -> Result<&'a [u8]> {
        let rest = self.rest();
        let len = rest
            .iter()
            .position(|b| {
                !(b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'/' | b':'))
            })
            .unwrap_or(rest.len());
        match len {
            0 => Err(self.unexpected(rule)),
            len => Ok(self.take(len)),
        }
    }

    /// `fetch-att`
    pub(crate) fn fetch_attr(&mut self) -> Result<FetchAttr> {
        const RULE: Rule = Rule::Fetch;
        let mark = self.mark();
        let name = self.item_name(RULE)?;
        let bracket = self.peek() == Some(b'[');
        Ok(match (Upper::new(name).as_bytes(), bracket) {
            (b"ALL", false) => FetchAttr::All,
            (b"FAST", false) => FetchAttr::Fast,
            (b"FULL", false) => FetchAttr::Full,
            (b"FLAGS", false) => FetchAttr::Flags,
            (b"UID", false) => FetchAttr::Uid,
            (b"INTERNALDATE", false) => FetchAttr::InternalDate,
            (b"RFC822.SIZE", false) => FetchAttr::Size,
            (b"ENVELOPE", false) => FetchAttr::Envelope,
            (b"BODY", false) => FetchAttr::Body,
            (b"BODYSTRUCTURE", false) => FetchAttr::BodyStructure,
            (b"RFC822", false) => FetchAttr::Rfc822,
            (b"RFC822.HEADER", false) => FetchAttr::Rfc822Header,
            (b"RFC822.TEXT", false) => FetchAttr::Rfc822Text,
            (b"MODSEQ", false) => FetchAttr::ModSeq,
            (b"EMAILID", false) => FetchAttr::EmailId,
            (b"THREADID", false) => FetchAttr::ThreadId,
            (b"SAVEDATE", false) => FetchAttr::SaveDate,
            (b"X-GM-MSGID", false) => FetchAttr::GmailMessageId,
            (b"X-GM-THRID", false) => FetchAttr::GmailThreadId,
            (b"X-GM-LABELS", false) => FetchAttr::GmailLabels,
            (b"PREVIEW", false) => FetchAttr::Preview {
                lazy: self.preview_modifier(),
            },
            (b"ANNOTATION", false) => {
                self.sp(RULE)?;
                FetchAttr::Annotation(self.value()?)
            }
            (word @ (b"BODY" | b"BODY.PEEK"), true) => FetchAttr::Section {
                peek: word != b"BODY",
                section: self.section()?,
                partial: self.partial()?,
            },
            (word @ (b"BINARY" | b"BINARY.PEEK"), true) => FetchAttr::Binary {
                peek: word != b"BINARY",
                part: self.section_binary()?,
                partial: self.partial()?,
            },
            (b"BINARY.SIZE", true) => FetchAttr::BinarySize(self.section_binary()?),
            (b"BODY.PEEK" | b"BINARY" | b"BINARY.PEEK" | b"BINARY.SIZE", false) => {
                return Err(self.unexpected(RULE));
            }
            _ if name.get(..2).is_some_and(|x| x.eq_ignore_ascii_case(b"X-")) && !bracket => {
                FetchAttr::Other(Atom::from_parsed(self.ascii(name)))
            }
            _ => {
                self.reset(mark);
                return Err(self.error(Kind::UnknownKeyword, RULE));
            }
        })
    }

    /// `[SP "(" preview-mod *(SP preview-mod) ")"]` (RFC 8970); other parentheses hold the modifiers of FETCH.
    fn preview_modifier(&mut self) -> bool {
        self.eat_word(b" (LAZY)")
    }

    /// `msg-att = "(" (msg-att-dynamic / msg-att-static) *(SP ..) ")"`, behind `FETCH`
    #[inline]
    pub(crate) fn message_data(&mut self, seq: u32) -> Result<MessageData> {
        const RULE: Rule = Rule::MsgAtt;
        // Most answers have two items and are short, or have the six of an index page.
        let mut items = Vec::with_capacity(if self.rest().len() > 128 { 8 } else { 4 });
        self.expect(b'(', RULE)?;
        let mut more = self.first_member(RULE)?;
        if !more {
            self.repair(Repair::EmptyList, RULE)?;
        }
        while more {
            self.count(RULE)?;
            if self.peek() == Some(b'(') && self.is_interop() {
                // `(UID 1 (ENVELOPE (..)) ..)`: items in parentheses of their own.
                self.repair(Repair::BadItem, RULE)?;
                self.take(1);
                let mut inner = self.first_member(RULE)?;
                while inner {
                    items.push(self.msg_att()?);
                    inner = self.next_member(RULE)?;
                }
            } else {
                items.push(self.msg_att()?);
            }
            more = self.next_member(RULE)?;
        }
        Ok(MessageData::from_parsed(seq, items))
    }

    /// One item. One whose value does not fit is kept as it came.
    fn msg_att(&mut self) -> Result<FetchItem> {
        let mark = self.mark();
        match self.known_item() {
            Ok(Some(item)) => Ok(item),
            Err(error) if !self.is_interop() => Err(error),
            failed => {
                let too_deep = matches!(&failed, Err(e) if matches!(e.kind(), Kind::TooDeep(_)));
                self.reset(mark);
                self.repair(
                    match failed {
                        Ok(_) => Repair::Unknown,
                        Err(_) if too_deep => Repair::TooDeep,
                        Err(_) => Repair::BadItem,
                    },
                    Rule::MsgAtt,
                )?;
                self.other_item()
            }
        }
    }

    /// An item as a generic value.
    fn other_item(&mut self) -> Result<FetchItem> {
        let name = self.rest();
        let mut brackets = 0usize;
        let len = name.iter().position(|byte| {
            match byte {
                b'[' | b'<' => brackets = brackets.saturating_add(1),
                b']' | b'>' => brackets = brackets.saturating_sub(1),
                b'\r' | b'\n' | b'"' => return true,
                b' ' | b'(' | b')' => return brackets == 0,
                _ => {}
            }
            false
        });
        let name = self.take(len.unwrap_or(name.len()));
        if name.is_empty() {
            return Err(self.unexpected(Rule::MsgAtt));
        }
        let name = Atom::from_parsed(self.text(name, Rule::MsgAtt)?);
        let value = match self.peek() {
            Some(b' ') => {
                self.sp(Rule::MsgAtt)?;
                match self.peek() {
                    Some(b')') | None => crate::types::value::Value::NONE,
                    Some(_) => self.deep_value()?,
                }
            }
            _ => crate::types::value::Value::NONE,
        };
        Ok(FetchItem::Other { name, value })
    }

    /// The items that are registered; `None` for a name that is not.
    #[inline]
    fn known_item(&mut self) -> Result<Option<FetchItem>> {
        const RULE: Rule = Rule::MsgAtt;
        let name = self.item_name(RULE)?;
        // The two of every synchronisation, before all others.
        match name {
            b"UID" => {
                self.sp(RULE)?;
                return Ok(Some(FetchItem::Uid(self.nz_number(RULE)?)));
            }
            b"FLAGS" => {
                self.sp(RULE)?;
                return Ok(Some(FetchItem::Flags(self.flags()?)));
            }
            _ => {}
        }
        let word = Upper::new(name);
        let word = word.as_bytes();
        if self.peek() == Some(b'[') {
            return self.sectioned_item(word);
        }
        self.sp(RULE)?;
        Ok(Some(match word {
            b"UID" => FetchItem::Uid(self.nz_number(RULE)?),
            b"FLAGS" => FetchItem::Flags(self.flags()?),
            b"INTERNALDATE" => match self.date_time()? {
                Some(date) => FetchItem::InternalDate(date),
                None => return Err(self.error(Kind::Impossible, RULE)),
            },
            b"RFC822.SIZE" => FetchItem::Size(self.loose_number(RULE)?),
            b"ENVELOPE" => FetchItem::Envelope(self.envelope()?),
            b"BODY" => FetchItem::Body(self.body_structure()?),
            b"BODYSTRUCTURE" => FetchItem::BodyStructure(self.body_structure()?),
            b"RFC822" => FetchItem::Rfc822(self.octets(RULE)?),
            b"RFC822.HEADER" => FetchItem::Rfc822Header(self.octets(RULE)?),
            b"RFC822.TEXT" => FetchItem::Rfc822Text(self.octets(RULE)?),
            b"MODSEQ" => {
                self.expect(b'(', RULE)?;
                let modseq = self.loose_number(RULE)?;
                if modseq == 0 {
                    self.repair(Repair::Zero, RULE)?;
                }
                self.expect(b')', RULE)?;
                FetchItem::ModSeq(modseq)
            }
            b"EMAILID" => FetchItem::EmailId(self.object_id(RULE)?),
            b"THREADID" if self.nil() => FetchItem::ThreadId(None),
            b"THREADID" => FetchItem::ThreadId(Some(self.object_id(RULE)?)),
            b"SAVEDATE" if self.nil() => FetchItem::SaveDate(None),
            b"SAVEDATE" => match self.date_time()? {
                Some(date) => FetchItem::SaveDate(Some(date)),
                None => return Err(self.error(Kind::Impossible, RULE)),
            },
            b"PREVIEW" => FetchItem::Preview(self.nstring_value(RULE)?),
            b"ANNOTATION" => FetchItem::Annotation(self.value()?),
            b"X-GM-MSGID" => FetchItem::GmailMessageId(self.number_u64()?),
            b"X-GM-THRID" => FetchItem::GmailThreadId(self.number_u64()?),
            b"X-GM-LABELS" => FetchItem::GmailLabels(self.gmail_labels()?),
            _ => return Ok(None),
        }))
    }

    /// `BODY[..]`, `BINARY[..]`, `BINARY.SIZE[..]`
    fn sectioned_item(&mut self, word: &[u8]) -> Result<Option<FetchItem>> {
        const RULE: Rule = Rule::MsgAtt;
        Ok(Some(match word {
            b"BODY" | b"BODY.PEEK" => {
                if word != b"BODY" {
                    self.repair(Repair::WrongWord, RULE)?;
                }
                let section = self.section()?;
                FetchItem::Section(Box::new(self.section_data(section)?))
            }
            b"BINARY" | b"BINARY.PEEK" => {
                if word != b"BINARY" {
                    self.repair(Repair::WrongWord, RULE)?;
                }
                let section = Section::part(self.section_binary()?);
                FetchItem::Binary(Box::new(self.section_data(section)?))
            }
            b"BINARY.SIZE" => {
                let part = self.section_binary()?;
                self.sp(RULE)?;
                FetchItem::BinarySize {
                    part,
                    size: self.number64(RULE)?,
                }
            }
            _ => return Ok(None),
        }))
    }

    fn section_data(&mut self, section: Section) -> Result<SectionData> {
        let origin = self.origin()?;
        let data = match self.rest() {
            // A section without its octets.
            [b')', ..] | [b' ', b')', ..] => {
                self.repair(Repair::MissingField, Rule::MsgAtt)?;
                Octets::Nil
            }
            _ => {
                self.sp(Rule::MsgAtt)?;
                self.octets(Rule::MsgAtt)?
            }
        };
        let whole = SectionData::new(section, data);
        Ok(match origin {
            Some(origin) => whole.with_origin(origin),
            None => whole,
        })
    }

    /// A number of Gmail's, with all 64 bits.
    pub(crate) fn number_u64(&mut self) -> Result<u64> {
        let digits = self.take_while(crate::grammar::DIGIT);
        core::str::from_utf8(digits)
            .ok()
            .and_then(|digits| digits.parse().ok())
            .ok_or_else(|| self.unexpected(Rule::Number))
    }

    /// Labels are flags or strings; a flag is kept with its backslash, quoted or not.
    pub(crate) fn gmail_labels(&mut self) -> Result<Vec<crate::types::text::AString>> {
        self.list(Rule::MsgAtt, |c| match c.peek() {
            Some(b'\\') => {
                let flag = c.flag()?;
                Ok(crate::types::text::AString::from(flag.as_str()))
            }
            _ => c.astring_value(Rule::MsgAtt),
        })
    }
}
