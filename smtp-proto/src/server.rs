//! The server's side of a session. See [`Server`].

mod answer;
mod command;
mod config;
mod content;
mod event;
mod line;
mod sasl;
mod session;
mod slots;

pub use config::Config;
pub use event::{Aborted, Event, Framing, Greeting, Violation, ViolationKind};
pub use sasl::{Acceptor, AuthStep};
pub use session::Server;
pub use slots::{Slot, Slots};
