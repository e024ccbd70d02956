//! Email addresses in every form, with the reason when a text is not one.
//!
//! - [`Address`] is `local-part@domain`; [`Mailbox`] has a display name, [`Group`] several mailboxes,
//!   [`AddressList`] all of them in order; [`ReversePath`] and [`ForwardPath`] are what SMTP writes.
//! - [`Level`] names how much of the grammar is allowed, from what every form on the web takes to the
//!   obsolete syntax of RFC 5322 §4.
//! - [`diagnose`] says everything that is to be remarked of a text, each with its place; it never fails.
//! - [`entries`] reads what the To, Cc and From fields of real mail hold.
//!
//! ```
//! use mailweft_address::{Address, Diagnosis, Level, diagnose, entries};
//!
//! let address = Address::parse("joe.doe+lists@Example.org")?;
//! assert_eq!(address.local_part().subaddress('+'), Some(("joe.doe", "lists")));
//! assert_eq!(address, Address::parse("joe.doe+lists@example.ORG")?);
//!
//! // Why not, in which rule, and where.
//! let error = Address::parse("joe@example..org").unwrap_err();
//! assert_eq!(error.to_string(), "unexpected byte b'.' in domain at byte 12");
//!
//! let report = diagnose("\"joe doe\"@[192.0.2.1]");
//! assert_eq!(report.level(), Some(Level::Smtp));
//! assert!(report.has(Diagnosis::QuotedString) && report.has(Diagnosis::AddressLiteral));
//!
//! assert_eq!(entries(b"Doe, Joe <joe@example.org>; ann@example.org").count(), 2);
//! # Ok::<(), mailweft_address::ParseError>(())
//! ```
//!
//! # Conformance
//!
//! | RFC | what | here |
//! | --- | --- | --- |
//! | 5321 §4.1.2, §4.1.3 | Mailbox, Path, address literals | [`Level::Smtp`], [`ReversePath`], [`ForwardPath`]; source routes are read and dropped; angle brackets in a literal are refused |
//! | 5322 §3.4 | address, mailbox, group, addr-spec | [`Level::Header`] |
//! | 5322 §4.4 | obsolete addressing | [`Level::Obsolete`], [`entries`] |
//! | 6531, 6532 | UTF-8 | [`Level::SmtpUtf8`], [`Level::Header`]; local parts compare in NFC |
//! | 5890 to 5893 | IDNA | A-labels are checked always, converted with feature `idna` |
//! | 3191, 3192 | telephone numbers | [`LocalPart::gateway`] |
//! | 3464 §2.1.2 | typed addresses | [`TypedAddress`] |
//! | 7103 §7.1 | what is safely taken for what in a list | [`entries`] |
//!
//! Encoded words (RFC 2047) in display names are kept as they stand; `mailweft-mime` decodes them.
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
    Class, Diagnosis, Finding, InvalidDomain, InvalidIdna, InvalidLocalPart, InvalidPhrase, Level,
    ParseError, ParseErrorKind, Rule, Span,
};
pub use parse::{Entries, Entry, Unparsed, diagnose, entries};
pub use types::{
    Address, AddressList, Domain, DomainName, Exact, ForwardPath, Gateway, Group, Item, LocalPart,
    Mailbox, MailboxRef, Phrase, Report, ReversePath, TypedAddress,
};
