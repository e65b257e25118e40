//! How much of a file is read before it is refused, and how limits are typed. Numbers only: each is asked where it applies.

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

/// The largest file that may be allowed: what opening takes grows with it.
const FILE_AT_MOST: u64 = 128 << 20;

impl Limits {
    /// Sets one limit as it is typed: `cells=500000`, `file=64M`.
    ///
    /// # Errors
    /// In words: no limit has that name, or the number is none that it takes.
    pub fn set(&mut self, setting: &str) -> Result<(), String> {
        let (name, value) = setting.split_once('=').ok_or_else(|| format!("expected NAME=NUMBER, such as {}", self.typed().join(", ")))?;
        match name {
            "file" => self.file = bytes(value).filter(|file| *file <= FILE_AT_MOST).ok_or_else(|| wrong(&as_typed(FILE_AT_MOST)))?,
            "entries" => self.entries = count(value)?,
            "part" => self.part = bytes(value).ok_or_else(wrong_size)?,
            "unpacked" => self.unpacked = bytes(value).ok_or_else(wrong_size)?,
            "ratio" => self.ratio = count(value)?,
            "sheets" => self.sheets = count(value)?,
            "cells" => self.cells = count(value)?,
            "text" => self.text = bytes(value).and_then(|bytes| bytes.try_into().ok()).ok_or_else(wrong_size)?,
            "merges" => self.merges = count(value)?,
            "styles" => self.styles = count(value)?,
            "memory" => self.memory = bytes(value).ok_or_else(wrong_size)?,
            "cpu_seconds" => self.cpu_seconds = count(value)?,
            "seconds" => self.seconds = count(value)?,
            _ => return Err(format!("no limit is called {name:?}; the limits are {}", self.typed().join(", "))),
        }
        Ok(())
    }

    /// All limits as they are typed.
    pub fn typed(&self) -> Vec<String> {
        let sizes = |name: &str, bytes: u64| format!("{name}={}", as_typed(bytes));
        vec![
            sizes("file", self.file),
            format!("entries={}", self.entries),
            sizes("part", self.part),
            sizes("unpacked", self.unpacked),
            format!("ratio={}", self.ratio),
            format!("sheets={}", self.sheets),
            format!("cells={}", self.cells),
            sizes("text", self.text as u64),
            format!("merges={}", self.merges),
            format!("styles={}", self.styles),
            sizes("memory", self.memory),
            format!("cpu_seconds={}", self.cpu_seconds),
            format!("seconds={}", self.seconds),
        ]
    }
}

fn count<T: std::str::FromStr>(value: &str) -> Result<T, String> {
    value.parse().map_err(|_| "expected a whole number".to_owned())
}

/// Bytes, or with a suffix KiB, MiB or GiB.
fn bytes(value: &str) -> Option<u64> {
    let shift = UNITS.iter().find(|(unit, _)| value.to_lowercase().ends_with(unit.to_ascii_lowercase())).map_or(0, |(_, shift)| *shift);
    let number: u64 = value.trim_end_matches(|c: char| c.is_ascii_alphabetic() && shift > 0).parse().ok()?;
    number.checked_mul(1 << shift)
}

fn wrong_size() -> String {
    "expected a number of bytes, with k, M or G behind it if you like".into()
}

fn wrong(most: &str) -> String {
    format!("{}, at most {most}", wrong_size())
}

const UNITS: &[(char, u32)] = &[('k', 10), ('M', 20), ('G', 30)];

/// A size in the largest unit in which it is whole: number and unit.
fn in_unit(bytes: u64) -> (u64, Option<char>) {
    let whole = UNITS.iter().rev().find(|(_, shift)| bytes > 0 && bytes.trailing_zeros() >= *shift);
    whole.map_or((bytes, None), |(unit, shift)| (bytes >> shift, Some(*unit)))
}

/// A size as it is typed: `32M`.
pub fn as_typed(bytes: u64) -> String {
    let (number, unit) = in_unit(bytes);
    unit.map_or_else(|| number.to_string(), |unit| format!("{number}{unit}"))
}

/// A size in words: `32 MiB`.
pub fn in_words(bytes: u64) -> String {
    let (number, unit) = in_unit(bytes);
    unit.map_or_else(|| format!("{number} bytes"), |unit| format!("{number} {}iB", unit.to_ascii_uppercase()))
}
