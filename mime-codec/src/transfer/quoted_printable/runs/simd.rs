//! Runs by the vector instructions of the machine (feature `simd`): 32 octets at a look, whatever they are.

use core::arch::x86_64::__m256i;

use pulp::{NullaryFnOnce, cast, x86::V3};

use super::without_blanks;
use crate::{
    grammar::{eight::every, part, part_mut, slice},
    transfer::vector::twice,
};

/// As [`copy_blocks`](super::copy_blocks); nothing where the machine has no such vectors.
pub(super) fn copy_blocks(from: &[u8], to: &mut [u8]) -> Option<(usize, usize)> {
    let simd = V3::try_new()?;
    Some(simd.vectorize(CopyBlocks { simd, from, to }))
}

/// No closure: compilers are not sure to inline what is called in one, and then each instruction is a call.
struct CopyBlocks<'f, 't> {
    simd: V3,
    from: &'f [u8],
    to: &'t mut [u8],
}

impl NullaryFnOnce for CopyBlocks<'_, '_> {
    type Output = (usize, usize);

    #[inline(always)]
    fn call(self) -> (usize, usize) {
        Vectors(self.simd).copy_blocks(self.from, self.to)
    }
}

/// 32 octets are one vector.
#[derive(Clone, Copy)]
struct Vectors(V3);

impl Vectors {
    /// Which of the octets equal `byte`, all bits of each.
    #[inline(always)]
    fn equal(self, octets: __m256i, byte: u8) -> __m256i {
        self.0.avx2._mm256_cmpeq_epi8(octets, cast([byte; 32]))
    }

    /// A bit for each octet whose highest one is set.
    #[inline(always)]
    fn marks(self, octets: __m256i) -> u32 {
        cast(self.0.avx2._mm256_movemask_epi8(octets))
    }
}

/// 32 octets, with each escape decoded at the place of its `=`. A bit for an octet, the first one the lowest.
struct Block {
    octets: __m256i,
    /// Each `=` of an escape for an octet or a soft line break that ends with CRLF: two more octets belong to it.
    threes: u32,
    /// Each `=` before LF: one more octet belongs to it.
    twos: u32,
    /// Each `=` that stands for no octet.
    soft: u32,
    /// Each `=` of anything else, and each blank before CR or LF.
    stops: u32,
}

impl Vectors {
    /// Whether 32 octets stand for themselves.
    #[inline(always)]
    fn is_plain(self, window: &[u8; 34]) -> bool {
        let [here, next, _] = three(window);
        let odd = self
            .0
            .avx2
            ._mm256_or_si256(self.equal(here, b'='), self.trailing(here, next));
        self.marks(odd) == 0
    }

    /// Blanks before CR or LF.
    #[inline(always)]
    fn trailing(self, here: __m256i, next: __m256i) -> __m256i {
        let avx2 = self.0.avx2;
        let ends = avx2._mm256_or_si256(self.equal(next, b'\r'), self.equal(next, b'\n'));
        avx2._mm256_and_si256(self.blanks(here), ends)
    }

    /// Space and tab: those that a table has at the place of their low half.
    #[inline(always)]
    fn blanks(self, octets: __m256i) -> __m256i {
        const BLANKS: [u8; 16] = [b' ', 1, 1, 1, 1, 1, 1, 1, 1, b'\t', 1, 1, 1, 1, 1, 1];
        let avx2 = self.0.avx2;
        let named = avx2._mm256_shuffle_epi8(twice(BLANKS), octets);
        avx2._mm256_cmpeq_epi8(named, octets)
    }

    #[inline(always)]
    fn block(self, window: &[u8; 34]) -> Block {
        let avx2 = self.0.avx2;
        let [here, next, third] = three(window);
        let feeds = self.equal(next, b'\n');
        let returns = self.equal(next, b'\r');
        let (high, low) = (self.digits(next), self.digits(third));
        let faults = avx2._mm256_adds_epu8(avx2._mm256_or_si256(high, low), cast([0x70_u8; 32]));
        let high = avx2._mm256_and_si256(avx2._mm256_slli_epi16::<4>(high), cast([0xf0_u8; 32]));
        let signs = self.equal(here, b'=');
        let octets = avx2._mm256_blendv_epi8(here, avx2._mm256_or_si256(high, low), signs);
        let signs = self.marks(signs);
        let crlf = signs & self.marks(avx2._mm256_and_si256(returns, self.equal(third, b'\n')));
        let twos = signs & self.marks(feeds);
        let threes = signs & !self.marks(faults) | crlf;
        let ends = avx2._mm256_or_si256(returns, feeds);
        let trailing = self.marks(avx2._mm256_and_si256(self.blanks(here), ends));
        Block {
            octets,
            threes,
            twos,
            soft: twos | crlf,
            stops: signs & !(threes | twos) | trailing,
        }
    }

    /// The values of hexadecimal digits; of anything else, one that is higher.
    #[inline(always)]
    fn digits(self, octets: __m256i) -> __m256i {
        let avx2 = self.0.avx2;
        let all = |byte: u8| cast([byte; 32]);
        // Decimal digits become 0xf6 to 0xff, and those six lower; all else ends lower still, or at zero.
        let decimal = avx2._mm256_subs_epu8(avx2._mm256_add_epi8(octets, all(0xff - b'9')), all(6));
        let decimal = avx2._mm256_sub_epi8(decimal, all(0xf0));
        let letter = avx2._mm256_sub_epi8(avx2._mm256_and_si256(octets, all(0xdf)), all(b'A'));
        avx2._mm256_min_epu8(decimal, avx2._mm256_adds_epu8(letter, all(10)))
    }

    /// Puts those octets that are marked, one behind the other, and gives how many they are.
    #[inline(always)]
    fn pack(self, octets: __m256i, kept: u32, space: &mut [u8; 32]) -> usize {
        let eights = kept.to_le_bytes();
        let places = eights.map(|kept| PACK.get(usize::from(kept)).copied().unwrap_or_default());
        // The second eight of each half are found eight places further.
        let upper = cast([0, every(8), 0, every(8)]);
        let places = self.0.avx2._mm256_or_si256(cast(places), upper);
        let packed: [[u8; 8]; 4] = cast(self.0.avx2._mm256_shuffle_epi8(octets, places));
        let mut put = 0;
        for (packed, kept) in packed.iter().zip(eights) {
            if let Some(space) = part_mut(space, put) {
                *space = *packed;
            }
            put += kept.count_ones() as usize;
        }
        put
    }
}

impl Vectors {
    #[inline(always)]
    fn copy_blocks(self, from: &[u8], to: &mut [u8]) -> (usize, usize) {
        let (mut at, mut put) = (0, 0);
        // Which octets of a block belong to an escape that began in the one before.
        let mut begun = 0_u32;
        while let (Some(window), Some(space)) = (part::<34>(from, at), part_mut::<32>(to, put)) {
            if begun == 0 && self.is_plain(window) {
                space.copy_from_slice(slice(window, 0, 32));
                (at, put) = (at + 32, put + 32);
                continue;
            }
            let block = self.block(window);
            let (ones, twos) = (block.twos | block.threes, block.threes);
            let kept = !(begun | ones << 1 | twos << 2 | block.soft);
            // Where the next block begins is known without a look at this one, as long as nothing stops here.
            if block.stops != 0 {
                let before = block.stops & block.stops.wrapping_neg();
                put += self.pack(block.octets, kept & (before - 1), space);
                at += before.trailing_zeros() as usize;
                begun = 0;
                break;
            }
            put += self.pack(block.octets, kept, space);
            at += 32;
            begun = ones >> 31 | twos >> 30;
        }
        at += begun.count_ones() as usize;
        without_blanks(from, at, put)
    }
}

/// Where those of eight octets stand that are marked.
static PACK: [u64; 256] = pack();

const fn pack() -> [u64; 256] {
    let mut table = [0; 256];
    let mut rest: &mut [u64] = &mut table;
    let mut kept = 0_u64;
    while let Some((places, more)) = rest.split_first_mut() {
        // From behind, so that the first place comes to stand lowest.
        let mut place = 8;
        while place > 0 {
            place -= 1;
            if kept >> place & 1 == 1 {
                *places = *places << 8 | place;
            }
        }
        kept += 1;
        rest = more;
    }
    table
}

/// Each octet of a block, the one behind each, and the one behind that.
#[inline(always)]
fn three(window: &[u8; 34]) -> [__m256i; 3] {
    let [here, next, third] = [0, 1, 2].map(|at| *part::<32>(window, at).unwrap_or(&[0; 32]));
    [cast(here), cast(next), cast(third)]
}
