//! Where lines are written to.

use core::{fmt, str};

use bytes::BytesMut;

/// Lets `Display` write into a buffer without a `String` between.
pub(crate) struct Sink<'a>(pub(crate) &'a mut BytesMut);

impl fmt::Write for Sink<'_> {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

/// What takes text that is known to be UTF-8 as octets: a buffer need not look at it again.
pub(super) trait Octets: fmt::Write {
    fn octets(&mut self, text: &[u8]) -> fmt::Result;
}

impl Octets for Sink<'_> {
    #[inline]
    fn octets(&mut self, text: &[u8]) -> fmt::Result {
        self.0.extend_from_slice(text);
        Ok(())
    }
}

impl Octets for fmt::Formatter<'_> {
    fn octets(&mut self, text: &[u8]) -> fmt::Result {
        self.write_str(str::from_utf8(text).unwrap_or_default())
    }
}
