//! FETCH: what is asked and what is answered (RFC 3501 §9, RFC 9051 §9).

use alloc::{boxed::Box, vec::Vec};

use crate::{
    error::{ParseError, ParseErrorKind as Kind, Repair, Rule},
    grammar::{self, ASTRING, ATOM, ITEM},
    parse::{
        cursor::{Cursor, Mark, Result},
        flag::plain_flags,
        word::{self, prefixed_number, words},
    },
    types::{
        fetch::{Fetch, FetchAttr, FetchItem, MessageData, Octets, SectionData},
        flag::Flags,
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
            Some(b'(') => self.list_into(RULE, Vec::with_capacity(8), Self::next_fetch_attr)?,
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
            match c.keyword(ATOM) {
                words::CHANGEDSINCE => {
                    c.sp(RULE)?;
                    fetch.changed_since = Some(c.number64(RULE)?);
                }
                words::VANISHED => fetch.vanished = true,
                words::PARTIAL => {
                    c.sp(RULE)?;
                    fetch.partial = Some(c.partial_range()?);
                }
                _ => return Err(c.error(Kind::UnknownKeyword, RULE)),
            }
            Ok(())
        })
        .map(drop)
    }

    /// One more `fetch-att`; those that clients ask for most are made where they stay.
    #[inline]
    fn next_fetch_attr(&mut self, attrs: &mut Vec<FetchAttr>) -> Result<()> {
        let (word, len) = word::word(self.rest(), ITEM);
        if matches!(self.peek_at(len), Some(b' ' | b')')) {
            match word {
                words::FLAGS => attrs.push(FetchAttr::Flags),
                words::UID => attrs.push(FetchAttr::Uid),
                words::INTERNALDATE => attrs.push(FetchAttr::InternalDate),
                words::RFC822_SIZE => attrs.push(FetchAttr::Size),
                words::ENVELOPE => attrs.push(FetchAttr::Envelope),
                words::BODYSTRUCTURE => attrs.push(FetchAttr::BodyStructure),
                words::MODSEQ => attrs.push(FetchAttr::ModSeq),
                _ => {
                    attrs.push(self.fetch_attr()?);
                    return Ok(());
                }
            }
            self.take(len);
            return Ok(());
        }
        attrs.push(self.fetch_attr()?);
        Ok(())
    }

    /// `fetch-att`
    pub(crate) fn fetch_attr(&mut self) -> Result<FetchAttr> {
        const RULE: Rule = Rule::Fetch;
        let mark = self.mark();
        let word = self.keyword(ITEM);
        let bracket = self.peek() == Some(b'[');
        Ok(match (word, bracket) {
            (words::ALL, false) => FetchAttr::All,
            (words::FAST, false) => FetchAttr::Fast,
            (words::FULL, false) => FetchAttr::Full,
            (words::FLAGS, false) => FetchAttr::Flags,
            (words::UID, false) => FetchAttr::Uid,
            (words::INTERNALDATE, false) => FetchAttr::InternalDate,
            (words::RFC822_SIZE, false) => FetchAttr::Size,
            (words::ENVELOPE, false) => FetchAttr::Envelope,
            (words::BODY, false) => FetchAttr::Body,
            (words::BODYSTRUCTURE, false) => FetchAttr::BodyStructure,
            (words::RFC822, false) => FetchAttr::Rfc822,
            (words::RFC822_HEADER, false) => FetchAttr::Rfc822Header,
            (words::RFC822_TEXT, false) => FetchAttr::Rfc822Text,
            (words::MODSEQ, false) => FetchAttr::ModSeq,
            (words::EMAILID, false) => FetchAttr::EmailId,
            (words::THREADID, false) => FetchAttr::ThreadId,
            (words::SAVEDATE, false) => FetchAttr::SaveDate,
            (words::X_GM_MSGID, false) => FetchAttr::GmailMessageId,
            (words::X_GM_THRID, false) => FetchAttr::GmailThreadId,
            (words::X_GM_LABELS, false) => FetchAttr::GmailLabels,
            (words::PREVIEW, false) => FetchAttr::Preview {
                lazy: self.preview_modifier(),
            },
            (words::ANNOTATION, false) => {
                self.sp(RULE)?;
                FetchAttr::Annotation(self.annotation_query()?)
            }
            (word @ (words::BODY | words::BODY_PEEK), true) => FetchAttr::Section {
                peek: word != words::BODY,
                section: self.section()?,
                partial: self.partial()?,
            },
            (word @ (words::BINARY | words::BINARY_PEEK), true) => FetchAttr::Binary {
                peek: word != words::BINARY,
                part: self.section_binary()?,
                partial: self.partial()?,
            },
            (words::BINARY_SIZE, true) => FetchAttr::BinarySize(self.section_binary()?),
            (words::BODY_PEEK | words::BINARY | words::BINARY_PEEK | words::BINARY_SIZE, false) => {
                return Err(self.unexpected(RULE));
            }
            _ if !bracket && matches!(mark.rest(), [b'X' | b'x', b'-', ..]) => {
                FetchAttr::Other(Atom::from_parsed(self.ascii(self.since(mark))))
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
    #[inline(always)]
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
            // Those of every synchronisation, before all others.
            if let Some((uid, rest)) = prefixed_number(self.rest(), b"UID ") {
                items.push(FetchItem::Uid(uid));
                self.skip_to(rest);
            } else if let Some(flags) = self.rest().strip_prefix(b"FLAGS (").and_then(plain_flags) {
                self.take(
                    b"FLAGS ("
                        .len()
                        .saturating_add(flags.len())
                        .saturating_add(1),
                );
                items.push(FetchItem::Flags(Flags::from_parsed(self.slice(flags))));
            } else if self.peek() == Some(b'(') && self.is_interop() {
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
        let word = self.keyword(ITEM);
        match self.known_item(word) {
            Ok(item) => Ok(item),
            Err(error) => self.kept_item(mark, error),
        }
    }

    /// An item that cannot be read, as a generic value.
    #[cold]
    fn kept_item(&mut self, mark: Mark<'a>, error: ParseError) -> Result<FetchItem> {
        let repair = match error.kind() {
            Kind::UnknownKeyword if error.is_about(Rule::MsgAtt) => Repair::Unknown,
            _ if !self.is_interop() => return Err(error),
            Kind::TooDeep(_) => Repair::TooDeep,
            _ => Repair::BadItem,
        };
        self.reset(mark);
        self.repair(repair, Rule::MsgAtt)?;
        self.other_item()
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
        // One that no two readers would find the same end of is none.
        let plain = |byte: &u8| grammar::is(*byte, ASTRING) || matches!(byte, b' ' | b'(' | b')');
        if name.is_empty() || brackets != 0 || !name.iter().all(plain) {
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

    /// The other items that are registered, behind their names.
    fn known_item(&mut self, word: u128) -> Result<FetchItem> {
        const RULE: Rule = Rule::MsgAtt;
        if self.peek() == Some(b'[') {
            return self.sectioned_item(word);
        }
        if word == 0 {
            return Err(self.unexpected(RULE));
        }
        self.sp(RULE)?;
        Ok(match word {
            words::UID => FetchItem::Uid(self.nz_number(RULE)?),
            words::FLAGS => FetchItem::Flags(self.flags()?),
            words::INTERNALDATE => match self.date_time()? {
                Some(date) => FetchItem::InternalDate(date),
                None => return Err(self.error(Kind::Impossible, RULE)),
            },
            words::RFC822_SIZE => FetchItem::Size(self.loose_number(RULE)?),
            words::ENVELOPE => FetchItem::Envelope(self.envelope()?),
            words::BODY => FetchItem::Body(self.body_structure()?),
            words::BODYSTRUCTURE => FetchItem::BodyStructure(self.body_structure()?),
            words::RFC822 => FetchItem::Rfc822(self.octets(RULE)?),
            words::RFC822_HEADER => FetchItem::Rfc822Header(self.octets(RULE)?),
            words::RFC822_TEXT => FetchItem::Rfc822Text(self.octets(RULE)?),
            words::MODSEQ => {
                self.expect(b'(', RULE)?;
                let modseq = self.loose_number(RULE)?;
                if modseq == 0 {
                    self.repair(Repair::Zero, RULE)?;
                }
                self.expect(b')', RULE)?;
                FetchItem::ModSeq(modseq)
            }
            words::EMAILID => FetchItem::EmailId(self.object_id(RULE)?),
            words::THREADID if self.nil() => FetchItem::ThreadId(None),
            words::THREADID => FetchItem::ThreadId(Some(self.object_id(RULE)?)),
            words::SAVEDATE if self.nil() => FetchItem::SaveDate(None),
            words::SAVEDATE => match self.date_time()? {
                Some(date) => FetchItem::SaveDate(Some(date)),
                None => return Err(self.error(Kind::Impossible, RULE)),
            },
            words::PREVIEW => FetchItem::Preview(self.nstring_value(RULE)?),
            words::ANNOTATION => FetchItem::Annotation(self.annotations()?),
            words::X_GM_MSGID => FetchItem::GmailMessageId(self.number_u64()?),
            words::X_GM_THRID => FetchItem::GmailThreadId(self.number_u64()?),
            words::X_GM_LABELS => FetchItem::GmailLabels(self.gmail_labels()?),
            _ => return Err(self.error(Kind::UnknownKeyword, RULE)),
        })
    }

    /// `BODY[..]`, `BINARY[..]`, `BINARY.SIZE[..]`
    fn sectioned_item(&mut self, word: u128) -> Result<FetchItem> {
        const RULE: Rule = Rule::MsgAtt;
        Ok(match word {
            words::BODY | words::BODY_PEEK => {
                if word != words::BODY {
                    self.repair(Repair::WrongWord, RULE)?;
                }
                let section = self.section()?;
                FetchItem::Section(Box::new(self.section_data(section)?))
            }
            words::BINARY | words::BINARY_PEEK => {
                if word != words::BINARY {
                    self.repair(Repair::WrongWord, RULE)?;
                }
                let section = Section::part(self.section_binary()?);
                FetchItem::Binary(Box::new(self.section_data(section)?))
            }
            words::BINARY_SIZE => {
                let part = self.section_binary()?;
                self.sp(RULE)?;
                FetchItem::BinarySize {
                    part,
                    size: self.number64(RULE)?,
                }
            }
            _ => return Err(self.error(Kind::UnknownKeyword, RULE)),
        })
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
        let digits = self.take_while(grammar::DIGIT);
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
