//! Timing: rounds in turn, so that what else the machine does falls on all sides alike.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use crate::{
    allocs::allocations,
    row::{Row, Side},
};

const ROUNDS: usize = 15;
const SAMPLE: Duration = Duration::from_millis(6);

/// Times every side of the row that did not time itself.
pub fn measure(row: &mut Row<'_>) {
    let mut sides: Vec<&mut Side<'_>> = row
        .sides
        .iter_mut()
        .filter(|side| side.times.is_empty())
        .collect();
    for side in &mut sides {
        (side.work)();
        side.allocations = Some(allocations(&mut *side.work));
    }
    let repeats: Vec<u32> = sides.iter_mut().map(|side| calibrate(side)).collect();
    for round in 0..ROUNDS {
        let mut order: Vec<usize> = (0..sides.len()).collect();
        if round % 2 == 1 {
            order.reverse();
        }
        for n in order {
            let side = &mut *sides[n];
            let time = sample(side, repeats[n]).as_secs_f64() * 1e9 / f64::from(repeats[n]);
            side.times.push(time);
        }
    }
    for side in sides {
        side.times.sort_unstable_by(f64::total_cmp);
    }
}

/// How many runs fill a sample.
fn calibrate(side: &mut Side<'_>) -> u32 {
    let mut repeats = 1;
    loop {
        let time = sample(side, repeats);
        if time >= SAMPLE || repeats >= 1 << 24 {
            return repeats;
        }
        let factor = SAMPLE.as_nanos() / time.as_nanos().max(1);
        repeats = repeats.saturating_mul(u32::try_from(factor.clamp(2, 100)).unwrap_or(100));
    }
}

fn sample(side: &mut Side<'_>, repeats: u32) -> Duration {
    let start = Instant::now();
    for _ in 0..repeats {
        black_box((side.work)());
    }
    start.elapsed()
}
