//! Everything that is odd about a message.

use alloc::vec::Vec;

use mailweft_address::{Class, Entry, entries};

use super::{
    mailbox,
    params::MOST as MOST_PARAMS,
    words::{has_too_many, has_word},
};
use crate::{
    charset::Charset,
    error::{Problem, ProblemCode, Span, to_u64},
    grammar::{is_ftext, slice},
    transfer::uuencode,
    types::{
        date_time::DateTime,
        encoding::Encoding,
        field::Field,
        message::Message,
        params::{ParamFault, Params},
        part::Part,
        part_kind::PartKind,
    },
};

/// How many problems are listed.
const MOST: usize = 10_000;

/// Fields that may stand once in a message (RFC 5322 §3.6), and once in a part.
const SINGLE: [&str; 11] = [
    "From",
    "Sender",
    "Reply-To",
    "To",
    "Cc",
    "Bcc",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Subject",
];
const SINGLE_IN_PART: [&str; 4] = [
    "Content-Disposition",
    "Content-ID",
    "Content-Description",
    "MIME-Version",
];

impl<B: AsRef<[u8]>> Message<B> {
    /// Everything that is odd about the message: its structure, every field, every octet.
    ///
    /// It looks at all of the message, and decodes what is encoded;
    /// [`structure_problems`](Self::structure_problems) costs nothing.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut found = Finder {
            list: self.structure_problems().to_vec(),
            part: 0,
        };
        found.octets(self.bytes());
        for part in self.parts().take(MOST) {
            found.part = part.id();
            found.header(part);
            if part.kind() == PartKind::Leaf {
                found.body(part);
            } else {
                found.midline(part);
                found.hidden(part.preamble(), part.preamble_span());
                found.hidden(part.epilogue(), part.epilogue_span());
            }
        }
        found.list.truncate(MOST);
        found
            .list
            .sort_by_key(|problem| (problem.span().start(), problem.code()));
        found.list
    }
}

struct Finder {
    list: Vec<Problem>,
    part: u32,
}

impl Finder {
    fn add(&mut self, code: ProblemCode, span: Span) {
        self.list.push(Problem::new(code, span).in_part(self.part));
    }

    fn add_pair(&mut self, code: ProblemCode, span: Span, other: Span) {
        self.list.push(
            Problem::new(code, span)
                .with_other(other)
                .in_part(self.part),
        );
    }

    /// The first of each kind of odd octet.
    fn octets(&mut self, bytes: &[u8]) {
        let one = |at: usize| Span::new(to_u64(at), to_u64(at.saturating_add(1)));
        if let Some(at) = memchr::memchr(0, bytes) {
            self.add(ProblemCode::Nul, one(at));
        }
        let bare_cr = memchr::memchr_iter(b'\r', bytes)
            .find(|at| bytes.get(at.saturating_add(1)) != Some(&b'\n'));
        if let Some(at) = bare_cr {
            self.add(ProblemCode::BareCr, one(at));
        }
        let (mut bare_lf, mut long, mut start) = (None, None, 0_usize);
        for at in memchr::memchr_iter(b'\n', bytes) {
            let crlf = at.checked_sub(1).and_then(|before| bytes.get(before)) == Some(&b'\r');
            bare_lf = bare_lf.or((!crlf).then_some(at));
            if at.saturating_sub(start) > 999 {
                long = long.or(Some(Span::new(to_u64(start), to_u64(at))));
            }
            start = at.saturating_add(1);
        }
        if let Some(at) = bare_lf {
            self.add(ProblemCode::BareLf, one(at));
        }
        if let Some(span) = long {
            self.add(ProblemCode::LongLine, span);
        }
    }

    fn header(&mut self, part: Part<'_>) {
        let root = part.is_message_root();
        for field in part.fields() {
            if has_too_many(field.raw_value()) {
                self.add(ProblemCode::ValueLimit, field.value_span());
            }
            self.field(field, root);
        }
        let groups: &[&[&str]] = if root {
            &[&SINGLE, &SINGLE_IN_PART]
        } else {
            &[&SINGLE_IN_PART]
        };
        for &name in groups.iter().copied().flatten() {
            let mut named = part.fields_named(name);
            let Some(first) = named.next() else { continue };
            let disposition = name == "Content-Disposition";
            let code = if disposition {
                ProblemCode::DuplicateDisposition
            } else {
                ProblemCode::DuplicateField
            };
            for again in named {
                self.add_pair(code, first.span(), again.span());
            }
        }
        if part.id() == 0 {
            let end = Span::new(part.header_span().end(), part.header_span().end());
            if part.field("From").is_none() {
                self.add(ProblemCode::MissingFrom, end);
            }
            if part.field("Date").is_none() {
                self.add(ProblemCode::MissingDate, end);
            }
            if part.field("MIME-Version").is_none() && part.field("Content-Type").is_some() {
                self.add(ProblemCode::MissingMimeVersion, end);
            }
        }
        self.mime(part);
    }

    fn field(&mut self, field: Field<'_>, root: bool) {
        let name = field.name();
        if !name.is_empty() && !field.is_well_formed() {
            let code = if name.iter().all(|&b| is_ftext(b)) {
                ProblemCode::SpaceBeforeColon
            } else {
                ProblemCode::BadFieldName
            };
            self.add(code, field.name_span());
        }
        if core::str::from_utf8(field.raw_value()).is_err() {
            self.add(ProblemCode::RawHeader, field.value_span());
        }
        if !root {
            return;
        }
        if field.is("Date") {
            if DateTime::read(field.raw_value()).is_none_or(|(_, odd)| !odd.is_standard()) {
                self.add(ProblemCode::BadDate, field.value_span());
            }
        } else if ["From", "Sender", "Reply-To", "To", "Cc", "Bcc"]
            .iter()
            .any(|name| field.is(name))
        {
            let (mut mailboxes, mut bad, mut mended) = (0_usize, false, false);
            for (count, entry) in entries(field.raw_value()).enumerate() {
                if count == mailbox::MOST {
                    self.add(ProblemCode::ValueLimit, field.value_span());
                    break;
                }
                match entry {
                    Ok(Entry::Mailbox { findings, .. }) => {
                        mailboxes = mailboxes.saturating_add(1);
                        mended |= findings.iter().any(|f| f.diagnosis.class() == Class::Error);
                    }
                    Ok(_) => {}
                    Err(_) => bad = true,
                }
            }
            let signs = memchr::memchr_iter(b'@', field.raw_value()).count();
            if bad || (field.is("From") && mailboxes == 0) {
                self.add(ProblemCode::BadAddress, field.value_span());
            } else if mended || signs > mailboxes {
                self.add(ProblemCode::OddAddress, field.value_span());
            }
        } else if field.is("Message-ID") {
            let mut ids = field.message_ids();
            let first = ids.next();
            let ok = first.is_some_and(|id| crate::MessageId::new(id.as_str()).is_ok())
                && ids.next().is_none();
            if !ok || !field.raw_value().starts_with(b"<") {
                self.add(ProblemCode::BadMessageId, field.value_span());
            }
        }
    }

    fn mime(&mut self, part: Part<'_>) {
        let mut names = Vec::new();
        for (field, wanted) in [
            ("Content-Disposition", "filename"),
            ("Content-Type", "name"),
        ] {
            let Some(found) = part.field(field) else {
                continue;
            };
            let params = if wanted == "name" {
                found.content_type().params().clone()
            } else {
                found.disposition().params().clone()
            };
            self.params(&params, found.value_span());
            names.extend(
                params
                    .candidates(wanted)
                    .into_iter()
                    .map(|name| (name.into_owned(), found.value_span())),
            );
        }
        if let Some((first, span)) = names.first() {
            if let Some((_, other)) = names.iter().find(|(name, _)| name != first) {
                self.add_pair(ProblemCode::DuplicateFileName, *span, *other);
            }
        }
        let content_type = part.content_type();
        if let Some(label) = content_type
            .charset()
            .filter(|_| content_type.media_type().is_text())
        {
            if Charset::from_label(label.as_bytes()).is_none() {
                let span = part
                    .field("Content-Type")
                    .map_or_else(Span::default, Field::value_span);
                self.add(ProblemCode::UnknownCharset, span);
            }
        }
    }

    fn params(&mut self, params: &Params, span: Span) {
        if params.list.len() >= MOST_PARAMS {
            self.add(ProblemCode::ValueLimit, span);
        }
        for (at, param) in params.list.iter().enumerate() {
            match param.fault {
                ParamFault::None => {}
                ParamFault::Unclosed => self.add(ProblemCode::UnclosedQuote, span),
                ParamFault::Unquoted | ParamFault::Spaced => {
                    self.add(ProblemCode::UnquotedParameter, span);
                }
            }
            if has_word(&param.value) {
                self.add(ProblemCode::EncodedWordInParameter, span);
            }
            let before = params.list.get(..at).unwrap_or_default();
            if before
                .iter()
                .any(|other| other.name.eq_ignore_ascii_case(&param.name))
            {
                self.add(ProblemCode::DuplicateParameter, span);
            }
        }
        let mut numbers: Vec<(&str, u32)> = Vec::new();
        for param in &params.list {
            let (base, number) = super::params::piece(&param.name);
            if let Some(number) = number {
                numbers.push((base, number));
            }
        }
        let ordered = numbers.windows(2).all(|pair| match pair {
            [a, b] => !a.0.eq_ignore_ascii_case(b.0) || a.1 < b.1,
            _ => true,
        });
        if !ordered {
            self.add(ProblemCode::ParameterOrder, span);
        }
        numbers.sort_unstable();
        let mut wanted = ("", 0);
        let gap = numbers.iter().any(|&(base, number)| {
            let next = if base == wanted.0 { wanted.1 } else { 0 };
            wanted = (base, number.saturating_add(1));
            number != next
        });
        if gap {
            self.add(ProblemCode::ParameterGap, span);
        }
    }

    fn body(&mut self, part: Part<'_>) {
        let span = part.body_span();
        let encoding = part.encoding();
        if encoding == Some(Encoding::SevenBit) && !part.raw_body().is_ascii() {
            self.add(ProblemCode::RawBody, span);
        }
        let encoding = encoding.unwrap_or(Encoding::Binary);
        if encoding.is_identity() {
            return;
        }
        let (_, faults) = part.decoded_body();
        for (is, code) in [
            (faults.junk, ProblemCode::Base64Junk),
            (faults.padding_inside, ProblemCode::Base64Padding),
            (faults.truncated, ProblemCode::Base64Truncated),
            (faults.bad_escape, ProblemCode::BadEscape),
        ] {
            if is {
                self.add(code, span);
            }
        }
    }

    /// The first boundary that stands inside a line of its multipart.
    fn midline(&mut self, part: Part<'_>) {
        let content_type = part.content_type();
        let boundary = content_type
            .params()
            .get("boundary")
            .filter(|_| part.is_multipart());
        let Some(boundary) = boundary else { return };
        let mut needle = Vec::from(*b"--");
        needle.extend_from_slice(boundary.trim_end().as_bytes());
        let (body, start) = (part.raw_body(), part.body_span().start());
        let inside = |&at: &usize| {
            at.checked_sub(1)
                .and_then(|before| body.get(before))
                .is_some_and(|&b| b != b'\n' && b != b'-')
        };
        if let Some(at) = memchr::memmem::find_iter(body, &needle).find(inside) {
            let from = start.saturating_add(to_u64(at));
            self.add(
                ProblemCode::MidlineDelimiter,
                Span::new(from, from.saturating_add(to_u64(needle.len()))),
            );
        }
    }

    fn hidden(&mut self, octets: &[u8], span: Span) {
        if hides(octets) {
            self.add(ProblemCode::HiddenContent, span);
        }
    }
}

/// True where octets outside the parts look like encoded content or like parts.
pub(crate) fn hides(octets: &[u8]) -> bool {
    let mut lines = octets
        .split(|&b| b == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines.any(|line| {
        let base64 = line.len() >= 40
            && line
                .iter()
                .all(|&b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='));
        let field = slice(line, 0, 8).eq_ignore_ascii_case(b"content-");
        base64 || field || uuencode::begin(line).is_some() || line.starts_with(b"=ybegin ")
    })
}
