//! Byte classes, one per terminal of RFC 5321 §4.1.2 and RFC 5322 §3.2 and §3.4.

/// `atext` (RFC 5322 §3.2.3).
const ATEXT: u16 = 1;
/// `qtext` (RFC 5322 §3.2.4).
const QTEXT: u16 = 1 << 1;
/// `ctext` (RFC 5322 §3.2.2).
const CTEXT: u16 = 1 << 2;
/// `dtext` (RFC 5322 §3.4.1).
const DTEXT: u16 = 1 << 3;
/// `Let-dig` (RFC 5321 §4.1.2).
const LET_DIG: u16 = 1 << 4;
/// `obs-NO-WS-CTL` (RFC 5322 §4.1).
const NO_WS_CTL: u16 = 1 << 5;
/// What ends a run of ordinary text in an address list: `"(),:;<>@[\]`, blanks and line ends.
const SPECIAL: u16 = 1 << 6;

/// `Let-dig` and the hyphen, of which labels are made (RFC 5321 §4.1.2).
const LDH: u16 = 1 << 7;
/// What a name is made of that needs no second look: `atext` but the equals sign, with which encoded words
/// begin, octets beyond ASCII, full stops and blanks.
const NAME: u16 = 1 << 8;
/// What stands for itself in quotes: no quote, backslash or control character.
const QUOTED: u16 = 1 << 9;
/// What is inside of an encoded word and says nothing of its end: no question or equals sign, no blank, no control
/// character.
const ENCODED: u16 = 1 << 10;
/// What words of a name without quotes are made of, and blanks between them.
const BARE: u16 = 1 << 11;
/// What is inside of an encoded word in a phrase (RFC 2047 §5 (3) and more) and says nothing of its end: `atext` but the
/// question mark and the equals sign.
const WORD: u16 = 1 << 12;

static CLASSES: [u16; 256] = classes();

const fn classes() -> [u16; 256] {
    let mut table = [0_u16; 256];
    let mut byte = 0_u8;
    loop {
        let mut class = 0;
        if byte.is_ascii_alphanumeric() {
            class |= LET_DIG | ATEXT | LDH;
        }
        if byte == b'-' {
            class |= LDH;
        }
        if matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'/'
                | b'='
                | b'?'
                | b'^'
                | b'_'
                | b'`'
                | b'{'
                | b'|'
                | b'}'
                | b'~'
        ) {
            class |= ATEXT;
        }
        if matches!(byte, 33 | 35..=91 | 93..=126) {
            class |= QTEXT;
        }
        if matches!(byte, 33..=39 | 42..=91 | 93..=126) {
            class |= CTEXT;
        }
        if matches!(byte, 33..=90 | 94..=126) {
            class |= DTEXT;
        }
        if matches!(byte, 1..=8 | 11 | 12 | 14..=31 | 127) {
            class |= NO_WS_CTL;
        }
        if matches!(
            byte,
            b'"' | b'('
                | b')'
                | b','
                | b':'
                | b';'
                | b'<'
                | b'>'
                | b'@'
                | b'['
                | b'\\'
                | b']'
                | b' '
                | b'\t'
                | b'\r'
                | b'\n'
        ) {
            class |= SPECIAL;
        }
        if byte >= 0x80 || matches!(byte, b' ' | b'.') || (class & ATEXT != 0 && byte != b'=') {
            class |= NAME;
        }
        if class & NAME != 0 || byte == b'=' {
            class |= BARE;
        }
        if class & ATEXT != 0 && !matches!(byte, b'?' | b'=') {
            class |= WORD;
        }
        if !matches!(byte, 0..=31 | b'"' | b'\\' | 127) {
            class |= QUOTED;
        }
        if !matches!(byte, 0..=b' ' | b'?' | b'=' | 127) {
            class |= ENCODED;
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
const fn is(byte: u8, class: u16) -> bool {
    #[expect(clippy::indexing_slicing, reason = "a byte is below 256")]
    {
        CLASSES[byte as usize] & class != 0
    }
}

/// `atext = ALPHA / DIGIT / "!" / "#" / ...` (RFC 5322 §3.2.3)
#[inline]
pub(crate) const fn is_atext(byte: u8) -> bool {
    is(byte, ATEXT)
}

/// `qtext = %d33 / %d35-91 / %d93-126` (RFC 5322 §3.2.4)
#[inline]
pub(crate) const fn is_qtext(byte: u8) -> bool {
    is(byte, QTEXT)
}

/// `ctext = %d33-39 / %d42-91 / %d93-126` (RFC 5322 §3.2.2)
#[inline]
pub(crate) const fn is_ctext(byte: u8) -> bool {
    is(byte, CTEXT)
}

/// `dtext = %d33-90 / %d94-126` (RFC 5322 §3.4.1)
#[inline]
pub(crate) const fn is_dtext(byte: u8) -> bool {
    is(byte, DTEXT)
}

/// `Let-dig = ALPHA / DIGIT` (RFC 5321 §4.1.2)
#[inline]
pub(crate) const fn is_let_dig(byte: u8) -> bool {
    is(byte, LET_DIG)
}

/// Splits off the longest run of `atext` at the front.
#[inline]
pub(crate) const fn split_atext(text: &[u8]) -> (&[u8], &[u8]) {
    split_run(text, ATEXT)
}

/// How long the name at the front is that needs no second look.
#[inline]
pub(crate) const fn name_length(text: &[u8]) -> usize {
    run(text, NAME)
}

/// Whether it is words of atoms and full stops, with single blanks between them.
pub(crate) fn is_bare(text: &[u8]) -> bool {
    run(text, BARE) == text.len() && has_single_blanks(text)
}

/// Whether every blank stands alone between two other octets.
pub(crate) fn has_single_blanks(text: &[u8]) -> bool {
    let mut ends = memchr::memchr_iter(b' ', text);
    let is_single = |at: usize| !matches!(text.get(at.wrapping_add(1)), None | Some(b' '));
    !matches!(text.first(), None | Some(b' ')) && ends.all(is_single)
}

/// How much of the inside of a quoted string stands for itself.
#[inline]
pub(crate) const fn unescaped_length(text: &[u8]) -> usize {
    run(text, QUOTED)
}

/// Splits off the longest run of letters, digits and hyphens at the front.
#[inline]
pub(crate) const fn split_ldh(text: &[u8]) -> (&[u8], &[u8]) {
    split_run(text, LDH)
}

#[inline]
const fn split_run(text: &[u8], class: u16) -> (&[u8], &[u8]) {
    text.split_at(run(text, class))
}

/// How many octets of a class stand at the front.
#[inline]
const fn run(text: &[u8], class: u16) -> usize {
    let mut length = 0;
    #[expect(clippy::indexing_slicing, reason = "below its length")]
    while length < text.len() && is(text[length], class) {
        length = length.wrapping_add(1);
    }
    length
}

/// `obs-NO-WS-CTL = %d1-8 / %d11 / %d12 / %d14-31 / %d127` (RFC 5322 §4.1)
#[inline]
pub(crate) const fn is_no_ws_ctl(byte: u8) -> bool {
    is(byte, NO_WS_CTL)
}

/// A byte that separates or encloses something in an address list (`specials` of RFC 5322 §3.2.3
/// without the full stop, and the blanks).
#[inline]
pub(crate) const fn is_delimiter(byte: u8) -> bool {
    is(byte, SPECIAL)
}

/// Whether all of it is printable ASCII or a blank: `%d32-126`.
pub(crate) const fn is_printable(text: &[u8]) -> bool {
    let mut rest = text;
    while let Some((byte, tail)) = rest.split_first() {
        if !matches!(byte, 32..=126) {
            return false;
        }
        rest = tail;
    }
    true
}

/// `WSP = SP / HTAB` (RFC 5234 appendix B.1)
#[inline]
pub(crate) const fn is_wsp(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// The length of the `encoded-word = "=?" charset "?" encoding "?" encoded-text "?="` (RFC 2047 §2)
/// at the front of `text`, if one stands there. The encoded text may hold anything but blanks: what
/// real mail holds, not what §5 (3) allows in a phrase.
///
/// It looks no further than the next `=?`, so trying at every one is linear.
pub(crate) fn encoded_word_length(text: &[u8]) -> Option<usize> {
    word_length(text, ENCODED)
}

/// The same of a word in which nothing could be taken for more than text, wherever it stands.
pub(crate) fn plain_word_length(text: &[u8]) -> Option<usize> {
    word_length(text, WORD)
}

#[inline]
fn word_length(text: &[u8], class: u16) -> Option<usize> {
    let after_charset = after_run(text.strip_prefix(b"=?")?, |b| is_atext(b) && b != b'?')?;
    let [b'?', b'q' | b'Q' | b'b' | b'B', b'?', encoded @ ..] = after_charset else {
        return None;
    };
    let mut rest = encoded;
    loop {
        rest = rest.get(run(rest, class)..)?;
        rest = match rest {
            [b'?', b'=', behind @ ..] => return Some(text.len().saturating_sub(behind.len())),
            [b'=', b'?', b'=', ..] => rest.get(1..)?,
            [b'=', b'?', ..] => return None,
            [b'?' | b'=', tail @ ..] => tail,
            _ => return None,
        };
    }
}

/// What follows a run of at least one octet of a class.
fn after_run(text: &[u8], class: impl Fn(u8) -> bool) -> Option<&[u8]> {
    let length = text.iter().position(|&b| !class(b)).unwrap_or(text.len());
    text.get(length..).filter(|_| length > 0)
}

/// Longest local part, in octets (RFC 5321 §4.5.3.1.1).
pub(crate) const MAX_LOCAL: usize = 64;
/// Longest domain, in octets (RFC 5321 §4.5.3.1.2).
pub(crate) const MAX_DOMAIN: usize = 255;
/// Longest label of a domain name, in octets (RFC 1035 §2.3.4).
pub(crate) const MAX_LABEL: usize = 63;
/// Longest address: a path of 256 octets without its angle brackets (RFC 5321 §4.5.3.1.3, erratum 1690).
pub(crate) const MAX_ADDRESS: usize = 254;
/// What no level takes, 256 MiB: an address counts its octets in 32 bits, written with what must be escaped too.
pub(crate) const LONGEST: usize = 1 << 28;
/// Comments may nest this deep; deeper ones are an error at every level.
pub(crate) const MAX_COMMENT_DEPTH: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    /// Every class against the ranges that the RFCs print.
    #[test]
    fn classes_are_those_of_the_rfcs() {
        for byte in 0..=u8::MAX {
            let alnum = matches!(byte, b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z');
            assert_eq!(is_let_dig(byte), alnum, "{byte}");
            assert_eq!(
                is_atext(byte),
                alnum || b"!#$%&'*+-/=?^_`{|}~".contains(&byte),
                "{byte}"
            );
            assert_eq!(
                is_qtext(byte),
                matches!(byte, 33 | 35..=91 | 93..=126),
                "{byte}"
            );
            assert_eq!(
                is_ctext(byte),
                matches!(byte, 33..=39 | 42..=91 | 93..=126),
                "{byte}"
            );
            assert_eq!(is_dtext(byte), matches!(byte, 33..=90 | 94..=126), "{byte}");
            assert_eq!(
                is_no_ws_ctl(byte),
                matches!(byte, 1..=8 | 11 | 12 | 14..=31 | 127),
                "{byte}"
            );
            assert_eq!(
                is_delimiter(byte),
                b"\"(),:;<>@[\\] \t\r\n".contains(&byte),
                "{byte}"
            );
            assert_eq!(is_wsp(byte), byte == b' ' || byte == b'\t', "{byte}");
            assert_eq!(
                is_printable(&[b'a', byte, b'a']),
                matches!(byte, 32..=126),
                "{byte}"
            );
            let quoted = !byte.is_ascii_control() && byte != b'"' && byte != b'\\';
            assert_eq!(unescaped_length(&[byte]), usize::from(quoted), "{byte}");
            let encoded = !byte.is_ascii_control() && !b" ?=".contains(&byte);
            assert_eq!(run(&[byte], ENCODED), usize::from(encoded), "{byte}");
            let word = is_atext(byte) && !b"?=".contains(&byte);
            assert_eq!(run(&[byte], WORD), usize::from(word), "{byte}");
            let bare = is_atext(byte) || byte >= 0x80 || byte == b'.';
            assert_eq!(is_bare(&[byte]), bare, "{byte}");
            let name =
                is_atext(byte) && byte != b'=' || byte >= 0x80 || byte == b' ' || byte == b'.';
            assert_eq!(
                name_length(&[b'a', byte]),
                if name { 2 } else { 1 },
                "{byte}"
            );
        }
    }

    #[test]
    fn runs_end_where_the_class_does() {
        assert_eq!(split_atext(b"a-b.c"), (&b"a-b"[..], &b".c"[..]));
        assert_eq!(split_ldh(b"a-b_c"), (&b"a-b"[..], &b"_c"[..]));
        assert_eq!(split_ldh(b""), (&b""[..], &b""[..]));
    }

    #[test]
    fn encoded_words_end_at_their_mark() {
        for (text, length) in [
            (&b"=?utf-8?q?a?="[..], Some(13)),
            (b"=?utf-8?B?YQ==?= b", Some(16)),
            (b"=?u?q??=", Some(8)),
            (b"=?u?Q?a?b?=", Some(11)),
            (b"=?u?q?a=?=", Some(10)),
            (b"=?u?q?=?=x", Some(9)),
            (b"=??q?a?=", None),
            (b"=?u?x?a?=", None),
            (b"=?u?q?a,b?=", Some(11)),
            (b"=?u?q?a b?=", None),
            (b"=?u?q?a\x7fb?=", None),
            (b"=?u?q?a\r\nb?=", None),
            (b"=?u?q?a", None),
            (b"=?u?q?a=?v?q?b?=", None),
            (b"=?u>?q?a?=", None),
            (b"=?u", None),
            (b"x", None),
        ] {
            assert_eq!(encoded_word_length(text), length, "{}", text.escape_ascii());
            let plain = length.filter(|&length| text[..length].iter().all(|&b| is_atext(b)));
            assert_eq!(plain_word_length(text), plain, "{}", text.escape_ascii());
        }
    }
}
