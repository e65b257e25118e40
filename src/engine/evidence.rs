//! Use cases around evidence, a file each: look whether it holds, record a file, and pack what a customer may see.

mod add;
mod check;
mod pack;
mod view;

use std::path::Path;

use super::{BankPlace, Failure};
use crate::bank::folder::MOST_EVIDENCE;
use crate::domain::bank::Evidence;
use crate::domain::digest::sha256_hex;
pub use add::{NewEvidence, Recorded, add};
pub use check::{Checked, check};
pub use pack::{Pack, Packed, pack};
pub use view::{Kept, State, all, fetch, owners};

/// The content of a file that is or is to be evidence.
fn read_evidence(path: &Path) -> Result<Vec<u8>, Failure> {
    let size = std::fs::metadata(path).map_err(|error| Failure::io(path, &error))?.len();
    if size > MOST_EVIDENCE {
        return Err(Failure::new(
            format!("{}: the file is larger than 64 MiB", path.display()),
            "keep it elsewhere, and record its address with --url",
        ));
    }
    std::fs::read(path).map_err(|error| Failure::io(path, &error))
}

/// What a file of evidence is called outside the bank: two in different folders may have one name, but their ids differ.
pub(super) fn file_name(evidence: &Evidence, path: &str) -> String {
    match Path::new(path).extension().and_then(|ending| ending.to_str()) {
        Some(ending) => format!("{}.{ending}", evidence.id),
        None => evidence.id.clone(),
    }
}

/// The file of a piece of evidence, if it is still the one whose digest is recorded.
pub(super) fn unchanged(place: &BankPlace, path: &str, evidence: &Evidence) -> Result<Vec<u8>, Failure> {
    let full = place.root.join("evidence").join(path);
    let bytes = read_evidence(&full)?;
    let same = evidence.sha256.as_deref().is_some_and(|wanted| sha256_hex(&bytes).eq_ignore_ascii_case(wanted));
    if same {
        Ok(bytes)
    } else {
        Err(Failure::new(
            format!("{}: it changed while it was read", full.display()),
            "nothing was written; look at the file, and record it anew",
        ))
    }
}
