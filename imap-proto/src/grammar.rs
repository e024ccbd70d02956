//! The byte classes of the IMAP grammar, each with the rule it comes from.
//!
//! One table of 256 entries answers every question of the scanner with one load.

/// `ATOM-CHAR = <any CHAR except atom-specials>` (RFC 3501 §9)
pub(crate) const ATOM: u8 = 1 << 0;
/// `ASTRING-CHAR = ATOM-CHAR / resp-specials` (RFC 3501 §9)
pub(crate) const ASTRING: u8 = 1 << 1;
/// `list-char = ATOM-CHAR / list-wildcards / resp-specials` (RFC 3501 §9)
pub(crate) const LIST: u8 = 1 << 2;
/// `tag = 1*<any ASTRING-CHAR except "+">` (RFC 3501 §9)
pub(crate) const TAG: u8 = 1 << 3;
/// `QUOTED-CHAR` that needs no escape: `TEXT-CHAR` without `"` and `\` (RFC 3501 §9)
pub(crate) const QUOTED: u8 = 1 << 4;
/// `DIGIT`
pub(crate) const DIGIT: u8 = 1 << 5;
/// `TEXT-CHAR = <any CHAR except CR and LF>` (RFC 3501 §9)
pub(crate) const TEXT: u8 = 1 << 6;
/// An octet above 127: part of a UTF-8 sequence where RFC 9051 allows one, a repair elsewhere.
pub(crate) const EIGHT_BIT: u8 = 1 << 7;

static CLASSES: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0u8;
    loop {
        #[expect(clippy::indexing_slicing, reason = "a u8 is always below 256")]
        {
            table[byte as usize] = class_of(byte);
        }
        match byte.checked_add(1) {
            Some(next) => byte = next,
            None => break table,
        }
    }
};

const fn class_of(byte: u8) -> u8 {
    match byte {
        // NUL is no CHAR (RFC 3501 §9), CR and LF end the line.
        0 | b'\r' | b'\n' => 0,
        // CTL and SP are TEXT-CHARs, and nothing else.
        0x01..=0x20 | 0x7f => TEXT | QUOTED,
        0x80..=0xff => EIGHT_BIT,
        b'"' | b'\\' => TEXT,
        b'(' | b')' | b'{' => TEXT | QUOTED,
        b'%' | b'*' => TEXT | QUOTED | LIST,
        b']' => TEXT | QUOTED | LIST | ASTRING | TAG,
        b'+' => TEXT | QUOTED | LIST | ASTRING | ATOM,
        b'0'..=b'9' => TEXT | QUOTED | LIST | ASTRING | ATOM | TAG | DIGIT,
        _ => TEXT | QUOTED | LIST | ASTRING | ATOM | TAG,
    }
}

/// Whether `byte` belongs to one of `classes`.
#[inline]
pub(crate) const fn is(byte: u8, classes: u8) -> bool {
    #[expect(clippy::indexing_slicing, reason = "a u8 is always below 256")]
    let found = CLASSES[byte as usize];
    found & classes != 0
}

/// `atom = 1*ATOM-CHAR` (RFC 3501 §9)
pub(crate) const fn is_atom(text: &[u8]) -> bool {
    all(text, ATOM)
}

/// Whether `text` is not empty and all of it belongs to `classes`.
pub(crate) const fn all(text: &[u8], classes: u8) -> bool {
    first_not(text, classes).is_none() && !text.is_empty()
}

/// The first octet of `text` outside of `classes`, and where it stands.
pub(crate) const fn first_not(text: &[u8], classes: u8) -> Option<(usize, u8)> {
    let mut rest = text;
    let mut at = 0usize;
    while let [byte, tail @ ..] = rest {
        if !is(*byte, classes) {
            return Some((at, *byte));
        }
        at = at.saturating_add(1);
        rest = tail;
    }
    None
}

/// How many octets at the head of `text` belong to `classes`.
#[inline]
pub(crate) fn run(text: &[u8], classes: u8) -> usize {
    text.iter()
        .position(|&byte| !is(byte, classes))
        .unwrap_or(text.len())
}

/// How many octets at the head of `text` need no look in a quoted string: [`QUOTED`], eight at a time.
///
/// Strings are most of what a client reads, and most of them are longer than that.
#[inline]
pub(crate) fn quoted_run(text: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let mut at = 0usize;
    while let Some(Ok(word)) = text.get(at..at.saturating_add(8)).map(<[u8; 8]>::try_from) {
        let word = u64::from_le_bytes(word);
        // The lowest octet that is zero, or below `least`, has its high bit set; those above it may have too.
        let zero = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
        let below = word.wrapping_sub(ONES.wrapping_mul(0x0e)) & !word & HIGH;
        let quote = zero(word ^ ONES.wrapping_mul(b'"' as u64));
        let backslash = zero(word ^ ONES.wrapping_mul(b'\\' as u64));
        let found = below | quote | backslash | (word & HIGH);
        if found == 0 {
            at = at.saturating_add(8);
            continue;
        }
        at = at.saturating_add((found.trailing_zeros() / 8) as usize);
        match text.get(at) {
            // A control such as TAB, which may stand in a quoted string.
            Some(byte) if is(*byte, QUOTED) => at = at.saturating_add(1),
            _ => return at,
        }
    }
    at.saturating_add(run(text.get(at..).unwrap_or_default(), QUOTED))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `atom-specials = "(" / ")" / "{" / SP / CTL / list-wildcards / quoted-specials / resp-specials`
    #[test]
    fn rfc3501_s9_atom_specials() {
        let specials: alloc::vec::Vec<u8> = (0..=127).filter(|&b| !is(b, ATOM)).collect();
        let mut expected: alloc::vec::Vec<u8> = (0..=31).chain([127]).collect();
        expected.extend(b" \"%()*\\]{");
        expected.sort_unstable();
        assert_eq!(specials, expected);
    }

    #[test]
    fn rfc3501_s9_tag_has_no_plus() {
        assert!(is(b'+', ASTRING) && !is(b'+', TAG) && is(b']', TAG));
    }

    #[test]
    fn eight_at_a_time_is_the_same() {
        for byte in 0..=255u8 {
            for at in 0..20 {
                let mut text = [b'a'; 20];
                text[at] = byte;
                text[19] = b'"';
                assert_eq!(quoted_run(&text), run(&text, QUOTED), "{byte} at {at}");
            }
        }
    }

    #[test]
    fn classes_of_a_whole_text() {
        assert!(is_atom(b"FETCH") && !is_atom(b"") && !is_atom(b"a b"));
        assert_eq!(first_not(b"ab\rc", TEXT), Some((2, b'\r')));
        assert_eq!(run(b"123 4", DIGIT), 3);
    }
}
