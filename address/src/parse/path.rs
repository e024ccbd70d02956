//! `Reverse-path` and `Forward-path` (RFC 5321 §4.1.2).

use bytes::Bytes;

use super::{
    address::{Source, plain_prefix},
    scanner::{Gate, Scanner, Sink},
};
use crate::{
    error::{Diagnosis, Level, ParseError, ParseErrorKind, Rule},
    types::{Address, ForwardPath, Prefix, ReversePath},
};

enum Path {
    Null,
    Postmaster,
    Mailbox(Address),
}

/// `Path = "<" [ A-d-l ":" ] Mailbox ">"`, `"<>"`, or `"<Postmaster>"`; how many octets it took.
fn path(level: Level, input: &Bytes) -> Result<(Path, usize), ParseError> {
    const RULE: Rule = Rule::Path;
    let mut scanner = Scanner::new(input, Gate(level));
    if !scanner.eat(b'<') {
        return Err(scanner.unexpected(RULE));
    }
    if scanner.eat(b'>') {
        return Ok((Path::Null, scanner.at));
    }
    let rest = input.get(1..).unwrap_or_default();
    const POSTMASTER: &[u8] = b"postmaster>";
    if let Some(word) = rest.get(..POSTMASTER.len()) {
        if word.eq_ignore_ascii_case(POSTMASTER) {
            return Ok((Path::Postmaster, POSTMASTER.len().saturating_add(1)));
        }
    }
    scanner.source_route()?;
    let address = scanner.addr_spec()?;
    if !scanner.eat(b'>') {
        return Err(scanner.fail(Diagnosis::UnclosedAngle, RULE));
    }
    Ok((
        Path::Mailbox(address.into_address(Source::Shared(input))),
        scanner.at,
    ))
}

/// What most paths are, without a second look: a canonical address between brackets, and how many octets it took.
#[inline]
fn plain(level: Level, input: &Bytes) -> Option<(Address, usize)> {
    if level == Level::Interoperable {
        return None;
    }
    let rest = input.strip_prefix(b"<")?;
    let (at, end) = plain_prefix(rest).filter(|&(_, end)| rest.get(end) == Some(&b'>'))?;
    let close = end.saturating_add(1);
    let text = Source::Shared(input).text(1..close);
    let used = close.saturating_add(1);
    Some((Address::from_parts(text, at, end), used))
}

impl<S: Sink> Scanner<'_, S> {
    /// `A-d-l ":"` (RFC 5321 §4.1.2), `obs-route` (RFC 5322 §4.4): read, remarked and dropped.
    pub(super) fn source_route(&mut self) -> Result<(), ParseError> {
        const RULE: Rule = Rule::Path;
        let start = self.at;
        if !matches!(self.peek(), Some(b'@' | b',')) {
            return Ok(());
        }
        loop {
            while self.eat(b',') {
                let blank = self.cfws()?;
                self.note_obsolete(&blank)?;
            }
            if !self.eat(b'@') {
                return Err(self.unexpected(RULE));
            }
            self.domain()?;
            match self.peek() {
                Some(b',') => {}
                Some(b':') => break,
                _ => return Err(self.unexpected(RULE)),
            }
        }
        self.bump();
        self.remark(Diagnosis::SourceRoute, start..self.at, RULE)
    }
}

macro_rules! whole_path {
    ($($path:ty),+) => {$(
        impl TryFrom<(Level, Bytes)> for $path {
            type Error = ParseError;

            fn try_from((level, octets): (Level, Bytes)) -> Result<Self, ParseError> {
                let (path, used) = Self::parse_prefix(&octets, level)?;
                match octets.get(used) {
                    None => Ok(path),
                    Some(&byte) => {
                        let kind = ParseErrorKind::UnexpectedByte(byte);
                        Err(ParseError::new(kind, Rule::Path, used))
                    }
                }
            }
        }
    )+};
}

whole_path!(ReversePath, ForwardPath);

impl TryFrom<(Level, &Bytes)> for Prefix<ReversePath> {
    type Error = ParseError;

    fn try_from((level, input): (Level, &Bytes)) -> Result<Self, ParseError> {
        if let Some((address, used)) = plain(level, input) {
            let path = ReversePath::Mailbox(address);
            return Ok(Self { path, used });
        }
        let (path, used) = path(level, input)?;
        let path = match path {
            Path::Null => ReversePath::Null,
            Path::Mailbox(address) => ReversePath::Mailbox(address),
            // A domain is missing where the word ends.
            Path::Postmaster => {
                let at = used.saturating_sub(1);
                let kind = ParseErrorKind::UnexpectedByte(b'>');
                return Err(ParseError::new(kind, Rule::Path, at));
            }
        };
        Ok(Self { path, used })
    }
}

impl TryFrom<(Level, &Bytes)> for Prefix<ForwardPath> {
    type Error = ParseError;

    fn try_from((level, input): (Level, &Bytes)) -> Result<Self, ParseError> {
        if let Some((address, used)) = plain(level, input) {
            let path = ForwardPath::Mailbox(address);
            return Ok(Self { path, used });
        }
        let (path, used) = path(level, input)?;
        let path = match path {
            Path::Null => {
                let kind = ParseErrorKind::UnexpectedByte(b'>');
                return Err(ParseError::new(kind, Rule::Path, 1));
            }
            Path::Postmaster => ForwardPath::Postmaster,
            Path::Mailbox(address) => ForwardPath::Mailbox(address),
        };
        Ok(Self { path, used })
    }
}
