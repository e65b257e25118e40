//! A layout that a person corrected: which sheets, tables and cells ask, as plain values. Never reads or writes its text, and never guesses.

use std::collections::BTreeMap;

use super::cell::{CellRef, MAX_ROWS, column_name};
use super::digest::sha256;
use super::layout::{ALL_COLUMNS, AnswerPlace, Layout, Table};
use super::workbook::{Cell, Sheet, Workbook};

/// Why a row is a question that the finder would leave out.
pub const ASKS: &str = "a person's mapping says that this cell asks";
/// Why a row is no question that the finder would take for one.
pub const DOES_NOT_ASK: &str = "a person's mapping says that this cell does not ask";
/// A span of rows that reaches to the end of the sheet ends here.
pub const LAST_ROW: u32 = MAX_ROWS - 1;

/// What a person says about some sheets of a workbook; the other sheets are read as they are found.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    /// The sheets that it names.
    pub sheets: Vec<MappedSheet>,
}

/// What a person says about one sheet.
#[derive(Clone, Debug, Default)]
pub struct MappedSheet {
    /// Its name.
    pub name: String,
    /// The line of the file that names it, from 1.
    pub line: usize,
    /// Why it is left out, where it is.
    pub skip: Option<String>,
    /// Its tables, each with the line of the file on which it begins.
    pub tables: Vec<(usize, Table)>,
    /// Single cells that are told otherwise than they would be read.
    pub corrected: Vec<Corrected>,
}

/// A cell of which a person says whether it asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Corrected {
    /// The cell, in the question column of a table.
    pub cell: CellRef,
    /// Whether it asks.
    pub asks: bool,
    /// The line of the file that says so, from 1.
    pub line: usize,
}

/// Something in a mapping that does not fit the workbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The line of the file, from 1.
    pub line: usize,
    /// What does not fit.
    pub what: String,
}

/// A table as a person says it, with nothing but its rows, its questions and its answers.
#[must_use]
pub fn said(headers: Vec<u32>, spans: Vec<(u32, u32)>, question: u32, answer: AnswerPlace) -> Table {
    let place = match &answer {
        AnswerPlace::Column(col) => format!("column {} takes the answers", column_name(*col)),
        AnswerPlace::Marks(marks) => {
            let names: Vec<String> = marks.iter().map(|(col, word)| format!("{} ({word})", column_name(*col))).collect();
            format!("one of the columns {} is marked", names.join(", "))
        }
        AnswerPlace::OptionRows { mark, option } => {
            format!("one of the rows is marked in column {}, and column {} says what each means", column_name(*mark), column_name(*option))
        }
        AnswerPlace::Below => "the answers go into the block below each question".to_owned(),
        AnswerPlace::Nowhere(why) => why.clone(),
    };
    let why = vec![format!("a person's mapping says that column {} asks", column_name(question)), format!("it says that {place}")];
    Table {
        headers,
        spans,
        question,
        answer,
        comments: Vec::new(),
        id: None,
        requirements: Vec::new(),
        sections: Vec::new(),
        extra: Vec::new(),
        by_lists: false,
        columns: ALL_COLUMNS,
        about: None,
        lists_in: None,
        corrected: BTreeMap::new(),
        why,
    }
}

/// Whether a cell stands where a table asks.
fn may_ask(table: &Table, cell: CellRef) -> bool {
    cell.col == table.question && table.spans.iter().any(|(first, last)| (*first..=*last).contains(&cell.row))
}

impl Mapping {
    /// The layout of a sheet, where this mapping names it.
    #[must_use]
    pub fn layout(&self, sheet: &Sheet) -> Option<Layout> {
        let mapped = self.sheets.iter().find(|mapped| mapped.name == sheet.name)?;
        let mut tables: Vec<Table> = mapped.tables.iter().map(|(_, table)| table.clone()).collect();
        for table in &mut tables {
            table.corrected = mapped.corrected.iter().filter(|one| may_ask(table, one.cell)).map(|one| (one.cell, one.asks)).collect();
        }
        let left_out = mapped.skip.iter().map(|why| format!("a person's mapping leaves it out: {why}")).collect();
        Some(Layout { tables, left_out, mapped: true, ..Layout::default() })
    }

    /// What in this mapping does not fit a workbook.
    #[must_use]
    pub fn misfits(&self, workbook: &Workbook) -> Vec<Misfit> {
        let mut misfits = Vec::new();
        for mapped in &self.sheets {
            let Some(sheet) = workbook.sheet(&mapped.name) else {
                let names: Vec<String> = workbook.sheets.iter().map(|sheet| format!("{:?}", sheet.name)).collect();
                let what = format!("there is no sheet {:?}; the sheets are {}", mapped.name, names.join(", "));
                misfits.push(Misfit { line: mapped.line, what });
                continue;
            };
            mapped.misfits(sheet, &mut misfits);
        }
        misfits
    }

    /// What tells this form from others, as this mapping reads it: the names of the mapped sheets, the texts of header rows, and all
    /// texts of question columns, each with its cell. `None` where it does not fit, or names no text that is asked.
    ///
    /// Answers, titles and cells that nobody mapped are not in it, so a copy that somebody filled in has the same. Formulas are, but
    /// not their results: these may stand in another language, or not be there at all.
    #[must_use]
    pub fn fingerprint(&self, workbook: &Workbook) -> Option<Fingerprint> {
        let (mut heads, mut questions) = (Vec::new(), Vec::new());
        let mut mapped: Vec<&MappedSheet> = self.sheets.iter().filter(|mapped| !mapped.tables.is_empty()).collect();
        mapped.sort_by(|a, b| a.name.cmp(&b.name));
        for mapped in mapped {
            let sheet = workbook.sheet(&mapped.name)?;
            heads.push(mapped.name.clone());
            let tables = || mapped.tables.iter().map(|(_, table)| table);
            let mut header_rows: Vec<u32> = tables().flat_map(|table| table.headers.iter().copied()).collect();
            header_rows.sort_unstable();
            header_rows.dedup();
            heads.extend(header_rows.iter().flat_map(|row| sheet.row(*row)).filter_map(line));
            let asked = sheet.cells.iter().map(|(at, cell)| (*at, cell)).filter(|(at, _)| tables().any(|table| may_ask(table, *at)));
            let asked: Vec<String> = asked.filter_map(line).collect();
            if !asked.is_empty() {
                questions.push(mapped.name.clone());
                questions.extend(asked);
            }
        }
        let digest = |lines: &[String]| sha256(lines.join("\n").as_bytes())["sha256:".len()..][..16].to_owned();
        (!questions.is_empty()).then(|| Fingerprint { heads: digest(&heads), questions: digest(&questions) })
    }
}

/// A cell as the fingerprint knows it; white space is told alike, since programs save line ends differently.
fn line((at, cell): (CellRef, &Cell)) -> Option<String> {
    let text = if cell.formula { "=".to_owned() } else { cell.text.split_whitespace().collect::<Vec<_>>().join(" ") };
    (!text.is_empty()).then(|| format!("{at} {text}"))
}

/// What tells one form from others, in two parts, so that another version of a form can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// Of the names of sheets and the header rows.
    pub heads: String,
    /// Of the texts in question columns.
    pub questions: String,
}

impl std::fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.heads, self.questions)
    }
}

impl MappedSheet {
    fn misfits(&self, sheet: &Sheet, misfits: &mut Vec<Misfit>) {
        let mut misfit = |line: usize, what: String| misfits.push(Misfit { line, what });
        for (place, (line, table)) in self.tables.iter().enumerate() {
            let column = column_name(table.question);
            let asked: Vec<CellRef> =
                sheet.cells.iter().filter(|(at, cell)| may_ask(table, **at) && !cell.text.trim().is_empty()).map(|(at, _)| *at).collect();
            if asked.is_empty() {
                misfit(*line, format!("column {column} of sheet {:?} holds no text in these rows", self.name));
            }
            let twice = asked.iter().find(|at| self.tables[..place].iter().any(|(_, other)| may_ask(other, **at)));
            if let Some(at) = twice {
                misfit(*line, format!("{at} is asked by an earlier table of sheet {:?} already", self.name));
            }
        }
        for one in &self.corrected {
            if !self.tables.iter().any(|(_, table)| may_ask(table, one.cell)) {
                misfit(one.line, format!("{} stands in no table: it must be in the question column and in the rows of one", one.cell));
            } else if sheet.text(one.cell).trim().is_empty() {
                misfit(one.line, format!("{} is empty", one.cell));
            }
        }
    }
}
