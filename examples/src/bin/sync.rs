//! Keeps a mailbox and a Maildir the same, both ways: messages that come, go or change their flags on one side do so
//! on the other.
//!
//! ```text
//! sync --server 127.0.0.1:143 --login alice:secret --mailbox INBOX --maildir Mail --state state.json
//! ```

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, bail};
use clap::Parser;
use mailweft_examples::{
    clients::{Login, imap::Imap},
    wire::trusting_connector,
};
use mailweft_imap::{
    Append, AppendMessage, Code, Command, Fetch, FetchAttr, FetchItem, Flag, Flags, Mailbox,
    Section, SequenceSet, Store, StoreMode,
};
use serde::{Deserialize, Serialize};

/// Synchronises one mailbox with one Maildir.
#[derive(Parser)]
struct Arguments {
    /// The server.
    #[arg(long, value_name = "HOST:PORT")]
    server: String,
    /// Name and password.
    #[arg(long, value_name = "NAME:PASSWORD")]
    login: String,
    /// Logs in with SCRAM-SHA-256, which does not tell the server the password.
    #[arg(long)]
    scram: bool,
    /// The mailbox on the server.
    #[arg(long, default_value = "INBOX")]
    mailbox: String,
    /// The Maildir.
    #[arg(long, value_name = "DIR")]
    maildir: PathBuf,
    /// What both sides had in common the last time.
    #[arg(long, value_name = "FILE")]
    state: PathBuf,
    /// Without TLS; for tests. Otherwise TLS is started, and the certificate not checked: this is an example.
    #[arg(long)]
    clear: bool,
}

/// The flags that both sides know, as the letters of a Maildir.
type Letters = BTreeSet<char>;

const FLAGS: [(char, Flag); 5] = [
    ('D', Flag::DRAFT),
    ('F', Flag::FLAGGED),
    ('R', Flag::ANSWERED),
    ('S', Flag::SEEN),
    ('T', Flag::DELETED),
];

fn letters_of(flags: &Flags) -> Letters {
    let known = FLAGS.into_iter().filter(|(_, flag)| flags.contains(flag));
    known.map(|(letter, _)| letter).collect()
}

fn flags_of(letters: &Letters) -> Vec<Flag> {
    let known = FLAGS
        .into_iter()
        .filter(|(letter, _)| letters.contains(letter));
    known.map(|(_, flag)| flag).collect()
}

/// A message that both sides have.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Common {
    /// The name of its file without flags.
    file: String,
    letters: Letters,
}

/// What both sides had in common.
#[derive(Debug, Default, Serialize, Deserialize)]
struct State {
    uid_validity: u32,
    messages: BTreeMap<u32, Common>,
}

impl State {
    fn read(path: &Path) -> anyhow::Result<Self> {
        match fs::read(path) {
            Ok(text) => serde_json::from_slice(&text).context("the state is damaged"),
            Err(_) => Ok(Self::default()),
        }
    }

    fn write(&self, path: &Path) -> anyhow::Result<()> {
        let draft = path.with_extension("tmp");
        let mut file = File::create(&draft)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        file.sync_all()?;
        fs::rename(draft, path)?;
        Ok(())
    }
}

/// The Maildir: files by the names they have without flags.
struct Local {
    folder: PathBuf,
    files: BTreeMap<String, (PathBuf, Letters)>,
    count: u32,
}

impl Local {
    fn open(folder: &Path) -> anyhow::Result<Self> {
        let mut files = BTreeMap::new();
        for part in ["tmp", "new", "cur"] {
            fs::create_dir_all(folder.join(part))?;
        }
        for part in ["new", "cur"] {
            for entry in fs::read_dir(folder.join(part))? {
                let path = entry?.path();
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let (base, letters) = name.split_once(":2,").unwrap_or((&name, ""));
                let known = letters
                    .chars()
                    .filter(|c| FLAGS.iter().any(|(l, _)| l == c));
                files.insert(base.to_owned(), (path.clone(), known.collect()));
            }
        }
        Ok(Self {
            folder: folder.to_owned(),
            files,
            count: 0,
        })
    }

    fn place(&self, base: &str, letters: &Letters) -> PathBuf {
        let letters: String = letters.iter().collect();
        self.folder.join(format!("cur/{base}:2,{letters}"))
    }

    /// A message that came: there when it is whole, or not at all.
    fn add(&mut self, octets: &[u8], letters: &Letters) -> anyhow::Result<String> {
        let age = SystemTime::now().duration_since(UNIX_EPOCH)?;
        self.count += 1;
        let base = format!(
            "{}.P{}Q{}.sync",
            age.as_nanos(),
            std::process::id(),
            self.count
        );
        let draft = self.folder.join("tmp").join(&base);
        let mut file = File::create_new(&draft)?;
        file.write_all(octets)?;
        file.sync_all()?;
        fs::rename(draft, self.place(&base, letters))?;
        Ok(base)
    }

    fn flag(&self, base: &str, letters: &Letters) -> anyhow::Result<()> {
        if let Some((path, _)) = self.files.get(base) {
            fs::rename(path, self.place(base, letters))?;
        }
        Ok(())
    }

    fn remove(&self, base: &str) -> anyhow::Result<()> {
        if let Some((path, _)) = self.files.get(base) {
            fs::remove_file(path)?;
        }
        Ok(())
    }
}

/// What was done, on both sides.
#[derive(Debug, Default)]
struct Tally {
    came: usize,
    went: usize,
    removed_here: usize,
    removed_there: usize,
    flagged: usize,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let tally = runtime.block_on(run(&arguments))?;
    println!(
        "{} came, {} went, {} removed here, {} removed there, {} flagged",
        tally.came, tally.went, tally.removed_here, tally.removed_there, tally.flagged
    );
    Ok(())
}

async fn run(arguments: &Arguments) -> anyhow::Result<Tally> {
    let mut state = State::read(&arguments.state)?;
    let mut local = Local::open(&arguments.maildir)?;
    let address = tokio::net::lookup_host(&arguments.server)
        .await?
        .next()
        .context("the server has no address")?;
    let login = Login::parse(&arguments.login)?.scram(arguments.scram);
    let mut imap = if arguments.clear {
        Imap::connect_in_clear(address, &login).await?
    } else {
        Imap::connect(address, &trusting_connector()?, "localhost", &login).await?
    };
    let mailbox = Mailbox::from(arguments.mailbox.as_str());
    let selected = imap.command(Command::select(mailbox.clone())).await?;
    let validity = selected.codes.iter().find_map(|code| match code {
        Code::UidValidity(validity) => Some(*validity),
        _ => None,
    });
    let validity = validity.context("the server tells no UIDVALIDITY")?;
    if state.uid_validity != validity {
        // The numbers of another validity say nothing (RFC 3501 §2.3.1.1): there is nothing in common.
        if !state.messages.is_empty() {
            bail!("UIDVALIDITY changed: look at both sides and remove the state");
        }
        state.uid_validity = validity;
    }
    let mut tally = Tally::default();
    let remote = list(&mut imap).await?;
    let done = merge(
        &mut imap, &mailbox, &mut state, &mut local, &remote, &mut tally,
    )
    .await;
    // What was done is remembered, whether all was done or not.
    state.write(&arguments.state)?;
    done?;
    imap.log_out().await?;
    Ok(tally)
}

/// The UIDs of the mailbox, with their flags.
async fn list(imap: &mut Imap) -> anyhow::Result<BTreeMap<u32, Letters>> {
    let fetch = Fetch::uid(SequenceSet::ALL, [FetchAttr::Uid, FetchAttr::Flags]);
    let answer = imap.command(Command::Fetch(fetch)).await?;
    let pairs = answer
        .messages()
        .filter_map(|message| Some((message.uid()?, letters_of(message.flags()?))));
    Ok(pairs.collect())
}

async fn merge(
    imap: &mut Imap,
    mailbox: &Mailbox,
    state: &mut State,
    local: &mut Local,
    remote: &BTreeMap<u32, Letters>,
    tally: &mut Tally,
) -> anyhow::Result<()> {
    for (uid, common) in state.messages.clone() {
        let here = local
            .files
            .get(&common.file)
            .map(|(_, letters)| letters.clone());
        match (here, remote.get(&uid)) {
            (Some(here), Some(there)) => {
                // What either side changed since the last time holds.
                let all = here.union(there).chain(&common.letters);
                let wanted: Letters = all
                    .filter(|letter| match common.letters.contains(letter) {
                        true => here.contains(letter) && there.contains(letter),
                        false => true,
                    })
                    .copied()
                    .collect();
                if wanted != here {
                    local.flag(&common.file, &wanted)?;
                }
                if wanted != *there {
                    flag(imap, uid, &wanted, there).await?;
                }
                tally.flagged += usize::from(wanted != common.letters);
                if let Some(known) = state.messages.get_mut(&uid) {
                    known.letters = wanted;
                }
                continue;
            }
            (Some(_), None) => {
                local.remove(&common.file)?;
                tally.removed_here += 1;
            }
            (None, Some(_)) => {
                let set = SequenceSet::single(uid)?;
                let store = Store::uid(set.clone(), StoreMode::Add, [Flag::DELETED]).silent();
                imap.command(Command::Store(store)).await?;
                imap.command(Command::UidExpunge(set)).await?;
                tally.removed_there += 1;
            }
            (None, None) => {}
        }
        state.messages.remove(&uid);
    }
    let known: BTreeSet<String> = state.messages.values().map(|c| c.file.clone()).collect();
    for (&uid, letters) in remote {
        if state.messages.contains_key(&uid) {
            continue;
        }
        // One that was removed there a moment ago is not listed any more.
        if let Some(octets) = body(imap, uid).await? {
            let file = local.add(&octets, letters)?;
            let letters = letters.clone();
            state.messages.insert(uid, Common { file, letters });
            tally.came += 1;
        }
    }
    for (base, (path, letters)) in &local.files {
        if known.contains(base) || !path.exists() {
            continue;
        }
        let message = AppendMessage::new(canonical(&fs::read(path)?)).flags(flags_of(letters));
        let append = Append::new(mailbox.clone(), message);
        let answer = imap.command(Command::Append(append)).await?;
        let Some(Code::AppendUid(_, uids)) = &answer.status.code else {
            bail!("the server tells no APPENDUID (RFC 4315)");
        };
        let uid = uids.iter(u32::MAX).next().context("an empty APPENDUID")?;
        let common = Common {
            file: base.clone(),
            letters: letters.clone(),
        };
        state.messages.insert(uid, common);
        tally.went += 1;
    }
    Ok(())
}

/// Gives a message on the server the flags that it is to have; those that a Maildir does not know stay.
async fn flag(imap: &mut Imap, uid: u32, wanted: &Letters, there: &Letters) -> anyhow::Result<()> {
    for (mode, letters) in [
        (StoreMode::Add, wanted - there),
        (StoreMode::Remove, there - wanted),
    ] {
        if !letters.is_empty() {
            let set = SequenceSet::single(uid)?;
            let store = Store::uid(set, mode, flags_of(&letters)).silent();
            imap.command(Command::Store(store)).await?;
        }
    }
    Ok(())
}

/// The octets of a message; nothing where it is gone.
async fn body(imap: &mut Imap, uid: u32) -> anyhow::Result<Option<Vec<u8>>> {
    let mut octets = Vec::new();
    let fetch = Fetch::uid(SequenceSet::single(uid)?, [FetchAttr::peek(Section::WHOLE)]);
    let sink = |chunk: bytes::Bytes| octets.extend_from_slice(&chunk);
    let answer = imap.run(Command::Fetch(fetch), sink).await?;
    let mut there = !octets.is_empty();
    // What is small comes with the response instead of in chunks.
    for item in answer.messages().flat_map(|message| message.items()) {
        if let FetchItem::Section(section) = item {
            there = true;
            if let Some(small) = section.data.bytes() {
                octets.extend_from_slice(small);
            }
        }
    }
    Ok(there.then_some(octets))
}

/// Line ends as IMAP wants them; files of a Maildir often have those of Unix.
fn canonical(octets: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(octets.len());
    for line in octets.split_inclusive(|&octet| octet == b'\n') {
        match line.strip_suffix(b"\n") {
            Some(line) => {
                out.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
                out.extend_from_slice(b"\r\n");
            }
            None => out.extend_from_slice(line),
        }
    }
    out
}
