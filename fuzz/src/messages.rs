//! Properties of messages.

use bytes::BytesMut;

use super::{alike, control, join};

/// The events of one run, content joined, problems left out; all octets; the outline.
fn mime_events(
    pieces: &[&[u8]],
) -> (
    Vec<mailweft_mime::Event>,
    Vec<u8>,
    Option<mailweft_mime::Outline>,
) {
    use mailweft_mime::{Event, StreamParser};
    let mut parser = StreamParser::default().with_outline();
    let (mut input, mut pieces) = (BytesMut::new(), pieces.iter());
    let (mut events, mut octets) = (Vec::<Event>::new(), Vec::new());
    loop {
        let event = parser.poll(&mut input);
        match &event {
            Event::NeedInput => match pieces.next() {
                Some(piece) => input.extend_from_slice(piece),
                None => parser.eof(),
            },
            Event::Field(field) => octets.extend_from_slice(field.octets()),
            Event::FieldRest(b) | Event::Body(b) | Event::Preamble(b) | Event::Epilogue(b) => {
                octets.extend_from_slice(b);
            }
            Event::HeaderEnd { blank, .. } => octets.extend_from_slice(blank),
            Event::Delimiter { line, .. } => octets.extend_from_slice(line),
            _ => {}
        }
        match (events.last_mut(), event) {
            // Where a problem stands between pieces of content depends on the pieces.
            (_, Event::NeedInput | Event::Problem(_)) => {}
            (Some(Event::Body(a)), Event::Body(b))
            | (Some(Event::Preamble(a)), Event::Preamble(b))
            | (Some(Event::FieldRest(a)), Event::FieldRest(b))
            | (Some(Event::Epilogue(a)), Event::Epilogue(b)) => *a = join(a, &b),
            (_, Event::End) => break,
            (_, event) => events.push(event),
        }
    }
    (events, octets, parser.into_outline())
}

/// The events of the stream are the message, whatever the pieces; the outline of stream and index are one.
pub fn mime_index_vs_stream(data: &[u8]) {
    use mailweft_mime::Message;
    let Some((_, _, octets)) = control(data) else {
        return;
    };
    let outline = Message::parse(octets).outline();
    alike(data, |pieces| {
        let (events, joined, streamed) = mime_events(pieces);
        assert_eq!(
            joined.escape_ascii().to_string(),
            octets.escape_ascii().to_string()
        );
        assert!(
            streamed.as_ref() == Some(&outline),
            "{streamed:#?}\n{outline:#?}\n{}",
            octets.escape_ascii()
        );
        events
    });
}

/// Octets dealt out as arguments.
struct Deal<'d>(&'d [u8]);

impl Deal<'_> {
    fn octet(&mut self) -> u8 {
        let Some((&first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        first
    }

    /// Octets up to the next 0xFF.
    fn octets(&mut self) -> Vec<u8> {
        let end = self.0.iter().position(|&b| b == 0xff);
        let end = end.unwrap_or(self.0.len());
        let (text, rest) = self.0.split_at(end);
        self.0 = rest.get(1..).unwrap_or_default();
        text.to_vec()
    }

    fn text(&mut self) -> String {
        String::from_utf8_lossy(&self.octets()).into_owned()
    }
}

/// A message built from any arguments reads back as them, with no field and no part that was not asked for.
pub fn mime_build(data: &[u8]) {
    use mailweft_address::{Address, Mailbox};
    use mailweft_mime::{Attachment, Builder, DateTime, MediaType, Message, Transport};
    let mut deal = Deal(data);
    let what = deal.octet();
    let (subject, author, reader, comment) = (deal.text(), deal.text(), deal.text(), deal.text());
    let (text, html, file_name, file) = (deal.text(), deal.text(), deal.text(), deal.octets());
    let mailbox = |name: &str, address| {
        Mailbox::with_name(name, Address::from_static(address))
            .map(|mailbox| (name.to_owned(), mailbox))
    };
    let (Ok((author, from)), Ok((reader, to))) = (
        mailbox(&author, "a@example.org"),
        mailbox(&reader, "b@example.net"),
    ) else {
        return;
    };
    let mut transport = Transport::default();
    transport.utf8 = what & 1 != 0;
    let mut builder = Builder::new()
        .from(from)
        .to(to)
        .bcc(Address::from_static("hidden@example.com"))
        .date(DateTime::from_timestamp(1_800_000_000, 60).expect("a date"))
        .subject(subject.as_str())
        .field("X-Comment", comment.as_str())
        .text(text.as_str())
        .transport(transport)
        .seed(u64::from(what));
    if what & 2 != 0 {
        builder = builder.html(html.as_str());
    }
    if what & 4 != 0 {
        let attachment = Attachment::new(MediaType::OCTET_STREAM, file.clone());
        builder = builder.attach(attachment.named(file_name.as_str()));
    }
    let breaks = |text: &str| text.contains(['\r', '\n', '\0']);
    let Ok(draft) = builder.build() else {
        return;
    };
    assert!(!breaks(&subject) && !breaks(&comment));
    assert!(what & 4 == 0 || !breaks(&file_name));
    let octets = draft.to_bytes().expect("it has no sources");
    assert_eq!(octets.len() as u64, draft.len());
    let shown = octets.escape_ascii().to_string();
    assert!(!shown.contains("hidden@"), "{shown}");
    for line in octets.split_inclusive(|&b| b == b'\n') {
        assert!(line.len() <= 1000, "{shown}");
    }
    let message = Message::parse(octets);
    assert_eq!(message.structure_problems(), [], "{shown}");
    assert_eq!(
        message.subject().as_deref(),
        Some(subject.as_str()),
        "{shown}"
    );
    let name = |wanted: &str| Some(wanted.to_owned()).filter(|name| !name.is_empty());
    let from: Vec<_> = message.from().collect();
    assert_eq!(from.len(), 1, "{shown}");
    assert_eq!(from[0].name().map(str::to_owned), name(&author), "{shown}");
    assert_eq!(from[0].address(), "a@example.org");
    let field = message.root().field("X-Comment").expect("it was added");
    assert_eq!(field.text(), comment, "{shown}");
    let mut names: Vec<_> = message
        .root()
        .fields()
        .map(|field| field.name_text().to_ascii_lowercase())
        .filter(|name| !name.starts_with("content-"))
        .collect();
    names.sort();
    assert_eq!(
        names,
        ["date", "from", "mime-version", "subject", "to", "x-comment"],
        "{shown}"
    );
    let to: Vec<_> = message.to().collect();
    assert_eq!(to.len(), 1, "{shown}");
    assert_eq!(to[0].name().map(str::to_owned), name(&reader), "{shown}");

    let leaves: Vec<_> = message
        .parts()
        .filter(|part| !part.is_multipart())
        .collect();
    let wanted = 1 + usize::from(what & 2 != 0) + usize::from(what & 4 != 0);
    assert_eq!(leaves.len(), wanted, "{shown}");
    let same_text = |read: &str, written: &str| {
        let lines = |text: &str| {
            let text = text.replace("\r\n", "\n").replace('\r', "\n");
            text.strip_suffix('\n').unwrap_or(&text).to_owned()
        };
        assert_eq!(lines(read), lines(written), "{shown}");
    };
    same_text(&leaves[0].text(), &text);
    if what & 2 != 0 {
        same_text(&leaves[1].text(), &html);
    }
    if what & 4 != 0 {
        let last = leaves[wanted - 1];
        assert_eq!(last.body(), file.as_slice(), "{shown}");
        assert_eq!(last.file_name(), name(&file_name), "{shown}");
    }
}

/// Nothing edited, nothing changed; a field that is added is there, and removed again leaves no trace.
pub fn mime_edit(data: &[u8]) {
    use mailweft_mime::{Editor, Message};
    let Some((which, how, octets)) = control(data) else {
        return;
    };
    let message = Message::parse(octets);
    assert_eq!(Editor::new(&message).finish().to_bytes(), octets);
    let parts = message.parts().count();
    let part = u32::try_from(which % parts).expect("a small number");
    let root = message.part(part).expect("it was counted");
    let name = "X-Fuzz";
    // A header that ends within a line gets the end of the line with the field.
    if root.field(name).is_some()
        || !(root.raw_header().is_empty() || root.raw_header().ends_with(b"\n"))
    {
        return;
    }
    let text = "a b =?utf-8?q?c?= \u{e9}";
    let mut editor = Editor::new(&message);
    if how % 2 == 0 {
        editor.prepend_field(part, name, text).expect("a field");
    } else {
        editor.append_field(part, name, text).expect("a field");
    }
    let edited = editor.finish();
    let longer = edited.to_bytes();
    assert_eq!(edited.len(), longer.len() as u64);
    let shown = longer.escape_ascii().to_string();
    let with = Message::parse(longer.as_slice());
    assert_eq!(with.parts().count(), parts, "{shown}");
    let there = with.part(part).expect("as many parts as before");
    let added: Vec<_> = there.fields_named(name).collect();
    assert_eq!(added.len(), 1, "{shown}");
    assert_eq!(added[0].text(), text, "{shown}");
    assert_eq!(there.fields().count(), root.fields().count() + 1, "{shown}");
    assert_eq!(there.raw_body(), root.raw_body(), "{shown}");
    let mut editor = Editor::new(&with);
    assert_eq!(editor.remove_fields(part, name), Ok(1), "{shown}");
    // Where headers around an empty part lacked their empty line, they have got it.
    let left = editor.finish().to_bytes();
    let ended = if root.raw().is_empty() {
        let line_ends = left.len().saturating_sub(octets.len());
        let at = usize::try_from(root.span().start()).expect("it is in memory");
        [&octets[..at], &left[at..at + line_ends], &octets[at..]].concat()
    } else {
        octets.to_vec()
    };
    assert!(ended.len() - octets.len() <= 2 * parts);
    assert_eq!(
        left.escape_ascii().to_string(),
        ended.escape_ascii().to_string()
    );
}
