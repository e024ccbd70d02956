//! What FETCH answers, computed from a message: envelope, body structure, sections (feature `mime`).
//!
//! The views of [`mailweft_mime`] serve: a [`Message`](mailweft_mime::Message) in memory, or an
//! [`Outline`](mailweft_mime::Outline) of one that is not, whose sections are then spans of its file.
//!
//! # Examples
//!
//! ```
//! use mailweft_imap::{Section, mime};
//! use mailweft_mime::Message;
//!
//! let message = Message::parse(b"From: A <a@b.example>\r\nSubject: hi\r\n\r\nHello!\r\n");
//! let envelope = mime::envelope(message.root());
//! assert_eq!(envelope.subject().as_deref(), Some(b"hi".as_slice()));
//! let structure = mime::body_structure(message.root());
//! assert_eq!(structure.root().octets(), Some(8));
//! let text = mime::section(message.root(), &Section::TEXT).unwrap();
//! assert_eq!(text.of(message.bytes()), b"Hello!\r\n".as_slice());
//! ```

mod address;
mod envelope;
mod order;
mod search;
mod section;
mod structure;

pub use envelope::envelope;
pub use order::{sortable, threadable};
pub use search::{Searched, matches};
pub use section::{Part, binary, binary_size, preview, section};
pub use structure::body_structure;
