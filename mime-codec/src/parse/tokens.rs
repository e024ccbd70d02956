//! The pieces of a structured value: words, quoted strings, comments and marks.

use core::ops::Range;

use wide::u8x16;

use crate::grammar::{is_fws, sixteen::Window, slice};

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

/// Splits a value into its pieces. Two octets stand alone as marks; where there is one, it is given twice.
pub(super) struct Tokens<'a, const ONE: u8, const OTHER: u8> {
    value: &'a [u8],
    /// How far it is split.
    pub(super) at: usize,
    window: Window,
}

impl<'a, const ONE: u8, const OTHER: u8> Tokens<'a, ONE, OTHER> {
    pub(super) const fn new(value: &'a [u8]) -> Self {
        Self {
            value,
            at: 0,
            window: Window::NONE,
        }
    }

    /// What is not split yet.
    pub(super) fn rest(&self) -> &'a [u8] {
        slice(self.value, self.at, self.value.len())
    }

    /// The first octet at `from` or behind it that may mean something, here or in a comment. The ends of words are
    /// nothing that a processor can foretell, so it does not look for them one by one.
    #[inline(always)]
    fn find(&mut self, from: usize) -> Option<usize> {
        self.window.next(self.value, from, |block| {
            let equal = |byte: u8| block.cmp_eq(u8x16::splat(byte));
            let blank_or_control = block.min(u8x16::splat(b' ')).cmp_eq(block);
            let in_comment = equal(b'(') | equal(b')') | equal(b'\\');
            blank_or_control | in_comment | equal(b'"') | equal(ONE) | equal(OTHER)
        })
    }

    /// Where the word ends whose first octet stands before `from`: at white space, a quote, a parenthesis, or a mark.
    #[inline(always)]
    fn word_end(&mut self, mut from: usize) -> usize {
        while let Some(place) = self.find(from) {
            let is_end = |byte| is_fws(byte) || [b'"', b'(', ONE, OTHER].contains(&byte);
            if self.value.get(place).is_none_or(|&byte| is_end(byte)) {
                return place;
            }
            from = place.wrapping_add(1);
        }
        self.value.len()
    }

    /// Where the comment closes whose inside begins at `from`; the end of the value, where it does not.
    #[inline(always)]
    fn comment_end(&mut self, mut from: usize) -> usize {
        let mut depth = 1_usize;
        while let Some(place) = self.find(from) {
            from = place.saturating_add(1);
            match self.value.get(place) {
                Some(b'(') => depth = depth.saturating_add(1),
                Some(b')') if depth <= 1 => return place,
                Some(b')') => depth = depth.saturating_sub(1),
                // What is quoted is passed over.
                Some(b'\\') => from = from.saturating_add(1),
                _ => {}
            }
        }
        self.value.len()
    }
}

impl<const ONE: u8, const OTHER: u8> Iterator for Tokens<'_, ONE, OTHER> {
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
                    let end = self.comment_end(after);
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
                _ if first == ONE || first == OTHER => {
                    self.at = after;
                    return Some(Token::Mark(first));
                }
                _ => {
                    self.at = self.word_end(after);
                    return Some(Token::Word(start..self.at));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::*;

    /// The same, one octet after the other.
    fn one_by_one(value: &[u8]) -> Vec<Token> {
        let mut tokens = Vec::new();
        let mut at = 0;
        while let Some(&first) = value.get(at) {
            let rest = &value[at..];
            let end_of = |end: Option<usize>| at + end.unwrap_or(rest.len());
            match first {
                b' ' | b'\t' | b'\r' | b'\n' => at += 1,
                b';' | b'=' => {
                    tokens.push(Token::Mark(first));
                    at += 1;
                }
                b'"' => {
                    let end = end_of(rest.iter().skip(1).position(|&b| b == b'"').map(|n| n + 1));
                    tokens.push(Token::Quoted(at + 1..end));
                    at = end + 1;
                }
                b'(' => {
                    let (mut depth, mut end) = (1, at + 1);
                    while end < value.len() {
                        match value[end] {
                            b'(' => depth += 1,
                            b')' => depth -= 1,
                            b'\\' => end += 1,
                            _ => {}
                        }
                        if depth == 0 {
                            break;
                        }
                        end += 1;
                    }
                    let end = end.min(value.len());
                    tokens.push(Token::Comment(at + 1..end));
                    at = end + 1;
                }
                _ => {
                    let ends = |b: &u8| is_fws(*b) || matches!(b, b'"' | b'(' | b';' | b'=');
                    let end = end_of(rest.iter().position(ends));
                    tokens.push(Token::Word(at..end));
                    at = end;
                }
            }
        }
        tokens
    }

    proptest! {
        #[test]
        fn sixty_four_at_a_look_are_one_after_the_other(
            text in "([ab\\\\;=\"( \t\r\n\u{1}\u{0}\u{7f}\u{e4}:)]|[a-z.]{3,30}){0,40}",
        ) {
            let found: Vec<Token> = Tokens::<b';', b'='>::new(text.as_bytes()).collect();
            prop_assert_eq!(found, one_by_one(text.as_bytes()));
        }
    }
}
