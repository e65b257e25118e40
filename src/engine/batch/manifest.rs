//! A manifest → the files of a batch with what is known of each sale, or all that is wrong in it with its lines. Never guesses.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::listing::{self, Placed};
use super::{Listed, Order};
use crate::domain::bank::{Audience, Bank, Offered};
use crate::domain::journal::Sale;
use crate::domain::standing::{Scope, product_and_version};
use crate::engine::Failure;

/// A manifest is a table of text; more bytes than this are something else.
const LARGEST: u64 = 16 << 20;
/// The columns of a table, and the keys of `[[file]]`.
const KEYS: &[&str] = &["file", "customer", "deal", "value", "due", "product", "region", "audience"];

/// One line of the table: the line where it begins, and what stands under each key, with its line. Lists hold several texts.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    at: usize,
    cells: BTreeMap<&'static str, (usize, Vec<String>)>,
}

impl Line {
    fn texts(&self, key: &str) -> &[String] {
        self.cells.get(key).map_or(&[], |(_, texts)| texts)
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.texts(key).first().map(String::as_str)
    }

    fn at(&self, key: &str) -> usize {
        self.cells.get(key).map_or(self.at, |(at, _)| *at)
    }
}

/// What is wrong, by line.
struct Problems(Vec<(usize, String)>);

impl Problems {
    fn add(&mut self, line: usize, what: impl Into<String>) {
        self.0.push((line, what.into()));
    }

    /// All of them as one failure; none is none.
    fn end(mut self, manifest: &Path) -> Result<(), Failure> {
        self.0.sort();
        let told: Vec<String> = self.0.iter().map(|(line, what)| format!("{}:{line}: {what}", manifest.display())).collect();
        if told.is_empty() {
            Ok(())
        } else {
            Err(Failure::usage(told.join("\n"), "nothing was done; correct these lines and run it again"))
        }
    }
}

/// Reads a manifest: the files by name, and what it says of each over what the order says of all.
///
/// # Errors
/// All that is wrong in it.
pub(super) fn read(order: &Order, manifest: &Path) -> Result<Vec<Placed>, Failure> {
    let base = base(order, manifest)?;
    let text = String::from_utf8(crate::engine::read_file(manifest, LARGEST)?)
        .map_err(|_| Failure::usage(format!("{}: this is not text in UTF-8", manifest.display()), "save the table as \"CSV UTF-8\""))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut problems = Problems(Vec::new());
    let lines = match manifest.extension().and_then(|ending| ending.to_str()).map(str::to_lowercase).as_deref() {
        Some("csv") => csv_lines(text, &mut problems),
        Some("toml") => toml_lines(text, &mut problems),
        _ => return Err(Failure::usage(format!("{}: a manifest ends in .csv or .toml", manifest.display()), "")),
    };
    let mut files: BTreeMap<String, Placed> = BTreeMap::new();
    for line in lines {
        let Some(name) = name(&base, &line, &mut problems) else { continue };
        let listed =
            Listed { path: base.join(&name), sale: sale(order, &line, &mut problems), scope: scope(order, &line, &mut problems), name };
        if let Some(first) = files.get(&listed.name) {
            problems.add(line.at("file"), format!("{} is listed a second time; first in line {}", listed.name, first.line.at("file")));
        } else {
            files.insert(listed.name.clone(), Placed { listed, line });
        }
    }
    if files.is_empty() && problems.0.is_empty() {
        problems.add(1, "no file is listed");
    }
    one_value_a_deal(&files, &mut problems);
    problems.end(manifest)?;
    Ok(files.into_values().collect())
}

/// The folder that the files lie in.
fn base(order: &Order, manifest: &Path) -> Result<PathBuf, Failure> {
    match order.places.as_slice() {
        [] => Ok(manifest.parent().unwrap_or(Path::new("")).to_owned()),
        [folder] if folder.is_dir() => Ok(folder.clone()),
        _ => Err(Failure::usage(
            "with a manifest, its files are filled: name one folder that they lie in, or none",
            "leave out the other files; those of a manifest lie in its own folder where no other is named",
        )),
    }
}

/// The lines of a table of separated values, from the second on.
fn csv_lines(text: &str, problems: &mut Problems) -> Vec<Line> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let mut heads: Vec<Option<&'static str>> = Vec::new();
    let mut lines = Vec::new();
    for record in reader.records() {
        // The text is in memory and in UTF-8, and rows may have any length: nothing is left that could fail.
        let Ok(record) = record else { continue };
        let at = record.position().map_or(1, |position| usize::try_from(position.line()).unwrap_or(usize::MAX));
        if heads.is_empty() {
            heads = record.iter().map(|head| known(head, at, problems)).collect();
            for (place, head) in heads.iter().enumerate().filter_map(|(place, head)| Some((place, (*head)?))) {
                if heads[..place].contains(&Some(head)) {
                    problems.add(at, format!("there are two columns {head:?}"));
                }
            }
            if !heads.contains(&Some("file")) {
                problems.add(at, "the first line names the columns, and one of them must be \"file\"");
            }
            continue;
        }
        if record.iter().skip(heads.len()).any(|cell| !cell.is_empty()) {
            problems.add(at, format!("there are {} cells, but {} columns", record.len(), heads.len()));
        }
        let cells = heads.iter().zip(&record).filter_map(|(head, cell)| Some(((*head)?, (at, parts((*head)?, cell)))));
        let cells: BTreeMap<_, _> = cells.filter(|(_, (_, texts))| !texts.is_empty()).collect();
        if !cells.is_empty() {
            lines.push(Line { at, cells });
        }
    }
    if heads.contains(&Some("file")) { lines } else { Vec::new() }
}

/// The texts in one cell: several products or regions have a semicolon between.
fn parts(key: &str, cell: &str) -> Vec<String> {
    let several = matches!(key, "product" | "region");
    let parts = cell.split(|c| several && c == ';').map(str::trim);
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn known(key: &str, line: usize, problems: &mut Problems) -> Option<&'static str> {
    let known = KEYS.iter().copied().find(|known| known.eq_ignore_ascii_case(key.trim()));
    if known.is_none() && !key.trim().is_empty() {
        let between = if key.contains(';') { "; cells are separated by commas" } else { "" };
        problems.add(line, format!("there is no column {key:?}; those known are {}{between}", KEYS.join(", ")));
    }
    known
}

/// The tables `[[file]]` of a TOML text.
fn toml_lines(text: &str, problems: &mut Problems) -> Vec<Line> {
    let line = |at: usize| text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1;
    let table = match DeTable::parse(text) {
        Ok(table) => table.into_inner(),
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            problems.add(line(at), error.message().lines().next().unwrap_or("not TOML"));
            return Vec::new();
        }
    };
    for key in table.keys().filter(|key| key.get_ref() != "file") {
        problems.add(line(key.span().start), format!("unknown key {:?}; files are written as [[file]]", key.get_ref()));
    }
    let Some(files) = table.get("file") else { return Vec::new() };
    let tables = files.get_ref().as_array().and_then(|files| files.iter().map(|file| Some((file, file.get_ref().as_table()?))).collect());
    let Some(tables): Option<Vec<(&Spanned<DeValue>, &DeTable)>> = tables else {
        problems.add(line(files.span().start), "file must be written as [[file]]");
        return Vec::new();
    };
    let mut lines = Vec::new();
    for (file, table) in tables {
        let mut read = Line { at: line(file.span().start), ..Line::default() };
        for (key, value) in table {
            let at = line(key.span().start);
            let Some(known) = KEYS.iter().copied().find(|known| known == key.get_ref()) else {
                problems.add(at, format!("unknown key {:?}; those known are {}", key.get_ref(), KEYS.join(", ")));
                continue;
            };
            match texts(known, value.get_ref()) {
                Ok(texts) => drop(read.cells.insert(known, (at, texts))),
                Err(expected) => problems.add(at, format!("{known} must be {expected}")),
            }
        }
        lines.push(read);
    }
    lines
}

/// The texts of one value, or what it must be.
fn texts(key: &str, value: &DeValue) -> Result<Vec<String>, &'static str> {
    let text = |value: &DeValue| Some(value.as_str()?.trim().to_owned());
    let number = |value: &DeValue| match value {
        DeValue::Integer(number) => Some(number.as_str().to_owned()),
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        _ => None,
    };
    let date = |value: &DeValue| match value {
        DeValue::Datetime(date) => Some(date.to_string()),
        _ => text(value),
    };
    let one = |text: Option<String>| text.map(|text| vec![text]).filter(|texts| !texts[0].is_empty());
    match key {
        "value" => one(number(value)).ok_or("a number"),
        "due" => one(date(value)).ok_or("a day such as 2026-12-01"),
        "product" | "region" => {
            let items = value.as_array().and_then(|items| items.iter().map(|item| text(item.get_ref())).collect());
            items.ok_or("a list of texts in quotes")
        }
        _ => one(text(value)).ok_or("a text in quotes"),
    }
}

/// The name of the file of a line. It lies inside the folder, since its output lies under the same name.
fn name(base: &Path, line: &Line, problems: &mut Problems) -> Option<String> {
    let Some(text) = line.text("file") else {
        problems.add(line.at, "no file is named here");
        return None;
    };
    let path: PathBuf = Path::new(text).components().filter(|part| *part != Component::CurDir).collect();
    let what = if !path.components().all(|part| matches!(part, Component::Normal(_))) {
        format!("{text} does not lie in the folder of the batch: name files from there, without ..")
    } else if !base.join(&path).is_file() {
        format!("{text}: there is no such file in {}", if base.as_os_str().is_empty() { Path::new(".") } else { base }.display())
    } else {
        return Some(listing::name(&path));
    };
    problems.add(line.at("file"), what);
    None
}

fn sale(order: &Order, line: &Line, problems: &mut Problems) -> Sale {
    let own = |key: &str, all: &str| line.text(key).unwrap_or(all).to_owned();
    let value = line.text("value").and_then(|text| {
        // Tables write whole sums with their decimals too.
        let whole = text.split_once('.').filter(|(_, rest)| rest.bytes().all(|byte| byte == b'0')).map_or(text, |(whole, _)| whole);
        let value = whole.parse::<u64>().ok();
        if value.is_none() {
            problems.add(line.at("value"), format!("value {text:?} must be a whole number of digits alone, such as 250000"));
        }
        value
    });
    let due = line.text("due").and_then(|text| {
        let due = text.parse::<Date>().ok().filter(|_| text.len() == "2026-12-01".len());
        if due.is_none() {
            problems.add(line.at("due"), format!("due {text:?} must be a day such as 2026-12-01"));
        }
        due
    });
    let all = &order.sale;
    Sale { customer: own("customer", &all.customer), deal: own("deal", &all.deal), value: value.or(all.value), due: due.or(all.due) }
}

fn scope(order: &Order, line: &Line, problems: &mut Problems) -> Scope {
    let audience = line.text("audience").map(|text| (text, Audience::parse(text).filter(|audience| *audience != Audience::Internal)));
    if let Some((text, None)) = audience {
        problems.add(line.at("audience"), format!("audience {text:?} must be public or nda"));
    }
    let several = |key: &str, all: &[String]| if line.cells.contains_key(key) { line.texts(key).to_vec() } else { all.to_vec() };
    Scope {
        date: order.scope.date,
        audience: audience.and_then(|(_, audience)| audience).unwrap_or(order.scope.audience),
        products: several("product", &order.scope.products),
        regions: several("region", &order.scope.regions),
    }
}

/// A deal is worth one sum, however many questionnaires it brings.
fn one_value_a_deal(files: &BTreeMap<String, Placed>, problems: &mut Problems) {
    let mut lines: Vec<&Placed> =
        files.values().filter(|file| !file.listed.sale.deal.is_empty() && file.listed.sale.value.is_some()).collect();
    lines.sort_by_key(|file| file.line.at);
    let mut known: BTreeMap<(&str, &str), &Placed> = BTreeMap::new();
    for file in lines {
        let sale = &file.listed.sale;
        let first = known.entry((sale.customer.as_str(), sale.deal.as_str())).or_insert(file);
        if first.listed.sale.value != sale.value {
            let what = format!("deal {:?} has another value in line {}", sale.deal, first.line.at("value"));
            problems.add(file.line.at("value"), what);
        }
    }
}

/// Refuses products and regions that the bank does not have.
///
/// # Errors
/// All of them, with their lines.
pub(super) fn check_scopes(manifest: &Path, files: &[Placed], bank: &Bank) -> Result<(), Failure> {
    let mut problems = Problems(Vec::new());
    for Placed { line, .. } in files {
        for (key, offered) in [("product", &bank.products), ("region", &bank.regions)] {
            let has = |named: &str| offered.is_empty() || offered.iter().any(|one: &Offered| one.id == product_and_version(named).0);
            for strange in line.texts(key).iter().filter(|named| !has(named)) {
                let ids: Vec<&str> = offered.iter().map(|one| one.id.as_str()).collect();
                problems.add(line.at(key), format!("{key} {strange:?}: there is no such one in bank.toml; it has {}", ids.join(", ")));
            }
        }
    }
    problems.end(manifest)
}
