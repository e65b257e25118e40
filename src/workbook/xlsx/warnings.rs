//! What the owner of a workbook should know of it: macros, links, signatures, hidden text. Says it; changes and runs nothing.

use super::parts::{self, Parts, Relation};
use crate::domain::workbook::{Sheet, Visibility, Workbook};
use crate::workbook::ReadError;
use crate::workbook::package::Package;

/// The warnings for a workbook that is read.
///
/// # Errors
/// A part with relations is broken.
pub fn of_workbook(package: &mut Package, parts: &Parts, workbook: &Workbook) -> Result<Vec<String>, ReadError> {
    let mut warnings = Vec::new();
    let count = |kind: &str| parts.relations.iter().filter(|relation| relation.kind == kind).count();
    if count("vbaProject") > 0 {
        warnings.push("it holds macros (VBA): they are never run, and stay as they are".to_owned());
    }
    if parts.other_tabs.iter().any(|tab| tab.what == "macro tab") {
        warnings.push("it holds macros of an old kind (XLM): they are never run, and stay as they are".to_owned());
    }
    let (files, programs) = links(package, &parts.relations)?;
    if files > 0 {
        warnings.push(format!("it links to {}: never opened, kept as they are", counted(files, "other file")));
    }
    if programs > 0 {
        warnings.push(format!("it asks {} for data (DDE): never started, kept as they are", counted(programs, "other program")));
    }
    if count("connections") > 0 {
        warnings.push("it holds connections to data elsewhere: never opened, kept as they are".to_owned());
    }
    let objects: usize = workbook.unread.iter().filter(|unread| unread.what == "embedded object").map(|unread| unread.count).sum();
    if objects > 0 {
        warnings.push(format!("it holds {}: never opened, kept as they are", counted(objects, "embedded object")));
    }
    if parts::relations_of(package, "")?.values().any(|relation| relation.kind == "origin") {
        warnings.push("it is signed: the signature is kept as it is, but any edit makes it invalid".to_owned());
    }
    for (visibility, what) in [(Visibility::Hidden, "hidden"), (Visibility::VeryHidden, "hidden so that only a program can show it")] {
        let holds_text = |sheet: &&Sheet| sheet.visibility == visibility && !sheet.cells.is_empty();
        warnings
            .extend(workbook.sheets.iter().filter(holds_text).map(|sheet| format!("the sheet {:?} is {what}, and holds text", sheet.name)));
    }
    Ok(warnings)
}

/// How many links to files, and to programs, the workbook has.
fn links(package: &mut Package, relations: &[Relation]) -> Result<(usize, usize), ReadError> {
    let (mut files, mut programs) = (0, 0);
    for relation in relations.iter().filter(|relation| relation.kind == "externalLink") {
        let text = if package.find(&relation.target).is_some() { package.part(&relation.target)? } else { Vec::new() };
        let text = String::from_utf8_lossy(&text);
        if text.contains("ddeLink") { programs += 1 } else { files += 1 }
    }
    Ok((files, programs))
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
