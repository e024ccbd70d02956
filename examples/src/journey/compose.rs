//! The mail that goes on the journey.

use std::{
    fs::File,
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::Context as _;
use bytes::{Bytes, BytesMut};
use mailweft_address::{Address, Mailbox};
use mailweft_mime::{
    Attachment, Body, Builder, Chunk, DateTime, DispositionKind, DispositionReport, Draft,
    MediaType, MessageId, Returned, Transport, Writer,
};
use mailweft_smtp::{
    BodyType, Mail, MailParam, Notify, OriginalRecipient, Printable, Rcpt, RcptParam, Ret,
    client::Envelope,
};
use sha2::{Digest as _, Sha256};

use super::{
    ALICE, BARNEY, BOB, FRED, WILMA,
    check::{Checker, Fingerprint},
};
use crate::clients::smtp::Content;

/// The mail, and what must arrive of it.
#[derive(Debug)]
pub(super) struct Letter {
    draft: Draft,
    large: PathBuf,
    parts: Vec<Fingerprint>,
    message_id: MessageId<'static>,
    envelope_id: String,
}

const SUBJECT: &str = "Größe und Länge: 大きな添付ファイル 📎";

/// A file name of more than 100 characters, none of them ASCII alone.
fn long_name() -> String {
    let mut name = "Übersicht über die Längen aller Größen ".repeat(3);
    name.push_str("– 概要.txt");
    name
}

fn seconds() -> anyhow::Result<i64> {
    Ok(i64::try_from(
        SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs(),
    )?)
}

impl Letter {
    /// Writes the mail; the large attachment is made as a file in `folder`.
    pub(super) fn compose(folder: &Path, large_octets: u64, lines: usize) -> anyhow::Result<Self> {
        let large = folder.join("large.bin");
        let large_sum = write_large(&large, large_octets)?;
        let notes = "Zeile 1\r\n.Punkt am Anfang\r\nFrom mit Absicht\r\n".repeat(lines / 3);
        let image: Bytes = [&b"\x89PNG\r\n\x1a\n"[..], &[0, 1, 2, 3, 254, 255]]
            .concat()
            .into();
        let logo = MessageId::new("logo@isp2.example")?;
        let now = seconds()?;
        let message_id = MessageId::new(&format!("{now}.journey@isp2.example"))?;
        let person = |name: &str, address: &str| -> anyhow::Result<Mailbox> {
            Ok(Mailbox::with_name(name, Address::parse(address)?)?)
        };
        let draft = Builder::new()
            .from(person("Alice Ängström", ALICE)?)
            .to(person("Bøb, der \"Baumeister\"", BOB)?)
            .to(person("Fred 🦴 Feuerstein", FRED)?)
            .cc(person("Wilma", WILMA)?)
            .bcc(person("Barney", BARNEY)?)
            .subject(SUBJECT)
            .date(DateTime::from_timestamp(now, 60).context("the year is beyond 9999")?)
            .message_id(message_id.clone())
            .disposition_notification_to(person("Alice Ängström", ALICE)?)
            .text("Hallo!\n\nAnbei alles, was ihr wolltet – auch das Große.\n\nAlice\n")
            .html("<p>Hallo!</p><p>Anbei alles, was ihr wolltet – auch das Große.</p><img src=\"cid:logo@isp2.example\">\n")
            .inline(Attachment::new(MediaType::PNG, image.clone()).named("logo.png").inline(logo))
            .attach(Attachment::new(MediaType::OCTET_STREAM, notes.clone()).named(long_name()))
            .attach(Attachment::source(MediaType::OCTET_STREAM, large_octets).named("groß.bin"))
            .transport(eight_bit())
            .seed(u64::try_from(now)?)
            .build()?;
        let parts = vec![
            Fingerprint::of("logo.png", &image),
            Fingerprint::of(&long_name(), notes.as_bytes()),
            Fingerprint {
                name: "groß.bin".into(),
                octets: large_octets,
                sha256: large_sum,
            },
        ];
        Ok(Self {
            draft,
            large,
            parts,
            message_id,
            envelope_id: format!("journey+{now}"),
        })
    }

    pub(super) fn parts(&self) -> &[Fingerprint] {
        &self.parts
    }

    pub(super) fn octets(&self) -> u64 {
        self.draft.len()
    }

    pub(super) fn message_id(&self) -> &MessageId<'static> {
        &self.message_id
    }

    pub(super) fn envelope_id(&self) -> &str {
        &self.envelope_id
    }

    pub(super) fn subject(&self) -> &str {
        SUBJECT
    }

    /// The octets of the mail, as a source for SMTP.
    pub(super) fn content(&self) -> anyhow::Result<DraftContent<'_>> {
        Ok(DraftContent::new(&self.draft, Some(&self.large))?)
    }

    /// Its envelope: a report is wanted of each success and failure.
    pub(super) fn envelope(&self, recipients: &[&str]) -> anyhow::Result<Envelope> {
        let notify = Notify::SUCCESS.and(Notify::FAILURE);
        envelope(
            ALICE,
            recipients,
            Some(self.draft.len()),
            notify,
            Some(&self.envelope_id),
        )
    }

    /// Reads a delivered message from its file, in pieces, and compares it with what was sent.
    pub(super) fn check_file(
        &self,
        path: &Path,
        _recipient: &str,
        hops: usize,
    ) -> anyhow::Result<()> {
        let mut checker = Checker::new();
        let mut file = File::open(path)?;
        let mut chunk = vec![0; 32 * 1024];
        loop {
            let length = file.read(&mut chunk)?;
            if length == 0 {
                break;
            }
            checker.push(&chunk[..length]);
        }
        checker.finish()?.compare(self, hops)
    }

    /// The receipt that a reader's program sends (RFC 8098).
    pub(super) fn receipt(&self, reader: &str) -> anyhow::Result<Draft> {
        let reader = Address::parse(reader)?;
        let mut report = DispositionReport::new(&reader, DispositionKind::Displayed);
        report.original_message_id = Some(self.message_id.clone());
        report.reporting_ua = Some("laptop.example; mailweft-journey".into());
        let now = seconds()?;
        Ok(Builder::new()
            .from(reader)
            .to(Address::parse(ALICE)?)
            .subject(format!("Gelesen: {SUBJECT}"))
            .date(DateTime::from_timestamp(now, 60).context("the year is beyond 9999")?)
            .message_id(MessageId::new(&format!("{now}.receipt@fredsco.example"))?)
            .in_reply_to(self.message_id.clone())
            .body(Body::disposition_report(
                "Die Nachricht wurde angezeigt.\n",
                &report,
                Returned::Nothing,
            ))
            .transport(eight_bit())
            .build()?)
    }
}

/// Every server on the way offers 8BITMIME.
fn eight_bit() -> Transport {
    let mut transport = Transport::default();
    transport.eight_bit = true;
    transport
}

/// The envelope of a message.
pub(super) fn envelope(
    sender: &str,
    recipients: &[&str],
    size: Option<u64>,
    notify: Notify,
    id: Option<&str>,
) -> anyhow::Result<Envelope> {
    let mut mail = Mail::new(Address::parse(sender)?).with(MailParam::Body(BodyType::EightBitMime));
    if let Some(size) = size {
        mail = mail.with(MailParam::Size(size));
    }
    if let Some(id) = id {
        mail = mail
            .with(MailParam::Ret(Ret::Headers))
            .with(MailParam::EnvId(Printable::new(id.to_owned())?));
    }
    let recipients = recipients
        .iter()
        .map(|&recipient| {
            let original = OriginalRecipient::new("rfc822", recipient.to_owned())?;
            Ok(Rcpt::new(Address::parse(recipient)?)
                .with(RcptParam::Notify(notify))
                .with(RcptParam::OriginalRecipient(original)))
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    Ok(Envelope::new(mail, recipients))
}

/// A file of octets that no compression and no line finds easy; its SHA-256.
fn write_large(path: &Path, octets: u64) -> anyhow::Result<[u8; 32]> {
    let mut file = io::BufWriter::new(File::create(path)?);
    let mut sum = Sha256::new();
    let (mut state, mut left) = (0x9e37_79b9_7f4a_7c15_u64, octets);
    let mut block = [0_u8; 8192];
    while left > 0 {
        for word in block.chunks_exact_mut(8) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            word.copy_from_slice(&state.to_le_bytes());
        }
        let length = usize::try_from(left.min(8192))?;
        file.write_all(&block[..length])?;
        sum.update(&block[..length]);
        left -= length as u64;
    }
    file.flush()?;
    Ok(sum.finalize().into())
}

/// The octets of a draft, the large attachment read from its file as they are wanted.
pub(super) struct DraftContent<'d> {
    writer: Writer<'d>,
    file: Option<File>,
    input: BytesMut,
    chunk: Bytes,
}

impl<'d> DraftContent<'d> {
    pub(super) fn new(draft: &'d Draft, large: Option<&Path>) -> io::Result<Self> {
        Ok(Self {
            writer: draft.writer(),
            file: large.map(File::open).transpose()?,
            input: BytesMut::new(),
            chunk: Bytes::new(),
        })
    }
}

impl Content for DraftContent<'_> {
    fn next(&mut self) -> io::Result<Option<&[u8]>> {
        loop {
            match self.writer.next(&mut self.input) {
                Chunk::Data(chunk) => {
                    self.chunk = chunk;
                    return Ok(Some(&self.chunk));
                }
                Chunk::NeedInput { .. } => {
                    let file = self
                        .file
                        .as_mut()
                        .ok_or_else(|| io::Error::other("the draft has no source"))?;
                    let mut block = [0; 24 * 1024];
                    let length = file.read(&mut block)?;
                    if length == 0 {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                    self.input.extend_from_slice(&block[..length]);
                }
                _ => return Ok(None),
            }
        }
    }
}
