//! FETCH: items from the index, structure from the header of each part, octets from the file.

use std::{
    collections::BTreeSet,
    fs::File,
    io::{Read as _, Seek as _, SeekFrom},
    ops::Range,
};

use anyhow::Context as _;
use bytes::BytesMut;
use mailweft_imap::{
    AString, Code, Data, DateTime, Fetch, FetchAttr, FetchItem, Partial, Section, SequenceSet,
    Status, mime,
    server::{Rfc822, Slot},
};
use mailweft_mime::{Event, Message as MimeMessage, Outline, StreamParser};

use super::{Session, view::View};
use crate::{store::Message, wire::Wire};

/// Octets read from a file and written to the socket at once.
const BLOCK: usize = 32 * 1024;

/// The structure of the message that was looked at last.
#[derive(Debug)]
pub(super) struct Cached {
    mailbox: i64,
    uid: u32,
    outline: Outline,
}

/// The headers and sizes of a message, read from its file in constant memory.
fn outline(file: &mut File) -> anyhow::Result<Outline> {
    let mut parser = StreamParser::default().with_outline();
    let (mut input, mut block) = (BytesMut::new(), vec![0; BLOCK]);
    loop {
        match parser.poll(&mut input) {
            Event::NeedInput => {
                let length = file.read(&mut block)?;
                if length == 0 {
                    parser.eof();
                }
                input.extend_from_slice(&block[..length]);
            }
            Event::End => break,
            _ => {}
        }
    }
    parser
        .into_outline()
        .context("a message without an outline")
}

impl Session<'_> {
    pub(super) async fn fetch(
        &mut self,
        slot: Slot,
        fetch: &Fetch,
        wire: &mut Wire,
    ) -> anyhow::Result<()> {
        let attrs = fetch.expanded();
        let wants_modseq = attrs.contains(&FetchAttr::ModSeq) || fetch.changed_since.is_some();
        if wants_modseq {
            self.know_modseqs(slot)?;
        }
        let view = self.view.as_mut().context("FETCH without a mailbox")?;
        if !fetch.uid && view.is_beyond(&fetch.set) {
            self.server
                .reply(slot, Status::bad("there is no such message"))?;
            return Ok(());
        }
        let mut places = view.resolve(fetch.uid, &fetch.set);
        if let Some(since) = fetch.changed_since {
            places.retain(|&place| view.messages[place].modseq > since);
            if fetch.vanished {
                let changes = self.system.store.changes_since(view.mailbox.id, since)?;
                let max = changes.expunged.iter().copied().max().unwrap_or(0);
                let gone: Vec<u32> = changes
                    .expunged
                    .into_iter()
                    .filter(|&uid| fetch.set.contains(uid, max))
                    .collect();
                if !gone.is_empty() {
                    let uids: SequenceSet = gone.into_iter().collect();
                    self.server.send(
                        slot,
                        Data::Vanished {
                            earlier: true,
                            uids,
                        },
                    )?;
                }
            }
        }
        let mut missing = false;
        for place in places {
            missing |= !self
                .message(slot, fetch, &attrs, place, wants_modseq, wire)
                .await?;
            if self.server.output().len() >= BLOCK {
                self.flush(wire).await?;
            }
        }
        let status = if missing {
            Status::no("some messages are gone").with_code(Code::ExpungeIssued)
        } else {
            Status::ok("FETCH completed")
        };
        self.finish(slot, status, fetch.uid)
    }

    /// The response for one message; `false` where its file is gone.
    async fn message(
        &mut self,
        slot: Slot,
        fetch: &Fetch,
        attrs: &[FetchAttr],
        place: usize,
        wants_modseq: bool,
        wire: &mut Wire,
    ) -> anyhow::Result<bool> {
        let view = self.view.as_mut().context("no mailbox")?;
        let message = view.messages[place].clone();
        let mailbox = view.mailbox.clone();
        let opens = attrs.iter().any(needs_file);
        let mut file = None;
        if opens {
            let Ok(path) = self.system.store.path(&mailbox, &message) else {
                return Ok(false);
            };
            let mut opened = File::open(path)?;
            let known = self
                .cached
                .as_ref()
                .is_some_and(|c| (c.mailbox, c.uid) == (mailbox.id, message.uid));
            if !known {
                self.cached = Some(Cached {
                    mailbox: mailbox.id,
                    uid: message.uid,
                    outline: outline(&mut opened)?,
                });
            }
            file = Some(opened);
        }
        let sets_seen = !view.read_only
            && !message.flags.contains("\\Seen")
            && attrs.iter().any(FetchAttr::sets_seen);
        if sets_seen {
            let seen = |message: &Message| {
                let mut flags = message.flags.clone();
                flags.insert("\\Seen".into());
                Some(flags)
            };
            let uids = [message.uid];
            view.stored(self.system.store.change_flags(&mailbox, uids, seen)?);
        }
        let message = view.messages[place].clone();
        self.server.fetch_begin(slot, View::seq(place))?;
        let mut written = BTreeSet::new();
        if fetch.uid || attrs.contains(&FetchAttr::Uid) {
            self.server.fetch_item(slot, &FetchItem::Uid(message.uid))?;
        }
        if sets_seen || attrs.contains(&FetchAttr::Flags) {
            let flags = view.flags(place);
            self.server.fetch_item(slot, &FetchItem::Flags(flags))?;
        }
        if wants_modseq {
            self.server
                .fetch_item(slot, &FetchItem::ModSeq(message.modseq))?;
        }
        for attr in attrs {
            if !written.insert(format!("{attr:?}")) {
                continue;
            }
            self.item(slot, attr, &message, file.as_mut(), wire).await?;
        }
        self.server.fetch_end(slot)?;
        Ok(true)
    }

    async fn item(
        &mut self,
        slot: Slot,
        attr: &FetchAttr,
        message: &Message,
        file: Option<&mut File>,
        wire: &mut Wire,
    ) -> anyhow::Result<()> {
        let root = || self.cached.as_ref().map(|cached| cached.outline.root());
        let item = match attr {
            FetchAttr::InternalDate => {
                FetchItem::InternalDate(DateTime::from_unix(message.internal_date, 0)?)
            }
            FetchAttr::Size => FetchItem::Size(message.size),
            FetchAttr::Envelope => {
                FetchItem::Envelope(mime::envelope(root().context("no outline")?))
            }
            FetchAttr::Body => {
                let structure = mime::body_structure(root().context("no outline")?);
                FetchItem::Body(structure.without_extension())
            }
            FetchAttr::BodyStructure => {
                FetchItem::BodyStructure(mime::body_structure(root().context("no outline")?))
            }
            FetchAttr::Section {
                section, partial, ..
            } => {
                let part = root().and_then(|root| mime::section(root, section));
                let file = file.context("no file")?;
                return self
                    .section(slot, section, *partial, part, file, wire)
                    .await;
            }
            FetchAttr::Binary { part, partial, .. } => {
                let octets = self.decoded(part, file)?;
                let octets = partial
                    .map_or(octets.as_slice(), |partial| partial.of(&octets))
                    .to_vec();
                let origin = partial.map(Partial::origin);
                self.server
                    .fetch_binary(slot, part, origin, octets.len() as u64)?;
                for chunk in octets.chunks(BLOCK) {
                    self.server.fetch_chunk(slot, chunk)?;
                    self.flush(wire).await?;
                }
                return Ok(());
            }
            FetchAttr::BinarySize(part) => {
                let size = self.decoded(part, file)?.len() as u64;
                FetchItem::BinarySize {
                    part: part.clone(),
                    size,
                }
            }
            FetchAttr::Rfc822 | FetchAttr::Rfc822Header | FetchAttr::Rfc822Text => {
                let body = root().context("no outline")?.body_span().start();
                let (item, range) = match attr {
                    FetchAttr::Rfc822 => (Rfc822::Message, 0..message.size),
                    FetchAttr::Rfc822Header => (Rfc822::Header, 0..body),
                    _ => (Rfc822::Text, body..message.size),
                };
                self.server
                    .fetch_rfc822(slot, item, range.end.saturating_sub(range.start))?;
                return self
                    .range(slot, range, file.context("no file")?, wire)
                    .await;
            }
            FetchAttr::Preview { .. } => {
                let octets = self.whole(file, 64 * 1024)?;
                let parsed = MimeMessage::parse(octets);
                FetchItem::Preview(Some(AString::from(mime::preview(parsed.root()))))
            }
            // Written already, or nothing that this store has.
            _ => return Ok(()),
        };
        self.server.fetch_item(slot, &item)?;
        Ok(())
    }

    /// `BODY[section]<partial>`: ranges are read from the file as the socket takes them.
    async fn section(
        &mut self,
        slot: Slot,
        section: &Section,
        partial: Option<Partial>,
        part: Option<mime::Part>,
        file: &mut File,
        wire: &mut Wire,
    ) -> anyhow::Result<()> {
        let origin = partial.map(Partial::origin);
        let length = part.as_ref().map_or(0, mime::Part::len);
        let start = origin.unwrap_or(0).min(length);
        let count = partial
            .map_or(length - start, Partial::count)
            .min(length - start);
        if part.is_none() {
            let nothing = mailweft_imap::Octets::Nil;
            let item = FetchItem::section(section.clone(), nothing);
            self.server.fetch_item(slot, &item)?;
            return Ok(());
        }
        self.server.fetch_literal(slot, section, origin, count)?;
        match part {
            Some(mime::Part::Range(range)) => {
                let from = range.start + start;
                self.range(slot, from..from + count, file, wire).await?;
            }
            Some(other) => {
                let octets = other.of(&[]).into_owned();
                let from = usize::try_from(start)?;
                let to = usize::try_from(start + count)?;
                self.server.fetch_chunk(slot, &octets[from..to])?;
            }
            None => {}
        }
        Ok(())
    }

    /// Octets of the file as the literal that is open, read as the socket takes them.
    async fn range(
        &mut self,
        slot: Slot,
        range: Range<u64>,
        file: &mut File,
        wire: &mut Wire,
    ) -> anyhow::Result<()> {
        file.seek(SeekFrom::Start(range.start))?;
        let mut left = range.end.saturating_sub(range.start);
        let mut block = vec![0; BLOCK];
        while left > 0 {
            let most = usize::try_from(left)?.min(BLOCK);
            file.read_exact(&mut block[..most])?;
            self.server.fetch_chunk(slot, &block[..most])?;
            self.flush(wire).await?;
            left -= most as u64;
        }
        Ok(())
    }

    /// A part with its transfer encoding undone.
    fn decoded(&self, path: &[u32], file: Option<&mut File>) -> anyhow::Result<Vec<u8>> {
        let octets = self.whole(file, u64::MAX)?;
        let parsed = MimeMessage::parse(octets);
        Ok(mime::binary(parsed.root(), path)
            .map(std::borrow::Cow::into_owned)
            .unwrap_or_default())
    }

    fn whole(&self, file: Option<&mut File>, most: u64) -> anyhow::Result<Vec<u8>> {
        let file = file.context("no file")?;
        file.seek(SeekFrom::Start(0))?;
        let mut octets = Vec::new();
        file.take(most).read_to_end(&mut octets)?;
        Ok(octets)
    }
}

fn needs_file(attr: &FetchAttr) -> bool {
    matches!(
        attr,
        FetchAttr::Envelope
            | FetchAttr::Body
            | FetchAttr::BodyStructure
            | FetchAttr::Section { .. }
            | FetchAttr::Binary { .. }
            | FetchAttr::BinarySize(_)
            | FetchAttr::Rfc822
            | FetchAttr::Rfc822Header
            | FetchAttr::Rfc822Text
            | FetchAttr::Preview { .. }
    )
}
