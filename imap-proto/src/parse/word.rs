//! Words and numbers of the protocol: words made ready for a `match`.

use crate::grammar::{self, Class};

/// A word of at most 32 octets in upper case, for a `match`.
#[derive(Clone, Copy)]
pub(crate) struct Upper {
    octets: [u8; 32],
    len: usize,
}

impl Upper {
    pub(crate) fn new(word: &[u8]) -> Self {
        let mut octets = [0; 32];
        for (upper, octet) in octets.iter_mut().zip(word) {
            *upper = octet.to_ascii_uppercase();
        }
        // A longer word is none that we know.
        let len = if word.len() > 32 { 0 } else { word.len() };
        Self { octets, len }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.octets.get(..self.len).unwrap_or_default()
    }
}

/// The word of `classes` at the head of `text` in upper case, as a number, and its length. Zero for more than 16 octets.
///
/// A `match` on a number takes as many comparisons as the number of arms has digits, on octets as many as there are arms.
#[inline]
pub(crate) fn word(text: &[u8], classes: Class) -> (u128, usize) {
    let (mut first, mut value) = (0u64, 0u64);
    let mut len = 0usize;
    for byte in text {
        if !grammar::is(*byte, classes) {
            break;
        }
        if len == 8 {
            (first, value) = (value, 0);
        }
        value = (value << 8) | u64::from(*byte);
        len = len.wrapping_add(1);
    }
    match len {
        0..=8 => (u128::from(upper(value)), len),
        9..=16 => (join(upper(first), upper(value)), len),
        _ => (0, len),
    }
}

/// The first eight octets of a word, and what follows them.
const fn join(first: u64, rest: u64) -> u128 {
    ((first as u128) << 64) | rest as u128
}

/// The number behind `prefix`, if it is one that any number of messages has, and what follows it.
#[inline]
pub(crate) fn prefixed_number<'a>(text: &'a [u8], prefix: &[u8]) -> Option<(u32, &'a [u8])> {
    let digits = text.strip_prefix(prefix)?;
    let (value, len) = number(digits);
    match (u32::try_from(value), len) {
        (Ok(value @ 1..), 1..=10) => Some((value, digits.get(len..)?)),
        _ => None,
    }
}

/// The number that `text` starts with, and how many digits it has: nonsense for more than 19.
#[inline]
pub(crate) fn number(text: &[u8]) -> (u64, usize) {
    let mut value = 0u64;
    let mut len = 0usize;
    for byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
        len = len.wrapping_add(1);
    }
    (value, len)
}

/// `a` to `z` of eight octets in upper case, all at once.
const fn upper(value: u64) -> u64 {
    const ONES: u64 = u64::from_be_bytes([1; 8]);
    const HIGH: u64 = ONES.wrapping_mul(0x80);
    const TO_A: u64 = HIGH.wrapping_sub(ONES.wrapping_mul(b'a' as u64));
    const TO_Z: u64 = TO_A.wrapping_sub(ONES.wrapping_mul(26));
    let low = value & !HIGH;
    let from_a = low.wrapping_add(TO_A);
    let above_z = low.wrapping_add(TO_Z);
    let letters = (from_a ^ above_z) & !value & HIGH;
    value ^ (letters >> 2)
}

/// The same for a word known when the program is compiled.
const fn known(text: &str) -> u128 {
    let (mut first, mut value) = (0u64, 0u64);
    let mut rest = text.as_bytes();
    let len = rest.len();
    assert!(0 < len && len <= 16, "no such word");
    while let [octet, tail @ ..] = rest {
        if len.wrapping_sub(rest.len()) == 8 {
            (first, value) = (value, 0);
        }
        value = (value << 8) | *octet as u64;
        rest = tail;
    }
    join(first, value)
}

macro_rules! words {
    ($($name:ident $(= $text:literal)?),* $(,)?) => {
        $(pub(crate) const $name: u128 = words!(@ $name $($text)?);)*
    };
    (@ $name:ident $text:literal) => { known($text) };
    (@ $name:ident) => { known(stringify!($name)) };
}

/// The words that a session reads in every line.
pub(crate) mod words {
    use super::known;

    // Data items.
    words! {
        ALL, ANNOTATION, BINARY, BINARY_PEEK = "BINARY.PEEK", BINARY_SIZE = "BINARY.SIZE", BODY, BODY_PEEK = "BODY.PEEK",
        BODYSTRUCTURE, CHANGEDSINCE, EMAILID, ENVELOPE, FAST, FLAGS, FULL, INTERNALDATE, MODSEQ, PARTIAL, PREVIEW, RFC822,
        RFC822_HEADER = "RFC822.HEADER", RFC822_SIZE = "RFC822.SIZE", RFC822_TEXT = "RFC822.TEXT", SAVEDATE, THREADID, UID,
        X_GM_LABELS = "X-GM-LABELS", X_GM_MSGID = "X-GM-MSGID", X_GM_THRID = "X-GM-THRID",
    }
    // Responses.
    words! {
        ACL, BAD, BYE, CAPABILITY, COMPARATOR, CONVERSION, CONVERTED, ENABLED, ESEARCH, EXISTS, EXPUNGE, FETCH, GENURLAUTH, ID,
        JMAPACCESS, LANGUAGE, LIST, LISTRIGHTS, LSUB, METADATA, MYRIGHTS, NAMESPACE, NO, OK, PREAUTH, QUOTA, QUOTAROOT, RECENT,
        SEARCH, SORT, STATUS, THREAD, UIDBATCHES, UIDFETCH, URLFETCH, VANISHED, XLIST,
    }
    // Attributes of STATUS.
    words! {
        APPENDLIMIT, DELETED, DELETED_STORAGE = "DELETED-STORAGE", HIGHESTMODSEQ, MAILBOXID, MESSAGES, SIZE, UIDNEXT,
        UIDVALIDITY, UNSEEN,
    }
    // Commands.
    words! {
        APPEND, AUTHENTICATE, CANCELUPDATE, CHECK, CLOSE, COMPRESS, CONDSTORE, CONVERSIONS, CONVERT, COPY, CREATE, DELETE, DELETEACL, DEPTH, ENABLE,
        EXAMINE, GETACL, GETJMAPACCESS, GETMETADATA, GETQUOTA, GETQUOTAROOT, IDLE, LOGIN, LOGOUT, MAXSIZE, MOVE, NOOP, NOTIFY, QRESYNC, RENAME, REPLACE, RESETKEY,
        RLIST, RLSUB, SELECT, SETACL, SETMETADATA, SETQUOTA, STARTTLS, STORE, SUBSCRIBE, UNAUTHENTICATE, UNSELECT, UNSUBSCRIBE,
    }
    // Search keys.
    words! {
        ANSWERED, BCC, BEFORE, CC, DRAFT, FILTER, FLAGGED, FROM, FUZZY, HEADER, KEYWORD, LARGER, NEW, NOT, OLD, OLDER, ON, OR,
        SAVEDBEFORE, SAVEDON, SAVEDSINCE, SEEN, SENTBEFORE, SENTON, SENTSINCE, SINCE, SMALLER, SUBJECT, TEXT, TO, UIDAFTER,
        UIDBEFORE, UNANSWERED, UNDELETED, UNDRAFT, UNFLAGGED, UNKEYWORD, X_GM_RAW = "X-GM-RAW", YOUNGER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::ATOM;

    #[test]
    fn a_word_is_the_same_in_any_case_and_whatever_follows() {
        for text in ["fetch", "Fetch (FLAGS)\r\n and more", "FETCH\0"] {
            assert_eq!(word(text.as_bytes(), ATOM), (words::FETCH, 5));
        }
        assert_eq!(
            word(b"deleted-storage 5\r\n", ATOM),
            (words::DELETED_STORAGE, 15)
        );
        assert_ne!(word(b"FETCHES", ATOM).0, words::FETCH);
        assert_eq!(word(b"", ATOM), (0, 0));
        assert_eq!(word(b"ABCDEFGHIJKLMNOPQ", ATOM), (0, 17));
        assert_eq!(
            word(b"abcdefghijklmnop", ATOM),
            (known("ABCDEFGHIJKLMNOP"), 16)
        );
    }

    #[test]
    fn only_letters_change_case() {
        for byte in 0..=255u8 {
            let upper = u64::from(byte.to_ascii_uppercase());
            assert_eq!(super::upper(u64::from(byte)), upper, "{byte}");
            assert_eq!(super::upper(u64::from(byte) << 56), upper << 56, "{byte}");
        }
    }
}
