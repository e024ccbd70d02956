//! IMAP4rev1, IMAP4rev2 and extensions for both ends as sans-IO state machines.
//!
//! Nothing in here touches a socket, a clock or a file. A session takes octets from the front of a buffer of yours,
//! tells you what they mean as [events](client::Event), and puts what is to be sent into its
//! [`output`](Client::output). What a client sends is what a server receives: both use the same [`Command`],
//! [`Response`] and [`Data`], which have no lifetimes and cost a reference count to clone.
//!
//! # A client
//!
//! ```
//! use bytes::BytesMut;
//! use mailweft_imap::{
//!     Client, Command, Data, Fetch, FetchAttr, Mailbox, Section, SequenceSet, client::{Config, Event},
//! };
//!
//! # fn connection() -> (impl FnMut(&[u8]), impl FnMut(&mut BytesMut) -> usize) {
//! #     let mut said = vec![
//! #         "* 1 FETCH (UID 7 BODY[1] {6}\r\nhello!)\r\nA2 OK done\r\n",
//! #         "* 1 EXISTS\r\nA1 OK [READ-WRITE] done\r\n",
//! #         "* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n",
//! #     ];
//! #     (|_: &[u8]| {}, move |input: &mut BytesMut| {
//! #         let line = said.pop().unwrap_or_default();
//! #         input.extend_from_slice(line.as_bytes());
//! #         line.len()
//! #     })
//! # }
//! let (mut write, mut read) = connection(); // a socket of yours
//! let mut client = Client::new(Config::new().streaming_over(4));
//! let mut input = BytesMut::new();
//! let mut body = Vec::new();
//! loop {
//!     match client.poll(&mut input)? {
//!         Event::NeedInput => {
//!             write(&client.output().split());
//!             if read(&mut input) == 0 {
//!                 break;
//!             }
//!         }
//!         // LOGIN or AUTHENTICATE come here, if the greeting is no PREAUTH.
//!         Event::Greeting(_) => drop(client.send(Command::select(Mailbox::INBOX))?),
//!         Event::Done { status, .. } if client.state() == mailweft_imap::State::Selected && body.is_empty() => {
//!             assert!(status.is_ok());
//!             let part = FetchAttr::peek(Section::part([1]));
//!             client.send(Fetch::uid(SequenceSet::ALL, [part]))?;
//!         }
//!         // A part that is bigger than `streaming_over` comes in chunks, in constant memory.
//!         Event::SectionBegin { section, size, .. } => assert_eq!((section.path(), size), ([1].as_slice(), 6)),
//!         Event::SectionChunk { chunk } => body.extend_from_slice(&chunk),
//!         Event::Data { data: Data::Fetch(message), .. } => assert_eq!(message.uid(), Some(7)),
//!         _ => {}
//!     }
//! }
//! assert_eq!(body, b"hello!");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # A server
//!
//! ```
//! use bytes::BytesMut;
//! use mailweft_imap::{
//!     Command, Data, FetchItem, Flag, Flags, Section, Server, Status, server::{Config, Event},
//! };
//!
//! # fn session(input: &mut BytesMut) -> Result<String, Box<dyn std::error::Error>> {
//! let mut server = Server::new(Config::new());
//! let mut sent = Vec::new();
//! loop {
//!     match server.poll(input)? {
//!         Event::NeedInput | Event::Blocked => {
//!             sent.extend_from_slice(&server.output().split()); // write it to the socket, then read more
//!             break;
//!         }
//!         Event::Login { slot, .. } => server.reply(slot, Status::ok("welcome"))?,
//!         Event::Command { slot, command } => match command {
//!             Command::Select(_) => {
//!                 server.send(slot, Data::Exists(1))?;
//!                 server.reply(slot, Status::ok("selected"))?;
//!             }
//!             Command::Fetch(_) => {
//!                 // A whole answer is `server.send(slot, MessageData::new(1, [..]))`; a big body goes in chunks.
//!                 server.fetch_begin(slot, 1)?;
//!                 server.fetch_item(slot, &FetchItem::Flags([Flag::SEEN].into_iter().collect()))?;
//!                 server.fetch_literal(slot, &Section::WHOLE, None, 8)?;
//!                 for chunk in [b"To: ", b"you\n"] {
//!                     server.fetch_chunk(slot, chunk)?; // write the output out in between
//!                 }
//!                 server.fetch_end(slot)?;
//!                 server.reply(slot, Status::ok("fetched"))?;
//!             }
//!             _ => server.reply(slot, Status::no("not here"))?,
//!         },
//!         // A message to be stored: accepted, then given in chunks.
//!         Event::AppendMessage { slot, .. } => server.accept(slot)?,
//!         Event::AppendChunk { .. } | Event::AppendMessageEnd { .. } => {}
//!         Event::AppendEnd { slot } => server.reply(slot, Status::ok("stored"))?,
//!         // In IDLE, `server.update(Data::Exists(2))` goes out at once; else when the protocol allows it.
//!         Event::Idle { .. } => server.update(Data::Exists(2))?,
//!         Event::IdleDone { slot } | Event::Logout { slot } => server.reply(slot, Status::ok("done"))?,
//!         Event::Closed => break,
//!         _ => {}
//!     }
//! }
//! # sent.extend_from_slice(server.output());
//! # Ok(String::from_utf8(sent)?)
//! # }
//! let mut input = BytesMut::from("a LOGIN me pw\r\nb SELECT INBOX\r\nc FETCH 1 (FLAGS BODY[])\r\n");
//! let said = session(&mut input)?;
//! assert!(said.ends_with("* 1 FETCH (FLAGS (\\Seen) BODY[] {8}\r\nTo: you\n)\r\nc OK fetched\r\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is tolerated
//!
//! Parsers forgive what real servers and clients send, unless they are [`Tolerance::Strict`], and say what they
//! [repaired](Repairs). What nobody has registered is kept as a [`Value`] and written back.
//!
//! # Features
//!
//! `std` (on): only what the dependencies do with it. `mime`: envelopes, body structures and sections computed from a
//! message. `serde`, `arbitrary`: for the nouns.
//!
//! # Conformance
//!
//! | RFC | what is here | test |
//! | --- | --- | --- |
//! | 3501, 9051 | all commands, responses and states | `transcripts`, `splits`, `pair`, `mailbox` |
//! | 2177, 4978, 8437 | IDLE; COMPRESS and UNAUTHENTICATE as barriers | `pair`, `attacks` |
//! | 7888, 4959, 4422 | literals without waiting, initial responses, the framing of SASL | `attacks`, `pair` |
//! | 7162, 5161 | CONDSTORE, QRESYNC, ENABLE; the state for next time in [`model`] | `rfc_examples`, `model` |
//! | 5256, 5957 | SORT and THREAD, both ways; the algorithms in [`order`] | `order` |
//! | 3516, 3502, 4469, 6855, 8508 | BINARY, MULTIAPPEND, CATENATE, UTF8 and REPLACE streamed | `catenate`, `pair`, `rfc_examples` |
//! | 4314, 5464, 9208, 5465, 5267, 7377, 4467, 5255, 5259 and others | commands, responses and codes, read and written | `rfc_examples` |
//! | 5092, 4467 | [URLs](ImapUrl), with what authorises them | `urls` |
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
pub mod frame;
mod grammar;
#[cfg(feature = "mime")]
#[cfg_attr(docsrs, doc(cfg(feature = "mime")))]
pub mod mime;
pub mod model;
pub mod order;
mod parse;
pub mod server;
mod state;
mod types;

pub use client::Client;
pub use error::{Error, Invalid, ParseError, ParseErrorKind, PeerError, Repair, UsageError};
pub use server::Server;
pub use state::State;
pub use types::{
    annotation::{Annotation, AnnotationQuery, AnnotationSupport},
    body_builder::BodyPartBuilder,
    body_structure::{BodyKind, BodyPart, BodyStructure, Params},
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
    transcript::Transcript,
    url::{ImapUrl, UrlAccess, UrlServer},
    value::{Value, ValueRef, Values},
};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeDoctests;
