//! What the owner of a workbook should know of it: macros, links, signatures, hidden text; in the same words for every file kind.
//! Says it; changes and runs nothing.

use crate::domain::workbook::{Visibility, Workbook};

/// What a reader saw beside the cells. What it cannot see stays unsaid.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen {
    /// Macros.
    pub macros: bool,
    /// Macros of the old kind, in tabs of their own.
    pub old_macros: bool,
    /// Links to other files.
    pub links: bool,
    /// Links to other programs.
    pub programs: bool,
    /// Connections to data elsewhere.
    pub connections: bool,
    /// A signature.
    pub signed: bool,
    /// Results of formulas that stay as they were stored when the file is edited.
    pub stored_results: bool,
}

/// The warnings for a workbook that is read.
pub fn told(seen: &Seen, workbook: &Workbook) -> Vec<String> {
    let embedded = workbook.unread.iter().any(|unread| unread.what == "embedded object");
    let sayings = [
        (seen.macros, "it holds macros: they are never run"),
        (seen.old_macros, "it holds macros of an old kind (XLM): they are never run"),
        (seen.links, "it links to other files: they are never opened"),
        (seen.programs, "it asks other programs for data (DDE): they are never started"),
        (seen.connections, "it holds connections to data elsewhere: they are never opened"),
        (embedded, "it holds embedded objects: they are never opened"),
    ];
    let kept = if workbook.kind.in_place() { ", and stay as they are" } else { "" };
    let mut warnings: Vec<String> = sayings.iter().filter(|(is_so, _)| *is_so).map(|(_, saying)| format!("{saying}{kept}")).collect();
    if seen.signed {
        warnings.push("it is signed: any edit makes the signature invalid".to_owned());
    }
    if seen.stored_results {
        warnings.push("results of formulas stay as they were stored until a spreadsheet program recalculates the workbook".to_owned());
    }
    for (visibility, what) in [(Visibility::Hidden, "hidden"), (Visibility::VeryHidden, "hidden so that only a program can show it")] {
        let hidden = workbook.sheets.iter().filter(|sheet| sheet.visibility == visibility && !sheet.cells.is_empty());
        warnings.extend(hidden.map(|sheet| format!("the sheet {:?} is {what}, and holds text", sheet.name)));
    }
    warnings
}
