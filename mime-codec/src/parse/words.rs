//! Header text and its encoded words (RFC 2047), broken or whole.

use alloc::{borrow::Cow, string::String, vec::Vec};

use memchr::memmem;

use crate::{
    charset::Charset,
    grammar::{hex, is_fws, slice},
    transfer::base64,
};

/// How many encoded words of a text are decoded; the rest of it stands as it is.
pub(crate) const MOST: usize = 10_000;

/// Header text as a person should read it: unfolded, encoded words decoded, without CR, LF or NUL.
///
/// Encoded words are decoded wherever they stand, glued to text or not; blanks between two of them go. The
/// octets of neighbours in one charset are put together before they become text, so that a character that was
/// split between words is whole again. Octets above 127 outside of words are UTF-8 or, where they are not,
/// windows-1252.
///
/// ```
/// use mailweft_mime::decode_text;
///
/// assert_eq!(decode_text(b"=?utf-8?q?Gr=C3?=\r\n =?utf-8?q?=BC=C3=9Fe?= from =?us-ascii?q?here?="), "Grüße from here");
/// assert_eq!(decode_text(b"a=?utf-8?q?=0D=0ABcc:_x?="), "a Bcc: x");
/// ```
#[must_use]
pub fn decode_text(value: &[u8]) -> Cow<'_, str> {
    let clean = memchr::memchr3(b'\r', b'\n', 0, value).is_none();
    if clean && find_start(value).is_none() {
        return Charset::UNKNOWN.decode(value);
    }
    let mut out = Text::default();
    let mut rest = value;
    let mut count = 0_usize;
    while let Some(start) = find_start(rest).filter(|_| count < MOST) {
        let Some((word, len)) = Word::read(slice(rest, start, rest.len())) else {
            // No word begins here: the `=` is text, what follows may be one.
            out.plain(slice(rest, 0, start.saturating_add(1)));
            rest = slice(rest, start.saturating_add(1), rest.len());
            continue;
        };
        out.plain(slice(rest, 0, start));
        out.word(&word);
        count = count.saturating_add(1);
        rest = slice(rest, start.saturating_add(len), rest.len());
    }
    out.plain(rest);
    Cow::Owned(out.finish())
}

/// Where `=?` stands. Fields are short, and have few of either: one octet is found faster than the two.
fn find_start(value: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'=', value).find(|&at| value.get(at.saturating_add(1)) == Some(&b'?'))
}

/// True where an encoded word stands somewhere in `value`.
pub(crate) fn has_word(value: &[u8]) -> bool {
    memmem::find_iter(value, b"=?").any(|at| Word::read(slice(value, at, value.len())).is_some())
}

/// True where more encoded words stand in `value` than are decoded.
pub(crate) fn has_too_many(value: &[u8]) -> bool {
    let is_word = |at: &usize| Word::read(slice(value, *at, value.len())).is_some();
    value.len() > MOST
        && memmem::find_iter(value, b"=?")
            .filter(is_word)
            .nth(MOST)
            .is_some()
}

/// `encoded-word = "=?" charset "?" encoding "?" encoded-text "?="`
struct Word<'a> {
    charset: &'a [u8],
    base64: bool,
    text: &'a [u8],
}

impl<'a> Word<'a> {
    /// The word at the front of `input`, and how long it is.
    fn read(input: &'a [u8]) -> Option<(Self, usize)> {
        let inner = input.strip_prefix(b"=?")?;
        let charset_len = inner.iter().take(100).position(|&b| b == b'?')?;
        let charset = slice(inner, 0, charset_len);
        if charset.is_empty() || !charset.iter().all(|&b| b.is_ascii_graphic()) {
            return None;
        }
        let after = slice(inner, charset_len.saturating_add(1), inner.len());
        let (&[letter, b'?'], text) = after.split_first_chunk::<2>()? else {
            return None;
        };
        let base64 = match letter {
            b'B' | b'b' => true,
            b'Q' | b'q' => false,
            _ => return None,
        };
        let end = Self::end(text, base64)?;
        // RFC 2231 §5: `charset*language`.
        let charset = charset.split(|&b| b == b'*').next().unwrap_or_default();
        let len = input
            .len()
            .saturating_sub(text.len())
            .saturating_add(end)
            .saturating_add(2);
        Some((
            Self {
                charset,
                base64,
                text: slice(text, 0, end),
            },
            len,
        ))
    }

    /// Where the `?=` that closes the word stands: it may hold `?` in broken Q text.
    fn end(text: &[u8], base64: bool) -> Option<usize> {
        // A new word before the end means that this one does not end; `=?=` is an `=` and the end.
        let next_word = memmem::find(text, b"=?").unwrap_or(text.len());
        let end = memmem::find(slice(text, 0, next_word.saturating_add(3)), b"?=")?;
        let line = slice(text, 0, end);
        if line.contains(&b'\n') {
            return None;
        }
        // `?=` may be the start of an escape in Q text that holds a bare `?`: `?=41?=`.
        let escape = slice(text, end.saturating_add(2), end.saturating_add(4));
        let is_escape = !base64 && escape.len() == 2 && escape.iter().all(|&b| hex(b).is_some());
        if is_escape {
            let after = end.saturating_add(2);
            let next = memmem::find(slice(text, after, text.len()), b"?=");
            if let Some(next) = next {
                let between = slice(text, after, after.saturating_add(next));
                if !between.iter().any(|&b| is_fws(b) || b == b'?') {
                    return Some(after.saturating_add(next));
                }
            }
        }
        Some(end)
    }
}

/// Text in the making.
#[derive(Default)]
struct Text {
    done: String,
    /// Octets of the words before, in their charset, which the next word may go on.
    open: Vec<u8>,
    charset: Option<Charset>,
    /// Base64 characters of the word before that make no whole group, without padding.
    group: Vec<u8>,
    after_word: bool,
    /// White space after a word.
    between: Vec<u8>,
}

impl Text {
    /// Text outside of words; white space right after a word counts only if no word follows it.
    fn plain(&mut self, octets: &[u8]) {
        if self.after_word && octets.iter().all(|&b| is_fws(b)) {
            self.between.extend_from_slice(octets);
            return;
        }
        self.flush();
        let mut kept = core::mem::take(&mut self.between);
        kept.extend_from_slice(octets);
        kept.retain(|&b| b != b'\r' && b != b'\n');
        push_clean(&mut self.done, &Charset::UNKNOWN.decode(&kept));
    }

    fn word(&mut self, word: &Word<'_>) {
        let charset = Charset::from_label(word.charset).unwrap_or(Charset::UNKNOWN);
        if self.charset != Some(charset) {
            self.flush();
            self.charset = Some(charset);
        }
        if word.base64 {
            self.group.extend_from_slice(word.text);
            let letters = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
            let count = self.group.iter().filter(letters).count();
            // A group that is cut off may go on in the next word; one with padding may not.
            if count % 4 == 0 || self.group.contains(&b'=') {
                self.close_group();
            }
        } else {
            self.close_group();
            decode_q(word.text, &mut self.open);
        }
        self.after_word = true;
        self.between.clear();
    }

    fn close_group(&mut self) {
        if self.group.is_empty() {
            return;
        }
        let group = core::mem::take(&mut self.group);
        let start = self.open.len();
        self.open
            .resize(start.saturating_add(group.len()).saturating_add(8), 0);
        let space = self.open.get_mut(start..).unwrap_or_default();
        let made = base64::Decoder::default()
            .step(&group, space, true)
            .produced;
        self.open.truncate(start.saturating_add(made));
    }

    fn flush(&mut self) {
        self.close_group();
        self.after_word = false;
        if let Some(charset) = self.charset.take() {
            push_clean(&mut self.done, &charset.decode(&self.open));
            self.open.clear();
        }
    }

    fn finish(mut self) -> String {
        self.flush();
        let blanks = core::mem::take(&mut self.between);
        self.done.extend(
            blanks
                .iter()
                .filter(|&&b| b == b' ' || b == b'\t')
                .map(|&b| char::from(b)),
        );
        self.done
    }
}

/// Adds text without what could end a line: a run of CR, LF and NUL becomes one blank.
fn push_clean(to: &mut String, text: &str) {
    let mut pieces = text
        .split(['\r', '\n', '\0'])
        .filter(|piece| !piece.is_empty())
        .peekable();
    if text.starts_with(['\r', '\n', '\0']) && !to.is_empty() && !to.ends_with(' ') {
        to.push(' ');
    }
    while let Some(piece) = pieces.next() {
        to.push_str(piece);
        if pieces.peek().is_some() && !piece.ends_with(' ') {
            to.push(' ');
        }
    }
}

/// The Q encoding (RFC 2047 §4.2); an escape that is none stands as it is.
fn decode_q(text: &[u8], out: &mut Vec<u8>) {
    let mut rest = text;
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        out.push(match first {
            b'_' => b' ',
            b'=' => match *after {
                [high, low, ..] => match (hex(high), hex(low)) {
                    (Some(high), Some(low)) => {
                        rest = slice(after, 2, after.len());
                        high << 4 | low
                    }
                    _ => b'=',
                },
                _ => b'=',
            },
            byte => byte,
        });
    }
}
