//! Where the answers of a table go, by evidence: a column, one of several boxes, rows of options, a block below, or nowhere, for a reason.
//! Never chooses the column that asks: that is done before.

use std::collections::{BTreeMap, BTreeSet};

use super::cell::{CellRef, column_name};
use super::columns::{Column, answer_evidence, share, share_base};
use super::header_words::{Role, is_answer_word, is_box, role_of_header};
use super::headers::Group;
use super::survey::Survey;
use super::workbook::{Sheet, Workbook};

/// Fewer rows than this are no table, unless a header names the question.
pub const FEW_ROWS: usize = 4;

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
    /// Into the empty block below each question.
    Below,
    /// There is a question column, but nothing to write into, for this reason.
    Nowhere(String),
}

impl AnswerPlace {
    /// The columns that it names, from the marks or the answers to the words that say what they mean.
    #[must_use]
    pub fn columns(&self) -> Vec<u32> {
        match self {
            Self::Column(col) => vec![*col],
            Self::Marks(marks) => marks.iter().map(|(col, _)| *col).collect(),
            Self::OptionRows { mark, option } => vec![*mark, *option],
            Self::Below | Self::Nowhere(_) => Vec::new(),
        }
    }
}

/// Less than this, and a column does not take answers.
const ANSWER_BAR: f32 = 3.4;

/// The answer columns that are called the same under different heads, where one of them takes the answers: (column, head).
pub fn parallel_answers(group: &Group, columns: &BTreeMap<u32, Column>, answer: &AnswerPlace, rows: usize) -> Vec<(u32, String)> {
    let (AnswerPlace::Column(chosen), header) = (answer, &group.headers[0]) else { return Vec::new() };
    let Some((name, _)) = header.names.get(chosen).filter(|_| header.groups.contains_key(chosen)) else { return Vec::new() };
    let same = |col: &u32| header.names.get(col).is_some_and(|(other, _)| other.eq_ignore_ascii_case(name));
    let open = |col: &u32| columns.get(col).is_some_and(|column| column.open * 2 >= rows && !column.hidden && column.formulas == 0);
    let found: Vec<(u32, String)> =
        header.groups.iter().filter(|(col, _)| same(col) && open(col)).map(|(col, head)| (*col, head.clone())).collect();
    let heads: BTreeSet<&String> = found.iter().map(|(_, head)| head).collect();
    if heads.len() == found.len() { found } else { Vec::new() }
}

/// The empty block below a question that takes its answer, or the empty cell below it whose label, in front of it, says so.
pub fn answer_below(survey: &Survey, question: CellRef) -> Option<CellRef> {
    labelled_below(survey, question, Role::Answer).or_else(|| survey.block_below(question))
}

/// So many rows below a question its labelled cells stand.
const LABELLED_ROWS: u32 = 4;

/// The empty cell below a question, in its column or beside its labels, whose label says what it is for.
pub fn labelled_below(survey: &Survey, question: CellRef, role: Role) -> Option<CellRef> {
    let last = survey.merge(question).map_or(question.row, |range| range.last.row);
    (question.row + 1..=last.max(question.row + LABELLED_ROWS))
        .take_while(|row| *row <= question.row + 1 || *row <= last || survey.text(CellRef::new(*row, question.col)).trim().is_empty())
        .find_map(|row| {
            let labels = survey.sheet.row(row).filter(|(at, _)| at.col + 1 == question.col || at.col > question.col && row <= last);
            let initial = |text: &str| role == Role::Answer && matches!(text.trim(), "A:" | "R:" | "A." | "Ans:");
            let named = |text: &str| role_of_header(text).is_some_and(|named| named.role == role && named.strength >= 0.5);
            let beside = |at: CellRef| survey.anchor(CellRef::new(row, survey.merge(at).map_or(at.col, |range| range.last.col) + 1));
            // Behind an initial an answer may stand already; other labels only lead to an empty cell.
            let free = |at: CellRef, text: &str| survey.text(at).trim().is_empty() || initial(text);
            let label = labels.filter(|(_, cell)| named(&cell.text) || initial(&cell.text));
            label.map(|(at, cell)| (beside(at), cell)).find(|(at, cell)| free(*at, &cell.text)).map(|(at, _)| at)
        })
}

#[allow(clippy::too_many_arguments, reason = "the one place where all evidence about a table meets")]
pub fn answer_place(
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
    if let Some((mark, option)) = rows_of_options(survey, columns, question, rows) {
        why.push(format!(
            "one of several rows is marked in column {}: column {} says what each row means",
            column_name(mark),
            column_name(option)
        ));
        return Ok(AnswerPlace::OptionRows { mark, option });
    }
    if marks.len() >= 2 {
        let heads: Vec<&str> = marks.iter().map(|(_, head)| head.as_str()).collect();
        why.push(format!("one of the columns {} is marked", heads.join(", ")));
        return Ok(AnswerPlace::Marks(marks.clone()));
    }
    let protected = survey.sheet.locks.is_some() && columns.values().any(|column| column.unlocked > 0);
    let best = columns
        .iter()
        .filter(|(col, _)| **col != question)
        .map(|(col, column)| {
            let before = columns.range(question + 1..(*col).max(question + 1)).filter(|(_, other)| takes_a_word(other, asked)).count();
            (*col, answer_evidence(column, *col, question, asked, rows.len(), protected, before))
        })
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
    free_text_place(columns, question, asked, rows.len(), why).ok_or_else(|| "there is no place for an answer beside the questions".into())
}

/// Whether a column has lists and is not named for something else than the answer.
fn takes_a_word(column: &Column, asked: usize) -> bool {
    let otherwise = [Role::Comment, Role::Extra, Role::Buyer, Role::Guidance, Role::Section, Role::Id].iter().any(|role| column.is(*role));
    column.lists * 2 >= asked && column.formulas == 0 && !column.hidden && !otherwise
}

/// No column says that it takes answers: then the comment column does, or in a form filled in already the text beside the question.
fn free_text_place(
    columns: &BTreeMap<u32, Column>,
    question: u32,
    asked: usize,
    rows: usize,
    why: &mut Vec<String>,
) -> Option<AnswerPlace> {
    let right = || columns.range(question + 1..).filter(|(_, column)| !column.hidden);
    let strong = columns[&question].strength(Role::Question) >= 0.5;
    let asking = &columns[&question];
    if !strong && asked < FEW_ROWS {
        return None;
    }
    let named_otherwise = |column: &Column| column.is(Role::Extra) || column.is(Role::Buyer) || column.is(Role::Comment);
    let open = |column: &Column| !column.name.is_empty() && column.open * 10 >= rows * 9 && column.formulas == 0;
    let asks = strong || asking.asks >= 0.5 * share_base(asking.filled);
    let first = right().find(|(_, column)| open(column) && !column.is(Role::Extra) && !column.is(Role::Buyer));
    if let Some((col, column)) = first.filter(|(_, column)| asks && !named_otherwise(column)) {
        why.push(format!("column {} takes the answers: it stands empty beside what is asked, under {:?}", column_name(*col), column.name));
        return Some(AnswerPlace::Column(*col));
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

/// The column in which questions stand above their options, and the one beside it whose cells wait for a mark in every option's row.
pub fn options_in_one_column(survey: &Survey, columns: &BTreeMap<u32, Column>, rows: &[u32]) -> Option<(u32, u32)> {
    let text = |row: u32, col: u32| survey.text(CellRef::new(row, col)).trim();
    let of = |col: u32| {
        let (asking, options): (Vec<u32>, Vec<u32>) =
            rows.iter().copied().filter(|row| !text(*row, col).is_empty()).partition(|row| text(*row, col).contains(['?', '？']));
        let followed = |row: &&u32| {
            let next = rows[rows.partition_point(|other| other <= *row)..].iter().take(2);
            next.filter(|row| options.binary_search(row).is_ok()).count() == 2
        };
        let many = asking.len() >= FEW_ROWS && asking.iter().filter(followed).count() * 10 >= asking.len() * 9;
        (many && options.len() >= asking.len() * 2).then_some(options)
    };
    let waits = |mark: u32, options: &[u32]| {
        let blank = |row: &u32| is_box(text(*row, mark));
        let boxed = |row: &u32| survey.list(CellRef::new(*row, mark)).is_none_or(|list| list.options.len() == 1);
        columns.get(&mark).is_some_and(|column| !column.hidden) && options.iter().all(|row| blank(row) && boxed(row))
    };
    columns.iter().filter(|(_, column)| !column.hidden && column.lists == 0).find_map(|(col, _)| {
        let options = of(*col)?;
        let mark = [col.checked_sub(1), Some(col + 1)].into_iter().flatten().find(|mark| waits(*mark, &options))?;
        Some((*col, mark))
    })
}

/// Whether options stand below a question, each beside an empty box in the question's own column.
pub fn options_below(survey: &Survey, question: CellRef, option: u32) -> bool {
    let is_option = |row: u32| {
        let (own, text) = (survey.text(CellRef::new(row, question.col)).trim(), survey.text(CellRef::new(row, option)).trim());
        is_box(own) && !text.is_empty() && !text.contains('?')
    };
    is_option(question.row + 1) && is_option(question.row + 2)
}

/// The columns of boxes and of their meanings, where each question stands over several rows and another column has a text in each of them.
fn rows_of_options(survey: &Survey, columns: &BTreeMap<u32, Column>, question: u32, rows: &[u32]) -> Option<(u32, u32)> {
    let asked = columns[&question].filled;
    if asked < FEW_ROWS || rows.len() < asked * 2 || columns.values().any(|column| column.lists > 0) {
        return None;
    }
    let filled = |row: &u32, col: u32| !survey.text(CellRef::new(*row, col)).trim().is_empty();
    let inside: Vec<u32> = rows
        .iter()
        .copied()
        .filter(|row| filled(row, question) || survey.merge(CellRef::new(*row, question)).is_some_and(|range| range.first.row < *row))
        .collect();
    let boxes_beside = |option: u32| {
        let own = |col: u32| {
            let blank = |row: &&u32| {
                let at = CellRef::new(**row, col);
                is_box(survey.text(at).trim()) && survey.merge(at).is_none_or(|range| range.first.row == range.last.row)
            };
            inside.iter().filter(blank).count() == inside.len()
        };
        [option.checked_sub(1), Some(option + 1)]
            .into_iter()
            .flatten()
            .find(|col| *col != question && columns.contains_key(col) && own(*col))
    };
    let merged = inside.len() >= asked * 2;
    let option = columns.iter().find(|(col, column)| {
        **col > question && !column.hidden && column.filled >= inside.len() && inside.iter().all(|row| filled(row, **col))
    });
    option.filter(|_| merged).and_then(|(col, _)| Some((boxes_beside(*col)?, *col)))
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
