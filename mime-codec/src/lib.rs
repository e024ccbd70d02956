//! Internet messages and MIME: parse, stream, edit and build, exact to the byte.
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

mod build;
mod charset;
mod encode;
mod error;
mod frame;
mod grammar;
mod parse;
mod stream;
pub mod transfer;
mod types;

pub use build::{Attachment, Body, Builder, Chunk, Draft, Returned, SourceInfo, Transport, Writer};
pub use charset::Charset;
pub use error::{
    InvalidText, InvalidTextKind, ParseError, ParseErrorKind, Problem, ProblemCode, Rendered, Rule,
    Severity, Span,
};
pub use frame::{Limits, engine::PartKind};
pub use parse::{date_time::DateOddities, words::decode_text};
pub use stream::{Event, FieldBuf, PartEnd, StreamParser};
pub use types::{
    content_type::{ContentType, MediaType},
    date_time::DateTime,
    disposition::{Disposition, DispositionType},
    encoding::Encoding,
    field::Field,
    index::Index,
    mailbox::{AddressItem, NamedAddress},
    message::Message,
    message_id::MessageId,
    outline::Outline,
    params::Params,
    part::{Fields, Part, Parts},
    report::{
        Action, Agency, DeliveryReport, DispositionKind, DispositionReport, FeedbackReport,
        RecipientReport, Report, StatusCode, TypedText,
    },
};
