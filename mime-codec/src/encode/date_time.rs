//! A date as RFC 5322 §3.3 writes it.

use core::fmt;

use crate::types::date_time::DateTime;

const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Octets of the longest date: years have four digits.
const LONGEST: usize = 31;

/// A date as text, without memory of its own.
pub(crate) struct Written {
    octets: [u8; LONGEST],
    len: usize,
}

impl Written {
    /// Such as `Fri, 21 Nov 1997 09:55:06 -0600`.
    pub(crate) fn new(date: &DateTime) -> Self {
        let name = |names: &[&'static str], at: u8| {
            names.get(usize::from(at)).copied().unwrap_or_default()
        };
        let ((year, month, day), (hour, minute, second)) = (date.date(), date.time());
        let minutes = date.offset().unsigned_abs();
        let sign = if date.offset() < 0 || date.is_zone_unknown() {
            "-"
        } else {
            "+"
        };
        let mut out = Self {
            octets: [0; LONGEST],
            len: 0,
        };
        out.text(name(&DAYS, date.weekday()));
        out.text(", ");
        out.digits(day.into(), if day < 10 { 1 } else { 2 });
        out.text(" ");
        out.text(name(&MONTHS, month.saturating_sub(1)));
        out.text(" ");
        out.digits(year, 4);
        for (before, number) in [(" ", hour), (":", minute), (":", second)] {
            out.text(before);
            out.digits(number.into(), 2);
        }
        out.text(" ");
        out.text(sign);
        out.digits(minutes / 60, 2);
        out.digits(minutes % 60, 2);
        out
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.octets.get(..self.len).unwrap_or_default()
    }

    fn text(&mut self, text: &str) {
        let end = self.len.saturating_add(text.len());
        if let Some(space) = self.octets.get_mut(self.len..end) {
            space.copy_from_slice(text.as_bytes());
            self.len = end;
        }
    }

    fn digits(&mut self, mut number: u16, count: usize) {
        let end = self.len.saturating_add(count);
        for space in self.octets.iter_mut().take(end).skip(self.len).rev() {
            let digit = u8::try_from(number % 10).unwrap_or_default();
            *space = b'0'.saturating_add(digit);
            number /= 10;
        }
        self.len = end.min(LONGEST);
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let written = Written::new(self);
        f.write_str(core::str::from_utf8(written.as_bytes()).unwrap_or_default())
    }
}
