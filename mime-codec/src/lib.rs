//! Internet messages and MIME: parse, stream, edit and build, exact to the byte.
//!
//! A message is an index: [`Message::parse`] never fails, copies nothing and decodes nothing. Views
//! ([`Part`], [`Field`]) are `Copy`, and decode what they are asked for.
//!
//! # Read a message
//!
//! ```
//! use mailweft_mime::{Message, PartKind};
//!
//! # let octets = "From: J <j@example.org>\r\nSubject: hello\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
//! #     --b\r\n\r\nHi!\r\n--b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n\
//! #     JVBERg==\r\n--b--\r\n";
//! let message = Message::parse(octets); // &[u8], &str, Vec<u8>, Bytes, a memory map ...
//! assert_eq!(message.subject().as_deref(), Some("hello")); // RFC 2047 decoded
//! for author in message.from() {
//!     let _ = (author.name(), author.address());
//! }
//! for part in message.parts() {
//!     let content_type = part.content_type(); // text/plain where there is none
//!     if part.kind() == PartKind::Leaf && !content_type.media_type().is_text() {
//!         assert_eq!(part.file_name().as_deref(), Some("a.pdf"));
//!         assert_eq!(part.body(), b"%PDF".as_slice()); // transfer encoding undone
//!     }
//! }
//! assert_eq!(message.root().child(0).unwrap().text(), "Hi!"); // charset decoded as well
//! ```
//!
//! # Read a message that is too large to hold
//!
//! [`StreamParser`] takes whole units off the front of your `BytesMut`, and hands on [`Event`]s. With
//! [`StreamParser::with_outline`] it leaves an [`Outline`]: the headers and all sizes, seen through the same
//! [`Part`] views as a [`Message`]. To decode content, give the chunks of [`Event::Body`] to a
//! [`transfer::Decoder`] made for the `encoding` of [`Event::HeaderEnd`].
//!
//! # Write a message
//!
//! [`Builder`] to [`Draft`] to [`Writer`]: the draft knows its exact [`len`](Draft::len) and its
//! [`recipients`](Draft::recipients) (To, Cc and Bcc; Bcc is not written). [`Writer::next`] gives
//! [`Chunk::Data`], or asks for the octets of an [`Attachment::source`] with [`Chunk::NeedInput`].
//!
//! ```
//! use bytes::BytesMut;
//! use mailweft_address::{Address, Mailbox};
//! use mailweft_mime::{Attachment, Builder, Chunk, DateTime, MediaType, MessageId};
//!
//! let draft = Builder::new()
//!     .from(Mailbox::with_name("Jürgen", Address::from_static("j@example.org"))?)
//!     .to(Address::from_static("ann@example.net"))
//!     .bcc(Address::from_static("max@example.net"))
//!     .subject("Grüße")
//!     .date(DateTime::from_timestamp(1_800_000_000, 60).unwrap())
//!     .message_id(MessageId::new("1@example.org")?)
//!     .disposition_notification_to(Address::from_static("j@example.org"))
//!     .text("Hello!\n")
//!     .html("<img src=\"cid:logo@example.org\">\n")
//!     .inline(Attachment::new(MediaType::PNG, &b"\x89PNG"[..]).inline(MessageId::new("logo@example.org")?))
//!     .attach(Attachment::source(MediaType::OCTET_STREAM, 3).named("three.bin"))
//!     .seed(7) // boundaries come from here
//!     .build()?;
//! assert_eq!(draft.recipients().count(), 2);
//!
//! let (mut writer, mut input, mut out) = (draft.writer(), BytesMut::new(), Vec::new());
//! loop {
//!     match writer.next(&mut input) {
//!         Chunk::Data(chunk) => out.extend_from_slice(&chunk), // to the socket
//!         Chunk::NeedInput { source: _, remaining: _, .. } => input.extend_from_slice(b"abc"), // from the file
//!         Chunk::End => break,
//!         _ => {}
//!     }
//! }
//! assert_eq!(out.len() as u64, draft.len());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Reports
//!
//! [`Body::delivery_report`] and [`Body::disposition_report`] make the body of a DSN or MDN for
//! [`Builder::body`]; [`Message::report`] reads them back as a [`Report`].
//!
//! ```
//! use mailweft_address::Address;
//! use mailweft_mime::{Agency, Body, Builder, DateTime, DispositionKind, DispositionReport, Message, MessageId, Report, Returned};
//!
//! let reader = Address::from_static("ann@example.net");
//! let mut report = DispositionReport::new(&reader, DispositionKind::Displayed);
//! report.original_message_id = Some(MessageId::new("1@example.org")?);
//! report.sending_mode = Agency::Automatic;
//! let draft = Builder::new()
//!     .from(reader)
//!     .to(Address::from_static("j@example.org"))
//!     .date(DateTime::from_timestamp(1_800_000_000, 0).unwrap())
//!     .body(Body::disposition_report("It was shown.\n", &report, Returned::Nothing))
//!     .build()?;
//! let message = Message::parse(draft.to_bytes().unwrap());
//! assert_eq!(message.report(), Some(Report::Disposition(report)));
//! # Ok::<(), mailweft_mime::InvalidText>(())
//! ```
//! # Conformance
//!
//! | standard | what of it | tests |
//! | --- | --- | --- |
//! | RFC 5322 | fields, dates, identifiers, obsolete forms; written in the strict form | `rfcs`, `structure`, `build`, `mailcore` |
//! | RFC 7103 | what is wrong with a header is mended and told | `rfcs` |
//! | RFC 2045, 2046, 2049 | types, encodings, multiparts, digests, messages in messages | `rfcs`, `rfc_mails`, `structure`, `mime4j`, `ambiguity` |
//! | RFC 2047, 2231 | encoded words and parameters, in every broken form that is known | `rfcs`, `words`, `angus`, `build` |
//! | RFC 2183, 2387, 2557, 3282, 1864 | dispositions, related parts, locations, languages, digests | `rfcs`, `rfc_mails`, `build` |
//! | RFC 1847, 3156 | the exact octets of what is signed | `rfc_mails` |
//! | RFC 2369, 2919, 8058 | lists as URIs, one-click | `rfcs`, `rfc_mails` |
//! | RFC 3461, 3464, 6522, 6533, 8098, 5965, 6591, 6692 | reports both ways; bounces in prose as well | `rfcs`, `rfc_mails`, `build`, `bounces` |
//! | RFC 3676 | flowed text both ways | `rfcs` |
//! | RFC 5256 | base subjects | crate documentation |
//! | RFC 6376, 8601, 8617 | canonical forms, tags, results; no cryptography | `rfcs`, `rfc_mails`, `canonical` |
//! | RFC 6532, 6857 | UTF-8 headers, and the way back from them | `build` |
//! | RFC 8621 §4.1.4 | body lists and roles | `rfc_mails` |
//!
//! Not here: cryptography, TNEF, HTML to text, joining of message/partial, fetching of message/external-body.
//!
//! # Limits
//!
//! [`Limits`] bound depth, parts, fields and header octets; of one field, 1,000 parameters, 10,000 addresses and 10,000
//! encoded words are read. Past a limit, the rest is kept as opaque octets and told as a [`Problem`]; nothing recurses on input, and nothing is allocated from a number in it.
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

#[doc = include_str!("../README.md")]
#[cfg(doctest)]
mod readme {}

mod build;
mod canonical;
mod charset;
mod edit;
mod encode;
mod error;
mod file_name;
pub mod flowed;
mod frame;
mod grammar;
mod mbox;
mod parse;
mod stream;
pub mod transfer;
mod types;

pub use build::{Attachment, Body, Builder, Chunk, Draft, Returned, SourceInfo, Transport, Writer};
pub use canonical::{CanonicalBody, Canonicalization};
pub use charset::Charset;
pub use edit::{DowngradeError, Edited, Editor, Sanitised, Slices};
pub use error::{
    InvalidText, InvalidTextKind, ParseError, ParseErrorKind, Problem, ProblemCode, Rendered, Rule,
    Severity, Span,
};
pub use file_name::safe_file_name;
pub use frame::Limits;
pub use mbox::{MaildirName, Mbox, MboxEvent, MboxKind};
pub use parse::{
    date_time::DateOddities,
    mailbox::{AddressItems, Mailboxes},
    message_id::MessageIds,
    subject::base_subject,
    words::decode_text,
};
pub use stream::{Event, FieldBuf, PartEnd, StreamParser};
pub use types::view::AlternativeView;
pub use types::{
    bodies::{Bodies, Role},
    bounce::{Bounce, BouncedRecipient},
    content_type::{ContentType, MediaType},
    date_time::DateTime,
    disposition::{Disposition, DispositionType},
    encoding::Encoding,
    external_body::{ExternalBody, Partial},
    field::Field,
    index::Index,
    mailbox::{AddressItem, NamedAddress},
    message::Message,
    message_id::MessageId,
    outline::Outline,
    params::Params,
    part::{Fields, Part, Parts},
    part_kind::PartKind,
    report::{
        Action, Agency, DeliveryReport, DispositionKind, DispositionReport, FeedbackReport,
        RecipientReport, Report, StatusCode, TypedText,
    },
    trace::{
        AuthenticationResult, AuthenticationResults, AutoSubmitted, Importance, ListInfo, Received,
        ReturnPath, TagList,
    },
};
