//! Where a part ends: lines, and texts of many lines.

mod dot;
mod line;

pub use dot::{DotDecoder, DotEncoder, Piece, TopCutter};
pub(crate) use line::{Ending, Framed, LineFramer};
