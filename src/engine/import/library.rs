//! Exports of other libraries (one row an entry) → statements. Columns are found by their heads, or named by the user.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::civil::Date;

use super::{FileTold, Imported, Order, name_of, origin, slug};
use crate::domain::bank::{Bank, Offered, Origin, Verdict};
use crate::domain::cell::CellRef;
use crate::domain::standing::product_and_version;
use crate::domain::statement::{Links, Statement, settle_verdict};
use crate::domain::wording::words;
use crate::domain::workbook::Sheet;
use crate::engine::Failure;

/// A field of ours, and what libraries call its column.
#[rustfmt::skip]
const FIELDS: &[(&str, &[&str])] = &[
    ("id", &["id", "ref", "reference", "entry id", "question id", "no", "number", "key", "#"]),
    ("category", &["category", "section", "domain", "topic", "folder", "collection", "area"]),
    ("tags", &["tags", "tag", "labels", "label", "keywords"]),
    ("question", &["question", "questions", "question text", "query", "primary question", "standard question"]),
    ("also_asked", &["alternate questions", "alternate question", "alternative questions", "alternative question", "alternates", "also asked", "similar questions", "variations", "question variants", "alias"]),
    ("answer", &["answer", "answers", "response", "reply", "answer text", "standard answer", "long answer", "comment"]),
    ("verdict", &["verdict", "yes no", "short answer", "choice", "compliance", "status of compliance"]),
    ("owner", &["owner", "subject matter expert", "sme", "author", "responsible", "content owner"]),
    ("customer", &["customer", "client", "told to"]),
    ("given_on", &["date", "answered on", "last updated", "updated", "updated at", "updated on", "last modified", "modified", "last reviewed", "reviewed on"]),
    ("short", &["short wording"]),
    ("products", &["products", "product"]),
    ("regions", &["regions", "region"]),
    ("controls", &["controls"]),
    ("evidence", &["evidence"]),
    ("review_by", &["review by", "next review", "review date", "expires", "expiry", "expiry date", "valid until", "due"]),
];
/// So many rows from the top may come before the heads.
const ROWS_BEFORE_HEADS: u32 = 20;

/// What one file says.
pub fn statements(order: &Order, bank: &Bank, path: &Path, imported: &mut Imported) -> Result<Vec<Statement>, Failure> {
    let bytes = crate::engine::read_file(path, order.worker.limits.file)?;
    let workbook = order.worker.read(&path.to_string_lossy(), &bytes).map_err(|error| Failure::reading(path, &error))?;
    if let Some(strange) = order.columns.keys().find(|field| !FIELDS.iter().any(|(name, _)| name == field)) {
        let known: Vec<&str> = FIELDS.iter().map(|(name, _)| *name).collect();
        return Err(Failure::usage(format!("--column {strange}: there is no such field"), format!("one of {}", known.join(", "))));
    }
    let mut told = FileTold { file: name_of(path), source: "library", ..FileTold::default() };
    let mut statements = Vec::new();
    let mut read_any = false;
    let mut found: BTreeSet<&str> = BTreeSet::new();
    for sheet in &workbook.sheets {
        let Some((head, columns)) = heads(sheet, &order.columns) else { continue };
        read_any = true;
        found.extend(columns.keys());
        let mut rows: Vec<u32> = sheet.cells.keys().map(|at| at.row).filter(|row| *row > head).collect();
        rows.dedup();
        for row in rows {
            let cell = |field: &str| columns.get(field).map_or("", |col| sheet.text(CellRef::new(row, *col)).trim());
            if cell("question").is_empty() {
                continue;
            }
            told.found += 1;
            let at = if cell("id").is_empty() {
                format!("{}!{}", sheet.name, CellRef::new(row, columns["question"]))
            } else {
                cell("id").to_owned()
            };
            let mut day = |field: &str| {
                let read = read_day(cell(field));
                if read.is_none() && !cell(field).is_empty() {
                    told.notes.push(format!("{at}: {field} {:?} is no date that can be read in one way only; it is left out", cell(field)));
                }
                read
            };
            let (given_on, review_by) = (day("given_on"), day("review_by"));
            let whom = if cell("customer").is_empty() { order.customer.clone() } else { cell("customer").to_owned() };
            let origin = Origin {
                customer: whom,
                on: given_on.or(order.given_on),
                // That the question is of another kind is no word of an answer.
                word: if cell("verdict").eq_ignore_ascii_case("info") { String::new() } else { cell("verdict").to_owned() },
                asked: cell("question").to_owned(),
                text: cell("answer").to_owned(),
                at,
                ..origin(order, path)
            };
            if origin.text.is_empty() && origin.word.is_empty() {
                continue;
            }
            let links = links(bank, &cell, &mut told.notes);
            let mut statement = Statement {
                question: cell("question").to_owned(),
                // One a line, or, where it is one line, with signs between.
                also_asked: parts(cell("also_asked"), if cell("also_asked").contains('\n') { &['\n'] } else { &[';', '|'] }),
                id: Some(cell("id").to_owned()).filter(|id| !id.is_empty()),
                topic: Some(slug(cell("category"))).filter(|topic| !topic.is_empty()),
                tags: parts(cell("tags"), &[',', ';', '|', '\n']),
                links,
                short: cell("short").to_owned(),
                owner: Some(cell("owner").to_owned()).filter(|owner| !owner.is_empty()),
                review_by,
                origin,
                ..Statement::default()
            };
            settle_verdict(&mut statement, &[]);
            statement.verdict = statement.verdict.or_else(|| Verdict::parse(&statement.origin.word.to_lowercase()));
            statements.push(statement);
        }
    }
    if !read_any {
        return Err(Failure::new(
            format!("{}: no sheet has a column of questions and one of answers", path.display()),
            "name them: --column question=HEAD --column answer=HEAD",
        ));
    }
    if let Some((field, head)) = order.columns.iter().find(|(field, _)| !found.contains(field.as_str())) {
        return Err(Failure::usage(
            format!("--column {field}={head}: {} has no such column", path.display()),
            "write the head as it stands in the file",
        ));
    }
    told.given = statements.len();
    imported.files.push(told);
    Ok(statements)
}

/// Products, regions, controls and evidence of a row, as far as the bank has them.
fn links<'a>(bank: &Bank, cell: &impl Fn(&str) -> &'a str, notes: &mut Vec<String>) -> Links {
    let offered = |offered: &[Offered], named: &str| offered.is_empty() || offered.iter().any(|one| one.id == product_and_version(named).0);
    let mut known = |field: &str, has: &dyn Fn(&str) -> bool| {
        let (known, strange): (Vec<String>, Vec<String>) = parts(cell(field), &[',', ';', '\n']).into_iter().partition(|named| has(named));
        notes.extend(strange.iter().map(|named| format!("{field}: the bank has no {named}; it is left out")));
        known
    };
    Links {
        products: known("products", &|named| offered(&bank.products, named)),
        regions: known("regions", &|named| offered(&bank.regions, named)),
        controls: known("controls", &|named| bank.controls.contains_key(named)),
        evidence: known("evidence", &|named| bank.evidence.contains_key(named)),
    }
}

fn parts(text: &str, between: &[char]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for part in text.split(between).map(str::trim).filter(|part| !part.is_empty()) {
        if !all.iter().any(|known| known == part) {
            all.push(part.to_owned());
        }
    }
    all
}

/// The row of the heads, and the column of each field in it.
fn heads(sheet: &Sheet, named: &BTreeMap<String, String>) -> Option<(u32, BTreeMap<&'static str, u32>)> {
    let same = |head: &str, wanted: &str| words(head) == words(wanted) || head.trim().eq_ignore_ascii_case(wanted.trim());
    (0..ROWS_BEFORE_HEADS).find_map(|row| {
        let heads: Vec<(u32, &str)> =
            sheet.row(row).map(|(at, cell)| (at.col, cell.text.as_str())).filter(|(_, text)| !text.trim().is_empty()).collect();
        let mut columns = BTreeMap::new();
        for (field, usual) in FIELDS {
            // The name that libraries use most stands first.
            let found = match named.get(*field) {
                Some(wanted) => heads.iter().find(|(_, head)| same(head, wanted)),
                None => usual.iter().find_map(|name| heads.iter().find(|(_, head)| same(head, name))),
            };
            if let Some((col, _)) = found
                && !columns.values().any(|taken| taken == col)
            {
                columns.insert(*field, *col);
            }
        }
        (columns.contains_key("question") && (columns.contains_key("answer") || columns.contains_key("verdict"))).then_some((row, columns))
    })
}

/// A day, written year first or with the name of a month; none where it could be read in two ways.
fn read_day(text: &str) -> Option<Date> {
    let first = text.split(['T', ' ']).next().unwrap_or(text);
    if let Ok(date) = first.replace('/', "-").parse::<Date>() {
        return Some(date);
    }
    // Of a day and a month in numbers it is only clear which is which where one is more than twelve.
    let numbers: Vec<i16> = text.split(['/', '-']).filter_map(|part| part.parse().ok()).collect();
    if let [first, second, year] = numbers[..]
        && year >= 1900
    {
        let (day, month) = if first > 12 { (first, second) } else { (second, first) };
        let clear = (first > 12) != (second > 12) || first == second;
        return clear.then(|| Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok())?;
    }
    ["%d-%b-%y", "%d-%b-%Y", "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%d.%m.%Y"]
        .iter()
        .find_map(|form| Date::strptime(form, text).ok())
}
