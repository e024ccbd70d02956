//! Header text and its encoded words (RFC 2047), broken or whole.

use alloc::{borrow::Cow, string::String, vec::Vec};

use memchr::memmem;

use crate::{
    charset::Charset,
    grammar::{
        hex, hex_value, is_fws,
        sixteen::{find, find_any, find_iter, is_printable_without},
        slice,
    },
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
    if let Some(text) = plain(value) {
        return Cow::Borrowed(text);
    }
    let start = find_start(value);
    if start.is_none() && is_clean(value) {
        return Charset::UNKNOWN.decode(value);
    }
    written(value, start)
}

/// Searches are faster in more octets than that; in fewer, one look at each.
const SHORT: usize = 64;

/// The text itself, where it is short, and printable ASCII without an `=`: then three searches take longer than one look.
fn plain(value: &[u8]) -> Option<&str> {
    if value.len() > SHORT || !is_printable_without(b'=', value) {
        return None;
    }
    core::str::from_utf8(value).ok()
}

/// The text with its words decoded; `=?` stands at `start` first.
fn written(value: &[u8], start: Option<usize>) -> Cow<'_, str> {
    for trust in [Trust::Whole, Trust::Nothing] {
        if let Some(text) = trusted(value, start, trust) {
            return Cow::Owned(text);
        }
    }
    Cow::Borrowed("")
}

/// The text, or nothing where it is not what it was trusted to be. Part of its caller, which hands on what it makes.
#[inline(always)]
fn trusted(value: &[u8], mut start: Option<usize>, trust: Trust) -> Option<String> {
    let mut out = Text::with_capacity(value.len(), trust);
    let mut rest = value;
    let mut count = 0_usize;
    while let Some(at) = start.filter(|_| count < MOST) {
        let behind = match Word::read(slice(rest, at, rest.len())) {
            Some((word, len)) => {
                if at > 0 {
                    out.plain(slice(rest, 0, at));
                }
                out.word(&word);
                count = count.saturating_add(1);
                at.saturating_add(len)
            }
            // No word begins here: the `=` is text, what follows may be one.
            None => {
                let behind = at.saturating_add(1);
                out.plain(slice(rest, 0, behind));
                behind
            }
        };
        rest = slice(rest, behind, rest.len());
        start = find_start(rest);
    }
    out.plain(rest);
    out.finish()
}

/// Where `=?` stands. Fields are short, and have few of either: one octet is found faster than the two.
pub(super) fn find_start(value: &[u8]) -> Option<usize> {
    let mut at = 0_usize;
    loop {
        at = at.saturating_add(find(b'=', value.get(at..)?)?);
        let behind = at.saturating_add(1);
        if value.get(behind) == Some(&b'?') {
            return Some(at);
        }
        at = behind;
    }
}

/// True where an encoded word stands somewhere in `value`.
pub(crate) fn has_word(value: &[u8]) -> bool {
    find_iter(b'=', value).any(|at| Word::read(slice(value, at, value.len())).is_some())
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
    charset: Charset,
    base64: bool,
    text: &'a [u8],
}

impl<'a> Word<'a> {
    /// The word at the front of `input`, and how long it is. Part of its caller: what it gives is big.
    #[inline(always)]
    fn read(input: &'a [u8]) -> Option<(Self, usize)> {
        let (charset, after) = read_charset(input.strip_prefix(b"=?")?)?;
        let (&[letter, b'?'], text) = after.split_first_chunk::<2>()? else {
            return None;
        };
        let base64 = match letter {
            b'B' | b'b' => true,
            b'Q' | b'q' => false,
            _ => return None,
        };
        let end = Self::end(text, base64)?;
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
        let mut from = 0_usize;
        let end = loop {
            let mark = from.saturating_add(find(b'?', text.get(from..)?)?);
            from = mark.saturating_add(1);
            if text.get(mark.saturating_add(1)) == Some(&b'=') {
                break mark;
            }
            // `=?`: a new word before the end means that this one does not end.
            if mark.checked_sub(1).and_then(|before| text.get(before)) == Some(&b'=') {
                return None;
            }
        };
        if find(b'\n', slice(text, 0, end)).is_some() {
            return None;
        }
        // `?=` may be the start of an escape in Q text that holds a bare `?`: `?=41?=`.
        let escape = slice(text, end.saturating_add(2), end.saturating_add(4));
        let is_escape = !base64 && escape.len() == 2 && escape.iter().all(|&b| hex(b).is_some());
        if is_escape {
            let after = end.saturating_add(2);
            let next = memchr::memchr(b'?', slice(text, after, text.len()));
            if let Some(next) = next.map(|next| after.saturating_add(next)) {
                let closes = text.get(next.saturating_add(1)) == Some(&b'=');
                if closes && !slice(text, after, next).iter().any(|&b| is_fws(b)) {
                    return Some(next);
                }
            }
        }
        Some(end)
    }
}

/// The charset at the front of the inside of a word, and what follows the question mark behind it.
fn read_charset(inner: &[u8]) -> Option<(Charset, &[u8])> {
    // That of nearly all words.
    if let Some((front, after)) = inner.split_first_chunk::<6>() {
        if front.eq_ignore_ascii_case(b"utf-8?") {
            return Some((Charset::UTF_8, after));
        }
    }
    let len = inner.iter().take(100).position(|&b| b == b'?')?;
    let charset = slice(inner, 0, len);
    if charset.is_empty() || !charset.iter().all(|&b| b.is_ascii_graphic()) {
        return None;
    }
    // RFC 2231 §5: `charset*language`.
    let label = charset.split(|&b| b == b'*').next().unwrap_or_default();
    let charset = Charset::from_label(label).unwrap_or(Charset::UNKNOWN);
    Some((charset, slice(inner, len.saturating_add(1), inner.len())))
}

/// Whether octets that should be UTF-8 are looked at one piece after the other, or all together at the end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trust {
    Whole,
    Nothing,
}

/// Text in the making.
struct Text<'v> {
    /// Up to `open` it is UTF-8, or trusted to be.
    done: Vec<u8>,
    /// Where the octets of the words before begin: in their charset, and the next word may go on with them.
    open: usize,
    charset: Option<Charset>,
    /// What decodes words in base64: it holds the characters at the end of the word before that make no whole group, and
    /// the next word may go on with them.
    base64: base64::Decoder,
    after_word: bool,
    /// White space after a word.
    between: &'v [u8],
    trust: Trust,
    /// Trust was not justified.
    betrayed: bool,
}

impl<'v> Text<'v> {
    fn with_capacity(octets: usize, trust: Trust) -> Self {
        Self {
            done: Vec::with_capacity(octets),
            open: 0,
            charset: None,
            base64: base64::Decoder::default(),
            after_word: false,
            between: &[],
            trust,
            betrayed: false,
        }
    }

    /// Text outside of words; white space right after a word counts only if no word follows it.
    fn plain(&mut self, octets: &'v [u8]) {
        if self.after_word && octets.iter().all(|&b| is_fws(b)) {
            self.between = octets;
            return;
        }
        self.flush();
        self.betrayed |= begins_inside(octets);
        if self.is_text(Charset::UNKNOWN, octets) {
            self.done.extend_from_slice(octets);
        } else if find_any([b'\r', b'\n'], octets).is_none() {
            push_clean(&mut self.done, &Charset::UNKNOWN.decode(octets));
        } else {
            let mut unfolded = octets.to_vec();
            unfolded.retain(|&b| b != b'\r' && b != b'\n');
            push_clean(&mut self.done, &Charset::UNKNOWN.decode(&unfolded));
        }
        self.open = self.done.len();
    }

    fn word(&mut self, word: &Word<'_>) {
        if self.charset != Some(word.charset) {
            self.flush();
            self.charset = Some(word.charset);
        }
        if !word.base64 {
            self.close_group();
            decode_q(word.text, &mut self.done);
        } else {
            self.decode_base64(word.text, false);
            // Behind padding nothing goes on.
            if self.base64.is_inside_group() && word.text.contains(&b'=') {
                self.close_group();
            }
        }
        self.after_word = true;
        self.between = &[];
    }

    fn close_group(&mut self) {
        if self.base64.is_inside_group() {
            self.decode_base64(b"", true);
        }
    }

    fn decode_base64(&mut self, text: &[u8], last: bool) {
        let start = self.done.len();
        self.done
            .resize(start.saturating_add(text.len()).saturating_add(8), 0);
        let space = self.done.get_mut(start..).unwrap_or_default();
        let whole = if self.base64.is_inside_group() {
            None
        } else {
            base64::decode_whole(text, space)
        };
        let made = whole.unwrap_or_else(|| self.base64.step(text, space, last).produced);
        self.done.truncate(start.saturating_add(made));
    }

    /// What the words before left open becomes text.
    #[inline]
    fn flush(&mut self) {
        if self.charset.is_some() {
            self.close_words();
        }
        self.open = self.done.len();
    }

    fn close_words(&mut self) {
        self.close_group();
        self.after_word = false;
        if let Some(charset) = self.charset.take() {
            let open = slice(&self.done, self.open, self.done.len());
            // What another charset says begins in the middle of nothing.
            self.betrayed |= charset.is_utf8() && begins_inside(open);
            if !self.is_text(charset, open) {
                let octets = self.done.split_off(self.open);
                push_clean(&mut self.done, &charset.decode(&octets));
            }
        }
    }

    /// Whether octets of this charset may stand in the text as they are.
    fn is_text(&self, charset: Charset, octets: &[u8]) -> bool {
        let is_utf8 = match self.trust {
            Trust::Whole => charset.is_utf8(),
            Trust::Nothing => charset.is_utf8() && core::str::from_utf8(octets).is_ok(),
        };
        is_utf8 && is_clean(octets)
    }

    fn finish(mut self) -> Option<String> {
        self.flush();
        let blanks = self.between.iter().filter(|&&b| b == b' ' || b == b'\t');
        self.done.extend(blanks);
        let text = String::from_utf8(self.done).ok();
        text.filter(|_| self.trust == Trust::Nothing || !self.betrayed)
    }
}

/// Whether a piece of text begins in the middle of a character: then it is not UTF-8, whatever is before it.
fn begins_inside(octets: &[u8]) -> bool {
    octets
        .first()
        .is_some_and(|byte| matches!(byte, 0x80..=0xbf))
}

/// Whether nothing in it could end a line.
fn is_clean(octets: &[u8]) -> bool {
    if octets.len() <= SHORT {
        find_any([b'\r', b'\n', 0], octets).is_none()
    } else {
        memchr::memchr3(b'\r', b'\n', 0, octets).is_none()
    }
}

/// Adds text without what could end a line: a run of CR, LF and NUL becomes one blank.
fn push_clean(to: &mut Vec<u8>, text: &str) {
    let text = text.as_bytes();
    if is_clean(text) {
        to.extend_from_slice(text);
        return;
    }
    let ends_line = |byte: &u8| matches!(byte, b'\r' | b'\n' | 0);
    if text.first().is_some_and(ends_line) && !to.is_empty() && to.last() != Some(&b' ') {
        to.push(b' ');
    }
    let mut pieces = text
        .split(ends_line)
        .filter(|piece| !piece.is_empty())
        .peekable();
    while let Some(piece) = pieces.next() {
        to.extend_from_slice(piece);
        if pieces.peek().is_some() && piece.last() != Some(&b' ') {
            to.push(b' ');
        }
    }
}

/// The Q encoding (RFC 2047 §4.2); an escape that is none stands as it is.
fn decode_q(text: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    // Octet by octet: escapes follow one another too closely to look for them.
    out.resize(start.saturating_add(text.len()), 0);
    let (mut at, mut made) = (0_usize, 0_usize);
    for space in out.iter_mut().skip(start) {
        let Some(&byte) = text.get(at) else { break };
        at = at.wrapping_add(1);
        *space = match byte {
            b'_' => b' ',
            b'=' => match text.get(at..).and_then(<[u8]>::first_chunk) {
                Some(&[high, low]) if hex_value(high) | hex_value(low) < 16 => {
                    at = at.wrapping_add(2);
                    hex_value(high) << 4 | hex_value(low)
                }
                _ => b'=',
            },
            byte => byte,
        };
        made = made.wrapping_add(1);
    }
    out.truncate(start.saturating_add(made));
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Looking at all octets at the end finds what looking at each piece does, or leaves it to that.
        #[test]
        fn trust_changes_nothing(pieces in prop::collection::vec(prop::sample::select(vec![
            &b"=?utf-8?q?"[..], b"=?utf-8?b?", b"=?iso-8859-1?q?", b"=?x?q?", b"?=", b"=C3", b"=BC", b"\xc3", b"\xbc",
            b"w7w", b"w7w=", b"_", b" ", b"\r\n ", b"=0A", b"\0", b"a", b"=", b"?", b"\xe2\x82", b"\xac",
        ]), 0..12)) {
            let value = pieces.concat();
            let checked = trusted(&value, find_start(&value), Trust::Nothing);
            prop_assert!(checked.is_some());
            if let Some(trusted) = trusted(&value, find_start(&value), Trust::Whole) {
                prop_assert_eq!(Some(trusted), checked);
            }
        }
    }
}
