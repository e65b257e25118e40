//! Which part of the package is what: workbook, sheets, shared strings, styles, defined names. Found by relations, never by guessed paths.

use std::collections::BTreeMap;

use crate::domain::workbook::Visibility;
use crate::workbook::ReadError;
use crate::workbook::lists::DefinedName;
use crate::workbook::package::Package;
use crate::workbook::xml::{Step, Walk};

/// The part that tells the kinds of all others.
pub const CONTENT_TYPES: &str = "[Content_Types].xml";

/// The map of a package.
#[derive(Debug, Default)]
pub struct Parts {
    /// The workbook part.
    pub workbook: String,
    /// Worksheets in the order of the tabs.
    pub sheets: Vec<SheetPart>,
    /// Shared strings, where there are any.
    pub strings: Option<String>,
    /// Styles.
    pub styles: Option<String>,
    /// Defined names: name, sheet it is local to (position in the tabs), what it refers to.
    pub names: Vec<DefinedName>,
    /// Tabs that are no worksheets (charts, macros).
    pub other_tabs: Vec<OtherTab>,
    /// The relations of the workbook part.
    pub relations: Vec<Relation>,
}

/// A tab that is no worksheet.
#[derive(Debug)]
pub struct OtherTab {
    /// Its name.
    pub name: String,
    /// What it is: "chart tab".
    pub what: &'static str,
    /// Where its element stands in the workbook part's text.
    pub place: (usize, usize),
}

/// One worksheet.
#[derive(Debug)]
pub struct SheetPart {
    /// Name on the tab.
    pub name: String,
    /// Its part.
    pub part: String,
    /// How it shows.
    pub visibility: Visibility,
}

/// A relation of a part.
#[derive(Debug, Clone)]
pub struct Relation {
    /// The other part's name from the root of the package.
    pub target: String,
    /// The last word of the relation's type: `worksheet`, `styles` …
    pub kind: String,
}

/// Reads the map.
///
/// # Errors
/// The package has no workbook part, or a part that is broken.
pub fn find(package: &mut Package) -> Result<Parts, ReadError> {
    if package.find(CONTENT_TYPES).is_none() {
        return Err(ReadError::Kind { found: "a zip archive".into() });
    }
    let workbook = relations_of(package, "")?
        .into_values()
        .find(|relation| relation.kind == "officeDocument")
        .and_then(|relation| package.find(&relation.target).map(str::to_owned))
        .ok_or(ReadError::Kind { found: "a zip archive without a workbook".into() })?;
    check_main_kind(&workbook)?;
    let relations = relations_of(package, &workbook)?;
    let of_kind = |kind: &str| {
        let target = &relations.values().find(|relation| relation.kind == kind)?.target;
        package.find(target).map(str::to_owned)
    };
    let mut parts = Parts { strings: of_kind("sharedStrings"), styles: of_kind("styles"), ..Parts::default() };
    let text = package.text(&workbook)?.text;
    read_workbook(&text, &relations, package, &mut parts).map_err(|what| ReadError::Part { part: workbook.clone(), what })?;
    parts.workbook = workbook;
    parts.relations = relations.into_values().collect();
    Ok(parts)
}

/// What a tab is that is no worksheet, by the kind of its relation.
pub fn other_tab(kind: &str) -> &'static str {
    match kind {
        "chartsheet" => "chart tab",
        "dialogsheet" => "dialog tab",
        "xlMacrosheet" | "xlIntlMacrosheet" => "macro tab",
        _ => "tab without a sheet",
    }
}

/// Excel does not open a workbook whose name tells macros otherwise than its main part's kind does.
///
/// # Errors
/// The name is of the other kind.
pub fn check_name(package: &mut Package, parts: &Parts, name: &str) -> Result<(), ReadError> {
    let text = package.text(CONTENT_TYPES)?.text;
    let broken = |what: String| ReadError::Part { part: CONTENT_TYPES.to_owned(), what };
    let mut walk = Walk::new(&text);
    let mut kind = String::new();
    while let Some(step) = walk.next().map_err(broken)? {
        if let Step::Open { tag, .. } = step
            && tag.name() == "Override"
            && tag.get("PartName").is_some_and(|part| package.find(&part) == Some(parts.workbook.as_str()))
        {
            kind = tag.get("ContentType").unwrap_or_default();
        }
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    let found = match (kind.contains("macroEnabled"), kind.contains("openxmlformats"), ending.as_str()) {
        (true, _, "xlsx" | "xltx") => "a workbook with macros (.xlsm)",
        (false, true, "xlsm" | "xltm") => "a workbook without macros (.xlsx)",
        _ => return Ok(()),
    };
    Err(ReadError::Misnamed { found: found.into(), ending })
}

/// A package of this kind may also hold a text document or slides; say so instead of finding no sheet.
fn check_main_kind(workbook: &str) -> Result<(), ReadError> {
    let found = match workbook.rsplit('/').next().unwrap_or_default() {
        "document.xml" => "a text document (.docx)",
        "presentation.xml" => "a presentation (.pptx)",
        name if name.ends_with(".bin") => "a binary workbook (.xlsb)",
        _ => return Ok(()),
    };
    Err(ReadError::Kind { found: found.into() })
}

fn read_workbook(text: &str, relations: &BTreeMap<String, Relation>, package: &Package, parts: &mut Parts) -> Result<(), String> {
    let mut walk = Walk::new(text);
    let mut name: Option<DefinedName> = None;
    // The worksheet at each tab; names count all tabs.
    let mut tabs: Vec<usize> = Vec::new();
    let mut open_tab = false;
    while let Some(step) = walk.next()? {
        match step {
            Step::Open { tag, closed } if tag.name() == "sheet" => {
                let title = tag.get("name").unwrap_or_default();
                open_tab = false;
                tabs.push(parts.sheets.len());
                let relation = tag.get("id").and_then(|id| relations.get(&id));
                let part = relation.and_then(|relation| package.find(&relation.target));
                match (relation, part) {
                    (Some(relation), Some(part)) if relation.kind == "worksheet" => {
                        let visibility = match tag.get("state").as_deref() {
                            Some("hidden") => Visibility::Hidden,
                            Some("veryHidden") => Visibility::VeryHidden,
                            _ => Visibility::Visible,
                        };
                        parts.sheets.push(SheetPart { name: title, part: part.to_owned(), visibility });
                    }
                    (relation, _) => {
                        open_tab = !closed;
                        let what = other_tab(relation.map_or("", |relation| relation.kind.as_str()));
                        parts.other_tabs.push(OtherTab { name: title, what, place: (tag.start, tag.end) });
                    }
                }
            }
            Step::Open { tag, closed: false } if tag.name() == "definedName" => {
                name = Some(DefinedName {
                    name: tag.get("name").unwrap_or_default(),
                    local_to: tag.number("localSheetId").and_then(|tab| tabs.get(tab as usize).copied()),
                    refers_to: String::new(),
                });
            }
            Step::Close { name: closed, end, .. } if closed == "sheet" && open_tab => {
                open_tab = false;
                if let Some(tab) = parts.other_tabs.last_mut() {
                    tab.place.1 = end;
                }
            }
            Step::Close { name: closed, .. } if closed == "definedName" => parts.names.extend(name.take()),
            Step::Text(text) => {
                if let Some(name) = &mut name {
                    name.refers_to.push_str(&text);
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Where the relations of a part stand.
fn relations_name(part: &str) -> String {
    let (folder, file) = part.rsplit_once('/').map_or(("", part), |(folder, file)| (folder, file));
    if folder.is_empty() { format!("_rels/{file}.rels") } else { format!("{folder}/_rels/{file}.rels") }
}

/// The relations of a part, by id; none where it has no relations part.
///
/// # Errors
/// The relations part is broken.
pub fn relations_of(package: &mut Package, part: &str) -> Result<BTreeMap<String, Relation>, ReadError> {
    let name = if part.is_empty() { "_rels/.rels".to_owned() } else { relations_name(part) };
    if package.find(&name).is_none() {
        return Ok(BTreeMap::new());
    }
    let text = package.text(&name)?.text;
    let mut walk = Walk::new(&text);
    let mut relations = BTreeMap::new();
    while let Some(step) = walk.next().map_err(|what| ReadError::Part { part: name.clone(), what })? {
        if let Step::Open { tag, .. } = step
            && tag.name() == "Relationship"
            && let (Some(id), Some(target)) = (tag.get("Id"), tag.get("Target"))
        {
            let kind = tag.get("Type").unwrap_or_default();
            let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
            relations.insert(id, Relation { target: resolve(part, &target), kind });
        }
    }
    Ok(relations)
}

/// Whether a package bears a signature.
///
/// # Errors
/// Its relations are broken.
pub fn is_signed(package: &mut Package) -> Result<bool, ReadError> {
    Ok(relations_of(package, "")?.values().any(|relation| relation.kind == "origin"))
}

/// A relation's target from the root of the package.
fn resolve(part: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut folders: Vec<&str> = part.split('/').collect();
    folders.pop();
    for step in target.split('/') {
        match step {
            ".." => drop(folders.pop()),
            "." | "" => {}
            step => folders.push(step),
        }
    }
    folders.join("/")
}
