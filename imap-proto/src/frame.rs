//! Where a command or response ends: lines, and the literals in them.

mod framer;
mod literal;

pub(crate) use framer::tag_of;
pub use framer::{Fault, Frame, FrameLimits, Framer, Policy, Role, Step};
pub use literal::LiteralHeader;
