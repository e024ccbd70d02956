//! Reads a message as it streams by, and compares what is in it with what was sent.

use std::collections::BTreeMap;

use anyhow::{Context as _, ensure};
use bytes::BytesMut;
use mailweft_mime::{Event, Outline, StreamParser, transfer::Decoder};
use sha2::{Digest as _, Sha256};

use super::compose::Letter;

/// What is known of an attachment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fingerprint {
    pub(super) name: String,
    pub(super) octets: u64,
    pub(super) sha256: [u8; 32],
}

impl Fingerprint {
    pub(super) fn of(name: &str, octets: &[u8]) -> Self {
        Self {
            name: name.into(),
            octets: octets.len() as u64,
            sha256: Sha256::digest(octets).into(),
        }
    }

    /// The beginning of the sum, for people.
    pub(super) fn short(&self) -> String {
        self.sha256[..8]
            .iter()
            .map(|octet| format!("{octet:02x}"))
            .collect()
    }
}

/// The sum of one part's content as it passes.
struct Running {
    part: u32,
    decoder: Decoder,
    sum: Sha256,
    octets: u64,
}

/// Reads a message in pieces of any size, in constant memory.
pub(super) struct Checker {
    parser: StreamParser,
    input: BytesMut,
    running: Option<Running>,
    sums: BTreeMap<u32, (u64, [u8; 32])>,
    part: u32,
    decoded: Vec<u8>,
}

/// A message that was read.
pub(super) struct Read {
    outline: Outline,
    sums: BTreeMap<u32, (u64, [u8; 32])>,
}

impl Checker {
    pub(super) fn new() -> Self {
        Self {
            parser: StreamParser::default().with_outline(),
            input: BytesMut::new(),
            running: None,
            sums: BTreeMap::new(),
            part: 0,
            decoded: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, octets: &[u8]) {
        self.input.extend_from_slice(octets);
        self.drain();
    }

    fn drain(&mut self) {
        loop {
            match self.parser.poll(&mut self.input) {
                Event::NeedInput | Event::End => return,
                Event::PartStart { part, .. } => self.part = part,
                Event::HeaderEnd { encoding, .. } => {
                    self.running = Some(Running {
                        part: self.part,
                        decoder: Decoder::new(encoding),
                        sum: Sha256::new(),
                        octets: 0,
                    });
                }
                Event::Body(chunk) => {
                    if let Some(running) = &mut self.running {
                        running.decoder.push(&chunk, &mut self.decoded);
                        running.take(&mut self.decoded);
                    }
                }
                Event::PartEnd(_) => {
                    if let Some(mut running) = self.running.take() {
                        running.decoder.finish(&mut self.decoded);
                        running.take(&mut self.decoded);
                        let sum = running.sum.finalize().into();
                        self.sums.insert(running.part, (running.octets, sum));
                    }
                }
                _ => {}
            }
        }
    }

    pub(super) fn finish(mut self) -> anyhow::Result<Read> {
        self.parser.eof();
        self.drain();
        Ok(Read {
            outline: self.parser.into_outline().context("no outline")?,
            sums: self.sums,
        })
    }
}

impl Running {
    fn take(&mut self, decoded: &mut Vec<u8>) {
        self.sum.update(&decoded);
        self.octets += decoded.len() as u64;
        decoded.clear();
    }
}

impl Read {
    /// Compares with what was sent, and looks at what the way added.
    pub(super) fn compare(&self, letter: &Letter, hops: usize) -> anyhow::Result<()> {
        let root = self.outline.root();
        ensure!(
            root.subject().as_deref() == Some(letter.subject()),
            "the subject changed"
        );
        ensure!(
            root.message_id().as_ref() == Some(letter.message_id()),
            "another message"
        );
        ensure!(root.field("Bcc").is_none(), "the hidden copy shows");
        ensure!(
            root.fields_named("Received").count() == hops,
            "not {hops} Received fields"
        );
        let names: Vec<String> = root
            .to()
            .filter_map(|a| a.name().map(str::to_owned))
            .collect();
        ensure!(
            names == ["Bøb, der \"Baumeister\"", "Fred 🦴 Feuerstein"],
            "the names changed: {names:?}"
        );
        let mut arrived = Vec::new();
        for part in self.outline.parts() {
            let (Some(name), Some((octets, sha256))) =
                (part.file_name(), self.sums.get(&part.id()))
            else {
                continue;
            };
            arrived.push(Fingerprint {
                name,
                octets: *octets,
                sha256: *sha256,
            });
        }
        ensure!(
            arrived == letter.parts(),
            "the attachments changed: {arrived:?}, sent {:?}",
            letter.parts()
        );
        Ok(())
    }
}
