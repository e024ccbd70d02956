//! Body structures (RFC 3501 §9, RFC 9051 §9).

use alloc::vec::Vec;

use bytes::{BufMut, Bytes, BytesMut};

use crate::{
    error::{ParseError, ParseErrorKind as Kind, Repair, Rule},
    grammar::{self, DIGIT},
    parse::{
        cursor::{Cursor, Result},
        scan::Scan,
    },
    types::{
        body_structure::{BodyKind, BodyStructure, Node},
        syntax::Syntax,
        wire,
    },
};

const RULE: Rule = Rule::BodyStructure;

impl TryFrom<Bytes> for BodyStructure {
    type Error = ParseError;

    fn try_from(text: Bytes) -> Result<Self> {
        let mut cursor = Cursor::over(&text, &Syntax::interop());
        let structure = cursor.body_structure()?;
        match cursor.rest() {
            [] => Ok(structure),
            _ => Err(cursor.unexpected(RULE)),
        }
    }
}

/// A part in its plainest form that is neither a multipart nor a message: no literal, no escape, no list of languages.
///
/// Its kind, where its extension data begin, and its octets.
fn plain_part(text: &[u8]) -> Option<(BodyKind, usize, usize)> {
    let mut scan = Scan::new(text);
    scan.byte(b'(')?;
    let media_type = scan.string()?;
    scan.byte(b' ')?;
    let subtype = scan.string()?;
    let kind = kind_of(media_type, subtype);
    scan.byte(b' ')?;
    plain_params(&mut scan)?;
    for _ in 0..2 {
        scan.byte(b' ')?;
        scan.nstring()?;
    }
    scan.byte(b' ')?;
    scan.string()?;
    scan.byte(b' ')?;
    scan.number()?;
    match kind {
        BodyKind::Multipart | BodyKind::Message => return None,
        BodyKind::Text => {
            scan.byte(b' ')?;
            scan.number()?;
        }
        BodyKind::Basic => {}
    }
    let tail = scan.passed();
    for field in 0u32.. {
        if scan.byte(b')').is_some() {
            break;
        }
        scan.byte(b' ')?;
        match field {
            1 if scan.byte(b'(').is_some() => {
                scan.string()?;
                scan.byte(b' ')?;
                plain_params(&mut scan)?;
                scan.byte(b')')?;
            }
            1 => scan.nil()?,
            0 | 2 | 3 => scan.nstring()?,
            _ => return None,
        }
    }
    Some((kind, tail, scan.passed()))
}

#[inline(always)]
fn plain_params(scan: &mut Scan<'_>) -> Option<()> {
    if scan.byte(b'(').is_none() {
        return scan.nil();
    }
    loop {
        scan.string()?;
        scan.byte(b' ')?;
        scan.string()?;
        if scan.byte(b')').is_some() {
            return Some(());
        }
        scan.byte(b' ')?;
    }
}

impl Cursor<'_> {
    /// `body = "(" (body-type-1part / body-type-mpart) ")"`
    ///
    /// One that is as it should be stays the slice it is; one that is not is written anew as it should be.
    pub(crate) fn body_structure(&mut self) -> Result<BodyStructure> {
        let mark = self.mark();
        let mut parts = Vec::with_capacity(8);
        match self.scan_body(&mut parts) {
            Ok(()) => Ok(BodyStructure::from_parsed(
                self.slice(self.since(mark)),
                &parts,
            )),
            Err(error) if !self.is_interop() => Err(error),
            Err(_) => {
                self.reset(mark);
                let mut out = BytesMut::new();
                self.rewrite_body(&mut out)?;
                let text = out.freeze();
                let mut again = Cursor::over(&text, self.syntax());
                parts.clear();
                again.scan_body(&mut parts)?;
                Ok(BodyStructure::from_parsed(text.clone(), &parts))
            }
        }
    }

    /// Exactly the grammar. The parts that are open are a list: each has the index of the one around it for its size.
    fn scan_body(&mut self, parts: &mut Vec<Node>) -> Result<()> {
        let origin = self.offset();
        let offset = |cursor: &Self| {
            u32::try_from(cursor.offset().saturating_sub(origin)).unwrap_or(u32::MAX)
        };
        /// Nothing is around the outermost part.
        const NONE: u32 = u32::MAX;
        let mut depth = 0usize;
        let mut open = NONE;
        loop {
            // A part starts here.
            self.count(RULE)?;
            let index = parts.len();
            let start = offset(self);
            let mut node = Node {
                start,
                end: start,
                tail: start,
                size: 1,
                kind: BodyKind::Multipart,
            };
            if let Some((kind, tail, len)) = plain_part(self.rest()) {
                self.take(tail);
                node.tail = offset(self);
                self.take(len.saturating_sub(tail));
                (node.kind, node.end) = (kind, offset(self));
                parts.push(node);
            } else {
                self.expect(b'(', RULE)?;
                if self.peek() != Some(b'(') {
                    node.kind = self.scan_fields()?;
                }
                if matches!(node.kind, BodyKind::Multipart | BodyKind::Message) {
                    node.size = open;
                    parts.push(node);
                    open = u32::try_from(index).unwrap_or(NONE);
                    depth = depth.saturating_add(1);
                    if depth > self.syntax().depth {
                        return Err(self.error(Kind::TooDeep(self.syntax().depth), RULE));
                    }
                    continue;
                }
                node.tail = offset(self);
                self.scan_extension(true)?;
                node.end = offset(self);
                parts.push(node);
            }
            // And ends here, with as many others as end with it.
            loop {
                let index = open as usize;
                let Some((kind, around)) = parts.get(index).map(|node| (node.kind, node.size))
                else {
                    return Ok(());
                };
                if kind == BodyKind::Multipart && self.peek() == Some(b'(') {
                    break;
                }
                self.expect(b' ', RULE)?;
                let mut tail = offset(self);
                if kind == BodyKind::Multipart {
                    self.scan_string(RULE)?;
                } else {
                    self.number64(RULE)?;
                    tail = offset(self);
                }
                self.scan_extension(kind != BodyKind::Multipart)?;
                let end = offset(self);
                let size = u32::try_from(parts.len().saturating_sub(index)).unwrap_or(u32::MAX);
                if let Some(node) = parts.get_mut(index) {
                    (node.tail, node.end, node.size) = (tail, end, size);
                }
                open = around;
                depth = depth.saturating_sub(1);
            }
        }
    }

    /// The basic fields of a part that is no multipart; those of a message up to the space before its body.
    fn scan_fields(&mut self) -> Result<BodyKind> {
        let mark = self.mark();
        self.scan_string(RULE)?;
        let media_type = self.since(mark);
        self.expect(b' ', RULE)?;
        let mark = self.mark();
        self.scan_string(RULE)?;
        let subtype = self.since(mark);
        self.expect(b' ', RULE)?;
        self.scan_params()?;
        self.expect(b' ', RULE)?;
        self.scan_nstring(RULE)?;
        self.expect(b' ', RULE)?;
        self.scan_nstring(RULE)?;
        self.expect(b' ', RULE)?;
        self.scan_string(RULE)?;
        self.expect(b' ', RULE)?;
        self.number64(RULE)?;
        match kind_of(media_type, subtype) {
            BodyKind::Text => {
                self.expect(b' ', RULE)?;
                self.number64(RULE)?;
                Ok(BodyKind::Text)
            }
            BodyKind::Message => {
                self.expect(b' ', RULE)?;
                self.scan_envelope()?;
                self.expect(b' ', RULE)?;
                Ok(BodyKind::Message)
            }
            kind => Ok(kind),
        }
    }

    /// `body-fld-param = "(" string SP string *(SP string SP string) ")" / nil`
    fn scan_params(&mut self) -> Result<()> {
        if self.nil() {
            return Ok(());
        }
        self.expect(b'(', RULE)?;
        loop {
            self.scan_string(RULE)?;
            self.expect(b' ', RULE)?;
            self.scan_string(RULE)?;
            if self.eat(b')') {
                return Ok(());
            }
            self.expect(b' ', RULE)?;
        }
    }

    /// `body-ext-1part` or `body-ext-mpart`, and the parenthesis that closes the part.
    fn scan_extension(&mut self, single: bool) -> Result<()> {
        for field in 0u32.. {
            if self.eat(b')') {
                return Ok(());
            }
            self.expect(b' ', RULE)?;
            match (single, field) {
                (true, 0) | (_, 3) => self.scan_nstring(RULE)?,
                (false, 0) => self.scan_params()?,
                (_, 1) => self.scan_disposition()?,
                (_, 2) => self.scan_language()?,
                // `body-extension`: whatever the future brings.
                _ => drop(self.value()?),
            }
        }
        Ok(())
    }

    /// `body-fld-dsp = "(" string SP body-fld-param ")" / nil`
    fn scan_disposition(&mut self) -> Result<()> {
        if self.nil() {
            return Ok(());
        }
        self.expect(b'(', RULE)?;
        self.scan_string(RULE)?;
        self.expect(b' ', RULE)?;
        self.scan_params()?;
        self.expect(b')', RULE)
    }

    /// `body-fld-lang = nstring / "(" string *(SP string) ")"`
    fn scan_language(&mut self) -> Result<()> {
        if !self.eat(b'(') {
            return self.scan_nstring(RULE);
        }
        loop {
            self.scan_string(RULE)?;
            if self.eat(b')') {
                return Ok(());
            }
            self.expect(b' ', RULE)?;
        }
    }

    // The same, for what real servers send.

    /// Reads a structure in whatever form, and writes it in the form it should have.
    fn rewrite_body(&mut self, out: &mut BytesMut) -> Result<()> {
        let mut open: Vec<BodyKind> = Vec::new();
        loop {
            // A part starts here.
            self.count(RULE)?;
            let kind = self.rewrite_start(out)?;
            if matches!(kind, Some(BodyKind::Multipart | BodyKind::Message)) {
                open.extend(kind);
                if open.len() > self.syntax().depth {
                    return Err(self.error(Kind::TooDeep(self.syntax().depth), RULE));
                }
                continue;
            }
            // And ends here, with as many others as end with it.
            loop {
                let Some(kind) = open.last().copied() else {
                    return Ok(());
                };
                if kind == BodyKind::Multipart {
                    let mark = self.mark();
                    self.stray_space(RULE)?;
                    if self.peek() == Some(b'(') {
                        break;
                    }
                    self.reset(mark);
                    let more = self.next_member(RULE)?;
                    self.rewrite_multipart_end(more, out)?;
                } else {
                    let more = self.next_member(RULE)?;
                    out.put_u8(b' ');
                    let more = self.rewrite_number(more, out)?;
                    self.rewrite_extension(more, true, out)?;
                }
                open.pop();
            }
        }
    }

    /// The start of a part: of a multipart up to its first part, of a message up to its body, of any other the whole.
    fn rewrite_start(&mut self, out: &mut BytesMut) -> Result<Option<BodyKind>> {
        self.expect(b'(', RULE)?;
        self.stray_space(RULE)?;
        let start = out.len();
        out.put_u8(b'(');
        if self.peek() == Some(b'(') {
            return Ok(Some(BodyKind::Multipart));
        }
        let mark = self.mark();
        let media_type = self.nstring(RULE)?;
        let mut more = self.next_member(RULE)?;
        // `("mixed" ("boundary" "x") NIL NIL)`, `("mixed" NIL ("attachment" NIL))`, `("mixed")`, `(NIL "mixed" ..)`:
        // a multipart whose parts the server left out.
        let no_type = media_type.is_none();
        let known = media_type.as_deref().is_some_and(|name| {
            [
                b"alternative".as_slice(),
                b"mixed",
                b"related",
                b"report",
                b"signed",
                b"digest",
            ]
            .iter()
            .any(|subtype| name.eq_ignore_ascii_case(subtype))
        });
        if !more || self.peek() == Some(b'(') || (known && self.rest().starts_with(b"NIL")) {
            self.reset(mark);
            self.rewrite_no_parts(out)?;
            return Ok(None);
        }
        if no_type {
            let here = self.mark();
            let subtype = self.nstring(RULE)?;
            let named = subtype.is_some();
            let boundary = self.next_member(RULE)? && self.next_is_boundary();
            self.reset(here);
            if named && boundary {
                self.rewrite_no_parts(out)?;
                return Ok(None);
            }
            self.repair(Repair::MissingField, RULE)?;
        }
        let media_type = media_type.unwrap_or(b"application".as_slice().into());
        let subtype = self.nstring(RULE)?;
        if subtype.is_none() {
            self.repair(Repair::MissingField, RULE)?;
        }
        let default: &[u8] = b"octet-stream";
        let subtype = subtype.unwrap_or(default.into());
        more = self.next_member(RULE)?;
        let mut kind = kind_of_text(&media_type, &subtype);
        wire::put_string(out, &media_type);
        out.put_u8(b' ');
        wire::put_string(out, &subtype);
        out.put_u8(b' ');
        more = self.rewrite_params(more, out)?;
        for _ in 0..2 {
            out.put_u8(b' ');
            more = self.rewrite_field(more, out)?;
        }
        out.put_u8(b' ');
        more = self.rewrite_encoding(more, out)?;
        out.put_u8(b' ');
        more = self.rewrite_number(more, out)?;
        if kind == BodyKind::Message {
            // A message without its envelope and structure is shown as any other part.
            if !(more && self.peek() == Some(b'(') && self.message_follows()) {
                self.repair(Repair::NoMessage, RULE)?;
                kind = BodyKind::Basic;
                self.rewrite_no_message(start, more, out)?;
                return Ok(Some(kind));
            }
            out.put_u8(b' ');
            let envelope = self.envelope()?;
            out.put_slice(envelope.as_bytes());
            self.next_member(RULE)?;
            out.put_u8(b' ');
            return Ok(Some(kind));
        }
        if kind == BodyKind::Text {
            out.put_u8(b' ');
            more = self.rewrite_number(more, out)?;
        }
        self.rewrite_extension(more, true, out)?;
        Ok(Some(kind))
    }

    /// At the envelope of a message part: whether a body follows it.
    fn message_follows(&mut self) -> bool {
        let mark = self.mark();
        let follows = self.envelope().is_ok()
            && self.next_member(RULE) == Ok(true)
            && self.peek() == Some(b'(');
        self.reset(mark);
        follows
    }

    /// A message part without its message is written as `application/octet-stream` would be: its envelope, body and
    /// lines, in whatever form, are left out. Its type is kept as a parameter, since its own would promise a message.
    fn rewrite_no_message(&mut self, start: usize, more: bool, out: &mut BytesMut) -> Result<()> {
        // The fields written so far start with `("MESSAGE" "RFC822"`: another subtype makes it a basic part.
        let part = out.split_off(start);
        let mut walk = wire::Walk::new(part.get(1..).unwrap_or_default());
        walk.skip();
        walk.skip();
        out.put_slice(b"(\"MESSAGE\" \"X-RFC822\"");
        out.put_slice(walk.rest());
        let mut more = more;
        // NIL or a number where envelope, body and lines should be.
        for _ in 0..3 {
            let skip = more
                && (self.nil() || {
                    let number = grammar::run(self.rest(), DIGIT);
                    self.take(number);
                    number > 0
                });
            if !skip {
                break;
            }
            more = self.next_member(RULE)?;
        }
        self.rewrite_extension(more, true, out)
    }

    /// At the list behind the subtype of a part: whether it has a boundary, so that the part is a multipart.
    fn next_is_boundary(&mut self) -> bool {
        self.peek() == Some(b'(')
            && self
                .rest()
                .get(1..)
                .unwrap_or_default()
                .trim_ascii_start()
                .get(..b"\"boundary\"".len())
                .is_some_and(|word| word.eq_ignore_ascii_case(b"\"boundary\""))
    }

    /// A multipart without parts: one empty part stands for them, since the grammar wants one.
    fn rewrite_no_parts(&mut self, out: &mut BytesMut) -> Result<()> {
        self.repair(Repair::NoParts, RULE)?;
        out.put_slice(b"(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 0 0)");
        self.rewrite_multipart_end(true, out)
    }

    fn rewrite_multipart_end(&mut self, more: bool, out: &mut BytesMut) -> Result<()> {
        out.put_u8(b' ');
        if !more {
            self.repair(Repair::MissingField, RULE)?;
            out.put_slice(b"\"MIXED\")");
            return Ok(());
        }
        let subtype = self.nstring(RULE)?;
        if subtype.is_none() {
            self.repair(Repair::MissingField, RULE)?;
        }
        wire::put_string(out, subtype.as_deref().unwrap_or(b"MIXED"));
        let more = self.next_member(RULE)?;
        self.rewrite_extension(more, false, out)
    }

    fn rewrite_missing(&mut self, more: bool, instead: &[u8], out: &mut BytesMut) -> Result<bool> {
        if !more {
            self.repair(Repair::MissingField, RULE)?;
            out.put_slice(instead);
        }
        Ok(!more)
    }

    fn rewrite_field(&mut self, more: bool, out: &mut BytesMut) -> Result<bool> {
        if self.rewrite_missing(more, b"NIL", out)? {
            return Ok(false);
        }
        self.rewrite_nstring(out, RULE)?;
        self.next_member(RULE)
    }

    fn rewrite_encoding(&mut self, more: bool, out: &mut BytesMut) -> Result<bool> {
        if self.rewrite_missing(more, b"\"7BIT\"", out)? {
            return Ok(false);
        }
        let encoding = self.nstring(RULE)?;
        if encoding.is_none() {
            self.repair(Repair::MissingField, RULE)?;
        }
        wire::put_string(out, encoding.as_deref().unwrap_or(b"7BIT"));
        self.next_member(RULE)
    }

    fn rewrite_number(&mut self, more: bool, out: &mut BytesMut) -> Result<bool> {
        if self.rewrite_missing(more, b"0", out)? {
            return Ok(false);
        }
        if self.nil() {
            self.repair(Repair::BadNumber, RULE)?;
            out.put_u8(b'0');
            return self.next_member(RULE);
        }
        if self.peek() == Some(b'(') {
            // Extension data where the number should be.
            return self.rewrite_missing(false, b"0", out);
        }
        let quoted = self.peek() == Some(b'"');
        if quoted {
            self.repair(Repair::WrongString, RULE)?;
            self.take(1);
        }
        let number = self.loose_number(RULE)?;
        if quoted {
            self.expect(b'"', RULE)?;
        }
        wire::put_number(out, number);
        self.next_member(RULE)
    }

    fn rewrite_params(&mut self, more: bool, out: &mut BytesMut) -> Result<bool> {
        if self.rewrite_missing(more, b"NIL", out)? {
            return Ok(false);
        }
        self.rewrite_param_list(out)?;
        self.next_member(RULE)
    }

    fn rewrite_param_list(&mut self, out: &mut BytesMut) -> Result<()> {
        if self.nil() {
            out.put_slice(b"NIL");
            return Ok(());
        }
        if self.peek() != Some(b'(') {
            self.repair(Repair::WrongString, RULE)?;
            self.value()?;
            out.put_slice(b"NIL");
            return Ok(());
        }
        self.take(1);
        let mut more = self.first_member(RULE)?;
        if !more {
            self.repair(Repair::EmptyList, RULE)?;
            out.put_slice(b"NIL");
            return Ok(());
        }
        out.put_u8(b'(');
        let mut first = true;
        while more {
            self.count(RULE)?;
            if !core::mem::take(&mut first) {
                out.put_u8(b' ');
            }
            self.rewrite_string(out)?;
            out.put_u8(b' ');
            more = self.next_member(RULE)?;
            match more {
                true => {
                    self.rewrite_string(out)?;
                    more = self.next_member(RULE)?;
                }
                false => {
                    self.repair(Repair::MissingField, RULE)?;
                    out.put_slice(b"\"\"");
                }
            }
        }
        out.put_u8(b')');
        Ok(())
    }

    /// A string that may not be NIL; NIL becomes the empty string.
    fn rewrite_string(&mut self, out: &mut BytesMut) -> Result<()> {
        let text = self.nstring(RULE)?;
        if text.is_none() {
            self.repair(Repair::MissingField, RULE)?;
        }
        wire::put_string(out, text.as_deref().unwrap_or_default());
        Ok(())
    }

    fn rewrite_extension(&mut self, more: bool, single: bool, out: &mut BytesMut) -> Result<()> {
        let mut more = more;
        let mut field = 0u32;
        while more {
            self.count(RULE)?;
            out.put_u8(b' ');
            match (single, field) {
                // A list where the MD5 should be: the server left it out.
                (true, 0) if self.peek() == Some(b'(') => {
                    self.repair(Repair::MissingField, RULE)?;
                    out.put_slice(b"NIL");
                    field = 1;
                    continue;
                }
                (true, 0) => self.rewrite_nstring(out, RULE)?,
                (false, 0) => self.rewrite_param_list(out)?,
                (_, 1) => self.rewrite_disposition(out)?,
                (_, 2) => self.rewrite_language(out)?,
                (_, 3) => self.rewrite_nstring(out, RULE)?,
                _ => out.put_slice(self.value()?.as_bytes()),
            }
            field = field.saturating_add(1);
            more = self.next_member(RULE)?;
        }
        out.put_u8(b')');
        Ok(())
    }

    fn rewrite_disposition(&mut self, out: &mut BytesMut) -> Result<()> {
        if self.nil() {
            out.put_slice(b"NIL");
            return Ok(());
        }
        if self.peek() != Some(b'(') {
            // A bare string for `(string NIL)`.
            self.repair(Repair::WrongString, RULE)?;
            out.put_u8(b'(');
            self.rewrite_string(out)?;
            out.put_slice(b" NIL)");
            return Ok(());
        }
        self.take(1);
        let more = self.first_member(RULE)?;
        if !more {
            self.repair(Repair::EmptyList, RULE)?;
            out.put_slice(b"NIL");
            return Ok(());
        }
        out.put_u8(b'(');
        self.rewrite_string(out)?;
        out.put_u8(b' ');
        let mut more = self.next_member(RULE)?;
        more = self.rewrite_params(more, out)?;
        while more {
            self.repair(Repair::ExtraField, RULE)?;
            self.value()?;
            more = self.next_member(RULE)?;
        }
        out.put_u8(b')');
        Ok(())
    }

    fn rewrite_language(&mut self, out: &mut BytesMut) -> Result<()> {
        if self.peek() != Some(b'(') {
            return self.rewrite_nstring(out, RULE);
        }
        self.take(1);
        let mut more = self.first_member(RULE)?;
        if !more {
            self.repair(Repair::EmptyList, RULE)?;
            out.put_slice(b"NIL");
            return Ok(());
        }
        let mut open = b'(';
        while more {
            out.put_u8(core::mem::replace(&mut open, b' '));
            self.rewrite_string(out)?;
            more = self.next_member(RULE)?;
        }
        out.put_u8(b')');
        Ok(())
    }
}

/// What kind of part has this media type, both as they are written.
fn kind_of(media_type: &[u8], subtype: &[u8]) -> BodyKind {
    let is = |text: &[u8], word: &[u8]| text.eq_ignore_ascii_case(word);
    if is(media_type, b"\"text\"") {
        BodyKind::Text
    } else if is(media_type, b"\"message\"")
        && (is(subtype, b"\"rfc822\"") || is(subtype, b"\"global\""))
    {
        BodyKind::Message
    } else if media_type.starts_with(b"\"") && subtype.starts_with(b"\"") {
        BodyKind::Basic
    } else {
        let mut both = wire::Walk::new(media_type);
        let media_type = both.nstring().unwrap_or_default();
        let subtype = wire::Walk::new(subtype).nstring().unwrap_or_default();
        kind_of_text(&media_type, &subtype)
    }
}

fn kind_of_text(media_type: &[u8], subtype: &[u8]) -> BodyKind {
    if media_type.eq_ignore_ascii_case(b"text") {
        return BodyKind::Text;
    }
    let message = [b"rfc822".as_slice(), b"global"]
        .iter()
        .any(|word| subtype.eq_ignore_ascii_case(word));
    match media_type.eq_ignore_ascii_case(b"message") && message {
        true => BodyKind::Message,
        false => BodyKind::Basic,
    }
}
