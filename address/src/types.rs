//! The nouns: what an address is made of.

mod address;
mod domain;
mod local_part;
mod mailbox;
mod path;
mod phrase;
mod report;
mod text;

pub use address::{Address, Exact};
pub(crate) use address::{is_host_name, plain_at_sign, push_local_part};
pub use domain::{Domain, DomainName};
pub(crate) use domain::{adapt, fold};
pub use local_part::LocalPart;
pub(crate) use local_part::needs_quotes;
pub use mailbox::{AddressList, Group, Item, Mailbox};
pub(crate) use path::Prefix;
pub use path::{ForwardPath, ReversePath};
pub use phrase::Phrase;
pub use report::Report;
pub(crate) use text::Text;
