//! Sheet → tables of question and answer columns, by evidence: what headers say, what columns hold, lists, locks, shape, repetition.
//! Every choice is kept with its reasons. Never looks at single questions: that is extraction.

use std::collections::{BTreeMap, BTreeSet};

use super::cell::{CellRef, column_name};
use super::columns::{Column, columns, data_rows, question_evidence, rows_with_lists, share_base};
use super::header_words::{Role, asks, is_placeholder, names_instructions};
pub use super::headers::ALL_COLUMNS;
use super::headers::{Group, groups, header_rows};
pub use super::places::{AnswerPlace, answer_below, labelled_below};
use super::places::{FEW_ROWS, answer_place, options_below, options_in_one_column, parallel_answers};
use super::survey::Survey;
use super::wording::words;
use super::workbook::{Visibility, Workbook};

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

impl Table {
    /// The header above a row of the table; none where the row is not of it, or nothing stands above.
    #[must_use]
    pub fn header_of(&self, row: u32) -> Option<u32> {
        let inside = self.spans.iter().any(|(first, last)| (*first..=*last).contains(&row));
        self.headers.iter().copied().filter(|header| inside && *header < row).max()
    }
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

/// Less than this, and a column does not ask.
const QUESTION_BAR: f32 = 4.0;

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
            let at = |row: &u32| CellRef::new(*row, col);
            rows.iter().filter(|row| survey.asks(at(row)) >= 0.6 || repeated(col) && words(survey.text(at(row))).len() >= 2).count()
        };
        (from..=to).any(|col| asking(col) >= FEW_ROWS)
    };
    let both_ask = |step: &u32| asks_in(first, first + step - 1, *step) && asks_in(first + step, last, *step);
    let step = (2..=(last - first) / 2 + 1).find(|step| repeats(step) && both_ask(step));
    let Some(step) = step else { return vec![group] };
    let (left, right) = ((group.columns.0, first + step - 1), (first + step, group.columns.1));
    vec![group.narrowed(left), group.narrowed(right)]
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
    let taken: BTreeSet<u32> = answer.columns().into_iter().chain([question]).collect();
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
