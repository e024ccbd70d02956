//! The pieces of a structured value: words, quoted strings, comments and marks.

use core::ops::Range;

use wide::u8x16;

use crate::grammar::{
    sixteen::{Window, find_any},
    slice,
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

    /// Goes on to the next octet that is no white space; control characters, which have no place here, are as good as that.
    #[inline(always)]
    pub(super) fn skip_blanks(&mut self) {
        while self.value.get(self.at).is_some_and(|&octet| octet <= b' ') {
            self.at = self.at.wrapping_add(1);
        }
    }

    /// Where the word ends whose first octet stands before `from`: at white space, a quote, a parenthesis, or a mark. The
    /// ends of words are nothing that a processor can foretell, so it does not look for them one by one.
    #[inline(always)]
    fn word_end(&mut self, from: usize) -> usize {
        let end = self.window.next(self.value, from, |block| {
            let equal = |byte: u8| block.cmp_eq(u8x16::splat(byte));
            let blank = block.min(u8x16::splat(b' ')).cmp_eq(block);
            blank | equal(b'"') | equal(b'(') | equal(ONE) | equal(OTHER)
        });
        end.unwrap_or(self.value.len())
    }

    /// Where the comment closes whose inside begins at `from`; the end of the value, where it does not.
    #[inline(always)]
    fn comment_end(&self, mut from: usize) -> usize {
        let mut depth = 1_usize;
        while let Some(rest) = self.value.get(from..) {
            let Some(found) = find_any([b'(', b')', b'\\'], rest) else {
                break;
            };
            let place = from.wrapping_add(found);
            from = place.wrapping_add(1);
            match self.value.get(place) {
                Some(b'(') => depth = depth.saturating_add(1),
                Some(b')') if depth <= 1 => return place,
                Some(b')') => depth = depth.saturating_sub(1),
                // What is quoted is passed over.
                _ => from = from.saturating_add(1),
            }
        }
        self.value.len()
    }

    /// The piece that begins here, where no white space is.
    #[inline(always)]
    pub(super) fn here(&mut self) -> Option<Token> {
        let (value, start) = (self.value, self.at);
        let after = start.saturating_add(1);
        match *value.get(start)? {
            b'(' => {
                let end = self.comment_end(after);
                self.at = end.saturating_add(1);
                Some(Token::Comment(after..end))
            }
            b'"' => {
                let rest = slice(value, after, value.len());
                let end = memchr::memchr(b'"', rest).unwrap_or(rest.len());
                let end = after.saturating_add(end);
                self.at = end.saturating_add(1);
                Some(Token::Quoted(after..end))
            }
            mark if mark == ONE || mark == OTHER => {
                self.at = after;
                Some(Token::Mark(mark))
            }
            _ => {
                self.at = self.word_end(after);
                Some(Token::Word(start..self.at))
            }
        }
    }
}

impl<const ONE: u8, const OTHER: u8> Iterator for Tokens<'_, ONE, OTHER> {
    type Item = Token;

    /// Part of its caller: a token is bigger than what it is read with.
    #[inline(always)]
    fn next(&mut self) -> Option<Token> {
        self.skip_blanks();
        self.here()
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
                ..=b' ' => at += 1,
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
                    let ends = |b: &u8| matches!(b, 0..=b' ' | b'"' | b'(' | b';' | b'=');
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
