//! Sheet → tables of question and answer columns, by evidence: what headers say, what columns hold, lists, locks, shape, repetition.
//! Every choice is kept with its reasons. Never looks at single questions: that is extraction.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::cell::{CellRef, Range, RangeMap, column_name};
use super::header_words::{Named, Role, asks, is_answer_word, is_mark, role_of_header};
use super::wording::words;
use super::workbook::{ListRule, Sheet, Workbook};

/// A sheet with what is needed to look things up fast.
pub struct Survey<'a> {
    /// The sheet.
    pub sheet: &'a Sheet,
    lists: RangeMap<usize>,
    merges: RangeMap<usize>,
    /// Rows that hold anything, in order.
    rows: Vec<u32>,
}

impl<'a> Survey<'a> {
    /// Surveys a sheet.
    #[must_use]
    pub fn new(sheet: &'a Sheet) -> Self {
        let last_col = sheet.cells.keys().map(|at| at.col).max().unwrap_or(0) + 2;
        let lists = sheet.lists.iter().enumerate().flat_map(|(index, rule)| rule.ranges.iter().map(move |range| (*range, index)));
        let mut rows: Vec<u32> = sheet.cells.keys().map(|at| at.row).collect();
        rows.dedup();
        Self {
            sheet,
            lists: RangeMap::new(lists, last_col),
            merges: RangeMap::new(sheet.merges.iter().copied().enumerate().map(|(index, range)| (range, index)), last_col),
            rows,
        }
    }

    /// The list at a place.
    #[must_use]
    pub fn list(&self, at: CellRef) -> Option<&'a ListRule> {
        self.lists.get(at).map(|index| &self.sheet.lists[index])
    }

    /// The merged block at a place.
    #[must_use]
    pub fn merge(&self, at: CellRef) -> Option<Range> {
        self.merges.get(at).map(|index| self.sheet.merges[index])
    }

    /// The top left of the merged block at a place, or the place.
    #[must_use]
    pub fn anchor(&self, at: CellRef) -> CellRef {
        self.merge(at).map_or(at, |range| range.first)
    }

    /// The text that is shown at a place.
    #[must_use]
    pub fn text(&self, at: CellRef) -> &'a str {
        self.sheet.text(at)
    }

    /// Rows with content inside a span, both ends included.
    pub fn rows_in(&self, first: u32, last: u32) -> impl Iterator<Item = u32> {
        let from = self.rows.partition_point(|row| *row < first);
        self.rows[from..].iter().copied().take_while(move |row| *row <= last)
    }
}

/// Where the answers of a table go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerPlace {
    /// Into one column.
    Column(u32),
    /// One of several columns is marked; each with the word that its head says.
    Marks(Vec<(u32, String)>),
    /// One of several rows below the question is marked, in `mark`; what each means stands in `option`.
    OptionRows {
        /// The column with the boxes.
        mark: u32,
        /// The column with the words.
        option: u32,
    },
    /// There is a question column, but nothing to write into, for this reason.
    Nowhere(String),
}

/// One table: rows of the same build, under one header or under several equal ones.
#[derive(Clone, Debug)]
pub struct Table {
    /// Header rows.
    pub headers: Vec<u32>,
    /// Spans of data rows, both ends included.
    pub spans: Vec<(u32, u32)>,
    /// The column that asks.
    pub question: u32,
    /// Where answers go.
    pub answer: AnswerPlace,
    /// Free text beside the answer, the best first.
    pub comments: Vec<u32>,
    /// Ids of the questions.
    pub id: Option<u32>,
    /// Columns that group questions.
    pub sections: Vec<u32>,
    /// Other columns that belong to the answer, with what their header says.
    pub extra: Vec<(u32, String)>,
    /// Whether questions are told from other rows by the lists at their answer cells.
    pub by_lists: bool,
    /// Why this was taken for a table, and each column for what it is.
    pub why: Vec<String>,
}

/// What was found on a sheet.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// Its tables, from top to bottom.
    pub tables: Vec<Table>,
    /// Why the sheet, or a part of it, was left out.
    pub left_out: Vec<String>,
}

/// Finds the tables of one sheet. `lookups` are the sheets that lists take their words from.
#[must_use]
pub fn find(survey: &Survey, workbook: &Workbook, lookups: &BTreeSet<String>) -> Layout {
    let sheet = survey.sheet;
    let leave = |why: &str| Layout { tables: Vec::new(), left_out: vec![why.to_owned()] };
    if sheet.cells.is_empty() {
        return leave("the sheet is empty");
    }
    if sheet.visibility != super::workbook::Visibility::Visible {
        return leave("the sheet is hidden");
    }
    if lookups.contains(&sheet.name) && sheet.lists.is_empty() {
        return leave("the lists of other sheets take their words from here");
    }
    let headers = header_rows(survey);
    let mut layout = Layout::default();
    for group in groups(survey, &headers) {
        match table(survey, workbook, &group) {
            Ok(table) => layout.tables.push(table),
            Err(why) => layout.left_out.push(format!("row {}: {why}", group.headers[0].row + 1)),
        }
    }
    if layout.tables.is_empty() {
        match headerless(survey) {
            Some(table) => layout.tables.push(table),
            None if headers.is_empty() => layout.left_out.push("no header row and no column of questions beside lists or empty cells".to_owned()),
            None => {}
        }
    }
    layout
}

/// The sheets that lists of this workbook take their words from.
#[must_use]
pub fn lookup_sheets(workbook: &Workbook) -> BTreeSet<String> {
    let sources = workbook.sheets.iter().flat_map(|sheet| sheet.lists.iter().map(move |rule| (sheet, rule)));
    let named = sources.filter_map(|(sheet, rule)| {
        let (name, _) = rule.source.rsplit_once('!')?;
        let name = name.trim_start_matches('=').trim_matches('\'').replace("''", "'");
        (name != sheet.name).then_some(name)
    });
    named.collect()
}

/// A row that names columns.
#[derive(Clone, Debug)]
struct Header {
    row: u32,
    /// The last row of the header: a second one may name the columns under a merged head.
    last: u32,
    /// What each column is called.
    names: BTreeMap<u32, (String, Option<Named>)>,
    /// Columns whose heads are short answers: one of them is marked.
    marks: Vec<(u32, String)>,
}

impl Header {
    fn of(&self, role: Role) -> BTreeSet<u32> {
        self.names.iter().filter(|(_, (_, named))| named.is_some_and(|named| named.role == role)).map(|(col, _)| *col).collect()
    }
}

/// Less of the header than this is named by the phrase: it does not count as named.
const WEAK_NAME: f32 = 0.25;

fn header_rows(survey: &Survey) -> Vec<Header> {
    let mut headers: Vec<Header> = Vec::new();
    for &row in &survey.rows {
        if headers.last().is_some_and(|header| header.last >= row) {
            continue;
        }
        if let Some(header) = header_at(survey, row) {
            headers.push(header);
        }
    }
    headers
}

/// Reads a row as a header, if it is one.
fn header_at(survey: &Survey, row: u32) -> Option<Header> {
    let sheet = survey.sheet;
    let mut names = BTreeMap::new();
    let mut long = 0;
    for (at, cell) in sheet.row(row) {
        let text = cell.text.trim();
        if text.is_empty() || survey.anchor(at) != at {
            continue;
        }
        // A cell that takes its value from a list is an answer, not a head.
        if survey.list(at).is_some_and(|list| list.options.iter().any(|option| option == text)) {
            return None;
        }
        long += usize::from(words(text).len() > 25 || text.contains('?') && words(text).len() > 4);
        names.insert(at.col, (text.to_owned(), role_of_header(text).filter(|named| named.strength >= WEAK_NAME)));
    }
    if long > 0 || names.len() < 2 {
        return None;
    }
    let mut header = Header { row, last: row, names, marks: Vec::new() };
    find_marks(survey, &mut header);
    let has = |role: Role| !header.of(role).is_empty();
    let named: BTreeSet<Role> = header.names.values().filter_map(|(_, named)| named.map(|named| named.role)).collect();
    let asks = has(Role::Question);
    let answers = has(Role::Answer) || header.marks.len() >= 2 && asks;
    let good = asks && (answers || has(Role::Comment)) || answers && has(Role::Comment) || asks && named.len() >= 3 || answers && named.len() >= 3;
    good.then_some(header)
}

/// Columns of which one is marked: heads that are short answers, beside each other or under one merged head.
fn find_marks(survey: &Survey, header: &mut Header) {
    let own: Vec<(u32, String)> =
        header.names.iter().filter(|(_, (text, _))| is_answer_word(text)).map(|(col, (text, _))| (*col, text.clone())).collect();
    if own.len() >= 2 && next_to_each_other(&own) {
        header.marks = own;
        return;
    }
    let row = header.last + 1;
    let below: Vec<(u32, String)> = survey.sheet.row(row).filter(|(_, cell)| !cell.text.trim().is_empty()).map(|(at, cell)| (at.col, cell.text.trim().to_owned())).collect();
    let under_merged_head = |col: u32| survey.merge(CellRef::new(header.row, col)).is_some_and(|range| range.last.col > range.first.col && range.last.row == header.row);
    let short = below.iter().filter(|(_, text)| is_answer_word(text)).count();
    let all_under = below.iter().all(|(col, _)| under_merged_head(*col));
    if below.len() >= 2 && next_to_each_other(&below) && (short * 2 >= below.len() && all_under || short == below.len()) {
        header.marks = below;
        header.last = row;
    }
}

/// Whether columns stand side by side under different heads.
fn next_to_each_other(columns: &[(u32, String)]) -> bool {
    let heads: BTreeSet<String> = columns.iter().map(|(_, head)| head.to_lowercase()).collect();
    heads.len() == columns.len() && columns.windows(2).all(|pair| pair[1].0 == pair[0].0 + 1)
}

/// Headers that name the same places, with the rows below each.
struct Group {
    headers: Vec<Header>,
    spans: Vec<(u32, u32)>,
}

fn groups(survey: &Survey, headers: &[Header]) -> Vec<Group> {
    let last_row = survey.rows.last().copied().unwrap_or(0);
    let mut groups: Vec<Group> = Vec::new();
    for (index, header) in headers.iter().enumerate() {
        let end = headers.get(index + 1).map_or(last_row, |next| next.row.saturating_sub(1));
        let span = (header.last + 1, end);
        match groups.iter_mut().rev().find(|group| same_build(&group.headers[0], header)) {
            Some(group) => {
                group.headers.push(header.clone());
                group.spans.push(span);
            }
            None => groups.push(Group { headers: vec![header.clone()], spans: vec![span] }),
        }
    }
    groups
}

/// Whether two headers name the same columns for answers and comments, and do not disagree about the question.
fn same_build(a: &Header, b: &Header) -> bool {
    let same = |role: Role| a.of(role) == b.of(role);
    let questions = (a.of(Role::Question), b.of(Role::Question));
    let agree = questions.0.is_empty() || questions.1.is_empty() || questions.0 == questions.1;
    same(Role::Answer) && same(Role::Comment) && a.marks == b.marks && agree
}

/// What one column holds in the data rows of a group.
#[derive(Clone, Debug, Default)]
struct Column {
    name: String,
    named: Option<Named>,
    filled: usize,
    asks: f32,
    words: usize,
    distinct: usize,
    numbers: usize,
    formulas: usize,
    lists: usize,
    unlocked: usize,
    marks: usize,
    hidden: bool,
}

#[allow(clippy::cast_precision_loss, reason = "counts of rows are far below 2^24")]
fn share(part: usize, whole: usize) -> f32 {
    if whole == 0 { 0.0 } else { part as f32 / whole as f32 }
}

impl Column {
    fn is(&self, role: Role) -> bool {
        self.named.is_some_and(|named| named.role == role)
    }

    fn strength(&self, role: Role) -> f32 {
        self.named.filter(|named| named.role == role).map_or(0.0, |named| named.strength)
    }
}

/// The rows below the headers of a group that hold anything.
fn data_rows(survey: &Survey, group: &Group) -> Vec<u32> {
    group.spans.iter().flat_map(|(first, last)| survey.rows_in(*first, *last)).collect()
}

/// The rows in which the column that takes the answers has a list of several words: where there are such rows, only they ask.
fn rows_with_lists(survey: &Survey, columns: &BTreeMap<u32, Column>, rows: &[u32]) -> Vec<u32> {
    let candidates = columns.iter().filter(|(_, column)| column.lists >= 2 && !column.hidden);
    let Some((col, _)) = candidates.max_by(|a, b| a.1.is(Role::Answer).cmp(&b.1.is(Role::Answer)).then(a.1.lists.cmp(&b.1.lists)).then(b.0.cmp(a.0))) else {
        return Vec::new();
    };
    rows.iter().copied().filter(|row| survey.list(CellRef::new(*row, *col)).is_some_and(|list| list.options.len() != 1)).collect()
}

/// Looks at every column of a group, in some of its rows.
fn columns(survey: &Survey, group: &Group, rows: &[u32]) -> BTreeMap<u32, Column> {
    let mut columns: BTreeMap<u32, Column> = BTreeMap::new();
    let mut texts: HashMap<u32, BTreeSet<&str>> = HashMap::new();
    for header in &group.headers {
        for (col, (name, named)) in &header.names {
            let column = columns.entry(*col).or_default();
            if named.map_or(0.0, |n| n.strength) > column.named.map_or(-1.0, |n| n.strength) || column.name.is_empty() {
                (column.name, column.named) = (name.clone(), *named);
            }
        }
    }
    for &row in rows {
        for (at, cell) in survey.sheet.row(row) {
            let text = cell.text.trim();
            let column = columns.entry(at.col).or_default();
            column.formulas += usize::from(cell.formula);
            if text.is_empty() {
                continue;
            }
            column.filled += 1;
            column.asks += asks(text);
            column.words += words(text).len().max(text.chars().filter(|c| u32::from(*c) > 0x2E80).count() / 2);
            column.numbers += usize::from(text.parse::<f64>().is_ok());
            column.marks += usize::from(is_mark(text));
            texts.entry(at.col).or_default().insert(text);
        }
    }
    let with_lists: BTreeSet<u32> = survey.lists.columns().collect();
    for col in &with_lists {
        columns.entry(*col).or_default();
    }
    for (col, column) in &mut columns {
        column.distinct = texts.get(col).map_or(0, BTreeSet::len);
        column.hidden = survey.sheet.hidden_cols.contains(col);
        if with_lists.contains(col) {
            column.lists = rows.iter().filter(|row| survey.list(CellRef::new(**row, *col)).is_some()).count();
        }
        if survey.sheet.locks.is_some() {
            column.unlocked = rows.iter().filter(|row| !survey.sheet.locked(CellRef::new(**row, *col))).count();
        }
    }
    columns
}

/// A score with its reasons.
struct Evidence {
    score: f32,
    reasons: Vec<String>,
}

impl Evidence {
    fn new() -> Self {
        Self { score: 0.0, reasons: Vec::new() }
    }

    fn add(&mut self, points: f32, reason: impl Into<String>) {
        if points.abs() > 0.05 {
            self.score += points;
            self.reasons.push(reason.into());
        }
    }
}

/// How much speaks for a column being the one that asks.
fn question_evidence(column: &Column, most_filled: usize, rows: usize) -> Evidence {
    let mut evidence = Evidence::new();
    if let Some(named) = column.named {
        let points = match named.role {
            Role::Question => 3.0 + 2.0 * named.strength,
            Role::Guidance => -1.0,
            Role::Section => -2.5,
            Role::Comment | Role::Answer | Role::Id | Role::Extra | Role::Buyer => -4.0,
        };
        evidence.add(points, format!("its header is {:?}", column.name));
    }
    evidence.add(3.0 * column.asks / share_base(column.filled), "its texts ask or demand");
    evidence.add(1.5 * (share(column.words, column.filled) / 20.0).min(1.0), "its texts are sentences");
    evidence.add(share(column.distinct, column.filled), "its texts differ");
    evidence.add(2.0 * share(column.filled, most_filled), "it is filled");
    evidence.add(-4.0 * share(column.numbers, column.filled), "it holds numbers");
    evidence.add(-5.0 * share(column.lists, rows), "its cells have lists");
    evidence.add(if column.hidden { -6.0 } else { 0.0 }, "it is hidden");
    evidence
}

#[allow(clippy::cast_precision_loss, reason = "counts of rows are far below 2^24")]
fn share_base(count: usize) -> f32 {
    count.max(1) as f32
}

/// How much speaks for a column taking the answers.
fn answer_evidence(column: &Column, col: u32, question: u32, asked: usize, protected: bool) -> Evidence {
    let mut evidence = Evidence::new();
    if let Some(named) = column.named {
        let points = match named.role {
            Role::Answer => 3.0 + named.strength,
            Role::Comment => -2.0,
            Role::Extra => -2.5,
            Role::Buyer | Role::Guidance | Role::Section => -3.0,
            Role::Question | Role::Id => -5.0,
        };
        evidence.add(points, format!("its header is {:?}", column.name));
    }
    evidence.add(4.0 * share(column.lists, asked).min(1.0), format!("{} of its cells have a list", column.lists));
    if protected {
        let open = share(column.unlocked, asked).min(1.0);
        evidence.add(if column.unlocked == 0 { -6.0 } else { 2.0 * open }, if column.unlocked == 0 { "its cells are locked" } else { "its cells are unlocked" });
    }
    evidence.add(if col > question { 1.0 } else { 0.0 }, "it stands right of the question");
    evidence.add(-3.0 * share(column.formulas, asked).min(1.0), "formulas make its values");
    evidence.add(if column.hidden { -8.0 } else { 0.0 }, "it is hidden");
    evidence
}

/// Fewer rows than this are no table, unless a header names the question.
const FEW_ROWS: usize = 4;
/// Less than this, and a column does not ask.
const QUESTION_BAR: f32 = 4.0;
/// Less than this, and a column does not take answers.
const ANSWER_BAR: f32 = 3.4;

/// Reads a group of rows as a table.
fn table(survey: &Survey, workbook: &Workbook, group: &Group) -> Result<Table, String> {
    let mut rows = data_rows(survey, group);
    let mut seen = columns(survey, group, &rows);
    let listed = rows_with_lists(survey, &seen, &rows);
    let by_lists = listed.len() >= 2 && listed.len() < rows.len();
    if by_lists {
        rows = listed;
        seen = columns(survey, group, &rows);
    }
    let columns = seen;
    let most_filled = columns.values().map(|column| column.filled).max().unwrap_or(0);
    let marks = &group.headers[0].marks;
    let is_mark_column = |col: u32| marks.iter().any(|(mark, _)| *mark == col);
    let best = columns
        .iter()
        .filter(|(col, column)| column.filled > 0 && !is_mark_column(**col))
        .map(|(col, column)| (*col, question_evidence(column, most_filled, rows.len())))
        .max_by(|a, b| a.1.score.total_cmp(&b.1.score).then(b.0.cmp(&a.0)));
    let Some((question, asking)) = best else { return Err("no rows below this header".into()) };
    if asking.score < QUESTION_BAR {
        return Err(format!("no column asks anything; the likeliest is column {} ({})", column_name(question), asking.reasons.join(", ")));
    }
    let asked = columns[&question].filled;
    let mut why = vec![format!("column {} asks: {}", column_name(question), asking.reasons.join(", "))];
    let answer = answer_place(survey, workbook, group, &columns, question, asked, &rows, &mut why)?;
    Ok(Table { by_lists, ..complete(survey, group, &columns, question, answer, why) })
}

#[allow(clippy::too_many_arguments, reason = "the one place where all evidence about a table meets")]
fn answer_place(
    survey: &Survey,
    workbook: &Workbook,
    group: &Group,
    columns: &BTreeMap<u32, Column>,
    question: u32,
    asked: usize,
    rows: &[u32],
    why: &mut Vec<String>,
) -> Result<AnswerPlace, String> {
    let marks = &group.headers[0].marks;
    if marks.len() >= 2 {
        let heads: Vec<&str> = marks.iter().map(|(_, head)| head.as_str()).collect();
        why.push(format!("one of the columns {} is marked", heads.join(", ")));
        return Ok(AnswerPlace::Marks(marks.clone()));
    }
    let protected = survey.sheet.locks.is_some() && columns.values().any(|column| column.unlocked > 0);
    let best = columns
        .iter()
        .filter(|(col, _)| **col != question)
        .map(|(col, column)| (*col, answer_evidence(column, *col, question, asked, protected)))
        .max_by(|a, b| a.1.score.total_cmp(&b.1.score).then(b.0.cmp(&a.0)));
    if let Some((col, evidence)) = best.filter(|(_, evidence)| evidence.score >= ANSWER_BAR) {
        why.push(format!("column {} takes the answers: {}", column_name(col), evidence.reasons.join(", ")));
        if let Some(option) = option_column(survey, columns, col, question, rows) {
            why.push(format!("its only word is a mark, and column {} says what each row means", column_name(option)));
            return Ok(AnswerPlace::OptionRows { mark: col, option });
        }
        let typed_in = columns[&col].lists == 0 && columns[&col].formulas == 0;
        if let Some(other) = names_of_answer_kinds(survey, workbook, col, rows).filter(|_| typed_in) {
            let reason = format!("column {} does not take answers: it names kinds of answers that sheet {other:?} defines", column_name(col));
            why.push(reason.clone());
            return Ok(AnswerPlace::Nowhere(reason));
        }
        let column = &columns[&col];
        let filled_in_already = column.lists == 0 && column.filled >= asked && asked > 3 && !columns[&question].is(Role::Question);
        if filled_in_already {
            return Err(format!("column {} is filled all through and nothing says that the rows ask", column_name(col)));
        }
        return Ok(AnswerPlace::Column(col));
    }
    free_text_place(columns, question, asked, why).ok_or_else(|| "there is no place for an answer beside the questions".into())
}

/// No column says that it takes answers: then the comment column does, or in a form filled in already the text beside the question.
fn free_text_place(columns: &BTreeMap<u32, Column>, question: u32, asked: usize, why: &mut Vec<String>) -> Option<AnswerPlace> {
    let right = || columns.range(question + 1..).filter(|(_, column)| !column.hidden);
    let strong = columns[&question].strength(Role::Question) >= 0.5;
    if !strong && asked < FEW_ROWS {
        return None;
    }
    if let Some((col, _)) = right().find(|(_, column)| column.is(Role::Comment)) {
        why.push(format!("column {} takes the answers: no other column does, and its header asks for text", column_name(*col)));
        return Some(AnswerPlace::Column(*col));
    }
    let text = |column: &Column| column.lists == 0 && column.filled * 10 >= asked * 9 && share(column.words, column.filled) >= 4.0;
    let (col, _) = right().next().filter(|(_, column)| strong && text(column) && !column.is(Role::Buyer) && !column.is(Role::Id))?;
    why.push(format!("column {} holds the answers: text beside every question, in a form that is filled in already", column_name(*col)));
    Some(AnswerPlace::Column(*col))
}

/// The column that says what each row of boxes means, where the answer column's lists have a mark as their only word.
fn option_column(survey: &Survey, columns: &BTreeMap<u32, Column>, answer: u32, question: u32, rows: &[u32]) -> Option<u32> {
    let boxes: Vec<u32> = rows
        .iter()
        .copied()
        .filter(|row| survey.list(CellRef::new(*row, answer)).is_some_and(|list| list.options.len() == 1 && list.options[0].chars().count() <= 2))
        .collect();
    if boxes.len() < 2 {
        return None;
    }
    let words_beside = |col: u32| boxes.iter().filter(|row| survey.text(CellRef::new(**row, col)).chars().any(char::is_alphanumeric)).count();
    columns
        .keys()
        .copied()
        .filter(|col| *col != question && *col != answer && col.abs_diff(answer) <= 2 && words_beside(*col) * 10 >= boxes.len() * 9)
        .min_by_key(|col| (col.abs_diff(answer), std::cmp::Reverse(*col)))
}

/// The other sheet whose first column defines every word of this column: then it names kinds of answers and takes none.
fn names_of_answer_kinds<'w>(survey: &Survey, workbook: &'w Workbook, col: u32, rows: &[u32]) -> Option<&'w str> {
    let values: BTreeSet<&str> = rows.iter().map(|row| survey.text(CellRef::new(*row, col)).trim()).filter(|text| !text.is_empty()).collect();
    if values.is_empty() || values.len() > 20 || values.iter().any(|value| value.contains(' ') || is_answer_word(value) || value.parse::<f64>().is_ok()) {
        return None;
    }
    let defines = |sheet: &&Sheet| {
        let defined = |value: &&str| {
            let mut named = sheet.cells.iter().filter(|(at, cell)| at.col == 0 && cell.text.trim() == *value);
            named.any(|(at, _)| sheet.row(at.row).nth(1).is_some())
        };
        sheet.name != survey.sheet.name && values.iter().all(defined)
    };
    workbook.sheets.iter().find(defines).map(|sheet| sheet.name.as_str())
}

/// Fills in the roles of the other columns.
fn complete(survey: &Survey, group: &Group, columns: &BTreeMap<u32, Column>, question: u32, answer: AnswerPlace, why: Vec<String>) -> Table {
    let taken: BTreeSet<u32> = match &answer {
        AnswerPlace::Column(col) => BTreeSet::from([*col, question]),
        AnswerPlace::Marks(marks) => marks.iter().map(|(col, _)| *col).chain([question]).collect(),
        AnswerPlace::OptionRows { mark, option } => BTreeSet::from([*mark, *option, question]),
        AnswerPlace::Nowhere(_) => BTreeSet::from([question]),
    };
    let protected = survey.sheet.locks.is_some() && columns.values().any(|column| column.unlocked > 0);
    let open = |column: &Column| !column.hidden && !(protected && column.unlocked == 0);
    let free = || columns.iter().filter(|(col, column)| !taken.contains(col) && !column.hidden);
    let of = |role: Role| free().filter(move |(_, column)| column.is(role)).map(|(col, _)| *col);
    let mut comments: Vec<u32> = free()
        .filter(|(_, column)| column.is(Role::Comment) && column.lists * 5 <= columns[&question].filled && open(column) && column.formulas == 0)
        .map(|(col, _)| *col)
        .collect();
    if comments.is_empty() && matches!(answer, AnswerPlace::Column(col) if columns[&col].lists == 0) {
        // An answer in free text has no comment of its own; what else is told about it stands in the columns for that.
        comments = free().filter(|(col, column)| **col > question && column.is(Role::Extra) && open(column) && column.lists == 0).map(|(col, _)| *col).collect();
    }
    let first_answer = taken.iter().copied().filter(|col| *col != question).min().unwrap_or(question);
    comments.sort_by_key(|col| (comment_rank(&columns[col]), col.abs_diff(first_answer)));
    let extra = free()
        .filter(|(col, column)| **col > question && open(column) && (column.is(Role::Extra) || column.is(Role::Answer) || column.lists > 0) && !comments.contains(col))
        .map(|(col, column)| (*col, column.name.clone()))
        .collect();
    let id = of(Role::Id).max_by(|a, b| {
        let rank = |col: &u32| (columns[col].distinct, columns[col].named.map_or(0.0, |named| named.strength));
        rank(a).0.cmp(&rank(b).0).then(rank(a).1.total_cmp(&rank(b).1)).then(b.cmp(a))
    });
    Table {
        headers: group.headers.iter().flat_map(|header| header.row..=header.last).collect(),
        spans: group.spans.clone(),
        question,
        answer,
        comments,
        id,
        sections: of(Role::Section).collect(),
        extra,
        by_lists: false,
        why,
    }
}

/// A column for comments before one for evidence or details.
fn comment_rank(column: &Column) -> u8 {
    let name = words(&column.name).join(" ");
    u8::from(name.contains("evidence") || name.contains("reference") || name.contains("nachweis"))
}

/// A sheet without any header: questions beside lists, or questions beside empty cells.
fn headerless(survey: &Survey) -> Option<Table> {
    let group = Group { headers: Vec::new(), spans: vec![(0, *survey.rows.last()?)] };
    let rows = data_rows(survey, &group);
    let columns = columns(survey, &group, &rows);
    let (question, column) = columns
        .iter()
        .filter(|(_, column)| column.filled >= 3 && !column.hidden && column.asks / share_base(column.filled) >= 0.5)
        .max_by(|a, b| a.1.asks.total_cmp(&b.1.asks))?;
    let sentence = format!("column {} asks: {} of its texts read like questions", column_name(*question), column.filled);
    let with_list = columns.iter().filter(|(col, other)| *col != question && !other.hidden && other.lists >= 3 && other.lists * 2 >= column.filled);
    let (answer, reason) = if let Some((col, other)) = with_list.max_by_key(|(_, other)| other.lists) {
        (*col, format!("column {} takes the answers: {} of its cells have a list", column_name(*col), other.lists))
    } else {
        let marks = rows.iter().filter(|row| survey.text(CellRef::new(**row, *question)).contains(['?', '？'])).count();
        let right = question + 1;
        let empty = columns.get(&right).is_none_or(|other| other.filled * 10 <= column.filled && other.formulas == 0);
        if marks * 2 < column.filled || !empty {
            return None;
        }
        (right, format!("column {} takes the answers: it stands empty beside questions", column_name(right)))
    };
    let id = columns.iter().filter(|(col, other)| *col < question && other.filled * 2 >= column.filled && other.words <= other.filled * 2).map(|(col, _)| *col).next();
    Some(Table {
        headers: Vec::new(),
        spans: group.spans,
        question: *question,
        answer: AnswerPlace::Column(answer),
        comments: Vec::new(),
        id,
        sections: Vec::new(),
        extra: Vec::new(),
        by_lists: false,
        why: vec!["the sheet has no header row".into(), sentence, reason],
    })
}
