//! Transfer encodings: octets made fit for transport, and back.

pub mod base64;
mod decoder;
pub mod quoted_printable;
pub mod uuencode;
#[cfg(all(feature = "simd", target_arch = "x86_64"))]
pub(crate) mod vector;
pub mod yenc;

pub(crate) use decoder::decode_text;
pub use decoder::{Decoder, Faults, Progress, decode, decoded_len};
