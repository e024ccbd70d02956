//! Why a text was refused as a value to be written.

/// A text that a message cannot carry in the place it was meant for.
///
/// Nothing that could end a line, open a field or leave its quotes is ever written: it is refused
/// here, or encoded where the place has an encoding.
///
/// ```
/// use mailweft_mime::MessageId;
///
/// let error = MessageId::new("a@b>\r\nBcc: <c@d").unwrap_err();
/// assert_eq!(error.to_string(), "byte b'>' at 3 is not allowed in message-id");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} in {place}")]
pub struct InvalidText {
    kind: InvalidTextKind,
    place: &'static str,
}

impl InvalidText {
    pub(crate) const fn new(kind: InvalidTextKind, place: &'static str) -> Self {
        Self { kind, place }
    }

    pub(crate) const fn byte(byte: u8, at: usize, place: &'static str) -> Self {
        Self {
            kind: InvalidTextKind::Byte { byte, at },
            place,
        }
    }

    /// What is wrong with it.
    #[must_use]
    pub const fn kind(&self) -> InvalidTextKind {
        self.kind
    }

    /// What it was meant for: `message-id`, `field-name`, `boundary` ...
    #[must_use]
    pub const fn place(&self) -> &'static str {
        self.place
    }
}

/// The kinds of [`InvalidText`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidTextKind {
    /// A byte that may not stand in this place.
    #[error("byte b'{}' at {at} is not allowed", .byte.escape_ascii())]
    Byte {
        /// The byte.
        byte: u8,
        /// Its offset in the text.
        at: usize,
    },
    /// There is no text.
    #[error("an empty text is not allowed")]
    Empty,
    /// There is more text than the place can hold.
    #[error("more than {0} octets are not allowed")]
    TooLong(usize),
    /// A number outside its range.
    #[error("a number out of range is not allowed")]
    OutOfRange,
    /// A field that may stand once in a message is there already (RFC 5322 §3.6).
    #[error("a second field is not allowed")]
    Duplicate,
    /// A field that the builder writes itself.
    #[error("a field that is written for you is not allowed")]
    Reserved,
}
