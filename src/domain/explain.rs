//! One cell → what it was taken for, and why. Tells what was decided elsewhere; decides nothing itself.

use serde::Serialize;

use super::cell::{CellRef, column_name};
use super::extract::{Question, Questionnaire, layouts};
use super::identity::IdentityField;
use super::layout::{Layout, Table};
use super::mapping::Mapping;
use super::workbook::{Sheet, Takes, Visibility, Workbook};

/// What a cell was taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// It asks.
    Question,
    /// It takes the answer of a question, or one of its marks.
    Answer,
    /// It takes free text beside the answer.
    Comment,
    /// It belongs to the answer, and stays as it is.
    Extra,
    /// It holds the id of a question.
    Id,
    /// It holds the heading that questions stand under.
    Section,
    /// It names a column.
    Header,
    /// It holds text that could ask, and was left out.
    LeftOut,
    /// It asks who answers, or takes what the profile says to that.
    Identity,
    /// It belongs to no question.
    Outside,
}

/// What is told of one cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explained {
    /// Name of the sheet.
    pub sheet: String,
    /// The cell; in a merged block, its top left.
    pub cell: String,
    /// What it holds.
    pub text: String,
    /// What it was taken for.
    pub part: Part,
    /// The question that it is, or belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// In one line, what it is.
    pub is: String,
    /// Why.
    pub why: Vec<String>,
    /// What the file says about the cell: its list, its rule, that it is locked, merged, made by a formula.
    pub facts: Vec<String>,
}

/// Explains a place: `Sheet!B13`, or `B13` on every sheet that has something to say about it.
///
/// # Errors
/// What is wrong with the place as it was typed, in words.
pub fn explain(workbook: &Workbook, mapping: Option<&Mapping>, found: &Questionnaire, place: &str) -> Result<Vec<Explained>, String> {
    let (name, cell) = place.rsplit_once('!').map_or((None, place), |(name, cell)| (Some(sheet_name(name)), cell));
    let at = CellRef::parse(cell.trim()).ok_or_else(|| format!("{place}: {cell:?} names no cell"))?;
    if let Some(name) = name.as_deref().filter(|name| workbook.sheet(name).is_none()) {
        let names: Vec<String> = workbook.sheets.iter().map(|sheet| format!("{:?}", sheet.name)).collect();
        return Err(format!("{place}: there is no sheet {name:?}; the sheets are {}", names.join(", ")));
    }
    let sheets =
        workbook.sheets.iter().zip(layouts(workbook, mapping)).filter(|(sheet, _)| name.as_ref().is_none_or(|name| sheet.name == *name));
    let mut told: Vec<Explained> =
        sheets.map(|(sheet, layout)| Place { sheet, layout: &layout, found, at: sheet.anchor(at) }.explained(at)).collect();
    if told.iter().any(Explained::says_something) {
        told.retain(Explained::says_something);
    } else {
        told.truncate(1);
    }
    Ok(told)
}

/// A sheet's name as formulas write it: `'Our sheet'` or `Our sheet`.
fn sheet_name(name: &str) -> String {
    let inner = name.strip_prefix('\'').and_then(|name| name.strip_suffix('\''));
    inner.map_or_else(|| name.to_owned(), |inner| inner.replace("''", "'"))
}

impl Explained {
    fn says_something(&self) -> bool {
        self.part != Part::Outside || !self.text.is_empty()
    }
}

/// The cell that is asked about, with all that is known of its sheet.
struct Place<'a> {
    sheet: &'a Sheet,
    layout: &'a Layout,
    found: &'a Questionnaire,
    at: CellRef,
}

/// What a cell is: part, the question that it belongs to, one line, and reasons.
type Told<'a> = (Part, Option<&'a Question>, String, Vec<String>);

impl<'a> Place<'a> {
    fn explained(&self, typed: CellRef) -> Explained {
        let told = self
            .as_question()
            .or_else(|| self.of_question())
            .or_else(|| self.of_identity())
            .or_else(|| self.left_out())
            .or_else(|| self.in_table());
        let (part, question, is, why) = told.unwrap_or_else(|| self.outside());
        Explained {
            sheet: self.sheet.name.clone(),
            cell: self.at.to_string(),
            text: self.sheet.text(self.at).trim().to_owned(),
            part,
            question: question.map(Question::place),
            is,
            why,
            facts: facts(self.sheet, self.at, typed),
        }
    }

    fn questions(&self) -> impl Iterator<Item = &'a Question> + use<'a> {
        let name = &self.sheet.name;
        self.found.questions.iter().filter(move |question| question.sheet == *name)
    }

    fn as_question(&self) -> Option<Told<'a>> {
        let question = self.questions().find(|question| question.cell == self.at)?;
        Some((Part::Question, Some(question), format!("a question; {}", cells_of(question)), question.why.clone()))
    }

    /// The label or the cell of a field that asks who answers.
    fn of_identity(&self) -> Option<Told<'a>> {
        let here = |field: &&IdentityField| field.sheet == self.sheet.name && (field.label_cell == self.at || field.cell == self.at);
        let field = self.found.identity.iter().find(here)?;
        let is = format!("a field that asks who answers; its label stands in {}, its value goes into {}", field.label_cell, field.cell);
        let why = match field.key {
            Some(key) => format!("its label {:?} is answered by {key} of the profile in bank.toml", field.label),
            None => format!("its label {:?} does not clearly ask about whoever answers, so nothing is written", field.label),
        };
        Some((Part::Identity, None, is, vec![why]))
    }

    /// A cell that belongs to a question.
    fn of_question(&self) -> Option<Told<'a>> {
        let at = self.at;
        let told = |question: &'a Question| {
            let (part, what) = if let Some(place) = question.answer.cells.iter().position(|cell| *cell == at) {
                let word = question.answer.options.get(place).filter(|_| question.answer.cells.len() > 1);
                (Part::Answer, word.map_or_else(|| "takes the answer".to_owned(), |word| format!("is marked for the answer {word:?}")))
            } else if question.comment.contains(&at) {
                (Part::Comment, "takes free text beside the answer".to_owned())
            } else {
                let extra = question.extra.iter().find(|extra| extra.cell == at)?;
                (Part::Extra, format!("stays as it is ({:?}) beside the answer", extra.role))
            };
            let is = format!("the cell that {what} to question {}", question.cell);
            let mut why = vec![format!("{} asks: {}", question.cell, question.text)];
            why.extend(question.why.iter().cloned());
            Some((part, Some(question), is, why))
        };
        self.questions().find_map(told)
    }

    fn left_out(&self) -> Option<Told<'a>> {
        let left = self.found.left_out.iter().find(|left| left.sheet == self.sheet.name && left.cell == Some(self.at))?;
        Some((Part::LeftOut, None, "not a question: it was left out".into(), vec![left.why.clone()]))
    }

    /// A header, or a cell in the rows of a table that has another part in it.
    fn in_table(&self) -> Option<Told<'a>> {
        let at = self.at;
        if self.left_out_as_a_whole() {
            return None;
        }
        if let Some(table) = self.layout.tables.iter().find(|table| table.headers.contains(&at.row)) {
            let what = part_of_column(table, at.col).map_or_else(|| "which has no part in it".to_owned(), |part| format!("which {part}"));
            return Some((Part::Header, None, format!("in a header row, over column {}, {what}", column_name(at.col)), table.why.clone()));
        }
        let in_rows = |table: &&Table| table.spans.iter().any(|(first, last)| (*first..=*last).contains(&at.row));
        let table = self.layout.tables.iter().find(in_rows)?;
        let beside = self.questions().find(|question| {
            question.cell.row == at.row
                || self.sheet.merge(question.cell).is_some_and(|merge| merge.contains(CellRef::new(at.row, question.cell.col)))
        });
        let part = if table.id == Some(at.col) {
            Part::Id
        } else if table.sections.contains(&at.col) {
            Part::Section
        } else {
            Part::Outside
        };
        let column = column_name(at.col);
        let (is, why) = match (part, beside) {
            (Part::Outside, Some(question)) => {
                (format!("in the row of question {}, in column {column}, which has no part in it", question.cell), table.why.clone())
            }
            (Part::Outside, None) => return None,
            (_, Some(question)) if part == Part::Id => {
                (format!("the id of question {}", question.cell), vec![id_or_section(table, at.col)])
            }
            _ if part == Part::Id => {
                (format!("in column {column}, which holds ids, in a row that asks nothing"), vec![id_or_section(table, at.col)])
            }
            _ => (format!("in column {column}, which groups the questions beside and below"), vec![id_or_section(table, at.col)]),
        };
        Some((part, beside, is, why))
    }

    fn left_out_as_a_whole(&self) -> bool {
        self.questions().next().is_none()
    }

    fn outside(&self) -> Told<'a> {
        let whole = self.found.left_out.iter().filter(|left| left.sheet == self.sheet.name && left.cell.is_none());
        let mut why: Vec<String> = whole.map(|left| left.why.clone()).collect();
        let empty = self.sheet.text(self.at).trim().is_empty();
        let what = if empty { "an empty cell" } else { "a cell" };
        let is = if self.left_out_as_a_whole() {
            format!("{what} on a sheet without questions")
        } else {
            why.push("questions are looked for in the rows below a header, in the column that asks".to_owned());
            format!("{what} that belongs to no question")
        };
        (Part::Outside, None, is, why)
    }
}

/// What a column does in a table, as a clause.
fn part_of_column(table: &Table, col: u32) -> Option<String> {
    let answers = table.answer.columns().contains(&col);
    let extra = || table.extra.iter().any(|(extra, _)| *extra == col);
    let clauses = [
        (table.question == col, "asks"),
        (answers, "takes the answers"),
        (table.comments.contains(&col), "takes free text"),
        (table.id == Some(col), "holds ids"),
        (table.sections.contains(&col), "groups questions"),
        (extra(), "belongs to the answer and stays as it is"),
    ];
    clauses.into_iter().find(|(is, _)| *is).map(|(_, clause)| clause.to_owned())
}

fn id_or_section(table: &Table, col: u32) -> String {
    format!("column {} {}", column_name(col), part_of_column(table, col).unwrap_or_default())
}

/// The cells that belong to a question, in one line.
fn cells_of(question: &Question) -> String {
    let names = |cells: &[CellRef]| cells.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let mut parts = vec![if question.answer.cells.is_empty() {
        "no cell takes its answer".to_owned()
    } else {
        format!("its answer goes to {}", names(&question.answer.cells))
    }];
    if !question.comment.is_empty() {
        parts.push(format!("free text to {}", names(&question.comment)));
    }
    if !question.extra.is_empty() {
        let extra: Vec<CellRef> = question.extra.iter().map(|extra| extra.cell).collect();
        parts.push(format!("kept as they are: {}", names(&extra)));
    }
    parts.extend(question.id.iter().map(|id| format!("its id is {id}")));
    parts.extend((!question.requirements.is_empty()).then(|| format!("it names {}", question.requirements.join("; "))));
    parts.extend(question.section.iter().map(|section| format!("it stands under {section:?}")));
    parts.extend(question.given.iter().map(|given| format!("it is answered already: {given:?}")));
    parts.join("; ")
}

/// What the file says about a cell.
fn facts(sheet: &Sheet, at: CellRef, typed: CellRef) -> Vec<String> {
    let mut facts = Vec::new();
    if let Some(range) = sheet.merge(typed) {
        facts.push(format!("{typed} is part of the merged block {range}"));
    }
    if let Some(list) = sheet.list(at) {
        let words = if list.options.is_empty() { "which could not be read".to_owned() } else { list.options.join(" | ") };
        facts.push(format!("it has a list ({}): {words}", list.source));
    }
    facts.extend(sheet.rule(at).map(|takes| format!("it takes {}", rule(takes))));
    if sheet.cells.get(&at).is_some_and(|cell| cell.formula) {
        facts.push("a formula makes its value: it is never written".to_owned());
    }
    if sheet.locks.is_some() {
        facts.push(format!("the sheet is protected, and the cell is {}", if sheet.locked(at) { "locked" } else { "unlocked" }));
    }
    if sheet.visibility != Visibility::Visible {
        facts.push("the sheet is hidden".to_owned());
    }
    if sheet.hidden_rows.contains(&at.row) || sheet.hidden_cols.contains(&at.col) {
        facts.push("its row or column is hidden".to_owned());
    }
    facts
}

fn rule(takes: Takes) -> String {
    let between = |what: &str, least: f64, most: f64| match (least.is_finite(), most.is_finite()) {
        (true, true) => format!("{what} from {least} to {most}"),
        (true, false) => format!("{what} from {least} on"),
        (false, true) => format!("{what} up to {most}"),
        (false, false) => what.to_owned(),
    };
    match takes {
        Takes::TextLength { least, most } => between("text of a length", least, most),
        Takes::Whole { least, most } => between("whole numbers", least, most),
        Takes::Decimal { least, most } => between("numbers", least, most),
        Takes::Date => "dates".to_owned(),
        Takes::Time => "times".to_owned(),
        Takes::Formula => "what a formula allows, which is not worked out here".to_owned(),
    }
}
