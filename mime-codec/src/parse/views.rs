//! What other programs may see in an ambiguous message: for gateways that look at the union of it all.

use alloc::{collections::BTreeSet, vec::Vec};

use super::problems::hides;
use crate::{
    error::{Problem, ProblemCode, Severity, Span, to_u64, to_usize},
    grammar::{is_fws, slice, trim},
    transfer,
    types::{
        encoding::Encoding, message::Message, part::Part, part_kind::PartKind,
        view::AlternativeView,
    },
};

/// How many views of one message are made, and how many ambiguities are followed.
const MOST: usize = 256;

impl<B: AsRef<[u8]>> Message<B> {
    /// Content that other programs may find in the message where this one does not.
    ///
    /// Each ambiguity is followed the other ways: other encodings of a body, the other Content-Type, other
    /// boundaries, a header that ends earlier, parts and encoded data in preamble and epilogue. A gateway that
    /// looks at the bodies of all parts and at all views sees what any program behind it may see. A message
    /// without ambiguities has none.
    #[must_use]
    pub fn views(&self) -> Vec<AlternativeView> {
        let problems = self.problems();
        let mut views = Views {
            bytes: self.bytes(),
            list: Vec::new(),
            seen: BTreeSet::new(),
            entities: 0,
        };
        for problem in problems
            .iter()
            .filter(|problem| problem.severity() == Severity::Ambiguity)
            // Each may cost as much as its part is long.
            .take(MOST)
        {
            if let Some(part) = self.part(problem.part()) {
                views.follow(problem, part);
            }
        }
        for part in self.parts() {
            for (octets, span) in [
                (part.preamble(), part.preamble_span()),
                (part.epilogue(), part.epilogue_span()),
            ] {
                if hides(octets) {
                    views.region(ProblemCode::HiddenContent, span);
                }
            }
        }
        views.list
    }
}

struct Views<'a> {
    bytes: &'a [u8],
    list: Vec<AlternativeView>,
    /// The regions that were taken apart already, so that each is looked at once.
    seen: BTreeSet<(u64, u64)>,
    /// How many headers were looked for inside of regions: each may cost as much as the region is long.
    entities: usize,
}

impl Views<'_> {
    fn follow(&mut self, problem: &Problem, part: Part<'_>) {
        let reason = problem.code();
        // Where the header may end earlier, its rest is body.
        let from = match reason {
            ProblemCode::FieldWithoutColon
            | ProblemCode::LeadingContinuation
            | ProblemCode::BareCr => problem.span().start(),
            ProblemCode::OddBlankLine | ProblemCode::MissingBlankLine => problem.span().start(),
            _ => part.body_span().start(),
        };
        let span = Span::new(from.max(part.span().start()), part.body_span().end());
        self.decoded(reason, part, span);
        self.region(reason, span);
        if from != part.body_span().start() {
            self.region(reason, part.body_span());
        }
        // What follows a part that ended too early, in the eyes of others, belongs to it.
        if let Some(parent) = part.parent() {
            if parent.kind() == PartKind::Multipart
                && matches!(
                    reason,
                    ProblemCode::NearDelimiter | ProblemCode::NestedBoundary
                )
            {
                self.region(reason, parent.body_span());
            }
        }
    }

    fn push(&mut self, reason: ProblemCode, span: Span, content: Vec<u8>) {
        if self.list.len() < MOST
            && !content.is_empty()
            && !self.list.iter().any(|view| view.content == content)
        {
            self.list.push(AlternativeView {
                reason,
                span,
                content,
            });
        }
    }

    /// The body in every encoding that any of its fields names.
    fn decoded(&mut self, reason: ProblemCode, part: Part<'_>, span: Span) {
        let octets = span.of(self.bytes);
        for encoding in [
            Encoding::Base64,
            Encoding::QuotedPrintable,
            Encoding::Uuencode,
        ] {
            let name = encoding.as_str().trim_start_matches("x-").as_bytes();
            let named = part.fields_named("Content-Transfer-Encoding").any(|field| {
                let value = super::words::decode_text(field.raw_value()).to_ascii_lowercase();
                memchr::memmem::find(value.as_bytes(), name).is_some()
            });
            let in_header =
                memchr::memmem::find(&part.raw_header().to_ascii_lowercase(), name).is_some();
            if named || in_header {
                self.push(
                    reason,
                    span,
                    transfer::decode(encoding, octets).0.into_owned(),
                );
            }
        }
        if transfer::uuencode::begin_line(octets) {
            self.push(
                reason,
                span,
                transfer::decode(Encoding::Uuencode, octets).0.into_owned(),
            );
        }
    }

    /// A region taken apart at everything that looks like a boundary line: the parts that stand there.
    fn region(&mut self, reason: ProblemCode, span: Span) {
        if span.is_empty()
            || !self.seen.insert((span.start(), span.end()))
            || self.seen.len() > MOST
        {
            return;
        }
        let octets = span.of(self.bytes);
        let start = to_usize(span.start());
        if transfer::uuencode::begin_line(octets) {
            self.push(
                reason,
                span,
                transfer::decode(Encoding::Uuencode, octets).0.into_owned(),
            );
        }
        let mut from = None;
        let mut at = 0_usize;
        for line in octets
            .split_inclusive(|&b| b == b'\n')
            .chain(core::iter::once(&b"--"[..]))
        {
            let is_boundary = line.starts_with(b"--");
            if is_boundary {
                if let Some(from) = from {
                    self.entity(reason, start, slice(octets, from, at), from);
                }
                // Content-fields may stand on the boundary line itself.
                let after = at.saturating_add(line.len());
                from = Some(after);
            }
            at = at.saturating_add(line.len());
        }
        // Fields in the middle of content, as after a bare CR or a header that ended early.
        let text: Vec<u8> = octets
            .iter()
            .map(|&b| if b == b'\r' { b'\n' } else { b })
            .collect();
        let mut at = 0_usize;
        for line in text.split_inclusive(|&b| b == b'\n') {
            if slice(trim(line), 0, 26).eq_ignore_ascii_case(b"content-transfer-encoding:") {
                self.entity(reason, start, slice(octets, at, octets.len()), at);
            }
            at = at.saturating_add(line.len());
        }
    }

    /// Header and body that may stand in a region: the body, decoded as the header says.
    fn entity(&mut self, reason: ProblemCode, region: usize, octets: &[u8], at: usize) {
        if octets.iter().all(|&b| is_fws(b)) || self.entities >= MOST {
            return;
        }
        self.entities = self.entities.saturating_add(1);
        let message = Message::parse(octets);
        for part in message.parts().filter(|part| part.kind() == PartKind::Leaf) {
            let begin = to_u64(region.saturating_add(at));
            let span = Span::new(begin, begin.saturating_add(to_u64(octets.len())));
            self.push(reason, span, part.body().into_owned());
        }
    }
}
