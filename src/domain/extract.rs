//! Tables → questions, and the rows left out with a reason. Every question knows its cells and why it is one.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use serde::{Serialize, Serializer};

use super::cell::{CellRef, column_name};
use super::header_words::Role;
use super::header_words::{asks, is_mark, is_placeholder, role_of_header};
use super::layout::{AnswerPlace, Layout, Table, find, lookup_sheets};
use super::survey::Survey;
use super::workbook::{Unread, Workbook};

/// How a question is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// With a word of a list.
    Choice,
    /// With free text.
    Text,
    /// With a mark in one of several cells.
    Mark,
    /// Not at all: there is no cell to write into.
    None,
}

fn as_a1<S: Serializer>(cells: &[CellRef], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(cells.iter().map(ToString::to_string))
}

fn one_as_a1<S: Serializer>(cell: &CellRef, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(cell)
}

/// Where and how the answer goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AnswerCells {
    /// How it is answered.
    pub kind: Form,
    /// The cells; for a mark, `options[i]` belongs to `cells[i]`.
    #[serde(serialize_with = "as_a1")]
    pub cells: Vec<CellRef>,
    /// The words to choose from.
    pub options: Vec<String>,
}

/// Another cell of the row that belongs to the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExtraCell {
    /// The cell.
    #[serde(serialize_with = "one_as_a1")]
    pub cell: CellRef,
    /// What its header says.
    pub role: String,
    /// Its list, where it has one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
}

/// One thing asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Question {
    /// Name of the sheet.
    pub sheet: String,
    /// Where it is asked.
    #[serde(serialize_with = "one_as_a1")]
    pub cell: CellRef,
    /// What is asked.
    pub text: String,
    /// Its id in the sheet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The heading above it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// Where and how the answer goes.
    pub answer: AnswerCells,
    /// Cells for free text beside the answer, the best first.
    #[serde(serialize_with = "as_a1")]
    pub comment: Vec<CellRef>,
    /// Other cells that belong to the answer; they stay as they are.
    pub extra: Vec<ExtraCell>,
    /// Whether the answer may be written.
    pub writable: bool,
    /// What stands in the answer cells already; placeholders do not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given: Option<String>,
    /// The sign with which this table is marked, for the form `mark`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark: Option<String>,
    /// Why this is a question, and its cells what they are.
    pub why: Vec<String>,
}

impl Question {
    /// Its place as shown to people: `Sheet!B13`.
    #[must_use]
    pub fn place(&self) -> String {
        format!("{}!{}", self.sheet, self.cell)
    }
}

/// A sheet or a row that holds text and is no question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Name of the sheet.
    pub sheet: String,
    /// The cell, where it is one row.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "maybe_a1")]
    pub cell: Option<CellRef>,
    /// Its text.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Why it is no question.
    pub why: String,
}

#[allow(clippy::ref_option, reason = "the shape that serde asks for")]
fn maybe_a1<S: Serializer>(cell: &Option<CellRef>, serializer: S) -> Result<S::Ok, S::Error> {
    match cell {
        Some(cell) => serializer.collect_str(cell),
        None => serializer.serialize_none(),
    }
}

/// All questions of a workbook and all that was left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Questionnaire {
    /// Questions in the order of sheets and rows.
    pub questions: Vec<Question>,
    /// What was left out.
    pub left_out: Vec<LeftOut>,
    /// What the reader saw but does not read.
    pub unread: Vec<Unread>,
    /// What the workbook's owner should know of it.
    pub warnings: Vec<String>,
}

/// Finds and extracts all questions.
#[must_use]
pub fn questionnaire(workbook: &Workbook) -> Questionnaire {
    let lookups = lookup_sheets(workbook);
    let mut all = Questionnaire { unread: workbook.unread.clone(), warnings: workbook.warnings.clone(), ..Questionnaire::default() };
    for sheet in &workbook.sheets {
        let survey = Survey::new(sheet);
        let layout = find(&survey, workbook, &lookups);
        extract(&survey, &layout, &mut all);
    }
    all
}

/// Extracts the questions of one sheet.
fn extract(survey: &Survey, layout: &Layout, all: &mut Questionnaire) {
    let sheet = &survey.sheet.name;
    all.left_out.extend(layout.left_out.iter().map(|why| LeftOut {
        sheet: sheet.clone(),
        cell: None,
        text: String::new(),
        why: why.clone(),
    }));
    let mut found = Vec::new();
    for table in &layout.tables {
        let reader = TableReader::new(survey, table);
        match &table.answer {
            AnswerPlace::OptionRows { mark, option } => reader.option_rows(*mark, *option, &mut found, &mut all.left_out),
            _ => reader.rows(&mut found, &mut all.left_out),
        }
    }
    found.sort_by_key(|question: &Question| question.cell);
    if let Some(source) = repeated_sheet(survey, &found, all) {
        let why = format!("it repeats the questions of sheet {source:?}; formulas bring them here");
        all.left_out.push(LeftOut { sheet: sheet.clone(), cell: None, text: String::new(), why });
        return;
    }
    all.questions.append(&mut found);
}

/// The earlier sheet that a summary repeats: nearly all questions are asked there too, and here formulas make them or their answers.
fn repeated_sheet(survey: &Survey, found: &[Question], all: &Questionnaire) -> Option<String> {
    let nearly_all = |count: usize| count * 10 >= found.len() * NEARLY_ALL;
    let formula = |at: &CellRef| survey.sheet.cells.get(at).is_some_and(|cell| cell.formula);
    let answers = found.iter().filter(|question| question.answer.cells.iter().any(formula)).count();
    let questions = found.iter().filter(|question| formula(&question.cell)).count();
    if found.is_empty() || !nearly_all(answers) && !nearly_all(questions) {
        return None;
    }
    let asked: BTreeMap<&str, &str> = all.questions.iter().map(|question| (question.text.as_str(), question.sheet.as_str())).collect();
    let repeated: Vec<&str> = found.iter().filter_map(|question| asked.get(question.text.as_str()).copied()).collect();
    nearly_all(repeated.len()).then(|| repeated[0].to_owned())
}

/// Shares of rows, in tenths, from which a habit of a table counts as its rule.
const NEARLY_ALL: usize = 9;
/// From this share of rows with a list, a row without one is no question.
const LISTS_ARE_THE_RULE: usize = 3;
/// Tables with fewer rows have no habits.
const FEW_ROWS: usize = 5;

/// Reads the rows of one table.
struct TableReader<'a> {
    survey: &'a Survey<'a>,
    table: &'a Table,
    /// Rows whose question cell holds text, in order.
    rows: Vec<u32>,
    /// Whether questions have lists at their answer cells.
    lists: bool,
    /// Columns filled in nearly every row.
    always: Vec<u32>,
    /// The commonest style of question cells.
    style: u32,
    /// A word that stands in nearly every answer cell and means "not yet".
    placeholder: Option<String>,
    /// The sign that marks already there use.
    mark: Option<String>,
}

fn commonest<T: Ord + Clone>(values: impl Iterator<Item = T>) -> Option<(T, usize)> {
    let mut counts: BTreeMap<T, usize> = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    counts.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)))
}

impl<'a> TableReader<'a> {
    fn new(survey: &'a Survey<'a>, table: &'a Table) -> Self {
        let asked = |row: &u32| !survey.text(CellRef::new(*row, table.question)).trim().is_empty();
        let rows: Vec<u32> = table.spans.iter().flat_map(|(first, last)| survey.rows_in(*first, *last)).filter(asked).collect();
        let mut reader = Self { survey, table, rows, lists: false, always: Vec::new(), style: 0, placeholder: None, mark: None };
        reader.learn();
        reader
    }

    /// Learns the habits of the table.
    fn learn(&mut self) {
        let at = |row: u32, col: u32| CellRef::new(row, col);
        if let AnswerPlace::Column(col) = self.table.answer {
            let listed: Vec<u32> = self.rows.iter().copied().filter(|row| self.survey.list(at(*row, col)).is_some()).collect();
            self.lists = self.table.by_lists || listed.len() * 10 >= self.rows.len() * LISTS_ARE_THE_RULE;
            let texts = listed.iter().map(|row| self.survey.text(at(*row, col)).trim().to_owned());
            self.placeholder = commonest(texts)
                .filter(|(text, count)| count * 10 >= listed.len() * NEARLY_ALL && is_placeholder(text))
                .filter(|(text, _)| {
                    self.survey.list(at(listed[0], col)).is_some_and(|list| list.options.iter().any(|option| option.trim() == text))
                })
                .map(|(text, _)| text);
        }
        if let AnswerPlace::Marks(marks) = &self.table.answer {
            let signs = self.rows.iter().flat_map(|row| marks.iter().map(|(col, _)| self.survey.text(at(*row, *col)).trim().to_owned()));
            self.mark = commonest(signs.filter(|sign| is_mark(sign))).map(|(sign, _)| sign);
        }
        let likely: Vec<u32> =
            if self.lists { self.rows.iter().copied().filter(|row| self.list_at(*row)).collect() } else { self.rows.clone() };
        self.style = commonest(likely.iter().map(|row| self.style_at(*row))).map_or(0, |(style, _)| style);
        if likely.len() >= FEW_ROWS {
            let filled = commonest_columns(self.survey, &likely);
            let own = self.answer_columns();
            self.always = filled
                .into_iter()
                .filter(|(col, count)| *count * 10 >= likely.len() * NEARLY_ALL && *col != self.table.question && !own.contains(col))
                .map(|(col, _)| col)
                .collect();
        }
    }

    fn answer_columns(&self) -> Vec<u32> {
        let own = match &self.table.answer {
            AnswerPlace::Column(col) => vec![*col],
            AnswerPlace::Marks(marks) => marks.iter().map(|(col, _)| *col).collect(),
            AnswerPlace::OptionRows { mark, option } => vec![*mark, *option],
            AnswerPlace::Nowhere(_) => Vec::new(),
        };
        own.into_iter().chain(self.table.comments.iter().copied()).chain(self.table.extra.iter().map(|(col, _)| *col)).collect()
    }

    fn list_at(&self, row: u32) -> bool {
        matches!(self.table.answer, AnswerPlace::Column(col) if self.survey.list(CellRef::new(row, col)).is_some())
    }

    fn style_at(&self, row: u32) -> u32 {
        self.survey.sheet.cells.get(&CellRef::new(row, self.table.question)).map_or(0, |cell| cell.style)
    }

    /// Why a row with text in the question column is no question; `None` where it is one.
    fn not_asking(&self, row: u32, text: &str) -> Option<String> {
        let cell = CellRef::new(row, self.table.question);
        if self.table.headers.contains(&row) {
            return Some("it is a header".into());
        }
        let answers = match &self.table.answer {
            AnswerPlace::Column(col) => Some(*col),
            AnswerPlace::Marks(marks) => marks.first().map(|(col, _)| *col),
            _ => None,
        };
        if let (Some(merge), Some(answer)) = (self.survey.merge(cell), answers)
            && merge.contains(CellRef::new(row, answer))
        {
            return Some("its block reaches over the answer cell: a heading or an instruction".into());
        }
        let missing: Vec<u32> =
            self.always.iter().copied().filter(|col| self.survey.text(CellRef::new(row, *col)).trim().is_empty()).collect();
        let other_look = self.style_at(row) != self.style;
        if self.lists && !self.list_at(row) {
            // A form may mix lists and free text: then the row asks plainly and has all that the others have.
            let plainly = if self.always.is_empty() { 1.0 } else { 0.9 };
            if asks(text) < plainly || !missing.is_empty() {
                return Some("its answer cell has no list, as those of the other rows have: a heading or guidance".into());
            }
        }
        if missing.len() * 2 > self.always.len() && other_look
            || missing.len() * 2 == self.always.len() && !missing.is_empty() && other_look && asks(text) < 0.9
        {
            let names: Vec<String> = missing.iter().map(|col| column_name(*col)).collect();
            return Some(format!("it looks different and lacks column {}, which the other rows have: a heading", names.join(", ")));
        }
        if text.starts_with('<') && text.trim_end().ends_with('>') {
            return Some("it stands in angle brackets: an instruction".into());
        }
        let lacks_something = if self.always.is_empty() { other_look } else { !missing.is_empty() };
        if !self.lists && asks(text) < 0.3 && lacks_something && !matches!(self.table.answer, AnswerPlace::Marks(_)) {
            return Some("it does not ask anything and is built differently from the other rows: a heading".into());
        }
        None
    }

    fn rows(&self, found: &mut Vec<Question>, left_out: &mut Vec<LeftOut>) {
        let mut heading = None;
        for &row in &self.rows {
            let cell = CellRef::new(row, self.table.question);
            let text = self.survey.text(cell).trim();
            match self.not_asking(row, text) {
                Some(why) => {
                    if why.ends_with("heading") || why.contains("a heading") {
                        heading = Some(text.to_owned()).filter(|text| text.chars().count() <= 120);
                    }
                    left_out.push(LeftOut { sheet: self.survey.sheet.name.clone(), cell: Some(cell), text: shortened(text), why });
                }
                None => found.push(self.question(row, text, heading.as_ref())),
            }
        }
    }

    fn question(&self, row: u32, text: &str, heading: Option<&String>) -> Question {
        let at = |col: u32| self.survey.anchor(CellRef::new(row, col));
        let (kind, cells, options) = match &self.table.answer {
            AnswerPlace::Column(col) => {
                let list = self.survey.list(CellRef::new(row, *col));
                let kind = if list.is_some() { Form::Choice } else { Form::Text };
                (kind, vec![at(*col)], list.map(|list| list.options.clone()).unwrap_or_default())
            }
            AnswerPlace::Marks(marks) => {
                (Form::Mark, marks.iter().map(|(col, _)| at(*col)).collect(), marks.iter().map(|(_, head)| head.clone()).collect())
            }
            AnswerPlace::OptionRows { .. } | AnswerPlace::Nowhere(_) => (Form::None, Vec::new(), Vec::new()),
        };
        let answer = AnswerCells { kind, cells, options };
        let comment = self.table.comments.iter().map(|col| at(*col)).collect();
        self.finish(row, text, answer, comment, heading)
    }

    fn finish(&self, row: u32, text: &str, answer: AnswerCells, comment: Vec<CellRef>, heading: Option<&String>) -> Question {
        let sheet = self.survey.sheet;
        let cell_text =
            |col: u32| Some(self.survey.text(self.survey.anchor(CellRef::new(row, col))).trim().to_owned()).filter(|text| !text.is_empty());
        let mut why = self.table.why.clone();
        let formula = answer.cells.iter().find(|at| sheet.cells.get(at).is_some_and(|cell| cell.formula));
        let locked = answer.cells.iter().find(|at| sheet.locked(**at));
        if let Some(at) = formula {
            why.push(format!("{at} is not written: it holds a formula"));
        } else if let Some(at) = locked {
            why.push(format!("{at} is not written: the sheet is protected and the cell is locked"));
        }
        let given: Vec<&str> = answer.cells.iter().map(|at| self.survey.text(*at).trim()).filter(|text| !text.is_empty()).collect();
        let given = Some(given.join(" | ")).filter(|text| !text.is_empty() && Some(text) != self.placeholder.as_ref());
        let extra = self.table.extra.iter().map(|(col, role)| {
            let cell = self.survey.anchor(CellRef::new(row, *col));
            ExtraCell { cell, role: role.clone(), options: self.survey.list(cell).map(|list| list.options.clone()).unwrap_or_default() }
        });
        Question {
            sheet: sheet.name.clone(),
            cell: CellRef::new(row, self.table.question),
            text: text.to_owned(),
            id: self.table.id.and_then(cell_text).or_else(|| id_in_text(text)),
            section: self.section(row).or_else(|| heading.cloned()),
            writable: formula.is_none() && locked.is_none() && !answer.cells.is_empty(),
            mark: (answer.kind == Form::Mark).then(|| self.mark.clone()).flatten(),
            answer,
            comment: comment.into_iter().filter(|at| !sheet.locked(*at)).collect(),
            extra: extra.collect(),
            given,
            why,
        }
    }

    /// The text of the section columns, carried down from the row where it stands.
    fn section(&self, row: u32) -> Option<String> {
        let above = |col: u32| {
            let at = self.survey.anchor(CellRef::new(row, col));
            let first = self.table.spans.iter().find(|(first, last)| (*first..=*last).contains(&row)).map_or(row, |(first, _)| *first);
            (first..=at.row).rev().map(|row| self.survey.text(CellRef::new(row, col)).trim()).find(|text| !text.is_empty())
        };
        let parts: Vec<&str> = self.table.sections.iter().filter_map(|col| above(*col)).collect();
        (!parts.is_empty()).then(|| parts.join(" / "))
    }

    /// Questions whose options stand in rows of their own below.
    fn option_rows(&self, mark: u32, option: u32, found: &mut Vec<Question>, left_out: &mut Vec<LeftOut>) {
        let text_at = |row: u32, col: u32| self.survey.text(CellRef::new(row, col)).trim();
        let is_box = |row: u32| {
            !text_at(row, option).is_empty() && self.survey.list(CellRef::new(row, mark)).is_some_and(|list| list.options.len() == 1)
        };
        for &(first, last) in &self.table.spans {
            let rows: Vec<u32> = self.survey.rows_in(first, last).collect();
            let asking: Vec<usize> =
                (0..rows.len()).filter(|at| !text_at(rows[*at], self.table.question).is_empty() && !is_box(rows[*at])).collect();
            for (place, &start) in asking.iter().enumerate() {
                let end = asking.get(place + 1).copied().unwrap_or(rows.len());
                let (row, text) = (rows[start], text_at(rows[start], self.table.question));
                let boxes: Vec<u32> = rows[start + 1..end].iter().copied().filter(|row| is_box(*row)).collect();
                if boxes.len() < 2 {
                    let why = "no rows of boxes follow it: a heading or guidance".to_owned();
                    left_out.push(LeftOut {
                        sheet: self.survey.sheet.name.clone(),
                        cell: Some(CellRef::new(row, self.table.question)),
                        text: shortened(text),
                        why,
                    });
                    continue;
                }
                // The row after the boxes may be there for notes; it is named where questions stand.
                let notes = asking
                    .get(place + 1)
                    .map(|at| rows[*at])
                    .filter(|row| role_of_header(text_at(*row, self.table.question)).is_some_and(|named| named.role == Role::Comment));
                let comment = notes.map(|row| self.survey.anchor(CellRef::new(row, option))).into_iter().collect();
                let answer = AnswerCells {
                    kind: Form::Mark,
                    cells: boxes.iter().map(|row| CellRef::new(*row, mark)).collect(),
                    options: boxes.iter().map(|row| text_at(*row, option).to_owned()).collect(),
                };
                let mut question = self.finish(row, text, answer, comment, None);
                question.mark = self.survey.list(question.answer.cells[0]).and_then(|list| list.options.first().cloned());
                found.push(question);
            }
        }
    }
}

/// An id in front of a requirement: `AC-030 (Access Control) - …`, `A&A-01.2: …`, `CC6.1 …`.
static ID_IN_TEXT: LazyLock<Regex> = LazyLock::new(|| {
    #[allow(clippy::expect_used, reason = "the pattern is a constant that every test compiles")]
    Regex::new(r"^\s*([A-Z][A-Z&]{0,7}[-. ]?\d{1,4}(?:[-.]\d{1,4}){0,4})(?:\s*[:)(\-–—]|\s+[A-Z])").expect("a valid pattern")
});

/// The id that stands in front of a question's text, where there is no column for it.
fn id_in_text(text: &str) -> Option<String> {
    ID_IN_TEXT.captures(text).map(|found| found[1].to_owned())
}

/// How often each column is filled in some rows.
fn commonest_columns(survey: &Survey, rows: &[u32]) -> BTreeMap<u32, usize> {
    let mut counts = BTreeMap::new();
    for row in rows {
        for (at, cell) in survey.sheet.row(*row) {
            if !cell.text.trim().is_empty() {
                *counts.entry(at.col).or_default() += 1;
            }
        }
    }
    counts
}

/// A text for a list of what was left out.
fn shortened(text: &str) -> String {
    if text.chars().count() <= 160 { text.to_owned() } else { text.chars().take(159).chain(['…']).collect() }
}
