//! What was found → a mapping that says the same, for a person to correct. Decides nothing.

use super::extract::{Questionnaire, layouts, told_by_lists};
use super::layout::{AnswerPlace, Layout, Table};
use super::mapping::{LAST_ROW, MappedSheet, Mapping};
use super::workbook::{Sheet, Visibility, Workbook};

/// Why a sheet without tables is left out, where nothing else is known.
const NOTHING_ASKED: &str = "it asks nothing";

/// The layout of a workbook as a mapping; sheets that a person mapped already stay as they were mapped.
#[must_use]
pub fn map_found(workbook: &Workbook, mapping: Option<&Mapping>, found: &Questionnaire) -> Mapping {
    let said = |sheet: &Sheet| mapping.and_then(|mapping| mapping.sheets.iter().find(|mapped| mapped.name == sheet.name)).cloned();
    let sheets = workbook.sheets.iter().zip(layouts(workbook, mapping));
    Mapping {
        sheets: sheets
            .filter(|(sheet, _)| worth_saying(sheet))
            // A sheet that only asks who answers is no sheet to skip: skipped ones get nothing.
            .filter(|(sheet, layout)| {
                said(sheet).is_some() || !layout.tables.is_empty() || !found.identity.iter().any(|field| field.sheet == sheet.name)
            })
            .map(|(sheet, layout)| said(sheet).unwrap_or_else(|| mapped(sheet, layout, found)))
            .collect(),
    }
}

/// Hidden and empty sheets are left out anyway; nobody needs to read of them.
fn worth_saying(sheet: &Sheet) -> bool {
    sheet.visibility == Visibility::Visible && !sheet.cells.is_empty()
}

fn mapped(sheet: &Sheet, layout: Layout, found: &Questionnaire) -> MappedSheet {
    let of_sheet = || found.left_out.iter().filter(|left| left.sheet == sheet.name && left.cell.is_none());
    // What is said of the sheet beyond its layout: that as a whole it repeats another one.
    let dropped = of_sheet().find(|left| !layout.left_out.contains(&left.why)).map(|left| left.why.clone());
    let skip = match (layout.tables.is_empty(), dropped) {
        (_, Some(why)) => Some(why),
        (true, None) => Some(layout.left_out.first().cloned().unwrap_or_else(|| NOTHING_ASKED.to_owned())),
        (false, None) => None,
    };
    let tables = if skip.is_some() { Vec::new() } else { layout.tables };
    let last_row = sheet.cells.keys().map(|at| at.row).max().unwrap_or(0);
    MappedSheet {
        name: sheet.name.clone(),
        line: 0,
        skip,
        tables: tables.into_iter().map(|table| (0, to_the_end(lists_named(sheet, table), last_row))).collect(),
        corrected: Vec::new(),
    }
}

/// A table whose last rows are those of the sheet reaches to its end, wherever that is in another copy.
fn to_the_end(mut table: Table, last_row: u32) -> Table {
    table.spans.retain(|(first, last)| first <= last);
    for (_, last) in &mut table.spans {
        if *last >= last_row {
            *last = LAST_ROW;
        }
    }
    table
}

/// A table that names the column whose lists tell which rows ask, so that the same rows ask when somebody moves the answers.
fn lists_named(sheet: &Sheet, mut table: Table) -> Table {
    table.by_lists = told_by_lists(sheet, &table);
    if let (true, AnswerPlace::Column(col)) = (table.by_lists, &table.answer) {
        table.lists_in = Some(*col);
    }
    table
}
