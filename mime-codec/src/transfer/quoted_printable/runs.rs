//! Runs of octets that are treated alike, several at a look.

use crate::grammar::{
    eight::{every, first, octets, zeroes},
    is_wsp, slice,
};

#[cfg(all(feature = "simd", target_arch = "x86_64"))]
mod simd;
mod sixteens;

/// What is done by runs, compiled for each way to find them.
pub(super) trait Task {
    type Output;

    /// To be inlined: only so is it compiled for what `runs` needs of the machine.
    fn run(self, runs: impl Runs) -> Self::Output;
}

/// Does it by the best that the machine has.
pub(super) fn best<T: Task>(task: T) -> T::Output {
    #[cfg(all(feature = "simd", target_arch = "x86_64"))]
    if let Some(vectors) = simd::Vectors::try_new() {
        return vectors.run(task);
    }
    task.run(sixteens::Sixteens)
}

/// How runs are found and copied. Behind what a method gives as copied, octets of `to` may be written over.
pub(super) trait Runs: Copy {
    /// Decodes whole blocks of text, up to something odd or to blanks that may end a line; how many octets were
    /// taken and put.
    fn copy_blocks(self, from: &[u8], to: &mut [u8]) -> (usize, usize);

    /// Copies printable ASCII but `=`, `limit` octets at the most, and gives how many.
    fn copy_plain(self, from: &[u8], to: &mut [u8], limit: usize) -> usize;
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
