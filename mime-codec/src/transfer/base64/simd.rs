//! Whole lines by the vector instructions of the machine (feature `simd`).

use base64_simd::{AsOut as _, STANDARD_NO_PAD as ENGINE};

use super::{LINE, LINE_INPUT, table};

/// How many lines are put together at the most before they are decoded, or encoded before they are parted.
const LINES: usize = 64;

/// Decodes lines of 76 up to the first that is none; how many octets were taken and put.
pub(super) fn decode_lines(input: &[u8], out: &mut [u8]) -> (usize, usize) {
    let (mut at, mut to) = (0, 0);
    let mut joined = [0; LINE * LINES];
    // Runs grow: what is looked at in vain is not more than what was decoded before.
    let mut most = 4;
    loop {
        let lines = input.get(at..).unwrap_or_default().chunks_exact(LINE + 2);
        let room = (out.len() - to) / LINE_INPUT;
        let mut count = 0;
        for (line, space) in lines
            .zip(joined.chunks_exact_mut(LINE))
            .take(most.min(room))
        {
            let Some((text, b"\r\n")) = line.split_first_chunk::<LINE>() else {
                break;
            };
            space.copy_from_slice(text);
            count += 1;
        }
        let text = joined.get(..count * LINE).unwrap_or_default();
        let space = out.get_mut(to..to + count * LINE_INPUT).unwrap_or_default();
        if count == 0 || ENGINE.decode(text, space.as_out()).is_err() {
            break;
        }
        at += count * (LINE + 2);
        to += count * LINE_INPUT;
        most = (most * 2).min(LINES);
    }
    // A line that is none was among the last: up to it, they are lines.
    let rest = input.get(at..).unwrap_or_default();
    let (taken, put) = table::decode_lines(rest, out.get_mut(to..).unwrap_or_default());
    (at + taken, to + put)
}

/// Encodes whole lines, each with its CRLF; `out` has room for them.
pub(super) fn encode_lines(input: &[u8], out: &mut [u8]) {
    let mut joined = [0; LINE * LINES];
    let blocks = input.chunks(LINE_INPUT * LINES);
    for (block, space) in blocks.zip(out.chunks_mut((LINE + 2) * LINES)) {
        let length = block.len() / LINE_INPUT * LINE;
        let text = joined.get_mut(..length).unwrap_or_default();
        let whole = block.get(..block.len() / LINE_INPUT * LINE_INPUT);
        let text = ENGINE.encode(whole.unwrap_or_default(), text.as_out());
        for (line, space) in text
            .chunks_exact(LINE)
            .zip(space.chunks_exact_mut(LINE + 2))
        {
            if let Some((text, end)) = space.split_first_chunk_mut::<LINE>() {
                text.copy_from_slice(line);
                end.copy_from_slice(b"\r\n");
            }
        }
    }
}
