//! Message identifiers, alone and in lists.

use alloc::{string::String, vec::Vec};

use super::params::skip_cfws;
use crate::{
    error::{InvalidText, InvalidTextKind},
    grammar::{
        is_fws,
        sixteen::{find, find_any, is_printable_without},
        slice,
    },
    types::message_id::MessageId,
};

/// How long an identifier that is written may be: a line must hold it (RFC 5322 §2.1.1).
const LONGEST: usize = 900;

impl MessageId {
    /// The identifier of that text, with or without its angle brackets.
    ///
    /// # Errors
    ///
    /// A text that is empty, has no `@` with something on both sides, is longer than 900 octets, or holds blanks,
    /// control characters, angle brackets or anything but US-ASCII.
    pub fn new(text: &str) -> Result<Self, InvalidText> {
        let inner = text
            .strip_prefix('<')
            .and_then(|text| text.strip_suffix('>'))
            .unwrap_or(text);
        Self::check(inner)?;
        Ok(Self(inner.into()))
    }

    /// Refuses what may not be written between angle brackets.
    pub(crate) fn check(inner: &str) -> Result<(), InvalidText> {
        let place = "message-id";
        if inner.is_empty() {
            return Err(InvalidText::new(InvalidTextKind::Empty, place));
        }
        if inner.len() > LONGEST {
            return Err(InvalidText::new(InvalidTextKind::TooLong(LONGEST), place));
        }
        let allowed = |b: u8| {
            b.is_ascii_graphic()
                && !matches!(b, b'<' | b'>' | b'(' | b')' | b',' | b';' | b'"' | b'\\')
        };
        if let Some(at) = inner.bytes().position(|b| !allowed(b)) {
            let byte = inner.as_bytes().get(at).copied().unwrap_or_default();
            return Err(InvalidText::byte(byte, at, place));
        }
        match inner.split_once('@') {
            Some((left, right))
                if !left.is_empty() && !right.is_empty() && !right.contains('@') =>
            {
                Ok(())
            }
            _ => Err(InvalidText::byte(
                b'@',
                inner.find('@').unwrap_or(inner.len()),
                place,
            )),
        }
    }

    /// Reads every identifier of a Message-ID, In-Reply-To or References field, malformed ones included.
    ///
    /// What stands in angle brackets counts, folded or not; where there are none at all, every word with an `@`.
    ///
    /// ```
    /// use mailweft_mime::MessageId;
    ///
    /// let ids = MessageId::read_all(b"<1@a> (of Monday)\r\n <2@\r\n b> word");
    /// assert_eq!(ids.iter().map(MessageId::as_str).collect::<Vec<_>>(), ["1@a", "2@b"]);
    /// ```
    #[must_use]
    pub fn read_all(value: &[u8]) -> Vec<Self> {
        let mut ids: Vec<Self> = InBrackets::new(value).collect();
        if ids.is_empty() {
            ids.extend(bare(value));
        }
        ids
    }

    /// The first of those that [`read_all`](Self::read_all) finds.
    pub(crate) fn read_first(value: &[u8]) -> Option<Self> {
        InBrackets::new(value).next().or_else(|| bare(value).next())
    }

    fn read(id: &[u8]) -> Option<Self> {
        if id.is_empty() {
            return None;
        }
        // Nearly every one is graphic ASCII, and stays as it is.
        if is_printable_without(b' ', id) {
            return core::str::from_utf8(id).ok().map(|id| Self(id.into()));
        }
        let kept: Vec<u8> = id
            .iter()
            .copied()
            .filter(|&b| !is_fws(b) && b != 0)
            .collect();
        (!kept.is_empty()).then(|| Self(String::from_utf8_lossy(&kept).into_owned()))
    }
}

/// The identifiers in angle brackets.
struct InBrackets<'v> {
    rest: &'v [u8],
}

impl<'v> InBrackets<'v> {
    fn new(value: &'v [u8]) -> Self {
        Self {
            rest: skip_cfws(value),
        }
    }
}

impl Iterator for InBrackets<'_> {
    type Item = MessageId;

    fn next(&mut self) -> Option<MessageId> {
        loop {
            let open = find(b'<', self.rest)?;
            let rest = slice(self.rest, open.saturating_add(1), self.rest.len());
            // `<a <b>`: the first one was never closed.
            let end = find_any([b'>', b'<'], rest).unwrap_or(rest.len());
            let closed = rest.get(end) == Some(&b'>');
            self.rest = slice(rest, end.saturating_add(usize::from(closed)), rest.len());
            if closed {
                self.rest = skip_cfws(self.rest);
            }
            if let Some(id) = MessageId::read(slice(rest, 0, end)) {
                return Some(id);
            }
        }
    }
}

/// Every word with an `@`.
fn bare(value: &[u8]) -> impl Iterator<Item = MessageId> {
    let words = value.split(|&b| is_fws(b) || b == b',');
    words
        .filter(|word| word.contains(&b'@'))
        .filter_map(MessageId::read)
}

impl core::str::FromStr for MessageId {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        Self::new(text)
    }
}
