//! Mappings as text: written for a person to edit, read with all that is wrong in them, remembered in the bank's folder `mappings`.
//! Never decides which one fits a workbook.

use std::path::Path;

use toml::Value;

use super::edit::replace;
use crate::domain::bank::{Problem, Severity};
use crate::domain::cell::column_name;
use crate::domain::layout::{ALL_COLUMNS, AnswerPlace, Table};
use crate::domain::mapping::{LAST_ROW, Mapping};

mod reading;

pub use reading::read;

/// The folder inside the bank.
pub const FOLDER: &str = "mappings";

/// What every written mapping begins with.
const KEYS: &str = "\
# Correct what is wrong and leave the rest. Sheets that are not named here are read as they are found. The keys:
#
#   [[sheet]]               one sheet, by its name; with skip = true it is left out, for a reason
#   [[sheet.table]]         rows of the same build on that sheet; these keys belong to it:
#   headers = [4]           its header rows
#   rows = [\"5-80\", \"90-\"]  its rows; \"90-\" goes to the end of the sheet
#   question = \"C\"          the column that asks
#   answer = \"E\"            the column that takes the answers; no need to take it out of comments or extra below
#                           answer = \"below\" where it goes into the empty block below each question
#                           or marks = { D = \"Yes\", E = \"No\" } where one of several columns is marked
#                           or boxes = { mark = \"D\", option = \"C\" } where one of several rows below the question is marked
#   comments = [\"H\"]        columns for free text beside the answer, the best first
#   id = \"A\"                the column with the ids of the questions
#   requirements = { F = \"ISO 27001\" } columns that name requirements of frameworks
#   sections = [\"B\"]        columns that group questions
#   extra = { F = \"Owner\" } other columns that belong to the answer and stay as they are
#   columns = \"A-D\"         its own columns, where another table stands beside it
#   about = \"SaaS\"          for what it is asked, where each question is asked for several things in columns of their own
#   lists_in = \"E\"          rows with a list in this column ask, and of the others only those that plainly do
#
#   not_questions = [\"C17\"] cells of the question column that are taken for questions and are none
#   questions = [\"C18\"]     the reverse: they ask, although they are left out
";

/// A mapping as text; `name` is the workbook that it was made from.
#[must_use]
pub fn text(mapping: &Mapping, name: &str) -> String {
    let name: String = name.chars().filter(|c| !c.is_control()).collect();
    let mut out = format!("# How answerbank reads {name}.\n{KEYS}");
    for sheet in &mapping.sheets {
        out.push_str(&format!("\n[[sheet]]\nname = {}\n", quoted(&sheet.name)));
        if let Some(why) = &sheet.skip {
            out.push_str(&format!("skip = true\nreason = {}\n", quoted(why)));
        }
        for (key, asks) in [("not_questions", false), ("questions", true)] {
            let cells: Vec<String> = sheet.corrected.iter().filter(|one| one.asks == asks).map(|one| one.cell.to_string()).collect();
            if !cells.is_empty() {
                out.push_str(&format!("{key} = {}\n", list(cells)));
            }
        }
        for (_, table) in &sheet.tables {
            out.push_str(&table_text(table));
        }
    }
    out
}

fn table_text(table: &Table) -> String {
    let named = |columns: &[(u32, String)]| {
        let pairs: Vec<String> = columns.iter().map(|(col, word)| format!("{} = {}", column_name(*col), quoted(word))).collect();
        format!("{{ {} }}", pairs.join(", "))
    };
    let letters = |columns: &[u32]| list(columns.iter().map(|col| column_name(*col)).collect());
    let rows: Vec<String> = table.spans.iter().map(rows_text).collect();
    let headers: Vec<String> = table.headers.iter().map(|row| (row + 1).to_string()).collect();
    let mut lines = Vec::new();
    if !headers.is_empty() {
        lines.push(format!("headers = [{}]", headers.join(", ")));
    }
    lines.push(format!("rows = {}", list(rows)));
    lines.push(format!("question = {}", quoted(&column_name(table.question))));
    match &table.answer {
        AnswerPlace::Column(col) => lines.push(format!("answer = {}", quoted(&column_name(*col)))),
        AnswerPlace::Below => lines.push("answer = \"below\"".to_owned()),
        AnswerPlace::Marks(marks) => lines.push(format!("marks = {}", named(marks))),
        AnswerPlace::OptionRows { mark, option } => {
            lines.push(format!("boxes = {{ mark = {}, option = {} }}", quoted(&column_name(*mark)), quoted(&column_name(*option))));
        }
        AnswerPlace::Nowhere(why) => lines.push(format!("# no answer: {}", why.split_whitespace().collect::<Vec<_>>().join(" "))),
    }
    if !table.comments.is_empty() {
        lines.push(format!("comments = {}", letters(&table.comments)));
    }
    lines.extend(table.id.map(|col| format!("id = {}", quoted(&column_name(col)))));
    if !table.requirements.is_empty() {
        lines.push(format!("requirements = {}", named(&table.requirements)));
    }
    if !table.sections.is_empty() {
        lines.push(format!("sections = {}", letters(&table.sections)));
    }
    if !table.extra.is_empty() {
        lines.push(format!("extra = {}", named(&table.extra)));
    }
    if table.columns != ALL_COLUMNS {
        lines.push(format!("columns = {}", quoted(&format!("{}-{}", column_name(table.columns.0), column_name(table.columns.1)))));
    }
    lines.extend(table.about.iter().map(|about| format!("about = {}", quoted(about))));
    lines.extend(table.lists_in.map(|col| format!("lists_in = {}", quoted(&column_name(col)))));
    format!("\n[[sheet.table]]\n{}\n", lines.join("\n"))
}

fn rows_text((first, last): &(u32, u32)) -> String {
    match *last {
        LAST_ROW.. => format!("{}-", first + 1),
        last if last == *first => (first + 1).to_string(),
        last => format!("{}-{}", first + 1, last + 1),
    }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn list(texts: Vec<String>) -> String {
    Value::from(texts).to_string()
}

/// A mapping in the bank's folder.
pub struct Remembered {
    /// Its name in the bank: `mappings/….toml`.
    pub name: String,
    /// Its text.
    pub text: String,
}

impl Remembered {
    /// The fingerprint that it bears as its name.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        self.name.trim_start_matches(FOLDER).trim_start_matches('/').trim_end_matches(".toml")
    }
}

/// All mappings that a bank remembers, by name; none where there is no such folder.
///
/// # Errors
/// The folder or a file in it cannot be read.
pub fn remembered(bank: &Path) -> std::io::Result<Vec<Remembered>> {
    let folder = bank.join(FOLDER);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in std::fs::read_dir(&folder)? {
        let name = entry?.file_name();
        if let Some(name) = name.to_str().filter(|name| name.ends_with(".toml") && !name.starts_with('.')) {
            let text = String::from_utf8_lossy(&std::fs::read(folder.join(name))?).into_owned();
            found.push(Remembered { name: format!("{FOLDER}/{name}"), text });
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// What is wrong in the mappings that a bank remembers.
#[must_use]
pub fn problems(bank: &Path) -> Vec<Problem> {
    match remembered(bank) {
        Ok(all) => all.iter().filter_map(|one| read(&one.name, &one.text).err()).flatten().collect(),
        Err(error) => {
            vec![Problem { file: FOLDER.to_owned(), line: 1, severity: Severity::Error, kind: "unreadable", what: error.to_string() }]
        }
    }
}

/// Remembers a mapping under a fingerprint, in place of an older one of that name. Returns its name in the bank.
///
/// # Errors
/// What the system says.
pub fn remember(bank: &Path, fingerprint: &str, text: &str) -> std::io::Result<String> {
    std::fs::create_dir_all(bank.join(FOLDER))?;
    let name = format!("{FOLDER}/{fingerprint}.toml");
    replace(&bank.join(&name), text.as_bytes())?;
    Ok(name)
}

/// Forgets a mapping.
///
/// # Errors
/// What the system says.
pub fn forget(bank: &Path, remembered: &Remembered) -> std::io::Result<()> {
    std::fs::remove_file(bank.join(&remembered.name))
}
