//! Fred reads by POP3: once leaving the mail on the server, once deleting it.

use anyhow::{Context as _, ensure};
use mailweft_pop3::{Command, Digest, MessageNumber, Word, client::Item};
use tokio_rustls::TlsConnector;

use super::{FRED, Running, Story, check::Checker, compose::Letter, login_of};
use crate::clients::pop3::Pop3;

async fn connect(other: &Running, tls: &TlsConnector, story: &Story) -> anyhow::Result<Pop3> {
    let mut pop3 = Pop3::connect(other.port("pop3")?).await?;
    let capabilities = pop3.capabilities().await?;
    ensure!(capabilities.has_stls(), "no STLS");
    pop3.start_tls(tls, &other.system.host).await?;
    let capabilities = pop3.capabilities().await?;
    story.step(&format!(
        "TLS runs; the server lists {} capabilities",
        capabilities.iter().count()
    ));
    Ok(pop3)
}

/// RETR, streamed through the checker.
async fn retrieve(pop3: &mut Pop3, number: MessageNumber, letter: &Letter) -> anyhow::Result<()> {
    let mut checker = Checker::new();
    pop3.fetch(Command::Retr(number), |chunk| checker.push(&chunk))
        .await?;
    checker.finish()?.compare(letter, 2)
}

pub(super) async fn read_and_leave(
    other: &Running,
    tls: &TlsConnector,
    letter: &Letter,
    story: &Story,
) -> anyhow::Result<()> {
    let mut pop3 = connect(other, tls, story).await?;
    let login = login_of(FRED);
    let timestamp = pop3.timestamp.clone().context("no timestamp for APOP")?;
    let digest = Digest::compute(&timestamp, login.password.as_bytes());
    let name = Word::new(login.name)?;
    pop3.command(Command::Apop { name, digest }).await?;
    story.step("logged in with APOP");
    let [Item::Drop(stat)] = pop3.command(Command::Stat).await?[..] else {
        anyhow::bail!("STAT was not answered");
    };
    ensure!(stat.messages == 1, "one message is there");
    ensure!(
        stat.octets > letter.octets(),
        "with the trace fields it is longer"
    );
    let list = pop3.command(Command::List(None)).await?;
    let ids = pop3.command(Command::Uidl(None)).await?;
    ensure!((list.len(), ids.len()) == (1, 1), "one line each");
    let number = MessageNumber::FIRST;
    let mut top = Vec::new();
    pop3.fetch(Command::Top { number, lines: 0 }, |chunk| {
        top.extend_from_slice(&chunk)
    })
    .await?;
    let header = mailweft_mime::Message::parse(top);
    ensure!(
        header.subject().as_deref() == Some(letter.subject()),
        "TOP shows another subject"
    );
    story.step(&format!(
        "STAT, LIST, UIDL and TOP: {} octets, {:?}",
        stat.octets, ids[0]
    ));
    retrieve(&mut pop3, number, letter).await?;
    pop3.quit().await?;
    story.step("RETR: every attachment is the same; the mail is left on the server");
    Ok(())
}

pub(super) async fn read_and_delete(
    other: &Running,
    tls: &TlsConnector,
    letter: &Letter,
    story: &Story,
) -> anyhow::Result<()> {
    let mut pop3 = connect(other, tls, story).await?;
    let login = login_of(FRED);
    pop3.log_in(&login).await?;
    story.step("logged in with SASL PLAIN");
    let number = MessageNumber::FIRST;
    retrieve(&mut pop3, number, letter).await?;
    pop3.command(Command::Dele(number)).await?;
    pop3.quit().await?;
    let mut pop3 = connect(other, tls, story).await?;
    pop3.log_in(&login).await?;
    let stat = pop3.command(Command::Stat).await?;
    ensure!(
        matches!(stat[..], [Item::Drop(stat)] if stat.messages == 0),
        "it is still there"
    );
    pop3.quit().await?;
    story.step("RETR and DELE: the same again, and then it is gone");
    Ok(())
}
