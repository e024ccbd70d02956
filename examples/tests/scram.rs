//! SCRAM-SHA-256 between the clients and the servers of all three protocols: it lets in who knows the password,
//! and nobody else.

use mailweft_address::Address;
use mailweft_examples::{
    clients::{
        Login,
        imap::Imap,
        pop3::Pop3,
        smtp::{Outcome, Target, send},
    },
    services::{Journal, Service, System},
    wire::{Identity, connector},
};
use mailweft_smtp::{
    Mail, Rcpt,
    client::{Envelope, Security},
};
use tokio::net::TcpListener;

#[tokio::test]
async fn scram_lets_in_who_knows_the_password() {
    let folder = tempfile::tempdir().unwrap();
    let identity = Identity::generate(&["mail.example.org"]).unwrap();
    let tls = connector(&[identity.certificate().clone()]).unwrap();
    let users = [("jürgen".to_owned(), "geheim, \"ü\" = 1".to_owned())].into();
    let journal = Journal::default();
    let path = folder.path();
    let system = System::new(path, "example.org", users, identity, journal, true).unwrap();
    let mut ports = Vec::new();
    for service in [Service::Submission, Service::Pop3, Service::Imap] {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        ports.push(listener.local_addr().unwrap());
        system.serve(service, listener);
    }
    let known = Login::new("jürgen", "geheim, \"ü\" = 1").scram(true);
    let whole = Login::new("jürgen@example.org", "geheim, \"ü\" = 1").scram(true);
    let wrong = Login::new("jürgen", "geheim").scram(true);
    let nobody = Login::new("ann", "geheim").scram(true);
    for (login, welcome) in [
        (known, true),
        (whole, true),
        (wrong, false),
        (nobody, false),
    ] {
        let target = Target {
            address: ports[0],
            host: "mail.example.org".into(),
            hello: "desk.example.org".into(),
            security: Security::Required,
            connector: tls.clone(),
            login: Some(login.clone()),
            lmtp: false,
            journal: Journal::default(),
        };
        let from = Address::parse("ann@example.net").unwrap();
        let to = Address::parse("jürgen@example.org").unwrap();
        let mail = Mail::new(from).with(mailweft_smtp::MailParam::SmtpUtf8);
        let envelope = Envelope::new(mail, [Rcpt::new(to)]);
        let sent = send(
            &target,
            envelope,
            &mut Some(b"Subject: hello\r\n\r\n".as_slice()),
        )
        .await;
        let delivered = matches!(sent, Ok(Outcome::Deliveries(list)) if list[0].is_delivered());
        assert_eq!(delivered, welcome, "SMTP, {login:?}");

        let mut pop3 = Pop3::connect(ports[1]).await.unwrap();
        assert_eq!(
            pop3.log_in(&login).await.is_ok(),
            welcome,
            "POP3, {login:?}"
        );
        if welcome {
            pop3.quit().await.unwrap();
        }

        let imap = Imap::connect_in_clear(ports[2], &login).await;
        assert_eq!(imap.is_ok(), welcome, "IMAP, {login:?}");
    }
    system.stop();
}
