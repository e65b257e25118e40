//! The bank as text files on disk, and the full-text index over it. Never decides what may be said.

pub mod edit;
pub mod folder;
pub mod format;
pub mod index;
pub mod mappings;
