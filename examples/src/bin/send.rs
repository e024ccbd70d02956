//! Sends a mail with attachments, which are read from their files as the server takes them.
//!
//! ```text
//! send --server 127.0.0.1:587 --login alice:secret --from alice@example.org --to bob@example.org \
//!      --subject "The plans" --text "See there." --attach plans.pdf
//! ```

use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, bail, ensure};
use bytes::{Bytes, BytesMut};
use clap::{Parser, ValueEnum};
use mailweft_address::{Address, Mailbox};
use mailweft_examples::{
    clients::{
        Login,
        smtp::{Content, FileContent, Outcome, Target, send, send_all},
    },
    services::Journal,
    wire::trusting_connector,
};
use mailweft_mime::{Attachment, Builder, Chunk, DateTime, Draft, MediaType, MessageId, Writer};
use mailweft_smtp::{
    BodyType, Mail, MailParam, Rcpt,
    client::{Delivery, Envelope, Security},
};

/// Sends a mail by SMTP submission, or by LMTP.
#[derive(Parser)]
struct Arguments {
    /// The server.
    #[arg(long, value_name = "HOST:PORT")]
    server: String,
    /// Name and password.
    #[arg(long, value_name = "NAME:PASSWORD")]
    login: Option<String>,
    /// Logs in with SCRAM-SHA-256, which does not tell the server the password.
    #[arg(long)]
    scram: bool,
    /// Whether TLS must run. The server's certificate is not checked: this is an example.
    #[arg(long, default_value = "opportunistic")]
    tls: Tls,
    /// LMTP instead of SMTP.
    #[arg(long)]
    lmtp: bool,
    /// The sender: an address, with a name or without.
    #[arg(long)]
    from: Mailbox,
    /// A recipient; may be given again.
    #[arg(long, required = true)]
    to: Vec<Mailbox>,
    /// A recipient that the others do not see.
    #[arg(long)]
    bcc: Vec<Mailbox>,
    /// The subject.
    #[arg(long, default_value = "")]
    subject: String,
    /// The text.
    #[arg(long, default_value = "")]
    text: String,
    /// A file to go with it; may be given again.
    #[arg(long, value_name = "FILE")]
    attach: Vec<PathBuf>,
    /// Instead of composing: sends this file as it is, or each file of this folder, all over one connection. Lines
    /// must end in CRLF.
    #[arg(long, value_name = "PATH", conflicts_with_all = ["subject", "text", "attach"])]
    mail: Option<PathBuf>,
    /// Shows what is said, without the password.
    #[arg(long)]
    verbose: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Tls {
    Required,
    Opportunistic,
    Never,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(run(&arguments))
}

fn compose(arguments: &Arguments) -> anyhow::Result<Draft> {
    let age = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let now = i64::try_from(age.as_secs())?;
    let domain = arguments.from.address().domain_str();
    let mut builder = Builder::new()
        .from(arguments.from.clone())
        .subject(arguments.subject.clone())
        .date(DateTime::from_timestamp(now, 0).context("the year is beyond 9999")?)
        .message_id(MessageId::new(&format!(
            "{}.{}@{domain}",
            age.as_nanos(),
            std::process::id()
        ))?)
        .text(arguments.text.clone())
        .seed(u64::from(age.subsec_nanos()));
    for to in &arguments.to {
        builder = builder.to(to.clone());
    }
    for bcc in &arguments.bcc {
        builder = builder.bcc(bcc.clone());
    }
    for path in &arguments.attach {
        let length = std::fs::metadata(path)
            .with_context(|| format!("cannot read {}", path.display()))?
            .len();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        let attachment = Attachment::source(MediaType::OCTET_STREAM, length);
        builder = builder.attach(attachment.named(name.unwrap_or_default()));
    }
    Ok(builder.build()?)
}

async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let target = target(arguments).await?;
    match &arguments.mail {
        Some(path) => send_stored(arguments, &target, path).await,
        None => send_composed(arguments, &target).await,
    }
}

async fn target(arguments: &Arguments) -> anyhow::Result<Target> {
    let address = tokio::net::lookup_host(&arguments.server)
        .await?
        .next()
        .context("the server has no address")?;
    let host = arguments
        .server
        .rsplit_once(':')
        .map_or("localhost", |(host, _)| host);
    Ok(Target {
        address,
        host: host.to_owned(),
        hello: "localhost.localdomain".into(),
        security: match arguments.tls {
            Tls::Required => Security::Required,
            Tls::Opportunistic => Security::Opportunistic,
            Tls::Never => Security::Clear,
        },
        connector: trusting_connector()?,
        login: match &arguments.login {
            Some(login) => Some(Login::parse(login)?.scram(arguments.scram)),
            None => None,
        },
        lmtp: arguments.lmtp,
        journal: if arguments.verbose {
            Journal::new(|_, line| eprintln!("{line}"))
        } else {
            Journal::default()
        },
    })
}

/// Sends files as they are.
async fn send_stored(arguments: &Arguments, target: &Target, path: &Path) -> anyhow::Result<()> {
    let mut files = vec![path.to_owned()];
    if path.is_dir() {
        files = std::fs::read_dir(path)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()?;
        files.sort();
    }
    let mut letters = Vec::new();
    for file in &files {
        let (size, eight_bit) = measure(file)?;
        let mut mail = Mail::new(arguments.from.address().clone()).with(MailParam::Size(size));
        if eight_bit {
            mail = mail.with(MailParam::Body(BodyType::EightBitMime));
        }
        let to = arguments.to.iter().chain(&arguments.bcc);
        let recipients = to.map(|to| Rcpt::new(to.address().clone()));
        letters.push((Envelope::new(mail, recipients), FileContent::new(file)));
    }
    let outcomes = send_all(target, &mut letters.into_iter()).await?;
    let delivered = outcomes.iter().filter(|outcome| match outcome {
        Outcome::Deliveries(deliveries) => deliveries.iter().all(Delivery::is_delivered),
        Outcome::Refused(_) => false,
    });
    let (delivered, whole) = (delivered.count(), files.len());
    println!("{delivered} of {whole} delivered");
    ensure!(delivered == whole, "{:?}", outcomes.last());
    Ok(())
}

/// How many octets a file has, and whether some need 8 bits.
fn measure(path: &Path) -> io::Result<(u64, bool)> {
    let (mut file, mut chunk) = (File::open(path)?, [0; 16 * 1024]);
    let (mut size, mut eight_bit) = (0, false);
    loop {
        let length = file.read(&mut chunk)?;
        if length == 0 {
            return Ok((size, eight_bit));
        }
        size += length as u64;
        eight_bit |= !chunk[..length].is_ascii();
    }
}

/// Writes a mail and sends it.
async fn send_composed(arguments: &Arguments, target: &Target) -> anyhow::Result<()> {
    let draft = compose(arguments)?;
    let mut mail = Mail::new(arguments.from.address().clone()).with(MailParam::Size(draft.len()));
    if draft.is_utf8() {
        mail = mail.with(MailParam::SmtpUtf8);
    }
    let recipients: Vec<Address> = draft.recipients().cloned().collect();
    let envelope = Envelope::new(mail, recipients.iter().cloned().map(Rcpt::new));
    let mut content = FromFiles {
        writer: draft.writer(),
        files: arguments.attach.clone(),
        open: None,
        input: BytesMut::new(),
        chunk: Bytes::new(),
    };
    match send(target, envelope, &mut content).await? {
        Outcome::Refused(reply) => bail!("refused: {} {}", reply.code(), reply.text()),
        Outcome::Deliveries(deliveries) => {
            let mut failed = 0;
            for (recipient, delivery) in recipients.iter().zip(&deliveries) {
                let reply = delivery.reply();
                println!("{recipient}: {} {}", reply.code(), reply.text());
                failed += usize::from(!delivery.is_delivered());
            }
            if failed > 0 {
                bail!("{failed} of {} were not delivered", recipients.len());
            }
            Ok(())
        }
    }
}

/// The message, its attachments read as they are wanted.
struct FromFiles<'d> {
    writer: Writer<'d>,
    files: Vec<PathBuf>,
    open: Option<(usize, File)>,
    input: BytesMut,
    chunk: Bytes,
}

impl Content for FromFiles<'_> {
    fn next(&mut self) -> io::Result<Option<&[u8]>> {
        loop {
            match self.writer.next(&mut self.input) {
                Chunk::Data(chunk) => {
                    self.chunk = chunk;
                    return Ok(Some(&self.chunk));
                }
                Chunk::NeedInput { source, .. } => {
                    let number = source;
                    if self.open.as_ref().is_none_or(|(open, _)| *open != number) {
                        let path = self.files.get(number).ok_or(io::ErrorKind::NotFound)?;
                        self.open = Some((number, File::open(path)?));
                    }
                    let Some((_, file)) = &mut self.open else {
                        return Err(io::ErrorKind::NotFound.into());
                    };
                    let mut block = [0; 24 * 1024];
                    let length = file.read(&mut block)?;
                    if length == 0 {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                    self.input.extend_from_slice(&block[..length]);
                }
                _ => return Ok(None),
            }
        }
    }
}
