//! What each column of a group holds, and how much speaks for its asking or taking answers. Weighs evidence; the choice is made in the layout.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::cell::CellRef;
use super::header_words::{Named, Role, is_empty_box, is_placeholder};
use super::headers::Group;
use super::survey::Survey;
use super::wording::words;

/// What one column holds in the data rows of a group.
#[derive(Clone, Debug, Default)]
pub struct Column {
    pub name: String,
    pub named: Option<Named>,
    pub filled: usize,
    pub asks: f32,
    /// Texts that name clauses of standards and little else.
    pub codes: usize,
    /// Texts with a question mark.
    pub marks: usize,
    pub words: usize,
    pub distinct: usize,
    pub numbers: usize,
    pub formulas: usize,
    pub lists: usize,
    pub unlocked: usize,
    /// Cells that wait for something: empty, or with a word of their own list.
    pub open: usize,
    /// Texts that look like ids: short, one word, with a digit.
    pub ids: usize,
    pub hidden: bool,
    /// Its headers are titles of sections.
    pub titled: bool,
}

#[allow(clippy::cast_precision_loss, reason = "counts of rows are far below 2^24")]
pub fn share(part: usize, whole: usize) -> f32 {
    if whole == 0 { 0.0 } else { part as f32 / whole as f32 }
}

impl Column {
    pub fn is(&self, role: Role) -> bool {
        self.named.is_some_and(|named| named.role == role)
    }

    pub fn strength(&self, role: Role) -> f32 {
        self.named.filter(|named| named.role == role).map_or(0.0, |named| named.strength)
    }
}

/// The rows below the headers of a group that hold anything.
pub fn data_rows(survey: &Survey, group: &Group) -> Vec<u32> {
    group.spans.iter().flat_map(|(first, last)| survey.rows_in(*first, *last)).collect()
}

/// The rows in which the column that takes the answers has a list of several words: where there are such rows, only they ask.
pub fn rows_with_lists(survey: &Survey, columns: &BTreeMap<u32, Column>, rows: &[u32]) -> Vec<u32> {
    let candidates = columns.iter().filter(|(_, column)| column.lists >= 2 && !column.hidden);
    let Some((col, _)) =
        candidates.max_by(|a, b| a.1.is(Role::Answer).cmp(&b.1.is(Role::Answer)).then(a.1.lists.cmp(&b.1.lists)).then(b.0.cmp(a.0)))
    else {
        return Vec::new();
    };
    rows.iter().copied().filter(|row| survey.list(CellRef::new(*row, *col)).is_some_and(|list| list.options.len() != 1)).collect()
}

/// Looks at every column of a group, in some of its rows.
pub fn columns(survey: &Survey, group: &Group, rows: &[u32]) -> BTreeMap<u32, Column> {
    let mut columns: BTreeMap<u32, Column> = BTreeMap::new();
    let mut texts: HashMap<u32, BTreeSet<&str>> = HashMap::new();
    for header in &group.headers {
        for (col, (name, named)) in &header.names {
            let column = columns.entry(*col).or_default();
            // A column that every header calls otherwise bears the titles of sections, not its own name.
            if !column.name.is_empty() && !column.name.eq_ignore_ascii_case(name) && column.named.map(|n| n.role) != named.map(|n| n.role) {
                column.titled = true;
            }
            if named.map_or(0.0, |n| n.strength) > column.named.map_or(-1.0, |n| n.strength) || column.name.is_empty() {
                (column.name, column.named) = (name.clone(), *named);
            }
        }
    }
    for column in columns.values_mut().filter(|column| column.titled) {
        column.named = None;
    }
    let labels = repeated_labels(survey, rows);
    for &row in rows {
        for (at, cell) in survey.sheet.row(row).filter(|(at, _)| (group.columns.0..=group.columns.1).contains(&at.col)) {
            let text = cell.text.trim();
            let column = columns.entry(at.col).or_default();
            column.formulas += usize::from(cell.formula);
            if text.is_empty() || is_placeholder(text) || labels.contains(&(at.col, text)) {
                continue;
            }
            column.filled += 1;
            column.codes += usize::from(is_made_of_codes(text) || text.starts_with("http"));
            column.marks += usize::from(text.contains(['?', '？']));
            column.asks += survey.asks(at);
            column.words += words(text).len().max(text.chars().filter(|c| u32::from(*c) > 0x2E80).count() / 2);
            column.numbers += usize::from(text.parse::<f64>().is_ok());
            column.ids += usize::from(text.len() <= 24 && !text.contains(char::is_whitespace) && text.bytes().any(|b| b.is_ascii_digit()));
            texts.entry(at.col).or_default().insert(text);
        }
    }
    let with_lists: BTreeSet<u32> = survey.columns_with_lists().filter(|col| (group.columns.0..=group.columns.1).contains(col)).collect();
    for col in &with_lists {
        columns.entry(*col).or_default();
    }
    for (col, column) in &mut columns {
        column.open = rows.iter().filter(|row| is_open(survey, CellRef::new(**row, *col))).count();
        // Such names tell what stands in a column; where nothing does, it is there to be filled in, however it is called.
        if column.filled == 0 && [Role::Id, Role::Section, Role::Guidance, Role::Question].iter().any(|role| column.is(*role)) {
            column.named = None;
        }
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

/// Whether at least a third of a text's words bear digits: `ISO 27001 A.5.1; CC6.1`.
fn is_made_of_codes(text: &str) -> bool {
    let words = || text.split(|c: char| c.is_whitespace() || matches!(c, ';' | ',' | '/')).filter(|word| !word.is_empty());
    let codes = words().filter(|word| word.bytes().any(|byte| byte.is_ascii_digit())).count();
    codes * 3 >= words().count() && codes > 0
}

/// A label that stands in a column so often tells what stands beside it in those rows.
const OFTEN: usize = 5;

/// Texts such as "Assertion:" that repeat in one column.
fn repeated_labels<'a>(survey: &Survey<'a>, rows: &[u32]) -> BTreeSet<(u32, &'a str)> {
    let mut counts: BTreeMap<(u32, &str), usize> = BTreeMap::new();
    for (at, cell) in rows.iter().flat_map(|row| survey.sheet.row(*row)).filter(|(_, cell)| cell.text.trim_end().ends_with(':')) {
        *counts.entry((at.col, cell.text.trim())).or_default() += 1;
    }
    counts.into_iter().filter(|(_, count)| *count >= OFTEN).map(|(label, _)| label).collect()
}

/// Whether a cell waits for something: it is empty, or holds a word of its own list.
pub fn is_open(survey: &Survey, at: CellRef) -> bool {
    let text = survey.text(at).trim();
    text.is_empty()
        || is_empty_box(text)
        || is_placeholder(text)
        || survey.list(at).is_some_and(|list| list.options.iter().any(|option| option.trim() == text))
}

/// A score with its reasons.
pub struct Evidence {
    pub score: f32,
    pub reasons: Vec<String>,
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
pub fn question_evidence(column: &Column, most_filled: usize, rows: usize) -> Evidence {
    let mut evidence = Evidence::new();
    if let Some(named) = column.named {
        let points = match named.role {
            Role::Question => 3.0 + 2.0 * named.strength,
            Role::Guidance => -1.0,
            Role::Section => -2.5,
            Role::Comment | Role::Answer | Role::Id | Role::Extra | Role::Buyer => -4.0 * named.strength,
        };
        // A column that is empty in most rows asks little, unless it is called just that.
        let points = if points > 0.0 && named.strength < 0.9 { points * share(column.filled, most_filled) } else { points };
        evidence.add(points, format!("its header is {:?}", column.name));
    }
    evidence.add(3.0 * column.asks / share_base(column.filled), "its texts ask or demand");
    evidence.add(1.5 * share(column.marks, column.filled), "it has question marks");
    evidence.add(1.5 * (share(column.words, column.filled) / 20.0).min(1.0), "its texts are sentences");
    let differ = share(column.distinct, column.filled);
    evidence.add(4.0 * differ - 3.0, if differ > 0.75 { "its texts differ" } else { "its texts repeat" });
    evidence.add(3.0 * share(column.filled, most_filled), "it is filled");
    evidence.add(-4.0 * share(column.numbers, column.filled), "it holds numbers");
    evidence.add(-4.0 * share(column.ids, column.filled), "its texts look like ids");
    evidence.add(-3.0 * share(column.codes, column.filled), "its texts are references");
    evidence.add(-5.0 * share(column.lists, rows), "its cells have lists");
    evidence.add(if column.hidden { -6.0 } else { 0.0 }, "it is hidden");
    evidence
}

#[allow(clippy::cast_precision_loss, reason = "counts of rows are far below 2^24")]
pub fn share_base(count: usize) -> f32 {
    count.max(1) as f32
}

/// How much speaks for a column taking the answers.
pub fn answer_evidence(column: &Column, col: u32, question: u32, asked: usize, rows: usize, protected: bool, before: usize) -> Evidence {
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
        evidence.add(
            if column.unlocked == 0 { -6.0 } else { 2.0 * open },
            if column.unlocked == 0 { "its cells are locked" } else { "its cells are unlocked" },
        );
    }
    evidence.add(1.5 * share(column.open, rows), "its cells are empty or hold words of their lists");
    // Where a row has several lists, the first is the answer and the others tell more about it.
    #[allow(clippy::cast_precision_loss, reason = "a sheet has few columns with lists")]
    evidence.add(if column.lists > 0 { -5.0 * before as f32 } else { 0.0 }, "another list stands before it");
    evidence.add(if col > question { 1.0 } else { 0.0 }, "it stands right of the question");
    evidence.add(-3.0 * share(column.formulas, asked).min(1.0), "formulas make its values");
    evidence.add(if column.hidden { -8.0 } else { 0.0 }, "it is hidden");
    evidence
}
