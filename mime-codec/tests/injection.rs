//! Every text argument of the writing API, given everything that could end a line, a string, a field or a part: it is
//! refused, or what is written has the same parts and the same fields as with a harmless word in its place.

use std::{collections::BTreeSet, fs, path::Path};

use mailweft_address::{Address, Group, Item, Mailbox};
use mailweft_mime::{
    Action, Attachment, Body, Builder, ContentType, DateTime, DeliveryReport, DispositionKind,
    DispositionReport, DispositionType, Editor, FeedbackReport, InvalidText, MediaType, Message,
    MessageId, MessageIds, RecipientReport, Returned, StatusCode, TypedText,
};

type Written = Result<Vec<u8>, String>;

/// A function of the public API by its name, and one of its arguments.
struct Argument {
    function: &'static str,
    write: fn(&str) -> Written,
}

fn start() -> Builder {
    Builder::new()
        .from(address())
        .date(DateTime::from_timestamp(1_800_000_000, 60).unwrap())
        .seed(1)
}

fn address() -> Address {
    Address::from_static("j@example.org")
}

fn file() -> Attachment {
    Attachment::new(MediaType::PDF, &b"%PDF"[..])
}

fn built(builder: Builder) -> Written {
    let draft = builder.build().map_err(|error| error.to_string())?;
    draft.to_bytes().ok_or_else(|| "a source".into())
}

fn of_body(body: Body) -> Written {
    built(start().body(body))
}

fn report(change: impl FnOnce(&mut DeliveryReport)) -> Written {
    let mut report = DeliveryReport::new("mx.example.org");
    let recipient = RecipientReport::new(&address(), Action::Failed, StatusCode::new(5, 0, 0));
    report.recipients.push(recipient);
    change(&mut report);
    of_body(Body::delivery_report("x", &report, Returned::Nothing))
}

fn receipt(change: impl FnOnce(&mut DispositionReport)) -> Written {
    let mut report = DispositionReport::new(&address(), DispositionKind::Displayed);
    change(&mut report);
    of_body(Body::disposition_report("x", &report, Returned::Nothing))
}

const MIXED: &str = "From: a@b.example\r\nX-Old: 1\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
    --b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\n";

fn edited(edit: impl FnOnce(&mut Editor<'_>) -> Result<(), InvalidText>) -> Written {
    let message = Message::parse(MIXED);
    let mut editor = Editor::new(&message);
    edit(&mut editor).map_err(|error| error.to_string())?;
    Ok(editor.finish().to_bytes())
}

fn arguments() -> Vec<Argument> {
    macro_rules! arguments {
        ($($function:literal: |$text:ident| $write:expr,)*) => {
            vec![$(Argument { function: $function, write: |$text| $write }),*]
        };
    }
    arguments! {
        "subject": |t| built(start().subject(t)),
        "field": |t| built(start().field("X-A", t)),
        "field": |t| built(start().field(t, "x")),
        "field": |t| built(start().field(format!("X-{t}"), "x")),
        "address_field": |t| built(start().address_field(t, [Item::Mailbox(address().into())])),
        "with_name": |t| {
            let mailbox = Mailbox::with_name(t, address()).map_err(|e| e.to_string())?;
            built(start().to(mailbox))
        },
        "with_name": |t| {
            let name = mailweft_address::Phrase::new(t).map_err(|e| e.to_string())?;
            let group = Group::new(name, vec![Mailbox::from(address())]);
            built(start().to_list([Item::Group(group)]))
        },
        "parse": |t| built(start().to(Address::parse(t).map_err(|e| e.to_string())?)),
        "text": |t| built(start().text(t)),
        "html": |t| built(start().html(t)),
        "calendar": |t| built(start().calendar(t, "x")),
        "calendar": |t| built(start().calendar("REQUEST", t)),
        "calendar": |t| of_body(Body::calendar(t, "x")),
        "flowed": |t| of_body(Body::flowed(t)),
        "text_of": |t| of_body(Body::text_of(MediaType::TEXT_PLAIN, t)),
        "multipart": |t| of_body(Body::multipart(t, [Body::text("x")]).map_err(|e| e.to_string())?),
        "with_param": |t| of_body(Body::text("x").with_param(t, "y")),
        "with_param": |t| of_body(Body::text("x").with_param("y", t)),
        "with_param": |t| {
            let content_type = ContentType::from(MediaType::TEXT_HTML).with_param("a", t).with_param(t, "b");
            of_body(Body::text_of(content_type, "x"))
        },
        "read": |t| of_body(Body::text_of(ContentType::read(t.as_bytes()), "x")),
        "read": |t| built(start().attach(Attachment::new(ContentType::read(t.as_bytes()), "x"))),
        "parse": |t| built(start().attach(Attachment::new(MediaType::parse(t).map_err(|e| e.to_string())?, "x"))),
        "named": |t| built(start().text("x").attach(file().named(t))),
        "named": |t| built(start().text("x").attach(file().named(t).with_legacy_name())),
        "described": |t| built(start().text("x").attach(file().described(t))),
        "disposed": |t| built(start().text("x").attach(file().disposed(DispositionType::Other(t.into())))),
        "new": |t| built(start().message_id(MessageId::new(t).map_err(|e| e.to_string())?)),
        "read_all": |t| built(start().references(MessageIds::new(t.as_bytes()).take(1).map(MessageId::into_owned).chain([MessageId::new("a@b").unwrap()]))),
        "inline": |t| {
            let id = MessageId::new(&format!("{t}@x")).map_err(|e| e.to_string())?;
            built(start().html("x").inline(file().inline(id)))
        },
        "delivery_report": |t| of_body(Body::delivery_report(t, &DeliveryReport::new("x"), Returned::Nothing)),
        "disposition_report": |t| {
            let report = DispositionReport::new(&address(), DispositionKind::Displayed);
            of_body(Body::disposition_report(t, &report, Returned::Nothing))
        },
        "feedback_report": |t| of_body(Body::feedback_report(t, &FeedbackReport::new("abuse", "x"), Returned::Nothing)),
        "new": |t| of_body(Body::delivery_report("x", &DeliveryReport::new(t), Returned::Nothing)),
        "new": |t| of_body(Body::feedback_report("x", &FeedbackReport::new(t, "x"), Returned::Nothing)),
        "new": |t| of_body(Body::feedback_report("x", &FeedbackReport::new("abuse", t), Returned::Nothing)),
        "fields": |t| {
            let mut abuse = FeedbackReport::new("abuse", "x");
            abuse.version = Some(t.into());
            abuse.fields.push(("Source-IP".into(), t.into()));
            of_body(Body::feedback_report("x", &abuse, Returned::Nothing))
        },
        "fields": |t| {
            let mut abuse = FeedbackReport::new("abuse", "x");
            abuse.fields.push((t.into(), "x".into()));
            of_body(Body::feedback_report("x", &abuse, Returned::Nothing))
        },
        "original_envelope_id": |t| report(|r| r.original_envelope_id = Some(t.into())),
        "dsn_gateway": |t| report(|r| r.dsn_gateway = Some(TypedText::new(t, "x"))),
        "received_from_mta": |t| report(|r| r.received_from_mta = Some(TypedText::host(t))),
        "extensions": |t| report(|r| r.extensions.push(("X-A".into(), t.into()))),
        "extensions": |t| report(|r| r.extensions.push((t.into(), "x".into()))),
        "original_recipient": |t| report(|r| r.recipients[0].original_recipient = Some(TypedText::new("rfc822", t))),
        "final_recipient": |t| report(|r| r.recipients[0].final_recipient = Some(TypedText::new(t, "x"))),
        "action": |t| report(|r| r.recipients[0].action = Action::Other(t.into())),
        "remote_mta": |t| report(|r| r.recipients[0].remote_mta = Some(TypedText::host(t))),
        "smtp": |t| report(|r| r.recipients[0].diagnostic = Some(TypedText::smtp(t))),
        "final_log_id": |t| report(|r| r.recipients[0].final_log_id = Some(t.into())),
        "extensions": |t| report(|r| r.recipients[0].extensions.push(("X-B".into(), t.into()))),
        "extensions": |t| report(|r| r.recipients[0].extensions.push((t.into(), "x".into()))),
        "reporting_ua": |t| receipt(|r| r.reporting_ua = Some(t.into())),
        "mdn_gateway": |t| receipt(|r| r.mdn_gateway = Some(TypedText::new("dns", t))),
        "kind": |t| receipt(|r| r.kind = DispositionKind::Other(t.into())),
        "modifiers": |t| receipt(|r| r.modifiers.push(t.into())),
        "errors": |t| receipt(|r| r.errors.push(t.into())),
        "extensions": |t| receipt(|r| r.extensions.push(("X-A".into(), t.into()))),
        "extensions": |t| receipt(|r| r.extensions.push((t.into(), "x".into()))),
        "prepend_field": |t| edited(|e| e.prepend_field(0, "X-A", t)),
        "prepend_field": |t| edited(|e| e.prepend_field(1, t, "x")),
        "append_field": |t| edited(|e| e.append_field(0, "X-A", t)),
        "append_field": |t| edited(|e| e.append_field(2, t, "x")),
        "replace_field": |t| edited(|e| e.replace_field(0, "X-Old", t)),
        "replace_field": |t| edited(|e| e.replace_field(0, t, "x")),
        "rename_fields": |t| edited(|e| e.rename_fields(0, "X-Old", t).map(drop)),
        "wrap_part": |t| edited(|e| e.wrap_part(1, t, Vec::new(), 1)),
        "replace_body": |t| edited(|e| e.replace_body(1, Body::text(t), 1)),
        "replace_part": |t| edited(|e| e.replace_part(1, Body::html(t), 1)),
        "add_part": |t| edited(|e| e.add_part(0, Body::attachment(file().named(t)), 1)),
        "reply": |t| {
            let message = Message::parse(format!("From: {t} <a@b.example>\r\nSubject: {t}\r\nMessage-ID: <{t}@x>\r\n\r\n{t}\r\n"));
            built(Builder::reply(&message).from(address()).date(DateTime::from_timestamp(0, 0).unwrap()))
        },
        "forward": |t| {
            let message = Message::parse(format!("From: {t} <a@b.example>\r\nSubject: {t}\r\n\r\n{t}\r\n"));
            built(Builder::forward(&message).from(address()).date(DateTime::from_timestamp(0, 0).unwrap()))
        },
    }
}

/// What could end a line, a string, a field, an address or a part.
const EVIL: [&str; 17] = [
    "\r\nBcc: evil@example.com",
    "\r\n\r\n<b>body</b>",
    "\nBcc: y",
    "\rBcc: y",
    "\r",
    "\n",
    "\0",
    "é",
    "\u{2028}",
    "\u{85}",
    "\x0b\x0c",
    "\"; name=x",
    "\\",
    "> <evil@example.com",
    "\r\n--b\r\n\r\nmore",
    "\r\n--=_0000000000000000\r\n",
    "=?utf-8?q?=0D=0ABcc:_y?=",
];

/// The names of all fields, part by part.
fn shape(octets: &[u8]) -> Vec<Vec<String>> {
    let message = Message::parse(octets);
    let names =
        |part: mailweft_mime::Part<'_>| part.fields().map(|f| f.name_text().into_owned()).collect();
    message.parts().map(names).collect()
}

#[test]
fn nothing_is_injected() {
    for Argument { function, write } in arguments() {
        let harmless = ["x", "x@x", "text/x"]
            .into_iter()
            .find_map(|text| write(text).ok());
        let harmless =
            shape(&harmless.unwrap_or_else(|| panic!("{function}: nothing is accepted")));
        for evil in EVIL {
            for text in [
                evil.to_owned(),
                format!("a{evil}"),
                format!("{evil}b"),
                format!("a{evil}b@c"),
                format!("text/a{evil}"),
                format!("{}{evil}{evil}", "a b ".repeat(300)),
            ] {
                let Ok(octets) = write(&text) else { continue };
                let shown = || format!("{function}({text:?}): {}", octets.escape_ascii());
                assert!(octets.is_ascii() && !octets.contains(&0), "{}", shown());
                for (at, byte) in octets.iter().enumerate() {
                    match byte {
                        b'\r' => assert_eq!(octets.get(at + 1), Some(&b'\n'), "{}", shown()),
                        b'\n' => assert!(at > 0 && octets[at - 1] == b'\r', "{}", shown()),
                        _ => {}
                    }
                }
                // Names that were asked for may be other names; there are as many fields, and none is a recipient's.
                let after = shape(&octets);
                let counts = |shape: &[Vec<String>]| shape.iter().map(Vec::len).collect::<Vec<_>>();
                // A field for a description or a charset may come or go with its content; of parts none may.
                assert_eq!(after.len(), harmless.len(), "{}", shown());
                for (part, (now, then)) in counts(&after)
                    .into_iter()
                    .zip(counts(&harmless))
                    .enumerate()
                {
                    assert!(now <= then, "part {part} of {}", shown());
                }
                let bcc = |shape: &[Vec<String>]| {
                    shape
                        .iter()
                        .flatten()
                        .any(|name| name.eq_ignore_ascii_case("Bcc"))
                };
                assert!(!bcc(&after), "{}", shown());
            }
        }
    }
}

/// The functions and public text fields that write, as the sources have them: none is forgotten above.
#[test]
fn every_argument_is_walked() {
    let walked: BTreeSet<&str> = arguments()
        .iter()
        .map(|argument| argument.function)
        .collect();
    let mut missing = Vec::new();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![source.join("build"), source.join("edit")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(path).unwrap();
            for (at, _) in text.match_indices("    pub fn ") {
                let signature: String = text[at + 11..].chars().take_while(|&c| c != '{').collect();
                let (name, rest) = signature.split_once(['(', '<']).unwrap();
                let arguments = rest.split("->").next().unwrap_or_default();
                // Removing writes nothing.
                let writes = arguments.contains("&str") || arguments.contains("Into<String>");
                if writes && name != "remove_fields" && !walked.contains(name) {
                    missing.push(name.to_owned());
                }
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}
