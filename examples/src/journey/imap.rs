//! Wilma reads by IMAP, from two clients at once.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use mailweft_imap::{
    Command, Data, Fetch, FetchAttr, FetchItem, Flag, Mailbox, Section, SequenceSet, Store,
    StoreMode,
};
use mailweft_mime::{Encoding, transfer::Decoder};
use sha2::{Digest as _, Sha256};
use tokio_rustls::TlsConnector;

use super::{Running, Story, WILMA, compose::Letter, login_of};
use crate::clients::imap::Imap;

/// Octets of an attachment fetched at once.
const CHUNK: u64 = 4 << 20;

async fn connect(other: &Running, tls: &TlsConnector) -> anyhow::Result<Imap> {
    let host = &other.system.host;
    Imap::connect(other.port("imap")?, tls, host, &login_of(WILMA)).await
}

pub(super) async fn read(
    other: &Running,
    tls: &TlsConnector,
    letter: &Letter,
    story: &Story,
) -> anyhow::Result<()> {
    let mut desk = connect(other, tls).await?;
    let mut phone = connect(other, tls).await?;
    let selected = desk.command(Command::select(Mailbox::INBOX)).await?;
    ensure!(
        selected.data.contains(&Data::Exists(1)),
        "one message is there"
    );
    phone.command(Command::select(Mailbox::INBOX)).await?;
    let idle = phone.begin_idle().await?;
    story.step("two clients have selected INBOX; the phone idles");

    let all = SequenceSet::ALL;
    let attrs = [
        FetchAttr::Uid,
        FetchAttr::Flags,
        FetchAttr::Envelope,
        FetchAttr::BodyStructure,
    ];
    let answer = desk.command(Command::Fetch(Fetch::seq(all, attrs))).await?;
    let message = answer
        .messages()
        .next()
        .context("no FETCH response")?
        .clone();
    let uid = message.uid().context("no UID")?;
    let seen = message
        .flags()
        .is_some_and(|flags| flags.contains("\\Seen"));
    ensure!(!seen, "nobody has read it yet");
    let envelope = message.envelope().context("no ENVELOPE")?;
    let id = envelope.message_id().context("no Message-ID")?;
    ensure!(
        String::from_utf8_lossy(&id).contains(letter.message_id().as_str()),
        "another message"
    );
    let structure = message.body_structure().context("no BODYSTRUCTURE")?;
    let part = structure
        .parts()
        .filter(|part| part.octets().is_some_and(|octets| octets > 0))
        .max_by_key(|part| part.octets())
        .context("no part")?;
    let size = part.octets().context("no size")?;
    let path = part.path();
    story.step(&format!(
        "ENVELOPE, BODYSTRUCTURE and FLAGS, before any body: part {path:?} is {}/{} of {size} octets",
        part.media_type(),
        part.subtype()
    ));

    let (mut sum, mut octets) = (Sha256::new(), 0_u64);
    let mut decoder = Decoder::new(Encoding::Base64);
    let mut decoded = Vec::new();
    let mut origin = 0;
    while origin < size {
        let attr = FetchAttr::peek(Section::part(path.iter().copied())).octets(origin, CHUNK);
        let fetch = Fetch::uid(SequenceSet::single(uid)?, [attr]);
        let mut take = |chunk: &[u8]| {
            decoder.push(chunk, &mut decoded);
            sum.update(&decoded);
            octets += decoded.len() as u64;
            decoded.clear();
            chunk.len() as u64
        };
        let mut got = 0;
        let answer = desk
            .run(Command::Fetch(fetch), |chunk| got += take(&chunk))
            .await?;
        // What is small comes with the response instead of in chunks.
        for item in answer.messages().flat_map(|message| message.items()) {
            if let FetchItem::Section(section) = item {
                if let Some(bytes) = section.data.bytes() {
                    got += take(bytes);
                }
            }
        }
        ensure!(got > 0, "nothing at {origin}");
        origin += got;
    }
    decoder.finish(&mut decoded);
    sum.update(&decoded);
    octets += decoded.len() as u64;
    let sent = letter.parts().last().context("no attachment")?;
    ensure!(
        (octets, <[u8; 32]>::from(sum.finalize())) == (sent.octets, sent.sha256),
        "the attachment changed"
    );
    story.step(&format!(
        "the attachment, fetched by section in chunks, is the same: {}",
        sent.short()
    ));

    let set = SequenceSet::single(uid)?;
    desk.command(Command::Store(Store::uid(
        set.clone(),
        StoreMode::Add,
        [Flag::SEEN],
    )))
    .await?;
    let patience = Duration::from_secs(10);
    let told = tokio::time::timeout(patience, phone.told()).await??;
    let told_seen = match &told {
        Data::Fetch(message) => message
            .flags()
            .is_some_and(|flags| flags.contains("\\Seen")),
        _ => false,
    };
    ensure!(told_seen, "the phone was told {told:?}");
    story.step("\\Seen is set, and the phone is told");

    let archive = Mailbox::from("Archive");
    desk.command(Command::uid_move(set, archive.clone()))
        .await?;
    let told = tokio::time::timeout(patience, phone.told()).await??;
    ensure!(told == Data::Expunge(1), "the phone was told {told:?}");
    phone.end_idle(idle).await?;
    story.step("it is moved to Archive, and the phone is told that it left");

    let selected = phone.command(Command::examine(archive)).await?;
    ensure!(
        selected.data.contains(&Data::Exists(1)),
        "it is not in Archive"
    );
    let fetch = Fetch::seq(SequenceSet::ALL, [FetchAttr::Flags]);
    let answer = phone.command(Command::Fetch(fetch)).await?;
    let flags = answer
        .messages()
        .next()
        .and_then(|message| message.flags())
        .context("no FLAGS")?;
    ensure!(flags.contains("\\Seen"), "the flag was left behind");
    phone.log_out().await?;
    desk.log_out().await?;
    story.step("there it is, still \\Seen");
    Ok(())
}
