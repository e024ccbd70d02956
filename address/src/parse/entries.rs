//! Address lists as real mail holds them: everything that can be saved, and what was done to save it.

use alloc::vec::Vec;

use bytes::Bytes;

use super::{
    address::{Source, plain_prefix},
    mailbox::trim,
    scanner::{Notes, Scanner},
};
use crate::{
    error::{Diagnosis, Finding, ParseError, ParseErrorKind, Rule, Span},
    grammar::{MAX_DOMAIN, encoded_word_length, is_delimiter, name_length, plain_word_length},
    types::{Address, Mailbox, MailboxRef, Phrase},
};

/// Reads the body of an address field as it stood in the header, folds included.
///
/// It takes what real mail holds: `;` between mailboxes, unquoted commas and dots in names, brackets, quotes and
/// parentheses that do not pair (RFC 7103 §7.1), empty items, comments anywhere, obsolete routes, groups that do not
/// end. What could not be saved comes as an [`Unparsed`] with its span and reason. No character of an address is
/// ever joined, dropped or invented without a finding. Encoded words stay as they are.
///
/// ```
/// use mailweft_address::{Entry, entries};
///
/// let mut list = entries(b"Doe, Joe <joe@example.org>; junk; =?utf-8?q?J=40?= <j@example.org");
/// let Some(Ok(Entry::Mailbox { mailbox, .. })) = list.next() else { panic!() };
/// assert_eq!(mailbox.name().map(|n| n.text().into_owned()).as_deref(), Some("Doe, Joe"));
/// let Some(Err(junk)) = list.next() else { panic!() };
/// assert_eq!(junk.span(), 28..32);
/// let Some(Ok(Entry::Mailbox { mailbox, findings, .. })) = list.next() else { panic!() };
/// assert_eq!(mailbox.address().as_str(), "j@example.org");
/// assert_eq!(findings.len(), 1);
/// ```
#[must_use]
pub fn entries(header: &[u8]) -> Entries<'_> {
    Entries {
        input: header,
        shared: None,
        text: None,
        at: 0,
        in_group: false,
        quotes_end: false,
        lone_comments: 0,
    }
}

/// One thing that an address list holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Entry {
    /// A mailbox, in a group where one has begun.
    #[non_exhaustive]
    Mailbox {
        /// The mailbox.
        mailbox: Mailbox,
        /// Where it stands.
        span: Span,
        /// What was remarked or mended.
        findings: Vec<Finding>,
    },
    /// `name:`
    #[non_exhaustive]
    GroupStart {
        /// The name of the group.
        name: Phrase,
        /// Where the name stands.
        span: Span,
    },
    /// `;`, or the end of a list that forgot it.
    GroupEnd,
}

/// A piece of an address list that is no mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unparsed {
    span: Span,
    error: ParseError,
}

impl Unparsed {
    /// Where it stands.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span.clone()
    }

    /// Why it is none; its offset counts from the start of the whole list.
    #[must_use]
    pub const fn error(&self) -> ParseError {
        self.error
    }
}

/// The entries of an address list; see [`entries`].
#[derive(Clone, Debug)]
pub struct Entries<'i> {
    input: &'i [u8],
    shared: Option<&'i Bytes>,
    /// Whether all of it is UTF-8, and the text that it is: looked at once, when it is asked for.
    text: Option<Option<&'i str>>,
    at: usize,
    in_group: bool,
    /// Whether a quote was met that nothing closes. Then nothing closes any quote behind it.
    quotes_end: bool,
    /// How many parentheses were met that nothing closes: after a few, none is looked for, so that this stays linear.
    lone_comments: u8,
}

impl<'i> Entries<'i> {
    /// The entries of a list whose octets are shared: names and addresses that are not short are slices of them.
    #[must_use]
    pub fn from_bytes(header: &'i Bytes) -> Self {
        Self {
            shared: Some(header),
            ..entries(header)
        }
    }

    /// The next entry, borrowed, where it is a mailbox in its most usual form. Where it is anything else, and at the
    /// end, this is `None`, and [`next`](Iterator::next) says what it is.
    ///
    /// ```
    /// use mailweft_address::entries;
    ///
    /// let mut list = entries(b"ann@example.org, team:joe@example.org;");
    /// assert_eq!(list.next_plain().map(|ann| ann.address()), Some("ann@example.org"));
    /// assert_eq!(list.next_plain(), None);
    /// assert!(list.next().is_some()); // the group begins
    /// assert_eq!(list.next_plain().map(|joe| joe.address()), Some("joe@example.org"));
    /// ```
    #[inline]
    pub fn next_plain(&mut self) -> Option<MailboxRef<'i>> {
        self.skip_blanks()?;
        let found = self.plain()?;
        let start = self.at;
        let place = |span: Span| start.saturating_add(span.start)..start.saturating_add(span.end);
        let text = *self
            .text
            .get_or_insert_with(|| core::str::from_utf8(self.input).ok());
        let span = place(found.address);
        let address = match text {
            Some(text) => text.get(span)?,
            None => core::str::from_utf8(self.input.get(span)?).ok()?,
        };
        let name = self.input.get(place(0..found.name))?;
        self.at = start.saturating_add(found.end);
        Some(MailboxRef::new(name, address, found.at))
    }

    fn source(&self) -> Source<'i> {
        self.shared
            .map_or(Source::Slice(self.input), Source::Shared)
    }
}

/// How often the end of a comment is looked for in vain.
const LONE_COMMENTS: u8 = 8;

/// The shape of one item: where its parts begin and end.
#[derive(Default)]
struct Shape {
    /// The `<` that opens the address.
    open: Option<usize>,
    /// The first `>` after it, or the first that nothing opened.
    close: Option<usize>,
    /// An at sign outside quotes and comments.
    at_sign: bool,
    /// Commas inside the name of a mailbox whose brackets come later.
    commas: Vec<usize>,
    /// A quote that nothing closes: it is taken for text.
    lone_quote: Option<usize>,
    /// A parenthesis that nothing closes: a comment from there to the end of a name or of the item.
    lone_comment: Option<usize>,
    /// Whether there is anything but comments and blanks.
    words: bool,
    /// One past the last octet.
    end: usize,
    /// The delimiter that ended it.
    stop: Option<u8>,
}

/// A plain mailbox: the places of its parts, counted from its first octet.
struct Plain {
    /// The length of its name.
    name: usize,
    address: Span,
    /// Where the at sign is in that.
    at: usize,
    end: usize,
}

impl Plain {
    /// Whether a delimiter or nothing follows it.
    fn ends(&self, rest: &[u8]) -> bool {
        matches!(rest.get(self.end), None | Some(b',' | b';'))
    }
}

impl Entries<'_> {
    /// Goes past blanks and commas, to the first octet of what stands behind them.
    #[inline]
    fn skip_blanks(&mut self) -> Option<u8> {
        let rest = self.input.get(self.at..).unwrap_or_default();
        let blank = |b: &u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n' | b',');
        let skip = rest.iter().position(|b| !blank(b)).unwrap_or(rest.len());
        self.at = self.at.saturating_add(skip);
        rest.get(skip).copied()
    }

    /// Looks over one item, from its first octet to the delimiter that ends it.
    fn look(&mut self, start: usize) -> Shape {
        let mut shape = Shape::default();
        let mut at = start;
        loop {
            let rest = self.input.get(at..).unwrap_or_default();
            if shape.open.is_none() && rest.first() == Some(&b'=') {
                // No delimiter counts inside an encoded word of a name.
                if let Some(length) = encoded_word_length(rest) {
                    shape.words = true;
                    at = at.saturating_add(length);
                    continue;
                }
            }
            let skip = rest.iter().position(|&b| is_delimiter(b));
            shape.words |= skip.unwrap_or(rest.len()) > 0;
            at = at.saturating_add(skip.unwrap_or(rest.len()));
            let Some(&byte) = self.input.get(at) else {
                shape.end = at;
                return shape;
            };
            match byte {
                b'"' if self.quotes_end => shape.lone_quote = Some(at),
                b'"' => match past_quotes(self.input, at) {
                    Some(end) => at = end,
                    None => {
                        self.quotes_end = true;
                        shape.lone_quote = Some(at);
                    }
                },
                b'(' => match self.past_comment(at) {
                    Some(end) => at = end,
                    // What it holds can be told from what follows it by delimiters alone.
                    None => {
                        shape.lone_comment.get_or_insert(at);
                    }
                },
                b'[' => at = past_literal(self.input, at).unwrap_or(at),
                b'<' if shape.open.is_none() => {
                    shape.open = Some(at);
                }
                b'>' if shape.close.is_none() => shape.close = Some(at),
                b'@' => shape.at_sign = true,
                b',' if shape.open.is_none() && !shape.at_sign && shape.words => {
                    // A name with a comma, or an item that is no address? What follows decides.
                    if !self.comma_in_name(at) {
                        shape.end = at;
                        shape.stop = Some(b',');
                        return shape;
                    }
                    shape.commas.push(at);
                }
                // In brackets a comma belongs to a route, unless the bracket was never closed.
                b',' if shape.open.is_some() && shape.close.is_none() && self.in_route(at) => {}
                b';' | b',' => {
                    shape.end = at;
                    shape.stop = Some(byte);
                    return shape;
                }
                b':' if shape.open.is_none() && !shape.at_sign && shape.words => {
                    shape.end = at;
                    shape.stop = Some(b':');
                    return shape;
                }
                _ => {}
            }
            shape.words |= !matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'(');
            at = at.saturating_add(1);
        }
    }

    /// The parenthesis that closes the comment at `at`.
    fn past_comment(&mut self, at: usize) -> Option<usize> {
        if self.lone_comments >= LONE_COMMENTS {
            return None;
        }
        let (mut depth, mut next) = (0_usize, at);
        while let Some(&byte) = self.input.get(next) {
            match byte {
                b'\\' => next = next.saturating_add(1),
                b'(' => depth = depth.saturating_add(1),
                b')' if depth <= 1 => return Some(next),
                b')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            next = next.saturating_add(1);
        }
        self.lone_comments = self.lone_comments.saturating_add(1);
        None
    }

    /// Whether the text after a comma goes on to `<` before anything that says otherwise. One more
    /// comma is looked past, no more, so that a list of junk stays linear.
    fn comma_in_name(&self, comma: usize) -> bool {
        let mut commas = 0_u8;
        let mut at = comma.saturating_add(1);
        let limit = at.saturating_add(256);
        while at < limit {
            match self.input.get(at) {
                Some(b'<') => {
                    return self
                        .input
                        .get(comma.saturating_add(1)..at)
                        .is_some_and(|name| !name.trim_ascii().is_empty());
                }
                Some(b',') if commas == 0 => commas = 1,
                Some(b'=') => {
                    let rest = self.input.get(at..).unwrap_or_default();
                    if let Some(length) = encoded_word_length(rest) {
                        at = at.saturating_add(length);
                        continue;
                    }
                }
                Some(b'@' | b',' | b';' | b':' | b'>' | b'"' | b'(') | None => return false,
                Some(_) => {}
            }
            at = at.saturating_add(1);
        }
        false
    }

    /// Whether the comma at this place separates the domains of a route: `@a,@b:`.
    fn in_route(&self, comma: usize) -> bool {
        let rest = self
            .input
            .get(comma.saturating_add(1)..)
            .unwrap_or_default();
        rest.iter()
            .take(64)
            .find(|b| !matches!(b, b' ' | b'\t' | b'\r' | b'\n' | b','))
            == Some(&b'@')
    }

    /// What most items are, without a second look: an address, or a name of atoms or in quotes before one
    /// in brackets, where a delimiter or nothing follows. `None` sends it to where everything is read.
    #[inline]
    fn plain(&self) -> Option<Plain> {
        let rest = self.input.get(self.at..)?;
        let bare = |(at, end)| Plain {
            name: 0,
            address: 0..end,
            at,
            end,
        };
        let name = match rest.split_first()? {
            (b'"', _) if self.quotes_end => return None,
            (b'"', inside) => {
                let length = memchr::memchr2(b'"', b'\\', inside)?;
                let (name, behind) = inside.split_at_checked(length)?;
                let looks_plain =
                    behind.starts_with(b"\" <") && memchr::memchr(b'@', name).is_none();
                looks_plain.then_some(length.saturating_add(2))?
            }
            (b'<', _) => 0,
            // What begins as an encoded word is hardly ever an address; if it is one, it is read with care.
            (b'=', behind) if behind.first() == Some(&b'?') => plain_name_length(rest),
            _ => match plain_prefix(rest) {
                Some(address) => return Some(bare(address)).filter(|found| found.ends(rest)),
                None => plain_name_length(rest),
            },
        };
        let blanks = rest.get(name..)?.iter().take_while(|&&b| b == b' ').count();
        let open = name.saturating_add(blanks);
        if rest.get(open) != Some(&b'<') {
            return None;
        }
        let from = open.saturating_add(1);
        let (at, end) = plain_prefix(rest.get(from..)?)?;
        let end = from.saturating_add(end);
        if rest.get(end) != Some(&b'>') {
            return None;
        }
        let found = Plain {
            name,
            address: from..end,
            at,
            end: end.saturating_add(1),
        };
        Some(found).filter(|found| found.ends(rest))
    }

    /// The mailbox that was found here.
    fn plain_mailbox(&mut self, found: Plain) -> Entry {
        let start = self.at;
        let place = |from: usize, to: usize| start.saturating_add(from)..start.saturating_add(to);
        let text = self
            .source()
            .text(place(found.address.start, found.address.end));
        let address = Address::from_parts(text, found.at, found.address.len());
        let span = place(0, found.end);
        self.at = span.end;
        Entry::Mailbox {
            mailbox: if found.name > 0 {
                let name = self.source().octets(place(0, found.name));
                Mailbox::with_phrase(Phrase::from_raw(name), address)
            } else {
                Mailbox::new(address)
            },
            span,
            findings: Vec::new(),
        }
    }

    fn mailbox(&self, start: usize, shape: &Shape) -> Result<Entry, Unparsed> {
        let span = self.trimmed(start..shape.end);
        let mut findings = Vec::new();
        self.mailbox_in(span.clone(), shape, &mut findings)
            .map(|mailbox| Entry::Mailbox {
                mailbox,
                span: span.clone(),
                findings,
            })
            .map_err(|error| Unparsed { span, error })
    }

    fn mailbox_in(
        &self,
        span: Span,
        shape: &Shape,
        findings: &mut Vec<Finding>,
    ) -> Result<Mailbox, ParseError> {
        let mut mended = |diagnosis, span| findings.push(Finding { diagnosis, span });
        let octet = |at: usize| at..at.saturating_add(1);
        for &at in &shape.commas {
            mended(Diagnosis::UnquotedComma, octet(at));
        }
        if let Some(at) = shape.lone_quote {
            mended(Diagnosis::UnclosedQuotedString, octet(at));
        }
        if let Some(at) = shape.lone_comment {
            mended(Diagnosis::UnclosedComment, octet(at));
        }
        let Some(open) = shape.open else {
            let end = shape.close.unwrap_or(span.end);
            if let Some(close) = shape.close {
                mended(Diagnosis::UnopenedAngle, octet(close));
                self.note_tail(self.trimmed(octet(close).end..span.end), findings);
            }
            let inside = self.trimmed(span.start..end);
            let (address, name) = self.bare(&inside, shape.lone_comment, findings)?;
            return Ok(named(name, address));
        };
        let close = shape.close.unwrap_or(span.end);
        if shape.close.is_none() {
            mended(Diagnosis::UnclosedAngle, open..span.end);
        }
        let first = octet(open).end;
        let inside = self.past_each(b'<', first..close);
        let mut tail = self.trimmed(octet(close).end..span.end);
        if self.trimmed(first..close) != inside {
            mended(Diagnosis::RepeatedAngle, open..inside.start);
            tail = self.past_each(b'>', tail);
        }
        let name = self.name(span.start, open, findings);
        let (address, _) = self.bare(&inside, None, findings)?;
        self.note_tail(tail, findings);
        Ok(named(name, address))
    }

    /// What follows the address, unless it is a comment.
    fn note_tail(&self, tail: Span, findings: &mut Vec<Finding>) {
        if !tail.is_empty() && self.input.get(tail.start) != Some(&b'(') {
            findings.push(Finding {
                diagnosis: Diagnosis::TrailingGarbage,
                span: tail,
            });
        }
    }

    /// A span without the brackets at its front and the white space around them.
    fn past_each(&self, bracket: u8, span: Span) -> Span {
        let mut rest = self.trimmed(span);
        while !rest.is_empty() && self.input.get(rest.start) == Some(&bracket) {
            let blanks = self.input.get(rest.clone()).unwrap_or_default();
            let blanks = blanks
                .iter()
                .skip(1)
                .take_while(|b| b.is_ascii_whitespace());
            rest.start = rest.start.saturating_add(1).saturating_add(blanks.count());
        }
        rest
    }

    /// A span without the white space around it.
    fn trimmed(&self, span: Span) -> Span {
        trim(self.input.get(span.clone()).unwrap_or_default(), span.start)
    }

    /// The display name before an angle bracket.
    fn name(&self, start: usize, open: usize, findings: &mut Vec<Finding>) -> Option<Phrase> {
        let span = trim(self.input.get(start..open).unwrap_or_default(), start);
        if span.is_empty() {
            return None;
        }
        let raw = self.input.get(span.clone()).unwrap_or_default();
        if memchr::memchr(b'@', raw).is_some() {
            findings.push(Finding {
                diagnosis: Diagnosis::NameLooksLikeAddress,
                span: span.clone(),
            });
        }
        Some(Phrase::from_raw(self.source().octets(span)))
    }

    /// An address without brackets, and the comment after it that names its owner, as `joe@example.org
    /// (Joe)` does; one that does not end begins at `comment`.
    fn bare(
        &self,
        span: &Span,
        comment: Option<usize>,
        findings: &mut Vec<Finding>,
    ) -> Result<(Address, Option<Phrase>), ParseError> {
        let input = self.input.get(span.clone()).unwrap_or_default();
        if let Some((at, end)) = plain_prefix(input).filter(|&(_, end)| end == input.len()) {
            let text = self
                .source()
                .text(span.start..span.start.saturating_add(end));
            return Ok((Address::from_parts(text, at, end), None));
        }
        // The scanner reads up to the end of this item, but counts from the start of the list.
        let end = comment.unwrap_or(span.end).min(span.end);
        let whole = self.input.get(..end).unwrap_or_default();
        let mut scanner = Scanner::new(whole, Notes(Vec::new()));
        scanner.at = span.start;
        scanner.bare_lf = true;
        scanner.source_route()?;
        let scanned = scanner.addr_spec()?;
        if scanner.at < end {
            let error = ParseErrorKind::UnexpectedByte(scanner.peek().unwrap_or_default());
            return Err(ParseError::new(error, Rule::AddrSpec, scanner.at));
        }
        let comment = trim(
            self.input
                .get(scanned.span.end..span.end)
                .unwrap_or_default(),
            scanned.span.end,
        );
        findings.append(&mut scanner.sink.0);
        // What no level allows is no address, whatever a scanner could make of it.
        if let Some(wrong) = findings
            .iter()
            .find(|f| f.diagnosis.class() == crate::error::Class::Error && !f.diagnosis.is_mended())
        {
            let kind = ParseErrorKind::NotAllowed(wrong.diagnosis);
            return Err(ParseError::new(kind, Rule::AddrSpec, wrong.span.start));
        }
        let named = !comment.is_empty();
        let name = named.then(|| Phrase::from_raw(self.source().octets(comment)));
        // A comment of blanks names nobody.
        let name = name.filter(|name| !name.octets().trim_ascii().is_empty());
        Ok((scanned.into_address(self.source()), name))
    }
}

/// The length of a name of atoms, dots, single blanks, and encoded words in which nothing could be taken for more.
fn plain_name_length(text: &[u8]) -> usize {
    let mut rest = text;
    loop {
        rest = rest.get(name_length(rest)..).unwrap_or_default();
        match plain_word_length(rest).and_then(|length| rest.get(length..)) {
            Some(behind) => rest = behind,
            None => break,
        }
    }
    let length = text.len().saturating_sub(rest.len());
    let name = text.get(..length).unwrap_or_default();
    name.trim_ascii_end().len()
}

/// The quote that closes the one at `at`. Where there is none, every quote behind it is escaped as
/// seen from here, and so has none either: looking in vain needs to be done once for a list.
fn past_quotes(input: &[u8], at: usize) -> Option<usize> {
    let mut next = at.saturating_add(1);
    loop {
        let found = memchr::memchr2(b'"', b'\\', input.get(next..)?)?;
        next = next.saturating_add(found);
        if input.get(next) == Some(&b'"') {
            return Some(next);
        }
        next = next.saturating_add(2);
    }
}

/// The bracket that closes the domain literal at `at`, where an at sign is before it. No domain is longer
/// than the octets that are looked at.
fn past_literal(input: &[u8], at: usize) -> Option<usize> {
    let (before, literal) = input.split_at_checked(at)?;
    if before.trim_ascii_end().last() != Some(&b'@') {
        return None;
    }
    let mut rest = literal.iter().enumerate().skip(1).take(2 * MAX_DOMAIN);
    while let Some((length, &byte)) = rest.next() {
        match byte {
            b']' => return Some(at.saturating_add(length)),
            b'\\' => {
                rest.next();
            }
            _ => {}
        }
    }
    None
}

/// A mailbox with or without a name.
fn named(name: Option<Phrase>, address: Address) -> Mailbox {
    match name {
        Some(name) => Mailbox::with_phrase(name, address),
        None => Mailbox::new(address),
    }
}

impl Iterator for Entries<'_> {
    type Item = Result<Entry, Unparsed>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let Some(first) = self.skip_blanks() else {
                return core::mem::take(&mut self.in_group).then_some(Ok(Entry::GroupEnd));
            };
            if first == b';' {
                self.at = self.at.saturating_add(1);
                if core::mem::take(&mut self.in_group) {
                    return Some(Ok(Entry::GroupEnd));
                }
                continue;
            }
            if let Some(found) = self.plain() {
                return Some(Ok(self.plain_mailbox(found)));
            }
            let start = self.at;
            let shape = self.look(start);
            self.at = shape.end;
            if shape.stop == Some(b':') {
                self.at = self.at.saturating_add(1);
                let span = trim(self.input.get(start..shape.end).unwrap_or_default(), start);
                self.in_group = true;
                return Some(Ok(Entry::GroupStart {
                    name: Phrase::from_raw(self.source().octets(span.clone())),
                    span,
                }));
            }
            if !shape.words && shape.open.is_none() {
                continue;
            }
            return Some(self.mailbox(start, &shape));
        }
    }
}
