//! Fetches new mail into a Maildir, and leaves the server as it was.
//!
//! ```text
//! fetch pop3 --server 127.0.0.1:110 --login alice:secret --maildir Mail --state state.json
//! ```

use std::{
    fs::{self, File},
    io::Write as _,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, ensure};
use clap::{Parser, ValueEnum};
use mailweft_examples::{
    clients::{Login, imap::Imap, pop3::Pop3},
    wire::trusting_connector,
};
use mailweft_imap::{
    Code, Command, Fetch, FetchAttr, FetchItem, Mailbox, Section, SequenceSet, StatusAttr,
};
use mailweft_pop3::{Command as Pop3Command, Ledger, UniqueId, client::Item};
use serde::{Deserialize, Serialize};

/// Fetches what has come since the last time.
#[derive(Parser)]
struct Arguments {
    /// The protocol.
    protocol: Protocol,
    /// The server.
    #[arg(long, value_name = "HOST:PORT")]
    server: String,
    /// Name and password.
    #[arg(long, value_name = "NAME:PASSWORD")]
    login: String,
    /// Logs in with SCRAM-SHA-256, which does not tell the server the password.
    #[arg(long)]
    scram: bool,
    /// Where the mail goes.
    #[arg(long, value_name = "DIR")]
    maildir: PathBuf,
    /// What is remembered from one time to the next.
    #[arg(long, value_name = "FILE")]
    state: PathBuf,
    /// By POP3: removes mail from the server so many days after it was fetched.
    #[arg(long, value_name = "DAYS")]
    keep: Option<u64>,
    /// Without TLS; for tests. Otherwise TLS is started, and the certificate not checked: this is an
    /// example.
    #[arg(long)]
    clear: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Protocol {
    Pop3,
    Imap,
}

/// What is remembered.
#[derive(Debug, Default, Serialize, Deserialize)]
struct State {
    /// Unique-ids of POP3 and the second at which each was first seen.
    seen: Vec<(String, u64)>,
    /// UIDVALIDITY and the next UID of IMAP.
    imap: Option<(u32, u32)>,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let state: State = match fs::read(&arguments.state) {
        Ok(text) => serde_json::from_slice(&text).context("the state is damaged")?,
        Err(_) => State::default(),
    };
    for part in ["tmp", "new", "cur"] {
        fs::create_dir_all(arguments.maildir.join(part))?;
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let (state, count) = runtime.block_on(run(&arguments, state))?;
    let draft = arguments.state.with_extension("tmp");
    fs::write(&draft, serde_json::to_vec_pretty(&state)?)?;
    fs::rename(draft, &arguments.state)?;
    println!("{count} fetched");
    Ok(())
}

async fn run(arguments: &Arguments, state: State) -> anyhow::Result<(State, usize)> {
    let address = tokio::net::lookup_host(&arguments.server)
        .await?
        .next()
        .context("the server has no address")?;
    let login = Login::parse(&arguments.login)?.scram(arguments.scram);
    match arguments.protocol {
        Protocol::Pop3 => pop3(arguments, address, &login, state).await,
        Protocol::Imap => imap(arguments, address, &login, state).await,
    }
}

/// A message on its way into the Maildir: there when it is whole, or not at all.
struct Delivery {
    file: File,
    path: PathBuf,
    target: PathBuf,
}

impl Delivery {
    fn begin(maildir: &Path, number: usize) -> anyhow::Result<Self> {
        let age = SystemTime::now().duration_since(UNIX_EPOCH)?;
        let name = format!("{}.P{}Q{number}.fetch", age.as_nanos(), std::process::id());
        let path = maildir.join("tmp").join(&name);
        Ok(Self {
            file: File::create_new(&path)?,
            path,
            target: maildir.join("new").join(name),
        })
    }

    fn finish(self) -> anyhow::Result<()> {
        self.file.sync_all()?;
        fs::rename(self.path, self.target)?;
        Ok(())
    }
}

async fn pop3(
    arguments: &Arguments,
    address: SocketAddr,
    login: &Login,
    mut state: State,
) -> anyhow::Result<(State, usize)> {
    let mut pop3 = Pop3::connect(address).await?;
    pop3.capabilities().await?;
    if !arguments.clear {
        pop3.start_tls(&trusting_connector()?, "localhost").await?;
        pop3.capabilities().await?;
    }
    pop3.log_in(login).await?;
    let mut listing = Vec::new();
    for item in pop3.command(Pop3Command::Uidl(None)).await? {
        match item {
            Item::UniqueId(line) => listing.push(line),
            odd => anyhow::bail!("the listing has {odd:?}"),
        }
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let mut ledger: Ledger = state
        .seen
        .drain(..)
        .filter_map(|(id, at)| Some((UniqueId::new(id).ok()?, at)))
        .collect();
    let plan = ledger.plan(&listing, now, arguments.keep.map(|days| days * 86_400));
    let mut count = 0;
    for line in plan.new.into_iter().chain(plan.ambiguous) {
        let mut delivery = Delivery::begin(&arguments.maildir, count)?;
        let mut written = Ok(());
        let sink = |chunk: bytes::Bytes| {
            if written.is_ok() {
                written = delivery.file.write_all(&chunk);
            }
        };
        pop3.fetch(Pop3Command::Retr(line.number), sink).await?;
        written?;
        delivery.finish()?;
        ledger.fetched(line.id, now);
        count += 1;
    }
    for number in plan.expired {
        pop3.command(Pop3Command::Dele(number)).await?;
    }
    pop3.quit().await?;
    state.seen = ledger.iter().map(|(id, at)| (id.to_string(), at)).collect();
    Ok((state, count))
}

async fn imap(
    arguments: &Arguments,
    address: SocketAddr,
    login: &Login,
    mut state: State,
) -> anyhow::Result<(State, usize)> {
    let mut imap = if arguments.clear {
        Imap::connect_in_clear(address, login).await?
    } else {
        Imap::connect(address, &trusting_connector()?, "localhost", login).await?
    };
    let attrs = [StatusAttr::UidNext, StatusAttr::UidValidity];
    let status = imap.command(Command::status(Mailbox::INBOX, attrs)).await?;
    let (validity, next) = status
        .data
        .iter()
        .find_map(|data| match data {
            mailweft_imap::Data::Status(status) => {
                Some((status.uid_validity()?, status.uid_next()?))
            }
            _ => None,
        })
        .context("STATUS was not answered")?;
    // Numbers of another validity say nothing (RFC 3501 §2.3.1.1).
    let first = match state.imap {
        Some((known, first)) if known == validity => first,
        _ => 1,
    };
    let mut count = 0;
    if first < next {
        let examined = imap.command(Command::examine(Mailbox::INBOX)).await?;
        ensure!(
            examined.status.code != Some(Code::ReadWrite),
            "the mailbox is open for writing"
        );
        let set = SequenceSet::range(first, next - 1)?;
        let listed = imap
            .command(Command::Fetch(Fetch::uid(set, [FetchAttr::Uid])))
            .await?;
        let uids: Vec<u32> = listed
            .messages()
            .filter_map(|message| message.uid())
            .collect();
        for uid in uids {
            let mut delivery = Delivery::begin(&arguments.maildir, count)?;
            let mut written = Ok(());
            let fetch = Fetch::uid(SequenceSet::single(uid)?, [FetchAttr::peek(Section::WHOLE)]);
            let answer = imap
                .run(Command::Fetch(fetch), |chunk| {
                    if written.is_ok() {
                        written = delivery.file.write_all(&chunk);
                    }
                })
                .await?;
            written?;
            // What is small comes with the response instead of in chunks.
            for item in answer.messages().flat_map(|message| message.items()) {
                if let FetchItem::Section(section) = item {
                    if let Some(octets) = section.data.bytes() {
                        delivery.file.write_all(octets)?;
                    }
                }
            }
            delivery.finish()?;
            count += 1;
        }
    }
    imap.log_out().await?;
    state.imap = Some((validity, next));
    Ok((state, count))
}
