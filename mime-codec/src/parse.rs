//! Octets to the nouns.

#[cfg(feature = "arbitrary")]
mod arbitrary;
mod bodies;
mod bounce;
mod content_type;
pub(crate) mod date_time;
mod disposition;
mod external_body;
mod feedback;
mod field;
pub(crate) mod index;
pub(crate) mod mailbox;
mod message;
pub(crate) mod message_id;
pub(crate) mod outline;
pub(crate) mod params;
mod part;
mod problems;
mod received;
mod report;
#[cfg(feature = "serde")]
mod serde;
pub(crate) mod structure;
pub(crate) mod subject;
mod tokens;
mod trace;
mod views;
pub(crate) mod words;
