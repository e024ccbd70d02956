//! The byte classes of the IMAP grammar, each with the rule it comes from.
//!
//! One table of 256 entries answers every question of the scanner with one load.

/// A set of classes.
pub(crate) type Class = u16;

/// `ATOM-CHAR = <any CHAR except atom-specials>` (RFC 3501 §9)
pub(crate) const ATOM: Class = 1 << 0;
/// `ASTRING-CHAR = ATOM-CHAR / resp-specials` (RFC 3501 §9)
pub(crate) const ASTRING: Class = 1 << 1;
/// `list-char = ATOM-CHAR / list-wildcards / resp-specials` (RFC 3501 §9)
pub(crate) const LIST: Class = 1 << 2;
/// `tag = 1*<any ASTRING-CHAR except "+">` (RFC 3501 §9)
pub(crate) const TAG: Class = 1 << 3;
/// `QUOTED-CHAR` that needs no escape: `TEXT-CHAR` without `"` and `\` (RFC 3501 §9)
pub(crate) const QUOTED: Class = 1 << 4;
/// `DIGIT`
pub(crate) const DIGIT: Class = 1 << 5;
/// `TEXT-CHAR = <any CHAR except CR and LF>` (RFC 3501 §9)
pub(crate) const TEXT: Class = 1 << 6;
/// An octet above 127: part of a UTF-8 sequence where RFC 9051 allows one, a repair elsewhere.
pub(crate) const EIGHT_BIT: Class = 1 << 7;
/// Octets of the names of data items, up to a bracket: letters, digits and the marks among them.
pub(crate) const ITEM: Class = 1 << 8;
/// Octets that stand for themselves in a name in modified UTF-7: all of ASCII but `&`, CR, LF and NUL (RFC 3501 §5.1.3).
pub(crate) const DIRECT: Class = 1 << 9;
/// Octets that stand for themselves in a name, quoted or in UTF-7: no controls, no `&`.
pub(crate) const PLAIN: Class = 1 << 10;
/// The same in a name that is not quoted.
pub(crate) const PLAIN_WORD: Class = 1 << 11;

static CLASSES: [Class; 256] = {
    let mut table = [0; 256];
    let mut byte = 0u8;
    loop {
        #[expect(clippy::indexing_slicing, reason = "a u8 is always below 256")]
        {
            table[byte as usize] = class_of(byte) | more_of(byte);
        }
        match byte.checked_add(1) {
            Some(next) => byte = next,
            None => break table,
        }
    }
};

const fn class_of(byte: u8) -> Class {
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

const fn more_of(byte: u8) -> Class {
    let item =
        match byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'/' | b':') {
            true => ITEM,
            false => 0,
        };
    item | match byte {
        0 | b'\r' | b'\n' | b'&' | 0x80.. => 0,
        b'"' | b'\\' | 0..b' ' | 0x7f => DIRECT,
        b' ' | b'(' | b')' | b'{' | b'%' | b'*' => DIRECT | PLAIN,
        _ => DIRECT | PLAIN | PLAIN_WORD,
    }
}

/// Whether `byte` belongs to one of `classes`.
#[inline]
pub(crate) const fn is(byte: u8, classes: Class) -> bool {
    #[expect(clippy::indexing_slicing, reason = "a u8 is always below 256")]
    let found = CLASSES[byte as usize];
    found & classes != 0
}

/// `atom = 1*ATOM-CHAR` (RFC 3501 §9)
pub(crate) const fn is_atom(text: &[u8]) -> bool {
    all(text, ATOM)
}

/// Whether `text` is not empty and all of it belongs to `classes`.
pub(crate) const fn all(text: &[u8], classes: Class) -> bool {
    first_not(text, classes).is_none() && !text.is_empty()
}

/// The first octet of `text` outside of `classes`, and where it stands.
pub(crate) const fn first_not(text: &[u8], classes: Class) -> Option<(usize, u8)> {
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
pub(crate) fn run(text: &[u8], classes: Class) -> usize {
    text.iter()
        .position(|&byte| !is(byte, classes))
        .unwrap_or(text.len())
}

/// How many octets at the head of `text` need no look in a quoted string: [`QUOTED`], eight at a time.
///
/// Strings are most of what a client reads, and most of them are longer than that.
#[inline]
pub(crate) fn quoted_run(text: &[u8]) -> usize {
    let mut at = 0usize;
    while let Some(word) = text.get(at..).and_then(<[u8]>::first_chunk) {
        let stops = quoted_stops(u64::from_le_bytes(*word));
        if stops == 0 {
            at = at.saturating_add(8);
            continue;
        }
        at = at.saturating_add((stops.trailing_zeros() / 8) as usize);
        match text.get(at) {
            // A control such as TAB, which may stand in a quoted string.
            Some(byte) if is(*byte, QUOTED) => at = at.saturating_add(1),
            _ => return at,
        }
    }
    at.saturating_add(run(text.get(at..).unwrap_or_default(), QUOTED))
}

/// The high bit of the first of eight octets that needs a look in a quoted string, and maybe of some above it.
#[inline(always)]
pub(crate) const fn quoted_stops(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    // What is below a bound borrows from its high bit; so do octets above it that equal the bound.
    let below = word.wrapping_sub(ONES.wrapping_mul(0x0e));
    let quote = (word ^ ONES.wrapping_mul(b'"' as u64)).wrapping_sub(ONES);
    let backslash = (word ^ ONES.wrapping_mul(b'\\' as u64)).wrapping_sub(ONES);
    // Where the word has a high bit itself, it counts anyway.
    (below | quote | backslash | word) & HIGH
}

/// How many octets at the head of `text` are numbers of one to nine digits with one space behind each, eight at a time.
///
/// Neither begins with a zero. The answer to a SEARCH in a big mailbox is a megabyte of these.
pub(crate) fn numbers_run(text: &[u8]) -> usize {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    const ONES: u64 = 0x0101_0101_0101_0101;
    // Octets that are zero have their high bit set in the answer, and no others.
    let zeros = |word: u64| !(((word & !HIGH).wrapping_add(!HIGH)) | word) & HIGH;
    let mut good = 0usize;
    // Digits since the last space, and whether the last octet was one.
    let mut digits = 0u32;
    let mut carry = 0x80;
    for (index, word) in text.chunks_exact(8).enumerate() {
        let word = u64::from_le_bytes(word.try_into().unwrap_or_default());
        let spaces = zeros(word ^ ONES.wrapping_mul(b' ' as u64));
        let starts = (spaces << 8) | carry;
        let values = word ^ ONES.wrapping_mul(b'0' as u64);
        // A digit is 0 to 9 now, and the sum below 0x80.
        let others = ((values & !HIGH).wrapping_add(ONES.wrapping_mul(0x76)) | values) & HIGH;
        if (others ^ spaces) | (starts & (spaces | zeros(values))) != 0 {
            break;
        }
        digits = digits.wrapping_add(spaces.trailing_zeros() / 8);
        if digits > 9 {
            break;
        }
        if spaces != 0 {
            digits = spaces.leading_zeros() / 8;
            let end = index.wrapping_add(1).wrapping_mul(8);
            good = end.wrapping_sub(digits as usize);
        }
        carry = spaces >> 56;
    }
    good
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
    fn numbers_eight_at_a_time_are_the_same() {
        // One by one: how much of the text is as it should be.
        let plainly = |text: &[u8]| {
            let mut at = 0;
            loop {
                let digits = run(&text[at..], DIGIT);
                let end = at + digits;
                if !(1..=9).contains(&digits) || text[at] == b'0' || text.get(end) != Some(&b' ') {
                    return at;
                }
                at = end + 1;
            }
        };
        let mut text = [0u8; 40];
        let mut seed = 1u64;
        for round in 0..200_000u32 {
            for byte in &mut text {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                *byte = match (seed >> 33) % (3 + u64::from(round % 17)) {
                    0 => b' ',
                    1 => b'0',
                    n => b'0' + (n % 10) as u8,
                };
            }
            text[(round % 40) as usize] = round as u8;
            let found = numbers_run(&text);
            let most = plainly(&text);
            assert!(found <= most, "{:?}", text.escape_ascii());
            // What is left is less than a number and a block.
            assert!(most - found < 18, "{:?}", text.escape_ascii());
        }
    }

    #[test]
    fn classes_of_a_whole_text() {
        assert!(is_atom(b"FETCH") && !is_atom(b"") && !is_atom(b"a b"));
        assert_eq!(first_not(b"ab\rc", TEXT), Some((2, b'\r')));
        assert_eq!(run(b"123 4", DIGIT), 3);
    }
}
