//! The nouns of POP3.

#[cfg(feature = "arbitrary")]
mod arbitrary;
mod capability;
mod code;
mod command;
mod ledger;
mod listing;
mod maildrop;
mod mechanism;
mod response;
mod secret;
mod text;
mod unique_id;

pub use capability::{Capabilities, Capability, Delay, Expire};
pub use code::ResponseCode;
pub use command::Command;
pub use ledger::{Ledger, Plan};
pub use listing::{DropListing, MessageNumber, ScanListing, UniqueIdListing};
pub use maildrop::Maildrop;
pub use mechanism::Mechanism;
pub use response::{Response, Status};
pub use secret::{Digest, Password, Secret};
pub use text::{Atom, Text, Word};
pub use unique_id::UniqueId;
