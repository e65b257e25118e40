//! Edits → the same package with those cells changed, and the proof of what else is untouched. Never writes into a formula,
//! the covered part of a merged block or a table's header.

use std::collections::{BTreeMap, BTreeSet};

use super::parts::{self, Parts};
use super::splice::{self, NewCell, OldValue, Stored, Styles};
use super::strings::{self, Strings};
use super::styles::Formats;
use super::tables::{self, Table};
use crate::domain::cell::CellRef;
use crate::domain::fill::begins_like_formula;
use crate::workbook::package::{Package, PartText};
use crate::workbook::{CellEdit, CellValue, Edited, Limits, ReadError, WriteError};

/// Edits a workbook.
///
/// # Errors
/// As [`crate::workbook::edit`].
pub fn edit(name: &str, bytes: &[u8], edits: &[CellEdit], limits: &Limits) -> Result<Edited, WriteError> {
    let mut package = Package::open(bytes, limits)?;
    if edits.is_empty() {
        return Ok(package.edited(&BTreeMap::new(), Vec::new())?);
    }
    let parts = parts::find(&mut package)?;
    parts::check_name(&mut package, &parts, name)?;
    let by_sheet = group(&mut package, &parts, edits)?;
    let mut changed: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let texts: Vec<String> =
        edits.iter().filter_map(|edit| text_of(&edit.value)).collect::<BTreeSet<_>>().into_iter().map(str::to_owned).collect();
    let shared = find_strings(&mut package, &parts)?;
    let first_new = shared.as_ref().map(|strings| strings.items);
    let mut sources: BTreeMap<String, PartText> = BTreeMap::new();
    for part in by_sheet.keys() {
        sources.insert(part.clone(), package.text(part)?);
    }
    let quoted = quote_styles(&mut package, &parts, &by_sheet, &sources, &mut changed, limits)?;
    let mut old: BTreeMap<(String, CellRef), OldValue> = BTreeMap::new();
    for (part, (sheet, cells)) in &by_sheet {
        let new = cells.iter().map(|(at, text)| (*at, new_cell(text, &texts, first_new))).collect();
        let source = &sources[part];
        let broken = |what: String| ReadError::Part { part: sheet.clone(), what };
        let spliced = splice::sheet(&source.text, &new, &Styles { quoted: &quoted })
            .map_err(broken)?
            .map_err(|(cell, why)| WriteError::Cell { sheet: sheet.clone(), cell, why: why.into() })?;
        old.extend(spliced.old.into_iter().map(|(at, value)| ((sheet.clone(), at), value)));
        put(&mut changed, part, source, spliced.text);
    }
    if let (Some(part), Some(strings)) = (&parts.strings, shared) {
        let source = package.text(part)?;
        let named = edits.iter().filter(|edit| text_of(&edit.value).is_some()).count();
        let unnamed = old.values().filter(|value| matches!(value, OldValue::Shared(_))).count();
        let text = strings.append(&source.text, &texts, named, unnamed);
        put(&mut changed, part, &source, text);
    }
    if has_formulas(&mut package, &parts, &sources)? {
        let source = package.text(&parts.workbook)?;
        let text = splice::recalculate(&source.text).map_err(|what| ReadError::Part { part: parts.workbook.clone(), what })?;
        put(&mut changed, &parts.workbook, &source, text);
    }
    let old = old_texts(&mut package, &parts, edits, &old)?;
    Ok(package.edited(&changed, old)?)
}

/// Notes a part's new text, where it differs from the old one.
fn put(changed: &mut BTreeMap<String, Vec<u8>>, part: &str, source: &PartText, text: String) {
    if text != source.text {
        changed.insert(part.to_owned(), source.with(text));
    }
}

/// What to write into one sheet.
type Cells = BTreeMap<CellRef, CellValue>;

fn text_of(value: &CellValue) -> Option<&str> {
    if let CellValue::Text(text) = value { Some(text) } else { None }
}

/// Whether a value needs a style that says that it is text.
fn needs_quote(value: &CellValue) -> bool {
    text_of(value).is_some_and(begins_like_formula)
}

/// The edits by sheet part; refuses unknown sheets, table headers and what no cell can hold.
fn group(package: &mut Package, parts: &Parts, edits: &[CellEdit]) -> Result<BTreeMap<String, (String, Cells)>, WriteError> {
    let mut by_sheet: BTreeMap<String, (String, Cells)> = BTreeMap::new();
    for edit in edits {
        let sheet = parts.sheets.iter().find(|sheet| sheet.name == edit.sheet).ok_or_else(|| WriteError::NoSheet(edit.sheet.clone()))?;
        let (_, cells) = by_sheet.entry(sheet.part.clone()).or_insert_with(|| (sheet.name.clone(), Cells::new()));
        let twice = cells.insert(edit.cell, edit.value.clone()).map(|_| "the cell would be written twice");
        if let Some(why) = edit.refusal().or(twice) {
            return Err(WriteError::Cell { sheet: edit.sheet.clone(), cell: edit.cell, why: why.into() });
        }
    }
    for (part, (sheet, cells)) in &by_sheet {
        for header in tables::of_sheet(package, part)?.iter().filter_map(Table::header) {
            if let Some(cell) = cells.keys().find(|at| header.contains(**at)) {
                return Err(WriteError::Cell { sheet: sheet.clone(), cell: *cell, why: "the cell is the header of a table".into() });
            }
        }
    }
    Ok(by_sheet)
}

/// Looks at the shared strings, where the package has them.
fn find_strings(package: &mut Package, parts: &Parts) -> Result<Option<Strings>, ReadError> {
    let Some(part) = &parts.strings else { return Ok(None) };
    let found = Strings::find(&package.text(part)?.text);
    found.map(Some).map_err(|what| ReadError::Part { part: part.clone(), what })
}

fn new_cell(value: &CellValue, texts: &[String], first_new: Option<usize>) -> NewCell {
    let stored = match value {
        CellValue::Number(number) => Stored::Number(*number),
        CellValue::Text(text) => match (first_new, texts.binary_search(text)) {
            (Some(first), Ok(place)) => Stored::Shared(first + place),
            _ => Stored::Inline(text.clone()),
        },
    };
    NewCell { value: stored, quote: needs_quote(value) }
}

/// Adds the quoting twins of the styles of those cells whose text begins like a formula.
fn quote_styles(
    package: &mut Package,
    parts: &Parts,
    by_sheet: &BTreeMap<String, (String, Cells)>,
    sources: &BTreeMap<String, PartText>,
    changed: &mut BTreeMap<String, Vec<u8>>,
    limits: &Limits,
) -> Result<BTreeMap<u32, u32>, ReadError> {
    let Some(part) = parts.styles.as_ref().filter(|_| by_sheet.values().any(|(_, cells)| cells.values().any(needs_quote))) else {
        return Ok(BTreeMap::new());
    };
    let mut styles = BTreeSet::new();
    for (sheet_part, (sheet, cells)) in by_sheet {
        let broken = |what: String| ReadError::Part { part: sheet.clone(), what };
        let facts = super::sheet_part::read(&sources[sheet_part].text, limits).map_err(broken)?;
        let known: BTreeMap<CellRef, u32> = facts.cells.iter().map(|(at, facts)| (*at, facts.style)).collect();
        for at in cells.iter().filter(|(_, value)| needs_quote(value)).map(|(at, _)| at) {
            let by_column =
                || facts.col_styles.iter().find(|(first, last, _)| (*first..=*last).contains(&at.col)).map(|(_, _, style)| *style);
            styles.insert(known.get(at).copied().or_else(|| facts.row_styles.get(&at.row).copied()).or_else(by_column).unwrap_or(0));
        }
    }
    let source = package.text(part)?;
    let wanted: Vec<u32> = styles.into_iter().collect();
    let formats = Formats::find(&source.text).and_then(|formats| formats.quote(&source.text, &wanted));
    let (text, twins) = formats.map_err(|what| ReadError::Part { part: part.clone(), what })?;
    put(changed, part, &source, text);
    Ok(twins)
}

/// Whether any sheet has a formula.
fn has_formulas(package: &mut Package, parts: &Parts, sources: &BTreeMap<String, PartText>) -> Result<bool, ReadError> {
    if sources.values().any(|source| holds_formula(&source.text)) {
        return Ok(true);
    }
    for sheet in parts.sheets.iter().filter(|sheet| !sources.contains_key(&sheet.part)) {
        if holds_formula(&package.text(&sheet.part)?.text) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether there is an `f` element among the cells of a sheet part; elsewhere it belongs to lists and rules of formats.
fn holds_formula(text: &str) -> bool {
    let Some((before, rest)) = text.split_once("sheetData") else { return false };
    let prefix = before.rsplit_once('<').map_or("", |(_, prefix)| prefix);
    let cells = rest.rsplit_once("sheetData").map_or("", |(cells, _)| cells);
    let open = format!("<{prefix}f");
    cells.match_indices(&open).any(|(at, _)| cells[at + open.len()..].starts_with(['>', '/', ' ', '\t', '\r', '\n']))
}

/// What each edited cell held, in the order of the edits.
fn old_texts(
    package: &mut Package,
    parts: &Parts,
    edits: &[CellEdit],
    old: &BTreeMap<(String, CellRef), OldValue>,
) -> Result<Vec<String>, ReadError> {
    let places: Vec<usize> =
        old.values().filter_map(|value| if let OldValue::Shared(index) = value { Some(*index) } else { None }).collect();
    let shared = match &parts.strings {
        Some(part) if !places.is_empty() => {
            strings::texts_at(&package.text(part)?.text, &places).map_err(|what| ReadError::Part { part: part.clone(), what })?
        }
        _ => BTreeMap::new(),
    };
    let text = |edit: &CellEdit| match old.get(&(edit.sheet.clone(), edit.cell)) {
        Some(OldValue::Shared(index)) => shared.get(index).cloned().unwrap_or_default(),
        Some(OldValue::Text(text)) => text.clone(),
        None => String::new(),
    };
    Ok(edits.iter().map(text).collect())
}
