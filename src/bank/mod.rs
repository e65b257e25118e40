//! The bank as text files on disk, the full-text index over it, and what its texts mean. Never decides what may be said.

pub mod edit;
pub mod folder;
pub mod format;
pub mod history;
pub mod index;
pub mod links;
pub mod mappings;
pub mod meaning;
pub mod oscal;
pub mod sections;
pub mod stamp;
