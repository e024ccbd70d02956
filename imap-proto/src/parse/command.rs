//! Commands (RFC 3501 §9, RFC 9051 §9).

use alloc::{boxed::Box, vec::Vec};

use base64::Engine as _;

use crate::{
    error::{ParseError, ParseErrorKind as Kind, Rule},
    frame::{Frame, LiteralHeader},
    grammar::{ATOM, TAG},
    parse::{
        cursor::{Cursor, Mark, Result},
        word::words,
    },
    types::{
        annotation::Annotation,
        capability::Capability,
        command::{
            Append, AppendData, AppendMessage, CatenatePart, Command, QResync, Select,
            TaggedCommand,
        },
        fetch::Octets,
        flag::Flags,
        mailbox::Mailbox,
        syntax::{Parsed, Syntax},
        text::{AString, Atom, Secret, Tag},
    },
};

const RULE: Rule = Rule::Command;

impl TaggedCommand {
    /// Reads one command, with its line end and all its literals.
    ///
    /// # Errors
    ///
    /// When `line` is no command, its arguments do not fit it, or its line end or a part of a literal is missing.
    ///
    /// # Examples
    ///
    /// ```
    /// use mailweft_imap::{Command, Mailbox, Syntax, TaggedCommand};
    ///
    /// let parsed = TaggedCommand::parse(b"a142 select inbox\r\n", &Syntax::strict())?;
    /// assert_eq!(parsed.value.tag.as_str(), "a142");
    /// assert_eq!(parsed.value.command, Command::select(Mailbox::INBOX));
    /// # Ok::<(), mailweft_imap::ParseError>(())
    /// ```
    pub fn parse(line: &[u8], syntax: &Syntax) -> Result<Parsed<Self>> {
        Self::from_bytes(&bytes::Bytes::copy_from_slice(line), syntax)
    }

    /// Reads one command without copying it: its strings are slices of `line`.
    ///
    /// # Errors
    ///
    /// When `line` is no command, its arguments do not fit it, or its line end or a part of a literal is missing.
    pub fn from_bytes(line: &bytes::Bytes, syntax: &Syntax) -> Result<Parsed<Self>> {
        whole(Cursor::over(line, syntax))
    }
}

/// A whole command.
pub(crate) fn command(frame: &Frame, syntax: &Syntax) -> Result<Parsed<TaggedCommand>> {
    whole(Cursor::new(frame, syntax))
}

#[inline]
fn whole(mut cursor: Cursor<'_>) -> Result<Parsed<TaggedCommand>> {
    let tag = cursor.tag()?;
    cursor.sp(RULE)?;
    let mark = cursor.mark();
    match cursor.keyword(ATOM) {
        words::UID => cursor.uid_command(tag, mark),
        word => cursor.plain_command(tag, word, mark),
    }
}

/// What the beginning of a command, up to a literal, announces.
#[derive(Debug)]
pub(crate) enum Incoming {
    /// A message of APPEND.
    Append {
        tag: Tag,
        mailbox: Mailbox,
        /// The message that REPLACE replaces.
        replaces: Option<(bool, crate::types::sequence::SequenceSet)>,
        part: AppendPart,
    },
    /// An argument: it is kept.
    Argument,
}

/// What may stand before a message of APPEND.
type AppendOptions = (
    Flags,
    Option<crate::types::date_time::DateTime>,
    Vec<Annotation>,
);

/// What stands between two literals of APPEND.
#[derive(Debug)]
pub(crate) struct AppendPart {
    pub(crate) flags: Flags,
    pub(crate) date: Option<crate::types::date_time::DateTime>,
    pub(crate) annotations: Vec<Annotation>,
    /// `UTF8 (`: a parenthesis is still to come.
    pub(crate) utf8: bool,
    /// `CATENATE (`: the URLs before this text.
    pub(crate) catenate: Option<Vec<AString>>,
}

/// What `head`, a command up to the header of a literal, announces.
pub(crate) fn command_head(
    head: &bytes::Bytes,
    header: LiteralHeader,
    syntax: &Syntax,
) -> Result<Incoming> {
    let mut cursor = Cursor::over(head, syntax);
    let tag = cursor.tag()?;
    cursor.sp(RULE)?;
    let mark = cursor.mark();
    let mut replaces = None;
    match cursor.keyword(ATOM) {
        words::APPEND => {}
        words::REPLACE => {
            cursor.sp(RULE)?;
            replaces = Some((false, cursor.sequence_set(RULE)?));
        }
        words::UID => {
            cursor.sp(RULE)?;
            if cursor.keyword(ATOM) != words::REPLACE {
                return Ok(Incoming::Argument);
            }
            cursor.sp(RULE)?;
            replaces = Some((true, cursor.sequence_set(RULE)?));
        }
        _ => {
            cursor.reset(mark);
            return Ok(Incoming::Argument);
        }
    }
    cursor.sp(Rule::Append)?;
    // The name of the mailbox may be the literal itself.
    if cursor.at_literal() && cursor.is_last_header() {
        return Ok(Incoming::Argument);
    }
    let mailbox = cursor.mailbox()?;
    let part = cursor.append_part(header)?;
    Ok(Incoming::Append {
        tag,
        mailbox,
        replaces,
        part,
    })
}

/// What stands between two literals of APPEND, up to the header of the second; `None` at the end of the line.
pub(crate) fn append_part(
    text: &bytes::Bytes,
    header: LiteralHeader,
    syntax: &Syntax,
) -> Result<AppendPart> {
    Cursor::over(text, syntax).append_part(header)
}

/// What stands behind a text of CATENATE: URLs, up to the header of the next text, or up to the end of the list, and then
/// what follows it.
pub(crate) fn catenate_next(
    text: &bytes::Bytes,
    syntax: &Syntax,
) -> Result<(Vec<AString>, Option<bytes::Bytes>)> {
    const RULE: Rule = Rule::Append;
    let mut cursor = Cursor::over(text, syntax);
    let mut urls = Vec::new();
    loop {
        if cursor.eat(b')') {
            return Ok((urls, Some(cursor.slice(cursor.rest()))));
        }
        cursor.sp(RULE)?;
        if cursor.eat_word(b"TEXT ") {
            return match cursor.at_literal() && cursor.is_last_header() {
                true => Ok((urls, None)),
                false => Err(cursor.unexpected(RULE)),
            };
        }
        if !cursor.eat_word(b"URL ") {
            return Err(cursor.unexpected(RULE));
        }
        cursor.count(RULE)?;
        urls.push(cursor.astring_value(RULE)?);
    }
}

impl<'a> Cursor<'a> {
    /// `tag = 1*<any ASTRING-CHAR except "+">`
    pub(crate) fn tag(&mut self) -> Result<Tag> {
        let word = self.take_while(TAG);
        match word.is_empty() {
            true => Err(self.unexpected(Rule::Tag)),
            false => Ok(Tag::from_parsed(self.ascii(word))),
        }
    }

    /// Whether nothing but the header of a literal is left.
    fn is_last_header(&self) -> bool {
        memchr::memchr(b'\n', self.rest())
            .is_some_and(|at| at.saturating_add(1) == self.rest().len())
    }

    /// `[SP flag-list] [SP date-time] SP ["UTF8" SP "("] literal`, up to the literal
    fn append_part(&mut self, _header: LiteralHeader) -> Result<AppendPart> {
        const RULE: Rule = Rule::Append;
        self.sp(RULE)?;
        let (flags, date, annotations) = self.append_options()?;
        let mut part = AppendPart {
            flags,
            date,
            annotations,
            utf8: false,
            catenate: None,
        };
        if self.eat_word(b"UTF8 ") {
            self.expect(b'(', RULE)?;
            part.utf8 = true;
        } else if self.eat_word(b"CATENATE ") {
            self.expect(b'(', RULE)?;
            part.catenate = Some(self.catenate_urls()?);
        }
        match self.at_literal() && self.is_last_header() {
            true => Ok(part),
            false => Err(self.unexpected(RULE)),
        }
    }

    /// `*("URL" SP astring SP) "TEXT" SP`, up to the literal
    fn catenate_urls(&mut self) -> Result<Vec<AString>> {
        const RULE: Rule = Rule::Append;
        let mut urls = Vec::new();
        while self.eat_word(b"URL ") {
            self.count(RULE)?;
            urls.push(self.astring_value(RULE)?);
            self.sp(RULE)?;
        }
        match self.eat_word(b"TEXT ") {
            true => Ok(urls),
            false => Err(self.unexpected(RULE)),
        }
    }

    /// `[flag-list SP] [date-time SP] [att-annotate SP]`
    fn append_options(&mut self) -> Result<AppendOptions> {
        const RULE: Rule = Rule::Append;
        let mut flags = Flags::NONE;
        if self.peek() == Some(b'(') {
            flags = self.flags()?;
            self.sp(RULE)?;
        }
        let mut date = None;
        if self.peek() == Some(b'"') {
            date = self.date_time()?;
            if date.is_none() {
                return Err(self.error(Kind::Impossible, RULE));
            }
            self.sp(RULE)?;
        }
        let mut annotations = Vec::new();
        if self.eat_word(b"ANNOTATION ") {
            annotations = self.annotation_values()?;
            self.sp(RULE)?;
        }
        Ok((flags, date, annotations))
    }

    /// `append = "APPEND" SP mailbox 1*(SP append-message)`, behind the word
    fn append(&mut self) -> Result<Append> {
        const RULE: Rule = Rule::Append;
        self.sp(RULE)?;
        let mailbox = self.mailbox()?;
        self.sp(RULE)?;
        let messages = self.spaced(RULE, |c| {
            let (flags, date, annotations) = c.append_options()?;
            let mut message = AppendMessage::with_data(c.append_data()?);
            (message.flags, message.date, message.annotations) = (flags, date, annotations);
            Ok(message)
        })?;
        let mut messages = messages.into_iter();
        let first = messages.next().ok_or_else(|| self.unexpected(RULE))?;
        Ok(messages.fold(Append::new(mailbox, first), Append::and))
    }

    /// `append-data = literal / literal8 / "UTF8" SP "(" literal8 ")" / "CATENATE" SP "(" cat-part *(SP cat-part) ")"`
    fn append_data(&mut self) -> Result<AppendData> {
        const RULE: Rule = Rule::Append;
        if self.eat_word(b"CATENATE ") {
            return Ok(AppendData::Catenate(self.list(RULE, |c| {
                if c.eat_word(b"URL ") {
                    return Ok(CatenatePart::Url(c.astring_value(RULE)?));
                }
                if !c.eat_word(b"TEXT ") {
                    return Err(c.unexpected(RULE));
                }
                Ok(match c.message_octets()? {
                    Octets::Streamed(size) => CatenatePart::Streamed(size),
                    octets => CatenatePart::Text(octets.bytes().cloned().unwrap_or_default()),
                })
            })?));
        }
        let utf8 = self.eat_word(b"UTF8 ");
        if utf8 {
            self.expect(b'(', RULE)?;
        }
        let data = match self.message_octets()? {
            Octets::Streamed(size) => AppendData::Streamed { size, utf8 },
            octets => AppendData::Message {
                octets: octets.bytes().cloned().unwrap_or_default(),
                utf8,
            },
        };
        if utf8 {
            self.expect(b')', RULE)?;
        }
        Ok(data)
    }

    fn message_octets(&mut self) -> Result<Octets> {
        match self.at_literal() {
            true => self.octets(Rule::Append),
            false => Err(self.unexpected(Rule::Append)),
        }
    }

    /// The line end behind a command, which is put together where it is handed on: it is big.
    #[inline(always)]
    fn end(&mut self, tag: Tag, command: Command) -> Result<Parsed<TaggedCommand>> {
        self.crlf(RULE)?;
        Ok(Parsed {
            value: TaggedCommand { tag, command },
            repairs: self.take_repairs(),
        })
    }

    /// A command nobody registered, kept as it came.
    #[cold]
    fn other_command(&mut self, mark: Mark<'a>) -> Result<Command> {
        self.reset(mark);
        let name = self.atom(RULE)?;
        let name = Atom::from_parsed(self.ascii(name));
        let args = match self.peek() {
            Some(b' ') => {
                self.sp(RULE)?;
                self.values(|c| c.at_end())?
            }
            _ => crate::types::value::Value::NONE,
        };
        Ok(Command::Other { name, args })
    }

    /// `"UID" SP (copy / move / fetch / search / store / ..)`, behind the word
    #[inline(always)]
    fn uid_command(&mut self, tag: Tag, mark: Mark<'a>) -> Result<Parsed<TaggedCommand>> {
        self.sp(RULE)?;
        let after = self.mark();
        let command = match self.keyword(ATOM) {
            words::FETCH => Command::Fetch(self.fetch(true)?),
            words::STORE => Command::Store(self.store(true)?),
            words::SEARCH => Command::Search(self.search(true)?),
            words::SORT => Command::Sort(self.sort(true)?),
            words::THREAD => Command::Thread(self.thread(true)?),
            words::COPY => self.copy(true)?,
            words::MOVE => self.r#move(true)?,
            words::REPLACE => self.replace(true)?,
            words::EXPUNGE => {
                self.sp(RULE)?;
                Command::UidExpunge(self.sequence_set(Rule::SequenceSet)?)
            }
            words::CONVERT => {
                self.sp(RULE)?;
                let args = self.values(|c| c.at_end())?;
                Command::Convert { uid: true, args }
            }
            // No word at all, or the beginning of a literal8.
            _ if self.since(after).is_empty() || !(self.at_end() || self.peek() == Some(b' ')) => {
                return Err(self.unexpected(RULE));
            }
            _ => self.other_command(mark)?,
        };
        self.end(tag, command)
    }

    fn copy(&mut self, uid: bool) -> Result<Command> {
        self.sp(RULE)?;
        let set = self.sequence_set(Rule::SequenceSet)?;
        self.sp(RULE)?;
        let mailbox = self.mailbox()?;
        Ok(Command::Copy { uid, set, mailbox })
    }

    fn r#move(&mut self, uid: bool) -> Result<Command> {
        self.sp(RULE)?;
        let set = self.sequence_set(Rule::SequenceSet)?;
        self.sp(RULE)?;
        let mailbox = self.mailbox()?;
        Ok(Command::Move { uid, set, mailbox })
    }

    fn replace(&mut self, uid: bool) -> Result<Command> {
        self.sp(RULE)?;
        let number = self.sequence_set(Rule::SequenceSet)?;
        let append = self.append()?;
        Ok(Command::Replace {
            uid,
            number,
            append,
        })
    }

    fn spaced_mailbox(&mut self) -> Result<Mailbox> {
        self.sp(RULE)?;
        self.mailbox()
    }

    fn spaced_astring(&mut self) -> Result<AString> {
        self.sp(RULE)?;
        self.astring_value(RULE)
    }

    fn spaced_astrings(&mut self) -> Result<Vec<AString>> {
        match self.at_end() {
            true => Ok(Vec::new()),
            false => {
                self.sp(RULE)?;
                self.spaced(RULE, |c| c.astring_value(RULE))
            }
        }
    }

    #[inline(always)]
    fn plain_command(
        &mut self,
        tag: Tag,
        word: u128,
        mark: Mark<'a>,
    ) -> Result<Parsed<TaggedCommand>> {
        let command = match word {
            words::CAPABILITY => Command::Capability,
            words::NOOP => Command::Noop,
            words::LOGOUT => Command::Logout,
            words::STARTTLS => Command::StartTls,
            words::NAMESPACE => Command::Namespace,
            words::IDLE => Command::Idle,
            words::CHECK => Command::Check,
            words::CLOSE => Command::Close,
            words::UNSELECT => Command::Unselect,
            words::EXPUNGE => Command::Expunge,
            words::UNAUTHENTICATE => Command::Unauthenticate,
            words::GETJMAPACCESS => Command::GetJmapAccess,
            words::ID => {
                self.sp(RULE)?;
                Command::Id(self.id()?)
            }
            words::AUTHENTICATE => self.authenticate()?,
            words::LOGIN => {
                let user = self.spaced_astring()?;
                let password = self.spaced_astring()?;
                Command::login(user, password.as_bytes().clone())
            }
            words::ENABLE => {
                self.sp(RULE)?;
                Command::Enable(
                    self.spaced(RULE, |c| c.atom_value(RULE).map(Capability::from_parsed))?,
                )
            }
            words::SELECT => self.select(false)?,
            words::EXAMINE => self.select(true)?,
            words::CREATE => self.create()?,
            words::DELETE => Command::Delete(self.spaced_mailbox()?),
            words::RENAME => {
                let from = self.spaced_mailbox()?;
                let to = self.spaced_mailbox()?;
                Command::Rename { from, to }
            }
            words::SUBSCRIBE => Command::Subscribe(self.spaced_mailbox()?),
            words::UNSUBSCRIBE => Command::Unsubscribe(self.spaced_mailbox()?),
            words::LIST => Command::List(self.list_command()?),
            words::LSUB | words::XLIST | words::RLIST | words::RLSUB => {
                let reference = self.spaced_mailbox()?;
                self.sp(RULE)?;
                let pattern = self.list_pattern()?;
                match word {
                    words::LSUB => Command::Lsub { reference, pattern },
                    words::XLIST => Command::Xlist { reference, pattern },
                    words::RLIST => Command::Rlist { reference, pattern },
                    _ => Command::Rlsub { reference, pattern },
                }
            }
            words::STATUS => {
                let mailbox = self.spaced_mailbox()?;
                self.sp(RULE)?;
                let attrs = self.status_attrs()?;
                Command::Status { mailbox, attrs }
            }
            words::APPEND => Command::Append(self.append()?),
            words::REPLACE => self.replace(false)?,
            words::SEARCH => Command::Search(self.search(false)?),
            words::ESEARCH => Command::MultiSearch(self.multi_search()?),
            words::SORT => Command::Sort(self.sort(false)?),
            words::THREAD => Command::Thread(self.thread(false)?),
            words::FETCH => Command::Fetch(self.fetch(false)?),
            words::STORE => Command::Store(self.store(false)?),
            words::COPY => self.copy(false)?,
            words::MOVE => self.r#move(false)?,
            word => self.extension_command(word, mark)?,
        };
        self.end(tag, command)
    }

    fn extension_command(&mut self, word: u128, mark: Mark<'a>) -> Result<Command> {
        Ok(match word {
            words::GETQUOTA => Command::GetQuota(self.spaced_astring()?),
            words::GETQUOTAROOT => Command::GetQuotaRoot(self.spaced_mailbox()?),
            words::SETQUOTA => {
                let root = self.spaced_astring()?;
                self.sp(RULE)?;
                let limits = self.list(RULE, |c| {
                    let name = c.atom_value(RULE)?;
                    c.sp(RULE)?;
                    Ok((name, c.number64(RULE)?))
                })?;
                Command::SetQuota { root, limits }
            }
            words::GETACL => Command::GetAcl(self.spaced_mailbox()?),
            words::MYRIGHTS => Command::MyRights(self.spaced_mailbox()?),
            words::SETACL => {
                let mailbox = self.spaced_mailbox()?;
                let identifier = self.spaced_astring()?;
                let rights = self.spaced_astring()?;
                Command::SetAcl {
                    mailbox,
                    identifier,
                    rights,
                }
            }
            words::DELETEACL | words::LISTRIGHTS => {
                let mailbox = self.spaced_mailbox()?;
                let identifier = self.spaced_astring()?;
                match word {
                    words::DELETEACL => Command::DeleteAcl {
                        mailbox,
                        identifier,
                    },
                    _ => Command::ListRights {
                        mailbox,
                        identifier,
                    },
                }
            }
            words::GETMETADATA => self.get_metadata()?,
            words::SETMETADATA => {
                let mailbox = self.spaced_mailbox()?;
                self.sp(RULE)?;
                let entries = self.metadata_entries(Rule::Metadata)?;
                Command::SetMetadata { mailbox, entries }
            }
            words::NOTIFY => Command::Notify(self.notify()?),
            words::CANCELUPDATE => Command::CancelUpdate(self.spaced_astrings()?),
            words::LANGUAGE => Command::Language(self.spaced_astrings()?),
            words::COMPARATOR => Command::Comparator(self.spaced_astrings()?),
            words::GENURLAUTH => {
                self.sp(RULE)?;
                Command::GenUrlAuth(self.spaced(RULE, |c| {
                    let url = c.astring_value(RULE)?;
                    c.sp(RULE)?;
                    Ok((url, c.atom_value(RULE)?))
                })?)
            }
            words::RESETKEY => {
                let mailbox = match self.at_end() {
                    true => None,
                    false => Some(self.spaced_mailbox()?),
                };
                let mut mechanisms = Vec::new();
                while !self.at_end() {
                    self.sp(RULE)?;
                    mechanisms.push(self.atom_value(RULE)?);
                }
                Command::ResetKey {
                    mailbox,
                    mechanisms,
                }
            }
            words::URLFETCH => {
                self.sp(RULE)?;
                Command::UrlFetch(self.spaced(RULE, |c| match c.peek() {
                    Some(b'(') => {
                        c.take(1);
                        let url = c.astring_value(RULE)?;
                        let mut params = Vec::new();
                        while c.next_member(RULE)? {
                            params.push(c.atom_value(RULE)?);
                        }
                        Ok((url, params))
                    }
                    _ => Ok((c.astring_value(RULE)?, Vec::new())),
                })?)
            }
            words::COMPRESS => {
                self.sp(RULE)?;
                Command::Compress(self.atom_value(RULE)?)
            }
            words::UIDBATCHES => {
                self.sp(RULE)?;
                let size = self.number(RULE)?;
                let range = match self.at_end() {
                    true => None,
                    false => {
                        self.sp(RULE)?;
                        let first = self.number(RULE)?;
                        self.expect(b':', RULE)?;
                        Some((first, self.number(RULE)?))
                    }
                };
                Command::UidBatches { size, range }
            }
            words::CONVERT => {
                self.sp(RULE)?;
                let args = self.values(|c| c.at_end())?;
                Command::Convert { uid: false, args }
            }
            words::CONVERSIONS => {
                let from = self.spaced_astring()?;
                let to = self.spaced_astring()?;
                Command::Conversions { from, to }
            }
            _ => return self.other_command(mark),
        })
    }

    /// `authenticate = "AUTHENTICATE" SP auth-type [SP initial-resp]`, behind the word
    fn authenticate(&mut self) -> Result<Command> {
        self.sp(RULE)?;
        let mechanism = self.atom_value(RULE)?;
        let mut initial = None;
        if !self.at_end() {
            self.sp(RULE)?;
            let rest = self.rest();
            let len = rest.iter().position(|b| matches!(b, b' ' | b'\r' | b'\n'));
            let text = self.take(len.unwrap_or(rest.len()));
            initial = Some(match text {
                // RFC 4959 §3: an empty response.
                b"=" => Secret::default(),
                text => {
                    base64_secret(text).ok_or_else(|| self.error(Kind::Impossible, Rule::Base64))?
                }
            });
        }
        Ok(Command::Authenticate { mechanism, initial })
    }

    /// `select = "SELECT" SP mailbox [select-params]`, behind the word
    fn select(&mut self, read_only: bool) -> Result<Command> {
        let mut select = Select::new(self.spaced_mailbox()?);
        select.read_only = read_only;
        if self.at_end() {
            return Ok(Command::Select(select));
        }
        self.sp(RULE)?;
        self.list(RULE, |c| {
            let mark = c.mark();
            match c.keyword(ATOM) {
                words::CONDSTORE => select.condstore = true,
                words::QRESYNC => {
                    c.sp(RULE)?;
                    select.qresync = Some(Box::new(c.qresync()?));
                }
                _ => {
                    c.reset(mark);
                    let name = c.atom_value(RULE)?;
                    let value = c.option_value()?.unwrap_or_default();
                    select.other.push((name, value));
                }
            }
            Ok(())
        })?;
        Ok(Command::Select(select))
    }

    /// `"(" uidvalidity SP mod-sequence-value [SP known-uids] [SP seq-match-data] ")"` (RFC 7162)
    fn qresync(&mut self) -> Result<QResync> {
        self.expect(b'(', RULE)?;
        let validity = self.nz_number(RULE)?;
        self.sp(RULE)?;
        let mut qresync = QResync::new(validity, self.number64(RULE)?);
        while self.next_member(RULE)? {
            if self.eat(b'(') {
                let numbers = self.sequence_set(RULE)?;
                self.sp(RULE)?;
                qresync.known_pairs = Some((numbers, self.sequence_set(RULE)?));
                self.expect(b')', RULE)?;
            } else {
                qresync.known_uids = Some(self.sequence_set(RULE)?);
            }
        }
        Ok(qresync)
    }

    /// `create = "CREATE" SP mailbox [SP "(" "USE" SP "(" [use-attr *(SP use-attr)] ")" ")"]`, behind the word
    fn create(&mut self) -> Result<Command> {
        let mailbox = self.spaced_mailbox()?;
        let mut special_use = Flags::NONE;
        if !self.at_end() {
            self.sp(RULE)?;
            self.list(RULE, |c| {
                if !c.eat_word(b"USE ") {
                    return Err(c.unexpected(RULE));
                }
                special_use = c.flags()?;
                Ok(())
            })?;
        }
        Ok(Command::Create {
            mailbox,
            special_use,
        })
    }

    /// `getmetadata = "GETMETADATA" [SP options] SP mailbox SP entries`, behind the word
    fn get_metadata(&mut self) -> Result<Command> {
        self.sp(RULE)?;
        let (mut max_size, mut depth) = (None, None);
        let mut options = |c: &mut Self| {
            c.list(RULE, |c| {
                match c.keyword(ATOM) {
                    words::MAXSIZE => {
                        c.sp(RULE)?;
                        max_size = Some(c.number64(RULE)?);
                    }
                    words::DEPTH => {
                        c.sp(RULE)?;
                        depth = Some(c.atom_value(RULE)?);
                    }
                    _ => return Err(c.error(Kind::UnknownKeyword, RULE)),
                }
                Ok(())
            })
        };
        let before = self.peek() == Some(b'(');
        if before {
            options(self)?;
            self.sp(RULE)?;
        }
        let mailbox = self.mailbox()?;
        self.sp(RULE)?;
        // The examples of RFC 5464 §4.2 put the options behind the mailbox.
        if !before && self.peek() == Some(b'(') {
            let mark = self.mark();
            match options(self) {
                Ok(_) => self.sp(RULE)?,
                Err(_) => self.reset(mark),
            }
        }
        let entries = match self.peek() {
            Some(b'(') => self.list(RULE, |c| c.astring_value(RULE))?,
            _ => Vec::from([self.astring_value(RULE)?]),
        };
        Ok(Command::GetMetadata {
            mailbox,
            max_size,
            depth,
            entries,
        })
    }
}

/// Base64 with its padding, as SASL has it (RFC 4648 §4).
pub(crate) fn base64_secret(text: &[u8]) -> Option<Secret> {
    base64::engine::general_purpose::STANDARD
        .decode(text)
        .ok()
        .map(Secret::from)
}

/// A line of an AUTHENTICATE exchange: `base64 CRLF`, or `*` to cancel, which is `None`.
pub(crate) fn sasl_line(line: &[u8]) -> Result<Option<Secret>> {
    let text = line.trim_ascii_end();
    if text == b"*" {
        return Ok(None);
    }
    match base64_secret(text) {
        Some(secret) => Ok(Some(secret)),
        None => Err(ParseError::new(Kind::Impossible, Rule::Base64, 0)),
    }
}

/// `DONE` (RFC 2177)
pub(crate) fn is_done(line: &[u8]) -> bool {
    line.trim_ascii_end().eq_ignore_ascii_case(b"DONE")
}
