//! Email addresses: RFC 5321 paths, RFC 5322 mailboxes, groups and lists, internationalised and obsolete forms.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(test),
    warn(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        clippy::std_instead_of_core,
        clippy::std_instead_of_alloc,
        clippy::alloc_instead_of_core,
    )
)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod encode;
mod error;
mod grammar;
mod parse;
mod types;

pub use error::{
    Class, Diagnosis, Finding, InvalidDomain, InvalidLocalPart, InvalidPhrase, Level, ParseError,
    ParseErrorKind, Rule, Span,
};
pub use parse::{Entries, Entry, Unparsed, diagnose, entries};
pub use types::{
    Address, AddressList, Domain, DomainName, Exact, ForwardPath, Group, Item, LocalPart, Mailbox,
    Phrase, Report, ReversePath,
};
