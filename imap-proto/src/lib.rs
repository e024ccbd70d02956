//! IMAP4rev1, IMAP4rev2 and extensions for both ends as sans-IO state machines.
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
pub mod frame;
mod grammar;
mod parse;
mod types;

pub use error::{Error, Invalid, ParseError, ParseErrorKind, PeerError, Repair, UsageError};
pub use types::{
    body_structure::{BodyKind, BodyPart, BodyPartBuilder, BodyStructure, Params},
    capability::{Capabilities, Capability},
    code::Code,
    command::{
        Append, AppendData, AppendMessage, CatenatePart, Command, QResync, Select, TaggedCommand,
    },
    date_time::{Date, DateTime},
    envelope::{Address, Addresses, Envelope, EnvelopeBuilder},
    fetch::{Fetch, FetchAttr, FetchItem, MessageData, Octets, SectionData},
    flag::{Flag, Flags},
    list::{List, ListReturn, ListSelect, ListedMailbox},
    mailbox::{ListPattern, Mailbox},
    namespace::{AclEntry, Id, MetadataEntry, NamespaceEntry, Namespaces, QuotaResource},
    notify::{MailboxFilter, Notify, NotifyEvent},
    response::{Continue, Data, Response, Status, StatusKind},
    search::{
        Criterion, ESearch, ESearchItem, Ids, MultiSearch, Search, SearchData, SearchKey,
        SearchKeyRef, SearchKeys, SearchReturn, SearchView,
    },
    section::{ObjectId, Partial, PartialRange, Section, SectionText},
    sequence::{SequenceRange, SequenceSet},
    status::{MailboxStatus, StatusAttr, StatusItem},
    store::{Store, StoreMode, StoreWhat},
    syntax::{Limits, Parsed, Repairs, Syntax, Tolerance},
    text::{AString, Atom, Secret, Tag, Text},
    thread::{Sort, SortCriterion, SortKey, ThreadBy, ThreadNode, Threads},
    value::{Value, ValueRef, Values},
};
