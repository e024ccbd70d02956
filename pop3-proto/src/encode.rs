//! Values to lines.

mod capability;
mod command;
mod number;
mod response;
mod sasl;
#[cfg(feature = "serde")]
mod serde;

pub(crate) use capability::write_capability;
pub(crate) use command::write_command;
pub(crate) use response::{Word, write_number_line, write_response};
pub(crate) use sasl::write_base64_line;
