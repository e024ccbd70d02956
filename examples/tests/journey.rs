//! The journey with a small attachment, and every conversation of it replayed: the sessions of both sides tell
//! the same events whole, octet by octet and in every two-way split.

mod replay;

use mailweft_examples::{
    journey::{Plan, Story, run},
    services::{Conversation, Recorder, Service},
    wire::Way,
};
use replay::{Feed, Log, Part, imap, octets, pop3, said, smtp, turns};

/// Replays one side of a conversation whole, octet by octet and in every two-way split.
fn replay(conversation: &Conversation, parts: &[Part], session: impl Fn(&Feed<'_>) -> Log) -> Log {
    let service = conversation.service;
    let whole = session(&Feed::split(parts, 0));
    assert!(whole.events.len() >= 3, "{service:?}: {whole:?}");
    assert_eq!(session(&Feed::octets(parts)), whole, "{service:?}");
    let total = octets(parts);
    for at in 1..total {
        let cut = session(&Feed::split(parts, at));
        assert_eq!(cut, whole, "{service:?} at {at} of {total}");
    }
    whole
}

#[test]
fn every_conversation_is_the_same_however_it_is_cut() {
    let folder = tempfile::tempdir().unwrap();
    let recorder = Recorder::new();
    let plan = Plan {
        attachment: 500,
        lines: 12,
        recorder: recorder.clone(),
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime
        .block_on(run(folder.path(), &plan, &Story::new(true)))
        .unwrap();
    let conversations = recorder.conversations();
    let count = |service| {
        conversations
            .iter()
            .filter(|c| c.service == service)
            .count()
    };
    assert!(count(Service::Smtp) >= 3 && count(Service::Submission) >= 3);
    assert_eq!((count(Service::Pop3), count(Service::Imap)), (3, 2));
    for conversation in &conversations {
        let asked = said(conversation, Way::In);
        let answers = turns(conversation, Way::Out);
        let whole = Feed::split(&asked, 0);
        let submission = conversation.service == Service::Submission;
        let client = match conversation.service {
            Service::Smtp | Service::Submission => {
                replay(conversation, &asked, |feed| smtp::server(feed, submission));
                replay(conversation, &answers, |feed| {
                    smtp::client(feed, &whole, submission)
                })
            }
            Service::Pop3 => {
                replay(conversation, &asked, pop3::server);
                replay(conversation, &answers, |feed| pop3::client(feed, &whole))
            }
            Service::Imap => {
                replay(conversation, &asked, imap::server);
                replay(conversation, &answers, |feed| imap::client(feed, &whole))
            }
            other => panic!("{other:?} is no part of the journey"),
        };
        let asked = asked.into_iter().flatten().flatten().collect::<Vec<_>>();
        assert_eq!(
            client.written.escape_ascii().to_string(),
            asked.escape_ascii().to_string(),
            "a client that hears the same says the same"
        );
    }
}
