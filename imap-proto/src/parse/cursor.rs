//! The reader that every rule uses: a place in a frame, how tolerant to be, and what was repaired.

use alloc::{borrow::Cow, vec::Vec};

use bytes::Bytes;

use crate::{
    error::{ParseError, ParseErrorKind as Kind, Repair, Rule},
    frame::Frame,
    grammar::{self, ASTRING, ATOM, Class, DIGIT},
    parse::{scan::Scan, word},
    types::{
        fetch::Octets,
        syntax::{Repairs, Syntax, Tolerance},
        text::{AString, Atom, Text},
        wire,
    },
};

pub(crate) type Result<T> = core::result::Result<T, ParseError>;

/// A place in a frame.
#[derive(Debug)]
pub(crate) struct Cursor<'a> {
    frame: &'a Bytes,
    holes: &'a [usize],
    rest: &'a [u8],
    syntax: Syntax,
    repairs: Repairs,
    nodes: usize,
}

/// A place to come back to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark<'a> {
    rest: &'a [u8],
    repairs: usize,
}

impl<'a> Mark<'a> {
    /// What was left there.
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(frame: &'a Frame, syntax: &Syntax) -> Self {
        Self {
            frame: frame.bytes(),
            holes: frame.holes(),
            rest: frame.bytes(),
            syntax: *syntax,
            repairs: Repairs::NONE,
            nodes: 0,
        }
    }

    /// A cursor over text that has no line end and no holes.
    pub(crate) fn over(text: &'a Bytes, syntax: &Syntax) -> Self {
        Self {
            frame: text,
            holes: &[],
            rest: text,
            syntax: *syntax,
            repairs: Repairs::NONE,
            nodes: 0,
        }
    }

    // Where we are.

    pub(crate) const fn syntax(&self) -> &Syntax {
        &self.syntax
    }

    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(crate) const fn offset(&self) -> usize {
        self.frame.len().saturating_sub(self.rest.len())
    }

    pub(crate) const fn take_repairs(&mut self) -> Repairs {
        core::mem::replace(&mut self.repairs, Repairs::NONE)
    }

    pub(crate) fn is_interop(&self) -> bool {
        self.syntax.tolerance == Tolerance::Interop
    }

    pub(crate) fn mark(&self) -> Mark<'a> {
        Mark {
            rest: self.rest,
            repairs: self.repairs.len(),
        }
    }

    pub(crate) fn reset(&mut self, mark: Mark<'a>) {
        self.rest = mark.rest;
        self.repairs.truncate(mark.repairs);
    }

    /// Back to the start of the frame, as if nothing had been read.
    pub(crate) fn restart(&mut self) {
        self.rest = self.frame;
        self.repairs = Repairs::NONE;
        self.nodes = 0;
    }

    /// Back to `mark`, with what was repaired since then still told.
    pub(crate) const fn rewind(&mut self, mark: Mark<'a>) {
        self.rest = mark.rest;
    }

    /// One octet back: the space that a rule reads which starts with one.
    pub(crate) fn step_back(&mut self) {
        let at = self.offset().saturating_sub(1);
        self.rest = self.frame.get(at..).unwrap_or_default();
    }

    /// On to `rest`, which is an end of what is left.
    #[inline]
    pub(crate) const fn skip_to(&mut self, rest: &'a [u8]) {
        self.rest = rest;
    }

    /// The text since `mark`.
    pub(crate) fn since(&self, mark: Mark<'a>) -> &'a [u8] {
        let len = mark.rest.len().saturating_sub(self.rest.len());
        mark.rest.get(..len).unwrap_or_default()
    }

    /// A part of the frame as a value of its own: a reference count, not a copy.
    pub(crate) fn slice(&self, part: &'a [u8]) -> Bytes {
        match part.is_empty() {
            true => Bytes::new(),
            false => self.frame.slice_ref(part),
        }
    }

    // What is wrong.

    pub(crate) fn error(&self, kind: Kind, rule: Rule) -> ParseError {
        ParseError::new(kind, rule, self.offset())
    }

    /// The next octet cannot stand here.
    #[cold]
    pub(crate) fn unexpected(&self, rule: Rule) -> ParseError {
        match self.rest.first() {
            Some(&byte) => self.error(Kind::UnexpectedByte(byte), rule),
            None => self.error(Kind::UnexpectedEnd, rule),
        }
    }

    /// Goes on with a repair, or refuses it when strict.
    #[cold]
    pub(crate) fn repair(&mut self, repair: Repair, rule: Rule) -> Result<()> {
        match self.syntax.tolerance {
            Tolerance::Strict => Err(self.error(Kind::Refused(repair), rule)),
            Tolerance::Interop => {
                self.repairs.push(repair, self.offset());
                Ok(())
            }
        }
    }

    /// Counts a member of a list against the limit.
    pub(crate) fn count(&mut self, rule: Rule) -> Result<()> {
        self.nodes = self.nodes.saturating_add(1);
        match self.nodes > self.syntax.nodes {
            true => Err(self.error(Kind::TooMany(self.syntax.nodes), rule)),
            false => Ok(()),
        }
    }

    // Single octets.

    #[inline]
    pub(crate) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    pub(crate) fn peek_at(&self, ahead: usize) -> Option<u8> {
        self.rest.get(ahead).copied()
    }

    #[inline]
    pub(crate) fn eat(&mut self, byte: u8) -> bool {
        match self.rest.split_first() {
            Some((&first, rest)) if first == byte => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    #[inline]
    pub(crate) fn expect(&mut self, byte: u8, rule: Rule) -> Result<()> {
        match self.eat(byte) {
            true => Ok(()),
            false => Err(self.unexpected(rule)),
        }
    }

    #[inline]
    pub(crate) fn take(&mut self, len: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at_checked(len).unwrap_or((self.rest, b""));
        self.rest = rest;
        taken
    }

    #[inline]
    pub(crate) fn take_while(&mut self, classes: Class) -> &'a [u8] {
        self.take(grammar::run(self.rest, classes))
    }

    /// A word up to the first octet that is none of `classes`, made ready for a `match`; zero when there is none.
    #[inline]
    pub(crate) fn keyword(&mut self, classes: Class) -> u128 {
        let (word, len) = word::word(self.rest, classes);
        self.take(len);
        word
    }

    /// `tag_no_case`: a fixed word, without regard to case.
    pub(crate) fn eat_word(&mut self, word: &[u8]) -> bool {
        match self.rest.get(..word.len()) {
            Some(head) if head.eq_ignore_ascii_case(word) => {
                self.take(word.len());
                true
            }
            _ => false,
        }
    }

    // White space and line ends.

    /// `SP`: exactly one; more, or a TAB, is a repair.
    #[inline]
    pub(crate) fn sp(&mut self, rule: Rule) -> Result<()> {
        match self.rest {
            [b' ', rest @ ..] if !matches!(rest, [b' ' | b'\t', ..]) => {
                self.rest = rest;
                Ok(())
            }
            [b' ' | b'\t', ..] => {
                self.repair(Repair::ExtraSpace, rule)?;
                self.blanks();
                Ok(())
            }
            _ => Err(self.unexpected(rule)),
        }
    }

    fn blanks(&mut self) {
        while let [b' ' | b'\t', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }

    /// White space where none belongs: before a closing parenthesis or the end of a line.
    #[inline]
    pub(crate) fn stray_space(&mut self, rule: Rule) -> Result<()> {
        match self.rest {
            [b' ' | b'\t', ..] => {
                self.repair(Repair::StraySpace, rule)?;
                self.blanks();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Whether the line ends here, white space not counted.
    #[inline]
    pub(crate) fn at_end(&self) -> bool {
        match self.rest {
            [] | b"\r\n" => true,
            [b'!'..=0xff, ..] => false,
            rest => rest.trim_ascii_start().is_empty(),
        }
    }

    /// `CRLF`, and nothing behind it.
    #[inline]
    pub(crate) fn crlf(&mut self, rule: Rule) -> Result<()> {
        if self.rest == b"\r\n" {
            self.rest = b"";
            return Ok(());
        }
        self.stray_space(rule)?;
        match self.rest {
            b"\r\n" => self.rest = b"",
            b"\n" => {
                self.repair(Repair::BareLf, rule)?;
                self.rest = b"";
            }
            b"\r\r\n" => {
                self.repair(Repair::StraySpace, rule)?;
                self.rest = b"";
            }
            _ => return Err(self.unexpected(rule)),
        }
        Ok(())
    }

    // Lists: members with one space between them, in parentheses.

    /// Whether another member follows the one just read. At the end, the closing parenthesis is skipped.
    #[inline]
    pub(crate) fn next_member(&mut self, rule: Rule) -> Result<bool> {
        match self.rest {
            [b')', rest @ ..] => {
                self.rest = rest;
                Ok(false)
            }
            [b' ', byte, ..] if !matches!(byte, b' ' | b')' | b'\t') => {
                self.take(1);
                Ok(true)
            }
            _ => self.next_member_loosely(rule),
        }
    }

    #[cold]
    fn next_member_loosely(&mut self, rule: Rule) -> Result<bool> {
        match self.rest {
            [b' ' | b'\t', ..] => {
                let mark = self.mark();
                self.blanks();
                let end = self.peek() == Some(b')');
                self.reset(mark);
                let repair = if end {
                    Repair::StraySpace
                } else {
                    Repair::ExtraSpace
                };
                self.repair(repair, rule)?;
                self.blanks();
                self.count(rule)?;
                Ok(!self.eat(b')'))
            }
            // `(a)(b` and `5FLAGS`: the space was forgotten.
            [byte, ..] if !matches!(byte, b'\r' | b'\n') => {
                self.repair(Repair::MissingSpace, rule)?;
                self.count(rule)?;
                Ok(true)
            }
            _ => Err(self.unexpected(rule)),
        }
    }

    /// Behind an opening parenthesis: whether the list has a first member.
    #[inline]
    pub(crate) fn first_member(&mut self, rule: Rule) -> Result<bool> {
        self.stray_space(rule)?;
        Ok(!self.eat(b')'))
    }

    /// `"(" item *(SP item) ")"`, or `"()"`.
    pub(crate) fn list<T>(
        &mut self,
        rule: Rule,
        mut item: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.list_into(rule, Vec::new(), |c, items| {
            items.push(item(c)?);
            Ok(())
        })
    }

    /// The same, where `item` puts what it reads behind the others itself: big items are not moved then.
    #[inline]
    pub(crate) fn list_into<T>(
        &mut self,
        rule: Rule,
        mut items: Vec<T>,
        mut item: impl FnMut(&mut Self, &mut Vec<T>) -> Result<()>,
    ) -> Result<Vec<T>> {
        self.expect(b'(', rule)?;
        let mut more = self.first_member(rule)?;
        while more {
            self.count(rule)?;
            let before = self.rest.len();
            item(self, &mut items)?;
            // An item that takes nothing would be read for ever.
            if self.rest.len() == before {
                return Err(self.unexpected(rule));
            }
            more = self.next_member(rule)?;
        }
        Ok(items)
    }

    /// `item *(SP item)` up to the end of the line.
    pub(crate) fn spaced<T>(
        &mut self,
        rule: Rule,
        mut item: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut items = Vec::new();
        loop {
            self.count(rule)?;
            items.push(item(self)?);
            if self.at_end() || self.peek() != Some(b' ') {
                return Ok(items);
            }
            self.sp(rule)?;
        }
    }

    // Numbers.

    /// `number = 1*DIGIT` below 2^32.
    #[inline]
    pub(crate) fn number(&mut self, rule: Rule) -> Result<u32> {
        let number = self.number64(rule)?;
        u32::try_from(number).map_err(|_| self.error(Kind::NumberRange, rule))
    }

    /// `number64`: below 2^63 (RFC 9051 §9).
    #[inline]
    pub(crate) fn number64(&mut self, rule: Rule) -> Result<u64> {
        /// So many digits fit whatever they are.
        const SURE: usize = 18;
        let (value, len) = word::number(self.rest);
        match len {
            0 => Err(self.unexpected(rule)),
            1..=SURE => {
                self.rest = self.rest.get(len..).unwrap_or_default();
                Ok(value)
            }
            _ => self.long_number(len, rule),
        }
    }

    /// A number that may not fit.
    #[cold]
    fn long_number(&mut self, len: usize, rule: Rule) -> Result<u64> {
        let digits = self.rest.get(..len).unwrap_or_default();
        let value = digits.iter().try_fold(0u64, |value, byte| {
            value
                .checked_mul(10)?
                .checked_add(u64::from(byte.wrapping_sub(b'0')))
                .filter(|value| *value <= i64::MAX.unsigned_abs())
        });
        match value {
            Some(value) => {
                self.take(len);
                Ok(value)
            }
            None => Err(self.error(Kind::NumberRange, rule)),
        }
    }

    /// `nz-number`; a zero is a repair.
    #[inline]
    pub(crate) fn nz_number(&mut self, rule: Rule) -> Result<u32> {
        let number = self.number(rule)?;
        if number == 0 {
            self.repair(Repair::Zero, rule)?;
        }
        Ok(number)
    }

    /// `number64`, where servers are known to send `-1`, `9.3e+06` and the like.
    pub(crate) fn loose_number(&mut self, rule: Rule) -> Result<u64> {
        let mark = self.mark();
        match self.number64(rule) {
            Ok(number) if !matches!(self.peek(), Some(b'.' | b'e' | b'E')) => Ok(number),
            first => {
                self.reset(mark);
                let word = self.take_while(ATOM);
                let whole = grammar::run(word, DIGIT);
                let digits = word.get(..whole).unwrap_or_default();
                if word.first() == Some(&b'-') {
                    self.repair(Repair::Negative, rule)?;
                    return Ok(0);
                }
                if digits.is_empty() {
                    self.reset(mark);
                    return first;
                }
                self.repair(Repair::BadNumber, rule)?;
                let text = core::str::from_utf8(word).unwrap_or_default();
                match text.parse::<f64>() {
                    #[expect(
                        clippy::cast_possible_truncation,
                        clippy::cast_sign_loss,
                        reason = "a float casts to the nearest integer there is"
                    )]
                    Ok(number) if text.contains(['e', 'E', '.']) => Ok(number as u64),
                    _ => Ok(i64::MAX.unsigned_abs()),
                }
            }
        }
    }

    // Words and strings.

    /// `atom`
    #[inline]
    pub(crate) fn atom(&mut self, rule: Rule) -> Result<&'a [u8]> {
        let word = self.take_while(ATOM);
        match word.is_empty() {
            true => Err(self.unexpected(rule)),
            false => Ok(word),
        }
    }

    /// An atom as a value.
    pub(crate) fn atom_value(&mut self, rule: Rule) -> Result<Atom> {
        let word = self.atom(rule)?;
        Ok(Atom::from_parsed(self.ascii(word)))
    }

    /// Octets that are known to be ASCII, as text.
    #[inline]
    pub(crate) fn ascii(&self, word: &'a [u8]) -> Text {
        Text::from_checked(self.slice(word))
    }

    /// Octets as text; those that are no UTF-8 are read as ISO 8859-1.
    pub(crate) fn text(&mut self, octets: &'a [u8], rule: Rule) -> Result<Text> {
        match core::str::from_utf8(octets) {
            Ok(_) => Ok(self.ascii(octets)),
            Err(_) => {
                self.repair(Repair::NotUtf8, rule)?;
                Ok(Text::from_latin1(octets))
            }
        }
    }

    /// `quoted`: what stands between the quotes, and whether it has backslashes.
    #[inline]
    pub(crate) fn quoted(&mut self, rule: Rule) -> Result<(&'a [u8], bool)> {
        let Some(start) = self.rest.strip_prefix(b"\"") else {
            return Err(self.unexpected(rule));
        };
        let len = grammar::quoted_run(start);
        if let Some([b'"', rest @ ..]) = start.get(len..) {
            if matches!(rest, [] | [b' ' | b')' | b'\r' | b']' | b'\n' | b'(', ..]) {
                self.rest = rest;
                return Ok((start.get(..len).unwrap_or_default(), false));
            }
        }
        self.quoted_slowly(rule)
    }

    /// A quoted string that holds more than plain ASCII.
    fn quoted_slowly(&mut self, rule: Rule) -> Result<(&'a [u8], bool)> {
        self.expect(b'"', rule)?;
        let start = self.rest;
        let mut escaped = false;
        let mut eight_bit = false;
        loop {
            self.take(grammar::quoted_run(self.rest));
            match self.rest {
                [b'"', rest @ ..] => {
                    // A quote with no delimiter behind it is one that should have had a backslash.
                    let ends = matches!(rest, [] | [b' ' | b')' | b'\r' | b']' | b'\n' | b'(', ..]);
                    if ends || !self.is_interop() || memchr::memchr(b'"', rest).is_none() {
                        let len = start.len().saturating_sub(self.rest.len());
                        self.rest = rest;
                        return Ok((start.get(..len).unwrap_or_default(), escaped));
                    }
                    self.repair(Repair::UnescapedQuote, rule)?;
                    self.take(1);
                }
                [b'\\', b'"' | b'\\', rest @ ..] => {
                    escaped = true;
                    self.rest = rest;
                }
                [b'\\', byte, ..] if !matches!(byte, b'\r' | b'\n') => {
                    self.repair(Repair::BadEscape, rule)?;
                    // The backslash stays: it was meant as one.
                    self.take(1);
                    if self.peek().is_some_and(|byte| byte >= 0x80) {
                        continue;
                    }
                    self.take(1);
                }
                [byte, ..] if *byte >= 0x80 => {
                    if !eight_bit && !self.syntax.utf8 {
                        self.repair(Repair::EightBit, rule)?;
                    }
                    eight_bit = true;
                    self.take(1);
                }
                [0, ..] => {
                    self.repair(Repair::Nul, rule)?;
                    self.take(1);
                }
                _ => return Err(self.unexpected(rule)),
            }
        }
    }

    /// `literal` or `literal8`: its octets, or how many there were if they are not in the frame.
    pub(crate) fn literal(&mut self, rule: Rule) -> Result<core::result::Result<&'a [u8], u64>> {
        self.eat(b'~');
        self.expect(b'{', rule)?;
        let size = self.number64(rule)?;
        self.eat(b'+');
        self.expect(b'}', rule)?;
        self.stray_space(rule)?;
        if self.eat(b'\r') {
            self.expect(b'\n', rule)?;
        } else {
            if self.peek() != Some(b'\n') {
                return Err(self.unexpected(rule));
            }
            self.repair(Repair::BareLf, rule)?;
            self.take(1);
        }
        if self.has_hole_here() {
            return Ok(Err(size));
        }
        let len = usize::try_from(size).unwrap_or(usize::MAX);
        match self.rest.len() >= len {
            true => Ok(Ok(self.take(len))),
            false => Err(ParseError::new(Kind::UnexpectedEnd, rule, self.frame.len())),
        }
    }

    /// Whether the octets of the literal whose header ends here are not in the frame.
    pub(crate) fn has_hole_here(&self) -> bool {
        !self.holes.is_empty() && self.holes.contains(&self.offset())
    }

    /// Whether a literal starts here.
    pub(crate) fn at_literal(&self) -> bool {
        matches!(self.rest, [b'{', ..] | [b'~', b'{', ..])
    }

    /// `string`: quoted or a literal, unescaped.
    pub(crate) fn string(&mut self, rule: Rule) -> Result<Cow<'a, [u8]>> {
        if self.at_literal() {
            return match self.literal(rule)? {
                Ok(octets) => Ok(Cow::Borrowed(octets)),
                Err(_) => Err(self.error(Kind::Impossible, rule)),
            };
        }
        let (text, escaped) = self.quoted(rule)?;
        Ok(match escaped {
            true => wire::unescape(text),
            false => Cow::Borrowed(text),
        })
    }

    /// Octets as a value; copied only if something was unescaped.
    pub(crate) fn own(&self, octets: Cow<'a, [u8]>) -> Bytes {
        match octets {
            Cow::Borrowed(octets) => self.slice(octets),
            Cow::Owned(octets) => Bytes::from(octets),
        }
    }

    /// `astring = 1*ASTRING-CHAR / string`
    #[inline]
    pub(crate) fn astring(&mut self, rule: Rule) -> Result<Cow<'a, [u8]>> {
        match self.peek() {
            Some(b'"' | b'{') => self.string(rule),
            Some(b'~') if self.at_literal() => self.string(rule),
            _ => self.word(ASTRING, rule).map(Cow::Borrowed),
        }
    }

    /// Octets of `classes`; others that no delimiter is are a repair.
    pub(crate) fn word(&mut self, classes: Class, rule: Rule) -> Result<&'a [u8]> {
        let mark = self.mark();
        loop {
            self.take_while(classes);
            match self.peek() {
                Some(byte) if byte >= 0x80 => {
                    if !self.syntax.utf8 {
                        self.repair(Repair::EightBit, rule)?;
                    }
                    while self.peek().is_some_and(|byte| byte >= 0x80) {
                        self.take(1);
                    }
                }
                // `[Gmail]/All`, `a\b`, `x"y`, `50%`: nothing that ends a word.
                Some(b']' | b'\\' | b'%' | b'*' | b'"' | b'{')
                    if self.is_interop() && self.rest.len() != mark.rest.len() =>
                {
                    self.repair(Repair::UnquotedSpecial, rule)?;
                    self.take(1);
                }
                _ => break,
            }
        }
        let word = self.since(mark);
        match word.is_empty() {
            true => Err(self.unexpected(rule)),
            false => Ok(word),
        }
    }

    /// An astring as a value.
    pub(crate) fn astring_value(&mut self, rule: Rule) -> Result<AString> {
        // Most are a word, or ASCII in quotes.
        let mut scan = Scan::new(self.rest);
        let octets = match scan.peek() {
            Some(b'"') => match scan.string() {
                Some([_, text @ .., _]) => Some(text),
                _ => None,
            },
            _ => Some(scan.run(ASTRING)).filter(|word| !word.is_empty()),
        };
        if let (Some(octets), Some(b' ' | b')' | b'\r')) = (octets, scan.peek()) {
            self.take(scan.passed());
            return Ok(AString::from(self.slice(octets)));
        }
        let octets = self.astring(rule)?;
        Ok(AString::from(self.own(octets)))
    }

    /// `nil = "NIL"`
    #[inline]
    pub(crate) fn nil(&mut self) -> bool {
        match self.rest {
            [b'N' | b'n', b'I' | b'i', b'L' | b'l', rest @ ..]
                if !rest.first().is_some_and(|byte| grammar::is(*byte, ATOM)) =>
            {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// `nstring = string / nil`; an atom is a repair.
    pub(crate) fn nstring(&mut self, rule: Rule) -> Result<Option<Cow<'a, [u8]>>> {
        if self.nil() {
            return Ok(None);
        }
        match self.peek() {
            Some(b'"' | b'{' | b'~') => self.string(rule).map(Some),
            _ => {
                let mark = self.mark();
                let word = self.word(ATOM, rule)?;
                let after = self.mark();
                self.reset(mark);
                self.repair(Repair::WrongString, rule)?;
                self.rest = after.rest;
                Ok(Some(Cow::Borrowed(word)))
            }
        }
    }

    /// An nstring as a value.
    pub(crate) fn nstring_value(&mut self, rule: Rule) -> Result<Option<AString>> {
        let octets = self.nstring(rule)?;
        Ok(octets.map(|octets| AString::from(self.own(octets))))
    }

    /// `nstring` whose literal may have been streamed.
    pub(crate) fn octets(&mut self, rule: Rule) -> Result<Octets> {
        if self.at_literal() {
            return Ok(match self.literal(rule)? {
                Ok(octets) => Octets::Bytes(self.slice(octets)),
                Err(size) => Octets::Streamed(size),
            });
        }
        Ok(match self.nstring(rule)? {
            Some(octets) => Octets::Bytes(self.own(octets)),
            None => Octets::Nil,
        })
    }

    /// A string as text.
    pub(crate) fn string_text(&mut self, rule: Rule) -> Result<Text> {
        match self.astring(rule)? {
            Cow::Borrowed(octets) => self.text(octets, rule),
            Cow::Owned(octets) => Ok(AString::from(Bytes::from(octets)).to_text()),
        }
    }
}
