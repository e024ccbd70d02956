//! Comments and folding white space (RFC 5322 §3.2.2).

use super::{is_fws, slice, trim_start};

/// What follows white space and comments, which may be nested.
#[inline]
pub(crate) fn skip_cfws(input: &[u8]) -> &[u8] {
    match input {
        [] => input,
        [first, ..] if !is_fws(*first) && *first != b'(' => input,
        [b' ', second, ..] if !is_fws(*second) && *second != b'(' => slice(input, 1, input.len()),
        _ => skip_long_cfws(input),
    }
}

fn skip_long_cfws(mut input: &[u8]) -> &[u8] {
    loop {
        input = trim_start(input);
        if input.first() != Some(&b'(') {
            return input;
        }
        // A comment that does not close goes on to the end.
        let len = comment_length(input).unwrap_or(input.len());
        input = slice(input, len, input.len());
    }
}

/// How long the comment at the front is, comments in it included; nothing where it does not close.
pub(crate) fn comment_length(input: &[u8]) -> Option<usize> {
    let (mut depth, mut escaped) = (0_usize, false);
    for (at, &byte) in input.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'(' => depth = depth.saturating_add(1),
            b')' if depth <= 1 => return Some(at.saturating_add(1)),
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}
