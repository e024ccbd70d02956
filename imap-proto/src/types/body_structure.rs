//! The MIME structure of a message as a server parsed it (RFC 3501 §7.4.2, RFC 9051 §7.5.2).

use alloc::{borrow::Cow, string::String, sync::Arc, vec::Vec};
use core::fmt;

use bytes::{BufMut, Bytes, BytesMut};

use crate::types::{
    envelope::Envelope,
    wire::{self, Walk},
};

/// `body`: the parts of a message, as FETCH answers `BODY` and `BODYSTRUCTURE` (RFC 3501 §7.4.2).
///
/// One slice of the text it came in, and an index with one entry per part. The parts are read through
/// [`BodyPart`] views, which are small and `Copy`.
///
/// # Examples
///
/// ```
/// use mailweft_imap::{BodyPart, BodyPartBuilder, BodyStructure};
///
/// let structure = BodyPartBuilder::multipart("mixed", [
///         BodyPartBuilder::new("text", "plain").param("charset", "utf-8").octets(12).lines(1),
///         BodyPartBuilder::new("image", "png").encoding("base64").octets(4_000)
///             .disposition("attachment", [("filename", "cat.png")]),
///     ])
///     .param("boundary", "x")
///     .build()?;
/// let image = structure.find(&[2]).unwrap();
/// assert!(image.is("image", "png"));
/// assert_eq!(image.filename().as_deref(), Some("cat.png"));
/// assert_eq!(structure.parts().map(|part| part.path()).collect::<Vec<_>>(), [vec![], vec![1], vec![2]]);
/// # Ok::<(), mailweft_imap::Invalid>(())
/// ```
#[derive(Clone)]
pub struct BodyStructure {
    text: Bytes,
    parts: Arc<[Node]>,
}

/// One part of the index: where its text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    /// The offset of its opening parenthesis.
    pub(crate) start: u32,
    /// The offset behind its closing parenthesis.
    pub(crate) end: u32,
    /// The offset of what follows the children: the subtype of a multipart, the lines of a message.
    pub(crate) tail: u32,
    /// How many entries its subtree has, its own included.
    pub(crate) size: u32,
    pub(crate) kind: BodyKind,
}

/// What kind of part it is, which says what fields it has (RFC 3501 §9, `body-type-*`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BodyKind {
    /// `body-type-basic`: anything that is none of the others.
    Basic,
    /// `body-type-text`: with the number of its lines.
    Text,
    /// `body-type-msg`: with the envelope and structure of the message in it.
    Message,
    /// `body-type-mpart`: parts, and no octets of its own.
    Multipart,
}

impl BodyStructure {
    #[cfg(feature = "mime")]
    pub(crate) fn empty() -> Self {
        Self {
            text: Bytes::from_static(b"(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 0 0)"),
            parts: Arc::new([]),
        }
    }

    /// Text that a parser has checked, with its index.
    pub(crate) fn from_parsed(text: Bytes, parts: &[Node]) -> Self {
        Self {
            text,
            parts: parts.into(),
        }
    }

    /// The text as it is written, with its parentheses.
    pub const fn as_bytes(&self) -> &Bytes {
        &self.text
    }

    /// The outermost part: the message itself.
    pub fn root(&self) -> BodyPart<'_> {
        BodyPart {
            structure: self,
            index: 0,
        }
    }

    /// All parts, each before its children: the order of the message.
    pub fn parts(&self) -> impl Iterator<Item = BodyPart<'_>> {
        (0..self.parts.len()).map(|index| BodyPart {
            structure: self,
            index,
        })
    }

    /// The part that `BODY[path]` means (RFC 3501 §6.4.5); the message itself when `path` is empty.
    pub fn find(&self, path: &[u32]) -> Option<BodyPart<'_>> {
        let mut part = self.root();
        // Only the message itself can be a multipart that has no number of its own.
        let mut numbered = false;
        for number in path {
            let holder = match part.kind() {
                BodyKind::Message if numbered => part.children().next()?,
                _ => part,
            };
            part = match holder.kind() {
                BodyKind::Multipart => {
                    let index = usize::try_from(number.checked_sub(1)?).ok()?;
                    holder.children().nth(index)?
                }
                // A message that is no multipart has one part, which is its body.
                _ if *number == 1 && (!numbered || part.index != holder.index) => holder,
                _ => return None,
            };
            numbered = true;
        }
        Some(part)
    }
}

impl PartialEq for BodyStructure {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for BodyStructure {}

impl fmt::Debug for BodyStructure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BodyStructure{}", self.text.escape_ascii())
    }
}

/// One part of a [`BodyStructure`].
#[derive(Clone, Copy)]
pub struct BodyPart<'a> {
    structure: &'a BodyStructure,
    index: usize,
}

/// Where the fields of a part start that is no multipart.
const PARAMETERS: usize = 2;
const ID: usize = 3;
const DESCRIPTION: usize = 4;
const ENCODING: usize = 5;
const OCTETS: usize = 6;

impl<'a> BodyPart<'a> {
    fn node(self) -> Node {
        self.structure
            .parts
            .get(self.index)
            .copied()
            .unwrap_or(Node {
                start: 0,
                end: 0,
                tail: 0,
                size: 1,
                kind: BodyKind::Basic,
            })
    }

    fn slice(self, from: u32, to: u32) -> &'a [u8] {
        self.structure
            .text
            .get(from as usize..to as usize)
            .unwrap_or_default()
    }

    /// Behind the opening parenthesis and `skipped` fields of a part that is no multipart.
    fn field(self, skipped: usize) -> Walk<'a> {
        let node = self.node();
        let mut walk = Walk::new(self.slice(node.start, node.end));
        walk.open();
        for _ in 0..skipped {
            walk.skip();
        }
        walk
    }

    /// At the subtype of a multipart, or behind the lines or octets that end the basic fields of the others.
    fn tail(self) -> Walk<'a> {
        let node = self.node();
        Walk::new(self.slice(node.tail, node.end))
    }

    /// At `body-fld-md5`, or at `body-fld-dsp` of a multipart; past the end where there are no extension data.
    fn extension(self) -> Walk<'a> {
        let mut walk = self.tail();
        if self.kind() == BodyKind::Multipart {
            walk.skip();
            if walk.has_more() {
                walk.skip();
            }
        }
        walk
    }

    /// At the `skipped`th field behind the disposition.
    fn behind_disposition(self, skipped: usize) -> Walk<'a> {
        let mut walk = self.extension();
        let skipped = match self.kind() {
            BodyKind::Multipart => skipped,
            _ => skipped.saturating_add(1),
        };
        for _ in 0..skipped {
            if !walk.has_more() {
                break;
            }
            walk.skip();
        }
        walk
    }

    /// What kind of part it is.
    pub fn kind(self) -> BodyKind {
        self.node().kind
    }

    /// The text of this part as it is written.
    pub fn as_bytes(self) -> Bytes {
        let node = self.node();
        self.structure
            .text
            .slice(node.start as usize..node.end as usize)
    }

    /// The top-level media type, `multipart` for one.
    pub fn media_type(self) -> Cow<'a, str> {
        match self.kind() {
            BodyKind::Multipart => Cow::Borrowed("multipart"),
            _ => text(self.field(0).nstring()),
        }
    }

    /// The media subtype.
    pub fn subtype(self) -> Cow<'a, str> {
        match self.kind() {
            BodyKind::Multipart => text(self.tail().nstring()),
            _ => text(self.field(1).nstring()),
        }
    }

    /// Whether it has this media type, without regard to case. `*` as the subtype means any.
    pub fn is(self, media_type: &str, subtype: &str) -> bool {
        self.media_type().eq_ignore_ascii_case(media_type)
            && (subtype == "*" || self.subtype().eq_ignore_ascii_case(subtype))
    }

    /// The parameters of the media type. Those of a multipart are extension data.
    pub fn params(self) -> Params<'a> {
        match self.kind() {
            BodyKind::Multipart => {
                let mut walk = self.tail();
                walk.skip();
                Params::open(walk)
            }
            _ => Params::open(self.field(PARAMETERS)),
        }
    }

    /// A parameter of the media type by its name, without regard to case.
    pub fn param(self, name: &str) -> Option<Cow<'a, str>> {
        self.params().get(name)
    }

    /// `body-fld-id`: the `Content-ID` field.
    pub fn id(self) -> Option<Cow<'a, str>> {
        self.single(ID)
    }

    /// `body-fld-desc`: the `Content-Description` field.
    pub fn description(self) -> Option<Cow<'a, str>> {
        self.single(DESCRIPTION)
    }

    /// `body-fld-enc`: the `Content-Transfer-Encoding` field. A multipart has none.
    pub fn encoding(self) -> Option<Cow<'a, str>> {
        self.single(ENCODING)
    }

    fn single(self, skipped: usize) -> Option<Cow<'a, str>> {
        match self.kind() {
            BodyKind::Multipart => None,
            _ => self.field(skipped).nstring().map(|t| text(Some(t))),
        }
    }

    /// `body-fld-octets`: the size of the body as it is encoded. A multipart has none.
    pub fn octets(self) -> Option<u64> {
        match self.kind() {
            BodyKind::Multipart => None,
            _ => number(&mut self.field(OCTETS)),
        }
    }

    /// `body-fld-lines`: the lines of a text, or of the message in a message part.
    pub fn lines(self) -> Option<u64> {
        match self.kind() {
            BodyKind::Text => number(&mut self.field(OCTETS.saturating_add(1))),
            BodyKind::Message => {
                // Envelope and body stand between the octets and the lines.
                number(&mut self.field(OCTETS.saturating_add(3)))
            }
            BodyKind::Basic | BodyKind::Multipart => None,
        }
    }

    /// The envelope of the message in a message part.
    pub fn envelope(self) -> Option<Envelope> {
        match self.kind() {
            BodyKind::Message => {
                let raw = self.field(OCTETS.saturating_add(1)).raw();
                Some(Envelope::from_parsed(self.structure.text.slice_ref(raw)))
            }
            _ => None,
        }
    }

    /// The parts of a multipart, or the body of the message in a message part.
    pub fn children(self) -> impl Iterator<Item = BodyPart<'a>> {
        let node = self.node();
        let end = self.index.saturating_add(node.size as usize);
        let mut next = self.index.saturating_add(1);
        core::iter::from_fn(move || {
            if next >= end {
                return None;
            }
            let child = BodyPart {
                structure: self.structure,
                index: next,
            };
            next = next.saturating_add(child.node().size.max(1) as usize);
            Some(child)
        })
    }

    /// `body-fld-md5`: the `Content-MD5` field.
    pub fn md5(self) -> Option<Cow<'a, str>> {
        match self.kind() {
            BodyKind::Multipart => None,
            _ => self.extension().nstring().map(|t| text(Some(t))),
        }
    }

    /// `body-fld-dsp`: the type of the `Content-Disposition` field.
    pub fn disposition(self) -> Option<Cow<'a, str>> {
        let mut walk = self.behind_disposition(0);
        match walk.open() {
            true => Some(text(walk.nstring())),
            false => None,
        }
    }

    /// The parameters of the `Content-Disposition` field.
    pub fn disposition_params(self) -> Params<'a> {
        let mut walk = self.behind_disposition(0);
        match walk.open() {
            true => {
                walk.skip();
                Params::open(walk)
            }
            false => Params(None),
        }
    }

    /// The file name: `filename` of the disposition, else `name` of the media type, as it was written.
    pub fn filename(self) -> Option<Cow<'a, str>> {
        self.disposition_params()
            .get("filename")
            .or_else(|| self.param("name"))
    }

    /// `body-fld-lang`: the `Content-Language` field.
    pub fn languages(self) -> Vec<Cow<'a, str>> {
        let mut walk = self.behind_disposition(1);
        let mut list = walk;
        if !list.open() {
            return walk.nstring().map(|t| text(Some(t))).into_iter().collect();
        }
        let mut languages = Vec::new();
        while list.more() {
            languages.extend(list.nstring().map(|t| text(Some(t))));
        }
        languages
    }

    /// `body-fld-loc`: the `Content-Location` field.
    pub fn location(self) -> Option<Cow<'a, str>> {
        self.behind_disposition(2).nstring().map(|t| text(Some(t)))
    }

    /// The numbers under which `BODY[..]` finds this part (RFC 3501 §6.4.5); none for the message itself.
    ///
    /// The body of the message in a message part has the number of that part, with a 1 behind it unless it is a multipart.
    pub fn path(self) -> Vec<u32> {
        let mut path = Vec::new();
        let mut here = self.structure.root();
        while here.index != self.index {
            let Some((number, child)) = (1u32..).zip(here.children()).find(|(_, child)| {
                let end = child.index.saturating_add(child.node().size as usize);
                (child.index..end).contains(&self.index)
            }) else {
                break;
            };
            match (here.kind(), child.kind()) {
                // The multipart in a message goes by the number of the message.
                (BodyKind::Message, BodyKind::Multipart) if here.index != 0 => {}
                _ => path.push(number),
            }
            here = child;
        }
        // A message that is no multipart has its body under the number 1, and so has one in it.
        if path.is_empty() && self.index == 0 && self.kind() != BodyKind::Multipart {
            path.push(1);
        }
        path
    }
}

impl fmt::Debug for BodyPart<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BodyPart{}", self.as_bytes().escape_ascii())
    }
}

fn text(octets: Option<Cow<'_, [u8]>>) -> Cow<'_, str> {
    match octets.unwrap_or_default() {
        Cow::Borrowed(octets) => String::from_utf8_lossy(octets),
        Cow::Owned(octets) => Cow::Owned(
            String::from_utf8(octets)
                .unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned()),
        ),
    }
}

fn number(walk: &mut Walk<'_>) -> Option<u64> {
    match walk.token()? {
        wire::Token::Atom(digits) => Some(wire::number(digits) as u64),
        _ => None,
    }
}

/// Parameters of a part one by one: names and values.
#[derive(Clone, Debug)]
pub struct Params<'a>(Option<Walk<'a>>);

impl<'a> Params<'a> {
    fn open(mut walk: Walk<'a>) -> Self {
        Self((walk.has_more() && walk.open()).then_some(walk))
    }

    /// The value of the first parameter of this name, without regard to case.
    pub fn get(mut self, name: &str) -> Option<Cow<'a, str>> {
        self.find(|(mine, _)| mine.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }
}

impl<'a> Iterator for Params<'a> {
    type Item = (Cow<'a, str>, Cow<'a, str>);

    fn next(&mut self) -> Option<Self::Item> {
        let walk = self.0.as_mut()?;
        if !walk.more() {
            self.0 = None;
            return None;
        }
        Some((text(walk.nstring()), text(walk.nstring())))
    }
}

impl BodyStructure {
    /// The same structure without extension data, as `BODY` answers (RFC 3501 §7.4.2).
    #[must_use]
    pub fn without_extension(&self) -> Self {
        let mut out = BytesMut::with_capacity(self.text.len());
        // What of the text has been copied, and the parts whose extension data are still to be left out.
        let mut open: Vec<Node> = Vec::new();
        let mut copied = 0usize;
        let close = |node: Node, out: &mut BytesMut, copied: &mut usize| {
            let mut walk = Walk::new(
                self.text
                    .get(node.tail as usize..node.end as usize)
                    .unwrap_or_default(),
            );
            if node.kind == BodyKind::Multipart {
                walk.skip();
            }
            let kept = (node.end as usize).saturating_sub(walk.rest().len());
            out.put_slice(self.text.get(*copied..kept).unwrap_or_default());
            out.put_u8(b')');
            *copied = node.end as usize;
        };
        for node in self.parts.iter().copied() {
            while let Some(done) = open.last().copied().filter(|last| last.end <= node.start) {
                open.pop();
                close(done, &mut out, &mut copied);
            }
            open.push(node);
        }
        while let Some(done) = open.pop() {
            close(done, &mut out, &mut copied);
        }
        Self::try_from(out.freeze()).unwrap_or_else(|_| self.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{body_builder::BodyPartBuilder, envelope::Address};
    use alloc::vec;

    fn leaf(name: &str) -> BodyPartBuilder {
        BodyPartBuilder::new("text", name).octets(2).lines(1)
    }

    /// The example of RFC 3501 §6.4.5.
    fn example() -> BodyStructure {
        let envelope = Envelope::builder()
            .from([Address::new(None, "a", "b")])
            .build();
        BodyPartBuilder::multipart(
            "mixed",
            [
                leaf("plain"),
                BodyPartBuilder::new("application", "octet-stream"),
                BodyPartBuilder::message(
                    &envelope,
                    BodyPartBuilder::multipart(
                        "mixed",
                        [
                            leaf("plain"),
                            BodyPartBuilder::new("application", "octet-stream"),
                        ],
                    ),
                ),
                BodyPartBuilder::multipart(
                    "mixed",
                    [
                        BodyPartBuilder::new("image", "gif").md5("x"),
                        BodyPartBuilder::message(
                            &envelope,
                            BodyPartBuilder::multipart(
                                "mixed",
                                [
                                    leaf("plain"),
                                    BodyPartBuilder::multipart(
                                        "alternative",
                                        [leaf("plain"), leaf("richtext")],
                                    ),
                                ],
                            ),
                        )
                        .lines(7),
                    ],
                ),
            ],
        )
        .param("boundary", "b")
        .build()
        .unwrap()
    }

    #[test]
    fn rfc3501_s6_4_5_part_numbers() {
        let structure = example();
        let paths: Vec<Vec<u32>> = structure.parts().map(BodyPart::path).collect();
        assert_eq!(
            paths,
            [
                vec![],
                vec![1],
                vec![2],
                vec![3],
                vec![3],
                vec![3, 1],
                vec![3, 2],
                vec![4],
                vec![4, 1],
                vec![4, 2],
                vec![4, 2],
                vec![4, 2, 1],
                vec![4, 2, 2],
                vec![4, 2, 2, 1],
                vec![4, 2, 2, 2],
            ]
        );
        let rich = structure.find(&[4, 2, 2, 2]).unwrap();
        assert!(rich.is("text", "richtext"));
        assert_eq!(structure.find(&[4, 2]).unwrap().kind(), BodyKind::Message);
        assert_eq!(structure.find(&[4, 2]).unwrap().lines(), Some(7));
        assert!(structure.find(&[5]).is_none() && structure.find(&[1, 1]).is_none());
        assert_eq!(
            structure
                .find(&[3])
                .unwrap()
                .envelope()
                .unwrap()
                .from()
                .count(),
            1
        );
    }

    #[test]
    fn rfc3501_s7_4_2_body_has_no_extension_data() {
        let structure = example();
        assert_eq!(structure.root().param("BOUNDARY").as_deref(), Some("b"));
        let basic = structure.without_extension();
        assert_eq!(basic.root().param("BOUNDARY"), None);
        assert_eq!(basic.parts().count(), structure.parts().count());
        assert_eq!(basic.find(&[4, 1]).unwrap().md5(), None);
        assert_eq!(basic.find(&[4, 2]).unwrap().lines(), Some(7));
        assert!(basic.as_bytes().ends_with(b" \"mixed\")"));
        assert_eq!(basic.without_extension(), basic);
    }

    #[test]
    fn the_body_of_a_plain_message_is_part_one() {
        let structure = leaf("plain").build().unwrap();
        assert_eq!(structure.root().path(), [1]);
        assert!(structure.find(&[1]).is_some() && structure.find(&[2]).is_none());
        assert!(structure.find(&[1, 1]).is_none());
    }
}
