//! The canonical forms that a DKIM signature is over (RFC 6376 §3.4).

use memchr::memchr;

use crate::{
    grammar::{is_wsp, slice},
    types::{field::Field, part::Part},
};

/// How much a message may change on its way without breaking its signature (RFC 6376 §3.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "RFC 6376 knows these two")]
pub enum Canonicalization {
    /// Not at all, but for empty lines at the end.
    #[default]
    Simple,
    /// White space may change, and the case of field names.
    Relaxed,
}

impl<'a> Field<'a> {
    /// The field in its canonical form, its CRLF included, octet by octet. A line that ends with LF alone, as in mail that
    /// was stored, ends with CRLF, as it did when it was signed.
    ///
    /// ```
    /// use mailweft_mime::{Canonicalization, Message};
    ///
    /// let message = Message::parse("A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n");
    /// let field = message.root().field("B").unwrap();
    /// let octets: Vec<u8> = field.canonical(Canonicalization::Relaxed).collect();
    /// assert_eq!(octets, b"b:Y Z\r\n");
    /// ```
    pub fn canonical(self, form: Canonicalization) -> impl Iterator<Item = u8> + use<'a> {
        let simple = form == Canonicalization::Simple;
        let raw: &[u8] = if simple { self.raw() } else { &[] };
        let raw = raw.strip_suffix(b"\n").unwrap_or(raw);
        let raw = raw.strip_suffix(b"\r").unwrap_or(raw);
        let mut after_cr = false;
        let lines = raw.iter().flat_map(move |&b| {
            let after_cr = core::mem::replace(&mut after_cr, b == b'\r');
            let missing = (b == b'\n' && !after_cr).then_some(b'\r');
            missing.into_iter().chain([b])
        });
        let (name, value): (&[u8], &[u8]) = if simple {
            (&[], &[])
        } else {
            (self.name(), self.raw_value())
        };
        let unfolded = value.iter().copied().filter(|&b| b != b'\r' && b != b'\n');
        let mut blank = false;
        let squeezed = unfolded.flat_map(move |b| {
            let before = core::mem::replace(&mut blank, is_wsp(b));
            let pair = match (is_wsp(b), before) {
                (true, _) => [None, None],
                (false, true) => [Some(b' '), Some(b)],
                (false, false) => [None, Some(b)],
            };
            pair.into_iter().flatten()
        });
        let name = name.iter().map(u8::to_ascii_lowercase);
        let colon = (!simple).then_some(b':');
        lines
            .chain(name)
            .chain(colon)
            .chain(squeezed)
            .chain(*b"\r\n")
    }
}

impl<'a> Part<'a> {
    /// The body in its canonical form, in pieces to be put together: what the body hash of a signature is over.
    ///
    /// ```
    /// use mailweft_mime::{Canonicalization, Message};
    ///
    /// let message = Message::parse("A: b\r\n\r\n C \r\nD \t E\r\n\r\n\r\n");
    /// let canonical = |form| message.root().canonical_body(form).collect::<Vec<_>>().concat();
    /// assert_eq!(canonical(Canonicalization::Simple), b" C \r\nD \t E\r\n");
    /// assert_eq!(canonical(Canonicalization::Relaxed), b" C\r\nD E\r\n");
    /// ```
    #[must_use]
    pub fn canonical_body(self, form: Canonicalization) -> CanonicalBody<'a> {
        CanonicalBody {
            rest: self.raw_body(),
            line: &[],
            form,
            empty_lines: 0,
            begun: false,
            state: State::LineStart,
        }
    }
}

/// The pieces of a canonical body; made by [`Part::canonical_body`].
#[derive(Clone, Debug)]
pub struct CanonicalBody<'a> {
    rest: &'a [u8],
    /// What is left of the line that is being handed out.
    line: &'a [u8],
    form: Canonicalization,
    /// Empty lines that count only if something follows them.
    empty_lines: usize,
    /// A line with text was handed out.
    begun: bool,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    LineStart,
    EmptyLines,
    Inside,
    Done,
}

impl<'a> CanonicalBody<'a> {
    /// Takes the next line without its end, and without the blanks that the relaxed form drops.
    fn take_line(&mut self) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let end = memchr(b'\n', self.rest);
        let line = slice(self.rest, 0, end.unwrap_or(self.rest.len()));
        self.rest = slice(
            self.rest,
            end.map_or(self.rest.len(), |end| end.saturating_add(1)),
            self.rest.len(),
        );
        let mut line = line.strip_suffix(b"\r").unwrap_or(line);
        if self.form == Canonicalization::Relaxed {
            while let [rest @ .., last] = line {
                if !is_wsp(*last) {
                    break;
                }
                line = rest;
            }
        }
        Some(line)
    }

    /// The next piece of the line: all of it, or words and single blanks.
    fn piece(&mut self) -> &'a [u8] {
        if self.form == Canonicalization::Simple {
            return core::mem::take(&mut self.line);
        }
        let blanks = self.line.iter().take_while(|&&b| is_wsp(b)).count();
        if blanks > 0 {
            self.line = slice(self.line, blanks, self.line.len());
            return b" ";
        }
        let len = self.line.iter().take_while(|&&b| !is_wsp(b)).count();
        let word = slice(self.line, 0, len);
        self.line = slice(self.line, len, self.line.len());
        word
    }
}

impl<'a> Iterator for CanonicalBody<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        loop {
            match self.state {
                State::LineStart => match self.take_line() {
                    Some([]) => self.empty_lines = self.empty_lines.saturating_add(1),
                    Some(line) => {
                        self.line = line;
                        self.state = State::EmptyLines;
                    }
                    None => {
                        self.state = State::Done;
                        // An empty body is one CRLF in the simple form (RFC 6376 §3.4.3).
                        if !self.begun && self.form == Canonicalization::Simple {
                            return Some(b"\r\n");
                        }
                    }
                },
                State::EmptyLines if self.empty_lines > 0 => {
                    self.empty_lines = self.empty_lines.saturating_sub(1);
                    return Some(b"\r\n");
                }
                State::EmptyLines => {
                    self.begun = true;
                    self.state = State::Inside;
                }
                State::Inside if self.line.is_empty() => {
                    self.state = State::LineStart;
                    return Some(b"\r\n");
                }
                State::Inside => return Some(self.piece()),
                State::Done => return None,
            }
        }
    }
}
