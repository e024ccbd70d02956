//! As `chrono` has it (feature `chrono`).

use chrono::{FixedOffset, TimeZone as _};

use super::{DateTime, out_of_range};
use crate::error::InvalidText;

/// The same moment in the same zone; a leap second is the one before it.
///
/// # Errors
///
/// A zone of a day or more.
impl TryFrom<DateTime> for chrono::DateTime<FixedOffset> {
    type Error = InvalidText;

    fn try_from(date: DateTime) -> Result<Self, InvalidText> {
        FixedOffset::east_opt(i32::from(date.offset()).saturating_mul(60))
            .and_then(|zone| zone.timestamp_opt(date.timestamp(), 0).single())
            .ok_or_else(out_of_range)
    }
}

/// The same moment in the same zone, to the second; of the zone, the minute.
///
/// # Errors
///
/// A year that is none of 1900 to 9999.
impl<Z: chrono::TimeZone> TryFrom<&chrono::DateTime<Z>> for DateTime {
    type Error = InvalidText;

    fn try_from(date: &chrono::DateTime<Z>) -> Result<Self, InvalidText> {
        use chrono::Offset as _;
        super::from_seconds(date.timestamp(), date.offset().fix().local_minus_utc())
    }
}
