//! `smtp_calls` of the properties in `src/lib.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| mailweft_fuzz::smtp_calls(data));
