//! Byte classes of RFC 5322, 2045, 2047 and 2231, each with its rule.

/// A class of bytes, of which each was asked once and for all: a table.
macro_rules! byte_class {
    ($(#[$doc:meta])* $vis:vis fn $name:ident($byte:ident) = $is:expr;) => {
        $(#[$doc])*
        #[expect(
            clippy::indexing_slicing,
            clippy::cast_possible_truncation,
            reason = "a table of all bytes"
        )]
        #[inline(always)]
        $vis fn $name(byte: u8) -> bool {
            static TABLE: [bool; 256] = {
                let mut table = [false; 256];
                let mut at = 0_usize;
                while at < 256 {
                    let $byte = at as u8;
                    table[at] = $is;
                    at = at.wrapping_add(1);
                }
                table
            };
            TABLE[usize::from(byte)]
        }
    };
}
pub(crate) use byte_class;

pub(crate) mod cfws;
pub(crate) mod eight;
pub(crate) mod sixteen;
pub(crate) mod utf8;

/// `ftext = %d33-57 / %d59-126`: a byte of a field name (RFC 5322 §3.6.8).
pub(crate) const fn is_ftext(b: u8) -> bool {
    matches!(b, 33..=57 | 59..=126)
}

/// `WSP = SP / HTAB` (RFC 5234).
pub(crate) const fn is_wsp(b: u8) -> bool {
    matches!(b, b' ' | b'\t')
}

/// White space once a field is unfolded or not: `WSP`, CR and LF.
pub(crate) const fn is_fws(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\r' | b'\n')
}

/// `atext` (RFC 5322 §3.2.3).
pub(crate) const fn is_atext(b: u8) -> bool {
    b.is_ascii_alphanumeric()
        || matches!(
            b,
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
        )
}

/// `tspecials` (RFC 2045 §5.1).
pub(crate) const fn is_tspecial(b: u8) -> bool {
    matches!(
        b,
        b'(' | b')'
            | b'<'
            | b'>'
            | b'@'
            | b','
            | b';'
            | b':'
            | b'\\'
            | b'"'
            | b'/'
            | b'['
            | b']'
            | b'?'
            | b'='
    )
}

byte_class! {
    /// `token = 1*<any (US-ASCII) CHAR except SPACE, CTLs, or tspecials>` (RFC 2045 §5.1).
    pub(crate) fn is_token(b) = b.is_ascii_graphic() && !is_tspecial(b);
}

/// `attribute-char` (RFC 2231 §7): a token byte that is not `*`, `'` or `%`.
pub(crate) fn is_attribute_char(b: u8) -> bool {
    is_token(b) && !matches!(b, b'*' | b'\'' | b'%')
}

byte_class! {
    /// `bchars` (RFC 2046 §5.1.1): what a boundary may be made of; it may not end in a space.
    pub(crate) fn is_bchar(b) = b.is_ascii_alphanumeric()
        || matches!(
            b,
            b'\'' | b'(' | b')' | b'+' | b'_' | b',' | b'-' | b'.' | b'/' | b':' | b'=' | b'?' | b' '
        );
}

/// The value of a hexadecimal digit in either case.
pub(crate) const fn hex(b: u8) -> Option<u8> {
    match b {
        b'0'..=b'9' => Some(b.wrapping_sub(b'0')),
        b'a'..=b'f' => Some(b.wrapping_sub(b'a').wrapping_add(10)),
        b'A'..=b'F' => Some(b.wrapping_sub(b'A').wrapping_add(10)),
        _ => None,
    }
}

/// The value of a hexadecimal digit in either case; 255 for what is none.
#[expect(clippy::indexing_slicing, reason = "a byte is below 256")]
#[inline(always)]
pub(crate) fn hex_value(byte: u8) -> u8 {
    HEX[usize::from(byte)]
}

#[expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a table of all bytes"
)]
static HEX: [u8; 256] = {
    let mut values = [u8::MAX; 256];
    let mut byte = 0_usize;
    while byte < 256 {
        if let Some(value) = hex(byte as u8) {
            values[byte] = value;
        }
        byte = byte.wrapping_add(1);
    }
    values
};

/// The upper-case hexadecimal digit of the low four bits.
pub(crate) const fn hex_digit(nibble: u8) -> u8 {
    let nibble = nibble & 0x0f;
    if nibble < 10 {
        b'0'.wrapping_add(nibble)
    } else {
        b'A'.wrapping_sub(10).wrapping_add(nibble)
    }
}

/// Cuts white space (folding included) off both ends.
pub(crate) fn trim(bytes: &[u8]) -> &[u8] {
    trim_end(trim_start(bytes))
}

/// Cuts white space (folding included) off the front.
pub(crate) fn trim_start(mut bytes: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = bytes {
        if !is_fws(*first) {
            break;
        }
        bytes = rest;
    }
    bytes
}

/// Cuts white space (folding included) off the end.
pub(crate) fn trim_end(mut bytes: &[u8]) -> &[u8] {
    while let [rest @ .., last] = bytes {
        if !is_fws(*last) {
            break;
        }
        bytes = rest;
    }
    bytes
}

/// The octets of `bytes` from `start` to `end`; what lies outside is left out.
pub(crate) fn slice(bytes: &[u8], start: usize, end: usize) -> &[u8] {
    let end = end.min(bytes.len());
    bytes.get(start.min(end)..end).unwrap_or_default()
}

/// As many of the octets as are asked for, from `at` on.
#[inline(always)]
pub(crate) fn part<const N: usize>(octets: &[u8], at: usize) -> Option<&[u8; N]> {
    octets.get(at..)?.first_chunk()
}

/// The same, to be written over.
#[inline(always)]
pub(crate) fn part_mut<const N: usize>(octets: &mut [u8], at: usize) -> Option<&mut [u8; N]> {
    octets.get_mut(at..)?.first_chunk_mut()
}
