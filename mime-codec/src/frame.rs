//! Where the pieces of a message end: fields, bodies, boundaries. Bytes in, lengths out.

pub(crate) mod engine;
mod limits;
mod stack;

pub use limits::Limits;
pub(crate) use stack::Boundary;
