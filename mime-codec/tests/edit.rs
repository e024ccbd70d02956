//! Editing over every mail of the corpora: what no patch touches stays as it is.

mod common;

use std::fs;

use mailweft_mime::{Body, Editor, Message};

fn check(bytes: &[u8], what: &str) {
    let message = Message::parse(bytes);
    assert!(
        Editor::new(&message).finish().to_bytes() == bytes,
        "{what}: no patch"
    );

    let mut editor = Editor::new(&message);
    editor
        .prepend_field(0, "X-Mailweft-Test", "one two")
        .unwrap();
    let added = editor.finish().to_bytes();
    assert!(added.len() > bytes.len());
    let with = Message::parse(&added);
    let field = with.root().field("X-Mailweft-Test");
    assert_eq!(
        field.unwrap_or_else(|| panic!("{what}")).text(),
        "one two",
        "{what}"
    );
    let mut editor = Editor::new(&with);
    assert_eq!(
        editor.remove_fields(0, "X-Mailweft-Test").unwrap(),
        1,
        "{what}"
    );
    // A header of continuation lines alone, without a line end, was given one.
    let whole =
        message.root().raw_header().ends_with(b"\n") || message.root().raw_header().is_empty();
    let starts = message
        .root()
        .fields()
        .any(|field| !field.raw().starts_with(b" ") && !field.raw().starts_with(b"\t"));
    if !whole && !starts {
        return;
    }
    assert!(
        editor.finish().to_bytes() == bytes,
        "{what}: add and remove"
    );

    if message.root().fields_named("Subject").count() == 1 {
        let span = message.root().field("Subject").unwrap().span();
        let mut editor = Editor::new(&message);
        editor.replace_field(0, "Subject", "Grüße").unwrap();
        let edited = editor.finish().to_bytes();
        let (start, end) = (span.start() as usize, span.end() as usize);
        assert!(
            edited.starts_with(&bytes[..start]) && edited.ends_with(&bytes[end..]),
            "{what}: only the subject"
        );
        assert_eq!(
            Message::parse(&edited).subject().unwrap(),
            "Grüße",
            "{what}"
        );
    }
    let anonymous = message.anonymise();
    assert_eq!(anonymous.len(), bytes.len());
    let kinds = |message: &Message<&[u8]>| {
        message
            .parts()
            .map(|p| (p.kind(), p.span()))
            .collect::<Vec<_>>()
    };
    assert!(
        kinds(&Message::parse(&anonymous)) == kinds(&message),
        "{what}: anonymous structure"
    );
}

#[test]
fn every_mail_of_the_corpora() {
    for folder in [
        "mime-ambiguity",
        "encoded-words",
        "mime4j/core",
        "cpython-test-email",
        "enmime",
        "postal-mime",
        "nodemailer-mailparser",
        "rspamd",
        "thunderbird",
        "deltachat",
        "ruby-mail",
        "sisimai-set-of-emails",
        "flufl-bounce",
    ] {
        for file in common::corpus(folder) {
            check(&fs::read(&file).unwrap(), &file.display().to_string());
        }
    }
}

const MIXED: &str = "From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
    --b\r\n\r\none\r\n--b\r\nContent-Type: text/html\r\n\r\ntwo\r\n--b--\r\n";

#[test]
fn parts_come_and_go() {
    let message = Message::parse(MIXED);
    let mut editor = Editor::new(&message);
    editor.remove_part(1).unwrap();
    editor.add_part(0, Body::text("three"), 1).unwrap();
    let edited = Message::parse(editor.finish().to_bytes());
    let bodies: Vec<_> = edited
        .root()
        .children()
        .map(|part| part.text().into_owned())
        .collect();
    assert_eq!(bodies, ["two", "three"]);

    let mut editor = Editor::new(&message);
    editor
        .wrap_part(1, "signed", vec![Body::text("signature")], 1)
        .unwrap();
    editor.replace_body(2, Body::html("<b>new</b>"), 2).unwrap();
    let edited = Message::parse(editor.finish().to_bytes());
    assert_eq!(edited.structure_problems(), []);
    let signed = edited.root().child(0).unwrap();
    assert_eq!(
        signed.child(0).unwrap().raw(),
        message.part(1).unwrap().raw()
    );
    assert_eq!(edited.root().child(1).unwrap().text(), "<b>new</b>");
    assert!(
        Editor::new(&message)
            .replace_part(0, Body::text("x"), 1)
            .is_err()
    );
}

#[test]
fn sanitised_mail_has_no_ambiguity() {
    for file in common::corpus("mime-ambiguity")
        .into_iter()
        .chain(common::corpus("mime4j/core"))
    {
        if file
            .extension()
            .is_none_or(|extension| extension != "eml" && extension != "msg")
        {
            continue;
        }
        let bytes = fs::read(&file).unwrap();
        let message = Message::parse(&bytes);
        let sane = message.sanitise(1);
        let after = Message::parse(&sane.octets);
        let bad: Vec<_> = after
            .problems()
            .into_iter()
            .filter(|p| p.severity() == mailweft_mime::Severity::Ambiguity)
            .collect();
        assert!(
            bad.is_empty(),
            "{}: {bad:?}\n{}",
            file.display(),
            sane.octets.escape_ascii()
        );
    }
}

#[test]
fn a_field_of_an_empty_part_is_its_own() {
    for (octets, part) in [
        ("Content-Type: message/global\r\n", 1),
        ("Content-Type: message/rfc822", 1),
        (
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b",
            2,
        ),
    ] {
        let message = Message::parse(octets);
        let mut editor = Editor::new(&message);
        editor.append_field(part, "X-New", "1").unwrap();
        let edited = Message::parse(editor.finish().to_bytes());
        assert_eq!(
            edited.parts().count(),
            message.parts().count(),
            "{octets:?}"
        );
        assert_eq!(
            edited.part(part).unwrap().fields_named("X-New").count(),
            1,
            "{octets:?}"
        );
        assert_eq!(edited.root().fields().count(), 1, "{octets:?}");
    }
}
