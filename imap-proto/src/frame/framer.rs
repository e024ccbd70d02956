//! The framer: takes whole commands or responses off the front of a buffer.

use alloc::vec::Vec;

use bytes::{Buf, Bytes, BytesMut};

use super::literal::{self, LiteralHeader};
use crate::grammar;

/// Which side sends what is framed: responses have text in which `{5}` is text, commands have not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a protocol has two sides")]
pub enum Role {
    /// A client frames the responses of a server.
    Client,
    /// A server frames the commands of a client.
    Server,
}

/// What a framer takes at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FrameLimits {
    /// Octets of all lines of one unit, literals not counted.
    pub line: usize,
    /// How many literals one unit may have.
    pub literal_count: usize,
}

impl FrameLimits {
    /// These limits.
    pub const fn new(line: usize, literal_count: usize) -> Self {
        Self {
            line,
            literal_count,
        }
    }
}

/// What becomes of the octets of a literal. Decided when its size is known and before it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Policy {
    /// They become part of the frame.
    Buffer,
    /// They pass as chunks, and leave a hole in the frame.
    Stream,
    /// They are thrown away, and leave a hole in the frame.
    Discard,
    /// They, and the rest of the unit, are thrown away. A synchronising literal is not awaited: the peer will not send it.
    Reject,
}

/// One whole command or response: its lines, and the literals that were kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    bytes: Bytes,
    holes: Vec<usize>,
}

impl Frame {
    /// A frame that has all its literals.
    pub const fn new(bytes: Bytes) -> Self {
        Self {
            bytes,
            holes: Vec::new(),
        }
    }

    /// The octets, with the last line end.
    pub const fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// Where octets of literals are missing: the offsets behind their headers.
    pub fn holes(&self) -> &[usize] {
        &self.holes
    }
}

/// Why a unit was given up. What is left of it is skipped without a further step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// Its lines are longer than the limit.
    LineTooLong(usize),
    /// It has more literals than the limit.
    TooManyLiterals(usize),
}

/// What the framer found.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Step {
    /// Nothing whole: more octets are needed.
    NeedInput,
    /// A whole unit.
    Frame(Frame),
    /// A literal is announced. [`Framer::decide`] before the next step; [`Framer::head`] is what came before it.
    Literal(LiteralHeader),
    /// Octets of a literal that is streamed, a slice of the input.
    Chunk(Bytes),
    /// The end of a literal that is streamed.
    ChunkEnd,
    /// The unit is given up; this is its beginning.
    Fault(Fault, Bytes),
}

/// Takes whole commands or responses off the front of a buffer, looking at each octet once.
///
/// A literal is one only where the grammar allows it: `{5}` at the end of a human-readable text, or inside of an
/// open quote, is text.
///
/// # Examples
///
/// ```
/// use bytes::BytesMut;
/// use mailweft_imap::frame::{Framer, FrameLimits, Policy, Role, Step};
///
/// let mut framer = Framer::new(Role::Client, FrameLimits::new(8_192, 100));
/// let mut input = BytesMut::from("* 1 FETCH (BODY[] {5}\r\nhello)\r\n* OK not a {5}\r\n");
/// assert!(matches!(framer.next(&mut input), Step::Literal(header) if header.size == 5));
/// framer.decide(Policy::Buffer);
/// let Step::Frame(frame) = framer.next(&mut input) else { panic!() };
/// assert_eq!(frame.bytes(), "* 1 FETCH (BODY[] {5}\r\nhello)\r\n");
/// assert!(matches!(framer.next(&mut input), Step::Frame(_)));
/// assert_eq!(framer.next(&mut input), Step::NeedInput);
/// ```
#[derive(Clone, Debug)]
pub struct Framer {
    role: Role,
    limits: FrameLimits,
    state: State,
    /// How much of the front of the input has been looked at.
    scanned: usize,
    /// Where in the input the current line starts.
    segment: usize,
    /// What of the unit had to be moved out of the input, because a literal was streamed.
    head: BytesMut,
    holes: Vec<usize>,
    /// Octets of finished lines of this unit, literals not counted.
    lines: usize,
    literals: usize,
    context: Context,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Looking for the end of a line.
    Line,
    /// Waiting for the caller to decide about a literal.
    Asked(LiteralHeader),
    Buffer(u64),
    Stream(u64),
    Discard(u64),
    /// Looking for the end of a line that is thrown away; whether a quote is open in it.
    SkipLine(bool),
    SkipLiteral(u64),
}

/// What stands at the end of a line.
enum Line {
    /// The end of the unit, behind so many octets of the input.
    Whole(usize),
    /// It is not there yet.
    Cut,
    Literal(LiteralHeader),
    TooLong,
}

/// What kind of text the lines of a unit are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Context {
    /// Not looked at yet.
    Unknown,
    /// Data or a command: literals may stand at the end of a line.
    Data,
    /// A response code: literals may stand in it, until it is closed.
    Code,
    /// Text for people.
    Text,
}

impl Framer {
    /// A framer at the start of a unit.
    pub fn new(role: Role, limits: FrameLimits) -> Self {
        Self {
            role,
            limits,
            state: State::Line,
            scanned: 0,
            segment: 0,
            head: BytesMut::new(),
            holes: Vec::new(),
            lines: 0,
            literals: 0,
            context: Context::Unknown,
        }
    }

    /// Other limits, for instance after authentication.
    pub const fn set_limits(&mut self, limits: FrameLimits) {
        self.limits = limits;
    }

    /// The next thing at the front of `input`.
    pub fn next(&mut self, input: &mut BytesMut) -> Step {
        self.step(input, true)
    }

    /// The next line at the front of `input`, whatever it ends with: what a client sends in AUTHENTICATE and IDLE.
    pub fn next_line(&mut self, input: &mut BytesMut) -> Step {
        self.step(input, false)
    }

    /// Whether nothing of a unit has come yet.
    pub fn is_idle(&self, input: &BytesMut) -> bool {
        self.state == State::Line && self.head.is_empty() && input.is_empty()
    }

    /// What of the unit came before the literal that was announced last, header included.
    pub fn head(&self, input: &BytesMut) -> Bytes {
        let here = input.get(..self.scanned).unwrap_or_default();
        match self.head.is_empty() {
            true => Bytes::copy_from_slice(here),
            false => {
                let mut head = self.head.clone();
                head.extend_from_slice(here);
                head.freeze()
            }
        }
    }

    /// Where in [`head`](Self::head) the last literal that was streamed would stand; zero if none was.
    pub fn last_hole(&self) -> usize {
        self.holes.last().copied().unwrap_or_default()
    }

    /// What becomes of the literal that was announced last. Does nothing when none was.
    pub fn decide(&mut self, policy: Policy) {
        let State::Asked(header) = self.state else {
            return;
        };
        self.state = match policy {
            Policy::Buffer => State::Buffer(header.size),
            Policy::Stream => State::Stream(header.size),
            Policy::Discard => State::Discard(header.size),
            Policy::Reject if header.sync && self.role == Role::Server => {
                // The client sees the refusal and sends neither the literal nor the rest.
                State::SkipLiteral(u64::MAX)
            }
            Policy::Reject => State::SkipLiteral(header.size.min(u64::MAX.saturating_sub(1))),
        };
    }

    fn step(&mut self, input: &mut BytesMut, literals: bool) -> Step {
        loop {
            match self.state {
                State::Line => match self.line(input, literals) {
                    // Put together where it is handed on: moving a frame takes as long as finding one.
                    Line::Whole(len) if self.lines == 0 && self.head.is_empty() => {
                        self.scanned = 0;
                        self.context = Context::Unknown;
                        return Step::Frame(Frame {
                            bytes: input.split_to(len).freeze(),
                            holes: Vec::new(),
                        });
                    }
                    Line::Whole(len) => return self.last_line(input, len),
                    Line::Cut => return Step::NeedInput,
                    Line::Literal(header) => {
                        self.state = State::Asked(header);
                        if self.literals > self.limits.literal_count {
                            self.decide(Policy::Reject);
                            let fault = Fault::TooManyLiterals(self.limits.literal_count);
                            return Step::Fault(fault, self.beginning(input));
                        }
                    }
                    Line::TooLong => {
                        self.scanned = self.segment;
                        self.state = State::SkipLine(false);
                        let fault = Fault::LineTooLong(self.limits.line);
                        return Step::Fault(fault, self.beginning(input));
                    }
                },
                State::Asked(header) => return Step::Literal(header),
                State::Buffer(size) => {
                    let have = input.len().saturating_sub(self.scanned) as u64;
                    if have < size {
                        return Step::NeedInput;
                    }
                    let size = usize::try_from(size).unwrap_or(usize::MAX);
                    self.scanned = self.scanned.saturating_add(size);
                    self.segment = self.scanned;
                    self.state = State::Line;
                }
                State::Stream(left) | State::Discard(left) => {
                    if self.scanned > 0 {
                        self.leave_hole(input);
                    }
                    let discard = matches!(self.state, State::Discard(_));
                    if left == 0 {
                        self.state = State::Line;
                        match discard {
                            true => continue,
                            false => return Step::ChunkEnd,
                        }
                    }
                    if input.is_empty() {
                        return Step::NeedInput;
                    }
                    let len = usize::try_from(left).unwrap_or(usize::MAX).min(input.len());
                    let left = left.saturating_sub(len as u64);
                    if discard {
                        input.advance(len);
                        self.state = State::Discard(left);
                        continue;
                    }
                    self.state = State::Stream(left);
                    return Step::Chunk(input.split_to(len).freeze());
                }
                State::SkipLiteral(u64::MAX) => {
                    // The unit ends with the header of the refused literal.
                    input.advance(self.scanned.min(input.len()));
                    self.reset();
                }
                State::SkipLiteral(left) => {
                    input.advance(self.scanned.min(input.len()));
                    self.scanned = 0;
                    let len = usize::try_from(left).unwrap_or(usize::MAX).min(input.len());
                    input.advance(len);
                    match left.saturating_sub(len as u64) {
                        0 => self.state = State::SkipLine(false),
                        left => {
                            self.state = State::SkipLiteral(left);
                            return Step::NeedInput;
                        }
                    }
                }
                State::SkipLine(quoted) => {
                    if !self.skip_line(input, quoted, literals) {
                        return Step::NeedInput;
                    }
                }
            }
        }
    }

    /// Looks for the end of the line.
    #[inline(always)]
    fn line(&mut self, input: &BytesMut, literals: bool) -> Line {
        let fresh = input.get(self.scanned..).unwrap_or_default();
        let end = memchr::memchr(b'\n', fresh).map(|at| self.scanned.saturating_add(at));
        let seen = end.unwrap_or(input.len()).saturating_sub(self.segment);
        if self.lines.saturating_add(seen) > self.limits.line {
            return Line::TooLong;
        }
        let Some(end) = end else {
            self.scanned = input.len();
            return Line::Cut;
        };
        let line = input.get(self.segment..end).unwrap_or_default();
        if literals && may_announce(line) {
            if let Some(header) = self.announced(input, end) {
                self.lines = self.lines.saturating_add(seen);
                self.literals = self.literals.saturating_add(1);
                self.scanned = end.saturating_add(1);
                return Line::Literal(header);
            }
        }
        Line::Whole(end.saturating_add(1))
    }

    /// The last line of a unit that has literals.
    fn last_line(&mut self, input: &mut BytesMut, len: usize) -> Step {
        let line = input.split_to(len);
        let bytes = match self.head.is_empty() {
            true => line.freeze(),
            false => {
                self.head.extend_from_slice(&line);
                self.head.split().freeze()
            }
        };
        let holes = core::mem::take(&mut self.holes);
        self.reset();
        Step::Frame(Frame { bytes, holes })
    }

    /// The literal that the line which ends at `end` announces, if its `{..}` is not part of a text.
    fn announced(&mut self, input: &BytesMut, end: usize) -> Option<LiteralHeader> {
        let line = input.get(self.segment..end).unwrap_or_default();
        let (header, len) = literal::at_end(line.trim_ascii_end())?;
        let text = line
            .get(..line.trim_ascii_end().len().saturating_sub(len))
            .unwrap_or_default();
        if self.context == Context::Unknown {
            // Only the first line says what the unit is; later ones continue it.
            self.context = match self.role {
                Role::Server => Context::Data,
                Role::Client => context_of(text),
            };
        }
        let open = match self.context {
            Context::Text => return None,
            Context::Code => code_is_open(text, self.literals == 0),
            Context::Data | Context::Unknown => true,
        };
        if !open {
            self.context = Context::Text;
            return None;
        }
        (!ends_in_quote(text, false)).then_some(header)
    }

    fn beginning(&self, input: &BytesMut) -> Bytes {
        /// As much as an answer, or a log, needs of a line that is too long.
        const SHOWN: usize = 1_024;
        let source: &[u8] = match self.head.is_empty() {
            true => input,
            false => &self.head,
        };
        Bytes::copy_from_slice(source.get(..SHOWN.min(source.len())).unwrap_or_default())
    }

    /// Throws a line away; `false` when its end has not come.
    fn skip_line(&mut self, input: &mut BytesMut, quoted: bool, literals: bool) -> bool {
        input.advance(self.scanned.min(input.len()));
        self.scanned = 0;
        self.segment = 0;
        let end = memchr::memchr(b'\n', input);
        let Some(end) = end else {
            // The header of a literal may be cut in two: its beginning stays.
            let keep = input.len().min(literal::LONGEST.saturating_add(2));
            let gone = input.len().saturating_sub(keep);
            let (quoted, used) = quotes(input.get(..gone).unwrap_or_default(), quoted);
            input.advance(used.min(input.len()));
            self.state = State::SkipLine(quoted);
            return false;
        };
        let line = input.get(..end).unwrap_or_default();
        let literals = literals && may_announce(line);
        let line = line.trim_ascii_end();
        let header = match (literals, literal::at_end(line)) {
            (true, Some((header, len))) => {
                let text = line
                    .get(..line.len().saturating_sub(len))
                    .unwrap_or_default();
                (!ends_in_quote(text, quoted)).then_some(header)
            }
            _ => None,
        };
        input.advance(end.saturating_add(1));
        match header {
            Some(header) if !header.sync || self.role == Role::Client => {
                self.state = State::SkipLiteral(header.size.min(u64::MAX.saturating_sub(1)));
            }
            _ => self.reset(),
        }
        true
    }

    /// Moves what came before a streamed literal out of the input.
    fn leave_hole(&mut self, input: &mut BytesMut) {
        let len = self.scanned.min(input.len());
        self.head
            .extend_from_slice(input.get(..len).unwrap_or_default());
        input.advance(len);
        self.holes.push(self.head.len());
        self.scanned = 0;
        self.segment = 0;
    }

    fn reset(&mut self) {
        self.state = State::Line;
        self.scanned = 0;
        self.segment = 0;
        self.head.clear();
        self.holes.clear();
        self.lines = 0;
        self.literals = 0;
        self.context = Context::Unknown;
    }
}

/// Whether a line could announce a literal: the only look at most lines.
fn may_announce(line: &[u8]) -> bool {
    match line {
        [.., b'}', b'\r'] | [.., b'}'] => true,
        // A space behind the header is seen from real servers.
        [.., b'}', b' ', b'\r'] | [.., b'}', b' '] => true,
        _ => false,
    }
}

/// Whether a quoted string is open at the end of `text`, when one was open at its start or not.
fn ends_in_quote(text: &[u8], quoted: bool) -> bool {
    quotes(text, quoted).0
}

/// The same, and how much of `text` that says: not a backslash at its end, which escapes what is still to come.
fn quotes(text: &[u8], mut quoted: bool) -> (bool, usize) {
    let mut rest = text;
    while let Some(at) = memchr::memchr2(b'"', b'\\', rest) {
        let step = match rest.get(at) {
            Some(b'"') => {
                quoted = !quoted;
                1
            }
            // A backslash escapes inside of quotes only: outside it starts a flag.
            _ if quoted => 2,
            _ => 1,
        };
        match rest.get(at.saturating_add(step)..) {
            Some(behind) => rest = behind,
            None => return (quoted, text.len().saturating_sub(1)),
        }
    }
    (quoted, text.len())
}

/// What kind of response starts with `line`.
fn context_of(line: &[u8]) -> Context {
    if line.first() == Some(&b'+') {
        return Context::Text;
    }
    let mut words = line.splitn(3, |byte| *byte == b' ');
    let _tag = words.next();
    let status = words.next().unwrap_or_default();
    let is_status = [b"OK".as_slice(), b"NO", b"BAD", b"BYE", b"PREAUTH"]
        .iter()
        .any(|word| status.eq_ignore_ascii_case(word));
    match words.next() {
        _ if !is_status => Context::Data,
        Some([b'[', ..]) => Context::Code,
        _ => Context::Text,
    }
}

/// Whether a response code, which started in `line` or before it, is still open at the end of it.
fn code_is_open(line: &[u8], first: bool) -> bool {
    let mut rest = line;
    if first {
        let start = memchr::memchr(b'[', line).unwrap_or(line.len());
        rest = line.get(start.saturating_add(1)..).unwrap_or_default();
    }
    let mut quoted = false;
    let mut escaped = false;
    !rest.iter().any(|byte| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b']' if !quoted => return true,
            _ => {}
        }
        false
    })
}

/// The tag that a line starts with, for an answer to a line that cannot be read.
pub(crate) fn tag_of(line: &[u8]) -> Option<&[u8]> {
    let len = grammar::run(line, grammar::TAG);
    let tag = line.get(..len)?;
    (!tag.is_empty() && matches!(line.get(len), Some(b' ' | b'\r' | b'\n') | None)).then_some(tag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{format, vec, vec::Vec};

    /// All steps of `wire` in pieces of `size`; literals of more than 99 octets are streamed, of more than 999 refused.
    fn run(role: Role, wire: &[u8], size: usize) -> Vec<Step> {
        let mut framer = Framer::new(role, FrameLimits::new(200, 20));
        let mut input = BytesMut::new();
        let mut steps: Vec<Step> = Vec::new();
        for piece in wire.chunks(size).chain([b"".as_slice()]) {
            input.extend_from_slice(piece);
            loop {
                match framer.next(&mut input) {
                    Step::NeedInput => break,
                    Step::Literal(header) => {
                        framer.decide(match header.size {
                            0..100 => Policy::Buffer,
                            100..1000 => Policy::Stream,
                            _ => Policy::Reject,
                        });
                        steps.push(Step::Literal(header));
                    }
                    Step::Chunk(chunk) => match steps.last_mut() {
                        Some(Step::Chunk(last)) => {
                            *last = [last.as_ref(), chunk.as_ref()].concat().into();
                        }
                        _ => steps.push(Step::Chunk(chunk)),
                    },
                    Step::Fault(fault, head) => {
                        // How much has come of a line when it is too long depends on the pieces.
                        steps.push(Step::Fault(fault, head.slice(..head.len().min(5))));
                    }
                    step => steps.push(step),
                }
            }
        }
        assert!(input.is_empty(), "{input:?} is left over");
        steps
    }

    fn frames(role: Role, wire: &[u8]) -> Vec<Bytes> {
        let whole = run(role, wire, usize::MAX);
        for size in 1..wire.len().min(60) {
            assert_eq!(run(role, wire, size), whole, "in pieces of {size}");
        }
        whole
            .into_iter()
            .filter_map(|step| match step {
                Step::Frame(frame) => Some(frame.bytes),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn rfc3501_s9_text_that_ends_in_braces_is_text() {
        for line in [
            "a1 NO no mailbox x{9999}\r\n",
            "* OK [ALERT] take {5}\r\n",
            "+ go on {5}\r\n",
            "* bye {5}\r\n",
            "* NO [BADCHARSET (\"]\" x)] {5}\r\n",
        ] {
            let wire = format!("{line}* 1 EXISTS\r\n");
            assert_eq!(
                frames(Role::Client, wire.as_bytes()),
                [line, "* 1 EXISTS\r\n"]
            );
        }
    }

    #[test]
    fn rfc3501_s9_a_code_may_hold_a_literal() {
        let wire = b"a NO [BADURL {4}\r\n{9}]] failed {7}\r\n* 1 EXISTS\r\n";
        assert_eq!(frames(Role::Client, wire).len(), 2);
    }

    #[test]
    fn a_literal_inside_of_an_open_quote_is_none() {
        let wire = b"a LOGIN \"x {9}\r\nb LOGOUT\r\n";
        assert_eq!(
            frames(Role::Server, wire),
            ["a LOGIN \"x {9}\r\n", "b LOGOUT\r\n"]
        );
        let wire = b"* LIST (\\X) \"\\\\\" {3}\r\na\"b\r\n";
        assert_eq!(frames(Role::Client, wire).len(), 1);
    }

    #[test]
    fn literals_stay_in_their_place() {
        let body = "x".repeat(150);
        let wire =
            format!("* 1 FETCH (A {{2}}\r\n\r\n BODY[] {{150}}\r\n{body} B {{1}}\r\n) C)\r\n");
        let steps = run(Role::Client, wire.as_bytes(), 7);
        assert_eq!(steps, run(Role::Client, wire.as_bytes(), 1));
        let Some(Step::Frame(frame)) = steps.last() else {
            panic!("{steps:?}")
        };
        assert_eq!(
            frame.bytes,
            "* 1 FETCH (A {2}\r\n\r\n BODY[] {150}\r\n B {1}\r\n) C)\r\n"
        );
        assert_eq!(frame.holes, [35]);
        assert!(steps.contains(&Step::Chunk(Bytes::from(body))));
    }

    #[test]
    fn rfc7888_s4_a_refused_literal_is_skipped_or_never_sent() {
        let body = "b LOGOUT\r\n".repeat(100);
        let wire = format!("a X {{1000+}}\r\n{body} {{2+}}\r\n\r\n tail\r\nc NOOP\r\n");
        assert_eq!(frames(Role::Server, wire.as_bytes()), ["c NOOP\r\n"]);
        let wire = b"a X {1000}\r\nc NOOP\r\n";
        assert_eq!(frames(Role::Server, wire), ["c NOOP\r\n"]);
    }

    #[test]
    fn a_line_too_long_is_skipped_with_its_literals() {
        let wire = format!("a {} {{3+}}\r\nb X\r\nc NOOP\r\n", "y".repeat(300));
        assert_eq!(frames(Role::Server, wire.as_bytes()), ["c NOOP\r\n"]);
        let steps = run(Role::Server, wire.as_bytes(), 1);
        assert_eq!(
            steps[0],
            Step::Fault(Fault::LineTooLong(200), "a yyy".into())
        );
        // Inside of a quote nothing is a literal, wherever the line is cut.
        let wire = format!("a \"{} {{3+}}\r\nb X\r\nc NOOP\r\n", "y".repeat(300));
        assert_eq!(
            frames(Role::Server, wire.as_bytes()),
            ["b X\r\n", "c NOOP\r\n"]
        );
    }

    #[test]
    fn what_is_skipped_is_skipped_alike_in_all_pieces() {
        for header in [
            "{00000000000000000000000000000003+}",
            "{99999999999999999999999999999999999+}",
            "{3+} ",
            "{3+}  ",
        ] {
            let wire = format!("a {}{header}\r\nb X\r\nc NOOP\r\n", "y".repeat(300));
            frames(Role::Server, wire.as_bytes());
        }
    }

    #[test]
    fn too_many_literals_are_refused_and_skipped() {
        let wire = [b"a".as_slice(), &b" {0+}\r\n".repeat(50), b"\r\nb NOOP\r\n"].concat();
        assert_eq!(frames(Role::Server, &wire), ["b NOOP\r\n"]);
        let faults = run(Role::Server, &wire, 3)
            .into_iter()
            .filter(|step| matches!(step, Step::Fault(Fault::TooManyLiterals(20), _)));
        assert_eq!(faults.count(), 1);
    }

    #[test]
    fn each_octet_is_looked_at_once() {
        // A line that comes octet by octet: the cursor stands at the end each time.
        let mut framer = Framer::new(Role::Client, FrameLimits::new(1 << 20, 1));
        let mut input = BytesMut::new();
        for _ in 0..100_000 {
            input.extend_from_slice(b"1");
            assert_eq!(framer.next(&mut input), Step::NeedInput);
            assert_eq!(framer.scanned, input.len());
        }
    }

    #[test]
    fn next_line_knows_no_literals() {
        let mut framer = Framer::new(Role::Server, FrameLimits::new(100, 1));
        let mut input = BytesMut::from("{5}\r\nDONE\r\n");
        let lines: Vec<Step> = core::iter::from_fn(|| Some(framer.next_line(&mut input)))
            .take(2)
            .collect();
        let frame =
            |text: &'static str| Step::Frame(Frame::new(Bytes::from_static(text.as_bytes())));
        assert_eq!(lines, vec![frame("{5}\r\n"), frame("DONE\r\n")]);
    }

    #[test]
    fn tags_of_broken_lines() {
        assert_eq!(tag_of(b"a1 X\r\n"), Some(b"a1".as_slice()));
        assert_eq!(tag_of(b"a1\r\n"), Some(b"a1".as_slice()));
        assert_eq!(tag_of(b"+ X"), None);
        assert_eq!(tag_of(b"\"a X"), None);
    }
}
