//! Tables → questions, and the rows left out with a reason. Every question knows its cells and why it is one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use serde::Serialize;

use super::cell::{CellRef, as_a1, column_name, maybe_a1, one_as_a1};
use super::header_words::Role;
use super::header_words::{asks, asks_on, is_empty_box, is_mark, is_placeholder, is_remark, role_of_header};
use super::identity::{self, IdentityField};
use super::layout::{AnswerPlace, Layout, Table, answer_below, find, labelled_below, lookup_sheets};
use super::survey::Survey;
use super::workbook::{Unread, Visibility, Workbook};

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

impl AnswerCells {
    /// No place for an answer.
    fn none() -> Self {
        Self { kind: Form::None, cells: Vec::new(), options: Vec::new() }
    }
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
    /// Which of several questions at this cell it is, from 1; none where it is the only one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<u32>,
    /// What is asked.
    pub text: String,
    /// For what it is asked, where the same question is asked for several things.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The question that it hangs on, where it asks on from the one before.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "maybe_a1")]
    pub follows: Option<CellRef>,
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
        format!("{}!{}", self.sheet, self.name())
    }

    /// Its place inside the sheet, by which decisions name it: `B13`, or `B13#2` for the second of several questions at one cell.
    #[must_use]
    pub fn name(&self) -> String {
        self.part.map_or_else(|| self.cell.to_string(), |part| format!("{}#{part}", self.cell))
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

/// All questions of a workbook and all that was left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Questionnaire {
    /// Questions in the order of sheets and rows.
    pub questions: Vec<Question>,
    /// Cells that ask who answers.
    pub identity: Vec<IdentityField>,
    /// What was left out.
    pub left_out: Vec<LeftOut>,
    /// What the reader saw but does not read.
    pub unread: Vec<Unread>,
}

/// Finds and extracts all questions.
#[must_use]
pub fn questionnaire(workbook: &Workbook) -> Questionnaire {
    let lookups = lookup_sheets(workbook);
    let mut all = Questionnaire { unread: workbook.unread.clone(), ..Questionnaire::default() };
    for sheet in &workbook.sheets {
        let survey = Survey::new(sheet);
        let layout = find(&survey, workbook, &lookups);
        extract(&survey, &layout, &mut all);
    }
    all
}

/// Numbers the questions that stand at one cell.
fn number_parts(found: &mut [Question]) {
    for same in found.chunk_by_mut(|a, b| a.cell == b.cell).filter(|same| same.len() > 1) {
        for (question, part) in same.iter_mut().zip(1..) {
            question.part = Some(part);
        }
    }
}

/// The cells of one sheet that ask who answers.
struct Fields<'a> {
    survey: &'a Survey<'a>,
    labels: BTreeMap<CellRef, Option<&'static str>>,
    /// Header rows of tables: what stands there names columns.
    headers: Vec<u32>,
    /// Fields that stand among questions.
    taken: Vec<IdentityField>,
}

impl<'a> Fields<'a> {
    fn new(survey: &'a Survey<'a>) -> Self {
        let shown = survey.sheet.visibility == Visibility::Visible;
        Self { survey, labels: if shown { identity::labels(survey) } else { BTreeMap::new() }, headers: Vec::new(), taken: Vec::new() }
    }

    /// Takes a row of a table for a field, if its text is a label; the value goes where the table's answers go.
    fn take(&mut self, label: CellRef, cell: CellRef) -> bool {
        let field =
            self.labels.get(&label).filter(|key| key.is_some()).and_then(|_| identity::field(self.survey, &self.labels, label, Some(cell)));
        let is_field = field.is_some();
        self.taken.extend(field);
        is_field
    }

    /// All fields that share no row with a question or a header.
    fn collect(mut self, found: &[Question]) -> Vec<IdentityField> {
        let asked = |row: u32| self.headers.contains(&row) || found.binary_search_by(|question| question.cell.row.cmp(&row)).is_ok();
        let alone = self.labels.keys().filter(|at| !asked(at.row) && !self.taken.iter().any(|field| field.label_cell == **at));
        let mut fields: Vec<IdentityField> = alone.filter_map(|at| identity::field(self.survey, &self.labels, *at, None)).collect();
        fields.append(&mut self.taken);
        fields.sort_by_key(|field| field.label_cell);
        let mut keys = BTreeSet::new();
        for field in &mut fields {
            // Asked for a second time on one sheet, it may be about somebody else: a reference, an insurer.
            field.key = field.key.filter(|key| keys.insert(*key));
        }
        fields
    }
}

/// Extracts the questions of one sheet.
fn extract(survey: &Survey, layout: &Layout, all: &mut Questionnaire) {
    let sheet = &survey.sheet.name;
    let mut fields = Fields::new(survey);
    all.left_out.extend(layout.left_out.iter().map(|why| LeftOut {
        sheet: sheet.clone(),
        cell: None,
        text: String::new(),
        why: why.clone(),
    }));
    let mut found = Vec::new();
    for table in &layout.tables {
        let reader = TableReader::new(survey, table);
        fields.headers.extend(&table.headers);
        match &table.answer {
            AnswerPlace::OptionRows { mark, option } => reader.option_rows(*mark, *option, &mut found, &mut all.left_out),
            _ => reader.rows(&mut fields, &mut found, &mut all.left_out),
        }
    }
    found.sort_by_key(|question: &Question| question.cell);
    number_parts(&mut found);
    if let Some(source) = repeated_sheet(survey, &found, all) {
        let why = format!("it repeats the questions of sheet {source:?}; formulas bring them here");
        all.left_out.push(LeftOut { sheet: sheet.clone(), cell: None, text: String::new(), why });
        return;
    }
    all.identity.extend(fields.collect(&found));
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
/// Boxes of one question stand within so many rows.
const MAX_OPTIONS: u32 = 12;
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
                .map(|(text, _)| text);
        }
        if let AnswerPlace::Marks(marks) = &self.table.answer {
            let signs = self.rows.iter().flat_map(|row| marks.iter().map(|(col, _)| self.survey.text(at(*row, *col)).trim().to_owned()));
            let texts: Vec<String> = signs.collect();
            let boxes = texts.iter().any(|text| text == "☐").then(|| "☒".to_owned());
            self.mark = commonest(texts.into_iter().filter(|sign| is_mark(sign))).map(|(sign, _)| sign).or(boxes);
        }
        let likely: Vec<u32> =
            if self.lists { self.rows.iter().copied().filter(|row| self.list_at(*row)).collect() } else { self.rows.clone() };
        self.style = commonest(likely.iter().map(|row| self.style_at(*row))).map_or(0, |(style, _)| style);
        if likely.len() >= FEW_ROWS {
            let mut filled = commonest_columns(self.survey, &likely);
            filled.retain(|col, _| (self.table.columns.0..=self.table.columns.1).contains(col));
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
            AnswerPlace::Below | AnswerPlace::Nowhere(_) => Vec::new(),
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
        let below = self.below(row, text).is_some();
        if matches!(self.table.answer, AnswerPlace::Below) && !below {
            return Some("no empty block stands below it: a heading or guidance".into());
        }
        if let (Some(merge), Some(answer)) = (self.survey.merge(cell), self.first_answer())
            && merge.contains(CellRef::new(row, answer))
            && !below
        {
            return Some("its block reaches over the answer cell: a heading or an instruction".into());
        }
        let missing: Vec<u32> =
            self.always.iter().copied().filter(|col| self.survey.text(CellRef::new(row, *col)).trim().is_empty()).collect();
        let other_look = self.style_at(row) != self.style;
        if is_remark(text) {
            return Some("it is a remark to whoever answers: guidance".into());
        }
        if self.lists && !self.list_at(row) && self.leads_in(row) {
            return Some("it leads in the lettered questions below it: a heading".into());
        }
        if self.lists && !self.list_at(row) && !below {
            // A form may mix lists and free text: then the row asks plainly and has all that the others have.
            let plainly = match (other_look, self.always.is_empty()) {
                (false, _) => 0.5,
                (true, false) => 0.9,
                (true, true) => 1.0,
            };
            let (asking, mark) = (if asks_on(text) { 1.0 } else { asks(text) }, text.contains(['?', '？']));
            if asking < plainly || !missing.is_empty() && (other_look || !mark) && !asks_on(text) {
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
        if !self.lists && asks(text) < 0.3 && lacks_something {
            return Some("it does not ask anything and is built differently from the other rows: a heading".into());
        }
        None
    }

    fn rows(&self, fields: &mut Fields, found: &mut Vec<Question>, left_out: &mut Vec<LeftOut>) {
        let mut heading = None;
        let mut before = None;
        for &row in &self.rows {
            let cell = CellRef::new(row, self.table.question);
            let text = self.survey.text(cell).trim();
            if let AnswerPlace::Column(col) = self.table.answer
                && !self.list_at(row)
                && fields.take(cell, self.survey.anchor(CellRef::new(row, col)))
            {
                continue;
            }
            if let Some(why) = self.not_asking(row, text) {
                if why.ends_with("heading") || why.contains("a heading") {
                    heading = Some(text.to_owned()).filter(|text| text.chars().count() <= 120);
                }
                left_out.push(LeftOut { sheet: self.survey.sheet.name.clone(), cell: Some(cell), text: shortened(text), why });
                continue;
            }
            let mut question = self.question(row, text, heading.as_ref());
            question.follows = before.filter(|_| asks_on(text));
            before = Some(cell);
            found.push(question);
        }
    }

    /// Whether the next row begins a lettered list.
    fn leads_in(&self, row: u32) -> bool {
        let next = self.survey.text(CellRef::new(row + 1, self.table.question)).trim();
        let letter = next.trim_start_matches('(');
        letter.starts_with(['a', 'A']) && letter[1..].starts_with([')', '.'])
    }

    /// The first cell of a row's own answer place.
    fn first_answer(&self) -> Option<u32> {
        match &self.table.answer {
            AnswerPlace::Column(col) => Some(*col),
            AnswerPlace::Marks(marks) => marks.first().map(|(col, _)| *col),
            _ => None,
        }
    }

    /// The block below a question that takes its answer although others answer beside: the question reaches over the place beside it, or
    /// asks on from the one before.
    fn below(&self, row: u32, text: &str) -> Option<CellRef> {
        let cell = CellRef::new(row, self.table.question);
        let covered =
            self.first_answer().is_some_and(|col| self.survey.merge(cell).is_some_and(|merge| merge.contains(CellRef::new(row, col))));
        let below = matches!(self.table.answer, AnswerPlace::Below) || covered && asks(text) >= 0.6 || asks_on(text) && !self.list_at(row);
        answer_below(self.survey, cell).filter(|_| below)
    }

    fn question(&self, row: u32, text: &str, heading: Option<&String>) -> Question {
        let at = |col: u32| self.survey.anchor(CellRef::new(row, col));
        let mut comment: Vec<CellRef> = self.table.comments.iter().map(|col| at(*col)).collect();
        let text_in = |cell: CellRef| AnswerCells { kind: Form::Text, cells: vec![cell], options: Vec::new() };
        let answer = match &self.table.answer {
            AnswerPlace::Column(_) | AnswerPlace::Marks(_) | AnswerPlace::Below if self.below(row, text).is_some() => {
                comment = labelled_below(self.survey, CellRef::new(row, self.table.question), Role::Comment).into_iter().collect();
                self.below(row, text).map_or_else(AnswerCells::none, text_in)
            }
            AnswerPlace::Column(col) => match self.survey.list(CellRef::new(row, *col)) {
                Some(list) => AnswerCells { kind: Form::Choice, cells: vec![at(*col)], options: list.options.clone() },
                // The place for a word of a list is closed here, the one for text is open.
                None if self.lists
                    && self.survey.sheet.locked(at(*col))
                    && comment.first().is_some_and(|at| !self.survey.sheet.locked(*at)) =>
                {
                    text_in(comment.remove(0))
                }
                None => text_in(at(*col)),
            },
            AnswerPlace::Marks(marks) => AnswerCells {
                kind: Form::Mark,
                cells: marks.iter().map(|(col, _)| at(*col)).collect(),
                options: marks.iter().map(|(_, head)| head.clone()).collect(),
            },
            AnswerPlace::OptionRows { .. } | AnswerPlace::Below | AnswerPlace::Nowhere(_) => AnswerCells::none(),
        };
        if comment.is_empty() && answer.kind != Form::Text {
            comment.extend(labelled_below(self.survey, CellRef::new(row, self.table.question), Role::Comment));
        }
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
        let texts = answer.cells.iter().map(|at| self.survey.text(*at).trim());
        let given: Vec<&str> = texts.filter(|text| !text.is_empty() && !is_empty_box(text)).collect();
        let given = Some(given.join(" | ")).filter(|text| !text.is_empty() && Some(text) != self.placeholder.as_ref());
        let extra = self.table.extra.iter().map(|(col, role)| {
            let cell = self.survey.anchor(CellRef::new(row, *col));
            ExtraCell { cell, role: role.clone(), options: self.survey.list(cell).map(|list| list.options.clone()).unwrap_or_default() }
        });
        Question {
            sheet: sheet.name.clone(),
            cell: CellRef::new(row, self.table.question),
            part: None,
            text: text.to_owned(),
            about: self.table.about.clone(),
            follows: None,
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
        let listed = |row: u32| self.survey.list(CellRef::new(row, mark)).is_some_and(|list| list.options.len() == 1);
        // Where no list says which cells are boxes, every row with a meaning has one, also the question's own.
        let by_shape = !self.rows.iter().any(|row| (0..MAX_OPTIONS).any(|step| listed(row + step)));
        let free =
            |row: u32| mark != self.table.question || !text_at(row, mark).chars().any(|c| c.is_alphanumeric() && c != 'x' && c != 'X');
        let is_box = |row: u32| !text_at(row, option).is_empty() && (by_shape && free(row) || listed(row));
        for &(first, last) in &self.table.spans {
            let rows: Vec<u32> = self.survey.rows_in(first, last).collect();
            let asking: Vec<usize> = (0..rows.len())
                .filter(|at| {
                    !text_at(rows[*at], self.table.question).is_empty()
                        && (by_shape && (mark != self.table.question || !free(rows[*at])) || !is_box(rows[*at]))
                })
                .collect();
            for (place, &start) in asking.iter().enumerate() {
                let end = asking.get(place + 1).copied().unwrap_or(rows.len());
                let (row, text) = (rows[start], text_at(rows[start], self.table.question));
                let first = if by_shape { start } else { start + 1 };
                let boxes: Vec<u32> = rows[first..end].iter().copied().filter(|row| is_box(*row)).collect();
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
                let beside = self.table.comments.iter().filter(|_| by_shape).map(|col| self.survey.anchor(CellRef::new(row, *col)));
                let comment = notes.map(|row| self.survey.anchor(CellRef::new(row, option))).into_iter().chain(beside).collect();
                let answer = AnswerCells {
                    kind: Form::Mark,
                    cells: boxes.iter().map(|row| CellRef::new(*row, mark)).collect(),
                    options: boxes.iter().map(|row| text_at(*row, option).to_owned()).collect(),
                };
                let mut question = self.finish(row, text, answer, comment, None);
                question.mark = self.survey.list(question.answer.cells[0]).and_then(|list| list.options.first().cloned()).or(question.mark);
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
