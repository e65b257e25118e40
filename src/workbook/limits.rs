//! How much of a file is read before it is refused. Numbers only: each is asked where it applies.

use serde::{Deserialize, Serialize};

/// Limits for one untrusted file. The defaults leave several times the room that any honest workbook of public collections was seen to need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of the file.
    pub file: u64,
    /// Entries of the container.
    pub entries: usize,
    /// Bytes of one part, unpacked.
    pub part: u64,
    /// Bytes of all parts, unpacked.
    pub unpacked: u64,
    /// How many times its packed size a part may have, once it is larger than 1 MiB.
    pub ratio: u64,
    /// Sheets of a workbook.
    pub sheets: usize,
    /// Cells with content, of the whole workbook.
    pub cells: usize,
    /// Bytes of text in all cells.
    pub text: usize,
    /// Merged blocks of one sheet.
    pub merges: usize,
    /// Cell styles of the workbook.
    pub styles: usize,
    /// Bytes of address space of the worker process.
    pub memory: u64,
    /// Seconds of processor time of the worker process.
    pub cpu_seconds: u64,
    /// Seconds until the worker process is stopped.
    pub seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file: 32 << 20,
            entries: 1_000,
            part: 128 << 20,
            unpacked: 256 << 20,
            // Twice what was seen of honest files: packed anew by us, those must still be read.
            ratio: 400,
            sheets: 512,
            cells: 2_000_000,
            text: 64 << 20,
            merges: 100_000,
            styles: 65_536,
            memory: 1 << 30,
            cpu_seconds: 10,
            seconds: 20,
        }
    }
}

/// A number of bytes as it is told.
pub(super) fn amount(bytes: u64) -> String {
    if bytes >= 1 << 20 { format!("{} MiB", bytes >> 20) } else { format!("{bytes} bytes") }
}
