//! Where things stand in a message, and what can be wrong with them.

mod invalid;
mod parse;
mod problem;
mod span;

pub use invalid::{InvalidText, InvalidTextKind};
pub use parse::{ParseError, ParseErrorKind, Rendered, Rule};
pub use problem::{Problem, ProblemCode, Severity};
pub use span::Span;
pub(crate) use span::{to_u64, to_usize};
