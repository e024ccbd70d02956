//! POP3 (RFC 1939) for both ends of a connection, as state machines that touch no socket.
//!
//! - [`Client`] and [`Server`] are the sessions: octets go in by `poll`, events come out, answers go
//!   in as typed values, octets to send stand in `output`.
//! - [`Command`], [`Response`], [`Capability`] and the listings are the nouns: parsed and written by
//!   the same types in both roles.
//! - [`DotDecoder`] and [`DotEncoder`] stream multi-line data in constant memory.
//! - [`Ledger`] remembers what a client that leaves mail on the server has fetched.
//! - [`Transcript`] writes a session down without its secrets.
//!
//! # The loop
//!
//! It is the same for both roles, and for every protocol of the family:
//!
//! ```no_run
//! use std::io::{Read, Write};
//!
//! use bytes::BytesMut;
//! use mailweft_pop3::{Client, Command, client::{Config, Event}};
//!
//! let mut socket = std::net::TcpStream::connect("127.0.0.1:110")?;
//! let mut client = Client::new(Config::new());
//! let quit = client.send(Command::Quit)?;
//! let mut input = BytesMut::new();
//! loop {
//!     match client.poll(&mut input)? {
//!         Event::NeedInput => {
//!             socket.write_all(&client.output().split())?;
//!             let mut chunk = [0; 16 * 1024];
//!             let length = socket.read(&mut chunk)?;
//!             if length == 0 {
//!                 client.eof()?;
//!                 break;
//!             }
//!             input.extend_from_slice(&chunk[..length]);
//!         }
//!         Event::Done { id, response, .. } if id == quit => break println!("{}", response.text()),
//!         _ => {}
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Conformance
//!
//! | RFC | what | here |
//! | --- | --- | --- |
//! | 1939 | POP3 | all; APOP's digest with feature `legacy-auth` |
//! | 2449 | CAPA, response codes, pipelining | all |
//! | 2595 | STLS | all; what was sent in clear behind it is dropped or refused, and told |
//! | 3206 | SYS and AUTH codes | all |
//! | 5034 | AUTH | framing of every mechanism, PLAIN; mechanisms are the caller's |
//! | 6856 | UTF8, LANG | all |
//!
//! A multi-line answer ends at CRLF `.` CRLF and nowhere else, so that no message can end its own
//! answer; a server all of whose lines end in a bare LF is read so, and that is told.
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
mod transcript;
mod types;

pub use client::Client;
pub use error::{Error, InvalidText, ParseError, ParseErrorKind, PeerError, Rule, UsageError};
pub use frame::{DotDecoder, DotEncoder, Piece, TopCutter};
pub use server::Server;
pub use transcript::Transcript;
pub use types::{
    Atom, Capabilities, Capability, Command, Delay, Digest, DropListing, Expire, Ledger, Maildrop,
    Mechanism, MessageNumber, Password, Plan, Response, ResponseCode, ScanListing, Secret, Status,
    Text, UniqueId, UniqueIdListing, Word,
};
