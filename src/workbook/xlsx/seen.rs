//! What stands in a package beside the cells and is worth a warning: macros, links, connections, a signature. Opens none of it.

use super::parts::{self, Parts};
use crate::workbook::ReadError;
use crate::workbook::package::Package;
use crate::workbook::warnings::Seen;

/// Looks at the relations of a package.
///
/// # Errors
/// A part with relations is broken.
pub fn seen(package: &mut Package, parts: &Parts) -> Result<Seen, ReadError> {
    let has = |kind: &str| parts.relations.iter().any(|relation| relation.kind == kind);
    let mut seen = Seen {
        macros: has("vbaProject"),
        old_macros: parts.other_tabs.iter().any(|tab| tab.what == "macro tab"),
        connections: has("connections"),
        signed: parts::is_signed(package)?,
        ..Seen::default()
    };
    for relation in parts.relations.iter().filter(|relation| relation.kind == "externalLink") {
        let text = if package.find(&relation.target).is_some() { package.part(&relation.target)? } else { Vec::new() };
        let program = String::from_utf8_lossy(&text).contains("ddeLink");
        *if program { &mut seen.programs } else { &mut seen.links } = true;
    }
    Ok(seen)
}
