//! The nouns of IMAP: one file for each, without lifetimes, valid by construction.

pub(crate) mod annotation;
#[cfg(feature = "arbitrary")]
mod arbitrary;
pub(crate) mod body_builder;
pub(crate) mod body_structure;
pub(crate) mod capability;
pub(crate) mod code;
pub(crate) mod command;
pub(crate) mod date_time;
pub(crate) mod envelope;
pub(crate) mod fetch;
pub(crate) mod flag;
pub(crate) mod list;
pub(crate) mod mailbox;
pub(crate) mod namespace;
pub(crate) mod notify;
pub(crate) mod response;
pub(crate) mod search;
pub(crate) mod section;
pub(crate) mod sequence;
#[cfg(feature = "serde")]
mod serde;
pub(crate) mod status;
pub(crate) mod store;
pub(crate) mod syntax;
pub(crate) mod text;
pub(crate) mod thread;
pub(crate) mod transcript;
pub(crate) mod url;
pub(crate) mod utf7;
pub(crate) mod value;
pub(crate) mod wire;
