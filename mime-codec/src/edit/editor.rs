//! A list of patches over a message.

use alloc::{string::String, vec::Vec};

use crate::{
    build::{Body, Transport, plan_entity},
    encode::{
        field::{FieldWriter, check_name},
        words::write_text,
    },
    error::{InvalidText, InvalidTextKind, Span, to_u64, to_usize},
    grammar::slice,
    types::{field::Field, message::Message, part::Part, part_kind::PartKind},
};

/// Changes a message by patches over its octets: every octet that no patch touches is written as it was, so that
/// signatures over untouched fields and parts hold.
///
/// New lines end as those of the message do.
///
/// ```
/// use mailweft_mime::{Editor, Message};
///
/// let message = Message::parse("From: a@b.example\r\nSubject:  old\r\nX-Odd : kept \r\n\r\nbody");
/// let mut editor = Editor::new(&message);
/// editor.replace_field(0, "Subject", "Grüße")?;
/// editor.prepend_field(0, "X-Seen", "yes")?;
/// assert_eq!(
///     editor.finish().to_bytes(),
///     b"X-Seen: yes\r\nFrom: a@b.example\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\nX-Odd : kept \r\n\r\nbody",
/// );
/// # Ok::<(), mailweft_mime::InvalidText>(())
/// ```
#[derive(Clone, Debug)]
pub struct Editor<'m> {
    root: Part<'m>,
    bytes: &'m [u8],
    patches: Vec<Patch>,
    /// The message ends its lines with LF alone.
    bare_lf: bool,
}

/// Octets in place of a span.
#[derive(Clone, Debug)]
struct Patch {
    span: Span,
    octets: Vec<u8>,
}

impl<'m> Editor<'m> {
    /// No changes yet.
    #[must_use]
    pub fn new<B: AsRef<[u8]>>(message: &'m Message<B>) -> Self {
        let bytes = message.bytes();
        let newline = memchr::memchr(b'\n', bytes);
        let before = newline
            .and_then(|at| at.checked_sub(1))
            .and_then(|at| bytes.get(at));
        let bare_lf = newline.is_some() && before != Some(&b'\r');
        Self {
            root: message.root(),
            bytes,
            patches: Vec::new(),
            bare_lf,
        }
    }

    /// Puts octets in the place of others, with line ends as the message has them.
    fn patch(&mut self, span: Span, mut octets: Vec<u8>) {
        if self.bare_lf {
            octets.retain(|&byte| byte != b'\r');
        }
        self.patches.push(Patch { span, octets });
    }

    fn part(&self, id: u32) -> Result<Part<'m>, InvalidText> {
        self.root
            .at(id)
            .ok_or(InvalidText::new(InvalidTextKind::OutOfRange, "part number"))
    }

    fn line(name: &str, text: &str) -> Result<Vec<u8>, InvalidText> {
        check_name(name)?;
        let mut out = Vec::new();
        let mut writer = FieldWriter::new(&mut out, false);
        writer.begin(name);
        write_text(&mut writer, text)?;
        writer.end();
        Ok(out)
    }

    /// Adds a field at the top of the header of a part: where trace fields go (RFC 5321 §4.4).
    ///
    /// # Errors
    ///
    /// A name that no field can have; CR, LF or NUL in the text; a part that is not there.
    pub fn prepend_field(&mut self, part: u32, name: &str, text: &str) -> Result<(), InvalidText> {
        let part = self.part(part)?;
        let line = Self::line(name, text)?;
        // A continuation line at the top would become one of the new field.
        let starts = |field: &Field<'_>| {
            field
                .raw()
                .first()
                .is_some_and(|&b| !crate::grammar::is_wsp(b))
        };
        match part.fields().find(starts) {
            Some(field) => self.patch(Span::new(field.span().start(), field.span().start()), line),
            None => self.append_line(part, line),
        }
        Ok(())
    }

    /// Adds a field at the end of the header of a part.
    ///
    /// # Errors
    ///
    /// As for [`prepend_field`](Self::prepend_field).
    pub fn append_field(&mut self, part: u32, name: &str, text: &str) -> Result<(), InvalidText> {
        let part = self.part(part)?;
        let line = Self::line(name, text)?;
        self.append_line(part, line);
        Ok(())
    }

    fn append_line(&mut self, part: Part<'_>, line: Vec<u8>) {
        let at = part.header_span().end();
        // Headers around an empty part may lack the empty line that ends them: without it, the line were theirs.
        let is_open = |around: &Part<'_>| {
            around.header_span().end() == at && around.body_span().start() == at
        };
        let around = core::iter::successors(part.parent(), |part| part.parent());
        let open = around.take_while(is_open).count();
        // The line before, of a header or a boundary, may lack its end.
        let before = self.bytes.get(..to_usize(at)).unwrap_or_default();
        let last = before.rsplit(|&byte| byte == b'\n').next();
        let last = last.unwrap_or_default();
        let is_in_line = !last.is_empty();
        // With its end, a line of CRs is an empty line: it ends the outermost of the headers, or the field goes before it.
        let is_blank = is_in_line && last.iter().all(|&byte| byte == b'\r');
        let (at, ends) = match (is_blank, open) {
            (true, 0) => (at.saturating_sub(to_u64(last.len())), 0),
            (true, open) => (at, open),
            (false, open) => (at, open.saturating_add(is_in_line.into())),
        };
        let octets = [b"\r\n".repeat(ends), line].concat();
        self.patch(Span::new(at, at), octets);
    }

    /// Gives the first field of that name another value, or adds it; later fields of the name go.
    ///
    /// # Errors
    ///
    /// As for [`prepend_field`](Self::prepend_field).
    pub fn replace_field(&mut self, part: u32, name: &str, text: &str) -> Result<(), InvalidText> {
        let view = self.part(part)?;
        let line = Self::line(name, text)?;
        let spans: Vec<Span> = view.fields_named(name).map(Field::span).collect();
        let Some((&first, later)) = spans.split_first() else {
            return self.append_field(part, name, text);
        };
        self.patch(first, line);
        for &span in later {
            self.patch(span, Vec::new());
        }
        Ok(())
    }

    /// Puts a line in the place of a field.
    pub(super) fn set_line(&mut self, span: Span, line: Vec<u8>) {
        self.patch(span, line);
    }

    /// Takes every field of that name away, and gives their number.
    ///
    /// # Errors
    ///
    /// A part that is not there.
    pub fn remove_fields(&mut self, part: u32, name: &str) -> Result<usize, InvalidText> {
        let spans: Vec<Span> = self
            .part(part)?
            .fields_named(name)
            .map(Field::span)
            .collect();
        for &span in &spans {
            self.patch(span, Vec::new());
        }
        Ok(spans.len())
    }

    /// Gives every field of a name another name; their values stay as they are.
    ///
    /// # Errors
    ///
    /// A new name that no field can have; a part that is not there.
    pub fn rename_fields(
        &mut self,
        part: u32,
        name: &str,
        new: &str,
    ) -> Result<usize, InvalidText> {
        check_name(new)?;
        let spans: Vec<Span> = self
            .part(part)?
            .fields_named(name)
            .map(Field::name_span)
            .collect();
        for &span in &spans {
            self.patch(span, new.as_bytes().to_vec());
        }
        Ok(spans.len())
    }

    /// Gives a part another body, with the MIME fields that go with it; its other fields stay as they are.
    ///
    /// # Errors
    ///
    /// A part that is not there; a body whose octets the caller would have to bring; text that no field can hold.
    pub fn replace_body(&mut self, part: u32, body: Body, seed: u64) -> Result<(), InvalidText> {
        let part = self.part(part)?;
        let entity = entity(body, seed)?;
        self.check_boundaries(part, &entity)?;
        let new = Message::parse(entity);
        for field in part.fields() {
            let mime = field
                .name()
                .get(..8)
                .is_some_and(|name| name.eq_ignore_ascii_case(b"content-"));
            if mime {
                self.patch(field.span(), Vec::new());
            }
        }
        let end = part.header_span().end();
        let mut head = Vec::new();
        if !part.raw_header().is_empty() && !part.raw_header().ends_with(b"\n") {
            head.extend_from_slice(b"\r\n");
        }
        if part.is_message_root() && part.field("MIME-Version").is_none() {
            head.extend_from_slice(b"MIME-Version: 1.0\r\n");
        }
        head.extend_from_slice(new.root().raw_header());
        head.extend_from_slice(b"\r\n");
        head.extend_from_slice(new.root().raw_body());
        self.patch(Span::new(end, part.body_span().end()), head);
        Ok(())
    }

    /// Puts another part in the place of one, header and all. The message itself has no other.
    ///
    /// # Errors
    ///
    /// As for [`replace_body`](Self::replace_body); part 0.
    pub fn replace_part(&mut self, part: u32, body: Body, seed: u64) -> Result<(), InvalidText> {
        let part = self.part(part)?;
        if part.is_message_root() {
            return Err(InvalidText::new(InvalidTextKind::Reserved, "part number"));
        }
        let entity = entity(body, seed)?;
        self.check_boundaries(part, &entity)?;
        self.patch(part.span(), entity);
        Ok(())
    }

    /// Takes a part out of the multipart that holds it, with the boundary line before it.
    ///
    /// # Errors
    ///
    /// A part that no multipart holds, or that is not there.
    pub fn remove_part(&mut self, part: u32) -> Result<(), InvalidText> {
        let part = self.part(part)?;
        let parent = part
            .parent()
            .filter(|parent| parent.kind() == PartKind::Multipart);
        let parent = parent.ok_or(InvalidText::new(InvalidTextKind::Reserved, "part number"))?;
        let before = parent
            .children()
            .take_while(|child| child.id() < part.id())
            .last();
        let start = before.map_or(parent.preamble_span().end(), |before| before.span().end());
        self.patch(Span::new(start, part.span().end()), Vec::new());
        Ok(())
    }

    /// Adds a part at the end of a multipart.
    ///
    /// # Errors
    ///
    /// A part that is no multipart with parts in it; otherwise as for [`replace_body`](Self::replace_body).
    pub fn add_part(&mut self, multipart: u32, body: Body, seed: u64) -> Result<(), InvalidText> {
        let multipart = self.part(multipart)?;
        let none = InvalidText::new(InvalidTextKind::Reserved, "part number");
        let last = multipart
            .children()
            .last()
            .filter(|_| multipart.is_multipart())
            .ok_or(none)?;
        let entity = entity(body, seed)?;
        self.check_boundaries(last, &entity)?;
        // The boundary line before the last part, as it stands there.
        let before = multipart
            .children()
            .filter(|child| child.id() < last.id())
            .last();
        let start = before.map_or(multipart.preamble_span().end(), |before| {
            before.span().end()
        });
        let line = Span::new(start, last.span().start()).of(self.bytes);
        let mut octets = Vec::from(*b"\r\n");
        octets.extend_from_slice(line.trim_ascii());
        octets.extend_from_slice(b"\r\n");
        octets.extend_from_slice(&entity);
        self.patch(Span::new(last.span().end(), last.span().end()), octets);
        Ok(())
    }

    /// Puts a part into a new multipart, as its first part and octet for octet; `others` follow it.
    ///
    /// # Errors
    ///
    /// A subtype that is no token; otherwise as for [`replace_part`](Self::replace_part).
    pub fn wrap_part(
        &mut self,
        part: u32,
        subtype: &str,
        others: Vec<Body>,
        seed: u64,
    ) -> Result<(), InvalidText> {
        let raw = Body::raw(self.part(part)?.raw().to_vec());
        let body = Body::multipart(subtype, core::iter::once(raw).chain(others))?;
        self.replace_part(part, body, seed)
    }

    /// Refuses octets in which a boundary stands that is open around them.
    fn check_boundaries(&self, part: Part<'_>, octets: &[u8]) -> Result<(), InvalidText> {
        for around in core::iter::successors(part.parent(), |part| part.parent()) {
            let content_type = around.content_type();
            let Some(boundary) = content_type.params().get("boundary") else {
                continue;
            };
            let mut needle = String::from("--");
            needle.push_str(&boundary);
            if memchr::memmem::find(octets, needle.as_bytes()).is_some() {
                return Err(InvalidText::new(InvalidTextKind::Duplicate, "boundary"));
            }
        }
        Ok(())
    }

    /// The changed message. Patches inside of what another patch took away are gone with it.
    #[must_use]
    pub fn finish(mut self) -> Edited<'m> {
        self.patches.sort_by_key(|patch| {
            (
                patch.span.start(),
                core::cmp::Reverse(patch.span.is_empty()),
            )
        });
        Edited {
            bytes: self.bytes,
            patches: self.patches,
        }
    }
}

/// Header and body of a part of its own.
fn entity(body: Body, seed: u64) -> Result<Vec<u8>, InvalidText> {
    let draft = plan_entity(body, seed, Transport::default())?;
    draft
        .to_bytes()
        .ok_or(InvalidText::new(InvalidTextKind::Empty, "attachment"))
}

/// A changed message: slices of the old one, and new octets between them.
#[derive(Clone, Debug)]
pub struct Edited<'m> {
    bytes: &'m [u8],
    patches: Vec<Patch>,
}

impl Edited<'_> {
    /// The octets in order, without copying any.
    #[must_use]
    pub fn slices(&self) -> Slices<'_> {
        Slices {
            bytes: self.bytes,
            patches: &self.patches,
            at: 0,
            waiting: None,
        }
    }

    /// How many octets there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.slices()
            .map(|slice| to_u64(slice.len()))
            .fold(0, u64::saturating_add)
    }

    /// True where there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All octets at once.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(to_usize(self.len()));
        for slice in self.slices() {
            out.extend_from_slice(slice);
        }
        out
    }
}

/// The slices of a changed message; made by [`Edited::slices`].
#[derive(Clone, Debug)]
pub struct Slices<'e> {
    bytes: &'e [u8],
    patches: &'e [Patch],
    /// Up to where the old message has been handed out or taken away.
    at: usize,
    waiting: Option<&'e [u8]>,
}

impl<'e> Iterator for Slices<'e> {
    type Item = &'e [u8];

    fn next(&mut self) -> Option<&'e [u8]> {
        loop {
            if let Some(octets) = self.waiting.take().filter(|octets| !octets.is_empty()) {
                return Some(octets);
            }
            let Some((patch, rest)) = self.patches.split_first() else {
                let last = slice(self.bytes, self.at, self.bytes.len());
                self.at = self.bytes.len();
                return Some(last).filter(|last| !last.is_empty());
            };
            self.patches = rest;
            let start = to_usize(patch.span.start());
            if start < self.at {
                continue;
            }
            let before = slice(self.bytes, self.at, start);
            self.at = to_usize(patch.span.end());
            self.waiting = Some(&patch.octets);
            if !before.is_empty() {
                return Some(before);
            }
        }
    }
}
