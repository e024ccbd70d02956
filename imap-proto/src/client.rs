//! The client's side of a connection: commands out, answers in.

mod event;
mod known;
mod send;
mod session;
mod split;

pub use event::{Config, Event, Handle};
pub use session::Client;
