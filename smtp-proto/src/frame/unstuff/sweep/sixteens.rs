//! Vectors of sixteen octets, which every machine of a kind has.

use wide::u8x16;

use super::{Block, Eyes};

#[derive(Clone, Copy)]
pub(super) struct Sixteens {
    /// Marks each place at which a CR stood without an LF behind it, or an LF without a CR before it.
    unpaired: u8x16,
    /// The most of the octets at each place, each one less: a NUL is above all others then.
    most: u8x16,
}

impl Sixteens {
    pub(super) fn new() -> Self {
        Self {
            unpaired: u8x16::splat(0),
            most: u8x16::splat(0),
        }
    }

    /// Looks at sixteen octets from `at` on, and marks each that an LF and a dot follow.
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "octets of a vector wrap around"
    )]
    #[inline(always)]
    fn quarter(&mut self, block: &Block, at: usize) -> u8x16 {
        let from = |at: usize| {
            let octets = block.get(at..).and_then(<[u8]>::first_chunk);
            u8x16::new(octets.copied().unwrap_or_default())
        };
        let is = |octets: u8x16, byte| octets.cmp_eq(u8x16::splat(byte));
        let octets = from(at);
        let ends = is(from(at.wrapping_add(1)), b'\n');
        self.unpaired |= is(octets, b'\r') ^ ends;
        self.most = self.most.max(octets - u8x16::splat(1));
        ends & is(from(at.wrapping_add(2)), b'.')
    }
}

impl Eyes for Sixteens {
    #[inline(always)]
    fn see(&mut self, block: &Block) -> u64 {
        // One after the other: compilers are not sure to inline what is called in a closure.
        let a = self.quarter(block, 0);
        let b = self.quarter(block, 16);
        let c = self.quarter(block, 32);
        let d = self.quarter(block, 48);
        if (a | b | c | d).move_mask() == 0 {
            return 0;
        }
        let marks = |dots: u8x16| dots.move_mask() as u64;
        marks(a) | marks(b) << 16 | marks(c) << 32 | marks(d) << 48
    }

    fn saw_unpaired(&self) -> bool {
        self.unpaired.move_mask() != 0
    }

    fn saw_nul(&self, _: &[u8]) -> bool {
        self.most.cmp_eq(u8x16::splat(u8::MAX)).move_mask() != 0
    }

    fn saw_eight_bit(&self, run: &[u8]) -> bool {
        // A NUL may hide it.
        let over = self.most.max(u8x16::splat(0x7f)).cmp_eq(self.most);
        over.move_mask() != 0 && !run.is_ascii()
    }
}
