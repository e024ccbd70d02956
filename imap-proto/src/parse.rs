//! Text to types: one file per noun, one function per rule.

mod annotation;
mod body_structure;
mod capability;
mod code;
mod command;
mod cursor;
mod date_time;
mod envelope;
mod fetch;
mod flag;
mod list;
mod mailbox;
mod namespace;
mod notify;
mod plain;
mod response;
mod scan;
mod search;
mod section;
mod sequence;
mod status;
mod store;
mod thread;
mod url;
mod value;
mod word;

pub(crate) use command::{
    AppendPart, Incoming, append_part, base64_secret as base64, catenate_next, command,
    command_head, is_done, sasl_line,
};
pub(crate) use response::{response, response_head};
