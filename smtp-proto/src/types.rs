//! The nouns: commands, parameters, replies, capabilities, and what they are made of.

#[cfg(feature = "arbitrary")]
mod arbitrary;
mod capability;
mod command;
mod delivery;
mod dsn;
mod enhanced;
mod finding;
mod limits;
mod mechanism;
mod params;
mod received;
mod reply;
mod sasl;
mod secret;
#[cfg(feature = "serde")]
mod serde;
mod text;
mod transcript;

pub use capability::{Capabilities, Capability, Words};
pub use command::{Attribute, Auth, Bdat, Burl, Command, Mail, Other, Rcpt};
pub use delivery::{
    BodyType, ByMode, DateTime, DeliverBy, Priority, RrvsAction, Seconds, Solicitation, Tracking,
    TransactionId, ValidSince,
};
pub use dsn::{Notify, OriginalRecipient, Ret};
pub use enhanced::EnhancedCode;
pub use finding::{Finding, FindingKind, Tolerance};
pub use limits::Limits;
pub use mechanism::Mechanism;
pub use params::{MailParam, MailParams, RcptParam, RcptParams};
pub use received::{Protocol, Received};
pub(crate) use reply::ReplyText;
pub use reply::{Lines, Reply, Severity};
pub use sasl::Claim;
pub use secret::Secret;
pub use text::{HelloName, Keyword, Printable, Text, Token, Word};
pub use transcript::Transcript;
