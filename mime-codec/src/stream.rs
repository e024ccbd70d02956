//! A message as it comes in: events in constant memory.

use alloc::{collections::VecDeque, vec::Vec};

use bytes::{Bytes, BytesMut};

use crate::{
    error::{Problem, Span, to_u64},
    frame::{
        Limits,
        engine::{Place, Step},
    },
    parse::{index::entry, outline::Collector, structure::Structure},
    types::{
        encoding::Encoding, field::Field, index::FieldEntry, outline::Outline, part_kind::PartKind,
    },
};

/// One thing that a message holds, in order; made by [`StreamParser::poll`].
///
/// The octets of all events together are the message, each octet once.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// Read more octets onto the end of the input, or say [`eof`](StreamParser::eof).
    NeedInput,
    /// A part begins; the first one is the message itself.
    #[non_exhaustive]
    PartStart {
        /// Its number, as in [`Message::parts`](crate::Message::parts).
        part: u32,
        /// How many parts hold it.
        depth: u32,
        /// Where it begins in the message.
        offset: u64,
    },
    /// A header field.
    Field(FieldBuf),
    /// More octets of the field before, past the limit of one field; or of the header, past its limit.
    FieldRest(Bytes),
    /// The header ends.
    #[non_exhaustive]
    HeaderEnd {
        /// The empty line; without octets where it is missing.
        blank: Bytes,
        /// What the body is made of.
        kind: PartKind,
        /// What the content of a leaf is to be decoded from.
        encoding: Encoding,
    },
    /// Octets of the body of a leaf, as they stand: a slice of the input.
    Body(Bytes),
    /// Octets before the first boundary line of a multipart.
    Preamble(Bytes),
    /// Octets after the close line of a multipart.
    Epilogue(Bytes),
    /// A boundary line with the line break before it.
    #[non_exhaustive]
    Delimiter {
        /// The octets.
        line: Bytes,
        /// It closes the multipart.
        close: bool,
    },
    /// The innermost open part ends.
    PartEnd(PartEnd),
    /// Something odd was met.
    Problem(Problem),
    /// The message ends; there are no more events.
    End,
}

/// What a part was, known at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PartEnd {
    /// The number of the part.
    pub part: u32,
    /// Where its header stands.
    pub header: Span,
    /// Where its body stands.
    pub body: Span,
    /// How many octets the body has as it stands.
    pub octets: u64,
    /// How many lines the body has as it stands: its line ends.
    pub lines: u64,
}

/// A header field with its octets.
///
/// ```
/// # use bytes::BytesMut;
/// use mailweft_mime::{Event, StreamParser};
///
/// let mut parser = StreamParser::default();
/// let mut input = BytesMut::from("Subject: hello\r\n\r\n");
/// parser.eof();
/// parser.poll(&mut input); // PartStart
/// let Event::Field(subject) = parser.poll(&mut input) else { panic!() };
/// assert!(subject.field().is("Subject"));
/// assert_eq!(subject.field().text(), "hello");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldBuf {
    octets: Bytes,
    entry: FieldEntry,
}

impl FieldBuf {
    /// The field, to be asked what it means.
    #[must_use]
    pub fn field(&self) -> Field<'_> {
        Field::new(&self.octets, self.entry)
    }

    /// The octets of the field, its line end included.
    #[must_use]
    pub const fn octets(&self) -> &Bytes {
        &self.octets
    }
}

/// Reads a message as it comes in, in pieces of any size: the same engine as
/// [`Message::parse`](crate::Message::parse), with the same result, in constant memory.
///
/// It takes whole units off the front of the caller's buffer and leaves there what is not whole yet: a field
/// (up to [`Limits::field_octets`]), a possible boundary line. Content is handed on as slices of the buffer.
///
/// ```
/// use bytes::BytesMut;
/// use mailweft_mime::{Event, StreamParser};
///
/// let mut parser = StreamParser::default().with_outline();
/// let mut input = BytesMut::new();
/// let mut pieces = ["Subject: hello\r\nContent-", "Type: text/plain\r\n\r\nbo", "dy\r\n"].iter();
/// let mut body = Vec::new();
/// loop {
///     match parser.poll(&mut input) {
///         Event::NeedInput => match pieces.next() {
///             Some(piece) => input.extend_from_slice(piece.as_bytes()),
///             None => parser.eof(),
///         },
///         Event::Body(chunk) => body.extend_from_slice(&chunk),
///         Event::PartEnd(end) => assert_eq!((end.octets, end.lines), (6, 1)),
///         Event::End => break,
///         _ => {}
///     }
/// }
/// assert_eq!(body, b"body\r\n");
/// let outline = parser.into_outline().unwrap();
/// assert_eq!(outline.root().subject().as_deref(), Some("hello"));
/// ```
#[derive(Clone, Debug)]
pub struct StreamParser {
    structure: Structure,
    open: Vec<Open>,
    next_part: u32,
    eof: bool,
    in_digest: bool,
    /// LFs taken so far, and the last octet taken.
    lines: u64,
    problems: VecDeque<Problem>,
    all_problems: Vec<Problem>,
    outline: Option<Collector>,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    part: u32,
    start: u64,
    header_end: u64,
    body_start: u64,
    lines_before: u64,
}

impl Default for StreamParser {
    fn default() -> Self {
        Self::new(Limits::default())
    }
}

impl StreamParser {
    /// A parser for one message.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            structure: Structure::new(limits),
            open: Vec::new(),
            next_part: 0,
            eof: false,
            in_digest: false,
            lines: 0,
            problems: VecDeque::new(),
            all_problems: Vec::new(),
            outline: None,
        }
    }

    /// Collects an [`Outline`] on the way: the headers are kept, the bodies pass by.
    #[must_use]
    pub fn with_outline(mut self) -> Self {
        self.outline = Some(Collector::new());
        self
    }

    /// Says that nothing follows what is in the input.
    pub fn eof(&mut self) {
        self.eof = true;
    }

    /// How many octets of the message have been taken.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.structure.engine.position()
    }

    /// Takes the next thing off the front of `input`.
    pub fn poll(&mut self, input: &mut BytesMut) -> Event {
        if let Some(problem) = self.problems.pop_front() {
            return Event::Problem(problem);
        }
        let start = self.position();
        let step = self.structure.step(input, self.eof);
        let taken = crate::error::to_usize(self.position().saturating_sub(start));
        let octets = input.split_to(taken.min(input.len())).freeze();
        if step == Step::PartStart {
            self.in_digest = self.structure.in_digest();
        }
        if let Some(outline) = &mut self.outline {
            outline.note(step, start, &octets, self.in_digest);
        }
        let event = self.event(step, start, &octets);
        self.lines = self
            .lines
            .saturating_add(to_u64(memchr::memchr_iter(b'\n', &octets).count()));
        if let (Event::HeaderEnd { .. }, Some(open)) = (&event, self.open.last_mut()) {
            open.lines_before = self.lines;
        }
        if self.structure.engine.has_problems() {
            let problems = self.structure.engine.take_problems();
            if self.outline.is_some() {
                self.all_problems.extend_from_slice(&problems);
            }
            self.problems.extend(problems);
        }
        if event == Event::End {
            if let Some(problem) = self.problems.pop_front() {
                return Event::Problem(problem);
            }
        }
        event
    }

    fn event(&mut self, step: Step, start: u64, octets: &Bytes) -> Event {
        let end = start.saturating_add(to_u64(octets.len()));
        match step {
            Step::More => Event::NeedInput,
            Step::PartStart => {
                let part = self.next_part;
                self.next_part = part.saturating_add(1);
                let depth = u32::try_from(self.open.len()).unwrap_or(u32::MAX);
                self.open.push(Open {
                    part,
                    start,
                    header_end: start,
                    body_start: start,
                    lines_before: self.lines,
                });
                Event::PartStart {
                    part,
                    depth,
                    offset: start,
                }
            }
            Step::Field { colon, .. } => Event::Field(FieldBuf {
                octets: octets.clone(),
                entry: entry(start, octets.len(), colon),
            }),
            Step::FieldRest { .. } => Event::FieldRest(octets.clone()),
            Step::HeaderEnd { .. } => {
                let entered = self.structure.enter(self.in_digest);
                if let Some(open) = self.open.last_mut() {
                    open.header_end = start;
                    open.body_start = end;
                }
                if let Some(outline) = &mut self.outline {
                    outline.entered(&entered);
                }
                Event::HeaderEnd {
                    blank: octets.clone(),
                    kind: entered.kind,
                    encoding: entered.encoding,
                }
            }
            Step::Content { place, .. } => match place {
                Place::Body => Event::Body(octets.clone()),
                Place::Preamble => Event::Preamble(octets.clone()),
                Place::Epilogue => Event::Epilogue(octets.clone()),
            },
            Step::Delimiter { close, .. } => Event::Delimiter {
                line: octets.clone(),
                close,
            },
            Step::PartEnd => self.part_end(start),
            Step::End => Event::End,
        }
    }

    fn part_end(&mut self, end: u64) -> Event {
        let none = Open {
            part: 0,
            start: end,
            header_end: end,
            body_start: end,
            lines_before: self.lines,
        };
        let open = self.open.pop().unwrap_or(none);
        let body = Span::new(open.body_start, end);
        let lines = self.lines.saturating_sub(open.lines_before);
        if let Some(outline) = &mut self.outline {
            outline.lines_of(open.part, lines);
        }
        let header = Span::new(open.start, open.header_end);
        Event::PartEnd(PartEnd {
            part: open.part,
            header,
            body,
            octets: body.len(),
            lines,
        })
    }

    /// The outline, where one was asked for; to be called after [`Event::End`].
    #[must_use]
    pub fn into_outline(self) -> Option<Outline> {
        Some(self.outline?.finish(self.all_problems))
    }
}
