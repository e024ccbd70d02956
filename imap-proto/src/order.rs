//! The order of messages: base subjects, sorting and threading (RFC 5256), for servers.
//!
//! Nothing here reads a message: the caller says of each what counts, most often from an index of its own.

mod sort;
mod subject;
mod thread;

pub use sort::{Sortable, sort};
pub use subject::{BaseSubject, base_subject};
pub use thread::{Threadable, ordered_subject, references};
