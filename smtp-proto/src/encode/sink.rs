//! A `fmt::Write` over the transmit buffer.

use core::fmt;

use bytes::BytesMut;

/// Lets `Display` write into a buffer without a `String` between.
pub(crate) struct Sink<'a>(pub(crate) &'a mut BytesMut);

impl fmt::Write for Sink<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}
