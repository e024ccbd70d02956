//! Message-ID, Content-ID and the lists of them.

use alloc::borrow::Cow;
use core::fmt;

/// A message identifier (RFC 5322 §3.6.4), without its angle brackets.
///
/// One that is read may have any form that mail holds, and is borrowed from the header where it can be;
/// [`into_owned`](Self::into_owned) lets it outlive it. One that is made with [`MessageId::new`] has the form that may be
/// written.
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
pub struct MessageId<'a>(pub(crate) Cow<'a, str>);

impl MessageId<'_> {
    /// The identifier without angle brackets.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same, borrowed from nowhere.
    ///
    /// ```
    /// use mailweft_mime::{Message, MessageId};
    ///
    /// fn id(mail: &[u8]) -> Option<MessageId<'static>> {
    ///     Message::parse(mail).message_id().map(MessageId::into_owned)
    /// }
    /// assert_eq!(id(b"Message-ID: <1@a.example>\n\n").unwrap().as_str(), "1@a.example");
    /// ```
    #[must_use]
    pub fn into_owned(self) -> MessageId<'static> {
        MessageId(Cow::Owned(self.0.into_owned()))
    }
}

impl fmt::Display for MessageId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.0)
    }
}

impl AsRef<str> for MessageId<'_> {
    fn as_ref(&self) -> &str {
        &self.0
    }
}
