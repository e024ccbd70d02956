//! The engine together with the two fields that it must know: what the index and the stream both run.

use super::{content_type::essence, params::ParamRefs, part::encoding_token};
use crate::{
    error::{Problem, ProblemCode, Span, to_u64},
    frame::{
        Boundary, Limits,
        engine::{self, Colon, Engine, Entity, Step},
    },
    grammar::{is_bchar, slice, trim, trim_end},
    types::{encoding::Encoding, index::TypeEntry, params::ParamFault, part_kind::PartKind},
};

/// How long a boundary may be before it is none: RFC 2046 §5.1.1 says 70.
const LONGEST_BOUNDARY: usize = 998;

#[derive(Clone, Debug)]
pub(crate) struct Structure {
    pub(crate) engine: Engine,
    header: HeaderFacts,
    /// The parts right inside the innermost multipart are messages unless they say otherwise; one bit a level.
    digests: alloc::vec::Vec<u64>,
}

/// What the fields of the current header said.
#[derive(Clone, Debug, Default)]
struct HeaderFacts {
    content_type: Option<(Span, Kind, TypeEntry)>,
    boundary: Option<Boundary>,
    encoding: Option<(Span, Option<Encoding>)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Leaf,
    Multipart { digest: bool },
    Message { global: bool },
}

/// What the end of a header led to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entered {
    pub(crate) kind: PartKind,
    /// What its header says that its body is encoded in; none where nobody defined that.
    pub(crate) declared: Option<Encoding>,
    /// What its body is decoded from.
    pub(crate) encoding: Encoding,
    pub(crate) content_type: Option<TypeEntry>,
}

impl Structure {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            engine: Engine::new(limits),
            header: HeaderFacts::default(),
            digests: alloc::vec::Vec::new(),
        }
    }

    /// True where the part that starts next stands right inside a multipart/digest.
    pub(crate) fn in_digest(&self) -> bool {
        let level = self.engine.depth();
        level > 0 && self.digest_bit(level)
    }

    fn digest_bit(&self, level: usize) -> bool {
        self.digests
            .get(level / 64)
            .is_some_and(|bits| bits >> (level % 64) & 1 == 1)
    }

    fn set_digest_bit(&mut self, level: usize, digest: bool) {
        if !digest && self.digests.is_empty() {
            return;
        }
        if self.digests.len() <= level / 64 {
            self.digests.resize((level / 64).saturating_add(1), 0);
        }
        if let Some(bits) = self.digests.get_mut(level / 64) {
            let bit = 1_u64 << (level % 64);
            *bits = if digest { *bits | bit } else { *bits & !bit };
        }
    }

    /// One step, with the fields of the header noted on the way. Part of its caller, as what it gives is read at once.
    #[inline(always)]
    pub(crate) fn step(&mut self, input: &[u8], eof: bool) -> Step {
        let start = self.engine.position();
        let own = self.header.boundary.as_ref();
        let step = self.engine.step(input, eof, own);
        match step {
            Step::PartStart => self.header = HeaderFacts::default(),
            Step::Field {
                len,
                colon: Some(colon),
            } => self.note(slice(input, 0, len), colon.at, start),
            _ => {}
        }
        step
    }

    /// Takes the ordinary fields at the front of `input`, behind which nothing will follow; each with its offset, its
    /// length and its colon.
    #[inline]
    pub(crate) fn plain_fields(
        &mut self,
        mut input: &[u8],
        mut each: impl FnMut(u64, usize, Colon),
    ) {
        loop {
            let start = self.engine.position();
            let Some((len, colon)) = self.engine.plain_field(input) else {
                return;
            };
            let (field, rest) = input.split_at_checked(len).unwrap_or((input, &[]));
            self.note(field, colon.at, start);
            each(start, len, colon);
            input = rest;
        }
    }

    #[inline]
    fn note(&mut self, field: &[u8], colon: usize, start: u64) {
        // `Content-Type` and `Content-Transfer-Encoding`, with blanks before the colon or without.
        if colon >= 12 && matches!(field, [b'c' | b'C', _, _, _, _, _, _, b'-', ..]) {
            self.note_content(field, colon, start);
        }
    }

    fn note_content(&mut self, field: &[u8], colon: usize, start: u64) {
        let name = slice(field, 0, colon).trim_ascii_end();
        let span = Span::new(start, start.saturating_add(to_u64(field.len())));
        let after_colon = colon.saturating_add(1);
        let value = slice(field, after_colon, field.len());
        if name.eq_ignore_ascii_case(b"content-type") {
            match self.header.content_type {
                Some((first, ..)) => {
                    self.engine.report(
                        Problem::new(ProblemCode::DuplicateContentType, first).with_other(span),
                    );
                }
                None => self.content_type(trim_end(value), after_colon, span),
            }
        } else if name.eq_ignore_ascii_case(b"content-transfer-encoding") {
            match self.header.encoding {
                Some((first, _)) => {
                    self.engine.report(
                        Problem::new(ProblemCode::DuplicateEncoding, first).with_other(span),
                    );
                }
                None => {
                    let token = encoding_token(value);
                    let encoding = Encoding::from_token(token);
                    if encoding.is_none() {
                        self.engine
                            .report(Problem::new(ProblemCode::UnknownEncoding, span));
                    }
                    if trim(value) != token {
                        self.engine
                            .report(Problem::new(ProblemCode::BadEncoding, span));
                    }
                    self.header.encoding = Some((span, encoding));
                }
            }
        }
    }

    /// Notes a Content-Type whose value stands at `at` in the field.
    fn content_type(&mut self, value: &[u8], at: usize, span: Span) {
        let found = essence(value);
        if found.malformed {
            self.engine
                .report(Problem::new(ProblemCode::BadContentType, span));
        }
        let is = |text: &[u8], word: &str| text.eq_ignore_ascii_case(word.as_bytes());
        let kind = if is(found.main, "multipart") {
            Kind::Multipart {
                digest: is(found.sub, "digest"),
            }
        } else if is(found.main, "message") && (is(found.sub, "rfc822") || is(found.sub, "news")) {
            Kind::Message { global: false }
        } else if is(found.main, "message") && is(found.sub, "global") {
            Kind::Message { global: true }
        } else {
            Kind::Leaf
        };
        let params = at.saturating_add(value.len().saturating_sub(found.rest.len()));
        let entry = TypeEntry {
            start: span.start(),
            params: u32::try_from(params).unwrap_or(u32::MAX),
            text: found.main.is_empty() || is(found.main, "text"),
        };
        self.header.content_type = Some((span, kind, entry));
        self.header.boundary = match kind {
            Kind::Multipart { .. } => self.boundary(found.rest, value, span),
            _ => None,
        };
    }

    /// The first plain boundary parameter; where there is none, the one in RFC 2231 form.
    fn boundary(&mut self, rest: &[u8], value: &[u8], span: Span) -> Option<Boundary> {
        let mut plain = None;
        let (mut count, mut extended) = (0_u32, false);
        for param in ParamRefs::new(rest).take(100) {
            if param.name.eq_ignore_ascii_case(b"boundary") {
                count = count.saturating_add(1);
                plain = plain.or(Some(param));
            } else if param
                .name
                .get(..9)
                .is_some_and(|name| name.eq_ignore_ascii_case(b"boundary*"))
            {
                extended = true;
            }
        }
        if count > 1 || (count == 1 && extended) {
            self.engine
                .report(Problem::new(ProblemCode::DuplicateBoundary, span));
        }
        let checked = |boundary: &[u8], odd: bool, this: &mut Self| {
            if odd || boundary.len() > 70 {
                this.engine
                    .report(Problem::new(ProblemCode::OddBoundary, span));
            }
            let usable = !boundary.is_empty()
                && boundary.len() <= LONGEST_BOUNDARY
                && !boundary.contains(&b'\n');
            usable.then(|| Boundary::new(boundary))
        };
        match plain {
            Some(param) => {
                let value = param.unescaped();
                let kept = value.trim_ascii_end();
                let odd = kept.len() != value.len()
                    || param.fault != ParamFault::None
                    || param.value.contains(&b'\\')
                    || !kept.iter().all(|&b| is_bchar(b))
                    || kept.starts_with(b"=?");
                checked(kept, odd, self)
            }
            None if extended => {
                let content_type = crate::types::content_type::ContentType::read(value);
                let boundary = content_type.params().get("boundary");
                checked(
                    boundary.unwrap_or_default().trim_end().as_bytes(),
                    true,
                    self,
                )
            }
            None => None,
        }
    }

    /// Goes into the body that the header is for.
    #[inline(always)]
    pub(crate) fn enter(&mut self, in_digest: bool) -> Entered {
        let facts = core::mem::take(&mut self.header);
        let encoding = facts
            .encoding
            .map_or(Some(Encoding::SevenBit), |(_, encoding)| encoding);
        let identity = encoding.is_none_or(Encoding::is_identity);
        let here = facts.encoding.map_or_else(Span::default, |(span, _)| span);
        let kind = match facts.content_type {
            Some((_, kind, _)) => kind,
            None if in_digest => Kind::Message { global: false },
            None => Kind::Leaf,
        };
        self.engine
            .expect_few_dashes(encoding == Some(Encoding::Base64));
        let entered = match kind {
            Kind::Leaf => self.engine.enter(Entity::Leaf),
            Kind::Multipart { digest } => {
                if !identity {
                    self.engine
                        .report(Problem::new(ProblemCode::EncodedComposite, here));
                }
                match &facts.boundary {
                    Some(boundary) => {
                        let entered = self.engine.enter(Entity::Multipart(boundary.get()));
                        self.set_digest_bit(
                            self.engine.depth(),
                            digest && entered == engine::Entered::Multipart,
                        );
                        entered
                    }
                    None => {
                        let span = facts
                            .content_type
                            .map_or_else(Span::default, |(span, ..)| span);
                        self.engine
                            .report(Problem::new(ProblemCode::MissingBoundary, span));
                        self.engine.enter(Entity::Leaf)
                    }
                }
            }
            // What is encoded is no message before it is decoded.
            Kind::Message { global } if !identity => {
                if !global {
                    self.engine
                        .report(Problem::new(ProblemCode::EncodedComposite, here));
                }
                self.engine.enter(Entity::Leaf)
            }
            Kind::Message { .. } => {
                let entered = self.engine.enter(Entity::Message);
                self.set_digest_bit(self.engine.depth(), false);
                entered
            }
        };
        let kind = match entered {
            engine::Entered::Leaf => PartKind::Leaf,
            engine::Entered::Multipart => PartKind::Multipart,
            engine::Entered::Message => PartKind::Message,
        };
        let body = if kind == PartKind::Leaf {
            encoding.unwrap_or(Encoding::Binary)
        } else {
            Encoding::Binary
        };
        Entered {
            kind,
            declared: encoding,
            encoding: body,
            content_type: facts.content_type.map(|(.., entry)| entry),
        }
    }
}
