//! Message-ID, Content-ID and the lists of them.

use alloc::string::String;
use core::fmt;

/// A message identifier (RFC 5322 §3.6.4), without its angle brackets.
///
/// One that is read may have any form that mail holds; one that is made with [`MessageId::new`] has the
/// form that may be written.
///
/// ```
/// use mailweft_mime::MessageId;
///
/// let id = MessageId::new("1234@local.machine.example")?;
/// assert_eq!(id.as_str(), "1234@local.machine.example");
/// assert_eq!(id.to_string(), "<1234@local.machine.example>");
/// # Ok::<(), mailweft_mime::InvalidText>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageId(pub(crate) String);

impl MessageId {
    /// The identifier without angle brackets.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.0)
    }
}

impl AsRef<str> for MessageId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}
