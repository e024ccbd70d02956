//! BODY[section] and BINARY[section] of a message (RFC 3501 §6.4.5, RFC 3516).

use alloc::{borrow::Cow, string::String, vec::Vec};
use core::ops::Range;

use mailweft_mime::PartKind;

use crate::types::section::{Section, SectionText};

/// Where the octets of a section are.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// A range of the message: what is in a file can be read from there, without the message in memory.
    Range(Range<u64>),
    /// Header fields picked from several places.
    Octets(Vec<u8>),
}

impl Part {
    /// How many octets there are.
    pub fn len(&self) -> u64 {
        match self {
            Self::Range(range) => range.end.saturating_sub(range.start),
            Self::Octets(octets) => octets.len() as u64,
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The octets, given those of the message.
    pub fn of<'m>(&self, message: &'m [u8]) -> Cow<'m, [u8]> {
        match self {
            Self::Range(range) => {
                let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(message.len());
                Cow::Borrowed(
                    message
                        .get(place(range.start)..place(range.end))
                        .unwrap_or_default(),
                )
            }
            Self::Octets(octets) => Cow::Owned(octets.clone()),
        }
    }
}

/// What `BODY[section]` means of the message that `root` is the root of; `None` when it has no such part.
pub fn section(root: mailweft_mime::Part<'_>, section: &Section) -> Option<Part> {
    let Some(part) = find(root, section.path()) else {
        let shown = matches!(section.text(), SectionText::Whole | SectionText::Mime)
            && is_stand_in(root, section.path());
        return shown.then(|| Part::Octets(Vec::new()));
    };
    // HEADER and TEXT are of a message: the whole one, or one in a message/rfc822 part.
    let message = || match section.path().is_empty() {
        true => Some(part),
        false => part.nested_message(),
    };
    Some(match section.text() {
        SectionText::Whole if section.path().is_empty() => range(part.span()),
        SectionText::Whole => range(part.body_span()),
        SectionText::Mime => header(part),
        SectionText::Header => header(message()?),
        SectionText::Text => range(message()?.body_span()),
        SectionText::HeaderFields(names) => fields(message()?, |name| {
            names
                .iter()
                .any(|mine| mine.as_bytes().eq_ignore_ascii_case(name))
        }),
        SectionText::HeaderFieldsNot(names) => fields(message()?, |name| {
            !names
                .iter()
                .any(|mine| mine.as_bytes().eq_ignore_ascii_case(name))
        }),
    })
}

fn range(span: mailweft_mime::Span) -> Part {
    Part::Range(span.start()..span.end())
}

/// The fields and the empty line that ends them.
fn header(part: mailweft_mime::Part<'_>) -> Part {
    Part::Range(part.header_span().start()..part.body_span().start())
}

/// Some fields, and the empty line that ends them; a message that has neither body nor empty line has none here either.
fn fields(part: mailweft_mime::Part<'_>, wanted: impl Fn(&[u8]) -> bool) -> Part {
    let mut out = Vec::new();
    for field in part.fields().filter(|field| wanted(field.name())) {
        out.extend_from_slice(field.raw());
        if !out.ends_with(b"\n") {
            out.extend_from_slice(b"\r\n");
        }
    }
    if part.header_span().end() < part.body_span().start() {
        out.extend_from_slice(b"\r\n");
    }
    Part::Octets(out)
}

/// Whether a path means the empty text that stands for the parts of a multipart without any.
fn is_stand_in(root: mailweft_mime::Part<'_>, path: &[u32]) -> bool {
    let Some((1, around)) = path.split_last() else {
        return false;
    };
    let holder = find(root, around).and_then(|part| holder(part, !around.is_empty()));
    holder.is_some_and(has_no_parts)
}

/// Whether a part is a multipart by its type, and no parts were found in it.
fn has_no_parts(part: mailweft_mime::Part<'_>) -> bool {
    let main = part.content_type();
    main.media_type().main().eq_ignore_ascii_case("multipart") && part.children().next().is_none()
}

/// The part whose children are numbered inside of `part`.
fn holder(part: mailweft_mime::Part<'_>, numbered: bool) -> Option<mailweft_mime::Part<'_>> {
    match part.kind() {
        PartKind::Message if numbered => part.nested_message(),
        _ => Some(part),
    }
}

/// The part that a path of numbers means.
fn find<'a>(root: mailweft_mime::Part<'a>, path: &[u32]) -> Option<mailweft_mime::Part<'a>> {
    let mut part = root;
    let mut numbered = false;
    for number in path {
        let holder = holder(part, numbered)?;
        part = match holder.kind() {
            PartKind::Multipart => holder.child(usize::try_from(number.checked_sub(1)?).ok()?)?,
            // A message that is no multipart has one part, which is its body.
            _ if has_no_parts(holder) => return None,
            _ if *number == 1 && (!numbered || holder.id() != part.id()) => holder,
            _ => return None,
        };
        numbered = true;
    }
    Some(part)
}

/// The octets of `BINARY[part]`: its body with the transfer encoding undone (RFC 3516 §4.2). `None` when there is no
/// such part, or its encoding is unknown: the answer is then `NO [UNKNOWN-CTE]`.
pub fn binary<'a>(root: mailweft_mime::Part<'a>, path: &[u32]) -> Option<Cow<'a, [u8]>> {
    let Some(part) = find(root, path) else {
        return is_stand_in(root, path).then_some(Cow::Borrowed(b""));
    };
    part.encoding()?;
    Some(match path.is_empty() {
        true => Cow::Borrowed(part.raw()),
        false => part.body(),
    })
}

/// `BINARY.SIZE[part]`: how many octets [`binary`] has.
pub fn binary_size(root: mailweft_mime::Part<'_>, path: &[u32]) -> Option<u64> {
    let Some(part) = find(root, path) else {
        return is_stand_in(root, path).then_some(0);
    };
    part.encoding()?;
    Some(match path.is_empty() {
        true => part.span().len(),
        false => part.decoded_len(),
    })
}

/// `PREVIEW`: the first 200 characters of the first text, white space made one space each (RFC 8970 §3.1).
pub fn preview(root: mailweft_mime::Part<'_>) -> String {
    const MOST: usize = 200;
    let text = root
        .descendants()
        .find(|part| part.kind() == PartKind::Leaf && part.content_type().is("text", "plain"));
    let Some(text) = text else {
        return String::new();
    };
    let text = text.text();
    let mut preview = String::new();
    for word in text.split_whitespace() {
        let space = usize::from(!preview.is_empty());
        let room = MOST
            .saturating_sub(preview.chars().count())
            .saturating_sub(space);
        if room == 0 {
            break;
        }
        if space > 0 {
            preview.push(' ');
        }
        preview.extend(word.chars().take(room));
    }
    preview
}

#[cfg(test)]
mod tests {
    use super::*;
    use mailweft_mime::Message;

    const NESTED: &str = "Subject: out\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
        --b\r\nX: 1\r\n\r\none\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n\
        Subject: in\r\nTo: y@z\r\n\r\ninner\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\naGk=\r\n--b--\r\n";

    fn get(spec: &str) -> Option<String> {
        let message = Message::parse(NESTED);
        let part = section(message.root(), &Section::parse(spec).unwrap())?;
        let octets = part.of(message.bytes());
        assert_eq!(octets.len() as u64, part.len());
        Some(String::from_utf8(octets.into_owned()).unwrap())
    }

    #[test]
    fn rfc3501_s6_4_5_sections() {
        assert_eq!(get("").as_deref(), Some(NESTED));
        assert_eq!(get("1").as_deref(), Some("one"));
        assert_eq!(get("1.MIME").as_deref(), Some("X: 1\r\n\r\n"));
        assert_eq!(get("1.TEXT"), None);
        assert_eq!(
            get("2").as_deref(),
            Some("Subject: in\r\nTo: y@z\r\n\r\ninner")
        );
        assert_eq!(
            get("2.HEADER").as_deref(),
            Some("Subject: in\r\nTo: y@z\r\n\r\n")
        );
        assert_eq!(get("2.TEXT").as_deref(), Some("inner"));
        assert_eq!(get("2.1").as_deref(), Some("inner"));
        assert_eq!(
            get("2.HEADER.FIELDS (to)").as_deref(),
            Some("To: y@z\r\n\r\n")
        );
        assert_eq!(
            get("HEADER.FIELDS.NOT (Content-Type)").as_deref(),
            Some("Subject: out\r\n\r\n")
        );
        assert_eq!(get("4"), None);
        let message = Message::parse(NESTED);
        assert_eq!(
            binary(message.root(), &[3]).as_deref(),
            Some(b"hi".as_slice())
        );
        assert_eq!(binary_size(message.root(), &[3]), Some(2));
        assert_eq!(preview(message.root()), "one");
    }

    /// What the structure says of each part is what the sections are.
    #[test]
    fn the_structure_and_the_sections_agree() {
        let message = Message::parse(NESTED);
        let structure = crate::mime::body_structure(message.root());
        for part in structure.parts().skip(1) {
            let octets = section(message.root(), &Section::part(part.path())).unwrap();
            assert_eq!(Some(octets.len()), part.octets(), "{part:?}");
        }
        let nested = structure.find(&[2]).unwrap();
        assert_eq!(
            nested.envelope().unwrap().subject().as_deref(),
            Some(b"in".as_slice())
        );
        assert_eq!(nested.lines(), Some(3));
    }
}
