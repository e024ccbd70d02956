//! What the example programs share: a mail system over Maildirs, and clients for it.
//!
//! The crates of the family do no input or output; everything that does stands here.

#[doc = include_str!("../../README.md")]
#[cfg(doctest)]
struct ReadmeDoctests;

pub mod clients;
pub mod journey;
pub mod scope;
pub mod services;
pub mod store;
pub mod test_server;
pub mod wire;
