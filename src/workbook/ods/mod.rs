//! ods: read by our own walk over content.xml, held against calamine's count; edited by splicing that part's text.
//! Never sizes anything by what a file declares.
//!
//! Results of formulas stay as they were stored. Whether the program that opens the file reckons them anew is its own setting: office
//! suites do not for files that they saved themselves, until somebody asks for it (in `LibreOffice`, Ctrl+Shift+F9).

mod conditions;
mod count;
mod edit;
mod grid;
mod lists;
mod paragraphs;
mod read;
mod row;
mod sheet;
mod styles;

pub use edit::edit;
pub use read::read;

/// The part that holds the cells.
const CONTENT: &str = "content.xml";
