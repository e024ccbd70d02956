//! Message identifiers, alone and in lists.

use alloc::{borrow::Cow, string::String, vec::Vec};
use core::iter::FusedIterator;

use crate::{
    error::{InvalidText, InvalidTextKind},
    grammar::{
        cfws::{comment_length, skip_cfws},
        is_fws,
        sixteen::{find, find_any, is_printable_without},
        slice,
    },
    types::message_id::MessageId,
};

/// How long an identifier that is written may be: a line must hold it (RFC 5322 §2.1.1).
const LONGEST: usize = 900;

impl MessageId<'static> {
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
        Ok(Self(Cow::Owned(inner.into())))
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
}

impl<'a> MessageId<'a> {
    fn read(id: &'a [u8]) -> Option<Self> {
        if id.is_empty() {
            return None;
        }
        // Nearly every one is graphic ASCII, and stays as it is.
        if is_printable_without(b' ', id) {
            return core::str::from_utf8(id).ok().map(|id| Self(id.into()));
        }
        let kept = without_cfws(id);
        (!kept.is_empty()).then(|| Self(String::from_utf8_lossy(&kept).into_owned().into()))
    }
}

/// Without the white space and the comments that RFC 5322 §4.5.4 lets stand in an identifier, and without NUL. What opens
/// and does not close is no comment, and in quotes none begins.
fn without_cfws(id: &[u8]) -> Vec<u8> {
    let (mut kept, mut quoted, mut rest) = (Vec::with_capacity(id.len()), false, id);
    while let Some((&byte, behind)) = rest.split_first() {
        rest = match byte {
            b'(' if !quoted => match comment_length(rest) {
                Some(len) => slice(rest, len, rest.len()),
                None => {
                    kept.extend(rest.iter().filter(|&&b| !is_fws(b) && b != 0));
                    break;
                }
            },
            byte => {
                quoted ^= byte == b'"';
                if !is_fws(byte) && byte != 0 {
                    kept.push(byte);
                }
                behind
            }
        };
    }
    kept
}

/// The identifiers of a Message-ID, In-Reply-To or References field (RFC 5322 §3.6.4), malformed ones included; each is
/// read when it is asked for.
///
/// What stands in angle brackets counts, folded or not; where there are none at all, every word with an `@`.
///
/// ```
/// use mailweft_mime::MessageIds;
///
/// let ids: Vec<_> = MessageIds::new(b"<1@a> (of Monday)\r\n <2@\r\n b> word").collect();
/// assert_eq!(ids.iter().map(|id| id.as_str()).collect::<Vec<_>>(), ["1@a", "2@b"]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct MessageIds<'a> {
    rest: &'a [u8],
    /// All of it, until one was found in brackets.
    bare: Option<&'a [u8]>,
    /// None is in brackets: every word counts.
    words: bool,
}

impl<'a> MessageIds<'a> {
    /// Those of the value of a field.
    #[must_use]
    pub fn new(value: &'a [u8]) -> Self {
        Self {
            rest: skip_cfws(value),
            bare: Some(value),
            words: false,
        }
    }

    fn in_brackets(&mut self) -> Option<MessageId<'a>> {
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

    /// The next word with an `@`.
    fn word(&mut self) -> Option<MessageId<'a>> {
        let is_end = |b: &u8| is_fws(*b) || *b == b',';
        while !self.rest.is_empty() {
            let end = self.rest.iter().position(is_end).unwrap_or(self.rest.len());
            let word = slice(self.rest, 0, end);
            self.rest = slice(self.rest, end.saturating_add(1), self.rest.len());
            if word.contains(&b'@') {
                if let Some(id) = MessageId::read(word) {
                    return Some(id);
                }
            }
        }
        None
    }
}

impl<'a> Iterator for MessageIds<'a> {
    type Item = MessageId<'a>;

    fn next(&mut self) -> Option<MessageId<'a>> {
        if !self.words {
            if let Some(id) = self.in_brackets() {
                self.bare = None;
                return Some(id);
            }
            self.rest = self.bare.take().unwrap_or_default();
            self.words = true;
        }
        self.word()
    }
}

impl FusedIterator for MessageIds<'_> {}

impl core::str::FromStr for MessageId<'static> {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        Self::new(text)
    }
}
