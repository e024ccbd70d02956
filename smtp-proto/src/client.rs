//! The client's side of a session. See [`Client`].

mod config;
mod envelope;
mod event;
mod flights;
mod reply;
mod sasl;
mod session;
mod transaction;

pub use config::{Config, Security};
pub use envelope::Envelope;
pub use event::{Delivery, Event, NextStep, Stage};
pub use sasl::Credentials;
pub use session::Client;
