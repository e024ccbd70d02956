//! What a client session makes of commands before they are sent.

use bytes::BytesMut;
use mailweft_imap::{
    Client, Command, Fetch, FetchAttr, Flag, Id, Mailbox, Search, SearchKey, SearchReturn,
    SequenceSet, Status, StatusKind, Store, StoreMode, Syntax, TaggedCommand, client,
};

fn ready(config: client::Config, greeting: &str) -> (Client, BytesMut) {
    let mut client = Client::new(config);
    let mut input = BytesMut::from(greeting);
    assert!(matches!(
        client.poll(&mut input),
        Ok(client::Event::Greeting(_))
    ));
    (client, input)
}

/// Answers everything that is sent, until nothing is: the commands, and what the client told meanwhile.
fn answer(
    client: &mut Client,
    mut status: impl FnMut(usize) -> &'static str,
) -> (Vec<Command>, Vec<client::Event>) {
    let (mut asked, mut seen) = (Vec::new(), Vec::new());
    loop {
        let sent = client.output().split();
        if sent.is_empty() {
            return (asked, seen);
        }
        let mut input = BytesMut::new();
        for line in sent.split_inclusive(|byte| *byte == b'\n') {
            let command = TaggedCommand::parse(line, &Syntax::strict()).unwrap().value;
            let line = format!("{} {}\r\n", command.tag, status(asked.len()));
            input.extend_from_slice(line.as_bytes());
            asked.push(command.command);
        }
        loop {
            match client.poll(&mut input).unwrap() {
                client::Event::NeedInput => break,
                event => seen.push(event),
            }
        }
    }
}

fn selected(config: client::Config) -> Client {
    let (mut client, _) = ready(config, "* PREAUTH [CAPABILITY IMAP4rev1] hello\r\n");
    client.send(Command::select(Mailbox::INBOX)).unwrap();
    answer(&mut client, |_| "OK done");
    client
}

#[test]
fn a_long_set_is_sent_in_pieces_and_answered_once() {
    const MOST: usize = 60;
    let set: SequenceSet = (1..500).step_by(2).collect();
    let sets = |asked: &[Command]| {
        let mut whole = SequenceSet::default();
        for command in asked {
            assert!(
                command.to_string().len() + "A1000 \r\n".len() <= MOST,
                "{command}"
            );
            let piece = match command {
                Command::Fetch(fetch) => &fetch.set,
                Command::Store(store) => &store.set,
                Command::Copy { set, .. } | Command::Move { set, .. } => set,
                Command::UidExpunge(set) => set,
                other => panic!("{other}"),
            };
            whole = whole.union(piece);
        }
        whole
    };
    let commands = [
        Command::from(Fetch::uid(set.clone(), [FetchAttr::Flags])),
        Store::uid(set.clone(), StoreMode::Add, [Flag::SEEN]).into(),
        Command::uid_copy(set.clone(), Mailbox::from("there")),
        Command::uid_move(set.clone(), Mailbox::from("there")),
        Command::UidExpunge(set.clone()),
    ];
    for command in commands {
        let mut client = selected(client::Config::new().with_command_limit(MOST));
        let handle = client.send(command.clone()).unwrap();
        let (asked, seen) = answer(&mut client, |_| "OK done");
        assert!(asked.len() > 10);
        assert_eq!(sets(&asked).count(500), set.count(500));
        let done = client::Event::Done {
            handle,
            status: Status::ok("done"),
        };
        assert_eq!(seen, [done]);
        assert!(!client.is_busy());

        // The first refusal is what is told of all.
        let mut client = selected(client::Config::new().with_command_limit(MOST));
        client.send(command).unwrap();
        let (_, seen) = answer(&mut client, |n| {
            if n == 3 { "NO [LIMIT] no" } else { "OK done" }
        });
        let [client::Event::Done { status, .. }] = seen.as_slice() else {
            panic!("{seen:?}")
        };
        assert_eq!((status.kind, status.text.as_str()), (StatusKind::No, "no"));
    }
}

#[test]
fn a_search_is_cut_at_its_longest_set() {
    let set: SequenceSet = (1..500).step_by(2).collect();
    let few: SequenceSet = [3, 5, 900].into_iter().collect();
    let by_uid = SearchKey::unseen() & SearchKey::uid(set.clone()) & SearchKey::seq(few.clone());
    for search in [
        Search::uid(SearchKey::uid(set.clone())),
        Search::uid(by_uid.clone()),
        Search::seq(by_uid),
        Search::seq(SearchKey::seq(set.clone()) & !SearchKey::uid(few)),
    ] {
        let mut client = selected(client::Config::new().with_command_limit(100));
        client.send(Command::Search(search.clone())).unwrap();
        let (asked, seen) = answer(&mut client, |_| "OK done");
        assert!(asked.len() > 10 && seen.len() == 1);
        let mut whole = SequenceSet::default();
        for command in asked {
            assert!(
                command.to_string().len() <= 100 - "A1000 \r\n".len(),
                "{command}"
            );
            let Command::Search(piece) = command else {
                panic!("{command}")
            };
            // Put the whole set back, and it is what was asked.
            let text = piece.key.to_string();
            let mut sets = text.split(' ').filter(|word| *word != "3,5,900");
            let cut = sets.find_map(|word| SequenceSet::parse(word).ok()).unwrap();
            assert_eq!(
                text.replace(&cut.to_string(), &set.to_string()),
                search.key.to_string()
            );
            whole = whole.union(&cut);
        }
        assert_eq!(whole, set);
    }
    // A set that need not hold, numbers that may change, and what is told of all.
    for search in [
        Search::seq(SearchKey::uid(set.clone()) | SearchKey::unseen()),
        Search::seq(!SearchKey::uid(set.clone())),
        Search::uid(SearchKey::seq(set.clone())),
        Search::uid(SearchKey::uid(set)).returning(SearchReturn::Count),
    ] {
        let mut client = selected(client::Config::new().with_command_limit(100));
        client.send(Command::Search(search.clone())).unwrap();
        let (asked, _) = answer(&mut client, |_| "OK done");
        assert_eq!(asked, [Command::Search(search)]);
    }
}

#[test]
fn what_means_something_else_in_pieces_is_sent_whole() {
    let set: SequenceSet = (1..500).step_by(2).collect();
    for command in [
        Command::Move {
            uid: false,
            set: set.clone(),
            mailbox: Mailbox::from("there"),
        },
        Fetch::uid(set, [FetchAttr::Flags])
            .partial(mailweft_imap::PartialRange::new(1, 5).unwrap())
            .into(),
    ] {
        let mut client = selected(client::Config::new().with_command_limit(60));
        client.send(command.clone()).unwrap();
        let (asked, _) = answer(&mut client, |_| "OK done");
        assert_eq!(asked, [command]);
    }
}

#[test]
fn rfc2971_s3_who_it_is_before_the_first_select() {
    let id = Id::new().with("name", "weft");
    let config = || client::Config::new().identifying(id.clone());
    let (mut client, _) = ready(config(), "* PREAUTH [CAPABILITY IMAP4rev1 ID] hello\r\n");
    for _ in 0..2 {
        client.send(Command::select(Mailbox::INBOX)).unwrap();
    }
    let (asked, seen) = answer(&mut client, |_| "OK done");
    let select = Command::select(Mailbox::INBOX);
    assert_eq!(
        asked,
        [
            Command::Id(Some(id.clone())),
            select.clone(),
            select.clone()
        ]
    );
    // What the session asks by itself is answered to nobody.
    assert_eq!(seen.len(), 2, "{seen:?}");

    let (mut client, _) = ready(config(), "* PREAUTH [CAPABILITY IMAP4rev1] hello\r\n");
    client.send(Command::select(Mailbox::INBOX)).unwrap();
    assert_eq!(answer(&mut client, |_| "OK done").0, [select]);
}
