//! Sheet → tables of question and answer columns, by evidence: what headers say, what columns hold, lists, locks, shape, repetition.
//! Every choice is kept with its reasons. Never looks at single questions: that is extraction.

use std::collections::{BTreeMap, BTreeSet};

use super::cell::{CellRef, column_name};
use super::columns::{Column, answer_evidence, columns, data_rows, question_evidence, rows_with_lists, share, share_base};
use super::header_words::{Role, is_answer_word};
use super::headers::{Group, groups, header_rows};
use super::survey::Survey;
use super::wording::words;
use super::workbook::{Sheet, Visibility, Workbook};

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
    /// The column whose lists tell it, where that is not the one that takes the answers.
    pub lists_in: Option<u32>,
    /// Cells of the question column of which a person says whether they ask.
    pub corrected: BTreeMap<CellRef, bool>,
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
    /// Whether a person said so: then nothing is judged any more.
    pub mapped: bool,
}

/// Finds the tables of one sheet. `lookups` are the sheets that lists take their words from.
#[must_use]
pub fn find(survey: &Survey, workbook: &Workbook, lookups: &BTreeSet<String>) -> Layout {
    let sheet = survey.sheet;
    let leave = |why: &str| Layout { left_out: vec![why.to_owned()], ..Layout::default() };
    if sheet.cells.is_empty() {
        return leave("the sheet is empty");
    }
    if sheet.visibility != Visibility::Visible {
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
            None if headers.is_empty() => {
                layout.left_out.push("no header row and no column of questions beside lists or empty cells".to_owned());
            }
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
            let reason =
                format!("column {} does not take answers: it names kinds of answers that sheet {other:?} defines", column_name(col));
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
        .filter(|row| {
            survey.list(CellRef::new(*row, answer)).is_some_and(|list| list.options.len() == 1 && list.options[0].chars().count() <= 2)
        })
        .collect();
    if boxes.len() < 2 {
        return None;
    }
    let words_beside =
        |col: u32| boxes.iter().filter(|row| survey.text(CellRef::new(**row, col)).chars().any(char::is_alphanumeric)).count();
    columns
        .keys()
        .copied()
        .filter(|col| *col != question && *col != answer && col.abs_diff(answer) <= 2 && words_beside(*col) * 10 >= boxes.len() * 9)
        .min_by_key(|col| (col.abs_diff(answer), std::cmp::Reverse(*col)))
}

/// The other sheet whose first column defines every word of this column: then it names kinds of answers and takes none.
fn names_of_answer_kinds<'w>(survey: &Survey, workbook: &'w Workbook, col: u32, rows: &[u32]) -> Option<&'w str> {
    let values: BTreeSet<&str> =
        rows.iter().map(|row| survey.text(CellRef::new(*row, col)).trim()).filter(|text| !text.is_empty()).collect();
    if values.is_empty()
        || values.len() > 20
        || values.iter().any(|value| value.contains(' ') || is_answer_word(value) || value.parse::<f64>().is_ok())
    {
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
fn complete(
    survey: &Survey,
    group: &Group,
    columns: &BTreeMap<u32, Column>,
    question: u32,
    answer: AnswerPlace,
    why: Vec<String>,
) -> Table {
    let taken: BTreeSet<u32> = match &answer {
        AnswerPlace::Column(col) => BTreeSet::from([*col, question]),
        AnswerPlace::Marks(marks) => marks.iter().map(|(col, _)| *col).chain([question]).collect(),
        AnswerPlace::OptionRows { mark, option } => BTreeSet::from([*mark, *option, question]),
        AnswerPlace::Nowhere(_) => BTreeSet::from([question]),
    };
    let protected = survey.sheet.locks.is_some() && columns.values().any(|column| column.unlocked > 0);
    let open = |column: &Column| !(column.hidden || protected && column.unlocked == 0);
    let free = || columns.iter().filter(|(col, column)| !taken.contains(col) && !column.hidden);
    let of = |role: Role| free().filter(move |(_, column)| column.is(role)).map(|(col, _)| *col);
    let mut comments: Vec<u32> = free()
        .filter(|(_, column)| {
            column.is(Role::Comment) && column.lists * 5 <= columns[&question].filled && open(column) && column.formulas == 0
        })
        .map(|(col, _)| *col)
        .collect();
    let asked = columns[&question].filled;
    let (mut other_text, told): (Vec<u32>, Vec<u32>) = comments.iter().partition(|col| shows_evidence(&columns[*col]));
    if !told.is_empty() {
        // Evidence has a column of its own; the wording goes beside it.
        comments = told;
        other_text.retain(|col| !comments.contains(col));
    }
    if protected {
        // Whatever stands unlocked and empty right of the answer is there to be written into, however it is called.
        let to_write =
            |column: &Column| column.unlocked * 10 >= asked * 9 && column.filled * 5 <= asked && column.lists == 0 && column.formulas == 0;
        let named_otherwise = |column: &Column| column.is(Role::Extra) || column.is(Role::Buyer) || column.is(Role::Answer);
        let more =
            free().filter(|(col, column)| **col > question && to_write(column) && !named_otherwise(column) && !comments.contains(col));
        let more: Vec<u32> = more.map(|(col, _)| *col).filter(|col| !other_text.contains(col)).collect();
        comments.extend(more);
    }
    if comments.is_empty() && matches!(answer, AnswerPlace::Column(col) if columns[&col].lists == 0) {
        // An answer in free text has no comment of its own; what else is told about it stands in the columns for that.
        comments = free()
            .filter(|(col, column)| **col > question && column.is(Role::Extra) && open(column) && column.lists == 0)
            .map(|(col, _)| *col)
            .collect();
    }
    let first_answer = taken.iter().copied().filter(|col| *col != question).min().unwrap_or(question);
    comments.sort_by_key(|col| (!columns[col].is(Role::Comment), col.abs_diff(first_answer)));
    let extra = free()
        .filter(|(col, column)| {
            **col > question
                && open(column)
                && (column.is(Role::Extra) || column.is(Role::Answer) || column.lists > 0 || shows_evidence(column))
                && !comments.contains(col)
        })
        .map(|(col, column)| (*col, column.name.clone()))
        .collect();
    let looks_like_ids =
        |column: &Column| column.filled >= FEW_ROWS && column.ids * 10 >= column.filled * 8 && column.distinct * 10 >= column.filled * 9;
    let by_content =
        free().filter(|(col, column)| **col < question && column.named.is_none() && looks_like_ids(column)).map(|(col, _)| *col).next();
    let id = of(Role::Id)
        .max_by(|a, b| {
            let rank = |col: &u32| (columns[col].distinct, columns[col].named.map_or(0.0, |named| named.strength));
            rank(a).0.cmp(&rank(b).0).then(rank(a).1.total_cmp(&rank(b).1)).then(b.cmp(a))
        })
        .or(by_content);
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
        lists_in: None,
        corrected: BTreeMap::new(),
        why,
    }
}

/// Whether a column for text asks for documents rather than words.
fn shows_evidence(column: &Column) -> bool {
    let name = words(&column.name).join(" ");
    ["evidence", "reference", "nachweis", "justificatif", "evidencia", "evidências"].iter().any(|word| name.contains(word))
}

/// A sheet without any header: questions beside lists, or questions beside empty cells.
fn headerless(survey: &Survey) -> Option<Table> {
    let group = Group { headers: Vec::new(), spans: vec![(0, survey.last_row()?)] };
    let rows = data_rows(survey, &group);
    let columns = columns(survey, &group, &rows);
    let (question, column) = columns
        .iter()
        .filter(|(_, column)| column.filled >= 3 && !column.hidden && column.asks / share_base(column.filled) >= 0.5)
        .max_by(|a, b| a.1.asks.total_cmp(&b.1.asks))?;
    let sentence = format!("column {} asks: {} of its texts read like questions", column_name(*question), column.filled);
    let with_list =
        columns.iter().filter(|(col, other)| *col != question && !other.hidden && other.lists >= 3 && other.lists * 2 >= column.filled);
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
    let id = columns
        .iter()
        .filter(|(col, other)| *col < question && other.filled * 2 >= column.filled && other.words <= other.filled * 2)
        .map(|(col, _)| *col)
        .next();
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
        lists_in: None,
        corrected: BTreeMap::new(),
        why: vec!["the sheet has no header row".into(), sentence, reason],
    })
}
