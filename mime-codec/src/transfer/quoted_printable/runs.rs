//! Runs of octets that are treated alike, several at a look.

use crate::grammar::{
    eight::{every, first, octets, zeroes},
    hex_value, is_wsp, slice,
};

#[cfg(all(feature = "simd", target_arch = "x86_64"))]
mod simd;
mod sixteens;

/// Decodes whole blocks of text, up to something odd or to blanks that may end a line; how many octets were taken and
/// put. Behind those that were put, octets of `to` may be written over.
pub(super) fn copy_blocks(from: &[u8], to: &mut [u8]) -> (usize, usize) {
    #[cfg(all(feature = "simd", target_arch = "x86_64"))]
    if let Some(done) = simd::copy_blocks(from, to) {
        return done;
    }
    sixteens::copy_blocks(from, to)
}

/// What two octets behind an `=` stand for.
pub(super) struct Pair {
    /// Their value, where they are digits.
    pub(super) octet: u8,
    pub(super) is_octet: bool,
    /// They are a CRLF.
    pub(super) is_break: bool,
}

impl Pair {
    /// An escape and a soft line break are told apart without a branch, which would be guessed wrong.
    #[inline(always)]
    pub(super) fn of(high: u8, low: u8) -> Self {
        let (high_digit, low_digit) = (hex_value(high), hex_value(low));
        Self {
            octet: high_digit << 4 | low_digit,
            is_octet: (high_digit | low_digit) < 16,
            is_break: (high == b'\r') & (low == b'\n'),
        }
    }

    #[inline(always)]
    pub(super) fn is_none(&self) -> bool {
        !(self.is_octet | self.is_break)
    }
}

/// As far as they were copied, without the blanks at their end: a line may end behind them.
fn without_blanks(from: &[u8], at: usize, put: usize) -> (usize, usize) {
    let taken = slice(from, 0, at);
    let blanks = taken.iter().rev().take_while(|&&b| is_wsp(b)).count();
    (at - blanks, put - blanks)
}

/// Copies up to the first `=` or LF, and gives how many octets those are; `to` is not shorter than what is copied.
pub(super) fn copy_text(from: &[u8], to: &mut [u8]) -> usize {
    let mut run = 0;
    for (block, space) in from.chunks_exact(8).zip(to.chunks_exact_mut(8)) {
        space.copy_from_slice(block);
        let octets = octets(block);
        let found = zeroes(octets ^ every(b'=')) | zeroes(octets ^ every(b'\n'));
        if found != 0 {
            return run + first(found);
        }
        run += 8;
    }
    let tail = slice(from, run, from.len());
    for (byte, space) in tail.iter().zip(to.get_mut(run..).unwrap_or_default()) {
        if matches!(byte, b'=' | b'\n') {
            break;
        }
        *space = *byte;
        run += 1;
    }
    run
}
