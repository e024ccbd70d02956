//! The inspector: what mail, addresses and protocol lines are made of, for people and for programs.

mod address;
mod bounce;
mod message;
mod paint;
mod protocol;
mod store;
mod transcript;

use std::{
    fs,
    io::{self, Read as _, Write},
    path::Path,
};

use serde_json::Value;

pub use address::inspect_addresses;
pub use bounce::inspect_bounce;
pub use message::{MessageOptions, inspect_message, lint};
pub use paint::Paint;
pub use protocol::{Dialect, inspect_lines};
pub use store::{inspect_maildir, inspect_mbox};
pub use transcript::explain;

/// Where findings are written, and how.
pub struct Output<'o> {
    /// The stream.
    pub out: &'o mut dyn Write,
    /// JSON instead of text.
    pub json: bool,
    /// Colour, for terminals.
    pub paint: Paint,
}

impl std::fmt::Debug for Output<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Output")
            .field("json", &self.json)
            .finish_non_exhaustive()
    }
}

/// Whether anything was found to be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing.
    Clean,
    /// Something.
    Problems,
}

impl Verdict {
    fn of(problems: bool) -> Self {
        if problems {
            Self::Problems
        } else {
            Self::Clean
        }
    }
}

impl Output<'_> {
    /// One JSON document on a line of its own.
    fn json_line(&mut self, value: &Value) -> io::Result<()> {
        serde_json::to_writer(&mut *self.out, value)?;
        writeln!(self.out)
    }
}

/// The octets of a file, or of standard input where it is `-`.
pub fn read_input(path: &Path) -> io::Result<Vec<u8>> {
    if path == Path::new("-") {
        let mut octets = Vec::new();
        io::stdin().read_to_end(&mut octets)?;
        return Ok(octets);
    }
    fs::read(path)
}

/// `CamelCase` as words with hyphens.
fn kebab(name: &str) -> String {
    let mut words = String::new();
    for (at, c) in name.chars().enumerate() {
        if c.is_ascii_uppercase() && at > 0 {
            words.push('-');
        }
        words.push(c.to_ascii_lowercase());
    }
    words
}
