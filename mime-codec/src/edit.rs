//! Messages that are changed: untouched octets stay as they are.

mod anonymise;
mod downgrade;
mod editor;
mod reply;
mod sanitise;

pub use downgrade::DowngradeError;
pub use editor::{Edited, Editor, Slices};
pub use sanitise::Sanitised;
