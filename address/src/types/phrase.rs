//! Display names.

use alloc::{borrow::Cow, string::String};
use core::fmt;

use bytes::Bytes;

use crate::{
    error::InvalidPhrase,
    grammar::{encoded_word_length, is_atext, is_wsp},
};

/// A display name: `phrase` of RFC 5322 §3.2.5.
///
/// It is kept as it stood, octet for octet, encoded words (RFC 2047) undecoded: a list must be
/// taken apart before anything in it is decoded, and a decoded name may hold `@`, `<` or `,`.
///
/// ```
/// use mailweft_address::{Mailbox, Phrase};
///
/// let mailbox = Mailbox::parse(r#""Doe, \"J\"" Jr <joe@example.org>"#)?;
/// let name = mailbox.name().ok_or("no name")?;
/// assert_eq!(name.raw(), br#""Doe, \"J\"" Jr"#);
/// assert_eq!(name.text(), r#"Doe, "J" Jr"#);
/// assert_eq!(Phrase::new("Doe, Joe")?.raw(), b"\"Doe, Joe\"");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phrase {
    raw: Bytes,
}

impl Phrase {
    pub(crate) const fn from_raw(raw: Bytes) -> Self {
        Self { raw }
    }

    /// A name of this text: written as atoms where it can be, else as a quoted string.
    ///
    /// # Errors
    ///
    /// A control character: CR, LF, NUL, but also a tab.
    pub fn new(text: &str) -> Result<Self, InvalidPhrase> {
        if let Some((at, _)) = text.char_indices().find(|(_, c)| c.is_control()) {
            return Err(InvalidPhrase { at });
        }
        let atoms = !text.is_empty()
            && !text.contains("=?")
            && text
                .split(' ')
                .all(|word| !word.is_empty() && word.bytes().all(|b| is_atext(b) || b >= 0x80));
        if atoms {
            return Ok(Self {
                raw: Bytes::copy_from_slice(text.as_bytes()),
            });
        }
        let mut raw = String::with_capacity(text.len().saturating_add(2));
        raw.push('"');
        for c in text.chars() {
            if matches!(c, '"' | '\\') {
                raw.push('\\');
            }
            raw.push(c);
        }
        raw.push('"');
        Ok(Self { raw: raw.into() })
    }

    /// The octets as they stood in the header, folds and comments included.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// The text: quotes and comments gone, a run of blanks outside quotes one blank, encoded words
    /// as they are. Octets that are not UTF-8 read as U+FFFD.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        let plain = |b: &u8| is_atext(*b) || *b >= 0x80 || *b == b'.';
        if self
            .raw
            .split(|&b| b == b' ')
            .all(|w| !w.is_empty() && w.iter().all(plain))
        {
            return String::from_utf8_lossy(&self.raw);
        }
        let mut text = alloc::vec::Vec::with_capacity(self.raw.len());
        let (mut quoted, mut depth, mut escaped, mut blank) = (false, 0_usize, false, false);
        let mut rest = self.raw.as_ref();
        while let Some((&byte, tail)) = rest.split_first() {
            let here = rest;
            rest = tail;
            if escaped {
                escaped = false;
                if depth == 0 {
                    text.push(byte);
                }
                continue;
            }
            match byte {
                b'\\' if quoted || depth > 0 => escaped = true,
                b'"' if depth == 0 => {
                    if !quoted && blank && !text.is_empty() {
                        text.push(b' ');
                    }
                    blank = false;
                    quoted = !quoted;
                }
                b'(' if !quoted => depth = depth.saturating_add(1),
                b')' if depth > 0 => {
                    depth = depth.saturating_sub(1);
                    blank = true;
                }
                _ if depth > 0 => {}
                // A fold inside quotes is white space without its line end (RFC 5322 §3.2.4).
                b'\r' | b'\n' => blank = blank || !quoted,
                _ if quoted => text.push(byte),
                _ if is_wsp(byte) => blank = true,
                _ => {
                    if blank && !text.is_empty() {
                        text.push(b' ');
                    }
                    blank = false;
                    // Nothing inside an encoded word is a comment or a quote.
                    let length = encoded_word_length(here).unwrap_or(1);
                    let (word, after) = here.split_at_checked(length).unwrap_or((here, &[]));
                    text.extend_from_slice(word);
                    rest = after;
                }
            }
        }
        match String::from_utf8(text) {
            Ok(text) => text.into(),
            Err(error) => String::from_utf8_lossy(error.as_bytes())
                .into_owned()
                .into(),
        }
    }
}

impl fmt::Debug for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phrase(\"{}\")", self.raw.escape_ascii())
    }
}

impl TryFrom<&str> for Phrase {
    type Error = InvalidPhrase;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        Self::new(text)
    }
}
