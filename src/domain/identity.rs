//! Cells that ask who answers: company, contact, address, date. Told from questions by their labels, in closed words; a label whose
//! subject is not clear gets no value. Never decides what stands in them: that is the bank's profile.

use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Serialize;

use super::cell::{CellRef, one_as_a1};
use super::identity_words::{
    ANSWERER, ATTRIBUTES, Attribute, FILLING, FOREIGN, GUIDANCE, MANY, OF_COMPANIES, OURS, SUBJECTS, Subject, TITLES,
};
use super::survey::Survey;
use super::wording::words;

/// A cell that asks who answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IdentityField {
    /// Name of the sheet.
    pub sheet: String,
    /// The cell with the label.
    #[serde(serialize_with = "one_as_a1")]
    pub label_cell: CellRef,
    /// The label.
    pub label: String,
    /// The cell for the value.
    #[serde(serialize_with = "one_as_a1")]
    pub cell: CellRef,
    /// The key of the bank's profile that answers it, or `date`; none where the profile cannot say it, such as who filled in the form.
    pub key: Option<&'static str>,
    /// What stands there already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given: Option<String>,
}

/// The key that stands for the day of the run.
pub const DATE: &str = "date";

/// Whether what a key stands for is a number, also where the cell has no rule that says so.
#[must_use]
pub fn is_numeric(key: &str) -> bool {
    matches!(key, "employees" | "founded")
}

/// Longer texts are no labels.
const MAX_WORDS: usize = 8;
/// Who answers is asked near the top: fields are not looked for below this row.
const LAST_ROW: u32 = 400;
/// After so many rows without a label a block of labels has ended.
const BLOCK_GAP: u32 = 3;

impl Subject {
    fn key(self, attribute: Attribute) -> Option<&'static str> {
        Some(match (self, attribute) {
            (Self::Other, _) | (_, Attribute::Fact) | (Self::Company, Attribute::Title) => return None,
            (_, Attribute::Date) => DATE,
            (Self::Company, Attribute::Name) => "company_name",
            (Self::Company, Attribute::Email) => "email",
            (Self::Company, Attribute::Phone) => "phone",
            (_, Attribute::Address) => "address",
            (_, Attribute::City) => "city",
            (_, Attribute::Country) => "country",
            (_, Attribute::Website) => "website",
            (_, Attribute::Founded) => "founded",
            (_, Attribute::Employees) => "employees",
            (_, Attribute::Industry) => "industry",
            (_, Attribute::Registration) => "registration_number",
            (_, Attribute::LegalForm) => "legal_form",
            (_, Attribute::Parent) => "parent_company",
            (Self::Contact, Attribute::Name) => "contact_name",
            (Self::Contact, Attribute::Title) => "contact_title",
            (Self::Contact, Attribute::Email) => "contact_email",
            (Self::Contact, Attribute::Phone) => "contact_phone",
            (Self::Security, Attribute::Name) => "security_contact_name",
            (Self::Security, Attribute::Title) => "security_contact_title",
            (Self::Security, Attribute::Email) => "security_contact_email",
            (Self::Security, Attribute::Phone) => "security_contact_phone",
            (Self::Privacy, Attribute::Name) => "dpo_name",
            (Self::Privacy, Attribute::Title) => "dpo_title",
            (Self::Privacy, Attribute::Email) => "dpo_email",
            (Self::Privacy, Attribute::Phone) => "dpo_phone",
        })
    }
}

/// The longest phrase of a table that stands in some words: its value, and the words without it.
fn take<T: Copy>(table: &[(T, &[&str])], label: &[String]) -> Option<(T, Vec<String>)> {
    let mut best: Option<(usize, T, Vec<String>)> = None;
    for (value, phrases) in table {
        for phrase in *phrases {
            let phrase = if phrase.is_ascii() { phrase.split(' ').map(str::to_owned).collect() } else { words(phrase) };
            let at = label.windows(phrase.len()).position(|window| window.iter().zip(&phrase).all(|(a, b)| a == b));
            if let Some(at) = at.filter(|_| best.as_ref().is_none_or(|(length, ..)| phrase.len() > *length)) {
                let rest = label[..at].iter().chain(&label[at + phrase.len()..]).cloned().collect();
                best = Some((phrase.len(), *value, rest));
            }
        }
    }
    best.map(|(_, value, rest)| (value, rest))
}

/// Every word that a label may consist of.
static KNOWN: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let phrases = SUBJECTS.iter().flat_map(|(_, phrases)| *phrases).chain(ATTRIBUTES.iter().flat_map(|(_, phrases)| *phrases));
    phrases.flat_map(|phrase| words(phrase)).chain(FILLING.iter().map(|word| (*word).to_owned())).collect()
});

/// What a label says: its subject, and what it asks; `None` where it is not made of such words alone.
fn read(text: &str) -> Option<(Option<Subject>, Option<Attribute>)> {
    if text.len() > 160 || text.contains('?') || text.contains("__") {
        return None;
    }
    let text = text.split(['(', '（']).next().unwrap_or_default();
    let all = words(text);
    if all.is_empty() || all.len() > MAX_WORDS || !all.iter().all(|word| KNOWN.contains(word.as_str())) {
        return None;
    }
    let filling = |rest: &[String]| rest.iter().all(|word| FILLING.contains(&word.as_str()));
    // "Company registration number" holds one long attribute, "security contact" one long subject: the whole must be used up, either way.
    let (attribute, rest) = take(ATTRIBUTES, &all).map_or((None, all.clone()), |(attribute, rest)| (Some(attribute), rest));
    let (subject, rest) = take(SUBJECTS, &rest).map_or((None, rest.clone()), |(subject, rest)| (Some(subject), rest));
    // "Company / organisation" is one subject.
    let rest = take(SUBJECTS, &rest).filter(|(again, _)| Some(*again) == subject).map_or(rest, |(_, rest)| rest);
    if filling(&rest) && (subject.is_some() || attribute.is_some()) {
        let of_company = OF_COMPANIES.contains(&all.join(" ").as_str()).then_some(Subject::Company);
        return Some((subject.or(of_company), attribute));
    }
    let (subject, rest) = take(SUBJECTS, &all)?;
    let (attribute, rest) = take(ATTRIBUTES, &rest).map_or((None, rest.clone()), |(attribute, rest)| (Some(attribute), rest));
    filling(&rest).then_some((Some(subject), attribute))
}

/// Whom a heading makes the fields below it about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Heading {
    /// Whoever answers.
    Ours,
    /// It does not say.
    Unclear,
    /// Somebody else.
    Foreign,
}

/// Longer texts are no headings but instructions.
const HEADING_BYTES: usize = 120;

fn heading(text: &str) -> Heading {
    let words = words(text);
    let any = |table: &[&str]| words.iter().any(|word| table.contains(&word.as_str()));
    if words.iter().any(|word| TITLES.iter().any(|title| word.contains(title))) {
        return Heading::Ours;
    }
    if any(MANY) && any(OURS) || words.iter().any(|word| FOREIGN.iter().any(|beginning| word.starts_with(beginning))) {
        return Heading::Foreign;
    }
    if any(OURS) || any(ANSWERER) { Heading::Ours } else { Heading::Unclear }
}

/// What was read of a sheet so far, above and to the left of the next cell.
#[derive(Default)]
struct Seen {
    labels: BTreeMap<CellRef, Option<&'static str>>,
    /// By column, whom the labels of a block are about, and the row of its last label.
    blocks: BTreeMap<u32, (Subject, u32)>,
    /// By column, the last heading and its row.
    headings: BTreeMap<u32, (Heading, u32)>,
    /// By column, the last of the texts that are built like the label above them.
    alike: BTreeMap<u32, CellRef>,
}

impl Seen {
    /// The heading over a label: that of the nearest column or the last one, whichever leaves more doubt.
    fn heading_over(&self, at: CellRef) -> Heading {
        let nearest = self.headings.range(..=at.col).next_back().map(|(_, heading)| *heading);
        let last = self.headings.range(..=at.col).map(|(_, heading)| *heading).max_by_key(|(_, row)| *row);
        nearest.into_iter().chain(last).map(|(heading, _)| heading).max().unwrap_or(Heading::Ours)
    }

    /// Takes a text that is no label.
    fn text(&mut self, survey: &Survey, at: CellRef, text: &str) {
        let value = at.col.checked_sub(1).is_some_and(|left| self.labels.contains_key(&survey.anchor(CellRef::new(at.row, left))));
        let id = !text.contains(' ') && text.contains(|c: char| c.is_ascii_digit());
        if value || id || text.len() > HEADING_BYTES || !text.chars().any(char::is_alphabetic) {
            return;
        }
        let heading = heading(text);
        if heading == Heading::Unclear && says_nothing(survey, at, text) {
            return;
        }
        // In a block of labels it is one more of them, about something that the profile does not know.
        let above = at.row.checked_sub(1).map(|row| survey.anchor(CellRef::new(row, at.col)));
        let like_above = above.is_some_and(|above| {
            (is_label(survey, above) || self.alike.get(&at.col) == Some(&above)) && style(survey, above) == style(survey, at)
        });
        if like_above && heading != Heading::Foreign {
            self.blocks.remove(&at.col);
            self.alike.insert(at.col, at);
        } else {
            self.headings.insert(at.col, (heading, at.row));
        }
    }

    /// Takes a text made of the words of labels.
    fn label(&mut self, survey: &Survey, at: CellRef, named: Option<Subject>, attribute: Option<Attribute>) {
        let text = survey.text(at);
        if attribute.is_none() && is_heading(survey, at) {
            let heading = if named == Some(Subject::Other) { Heading::Foreign } else { Heading::Ours.max(heading(text)) };
            self.headings.insert(at.col, (heading, at.row));
            self.blocks.extend(named.map(|subject| (at.col, (subject, at.row))));
            return;
        }
        if named == Some(Subject::Other) && attribute.is_none() {
            self.headings.insert(at.col, (Heading::Foreign, at.row));
        }
        let above = self.blocks.get(&at.col).filter(|(_, row)| at.row - row <= BLOCK_GAP).map(|(subject, _)| *subject);
        // Of labels beside each other the first names whom all are about.
        let beside = self.blocks.range(..at.col).next_back().filter(|(_, (_, row))| *row == at.row).map(|(_, (subject, _))| *subject);
        // The day of answering belongs to the form.
        let day = (attribute == Some(Attribute::Date) && words(text).len() > 1).then_some(Subject::Company);
        let Some(subject) = named.or(above).or(beside).or(day) else { return };
        let by_itself = words(text).iter().any(|word| ANSWERER.contains(&word.as_str()) || word == "your");
        let subject = match self.heading_over(at) {
            Heading::Foreign => Subject::Other,
            Heading::Unclear if (named.is_some() || above.or(beside).is_none()) && !by_itself => Subject::Other,
            _ => subject,
        };
        self.blocks.insert(at.col, (subject, at.row));
        self.labels.insert(at, subject.key(attribute.unwrap_or(Attribute::Name)));
    }
}

/// The label cells of a sheet with the keys that answer them. A label that does not name its subject is about that of the labels above it
/// or left of it, and is no label without one; under a heading that does not say whom it is about, only the plainest labels get a key.
#[must_use]
pub fn labels(survey: &Survey) -> BTreeMap<CellRef, Option<&'static str>> {
    let mut seen = Seen::default();
    for (at, cell) in survey.sheet.cells.range(..CellRef::new(LAST_ROW, 0)).filter(|(at, _)| survey.anchor(**at) == **at) {
        match read(cell.text.trim()) {
            Some((named, attribute)) => seen.label(survey, *at, named, attribute),
            None => seen.text(survey, *at, cell.text.trim()),
        }
    }
    if heading(&survey.sheet.name) == Heading::Foreign {
        seen.labels.values_mut().for_each(|key| *key = None);
    }
    seen.labels
}

/// Whether a text that does not say whom the fields below it are about is no heading over them: a sentence, guidance, or a title alone on
/// top of the sheet.
fn says_nothing(survey: &Survey, at: CellRef, text: &str) -> bool {
    let guidance = words(text).iter().any(|word| GUIDANCE.contains(&word.as_str()));
    let first = survey.sheet.cells.iter().find(|(_, cell)| !cell.text.trim().is_empty()).is_some_and(|(first, _)| *first == at);
    let last = survey.merge(at).map_or(at.row, |range| range.last.row);
    let alone = survey.sheet.row(last + 1).all(|(_, cell)| cell.text.trim().is_empty());
    text.ends_with('.') || guidance || first && alone
}

fn style(survey: &Survey, at: CellRef) -> u32 {
    survey.sheet.cells.get(&at).map_or(0, |cell| cell.style)
}

/// The cell to the right of a cell or of its block.
fn next_to(survey: &Survey, at: CellRef) -> CellRef {
    survey.anchor(CellRef::new(at.row, survey.merge(at).map_or(at.col, |range| range.last.col) + 1))
}

/// Last words of headings that say that fields follow.
const FIELDS_FOLLOW: &[&str] = &["information", "details", "data", "daten", "angaben", "données", "datos", "dati", "dados", "gegevens"];

/// Whether a label that names a subject alone stands over labels that ask about it, or names a column.
fn is_heading(survey: &Survey, at: CellRef) -> bool {
    let text = words(survey.text(at));
    let below = (at.row + 1..=at.row + 2).map(|row| CellRef::new(row, at.col)).find(|at| !survey.text(*at).trim().is_empty());
    let over = below.is_some_and(|below| match read(survey.text(below).trim()) {
        Some((_, Some(Attribute::Name))) => true,
        Some((None, Some(_))) => style(survey, below) != style(survey, at),
        _ => false,
    });
    over || text.len() > 1 && text.last().is_some_and(|word| FIELDS_FOLLOW.contains(&word.as_str()))
        || survey.merge(at).is_some_and(|range| range.last.col > range.first.col + 1)
        || is_label(survey, next_to(survey, at))
        || at.col.checked_sub(1).is_some_and(|left| is_label(survey, survey.anchor(CellRef::new(at.row, left))))
}

fn is_label(survey: &Survey, at: CellRef) -> bool {
    let text = survey.text(at).trim();
    text.ends_with([':', '：']) || read(text).is_some()
}

/// So far above a cell the name of its column may stand.
const COLUMN_NAME_ROWS: u32 = 20;

/// Whether the column of a value is named for something else than a field asks.
fn named_otherwise(survey: &Survey, labels: &BTreeMap<CellRef, Option<&'static str>>, label: CellRef, cell: CellRef) -> bool {
    let asked = read(survey.text(label).trim()).and_then(|(_, attribute)| attribute).unwrap_or(Attribute::Name);
    let above = (cell.row.saturating_sub(COLUMN_NAME_ROWS)..cell.row).rev().map(|row| CellRef::new(row, cell.col));
    let named = above.filter(|at| !labels.contains_key(&CellRef::new(at.row, label.col))).map(|at| survey.text(at).trim());
    named.filter(|text| !text.is_empty()).find(|text| text.len() <= HEADING_BYTES).is_some_and(|text| match read(text) {
        Some((Some(Subject::Other), _)) => true,
        Some((_, Some(attribute))) => attribute != asked,
        _ => heading(text) == Heading::Foreign,
    })
}

/// The field of a label: its value goes into `cell`, or else into the next cell to the right. `None` where that is no free cell; labels
/// over cells below them would be a table to fill in, about anybody.
#[must_use]
pub fn field(
    survey: &Survey,
    labels: &BTreeMap<CellRef, Option<&'static str>>,
    label: CellRef,
    cell: Option<CellRef>,
) -> Option<IdentityField> {
    let cell = cell.unwrap_or_else(|| next_to(survey, label));
    let held = survey.sheet.cells.get(&cell);
    if is_label(survey, cell) || cell.row != label.row || held.is_some_and(|held| held.formula) || survey.sheet.locked(cell) {
        return None;
    }
    let after_label = label.col.checked_sub(1).is_some_and(|left| is_label(survey, survey.anchor(CellRef::new(label.row, left))));
    let key = labels.get(&label).copied().flatten().filter(|_| !after_label && !named_otherwise(survey, labels, label, cell));
    let given = survey.text(cell).trim();
    Some(IdentityField {
        sheet: survey.sheet.name.clone(),
        label_cell: label,
        label: survey.text(label).trim().to_owned(),
        cell,
        key,
        given: (!given.is_empty()).then(|| given.to_owned()),
    })
}

/// What the profile, or the day of the run, has to say to a field.
#[must_use]
pub fn value(field: &IdentityField, profile: &BTreeMap<String, String>, date: Date) -> Option<String> {
    match field.key? {
        // Without a profile nobody is there whose day it is.
        DATE => (!profile.is_empty()).then(|| date.to_string()),
        key => profile.get(key).filter(|value| !value.trim().is_empty()).cloned(),
    }
}
