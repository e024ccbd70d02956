//! `Reverse-path` and `Forward-path` (RFC 5321 §4.1.2).

use bytes::Bytes;

use super::{
    address::{Source, plain_prefix},
    scanner::{Gate, Scanner, Sink},
};
use crate::{
    error::{Diagnosis, Level, ParseError, ParseErrorKind, Rule},
    types::{Address, ForwardPath, ReversePath},
};

enum Path {
    Null,
    Postmaster,
    Mailbox(Address),
}

/// `Path = "<" [ A-d-l ":" ] Mailbox ">"`, `"<>"`, or `"<Postmaster>"`; how many octets it took.
fn path(level: Level, source: Source<'_>) -> Result<(Path, usize), ParseError> {
    const RULE: Rule = Rule::Path;
    let input = source.as_slice();
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
    Ok((Path::Mailbox(address.into_address(source)), scanner.at))
}

/// What most paths are, without a second look: a canonical address between brackets, and how many octets it took.
#[inline]
fn plain(level: Level, source: Source<'_>, start: usize) -> Option<(Address, usize)> {
    if level == Level::Interoperable {
        return None;
    }
    let rest = source.as_slice().get(start..)?.strip_prefix(b"<")?;
    let (at, end) = plain_prefix(rest).filter(|&(_, end)| rest.get(end) == Some(&b'>'))?;
    let first = start.saturating_add(1);
    let text = source.text(first..first.saturating_add(end));
    let used = end.saturating_add(2);
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

macro_rules! path_at_the_front {
    ($path:ident, $line:literal, $at:literal, $errors:literal, $other:expr) => {
        impl $path {
            /// Parses the path at the front of `input`, angle brackets included, and tells how many octets
            /// it took. A source route is read and dropped.
            ///
            /// # Errors
            ///
            #[doc = $errors]
            #[inline]
            pub fn parse_prefix(input: &Bytes, level: Level) -> Result<(Self, usize), ParseError> {
                Self::parse_at(input, 0, level)
            }

            /// As [`parse_prefix`](Self::parse_prefix), for the path that begins at `at` in `input`: it needs no slice.
            ///
            /// How many octets it took, and the offset of an error, are counted from there.
            ///
            /// ```
            #[doc = concat!("use mailweft_address::{Level, ", stringify!($path), "};")]
            ///
            #[doc = concat!("let line = bytes::Bytes::from_static(b\"", $line, "\");")]
            #[doc = concat!("let (path, used) = ", stringify!($path), "::parse_at(&line, ", $at, ", Level::Smtp)?;")]
            /// assert_eq!((path.to_string().as_str(), used), ("<joe@example.org>", 17));
            /// # Ok::<(), mailweft_address::ParseError>(())
            /// ```
            ///
            /// # Errors
            ///
            /// As [`parse_prefix`](Self::parse_prefix).
            #[inline]
            pub fn parse_at(
                input: &Bytes,
                at: usize,
                level: Level,
            ) -> Result<(Self, usize), ParseError> {
                if let Some((address, used)) = plain(level, Source::Shared(input), at) {
                    return Ok((Self::Mailbox(address), used));
                }
                let rest = input.slice(at.min(input.len())..);
                Self::from_path(path(level, Source::Shared(&rest))?)
            }

            /// As [`parse_prefix`](Self::parse_prefix), for octets that are not shared: an address that is not short is
            /// copied.
            ///
            /// ```
            #[doc = concat!("use mailweft_address::{Level, ", stringify!($path), "};")]
            ///
            #[doc = concat!("let line = b\"", $line, "\";")]
            #[doc = concat!("let (path, used) = ", stringify!($path), "::parse_front(&line[", $at, "..], Level::Smtp)?;")]
            /// assert_eq!((path.to_string().as_str(), used), ("<joe@example.org>", 17));
            /// # Ok::<(), mailweft_address::ParseError>(())
            /// ```
            ///
            /// # Errors
            ///
            /// As [`parse_prefix`](Self::parse_prefix).
            #[inline]
            pub fn parse_front(input: &[u8], level: Level) -> Result<(Self, usize), ParseError> {
                if let Some((address, used)) = plain(level, Source::Slice(input), 0) {
                    return Ok((Self::Mailbox(address), used));
                }
                Self::from_path(path(level, Source::Slice(input))?)
            }

            fn from_path((path, used): (Path, usize)) -> Result<(Self, usize), ParseError> {
                let other: fn(&Path, usize) -> Result<Self, ParseError> = $other;
                match path {
                    Path::Mailbox(address) => Ok((Self::Mailbox(address), used)),
                    path => other(&path, used).map(|path| (path, used)),
                }
            }
        }
    };
}

path_at_the_front!(
    ReversePath,
    "MAIL FROM:<joe@example.org> X=1",
    10,
    "No `<` at the front, no `>` at the end, and everything that is no address at `level`.",
    |path, used| match path {
        Path::Null => Ok(ReversePath::Null),
        // A domain is missing where the word ends.
        _ => Err(no_angle(used.saturating_sub(1))),
    }
);

path_at_the_front!(
    ForwardPath,
    "RCPT TO:<joe@example.org> X=1",
    8,
    "`<>`, no `<` at the front, no `>` at the end, and everything that is no address at `level`.",
    |path, _| match path {
        Path::Postmaster => Ok(ForwardPath::Postmaster),
        _ => Err(no_angle(1)),
    }
);

/// The path ends where it may not.
const fn no_angle(at: usize) -> ParseError {
    ParseError::new(ParseErrorKind::UnexpectedByte(b'>'), Rule::Path, at)
}
