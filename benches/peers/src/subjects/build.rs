//! Messages written: the same fields, texts and files by each; what a third library reads of them is compared.

use std::{fs, hint::black_box, process::Command};

use bytes::Bytes;
use lettre::message::{Attachment as Attached, MultiPart, SinglePart, header as h};
use mail_builder::{
    MessageBuilder,
    headers::{address::Address as Who, date::Date},
};
use mail_parser::{MessageParser, PartKind};
use mailweft_address::{Address, Mailbox};
use mailweft_benches::noise;
use mailweft_mime::{Attachment, Builder, DateTime, MediaType, Message, MessageId};

use crate::{
    inputs::Inputs,
    row::{
        Row,
        Target::{Allocations, Best, Named},
        View, digest,
    },
    subjects::others,
};

const SUBJECT: &str = "build";
const SECONDS: i64 = 1_795_341_600;
const TITLE: &str = "Grüße allerseits, this week";

/// What goes into a message.
#[derive(Clone)]
struct Draft {
    text: String,
    html: Option<String>,
    file: Option<Bytes>,
}

pub fn rows<'a>(inputs: &'a Inputs, each: &mut dyn FnMut(Row<'a>)) {
    let newsletter = Message::parse(inputs.mail("newsletter"));
    let small = Draft {
        text: "Hello!\r\nThis is all.\r\n".into(),
        html: None,
        file: None,
    };
    let letter = Draft {
        text: newsletter.text().unwrap_or_default(),
        html: newsletter.html(),
        file: None,
    };
    let file = Draft {
        file: Some(Bytes::from(noise(7_000_000))),
        ..small.clone()
    };
    each(row("small", small).target(Allocations(6)));
    each(
        row("newsletter", letter)
            .target(Best(1.5))
            .target(Named(10.0, "lettre")),
    );
    each(
        row("7 MB attachment", file)
            .target(Best(0.5))
            .target(Best(1.0))
            .remark("0.5 is asked of safe code, 1.0 with the feature `simd`"),
    );
}

fn row<'a>(name: &'static str, draft: Draft) -> Row<'a> {
    let size = draft.text.len()
        + draft.html.as_ref().map_or(0, String::len)
        + draft.file.as_ref().map_or(0, Bytes::len);
    let work = |build: fn(&Draft) -> Vec<u8>| {
        let draft = draft.clone();
        move || build(black_box(&draft)).len()
    };
    let row = Row::new(SUBJECT, "build and write", name, size)
        .ours([read(&ours(&draft))], work(ours))
        .peer("mail-builder", read(&builder(&draft)), work(builder))
        .peer("lettre", read(&lettre(&draft)), work(lettre));
    match gmime(&draft) {
        Ok((mail, times)) => row.timed("GMime", read(&mail), times).remark(
            "GMime is a process of its own, which times itself: not in turn with the others",
        ),
        Err(error) => row.remark(format!("GMime is not here: {error}")),
    }
}

/// What GMime builds, and its times in nanoseconds.
fn gmime(draft: &Draft) -> Result<(Vec<u8>, Vec<f64>), String> {
    let said = |error: std::io::Error| error.to_string();
    let folder = others::folder().map_err(said)?;
    let program = others::gmime(&folder, include_str!("gmime_build.c"))?;
    let [text, html, file, mail] = ["text", "html", "data", "mail"].map(|name| folder.join(name));
    // It writes line ends of its own.
    let lines = |text: &str| text.replace("\r\n", "\n");
    fs::write(&text, lines(&draft.text)).map_err(said)?;
    if let Some(draft) = &draft.html {
        fs::write(&html, lines(draft)).map_err(said)?;
    }
    if let Some(draft) = &draft.file {
        fs::write(&file, draft).map_err(said)?;
    }
    let output = Command::new(program)
        .args([&text, &html, &file])
        .args([TITLE, &SECONDS.to_string()])
        .arg(&mail)
        .arg("15")
        .output()
        .map_err(said)?;
    let times = String::from_utf8_lossy(&output.stdout);
    let times = times.lines().filter_map(|line| line.trim().parse().ok());
    let written = (fs::read(&mail).map_err(said)?, times.collect());
    let _ = fs::remove_dir_all(folder);
    Ok(written)
}

/// What mail-parser reads of a message.
fn read(mail: &[u8]) -> View {
    let message = MessageParser::default().parse(mail).unwrap();
    let list = |list: Option<mail_parser::AddressList<'_>>| {
        let mailboxes = list.iter().flat_map(|list| list.mailboxes());
        mailboxes
            .map(|a| format!("{:?} {:?}, ", a.name(), a.address()))
            .collect::<String>()
    };
    let leaves = message.parts().filter(|part| !part.is_multipart());
    let bodies = leaves.map(|part| match part.kind() {
        PartKind::Text | PartKind::Html => {
            let text = part
                .text()
                .unwrap_or_default()
                .trim_end()
                .replace("\r\n", "\n");
            format!(
                "{:?} {} ",
                part.content_type().and_then(|t| t.subtype()),
                digest(text)
            )
        }
        _ => format!("{:?} {} ", part.attachment_name(), digest(part.decoded())),
    });
    let head = format!(
        "{} {} {:?} {:?}",
        list(message.from()),
        list(message.to()),
        message.subject(),
        message.date().map(|d| d.to_timestamp())
    );
    (
        "what mail-parser reads",
        format!(
            "{head} {:?} {}",
            message.message_id(),
            bodies.collect::<String>()
        ),
    )
}

fn ours(draft: &Draft) -> Vec<u8> {
    let mut builder = Builder::new()
        .from(
            Mailbox::with_name("Some Body", Address::from_static("some.body@example.net")).unwrap(),
        )
        .to(
            Mailbox::with_name("Jürgen Reader", Address::from_static("reader@example.org"))
                .unwrap(),
        )
        .date(DateTime::from_timestamp(SECONDS, 0).unwrap())
        .message_id(MessageId::new("1234@example.net").unwrap())
        .subject(TITLE)
        .text(draft.text.as_str())
        .seed(1);
    if let Some(html) = &draft.html {
        builder = builder.html(html.as_str());
    }
    if let Some(file) = &draft.file {
        builder = builder
            .attach(Attachment::new(MediaType::OCTET_STREAM, file.clone()).named("data.bin"));
    }
    builder.build().unwrap().into_bytes().unwrap()
}

fn builder(draft: &Draft) -> Vec<u8> {
    let mut builder = MessageBuilder::new()
        .from(Who::new_address(Some("Some Body"), "some.body@example.net"))
        .to(Who::new_address(
            Some("Jürgen Reader"),
            "reader@example.org",
        ))
        .date(Date::new(SECONDS))
        .message_id("1234@example.net")
        .subject(TITLE)
        .text_body(draft.text.as_str());
    if let Some(html) = &draft.html {
        builder = builder.html_body(html.as_str());
    }
    if let Some(file) = &draft.file {
        builder = builder.attachment("application/octet-stream", "data.bin", &file[..]);
    }
    builder.write_to_vec().unwrap()
}

fn lettre(draft: &Draft) -> Vec<u8> {
    let date = std::time::UNIX_EPOCH + std::time::Duration::from_secs(SECONDS as u64);
    let builder = lettre::Message::builder()
        .from("Some Body <some.body@example.net>".parse().unwrap())
        .to("Jürgen Reader <reader@example.org>".parse().unwrap())
        .date(date)
        .message_id(Some("<1234@example.net>".into()))
        .subject(TITLE);
    let text = draft.text.clone();
    let message = match (&draft.html, &draft.file) {
        (Some(html), _) => builder.multipart(MultiPart::alternative_plain_html(text, html.clone())),
        (None, Some(file)) => {
            let attached = Attached::new("data.bin".into()).body(
                file.to_vec(),
                h::ContentType::parse("application/octet-stream").unwrap(),
            );
            builder.multipart(
                MultiPart::mixed()
                    .singlepart(SinglePart::plain(text))
                    .singlepart(attached),
            )
        }
        (None, None) => builder.singlepart(SinglePart::plain(text)),
    };
    message.unwrap().formatted()
}
