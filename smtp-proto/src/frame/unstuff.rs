//! Message content in DATA: the end at CRLF.CRLF and at nothing else, stuffed dots taken out
//! (RFC 5321 §4.1.1.4, §4.5.2).

use bytes::{Buf as _, Bytes, BytesMut};
use memchr::{memchr_iter, memmem};

use super::stray::{BodyFindings, Stray, StrayPolicy};
use crate::grammar::TEXT_LINE;

/// Runs between two stuffed dots of at least this many octets are handed on where they lie; shorter ones
/// are moved together inside the caller's buffer, so that a message of dots does not come as a hail of
/// tiny chunks.
const SLICE_RUN: usize = 1024;

/// What [`Unstuffer::next`] found at the front of the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Content, unstuffed.
    Chunk(Bytes),
    /// The end of the content; CRLF.CRLF is off the input.
    End,
    /// More input is needed; at most two octets are left in it.
    More,
}

/// Takes the content of one message off the front of a buffer.
///
/// The CRLF of the DATA command counts as the first two octets of CRLF.CRLF, so a message may be empty.
#[derive(Clone, Debug)]
pub(crate) struct Unstuffer {
    policy: StrayPolicy,
    findings: BodyFindings,
    finder: memmem::Finder<'static>,
    /// The last octets taken were CRLF.
    line_start: bool,
    /// The end came behind content that was handed on first.
    ended: bool,
    /// Octets of the line so far.
    column: usize,
}

/// A run without a line that begins with a dot.
struct Run {
    len: usize,
    /// CRLF ends the run and a dot stands behind it.
    dot: bool,
    dirty: BodyFindings,
}

impl Unstuffer {
    pub(crate) fn new(policy: StrayPolicy) -> Self {
        Self {
            policy,
            findings: BodyFindings::default(),
            finder: memmem::Finder::new(b"\r\n."),
            line_start: true,
            ended: false,
            column: 0,
        }
    }

    /// What was seen so far.
    pub(crate) const fn findings(&self) -> BodyFindings {
        self.findings
    }

    /// Takes the next piece of content.
    pub(crate) fn next(&mut self, input: &mut BytesMut) -> Step {
        if core::mem::take(&mut self.ended) {
            return Step::End;
        }
        if self.line_start {
            match **input {
                [] | [b'.'] | [b'.', b'\r'] => return Step::More,
                [b'.', b'\r', b'\n', ..] => {
                    input.advance(3);
                    return Step::End;
                }
                [b'.', ..] => {
                    input.advance(1);
                    self.line_start = false;
                }
                _ => {}
            }
        }
        // A CR at the end waits for what follows it: pairs are never cut in two.
        let usable = input
            .len()
            .saturating_sub(usize::from(input.last() == Some(&b'\r')));
        if usable == 0 {
            return Step::More;
        }
        let run = match input.get(..usable) {
            Some(data) if self.policy.is_blind() => self.leap(data),
            data => self.walk(data.unwrap_or_default()),
        };
        if self.policy.repairs(run.dirty) {
            self.note(&run, input);
            return Step::Chunk(self.repaired(&input.split_to(run.len)));
        }
        self.note(&run, input);
        if run.dot && run.len < SLICE_RUN {
            return Step::Chunk(self.compact(input, usable, run.len));
        }
        Step::Chunk(input.split_to(run.len).freeze())
    }

    fn note(&mut self, run: &Run, input: &[u8]) {
        self.line_start = run.dot
            || input
                .get(..run.len)
                .is_some_and(|taken| taken.ends_with(b"\r\n"));
        if !self.policy.is_blind() {
            self.findings = self.findings.and(run.dirty);
        }
    }

    /// Moves short runs together at the front of `input`, from the dot at `first` on.
    fn compact(&mut self, input: &mut BytesMut, usable: usize, first: usize) -> Bytes {
        let (mut read, mut written) = (first, first);
        loop {
            match input.get(read..) {
                Some([b'.', b'\r', b'\n', ..]) => {
                    self.ended = true;
                    read = read.saturating_add(3);
                    break;
                }
                Some([b'.'] | [b'.', b'\r'] | []) | None => break,
                // `read` stands on a dot that begins a line.
                Some(_) => {}
            }
            let content = read.saturating_add(1);
            let column = self.column;
            let Some(data) = input.get(content..usable).filter(|data| !data.is_empty()) else {
                break;
            };
            let run = self.walk(data);
            if self.policy.repairs(run.dirty) {
                self.column = column;
                break;
            }
            let end = content.saturating_add(run.len);
            self.note(&run, input.get(content..).unwrap_or_default());
            input.copy_within(content..end, written);
            written = written.saturating_add(run.len);
            read = end;
            if !run.dot || run.len >= SLICE_RUN {
                break;
            }
        }
        let chunk = input.split_to(written).freeze();
        input.advance(read.saturating_sub(written));
        chunk
    }

    /// The next run, by searching for CRLF and a dot and nothing else.
    fn leap(&self, data: &[u8]) -> Run {
        match self.finder.find(data) {
            Some(at) => Run {
                len: at.saturating_add(2),
                dot: true,
                dirty: BodyFindings::default(),
            },
            None => Run {
                len: data.len(),
                dot: false,
                dirty: BodyFindings::default(),
            },
        }
    }

    /// The next run, line by line, with everything in it that ought not to be there.
    fn walk(&mut self, data: &[u8]) -> Run {
        let mut dirty = BodyFindings::default();
        let (mut line, mut pairs, mut len, mut dot) = (0, 0_usize, data.len(), false);
        for lf in memchr_iter(b'\n', data) {
            let next = lf.wrapping_add(1);
            let paired = lf.checked_sub(1).and_then(|cr| data.get(cr)) == Some(&b'\r');
            if !paired {
                dirty.bare_lf = true;
                // A bare LF ends no line: the column goes on, as it would for the next server.
                continue;
            }
            pairs = pairs.wrapping_add(1);
            let width = lf
                .wrapping_sub(line)
                .wrapping_add(self.column)
                .wrapping_sub(1);
            dirty.long_line |= width > TEXT_LINE;
            self.column = 0;
            line = next;
            if data.get(next) == Some(&b'.') {
                (len, dot) = (next, true);
                break;
            }
        }
        self.column = self.column.saturating_add(len.saturating_sub(line));
        dirty.long_line |= self.column > TEXT_LINE;
        let run = data.get(..len).unwrap_or(data);
        dirty.bare_cr = memchr_iter(b'\r', run).count() != pairs;
        let (all, least) = run
            .iter()
            .fold((0, u8::MAX), |(all, least): (u8, u8), &byte| {
                (all | byte, least.min(byte))
            });
        dirty.eight_bit = !all.is_ascii();
        dirty.nul = least == 0;
        Run { len, dot, dirty }
    }

    /// A copy of a run with its stray octets put right.
    fn repaired(&self, run: &[u8]) -> Bytes {
        let mut clean = BytesMut::with_capacity(run.len());
        let mut rest = run.iter().copied().peekable();
        while let Some(byte) = rest.next() {
            match byte {
                b'\r' if rest.peek() == Some(&b'\n') => {
                    rest.next();
                    clean.extend_from_slice(b"\r\n");
                }
                b'\r' if self.policy.bare_cr == Stray::Repair => clean.extend_from_slice(b" "),
                b'\n' if self.policy.bare_lf == Stray::Repair => clean.extend_from_slice(b"\r\n"),
                0 if self.policy.nul == Stray::Repair => {}
                _ => clean.extend_from_slice(&[byte]),
            }
        }
        clean.freeze()
    }
}

impl BodyFindings {
    /// Both findings together.
    pub(crate) const fn and(self, other: Self) -> Self {
        Self {
            bare_cr: self.bare_cr || other.bare_cr,
            bare_lf: self.bare_lf || other.bare_lf,
            nul: self.nul || other.nul,
            eight_bit: self.eight_bit || other.eight_bit,
            long_line: self.long_line || other.long_line,
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    /// Feeds `pieces`, and gives content, findings, and what stayed in the buffer behind the end.
    fn run(pieces: &[&[u8]], policy: StrayPolicy) -> Option<(Vec<u8>, BodyFindings, Vec<u8>)> {
        let mut data = Unstuffer::new(policy);
        let (mut input, mut content) = (BytesMut::new(), Vec::new());
        let mut pieces = pieces.iter();
        loop {
            match data.next(&mut input) {
                Step::Chunk(chunk) => content.extend_from_slice(&chunk),
                Step::End => {
                    pieces.for_each(|piece| input.extend_from_slice(piece));
                    return Some((content, data.findings(), input.to_vec()));
                }
                Step::More => {
                    assert!(input.len() <= 2, "{input:?} is left");
                    input.extend_from_slice(pieces.next()?);
                }
            }
        }
    }

    /// One octet at a time, whole, and cut at every place: the same each time.
    #[track_caller]
    fn content(wire: &[u8], policy: StrayPolicy) -> Option<(Vec<u8>, BodyFindings, Vec<u8>)> {
        let whole = run(&[wire], policy);
        assert_eq!(
            run(&wire.chunks(1).collect::<Vec<_>>(), policy),
            whole,
            "octet by octet"
        );
        for cut in 0..=wire.len() {
            let (left, right) = wire.split_at(cut);
            assert_eq!(run(&[left, right], policy), whole, "cut at {cut}");
        }
        whole
    }

    const POLICIES: [StrayPolicy; 2] = [
        StrayPolicy {
            bare_cr: Stray::Refuse,
            bare_lf: Stray::Refuse,
            nul: Stray::Keep,
            long_lines: true,
        },
        StrayPolicy::keep(),
    ];

    #[test]
    fn dots_are_taken_out_and_crlf_dot_crlf_is_the_end() {
        for policy in POLICIES {
            for (wire, expected) in [
                (&b".\r\n"[..], &b""[..]),
                (b"..\r\n.\r\n", b".\r\n"),
                (b"a\r\n..b\r\n...\r\n.c\r\n.\r\n", b"a\r\n.b\r\n..\r\nc\r\n"),
                (b"\r\n\r\n..\r\n.\r\n", b"\r\n\r\n.\r\n"),
                (b"no end of line.\r\n.\r\n", b"no end of line.\r\n"),
            ] {
                let (content, findings, rest) = content(wire, policy).unwrap();
                assert_eq!((&content[..], &rest[..]), (expected, &b""[..]));
                assert!(findings.is_clean());
            }
            let (content, _, rest) = content(b"x\r\n.\r\nRSET\r\n", policy).unwrap();
            assert_eq!((&content[..], &rest[..]), (&b"x\r\n"[..], &b"RSET\r\n"[..]));
        }
    }

    #[test]
    fn nothing_else_is_the_end() {
        let ends: [&[u8]; 17] = [
            b"\n.\n",
            b"\n.\r",
            b"\n.\r\n",
            b"\r.\n",
            b"\r.\r",
            b"\r.\r\n",
            b"\r\n.\n",
            b"\r\n.\r",
            b"\r\n.\r\r\n",
            b"\r\r\n.\r\r\n",
            b"\r\n\0.\r\n",
            b"\r\n.\0\r\n",
            b"\r\n. \r\n",
            b"\r\n.\t\r\n",
            b"\r\n\x0b.\r\n",
            b"\n\n.\r\n",
            b"\r\n.\n\r\n",
        ];
        for end in ends {
            for policy in POLICIES {
                let wire = [b"head", end, b"MAIL FROM:<evil@example.org>\r\n.\r\nQUIT"].concat();
                let (content, _, rest) = content(&wire, policy).unwrap();
                assert!(
                    content.ends_with(b"MAIL FROM:<evil@example.org>\r\n"),
                    "{end:?}"
                );
                assert_eq!(rest, b"QUIT");
            }
        }
        // CRCRLF . CRLF holds a true CRLF . CRLF.
        let (content, findings, rest) = content(b"a\r\r\n.\r\nb", POLICIES[0]).unwrap();
        assert_eq!((&content[..], &rest[..]), (&b"a\r\r\n"[..], &b"b"[..]));
        assert!(findings.bare_cr() && !findings.bare_lf());
    }

    #[test]
    fn strays_are_repaired() {
        let policy = StrayPolicy::repair().nul(Stray::Repair);
        let (content, findings, _) =
            content(b"a\nb\rc\0d\r\n..\ne\r\n.x\r\n..\n.\n\r\n.\r\n", policy).unwrap();
        assert_eq!(content, b"a\r\nb cd\r\n.\r\ne\r\nx\r\n.\r\n.\r\n\r\n");
        assert!(findings.bare_cr() && findings.bare_lf() && findings.nul() && !findings.is_clean());
    }

    #[test]
    fn long_lines_and_eight_bit_are_seen() {
        let long = [&[b'x'; 998][..], b"\r\n.\r\n"].concat();
        assert!(!run(&[&long], POLICIES[0]).unwrap().1.long_line());
        let longer = [&[b'x'; 999][..], b"\r\n.\r\n"].concat();
        for cut in [1, 998, 999, 1000, 1001] {
            assert!(
                run(&[&longer[..cut], &longer[cut..]], POLICIES[0])
                    .unwrap()
                    .1
                    .long_line()
            );
        }
        assert!(
            content(b"\xc3\xa4\r\n.\r\n", POLICIES[0])
                .unwrap()
                .1
                .eight_bit()
        );
    }

    #[test]
    fn runs_are_slices_of_the_input() {
        let text = [&[b'x'; 4000][..], b"\r\n", &[b'y'; 4000], b"\r\n.\r\n"].concat();
        let mut input = BytesMut::from(&text[..]);
        let place = input.as_ptr();
        let Step::Chunk(chunk) = Unstuffer::new(POLICIES[0]).next(&mut input) else {
            panic!()
        };
        assert_eq!((chunk.as_ptr(), chunk.len()), (place, 8004));
    }
}
