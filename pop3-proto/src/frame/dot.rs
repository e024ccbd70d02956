//! Multi-line data (RFC 1939 §3): a dot before every line that begins with one, and a dot alone at
//! the end.

use bytes::{Buf as _, Bytes, BytesMut};
use memchr::memmem;

/// What a [`DotDecoder`] found at the front of its input.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "data goes on, waits or ends")]
pub enum Piece {
    /// Octets of the data: a slice of the input, nothing was copied.
    Data(Bytes),
    /// The dot alone; it was taken off the input.
    End,
    /// Nothing more can be told without more input.
    NeedInput,
}

/// Takes the dots out of multi-line data, over any chunking, in constant memory.
///
/// Nothing but CRLF `.` CRLF ends it: a dot between bare line feeds is data, unless the whole
/// connection writes bare line feeds ([`DotDecoder::bare_lf`]). The CRLF before the dot belongs to
/// the data.
///
/// ```
/// use bytes::BytesMut;
/// use mailweft_pop3::{DotDecoder, Piece};
///
/// let mut input = BytesMut::from("one\r\n..two\r\n.\r\n+OK");
/// let mut decoder = DotDecoder::new();
/// assert_eq!(decoder.next(&mut input), Piece::Data("one\r\n".into()));
/// assert_eq!(decoder.next(&mut input), Piece::Data(".two\r\n".into()));
/// assert_eq!(decoder.next(&mut input), Piece::End);
/// assert_eq!(input, "+OK");
/// ```
#[derive(Clone, Debug)]
pub struct DotDecoder {
    /// The octets before the input, as far as they count: a line end, CR, or nothing.
    before: Before,
    bare_lf: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    LineEnd,
    Cr,
    Text,
}

impl Default for DotDecoder {
    fn default() -> Self {
        Self::new()
    }
}

impl DotDecoder {
    /// At the start of the data, which is the start of a line.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            before: Before::LineEnd,
            bare_lf: false,
        }
    }

    /// For a peer whose lines end in a bare LF.
    #[must_use]
    pub const fn bare_lf() -> Self {
        Self {
            before: Before::LineEnd,
            bare_lf: true,
        }
    }

    /// Takes the next piece off the front of `input`.
    pub fn next(&mut self, input: &mut BytesMut) -> Piece {
        if self.before == Before::LineEnd && input.first() == Some(&b'.') {
            let end: &[u8] = if self.bare_lf { b".\n" } else { b".\r\n" };
            if input.starts_with(end) {
                input.advance(end.len());
                return Piece::End;
            }
            if self.bare_lf && input.starts_with(b".\r\n") {
                input.advance(3);
                return Piece::End;
            }
            if end.starts_with(input) || b".\r\n".starts_with(input) {
                return Piece::NeedInput;
            }
            input.advance(1);
            self.before = Before::Text;
        }
        if input.is_empty() {
            return Piece::NeedInput;
        }
        let length = self.run(input);
        Piece::Data(input.split_to(length).freeze())
    }

    /// How many octets come before the next line that begins with a dot.
    fn run(&mut self, input: &[u8]) -> usize {
        // A CR or line end that stood at the end of the last piece.
        let second = match (self.before, input) {
            (Before::Cr, [b'\n', b'.', ..]) => true,
            (Before::Text, [b'\n', b'.', ..]) => self.bare_lf,
            _ => false,
        };
        if second {
            self.before = Before::LineEnd;
            return 1;
        }
        let (needle, to_dot): (&[u8], usize) = if self.bare_lf {
            (b"\n.", 1)
        } else {
            (b"\r\n.", 2)
        };
        if let Some(at) = memmem::find(input, needle) {
            self.before = Before::LineEnd;
            return at.saturating_add(to_dot);
        }
        self.before = match input {
            [.., b'\r', b'\n'] => Before::LineEnd,
            [b'\n'] if self.before == Before::Cr => Before::LineEnd,
            [.., b'\n'] if self.bare_lf => Before::LineEnd,
            [.., b'\r'] => Before::Cr,
            _ => Before::Text,
        };
        input.len()
    }
}

/// Writes multi-line data, over any chunking: dots are doubled at the start of lines, and a bare LF
/// or CR becomes CRLF, so that nothing in the data can end it.
///
/// ```
/// use bytes::BytesMut;
/// use mailweft_pop3::DotEncoder;
///
/// let mut output = BytesMut::new();
/// let mut encoder = DotEncoder::new();
/// encoder.write(b"one\n.two", &mut output);
/// encoder.finish(&mut output);
/// assert_eq!(output, "one\r\n..two\r\n.\r\n");
/// ```
#[derive(Clone, Debug)]
pub struct DotEncoder {
    before: Before,
    mended: u64,
}

impl Default for DotEncoder {
    fn default() -> Self {
        Self::new()
    }
}

impl DotEncoder {
    /// At the start of the data.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            before: Before::LineEnd,
            mended: 0,
        }
    }

    /// How many line ends were not CRLF and were written as it.
    #[must_use]
    pub const fn mended(&self) -> u64 {
        self.mended
    }

    /// Appends a chunk of the data.
    pub fn write(&mut self, mut chunk: &[u8], output: &mut BytesMut) {
        while let Some(&first) = chunk.first() {
            match (self.before, first) {
                (Before::LineEnd, b'.') => output.extend_from_slice(b"."),
                (Before::Cr, b'\n') => {
                    output.extend_from_slice(b"\n");
                    chunk = chunk.get(1..).unwrap_or_default();
                    self.before = Before::LineEnd;
                    continue;
                }
                (Before::Cr, _) => {
                    self.end_bare_cr(output);
                    continue;
                }
                _ => {}
            }
            let run = self.regular_run(chunk);
            output.extend_from_slice(chunk.get(..run).unwrap_or_default());
            chunk = chunk.get(run..).unwrap_or_default();
            match chunk.first() {
                Some(b'\r') => {
                    output.extend_from_slice(b"\r");
                    chunk = chunk.get(1..).unwrap_or_default();
                    self.before = Before::Cr;
                }
                Some(b'\n') => {
                    output.extend_from_slice(b"\r\n");
                    chunk = chunk.get(1..).unwrap_or_default();
                    self.before = Before::LineEnd;
                    self.mended = self.mended.saturating_add(1);
                }
                _ => {}
            }
        }
    }

    /// How many octets can be copied as they are: up to a bare CR or LF, or to a dot that begins a
    /// line.
    fn regular_run(&mut self, chunk: &[u8]) -> usize {
        let mut at = 0_usize;
        self.before = Before::Text;
        loop {
            let rest = chunk.get(at..).unwrap_or_default();
            let Some(found) = memchr::memchr2(b'\r', b'\n', rest) else {
                return chunk.len();
            };
            let here = at.saturating_add(found);
            match chunk.get(here..) {
                Some([b'\r', b'\n', b'.', ..]) | Some([b'\r', b'\n']) => {
                    self.before = Before::LineEnd;
                    return here.saturating_add(2);
                }
                Some([b'\r', b'\n', ..]) => at = here.saturating_add(2),
                _ => return here,
            }
        }
    }

    fn end_bare_cr(&mut self, output: &mut BytesMut) {
        output.extend_from_slice(b"\n");
        self.before = Before::LineEnd;
        self.mended = self.mended.saturating_add(1);
    }

    /// Ends the last line where the data did not, and appends the dot alone.
    pub fn finish(mut self, output: &mut BytesMut) {
        match self.before {
            Before::LineEnd => {}
            Before::Cr => self.end_bare_cr(output),
            Before::Text => output.extend_from_slice(b"\r\n"),
        }
        output.extend_from_slice(b".\r\n");
    }
}

/// Cuts a message after its header, the blank line and so many lines of its body (RFC 1939 §7,
/// TOP), over any chunking.
///
/// ```
/// use mailweft_pop3::TopCutter;
///
/// let mut cutter = TopCutter::new(1);
/// let message = b"Subject: x\r\n\r\none\r\ntwo\r\n";
/// assert_eq!(cutter.take(message), b"Subject: x\r\n\r\none\r\n");
/// assert!(cutter.is_done());
/// ```
#[derive(Clone, Debug)]
pub struct TopCutter {
    lines: u32,
    in_body: bool,
    /// Octets on the current line that are not its end.
    line: u64,
    done: bool,
}

impl TopCutter {
    /// A cutter after this many lines of the body.
    #[must_use]
    pub const fn new(lines: u32) -> Self {
        Self {
            lines,
            in_body: false,
            line: 0,
            done: false,
        }
    }

    /// The part of a chunk that belongs to the answer.
    pub fn take<'c>(&mut self, chunk: &'c [u8]) -> &'c [u8] {
        if self.done {
            return &[];
        }
        let mut at = 0_usize;
        while let Some(found) = memchr::memchr(b'\n', chunk.get(at..).unwrap_or_default()) {
            let text = chunk.get(at..at.saturating_add(found)).unwrap_or_default();
            let blank = self.line == 0 && matches!(text, b"" | b"\r");
            at = at.saturating_add(found).saturating_add(1);
            self.line = 0;
            if self.in_body {
                self.lines = self.lines.saturating_sub(1);
            } else {
                self.in_body = blank;
            }
            if self.in_body && self.lines == 0 {
                self.done = true;
                return chunk.get(..at).unwrap_or_default();
            }
        }
        let text = chunk.get(at..).unwrap_or_default();
        // A CR that may be the first half of the end of a blank line does not count.
        let counted = text.iter().filter(|&&b| b != b'\r').count();
        self.line = self
            .line
            .saturating_add(u64::try_from(counted).unwrap_or(u64::MAX));
        chunk
    }

    /// Whether nothing more of the message is needed.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        self.done
    }
}
