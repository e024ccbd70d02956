//! Message content in DATA: the end at CRLF.CRLF and at nothing else, stuffed dots taken out
//! (RFC 5321 §4.1.1.4, §4.5.2).

use core::ops::Range;

use bytes::{Buf as _, Bytes, BytesMut};
use memchr::{memchr, memchr_iter, memmem, memrchr};

mod sweep;

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
    /// Octets of the line so far.
    column: usize,
}

impl Unstuffer {
    pub(crate) fn new(policy: StrayPolicy) -> Self {
        Self {
            policy,
            findings: BodyFindings::default(),
            finder: memmem::Finder::new(b"\r\n."),
            line_start: true,
            column: 0,
        }
    }

    /// What was seen so far.
    pub(crate) const fn findings(&self) -> BodyFindings {
        self.findings
    }

    /// Takes the next piece of content.
    pub(crate) fn next(&mut self, input: &mut BytesMut) -> Step {
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
        let held = usize::from(input.last() == Some(&b'\r'));
        let usable = input.len().saturating_sub(held);
        if usable == 0 {
            return Step::More;
        }
        if self.policy.is_blind() {
            self.searched(usable, input)
        } else {
            self.swept(usable, input)
        }
    }

    /// The next piece where nothing is looked for but dots: the next one is searched for, with those near it.
    fn searched(&mut self, usable: usize, input: &mut BytesMut) -> Step {
        let data = input.get(..usable).unwrap_or_default();
        let plan = match self.finder.find(data) {
            Some(before) => Plan::new(input, usable, before.saturating_add(2)),
            None => Plan::up_to(usable),
        };
        self.carry_out(&plan, input, BodyFindings::default(), 0)
    }

    /// The next piece by one pass over it all.
    fn swept(&mut self, usable: usize, input: &mut BytesMut) -> Step {
        let data = input.get(..usable).unwrap_or_default();
        let mut plan = Plan::up_to(usable);
        let (end, look) = sweep::sweep(data, |dot| plan.takes(dot, input));
        plan.end = end;
        let mut column = self.column;
        let seen = Self::findings_of(look, plan.covered(input), &mut column);
        if !self.policy.repairs(seen) {
            return self.carry_out(&plan, input, seen, column);
        }
        self.note(&plan, input, seen, column);
        let mut clean = BytesMut::with_capacity(plan.end);
        let covered = input.split_to(plan.end);
        for run in plan.runs() {
            self.repair(covered.get(run).unwrap_or_default(), &mut clean);
        }
        Step::Chunk(clean.freeze())
    }

    /// Hands on what a plan covers, of which `seen` is known.
    fn carry_out(
        &mut self,
        plan: &Plan,
        input: &mut BytesMut,
        seen: BodyFindings,
        column: usize,
    ) -> Step {
        self.note(plan, input, seen, column);
        Step::Chunk(plan.carry_out(input))
    }

    /// Notes what is known of that which a plan covers.
    fn note(&mut self, plan: &Plan, input: &[u8], seen: BodyFindings, column: usize) {
        self.column = column;
        self.findings = self.findings.and(seen);
        self.line_start = plan.covered(input).ends_with(b"\r\n");
    }

    /// What is in a run that ought not to be there, by a look at it.
    ///
    /// A run begins with no half of a CRLF and ends with none. `column` is as for [`has_long_line`].
    fn findings_of(look: Look, run: &[u8], column: &mut usize) -> BodyFindings {
        let (bare_cr, bare_lf) = match look.unpaired {
            true => which(run),
            false => (false, false),
        };
        BodyFindings {
            bare_cr,
            bare_lf,
            nul: look.nul,
            eight_bit: look.eight_bit,
            long_line: has_long_line(run, column),
        }
    }

    /// Copies a run with its stray octets put right.
    fn repair(&self, run: &[u8], clean: &mut BytesMut) {
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
    }
}

/// Whether a line that begins with a dot is content, and its dot a stuffed one.
fn is_stuffed(line: Option<&[u8]>) -> bool {
    !matches!(
        line,
        None | Some([] | [b'.'] | [b'.', b'\r'] | [b'.', b'\r', b'\n', ..])
    )
}

/// What one pass over a run shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Look {
    /// A CR or an LF stands alone.
    unpaired: bool,
    nul: bool,
    eight_bit: bool,
}

/// Which of the two stands alone, where one does.
fn which(run: &[u8]) -> (bool, bool) {
    let (mut bare_cr, mut bare_lf, mut before) = (false, false, b' ');
    for &octet in run {
        bare_cr |= before == b'\r' && octet != b'\n';
        bare_lf |= before != b'\r' && octet == b'\n';
        before = octet;
    }
    (bare_cr || before == b'\r', bare_lf)
}

/// Whether a line is over its limit, one look for a line end in a thousand octets. `column` is how much of
/// a line came before the run, and after it how much of one it leaves behind. A stuffed dot does not count
/// (RFC 5321 §4.5.3.1.6); that of the first line is not in the run any more.
fn has_long_line(run: &[u8], column: &mut usize) -> bool {
    const WHOLE: usize = TEXT_LINE.saturating_add(2);
    let (mut rest, mut long) = (run, false);
    while !rest.is_empty() {
        let before = run.split_at(run.len().saturating_sub(rest.len())).0;
        let stuffed = usize::from(before.ends_with(b"\r\n") && rest.first() == Some(&b'.'));
        let allowed = WHOLE.saturating_add(stuffed).saturating_sub(*column).max(1);
        let window = rest.get(..allowed).unwrap_or(rest);
        let end = match memrchr(b'\n', window) {
            Some(end) => Some(end),
            None if window.len() < allowed => None,
            None => {
                long = true;
                memchr(b'\n', rest)
            }
        };
        match end.and_then(|end| rest.get(end.saturating_add(1)..)) {
            Some(after) => {
                rest = after;
                *column = 0;
            }
            None => {
                let left = rest.len().saturating_sub(stuffed);
                *column = column.saturating_add(left).min(WHOLE);
                break;
            }
        }
    }
    long
}

/// How short runs are moved together: where their dots stand, and where the last one ends.
struct Plan {
    dots: [usize; BATCH],
    count: usize,
    end: usize,
}

/// Dots that are taken out in one go.
const BATCH: usize = 64;

impl Plan {
    /// Without dots so far.
    const fn up_to(end: usize) -> Self {
        Self {
            dots: [0; BATCH],
            count: 0,
            end,
        }
    }

    /// Whether the dot there, which stands behind a CRLF, is taken out with those before it: it is not too far from
    /// them, and there is room for it.
    #[inline(always)]
    fn takes(&mut self, dot: usize, input: &[u8]) -> bool {
        let last = self
            .count
            .checked_sub(1)
            .and_then(|last| self.dots.get(last));
        let far = dot.wrapping_sub(last.copied().unwrap_or(0)) >= SLICE_RUN;
        match self.dots.get_mut(self.count) {
            Some(place) if !far && is_stuffed(input.get(dot..)) => {
                *place = dot;
                self.count = self.count.wrapping_add(1);
                true
            }
            _ => false,
        }
    }

    /// Looks on from the dot at `first`, which stands behind a CRLF, in the `usable` octets of the input.
    fn new(input: &[u8], usable: usize, first: usize) -> Self {
        let mut plan = Self::up_to(usable);
        if !plan.takes(first, input) {
            plan.end = first;
            return plan;
        }
        let from = first.saturating_add(1);
        let data = input.get(from..usable).unwrap_or_default();
        for lf in memchr_iter(b'\n', data) {
            let next = lf.wrapping_add(1);
            let crlf = lf.checked_sub(1).and_then(|cr| data.get(cr)) == Some(&b'\r');
            if !crlf || data.get(next) != Some(&b'.') {
                continue;
            }
            let dot = from.wrapping_add(next);
            if !plan.takes(dot, input) {
                plan.end = dot;
                break;
            }
        }
        plan
    }

    /// The octets that go out, dots and all.
    fn covered<'i>(&self, input: &'i [u8]) -> &'i [u8] {
        input.get(..self.end).unwrap_or_default()
    }

    /// Where the runs without dots stand.
    fn runs(&self) -> impl Iterator<Item = Range<usize>> {
        let dots = self.dots.get(..self.count).unwrap_or_default();
        let starts = dots.iter().map(|dot| dot.wrapping_add(1));
        let ends = dots.iter().copied().chain([self.end]);
        core::iter::once(0)
            .chain(starts)
            .zip(ends)
            .map(|(start, end)| start..end)
    }

    /// Moves the runs together, and cuts them off.
    fn carry_out(&self, input: &mut BytesMut) -> Bytes {
        let mut written = 0_usize;
        for run in self.runs() {
            let len = run.len();
            // The first stands where it belongs.
            if written > 0 {
                input.copy_within(run, written);
            }
            written = written.wrapping_add(len);
        }
        let chunk = input.split_to(written).freeze();
        input.advance(self.end.saturating_sub(written));
        chunk
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
    fn a_stuffed_dot_does_not_count() {
        for (dots, x, long) in [("..", 997, false), ("..", 998, true), (".", 998, false)] {
            let line = alloc::format!("{dots}{}\r\n", "x".repeat(x));
            for wire in [
                line.clone(),
                alloc::format!("a\r\n{line}"),
                alloc::format!("..\r\n{line}b\r\n"),
            ] {
                let (_, findings, _) =
                    content(alloc::format!("{wire}.\r\n").as_bytes(), POLICIES[0]).unwrap();
                assert_eq!(findings.long_line(), long, "{} octets", wire.len());
            }
        }
    }

    #[test]
    fn strays_at_both_ends_of_a_run_are_seen() {
        let (_, findings, _) = content(b"\nx\r\ry\r\n.\r\n", POLICIES[0]).unwrap();
        assert!(findings.bare_cr() && findings.bare_lf());
        let (_, findings, _) = run(&[b"\nx\r\r", b"\n.\r\n"], POLICIES[0]).unwrap();
        assert!(findings.bare_cr() && findings.bare_lf());
    }

    #[test]
    fn what_is_not_to_be_repaired_stays() {
        let keep = StrayPolicy::keep();
        for (policy, expected) in [
            (keep.bare_lf(Stray::Repair), &b"a\r\nb\rc\0d\r\n.\r\n"[..]),
            (keep.bare_cr(Stray::Repair), b"a\nb c\0d\r\n.\r\n"),
            (keep.nul(Stray::Repair), b"a\nb\rcd\r\n.\r\n"),
        ] {
            let (kept, ..) = content(b"a\nb\rc\0d\r\n..\r\n.\r\n", policy).unwrap();
            assert_eq!(kept, expected);
        }
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
