//! The way of one mail, from whoever writes it to whoever reads it, with every octet compared.

mod check;
mod compose;
mod imap;
mod pop3;
mod story;

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use mailweft_mime::{Action, Report};
use mailweft_smtp::{Notify, client::Security};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_rustls::TlsConnector;

pub use story::Story;

use crate::{
    clients::{
        Login,
        smtp::{Outcome, Target, send},
    },
    services::{Journal, Recorder, Service, System},
    wire::{Identity, connector},
};
use compose::Letter;

const ALICE: &str = "alice@isp2.example";
const BOB: &str = "bob@isp2.example";
const NOBODY: &str = "nobody@isp2.example";
const FRED: &str = "fred@fredsco.example";
const WILMA: &str = "wilma@fredsco.example";
const BARNEY: &str = "barney@fredsco.example";

/// How long anything may take to arrive.
const PATIENCE: Duration = Duration::from_secs(20);

/// One mail system that runs.
struct Running {
    system: Arc<System>,
    ports: BTreeMap<&'static str, SocketAddr>,
    tasks: Vec<JoinHandle<()>>,
}

impl Running {
    fn port(&self, name: &str) -> anyhow::Result<SocketAddr> {
        self.ports
            .get(name)
            .copied()
            .with_context(|| format!("{name} is not served"))
    }

    async fn stop(self) -> anyhow::Result<()> {
        self.system.stop();
        for task in self.tasks {
            task.await?;
        }
        Ok(())
    }
}

/// What the journey is to do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Octets of the large attachment.
    pub attachment: u64,
    /// Lines of the text attachment.
    pub lines: usize,
    /// Where the conversations are kept.
    pub recorder: Recorder,
}

/// Starts the services of a system; `smtp` is the listener for other systems.
async fn start(system: &Arc<System>, smtp: Option<TcpListener>) -> anyhow::Result<Running> {
    let mut running = Running {
        system: Arc::clone(system),
        ports: BTreeMap::new(),
        tasks: vec![system.relay()],
    };
    let mut smtp = smtp;
    for (name, service) in [
        ("smtp", Service::Smtp),
        ("submission", Service::Submission),
        ("pop3", Service::Pop3),
        ("imap", Service::Imap),
    ] {
        let listener = match smtp.take() {
            Some(listener) if service == Service::Smtp => listener,
            _ => TcpListener::bind(("127.0.0.1", 0)).await?,
        };
        running.ports.insert(name, listener.local_addr()?);
        running.tasks.push(system.serve(service, listener));
    }
    Ok(running)
}

fn users(names: &[&str]) -> BTreeMap<String, String> {
    names
        .iter()
        .map(|&name| (name.to_owned(), format!("{name}'s secret")))
        .collect()
}

fn login_of(address: &str) -> Login {
    let user = address.split('@').next().unwrap_or(address);
    Login::new(user, &format!("{user}'s secret"))
}

/// Waits until something is there.
async fn wait_for<T>(
    what: &str,
    mut look: impl FnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<T> {
    let start = Instant::now();
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        ensure!(start.elapsed() < PATIENCE, "{what} did not arrive");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Makes the journey in a folder.
pub async fn run(folder: &Path, plan: &Plan, story: &Story) -> anyhow::Result<()> {
    story.chapter("Two mail systems start: isp2.example and fredsco.example, the second without its SMTP server");
    let isp2_identity = Identity::generate(&["mail.isp2.example"])?;
    let fredsco_identity = Identity::generate(&["mail.fredsco.example"])?;
    let trusted = [
        isp2_identity.certificate().clone(),
        fredsco_identity.certificate().clone(),
    ];
    let tls = connector(&trusted)?;
    let isp2 = System::new(
        &folder.join("isp2.example"),
        "isp2.example",
        users(&["alice", "bob"]),
        isp2_identity,
        story.journal(),
        false,
    )?;
    let fredsco = System::new(
        &folder.join("fredsco.example"),
        "fredsco.example",
        users(&["fred", "wilma", "barney"]),
        fredsco_identity,
        story.journal(),
        false,
    )?;
    isp2.record(plan.recorder.clone());
    fredsco.record(plan.recorder.clone());
    // The port is the kernel's choice; nothing listens on it until fredsco comes up.
    let reserved = TcpListener::bind(("127.0.0.1", 0)).await?;
    let fredsco_smtp = reserved.local_addr()?;
    drop(reserved);
    let provider = start(&isp2, None).await?;
    isp2.add_route("fredsco.example", fredsco_smtp, &trusted[1]);
    fredsco.add_route("isp2.example", provider.port("smtp")?, &trusted[0]);
    for (name, address) in &provider.ports {
        story.step(&format!("isp2.example serves {name} on {address}"));
    }

    story.chapter("Alice writes a mail");
    let letter = Letter::compose(folder, plan.attachment, plan.lines)?;
    for part in letter.parts() {
        story.step(&format!(
            "{}: {} octets, SHA-256 {}",
            part.name,
            part.octets,
            part.short()
        ));
    }
    story.step(&format!("the message will have {} octets", letter.octets()));

    story.chapter("She submits it over STARTTLS");
    submit(&provider, &letter, &tls, story).await?;

    story.chapter(
        "The provider delivers what is local, and keeps the rest while fredsco.example is down",
    );
    let bob = wait_for("Bob's mail", || inbox(&isp2, "bob", 1)).await?;
    letter.check_file(&bob, BOB, 1)?;
    story.step("Bob has it; every attachment is the same");
    let pending = wait_for("a message in the queue", || {
        let pending = isp2.queue.pending()?;
        Ok(pending
            .into_iter()
            .find(|pending| pending.envelope.attempts > 0))
    })
    .await?;
    ensure!(pending.envelope.recipients.len() == 3, "three wait");
    story.step(&format!(
        "{} waits on disk for {} recipients after {} attempts",
        pending.id,
        pending.envelope.recipients.len(),
        pending.envelope.attempts
    ));

    story.chapter("fredsco.example comes up");
    let other = start(&fredsco, Some(TcpListener::bind(fredsco_smtp).await?)).await?;
    for (user, address) in [("fred", FRED), ("wilma", WILMA), ("barney", BARNEY)] {
        let file = wait_for(user, || inbox(&fredsco, user, 1)).await?;
        letter.check_file(&file, address, 2)?;
        story.step(&format!(
            "{user} has it, with two Received fields and no Bcc"
        ));
    }
    wait_for("an empty queue", || {
        Ok(isp2.queue.pending()?.is_empty().then_some(()))
    })
    .await?;

    story.chapter("Alice hears that it was delivered");
    wait_for("four reports", || {
        Ok(reports(&isp2, &letter)?.filter(|count| *count == 4))
    })
    .await?;
    story.step("Delivery reports for Bob, Fred, Wilma and Barney, each with her envelope id");

    story.chapter("Fred reads it by POP3");
    pop3::read_and_leave(&other, &tls, &letter, story).await?;
    pop3::read_and_delete(&other, &tls, &letter, story).await?;

    story.chapter("Fred tells that he has read it");
    acknowledge(&other, &tls, &letter, story).await?;
    let receipt = wait_for("the receipt", || {
        for message in messages(&isp2, "alice")? {
            if let Some(Report::Disposition(report)) = message.report() {
                return Ok(Some(report));
            }
        }
        Ok(None)
    })
    .await?;
    ensure!(
        receipt.original_message_id.as_ref() == Some(letter.message_id()),
        "the receipt is about another message"
    );
    story.step(&format!(
        "Alice reads the receipt: {}",
        receipt.kind.as_str()
    ));

    story.chapter("Wilma reads it by IMAP, from two clients at once");
    imap::read(&other, &tls, &letter, story).await?;

    provider.stop().await?;
    other.stop().await
}

fn target(
    running: &Running,
    service: &str,
    tls: &TlsConnector,
    story: &Story,
) -> anyhow::Result<Target> {
    Ok(Target {
        address: running.port(service)?,
        host: running.system.host.clone(),
        hello: "laptop.example".into(),
        security: Security::Required,
        connector: tls.clone(),
        login: None,
        lmtp: false,
        journal: Journal::default(),
    })
    .inspect(|_| story.breathe())
}

/// Submits the letter: first with a wrong password, then with one recipient too many.
async fn submit(
    provider: &Running,
    letter: &Letter,
    tls: &TlsConnector,
    story: &Story,
) -> anyhow::Result<()> {
    let mut target = target(provider, "submission", tls, story)?;
    target.login = Some(Login::new("alice", "not her secret"));
    let recipients = [BOB, FRED, WILMA, BARNEY];
    match send(
        &target,
        letter.envelope(&recipients)?,
        &mut letter.content()?,
    )
    .await?
    {
        Outcome::Refused(reply) if reply.code() == 535 => {
            story.step(&format!(
                "a wrong password: {} {}",
                reply.code(),
                reply.text()
            ));
        }
        other => bail!("a wrong password was answered {other:?}"),
    }
    target.login = Some(login_of(ALICE));
    let recipients = [BOB, NOBODY, FRED, WILMA, BARNEY];
    let outcome = send(
        &target,
        letter.envelope(&recipients)?,
        &mut letter.content()?,
    )
    .await?;
    let Outcome::Deliveries(deliveries) = outcome else {
        bail!("the submission was refused: {outcome:?}");
    };
    for (recipient, delivery) in recipients.iter().zip(&deliveries) {
        let reply = delivery.reply();
        let status = reply
            .enhanced()
            .map(|code| code.to_string())
            .unwrap_or_default();
        story.step(&format!(
            "{recipient}: {} {status} {}",
            reply.code(),
            reply.text()
        ));
        let expected = *recipient != NOBODY;
        ensure!(
            delivery.is_delivered() == expected,
            "{recipient} was answered {reply:?}"
        );
        ensure!(expected || (reply.code(), status.as_str()) == (550, "5.1.1"));
    }
    Ok(())
}

/// The file of a user's message, once there are so many in the INBOX.
fn inbox(system: &System, user: &str, count: usize) -> anyhow::Result<Option<std::path::PathBuf>> {
    let mailbox = system.store.mailbox(user, "INBOX")?.context("no INBOX")?;
    let messages = system.store.messages(&mailbox)?;
    match messages.get(count - 1) {
        Some(message) => Ok(Some(system.store.path(&mailbox, message)?)),
        None => Ok(None),
    }
}

/// A user's messages that are small, read whole.
fn messages(system: &System, user: &str) -> anyhow::Result<Vec<mailweft_mime::Message<Vec<u8>>>> {
    let mailbox = system.store.mailbox(user, "INBOX")?.context("no INBOX")?;
    system
        .store
        .messages(&mailbox)?
        .iter()
        .filter(|message| message.size < 1 << 20)
        .map(|message| {
            let octets = std::fs::read(system.store.path(&mailbox, message)?)?;
            Ok(mailweft_mime::Message::parse(octets))
        })
        .collect()
}

/// How many recipients Alice's delivery reports tell of; all must say that it was delivered.
fn reports(system: &System, letter: &Letter) -> anyhow::Result<Option<usize>> {
    let mut count = 0;
    for message in messages(system, "alice")? {
        let Some(Report::Delivery(report)) = message.report() else {
            continue;
        };
        ensure!(
            report.original_envelope_id.as_deref() == Some(letter.envelope_id()),
            "a report about another envelope: {report:?}"
        );
        for recipient in &report.recipients {
            ensure!(recipient.action == Action::Delivered, "{recipient:?}");
            count += 1;
        }
    }
    Ok(Some(count))
}

/// Sends Fred's receipt to Alice.
async fn acknowledge(
    other: &Running,
    tls: &TlsConnector,
    letter: &Letter,
    story: &Story,
) -> anyhow::Result<()> {
    let receipt = letter.receipt(FRED)?;
    let mut target = target(other, "submission", tls, story)?;
    target.login = Some(login_of(FRED));
    let envelope = compose::envelope(FRED, &[ALICE], None, Notify::NEVER, None)?;
    let mut content = compose::DraftContent::new(&receipt, None)?;
    match send(&target, envelope, &mut content).await? {
        Outcome::Deliveries(deliveries) if deliveries.iter().all(|d| d.is_delivered()) => {
            story.step("the receipt is submitted to fredsco.example");
            Ok(())
        }
        outcome => bail!("the receipt was refused: {outcome:?}"),
    }
}
