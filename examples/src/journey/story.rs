//! What is told while the journey goes on.

use std::sync::{Arc, Mutex};

use crate::services::Journal;

/// Tells the steps, and the protocols unless it is to be quiet about them.
#[derive(Clone, Debug)]
pub struct Story {
    quiet: bool,
    /// Lines of protocols that were not told yet: they are told between steps, not through them.
    lines: Arc<Mutex<Vec<String>>>,
}

/// Lines of protocols told at one breath; what is more is counted.
const MOST: usize = 400;

impl Story {
    /// A story on standard output.
    pub fn new(quiet: bool) -> Self {
        Self {
            quiet,
            lines: Arc::default(),
        }
    }

    /// Begins a chapter.
    pub fn chapter(&self, title: &str) {
        self.breathe();
        println!("\n{title}");
    }

    /// Tells what happened.
    pub fn step(&self, text: &str) {
        self.breathe();
        println!("  - {text}");
    }

    /// Tells what the protocols said since.
    pub fn breathe(&self) {
        let Ok(mut lines) = self.lines.lock() else {
            return;
        };
        for line in lines.drain(..) {
            println!("      {line}");
        }
    }

    /// What the services of the systems write to.
    pub fn journal(&self) -> Journal {
        if self.quiet {
            return Journal::default();
        }
        let lines = Arc::clone(&self.lines);
        Journal::new(move |who, line| {
            if let Ok(mut lines) = lines.lock() {
                match lines.len() {
                    0..MOST => lines.push(format!("{who:22} {line}")),
                    MOST => lines.push("...".into()),
                    _ => {}
                }
            }
        })
    }
}
