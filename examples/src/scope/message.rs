//! One message: its header, its tree, its bodies, its problems.

use std::{fs, io, path::PathBuf};

use bytes::BytesMut;
use mailweft_imap::{FetchItem, MessageData, Response, mime};
use mailweft_mime::{
    Event, Message, Outline, Part, PartKind, Problem, Role, Span, StreamParser, safe_file_name,
    transfer::Decoder,
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{Output, Verdict, kebab};

/// What is shown of a message.
#[derive(Clone, Debug, Default)]
pub struct MessageOptions {
    /// Header fields as they stand, undecoded.
    pub raw_headers: bool,
    /// The text for people alone.
    pub text: bool,
    /// Where attachments are written to.
    pub extract: Option<PathBuf>,
    /// Read by the push parser.
    pub stream: bool,
}

/// What is known of the decoded content of a part.
#[derive(Clone, Debug)]
struct Content {
    octets: u64,
    sha256: String,
}

fn hex(sum: &[u8]) -> String {
    sum.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// Inspects one message.
pub fn inspect_message(
    octets: &[u8],
    options: &MessageOptions,
    output: &mut Output<'_>,
) -> io::Result<Verdict> {
    let message = Message::parse(octets);
    let problems = message.problems();
    if let Some(folder) = &options.extract {
        extract(&message, folder)?;
    }
    if options.text {
        let text = message
            .text()
            .or_else(|| message.html())
            .unwrap_or_default();
        output.out.write_all(text.as_bytes())?;
    } else if output.json {
        let value = describe(octets, options.stream);
        output.json_line(&value)?;
    } else {
        show(&message, &problems, options, output)?;
    }
    Ok(Verdict::of(!problems.is_empty()))
}

/// Shows the problems of a message alone.
pub fn lint(octets: &[u8], output: &mut Output<'_>) -> io::Result<Verdict> {
    let message = Message::parse(octets);
    let problems = message.problems();
    if output.json {
        let list: Vec<Value> = problems.iter().map(problem).collect();
        output.json_line(&json!({ "size": octets.len(), "problems": list }))?;
    } else {
        for problem in &problems {
            show_problem(octets, problem, output)?;
        }
    }
    Ok(Verdict::of(!problems.is_empty()))
}

/// The message as one JSON document.
pub(super) fn describe(octets: &[u8], stream: bool) -> Value {
    let message = Message::parse(octets);
    let roles = message.roles();
    let (outline, contents) = if stream {
        let (outline, contents) = pushed(octets);
        (Some(outline), contents)
    } else {
        (None, contents(&message))
    };
    let root = outline.as_ref().map_or(message.root(), Outline::root);
    let headers: Vec<Value> = root
        .fields()
        .map(|field| {
            json!({
                "name": field.name_text(),
                "value": field.text(),
                "span": span(field.span()),
            })
        })
        .collect();
    let attachments: Vec<Value> = message
        .attachments()
        .into_iter()
        .map(|part| {
            let content = contents.get(part.id() as usize).cloned().flatten();
            json!({
                "name": part.file_name(),
                "type": part.content_type().media_type().as_str(),
                "size": content.as_ref().map(|content| content.octets),
                "sha256": content.map(|content| content.sha256),
            })
        })
        .collect();
    let structure = mime::body_structure(root);
    let short = structure.without_extension();
    json!({
        "size": octets.len(),
        "headers": headers,
        "root": tree(root, &roles, &contents),
        "text": message.text(),
        "html": message.html(),
        "attachments": attachments,
        "problems": message.problems().iter().map(problem).collect::<Vec<_>>(),
        "envelope": item(FetchItem::Envelope(mime::envelope(root))),
        "body": item(FetchItem::Body(short)),
        "bodystructure": item(FetchItem::BodyStructure(structure)),
    })
}

/// What a FETCH item is on the wire, without its name: `("Mon, ..." "subject" ...)`.
fn item(item: FetchItem) -> Option<String> {
    let response = Response::Data(MessageData::new(1, [item]).into());
    let mut wire = BytesMut::new();
    response.write(&mut wire, false).ok()?;
    let text = String::from_utf8_lossy(&wire).into_owned();
    let (_, rest) = text.split_once("FETCH (")?;
    let (_, value) = rest.split_once(' ')?;
    Some(value.strip_suffix(")\r\n")?.to_owned())
}

fn span(span: Span) -> Value {
    json!([span.start(), span.end()])
}

fn problem(problem: &Problem) -> Value {
    let mut spans = vec![span(problem.span())];
    spans.extend(problem.alternative().map(span));
    json!({
        "code": kebab(&format!("{:?}", problem.code())),
        "spans": spans,
        "message": problem.code().to_string(),
    })
}

/// The section number of each part (RFC 3501 §6.4.5): `0` for the root, `2.0` for the root of a message
/// that part 2 holds and that is a multipart.
fn section_ids(root: Part<'_>) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for part in root.descendants() {
        let id = match part.parent() {
            None => "0".to_owned(),
            Some(parent) => {
                let above = ids.get(parent.id() as usize).cloned().unwrap_or_default();
                // Multiparts at the root of a message have no number of their own.
                let prefix = match above.strip_suffix('0') {
                    Some(prefix) if prefix.is_empty() || prefix.ends_with('.') => prefix.to_owned(),
                    _ => format!("{above}."),
                };
                if parent.kind() == PartKind::Message && part.is_multipart() {
                    format!("{prefix}0")
                } else if parent.kind() == PartKind::Message {
                    format!("{prefix}1")
                } else {
                    let number = parent
                        .children()
                        .position(|child| child.id() == part.id())
                        .map_or(1, |at| at + 1);
                    format!("{prefix}{number}")
                }
            }
        };
        ids.push(id);
    }
    ids
}

/// The tree of parts: built from the last to the first, so that nothing recurses on the depth of
/// a message.
fn tree(root: Part<'_>, roles: &[Role], contents: &[Option<Content>]) -> Value {
    let ids = section_ids(root);
    let parts: Vec<Part<'_>> = root.descendants().collect();
    let mut built: Vec<Vec<Value>> = vec![Vec::new(); parts.len()];
    for (at, part) in parts.iter().enumerate().rev() {
        let mut children = std::mem::take(&mut built[at]);
        children.reverse();
        let content_type = part.content_type();
        let content = contents.get(at).cloned().flatten();
        let value = json!({
            "id": ids[at],
            "type": content_type.media_type().as_str(),
            "charset": content_type.charset(),
            "encoding": part.encoding_name(),
            "disposition": part.disposition().map(|d| d.kind().as_str().to_owned()),
            "filename": part.file_name(),
            "role": roles.get(at).map(|role| kebab(&format!("{role:?}"))),
            "span": {
                "header": span(part.header_span()),
                "body": span(part.body_span()),
                "end": part.span().end(),
            },
            "octets": part.octets(),
            "lines": part.lines(),
            "decoded_size": content.as_ref().map(|content| content.octets),
            "sha256": content.map(|content| content.sha256),
            "children": children,
        });
        match part.parent() {
            Some(parent) => built[parent.id() as usize].push(value),
            None => return value,
        }
    }
    Value::Null
}

/// The decoded content of every part that holds no others.
fn contents(message: &Message<&[u8]>) -> Vec<Option<Content>> {
    message
        .parts()
        .map(|part| {
            (part.kind() != PartKind::Multipart).then(|| {
                let body = part.body();
                Content {
                    octets: body.len() as u64,
                    sha256: hex(&Sha256::digest(&body)),
                }
            })
        })
        .collect()
}

/// The same by the push parser, a few octets at a time.
fn pushed(octets: &[u8]) -> (Outline, Vec<Option<Content>>) {
    let mut parser = StreamParser::default().with_outline();
    let mut input = BytesMut::new();
    let mut chunks = octets.chunks(4096);
    let mut contents: Vec<Option<Content>> = Vec::new();
    let (mut part, mut open, mut decoded) = (0, None, Vec::new());
    loop {
        match parser.poll(&mut input) {
            Event::NeedInput => match chunks.next() {
                Some(chunk) => input.extend_from_slice(chunk),
                None => parser.eof(),
            },
            Event::PartStart { part: number, .. } => part = number,
            Event::HeaderEnd { encoding, kind, .. } => {
                let leaf = kind == PartKind::Leaf;
                open = leaf.then(|| (part, Decoder::new(encoding), Sha256::new(), 0_u64));
            }
            Event::Body(chunk) => {
                if let Some((_, decoder, sum, length)) = &mut open {
                    decoder.push(&chunk, &mut decoded);
                    sum.update(&decoded);
                    *length += decoded.len() as u64;
                    decoded.clear();
                }
            }
            Event::PartEnd(_) => {
                if let Some((number, mut decoder, mut sum, mut length)) = open.take() {
                    decoder.finish(&mut decoded);
                    sum.update(&decoded);
                    length += decoded.len() as u64;
                    decoded.clear();
                    let at = number as usize;
                    contents.resize(contents.len().max(at + 1), None);
                    contents[at] = Some(Content {
                        octets: length,
                        sha256: hex(&sum.finalize()),
                    });
                }
            }
            Event::End => break,
            _ => {}
        }
    }
    let outline = parser
        .into_outline()
        .unwrap_or_else(|| Message::parse(octets).outline());
    // What holds a message is itself content; its octets passed as those of the message within.
    let holders: Vec<u32> = outline
        .parts()
        .filter(|part| part.kind() == PartKind::Message)
        .map(Part::id)
        .collect();
    let whole = Message::parse(octets);
    for id in holders {
        let at = id as usize;
        contents.resize(contents.len().max(at + 1), None);
        if let Some(part) = whole.part(id) {
            let body = part.body();
            contents[at] = Some(Content {
                octets: body.len() as u64,
                sha256: hex(&Sha256::digest(&body)),
            });
        }
    }
    (outline, contents)
}

/// Writes attachments under names that no file system and no path can be hurt by.
fn extract(message: &Message<&[u8]>, folder: &PathBuf) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for (number, part) in message.attachments().into_iter().enumerate() {
        let name = part
            .file_name()
            .unwrap_or_else(|| format!("part-{}", part.id()));
        let name = safe_file_name(&name);
        let mut path = folder.join(&name);
        if path.exists() {
            path = folder.join(format!("{number}-{name}"));
        }
        fs::write(path, part.body())?;
    }
    Ok(())
}

/// The message for people.
fn show(
    message: &Message<&[u8]>,
    problems: &[Problem],
    options: &MessageOptions,
    output: &mut Output<'_>,
) -> io::Result<()> {
    let paint = output.paint;
    for field in message.root().fields() {
        let offset = paint.dim(&format!("{:>8}", field.span().start()));
        let name = paint.bold(&field.name_text().replace(char::is_control, "\u{fffd}"));
        let value = if options.raw_headers {
            field.raw_value().escape_ascii().to_string()
        } else {
            // What a terminal would obey is shown as what it is.
            field.text().replace(char::is_control, "\u{fffd}")
        };
        writeln!(output.out, "{offset}  {name}: {value}")?;
    }
    writeln!(output.out)?;
    let ids = section_ids(message.root());
    let roles = message.roles();
    for (at, part) in message.parts().enumerate() {
        let offset = paint.dim(&format!("{:>8}", part.span().start()));
        let branch = "  ".repeat(part.depth().min(40) as usize);
        let kind = paint.cyan(part.content_type().media_type().as_str());
        let mut line = format!("{offset}  {branch}{} {kind}", paint.bold(&ids[at]));
        if let Some(encoding) = part.encoding_name() {
            line.push_str(&format!(" {encoding}"));
        }
        if let Some(role) = roles.get(at) {
            line.push_str(&format!(" {}", kebab(&format!("{role:?}"))));
        }
        if let Some(name) = part.file_name() {
            line.push_str(&format!(" {name:?}"));
        }
        let size = format!(" {} octets, {} lines", part.octets(), part.lines());
        writeln!(output.out, "{line}{}", paint.dim(&size))?;
    }
    if !problems.is_empty() {
        writeln!(output.out)?;
    }
    for problem in problems {
        show_problem(message.bytes(), problem, output)?;
    }
    Ok(())
}

/// A problem, the line it is on, and a caret under it.
fn show_problem(octets: &[u8], problem: &Problem, output: &mut Output<'_>) -> io::Result<()> {
    let paint = output.paint;
    let at = usize::try_from(problem.span().start())
        .unwrap_or(usize::MAX)
        .min(octets.len());
    let start = octets[..at]
        .iter()
        .rposition(|&b| b == b'\n')
        .map_or(0, |n| n + 1);
    let start = start.max(at.saturating_sub(60));
    let end = octets[at..]
        .iter()
        .position(|&b| b == b'\n')
        .map_or(octets.len(), |n| at + n);
    let end = end.min(at + 60);
    let before = octets[start..at].escape_ascii().to_string();
    let after = octets[at..end].escape_ascii().to_string();
    let title = format!("{}: {}", problem.code(), at);
    writeln!(output.out, "{}", paint.red(&title))?;
    writeln!(output.out, "    {before}{after}")?;
    writeln!(
        output.out,
        "    {}{}",
        " ".repeat(before.len()),
        paint.red("^")
    )
}
