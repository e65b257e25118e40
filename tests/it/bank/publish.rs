//! The trust page and exports: what everybody may see and nothing else, safe whatever the texts hold.
