//! Values in, values out: no files, clock, environment, network, index or terminal.
//! The modules stand in reading order; each may use only those before it.

pub mod digest;
pub mod cell;
pub mod workbook;
pub mod bank;
pub mod standing;
pub mod wording;
pub mod header_words;
mod survey;
mod identity_words;
pub mod identity;
pub mod question;
mod headers;
mod columns;
mod places;
pub mod layout;
pub mod mapping;
mod fields;
mod rows;
pub mod extract;
pub mod map_found;
pub mod explain;
pub mod language;
pub mod guard;
pub mod context;
pub mod requirement;
pub mod align;
pub mod confidence;
pub mod rank;
pub mod list_word;
pub mod propose;
pub mod review;
pub mod fill;
pub mod work_item;
