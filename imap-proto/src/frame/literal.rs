//! The announcement of a literal at the end of a line (RFC 3501 §4.3, RFC 7888, RFC 3516).

use crate::grammar;

/// `literal = "{" number ["+"] "}" CRLF`, or literal8 with a `~` before it.
///
/// The size is only what the peer announces: nothing is ever allocated from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct LiteralHeader {
    /// How many octets follow.
    pub size: u64,
    /// Whether the peer waits for a `+` before it sends them (only a client does).
    pub sync: bool,
    /// Whether it is a literal8, which may hold NUL (RFC 3516).
    pub binary: bool,
}

/// No size has more digits. Those beyond 20 are zeros, or a number that no limit lets pass.
const DIGITS: usize = 32;

/// No header is longer: `~{`, digits, `+}`.
pub(crate) const LONGEST: usize = DIGITS + 4;

/// The header at the end of `line`, which has no line end, and how long it is.
///
/// A size that does not fit 64 bits is read as the greatest that does, so that a limit refuses it.
pub(crate) fn at_end(line: &[u8]) -> Option<(LiteralHeader, usize)> {
    let body = line.strip_suffix(b"}")?;
    let (body, sync) = match body.strip_suffix(b"+") {
        Some(body) => (body, false),
        // `{5-}` was in a draft of RFC 7888 and is sent nowhere.
        None => (body, true),
    };
    let digits = body
        .iter()
        .rev()
        .take_while(|byte| grammar::is(**byte, grammar::DIGIT))
        .count();
    let (head, number) = body.split_at_checked(body.len().checked_sub(digits)?)?;
    let head = head.strip_suffix(b"{")?;
    if number.is_empty() || digits > DIGITS {
        return None;
    }
    let size = number.iter().fold(0u64, |sum, digit| {
        sum.saturating_mul(10)
            .saturating_add(u64::from(digit.wrapping_sub(b'0')))
    });
    let (head, binary) = match head.strip_suffix(b"~") {
        Some(head) => (head, true),
        None => (head, false),
    };
    let header = LiteralHeader { size, sync, binary };
    Some((header, line.len().saturating_sub(head.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc7888_s8_headers() {
        let header = |size, sync, binary| LiteralHeader { size, sync, binary };
        for (line, expected) in [
            (b"a {5}".as_slice(), Some((header(5, true, false), 3))),
            (b"{5+}", Some((header(5, false, false), 4))),
            (b"(~{0+}", Some((header(0, false, true), 5))),
            (
                b"{99999999999999999999999}",
                Some((header(u64::MAX, true, false), 25)),
            ),
            (
                b"{00000000000000000000000000000005}",
                Some((header(5, true, false), 34)),
            ),
            (b"{000000000000000000000000000000005}", None),
            (b"{}", None),
            (b"{5", None),
            (b"5}", None),
            (b"{5 }", None),
            (b"{-5}", None),
            (b"}", None),
            (b"", None),
        ] {
            assert_eq!(at_end(line), expected, "{}", line.escape_ascii());
        }
    }
}
