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
pub use read::read;
