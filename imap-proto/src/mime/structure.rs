//! BODYSTRUCTURE from a message (RFC 3501 §7.4.2).

use alloc::{string::String, vec::Vec};

use mailweft_mime::{Params, Part, PartKind};

use super::envelope::{self, text};
use crate::types::{body_builder::BodyPartBuilder, body_structure::BodyStructure};

/// The structure of the message that `part` is the root of, with extension data.
///
/// Sizes are those of the octets that the view is over: a message stored with bare LFs must be given CRLFs first.
/// Parts deeper than 100 levels are shown as `application/octet-stream`.
pub fn body_structure(part: Part<'_>) -> BodyStructure {
    // From the last part to the first: each finds the parts inside it built already.
    let parts: Vec<Part<'_>> = part.descendants().collect();
    let first = part.id();
    let mut built: Vec<Option<BodyPartBuilder>> = Vec::new();
    built.resize_with(parts.len(), || None);
    for part in parts.iter().rev() {
        let index = |part: Part<'_>| part.id().saturating_sub(first) as usize;
        let mut inside = part
            .children()
            .filter_map(|child| built.get_mut(index(child))?.take())
            .collect::<Vec<_>>();
        let builder = match part.kind() {
            PartKind::Multipart => multipart(*part, inside),
            PartKind::Message => match (part.nested_message(), inside.pop()) {
                (Some(nested), Some(body)) => message(*part, nested, body),
                _ => leaf(*part),
            },
            _ => leaf(*part),
        };
        if let Some(place) = built.get_mut(index(*part)) {
            *place = Some(builder);
        }
    }
    let whole = built
        .first_mut()
        .and_then(Option::take)
        .unwrap_or_else(|| leaf(part));
    match whole.build() {
        Ok(structure) => structure,
        // Too deep: the outermost part alone.
        Err(_) => BodyPartBuilder::new("application", "octet-stream")
            .octets(part.octets())
            .build()
            .unwrap_or_else(|_| BodyStructure::empty()),
    }
}

fn multipart(part: Part<'_>, parts: Vec<BodyPartBuilder>) -> BodyPartBuilder {
    let content_type = part.content_type();
    let parts = match parts.is_empty() {
        // The grammar wants a part: an empty text stands for none.
        true => Vec::from([BodyPartBuilder::new("text", "plain").param("charset", "us-ascii")]),
        false => parts,
    };
    let builder = BodyPartBuilder::multipart(content_type.media_type().sub(), parts);
    extension(part, with_params(builder, content_type.params()))
}

fn message(part: Part<'_>, nested: Part<'_>, body: BodyPartBuilder) -> BodyPartBuilder {
    let content_type = part.content_type();
    let builder = BodyPartBuilder::message(&envelope::envelope(nested), body)
        .subtype(match content_type.is("message", "rfc822") {
            true => "rfc822",
            false => content_type.media_type().sub(),
        })
        .lines(part.lines());
    basic(part, with_params(builder, content_type.params()))
}

fn leaf(part: Part<'_>) -> BodyPartBuilder {
    let content_type = part.content_type();
    let (main, mut sub) = (
        content_type.media_type().main(),
        content_type.media_type().sub(),
    );
    let message = main.eq_ignore_ascii_case("message")
        && (sub.eq_ignore_ascii_case("rfc822") || sub.eq_ignore_ascii_case("global"));
    if message {
        // Its message cannot be seen, so that the type must not promise one.
        sub = "x-rfc822";
    }
    let mut builder = with_params(BodyPartBuilder::new(main, sub), content_type.params());
    if main.eq_ignore_ascii_case("multipart") {
        // Without a boundary it has no parts.
        return multipart(part, Vec::new());
    }
    if main.eq_ignore_ascii_case("text") {
        let named = |(name, _): (&str, &[u8])| name.eq_ignore_ascii_case("charset");
        if !content_type.params().raw().any(named) {
            // RFC 2046 §4.1.2: the default.
            builder = builder.param("charset", "us-ascii");
        }
        builder = builder.lines(part.lines());
    }
    basic(part, builder)
}

/// The fields that every part but a multipart has.
fn basic(part: Part<'_>, mut builder: BodyPartBuilder) -> BodyPartBuilder {
    if let Some(id) = value(part, "Content-ID") {
        builder = builder.id(id);
    }
    if let Some(description) = value(part, "Content-Description") {
        builder = builder.description(description);
    }
    if let Some(encoding) = part.encoding_name().filter(|name| !name.is_empty()) {
        builder = builder.encoding(encoding);
    }
    if let Some(md5) = value(part, "Content-MD5") {
        builder = builder.md5(md5);
    }
    extension(part, builder.octets(part.octets()))
}

/// The fields that every part has.
fn extension(part: Part<'_>, mut builder: BodyPartBuilder) -> BodyPartBuilder {
    if let Some(disposition) = part.disposition() {
        // Its kind as it was spelt.
        let kind = disposition.kind().as_str();
        let spelt = text(part, "Content-Disposition").unwrap_or_default();
        let spelt = spelt.get(..kind.len()).unwrap_or_default();
        let kind = match core::str::from_utf8(spelt) {
            Ok(spelt) if spelt.eq_ignore_ascii_case(kind) => spelt,
            _ => kind,
        };
        let params = joined(disposition.params());
        let params = params
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_slice()));
        builder = builder.disposition(kind, params);
    }
    for language in part.languages() {
        builder = builder.language(language);
    }
    if let Some(location) = value(part, "Content-Location") {
        builder = builder.location(location);
    }
    builder
}

fn with_params(builder: BodyPartBuilder, params: &Params) -> BodyPartBuilder {
    joined(params)
        .iter()
        .fold(builder, |builder, (name, value)| {
            builder.param(name.as_str(), value)
        })
}

/// Parameters, with those that were cut into pieces put together again (RFC 2231 §3), in the order of the header.
///
/// `name*0="a"; name*1="b"` becomes `name="ab"`; one with encoded pieces keeps the asterisk: `name*=utf-8''a%C3%A4`.
fn joined(params: &Params) -> Vec<(String, Vec<u8>)> {
    let mut found: Vec<(String, Vec<u8>)> = Vec::new();
    // What is being put together: its name, and where it stands.
    let mut open: Option<(&str, usize)> = None;
    for (name, value) in params.raw() {
        let piece = name.split_once('*').filter(|(_, number)| {
            let digits = number.strip_suffix('*').unwrap_or(number);
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
        });
        let Some((base, number)) = piece else {
            open = None;
            found.push((String::from(name), value.to_vec()));
            continue;
        };
        let here = open.filter(|(mine, _)| mine.eq_ignore_ascii_case(base));
        match here.and_then(|(_, at)| found.get_mut(at)) {
            Some((_, whole)) => whole.extend_from_slice(value),
            None => {
                open = Some((base, found.len()));
                let encoded = if number.ends_with('*') { "*" } else { "" };
                found.push((alloc::format!("{base}{encoded}"), value.to_vec()));
            }
        }
    }
    found
}

/// The octets of a field's value, if it has one.
fn value(part: Part<'_>, name: &str) -> Option<Vec<u8>> {
    let text = text(part, name)?;
    let text = text.trim_ascii();
    (!text.is_empty()).then(|| text.to_vec())
}

#[cfg(test)]
mod tests {
    use mailweft_mime::Message;

    use super::*;

    #[test]
    fn octets_of_any_charset_stay() {
        let mail = b"Content-Description: \x83e\x83X\x83g\r\nContent-ID: <\xff@x>\r\nContent-Type: text/plain\r\n\r\nx\r\n";
        let structure = body_structure(Message::parse(&mail[..]).root());
        let wire = structure.as_bytes();
        assert!(memchr::memmem::find(wire, b"\x83e\x83X\x83g").is_some());
        assert!(memchr::memmem::find(wire, b"<\xff@x>").is_some());
    }
}
