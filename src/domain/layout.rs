//! Sheet → tables of question and answer columns, by evidence: what headers say, what columns hold, lists, locks, shape, repetition.
//! Every choice is kept with its reasons. Never looks at single questions: that is extraction.

use std::collections::{BTreeMap, BTreeSet};

use super::cell::{CellRef, column_name};
use super::columns::{Column, answer_evidence, columns, data_rows, question_evidence, rows_with_lists, share, share_base};
use super::header_words::{Role, asks, is_answer_word, is_empty_box, is_mark, is_placeholder, names_instructions, role_of_header};
pub use super::headers::ALL_COLUMNS;
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
    /// Into the empty block below each question.
    Below,
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
    /// Columns that name requirements of frameworks, with their heads.
    pub requirements: Vec<(u32, String)>,
    /// Columns that group questions.
    pub sections: Vec<u32>,
    /// Other columns that belong to the answer, with what their header says.
    pub extra: Vec<(u32, String)>,
    /// Whether questions are told from other rows by the lists at their answer cells.
    pub by_lists: bool,
    /// The only columns that belong to it, both ends included, where tables stand side by side.
    pub columns: (u32, u32),
    /// Where the same questions are asked for several things, each with cells of its own: for which.
    pub about: Option<String>,
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
    /// Tables that ask and have no place for an answer: they count where nothing else in the workbook asks.
    pub placeless: Vec<Table>,
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
    for group in groups(survey, &headers).into_iter().flat_map(|group| side_by_side(survey, group)) {
        match tables(survey, workbook, &group) {
            Ok(tables) if tables.iter().all(|table| matches!(table.answer, AnswerPlace::Nowhere(_))) => layout.placeless.extend(tables),
            Ok(mut tables) => layout.tables.append(&mut tables),
            Err(why) => layout.left_out.push(format!("row {}: {why}", group.headers[0].row + 1)),
        }
    }
    let instructs = names_instructions(&sheet.name) && sheet.lists.is_empty();
    if !layout.placeless.is_empty() {
        return layout;
    }
    if layout.tables.is_empty() && instructs {
        layout.left_out.push("by its name it tells how to fill in the others, and it has no table of questions".to_owned());
    } else if layout.tables.is_empty() {
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

/// Reads a group of rows as a table, or as several that share the questions.
fn tables(survey: &Survey, workbook: &Workbook, group: &Group) -> Result<Vec<Table>, String> {
    let mut rows = data_rows(survey, group);
    let mut seen = columns(survey, group, &rows);
    let listed = rows_with_lists(survey, &seen, &rows);
    let by_lists = listed.len() >= 2 && listed.len() < rows.len();
    if by_lists {
        rows = listed;
        seen = columns(survey, group, &rows);
    }
    let columns = seen;
    if let Some((question, mark)) = options_in_one_column(survey, &columns, &rows) {
        let why = vec![format!(
            "column {} asks, and in the rows below each question says what a mark in column {} means",
            column_name(question),
            column_name(mark)
        )];
        let answer = AnswerPlace::OptionRows { mark, option: question };
        return Ok(vec![complete(survey, group, &columns, question, answer, why)]);
    }
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
    let placed = answer_place(survey, workbook, group, &columns, question, asked, &rows, &mut why);
    let plainly = columns[&question].strength(Role::Question) >= 0.5 && asked >= FEW_ROWS;
    let answer = placed.or_else(|why| if plainly { Ok(AnswerPlace::Nowhere(why)) } else { Err(why) })?;
    let parallel = parallel_answers(group, &columns, &answer, rows.len());
    if parallel.len() < 2 {
        return Ok(vec![Table { by_lists, ..complete(survey, group, &columns, question, answer, why) }]);
    }
    let one = |(col, about): (u32, String)| {
        let mut why = why.clone();
        why.push(format!("each question is asked for {about:?} by itself, in column {}", column_name(col)));
        let all = complete(survey, group, &columns, question, AnswerPlace::Column(col), why);
        let of_group = |col: &u32| group.headers[0].groups.get(col).is_some_and(|name| *name == about);
        let (comments, extra) = (all.comments.iter().copied().filter(of_group), all.extra.iter().filter(|(col, _)| of_group(col)));
        Table { by_lists, comments: comments.collect(), extra: extra.cloned().collect(), about: Some(about), ..all }
    };
    Ok(parallel.into_iter().map(one).collect())
}

/// The answer columns that are called the same under different heads, where one of them takes the answers: (column, head).
fn parallel_answers(group: &Group, columns: &BTreeMap<u32, Column>, answer: &AnswerPlace, rows: usize) -> Vec<(u32, String)> {
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

/// Cuts a group whose heads repeat from left to right into the tables that stand beside each other.
fn side_by_side(survey: &Survey, group: Group) -> Vec<Group> {
    let names: BTreeMap<u32, String> = group.headers[0].names.iter().map(|(col, (name, _))| (*col, name.to_lowercase())).collect();
    let (Some(first), Some(last)) = (names.keys().next().copied(), names.keys().next_back().copied()) else { return vec![group] };
    let repeats = |step: &u32| names.iter().filter(|(col, name)| names.get(&(**col + step)) == Some(*name)).count() >= 2;
    let rows = data_rows(survey, &group);
    // Under heads that differ stand questions; under heads that repeat, short items will do.
    let asks_in = |from: u32, to: u32, step: u32| {
        let repeated = |col: u32| {
            names.get(&col).is_some_and(|name| {
                [col.checked_sub(step), Some(col + step)].into_iter().flatten().any(|other| names.get(&other) == Some(name))
            })
        };
        let asking = |col: u32| {
            let text = |row: &u32| survey.text(CellRef::new(*row, col)).trim();
            rows.iter().filter(|row| asks(text(row)) >= 0.6 || repeated(col) && words(text(row)).len() >= 2).count()
        };
        (from..=to).any(|col| asking(col) >= FEW_ROWS)
    };
    let both_ask = |step: &u32| asks_in(first, first + step - 1, *step) && asks_in(first + step, last, *step);
    let step = (2..=(last - first) / 2 + 1).find(|step| repeats(step) && both_ask(step));
    let Some(step) = step else { return vec![group] };
    let (left, right) = ((group.columns.0, first + step - 1), (first + step, group.columns.1));
    vec![group.narrowed(left), group.narrowed(right)]
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
fn options_in_one_column(survey: &Survey, columns: &BTreeMap<u32, Column>, rows: &[u32]) -> Option<(u32, u32)> {
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
        let blank = |row: &u32| text(*row, mark).is_empty() || is_mark(text(*row, mark)) || is_empty_box(text(*row, mark));
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
fn options_below(survey: &Survey, question: CellRef, option: u32) -> bool {
    let is_option = |row: u32| {
        let (own, text) = (survey.text(CellRef::new(row, question.col)).trim(), survey.text(CellRef::new(row, option)).trim());
        (own.is_empty() || is_mark(own) || is_empty_box(own)) && !text.is_empty() && !text.contains('?')
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
                let text = survey.text(CellRef::new(**row, col)).trim();
                (text.is_empty() || is_mark(text) || is_empty_box(text))
                    && survey.merge(CellRef::new(**row, col)).is_none_or(|range| range.first.row == range.last.row)
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
        AnswerPlace::Below | AnswerPlace::Nowhere(_) => BTreeSet::from([question]),
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
        // Whatever stands unlocked and empty right of the answer is there to be written into, where no column is called so.
        let to_write =
            |column: &Column| column.unlocked * 10 >= asked * 9 && column.filled * 5 <= asked && column.lists == 0 && column.formulas == 0;
        let named_otherwise = |column: &Column| column.is(Role::Extra) || column.is(Role::Buyer) || column.is(Role::Answer);
        let more = free().filter(|(col, column)| comments.is_empty() && **col > question && to_write(column) && !named_otherwise(column));
        let more: Vec<u32> = more.map(|(col, _)| *col).filter(|col| !other_text.contains(col)).collect();
        comments.extend(more);
    }
    let first_answer = taken.iter().copied().filter(|col| *col != question).min().unwrap_or(question);
    let last_answer = taken.iter().copied().filter(|col| *col != question).max().unwrap_or(question);
    if comments.is_empty() && has_place(&answer) {
        let waits =
            |column: &Column| column.named.is_none() && !column.name.is_empty() && column.open * 10 >= asked * 9 && column.lists == 0;
        let beside = free().find(|(col, column)| **col > last_answer && waits(column) && open(column) && column.formulas == 0);
        comments.extend(beside.map(|(col, _)| *col));
    }
    if comments.is_empty() && matches!(answer, AnswerPlace::Column(col) if columns[&col].lists == 0) {
        // An answer in free text has no comment of its own; what else is told about it stands in the columns for that.
        comments = free()
            .filter(|(col, column)| **col > question && column.is(Role::Extra) && open(column) && column.lists == 0)
            .map(|(col, _)| *col)
            .collect();
    }
    if comments.iter().any(|col| *col > first_answer) {
        comments.retain(|col| *col > first_answer || columns[col].open * 10 >= asked * 9);
    }
    // What stands behind the asker's own columns is the asker's as well.
    let asker = |col: u32| col > last_answer && columns.range(last_answer + 1..col).any(|(_, column)| column.is(Role::Buyer));
    if comments.iter().any(|col| !asker(*col)) {
        comments.retain(|col| !asker(*col));
    }
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
        requirements: free()
            .filter(|(col, column)| Some(**col) != id && column.lists == 0 && names_requirements(column))
            .map(|(col, column)| (*col, column.name.clone()))
            .collect(),
        sections: of(Role::Section).collect(),
        extra,
        by_lists: false,
        columns: group.columns,
        about: None,
        lists_in: None,
        corrected: BTreeMap::new(),
        why,
    }
}

/// Whether the answer has a place at all.
fn has_place(answer: &AnswerPlace) -> bool {
    !matches!(answer, AnswerPlace::Nowhere(_))
}

/// Whether a column names requirements of published frameworks: by its head, and by what it holds.
fn names_requirements(column: &Column) -> bool {
    const FRAMEWORKS: &[&str] = &[
        "ccm",
        "iso",
        "iec",
        "27001",
        "27002",
        "nist",
        "csf",
        "800",
        "cis",
        "pci",
        "hipaa",
        "soc",
        "gdpr",
        "cobit",
        "cobit5",
        "fedramp",
        "bsi",
        "c5",
        "tisax",
        "cmmc",
        "hitrust",
        "ens",
        "dora",
        "nis2",
        "owasp",
        "asvs",
        "mapping",
        "references",
        "reference",
        "requirement",
        "framework",
        "standard",
        "cwe",
    ];
    let named = words(&column.name).iter().any(|word| FRAMEWORKS.contains(&word.as_str()));
    named && column.filled > 0 && (column.codes + column.ids) * 2 >= column.filled
}

/// Whether a column for text asks for documents rather than words.
fn shows_evidence(column: &Column) -> bool {
    let name = words(&column.name).join(" ");
    ["evidence", "reference", "nachweis", "justificatif", "evidencia", "evidências"].iter().any(|word| name.contains(word))
}

/// A sheet without any header: questions beside lists, or questions beside empty cells.
fn headerless(survey: &Survey) -> Option<Table> {
    let group = Group { headers: Vec::new(), spans: vec![(0, survey.last_row()?)], columns: ALL_COLUMNS };
    let rows = data_rows(survey, &group);
    let columns = columns(survey, &group, &rows);
    let (question, column) = columns
        .iter()
        .filter(|(_, column)| column.filled >= 3 && !column.hidden && column.asks / share_base(column.filled) >= 0.5)
        .max_by(|a, b| a.1.asks.total_cmp(&b.1.asks))?;
    let sentence = format!("column {} asks: {} of its texts read like questions", column_name(*question), column.filled);
    let with_list =
        columns.iter().filter(|(col, other)| *col != question && !other.hidden && other.lists >= 3 && other.lists * 2 >= column.filled);
    let asked = |row: &u32| Some(survey.text(CellRef::new(*row, *question)).trim()).filter(|text| !is_placeholder(text)).map_or(0.0, asks);
    let asking: Vec<u32> = rows.iter().copied().filter(|row| asked(row) >= 0.6).collect();
    let below = asking.iter().filter(|row| answer_below(survey, CellRef::new(**row, *question)).is_some()).count();
    let option = question + 1;
    let with_options = asking.iter().filter(|row| options_below(survey, CellRef::new(**row, *question), option)).count();
    let (answer, reason) = if let Some((col, other)) = with_list.max_by_key(|(col, other)| (other.lists, std::cmp::Reverse(**col))) {
        (AnswerPlace::Column(*col), format!("column {} takes the answers: {} of its cells have a list", column_name(*col), other.lists))
    } else if with_options >= FEW_ROWS && with_options * 3 >= asking.len() * 2 {
        let reason = format!("one of several rows is marked: {with_options} questions have rows of options below them");
        (AnswerPlace::OptionRows { mark: *question, option }, reason)
    } else if below >= FEW_ROWS && below * 3 >= asking.len() * 2 {
        (AnswerPlace::Below, format!("the answers go below: an empty block follows {below} of the questions"))
    } else {
        let marks = rows.iter().filter(|row| survey.text(CellRef::new(**row, *question)).contains(['?', '？'])).count();
        let right = question + 1;
        let empty = columns.get(&right).is_none_or(|other| other.filled * 10 <= column.filled && other.formulas == 0);
        if marks * 2 < column.filled || !empty {
            return None;
        }
        (AnswerPlace::Column(right), format!("column {} takes the answers: it stands empty beside questions", column_name(right)))
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
        answer,
        comments: Vec::new(),
        id,
        requirements: Vec::new(),
        sections: Vec::new(),
        extra: Vec::new(),
        by_lists: false,
        columns: group.columns,
        about: None,
        lists_in: None,
        corrected: BTreeMap::new(),
        why: vec!["the sheet has no header row".into(), sentence, reason],
    })
}
