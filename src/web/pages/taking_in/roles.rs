//! Columns of a sheet and what each is for: from a mapping to selects in a form, and back to a mapping. Decides nothing by itself.

use std::collections::{BTreeMap, BTreeSet};

use super::terms::Fields;
use crate::domain::cell::{CellRef, MAX_ROWS, column_name};
use crate::domain::extract::Questionnaire;
use crate::domain::layout::{AnswerPlace, Table};
use crate::domain::mapping::{LAST_ROW, MappedSheet, Mapping, said};
use crate::domain::workbook::{Sheet, Visibility, Workbook};
use crate::engine::Failure;

/// What a column can be for: its name in the form, and what people read.
pub const ROLES: &[(&str, &str)] = &[
    ("", "nothing"),
    ("question", "Question"),
    ("answer", "Answer"),
    ("mark", "Box to mark"),
    ("option", "What a mark means"),
    ("comment", "Comment"),
    ("id", "Id"),
    ("section", "Heading"),
    ("requirement", "Requirement"),
    ("extra", "Other, stays"),
];

/// So many rows of a table are shown at most, with so many of them above the header.
const ROWS: u32 = 14;
const ABOVE: u32 = 3;
/// So many columns are shown at most.
const COLUMNS: u32 = 32;
/// So much of a cell's text is shown.
const TEXT: usize = 90;

/// A sheet on the page.
pub struct SheetShown {
    /// Its place among all sheets.
    pub at: usize,
    pub name: String,
    pub hidden: bool,
    pub skip: bool,
    /// Why it was left out.
    pub why: String,
    pub questions: usize,
    pub tables: Vec<TableShown>,
}

/// A table on the page.
pub struct TableShown {
    /// Sheet and table, as the form names them.
    pub key: String,
    pub headers: String,
    pub rows: String,
    pub below: bool,
    pub columns: Vec<ColumnShown>,
    pub grid: Vec<RowShown>,
}

/// The head of a column.
pub struct ColumnShown {
    pub col: u32,
    pub letter: String,
    pub role: &'static str,
}

/// A row on the page.
pub struct RowShown {
    pub number: u32,
    pub header: bool,
    /// Text and role of each cell.
    pub cells: Vec<(String, &'static str)>,
}

/// All sheets of a workbook as a mapping reads them.
pub fn sheets(workbook: &Workbook, mapping: &Mapping, found: &Questionnaire) -> Vec<SheetShown> {
    let shown = |(at, sheet): (usize, &Sheet)| {
        let mapped = mapping.sheets.iter().find(|mapped| mapped.name == sheet.name);
        let tables = mapped.map_or(&[][..], |mapped| &mapped.tables);
        let mut shown: Vec<TableShown> =
            tables.iter().enumerate().map(|(number, (_, table))| table_shown(sheet, at, number, Some(table))).collect();
        if shown.is_empty() {
            shown.push(table_shown(sheet, at, 0, None));
        }
        let left_out = found.left_out.iter().find(|left| left.sheet == sheet.name && left.cell.is_none()).map(|left| left.why.clone());
        let skip = mapped.and_then(|mapped| mapped.skip.clone());
        SheetShown {
            at,
            name: sheet.name.clone(),
            hidden: sheet.visibility != Visibility::Visible,
            why: skip.clone().or(left_out).unwrap_or_default(),
            skip: skip.is_some(),
            questions: found.questions.iter().filter(|question| question.sheet == sheet.name).count(),
            tables: shown,
        }
    };
    workbook.sheets.iter().enumerate().filter(|(_, sheet)| !sheet.cells.is_empty()).map(shown).collect()
}

fn table_shown(sheet: &Sheet, at: usize, number: usize, table: Option<&Table>) -> TableShown {
    let roles = table.map(roles_of).unwrap_or_default();
    let header = table.and_then(|table| table.headers.last().copied());
    let begin = table.and_then(|table| table.headers.first().copied().or_else(|| table.spans.first().map(|span| span.0))).unwrap_or(0);
    let first = begin.saturating_sub(ABOVE);
    let last = (header.unwrap_or(begin).max(first) + ROWS - ABOVE).min(first + 2 * ROWS);
    let in_rows = sheet.cells.range(CellRef::new(first, 0)..=CellRef::new(last, u32::MAX)).map(|(cell, _)| cell.col);
    let used: BTreeSet<u32> = in_rows.chain(roles.keys().copied()).collect();
    let (from, to) = (used.first().copied().unwrap_or(0), used.last().copied().unwrap_or(0));
    let to = to.min(from + COLUMNS - 1);
    let role = |col: u32| roles.get(&col).copied().unwrap_or("");
    let cell = |row: u32, col: u32| (clipped(sheet.text(CellRef::new(row, col))), role(col));
    let header_row = |row: u32| table.is_some_and(|table| table.headers.contains(&row));
    TableShown {
        key: format!("{at}.{number}"),
        headers: table.map(|table| numbers(&table.headers)).unwrap_or_default(),
        rows: table.map(|table| spans(&table.spans)).unwrap_or_default(),
        below: table.is_some_and(|table| table.answer == AnswerPlace::Below),
        columns: (from..=to).map(|col| ColumnShown { col, letter: column_name(col), role: role(col) }).collect(),
        grid: (first..=last)
            .map(|row| RowShown { number: row + 1, header: header_row(row), cells: (from..=to).map(|col| cell(row, col)).collect() })
            .collect(),
    }
}

fn clipped(text: &str) -> String {
    let plain = text.trim();
    if plain.chars().count() <= TEXT { plain.to_owned() } else { plain.chars().take(TEXT).chain(['…']).collect() }
}

fn numbers(rows: &[u32]) -> String {
    rows.iter().map(|row| (row + 1).to_string()).collect::<Vec<_>>().join(", ")
}

fn spans(spans: &[(u32, u32)]) -> String {
    let one = |(first, last): &(u32, u32)| match *last {
        LAST_ROW.. => format!("{}-", first + 1),
        last => format!("{}-{}", first + 1, last + 1),
    };
    spans.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// What each column of a table is for.
fn roles_of(table: &Table) -> BTreeMap<u32, &'static str> {
    let mut roles = BTreeMap::new();
    roles.extend(table.extra.iter().map(|(col, _)| (*col, "extra")));
    roles.extend(table.requirements.iter().map(|(col, _)| (*col, "requirement")));
    roles.extend(table.sections.iter().map(|col| (*col, "section")));
    roles.extend(table.id.map(|col| (col, "id")));
    roles.extend(table.comments.iter().map(|col| (*col, "comment")));
    match &table.answer {
        AnswerPlace::Column(col) => roles.extend([(*col, "answer")]),
        AnswerPlace::Marks(marks) => roles.extend(marks.iter().map(|(col, _)| (*col, "mark"))),
        AnswerPlace::OptionRows { mark, option } => roles.extend([(*mark, "mark"), (*option, "option")]),
        AnswerPlace::Below | AnswerPlace::Nowhere(_) => {}
    }
    roles.insert(table.question, "question");
    roles
}

/// The mapping that a form comes to, from the one that it was made of.
pub fn corrected(base: Mapping, workbook: &Workbook, fields: &Fields) -> Result<Mapping, Failure> {
    let mut mapping = base;
    for (at, sheet) in workbook.sheets.iter().enumerate() {
        if !fields.ticked(&format!("sheet.{at}")) {
            continue;
        }
        let known = mapping.sheets.iter().position(|mapped| mapped.name == sheet.name);
        let before = known.map(|place| mapping.sheets[place].clone());
        let Some(now) = sheet_said(sheet, at, before, fields)? else { continue };
        match known {
            Some(place) => mapping.sheets[place] = now,
            None => mapping.sheets.push(now),
        }
    }
    Ok(mapping)
}

/// One sheet as the form says it; none where nothing is said of it.
fn sheet_said(sheet: &Sheet, at: usize, before: Option<MappedSheet>, fields: &Fields) -> Result<Option<MappedSheet>, Failure> {
    let mut mapped = before.clone().unwrap_or_else(|| MappedSheet { name: sheet.name.clone(), ..MappedSheet::default() });
    if fields.ticked(&format!("skip.{at}")) {
        let chosen = |(name, role): &(String, String)| name.starts_with(&format!("role.{at}.")) && !role.is_empty();
        if mapped.tables.is_empty() && fields.0.iter().any(chosen) {
            let what = format!("{}: it is to be left out, and columns of it are chosen", sheet.name);
            return Err(Failure::usage(what, "nothing was changed; take out the tick at “Leave this sheet out”, or the choices"));
        }
        let why = mapped.skip.unwrap_or_else(|| "a person left it out".to_owned());
        return Ok(Some(MappedSheet { skip: Some(why), tables: Vec::new(), corrected: Vec::new(), ..mapped }));
    }
    let mut tables = Vec::new();
    for number in 0.. {
        let key = format!("{at}.{number}");
        if !fields.ticked(&format!("table.{key}")) {
            break;
        }
        let old = mapped.tables.get(number).map(|(_, table)| table);
        tables.extend(table_said(sheet, &key, old, fields)?.map(|table| (0, table)));
    }
    if tables.is_empty() && before.is_none() {
        return Ok(None);
    }
    let asks = |cell: CellRef| {
        let holds =
            |table: &Table| table.question == cell.col && table.spans.iter().any(|(first, last)| (*first..=*last).contains(&cell.row));
        tables.iter().any(|(_, table)| holds(table))
    };
    mapped.corrected.retain(|one| asks(one.cell));
    // A sheet that is neither left out nor has a table asks nothing, as before.
    mapped.skip = mapped.skip.filter(|_| tables.is_empty() && before.is_some_and(|before| before.tables.is_empty()));
    mapped.tables = tables;
    Ok(Some(mapped))
}

/// One table as the form says it; none where no column of it is for anything.
fn table_said(sheet: &Sheet, key: &str, old: Option<&Table>, fields: &Fields) -> Result<Option<Table>, Failure> {
    let mut roles: BTreeMap<u32, String> =
        old.map(roles_of).unwrap_or_default().into_iter().map(|(col, role)| (col, role.to_owned())).collect();
    let prefix = format!("role.{key}.");
    for (name, role) in &fields.0 {
        let Some(col) = name.strip_prefix(&prefix).and_then(|col| col.parse::<u32>().ok()) else { continue };
        roles.insert(col, role.clone());
    }
    roles.retain(|_, role| !role.is_empty());
    if roles.is_empty() {
        return Ok(None);
    }
    let hint = "nothing was changed; what you chose is still there";
    let wrong = |what: &str| Failure::usage(format!("{}: {what}", sheet.name), hint);
    let of = |role: &str| -> Vec<u32> { roles.iter().filter(|(_, is)| *is == role).map(|(col, _)| *col).collect() };
    let only = |role: &str, what: &str| match of(role)[..] {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        _ => Err(wrong(&format!("more than one column is {what}; choose one"))),
    };
    let question = only("question", "the question")?
        .ok_or_else(|| wrong("no column is the question; choose the column that asks, or leave the sheet out"))?;
    let headers = rows_said(fields.text(&format!("head.{key}"))).ok_or_else(|| wrong("the header row is no number"))?;
    let headers: Vec<u32> = headers.into_iter().flat_map(|(first, last)| first..=last.min(first + 9)).collect();
    let spans = rows_said(fields.text(&format!("rows.{key}"))).ok_or_else(|| wrong("the rows are not told as 5-80, 90-"))?;
    let spans = if spans.is_empty() { vec![(headers.last().map_or(0, |row| row + 1), LAST_ROW)] } else { spans };
    let name = |col: u32| {
        let heads = headers.iter().rev().map(|row| sheet.text(CellRef::new(*row, col)).trim().to_owned());
        heads.into_iter().find(|text| !text.is_empty()).unwrap_or_else(|| column_name(col))
    };
    let marks = of("mark");
    let below = fields.ticked(&format!("below.{key}"));
    let answer = match (only("option", "what a mark means")?, &marks[..], only("answer", "the answer")?) {
        (Some(option), [mark], None) => AnswerPlace::OptionRows { mark: *mark, option },
        (Some(_), _, _) => return Err(wrong("“What a mark means” goes with one “Box to mark” and no “Answer”")),
        (None, [], Some(col)) => AnswerPlace::Column(col),
        (None, [_, ..], Some(_)) => return Err(wrong("answers go into one column or are marked in several, not both")),
        (None, [_, ..], None) => {
            AnswerPlace::Marks(marks.iter().map(|col| (*col, old_word(old, *col).unwrap_or_else(|| name(*col)))).collect())
        }
        (None, [], None) if below => AnswerPlace::Below,
        (None, [], None) => return Err(wrong("no column takes the answers; choose one, or tick that they go below each question")),
    };
    let named = |role: &str, known: &[(u32, String)]| -> Vec<(u32, String)> {
        let known = |col: u32| known.iter().find(|(one, _)| *one == col).map(|(_, name)| name.clone());
        of(role).into_iter().map(|col| (col, known(col).unwrap_or_else(|| name(col)))).collect()
    };
    let base = old.cloned().unwrap_or_else(|| said(Vec::new(), Vec::new(), question, AnswerPlace::Below));
    let mut comments = of("comment");
    // The best first, as it was said before.
    comments.sort_by_key(|col| base.comments.iter().position(|known| known == col).unwrap_or(usize::MAX));
    Ok(Some(Table {
        headers: headers.clone(),
        spans,
        question,
        answer,
        comments,
        id: only("id", "the id")?,
        requirements: named("requirement", &base.requirements),
        sections: of("section"),
        extra: named("extra", &base.extra),
        ..base
    }))
}

fn old_word(old: Option<&Table>, col: u32) -> Option<String> {
    let AnswerPlace::Marks(marks) = &old?.answer else { return None };
    marks.iter().find(|(mark, _)| *mark == col).map(|(_, word)| word.clone())
}

/// Rows as people write them, `5-80, 90-`, counted from zero; none where they cannot be meant.
fn rows_said(text: &str) -> Option<Vec<(u32, u32)>> {
    let row = |text: &str| text.trim().parse::<u32>().ok().filter(|row| (1..=MAX_ROWS).contains(row)).map(|row| row - 1);
    let span = |part: &str| match part.split_once(['-', '–']) {
        None => row(part).map(|row| (row, row)),
        Some((first, last)) if last.trim().is_empty() => row(first).map(|first| (first, LAST_ROW)),
        Some((first, last)) => row(first).zip(row(last)).filter(|(first, last)| first <= last),
    };
    text.split([',', ';']).map(str::trim).filter(|part| !part.is_empty()).map(span).collect()
}
