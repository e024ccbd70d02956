//! The server for tests, as an application's own test would use it.

use mailweft_address::Address;
use mailweft_examples::{
    clients::smtp::{Outcome, Target, send},
    services::Journal,
    test_server::TestServer,
    wire::trusting_connector,
};
use mailweft_smtp::{
    Mail, Rcpt,
    client::{Envelope, Security},
};

#[tokio::test]
async fn what_an_application_sends_is_there_to_look_at() {
    let server = TestServer::start().unwrap();
    let target = Target {
        address: server.address,
        host: "test.example".into(),
        hello: "application.example".into(),
        security: Security::Clear,
        connector: trusting_connector().unwrap(),
        login: None,
        lmtp: false,
        journal: Journal::default(),
    };
    let from = Address::parse("application@example.org").unwrap();
    let to =
        ["ann@example.net", "bob@example.net"].map(|to| Rcpt::new(Address::parse(to).unwrap()));
    let envelope = Envelope::new(Mail::new(from.clone()), to.clone());
    let sent = send(
        &target,
        envelope,
        &mut Some(b"Subject: hello\r\n\r\n.dot\r\n".as_slice()),
    )
    .await
    .unwrap();
    assert!(matches!(sent, Outcome::Deliveries(list) if list.iter().all(|d| d.is_delivered())));
    let [letter] = &server.letters()[..] else {
        panic!("one letter");
    };
    assert_eq!(letter.mail.from().to_string(), format!("<{from}>"));
    assert_eq!(letter.recipients.len(), 2);
    assert_eq!(letter.content, b"Subject: hello\r\n\r\n.dot\r\n");
}
