//! Lines to values.

mod capability;
mod command;
mod listing;
mod response;
mod sasl;
#[cfg(feature = "serde")]
mod serde;
mod word;

pub(crate) use listing::{
    drop_listing, plain_scan_listing, plain_unique_id_listing, scan_listing, unique_id_listing,
};
pub(crate) use response::greeting_timestamp;
pub(crate) use sasl::{decode_challenge, decode_sasl_line};
