//! Clients over sockets.

pub mod pop3;
pub mod smtp;
