//! The inspector that a mail developer keeps open.
//!
//! ```text
//! mailscope message mail.eml
//! mailscope --json address < addresses.txt
//! ```
//!
//! Ends with 0 where all is clean, 1 where problems were found, 2 where it was called wrongly.

use std::{
    io::{self, BufWriter, IsTerminal as _, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Parser, Subcommand, ValueEnum};
use mailweft_address::Level;
use mailweft_examples::scope::{
    Dialect, MessageOptions, Output, Paint, Verdict, explain, inspect_addresses, inspect_bounce,
    inspect_lines, inspect_maildir, inspect_mbox, inspect_message, lint, read_input,
};

/// Shows what mail, addresses and protocol lines are made of.
#[derive(Parser)]
struct Arguments {
    /// One JSON document, or one a line where many things are read.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Inspect,
}

#[derive(Subcommand)]
enum Inspect {
    /// One message: header, tree, bodies, problems.
    Message {
        /// The file, or - for standard input.
        #[arg(default_value = "-")]
        file: PathBuf,
        /// Header fields as they stand.
        #[arg(long)]
        raw_headers: bool,
        /// The text for people alone.
        #[arg(long)]
        text: bool,
        /// Writes the attachments to a folder.
        #[arg(long, value_name = "DIR")]
        extract: Option<PathBuf>,
        /// Reads by the push parser.
        #[arg(long)]
        stream: bool,
    },
    /// Every message of an mbox file.
    Mbox {
        /// The file, or - for standard input.
        #[arg(default_value = "-")]
        file: PathBuf,
    },
    /// Every message of a Maildir.
    Maildir {
        /// The folder.
        folder: PathBuf,
    },
    /// Addresses, one line each.
    Address {
        /// The file, or - for standard input.
        #[arg(default_value = "-")]
        file: PathBuf,
        /// How much of the grammar is allowed.
        #[arg(long)]
        level: Option<LevelName>,
    },
    /// Commands of SMTP.
    SmtpCommand(Lines),
    /// Replies of SMTP.
    SmtpReply(Lines),
    /// Commands of POP3.
    Pop3Command(Lines),
    /// Responses of POP3.
    Pop3Response(Lines),
    /// Commands of IMAP.
    ImapCommand(Lines),
    /// Responses of IMAP.
    ImapResponse(Lines),
    /// A delivery report in a sentence.
    Bounce {
        /// The file, or - for standard input.
        #[arg(default_value = "-")]
        file: PathBuf,
    },
    /// The problems of a message alone.
    Lint {
        /// The file, or - for standard input.
        #[arg(default_value = "-")]
        file: PathBuf,
    },
    /// A recorded session, explained line by line.
    Transcript {
        /// The protocol.
        protocol: Protocol,
        /// The file, or - for standard input: lines that begin with `C: ` or `S: `.
        #[arg(default_value = "-")]
        file: PathBuf,
    },
}

#[derive(clap::Args)]
struct Lines {
    /// The file, or - for standard input: octets as they come off the wire.
    #[arg(default_value = "-")]
    file: PathBuf,
    /// Exactly the RFC, without tolerance.
    #[arg(long)]
    strict: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Protocol {
    Smtp,
    Imap,
    Pop3,
}

#[derive(Clone, Copy, ValueEnum)]
enum LevelName {
    Interoperable,
    Html5,
    Smtp,
    SmtpUtf8,
    Header,
    Obsolete,
}

impl From<LevelName> for Level {
    fn from(name: LevelName) -> Self {
        match name {
            LevelName::Interoperable => Self::Interoperable,
            LevelName::Html5 => Self::Html5,
            LevelName::Smtp => Self::Smtp,
            LevelName::SmtpUtf8 => Self::SmtpUtf8,
            LevelName::Header => Self::Header,
            LevelName::Obsolete => Self::Obsolete,
        }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let stdout = io::stdout();
    let on = stdout.is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let mut out = BufWriter::new(stdout.lock());
    let mut output = Output {
        out: &mut out,
        json: arguments.json,
        paint: Paint { on },
    };
    let verdict = run(&arguments.command, &mut output).and_then(|verdict| {
        out.flush()?;
        Ok(verdict)
    });
    match verdict {
        Ok(Verdict::Clean) => ExitCode::SUCCESS,
        Ok(Verdict::Problems) => ExitCode::from(1),
        // Whoever reads may have seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("mailscope: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(command: &Inspect, output: &mut Output<'_>) -> io::Result<Verdict> {
    let lines = |lines: &Lines, dialect, output: &mut Output<'_>| {
        inspect_lines(&read_input(&lines.file)?, dialect, lines.strict, output)
    };
    match command {
        Inspect::Message {
            file,
            raw_headers,
            text,
            extract,
            stream,
        } => {
            let options = MessageOptions {
                raw_headers: *raw_headers,
                text: *text,
                extract: extract.clone(),
                stream: *stream,
            };
            inspect_message(&read_input(file)?, &options, output)
        }
        Inspect::Mbox { file } => inspect_mbox(&read_input(file)?, output),
        Inspect::Maildir { folder } => inspect_maildir(folder, output),
        Inspect::Address { file, level } => {
            inspect_addresses(&read_input(file)?, level.map(Level::from), output)
        }
        Inspect::SmtpCommand(input) => lines(input, Dialect::SmtpCommand, output),
        Inspect::SmtpReply(input) => lines(input, Dialect::SmtpReply, output),
        Inspect::Pop3Command(input) => lines(input, Dialect::Pop3Command, output),
        Inspect::Pop3Response(input) => lines(input, Dialect::Pop3Response, output),
        Inspect::ImapCommand(input) => lines(input, Dialect::ImapCommand, output),
        Inspect::ImapResponse(input) => lines(input, Dialect::ImapResponse, output),
        Inspect::Bounce { file } => inspect_bounce(&read_input(file)?, output),
        Inspect::Lint { file } => lint(&read_input(file)?, output),
        Inspect::Transcript { protocol, file } => {
            let protocol = match protocol {
                Protocol::Smtp => "smtp",
                Protocol::Imap => "imap",
                Protocol::Pop3 => "pop3",
            };
            explain(protocol, &read_input(file)?, output)
        }
    }
}
