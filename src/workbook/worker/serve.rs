//! The side of the process that opens one workbook: confines itself, reads a request, answers, ends. Never reads a byte before it is confined.

use std::fmt::Display;
use std::io::{self, BufWriter, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::confine::confine;
use super::message::{self, Request};
use crate::workbook::error::Stop;
use crate::workbook::{ReadError, edit, read};

/// Opens the workbook that comes on standard input, and answers on standard output. The process is good for nothing else afterwards.
///
/// # Errors
/// The request cannot be read, or nobody reads the answer.
pub fn serve(memory: u64, cpu_seconds: u64) -> io::Result<()> {
    let confined = confine(memory, cpu_seconds);
    let mut input = Vec::new();
    io::stdin().lock().read_to_end(&mut input)?;
    let (Request { name, limits, edits }, file) = message::split(&input).ok_or(io::ErrorKind::InvalidInput)?;
    let out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let Some(edits) = edits else {
        return message::answer(out, confined, &caught(memory, || read(&name, file, &limits)), &[]);
    };
    let mut edited = caught(memory, || edit(&name, file, &edits, &limits));
    let file = edited.as_mut().map(|edited| std::mem::take(&mut edited.bytes)).unwrap_or_default();
    message::answer(out, confined, &edited, &file)
}

/// A bug that a file brings out is an error of that file. Want of memory that a reader took for a fault of the file is told by the words
/// that the standard library has for it, since the crates between hand on nothing else.
fn caught<T, E: From<ReadError> + Display>(memory: u64, open: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    match catch_unwind(AssertUnwindSafe(open)) {
        Ok(Err(error)) if error.to_string().ends_with("out of memory") => Err(ReadError::Stopped(Stop::Memory(memory)).into()),
        Ok(opened) => opened,
        Err(_) => Err(ReadError::Stopped(Stop::Crash).into()),
    }
}
