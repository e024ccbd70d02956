//! One pass over content: where dots stand behind a CRLF, and what else is in it. 64 octets at a look.

use super::Look;

mod sixteens;

use sixteens::Sixteens;

#[cfg(all(feature = "simd", target_arch = "x86_64"))]
mod simd;

/// Looks for dots behind a CRLF, and at all octets up to the first dot that is not taken, or to the end of `data`: where
/// that is, and what was seen.
pub(super) fn sweep<T: FnMut(usize) -> bool>(data: &[u8], takes: T) -> (usize, Look) {
    let sweep = Sweep { data, takes };
    #[cfg(all(feature = "simd", target_arch = "x86_64"))]
    let sweep = match simd::over(sweep) {
        Ok(done) => return done,
        Err(sweep) => sweep,
    };
    sweep.by(Sixteens::new())
}

/// What is looked at for 64 octets: each with the two behind it.
type Block = [u8; 66];

/// How octets are looked at.
trait Eyes: Copy {
    /// Looks at 64 octets, and gives a bit for each that an LF and a dot follow, the first octet's the lowest.
    fn see(&mut self, block: &Block) -> u64;

    /// Whether a CR without an LF behind it was seen, or an LF without a CR before it.
    fn saw_unpaired(&self) -> bool;

    /// Whether a NUL was seen in `run`, which is all that was looked at.
    fn saw_nul(&self, run: &[u8]) -> bool;

    /// Whether an octet beyond ASCII was seen in `run`.
    fn saw_eight_bit(&self, run: &[u8]) -> bool;
}

struct Sweep<'d, T> {
    data: &'d [u8],
    takes: T,
}

impl<T: FnMut(usize) -> bool> Sweep<'_, T> {
    /// To be inlined: only so is it compiled for what `eyes` need of the machine.
    #[inline(always)]
    fn by(mut self, mut eyes: impl Eyes) -> (usize, Look) {
        let mut at = 0_usize;
        while let Some(block) = self.data.get(at..).and_then(<[u8]>::first_chunk) {
            let before = eyes;
            let mut dots = eyes.see(block);
            while dots != 0 {
                let cr = at.wrapping_add(dots.trailing_zeros() as usize);
                let dot = cr.wrapping_add(2);
                if self.data.get(cr) == Some(&b'\r') && !(self.takes)(dot) {
                    // The block goes on behind the dot: it is looked at again up to there.
                    return (dot, self.up_to(before, at, dot));
                }
                dots &= dots.wrapping_sub(1);
            }
            at = at.wrapping_add(64);
        }
        let mut end = self.data.len();
        let rest = self.data.get(at..).unwrap_or_default();
        for (cr, three) in rest.windows(3).enumerate() {
            let dot = at.wrapping_add(cr).wrapping_add(2);
            if three == b"\r\n." && !(self.takes)(dot) {
                end = dot;
                break;
            }
        }
        (end, self.up_to(eyes, at, end))
    }

    /// What the blocks before `at` showed, and what stands between it and `end`: no more than a block is read with.
    #[inline(always)]
    fn up_to(&self, mut eyes: impl Eyes, at: usize, end: usize) -> Look {
        let run = self.data.get(..end).unwrap_or_default();
        let rest = run.get(at..).unwrap_or_default();
        // What follows it is nothing that anybody looks for.
        let mut last = [b' '; 130];
        for (to, from) in last.iter_mut().zip(rest) {
            *to = *from;
        }
        if let (Some(first), Some(second)) = (last.first_chunk(), last.last_chunk()) {
            eyes.see(first);
            eyes.see(second);
        }
        // What stands at either end of a run stands alone.
        let alone = run.first() == Some(&b'\n') || run.last() == Some(&b'\r');
        Look {
            unpaired: alone || eyes.saw_unpaired(),
            nul: eyes.saw_nul(run),
            eight_bit: eyes.saw_eight_bit(run),
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::*;

    impl Look {
        /// One octet after the other.
        fn at(run: &[u8]) -> Self {
            let next = run.get(1..).unwrap_or_default();
            let first = run.first().copied().unwrap_or(b' ');
            let last = run.last().copied().unwrap_or(b' ');
            let pairs = run.iter().zip(next);
            // What stands at either end of a run stands alone.
            let alone = u8::from(first == b'\n') | u8::from(last == b'\r');
            let start = (alone, last, last);
            let (unpaired, all, least) =
                pairs.fold(start, |(unpaired, all, least), (&octet, &next)| {
                    let unlike = u8::from(octet == b'\r') ^ u8::from(next == b'\n');
                    (unpaired | unlike, all | octet, least.min(octet))
                });
            Self {
                unpaired: unpaired != 0,
                nul: least == 0,
                eight_bit: !all.is_ascii(),
            }
        }
    }

    proptest! {
        /// It stops where a simple search would, and sees what a look at each octet does.
        #[test]
        fn a_sweep_is_a_search_and_a_look(
            pieces in proptest::collection::vec(
                prop_oneof![
                    8 => "x{1,20}",
                    6 => "\r\n",
                    2 => "[.]",
                    2 => "\r\n[.][.]",
                ],
                0..60,
            ),
            // In most, nothing is odd.
            odd in proptest::collection::vec((any::<proptest::sample::Index>(), proptest::sample::select(&b"\r\n.\0\xe4x"[..])), 0..3),
            clean in any::<bool>(),
            taken in 0_usize..9,
        ) {
            let mut data = pieces.concat().into_bytes();
            for (at, octet) in odd {
                if !data.is_empty() {
                    let at = at.index(data.len());
                    data[at] = octet;
                }
            }
            if clean {
                // Long runs without anything in them.
                let end = data.len() / 2;
                data.get_mut(..end).unwrap_or_default().fill(b'x');
            }
            let mut found = Vec::new();
            let (end, look) = sweep(&data, |dot| {
                found.push(dot);
                found.len() <= taken
            });
            let dots = data.windows(3).enumerate().filter(|(_, three)| *three == b"\r\n.");
            let dots: Vec<usize> = dots.map(|(at, _)| at + 2).take(taken + 1).collect();
            let stop = dots.get(taken).copied().unwrap_or(data.len());
            prop_assert_eq!(&found, &dots);
            prop_assert_eq!(end, stop);
            prop_assert_eq!(look, Look::at(&data[..end]));
        }
    }
}
