//! A post office that is killed while it works: what it acknowledged is there, nothing is there in half, and
//! UIDs never go back.

mod office;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpStream},
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use mailweft_examples::clients::{Login, imap::Imap};
use mailweft_imap::{
    Append, AppendMessage, Code, Command, Fetch, FetchAttr, Flag, Mailbox, Section, SequenceSet,
    Store, StoreMode,
};
use office::Office;

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// The message of a number: its own size, and a last line by which a half is known.
fn letter(number: u64) -> Vec<u8> {
    let mut text = format!("Subject: {number}\r\nFrom: bob@example.net\r\n\r\n");
    for line in 0..number * 7919 % 300 {
        text.push_str(&format!("line {line} of the letter {number}\r\n"));
    }
    text.push_str(&format!("the end of {number}\r\n"));
    text.into_bytes()
}

fn number_of(message: &[u8]) -> u64 {
    let text = std::str::from_utf8(message).expect("all letters are ASCII");
    let line = text.lines().find_map(|line| line.strip_prefix("Subject: "));
    line.expect("a subject").parse().expect("a number")
}

/// A client of SMTP that can stop anywhere.
struct Smtp {
    stream: TcpStream,
    replies: BufReader<TcpStream>,
}

impl Smtp {
    fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        let replies = BufReader::new(stream.try_clone().unwrap());
        let mut smtp = Self { stream, replies };
        assert_eq!(smtp.reply(), Some(220));
        smtp.say(b"HELO bob.example\r\n");
        assert_eq!(smtp.reply(), Some(250));
        smtp
    }

    fn say(&mut self, octets: &[u8]) {
        // Whether the server still hears it, its reply tells.
        let _ = self.stream.write_all(octets);
    }

    /// The code of the next reply; `None` where the server is gone.
    fn reply(&mut self) -> Option<u16> {
        let mut line = String::new();
        self.replies.read_line(&mut line).ok()?;
        line.get(..3)?.parse().ok()
    }

    /// Up to the point where the content is to follow.
    fn begin(&mut self) {
        self.say(b"MAIL FROM:<bob@bob.example>\r\nRCPT TO:<alice@example.org>\r\nDATA\r\n");
        assert_eq!(
            [self.reply(), self.reply(), self.reply()],
            [Some(250), Some(250), Some(354)]
        );
    }
}

/// The files of a Maildir.
fn files(folder: &Path) -> Vec<Vec<u8>> {
    ["cur", "new"]
        .iter()
        .flat_map(|part| fs::read_dir(folder.join(part)).unwrap())
        .map(|entry| fs::read(entry.unwrap().path()).unwrap())
        .collect()
}

#[test]
fn a_delivery_that_is_cut_off_leaves_nothing_and_one_that_was_acknowledged_stays() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = folder.path().join("users/alice/Maildir");
    let mut numbers = Numbers(1);
    let mut acknowledged = BTreeSet::new();
    let mut said_whole = BTreeSet::new();
    for round in 0..24 {
        let mut office = Office::start(folder.path(), &["smtp"]);
        let mut smtp = Smtp::connect(office.port("smtp"));
        // One that goes well.
        let whole = round * 2;
        smtp.begin();
        smtp.say(&letter(whole));
        smtp.say(b".\r\n");
        assert_eq!(smtp.reply(), Some(250));
        acknowledged.insert(whole);
        said_whole.insert(whole);
        // One that is cut off in the middle: by the client's leaving, the server's death, or its death when
        // all was said and nothing answered.
        let cut = whole + 1;
        let mut text = letter(cut);
        text.extend_from_slice(b".\r\n");
        smtp.begin();
        match round % 3 {
            0 => {
                smtp.say(&text[..numbers.below(text.len() as u64 - 4) as usize]);
                drop(smtp);
            }
            1 => {
                smtp.say(&text[..numbers.below(text.len() as u64 - 4) as usize]);
                std::thread::sleep(Duration::from_millis(numbers.below(4)));
            }
            _ => {
                smtp.say(&text);
                said_whole.insert(cut);
                std::thread::sleep(Duration::from_millis(numbers.below(6)));
                office.kill();
                if smtp.reply() == Some(250) {
                    acknowledged.insert(cut);
                }
            }
        }
        office.kill();
    }
    // What a kill left is mended by the next start.
    drop(Office::start(folder.path(), &["smtp"]));
    let mut found = BTreeSet::new();
    for file in files(&inbox) {
        let number = number_of(&file);
        assert!(
            file.ends_with(&letter(number)),
            "the letter {number} is there in part"
        );
        assert!(found.insert(number), "the letter {number} is there twice");
    }
    assert!(
        found.is_superset(&acknowledged),
        "an acknowledged letter is lost"
    );
    assert!(
        said_whole.is_superset(&found),
        "a letter that was cut off is there"
    );
    assert_eq!(fs::read_dir(folder.path().join("tmp")).unwrap().count(), 0);
}

/// What the client of IMAP knows of a message.
#[derive(Clone, Debug, Default)]
struct Known {
    /// The UID, where APPEND was acknowledged, or the message was seen since.
    uid: Option<u32>,
    /// Whether it has the keyword; `None` while a STORE is not answered.
    marked: Option<bool>,
    /// Whether its removal was asked for, and whether it was acknowledged.
    removal: Option<bool>,
}

/// What the client of IMAP knows of the mailbox.
#[derive(Debug, Default)]
struct Book {
    letters: BTreeMap<u64, Known>,
    next: u64,
    highest_uid: u32,
    appends: usize,
    stores: usize,
    expunges: usize,
}

/// Appends, marks and removes until the server is gone.
async fn work(imap: &mut Imap, book: &Mutex<Book>, mut numbers: Numbers) -> anyhow::Result<()> {
    let keyword = Flag::keyword("marked")?;
    loop {
        let sure: Vec<(u64, u32)> = book
            .lock()
            .unwrap()
            .letters
            .iter()
            .rev()
            .take(20)
            .filter(|(_, known)| known.removal.is_none())
            .filter_map(|(number, known)| Some((*number, known.uid?)))
            .collect();
        let chosen = (!sure.is_empty()).then(|| sure[numbers.below(sure.len() as u64) as usize]);
        match (numbers.below(4), chosen) {
            (2, Some((number, uid))) => {
                book.lock()
                    .unwrap()
                    .letters
                    .get_mut(&number)
                    .unwrap()
                    .marked = None;
                let set = SequenceSet::from_iter([uid]);
                let store = Store::uid(set, StoreMode::Add, [keyword.clone()]);
                imap.command(Command::Store(store)).await?;
                let mut book = book.lock().unwrap();
                book.letters.get_mut(&number).unwrap().marked = Some(true);
                book.stores += 1;
            }
            (3, Some((number, uid))) => {
                book.lock()
                    .unwrap()
                    .letters
                    .get_mut(&number)
                    .unwrap()
                    .removal = Some(false);
                let set = SequenceSet::from_iter([uid]);
                let store = Store::uid(set.clone(), StoreMode::Add, [Flag::DELETED]).silent();
                imap.command(Command::Store(store)).await?;
                imap.command(Command::UidExpunge(set)).await?;
                let mut book = book.lock().unwrap();
                book.letters.get_mut(&number).unwrap().removal = Some(true);
                book.expunges += 1;
            }
            _ => {
                let number = {
                    let mut book = book.lock().unwrap();
                    book.next += 1;
                    let number = book.next;
                    book.letters.insert(
                        number,
                        Known {
                            marked: Some(false),
                            ..Known::default()
                        },
                    );
                    number
                };
                let append = Append::new(Mailbox::INBOX, AppendMessage::new(letter(number)));
                let answer = imap.command(Command::Append(append)).await?;
                let Some(Code::AppendUid(_, uids)) = &answer.status.code else {
                    panic!("{:?}", answer.status);
                };
                let uid = uids.iter(u32::MAX).next().unwrap();
                let mut book = book.lock().unwrap();
                assert!(uid > book.highest_uid, "the UID {uid} went back");
                book.highest_uid = uid;
                book.letters.get_mut(&number).unwrap().uid = Some(uid);
                book.appends += 1;
            }
        }
    }
}

/// Holds the mailbox against the book.
async fn check(imap: &mut Imap, book: &Mutex<Book>) -> anyhow::Result<()> {
    let attrs = [
        FetchAttr::Uid,
        FetchAttr::Flags,
        FetchAttr::Size,
        FetchAttr::peek(Section::WHOLE),
    ];
    let answer = imap
        .command(Command::Fetch(Fetch::uid(SequenceSet::ALL, attrs)))
        .await?;
    let mut book = book.lock().unwrap();
    let mut found = BTreeSet::new();
    for message in answer.messages() {
        let text = message.section(&Section::WHOLE).expect("its octets");
        let (number, uid) = (number_of(text), message.uid().unwrap());
        assert_eq!(
            *text,
            letter(number),
            "the letter {number} is there in part"
        );
        assert_eq!(message.size(), Some(text.len() as u64));
        assert!(found.insert(number), "the letter {number} is there twice");
        let highest = book.highest_uid;
        let known = book.letters.get_mut(&number).expect("it was sent");
        match known.uid {
            Some(before) => assert_eq!(uid, before, "another UID"),
            // It was stored and not acknowledged; its UID is a new one.
            None => assert!(uid > highest, "the UID {uid} went back"),
        }
        known.uid = Some(uid);
        assert_ne!(known.removal, Some(true), "the letter {number} was removed");
        // A removal that was not acknowledged did not happen, or it did up to \Deleted.
        let marked = message
            .flags()
            .is_some_and(|flags| flags.contains("marked"));
        assert_eq!(
            marked,
            known.marked.unwrap_or(marked),
            "the mark of {number}"
        );
        known.marked = Some(marked);
        known.removal = None;
        book.highest_uid = highest.max(uid);
    }
    for (number, known) in &book.letters {
        let acknowledged = known.uid.is_some() && known.removal.is_none();
        assert!(
            !acknowledged || found.contains(number),
            "the letter {number} is lost"
        );
    }
    // What is not there now will never be.
    book.letters.retain(|number, known| {
        let stays = found.contains(number);
        assert!(!stays || known.uid.is_some());
        stays || known.removal == Some(true)
    });
    Ok(())
}

#[test]
fn two_hundred_kills_during_append_store_and_expunge_lose_nothing_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Mutex::new(Book::default()));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut numbers = Numbers(2);
    for round in 0..=200 {
        let mut office = Office::start(folder.path(), &["imap"]);
        let address = office.port("imap");
        runtime.block_on(async {
            let mut imap = Imap::connect_in_clear(address, &Login::new("alice", "secret"))
                .await
                .unwrap();
            imap.command(Command::select(Mailbox::INBOX)).await.unwrap();
            check(&mut imap, &book).await.unwrap();
            let patience = Duration::from_micros(numbers.below(40_000));
            let work = work(&mut imap, &book, Numbers(round));
            if let Ok(ended) = tokio::time::timeout(patience, work).await {
                panic!("the server ended the session by itself: {ended:?}");
            }
        });
        office.kill();
    }
    let book = book.lock().unwrap();
    let (appends, stores, expunges) = (book.appends, book.stores, book.expunges);
    println!("acknowledged: {appends} APPEND, {stores} STORE, {expunges} EXPUNGE");
    assert!(appends > 200 && stores > 20 && expunges > 20);
}
