//! The properties that are fuzzed, and replayed by `examples/tests/regressions.rs`.
//!
//! Each takes octets and panics where a promise is broken. All of them are inverses (what is written reads back as
//! it was) or models (two ways to the same result). Nothing here knows of libFuzzer.
//!
//! Targets whose name ends in `_chunks`, and those on whole messages, read two octets first: the sizes of the
//! pieces, or what is to be done with the rest.

mod calls;

use bytes::{Bytes, BytesMut};

pub use calls::smtp_calls;

/// A property: it panics where it does not hold.
pub type Property = fn(&[u8]);

/// Every property by the name of its target, seeds and regressions.
pub const TARGETS: &[(&str, Property)] = &[
    ("address", address),
    ("address_entries", address_entries),
    ("mime_index_vs_stream", mime_index_vs_stream),
    ("mime_build", mime_build),
    ("mime_edit", mime_edit),
    ("smtp_command", smtp_command),
    ("smtp_reply", smtp_reply),
    ("smtp_server_chunks", smtp_server_chunks),
    ("smtp_calls", smtp_calls),
    ("pop3_command", pop3_command),
    ("pop3_response", pop3_response),
    ("pop3_server_chunks", pop3_server_chunks),
    ("pop3_dots", pop3_dots),
    ("imap_command", imap_command),
    ("imap_response", imap_response),
    ("imap_framer_chunks", imap_framer_chunks),
];

/// The two octets that say what is done with the rest.
fn control(data: &[u8]) -> Option<(usize, usize, &[u8])> {
    let (&[a, b], rest) = data.split_first_chunk::<2>()?;
    Some((usize::from(a), usize::from(b), rest))
}

/// `wire` in pieces of two sizes by turns.
fn pieces(wire: &[u8], a: usize, b: usize) -> Vec<&[u8]> {
    let sizes = [1 + a % 32, 1 + b % 32];
    let (mut rest, mut all) = (wire, Vec::new());
    for size in sizes.into_iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (piece, left) = rest.split_at(size.min(rest.len()));
        all.push(piece);
        rest = left;
    }
    all
}

/// Runs `session` over the octets whole, in single octets and in pieces: all runs are to come out alike.
fn alike<T: PartialEq + std::fmt::Debug>(data: &[u8], session: impl Fn(&[&[u8]]) -> T) {
    let Some((a, b, wire)) = control(data) else {
        return;
    };
    let whole = session(&[wire]);
    for split in [wire.chunks(1).collect(), pieces(wire, a, b)] {
        let split = session(&split);
        assert!(
            split == whole,
            "in pieces: {split:#?}\nwhole: {whole:#?}\n{}",
            wire.escape_ascii()
        );
    }
}

/// No octet that could end a line, or a string in C.
fn no_break(line: &[u8]) {
    assert!(
        !line.iter().any(|b| matches!(b, b'\r' | b'\n' | 0)),
        "{}",
        line.escape_ascii()
    );
}

fn join(a: &Bytes, b: &Bytes) -> Bytes {
    [a.as_ref(), b.as_ref()].concat().into()
}

// Addresses.

/// `diagnose` and `parse_at` agree at every level; what parses prints, and parses to the same.
pub fn address(data: &[u8]) {
    use mailweft_address::{Address, ForwardPath, Level, diagnose};
    let report = diagnose(data);
    for level in Level::ALL {
        let passes = report.level().is_some()
            && report
                .findings()
                .iter()
                .all(|finding| level.allows(finding.diagnosis));
        let parsed = Address::parse_at(level, data);
        assert_eq!(
            parsed.is_ok(),
            passes,
            "{level}: {parsed:?} {report:?} {}",
            data.escape_ascii()
        );
        let shared = Address::from_bytes(Bytes::copy_from_slice(data), level);
        assert_eq!(
            parsed.as_ref().map(Address::exact),
            shared.as_ref().map(Address::exact)
        );
        let address = match parsed {
            Ok(address) => address,
            Err(error) => {
                assert!(error.offset() <= data.len());
                continue;
            }
        };
        if address.is_writable() {
            let back = Address::parse_at(Level::Obsolete, address.as_str()).expect("it was parsed");
            assert_eq!(back.exact(), address.exact());
            assert_eq!(back.local_part(), address.local_part());
            assert_eq!(back.domain(), address.domain());
        }
        let path = ForwardPath::Mailbox(address).to_string();
        no_break(path.as_bytes());
        assert!(path.starts_with('<') && path.ends_with('>'));
    }
    for finding in report.findings() {
        assert!(finding.span.start <= finding.span.end && finding.span.end <= data.len());
    }
}

/// Entries stand in their order and inside of the octets; shared octets give the same; a mailbox printed is one entry.
pub fn address_entries(data: &[u8]) {
    use mailweft_address::{Entries, Entry, Level, Mailbox, entries};
    let all: Vec<_> = entries(data).collect();
    let octets = Bytes::copy_from_slice(data);
    assert_eq!(all, Entries::from_bytes(&octets).collect::<Vec<_>>());
    let mut at = 0;
    for entry in &all {
        let span = match entry {
            Ok(Entry::Mailbox { span, .. } | Entry::GroupStart { span, .. }) => span.clone(),
            Ok(_) => continue,
            Err(lost) => {
                assert!(lost.error().offset() <= data.len());
                lost.span()
            }
        };
        assert!(
            at <= span.start && span.start <= span.end && span.end <= data.len(),
            "{all:?}"
        );
        at = span.end;
    }
    for entry in all {
        let Ok(Entry::Mailbox { mailbox, .. }) = entry else {
            continue;
        };
        let printed = mailbox.to_string();
        no_break(printed.as_bytes());
        if !mailbox.address().is_writable() {
            continue;
        }
        let strict = Mailbox::parse_at(Level::Obsolete, &printed);
        assert_eq!(strict.as_ref(), Ok(&mailbox), "{printed:?}");
        let again: Vec<_> = entries(printed.as_bytes()).collect();
        let [Ok(Entry::Mailbox { mailbox: back, .. })] = again.as_slice() else {
            panic!("{printed:?}: {again:?}");
        };
        assert_eq!(back, &mailbox, "{printed:?}");
        assert_eq!(
            back.address().exact(),
            mailbox.address().exact(),
            "{printed:?}"
        );
        let text = |mailbox: &Mailbox| mailbox.name().map(|name| name.text().into_owned());
        // A name of octets that can be shown reads the same, character by character.
        let shown = |mailbox: &Mailbox| {
            text(mailbox).map(|name| name.replace(|c: char| c.is_ascii_control(), "\u{fffd}"))
        };
        assert_eq!(shown(back), shown(&mailbox), "{printed:?}");
    }
}

// Messages.

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
    assert_eq!(message.from().len(), 1, "{shown}");
    assert_eq!(
        message.from()[0].name().map(str::to_owned),
        name(&author),
        "{shown}"
    );
    assert_eq!(message.from()[0].address().as_str(), "a@example.org");
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
    let to = message.to();
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

// SMTP.

/// A command that parses is written as one line that parses to it; what strict takes interop takes alike.
pub fn smtp_command(data: &[u8]) {
    use mailweft_smtp::{Command, Tolerance};
    let line = Bytes::copy_from_slice(data);
    let interop = Command::read(&line, Tolerance::Interop);
    assert_eq!(
        Command::parse(data),
        interop.clone().map(|(command, _)| command)
    );
    if let Ok((strict, findings)) = Command::read(&line, Tolerance::Strict) {
        assert_eq!(interop, Ok((strict, findings)));
    }
    let Ok((command, _)) = interop else {
        return;
    };
    let written = command.to_string();
    no_break(written.as_bytes());
    assert_eq!(Command::parse(&written), Ok(command), "{written:?}");
}

/// A reply that parses is written as one that parses to it, and is written the same again.
pub fn smtp_reply(data: &[u8]) {
    use mailweft_smtp::{Capability, Reply};
    if let Ok(capability) = Capability::parse(data) {
        let line = capability.to_string();
        no_break(line.as_bytes());
        assert_eq!(Capability::parse(&line), Ok(capability), "{line:?}");
    }
    let Ok(reply) = Reply::parse(data) else {
        return;
    };
    let written = reply.to_string();
    let back = Reply::parse(&written).expect("it was written");
    assert_eq!(back.code(), reply.code(), "{written:?}");
    assert_eq!(back.enhanced(), reply.enhanced(), "{written:?}");
    assert_eq!(back.to_string(), written);
    // What no line may hold is written as `?`.
    if !reply.text().contains(char::is_control) {
        assert_eq!(back.text(), reply.text(), "{written:?}");
    }
    for line in written.split_terminator("\r\n") {
        no_break(line.as_bytes());
    }
}

/// A server hears and says the same, however the octets come.
pub fn smtp_server_chunks(data: &[u8]) {
    use mailweft_smtp::{
        Mechanism, Reply, Server,
        server::{Config, Event},
    };
    alike(data, |pieces| {
        let config = Config::new("mx.example.org").expect("a name");
        let config = config
            .tls(true)
            .auth([Mechanism::PLAIN, Mechanism::LOGIN])
            .refuse_early_talk(false)
            .other_commands(true);
        let mut server = Server::new(config);
        let (mut input, mut pieces) = (BytesMut::new(), pieces.iter());
        let (mut events, mut said) = (Vec::<Event>::new(), Vec::new());
        let failed = loop {
            let event = match server.poll(&mut input) {
                Ok(event) => event,
                Err(error) => break Some(error.to_string()),
            };
            said.extend_from_slice(&server.output().split());
            match &event {
                Event::NeedInput => {
                    let Some(piece) = pieces.next() else {
                        break None;
                    };
                    input.extend_from_slice(piece);
                    continue;
                }
                Event::Hello { slot, .. }
                | Event::Mail { slot, .. }
                | Event::Rcpt { slot, .. }
                | Event::Data { slot, .. }
                | Event::Command { slot, .. } => {
                    let accepted = server.accept(*slot);
                    if accepted.is_err() {
                        server
                            .reply(*slot, Reply::NOT_IMPLEMENTED)
                            .expect("5yz is an answer to everything");
                    }
                }
                Event::Auth { slot, .. } => {
                    server.challenge(*slot, b"Username:").expect("an answer");
                }
                Event::AuthResponse { slot, .. } => {
                    server.reply(*slot, Reply::AUTH_FAILED).expect("an answer");
                }
                Event::BodyEnd { slots, .. } => {
                    for slot in *slots {
                        server.accept(slot).expect("an answer");
                    }
                }
                _ => {}
            }
            let over = matches!(event, Event::Quit | Event::Closed);
            match (events.last_mut(), event) {
                (_, Event::Blocked) => panic!("everything is answered"),
                (Some(Event::Body { chunk: a }), Event::Body { chunk: b }) => *a = join(a, &b),
                (_, event) => events.push(event),
            }
            if over {
                break None;
            }
        };
        said.extend_from_slice(&server.output().split());
        (events, String::from_utf8_lossy(&said).into_owned(), failed)
    });
}

// POP3.

/// A command that parses is written as one line that parses to it.
pub fn pop3_command(data: &[u8]) {
    use mailweft_pop3::Command;
    let Ok(command) = Command::parse(data) else {
        return;
    };
    let written = command.to_bytes();
    let line = written.strip_suffix(b"\r\n").expect("a line");
    no_break(line);
    assert_eq!(Command::parse(line), Ok(command), "{}", line.escape_ascii());
}

/// A response, and a line of capabilities, that parse are written as what parses to them.
pub fn pop3_response(data: &[u8]) {
    use mailweft_pop3::{Capability, Response};
    if !data.iter().any(|b| matches!(b, b'\r' | b'\n' | 0)) {
        let capability = Capability::parse(data);
        let line = capability.to_bytes();
        no_break(&line);
        assert_eq!(
            Capability::parse(&line),
            capability,
            "{}",
            line.escape_ascii()
        );
    }
    // CR, LF and NUL in the text are read, and written: see `finds`.
    if data.iter().any(|b| matches!(b, b'\r' | b'\n' | 0)) {
        return;
    }
    let Ok(response) = Response::parse(data) else {
        return;
    };
    let written = response.to_bytes();
    let line = written.strip_suffix(b"\r\n").unwrap_or(&written);
    no_break(line);
    assert_eq!(
        Response::parse(line),
        Ok(response),
        "{}",
        line.escape_ascii()
    );
}

/// A server hears and says the same, however the octets come.
pub fn pop3_server_chunks(data: &[u8]) {
    use mailweft_pop3::{
        Maildrop, Mechanism, Response, Server, Text, UniqueId,
        server::{Config, Event},
    };
    alike(data, |pieces| {
        let config = Config::new(Text::from_static("ready"))
            .mechanisms([Mechanism::PLAIN])
            .utf8(true)
            .allow_clear_text_login(true);
        let mut server = Server::new(config);
        let (mut input, mut pieces) = (BytesMut::new(), pieces.iter());
        let (mut events, mut said) = (Vec::<Event>::new(), Vec::new());
        let no = Response::err(Text::from_static("no"));
        let failed = loop {
            let event = match server.poll(&mut input) {
                Ok(event) => event,
                Err(error) => break Some(error.to_string()),
            };
            match &event {
                Event::NeedInput => {
                    let Some(piece) = pieces.next() else {
                        break None;
                    };
                    input.extend_from_slice(piece);
                    continue;
                }
                Event::Login { slot, .. } | Event::Apop { slot, .. } => {
                    let mut maildrop = Maildrop::new();
                    maildrop.push(12, &UniqueId::new("one").expect("an id"));
                    maildrop.push(7, &UniqueId::new("two").expect("an id"));
                    server.open(*slot, maildrop).expect("an answer");
                }
                Event::Auth { slot, .. } => server.challenge(*slot, b"go").expect("an answer"),
                Event::AuthResponse { slot, .. }
                | Event::Lang { slot, .. }
                | Event::Other { slot, .. } => server.refuse(*slot, &no).expect("an answer"),
                Event::Retr { slot, .. } | Event::Top { slot, .. } => {
                    server.begin_message(*slot).expect("an answer");
                    server
                        .message(*slot, b".A: b\r\n\r\n.c\r\nd")
                        .expect("a chunk");
                    server.end_message(*slot).expect("an end");
                }
                Event::Commit { slot, .. } => server.committed(*slot).expect("an answer"),
                Event::Blocked => panic!("everything is answered"),
                _ => {}
            }
            said.extend_from_slice(&server.output().split());
            let over = event == Event::Closed;
            events.push(event);
            if over {
                break None;
            }
        };
        said.extend_from_slice(&server.output().split());
        (events, String::from_utf8_lossy(&said).into_owned(), failed)
    });
}

/// What is encoded decodes to the same lines, whatever the pieces on either side; what is behind the end is left.
pub fn pop3_dots(data: &[u8]) {
    use mailweft_pop3::{DotDecoder, DotEncoder, Piece};
    let decode = |pieces: &[&[u8]]| {
        let mut decoder = DotDecoder::new();
        let (mut input, mut pieces, mut octets) = (BytesMut::new(), pieces.iter(), Vec::new());
        loop {
            match decoder.next(&mut input) {
                Piece::Data(piece) => octets.extend_from_slice(&piece),
                Piece::End => break,
                _ => match pieces.next() {
                    Some(piece) => input.extend_from_slice(piece),
                    None => return (octets, None),
                },
            }
        }
        for piece in pieces {
            input.extend_from_slice(piece);
        }
        (octets, Some(input.to_vec()))
    };
    alike(data, decode);
    let mut lines = Vec::new();
    let Some((_, _, octets)) = control(data) else {
        return;
    };
    for (at, &octet) in octets.iter().enumerate() {
        match octet {
            b'\r' => lines.extend_from_slice(b"\r\n"),
            b'\n' if at > 0 && octets[at - 1] == b'\r' => {}
            b'\n' => lines.extend_from_slice(b"\r\n"),
            _ => lines.push(octet),
        }
    }
    if !lines.is_empty() && !lines.ends_with(b"\r\n") {
        lines.extend_from_slice(b"\r\n");
    }
    alike(data, |pieces| {
        let (mut encoder, mut wire) = (DotEncoder::new(), BytesMut::new());
        for piece in pieces {
            encoder.write(piece, &mut wire);
        }
        encoder.finish(&mut wire);
        wire.extend_from_slice(b".\r\n+OK");
        assert_eq!(
            decode(&[&wire]),
            (lines.clone(), Some(b".\r\n+OK".to_vec())),
            "{}",
            wire.escape_ascii()
        );
        wire
    });
}

// IMAP.

/// Whether something in it is written in another form: literals as strings, NUL in texts as blanks.
fn mended(data: &[u8]) -> bool {
    data.contains(&0)
        || data
            .windows(3)
            .any(|octets| matches!(octets, [b'}', b'\r' | b'\n', _]))
}

/// A command that parses is written as what parses to it; what strict takes interop takes alike.
pub fn imap_command(data: &[u8]) {
    use mailweft_imap::{Syntax, TaggedCommand};
    let interop = TaggedCommand::parse(data, &Syntax::interop());
    let strict = TaggedCommand::parse(data, &Syntax::strict());
    if let Ok(strict) = &strict {
        assert_eq!(
            Ok(&strict.value),
            interop.as_ref().map(|parsed| &parsed.value),
            "{}",
            data.escape_ascii()
        );
        assert!(strict.repairs.is_empty());
    }
    let Ok(parsed) = interop else {
        return;
    };
    let mut out = BytesMut::new();
    if parsed.value.write(&mut out).is_err() {
        assert!(
            strict.is_err(),
            "strictly right and not writable: {}",
            data.escape_ascii()
        );
        return;
    }
    let again = TaggedCommand::parse(&out, &Syntax::interop()).expect("it was written");
    if parsed.value != again.value {
        // A value that nobody knows may change its form: a literal becomes a quoted string.
        assert!(
            mended(data) || !parsed.repairs.is_empty(),
            "{parsed:?} {again:?} {}",
            out.escape_ascii()
        );
    }
}

/// A response that parses is written as what parses to it; what strict takes interop takes alike.
pub fn imap_response(data: &[u8]) {
    use mailweft_imap::{Response, Syntax};
    for utf8 in [false, true] {
        let syntax = Syntax::interop().with_utf8(utf8);
        let interop = Response::parse(data, &syntax);
        let strict = Response::parse(data, &Syntax::strict().with_utf8(utf8));
        if let Ok(strict) = &strict {
            assert_eq!(
                Ok(&strict.value),
                interop.as_ref().map(|parsed| &parsed.value),
                "{}",
                data.escape_ascii()
            );
            assert!(strict.repairs.is_empty());
        }
        let Ok(parsed) = interop else {
            continue;
        };
        let mut out = BytesMut::new();
        if parsed.value.write(&mut out, utf8).is_err() {
            assert!(
                strict.is_err(),
                "strictly right and not writable: {}",
                data.escape_ascii()
            );
            continue;
        }
        let again = Response::parse(&out, &syntax).expect("it was written");
        if parsed.value != again.value {
            assert!(
                mended(data) || !parsed.repairs.is_empty(),
                "{parsed:?} {again:?} {}",
                out.escape_ascii()
            );
        }
    }
}

/// A framer takes the same frames, whatever the pieces and whatever is decided about literals.
pub fn imap_framer_chunks(data: &[u8]) {
    use mailweft_imap::frame::{FrameLimits, Framer, Policy, Role, Step};
    for role in [Role::Client, Role::Server] {
        alike(data, |pieces| {
            let mut framer = Framer::new(role, FrameLimits::new(200, 4));
            let mut input = BytesMut::new();
            let mut steps = Vec::<Step>::new();
            for piece in pieces {
                input.extend_from_slice(piece);
                loop {
                    match (steps.last_mut(), framer.next(&mut input)) {
                        (_, Step::NeedInput) => break,
                        (Some(Step::Chunk(a)), Step::Chunk(b)) => *a = join(a, &b),
                        (_, step) => {
                            if let Step::Literal(header) = &step {
                                framer.decide(match header.size % 4 {
                                    0 => Policy::Reject,
                                    1 => Policy::Stream,
                                    2 => Policy::Discard,
                                    _ => Policy::Buffer,
                                });
                            }
                            // How much of a unit that is given up was there depends on the pieces.
                            steps.push(match step {
                                Step::Fault(fault, _) => Step::Fault(fault, Bytes::new()),
                                step => step,
                            });
                        }
                    }
                }
            }
            steps
        });
    }
}
