//! A message that is ready to be written: what stands where, and how long it is.

use alloc::{string::String, vec::Vec};

use bytes::Bytes;
use mailweft_address::Address;
use memchr::memmem;

use super::{
    attachment::Content,
    body::{Body, Node},
    builder::Transport,
    census::Census,
    people::People,
    writer::Writer,
};
use crate::{
    encode::{
        field::{FieldWriter, is_not_break, refuse},
        words::write_text,
    },
    error::{InvalidText, to_u64},
    grammar::slice,
    transfer::{base64, quoted_printable},
    types::{
        content_type::{ContentType, MediaType},
        encoding::Encoding,
    },
};

/// A message that is ready to be written, any number of times.
#[derive(Clone, Debug)]
pub struct Draft {
    pub(super) segments: Vec<Segment>,
    sources: Vec<SourceInfo>,
    /// What follows the segments.
    pub(super) tail: Vec<u8>,
    people: People,
    len: u64,
    eight_bit: bool,
    binary: bool,
    utf8: bool,
}

/// A run of octets of the message.
#[derive(Clone, Debug)]
pub(super) enum Segment {
    /// Written as they are.
    Literal(Bytes),
    /// Written in base64.
    Encoded(Bytes),
    /// The caller brings them; they are written in base64.
    Source { number: usize, len: u64 },
}

/// An attachment whose octets the caller brings.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SourceInfo {
    /// Its number, counted from 0 in the order in which they are asked for.
    pub number: usize,
    /// How many octets it has.
    pub len: u64,
    /// Its file name, where it has one.
    pub name: Option<String>,
}

impl Draft {
    /// Exactly how many octets the message has.
    #[must_use]
    pub const fn len(&self) -> u64 {
        self.len
    }

    /// Never true: a message has a header.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The addresses of To, Cc and Bcc: the recipients of the envelope, in that order.
    ///
    /// ```
    /// use mailweft_mime::{Builder, DateTime};
    ///
    /// let address = |text: &str| text.parse::<mailweft_address::Address>();
    /// let date = DateTime::from_timestamp(0, 0).unwrap();
    /// let draft = Builder::new().from(address("ann@example.org")?).bcc(address("eve@example.org")?)
    ///     .to(address("joe@example.org")?).date(date).build()?;
    /// let recipients: Vec<_> = draft.recipients().map(|address| address.as_str()).collect();
    /// assert_eq!(recipients, ["joe@example.org", "eve@example.org"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn recipients(&self) -> impl Iterator<Item = &Address> {
        self.people.recipients()
    }

    /// The attachments that the caller brings while the message is written.
    #[must_use]
    pub fn sources(&self) -> &[SourceInfo] {
        &self.sources
    }

    /// True where a body has octets above 127 as they are: the transport must have 8BITMIME.
    #[must_use]
    pub const fn is_eight_bit(&self) -> bool {
        self.eight_bit
    }

    /// True where a body has lines of more than 998 octets, or NULs: the transport must have BINARYMIME.
    #[must_use]
    pub const fn is_binary(&self) -> bool {
        self.binary
    }

    /// True where a header has UTF-8: the transport must have SMTPUTF8.
    #[must_use]
    pub const fn is_utf8(&self) -> bool {
        self.utf8
    }

    /// Begins to write the message.
    #[must_use]
    pub fn writer(&self) -> Writer<'_> {
        Writer::new(self)
    }

    /// The whole message, as [`to_bytes`](Self::to_bytes) gives it, without copying what stands together already: that is
    /// all of a message of short or quoted-printable texts.
    ///
    /// ```
    /// use mailweft_mime::{Builder, DateTime};
    ///
    /// let address: mailweft_address::Address = "ann@example.org".parse()?;
    /// let date = DateTime::from_timestamp(0, 0).unwrap();
    /// let draft = Builder::new().from(address).date(date).text("Hello!\r\n").build()?;
    /// assert_eq!(draft.to_bytes(), draft.into_bytes());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn into_bytes(self) -> Option<Vec<u8>> {
        if self.segments.is_empty() {
            Some(self.tail)
        } else {
            self.to_bytes()
        }
    }

    /// The whole message at once; `None` where the caller has octets to bring.
    #[must_use]
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        let mut out = Vec::with_capacity(crate::error::to_usize(self.len));
        for segment in &self.segments {
            match segment {
                Segment::Literal(octets) => out.extend_from_slice(octets),
                Segment::Encoded(octets) => {
                    let mut encoder = base64::Encoder::default();
                    encoder.push(octets, &mut out);
                    encoder.finish(&mut out);
                }
                Segment::Source { .. } => return None,
            }
        }
        out.extend_from_slice(&self.tail);
        Some(out)
    }
}

/// One multipart that is being laid out.
struct Open {
    boundary: String,
    /// The number of the node after it.
    end: usize,
}

/// A part of its own: the fields of MIME, and the body.
pub(crate) fn plan_entity(
    body: Body,
    seed: u64,
    transport: Transport,
) -> Result<Draft, InvalidText> {
    plan(Vec::new(), body, seed, transport, People::default())
}

/// A message with a header that was written already.
pub(crate) fn plan_message(
    head: Vec<u8>,
    body: Body,
    seed: u64,
    transport: Transport,
) -> Result<Draft, InvalidText> {
    plan(head, body, seed, transport, People::default())
}

/// Lays out a message: `head` is its header up to the fields of MIME.
pub(super) fn plan(
    head: Vec<u8>,
    body: Body,
    seed: u64,
    transport: Transport,
    people: People,
) -> Result<Draft, InvalidText> {
    let mut layout = Layout {
        utf8: !head.is_ascii(),
        text: head,
        transport,
        draft: Vec::new(),
        sources: Vec::new(),
        eight_bit: false,
        binary: false,
    };
    let mut boundaries = Boundaries { seed, count: 0 };
    // Every boundary holds `=_`, which few contents do, and no text of a multipart; a single part has none.
    let suspicious = body.nodes.len() > 1
        && body
            .nodes
            .iter()
            .any(|(node, _)| may_hold_boundary(node, transport));
    let nodes = body.nodes.iter().filter(|_| suspicious);
    let verbatim: Vec<Bytes> = nodes.filter_map(|(node, _)| verbatim(node)).collect();
    let mut open: Vec<Open> = Vec::new();
    for (at, (node, size)) in body.nodes.into_iter().enumerate() {
        layout.close(&mut open, at);
        if let Some(around) = open.last() {
            layout.delimiter(&around.boundary, false);
        }
        match node {
            Node::Multipart { content_type } => {
                let boundary = boundaries.next(&verbatim);
                content_type
                    .with_param("boundary", &boundary)
                    .write(&mut layout.fields());
                layout.text.extend_from_slice(b"\r\n");
                open.push(Open {
                    boundary,
                    end: at.saturating_add(size),
                });
            }
            Node::Text { content_type, text } => {
                layout.text_part(content_type, text, !open.is_empty());
            }
            Node::Raw(octets) => {
                layout.note(&octets);
                layout.octets(octets);
            }
            Node::Message { media_type, octets } => {
                ContentType::from(media_type).write(&mut layout.fields());
                let encoding = layout.note(&octets);
                if encoding != Encoding::SevenBit {
                    layout.encoding(encoding);
                }
                layout.text.extend_from_slice(b"\r\n");
                layout.octets(octets);
            }
            Node::Attachment(attachment) => layout.attachment(attachment)?,
        }
    }
    layout.close(&mut open, usize::MAX);
    Ok(layout.finish(people))
}

/// Whether `=_` stands in octets, which begins every boundary.
fn may_be_boundary(octets: &[u8]) -> bool {
    memmem::find(octets, b"=_").is_some()
}

fn may_hold_boundary(node: &Node, transport: Transport) -> bool {
    match node {
        Node::Raw(octets) | Node::Message { octets, .. } => may_be_boundary(octets),
        Node::Attachment(attachment) => match &attachment.content {
            Content::Octets(octets) => transport.binary && may_be_boundary(octets),
            // In base64, no `_` stands.
            Content::Source(_) => false,
        },
        Node::Multipart { .. } | Node::Text { .. } => false,
    }
}

/// The octets of a part that are written as they are, in which a boundary must not stand.
fn verbatim(node: &Node) -> Option<Bytes> {
    match node {
        Node::Raw(octets) | Node::Message { octets, .. } => Some(octets.clone()),
        Node::Attachment(attachment) => match &attachment.content {
            Content::Octets(octets) => Some(octets.clone()),
            Content::Source(_) => None,
        },
        Node::Multipart { .. } | Node::Text { .. } => None,
    }
}

/// Makes boundaries that stand in no part.
///
/// `=_` stands in no base64, and in no quoted-printable, where two digits follow an `=`.
struct Boundaries {
    seed: u64,
    count: u64,
}

impl Boundaries {
    fn next(&mut self, verbatim: &[Bytes]) -> String {
        loop {
            self.count = self.count.wrapping_add(1);
            let (a, b) = (self.mix(0), self.mix(1));
            let boundary = alloc::format!("=_{a:016x}{:08x}", b >> 32);
            let finder = memmem::Finder::new(boundary.as_bytes());
            if verbatim.iter().all(|octets| finder.find(octets).is_none()) {
                return boundary;
            }
        }
    }

    /// splitmix64: spreads seed and number over 64 bits.
    fn mix(&self, lane: u64) -> u64 {
        let number = self.count.wrapping_mul(2).wrapping_add(lane);
        let mut z = self
            .seed
            .wrapping_add(number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

/// Fewer octets are copied to the text around them, rather than written on their own.
const SHORT: usize = 512;

struct Layout {
    /// Text that is to be written after the segments so far.
    text: Vec<u8>,
    transport: Transport,
    draft: Vec<Segment>,
    sources: Vec<SourceInfo>,
    eight_bit: bool,
    binary: bool,
    utf8: bool,
}

impl Layout {
    fn fields(&mut self) -> FieldWriter<'_> {
        FieldWriter::new(&mut self.text, self.transport.utf8)
    }

    fn delimiter(&mut self, boundary: &str, close: bool) {
        self.text.extend_from_slice(b"\r\n--");
        self.text.extend_from_slice(boundary.as_bytes());
        self.text
            .extend_from_slice(if close { b"--\r\n" } else { b"\r\n" });
    }

    /// Closes the multiparts that end before the node of that number.
    fn close(&mut self, open: &mut Vec<Open>, at: usize) {
        while let Some(last) = open.last().filter(|last| last.end <= at) {
            self.delimiter(&last.boundary, true);
            open.pop();
        }
    }

    fn encoding(&mut self, encoding: Encoding) {
        self.text.extend_from_slice(b"Content-Transfer-Encoding: ");
        self.text.extend_from_slice(encoding.as_str().as_bytes());
        self.text.extend_from_slice(b"\r\n");
    }

    /// Notes what octets that are written as they are ask of the transport.
    fn note(&mut self, octets: &[u8]) -> Encoding {
        let encoding = identity(octets, Census::of(octets));
        self.note_encoding(encoding);
        encoding
    }

    fn note_encoding(&mut self, encoding: Encoding) {
        self.eight_bit |= encoding != Encoding::SevenBit;
        self.binary |= encoding == Encoding::Binary;
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.draft
                .push(Segment::Literal(core::mem::take(&mut self.text).into()));
        }
    }

    /// As [`octets`](Self::octets), for what is shared with nobody.
    fn own(&mut self, octets: Vec<u8>) {
        if octets.len() < SHORT {
            self.text.extend_from_slice(&octets);
        } else {
            self.octets(octets.into());
        }
    }

    fn octets(&mut self, octets: Bytes) {
        if octets.len() < SHORT {
            self.text.extend_from_slice(&octets);
        } else {
            self.flush();
            self.draft.push(Segment::Literal(octets));
        }
    }

    fn text_part(&mut self, content_type: ContentType, text: String, in_multipart: bool) {
        let (text, census) = canonical(text);
        let charset = if census.eight_bit {
            "utf-8"
        } else {
            "us-ascii"
        };
        content_type.write_with_charset(&mut self.fields(), charset);
        let mut encoding = choose(&text, census, self.transport);
        // What looks like a boundary is written so that it does not.
        if in_multipart && encoding.is_identity() && may_be_boundary(text.as_bytes()) {
            encoding = Encoding::QuotedPrintable;
        }
        self.encoding(encoding);
        self.text.extend_from_slice(b"\r\n");
        match encoding {
            Encoding::Base64 => {
                self.flush();
                self.draft.push(Segment::Encoded(text.into_bytes().into()));
            }
            Encoding::QuotedPrintable => {
                quoted_printable::encode_onto(text.as_bytes(), &mut self.text);
            }
            _ => {
                self.note_encoding(encoding);
                self.own(text.into_bytes());
            }
        }
    }

    fn attachment(&mut self, attachment: super::attachment::Attachment) -> Result<(), InvalidText> {
        if let Some(name) = &attachment.name {
            refuse(name, "file name", is_not_break)?;
        }
        let disposition = attachment.disposition();
        // Old programs look for the name here alone.
        let legacy = attachment
            .name
            .as_deref()
            .filter(|name| attachment.legacy_name && !name.is_ascii());
        let content_type = match &attachment.name {
            Some(name)
                if legacy.is_none() && attachment.content_type.params().get("name").is_none() =>
            {
                attachment.content_type.with_param("name", name)
            }
            _ => attachment.content_type,
        };
        // A message or multipart may not be encoded (RFC 2045 §6.4): as a file it is octets.
        let composite =
            content_type.media_type().is_multipart() || content_type.media_type().is_message();
        let content_type = if composite {
            MediaType::OCTET_STREAM.into()
        } else {
            content_type
        };
        let mut fields = self.fields();
        match legacy {
            Some(name) => content_type.write_with_words(&mut fields, name),
            None => content_type.write(&mut fields),
        }
        disposition.write(&mut fields);
        if let Some(id) = &attachment.content_id {
            fields.begin("Content-ID");
            fields.word(
                alloc::format!("{}", crate::types::message_id::MessageId::new(id.as_str())?)
                    .as_bytes(),
            );
            fields.end();
        }
        if let Some(description) = &attachment.description {
            fields.begin("Content-Description");
            write_text(&mut fields, description)?;
            fields.end();
        }
        // Octets that are at hand are known to hold no boundary.
        let is_binary = self.transport.binary && matches!(attachment.content, Content::Octets(_));
        let encoding = if is_binary {
            Encoding::Binary
        } else {
            Encoding::Base64
        };
        if is_binary {
            self.note_encoding(encoding);
        }
        self.encoding(encoding);
        self.text.extend_from_slice(b"\r\n");
        self.flush();
        self.draft.push(match attachment.content {
            Content::Octets(octets) if is_binary => Segment::Literal(octets),
            Content::Octets(octets) => Segment::Encoded(octets),
            Content::Source(len) => {
                let number = self.sources.len();
                self.sources.push(SourceInfo {
                    number,
                    len,
                    name: attachment.name,
                });
                Segment::Source { number, len }
            }
        });
        Ok(())
    }

    fn finish(self, people: People) -> Draft {
        let len = |segment: &Segment| match segment {
            Segment::Literal(octets) => to_u64(octets.len()),
            Segment::Encoded(octets) => base64::encoded_len(to_u64(octets.len())),
            Segment::Source { len, .. } => base64::encoded_len(*len),
        };
        let tail = to_u64(self.text.len());
        Draft {
            len: self.draft.iter().map(len).fold(tail, u64::saturating_add),
            segments: self.draft,
            tail: self.text,
            sources: self.sources,
            people,
            eight_bit: self.eight_bit,
            binary: self.binary,
            utf8: self.utf8,
        }
    }
}

/// Text with CRLF at the end of each line, and what is in it.
fn canonical(text: String) -> (String, Census) {
    let census = Census::of(text.as_bytes());
    if !census.unpaired {
        return (text, census);
    }
    let mut out = String::with_capacity(text.len().saturating_add(text.len() / 16));
    let mut rest = text.as_str();
    while let Some(at) = rest.find(['\r', '\n']) {
        let (line, end) = rest.split_at(at);
        out.push_str(line);
        out.push_str("\r\n");
        rest = end
            .strip_prefix("\r\n")
            .or_else(|| end.get(1..))
            .unwrap_or_default();
    }
    out.push_str(rest);
    let census = Census::of(out.as_bytes());
    (out, census)
}

/// The longest line that SMTP carries without its line end (RFC 5321 §4.5.3.1.6).
const LONGEST: usize = 998;

/// Whether a line is longer than that.
fn has_long_line(octets: &[u8]) -> bool {
    let mut rest = octets;
    // The last line end in as many octets as a line may have, again and again.
    while let Some(window) = rest.get(..LONGEST.saturating_add(2)) {
        match memchr::memrchr(b'\n', window) {
            Some(at) => rest = slice(rest, at.saturating_add(1), rest.len()),
            None => return true,
        }
    }
    let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    rest.len() > LONGEST && end > LONGEST.saturating_add(1)
}

fn has_bare_cr(octets: &[u8]) -> bool {
    memchr::memchr_iter(b'\r', octets).any(|at| octets.get(at.saturating_add(1)) != Some(&b'\n'))
}

/// The label of octets that are written as they are.
fn identity(octets: &[u8], census: Census) -> Encoding {
    if census.nul || (census.unpaired && has_bare_cr(octets)) || has_long_line(octets) {
        Encoding::Binary
    } else if census.eight_bit {
        Encoding::EightBit
    } else {
        Encoding::SevenBit
    }
}

/// The encoding of text for that transport, the least that carries it.
fn choose(text: &str, census: Census, transport: Transport) -> Encoding {
    let octets = text.as_bytes();
    // A line that begins with `From ` or is a single dot is changed by mailbox files and transports.
    let fragile = || {
        let at_start =
            |line: &[u8]| line.starts_with(b"From ") || line == b"." || line.starts_with(b".\r\n");
        at_start(octets)
            || memmem::find(octets, b"\nFrom ").is_some()
            || memmem::find(octets, b"\n.\r\n").is_some()
            || octets.ends_with(b"\n.")
    };
    // Where the transport cannot carry it as it is, no look at its lines is needed.
    if !census.eight_bit || transport.eight_bit || transport.binary {
        let identity = identity(octets, census);
        match identity {
            Encoding::SevenBit if !fragile() => return identity,
            Encoding::EightBit if transport.eight_bit && !fragile() => return identity,
            Encoding::Binary if transport.binary => return identity,
            _ => {}
        }
    }
    let kept = census
        .plain
        .saturating_add(census.line_ends.saturating_mul(2));
    let escapes = octets.len().saturating_sub(kept);
    let quoted = octets.len().saturating_add(escapes.saturating_mul(2));
    let base64 = octets.len().div_ceil(3).saturating_mul(4);
    if quoted <= base64.saturating_add(base64 / 4) {
        Encoding::QuotedPrintable
    } else {
        Encoding::Base64
    }
}
