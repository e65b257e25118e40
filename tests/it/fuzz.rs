//! What the fuzz targets share: the code of the tests, built without the tests, and what is done about bugs in other crates.
#![allow(dead_code, unused_imports)]

pub mod regressions;
mod table;
pub mod workbook;

use std::collections::BTreeSet;
use std::panic;
use std::sync::Mutex;

/// A panic in the crates that we use is an error of the file, as in the worker process; it is told once a place. Every other one ends the run.
pub fn let_others_panic() {
    static SEEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let end = panic::take_hook();
    panic::set_hook(Box::new(move |told| {
        let place = told.location().map(ToString::to_string).unwrap_or_default();
        if !place.contains("/registry/src/") {
            end(told);
        } else if SEEN.lock().is_ok_and(|mut seen| seen.insert(place)) {
            eprintln!("contained: {told}");
        }
    }));
}
