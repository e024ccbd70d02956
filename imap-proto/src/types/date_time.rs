//! Dates and times (RFC 3501 §9): when a message arrived, and the days that searches name.

use crate::error::{Invalid, ParseError, Rule};

/// The names of the months, in order.
pub(crate) const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// A day: `date = day "-" month "-" year` (RFC 3501 §9). Ordered by time.
///
/// # Examples
///
/// ```
/// use mailweft_imap::Date;
///
/// let date = Date::parse("1-Feb-1994")?;
/// assert_eq!(date.to_string(), "1-Feb-1994");
/// assert!(Date::new(2023, 2, 29).is_err());
/// # Ok::<(), mailweft_imap::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// A day of the Gregorian calendar.
    ///
    /// # Errors
    ///
    /// When there is no such day, or the year has more than four digits.
    pub const fn new(year: u16, month: u8, day: u8) -> Result<Self, Invalid> {
        if year > 9999 || day == 0 || day > days_in(year, month) {
            return Err(Invalid::value(Rule::Date));
        }
        Ok(Self { year, month, day })
    }

    /// Reads a date such as `1-Feb-1994`.
    ///
    /// # Errors
    ///
    /// When `text` is not `day-Mon-year`, or there is no such day.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        text.parse()
    }

    /// The year.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, from 1.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    pub const fn day(self) -> u8 {
        self.day
    }

    /// Days since 1 January 1970, which may be negative.
    pub const fn days_since_epoch(self) -> i64 {
        // Years start in March here, so that the leap day is the last one.
        let (year, month) = (self.year as i64, self.month as i64);
        let (year, month) = match month > 2 {
            true => (year, month.wrapping_sub(3)),
            false => (year.wrapping_sub(1), month.wrapping_add(9)),
        };
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let of_year = month
            .wrapping_mul(153)
            .wrapping_add(2)
            .div_euclid(5)
            .wrapping_add(self.day as i64)
            .wrapping_sub(1);
        of_era
            .wrapping_mul(365)
            .wrapping_add(of_era.div_euclid(4))
            .wrapping_sub(of_era.div_euclid(100))
            .wrapping_add(of_year)
            .wrapping_add(era.wrapping_mul(146_097))
            .wrapping_sub(719_468)
    }

    /// The day that lies so many days after 1 January 1970.
    ///
    /// # Errors
    ///
    /// When its year is not between 0 and 9999.
    pub fn from_days_since_epoch(days: i64) -> Result<Self, Invalid> {
        let shifted = days.saturating_add(719_468);
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = of_era
            .wrapping_sub(of_era.div_euclid(1_460))
            .wrapping_add(of_era.div_euclid(36_524))
            .wrapping_sub(of_era.div_euclid(146_096))
            .div_euclid(365);
        let before = year_of_era
            .wrapping_mul(365)
            .wrapping_add(year_of_era.div_euclid(4))
            .wrapping_sub(year_of_era.div_euclid(100));
        let of_year = of_era.wrapping_sub(before);
        let shifted_month = of_year.wrapping_mul(5).wrapping_add(2).div_euclid(153);
        let of_month = shifted_month
            .wrapping_mul(153)
            .wrapping_add(2)
            .div_euclid(5);
        let day = of_year.wrapping_sub(of_month).wrapping_add(1);
        let month = match shifted_month < 10 {
            true => shifted_month.wrapping_add(3),
            false => shifted_month.wrapping_sub(9),
        };
        let year = year_of_era
            .wrapping_add(era.saturating_mul(400))
            .wrapping_add(i64::from(month <= 2));
        let invalid = |_| Invalid::value(Rule::Date);
        Self::new(
            u16::try_from(year).map_err(invalid)?,
            u8::try_from(month).map_err(invalid)?,
            u8::try_from(day).map_err(invalid)?,
        )
    }
}

const fn days_in(year: u16, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 0,
    }
}

/// A moment with its zone: `date-time` (RFC 3501 §9), the internal date of a message (§2.3.3).
///
/// # Examples
///
/// ```
/// use mailweft_imap::DateTime;
///
/// let moment = DateTime::parse("17-Jul-1996 02:44:25 -0700")?;
/// assert_eq!(moment.unix_timestamp(), 837_596_665);
/// assert_eq!(moment.to_string(), "17-Jul-1996 02:44:25 -0700");
/// assert_eq!(DateTime::from_unix(837_596_665, -420), Ok(moment));
/// # Ok::<(), mailweft_imap::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DateTime {
    date: Date,
    hour: u8,
    minute: u8,
    second: u8,
    /// Minutes east of UTC.
    offset: i16,
}

impl DateTime {
    /// A moment on `date`, `offset` minutes east of UTC.
    ///
    /// # Errors
    ///
    /// When the hour is above 23, the minute above 59, the second above 60 or the offset not within a day.
    pub const fn new(
        date: Date,
        hour: u8,
        minute: u8,
        second: u8,
        offset: i16,
    ) -> Result<Self, Invalid> {
        if hour > 23 || minute > 59 || second > 60 || offset <= -6000 || offset >= 6000 {
            return Err(Invalid::value(Rule::DateTime));
        }
        Ok(Self {
            date,
            hour,
            minute,
            second,
            offset,
        })
    }

    /// Reads a moment such as `17-Jul-1996 02:44:25 -0700`.
    ///
    /// # Errors
    ///
    /// When `text` has another form, or names no moment.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        text.parse()
    }

    /// The moment so many seconds after 1 January 1970 UTC, told `offset` minutes east of UTC.
    ///
    /// # Errors
    ///
    /// When its year is not between 0 and 9999.
    pub fn from_unix(seconds: i64, offset: i16) -> Result<Self, Invalid> {
        let local = seconds.saturating_add(i64::from(offset).saturating_mul(60));
        let date = Date::from_days_since_epoch(local.div_euclid(86_400))?;
        let of_day = local.rem_euclid(86_400);
        let part = |value: i64| u8::try_from(value).map_err(|_| Invalid::value(Rule::DateTime));
        Self::new(
            date,
            part(of_day.div_euclid(3_600))?,
            part(of_day.div_euclid(60).rem_euclid(60))?,
            part(of_day.rem_euclid(60))?,
            offset,
        )
    }

    /// Seconds since 1 January 1970 UTC.
    pub const fn unix_timestamp(self) -> i64 {
        self.date
            .days_since_epoch()
            .wrapping_mul(86_400)
            .wrapping_add((self.hour as i64).wrapping_mul(3_600))
            .wrapping_add((self.minute as i64).wrapping_mul(60))
            .wrapping_add(self.second as i64)
            .wrapping_sub((self.offset as i64).wrapping_mul(60))
    }

    /// The day, in its own zone: what SEARCH compares (RFC 3501 §6.4.4).
    pub const fn date(self) -> Date {
        self.date
    }

    /// The hour, from 0 to 23.
    pub const fn hour(self) -> u8 {
        self.hour
    }

    /// The minute.
    pub const fn minute(self) -> u8 {
        self.minute
    }

    /// The second; 60 in a leap second.
    pub const fn second(self) -> u8 {
        self.second
    }

    /// Minutes east of UTC.
    pub const fn offset_minutes(self) -> i16 {
        self.offset
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_the_calendar_counts_one() {
        let mut days = Date::new(0, 1, 1).unwrap().days_since_epoch();
        for year in 0..=9999 {
            for month in 1..=12 {
                for day in 1..=days_in(year, month) {
                    let date = Date::new(year, month, day).unwrap();
                    assert_eq!(date.days_since_epoch(), days);
                    if year % 97 == 0 {
                        assert_eq!(Date::from_days_since_epoch(days), Ok(date));
                    }
                    days += 1;
                }
            }
        }
        assert_eq!(Date::new(1970, 1, 1).unwrap().days_since_epoch(), 0);
    }
}
