//! New messages: what they hold, and how they are written.

mod attachment;
mod body;
mod builder;
mod census;
mod people;
mod plan;
mod report;
mod writer;

pub use attachment::Attachment;
pub use body::Body;
pub use builder::{Builder, Transport};
pub use plan::{Draft, SourceInfo};
pub(crate) use plan::{plan_entity, plan_message};
pub use report::Returned;
pub use writer::{Chunk, Writer};
