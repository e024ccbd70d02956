//! The server's side of a connection: commands in, events out.

mod event;
mod fetch;
mod session;

pub use event::{Config, Event, Slot};
pub use session::Server;
