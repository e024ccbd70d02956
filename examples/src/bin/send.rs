//! Sends a mail with attachments, which are read from their files as the server takes them.
//!
//! ```text
//! send --server 127.0.0.1:587 --login alice:secret --from alice@example.org --to bob@example.org \
//!      --subject "The plans" --text "See there." --attach plans.pdf
//! ```

use std::{
    fs::File,
    io::{self, Read as _},
    path::PathBuf,
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, bail};
use bytes::{Bytes, BytesMut};
use clap::{Parser, ValueEnum};
use mailweft_address::{Address, Mailbox};
use mailweft_examples::{
    clients::{
        Login,
        smtp::{Content, Outcome, Target, send},
    },
    services::Journal,
    wire::trusting_connector,
};
use mailweft_mime::{Attachment, Builder, Chunk, DateTime, Draft, MediaType, MessageId, Writer};
use mailweft_smtp::{
    Mail, MailParam, Rcpt,
    client::{Envelope, Security},
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
    let draft = compose(arguments)?;
    let address = tokio::net::lookup_host(&arguments.server)
        .await?
        .next()
        .context("the server has no address")?;
    let host = arguments
        .server
        .rsplit_once(':')
        .map_or("localhost", |(host, _)| host);
    let target = Target {
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
    };
    let mut mail = Mail::new(arguments.from.address().clone()).with(MailParam::Size(draft.len()));
    if draft.is_utf8() {
        mail = mail.with(MailParam::SmtpUtf8);
    }
    let recipients: Vec<Address> = draft.recipients().to_vec();
    let envelope = Envelope::new(mail, recipients.iter().cloned().map(Rcpt::new));
    let mut content = FromFiles {
        writer: draft.writer(),
        files: arguments.attach.clone(),
        open: None,
        input: BytesMut::new(),
        chunk: Bytes::new(),
    };
    match send(&target, envelope, &mut content).await? {
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
