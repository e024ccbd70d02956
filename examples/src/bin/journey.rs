//! The whole way of a mail: written, submitted, stored, queued, relayed, read by POP3 and IMAP.
//!
//! ```text
//! cargo run --release -p mailweft-examples --bin journey -- --quiet
//! ```

use std::{path::PathBuf, process::ExitCode, time::Instant};

use clap::Parser;
use mailweft_examples::{
    journey::{Plan, Story, run},
    services::Recorder,
};

/// Sends a mail on its way over loopback, tells what happens, and compares every octet.
#[derive(Parser)]
struct Arguments {
    /// Tells the steps alone, not what the protocols say.
    #[arg(long)]
    quiet: bool,
    /// Where the mail systems keep their Maildirs; a temporary folder otherwise.
    #[arg(long, value_name = "DIR")]
    maildir: Option<PathBuf>,
    /// Octets of the large attachment.
    #[arg(long, default_value_t = 32 << 20)]
    attachment: u64,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let start = Instant::now();
    match make(&arguments) {
        Ok(()) => {
            let peak = peak_memory().unwrap_or_else(|| "unknown".into());
            println!(
                "\nThe journey is made: {:.2} s, peak memory {peak}.",
                start.elapsed().as_secs_f64()
            );
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("\nThe journey failed: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn make(arguments: &Arguments) -> anyhow::Result<()> {
    let temporary;
    let folder = match &arguments.maildir {
        Some(folder) => {
            std::fs::create_dir_all(folder)?;
            folder.as_path()
        }
        None => {
            temporary = tempfile::tempdir()?;
            temporary.path()
        }
    };
    let plan = Plan {
        attachment: arguments.attachment,
        lines: 1200,
        recorder: Recorder::default(),
    };
    let story = Story::new(arguments.quiet);
    let journey = async {
        let limit = std::time::Duration::from_secs(29);
        let made = tokio::time::timeout(limit, run(folder, &plan, &story)).await;
        story.breathe();
        made.map_err(|_| anyhow::anyhow!("it took more than {} s", limit.as_secs()))?
    };
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?
        .block_on(journey)
}

/// The most memory that this process ever had, as the system counts it.
fn peak_memory() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(format!("{:.1} MiB", kib as f64 / 1024.0))
}
