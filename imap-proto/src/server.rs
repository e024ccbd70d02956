//! The server's side of a connection: commands in, events out.

mod answer;
mod append;
mod event;
mod fetch;
mod known;
mod session;

pub use event::{Config, Event, Slot};
pub use fetch::Rfc822;
pub use session::Server;
