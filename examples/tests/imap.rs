//! What the IMAP service does beyond what the journey sees: a board that several users read, IMAP4rev2, saved
//! results, sorting.

use std::{net::SocketAddr, path::Path, sync::Arc};

use mailweft_examples::{
    clients::{Login, imap::Imap},
    services::{Journal, Service, System},
    wire::Identity,
};
use mailweft_imap::{
    Append, AppendMessage, Capability, Code, Command, Data, ESearchItem, Fetch, FetchAttr, Flag,
    Mailbox, Search, SearchKey, SearchReturn, SequenceSet, Sort, SortKey, Store, StoreMode,
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
