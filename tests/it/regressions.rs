//! What the fuzz targets in `fuzz/` do with the bytes that they are given; and the inputs that once went wrong, kept in `tests/regressions/`,
//! each with the outcome that it has now.

pub mod fill;
pub mod forms;
pub mod layout;
pub mod parts;
pub mod preflight;
pub mod read;

use std::panic::{AssertUnwindSafe, catch_unwind};

use answerbank::domain::workbook::Workbook;
use answerbank::workbook::{Limits, ReadError};

/// Limits that inputs of a fuzzer can reach.
pub const SMALL: Limits = Limits {
    file: 1 << 18,
    entries: 24,
    part: 1 << 17,
    unpacked: 1 << 18,
    ratio: 400,
    sheets: 6,
    cells: 1_000,
    text: 1 << 16,
    merges: 60,
    styles: 60,
    memory: 1 << 30,
    cpu_seconds: 10,
    seconds: 20,
};

/// What the worker process would answer: a bug that a file brings out in a reader is an error of that file.
pub fn caught<T, E: From<ReadError>>(open: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    catch_unwind(AssertUnwindSafe(open)).unwrap_or_else(|_| Err(ReadError::Stopped(answerbank::workbook::error::Stop::Crash).into()))
}

/// Reads within small limits.
pub fn open(name: &str, bytes: &[u8]) -> Result<Workbook, ReadError> {
    caught(|| answerbank::workbook::read(name, bytes, &SMALL))
}

#[test]
fn what_once_went_wrong_has_the_outcome_that_is_written_beside_it() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/regressions");
    let (mut found, mut wrong) = (Vec::new(), Vec::new());
    for (target, check) in
        [("fill", fill::check as fn(&[u8]) -> String), ("layout", layout::check), ("preflight", preflight::check), ("read", read::check)]
    {
        let Ok(files) = std::fs::read_dir(folder.join(target)) else { continue };
        for path in files.map(|entry| entry.unwrap().path()) {
            let bytes = std::fs::read(&path).unwrap();
            let name = format!("{target}/{}", path.file_name().unwrap().to_string_lossy());
            match catch_unwind(|| check(&bytes)) {
                Ok(outcome) => found.push(format!("{name}: {outcome}")),
                Err(_) => wrong.push(name),
            }
        }
    }
    found.sort();
    assert!(wrong.is_empty(), "{wrong:?}");
    let outcomes = std::fs::read_to_string(folder.join("outcomes.txt")).unwrap();
    assert_eq!(found.join("\n"), outcomes.trim_end());
}
