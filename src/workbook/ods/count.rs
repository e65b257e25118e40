//! The second count: another reader's number of cells with a value, held against ours. Never asked where it would need more room than a small grid.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, Ods, Reader as _};

/// The other reader keeps every cell of a sheet's grid; it is asked where all grids together have no more than these.
pub const MAX_GRID: u64 = 1_000_000;

/// How many cells with a value the other reader finds on each sheet; `None` where it cannot read the file: it does not
/// take white space between cells, and asks for a list of the parts that is optional.
pub fn values(bytes: &[u8]) -> Option<Vec<(String, usize)>> {
    let read = || {
        let mut other = Ods::new(Cursor::new(bytes)).ok()?;
        let filled = |value: &Data| match value {
            Data::Empty => false,
            Data::String(text) => !text.trim().is_empty(),
            _ => true,
        };
        let sheets = other.worksheets().into_iter();
        Some(sheets.map(|(name, range)| (name, range.used_cells().filter(|(_, _, value)| filled(value)).count())).collect())
    };
    catch_unwind(AssertUnwindSafe(read)).ok().flatten()
}
