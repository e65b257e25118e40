//! xlsx and xlsm: read through calamine and our own pass over the parts; edited by splicing the parts' text.

mod edit;
mod lists;
mod parts;
mod read;
mod sheet_part;
mod splice;
mod strings;
mod styles;
mod tables;
mod unread;
mod validations;
mod warnings;

pub use edit::edit;
pub(in crate::workbook) use edit::refusal;
pub use lists::list_words;
pub use parts::{DefinedName, Relation, relations_of};

pub use read::{guarded, read, text_of};
