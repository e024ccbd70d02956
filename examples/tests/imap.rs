//! What the IMAP service does beyond what the journey sees: a board that several users read, IMAP4rev2, saved
//! results, sorting.

use std::{net::SocketAddr, path::Path, sync::Arc};

use mailweft_examples::{
    clients::{Login, imap::Imap},
    services::{Journal, Service, System},
    wire::Identity,
};
use mailweft_imap::{
    Append, AppendMessage, Capability, Code, Command, Data, ESearchItem, Fetch, FetchAttr,
    FetchItem, Flag, Mailbox, Octets, Search, SearchKey, SearchReturn, SequenceSet, Sort, SortKey,
    Store, StoreMode,
};
use tokio::net::TcpListener;

async fn serve(folder: &Path) -> (Arc<System>, SocketAddr) {
    let identity = Identity::generate(&["mail.example.org"]).unwrap();
    let users = ["alice", "bob"].map(|name| (name.to_owned(), "secret".to_owned()));
    let journal = Journal::default();
    let users = users.into();
    let system = System::new(folder, "example.org", users, identity, journal, true).unwrap();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    system.serve(Service::Imap, listener);
    (system, address)
}

async fn connect(address: SocketAddr, name: &str) -> Imap {
    let login = Login::new(name, "secret");
    Imap::connect_in_clear(address, &login).await.unwrap()
}

async fn append(imap: &mut Imap, mailbox: &Mailbox, subject: &str) {
    let text = format!("Subject: {subject}\r\n\r\nhello\r\n");
    let message = AppendMessage::new(text.into_bytes());
    let append = Append::new(mailbox.clone(), message);
    imap.command(Command::Append(append)).await.unwrap();
}

#[tokio::test]
async fn a_board_is_read_by_several_and_changed_by_none() {
    let folder = tempfile::tempdir().unwrap();
    let (system, address) = serve(folder.path()).await;
    let (mut alice, mut bob) = (
        connect(address, "alice").await,
        connect(address, "bob").await,
    );
    let board = Mailbox::from("Shared/Board");
    for imap in [&mut alice, &mut bob] {
        let selected = imap.command(Command::select(board.clone())).await.unwrap();
        assert_eq!(selected.status.code, Some(Code::ReadOnly));
    }
    let idle = bob.begin_idle().await.unwrap();
    append(&mut alice, &board, "to all").await;
    assert_eq!(bob.told().await.unwrap(), Data::Exists(1));
    bob.end_idle(idle).await.unwrap();
    let store = Store::seq(SequenceSet::ALL, StoreMode::Add, [Flag::DELETED]);
    assert!(bob.command(Command::Store(store)).await.is_err());
    for command in [
        Command::Delete(board.clone()),
        Command::create(Mailbox::from("Shared/Mine")),
    ] {
        assert!(bob.command(command).await.is_err());
    }
    system.stop();
}

#[tokio::test]
async fn rev2_answers_searches_by_esearch_and_keeps_results() {
    let folder = tempfile::tempdir().unwrap();
    let (system, address) = serve(folder.path()).await;
    let mut imap = connect(address, "alice").await;
    for subject in ["b", "Re: a", "c", "a"] {
        append(&mut imap, &Mailbox::INBOX, subject).await;
    }
    imap.command(Command::Enable(
        [Capability::IMAP4REV2].into_iter().collect(),
    ))
    .await
    .unwrap();
    let selected = imap.command(Command::select(Mailbox::INBOX)).await.unwrap();
    assert!(
        selected
            .data
            .iter()
            .any(|data| matches!(data, Data::List(_)))
    );
    assert!(
        !selected
            .data
            .iter()
            .any(|data| matches!(data, Data::Recent(_)))
    );

    let search = Search::seq(SearchKey::subject("a"));
    let answer = imap.command(Command::Search(search)).await.unwrap();
    let [Data::ESearch(found)] = &answer.data[..] else {
        panic!("{:?}", answer.data);
    };
    let all = SequenceSet::parse("2,4").unwrap();
    assert_eq!(found.items, [ESearchItem::All(all)]);

    let save = Search::seq(SearchKey::subject("a")).returning(SearchReturn::Save);
    imap.command(Command::Search(save)).await.unwrap();
    let fetch = Fetch::seq(SequenceSet::SAVED, [FetchAttr::Uid]);
    let answer = imap.command(Command::Fetch(fetch)).await.unwrap();
    let numbers: Vec<u32> = answer.messages().map(|message| message.seq()).collect();
    assert_eq!(numbers, [2, 4]);

    let by = Sort::seq([SortKey::Subject.into()], SearchKey::all());
    let answer = imap.command(Command::Sort(by)).await.unwrap();
    let [Data::Sort(sorted)] = &answer.data[..] else {
        panic!("{:?}", answer.data);
    };
    assert_eq!(sorted.ids.iter().collect::<Vec<_>>(), [2, 4, 1, 3]);
    system.stop();
}

#[tokio::test]
async fn the_items_of_rfc_3501_hold_the_octets_of_the_sections() {
    let folder = tempfile::tempdir().unwrap();
    let (system, address) = serve(folder.path()).await;
    let mut imap = connect(address, "alice").await;
    let text = format!("Subject: long\r\n\r\n{}", "a line of it\r\n".repeat(10_000));
    let message = AppendMessage::new(text.clone().into_bytes());
    let append = Append::new(Mailbox::INBOX, message);
    imap.command(Command::Append(append)).await.unwrap();
    imap.command(Command::select(Mailbox::INBOX)).await.unwrap();
    let (header, body) = text.split_at("Subject: long\r\n\r\n".len());
    for (attr, octets) in [
        (FetchAttr::Rfc822, text.as_str()),
        (FetchAttr::Rfc822Header, header),
        (FetchAttr::Rfc822Text, body),
    ] {
        let fetch = Command::Fetch(Fetch::seq(SequenceSet::ALL, [attr]));
        // What is long comes in pieces.
        let mut pieces = Vec::new();
        let answer = imap
            .run(fetch, |piece| pieces.extend_from_slice(&piece))
            .await
            .unwrap();
        let items = answer.data.iter().find_map(|data| match data {
            Data::Fetch(message) => message.items().last(),
            _ => None,
        });
        let (FetchItem::Rfc822(told) | FetchItem::Rfc822Header(told) | FetchItem::Rfc822Text(told)) =
            items.unwrap()
        else {
            panic!("{items:?}");
        };
        match told {
            Octets::Streamed(length) => assert_eq!(*length, octets.len() as u64),
            told => pieces.extend_from_slice(told.bytes().unwrap()),
        }
        assert!(pieces == octets.as_bytes(), "{} octets", pieces.len());
    }
    system.stop();
}
