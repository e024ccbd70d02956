//! Clients over sockets.

pub mod imap;
mod login;
pub mod pop3;
pub mod smtp;

pub use login::Login;
