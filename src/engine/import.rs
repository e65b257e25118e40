//! Use case: getting into the bank what was said elsewhere: filled questionnaires, exports of other libraries, OSCAL files, crosswalks. Drafts
//! only; what somebody approved or wrote by hand is never touched, and a second import of the same changes nothing.

mod crosswalk;
mod library;
mod oscal;
mod questionnaire;
pub mod staged;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::Serialize;

use super::curate::{Fields, answer_file, checked, draft_text, edit_failure, lock, read};
use super::{BankPlace, Failure};
use crate::bank::edit::{self, Change, Value};
use crate::bank::format::is_id;
use crate::bank::sections::body_with;
use crate::domain::bank::{Bank, Choice, Origin, Verdict};
use crate::domain::digest::sha256_hex;
pub use crate::domain::statement::Contradiction;
use crate::domain::statement::{Beside, Draft, IMPORT, Statement, merge, told_where};
use crate::domain::wording::Analyzer;
use crate::workbook::Worker;

/// What a file is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A questionnaire with its answers.
    Questionnaire,
    /// A table of questions and answers, exported from another library.
    Library,
    /// A catalog or a component definition of OSCAL, as JSON.
    Oscal,
    /// A table that relates requirements to each other, or to our controls.
    Crosswalk,
}

/// What to import, and what to say of it.
#[derive(Clone, Debug)]
pub struct Order {
    /// The files.
    pub files: Vec<PathBuf>,
    /// What they are; none: OSCAL where the name ends with `.json`, else questionnaires.
    pub source: Option<Source>,
    /// What opens workbooks.
    pub worker: Worker,
    /// The bank.
    pub bank: BankPlace,
    /// Whom the answers were given to.
    pub customer: String,
    /// When they were given.
    pub given_on: Option<Date>,
    /// The day of the import.
    pub date: Date,
    /// Who keeps the drafts; none: the bank's default owner.
    pub owner: Option<String>,
    /// The folder under answers/ for drafts that say no topic.
    pub topic: String,
    /// Field of ours → head of the column in the file.
    pub columns: BTreeMap<String, String>,
    /// The framework that an OSCAL file is, or is about; none: found by title and ids.
    pub framework: Option<String>,
    /// Whether to look only.
    pub dry_run: bool,
    /// The drafts that are wanted, by [`Item::key`]; none: all of them.
    pub only: Option<BTreeSet<String>>,
}

/// What was found in one file.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FileTold {
    /// The file.
    pub file: String,
    /// What it was taken for.
    pub source: &'static str,
    /// Questions, rows or requirements in it.
    pub found: usize,
    /// Those that say something.
    pub given: usize,
    /// What deserves attention.
    pub notes: Vec<String>,
}

/// What was imported.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Imported {
    /// File by file.
    pub files: Vec<FileTold>,
    /// New drafts, by id.
    pub drafted: Vec<String>,
    /// Drafts of earlier imports that were added to.
    pub extended: Vec<String>,
    /// Statements that stood in the bank already, to the word and place.
    pub known: usize,
    /// Statements that say what an approved or hand-written entry says.
    pub agree: usize,
    /// Statements about such entries in other words; nothing was done about them.
    pub differ: usize,
    /// Statements that disagree with each other or with the bank.
    pub contradictions: Vec<Contradiction>,
    /// Drafts that could not be written, with the reason.
    pub left_out: Vec<String>,
    /// Frameworks, controls and crosswalks that were written, in words.
    pub written: Vec<String>,
    /// Whether nothing was written since it was not asked for.
    pub dry_run: bool,
    /// The drafts one by one, for somebody who chooses among them.
    #[serde(skip)]
    pub items: Vec<Item>,
    /// Statements that entries answer already, for the same reader.
    #[serde(skip)]
    pub beside: Vec<Beside>,
}

/// A draft that an import makes or adds to.
#[derive(Clone, Debug)]
pub struct Item {
    /// Names it as long as the files say the same of it, whatever else the bank says.
    pub key: String,
    /// Its id.
    pub id: String,
    /// Whether the draft is there already and is added to.
    pub known: bool,
    /// The question.
    pub question: String,
    /// Other wordings of it.
    pub also_asked: Vec<String>,
    /// Its short part.
    pub verdict: Option<Verdict>,
    /// What it says; empty where somebody has put the draft in words of their own, which stay.
    pub wording: String,
    /// Where it was said.
    pub from: Vec<String>,
    /// Where those who said it disagree.
    pub careful: Vec<String>,
}

/// A file of the bank that an import writes: a new one, or another text of one that was read.
enum Write {
    New { file: String, text: String },
    Change { seen: edit::Seen, text: String },
}

/// Imports files.
///
/// # Errors
/// There is no bank, or a file cannot be read or makes no sense; of questionnaires and libraries nothing is written then.
pub fn import(order: &Order) -> Result<Imported, Failure> {
    if !order.topic.is_empty() && !order.topic.split('/').all(is_id) {
        return Err(Failure::usage(
            format!("--topic: {:?} makes no folder", order.topic),
            "use letters, digits and dashes, such as imported",
        ));
    }
    let _lock = lock(&order.bank)?;
    let mut imported = Imported { dry_run: order.dry_run, ..Imported::default() };
    let mut statements = Vec::new();
    let mut bank = order.bank.read()?;
    for path in &order.files {
        let json = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
        let mut writes = Vec::new();
        match order.source.unwrap_or(if json { Source::Oscal } else { Source::Questionnaire }) {
            Source::Questionnaire => statements.extend(questionnaire::statements(order, path, &mut imported)?),
            Source::Library => statements.extend(library::statements(order, &bank, path, &mut imported)?),
            Source::Oscal => oscal::gather(order, &bank, path, &mut writes, &mut imported)?,
            Source::Crosswalk => crosswalk::gather(order, &bank, path, &mut writes, &mut imported)?,
        }
        if !writes.is_empty() {
            write(order, writes)?;
            // A catalog that comes first is there for the components that come after it.
            bank = order.bank.read()?;
        }
    }
    if !statements.is_empty() && order.owner.is_none() && bank.default_owner.is_empty() {
        return Err(nobody());
    }
    let merged = merge(&bank, &Analyzer::new(&bank.vocabulary), statements);
    (imported.known, imported.agree, imported.differ) = (merged.known, merged.agree, merged.differ);
    (imported.contradictions, imported.beside) = (merged.contradictions, merged.beside);
    let mut writes = Vec::new();
    for draft in &merged.drafts {
        let item = item(&bank, draft, &imported.contradictions);
        if order.only.as_ref().is_some_and(|only| !only.contains(&item.key)) {
            continue;
        }
        match draft_write(order, &bank, draft) {
            Ok(write) => writes.push(write),
            Err(failure) => {
                imported.left_out.push(failure.message);
                continue;
            }
        }
        let list = if draft.known { &mut imported.extended } else { &mut imported.drafted };
        list.push(draft.id.clone());
        imported.items.push(item);
    }
    write(order, writes)?;
    Ok(imported)
}

/// A draft as somebody looks at it who chooses.
fn item(bank: &Bank, draft: &Draft, contradictions: &[Contradiction]) -> Item {
    let newest = draft.newest.as_ref();
    let known = bank.answer(&draft.id).filter(|_| draft.known);
    let question = newest.map(|one| one.question.clone()).or_else(|| Some(known?.question.clone()));
    Item {
        key: sha256_hex(&serde_json::to_vec(&draft.origins).unwrap_or_default())[..16].to_owned(),
        id: draft.id.clone(),
        known: draft.known,
        question: question.unwrap_or_default(),
        also_asked: newest.map(|one| one.also_asked.clone()).unwrap_or_default(),
        verdict: newest.map(|one| one.verdict.unwrap_or(Verdict::Info)),
        wording: newest.map(Statement::wording).unwrap_or_default(),
        from: draft.origins.iter().map(told_where).collect(),
        careful: contradictions.iter().filter(|one| one.answer == draft.id).map(|one| one.what.clone()).collect(),
    }
}

fn nobody() -> Failure {
    Failure::usage("nobody owns the drafts", "name their owner with --owner, or default_owner in bank.toml")
}

/// Puts files in place, unless it is only to be told what would be.
fn write(order: &Order, writes: Vec<Write>) -> Result<(), Failure> {
    for write in writes.into_iter().filter(|_| !order.dry_run) {
        match write {
            Write::New { file, text } => edit::create(&order.bank.root.join(file), text.as_bytes()),
            Write::Change { seen, text } => seen.replace(&text),
        }
        .map_err(|error| edit_failure(&error))?;
    }
    Ok(())
}

/// The file of a draft.
fn draft_write(order: &Order, bank: &Bank, draft: &Draft) -> Result<Write, Failure> {
    let edited = Value::Table(vec![("by", Value::Text(IMPORT.into())), ("on", Value::Date(order.date))]);
    let mut changes = vec![Change::Set("origins", Value::Tables(draft.origins.iter().map(origin_table).collect()))];
    let mut fields = Fields::default();
    if let Some(newest) = &draft.newest {
        changes.push(Change::Set("verdict", Value::Text(newest.verdict.unwrap_or(Verdict::Info).to_string())));
        changes.push(match &newest.choice {
            Some(choice) => Change::Set("choices", choices(choice)),
            None => Change::Remove("choices"),
        });
        changes.push(Change::Set("edited", edited));
        fields.text = Some(newest.wording());
        fields.short = Some(newest.short.clone()).filter(|short| !short.is_empty());
    }
    if draft.known {
        let answer = super::curate::known(bank, &draft.id)?;
        let seen = read(&order.bank, &answer.file)?;
        let body = fields.text.as_deref().map(|text| body_with(&seen.body(), Some(text), fields.short.as_deref(), None));
        if let Some(newest) = draft.newest.as_ref().filter(|newest| !newest.also_asked.is_empty()) {
            let mut asked = answer.also_asked.clone();
            asked.extend(
                newest.also_asked.iter().filter(|wording| **wording != answer.question && !answer.also_asked.contains(wording)).cloned(),
            );
            changes.push(Change::Set("also_asked", Value::Texts(asked)));
        }
        let text = edit::answer_text(&seen.text, &changes, body.as_deref()).map_err(|what| edit_failure(&seen.unfit(what)))?;
        checked(bank, &answer.file, &text)?;
        return Ok(Write::Change { seen, text });
    }
    let first = draft.newest.as_ref().ok_or_else(|| Failure::new(format!("{}: a draft without a statement", draft.id), "this is a bug"))?;
    let owner = first.owner.clone().or_else(|| order.owner.clone()).unwrap_or_else(|| bank.default_owner.clone());
    if owner.is_empty() {
        return Err(nobody());
    }
    let mut all = vec![
        Change::Set("id", Value::Text(draft.id.clone())),
        Change::Set("question", Value::Text(first.question.clone())),
        Change::Set("owner", Value::Text(owner)),
        Change::Set("audience", Value::Text("internal".into())),
    ];
    if !first.also_asked.is_empty() {
        all.push(Change::Set("also_asked", Value::Texts(first.also_asked.clone())));
    }
    if !first.tags.is_empty() {
        all.push(Change::Set("tags", Value::Texts(first.tags.clone())));
    }
    let links = &first.links;
    let lists = [("products", &links.products), ("regions", &links.regions), ("controls", &links.controls), ("evidence", &links.evidence)];
    for (key, list) in lists {
        if !list.is_empty() {
            all.push(Change::Set(key, Value::Texts(list.clone())));
        }
    }
    all.extend(first.review_by.map(|day| Change::Set("review_by", Value::Date(day))));
    all.extend(changes);
    let file = answer_file(bank, first.topic.as_deref().unwrap_or(&order.topic), &draft.id)?;
    let text = draft_text(&all, &fields)?;
    checked(bank, &file, &text)?;
    Ok(Write::New { file, text })
}

fn choices(choice: &Choice) -> Value {
    let entry = Value::Table(vec![("list", Value::Texts(choice.list.clone())), ("word", Value::Text(choice.word.clone()))]);
    Value::List(vec![entry])
}

fn origin_table(origin: &Origin) -> Vec<(&'static str, Value)> {
    let mut table = vec![("file", Value::Text(origin.file.clone())), ("at", Value::Text(origin.at.clone()))];
    let mut add = |key, text: &str| {
        if !text.is_empty() {
            table.push((key, Value::Text(text.to_owned())));
        }
    };
    add("asked", &origin.asked);
    add("customer", &origin.customer);
    add("word", &origin.word);
    add("text", &origin.text);
    table.extend(origin.on.map(|on| ("on", Value::Date(on))));
    table
}

/// The name of a file as origins record it, without the folders that it lies in.
fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// What is the same for all statements of a file.
fn origin(order: &Order, path: &Path) -> Origin {
    Origin { file: name_of(path), customer: order.customer.clone(), on: order.given_on, ..Origin::default() }
}

/// A name for a file or folder made of a title.
fn slug(title: &str) -> String {
    let words = crate::domain::wording::words(title);
    let plain: Vec<String> = words
        .iter()
        .map(|word| word.chars().filter(char::is_ascii_alphanumeric).collect::<String>())
        .filter(|word| !word.is_empty())
        .collect();
    let name = plain.join("-").chars().take(60).collect::<String>().trim_matches('-').to_owned();
    // Names that a system keeps for itself make no file.
    if name.is_empty() || crate::bank::format::is_id(&name) { name } else { format!("x-{name}") }
}
