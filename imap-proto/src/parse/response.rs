//! Responses (RFC 3501 §9, RFC 9051 §9).

use alloc::vec::Vec;

use bytes::Bytes;

use crate::{
    error::{ParseErrorKind as Kind, Repair, Rule},
    frame::Frame,
    grammar::{self, ATOM, TAG, TEXT},
    parse::{
        cursor::{Cursor, Result},
        word::words,
    },
    types::{
        code::Code,
        fetch::{FetchItem, MessageData},
        response::{Continue, Data, Response, Status, StatusKind},
        section::Section,
        syntax::{Parsed, Syntax},
        text::{Atom, Tag, Text},
        value::Value,
    },
};

const RULE: Rule = Rule::Response;

impl Response {
    /// Reads one response without copying it: its strings are slices of `line`.
    ///
    /// # Errors
    ///
    /// When `line` is no response, or its line end or a part of a literal is missing.
    pub fn from_bytes(line: &Bytes, syntax: &Syntax) -> Result<Parsed<Self>> {
        whole(Cursor::over(line, syntax))
    }
}

/// A whole response.
pub(crate) fn response(frame: &Frame, syntax: &Syntax) -> Result<Parsed<Response>> {
    whole(Cursor::new(frame, syntax))
}

#[inline]
fn whole(mut cursor: Cursor<'_>) -> Result<Parsed<Response>> {
    let data = match cursor.rest().get(2..) {
        Some([b'0'..=b'9', ..]) => cursor.plain_fetch().map(Data::Fetch),
        Some([b'L', ..]) => cursor.plain_list().map(Data::List),
        Some([b'S', ..]) => cursor.plain_status().map(Data::Status),
        _ => None,
    };
    if let Some(data) = data {
        return Ok(Parsed {
            value: Response::Data(data),
            repairs: cursor.take_repairs(),
        });
    }
    cursor.restart();
    let value = cursor.response()?;
    Ok(Parsed {
        value,
        repairs: cursor.take_repairs(),
    })
}

/// What the beginning of a response, up to a literal, announces: which message, what is known of it, which section from where.
#[derive(Debug)]
pub(crate) struct Announced {
    pub(crate) message: MessageData,
    pub(crate) section: Section,
    pub(crate) origin: Option<u64>,
}

/// The section of a FETCH whose literal is announced at the end of `head`; `None` for any other literal.
pub(crate) fn response_head(head: &Bytes, syntax: &Syntax) -> Option<Announced> {
    // The item ends where its literal starts: as an empty literal it can be read.
    let at = memchr::memrchr(b'{', head.get(..head.len().saturating_sub(2))?)?;
    let mut text = bytes::BytesMut::from(head.get(..at)?);
    if text.ends_with(b"~") {
        text.truncate(text.len().saturating_sub(1));
    }
    text.extend_from_slice(b"\"\")\r\n");
    let frame = Frame::new(text.freeze());
    let Response::Data(Data::Fetch(message) | Data::UidFetch(message)) =
        response(&frame, syntax).ok()?.value
    else {
        return None;
    };
    let seq = message.seq();
    let mut items = message.into_items();
    let (section, origin) = match items.pop()? {
        FetchItem::Section(data) | FetchItem::Binary(data) => (data.section, data.origin),
        FetchItem::Rfc822(_) => (Section::WHOLE, None),
        FetchItem::Rfc822Header(_) => (Section::HEADER, None),
        FetchItem::Rfc822Text(_) => (Section::TEXT, None),
        _ => return None,
    };
    Some(Announced {
        message: MessageData::from_parsed(seq, items),
        section,
        origin,
    })
}

impl Cursor<'_> {
    fn response(&mut self) -> Result<Response> {
        match self.rest() {
            [b'*', b' ', ..] => {
                self.take(2);
                self.untagged()
            }
            [b'+', ..] => self.continuation().map(Response::Continue),
            [b'[', ..] if self.is_interop() && !self.at_tagged() => self.bare_code(),
            _ => self.tagged(),
        }
    }

    /// Whether a tag stands here with a status behind it: a tag may start with a bracket.
    fn at_tagged(&mut self) -> bool {
        let mark = self.mark();
        self.take_while(TAG);
        let tagged = self.eat(b' ') && status_kind(self.keyword(ATOM)).is_some();
        self.reset(mark);
        tagged
    }

    /// `response-tagged = tag SP resp-cond-state CRLF`
    fn tagged(&mut self) -> Result<Response> {
        let word = self.take_while(TAG);
        if word.is_empty() {
            return Err(self.unexpected(Rule::Tag));
        }
        let tag = Tag::from_parsed(self.ascii(word));
        self.sp(RULE)?;
        let Some(kind) = status_kind(self.keyword(ATOM)) else {
            return Err(self.error(Kind::UnknownKeyword, RULE));
        };
        let status = self.status(kind)?;
        if matches!(kind, StatusKind::PreAuth | StatusKind::Bye) {
            self.repair(Repair::Misplaced, RULE)?;
        }
        Ok(Response::Tagged(tag, status))
    }

    /// `resp-cond-state CRLF`, behind the word
    fn status(&mut self, kind: StatusKind) -> Result<Status> {
        let (code, text) = self.resp_text()?;
        Ok(Status::from_parsed(kind, code, text))
    }

    /// `SP resp-text CRLF`, where `resp-text = ["[" resp-text-code "]" SP] [text]`
    fn resp_text(&mut self) -> Result<(Option<Code>, Text)> {
        const RULE: Rule = Rule::StatusText;
        if !self.eat(b' ') {
            self.repair(Repair::MissingText, RULE)?;
            self.crlf(RULE)?;
            return Ok((None, Text::EMPTY));
        }
        let mut code = None;
        if self.peek() == Some(b'[') {
            let mark = self.mark();
            code = self.code()?;
            if code.is_none() {
                // No code at all: the bracket is text.
                self.rewind(mark);
            } else if !self.eat(b' ') && !matches!(self.peek(), Some(b'\r' | b'\n')) {
                self.repair(Repair::MissingSpace, RULE)?;
            }
        }
        let text = self.line_text(RULE)?;
        Ok((code, text))
    }

    /// `text CRLF`
    fn line_text(&mut self, rule: Rule) -> Result<Text> {
        let line = self.rest();
        let end = match line {
            [.., b'\r', b'\n'] => line.len().saturating_sub(2),
            [.., b'\n'] => {
                self.repair(Repair::BareLf, rule)?;
                line.len().saturating_sub(1)
            }
            _ => return Err(self.error(Kind::UnexpectedEnd, rule)),
        };
        let text = self.take(end);
        self.take(2);
        match grammar::first_not(text, TEXT | grammar::EIGHT_BIT) {
            Some(_) => {
                self.repair(Repair::Nul, rule)?;
                Ok(Status::ok(self.text(text, rule)?).text)
            }
            None => self.text(text, rule),
        }
    }

    /// `continue-req = "+" SP (resp-text / base64) CRLF`
    fn continuation(&mut self) -> Result<Continue> {
        const RULE: Rule = Rule::Continuation;
        self.expect(b'+', RULE)?;
        if !self.eat(b' ') {
            self.repair(Repair::MissingSpace, RULE)?;
            self.step_back();
            self.take(1);
            let text = self.line_text(RULE)?;
            return Ok(Continue { code: None, text });
        }
        self.step_back();
        let (code, text) = self.resp_text()?;
        Ok(Continue { code, text })
    }

    /// `response-data = "*" SP (..) CRLF`, behind the star
    fn untagged(&mut self) -> Result<Response> {
        if matches!(self.peek(), Some(b' ' | b'\t')) {
            // `*  1688 EXISTS`: a server that keeps the connection alive with spaces.
            self.repair(Repair::ExtraSpace, RULE)?;
            while self.eat(b' ') || self.eat(b'\t') {}
        }
        if self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return self.numbered();
        }
        if self.peek() == Some(b'[') && self.is_interop() {
            return self.bare_code();
        }
        let mark = self.mark();
        let word = self.keyword(ATOM);
        if let Some(kind) = status_kind(word) {
            return self.status(kind).map(Response::Status);
        }
        let known = self.known_data(word);
        let repair = match known {
            Ok(Some(data)) => match self.crlf(RULE) {
                Ok(()) => return Ok(Response::Data(data)),
                Err(error) if !self.is_interop() => return Err(error),
                Err(_) => Repair::BadItem,
            },
            Ok(None) => Repair::Unknown,
            Err(error) if !self.is_interop() => return Err(error),
            Err(_) => Repair::BadItem,
        };
        self.reset(mark);
        self.repair(repair, RULE)?;
        self.other_data(None).map(Response::Data)
    }

    /// `[COPYUID ..]`, with a star or without: a code that lost its status.
    fn bare_code(&mut self) -> Result<Response> {
        self.repair(Repair::BareCode, RULE)?;
        let code = self.code()?;
        self.eat(b' ');
        let mut status = Status::ok(self.line_text(RULE)?);
        status.code = code;
        Ok(Response::Status(status))
    }

    /// `message-data / mailbox-data` that start with a number
    fn numbered(&mut self) -> Result<Response> {
        let number = self.number(RULE)?;
        self.sp(RULE)?;
        let mark = self.mark();
        let word = self.keyword(ATOM);
        let known = match word {
            // Not by way of `Data`, which is big: most of what a client reads comes here.
            words::FETCH | words::UIDFETCH => match self.fetched(number) {
                Ok(message) => {
                    let data = match word {
                        words::FETCH => Data::Fetch(message),
                        _ => Data::UidFetch(message),
                    };
                    return Ok(Response::Data(data));
                }
                Err(error) => Err(error),
            },
            _ => self.numbered_data(word, number),
        };
        let repair = match known {
            Ok(Some(data)) => match self.crlf(RULE) {
                Ok(()) => return Ok(Response::Data(data)),
                Err(error) if !self.is_interop() => return Err(error),
                Err(_) => Repair::BadItem,
            },
            Ok(None) => Repair::Unknown,
            Err(error) if !self.is_interop() => return Err(error),
            Err(_) => Repair::BadItem,
        };
        self.reset(mark);
        self.repair(repair, RULE)?;
        self.other_data(Some(number)).map(Response::Data)
    }

    /// Behind `FETCH`, up to the end of the line.
    #[inline]
    fn fetched(&mut self, number: u32) -> Result<MessageData> {
        self.positive(number)?;
        self.sp(RULE)?;
        let message = self.message_data(number)?;
        match self.crlf(RULE) {
            Ok(()) => Ok(message),
            Err(error) if !self.is_interop() => Err(error),
            Err(_) => self.trailing_items(message),
        }
    }

    fn numbered_data(&mut self, word: u128, number: u32) -> Result<Option<Data>> {
        Ok(Some(match word {
            words::EXISTS => Data::Exists(number),
            words::RECENT => Data::Recent(number),
            words::EXPUNGE => {
                self.positive(number)?;
                Data::Expunge(number)
            }
            words::CONVERTED => {
                self.sp(RULE)?;
                Data::Converted(number, self.values(|c| c.at_end())?)
            }
            _ => return Ok(None),
        }))
    }

    /// Items behind the closing parenthesis of a FETCH: `(UID 5) FLAGS (\Seen))`.
    #[cold]
    fn trailing_items(&mut self, message: MessageData) -> Result<MessageData> {
        self.repair(Repair::BadItem, RULE)?;
        let seq = message.seq();
        let mut items = message.into_items();
        let line = self.rest();
        let end = line.len().saturating_sub(
            line.iter()
                .rev()
                .take_while(|b| matches!(b, b'\r' | b'\n'))
                .count(),
        );
        let tail = line.get(..end).unwrap_or_default();
        let text: Vec<u8> = [b"(".as_slice(), tail.trim_ascii(), b")"].concat();
        let text = Bytes::from(text);
        let mut again = Cursor::over(&text, self.syntax());
        if let Ok(more) = again.message_data(seq) {
            items.extend(more.into_items());
        }
        self.take(line.len());
        Ok(MessageData::from_parsed(seq, items))
    }

    fn positive(&mut self, number: u32) -> Result<()> {
        match number {
            0 => self.repair(Repair::Zero, RULE),
            _ => Ok(()),
        }
    }

    /// A response nobody registered, or that does not fit: kept as it came.
    fn other_data(&mut self, number: Option<u32>) -> Result<Data> {
        let name = self.atom(RULE)?;
        let name = Atom::from_parsed(self.ascii(name));
        let mark = self.mark();
        let mut value = Value::NONE;
        if self.peek() == Some(b' ') && !self.at_end() {
            self.sp(RULE)?;
            match self.values(|c| c.at_end()) {
                Ok(values) => value = values,
                // Octets of a literal are missing.
                Err(error) if memchr::memchr(b'\n', mark.rest().trim_ascii_end()).is_some() => {
                    return Err(error);
                }
                Err(_) => {
                    // Not even values: the line as one string.
                    self.reset(mark);
                    self.sp(RULE)?;
                    let line = self.rest();
                    let text = self.take(line.trim_ascii_end().len());
                    value = Value::string(text);
                }
            }
        }
        self.crlf(RULE)?;
        Ok(Data::Other {
            number,
            name,
            value,
        })
    }

    /// Data that start with a word; `None` when nobody registered it.
    fn known_data(&mut self, word: u128) -> Result<Option<Data>> {
        Ok(Some(match word {
            words::CAPABILITY => Data::Capability(self.capabilities()?.into()),
            words::ENABLED => Data::Enabled(self.capabilities()?),
            words::LIST => Data::List(self.listed()?),
            words::LSUB => Data::Lsub(self.listed()?),
            words::XLIST => {
                self.repair(Repair::Legacy, RULE)?;
                Data::Xlist(self.listed()?)
            }
            words::STATUS => Data::Status(self.mailbox_status()?),
            words::FLAGS => {
                self.sp(RULE)?;
                Data::Flags(self.flags()?)
            }
            words::SEARCH => Data::Search(self.search_data()?),
            words::SORT => Data::Sort(self.search_data()?),
            words::ESEARCH => Data::ESearch(self.esearch()?),
            words::THREAD => Data::Thread(self.threads()?),
            words::VANISHED => {
                self.sp(RULE)?;
                let earlier = self.eat_word(b"(EARLIER) ");
                let uids = self.sequence_set(RULE)?;
                Data::Vanished { earlier, uids }
            }
            words::NAMESPACE => Data::Namespace(self.namespaces()?),
            words::ID => {
                self.sp(RULE)?;
                Data::Id(self.id()?)
            }
            word => return self.extension_data(word),
        }))
    }

    fn extension_data(&mut self, word: u128) -> Result<Option<Data>> {
        Ok(Some(match word {
            words::QUOTA => {
                self.sp(RULE)?;
                let root = self.astring_value(RULE)?;
                self.sp(RULE)?;
                let resources = self.quota_list()?;
                Data::Quota { root, resources }
            }
            words::QUOTAROOT => {
                self.sp(RULE)?;
                let mailbox = self.mailbox()?;
                let roots = self.more_astrings()?;
                Data::QuotaRoot { mailbox, roots }
            }
            words::ACL => {
                self.sp(RULE)?;
                let mailbox = self.mailbox()?;
                let mut entries = Vec::new();
                while !self.at_end() {
                    self.sp(Rule::Acl)?;
                    self.count(Rule::Acl)?;
                    let identifier = self.astring_value(Rule::Acl)?;
                    self.sp(Rule::Acl)?;
                    entries.push((identifier, self.string_text(Rule::Acl)?));
                }
                Data::Acl { mailbox, entries }
            }
            words::LISTRIGHTS => {
                self.sp(RULE)?;
                let mailbox = self.mailbox()?;
                self.sp(RULE)?;
                let identifier = self.astring_value(Rule::Acl)?;
                self.sp(RULE)?;
                let required = self.string_text(Rule::Acl)?;
                let mut optional = Vec::new();
                while !self.at_end() {
                    self.sp(Rule::Acl)?;
                    self.count(Rule::Acl)?;
                    optional.push(self.string_text(Rule::Acl)?);
                }
                Data::ListRights {
                    mailbox,
                    identifier,
                    required,
                    optional,
                }
            }
            words::MYRIGHTS => {
                self.sp(RULE)?;
                let mailbox = self.mailbox()?;
                self.sp(RULE)?;
                let rights = self.string_text(Rule::Acl)?;
                Data::MyRights { mailbox, rights }
            }
            words::METADATA => {
                self.sp(RULE)?;
                let mailbox = self.mailbox()?;
                self.sp(RULE)?;
                match self.peek() {
                    Some(b'(') => Data::Metadata {
                        mailbox,
                        entries: self.metadata_entries(Rule::Metadata)?,
                    },
                    _ => Data::MetadataChanged {
                        mailbox,
                        entries: self.spaced(RULE, |c| c.astring_value(RULE))?,
                    },
                }
            }
            words::LANGUAGE => {
                self.sp(RULE)?;
                Data::Language(self.list(RULE, |c| c.astring_value(RULE))?)
            }
            words::COMPARATOR => {
                self.sp(RULE)?;
                let active = self.astring_value(RULE)?;
                let matching = match self.at_end() {
                    true => Vec::new(),
                    false => {
                        self.sp(RULE)?;
                        self.list(RULE, |c| c.astring_value(RULE))?
                    }
                };
                Data::Comparator { active, matching }
            }
            words::GENURLAUTH => Data::GenUrlAuth(self.more_astrings()?),
            words::URLFETCH => {
                let mut urls = Vec::new();
                while !self.at_end() {
                    self.sp(RULE)?;
                    self.count(RULE)?;
                    let url = self.astring_value(RULE)?;
                    self.sp(RULE)?;
                    urls.push((url, self.url_data()?));
                }
                Data::UrlFetch(urls)
            }
            words::CONVERSION => {
                self.sp(RULE)?;
                let from = self.astring_value(RULE)?;
                self.sp(RULE)?;
                let to = self.astring_value(RULE)?;
                let params = match self.at_end() {
                    true => Value::NONE,
                    false => {
                        self.sp(RULE)?;
                        self.values(|c| c.at_end())?
                    }
                };
                Data::Conversion(from, to, params)
            }
            words::JMAPACCESS => {
                self.sp(RULE)?;
                Data::JmapAccess(self.astring_value(RULE)?)
            }
            words::UIDBATCHES => {
                self.sp(RULE)?;
                self.expect(b'(', RULE)?;
                if !self.eat_word(b"TAG ") {
                    return Err(self.unexpected(RULE));
                }
                let tag = self.string_text(RULE)?;
                self.expect(b')', RULE)?;
                let batches = match self.at_end() {
                    true => None,
                    false => {
                        self.sp(RULE)?;
                        Some(self.sequence_set(RULE)?)
                    }
                };
                Data::UidBatches { tag, batches }
            }
            _ => return Ok(None),
        }))
    }

    fn more_astrings(&mut self) -> Result<Vec<crate::types::text::AString>> {
        let mut all = Vec::new();
        while !self.at_end() {
            self.sp(RULE)?;
            self.count(RULE)?;
            all.push(self.astring_value(RULE)?);
        }
        Ok(all)
    }

    /// `nstring`, or `1*(SP "(" ..")")` of the extended form (RFC 5524)
    fn url_data(&mut self) -> Result<Value> {
        let mark = self.mark();
        self.value()?;
        while self.rest().starts_with(b" (") {
            self.sp(RULE)?;
            self.value()?;
        }
        Ok(Value::from_parsed(self.slice(self.since(mark))))
    }
}

/// Which status a word is, if it is one.
const fn status_kind(word: u128) -> Option<StatusKind> {
    Some(match word {
        words::OK => StatusKind::Ok,
        words::NO => StatusKind::No,
        words::BAD => StatusKind::Bad,
        words::PREAUTH => StatusKind::PreAuth,
        words::BYE => StatusKind::Bye,
        _ => return None,
    })
}
