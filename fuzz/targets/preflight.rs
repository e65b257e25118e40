#![no_main]
//! Fuzz target, see `tests/it/regressions/preflight.rs`.

libfuzzer_sys::fuzz_target!(init: answerbank_fuzz::let_others_panic(), |bytes: &[u8]| {
    answerbank_fuzz::regressions::preflight::check(bytes);
});
