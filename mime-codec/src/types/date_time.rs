//! A date, a time and a zone.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "years are four digits and all other fields are in their calendar range, so nothing overflows 64 bits"
)]

use core::cmp::Ordering;

#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "jiff")]
mod jiff;
#[cfg(feature = "time")]
mod time;

use crate::error::{InvalidText, InvalidTextKind};

/// A date and time with its zone (RFC 5322 §3.3).
///
/// Two are equal where all their fields are; [`timestamp`](Self::timestamp) tells whether they are the same moment.
///
/// ```
/// use mailweft_mime::DateTime;
///
/// let date = DateTime::parse("Fri, 21 Nov 1997 09:55:06 -0600")?;
/// assert_eq!(date.timestamp(), 880_127_706);
/// assert_eq!(date.to_string(), "Fri, 21 Nov 1997 09:55:06 -0600");
/// assert_eq!(DateTime::from_timestamp(880_127_706, -360), Some(date));
/// # Ok::<(), mailweft_mime::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DateTime {
    pub(crate) year: u16,
    pub(crate) month: u8,
    pub(crate) day: u8,
    pub(crate) hour: u8,
    pub(crate) minute: u8,
    pub(crate) second: u8,
    /// Minutes east of UTC.
    pub(crate) offset: i16,
    /// `-0000`: the zone says nothing about the place (RFC 5322 §3.3).
    pub(crate) unknown_zone: bool,
}

impl DateTime {
    /// The date and time of these fields: `offset` in minutes east of UTC, at most 99 hours and 59 minutes.
    ///
    /// # Errors
    ///
    /// A day that the month does not have, an hour above 23, a minute above 59, a second above 60, a year before
    /// 1900 (RFC 5322 §3.3) or above 9999.
    pub fn new(
        (year, month, day): (u16, u8, u8),
        (hour, minute, second): (u8, u8, u8),
        offset: i16,
    ) -> Result<Self, InvalidText> {
        let date = Self {
            year,
            month,
            day,
            hour,
            minute,
            second,
            offset,
            unknown_zone: false,
        };
        if date.is_valid() {
            Ok(date)
        } else {
            Err(InvalidText::new(InvalidTextKind::OutOfRange, "date-time"))
        }
    }

    pub(crate) fn is_valid(&self) -> bool {
        (1900..=9999).contains(&self.year)
            && (1..=12).contains(&self.month)
            && (1..=days_in_month(self.year, self.month)).contains(&self.day)
            && self.hour <= 23
            && self.minute <= 59
            && self.second <= 60
            && self.offset.unsigned_abs() < 6000
    }

    /// The moment `seconds` after 1970-01-01 00:00:00 UTC, in the zone of `offset` minutes east of UTC.
    ///
    /// `None` where the year is not one of 1900 to 9999.
    #[must_use]
    pub fn from_timestamp(seconds: i64, offset: i16) -> Option<Self> {
        let local = seconds.checked_add(i64::from(offset) * 60)?;
        let (days, rest) = (local.div_euclid(86_400), local.rem_euclid(86_400));
        let (year, month, day) = civil(days)?;
        let clock = |value: i64| u8::try_from(value).ok();
        let date = Self {
            year,
            month,
            day,
            hour: clock(rest / 3600)?,
            minute: clock(rest / 60 % 60)?,
            second: clock(rest % 60)?,
            offset,
            unknown_zone: false,
        };
        date.is_valid().then_some(date)
    }

    /// Seconds since 1970-01-01 00:00:00 UTC; a leap second counts as the one before it.
    #[must_use]
    pub fn timestamp(&self) -> i64 {
        let days = days_from_civil(self.year, self.month, self.day);
        let clock = i64::from(self.hour) * 3600
            + i64::from(self.minute) * 60
            + i64::from(self.second.min(59));
        days * 86_400 + clock - i64::from(self.offset) * 60
    }

    /// Year, month (1 to 12) and day.
    #[must_use]
    pub const fn date(&self) -> (u16, u8, u8) {
        (self.year, self.month, self.day)
    }

    /// Hour, minute and second; the second may be 60.
    #[must_use]
    pub const fn time(&self) -> (u8, u8, u8) {
        (self.hour, self.minute, self.second)
    }

    /// Minutes east of UTC.
    #[must_use]
    pub const fn offset(&self) -> i16 {
        self.offset
    }

    /// True for `-0000` and for obsolete zones of unknown meaning: UTC, from a place that is not told.
    #[must_use]
    pub const fn is_zone_unknown(&self) -> bool {
        self.unknown_zone
    }

    /// The day of the week, 0 for Sunday.
    #[must_use]
    pub fn weekday(&self) -> u8 {
        let days = days_from_civil(self.year, self.month, self.day);
        u8::try_from((days + 4).rem_euclid(7)).unwrap_or(0)
    }
}

impl PartialOrd for DateTime {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// By the moment, then by the fields.
impl Ord for DateTime {
    fn cmp(&self, other: &Self) -> Ordering {
        let fields = |d: &Self| (d.offset, d.second, d.unknown_zone);
        self.timestamp()
            .cmp(&other.timestamp())
            .then_with(|| fields(self).cmp(&fields(other)))
    }
}

pub(crate) const fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar.
fn days_from_civil(year: u16, month: u8, day: u8) -> i64 {
    let (year, month, day) = (i64::from(year), i64::from(month), i64::from(day));
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let of_era = shifted.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn civil(days: i64) -> Option<(u16, u8, u8)> {
    let days = days.checked_add(719_468)?;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Some((
        u16::try_from(year).ok()?,
        u8::try_from(month).ok()?,
        u8::try_from(day).ok()?,
    ))
}

#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
const fn out_of_range() -> InvalidText {
    InvalidText::new(InvalidTextKind::OutOfRange, "date-time")
}

/// The moment in a zone of seconds east of UTC, of which the minutes are kept.
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
fn from_seconds(seconds: i64, zone: i32) -> Result<DateTime, InvalidText> {
    i16::try_from(zone / 60)
        .ok()
        .and_then(|offset| DateTime::from_timestamp(seconds, offset))
        .ok_or_else(out_of_range)
}
