//! As `time` has it (feature `time`).

use time::{OffsetDateTime, UtcOffset};

use super::{DateTime, out_of_range};
use crate::error::InvalidText;

/// The same moment in the same zone; a leap second is the one before it.
///
/// # Errors
///
/// A zone of 26 hours or more; a moment outside of the years that `time` has.
impl TryFrom<DateTime> for OffsetDateTime {
    type Error = InvalidText;

    fn try_from(date: DateTime) -> Result<Self, InvalidText> {
        let seconds = i32::from(date.offset()).saturating_mul(60);
        let zone = UtcOffset::from_whole_seconds(seconds).map_err(|_| out_of_range())?;
        let moment = Self::from_unix_timestamp(date.timestamp()).map_err(|_| out_of_range())?;
        moment.checked_to_offset(zone).ok_or_else(out_of_range)
    }
}

/// The same moment in the same zone, to the second; of the zone, the minute.
///
/// # Errors
///
/// A year that is none of 1900 to 9999.
impl TryFrom<OffsetDateTime> for DateTime {
    type Error = InvalidText;

    fn try_from(date: OffsetDateTime) -> Result<Self, InvalidText> {
        super::from_seconds(date.unix_timestamp(), date.offset().whole_seconds())
    }
}
