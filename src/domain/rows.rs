//! The rows of one table: which ask, where their answers go, and why the others do not. Never chooses columns: that is the layout.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::cell::{CellRef, column_name};
use super::fields::Fields;
use super::header_words::{Role, asks, asks_on, asks_to_enter, is_empty_box, is_mark, is_placeholder, is_remark, role_of_header};
use super::layout::{AnswerPlace, Table, answer_below, labelled_below};
use super::mapping::{ASKS, DOES_NOT_ASK};
use super::question::{AnswerCells, ExtraCell, Form, LeftOut, Limit, Question};
use super::survey::Survey;
use super::wording::words;

/// Shares of rows, in tenths, from which a habit of a table counts as its rule.
pub const NEARLY_ALL: usize = 9;
/// From this share of rows with a list, a row without one is no question.
const LISTS_ARE_THE_RULE: usize = 3;
/// Boxes of one question stand within so many rows.
const MAX_OPTIONS: u32 = 12;
/// Tables with fewer rows have no habits.
const FEW_ROWS: usize = 5;

/// Reads the rows of one table.
pub struct TableReader<'a> {
    survey: &'a Survey<'a>,
    table: &'a Table,
    /// Rows whose question cell holds text, in order.
    rows: Vec<u32>,
    /// Whether questions have lists at their answer cells.
    pub lists: bool,
    /// Whether most rows have an id.
    numbered: bool,
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
    pub fn new(survey: &'a Survey<'a>, table: &'a Table) -> Self {
        let asked = |row: &u32| {
            Some(survey.text(CellRef::new(*row, table.question)).trim()).is_some_and(|text| !text.is_empty() && !is_placeholder(text))
        };
        let rows: Vec<u32> = table.spans.iter().flat_map(|(first, last)| survey.rows_in(*first, *last)).filter(asked).collect();
        let mut reader =
            Self { survey, table, rows, lists: false, numbered: false, always: Vec::new(), style: 0, placeholder: None, mark: None };
        reader.learn();
        reader
    }

    /// Learns the habits of the table.
    fn learn(&mut self) {
        let ids = self.rows.iter().filter(|row| self.has_id(**row)).count();
        self.numbered = self.rows.len() >= FEW_ROWS && ids * 10 >= self.rows.len() * 6;
        let at = |row: u32, col: u32| CellRef::new(row, col);
        let with_lists = self.rows.iter().filter(|row| self.list_at(**row)).count();
        self.lists = with_lists > 0 && (self.table.by_lists || with_lists * 10 >= self.rows.len() * LISTS_ARE_THE_RULE);
        if let AnswerPlace::Column(col) = self.table.answer {
            let listed: Vec<u32> = self.rows.iter().copied().filter(|row| self.survey.list(at(*row, col)).is_some()).collect();
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
        self.table
            .answer
            .columns()
            .into_iter()
            .chain(self.table.comments.iter().copied())
            .chain(self.table.extra.iter().map(|(col, _)| *col))
            .collect()
    }

    fn list_at(&self, row: u32) -> bool {
        let column = match self.table.answer {
            AnswerPlace::Column(col) => Some(col),
            _ => None,
        };
        self.table.lists_in.or(column).is_some_and(|col| self.survey.list(CellRef::new(row, col)).is_some())
    }

    fn has_id(&self, row: u32) -> bool {
        self.table.id.is_some_and(|col| !self.survey.text(self.survey.anchor(CellRef::new(row, col))).trim().is_empty())
    }

    fn style_at(&self, row: u32) -> u32 {
        self.survey.sheet.cells.get(&CellRef::new(row, self.table.question)).map_or(0, |cell| cell.style)
    }

    /// Why a row with text in the question column is no question; `None` where it is one.
    fn not_asking(&self, row: u32, text: &str) -> Option<String> {
        let cell = CellRef::new(row, self.table.question);
        if let Some(asks) = self.table.corrected.get(&cell) {
            return (!asks).then(|| DOES_NOT_ASK.to_owned());
        }
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
        if !self.list_at(row) && text.ends_with(':') && words(text).len() <= 3 {
            return Some("it is the label of what stands beside it".into());
        }
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
            let asking = if asks_on(text) { 1.0 } else { asks(text) };
            if asking < plainly || !missing.is_empty() && (other_look || asking < 0.9) && !asks_on(text) {
                return Some("its answer cell has no list, as those of the other rows have: a heading or guidance".into());
            }
        }
        if asks_on(text) {
            return None;
        }
        if asks(text) < 0.3 && !self.has_id(row) && self.numbered {
            return Some("it does not ask and has no id, as most of the other rows have: a heading".into());
        }
        let least = if self.always.len() >= 2 { 0.9 } else { 0.3 };
        let title = asks(text) < least && !text.contains(['?', '？']);
        if missing.len() * 2 > self.always.len() && (other_look || title)
            || missing.len() * 2 == self.always.len() && !missing.is_empty() && other_look && asks(text) < 0.9
        {
            let names: Vec<String> = missing.iter().map(|col| column_name(*col)).collect();
            return Some(format!("it looks different and lacks column {}, which the other rows have: a heading", names.join(", ")));
        }
        if text.starts_with('<') && text.trim_end().ends_with('>') {
            return Some("it stands in angle brackets: an instruction".into());
        }
        let lacks_something = if self.always.is_empty() { other_look } else { !missing.is_empty() };
        let marked = matches!(self.table.answer, AnswerPlace::Marks(_));
        if marked
            && self.first_answer().is_some_and(|col| self.survey.sheet.cells.get(&CellRef::new(row, col)).is_some_and(|cell| cell.formula))
        {
            return Some("formulas count its boxes: a total".into());
        }
        if !self.lists && asks(text) < 0.3 && lacks_something && !marked {
            return Some("it does not ask anything and is built differently from the other rows: a heading".into());
        }
        None
    }

    pub fn rows(&self, fields: &mut Fields, found: &mut Vec<Question>, left_out: &mut Vec<LeftOut>) {
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
            let parts = if question.answer.kind == Form::Text { parts_of(text) } else { Vec::new() };
            if parts.len() < 2 {
                found.push(question);
            } else {
                found.extend(parts.into_iter().map(|part| Question { text: part.to_owned(), ..question.clone() }));
            }
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
        if below { answer_below(self.survey, cell) } else { None }
    }

    fn question(&self, row: u32, text: &str, heading: Option<&String>) -> Question {
        let at = |col: u32| self.survey.anchor(CellRef::new(row, col));
        let mut comment: Vec<CellRef> = self.table.comments.iter().map(|col| at(*col)).collect();
        let text_in = |cell: CellRef| AnswerCells { kind: Form::Text, cells: vec![cell], options: Vec::new() };
        let answer = match (&self.table.answer, self.below(row, text)) {
            (AnswerPlace::Column(_) | AnswerPlace::Marks(_) | AnswerPlace::Below, Some(below)) => {
                comment = labelled_below(self.survey, CellRef::new(row, self.table.question), Role::Comment).into_iter().collect();
                text_in(below)
            }
            (AnswerPlace::Column(col), None) => match self.survey.list(CellRef::new(row, *col)) {
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
            (AnswerPlace::Marks(marks), None) => AnswerCells {
                kind: Form::Mark,
                cells: marks.iter().map(|(col, _)| at(*col)).collect(),
                options: marks.iter().map(|(_, head)| head.clone()).collect(),
            },
            (AnswerPlace::OptionRows { .. } | AnswerPlace::Below | AnswerPlace::Nowhere(_), _) => AnswerCells::none(),
        };
        let tall = self.survey.merge(CellRef::new(row, self.table.question)).is_some_and(|range| range.last.row > range.first.row);
        if comment.is_empty() && answer.kind != Form::Text && tall {
            comment.extend(labelled_below(self.survey, CellRef::new(row, self.table.question), Role::Comment));
        }
        self.finish(row, text, answer, comment, heading)
    }

    fn finish(&self, row: u32, text: &str, answer: AnswerCells, comment: Vec<CellRef>, heading: Option<&String>) -> Question {
        let sheet = self.survey.sheet;
        let cell_text =
            |col: u32| Some(self.survey.text(self.survey.anchor(CellRef::new(row, col))).trim().to_owned()).filter(|text| !text.is_empty());
        let mut why = self.table.why.clone();
        if self.table.corrected.contains_key(&CellRef::new(row, self.table.question)) {
            why.push(ASKS.to_owned());
        }
        let formula = answer.cells.iter().find(|at| sheet.cells.get(at).is_some_and(|cell| cell.formula));
        let locked = answer.cells.iter().find(|at| sheet.locked(**at));
        let covered = answer.cells.iter().find(|at| self.survey.anchor(**at) != **at);
        if let Some(at) = formula {
            why.push(format!("{at} is not written: it holds a formula"));
        } else if let Some(at) = locked {
            why.push(format!("{at} is not written: the sheet is protected and the cell is locked"));
        } else if let Some(at) = covered {
            why.push(format!("{at} is not written: a merged block covers it"));
        }
        let texts = answer.cells.iter().map(|at| self.survey.text(*at).trim());
        let given: Vec<&str> = texts.filter(|text| !text.is_empty() && !is_empty_box(text) && !asks_to_enter(text)).collect();
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
            requirements: self.requirements(row),
            section: self.section(row).or_else(|| heading.cloned()),
            writable: formula.is_none() && locked.is_none() && covered.is_none() && !answer.cells.is_empty(),
            limit: self.limit(row, text, &answer, &comment),
            mark: (answer.kind == Form::Mark).then(|| self.mark.clone()).flatten(),
            answer,
            comment: comment.into_iter().filter(|at| !sheet.locked(*at) && self.survey.anchor(*at) == *at).collect(),
            extra: extra.collect(),
            given,
            why,
        }
    }

    /// How much text the form allows: the head above the cell for text says so, or the question itself.
    fn limit(&self, row: u32, text: &str, answer: &AnswerCells, comment: &[CellRef]) -> Option<Limit> {
        let cell = if answer.kind == Form::Text { answer.cells.first() } else { comment.first() }?;
        let heads = self.table.headers.iter().rev().filter(|head| **head < row);
        let heads = heads.map(|head| self.survey.text(self.survey.anchor(CellRef::new(*head, cell.col))));
        heads.chain([text]).find_map(said_limit)
    }

    /// What the columns of requirements name for a row.
    fn requirements(&self, row: u32) -> Vec<String> {
        let told = self.table.requirements.iter().filter_map(|(col, head)| {
            let text = self.survey.text(self.survey.anchor(CellRef::new(row, *col))).trim();
            (!text.is_empty()).then(|| format!("{head}: {}", text.split_whitespace().collect::<Vec<_>>().join(" ")))
        });
        told.collect()
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
    pub fn option_rows(&self, mark: u32, option: u32, found: &mut Vec<Question>, left_out: &mut Vec<LeftOut>) {
        let text_at = |row: u32, col: u32| self.survey.text(CellRef::new(row, col)).trim();
        let listed = |row: u32| self.survey.list(CellRef::new(row, mark)).is_some_and(|list| list.options.len() == 1);
        // Where no list says which cells are boxes, every row with a meaning has one, also the question's own.
        let by_shape = !self.rows.iter().any(|row| (0..MAX_OPTIONS).any(|step| listed(row + step)));
        let question = self.table.question;
        // Where the options stand in the questions' own column, a question mark or an id tells a question.
        let id = |row: u32| self.table.id.is_some_and(|col| col != mark && !text_at(row, col).is_empty());
        let asks_here = |row: u32| text_at(row, question).contains(['?', '？']) || id(row);
        let free = |row: u32| mark != question || !text_at(row, mark).chars().any(|c| c.is_alphanumeric() && c != 'x' && c != 'X');
        let is_box = |row: u32| {
            let option_row = option != question || !asks_here(row);
            !text_at(row, option).is_empty() && option_row && (by_shape && free(row) || listed(row))
        };
        let is_question = |row: u32| match (option == question, by_shape) {
            (true, _) => asks_here(row),
            (false, true) => mark != question || !free(row),
            (false, false) => !is_box(row),
        };
        for &(first, last) in &self.table.spans {
            let rows: Vec<u32> = self.survey.rows_in(first, last).collect();
            let asking: Vec<usize> =
                (0..rows.len()).filter(|at| !text_at(rows[*at], question).is_empty() && is_question(rows[*at])).collect();
            for (place, &start) in asking.iter().enumerate() {
                let end = asking.get(place + 1).copied().unwrap_or(rows.len());
                let (row, text) = (rows[start], text_at(rows[start], self.table.question));
                let first = if by_shape { start } else { start + 1 };
                let boxes: Vec<u32> = rows[first..end].iter().copied().filter(|row| is_box(*row)).collect();
                let corrected = self.table.corrected.get(&CellRef::new(row, self.table.question));
                if boxes.len() < 2 || corrected == Some(&false) {
                    let why = if corrected == Some(&false) { DOES_NOT_ASK } else { "no rows of boxes follow it: a heading or guidance" };
                    let why = why.to_owned();
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

/// A number or letter in front of one of several questions: `1)`, `b.`, `(iii)`.
static PART: LazyLock<Regex> = LazyLock::new(|| {
    #[allow(clippy::expect_used, reason = "the pattern is a constant that every test compiles")]
    Regex::new(r"^\(?(?:[a-z]|[ivx]{1,4}|\d{1,2})[.):]\s+\S").expect("a valid pattern")
});

/// The questions of one cell that lists several, a line each, numbered, with a question mark; none where it does not.
fn parts_of(text: &str) -> Vec<&str> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let numbered = |line: &&&str| PART.is_match(line) && line.ends_with(['?', '？']);
    let first = lines.iter().position(|line| numbered(&line)).unwrap_or(lines.len());
    if first > 1 || !lines[first..].iter().all(|line| numbered(&line)) { Vec::new() } else { lines[first..].to_vec() }
}

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
/// A limit on the length of an answer: "max. 500 characters", "in no more than 100 words". What a question asks of passwords has other words
/// around it, and fewer characters.
fn said_limit(text: &str) -> Option<Limit> {
    #[allow(clippy::unwrap_used, reason = "a pattern that every run uses")]
    static LIMIT: LazyLock<Regex> = LazyLock::new(|| {
        let bound = r"max(?:imum|imal|imum of)?\.?|up to|limit(?:ed)?(?: to| of)?:?|no more than|not exceed(?:ing)?|within|less than|fewer than|höchstens|jusqu.à|máximo(?: de)?";
        let unit = r"(characters?|chars?|zeichen|caractères|caracteres|words?|wörter|mots|palabras)";
        let number = r"(\d{1,3}(?:[,.']\d{3})|\d{2,5})";
        Regex::new(&format!(r"(?i)(?:(?:{bound})\s*{number}\s*{unit}|{number}[\s-]*{unit}\s*(?:max|limit|or less|or fewer))")).unwrap()
    });
    let found = LIMIT.captures(text)?;
    let (number, unit) = (found.get(1).or(found.get(3))?.as_str(), found.get(2).or(found.get(4))?.as_str().to_lowercase());
    let number: usize = number.replace([',', '.', '\''], "").parse().ok()?;
    let words = unit.starts_with('w') || matches!(unit.as_str(), "mots" | "palabras");
    match words {
        true if number >= 10 => Some(Limit::Words(number)),
        false if number >= 100 => Some(Limit::Characters(number)),
        _ => None,
    }
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= 160 { text.to_owned() } else { text.chars().take(159).chain(['…']).collect() }
}
