//! Pages of a sales engineer: files come in, what they come to, how they are read, and what leaves.

pub mod files;
pub mod layout;
pub mod newcomer;
pub mod release;
mod roles;
pub mod summary;
mod terms;
pub mod uploads;
