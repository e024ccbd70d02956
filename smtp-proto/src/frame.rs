//! Where a part ends: command lines, replies, message content in DATA and BDAT.
//!
//! Everything here works on octets and remembers how far it has looked, so that no octet is looked at
//! twice however the input is cut up. Nothing here knows what a line means.

mod chunk;
mod line;
mod reply;
mod stray;
mod stuff;
mod unstuff;

pub(crate) use chunk::ChunkReader;
pub(crate) use line::{Discard, Found, LineEnd, LineFramer};
pub(crate) use reply::{FramedReply, ReplyFault, ReplyFramer, ReplyLimits};
pub use stray::{BodyFindings, Stray, StrayPolicy};
pub(crate) use stuff::Stuffer;
pub(crate) use unstuff::{Step, Unstuffer};
