//! The pieces of a structured value: words, quoted strings, comments and marks.

use core::ops::Range;

use crate::grammar::{
    eight::{every, first, octets, zeroes},
    is_fws, slice,
};

/// How many pieces of one value are read.
pub(super) const MOST: usize = 10_000;

/// A piece of a structured value, and where it stands, without the quotes or parentheses around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Word(Range<usize>),
    Quoted(Range<usize>),
    Comment(Range<usize>),
    Mark(u8),
}

/// The marks of a field: octets that stand alone. One mark is given twice.
pub(super) type Marks = [u8; 2];

/// How many octets at the front belong to a word: up to white space, a quote, a parenthesis, or a mark.
///
/// Eight octets at a time: the end of a word is nothing that a processor can foretell.
#[inline]
fn word_length(text: &[u8], marks: Marks) -> usize {
    let is_end = |byte: u8| is_fws(byte) || byte == b'"' || byte == b'(' || marks.contains(&byte);
    let mut at = 0_usize;
    while let Some(word) = text.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let word = octets(word);
        let equal = |byte: u8| zeroes(word ^ every(byte));
        let [one, other] = marks;
        let blanks = word.wrapping_sub(every(b' '.wrapping_add(1))) & !word & every(0x80);
        let ends = blanks | equal(b'"') | equal(b'(') | equal(one) | equal(other);
        if ends == 0 {
            at = at.wrapping_add(8);
            continue;
        }
        at = at.wrapping_add(first(ends));
        if text.get(at).is_none_or(|&byte| is_end(byte)) {
            return at;
        }
        // A control character is one of the word's.
        at = at.wrapping_add(1);
    }
    let rest = text.get(at..).unwrap_or_default();
    let end = rest.iter().position(|&byte| is_end(byte));
    at.wrapping_add(end.unwrap_or(rest.len()))
}

/// Splits a value into its pieces.
pub(super) struct Tokens<'a> {
    value: &'a [u8],
    /// How far it is split.
    pub(super) at: usize,
    marks: Marks,
}

impl<'a> Tokens<'a> {
    pub(super) const fn new(value: &'a [u8], marks: Marks) -> Self {
        Self {
            value,
            at: 0,
            marks,
        }
    }

    /// What is not split yet.
    pub(super) fn rest(&self) -> &'a [u8] {
        slice(self.value, self.at, self.value.len())
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    /// Part of its caller: a token is bigger than what it is read with.
    #[inline(always)]
    fn next(&mut self) -> Option<Token> {
        let value = self.value;
        let mut start = self.at;
        loop {
            let first = *value.get(start)?;
            let after = start.saturating_add(1);
            match first {
                b' ' | b'\t' | b'\r' | b'\n' => start = after,
                b'(' => {
                    let end = comment_end(value, after);
                    self.at = end.saturating_add(1);
                    return Some(Token::Comment(after..end));
                }
                b'"' => {
                    let rest = slice(value, after, value.len());
                    let end = memchr::memchr(b'"', rest).unwrap_or(rest.len());
                    let end = after.saturating_add(end);
                    self.at = end.saturating_add(1);
                    return Some(Token::Quoted(after..end));
                }
                _ if self.marks.contains(&first) => {
                    self.at = after;
                    return Some(Token::Mark(first));
                }
                _ => {
                    let rest = slice(value, start, value.len());
                    let end = start.wrapping_add(word_length(rest, self.marks));
                    self.at = end;
                    return Some(Token::Word(start..end));
                }
            }
        }
    }
}

/// Where the comment closes whose inside begins at `start`; the end of the value, where it does not.
fn comment_end(value: &[u8], start: usize) -> usize {
    let mut depth = 1_usize;
    let mut at = start;
    while let Some(found) = memchr::memchr3(b'(', b')', b'\\', slice(value, at, value.len())) {
        let place = at.saturating_add(found);
        at = place.saturating_add(1);
        match value.get(place) {
            Some(b'(') => depth = depth.saturating_add(1),
            Some(b')') if depth <= 1 => return place,
            Some(b')') => depth = depth.saturating_sub(1),
            // What is quoted is passed over.
            _ => at = at.saturating_add(1),
        }
    }
    value.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Eight octets at a time end a word where one at a time does.
        #[test]
        fn a_word_ends_where_it_ends(text in "[ab;=\"( \t\r\n\u{1}\u{0}\u{7f}\u{e4}:)]{0,40}") {
            let text = text.as_bytes();
            let end = |b: &u8| is_fws(*b) || matches!(b, b'"' | b'(' | b';' | b'=');
            let length = text.iter().position(end).unwrap_or(text.len());
            prop_assert_eq!(word_length(text, *b";="), length);
        }
    }
}
