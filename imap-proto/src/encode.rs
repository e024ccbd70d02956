//! Types to text: one file per noun, in the form that the peer takes.

mod annotation;
mod buffer;
mod code;
mod command;
mod date_time;
mod fetch;
mod list;
mod namespace;
mod notify;
mod response;
mod search;
mod section;
mod sequence;
mod status;
mod store;
mod thread;
mod url;

pub(crate) use buffer::{Encoder, LiteralMode, Wire};
pub(crate) use command::base64;
