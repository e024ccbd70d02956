//! What we write, `CPython`'s `email` reads in the same way and without a defect.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use mailweft_address::{Address, Mailbox};
use mailweft_mime::{
    Action, Attachment, Body, Builder, DateTime, DeliveryReport, MediaType, MessageId,
    RecipientReport, Returned, StatusCode,
};

const READER: &str = r#"
import sys, email, email.policy
m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
defects = []
for part in m.walk():
    defects += [repr(d) for d in part.defects]
    for name, value in part.items():
        defects += [name + ': ' + repr(d) for d in getattr(value, 'defects', ())]
print('defects', defects)
print('subject', repr(m['subject']))
print('from', [(a.display_name, a.addr_spec) for a in m['from'].addresses])
if m['to']: print('to', [(a.display_name, a.addr_spec) for a in m['to'].addresses])
for part in m.walk():
    line = [part.get_content_type(), part.get_filename()]
    if not part.is_multipart():
        line.append((part.get_payload(decode=True) or b'').hex())
    print('part', line)
"#;

fn read(octets: &[u8]) -> Option<String> {
    let mut child = Command::new("python3")
        .args(["-c", READER])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    child.stdin.take().unwrap().write_all(octets).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    Some(String::from_utf8(output.stdout).unwrap())
}

fn start() -> Builder {
    Builder::new()
        .from(
            Mailbox::with_name(
                "Jürgen, the \"first\"",
                Address::from_static("j@example.org"),
            )
            .unwrap(),
        )
        .date(DateTime::from_timestamp(1_800_000_000, 60).unwrap())
        .message_id(MessageId::new("1@example.org").unwrap())
        .seed(3)
}

#[test]
fn it_reads_what_we_write() {
    let Some(_) = read(b"Subject: x\r\nFrom: a@b.example\r\n\r\n") else {
        println!("skipped: python3 is not here");
        return;
    };
    let hex = |octets: &[u8]| {
        octets
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect::<String>()
    };
    let name = "résumé ".repeat(30) + ".pdf";
    let text = "Grüße!\r\nFrom here\r\n.\r\n";
    let draft = start()
        .to(Mailbox::with_name("Ann (home)", Address::from_static("ann@example.net")).unwrap())
        .to(Address::from_static("max@example.net"))
        .subject("Grüße an alle, die dies lesen: 日本語も")
        .text(text)
        .html("<b>x</b>")
        .attach(Attachment::new(MediaType::PDF, &b"%PDF\0\xff"[..]).named(&name))
        .build()
        .unwrap();
    let seen = read(&draft.to_bytes().unwrap()).unwrap();
    assert!(seen.starts_with("defects []\n"), "{seen}");
    assert!(
        seen.contains("subject 'Grüße an alle, die dies lesen: 日本語も'"),
        "{seen}"
    );
    assert!(
        seen.contains("from [('Jürgen, the \"first\"', 'j@example.org')]"),
        "{seen}"
    );
    assert!(
        seen.contains("to [('Ann (home)', 'ann@example.net'), ('', 'max@example.net')]"),
        "{seen}"
    );
    assert!(
        seen.contains(&format!(
            "part ['text/plain', None, '{}']",
            hex(text.as_bytes())
        )),
        "{seen}"
    );
    assert!(
        seen.contains(&format!(
            "part ['application/pdf', '{name}', '{}']",
            hex(b"%PDF\0\xff")
        )),
        "{seen}"
    );

    let report = DeliveryReport::new("mx.example.org").with_recipient(RecipientReport::new(
        &Address::from_static("ann@example.net"),
        Action::Failed,
        StatusCode::new(5, 1, 1),
    ));
    let returned = Returned::Headers(b"Subject: x\r\n"[..].into());
    let draft = start()
        .subject("Failed")
        .body(Body::delivery_report("No.\n", &report, returned))
        .build()
        .unwrap();
    let seen = read(&draft.to_bytes().unwrap()).unwrap();
    assert!(seen.starts_with("defects []\n"), "{seen}");
    assert!(
        seen.contains("part ['message/delivery-status', None]"),
        "{seen}"
    );
    assert!(seen.contains("part ['text/rfc822-headers', None"), "{seen}");
}
