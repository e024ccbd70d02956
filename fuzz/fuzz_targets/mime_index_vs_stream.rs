//! `mime_index_vs_stream` of the properties in `src/lib.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| mailweft_fuzz::mime_index_vs_stream(data));
