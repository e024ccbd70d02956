//! Text to types: one complete line or reply at a time.

mod base64;
mod capability;
mod command;
mod cursor;
mod delivery;
mod dsn;
mod enhanced;
mod params;
mod plain;
mod reply;
pub(crate) mod sasl;
mod xtext;

pub(crate) use base64::decode as decode_base64;
pub(crate) use command::bare as bare_command;
