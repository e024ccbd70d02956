//! What the value of a field means.

use alloc::borrow::Cow;

use super::{
    mailbox::{AddressItems, Mailboxes},
    message_id::MessageIds,
    words::decode_text,
};
use crate::types::{
    content_type::ContentType, date_time::DateTime, disposition::Disposition, field::Field,
};

impl<'a> Field<'a> {
    /// The value as a person should read it: unfolded, encoded words decoded (RFC 2047), without CR, LF or NUL.
    #[must_use]
    pub fn text(self) -> Cow<'a, str> {
        decode_text(self.raw_value())
    }

    /// The value as addresses: mailboxes, groups, and what is neither, in order.
    #[must_use]
    pub fn address_items(self) -> AddressItems<'a> {
        AddressItems::new(self.raw_value())
    }

    /// The mailboxes of the value, those in groups included.
    #[must_use]
    pub fn addresses(self) -> Mailboxes<'a> {
        Mailboxes::new(self.raw_value())
    }

    /// The value as a date and time, read as leniently as makes sense; see [`DateTime::read`].
    #[must_use]
    pub fn date(self) -> Option<DateTime> {
        DateTime::read_alone(self.raw_value())
    }

    /// The value as message identifiers, malformed ones included.
    #[must_use]
    pub fn message_ids(self) -> MessageIds<'a> {
        MessageIds::new(self.raw_value())
    }

    /// The value as a Content-Type.
    #[must_use]
    pub fn content_type(self) -> ContentType {
        ContentType::read(self.raw_value())
    }

    /// The value as a Content-Disposition.
    #[must_use]
    pub fn disposition(self) -> Disposition {
        Disposition::read(self.raw_value())
    }
}
