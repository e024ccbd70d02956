//! What octets are made of, found in one pass.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "cursors are bounded by the slice that is walked, and nothing is counted that is not in it"
)]

#[cfg(all(feature = "simd", target_arch = "x86_64"))]
mod simd;

use wide::u8x16;

use crate::grammar::{part, sixteen::odd, slice};

/// What octets are made of, as far as it tells how they can be sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Census {
    /// A CR stands without an LF behind it, or an LF without a CR before it.
    pub(super) unpaired: bool,
    pub(super) nul: bool,
    pub(super) eight_bit: bool,
    /// How often LF stands behind another octet: how many lines end, where nothing is unpaired.
    pub(super) line_ends: usize,
    /// How many octets stand for themselves in quoted-printable, line ends aside.
    pub(super) plain: usize,
}

impl Census {
    pub(super) fn of(octets: &[u8]) -> Self {
        let mut census = Self {
            unpaired: octets.first() == Some(&b'\n') || octets.last() == Some(&b'\r'),
            ..Self::default()
        };
        #[cfg(all(feature = "simd", target_arch = "x86_64"))]
        let mut at = simd::count(&mut census, octets);
        #[cfg(not(all(feature = "simd", target_arch = "x86_64")))]
        let mut at = 0;
        while octets.len() - at > 16 {
            at = census.count_blocks(octets, at);
        }
        let rest = slice(octets, at, octets.len());
        let nexts = slice(rest, 1, rest.len());
        for (&here, &next) in rest.iter().zip(nexts) {
            census.unpaired |= (here == b'\r') != (next == b'\n');
            census.line_ends += usize::from(next == b'\n');
        }
        for &here in rest {
            census.nul |= here == 0;
            census.eight_bit |= !here.is_ascii();
            census.plain += usize::from(matches!(here, b' '..=b'~') && here != b'=');
        }
        census
    }

    /// Counts blocks of sixteen from `at` on, as many as one octet can count, and gives where the next begins.
    fn count_blocks(&mut self, octets: &[u8], at: usize) -> usize {
        let none = u8x16::splat(0);
        let is = |octets: u8x16, byte| octets.cmp_eq(u8x16::splat(byte));
        let (mut unlike, mut line_ends, mut odds) = (none, none, none);
        let (mut least, mut all) = (u8x16::splat(u8::MAX), none);
        let mut blocks = 0;
        let nexts = slice(octets, at + 1, octets.len()).chunks_exact(16);
        let heres = slice(octets, at, octets.len()).chunks_exact(16);
        for (here, next) in heres.zip(nexts).take(usize::from(u8::MAX)) {
            let (Some(here), Some(next)) = (part(here, 0), part(next, 0)) else {
                break;
            };
            let (here, next) = (u8x16::new(*here), u8x16::new(*next));
            let ends = is(next, b'\n');
            unlike |= is(here, b'\r') ^ ends;
            // What is marked is 255, one less than none.
            line_ends -= ends;
            odds -= odd(b'=', here);
            least = least.min(here);
            all |= here;
            blocks += 1;
        }
        let sum = |counts: u8x16| {
            counts
                .to_array()
                .iter()
                .copied()
                .map(usize::from)
                .sum::<usize>()
        };
        self.unpaired |= unlike.move_mask() != 0;
        self.nul |= is(least, 0).move_mask() != 0;
        self.eight_bit |= all.move_mask() != 0;
        self.line_ends += sum(line_ends);
        self.plain += blocks * 16 - sum(odds);
        at + blocks * 16
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn one_by_one(octets: &[u8]) -> Census {
        let at = |at: usize| octets.get(at).copied();
        let places = 0..octets.len();
        let lone = |&place: &usize| match octets[place] {
            b'\r' => at(place + 1) != Some(b'\n'),
            b'\n' => place == 0 || octets[place - 1] != b'\r',
            _ => false,
        };
        let plain = |byte: &&u8| matches!(byte, b' '..=b'~') && **byte != b'=';
        Census {
            unpaired: places.clone().any(|place| lone(&place)),
            nul: octets.contains(&0),
            eight_bit: !octets.is_ascii(),
            line_ends: places
                .skip(1)
                .filter(|&place| octets[place] == b'\n')
                .count(),
            plain: octets.iter().filter(plain).count(),
        }
    }

    proptest! {
        #[test]
        fn sixteen_at_a_look_is_one_after_the_other(
            lines in prop::collection::vec(
                prop_oneof![6 => "[ -~]{0,40}\r\n", 2 => "[\r\n]", 1 => "[ä=\t]{1,3}", 1 => "\0"],
                0..12,
            ),
            times in prop_oneof![9 => Just(1_usize), 1 => Just(60)],
        ) {
            let text = lines.concat().repeat(times);
            for start in 0..text.len().min(3) {
                let octets = &text.as_bytes()[start..];
                prop_assert_eq!(Census::of(octets), one_by_one(octets));
            }
        }
    }
}
