//! A quick look ahead over what is exactly as it should be, without a value, an error or a repair.
//!
//! The place is an index that stays in a register: heavy nouns are passed over in half the time that the cursor takes.

use crate::grammar::{self, Class};

/// A place in text; whatever is not the plainest form is `None`, for the cursor to read. The place is anywhere then.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scan<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Scan<'a> {
    pub(crate) const fn new(text: &'a [u8]) -> Self {
        Self { text, at: 0 }
    }

    /// How many octets were passed.
    pub(crate) const fn passed(self) -> usize {
        self.at
    }

    /// What was passed since the place `from`.
    #[inline(always)]
    pub(crate) fn since(self, from: usize) -> &'a [u8] {
        self.text.get(from..self.at).unwrap_or_default()
    }

    #[inline(always)]
    pub(crate) fn is_end(self) -> bool {
        self.at == self.text.len()
    }

    #[inline(always)]
    pub(crate) fn peek(self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    #[inline(always)]
    pub(crate) fn peek_at(self, ahead: usize) -> Option<u8> {
        self.text.get(self.at.wrapping_add(ahead)).copied()
    }

    #[inline(always)]
    pub(crate) fn is(self, byte: u8) -> bool {
        self.peek() == Some(byte)
    }

    #[inline(always)]
    pub(crate) fn byte(&mut self, byte: u8) -> Option<()> {
        if self.is(byte) {
            self.at = self.at.wrapping_add(1);
            return Some(());
        }
        None
    }

    /// Exactly these octets.
    #[inline(always)]
    pub(crate) fn tag<const N: usize>(&mut self, tag: &[u8; N]) -> Option<()> {
        if self.text.get(self.at..)?.first_chunk() == Some(tag) {
            self.at = self.at.wrapping_add(N);
            return Some(());
        }
        None
    }

    /// Octets of `classes`, none or more.
    #[inline(always)]
    pub(crate) fn run(&mut self, classes: Class) -> &'a [u8] {
        let start = self.at;
        while self.peek().is_some_and(|byte| grammar::is(byte, classes)) {
            self.at = self.at.wrapping_add(1);
        }
        self.since(start)
    }

    /// One octet of `classes`.
    #[inline(always)]
    pub(crate) fn one(&mut self, classes: Class) -> Option<u8> {
        let byte = self.peek().filter(|&byte| grammar::is(byte, classes))?;
        self.at = self.at.wrapping_add(1);
        Some(byte)
    }

    /// A number below 2^32, of one to ten digits.
    #[inline(always)]
    pub(crate) fn number(&mut self) -> Option<u32> {
        let start = self.at;
        let mut value = 0u64;
        while let Some(digit @ 0..=9) = self.peek().map(|byte| byte.wrapping_sub(b'0')) {
            value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
            self.at = self.at.wrapping_add(1);
        }
        match self.at.wrapping_sub(start) {
            1..=10 => u32::try_from(value).ok(),
            _ => None,
        }
    }

    #[inline(always)]
    pub(crate) fn nil(&mut self) -> Option<()> {
        let end = self.at.wrapping_add(3);
        match self.text.get(self.at..end)? {
            b"NIL"
                if !self
                    .text
                    .get(end)
                    .is_some_and(|&byte| grammar::is(byte, grammar::ATOM)) =>
            {
                self.at = end;
                Some(())
            }
            _ => None,
        }
    }

    /// A quoted string without escapes and octets beyond ASCII, or NIL.
    #[inline(always)]
    pub(crate) fn nstring(&mut self) -> Option<()> {
        if !self.is(b'"') {
            return self.nil();
        }
        self.quoted()
    }

    /// A quoted string without escapes and octets beyond ASCII, with its quotes.
    #[inline(always)]
    pub(crate) fn string(&mut self) -> Option<&'a [u8]> {
        let start = self.at;
        if !self.is(b'"') {
            return None;
        }
        self.quoted()?;
        Some(self.since(start))
    }

    #[inline(always)]
    fn quoted(&mut self) -> Option<()> {
        let mut at = self.at.wrapping_add(1);
        while let Some(word) = self.text.get(at..).and_then(<[u8]>::first_chunk) {
            let stops = grammar::quoted_stops(u64::from_le_bytes(*word));
            if stops != 0 {
                at = at.wrapping_add((stops.trailing_zeros() / 8) as usize);
                self.at = at;
                return self.byte(b'"');
            }
            at = at.wrapping_add(8);
        }
        let rest = self.text.get(at..)?;
        self.at = at.wrapping_add(grammar::run(rest, grammar::QUOTED));
        self.byte(b'"')
    }
}
