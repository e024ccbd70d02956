//! SMTP, ESMTP and LMTP for both ends as sans-IO state machines.
//!
//! [`Server`] and [`Client`] turn octets into events and calls into octets. They own no socket, no clock and
//! no thread: the caller reads into a [`BytesMut`](bytes::BytesMut), polls, answers, and writes `output()`
//! out. Commands, replies, parameters and capabilities are types that both ends share: what a client sends
//! is what a server receives.
//!
//! # Cookbook
//!
//! ## Drive either end
//!
//! One loop serves both; only the events differ. `NeedInput` says that everything was done that could be.
//!
//! ```
//! use bytes::BytesMut;
//! use mailweft_smtp::{Server, server::{Config, Event}};
//!
//! # struct Socket; impl Socket {
//! # fn write_all(&mut self, _: &[u8]) -> Result<(), mailweft_smtp::Error> { Ok(()) }
//! # fn read_buf(&mut self, _: &mut BytesMut) -> Result<usize, mailweft_smtp::Error> { Ok(0) } }
//! fn serve(mut socket: Socket) -> Result<(), mailweft_smtp::Error> {
//!     let mut server = Server::new(Config::new("mx.example.org").unwrap());
//!     let mut input = BytesMut::with_capacity(16 << 10);
//!     loop {
//!         match server.poll(&mut input)? {
//!             Event::NeedInput => {
//!                 socket.write_all(&server.output().split())?;
//!                 if socket.read_buf(&mut input)? == 0 {
//!                     server.eof();
//!                 }
//!             }
//!             Event::Blocked => socket.write_all(&server.output().split())?,
//!             Event::Hello { slot, .. } | Event::Mail { slot, .. } | Event::Rcpt { slot, .. } => {
//!                 server.accept(slot)?
//!             }
//!             Event::Data { slot, .. } => server.accept(slot)?, // open the spool file
//!             Event::Body { chunk } => drop(chunk),             // append to it
//!             Event::BodyAborted { .. } => {}                   // remove it
//!             Event::BodyEnd { slots, .. } => {                 // fsync, rename, then say so
//!                 for slot in slots {
//!                     server.accept(slot)?;
//!                 }
//!             }
//!             Event::Command { slot, .. } => server.accept(slot)?,
//!             Event::Quit | Event::Closed => {
//!                 socket.write_all(&server.output().split())?;
//!                 return Ok(());
//!             }
//!             _ => {}
//!         }
//!     }
//! }
//! # serve(Socket).unwrap();
//! ```
//!
//! An error from `poll` is [`Error::Peer`]: write what is left in `output()` (a server has put its farewell
//! there) and close.
//!
//! ## Two ends in one process, with STARTTLS, AUTH and a message
//!
//! ```
//! use bytes::BytesMut;
//! use mailweft_address::Address;
//! use mailweft_smtp::{
//!     Claim, Client, Mail, MailParam, Mechanism, Notify, Rcpt, RcptParam, Reply, Ret, Server,
//!     Transcript,
//!     client::{self, Credentials, Envelope, Security},
//!     server::{self, Acceptor, AuthStep},
//! };
//!
//! let mut server = Server::new(
//!     server::Config::new("mx.example.org")?
//!         .starttls(true)
//!         .auth([Mechanism::PLAIN])
//!         .require_auth(true)
//!         .offer(mailweft_smtp::Capability::Dsn),
//! );
//! let mut client = Client::new(
//!     client::Config::new("client.example")?.security(Security::Required),
//! );
//! client.record(Transcript::new(64 << 10));
//! let (mut to_server, mut to_client) = (BytesMut::new(), BytesMut::new());
//! let (mut acceptor, mut message) = (None, Vec::new());
//! 'session: loop {
//!     // The server's side.
//!     loop {
//!         match server.poll(&mut to_server)? {
//!             server::Event::NeedInput | server::Event::Blocked => break,
//!             server::Event::StartTls { .. } => {
//!                 to_client.unsplit(server.output().split());
//!                 server.tls_established(&to_server)?; // after the handshake
//!                 break;
//!             }
//!             server::Event::Hello { slot, .. }
//!             | server::Event::Mail { slot, .. }
//!             | server::Event::Rcpt { slot, .. }
//!             | server::Event::Data { slot, .. } => server.accept(slot)?,
//!             server::Event::Auth { slot, mechanism, initial } => {
//!                 let acceptor = acceptor.insert(Acceptor::new(&mechanism).unwrap());
//!                 match acceptor.start(initial.as_ref()) {
//!                     Ok(AuthStep::Challenge(challenge)) => server.challenge(slot, &challenge)?,
//!                     Ok(AuthStep::Claim(Claim::Password { user, password, .. }))
//!                         if user == "tim" && password == "tanstaaf".into() =>
//!                     {
//!                         server.accept(slot)?
//!                     }
//!                     Ok(_) => server.reply(slot, Reply::AUTH_FAILED)?,
//!                     Err(_) => server.reply(slot, Reply::BAD_BASE64)?,
//!                 }
//!             }
//!             // `Event::AuthResponse` is served alike, with `acceptor.respond(&response)`.
//!             server::Event::Body { chunk } => message.extend_from_slice(&chunk),
//!             server::Event::BodyEnd { slots, .. } => {
//!                 for slot in slots {
//!                     server.accept(slot)?;
//!                 }
//!             }
//!             _ => break,
//!         }
//!     }
//!     to_client.unsplit(server.output().split());
//!     // The client's side.
//!     loop {
//!         match client.poll(&mut to_client)? {
//!             client::Event::NeedInput => break,
//!             client::Event::UpgradeTls => client.tls_established(&to_client)?, // after the handshake
//!             client::Event::Ready => client.authenticate(Credentials::plain("tim", "tanstaaf")?)?,
//!             client::Event::Authenticated { .. } => client.begin(Envelope::new(
//!                 Mail::new(Address::parse("tim@example.org")?)
//!                     .with(MailParam::Size(23))
//!                     .with(MailParam::Ret(Ret::Headers)),
//!                 [Rcpt::new(Address::parse("ann@example.org")?)
//!                     .with(RcptParam::Notify(Notify::SUCCESS.and(Notify::FAILURE)))],
//!             ))?,
//!             client::Event::SendBody => {
//!                 let mut content: &[u8] = b"Subject: hello\r\n\r\nBye.\r\n";
//!                 while !content.is_empty() {
//!                     let taken = client.body(content)?; // 0: write output() out first
//!                     content = &content[taken..];
//!                 }
//!                 client.body_end()?;
//!             }
//!             client::Event::Done { deliveries } => {
//!                 assert!(deliveries.iter().all(|delivery| delivery.is_delivered()));
//!                 client.quit()?;
//!             }
//!             client::Event::Closed { .. } => break 'session,
//!             _ => {}
//!         }
//!     }
//!     to_server.unsplit(client.output().split());
//! }
//! assert_eq!(message, b"Subject: hello\r\n\r\nBye.\r\n");
//! let said = client.transcript().unwrap().take();
//! assert!(said.contains("C: AUTH PLAIN ****\n") && said.contains("C: BDAT 24 LAST\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ## Which call for what
//!
//! | to | server | client |
//! | --- | --- | --- |
//! | configure | [`server::Config`] | [`client::Config`] |
//! | go on | [`Server::poll`], [`Server::output`], [`Server::wants_read`] | [`Client::poll`], [`Client::output`], [`Client::wants_read`] |
//! | say yes | [`Server::accept`] | |
//! | say anything | [`Server::reply`] with a [`Reply`] constant or [`Reply::new`] | [`Client::command`] |
//! | TLS | [`server::Event::StartTls`], [`Server::tls_established`] | [`client::Event::UpgradeTls`], [`Client::tls_established`] |
//! | AUTH | [`server::Event::Auth`], [`Server::challenge`], [`server::Acceptor`] | [`Client::authenticate`], or [`Client::auth`], [`Client::auth_respond`], [`Client::auth_cancel`] |
//! | a message | [`server::Event::Data`], `Body`, `BodyEnd`, `BodyAborted` | [`Client::begin`], [`Client::body`], [`Client::body_end`], [`Client::abort`] |
//! | results | one [`server::Slot`] each | [`client::Event::Done`] with a [`client::Delivery`] each |
//! | trace | [`Received`] with [`Server::protocol`], asked while the transaction is open | |
//! | stop | [`Server::shutdown`], [`Server::eof`] | [`Client::quit`], [`Client::eof`] |
//! | watch | [`Server::record`] | [`Client::record`] |
//! | time out | [`Server::idle_limit`] | [`Client::reply_deadline`] |
//!
//! # Conformance
//!
//! | RFC | what | tests |
//! | --- | --- | --- |
//! | 5321 | commands, replies, order, limits, trace; obsolete SEND, SOML, SAML and TURN are answered 500 | `rfc5321`, `hostile`, `transcripts` |
//! | 1870, 2852, 3461, 3865, 3885, 4141, 4405, 4865, 6152, 6531, 6533, 6710, 7293, 8689, 1845 | parameters typed, refused with 555 where their extension is not offered | `parameters`, `extensions` |
//! | 1985, 2645, 4468, XCLIENT, XFORWARD | commands typed, handed to the caller where offered; ATRN ends the session, BURL moves the transaction | `parameters`, `transcripts` |
//! | 2033 | LMTP, both ends | `extensions`, `transcripts` |
//! | 2034, 3463, 5248, 7372, 7505 | enhanced codes, the registry with a hint each | `rfc5321` |
//! | 2920 | answers in order; the client sends MAIL and RCPT in groups, DATA alone | `extensions` |
//! | 3030 | BDAT and BINARYMIME, both ends; a refused chunk is skipped to the octet | `rfc3030` |
//! | 3207, 8314 | STARTTLS, implicit TLS; what came in clear is thrown away by the server, ends the session of the client | `smuggling` |
//! | 4954, 4616, 7628, 4505, 2195 | AUTH, the simple mechanisms; no security layers | `rfc4954` |
//! | 3848 | `with` in Received | `extensions` |
//! | 9422 | LIMITS: RCPTMAX and MAILMAX are kept by the client; RCPTDOMAINMAX is for the caller | `extensions` |
//!
//! Beyond the RFC, and reported as [`Finding`]s: blanks behind `MAIL FROM:` and `RCPT TO:`, addresses without
//! angle brackets, blanks at the end of a line; replies without text, in any encoding, with bare LF or lines of
//! different codes. [`Tolerance::Strict`] refuses what a client should not send.
//!
//! # What is not here
//!
//! Sockets, TLS, DNS, queues, and SASL mechanisms with cryptography but CRAM-MD5 (feature `legacy-auth`):
//! the challenge loop takes any that another library provides.
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

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeDoctests;

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
    Attribute, Auth, Bdat, BodyType, Burl, ByMode, Capabilities, Capability, Claim, Command,
    DateTime, DeliverBy, EnhancedCode, Finding, FindingKind, HelloName, Keyword, Limits, Lines,
    Mail, MailParam, MailParams, Mechanism, Notify, OriginalRecipient, Other, Printable, Priority,
    Protocol, Rcpt, RcptParam, RcptParams, Received, Reply, Ret, RrvsAction, Seconds, Secret,
    Severity, Solicitation, Text, Token, Tolerance, Tracking, TransactionId, Transcript,
    ValidSince, Word, Words,
};
