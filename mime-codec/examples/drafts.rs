//! Writes messages of every kind into a folder, each with what is in it as JSON, for other programs to read:
//! `cargo run -p mailweft-mime --example drafts -- FOLDER`, then `.ci/lib/readers.py FOLDER`.

use std::{error::Error, fs, path::PathBuf};

use mailweft_address::{Address, Mailbox};
use mailweft_mime::{Attachment, Body, Builder, DateTime, MediaType, MessageId, Transport};
use serde_json::{Value, json};

const COUNT: u64 = 300;

/// Words and pieces of words that have been hard for someone.
const PIECES: [&str; 24] = [
    "Grüße",
    "日本語",
    "naïve",
    "a",
    "the",
    "word",
    "=?utf-8?q?x?=",
    "=",
    "?",
    "_",
    "\"",
    "\\",
    ",",
    "(x)",
    "<y>",
    "@",
    ":",
    ";",
    "🎈",
    "Привет",
    ".",
    "From",
    "longer-than-most-words-are",
    "ß",
];

/// splitmix64: the same choices every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides as u64).unwrap_or_default()
    }

    fn words(&mut self, most: usize) -> String {
        let count = self.roll(most) + 1;
        let words: Vec<&str> = (0..count)
            .map(|_| PIECES[self.roll(PIECES.len())])
            .collect();
        words.join(" ")
    }

    fn text(&mut self) -> String {
        let lines: Vec<String> = (0..self.roll(6)).map(|_| self.words(30)).collect();
        lines.iter().map(|line| format!("{line}\r\n")).collect()
    }

    fn octets(&mut self) -> Vec<u8> {
        (0..self.roll(400)).map(|_| self.roll(256) as u8).collect()
    }

    fn mailbox(&mut self) -> (Mailbox, Value) {
        let name = if self.roll(4) == 0 {
            String::new()
        } else {
            self.words(4)
        };
        let address = format!("user{}@example.org", self.roll(100));
        let parsed = Address::parse(&address).expect("an address");
        let mailbox = match name.as_str() {
            "" => parsed.into(),
            name => Mailbox::with_name(name, parsed).expect("no control characters"),
        };
        (mailbox, json!([name, address]))
    }
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn part(media_type: &str, name: Option<&str>, octets: &[u8]) -> Value {
    json!({ "type": media_type, "name": name, "octets": hex(octets) })
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("which folder?")?);
    fs::create_dir_all(&folder)?;
    for number in 0..COUNT {
        let mut dice = Dice(number);
        let (from, author) = dice.mailbox();
        let (subject, seconds) = (dice.words(20), i64::try_from(number * 10_000_000)?);
        let mut transport = Transport::default();
        transport.eight_bit = dice.roll(3) == 0;
        let mut builder = Builder::new()
            .from(from)
            .date(DateTime::from_timestamp(seconds, 60).ok_or("a date")?)
            .message_id(MessageId::new(&format!("{number}@example.org"))?)
            .subject(&subject)
            .transport(transport)
            .seed(number);
        let mut readers = Vec::new();
        for _ in 0..dice.roll(4) {
            let (to, reader) = dice.mailbox();
            builder = builder.to(to);
            readers.push(reader);
        }
        let text = dice.text();
        builder = builder.text(&text);
        let mut parts = vec![part("text/plain", None, text.as_bytes())];
        if dice.roll(2) == 0 {
            let html = format!("<p>{}</p>\r\n", dice.words(40));
            builder = builder.html(&html);
            parts.push(part("text/html", None, html.as_bytes()));
            parts.insert(0, json!({ "type": "multipart/alternative" }));
        }
        let files = dice.roll(3);
        for _ in 0..files {
            let (name, octets) = (format!("{}.bin", dice.words(12)), dice.octets());
            parts.push(part("application/octet-stream", Some(&name), &octets));
            builder = builder.attach(Attachment::new(MediaType::OCTET_STREAM, octets).named(&name));
        }
        let nested = dice.roll(8) == 0;
        if nested {
            builder = builder.attach_body(Body::message(
                &b"From: a@example.org\r\nSubject: in it\r\n\r\nbody\r\n"[..],
            ));
            parts.push(json!({ "type": "message/rfc822" }));
            parts.push(part("text/plain", None, b"body\r\n"));
        }
        if files > 0 || nested {
            parts.insert(0, json!({ "type": "multipart/mixed" }));
        }
        let draft = builder.build()?;
        fs::write(
            folder.join(format!("{number:03}.eml")),
            draft.to_bytes().ok_or("no sources")?,
        )?;
        let expected = json!({
            "subject": subject, "from": [author], "to": readers, "date": seconds,
            "id": format!("{number}@example.org"), "parts": parts,
        });
        fs::write(
            folder.join(format!("{number:03}.json")),
            expected.to_string(),
        )?;
    }
    Ok(())
}
