//! Rows that name columns, and the groups of rows below equal ones. Reads headers only: what the columns hold is looked at later.

use std::collections::{BTreeMap, BTreeSet};

use super::cell::{CellRef, MAX_COLS, Range};
use super::header_words::{Named, Role, asks, holds_answer_word, is_answer_word, is_box, is_mark, role_of_header};
use super::survey::Survey;
use super::wording::words;

/// A row that names columns.
#[derive(Clone, Debug)]
pub struct Header {
    pub row: u32,
    /// The last row of the header: a second one may name the columns under a merged head.
    pub last: u32,
    /// What each column is called.
    pub names: BTreeMap<u32, (String, Option<Named>)>,
    /// Columns whose heads are short answers: one of them is marked.
    pub marks: Vec<(u32, String)>,
    /// For columns named in a second row, the head above them.
    pub groups: BTreeMap<u32, String>,
}

impl Header {
    pub fn of(&self, role: Role) -> BTreeSet<u32> {
        self.names.iter().filter(|(_, (_, named))| named.is_some_and(|named| named.role == role)).map(|(col, _)| *col).collect()
    }
}

/// A sheet with more rows is large.
const LARGE: usize = 5_000;
/// Less of the header than this is named by the phrase: it does not count as named.
const WEAK_NAME: f32 = 0.25;

pub fn header_rows(survey: &Survey) -> Vec<Header> {
    let mut headers: Vec<Header> = Vec::new();
    let large = survey.rows_in(0, u32::MAX).count() > LARGE;
    let mut before: Vec<(u32, u32)> = Vec::new();
    for row in survey.rows_in(0, u32::MAX) {
        // In a large sheet, a row that is built and looks as the one before it is no header: looking at each would take too long.
        if large {
            let built: Vec<(u32, u32)> = survey.sheet.row(row).map(|(at, cell)| (at.col, cell.style)).collect();
            let same = built == before;
            before = built;
            if same {
                continue;
            }
        }
        if headers.last().is_some_and(|header| header.last >= row) {
            continue;
        }
        if let Some(header) = header_at(survey, row) {
            headers.push(header);
        }
    }
    repeated(survey, &mut headers);
    headers
}

/// Adds the rows that name the same columns in the same words as a header, whatever stands below them.
fn repeated(survey: &Survey, headers: &mut Vec<Header>) {
    if headers.is_empty() {
        return;
    }
    let known: BTreeMap<Vec<(u32, String)>, usize> =
        headers.iter().enumerate().map(|(at, header)| (texts(survey, header.row), at)).collect();
    let inside: BTreeSet<u32> = headers.iter().flat_map(|header| header.row..=header.last).collect();
    let rows = survey.rows_in(0, u32::MAX).filter(|row| !inside.contains(row));
    let found: Vec<Header> = rows
        .filter_map(|row| {
            let like = &headers[*known.get(&texts(survey, row))?];
            Some(Header { row, last: row + (like.last - like.row), ..like.clone() })
        })
        .collect();
    headers.extend(found);
    headers.sort_by_key(|header| header.row);
}

/// The texts of a row that has few and short ones.
fn texts(survey: &Survey, row: u32) -> Vec<(u32, String)> {
    let cells = survey.sheet.row(row).filter(|(_, cell)| !cell.text.trim().is_empty());
    cells.map(|(at, cell)| (at.col, cell.text.trim().chars().take(MAX_HEAD).collect())).collect()
}

/// So many characters of a head are compared.
const MAX_HEAD: usize = 80;

/// Reads a row as a header, if it is one.
fn header_at(survey: &Survey, row: u32) -> Option<Header> {
    let sheet = survey.sheet;
    let mut names: BTreeMap<u32, (String, Option<Named>)> = BTreeMap::new();
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
        let count = words(text).len();
        if text.contains('?') && count > 4 {
            return None;
        }
        long += usize::from(count > 25 || text.ends_with('.') && count > 6);
        names.insert(at.col, (text.to_owned(), None));
    }
    if names.len() < 2 {
        return None;
    }
    for (name, named) in names.values_mut() {
        *named = role_of_header(name).filter(|named| named.strength >= WEAK_NAME);
    }
    let plain = names.values().filter(|(_, named)| named.is_some_and(|named| named.strength >= 0.9)).count();
    if long > 0 && plain < 2 {
        return None;
    }
    drop_weak_answers(&mut names);
    let mut header = Header { row, last: row, names, marks: Vec::new(), groups: BTreeMap::new() };
    find_marks(survey, &mut header);
    let has = |role: Role| !header.of(role).is_empty();
    let named: BTreeSet<Role> = header.names.values().filter_map(|(_, named)| named.map(|named| named.role)).collect();
    let asks = has(Role::Question);
    let answers = has(Role::Answer) || header.marks.len() >= 2 && asks;
    let by_words =
        asks && (answers || has(Role::Comment)) || answers && has(Role::Comment) || asks && named.len() >= 3 || answers && named.len() >= 3;
    if !by_words && !by_shape(survey, &header) && !by_marks(survey, &header) {
        return None;
    }
    if header.marks.is_empty() {
        read_second_row(survey, &mut header);
    }
    Some(header)
}

/// Where one head names the answers plainly, another that only holds such a word ("Policy & Compliance") does not.
fn drop_weak_answers(names: &mut BTreeMap<u32, (String, Option<Named>)>) {
    let strength = |named: &Option<Named>| named.filter(|named| named.role == Role::Answer).map_or(0.0, |named| named.strength);
    if names.values().any(|(_, named)| strength(named) >= 0.9) {
        for (_, named) in names.values_mut().filter(|(_, named)| (0.01..0.6).contains(&strength(named))) {
            *named = None;
        }
    }
}

/// So many rows below a row are looked at to see whether it names their columns.
const ROWS_LOOKED_AT: usize = 12;

/// Whether the rows below show that this one names columns, whatever its words: under one head stand questions, under another there is
/// nothing yet, or a list to choose from.
fn by_shape(survey: &Survey, header: &Header) -> bool {
    let above = || survey.sheet.row(header.row.wrapping_sub(1)).filter(|(_, cell)| !cell.text.trim().is_empty());
    let alone = above().count() < 2 || above().all(|(at, _)| survey.asks(at) < 0.6 && survey.list(at).is_none());
    let mut rows: Vec<u32> = survey.rows_in(header.last + 1, u32::MAX).take(ROWS_LOOKED_AT).collect();
    let block = rows.iter().zip(header.last + 1..).take_while(|(row, next)| *row == next).count();
    if block >= FEW_ROWS {
        rows.truncate(block);
    }
    let is_id = |name: &str| name.contains(['-', '.']) && name.bytes().any(|b| b.is_ascii_digit()) && !name.contains(char::is_whitespace);
    let no_name = |name: &str| name.ends_with(':') || is_mark(name) || is_id(name) || asks(name) >= 0.9 && words(name).len() > 6;
    if !alone || rows.len() < FEW_ROWS || header.names.values().any(|(name, _)| no_name(name)) {
        return false;
    }
    let text = |row: u32, col: u32| survey.text(CellRef::new(row, col)).trim();
    let asked: Vec<(u32, Vec<u32>)> = header
        .names
        .iter()
        .filter(|(_, (name, _))| asks(name) < 0.6)
        .map(|(col, _)| (*col, rows.iter().copied().filter(|row| survey.asks(CellRef::new(*row, *col)) >= 0.6).collect::<Vec<u32>>()))
        .filter(|(_, asking)| asking.len() >= FEW_ROWS && asking.len() * 2 >= rows.len())
        .collect();
    let to_fill_in = |col: u32, asking: &[u32]| {
        let given: Vec<&str> = asking.iter().map(|row| text(*row, col)).filter(|text| is_answer_word(text)).collect();
        // Answers repeat; a legend explains each word once.
        let answers = given.len() > given.iter().collect::<BTreeSet<_>>().len();
        let open = |row: &&u32| {
            let text = text(**row, col);
            text.is_empty() || answers && is_answer_word(text) || survey.list(CellRef::new(**row, col)).is_some()
        };
        asking.iter().filter(open).count() * 10 >= asking.len() * 6
    };
    asked.iter().any(|(question, asking)| {
        header.names.iter().any(|(col, (name, _))| *col != *question && to_fill_in(*col, asking) && name.chars().any(char::is_alphanumeric))
    })
}

/// Whether the rows below show that short answers are heads of boxes: they ask something, and the boxes hold nothing yet, or marks.
fn by_marks(survey: &Survey, header: &Header) -> bool {
    let boxed = |row: u32| header.marks.iter().all(|(col, _)| is_box(survey.text(CellRef::new(row, *col)).trim()));
    let asking = |row: &u32| boxed(*row) && survey.sheet.row(*row).any(|(at, _)| survey.asks(at) >= 0.6);
    header.marks.len() >= 2 && survey.rows_in(header.last + 1, u32::MAX).take(ROWS_LOOKED_AT).filter(asking).count() >= FEW_ROWS
}

/// Fewer rows than this show nothing.
const FEW_ROWS: usize = 3;

/// The merged head over several columns, in one row, under which a column stands.
fn wide_head(survey: &Survey, row: u32, col: u32) -> Option<Range> {
    survey.merge(CellRef::new(row, col)).filter(|range| range.last.row == row && range.last.col > range.first.col)
}

/// Reads the names of columns that stand under merged heads in a second row.
fn read_second_row(survey: &Survey, header: &mut Header) {
    let row = header.last + 1;
    let below: Vec<(u32, String)> = survey
        .sheet
        .row(row)
        .filter(|(at, cell)| !cell.text.trim().is_empty() && survey.anchor(*at) == *at)
        .map(|(at, cell)| (at.col, cell.text.trim().to_owned()))
        .collect();
    let row_of_heads = header.row;
    let head = |col: u32| wide_head(survey, row_of_heads, col);
    let short = |text: &str| words(text).len() <= 8 && asks(text) < 0.6;
    if below.len() < 2 || !below.iter().all(|(col, text)| head(*col).is_some() && short(text)) {
        return;
    }
    for (col, name) in below {
        let group = head(col).map(|range| survey.text(range.first).trim().to_owned()).unwrap_or_default();
        let of_group = role_of_header(&group).filter(|named| named.role == Role::Buyer);
        let named = of_group.or_else(|| role_of_header(&name).filter(|named| named.strength >= WEAK_NAME));
        header.names.insert(col, (name, named));
        header.groups.insert(col, group);
    }
    header.last = row;
}

/// Columns of which one is marked: heads that are short answers, beside each other or under one merged head.
fn find_marks(survey: &Survey, header: &mut Header) {
    let own: Vec<(u32, String)> = header.names.iter().map(|(col, (text, _))| (*col, text.clone())).collect();
    if let Some(marks) = boxes_among(survey, header.last, &own, false) {
        header.marks = marks;
        return;
    }
    let row = header.last + 1;
    let below: Vec<(u32, String)> = survey
        .sheet
        .row(row)
        .filter(|(_, cell)| !cell.text.trim().is_empty())
        .map(|(at, cell)| (at.col, cell.text.trim().to_owned()))
        .collect();
    let row_of_heads = header.row;
    let head = |col: u32| wide_head(survey, row_of_heads, col);
    let all_under = !below.is_empty() && below.iter().all(|(col, _)| head(*col).is_some());
    let one_head = all_under && below.iter().all(|(col, _)| head(*col) == head(below[0].0));
    let all_short = below.iter().all(|(_, text)| is_answer_word(text));
    if (all_under || all_short)
        && let Some(marks) = boxes_among(survey, row, &below, one_head)
    {
        header.marks = marks;
        header.last = row;
    }
}

/// The first run of neighbouring heads of which at least half are short answers, over cells that hold nothing but marks.
fn boxes_among(survey: &Survey, row: u32, heads: &[(u32, String)], one_head: bool) -> Option<Vec<(u32, String)>> {
    let rows: Vec<u32> = survey.rows_in(row + 1, u32::MAX).take(ROWS_LOOKED_AT).collect();
    let holds_marks = |col: u32| {
        let texts = rows.iter().map(|row| survey.text(CellRef::new(*row, col)).trim());
        texts.filter(|text| !is_box(text)).count() * 4 <= rows.len()
    };
    let could_be = |(_, text): &(u32, String)| {
        let other = [Role::Comment, Role::Extra, Role::Question, Role::Guidance, Role::Section, Role::Buyer];
        is_answer_word(text) || words(text).len() <= 4 && role_of_header(text).is_none_or(|named| !other.contains(&named.role))
    };
    let sure = |text: &str| is_answer_word(text) || holds_answer_word(text);
    let runs = heads.chunk_by(|a, b| could_be(a) && could_be(b) && b.0 == a.0 + 1);
    runs.map(|run| {
        // An id in front and a date behind are no boxes: the run begins and ends with a short answer.
        let first = run.iter().position(|(_, text)| sure(text)).unwrap_or(run.len());
        let last = run.iter().rposition(|(_, text)| sure(text)).map_or(first, |at| at + 1);
        let letters = run.iter().all(|(_, text)| text.chars().count() <= 2 && text.chars().all(char::is_alphanumeric));
        let exact = run.iter().filter(|(_, text)| is_answer_word(text)).count();
        // "Rather not, rather yes" are steps of a scale: its ends may be worded otherwise.
        let scale = exact < 2 && last > first + 1 && run.iter().all(|(col, _)| holds_marks(*col));
        if letters && run.len() >= 3 || scale || one_head { run } else { &run[first..last] }
    })
    .filter(|run| run.len() >= 2 && next_to_each_other(run))
    .filter(|run| run.iter().all(|(col, head)| is_answer_word(head) || holds_marks(*col)))
    .find(|run| {
        let letters = run.iter().all(|(_, text)| text.chars().count() <= 2);
        letters && run.len() >= 3 || run.iter().filter(|(_, text)| sure(text)).count() * 2 >= run.len()
    })
    .map(<[(u32, String)]>::to_vec)
}

/// Whether columns stand side by side under different heads.
fn next_to_each_other(columns: &[(u32, String)]) -> bool {
    let heads: BTreeSet<String> = columns.iter().map(|(_, head)| head.to_lowercase()).collect();
    heads.len() == columns.len() && columns.windows(2).all(|pair| pair[1].0 == pair[0].0 + 1)
}

/// Headers that name the same places, with the rows below each.
pub struct Group {
    pub headers: Vec<Header>,
    pub spans: Vec<(u32, u32)>,
    /// The only columns that belong to it, both ends included.
    pub columns: (u32, u32),
}

/// All columns of a sheet.
pub const ALL_COLUMNS: (u32, u32) = (0, MAX_COLS - 1);

impl Group {
    /// The same group with those names alone that stand in some columns.
    pub fn narrowed(&self, columns: (u32, u32)) -> Self {
        let inside = |col: u32| (columns.0..=columns.1).contains(&col);
        let narrow = |header: &Header| {
            let mut header = header.clone();
            header.names.retain(|col, _| inside(*col));
            header.marks.retain(|(col, _)| inside(*col));
            header.groups.retain(|col, _| inside(*col));
            header
        };
        Self { headers: self.headers.iter().map(narrow).collect(), spans: self.spans.clone(), columns }
    }
}

pub fn groups(survey: &Survey, headers: &[Header]) -> Vec<Group> {
    let last_row = survey.last_row().unwrap_or(0);
    let mut groups: Vec<Group> = Vec::new();
    for (index, header) in headers.iter().enumerate() {
        let end = headers.get(index + 1).map_or(last_row, |next| next.row.saturating_sub(1));
        let span = (header.last + 1, end);
        match groups.iter_mut().rev().find(|group| same_build(&group.headers[0], header)) {
            Some(group) => {
                group.headers.push(header.clone());
                group.spans.push(span);
            }
            None => groups.push(Group { headers: vec![header.clone()], spans: vec![span], columns: ALL_COLUMNS }),
        }
    }
    groups
}

/// Whether two headers name the same columns for answers and comments, and do not disagree about the question.
fn same_build(a: &Header, b: &Header) -> bool {
    let same = |role: Role| a.of(role) == b.of(role);
    let questions = (a.of(Role::Question), b.of(Role::Question));
    let agree = questions.0.is_empty() || questions.1.is_empty() || questions.0 == questions.1;
    let nameless = a.of(Role::Question).is_empty() && a.of(Role::Answer).is_empty();
    let same_columns = || a.names.keys().eq(b.names.keys());
    same(Role::Answer) && same(Role::Comment) && a.marks == b.marks && agree && (!nameless || same_columns())
}
