//! Byte classes, one per terminal, with the RFC rule each stands for, and the lengths of RFC 5321
//! §4.5.3.1.

/// Octets that may stand in `esmtp-value`.
const ESMTP_VALUE: u8 = 1;
/// Octets that may stand in `esmtp-keyword` and in a verb.
const KEYWORD: u8 = 1 << 1;
/// `xchar` of RFC 3461 §4.
const XCHAR: u8 = 1 << 2;
/// Octets of a text line: printable, blank, HTAB, or part of UTF-8.
const TEXT: u8 = 1 << 3;
/// Octets of a SASL mechanism name.
const MECHANISM: u8 = 1 << 4;

const CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0_u8; 256];
    let mut byte = 0_u8;
    loop {
        let mut class = 0;
        if matches!(byte, 33..=60 | 62..=126 | 128..=255) {
            class |= ESMTP_VALUE;
        }
        if byte.is_ascii_alphanumeric() || byte == b'-' {
            class |= KEYWORD;
        }
        if matches!(byte, b'!'..=b'*' | b','..=b'<' | b'>'..=b'~') {
            class |= XCHAR;
        }
        if matches!(byte, b'\t' | 32..=126 | 128..=255) {
            class |= TEXT;
        }
        if byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_') {
            class |= MECHANISM;
        }
        #[expect(clippy::indexing_slicing, reason = "a byte is below 256")]
        {
            table[byte as usize] = class;
        }
        if byte == 255 {
            return table;
        }
        byte = byte.wrapping_add(1);
    }
}

#[inline]
const fn is(byte: u8, class: u8) -> bool {
    #[expect(clippy::indexing_slicing, reason = "a byte is below 256")]
    {
        CLASSES[byte as usize] & class != 0
    }
}

/// `esmtp-value = 1*(%d33-60 / %d62-126)` (RFC 5321 §4.1.2), and UTF-8 where RFC 6531 §3.3 widens it
#[inline]
pub(crate) const fn is_esmtp_value(byte: u8) -> bool {
    is(byte, ESMTP_VALUE)
}

/// `esmtp-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-")` (RFC 5321 §4.1.2), any octet of it
#[inline]
pub(crate) const fn is_keyword(byte: u8) -> bool {
    is(byte, KEYWORD)
}

/// `xchar = any ASCII CHAR between "!" (33) and "~" (126) inclusive, except for "+" and "="` (RFC 3461 §4)
#[inline]
pub(crate) const fn is_xchar(byte: u8) -> bool {
    is(byte, XCHAR)
}

/// `textstring = 1*(%d09 / %d32-126)` (RFC 5321 §4.2), and UTF-8 where RFC 6531 §3.7.4 widens it
#[inline]
pub(crate) const fn is_text(byte: u8) -> bool {
    is(byte, TEXT)
}

/// `sasl-mech = 1*20mech-char`, `mech-char = UPPER-ALPHA / DIGIT / HYPHEN / UNDERSCORE` (RFC 4422 §3.1)
#[inline]
pub(crate) const fn is_mechanism(byte: u8) -> bool {
    is(byte, MECHANISM)
}

/// Whether every octet is printable ASCII or a blank.
#[inline]
pub(crate) fn is_plain(line: &[u8]) -> bool {
    plain_length(line) == line.len()
}

/// How many octets at the front are printable ASCII or blanks: eight at a time, in one word.
#[inline]
pub(crate) fn plain_length(text: &[u8]) -> usize {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    const ONES: u64 = 0x0101_0101_0101_0101;
    let mut at = 0_usize;
    let mut rest = text;
    while let Some((word, behind)) = rest.split_first_chunk() {
        let word = u64::from_le_bytes(*word);
        // The high bit of an octet is set where it is above 127, below 32, or 127 itself. A borrow or a carry
        // can set it for those behind it too, but never for the first.
        let low = word.wrapping_sub(ONES.wrapping_mul(32)) & !word;
        let delete = word.wrapping_add(ONES);
        let odd = (word | low | delete) & HIGH;
        if odd != 0 {
            return at.wrapping_add(odd.trailing_zeros() as usize / 8);
        }
        (at, rest) = (at.wrapping_add(8), behind);
    }
    let plain = |byte: &u8| matches!(byte, b' '..=b'~');
    at.wrapping_add(rest.iter().take_while(|byte| plain(byte)).count())
}

/// `SP / HTAB`
#[inline]
pub(crate) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// Whether a name looks like `Domain / address-literal` (RFC 5321 §4.1.2): labels of letters, digits,
/// hyphens, underscores as they are met with, or UTF-8 (RFC 6531 §3.7.1); or anything in brackets.
pub(crate) fn is_host(name: &[u8]) -> bool {
    if let [b'[', .., b']'] = name {
        return true;
    }
    let mut before = b'.';
    name.iter().all(|&byte| {
        let dots = byte == b'.' && before == b'.';
        before = byte;
        !dots && (is(byte, KEYWORD) || matches!(byte, b'.' | b'_' | 128..=255))
    })
}

/// Longest line of message text, without its CRLF (RFC 5322 §2.1.1; RFC 5321 §4.5.3.1.6 counts it in).
pub(crate) const TEXT_LINE: usize = 998;
/// Longest command line, CRLF included (RFC 5321 §4.5.3.1.4), before extensions lengthen it.
pub(crate) const COMMAND_LINE: usize = 512;
/// Longest mechanism name (RFC 4422 §3.1).
pub(crate) const MECHANISM_NAME: usize = 20;

/// `status-code = class "." subject "." detail` (RFC 3463 §2) at the front of a text, and the octets it
/// took. What follows must be a blank or the end.
pub(crate) fn status_code(text: &[u8]) -> Option<((u8, u16, u16), usize)> {
    let (&class, rest) = text.split_first()?;
    let rest = rest.strip_prefix(b".")?;
    if !matches!(class, b'2' | b'4' | b'5') {
        return None;
    }
    let (subject, rest) = up_to_three_digits(rest)?;
    let rest = rest.strip_prefix(b".")?;
    let (detail, rest) = up_to_three_digits(rest)?;
    if rest
        .first()
        .is_some_and(|&next| !is_blank(next) && !matches!(next, b'\r' | b'\n'))
    {
        return None;
    }
    let used = text.len().saturating_sub(rest.len());
    Some(((class.wrapping_sub(b'0'), subject, detail), used))
}

/// `subject = 1*3digit`, `detail = 1*3digit` (RFC 3463 §2)
fn up_to_three_digits(text: &[u8]) -> Option<(u16, &[u8])> {
    let len = text
        .iter()
        .take(4)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    if len == 0 || len > 3 {
        return None;
    }
    let (digits, rest) = text.split_at_checked(len)?;
    let number = digits.iter().fold(0_u16, |number, digit| {
        number
            .wrapping_mul(10)
            .wrapping_add(u16::from(digit.wrapping_sub(b'0')))
    });
    Some((number, rest))
}
