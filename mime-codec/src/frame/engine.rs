//! The one engine that finds the structure of a message, for the index and for the stream alike.
//!
//! [`Engine::step`] looks at the front of what has not been taken yet and says what stands there and how
//! long it is. It keeps offsets and open boundaries, never octets; whatever it says depends on the octets
//! alone and not on how they were cut into pieces, but for the cuts inside a run of content.
//!
//! It knows no field: at the end of a header the caller says what the part is ([`Engine::enter`]).

#![allow(
    clippy::arithmetic_side_effects,
    reason = "every sum and difference is of offsets into one slice, which are bounded by its length"
)]

use alloc::vec::Vec;

use memchr::{memchr, memmem};

use super::{
    Limits,
    stack::{Boundary, Level, Stack},
};
use crate::{
    error::{Problem, ProblemCode, Span, to_u64},
    grammar::{
        is_wsp,
        sixteen::{find, find_in_line},
        slice,
    },
};

/// How many blanks may follow a boundary on its line (transport padding) before it is taken as content.
const PADDING: usize = 1000;

/// So many dashes are few, whatever was expected.
const DASHES: u32 = 64;

/// What stands at the front of the input; its octets are taken with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Nothing can be said before there is more input.
    More,
    /// A part begins here.
    PartStart,
    /// A whole header field with its line end.
    Field { len: usize, colon: Option<Colon> },
    /// More of the field before, or, with `fresh`, of a field without a name: past a limit.
    FieldRest { len: usize, fresh: bool },
    /// The empty line; `len` is 0 where it is missing. The engine waits for [`Engine::enter`].
    HeaderEnd { len: usize },
    /// A run of octets of a body, a preamble or an epilogue.
    Content { len: usize, place: Place },
    /// The innermost open part ended where the engine stands.
    PartEnd,
    /// A boundary line with the line break before it.
    Delimiter { len: usize, close: bool },
    /// Nothing follows.
    End,
}

/// Where the name of a field ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Colon {
    /// Where the colon stands, counted from the start of the field.
    pub(crate) at: usize,
    /// Blanks stand before it.
    pub(crate) blank: bool,
}

impl Colon {
    fn new(field: &[u8], at: usize) -> Self {
        let before = at.checked_sub(1).and_then(|before| field.get(before));
        Self {
            at,
            blank: before.is_some_and(|&b| is_wsp(b)),
        }
    }
}

/// Where content stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Body,
    Preamble,
    Epilogue,
}

/// What the header says that its part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entity<'b> {
    Leaf,
    Multipart(&'b [u8]),
    Message,
}

/// What a part was entered as; the limits may have made a leaf of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entered {
    Leaf,
    Multipart,
    Message,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Start,
    Header,
    /// Inside a field that is longer than its limit.
    LongField,
    /// The header is over its limit: every field that follows is part of one without a name.
    LongHeader {
        fresh: bool,
    },
    Enter,
    Body,
    /// Parts are closing because of a boundary line or the end of the input.
    Closing,
    Done,
}

/// A boundary line that was found and is still to be taken.
#[derive(Clone, Copy, Debug)]
struct Match {
    len: usize,
    level: usize,
    close: bool,
}

enum Verdict {
    No,
    Need,
    Yes(Match),
}

#[derive(Clone, Debug)]
pub(crate) struct Engine {
    limits: Limits,
    state: State,
    /// The offset of the front of the input in the message.
    pos: u64,
    /// How far into the input the end of the current field was looked for.
    scanned: usize,
    /// The body begins a line where the engine stands.
    line_start: bool,
    /// The current part is not on the stack: it is in its header, or is a leaf.
    leaf: bool,
    stack: Stack,
    found: Option<Match>,
    parts: usize,
    fields: usize,
    header_start: u64,
    finder: Option<memmem::Finder<'static>>,
    /// How many more dashes that begin no boundary line are looked at one by one.
    dashes: u32,
    problems: Vec<Problem>,
    reported: usize,
}

impl Engine {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            state: State::Start,
            pos: 0,
            scanned: 0,
            line_start: true,
            leaf: false,
            stack: Stack::default(),
            found: None,
            parts: 0,
            fields: 0,
            header_start: 0,
            finder: None,
            dashes: 0,
            problems: Vec::new(),
            reported: 0,
        }
    }

    pub(crate) fn position(&self) -> u64 {
        self.pos
    }

    /// How many parts hold the current one.
    pub(crate) fn depth(&self) -> usize {
        self.stack.len()
    }

    pub(crate) fn has_problems(&self) -> bool {
        !self.problems.is_empty()
    }

    pub(crate) fn take_problems(&mut self) -> Vec<Problem> {
        core::mem::take(&mut self.problems)
    }

    /// Notes a problem in the current part, up to the limit.
    pub(crate) fn report(&mut self, problem: Problem) {
        self.reported += 1;
        let part = u32::try_from(self.parts.saturating_sub(1)).unwrap_or(u32::MAX);
        if self.reported < self.limits.problems {
            self.problems.push(problem.in_part(part));
        } else if self.reported == self.limits.problems {
            self.problems
                .push(Problem::new(ProblemCode::MoreProblems, problem.span()).in_part(part));
        }
    }

    fn report_here(&mut self, code: ProblemCode, from: usize, len: usize) {
        let start = self.pos + to_u64(from);
        self.report(Problem::new(code, Span::new(start, start + to_u64(len))));
    }

    /// Says what stands at the front of `input`; with `eof`, nothing will ever follow it. `own` is the boundary that the
    /// header has named so far.
    pub(crate) fn step(&mut self, input: &[u8], eof: bool, own: Option<&Boundary>) -> Step {
        let step = match self.state {
            State::Start => self.start(),
            State::Header => self.header(input, eof, own),
            State::LongField => self.long_field(input, eof, own),
            State::LongHeader { .. } => self.header(input, eof, own),
            State::Enter => Step::More,
            State::Body => self.body(input, eof),
            State::Closing => self.closing(),
            State::Done => Step::End,
        };
        let taken = match step {
            Step::Field { len, .. }
            | Step::FieldRest { len, .. }
            | Step::HeaderEnd { len }
            | Step::Content { len, .. }
            | Step::Delimiter { len, .. } => len,
            Step::More | Step::PartStart | Step::PartEnd | Step::End => 0,
        };
        self.pos += to_u64(taken);
        step
    }

    /// Says that in the body to be entered few dashes are to be expected: then one dash is found faster than the start of
    /// a boundary line.
    pub(crate) fn expect_few_dashes(&mut self, few: bool) {
        self.dashes = if few { DASHES } else { 0 };
    }

    /// Goes into the body of the part whose header just ended.
    pub(crate) fn enter(&mut self, entity: Entity<'_>) -> Entered {
        if self.state != State::Enter {
            return Entered::Leaf;
        }
        self.line_start = true;
        self.state = State::Body;
        if entity != Entity::Leaf && self.stack.len() >= self.limits.depth {
            self.report_here(ProblemCode::DepthLimit, 0, 0);
            return Entered::Leaf;
        }
        match entity {
            Entity::Leaf => Entered::Leaf,
            Entity::Multipart(boundary) => {
                self.check_nesting(boundary);
                self.leaf = false;
                self.stack.push(Level::multipart(boundary));
                Entered::Multipart
            }
            // The header was cut off by a boundary line: there is no message.
            Entity::Message if self.found.is_some() => Entered::Leaf,
            Entity::Message if self.parts >= self.limits.parts => {
                self.report_here(ProblemCode::PartLimit, 0, 0);
                Entered::Leaf
            }
            Entity::Message => {
                self.leaf = false;
                self.stack.push(Level::message());
                self.state = State::Start;
                Entered::Message
            }
        }
    }

    fn check_nesting(&mut self, boundary: &[u8]) {
        let mut same = false;
        let mut prefix = false;
        for level in self.stack.iter_mut().filter(|level| level.is_multipart()) {
            same |= level.boundary() == boundary;
            prefix |=
                level.boundary().starts_with(boundary) || boundary.starts_with(level.boundary());
        }
        if same {
            self.report_here(ProblemCode::NestedBoundary, 0, 0);
        } else if prefix {
            self.report_here(ProblemCode::BoundaryPrefix, 0, 0);
        }
    }

    fn start(&mut self) -> Step {
        self.parts += 1;
        self.fields = 0;
        self.header_start = self.pos;
        self.leaf = true;
        self.scanned = 0;
        self.state = State::Header;
        Step::PartStart
    }

    fn header(&mut self, input: &[u8], eof: bool, own: Option<&Boundary>) -> Step {
        if self.scanned == 0 {
            if let Some(step) = self.header_end(input, eof, own) {
                return step;
            }
        }
        let limit = self.limits.field_octets.max(1);
        let visible = slice(input, 0, limit);
        let mut at = self.scanned;
        let mut first_line = None;
        let end = loop {
            match memchr(b'\n', slice(visible, at, visible.len())) {
                Some(found) => {
                    at += found;
                    first_line = first_line.or((self.scanned == 0).then_some(at));
                }
                None => {
                    at = visible.len();
                    break None;
                }
            }
            match input.get(at + 1) {
                Some(&next) if is_wsp(next) => at += 1,
                Some(_) => break Some(at + 1),
                None if eof => break Some(at + 1),
                None => break None,
            }
        };
        let line = |len| {
            first_line
                .or_else(|| memchr(b'\n', slice(input, 0, len)))
                .unwrap_or(len)
        };
        match end {
            Some(len) => self.field(input, len, line(len)),
            None if input.len() > limit => {
                self.report_here(ProblemCode::FieldLimit, 0, limit);
                let step = self.field(input, limit, line(limit));
                if self.state == State::Header {
                    self.state = State::LongField;
                }
                step
            }
            None if eof => self.field(input, input.len(), line(input.len())),
            None => {
                self.scanned = at;
                Step::More
            }
        }
    }

    /// The length and the colon of the field at the front of `input`, behind which nothing will follow: what nearly every
    /// field is, found without a detour. Anything else, and every limit, is left to [`Engine::step`].
    #[inline(always)]
    pub(crate) fn plain_field(&mut self, input: &[u8]) -> Option<(usize, Colon)> {
        if self.state != State::Header
            || self.scanned != 0
            || matches!(input.first()?, b'\r' | b'\n' | b'-' | b' ' | b'\t')
        {
            return None;
        }
        let mut len = find_in_line(b'\n', input)? + 1;
        let colon = find(b':', slice(input, 0, len))?;
        while input.get(len).is_some_and(|&next| is_wsp(next)) {
            len += find_in_line(b'\n', slice(input, len, input.len()))? + 1;
        }
        let octets = self.pos - self.header_start + to_u64(len);
        if len > self.limits.field_octets
            || self.fields >= self.limits.fields
            || octets > to_u64(self.limits.header_octets)
        {
            return None;
        }
        self.fields += 1;
        self.pos += to_u64(len);
        Some((len, Colon::new(input, colon)))
    }

    /// One field of `len` octets was found, `line` of them on its first line.
    fn field(&mut self, input: &[u8], len: usize, line: usize) -> Step {
        self.scanned = 0;
        if let State::LongHeader { fresh } = self.state {
            self.state = State::LongHeader { fresh: false };
            return Step::FieldRest { len, fresh };
        }
        let octets = self.pos - self.header_start + to_u64(len);
        if self.fields >= self.limits.fields || octets > to_u64(self.limits.header_octets) {
            self.report_here(ProblemCode::HeaderLimit, 0, len);
            self.state = State::LongHeader { fresh: false };
            return Step::FieldRest { len, fresh: true };
        }
        self.fields += 1;
        let colon = match input.first() {
            Some(&first) if !is_wsp(first) => memchr(b':', slice(input, 0, line)),
            _ => None,
        };
        let colon = colon.map(|at| Colon::new(input, at));
        if colon.is_none() {
            let leading = self.fields == 1 && input.first().is_some_and(|&b| is_wsp(b));
            let code = if leading {
                ProblemCode::LeadingContinuation
            } else {
                ProblemCode::FieldWithoutColon
            };
            self.report_here(code, 0, len);
        }
        Step::Field { len, colon }
    }

    /// The rest of a field that is longer than its limit.
    fn long_field(&mut self, input: &[u8], eof: bool, own: Option<&Boundary>) -> Step {
        let mut at = 0;
        while let Some(found) = memchr(b'\n', slice(input, at, input.len())) {
            at += found;
            match input.get(at + 1) {
                Some(&next) if is_wsp(next) => at += 1,
                None if !eof => {
                    return if at == 0 {
                        Step::More
                    } else {
                        Step::FieldRest {
                            len: at,
                            fresh: false,
                        }
                    };
                }
                _ => {
                    self.state = State::Header;
                    return Step::FieldRest {
                        len: at + 1,
                        fresh: false,
                    };
                }
            }
        }
        match input.len() {
            0 if eof => {
                self.state = State::Header;
                self.header(input, eof, own)
            }
            0 => Step::More,
            len => Step::FieldRest { len, fresh: false },
        }
    }

    /// The end of the header, if the input begins with it. A boundary line ends one too: that of a part around this one, or
    /// of one inside.
    fn header_end(&mut self, input: &[u8], eof: bool, own: Option<&Boundary>) -> Option<Step> {
        match input.first() {
            None if eof => Some(self.end_header(0, None)),
            None => Some(Step::More),
            Some(b'\n') => Some(self.end_header(1, None)),
            Some(b'\r') => {
                let returns = input.iter().take_while(|&&b| b == b'\r').count();
                match input.get(returns) {
                    Some(b'\n') => {
                        if returns > 1 {
                            self.report_here(ProblemCode::OddBlankLine, 0, returns + 1);
                        }
                        Some(self.end_header(returns + 1, None))
                    }
                    None if !eof && returns < self.limits.field_octets => Some(Step::More),
                    _ => None,
                }
            }
            Some(b'-') if self.stack.len() > 0 || own.is_some() => {
                let found = match self.delimiter(input, 0, eof) {
                    Verdict::Need => return Some(Step::More),
                    Verdict::Yes(found) => Some(found),
                    Verdict::No => {
                        match is_delimiter(input.strip_prefix(b"--")?, own?.get(), eof) {
                            Line::Need => return Some(Step::More),
                            Line::Delimiter { .. } => None,
                            Line::Near | Line::Other => return None,
                        }
                    }
                };
                self.report_here(ProblemCode::MissingBlankLine, 0, 0);
                Some(self.end_header(0, found))
            }
            Some(_) => None,
        }
    }

    fn end_header(&mut self, len: usize, found: Option<Match>) -> Step {
        self.state = State::Enter;
        self.found = found;
        self.scanned = 0;
        Step::HeaderEnd { len }
    }

    fn place(&mut self) -> Place {
        if self.leaf {
            return Place::Body;
        }
        match self.stack.last_mut() {
            Some(level) if !level.closed => Place::Preamble,
            _ => Place::Epilogue,
        }
    }

    fn body(&mut self, input: &[u8], eof: bool) -> Step {
        if self.found.is_some() {
            self.state = State::Closing;
            return self.closing();
        }
        if input.is_empty() {
            if eof {
                self.state = State::Closing;
                return self.closing();
            }
            return Step::More;
        }
        let place = self.place();
        if self.stack.len() == 0 {
            return Step::Content {
                len: input.len(),
                place,
            };
        }
        if self.line_start {
            match self.delimiter(input, 0, eof) {
                Verdict::Need => return Step::More,
                Verdict::Yes(found) => {
                    self.found = Some(found);
                    self.state = State::Closing;
                    return self.closing();
                }
                Verdict::No => self.line_start = false,
            }
        }
        let end = match self.next_delimiter(input, eof) {
            Found::Match(at, found) => {
                self.found = Some(found);
                at
            }
            Found::Maybe(at) => at,
            Found::None if eof => input.len(),
            Found::None => input.len() - held_back(input),
        };
        match end {
            0 if self.found.is_some() => {
                self.state = State::Closing;
                self.closing()
            }
            0 => Step::More,
            len => Step::Content { len, place },
        }
    }

    /// Looks for the next boundary line that has a line break before it; gives where the break begins.
    fn next_delimiter(&mut self, input: &[u8], eof: bool) -> Found {
        let mut at = 0;
        loop {
            let Some(found) = self.find_dashes(slice(input, at, input.len())) else {
                return Found::None;
            };
            let newline = at + found;
            let break_start = match newline.checked_sub(1).map(|before| input.get(before)) {
                Some(Some(b'\r')) => newline - 1,
                _ => newline,
            };
            match self.delimiter(slice(input, newline + 1, input.len()), newline + 1, eof) {
                Verdict::Yes(mut found) => {
                    found.len += newline + 1 - break_start;
                    return Found::Match(break_start, found);
                }
                Verdict::Need => return Found::Maybe(break_start),
                Verdict::No => at = newline + 1,
            }
        }
    }

    /// Where a line begins with two dashes: its line break.
    fn find_dashes(&mut self, input: &[u8]) -> Option<usize> {
        let mut at = 0;
        while self.dashes > 0 {
            let dash = at + memchr(b'-', slice(input, at, input.len()))?;
            let around = dash.checked_sub(1).and_then(|before| input.get(before..));
            if around.is_some_and(|around| around.starts_with(b"\n--")) {
                return Some(dash - 1);
            }
            self.dashes -= 1;
            at = dash + 1;
        }
        let finder = self
            .finder
            .get_or_insert_with(|| memmem::Finder::new(b"\n--"));
        Some(at + finder.find(slice(input, at, input.len()))?)
    }

    /// Is the line that begins here a boundary line of an open part? `at` is its place in the input.
    fn delimiter(&mut self, line: &[u8], at: usize, eof: bool) -> Verdict {
        let Some(behind) = line.strip_prefix(b"--") else {
            return if !eof && b"--".starts_with(line) {
                Verdict::Need
            } else {
                Verdict::No
            };
        };
        let mut odd = None;
        for level in (0..self.stack.len()).rev() {
            let Some(open) = self.stack.get(level).filter(|level| level.is_multipart()) else {
                continue;
            };
            match is_delimiter(behind, open.boundary(), eof) {
                Line::Need => return Verdict::Need,
                Line::Delimiter { .. } if open.closed => {
                    odd = Some(ProblemCode::DelimiterAfterClose);
                }
                Line::Delimiter { len, close } => {
                    return Verdict::Yes(Match { len, level, close });
                }
                Line::Near => odd = odd.or(Some(ProblemCode::NearDelimiter)),
                Line::Other => {}
            }
        }
        if let Some(code) = odd {
            // The span is the part of the line that is sure to be there in any cut of the input.
            self.report_here(code, at, 2);
        }
        Verdict::No
    }

    /// Ends one part after the other until the boundary line, or the end of the input, is on top.
    fn closing(&mut self) -> Step {
        let keep = self.found.map_or(0, |found| found.level + 1);
        if self.leaf {
            self.leaf = false;
            return Step::PartEnd;
        }
        if self.stack.len() > keep {
            if let Some(level) = self.stack.last_mut() {
                if !level.delimited {
                    self.report_here(ProblemCode::MissingDelimiter, 0, 0);
                } else if !level.closed {
                    self.report_here(ProblemCode::MissingClose, 0, 0);
                }
            }
            self.stack.pop();
            return Step::PartEnd;
        }
        let Some(found) = self.found.take() else {
            self.state = State::Done;
            return Step::End;
        };
        self.line_start = true;
        let full = self.parts >= self.limits.parts && !found.close;
        if let Some(level) = self.stack.last_mut() {
            level.delimited = true;
            level.closed = found.close || full;
        }
        if full {
            self.report_here(ProblemCode::PartLimit, 0, found.len);
        }
        self.state = if found.close || full {
            State::Body
        } else {
            State::Start
        };
        Step::Delimiter {
            len: found.len,
            close: found.close,
        }
    }
}

/// What a line is to a boundary.
enum Line {
    /// `len` octets, the line end among them.
    Delimiter {
        len: usize,
        close: bool,
    },
    /// It begins as one.
    Near,
    Other,
    /// More of it must be known.
    Need,
}

/// Whether what is behind two dashes is the rest of `delimiter transport-padding CRLF` or of `close-delimiter
/// transport-padding` (RFC 2046 §5.1.1).
#[inline(always)]
fn is_delimiter(behind: &[u8], boundary: &[u8], eof: bool) -> Line {
    let need = |start: &[u8], rest: &[u8]| !eof && start.starts_with(rest);
    let Some(tail) = behind.strip_prefix(boundary) else {
        return if need(boundary, behind) {
            Line::Need
        } else {
            Line::Other
        };
    };
    let (close, after) = match tail.strip_prefix(b"--") {
        Some(after) => (true, after),
        None if need(b"--", tail) => return Line::Need,
        None => (false, tail),
    };
    let blanks = after.iter().take_while(|&&b| is_wsp(b)).count();
    let returns = slice(after, blanks, after.len())
        .iter()
        .take_while(|&&b| b == b'\r')
        .count();
    let end = blanks + returns;
    let line_end = match after.get(end) {
        _ if blanks > PADDING || returns > PADDING => return Line::Near,
        Some(b'\n') => 1,
        Some(_) => return Line::Near,
        None if eof => 0,
        None => return Line::Need,
    };
    let len = 2 + boundary.len() + if close { 2 } else { 0 } + end + line_end;
    Line::Delimiter { len, close }
}

enum Found {
    Match(usize, Match),
    Maybe(usize),
    None,
}

/// How many octets at the end of `input` may be the line break and dashes of a boundary line.
fn held_back(input: &[u8]) -> usize {
    const STARTS: [&[u8]; 5] = [b"\r\n-", b"\n-", b"\r\n", b"\n", b"\r"];
    STARTS
        .iter()
        .find(|start| input.ends_with(start))
        .map_or(0, |start| start.len())
}
