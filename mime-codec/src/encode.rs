//! The nouns to octets.

mod content_type;
pub(crate) mod date_time;
pub(crate) mod field;
pub(crate) mod mailbox;
pub(crate) mod params;
mod report;
pub(crate) mod words;
