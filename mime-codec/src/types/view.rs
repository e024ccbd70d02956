//! What another program may see in a message.

use alloc::vec::Vec;

use crate::error::{ProblemCode, Span};

/// Content that another program may find in a message where this one, by its documented choice, does not:
/// made by [`Message::views`](crate::Message::views).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlternativeView {
    pub(crate) reason: ProblemCode,
    pub(crate) span: Span,
    pub(crate) content: Vec<u8>,
}

impl AlternativeView {
    /// What is ambiguous.
    #[must_use]
    pub const fn reason(&self) -> ProblemCode {
        self.reason
    }

    /// Where the octets stand that the content was made of.
    #[must_use]
    pub const fn span(&self) -> Span {
        self.span
    }

    /// The content, decoded.
    #[must_use]
    pub fn content(&self) -> &[u8] {
        &self.content
    }
}
