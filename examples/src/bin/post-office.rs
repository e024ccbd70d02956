//! A small but honest mail server over one Maildir per user.
//!
//! ```text
//! post-office --dir DIR --domain example.org --user alice:secret --smtp 0 --pop3 0 --imap 0
//! ```
//!
//! A protocol that is not named is not served. Port 0 is the kernel's choice. When it listens, it
//! prints one line: `ready smtp=127.0.0.1:2525 pop3=127.0.0.1:1110 ...`. SIGTERM ends it.

use std::{
    collections::BTreeMap,
    io::Write as _,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use anyhow::Context as _;
use clap::Parser;
use mailweft_examples::{
    services::{Journal, Service, System},
    wire::Identity,
};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

/// Serves SMTP, submission, LMTP, POP3 and IMAP for one domain.
#[derive(Parser)]
struct Arguments {
    /// Where mail, index and queue are kept.
    #[arg(long)]
    dir: PathBuf,
    /// The domain whose users are local.
    #[arg(long)]
    domain: String,
    /// A user, as NAME:PASSWORD; may be given again.
    #[arg(long = "user", value_name = "NAME:PASSWORD")]
    users: Vec<String>,
    /// The address to listen on.
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    listen: IpAddr,
    /// SMTP for other systems.
    #[arg(long, value_name = "PORT")]
    smtp: Option<u16>,
    /// SMTP for users, who log in.
    #[arg(long, value_name = "PORT")]
    submission: Option<u16>,
    /// SMTP for users over TLS from the start.
    #[arg(long, value_name = "PORT")]
    smtps: Option<u16>,
    /// LMTP.
    #[arg(long, value_name = "PORT")]
    lmtp: Option<u16>,
    /// POP3.
    #[arg(long, value_name = "PORT")]
    pop3: Option<u16>,
    /// POP3 over TLS from the start.
    #[arg(long, value_name = "PORT")]
    pop3s: Option<u16>,
    /// IMAP.
    #[arg(long, value_name = "PORT")]
    imap: Option<u16>,
    /// IMAP over TLS from the start.
    #[arg(long, value_name = "PORT")]
    imaps: Option<u16>,
    /// Where mail for other domains is sent.
    #[arg(long, value_name = "HOST:PORT")]
    relay: Option<String>,
    /// Takes passwords without TLS; for tests.
    #[arg(long)]
    insecure_auth: bool,
    /// Writes every session to standard error, secrets redacted.
    #[arg(long)]
    verbose: bool,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(run(arguments))
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let users: BTreeMap<String, String> = arguments
        .users
        .iter()
        .map(|user| {
            let (name, password) = user.split_once(':').context("--user NAME:PASSWORD")?;
            Ok((name.to_owned(), password.to_owned()))
        })
        .collect::<anyhow::Result<_>>()?;
    std::fs::create_dir_all(&arguments.dir)?;
    let host = format!("mail.{}", arguments.domain);
    let identity = Identity::generate(&[&host, "localhost", "127.0.0.1"])?;
    let journal = if arguments.verbose {
        Journal::new(|who, line| eprintln!("{who} {line}"))
    } else {
        Journal::default()
    };
    let system = System::new(
        &arguments.dir,
        &arguments.domain,
        users,
        identity,
        journal,
        arguments.insecure_auth,
    )?;
    if let Some(relay) = &arguments.relay {
        let address = tokio::net::lookup_host(relay)
            .await?
            .next()
            .with_context(|| format!("{relay} has no address"))?;
        system.set_relay(address);
    }
    let mut running = vec![system.relay()];
    let mut ready = String::from("ready");
    for (name, service, port) in [
        ("smtp", Service::Smtp, arguments.smtp),
        ("submission", Service::Submission, arguments.submission),
        ("smtps", Service::Smtps, arguments.smtps),
        ("lmtp", Service::Lmtp, arguments.lmtp),
        ("pop3", Service::Pop3, arguments.pop3),
        ("pop3s", Service::Pop3s, arguments.pop3s),
        ("imap", Service::Imap, arguments.imap),
        ("imaps", Service::Imaps, arguments.imaps),
    ] {
        let Some(port) = port else { continue };
        let listener = TcpListener::bind(SocketAddr::new(arguments.listen, port))
            .await
            .with_context(|| format!("cannot listen for {name} on port {port}"))?;
        ready.push_str(&format!(" {name}={}", listener.local_addr()?));
        running.push(system.serve(service, listener));
    }
    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    println!("{ready}");
    std::io::stdout().flush()?;
    tokio::select! {
        _ = terminated.recv() => {}
        _ = interrupted.recv() => {}
    }
    system.stop();
    for task in running {
        task.await?;
    }
    Ok(())
}
