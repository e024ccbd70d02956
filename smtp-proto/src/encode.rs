//! Types to bytes: nothing here can write a line break that is not the end of a line.

mod base64;
mod capability;
mod command;
mod delivery;
mod dsn;
mod params;
mod received;
mod reply;
pub(crate) mod sasl;
mod sink;
mod xtext;

pub(crate) use base64::write as write_base64;
pub(crate) use command::{auth_line_len, write as write_command};
pub(crate) use reply::{write as write_reply, write_capabilities};
pub(crate) use sink::Sink;
