//! Numbers, without a detour by `String`.

use bytes::{BufMut as _, BytesMut};

/// Appends a number in figures.
pub(super) fn put_number(mut number: u64, out: &mut BytesMut) {
    let mut figures = [b'0'; 20];
    let mut length = 0_usize;
    for place in figures.iter_mut().rev() {
        // A digit is below 10.
        *place = b'0'.wrapping_add(u8::try_from(number % 10).unwrap_or_default());
        number /= 10;
        length = length.saturating_add(1);
        if number == 0 {
            break;
        }
    }
    let start = figures.len().saturating_sub(length);
    out.put_slice(figures.get(start..).unwrap_or_default());
}
