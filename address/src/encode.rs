//! Values to text that parses back to the same value.

mod address;
mod mailbox;
#[cfg(feature = "serde")]
mod serde;
mod typed;
