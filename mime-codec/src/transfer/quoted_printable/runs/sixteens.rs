//! Runs by vectors of sixteen octets, which every machine of a kind has: two of them at a look.

use wide::u8x16;

use super::{Pair, without_blanks};
use crate::grammar::{part, part_mut};

/// How many octets are looked at.
const BLOCK: usize = 32;

/// A block, and what may be read behind it: two octets of an escape, and what is copied from there at once.
type Window = [u8; 2 * BLOCK + 2];

/// As [`copy_blocks`](super::copy_blocks). A loop that needs all registers is no part of another.
#[inline(never)]
pub(super) fn copy_blocks(from: &[u8], to: &mut [u8]) -> (usize, usize) {
    let (mut at, mut put) = (0, 0);
    // How many octets of a block belong to an escape that began in the one before.
    let mut begun = 0;
    while let (Some(window), Some(space)) = (part::<{ 2 * BLOCK + 2 }>(from, at), part_mut(to, put))
    {
        if ends_blank(window) {
            break;
        }
        let (taken, produced) = copy_block(window, begun, space);
        put += produced;
        if taken < BLOCK {
            return without_blanks(from, at + taken, put);
        }
        (at, begun) = (at + BLOCK, taken - BLOCK);
    }
    without_blanks(from, at + begun, put)
}

/// Decodes a block from `begun` on; how many octets were taken, and how many put. Fewer than a block are taken where
/// an `=` is no escape, more where an escape goes beyond it.
#[inline(always)]
fn copy_block(window: &Window, begun: usize, space: &mut [u8; 2 * BLOCK]) -> (usize, usize) {
    let mut signs = signs(window) & u32::MAX << begun;
    let (mut at, mut put) = (begun, 0);
    loop {
        // Whatever stands there; what belongs to an escape is written over.
        let (Some(run), Some(to)) = (part::<BLOCK>(window, at), part_mut(space, put)) else {
            return (at, put);
        };
        *to = *run;
        if signs == 0 {
            return (at.max(BLOCK), put + BLOCK.saturating_sub(at));
        }
        let sign = signs.trailing_zeros() as usize;
        signs &= signs - 1;
        put += sign - at;
        let (Some(&[_, high, low]), Some(to)) = (part(window, sign), space.get_mut(put)) else {
            return (sign, put);
        };
        let pair = Pair::of(high, low);
        if pair.is_none() {
            // Files have no CR.
            if high != b'\n' {
                return (sign, put);
            }
            at = sign + 2;
            continue;
        }
        *to = pair.octet;
        put += usize::from(pair.is_octet);
        at = sign + 3;
    }
}

/// A bit for each `=` of the block, the first octet's the lowest.
#[inline(always)]
fn signs(window: &Window) -> u32 {
    let marks = |at| {
        u8x16::new(half(window, at))
            .cmp_eq(u8x16::splat(b'='))
            .move_mask() as u32
    };
    marks(0) | marks(16) << 16
}

/// Whether a blank stands before CR or LF.
#[inline(always)]
fn ends_blank(window: &Window) -> bool {
    let marks = |at| {
        let here = u8x16::new(half(window, at));
        let next = u8x16::new(half(window, at + 1));
        let is = |octets: u8x16, byte| octets.cmp_eq(u8x16::splat(byte));
        (is(here, b' ') | is(here, b'\t')) & (is(next, b'\r') | is(next, b'\n'))
    };
    (marks(0) | marks(16)).move_mask() != 0
}

#[inline(always)]
fn half(window: &Window, at: usize) -> [u8; 16] {
    part(window, at).copied().unwrap_or_default()
}
