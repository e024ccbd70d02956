//! The client's side of a connection: commands out, answers in.

mod event;
mod send;
mod session;

pub use event::{Config, Event, Handle};
pub use session::Client;
