//! xlsx and xlsm: read through calamine and our own pass over the parts; edited by splicing the parts' text.

mod edit;
mod lists;
mod parts;
mod read;
mod seen;
mod sheet_part;
mod splice;
mod strings;
mod styles;
mod tables;
mod unread;
mod validations;

pub use edit::edit;
pub use lists::list_words;
pub use parts::{Relation, is_signed, other_tab, relations_of};
pub use read::read;
