//! Statements of the past (a question, and what was answered to it) → drafts for the bank. Merges the same question over many files, and says
//! where statements disagree. Never changes what somebody approved or wrote by hand.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;
use serde::Serialize;

use super::bank::{Answer, Bank, Choice, Origin, Problem, Severity, Verdict, is_device_name};
use super::guard::{Sense, stands_alone};
use super::health::{facts, no_difference};
use super::list_word::{first_words, verdict_of};
use super::question::{Form, Question};
use super::wording::{Analyzer, words};
use super::workbook::Sheet;

/// The name in `edited` of what an import wrote: nobody's words yet.
pub const IMPORT: &str = "import";

/// A question, and what was answered to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statement {
    /// The question.
    pub question: String,
    /// The question as it stood in its cell, where a heading had to be put in front.
    pub bare: Option<String>,
    /// Other wordings of it.
    pub also_asked: Vec<String>,
    /// The verdict, where the words of the answer say one.
    pub verdict: Option<Verdict>,
    /// The list that the word was chosen from, where it says no verdict of ours.
    pub choice: Option<Choice>,
    /// Where it was said, to whom, when, and in which words.
    pub origin: Origin,
    /// The id that it had in another library.
    pub id: Option<String>,
    /// The folder that it goes into.
    pub topic: Option<String>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Who keeps it true.
    pub owner: Option<String>,
    /// Last day on which it stands without being looked at again.
    pub review_by: Option<Date>,
    /// What another library says of its scope and of what stands behind it.
    pub links: Links,
    /// The wording for cramped cells.
    pub short: String,
}

/// Ids of the bank that a statement names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// Products that it holds for.
    pub products: Vec<String>,
    /// Regions that it holds for.
    pub regions: Vec<String>,
    /// Controls that make it true.
    pub controls: Vec<String>,
    /// Evidence besides that of the controls.
    pub evidence: Vec<String>,
}

impl Statement {
    /// The wording to give.
    #[must_use]
    pub fn wording(&self) -> String {
        wording(&self.origin)
    }

    fn wordings(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.question.as_str()).chain(self.also_asked.iter().map(String::as_str))
    }
}

/// The wording that a statement makes: its text, or its word where there is no text. Headings are lines, since those of a bank's file begin
/// sections.
#[must_use]
pub fn wording(origin: &Origin) -> String {
    let text = if origin.text.is_empty() { &origin.word } else { &origin.text };
    let line =
        |line: &str| if line.trim_start().starts_with('#') { line.trim_start_matches([' ', '#']).to_owned() } else { line.to_owned() };
    text.lines().map(line).collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// What was answered to the questions of one sheet; `None` where nothing was. What a follow-up tells belongs to the question before it.
#[must_use]
pub fn given(questions: &[&Question], sheet: &Sheet, origin: &Origin) -> Vec<Option<Statement>> {
    let mut all: Vec<Option<Statement>> = Vec::new();
    let mut at: HashMap<super::cell::CellRef, usize> = HashMap::new();
    for question in questions {
        let place = all.len();
        let statement = said(question, sheet, origin);
        let before = question.follows.and_then(|cell| at.get(&cell).copied());
        match (statement, before) {
            (Some(follow_up), Some(before)) if all[before].is_some() => {
                if let Some(before) = &mut all[before] {
                    let more = [before.origin.text.as_str(), follow_up.origin.word.as_str(), follow_up.origin.text.as_str()];
                    before.origin.text = more.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n");
                }
                all.push(None);
            }
            (statement, _) => all.push(statement),
        }
        at.entry(question.cell).or_insert(place);
    }
    all
}

/// What was answered to one question.
fn said(question: &Question, sheet: &Sheet, origin: &Origin) -> Option<Statement> {
    question.given.as_ref()?;
    let text = |cells: &[super::cell::CellRef]| cells.iter().map(|cell| sheet.text(*cell).trim().to_owned()).find(|text| !text.is_empty());
    let (word, options) = match question.answer.kind {
        Form::Choice => (text(&question.answer.cells)?, question.answer.options.clone()),
        Form::Mark => {
            let marked = |(cell, _): &(&super::cell::CellRef, &String)| !sheet.text(**cell).trim().is_empty();
            let mut marked = question.answer.cells.iter().zip(&question.answer.options).filter(marked);
            // Two boxes marked say nothing that could be repeated.
            match (marked.next(), marked.next()) {
                (Some((_, option)), None) => (option.clone(), question.answer.options.clone()),
                _ => return None,
            }
        }
        Form::Text => (String::new(), Vec::new()),
        Form::None => return None,
    };
    let told = text(&question.comment).unwrap_or_default();
    let (word, told) = if question.answer.kind == Form::Text {
        // One answer may be spread over several cells.
        let parts: Vec<&str> = question.answer.cells.iter().map(|cell| sheet.text(*cell).trim()).filter(|text| !text.is_empty()).collect();
        let answer = parts.join("\n\n");
        // A column that takes any text may hold the bare verdict, and the next one what there is to say.
        if verdict_of(&answer).is_some() { (answer, told) } else { (word, answer) }
    } else {
        (word, told)
    };
    let asked = match (&question.section, &question.about) {
        (_, Some(about)) => format!("{} ({about})", question.text),
        (Some(section), None) if !stands_alone(&question.text) => format!("{section}: {}", question.text),
        _ => question.text.clone(),
    };
    let at = question.place();
    let bare = (asked != question.text).then(|| question.text.clone());
    let origin = Origin { at, asked: question.text.clone(), word, text: told, ..origin.clone() };
    let mut statement = Statement { question: asked, bare, origin, ..Statement::default() };
    settle_verdict(&mut statement, &options);
    Some(statement)
}

/// Finds the verdict that a statement's words say. A word of a list that is no verdict of ours is kept, for that list alone.
pub fn settle_verdict(statement: &mut Statement, options: &[String]) {
    let word = &statement.origin.word;
    statement.verdict = if word.is_empty() { leading(&statement.origin.text) } else { verdict_of(word) };
    if statement.verdict.is_none() && options.len() > 1 && options.contains(word) {
        statement.choice = Some(Choice { list: options.to_vec(), word: word.clone() });
    }
}

/// The verdict that a text begins with: "Yes, …", "No." – as a word by itself.
fn leading(text: &str) -> Option<Verdict> {
    let first = first_words(text).trim();
    verdict_of(first.split(" - ").next().unwrap_or(first))
}

/// Statements that disagree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Contradiction {
    /// The question.
    pub question: String,
    /// The entry of the bank that it is about.
    pub answer: String,
    /// Whether that entry is approved, and was not touched.
    pub approved: bool,
    /// What disagrees, in words.
    pub what: String,
}

/// A draft to be written or to be added to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Its id.
    pub id: String,
    /// The draft that stands in the bank, if there is one.
    pub known: bool,
    /// What it was made of, the oldest first.
    pub origins: Vec<Origin>,
    /// What it says now: the newest statement; none where somebody has edited the draft, whose words stay.
    pub newest: Option<Statement>,
}

/// What becomes of statements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// Drafts to be written.
    pub drafts: Vec<Draft>,
    /// How many statements stood in the bank as they are.
    pub known: usize,
    /// How many said what an approved or hand-written entry says.
    pub agree: usize,
    /// How many asked what such an entry answers, in other words: nothing is done about them.
    pub differ: usize,
    /// Statements that disagree.
    pub contradictions: Vec<Contradiction>,
    /// The statements that such an entry answers already, those that disagree with it left aside.
    pub beside: Vec<Beside>,
}

/// A statement about what an entry answers that is not an import's to change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Beside {
    /// The entry.
    pub answer: String,
    /// What was asked.
    pub question: String,
    /// Where it was said.
    pub at: String,
    /// What was said, where it is not what the entry says to the word.
    pub said: Option<String>,
}

/// Merges statements with a bank: each question once, in the order in which they were first asked.
#[must_use]
pub fn merge(bank: &Bank, analyzer: &Analyzer, statements: Vec<Statement>) -> Merged {
    let mut merged = Merged::default();
    let mut owners = Questions::new(analyzer);
    for (place, answer) in bank.answers.iter().enumerate() {
        answer.wordings().for_each(|wording| owners.add(wording, place));
    }
    // What was imported already is known by where it came from, whatever became of its question.
    let mut imported: HashMap<Vec<&str>, usize> = HashMap::new();
    for (place, answer) in bank.answers.iter().enumerate() {
        for origin in &answer.origins {
            imported.insert(identity(origin), place);
        }
    }
    // The name of a file that cannot be read is taken too.
    let stem = |file: &str| file.rsplit('/').next().and_then(|name| name.strip_suffix(".md")).map(str::to_lowercase);
    let mut ids: BTreeSet<String> = bank.answers.iter().map(|answer| answer.id.to_lowercase()).collect();
    ids.extend(bank.problems.iter().filter_map(|problem| stem(&problem.file)));
    let mut by_owner: Vec<(Option<usize>, Vec<Statement>)> = Vec::new();
    for group in groups(analyzer, statements) {
        let known = group.iter().find_map(|statement| imported.get(&identity(&statement.origin)).copied());
        // The bank may well know the question without the heading.
        let wordings = || group.iter().flat_map(|one| one.wordings().chain(one.bare.as_deref()));
        let owner = known.or_else(|| wordings().find_map(|wording| owners.find(wording)));
        match by_owner.iter_mut().find(|(of, _)| owner.is_some() && *of == owner) {
            Some((_, all)) => all.extend(group),
            None => by_owner.push((owner, group)),
        }
    }
    for (owner, group) in by_owner {
        match owner.map(|place| &bank.answers[place]) {
            Some(answer) if answer.approved.is_some() || answer.retired.is_some() || answer.origins.is_empty() => {
                beside(answer, analyzer, &group, &mut merged);
            }
            owner => draft(owner, analyzer, group, &mut ids, &mut merged),
        }
    }
    merged
}

/// What makes two statements one.
fn identity(origin: &Origin) -> Vec<&str> {
    vec![&origin.file, &origin.at, &origin.asked, &origin.customer, &origin.word, &origin.text]
}

/// Questions that are known, each with the place of what it belongs to.
struct Questions<'a> {
    analyzer: &'a Analyzer,
    /// The nearly equal form → the place.
    by_key: HashMap<String, usize>,
    /// The terms, sorted → wordings with their places; whether they ask the same is for the guards to say.
    by_terms: HashMap<Vec<String>, Vec<(Sense, usize)>>,
}

impl<'a> Questions<'a> {
    fn new(analyzer: &'a Analyzer) -> Self {
        Self { analyzer, by_key: HashMap::new(), by_terms: HashMap::new() }
    }

    fn terms(&self, wording: &str) -> Vec<String> {
        let mut terms = self.analyzer.terms(wording);
        terms.sort();
        terms.dedup();
        terms
    }

    fn add(&mut self, wording: &str, place: usize) {
        let terms = self.terms(wording);
        self.by_key.entry(self.analyzer.key(wording)).or_insert(place);
        self.by_terms.entry(terms).or_default().push((Sense::of(wording), place));
    }

    /// The place of the same question: in nearly equal words, or in the same terms where no guard sees a difference.
    fn find(&self, wording: &str) -> Option<usize> {
        let key = self.analyzer.key(wording);
        if key.is_empty() {
            return None;
        }
        self.by_key.get(&key).copied().or_else(|| {
            let terms = self.terms(wording);
            let sense = Sense::of(wording);
            let alike = self.by_terms.get(&terms).filter(|_| terms.len() > 1)?;
            alike.iter().find(|(known, _)| no_difference(known, &sense)).map(|(_, place)| *place)
        })
    }
}

/// Statements of the same question together; a statement that belongs to two groups makes them one. Entries of one library that have ids of
/// their own are never one, whatever wordings they share.
fn groups(analyzer: &Analyzer, statements: Vec<Statement>) -> Vec<Vec<Statement>> {
    let mut places = Questions::new(analyzer);
    let mut groups: Vec<Vec<Statement>> = Vec::new();
    // Where a group went that became part of another one.
    let mut became: Vec<usize> = Vec::new();
    let settled = |became: &[usize], mut place: usize| {
        while became[place] != place {
            place = became[place];
        }
        place
    };
    for statement in statements {
        if statement.question.trim().is_empty() {
            continue;
        }
        let apart = |group: &[Statement]| {
            let other = |one: &Statement| {
                one.id.is_some() && statement.id.is_some() && one.id != statement.id && one.origin.file == statement.origin.file
            };
            group.iter().any(other)
        };
        // "Please describe" asks for nothing by itself.
        let says = |wording: &&str| *wording == statement.question || analyzer.terms(wording).len() > 1;
        let mut found: Vec<usize> =
            statement.wordings().filter(says).filter_map(|wording| places.find(wording)).map(|place| settled(&became, place)).collect();
        found.sort_unstable();
        found.dedup();
        found.retain(|place| !apart(&groups[*place]));
        let place = found.first().copied().unwrap_or_else(|| {
            groups.push(Vec::new());
            became.push(groups.len() - 1);
            groups.len() - 1
        });
        for other in found.into_iter().skip(1) {
            if !groups[other].iter().any(|one| one.id.is_some()) || !groups[place].iter().any(|one| one.id.is_some()) {
                let moved = std::mem::take(&mut groups[other]);
                groups[place].extend(moved);
                became[other] = place;
            }
        }
        statement.wordings().for_each(|wording| places.add(wording, place));
        groups[place].push(statement);
    }
    groups.retain(|group| !group.is_empty());
    groups
}

/// Statements beside an entry that is not an import's to change.
fn beside(answer: &Answer, analyzer: &Analyzer, group: &[Statement], merged: &mut Merged) {
    for statement in group {
        let disagree = match (answer.verdict, statement.verdict) {
            (Some(stored), Some(said)) if stored != said && stored != Verdict::Info => {
                Some(format!("{} says {stored}, {} said {said}", answer.id, told_where(&statement.origin)))
            }
            _ => facts::between(analyzer, &answer.wording, &statement.origin.text)
                .map(|how| format!("{} disagrees with {}: {how}", answer.id, told_where(&statement.origin))),
        };
        if let Some(what) = disagree {
            merged.contradictions.push(Contradiction {
                question: statement.question.clone(),
                answer: answer.id.clone(),
                approved: answer.approved.is_some(),
                what,
            });
            continue;
        }
        let said = statement.wording();
        let same = words(&answer.wording) == words(&said);
        *(if same { &mut merged.agree } else { &mut merged.differ }) += 1;
        merged.beside.push(Beside {
            answer: answer.id.clone(),
            question: statement.question.clone(),
            at: told_where(&statement.origin),
            said: (!same).then_some(said),
        });
    }
}

/// A draft of statements, new or added to.
fn draft(owner: Option<&Answer>, analyzer: &Analyzer, mut group: Vec<Statement>, ids: &mut BTreeSet<String>, merged: &mut Merged) {
    let mut origins: Vec<Origin> = owner.map(|answer| answer.origins.clone()).unwrap_or_default();
    let before = origins.len();
    for statement in &group {
        if origins.contains(&statement.origin) {
            merged.known += 1;
        } else {
            origins.push(statement.origin.clone());
        }
    }
    if origins.len() == before {
        return;
    }
    // Our own export, read back: the entry itself is no statement about it.
    let itself = |answer: &Answer| {
        let same = |one: &Statement| one.id.as_deref() == Some(&answer.id) && words(&one.wording()) == words(&answer.wording);
        group.iter().all(same)
    };
    if owner.is_some_and(itself) {
        merged.known += group.len();
        return;
    }
    // The oldest first, and in the same order whichever file was imported first; what bears no day stands before what does.
    origins.sort_by(|a, b| (a.on, &a.file, &a.at).cmp(&(b.on, &b.file, &b.at)));
    let id = match owner {
        Some(answer) => answer.id.clone(),
        None => new_id(&group[0], ids),
    };
    let known = |origin: &Origin| owner.is_some_and(|answer| answer.origins.contains(origin));
    // What disagrees among statements of earlier imports was told then, and the linter goes on telling it.
    for (old, new) in to_compare(&origins).into_iter().filter(|(old, new)| !(known(old) && known(new))) {
        if let Some(how) = disagreement(analyzer, old, new) {
            let question = group[0].question.clone();
            merged.contradictions.push(Contradiction { question, answer: id.clone(), approved: false, what: how });
        }
    }
    let nobodys = owner.is_none_or(nobodys_words);
    let newest = origins.last().filter(|_| nobodys).and_then(|newest| {
        let place = group.iter().position(|statement| statement.origin == *newest)?;
        let also_asked = others(&group, place);
        Some(Statement { also_asked, ..group.swap_remove(place) })
    });
    merged.drafts.push(Draft { id, known: owner.is_some(), origins, newest });
}

/// Whether a draft says what its newest statement says, and nobody has put it in other words, by the program or in an editor.
fn nobodys_words(answer: &Answer) -> bool {
    let by_import = answer.edited.as_ref().is_some_and(|stamp| stamp.by == IMPORT);
    let same = |newest: &Origin| {
        let chosen = answer.choices.iter().all(|choice| choice.word == newest.word);
        answer.wording == wording(newest)
            && answer.verdict == Some(verdict(newest).unwrap_or(Verdict::Info))
            && chosen
            && answer.short.is_empty()
    };
    by_import && answer.origins.last().is_some_and(same)
}

/// The wordings of a group besides the question of one of its statements, each once.
fn others(group: &[Statement], of: usize) -> Vec<String> {
    let mut seen = BTreeSet::from([group[of].question.as_str()]);
    group.iter().flat_map(Statement::wordings).filter(|wording| seen.insert(wording)).map(str::to_owned).collect()
}

/// Where a statement was made, in words.
#[must_use]
pub fn told_where(origin: &Origin) -> String {
    let whom = if origin.customer.is_empty() { String::new() } else { format!("{}, ", origin.customer) };
    let day = origin.on.map(|on| format!(" on {on}")).unwrap_or_default();
    format!("{whom}{} {}{day}", origin.file, origin.at)
}

/// The verdict that the words of a statement say.
fn verdict(origin: &Origin) -> Option<Verdict> {
    if origin.word.is_empty() { leading(&origin.text) } else { verdict_of(&origin.word) }
}

/// Drafts of statements that disagree, until somebody approves one of them.
#[must_use]
pub fn told_differently(bank: &Bank, analyzer: &Analyzer) -> Vec<Problem> {
    let drafts = bank.answers.iter().filter(|answer| answer.approved.is_none() && answer.retired.is_none());
    let told = |answer: &Answer| to_compare(&answer.origins).into_iter().find_map(|(old, new)| disagreement(analyzer, old, new));
    let problem =
        |answer: &Answer, what| Problem { file: answer.file.clone(), line: 1, severity: Severity::Warning, kind: "told-differently", what };
    drafts.filter_map(|answer| Some(problem(answer, told(answer)?))).collect()
}

/// Each statement beside the one before it, and beside the last one before that says a verdict.
fn to_compare(origins: &[Origin]) -> Vec<(&Origin, &Origin)> {
    let mut pairs = Vec::new();
    for (place, new) in origins.iter().enumerate().skip(1) {
        pairs.push((&origins[place - 1], new));
        let plain = origins[..place - 1].iter().rev().find(|old| verdict(old).is_some());
        pairs.extend(plain.filter(|_| verdict(&origins[place - 1]).is_none()).map(|old| (old, new)));
    }
    pairs
}

/// How two statements about one question disagree.
fn disagreement(analyzer: &Analyzer, old: &Origin, new: &Origin) -> Option<String> {
    let how = match (verdict(old), verdict(new)) {
        (Some(one), Some(other)) if one != other => format!("{one} became {other}"),
        (Some(Verdict::NotApplicable), None) if !new.text.is_empty() => "not-applicable became an answer".to_owned(),
        (None, Some(Verdict::NotApplicable)) if !old.text.is_empty() => "an answer became not-applicable".to_owned(),
        (None, None) if words(&old.word) != words(&new.word) => format!("{:?} became {:?}", old.word, new.word),
        _ => facts::between(analyzer, &old.text, &new.text)?,
    };
    Some(format!("{} and {} disagree: {how}", told_where(old), told_where(new)))
}

/// A new id: that of another library if it makes one, else the first words of the question.
fn new_id(statement: &Statement, ids: &mut BTreeSet<String>) -> String {
    let slug = |text: &str, most: usize| words(text).into_iter().filter(|word| word.is_ascii()).take(most).collect::<Vec<_>>().join("-");
    let own = statement.id.as_deref().map(|id| slug(id, 8)).filter(|id| id.chars().any(char::is_alphabetic));
    let mut base: String = own.unwrap_or_else(|| {
        let content: Vec<String> = words(&statement.question).into_iter().filter(|word| !SMALL_WORDS.contains(&word.as_str())).collect();
        slug(&content.join(" "), 6)
    });
    base.retain(|c| c.is_ascii_alphanumeric() || c == '-');
    let base = base.trim_matches('-').chars().take(80).collect::<String>();
    let base = base.trim_matches('-').to_owned();
    // Names that a system keeps for itself make no file.
    let base = if base.is_empty() || is_device_name(&base) { format!("question-{base}").trim_end_matches('-').to_owned() } else { base };
    let mut id = base.clone();
    let mut number = 2;
    while !ids.insert(id.to_lowercase()) {
        id = format!("{base}-{number}");
        number += 1;
    }
    id
}

/// Words that name nothing, left out of ids.
#[rustfmt::skip]
const SMALL_WORDS: &[&str] = &[
    "a", "an", "the", "is", "are", "do", "does", "did", "you", "your", "yours", "we", "our", "of", "for", "to", "in", "on", "at", "by", "with", "and", "or", "any", "all", "that", "which", "have",
    "has", "there", "it", "its", "be", "been", "can", "will", "would", "please", "describe", "provide", "how", "what", "who", "when", "if", "as", "from", "s",
];
