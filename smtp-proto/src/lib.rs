//! SMTP, ESMTP and LMTP for both ends as sans-IO state machines.
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

pub mod client;
mod encode;
mod error;
mod frame;
mod grammar;
mod parse;
pub mod server;
mod state;
mod types;

pub use client::Client;
pub use error::{Error, InvalidValue, ParseError, ParseErrorKind, PeerError, Rule, UsageError};
pub use frame::{BodyFindings, Stray, StrayPolicy};
pub use server::Server;
pub use types::{
    Attribute, Auth, Bdat, BodyType, Burl, ByMode, Capabilities, Capability, Command, DateTime,
    DeliverBy, EnhancedCode, Finding, FindingKind, HelloName, Keyword, Limits, Lines, Mail,
    MailParam, MailParams, Mechanism, Notify, OriginalRecipient, Other, Printable, Priority,
    Protocol, Rcpt, RcptParam, RcptParams, Received, Reply, Ret, RrvsAction, Seconds, Secret,
    Severity, Solicitation, Text, Token, Tolerance, Tracking, TransactionId, Transcript,
    ValidSince, Word, Words,
};
