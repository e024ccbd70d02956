//! The nouns to octets.

mod date_time;
