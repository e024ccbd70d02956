//! Text to values: one function a rule, in one scanner that all entry points share, so that they
//! cannot disagree.

mod address;
mod cfws;
mod diagnose;
mod domain;
mod entries;
mod lint;
mod mailbox;
mod path;
mod scanner;
#[cfg(feature = "serde")]
mod serde;
mod text;
mod typed;

pub use diagnose::diagnose;
pub use entries::{Entries, Entry, Unparsed, entries};
