#![no_main]
//! Fuzz target, see `tests/it/regressions/fill.rs`.

libfuzzer_sys::fuzz_target!(init: answerbank_fuzz::let_others_panic(), |bytes: &[u8]| {
    answerbank_fuzz::regressions::fill::check(bytes);
});
