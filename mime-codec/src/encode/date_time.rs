//! A date as RFC 5322 §3.3 writes it.

use core::fmt;

use crate::types::date_time::DateTime;

const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |names: &[&'static str], at: u8| {
            names.get(usize::from(at)).copied().unwrap_or_default()
        };
        let ((year, month, day), (hour, minute, second)) = (self.date(), self.time());
        let minutes = self.offset().unsigned_abs();
        let sign = if self.offset() < 0 || self.is_zone_unknown() {
            '-'
        } else {
            '+'
        };
        write!(
            f,
            "{}, {day} {} {year:04} {hour:02}:{minute:02}:{second:02} {sign}{:02}{:02}",
            name(&DAYS, self.weekday()),
            name(&MONTHS, month.saturating_sub(1)),
            minutes / 60,
            minutes % 60,
        )
    }
}
