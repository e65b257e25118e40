//! A mapping's text → a mapping, or all that is wrong in it with its lines. Never looks at a workbook.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::domain::bank::{Problem, Severity};
use crate::domain::cell::{CellRef, MAX_ROWS, column_name, parse_column};
use crate::domain::layout::{ALL_COLUMNS, AnswerPlace, Table};
use crate::domain::mapping::{Corrected, LAST_ROW, MappedSheet, Mapping, said};

/// Reads a mapping; `file` names it in problems.
///
/// # Errors
/// All that is wrong in it.
pub fn read(file: &str, text: &str) -> Result<Mapping, Vec<Problem>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reading = Reading { file, text, problems: Vec::new() };
    let mut sheets = Vec::new();
    match DeTable::parse(text) {
        Ok(table) => {
            let table = table.into_inner();
            reading.known_keys(&table, &["sheet"]);
            for (at, sheet) in reading.tables(&table, "sheet") {
                let mapped = reading.sheet(at, sheet);
                if sheets.iter().any(|other: &MappedSheet| other.name == mapped.name) {
                    reading.problem(at, format!("sheet {:?} stands here twice", mapped.name));
                }
                sheets.push(mapped);
            }
        }
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            reading.problem(at, error.message().lines().next().unwrap_or("not TOML").to_owned());
        }
    }
    if reading.problems.is_empty() { Ok(Mapping { sheets }) } else { Err(reading.problems) }
}

/// A mapping's text being read: collects what is wrong.
struct Reading<'a> {
    file: &'a str,
    text: &'a str,
    problems: Vec<Problem>,
}

impl Reading<'_> {
    fn line(&self, at: usize) -> usize {
        self.text.as_bytes()[..at.min(self.text.len())].iter().filter(|byte| **byte == b'\n').count() + 1
    }

    fn problem(&mut self, at: usize, what: String) {
        self.problem_at_line(self.line(at), what);
    }

    fn problem_at_line(&mut self, line: usize, what: String) {
        self.problems.push(Problem { file: self.file.to_owned(), line, severity: Severity::Error, kind: "mapping", what });
    }

    fn known_keys(&mut self, table: &DeTable, known: &[&str]) {
        for key in table.keys().filter(|key| !known.contains(&key.get_ref().as_ref())) {
            self.problem(key.span().start, format!("unknown key {:?}; known keys here: {}", key.get_ref(), known.join(", ")));
        }
    }

    /// The value of a key, read through `read`; a value of another kind is a problem.
    fn value<T>(&mut self, table: &DeTable, key: &str, expected: &str, read: impl Fn(&DeValue) -> Option<T>) -> Option<T> {
        let value = table.get(key)?;
        let found = read(value.get_ref());
        if found.is_none() {
            self.problem(value.span().start, format!("{key} must be {expected}"));
        }
        found
    }

    /// The tables of a key, with their places.
    fn tables<'v>(&mut self, table: &'v DeTable<'v>, key: &str) -> Vec<(usize, &'v DeTable<'v>)> {
        let Some(value) = table.get(key) else { return Vec::new() };
        let read = |item: &'v Spanned<DeValue<'v>>| Some((item.span().start, item.get_ref().as_table()?));
        let tables = value.get_ref().as_array().and_then(|items| items.iter().map(read).collect::<Option<Vec<_>>>());
        if tables.is_none() {
            self.problem(value.span().start, format!("{key} must be written as [[{key}]]"));
        }
        tables.unwrap_or_default()
    }

    fn sheet(&mut self, at: usize, table: &DeTable) -> MappedSheet {
        self.known_keys(table, &["name", "skip", "reason", "questions", "not_questions", "table"]);
        let name = self.value(table, "name", "the name of a sheet in quotes", |value| value.as_str().map(str::to_owned));
        if table.get("name").is_none() {
            self.problem(at, "name is missing: say which sheet this is".to_owned());
        }
        let skip = self.value(table, "skip", "true or false", boolean).unwrap_or(false);
        let reason = self.value(table, "reason", "a text in quotes", |value| value.as_str().map(str::to_owned));
        let tables: Vec<(usize, Table)> =
            self.tables(table, "table").into_iter().filter_map(|(at, table)| Some((self.line(at), self.table(at, table)?))).collect();
        if skip && !tables.is_empty() {
            self.problem(at, "a sheet with skip = true has no tables: take out one or the other".to_owned());
        }
        let corrected = self.corrected(table);
        let skip = skip.then(|| reason.unwrap_or_else(|| "no reason is given".to_owned()));
        MappedSheet { name: name.unwrap_or_default(), line: self.line(at), skip, tables, corrected }
    }

    /// Cells of which it is said whether they ask; said of the sheet, or in one of its tables.
    fn corrected(&mut self, sheet: &DeTable) -> Vec<Corrected> {
        let tables = sheet.get("table").and_then(|value| value.get_ref().as_array()).into_iter().flatten();
        let places: Vec<&DeTable> = std::iter::once(sheet).chain(tables.filter_map(|table| table.get_ref().as_table())).collect();
        let mut corrected: Vec<Corrected> = Vec::new();
        for (key, asks) in [("questions", true), ("not_questions", false)] {
            for one in places.iter().flat_map(|place| self.cells(place, key, asks)).collect::<Vec<_>>() {
                if corrected.iter().any(|other| other.cell == one.cell && other.asks != asks) {
                    self.problem_at_line(one.line, format!("{} stands in questions and in not_questions", one.cell));
                }
                corrected.push(one);
            }
        }
        corrected
    }

    fn cells(&mut self, table: &DeTable, key: &str, asks: bool) -> Vec<Corrected> {
        let Some(value) = table.get(key) else { return Vec::new() };
        let line = self.line(value.span().start);
        let read = |value: &DeValue| array(value, |item| CellRef::parse(item.as_str()?));
        let cells = self.value(table, key, "a list of cells, such as [\"C17\"]", read).unwrap_or_default();
        cells.into_iter().map(|cell| Corrected { cell, asks, line }).collect()
    }

    fn table(&mut self, at: usize, table: &DeTable) -> Option<Table> {
        self.known_keys(
            table,
            &[
                "headers",
                "rows",
                "question",
                "answer",
                "marks",
                "boxes",
                "comments",
                "id",
                "requirements",
                "sections",
                "extra",
                "columns",
                "about",
                "lists_in",
                "questions",
                "not_questions",
            ],
        );
        for key in ["rows", "question"] {
            if table.get(key).is_none() {
                self.problem(at, format!("{key} is missing in this table"));
            }
        }
        let one = "the letters of one column in quotes, such as \"C\"";
        let several = "a list of columns, such as [\"G\", \"H\"]";
        let named = "columns with what they are called, such as { D = \"Yes\", E = \"No\" }";
        let headers = self.value(table, "headers", "a list of row numbers, such as [4]", |value| array(value, row_number));
        let rows = self.value(table, "rows", "a list of rows in quotes, such as [\"5-80\", \"90-\"]", |value| array(value, rows));
        let question = self.value(table, "question", one, column);
        let answer = self.answer(at, table, one, named);
        let comments = self.value(table, "comments", several, |value| array(value, column)).unwrap_or_default();
        let id = self.value(table, "id", one, column);
        let requirements = self.value(table, "requirements", named, named_columns).unwrap_or_default();
        let sections = self.value(table, "sections", several, |value| array(value, column)).unwrap_or_default();
        let extra = self.value(table, "extra", named, named_columns).unwrap_or_default();
        let lists_in = self.value(table, "lists_in", one, column);
        let columns =
            self.value(table, "columns", "the first and the last column in quotes, such as \"A-D\"", columns).unwrap_or(ALL_COLUMNS);
        let about = self.value(table, "about", "a text in quotes", |value| value.as_str().map(str::to_owned));
        let mut read = Table {
            id,
            requirements,
            sections,
            columns,
            about,
            by_lists: lists_in.is_some(),
            lists_in,
            ..said(headers.unwrap_or_default(), rows?, question?, answer?)
        };
        self.add_beside(at, &mut read, comments, extra);
        Some(read)
    }

    /// Where the answers go: at most one of three keys says it.
    fn answer(&mut self, at: usize, table: &DeTable, one: &str, named: &str) -> Option<AnswerPlace> {
        let keys: Vec<&str> = ["answer", "marks", "boxes"].into_iter().filter(|key| table.get(*key).is_some()).collect();
        match keys.as_slice() {
            [] => Some(AnswerPlace::Nowhere("no column takes the answers".to_owned())),
            ["answer"] => self.value(table, "answer", one, |value| match value.as_str() {
                Some("below") => Some(AnswerPlace::Below),
                _ => column(value).map(AnswerPlace::Column),
            }),
            ["marks"] => {
                let marks = self.value(table, "marks", named, named_columns)?;
                if marks.len() < 2 {
                    self.problem(at, "marks must name at least two columns".to_owned());
                }
                Some(AnswerPlace::Marks(marks))
            }
            ["boxes"] => self.value(table, "boxes", "{ mark = \"D\", option = \"C\" }", |value| {
                let value = value.as_table().filter(|table| table.len() == 2)?;
                let part = |key: &str| column(value.get(key)?.get_ref());
                Some(AnswerPlace::OptionRows { mark: part("mark")?, option: part("option")? })
            }),
            keys => {
                self.problem(at, format!("{} stand in one table: keep the one that says where the answers go", keys.join(" and ")));
                None
            }
        }
    }

    /// The columns beside the answer. Whoever moves the answers to a column need not take it out of these: the answer goes first.
    fn add_beside(&mut self, at: usize, table: &mut Table, comments: Vec<u32>, extra: Vec<(u32, String)>) {
        let answers = table.answer.columns();
        let question = table.question;
        let writes = |col: &u32| !matches!(table.answer, AnswerPlace::OptionRows { .. }) && answers.contains(col);
        if writes(&question) || comments.contains(&question) {
            self.problem(at, format!("column {} cannot both ask and be written", column_name(question)));
        }
        table.comments = comments.into_iter().filter(|col| !answers.contains(col)).collect();
        table.extra = extra.into_iter().filter(|(col, _)| !answers.contains(col) && !table.comments.contains(col)).collect();
    }
}

/// All items of a list; none where one cannot be read.
fn array<T>(value: &DeValue, read: impl Fn(&DeValue) -> Option<T>) -> Option<Vec<T>> {
    value.as_array()?.iter().map(|item| read(item.get_ref())).collect()
}

fn boolean(value: &DeValue) -> Option<bool> {
    value.as_bool()
}

fn column(value: &DeValue) -> Option<u32> {
    parse_column(value.as_str()?)
}

fn columns(value: &DeValue) -> Option<(u32, u32)> {
    let (first, last) = value.as_str()?.split_once('-')?;
    let columns = (parse_column(first.trim())?, parse_column(last.trim())?);
    (columns.0 <= columns.1).then_some(columns)
}

fn row_number(value: &DeValue) -> Option<u32> {
    row(value.as_integer()?.as_str())
}

/// A row as people count them, from 1 → from 0.
fn row(number: &str) -> Option<u32> {
    let row = number.trim().parse::<u32>().ok()?;
    (1..=MAX_ROWS).contains(&row).then(|| row - 1)
}

fn rows(value: &DeValue) -> Option<(u32, u32)> {
    let text = value.as_str()?;
    let (first, last) = match text.split_once('-') {
        Some((first, last)) if last.trim().is_empty() => (row(first)?, LAST_ROW),
        Some((first, last)) => (row(first)?, row(last)?),
        None => (row(text)?, row(text)?),
    };
    (first <= last).then_some((first, last))
}

/// Columns with what they are called, from left to right.
fn named_columns(value: &DeValue) -> Option<Vec<(u32, String)>> {
    let read = |(key, value): (&Spanned<std::borrow::Cow<str>>, &Spanned<DeValue>)| {
        Some((parse_column(key.get_ref())?, value.get_ref().as_str()?.to_owned()))
    };
    let mut columns: Vec<(u32, String)> = value.as_table()?.iter().map(read).collect::<Option<_>>()?;
    columns.sort_unstable();
    Some(columns)
}
