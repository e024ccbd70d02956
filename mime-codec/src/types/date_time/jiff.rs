//! As `jiff` has it (feature `jiff`).

use jiff::{
    Timestamp, Zoned,
    tz::{Offset, TimeZone},
};

use super::{DateTime, out_of_range};
use crate::error::InvalidText;

/// The same moment in the same zone; a leap second is the one before it.
///
/// # Errors
///
/// A zone of 26 hours or more; the last day of the year 9999.
impl TryFrom<DateTime> for Zoned {
    type Error = InvalidText;

    fn try_from(date: DateTime) -> Result<Self, InvalidText> {
        let seconds = i32::from(date.offset()).saturating_mul(60);
        let zone = Offset::from_seconds(seconds).map_err(|_| out_of_range())?;
        let moment = Timestamp::from_second(date.timestamp()).map_err(|_| out_of_range())?;
        Ok(moment.to_zoned(TimeZone::fixed(zone)))
    }
}

/// The same moment in the same zone, to the second; of the zone, the minute.
///
/// # Errors
///
/// A year that is none of 1900 to 9999.
impl TryFrom<&Zoned> for DateTime {
    type Error = InvalidText;

    fn try_from(date: &Zoned) -> Result<Self, InvalidText> {
        super::from_seconds(date.timestamp().as_second(), date.offset().seconds())
    }
}
