//! Dates and times (RFC 3501 §9).

use core::fmt;

use crate::{
    encode::buffer::Encoder,
    types::date_time::{Date, DateTime, MONTHS},
};

fn month(date: Date) -> &'static str {
    let index = usize::from(date.month()).saturating_sub(1);
    MONTHS.get(index).copied().unwrap_or("Jan")
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{:04}", self.day(), month(*self), self.year())
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (date, offset) = (self.date(), self.offset_minutes());
        write!(
            f,
            "{:2}-{}-{:04} {:02}:{:02}:{:02} {}{:02}{:02}",
            date.day(),
            month(date),
            date.year(),
            self.hour(),
            self.minute(),
            self.second(),
            if offset < 0 { '-' } else { '+' },
            offset.unsigned_abs() / 60,
            offset.unsigned_abs() % 60,
        )
    }
}

impl Encoder<'_> {
    pub(crate) fn date(&mut self, date: Date) -> &mut Self {
        self.number(date.day().into())
            .byte(b'-')
            .raw(month(date))
            .byte(b'-');
        self.digits(date.year().into(), 4)
    }

    /// `date-time`, with its quotes
    pub(crate) fn date_time(&mut self, moment: DateTime) -> &mut Self {
        let (date, offset) = (moment.date(), moment.offset_minutes());
        self.byte(b'"');
        if date.day() < 10 {
            self.sp();
        }
        self.date(date).sp();
        self.digits(moment.hour().into(), 2).byte(b':');
        self.digits(moment.minute().into(), 2).byte(b':');
        self.digits(moment.second().into(), 2).sp();
        self.byte(if offset < 0 { b'-' } else { b'+' });
        self.digits((offset.unsigned_abs() / 60).into(), 2);
        self.digits((offset.unsigned_abs() % 60).into(), 2)
            .byte(b'"')
    }

    /// A number with zeros before it.
    fn digits(&mut self, number: u64, width: u32) -> &mut Self {
        for place in (1..width).rev() {
            if number < 10u64.saturating_pow(place) {
                self.byte(b'0');
            }
        }
        self.number(number)
    }
}
