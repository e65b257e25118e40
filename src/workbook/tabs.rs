//! The tabs of a workbook, in every file kind: how many there may be, whether names tell them apart, and those that hold no cells.

use std::collections::BTreeSet;

use super::{Limits, ReadError};
use crate::domain::workbook::{Unread, Visibility};

/// Refuses more tabs than the limit, and two of one name: what stands in one could be read for the other.
///
/// # Errors
/// Which of the two it is.
pub fn check<'a>(names: impl ExactSizeIterator<Item = &'a str>, limits: &Limits) -> Result<(), ReadError> {
    if names.len() > limits.sheets {
        return Err(ReadError::Refused(format!("{} sheets, more than {}", names.len(), limits.sheets)));
    }
    let mut known = BTreeSet::new();
    for name in names {
        if !known.insert(name.to_lowercase()) {
            return Err(ReadError::Refused(format!("two sheets are called {name:?}")));
        }
    }
    Ok(())
}

/// How a tab shows, by its number in the binary formats.
pub const fn visibility(number: u32) -> Visibility {
    match number {
        0 => Visibility::Visible,
        1 => Visibility::Hidden,
        _ => Visibility::VeryHidden,
    }
}

/// A tab that holds no cells, for the list of what is not read.
pub fn unread(name: &str, what: &str) -> Unread {
    Unread { sheet: name.to_owned(), what: what.to_owned(), count: 1, at: Vec::new() }
}
