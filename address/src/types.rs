//! The nouns: what an address is made of.

mod address;
#[cfg(feature = "arbitrary")]
mod arbitrary;
mod domain;
mod gateway;
#[cfg(feature = "idna")]
mod idna;
mod local_part;
mod mailbox;
mod mailbox_ref;
mod octets;
mod path;
mod phrase;
mod report;
mod text;
mod typed;

pub use address::{Address, Exact};
pub(crate) use address::{dot_string_length, host_name_length, plain_at_sign, push_local_part};
pub use domain::{Domain, DomainName};
pub(crate) use domain::{adapt, fold};
pub use gateway::Gateway;
pub use local_part::LocalPart;
pub(crate) use local_part::needs_quotes;
pub use mailbox::{AddressList, Group, Item, Mailbox};
pub use mailbox_ref::MailboxRef;
pub(crate) use octets::Octets;
pub use path::{ForwardPath, ReversePath};
pub use phrase::Phrase;
pub(crate) use phrase::push_words;
pub use report::Report;
pub(crate) use text::Text;
pub use typed::TypedAddress;
