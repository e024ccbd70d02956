//! The nouns: messages, parts, fields, and what their values are.

pub(crate) mod bodies;
pub(crate) mod bounce;
pub(crate) mod content_type;
pub(crate) mod date_time;
pub(crate) mod disposition;
pub(crate) mod encoding;
pub(crate) mod external_body;
pub(crate) mod field;
pub(crate) mod index;
pub(crate) mod mailbox;
pub(crate) mod message;
pub(crate) mod message_id;
pub(crate) mod outline;
pub(crate) mod params;
pub(crate) mod part;
pub(crate) mod part_kind;
pub(crate) mod report;
pub(crate) mod trace;
pub(crate) mod view;
